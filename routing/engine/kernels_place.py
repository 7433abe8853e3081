# mypy: disable-error-code="no-untyped-def,no-untyped-call,no-any-return,arg-type,assignment,index"
"""Recreate where starts move: tried in full where the bound says that a place could pay."""

from __future__ import annotations

import numpy as np

from data.kernels import bare_kernel as kernel
from data.kernels import instead_of
from routing.engine.kernels_gaps import carer_change, is_day_taken, next_blink
from routing.engine.kernels_insert import place_node
from routing.engine.kernels_layout import (
    DAY_IDLE_MAX,
    FAR,
    LUNCH,
    NODE_ABSENT,
    NODE_CLASH,
    NODE_EARLIEST,
    NODE_KIND,
    NODE_LATEST,
    NODE_LOAD,
    NODE_LOC,
    NODE_PARTNER,
    NODE_PINNED_STAFF,
    PLAN_EARLIEST,
    PLAN_HALF,
    PLAN_LATEST,
    PLAN_ROUTE,
    POS_NODE,
    PRICE_IDLE_MAX,
    PRICE_LATE,
    PRICE_LUNCH,
    PRICE_WAIT,
    ROUTE_CAPACITY,
    ROUTE_DATE,
    ROUTE_LUNCH,
    ROUTE_STAFF,
    SCALAR_BLINK,
    SCALAR_BROKEN,
    SCALAR_FOUND_HALF,
    SCALAR_FOUND_P,
    SCALAR_FOUND_R,
    SCALAR_MOST,
    SCALAR_REMOVED,
    SCALAR_STAMP,
    SCALAR_TIMED,
    SCALAR_TOUCHED,
    SCALAR_TRIED,
    SOFT_LATE,
    STOP_POS,
    STOP_START,
    SUM_LOAD,
    SUM_TRIED,
    SUM_WAIT,
    TUNE_BLINK,
    Problem,
    State,
    moves,
)
from routing.engine.kernels_moving import (
    begin_trial,
    hold_lunches,
    keep,
    retime_moved,
    retime_touched,
)
from routing.engine.kernels_route import (
    count,
    log_node,
    mark_moved,
    price_in,
    set_present,
    take_out,
    touch,
)
from routing.engine.kernels_trial import bound, evaluate, put_on_trial


@kernel
def may_go(problem, state, u, r):
    """Whether node ``u`` may stand in route ``r``, but for its time."""
    route, node = problem.route[r], problem.node[u]
    if state.length[r] + 3 > state.line.shape[1]:
        return False
    if state.sum[r, SUM_LOAD] + node[NODE_LOAD] > route[ROUTE_CAPACITY]:
        return False
    if node[NODE_PINNED_STAFF] > 0 and node[NODE_PINNED_STAFF] != route[ROUTE_STAFF] + 1:
        return False
    if node[NODE_PARTNER] >= 0 and state.plan[node[NODE_PARTNER], PLAN_ROUTE] >= 0:
        other = problem.route[state.plan[node[NODE_PARTNER], PLAN_ROUTE]]
        if other[ROUTE_DATE] != route[ROUTE_DATE] or other[ROUTE_STAFF] == route[ROUTE_STAFF]:
            return False
    return not is_day_taken(problem, state, u, route[ROUTE_DATE])


@kernel
def set_half(problem, state, u, half):
    """Let node ``u`` start in one half of the day, or (-1) in either."""
    earliest, latest = problem.node[u, NODE_EARLIEST], problem.node[u, NODE_LATEST]
    if half == 0:
        latest = min(latest, problem.noon[0] - 1)
    elif half == 1:
        earliest = max(earliest, problem.noon[0])
    state.plan[u, PLAN_EARLIEST], state.plan[u, PLAN_LATEST] = earliest, latest
    state.plan[u, PLAN_HALF] = half


