# mypy: disable-error-code="no-untyped-def,no-untyped-call,no-any-return"
"""Where starts move: when a node starts, what a route costs by its starts, a date by its routes.

Starts are the earliest, which is not best for waiting: so a route's measure leaves the base as
late as makes nothing later (the forward time slack of Savelsbergh 1992, doi
10.1287/ijoc.4.2.146).
"""

from __future__ import annotations

from data.kernels import bare_kernel as kernel
from routing.engine.kernels_layout import (
    DAY_IDLE_MAX,
    DAY_IDLE_ROUTE,
    DAY_IDLE_SECOND,
    DAY_LATE_MAX,
    DAY_MARK,
    FAR,
    LUNCH,
    NODE_DUR,
    NODE_EARLIEST,
    NODE_KIND,
    NODE_LOC,
    NODE_PRICE_EARLY,
    NODE_PRICE_LATE,
    PLAN_LATEST,
    PLAN_ROUTE,
    POS_ARRIVE,
    POS_DEPART,
    POS_LOC,
    POS_NODE,
    POS_START,
    PRICE_IDLE_MAX,
    PRICE_LATE,
    PRICE_LATE_MAX,
    PRICE_LUNCH,
    PRICE_OVER,
    PRICE_TRAVEL,
    PRICE_WAIT,
    ROUTE_DATE,
    ROUTE_FROM,
    ROUTE_LUNCH,
    ROUTE_MODE,
    ROUTE_SOFT_END,
    ROUTE_START,
    ROUTE_TO,
    SCALAR_TIMED,
    SCALAR_TRIAL,
    SCALAR_TRIED,
    SCALAR_TRY_NODE,
    SCALAR_TRY_POS,
    SCALAR_TRY_ROUTE,
    SOFT_EARLY2,
    SOFT_LATE,
    SOFT_LATE2,
    SOFT_SWITCH,
    SOFT_WEIGHT,
    STOP_MARK,
    STOP_START,
    STOP_TRY,
    SUM_COST,
    SUM_FINISH,
    SUM_IDLE,
    SUM_LATE,
    SUM_LATE_MAX,
    SUM_OVER,
    SUM_SHIFT,
    SUM_TRAVEL,
    SUM_TRIED,
    SUM_WAIT,
    SUM_WISH,
    IntArray,
    Problem,
)
from routing.engine.kernels_route import start_price


@kernel
def earliest_start(soft: IntArray, earliest: int, arrive: int) -> int:
    """The start of a visit whose carer is ready at ``arrive``: never falls as it rises."""
    if arrive <= soft[SOFT_SWITCH]:
        return max(arrive, earliest)
    return max(arrive, soft[SOFT_EARLY2])


@kernel
def lateness(soft: IntArray, start: int) -> int:
    """How late a start is against the window it falls in or after."""
    last = soft[SOFT_LATE2] if start >= soft[SOFT_EARLY2] else soft[SOFT_LATE]
    return max(0, start - last)


@kernel
def slack_of(soft, start):
    """How much later a start may be without being (more) late, or in another window."""
    if start >= soft[SOFT_EARLY2]:
        return max(0, soft[SOFT_LATE2] - start)
    return max(0, soft[SOFT_LATE] - start)


@kernel
def start_of(state, v):
    """The start of a node, as tried if it was tried, else as it stands."""
    if state.stop[v, STOP_MARK] == state.scalar[SCALAR_TRIAL]:
        return state.stop[v, STOP_TRY]
    return state.stop[v, STOP_START]


@kernel
def node_at(state, r, p):
    """The node at position ``p`` of route ``r``, the one on trial among them."""
    scalar = state.scalar
    if r == scalar[SCALAR_TRY_ROUTE] and p >= scalar[SCALAR_TRY_POS]:
        if p == scalar[SCALAR_TRY_POS]:
            return scalar[SCALAR_TRY_NODE]
        p -= 1
    return state.line[r, p, POS_NODE]


@kernel
def size_of(state, r):
    """How many nodes route ``r`` has, the one on trial among them."""
    return state.length[r] + (r == state.scalar[SCALAR_TRY_ROUTE])


