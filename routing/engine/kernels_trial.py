# mypy: disable-error-code="no-untyped-def,no-untyped-call,no-any-return"
"""Where starts move: what one insertion costs, by an optimistic bound and by an exact trial."""

from __future__ import annotations

from data.kernels import bare_kernel as kernel
from routing.engine.kernels_layout import (
    DAY_IDLE_MAX,
    DAY_IDLE_ROUTE,
    DAY_IDLE_SECOND,
    DAY_LATE_MAX,
    FAR,
    LUNCH,
    NODE_DUR,
    NODE_KIND,
    NODE_LOC,
    PLAN_EARLIEST,
    PLAN_LATEST,
    PLAN_ROUTE,
    POS_NODE,
    PRICE_IDLE_MAX,
    PRICE_LATE_MAX,
    PRICE_TRAVEL,
    PRICE_WAIT,
    ROUTE_DATE,
    ROUTE_FROM,
    ROUTE_MODE,
    ROUTE_START,
    SCALAR_FLOOR,
    SCALAR_TRIAL,
    SCALAR_TRIED,
    SCALAR_TRY_NODE,
    SCALAR_TRY_POS,
    SCALAR_TRY_ROUTE,
    SOFT_WEIGHT,
    STOP_MARK,
    STOP_POS,
    STOP_START,
    STOP_TRY,
    SUM_COST,
    SUM_IDLE,
    SUM_LATE_MAX,
    SUM_MARK,
    SUM_SHIFT,
    SUM_TRIED,
    SUM_WAIT,
)
from routing.engine.kernels_measure import (
    earliest_start,
    lateness,
    measure,
    place_after,
    place_before,
)
from routing.engine.kernels_moving import begin_trial, forward_pass, propagate
from routing.engine.kernels_route import mark_moved


@kernel
def put_on_trial(problem, state, v, r, p):
    """Time the plan as if ``v`` stood after position ``p`` of route ``r``.

    False if it cannot, or if it makes visits later by more than ``SCALAR_MOST`` in all.
    """
    begin_trial(state)
    scalar, date = state.scalar, problem.route[r, ROUTE_DATE]
    scalar[SCALAR_TRY_ROUTE], scalar[SCALAR_TRY_POS], scalar[SCALAR_TRY_NODE] = r, p + 1, v
    state.plan[v, PLAN_ROUTE], state.stop[v, STOP_POS] = r, p + 1
    mark_moved(state, r)
    state.stop[v, STOP_TRY], state.stop[v, STOP_MARK] = -1, scalar[SCALAR_TRIAL]
    scalar[SCALAR_FLOOR] = 0
    for k in range(problem.lag_ptr[v], problem.lag_ptr[v + 1]):
        other = problem.lag[k, 0]
        s = state.plan[other, PLAN_ROUTE]
        if s >= 0 and problem.route[s, ROUTE_DATE] == date:
            if state.sum[s, SUM_SHIFT] + state.sum[s, SUM_WAIT] > 0:
                mark_moved(state, s)
            scalar[SCALAR_FLOOR] = max(
                scalar[SCALAR_FLOOR], state.stop[other, STOP_START] - problem.lag[k, 2]
            )
    first, line = p + 1, state.line[r]
    if p > 0 and problem.node[line[p, POS_NODE], NODE_KIND] == LUNCH:
        first = p
    ready, place = problem.route[r, ROUTE_START], problem.route[r, ROUTE_FROM]
    if first > 1:
        before = line[first - 1, POS_NODE]
        ready = state.stop[before, STOP_START] + problem.node[before, NODE_DUR]
        place = place_before(problem, state, r, first)
    return forward_pass(problem, state, r, first, ready, place) and propagate(problem, state)


@kernel
def trial_delta(problem, state):
    """What the plan on trial costs more than the plan as it stands."""
    scalar, price, n_routes = state.scalar, problem.price, state.length.shape[0]
    late = idle = delta = 0
    d = problem.route[scalar[SCALAR_TRY_ROUTE], ROUTE_DATE]
    day, was_latest = state.day[d], False
    for k in range(scalar[SCALAR_TRIED]):
        r, o = state.sum[k, SUM_TRIED], n_routes + k
        measure(problem, state, r, o)
        delta += state.sum[o, SUM_COST] - state.sum[r, SUM_COST]
        late = max(late, state.sum[o, SUM_LATE_MAX])
        idle = max(idle, state.sum[o, SUM_IDLE])
        was_latest |= state.sum[r, SUM_LATE_MAX] == day[DAY_LATE_MAX]
    if price[PRICE_LATE_MAX] == 0 and price[PRICE_IDLE_MAX] == 0:
        return delta
    if scalar[SCALAR_TRIED] == 1 and not was_latest:
        late = max(late, day[DAY_LATE_MAX])
        is_idlest = scalar[SCALAR_TRY_ROUTE] == day[DAY_IDLE_ROUTE]
        idle = max(idle, day[DAY_IDLE_SECOND] if is_idlest else day[DAY_IDLE_MAX])
    else:
        for j in range(problem.date_ptr[d], problem.date_ptr[d + 1]):
            r = problem.date_route[j]
            if state.sum[r, SUM_MARK] != scalar[SCALAR_TRIAL]:
                late = max(late, state.sum[r, SUM_LATE_MAX])
                idle = max(idle, state.sum[r, SUM_IDLE])
    delta += price[PRICE_LATE_MAX] * (late - day[DAY_LATE_MAX])
    return delta + price[PRICE_IDLE_MAX] * (idle - day[DAY_IDLE_MAX])