@kernel
def best_in_route(problem, state, u, r, half, route_price, best, rng):
    """The cheapest place of ``u`` in route ``r``, where it costs less than ``best``.

    With ``SCALAR_BLINK`` below 0 from the outset no place is passed over.
    """
    scalar, price = state.scalar, problem.price[PRICE_LATE]
    for p in range(state.length[r] + 1):
        rest, late = bound(problem, state, u, r, p)
        rest += route_price
        if rest + price * late >= best:
            continue
        scalar[SCALAR_BLINK] -= 1
        if scalar[SCALAR_BLINK] < 0:
            scalar[SCALAR_BLINK] = next_blink(rng, state.tune[TUNE_BLINK])
            continue
        if price > 0:
            scalar[SCALAR_MOST] = (best - rest) // price
        delta = evaluate(problem, state, u, r, p) + route_price
        if delta < best:
            best = delta
            scalar[SCALAR_FOUND_R], scalar[SCALAR_FOUND_P], scalar[SCALAR_FOUND_HALF] = r, p, half
    scalar[SCALAR_MOST] = FAR
    return best


@kernel
def find_moving(problem, state, u, rng, rate, ruined, limit):
    """The cheapest place of node ``u`` into ``state.scalar``, and its cost; else ``limit``."""
    scalar, best, clash = state.scalar, limit, problem.node[u, NODE_CLASH]
    scalar[SCALAR_BLINK] = next_blink(rng, rate)
    for k in range(problem.cand_ptr[u], problem.cand_ptr[u + 1]):
        r = problem.cand[k, 0]
        if ruined != 0 and state.touched_at[r] != scalar[SCALAR_STAMP]:
            continue
        route_price = problem.cand[k, 1] + carer_change(problem, state, u, r)
        d, price = problem.route[r, ROUTE_DATE], problem.price
        gain = price[PRICE_WAIT] * state.sum[r, SUM_WAIT]
        gain += price[PRICE_IDLE_MAX] * state.day[d, DAY_IDLE_MAX]
        if route_price - gain >= best or not may_go(problem, state, u, r):
            continue
        if clash < 0:
            set_half(problem, state, u, np.int64(-1))
            best = best_in_route(problem, state, u, r, np.int64(-1), route_price, best, rng)
            continue
        for half in range(2):
            counted, most = state.clash[problem.route[r, ROUTE_STAFF], d, half], problem.clash_limit
            if counted[clash] < most[clash] and counted[-1] < most[-1]:
                set_half(problem, state, u, half)
                best = best_in_route(problem, state, u, r, half, route_price, best, rng)
    state.plan[u, PLAN_HALF] = -1
    return best


@kernel
def is_travel_changed(problem, state, r, p):
    """Whether what stands at ``p`` lies before a visit without a place.

    The first visit after that one may then be nearer than it was, and start earlier, which a
    trial does not see: it moves starts later only.
    """
    node, line, k, size = problem.node, state.line[r], p + 1, state.length[r]
    if k <= size and node[line[k, POS_NODE], NODE_KIND] == LUNCH:
        k += 1
    if k > size or node[line[p, POS_NODE], NODE_LOC] < 0:
        return False
    return node[line[k, POS_NODE], NODE_KIND] != LUNCH and node[line[k, POS_NODE], NODE_LOC] < 0


@kernel
def put_moving(problem, state, v, r, p):
    """Put ``v`` after position ``p`` of route ``r`` for good; the change of the routes' costs."""
    scalar, line, before = state.scalar, state.line[r], state.scalar[SCALAR_TIMED]
    touch(state, r)
    put_on_trial(problem, state, v, r, p)
    for k in range(state.length[r], p, -1):
        line[k + 1, POS_NODE] = line[k, POS_NODE]
        state.stop[line[k, POS_NODE], STOP_POS] = k + 1
    line[p + 1, POS_NODE] = v
    state.length[r] += 1
    keep(problem, state)
    if is_travel_changed(problem, state, r, p + 1):
        begin_trial(state)
        mark_moved(state, r)
        retime_moved(problem, state)
    return scalar[SCALAR_TIMED] - before


