# mypy: disable-error-code="no-untyped-def,no-untyped-call,no-any-return,arg-type,assignment,index"
"""Where windows hold: what a gap of a route costs a node, and the memory of the cheapest gap.

Remembering is worth its room where a node has no lag, partner, clash or free day and most routes
may take it, as in the textbook problem (`benchmarks.pure_problem`); where routes are long, looking
beside the nearest nodes only is worth more (`benchmarks.pure_search.LONG`). The price of the carer
and of a new carer is the same all over a route, so it is added when the gap is taken from memory.
"""

from __future__ import annotations

import math

import numpy as np

from data.kernels import bare_kernel as kernel
from routing.engine.kernels_layout import (
    FAR,
    NODE_CLASH,
    NODE_CLIENT,
    NODE_DUR,
    NODE_EARLIEST,
    NODE_GROUP,
    NODE_LATEST,
    NODE_LOAD,
    NODE_LOC,
    NODE_PARTNER,
    PLAN_EARLIEST,
    PLAN_ROUTE,
    POS_ARRIVE,
    POS_DEPART,
    POS_LATEST,
    POS_LOC,
    POS_NODE,
    POS_PRICED,
    POS_START,
    POS_STAYS,
    ROUTE_CAPACITY,
    ROUTE_DATE,
    ROUTE_MODE,
    ROUTE_PERIOD,
    ROUTE_STAFF,
    SCALAR_FOUND_P,
    SCALAR_FOUND_R,
    SCALAR_FOUND_START,
    SCALAR_STAMP,
    SEEN_COST,
    SEEN_POS,
    SEEN_START,
    SEEN_VERSION,
    STOP_POS,
    SUM_LOAD,
    SUM_VERSION,
    TUNE_NEAREST,
    Problem,
    State,
)
from routing.engine.kernels_route import price_in, start_price, work_change


@kernel
def push_price(problem: Problem, state: State, r: int, p: int, arrive: int) -> int:
    """What it costs in priced starts that position ``p`` is reached at ``arrive``."""
    node, line, n = problem.node, state.line[r], state.length[r]
    cost = 0
    for q in range(p, n + 1):
        u = line[q, POS_NODE]
        start = max(arrive, state.plan[u, PLAN_EARLIEST])
        late = start - line[q, POS_START]
        if late == 0 or line[q, POS_PRICED] == 0:
            return cost
        cost += start_price(node, u, start) - start_price(node, u, line[q, POS_START])
        arrive = line[q + 1, POS_ARRIVE] + late
    return cost


@kernel
def new_carer_change(problem: Problem, state: State, u: int, r: int) -> int:
    """The price of one more carer, were node ``u`` in route ``r``."""
    client = problem.node[u, NODE_CLIENT]
    if client < 0:
        return 0
    if state.meetings[problem.route[r, ROUTE_PERIOD], client, problem.route[r, ROUTE_STAFF]] > 0:
        return 0
    return problem.new_carer_price[client]


@kernel
def same_day_change(problem: Problem, state: State, u: int, r: int) -> int:
    """The price of one more carer on the date, were node ``u`` in route ``r``."""
    client = problem.node[u, NODE_CLIENT]
    if client < 0 or problem.same_day_price.shape[0] == 0:
        return 0
    if state.same_day[problem.route[r, ROUTE_DATE], client, problem.route[r, ROUTE_STAFF]] > 0:
        return 0
    return problem.same_day_price[client]


@kernel
def carers_saved(problem: Problem, state: State, u: int, r: int) -> int:
    """The prices of the carers who go where planned node ``u`` leaves route ``r``."""
    client, route, saved = problem.node[u, NODE_CLIENT], problem.route[r], 0
    if state.meetings[route[ROUTE_PERIOD], client, route[ROUTE_STAFF]] == 1:
        saved += problem.new_carer_price[client]
    if problem.same_day_price.shape[0] == 0:
        return saved
    if state.same_day[route[ROUTE_DATE], client, route[ROUTE_STAFF]] == 1:
        saved += problem.same_day_price[client]
    return saved


@kernel
def carer_change(problem: Problem, state: State, u: int, r: int) -> int:
    """The prices of one more carer and of more work, were node ``u`` in route ``r``."""
    work = work_change(problem, state, r, problem.node[u, NODE_LOAD])
    carers = new_carer_change(problem, state, u, r) + same_day_change(problem, state, u, r)
    return work + carers


@kernel
def next_blink(rng, rate: float) -> int:
    """How many places to look at before one is passed over (a geometric variable)."""
    if rate <= 0.0:
        return 1 << 40
    return int(math.log(1.0 - rng.random()) / math.log(1.0 - rate))