@kernel
def leg_to(problem, mode, place, v):
    """Travel from ``place`` to node ``v``, and where the carer is then."""
    there = problem.node[v, NODE_LOC]
    if there < 0:
        return 0, place
    return problem.leg[mode, place, there], there


@kernel
def leg_past(problem, state, r, k, place):
    """Travel from ``place`` to what comes after position ``k`` of a route, and where that is."""
    mode = problem.route[r, ROUTE_MODE]
    if k == size_of(state, r):
        there = problem.route[r, ROUTE_TO]
        return problem.leg[mode, place, there], there
    return leg_to(problem, mode, place, node_at(state, r, k + 1))


@kernel
def place_before(problem, state, r, p):
    """Where the carer is before position ``p``: the last place she was at, or her start."""
    for k in range(p - 1, 0, -1):
        place = problem.node[node_at(state, r, k), NODE_LOC]
        if place >= 0:
            return place
    return problem.route[r, ROUTE_FROM]


@kernel
def place_after(problem, state, r, p):
    """The first place from position ``p`` on; else where the carer ends."""
    for k in range(p, size_of(state, r) + 1):
        place = problem.node[node_at(state, r, k), NODE_LOC]
        if place >= 0:
            return place
    return problem.route[r, ROUTE_TO]


@kernel
def lunch_at(
    problem: Problem, v: int, is_first: bool, is_last: bool, ready: int, leg: int
) -> tuple[int, int]:
    """When a lunch starts, and whether at the next place: (start, 1 if the leg comes first).

    Held on arrival at the next place if there is time for that, else before leaving. A lunch
    that opens the round is always held on arrival, one that ends it before the leg home.
    Start -1: no time for it.
    """
    earliest, last = problem.node[v, NODE_EARLIEST], problem.soft[v, SOFT_LATE]
    if not is_last and ready + leg <= last:
        return max(ready + leg, earliest), 1
    if is_first or ready > last:
        return -1, 0
    return max(ready, earliest), 0


@kernel
def lag_slack(problem, state, v, start):
    """How much later ``v`` may start while those linked to it stay."""
    room, date = FAR, problem.route[state.plan[v, PLAN_ROUTE], ROUTE_DATE]
    for k in range(problem.lag_ptr[v], problem.lag_ptr[v + 1]):
        other = problem.lag[k, 0]
        r = state.plan[other, PLAN_ROUTE]
        if r >= 0 and problem.route[r, ROUTE_DATE] == date:
            room = min(room, start_of(state, other) - start - problem.lag[k, 1])
    return room


@kernel
def price_sum(problem, state, r, o):
    """Set the overtime and the cost (but for lunch) of row ``o`` from its other measures."""
    price, sums = problem.price, state.sum[o]
    sums[SUM_OVER] = max(0, sums[SUM_FINISH] - problem.route[r, ROUTE_SOFT_END])
    sums[SUM_COST] = (
        price[PRICE_TRAVEL] * sums[SUM_TRAVEL]
        + price[PRICE_LATE] * sums[SUM_LATE]
        + price[PRICE_WAIT] * sums[SUM_WAIT]
        + price[PRICE_OVER] * sums[SUM_OVER]
        + sums[SUM_WISH]
    )


@kernel
def write_times(line, p, arrive, start, depart, place):
    """The times of one position, for those who look at routes between trials."""
    line[p, POS_ARRIVE], line[p, POS_START] = arrive, start
    line[p, POS_DEPART], line[p, POS_LOC] = depart, place