@kernel
def put_in_place(problem, state, u):
    """Put node ``u`` where `find_moving` found its place; the change of all costs but absence."""
    scalar = state.scalar
    r, p, half = scalar[SCALAR_FOUND_R], scalar[SCALAR_FOUND_P], scalar[SCALAR_FOUND_HALF]
    log_node(state, u)
    set_half(problem, state, u, half)
    change = put_moving(problem, state, u, r, p)
    if state.absent_at[u] >= 0:
        set_present(state, u)
    return change + count(problem, state, u, r, half, np.int64(1)) + price_in(problem, u, r)


@instead_of(place_node, moves)
def place_moving(
    problem: Problem, state: State, u: int, partner: int, rng, rate: float, ruined: int
) -> int:
    """Plan ``u`` (and its partner) at the cheapest place, if it is worth it; the change of cost."""
    absent = problem.node[u, NODE_ABSENT]
    log_node(state, u)
    if partner >= 0:
        log_node(state, partner)
        absent += problem.node[partner, NODE_ABSENT]
        if rng.random() < 0.5:
            u, partner = partner, u
    if find_moving(problem, state, u, rng, rate, ruined, absent) >= absent:
        return 0
    change = put_in_place(problem, state, u)
    if partner < 0:
        return change - absent
    most = absent - change
    if find_moving(problem, state, partner, rng, rate, np.int64(0), most) < most:
        return change + put_in_place(problem, state, partner) - absent
    begin_trial(state)
    before = state.scalar[SCALAR_TIMED]
    change += take_out(problem, state, u) - problem.node[u, NODE_ABSENT]
    state.scalar[SCALAR_REMOVED] -= 1
    retime_moved(problem, state)
    return change + state.scalar[SCALAR_TIMED] - before


@kernel
def insert_lunch(problem: Problem, state: State, r: int) -> int:
    """Give the carer of route ``r`` a lunch at its cheapest place, if it pays; the change."""
    v = problem.route[r, ROUTE_LUNCH]
    if v < 0 or state.plan[v, PLAN_ROUTE] >= 0:
        return 0
    log_node(state, v)
    best, place = 0, np.int64(-1)
    for p in range(state.length[r] + 1):
        if (
            p > 0
            and state.stop[state.line[r, p, POS_NODE], STOP_START] > problem.soft[v, SOFT_LATE]
        ):
            break
        delta = evaluate(problem, state, v, r, p)
        if delta < best:
            best, place = delta, p
            if delta <= -problem.price[PRICE_LUNCH]:
                break
    if place < 0:
        return 0
    return put_moving(problem, state, v, r, place)


@instead_of(hold_lunches, moves)
def hold_moving(problem: Problem, state: State) -> int:
    """Give the carers of the routes that this iteration has changed their lunches; the change."""
    change = 0
    if problem.price[PRICE_LUNCH] > 0:
        for k in range(state.scalar[SCALAR_TOUCHED]):
            change += insert_lunch(problem, state, state.touched[k])
    return change


@instead_of(retime_touched, moves)
def retime_lifted(problem: Problem, state: State) -> int:
    """Take the lunches out of the ruined routes and time them anew; the change of their costs."""
    lift_lunches(problem, state)
    before = state.scalar[SCALAR_TIMED]
    if not retime_moved(problem, state):
        state.scalar[SCALAR_BROKEN] = 1
    return state.scalar[SCALAR_TIMED] - before


@kernel
def lift_lunches(problem: Problem, state: State) -> None:
    """Take the lunches out of all routes that this iteration has changed."""
    for k in range(state.scalar[SCALAR_TRIED]):
        r = state.sum[k, SUM_TRIED]
        v = problem.route[r, ROUTE_LUNCH]
        if v >= 0 and state.plan[v, PLAN_ROUTE] >= 0:
            log_node(state, v)
            touch(state, r)
            line, n = state.line[r], state.length[r]
            for q in range(state.stop[v, STOP_POS], n):
                line[q, POS_NODE] = line[q + 1, POS_NODE]
                state.stop[line[q, POS_NODE], STOP_POS] = q
            state.length[r] = n - 1
            state.plan[v, PLAN_ROUTE] = -1