@kernel
def legs_by(line, travel, p: int, place: int):
    """Seconds to ``place`` from position ``p``, on to the next, and what the detour adds.

    A node without a place has no leg of its own. Where the next node is such a one, the carer
    leaves for the one after it from ``place`` instead; the time on is then never too short.
    """
    gap = line[p + 1, POS_ARRIVE] - line[p, POS_DEPART]
    if place < 0:
        return 0, gap, 0
    there, q = travel[line[p, POS_LOC], place], p + 1
    if line[q, POS_STAYS] == 0:
        on = travel[place, line[q, POS_LOC]]
        return there, on, there + on - gap
    while line[q, POS_STAYS] != 0:
        q += 1
    turn = travel[place, line[q, POS_LOC]] - travel[line[p, POS_LOC], line[q, POS_LOC]]
    return there, max(turn, 0), there + turn


@kernel
def is_day_taken(problem: Problem, state: State, u: int, date: int) -> bool:
    """Whether another occurrence of a visit whose day is free stands on ``date``."""
    group, plan = problem.node[u, NODE_GROUP], state.plan
    if group >= 0:
        for k in range(problem.group_ptr[group], problem.group_ptr[group + 1]):
            other = problem.group[k]
            if other != u and other != problem.node[u, NODE_PARTNER]:
                s = plan[other, PLAN_ROUTE]
                if s >= 0 and problem.route[s, ROUTE_DATE] == date:
                    return True
    return False


@kernel
def start_bounds(problem: Problem, state: State, u: int, r: int):
    """Earliest and latest start of node ``u`` in route ``r``; empty where it may not go there."""
    node, plan, date = problem.node, state.plan, problem.route[r, ROUTE_DATE]
    earliest, latest = node[u, NODE_EARLIEST], node[u, NODE_LATEST]
    for k in range(problem.lag_ptr[u], problem.lag_ptr[u + 1]):
        other = problem.lag[k, 0]
        s = plan[other, PLAN_ROUTE]
        if s >= 0 and problem.route[s, ROUTE_DATE] == date:
            start = state.line[s, state.stop[other, STOP_POS], POS_START]
            earliest = max(earliest, start - problem.lag[k, 2])
            latest = min(latest, start - problem.lag[k, 1])
    if is_day_taken(problem, state, u, date):
        return 1, 0
    clash = node[u, NODE_CLASH]
    if clash >= 0:
        counted, most = state.clash[problem.route[r, ROUTE_STAFF], date], problem.clash_limit[clash]
        heavy = counted.shape[1] - 1  # of all kinds together
        most_heavy = problem.clash_limit[heavy]
        if counted[0, clash] >= most or counted[0, heavy] >= most_heavy:
            earliest = max(earliest, problem.noon[0])
        if counted[1, clash] >= most or counted[1, heavy] >= most_heavy:
            latest = min(latest, problem.noon[0] - 1)
    return earliest, latest


@kernel
def is_alone(problem: Problem, u: int) -> bool:
    """Whether no other node says where ``u`` may stand."""
    if problem.lag_ptr[u + 1] > problem.lag_ptr[u]:
        return False
    node = problem.node[u]
    return node[NODE_PARTNER] < 0 and node[NODE_CLASH] < 0 and node[NODE_GROUP] < 0


@kernel
def look(problem: Problem, state: State, u: int, r: int) -> None:
    """Find the cheapest place of node ``u`` in route ``r``, but for its carer, and note it."""
    node, line, best, seen = problem.node, state.line[r], FAR, state.seen[u, r]
    place, dur = node[u, NODE_LOC], node[u, NODE_DUR]
    earliest, latest = node[u, NODE_EARLIEST], node[u, NODE_LATEST]
    travel = problem.leg[problem.route[r, ROUTE_MODE]]
    for p in range(state.length[r] + 1):
        depart = line[p, POS_DEPART]
        if depart > latest:
            break
        if line[p + 1, POS_LATEST] < earliest + dur:
            continue
        there, on, cost = legs_by(line, travel, p, place)
        start = max(depart + there, earliest)
        arrive = start + dur + on
        if cost >= best or start > latest or arrive > line[p + 1, POS_LATEST]:
            continue
        cost += start_price(node, u, start)
        if arrive > line[p + 1, POS_START]:
            cost += push_price(problem, state, r, p + 1, arrive)
        if cost < best:
            best = cost
            seen[SEEN_POS], seen[SEEN_START] = p, start
    seen[SEEN_VERSION], seen[SEEN_COST] = state.sum[r, SUM_VERSION], best


