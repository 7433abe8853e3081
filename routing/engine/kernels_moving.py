# mypy: disable-error-code="no-untyped-def,no-untyped-call,no-any-return,arg-type"
"""Timing: what the search asks of it, and its answer where starts move, for a whole date at once.

Starts are then the least that satisfy travel, windows' beginnings, lunches and the lags of
what is linked. Being least, they are best for lateness and overtime too.
"""

from __future__ import annotations

import numpy as np

from data.kernels import bare_kernel as kernel
from data.kernels import instead_of, seam
from routing.engine.kernels_layout import (
    LUNCH,
    NODE_DUR,
    NODE_KIND,
    NODE_LOC,
    PLAN_EARLIEST,
    PLAN_HALF,
    PLAN_LATEST,
    PLAN_ROUTE,
    POS_NODE,
    QUEUE,
    ROUTE_DATE,
    ROUTE_END,
    ROUTE_FROM,
    ROUTE_MODE,
    ROUTE_START,
    ROUTE_TO,
    SCALAR_BROKEN,
    SCALAR_FLOOR,
    SCALAR_HEAD,
    SCALAR_LATER,
    SCALAR_MOST,
    SCALAR_TAIL,
    SCALAR_TIMED,
    SCALAR_TOUCHED,
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
    SUM_TRIED,
    SUM_VERSION,
    SUM_WAIT,
    Problem,
    State,
    moves,
)
from routing.engine.kernels_measure import (
    earliest_start,
    lateness,
    leg_past,
    leg_to,
    lunch_at,
    measure,
    node_at,
    place_before,
    size_of,
    start_of,
    total_up,
)
from routing.engine.kernels_route import (
    count,
    mark_moved,
    price_in,
    relax_window,
    retime,
    set_present,
    touch,
)


@kernel
def begin_trial(state):
    """Start a new trial: nothing tried, nothing moved."""
    scalar = state.scalar
    scalar[SCALAR_TRIAL] += 1
    scalar[SCALAR_TRIED] = scalar[SCALAR_HEAD] = scalar[SCALAR_TAIL] = scalar[SCALAR_LATER] = 0
    scalar[SCALAR_TRY_ROUTE] = scalar[SCALAR_TRY_NODE] = -1


@seam
def time_routes(problem: Problem, state: State) -> bool:
    """Time every route, each alone; whether its windows hold."""
    holds = True
    state.scalar[SCALAR_TIMED] = 0
    for r in range(state.length.shape[0]):
        holds = retime(problem, state, r) and holds
        state.scalar[SCALAR_TIMED] += state.cost[r]
    return holds


@kernel
def time_all(problem: Problem, state: State) -> bool:
    """Time every route; ``SCALAR_TIMED`` is then what they cost. Whether all rules of time hold."""
    return time_routes(problem, state)


@seam
def put_back_times(problem: Problem, state: State) -> None:
    """Time the routes that are put back."""
    for k in range(state.scalar[SCALAR_TOUCHED]):
        r = state.touched[k]
        retime(problem, state, r)
        state.sum[r, SUM_VERSION] = state.old_seq[k, 0]


@seam
def retime_touched(problem: Problem, state: State) -> int:
    """Time the ruined routes anew; the change of their costs. Marks the iteration broken."""
    change = 0
    for k in range(state.scalar[SCALAR_TOUCHED]):
        r = state.touched[k]
        before = state.cost[r]
        if not retime(problem, state, r):
            state.scalar[SCALAR_BROKEN] = 1
        change += state.cost[r] - before
    return change


@seam
def hold_lunches(problem: Problem, state: State) -> int:  # noqa: ARG001
    """Nothing: a break that must be held stands in its route like any other node."""
    return 0


@kernel
def count_all(problem: Problem, state: State, n_visits: int) -> int:
    """Time every route and count in its visits, all of them unplanned until now; their prices."""
    time_all(problem, state)
    prices = 0
    for r in range(state.length.shape[0]):
        for p in range(1, state.length[r] + 1):
            u = state.line[r, p, POS_NODE]
            if u < n_visits:
                prices += count(problem, state, u, r, state.plan[u, PLAN_HALF], np.int64(1))
                prices += price_in(problem, u, r)
                set_present(state, u)
    return prices