@kernel
def evaluate(problem, state, v, r, p):
    """What all routes cost more with ``v`` there; the plan stays as it is.

    ``FAR`` where it cannot stand there, or makes visits later by more than ``SCALAR_MOST`` in all.
    """
    delta = FAR
    if put_on_trial(problem, state, v, r, p):
        delta = trial_delta(problem, state)
    state.plan[v, PLAN_ROUTE] = state.scalar[SCALAR_TRY_ROUTE] = -1
    return delta


@kernel
def start_linked(problem, state, v, date, ready):
    """When ``v`` starts for a carer ready then, and how much later that makes those linked."""
    plan, first, end = state.plan, problem.lag_ptr[v], problem.lag_ptr[v + 1]
    start, late = earliest_start(problem.soft[v], plan[v, PLAN_EARLIEST], ready), 0
    for k in range(first, end):
        other = problem.lag[k, 0]
        s = plan[other, PLAN_ROUTE]
        if s >= 0 and problem.route[s, ROUTE_DATE] == date:
            start = max(start, state.stop[other, STOP_START] - problem.lag[k, 2])
    for k in range(first, end):
        other = problem.lag[k, 0]
        s = plan[other, PLAN_ROUTE]
        if s >= 0 and problem.route[s, ROUTE_DATE] == date:
            soft, was = problem.soft[other], state.stop[other, STOP_START]
            then = earliest_start(
                soft, plan[other, PLAN_EARLIEST], max(was, start + problem.lag[k, 1])
            )
            late += soft[SOFT_WEIGHT] * (lateness(soft, then) - lateness(soft, was))
    return start, late


@kernel
def bound(problem, state, v, r, p):
    """The least that visit ``v`` there can cost: without lateness, and its lateness.

    The least indeed where nothing is linked; with pairs a wait in another carer's round may make
    it less, in 5 of 1 000 places.
    """
    price, node, line, stop = problem.price, problem.node[v], state.line[r], state.stop
    size, mode, d = state.length[r], problem.route[r, ROUTE_MODE], problem.route[r, ROUTE_DATE]
    ready, day = problem.route[r, ROUTE_START], state.day[d]
    k, pause_before, pause_after = p, 0, 0
    if k >= 1 and problem.node[line[k, POS_NODE], NODE_KIND] == LUNCH:
        pause_before = problem.node[line[k, POS_NODE], NODE_DUR]
        k -= 1
    place = place_before(problem, state, r, k + 1)
    if k >= 1:
        ready = stop[line[k, POS_NODE], STOP_START] + problem.node[line[k, POS_NODE], NODE_DUR]
    k = p + 1
    if k <= size and problem.node[line[k, POS_NODE], NODE_KIND] == LUNCH:
        pause_after = problem.node[line[k, POS_NODE], NODE_DUR]
        k += 1
    there = place_after(problem, state, r, k)
    was = problem.leg[mode, place, there]
    here = node[NODE_LOC] if node[NODE_LOC] >= 0 else place
    to_here, to_there = problem.leg[mode, place, here], problem.leg[mode, here, there]
    if size == 0 or (size == 1 and pause_before + pause_after > 0):
        was = 0
    travel = to_here + to_there - was
    start, late = start_linked(problem, state, v, d, ready + pause_before + to_here)
    if start > state.plan[v, PLAN_LATEST]:
        return FAR, late
    behind = lateness(problem.soft[v], start)
    late += problem.soft[v, SOFT_WEIGHT] * behind
    late_max = max(day[DAY_LATE_MAX], behind)
    if k <= size:
        after = line[k, POS_NODE]
        soft, on = problem.soft[after], to_there if problem.node[after, NODE_LOC] >= 0 else 0
        ready = start + node[NODE_DUR] + pause_after + on
        then = earliest_start(soft, state.plan[after, PLAN_EARLIEST], ready)
        if then > stop[after, STOP_START]:
            behind = lateness(soft, then)
            late += soft[SOFT_WEIGHT] * (behind - lateness(soft, stop[after, STOP_START]))
            late_max = max(late_max, behind)
    rest = price[PRICE_TRAVEL] * travel + price[PRICE_LATE_MAX] * (late_max - day[DAY_LATE_MAX])
    rest -= price[PRICE_WAIT] * state.sum[r, SUM_WAIT]
    if r == day[DAY_IDLE_ROUTE]:
        idle = max(state.sum[r, SUM_IDLE] - node[NODE_DUR] - travel, day[DAY_IDLE_SECOND])
        rest += price[PRICE_IDLE_MAX] * (idle - day[DAY_IDLE_MAX])
    return rest, late