@kernel
def find_seen(problem: Problem, state: State, u: int, rng, rate: float, ruined: int) -> int:
    """As `kernels_insert.find_place`, by memory; whole routes are passed over."""
    scalar, node, seen, best = state.scalar, problem.node, state.seen[u], FAR
    width, blink = state.line.shape[1], next_blink(rng, rate)
    for k in range(problem.cand_ptr[u], problem.cand_ptr[u + 1]):
        r, route_price = problem.cand[k, 0], problem.cand[k, 1]
        if route_price >= best:
            break
        if ruined != 0 and state.touched_at[r] != scalar[SCALAR_STAMP]:
            continue
        is_seen = seen[r, SEEN_VERSION] == state.sum[r, SUM_VERSION]
        if is_seen and route_price + seen[r, SEEN_COST] >= best:
            continue
        route_price += carer_change(problem, state, u, r)
        if route_price >= best or state.length[r] + 3 > width:
            continue
        if state.sum[r, SUM_LOAD] + node[u, NODE_LOAD] > problem.route[r, ROUTE_CAPACITY]:
            continue
        if not is_seen:
            look(problem, state, u, r)
        cost = route_price + seen[r, SEEN_COST]
        if cost < best:
            blink -= 1
            if blink < 0:
                blink = next_blink(rng, rate)
                continue
            best = cost
            scalar[SCALAR_FOUND_R], scalar[SCALAR_FOUND_P] = r, seen[r, SEEN_POS]
            scalar[SCALAR_FOUND_START] = seen[r, SEEN_START]
    return best


@kernel
def route_price(problem: Problem, state: State, u: int, r: int) -> int:
    """What route ``r`` costs node ``u`` wherever it stands there; ``FAR`` where it may not."""
    if state.length[r] + 3 > state.line.shape[1]:
        return FAR
    if state.sum[r, SUM_LOAD] + problem.node[u, NODE_LOAD] > problem.route[r, ROUTE_CAPACITY]:
        return FAR
    return price_in(problem, u, r) + carer_change(problem, state, u, r)


@kernel
def try_gap(problem: Problem, state: State, u: int, r: int, p: int, best: int) -> int:
    """The cost of node ``u`` after position ``p`` of route ``r``, noted if below ``best``."""
    node, line, scalar = problem.node[u], state.line[r], state.scalar
    if line[p, POS_DEPART] > node[NODE_LATEST]:
        return best
    if line[p + 1, POS_LATEST] < node[NODE_EARLIEST] + node[NODE_DUR]:
        return best
    travel = problem.leg[problem.route[r, ROUTE_MODE]]
    there, on, cost = legs_by(line, travel, p, node[NODE_LOC])
    start = max(line[p, POS_DEPART] + there, node[NODE_EARLIEST])
    arrive = start + node[NODE_DUR] + on
    if cost >= best or start > node[NODE_LATEST] or arrive > line[p + 1, POS_LATEST]:
        return best
    cost += route_price(problem, state, u, r) + start_price(problem.node, u, start)
    if cost < best and arrive > line[p + 1, POS_START]:
        cost += push_price(problem, state, r, p + 1, arrive)
    if cost >= best:
        return best
    scalar[SCALAR_FOUND_R], scalar[SCALAR_FOUND_P], scalar[SCALAR_FOUND_START] = r, p, start
    return cost


@kernel
def find_near(problem: Problem, state: State, u: int, rng, rate: float, ruined: int) -> int:
    """As `kernels_insert.find_place`, but only beside the nearest nodes, or in an empty route.

    ``FAR`` for breaks and meetings, which have no list of what is near.
    """
    if u + 1 >= problem.near_ptr.shape[0]:
        return FAR
    stamp, best, blink = state.scalar[SCALAR_STAMP], FAR, next_blink(rng, rate)
    first = problem.near_ptr[u]
    last = min(problem.near_ptr[u + 1], first + int(state.tune[TUNE_NEAREST]))
    for k in range(first, last):
        v = problem.near[k]
        r = state.plan[v, PLAN_ROUTE]
        if r < 0 or (ruined != 0 and state.touched_at[r] != stamp):
            continue
        blink -= 1
        if blink < 0:
            blink = next_blink(rng, rate)
            continue
        p = state.stop[v, STOP_POS]
        best = try_gap(problem, state, u, r, p - 1, best)
        best = try_gap(problem, state, u, r, p, best)
    for k in range(problem.cand_ptr[u], problem.cand_ptr[u + 1]):
        r = problem.cand[k, 0]
        if state.length[r] == 0 and (ruined == 0 or state.touched_at[r] == stamp):
            return try_gap(problem, state, u, r, np.int64(0), best)
    return best