@kernel
def call_linked(problem, state, v, start):
    """Ask all that are linked to ``v``, which now starts at ``start``, to keep their lags.

    Their routes have more slack in any case, which matters where they wait.
    """
    date = problem.route[state.plan[v, PLAN_ROUTE], ROUTE_DATE]
    for k in range(problem.lag_ptr[v], problem.lag_ptr[v + 1]):
        other, need = problem.lag[k, 0], start + problem.lag[k, 1]
        r = state.plan[other, PLAN_ROUTE]
        if r < 0 or problem.route[r, ROUTE_DATE] != date:
            continue
        if state.sum[r, SUM_WAIT] > 0:
            mark_moved(state, r)
        tail = state.scalar[SCALAR_TAIL]
        if need > start_of(state, other) and tail < QUEUE:
            state.queue[tail, 0] = other
            state.queue[tail, 1] = need
            state.scalar[SCALAR_TAIL] = tail + 1


@kernel
def move_to(problem, state, v, start):
    """Let ``v`` start at ``start`` on trial, and all that is linked to it keep up."""
    soft, was = problem.soft[v], start_of(state, v)
    state.scalar[SCALAR_LATER] += soft[SOFT_WEIGHT] * (lateness(soft, start) - lateness(soft, was))
    state.stop[v, STOP_TRY], state.stop[v, STOP_MARK] = start, state.scalar[SCALAR_TRIAL]
    call_linked(problem, state, v, start)


@kernel
def forward_pass(problem, state, r, first, ready, place):
    """Move starts later along route ``r`` from position ``first``, until one need not move.

    Returns False where a lunch, a last start or a last end would come too late.
    """
    scalar, mode, size = state.scalar, problem.route[r, ROUTE_MODE], size_of(state, r)
    for k in range(first, size + 1):
        v = node_at(state, r, k)
        node, plan = problem.node[v], state.plan[v]
        if node[NODE_KIND] == LUNCH:
            is_last = k == size
            leg, there = leg_past(problem, state, r, k, place)
            start, goes = lunch_at(problem, v, k == 1 and not is_last, is_last, ready, leg)
            if start < 0:
                return False
            state.stop[v, STOP_TRY], state.stop[v, STOP_MARK] = start, scalar[SCALAR_TRIAL]
            ready = start + node[NODE_DUR]
            if goes == 1:
                place = there
            continue
        leg, place = leg_to(problem, mode, place, v)
        ready += leg
        if v == scalar[SCALAR_TRY_NODE]:
            ready = max(ready, scalar[SCALAR_FLOOR])
        start = earliest_start(problem.soft[v], plan[PLAN_EARLIEST], ready)
        was = start_of(state, v)
        if start <= was and node[NODE_LOC] < 0:
            ready = was + node[NODE_DUR]  # whoever comes after it may have another leg now
            continue
        if start <= was:
            return True
        if start > plan[PLAN_LATEST]:
            return False
        move_to(problem, state, v, start)
        ready = start + node[NODE_DUR]
    return (
        ready + problem.leg[mode, place, problem.route[r, ROUTE_TO]] <= problem.route[r, ROUTE_END]
    )


@kernel
def earliest_first(state):
    """Bring the earliest request to the head of the queue: few nodes then move twice."""
    head = state.scalar[SCALAR_HEAD]
    first = head
    for k in range(head + 1, state.scalar[SCALAR_TAIL]):
        if state.queue[k, 1] < state.queue[first, 1]:
            first = k
    if first > head:
        v, need = state.queue[first, 0], state.queue[first, 1]
        state.queue[first, 0] = state.queue[head, 0]
        state.queue[first, 1] = state.queue[head, 1]
        state.queue[head, 0], state.queue[head, 1] = v, need
    return head