@kernel
def measure(problem, state, r, o):
    """Price one route by its (tried) starts; into row ``o`` of ``State.sum``.

    Waiting is counted from the latest departure that makes nothing later. A wait after a lunch
    that opens the round is the carer's own time.
    """
    route, size = problem.route[r], size_of(state, r)
    ready, place, mode = route[ROUTE_START], route[ROUTE_FROM], route[ROUTE_MODE]
    travel = busy = late = late_max = wish = wait = free = 0
    slack, has_lunch = FAR, False
    write_times(state.line[r], 0, ready, ready, ready, place)
    for k in range(1, size + 1):
        v = node_at(state, r, k)
        node, soft = problem.node[v], problem.soft[v]
        busy += node[NODE_DUR]
        if node[NODE_KIND] == LUNCH:
            has_lunch, is_last = True, k == size
            leg, there = leg_past(problem, state, r, k, place)
            start, goes = lunch_at(problem, v, k == 1 and not is_last, is_last, ready, leg)
            if goes == 1:
                travel += leg
                ready += leg
                place = there
            room = soft[SOFT_LATE] - start
        else:
            leg, place = leg_to(problem, mode, place, v)
            travel += leg
            ready += leg
            start = start_of(state, v)
            behind = lateness(soft, start)
            late += soft[SOFT_WEIGHT] * behind
            late_max = max(late_max, behind)
            if node[NODE_PRICE_EARLY] | node[NODE_PRICE_LATE] != 0:
                wish += start_price(problem.node, v, start)
            room = min(slack_of(soft, start), lag_slack(problem, state, v, start))
            room = min(room, state.plan[v, PLAN_LATEST] - start)
        wait += start - ready
        if k == 2 and problem.node[node_at(state, r, 1), NODE_KIND] == LUNCH:
            free = wait
        slack = min(slack, wait + room)
        if o == r:
            write_times(state.line[r], k, ready, start, start + node[NODE_DUR], place)
        ready = start + node[NODE_DUR]
    sums, is_empty = state.sum[o], size == 0 or (size == 1 and has_lunch)
    if not is_empty:
        leg = problem.leg[mode, place, route[ROUTE_TO]]
        travel += leg
        ready += leg
    if o == r:
        write_times(state.line[r], size + 1, ready, ready, ready, route[ROUTE_TO])
        state.line[r, size + 1, POS_NODE] = -2
    sums[SUM_FINISH], sums[SUM_TRAVEL], sums[SUM_LATE], sums[SUM_LATE_MAX] = (
        ready, travel, late, late_max,
    )  # fmt: skip
    sums[SUM_SHIFT] = min(wait, slack)
    sums[SUM_WAIT] = wait - sums[SUM_SHIFT] - max(0, free - sums[SUM_SHIFT])
    sums[SUM_WISH] = wish
    if is_empty:
        sums[SUM_FINISH], sums[SUM_SHIFT], sums[SUM_WAIT] = route[ROUTE_START], 0, 0
    finish = max(sums[SUM_FINISH], route[ROUTE_SOFT_END])
    sums[SUM_IDLE] = finish - route[ROUTE_START] - busy - travel
    price_sum(problem, state, r, o)
    if route[ROUTE_LUNCH] >= 0 and not has_lunch:
        sums[SUM_COST] += problem.price[PRICE_LUNCH]


@kernel
def day_price(problem, state, d):
    """What the latest visit and the idlest carer of date ``d`` cost."""
    price, day = problem.price, state.day[d]
    return price[PRICE_LATE_MAX] * day[DAY_LATE_MAX] + price[PRICE_IDLE_MAX] * day[DAY_IDLE_MAX]


@kernel
def total_up(problem, state):
    """Set the measures of each date that has a route that moved."""
    scalar = state.scalar
    for k in range(scalar[SCALAR_TRIED]):
        d = problem.route[state.sum[k, SUM_TRIED], ROUTE_DATE]
        day = state.day[d]
        if day[DAY_MARK] == scalar[SCALAR_TRIAL]:
            continue
        scalar[SCALAR_TIMED] -= day_price(problem, state, d)
        late = first = second = 0
        idlest = problem.date_route[problem.date_ptr[d]]
        for j in range(problem.date_ptr[d], problem.date_ptr[d + 1]):
            r = problem.date_route[j]
            late = max(late, state.sum[r, SUM_LATE_MAX])
            idle = state.sum[r, SUM_IDLE]
            if idle > first:
                first, second, idlest = idle, first, r
            elif idle > second:
                second = idle
        day[DAY_LATE_MAX], day[DAY_IDLE_MAX] = late, first
        day[DAY_IDLE_SECOND], day[DAY_IDLE_ROUTE], day[DAY_MARK] = (
            second,
            idlest,
            scalar[SCALAR_TRIAL],
        )
        scalar[SCALAR_TIMED] += day_price(problem, state, d)