@kernel
def propagate(problem, state):
    """Let every linked node follow, and its route behind it, until all lags hold.

    Returns False where a lunch comes too late, or where what the node on trial sets off comes
    back to it, or to a node before it in its route: everything between is tight then, so it
    would go round for ever (two pairs that wait for each other).
    """
    scalar = state.scalar
    while scalar[SCALAR_HEAD] < scalar[SCALAR_TAIL]:
        if scalar[SCALAR_LATER] > scalar[SCALAR_MOST]:
            return False
        head = earliest_first(state)
        v, need = state.queue[head, 0], state.queue[head, 1]
        scalar[SCALAR_HEAD] = head + 1
        if need <= start_of(state, v):
            continue
        r, pos = state.plan[v, PLAN_ROUTE], state.stop[v, STOP_POS]
        if r == scalar[SCALAR_TRY_ROUTE]:
            if pos < scalar[SCALAR_TRY_POS] or v == scalar[SCALAR_TRY_NODE]:
                return False
            pos += 1
        start = earliest_start(problem.soft[v], state.plan[v, PLAN_EARLIEST], need)
        if start > state.plan[v, PLAN_LATEST]:
            return False
        move_to(problem, state, v, start)
        mark_moved(state, r)
        place = place_before(problem, state, r, pos + 1)
        if not forward_pass(problem, state, r, pos + 1, start + problem.node[v, NODE_DUR], place):
            return False
    return scalar[SCALAR_TAIL] < QUEUE


@kernel
def keep(problem, state):
    """Make the tried starts of all routes that moved the plan's, and price them anew."""
    scalar = state.scalar
    scalar[SCALAR_TRY_ROUTE] = -1
    for k in range(scalar[SCALAR_TRIED]):
        r = state.sum[k, SUM_TRIED]
        touch(state, r)
        for p in range(1, state.length[r] + 1):
            v = state.line[r, p, POS_NODE]
            if state.stop[v, STOP_MARK] == scalar[SCALAR_TRIAL]:
                state.stop[v, STOP_START] = state.stop[v, STOP_TRY]
    for k in range(scalar[SCALAR_TRIED]):
        r = state.sum[k, SUM_TRIED]
        measure(problem, state, r, r)
        scalar[SCALAR_TIMED] += state.sum[r, SUM_COST] - state.cost[r]
        state.cost[r] = state.sum[r, SUM_COST]
    total_up(problem, state)


@kernel
def close_over_linked(problem, state):
    """Note every route that is tied by a lag to one that moved."""
    k = 0
    while k < state.scalar[SCALAR_TRIED]:
        r = state.sum[k, SUM_TRIED]
        for p in range(1, state.length[r] + 1):
            v = state.line[r, p, POS_NODE]
            for j in range(problem.lag_ptr[v], problem.lag_ptr[v + 1]):
                s = state.plan[problem.lag[j, 0], PLAN_ROUTE]
                if s >= 0 and problem.route[s, ROUTE_DATE] == problem.route[r, ROUTE_DATE]:
                    mark_moved(state, s)
        k += 1


@kernel
def retime_moved(problem, state):
    """Earliest starts anew for all routes that moved and those tied to them (after removals).

    Returns False where the routes cannot be timed at all.
    """
    scalar = state.scalar
    close_over_linked(problem, state)
    for k in range(scalar[SCALAR_TRIED]):
        r = state.sum[k, SUM_TRIED]
        for p in range(1, state.length[r] + 1):
            v = state.line[r, p, POS_NODE]
            state.stop[v, STOP_MARK], state.stop[v, STOP_TRY] = scalar[SCALAR_TRIAL], -1
    for k in range(scalar[SCALAR_TRIED]):
        r = state.sum[k, SUM_TRIED]
        route = problem.route[r]
        if not forward_pass(problem, state, r, 1, route[ROUTE_START], route[ROUTE_FROM]):
            return False
    if not propagate(problem, state):
        return False
    keep(problem, state)
    return True


@instead_of(time_routes, moves)
def retime_all(problem: Problem, state: State) -> bool:
    """Earliest starts and prices of all routes from their sequences; False if it cannot."""
    begin_trial(state)
    for r in range(state.length.shape[0]):
        mark_moved(state, r)
        for p in range(1, state.length[r] + 1):
            state.stop[state.line[r, p, POS_NODE], STOP_POS] = p
    return retime_moved(problem, state)


@instead_of(put_back_times, moves)
def put_back_moving(problem: Problem, state: State) -> None:
    """Time the routes that are put back, and those tied to them."""
    begin_trial(state)
    for k in range(state.scalar[SCALAR_TOUCHED]):
        mark_moved(state, state.touched[k])
    retime_moved(problem, state)


@instead_of(relax_window, moves)
def let_go(problem: Problem, state: State, u: int) -> None:  # noqa: ARG001
    """Note that what was held back by a node that is taken out may start earlier now."""
    mark_moved(state, state.plan[u, PLAN_ROUTE])
