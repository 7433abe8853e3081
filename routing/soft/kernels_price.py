# mypy: disable-error-code="no-untyped-def,no-untyped-call,no-any-return"
"""What a route costs by its starts, and the plan by its routes.

Starts are the earliest, which is not best for waiting: so a route's measure leaves the base as
late as makes nothing later (the forward time slack of Savelsbergh 1992, doi
10.1287/ijoc.4.2.146).
"""

from __future__ import annotations

from data.kernels import bare_kernel as kernel
from routing.soft.kernels_layout import (
    A_ROUTE,
    C_END,
    C_FROM,
    C_LUNCH,
    C_MODE,
    C_START,
    C_TO,
    FAR,
    K_LEAST,
    K_OTHER,
    L_COST,
    L_FINISH,
    L_IDLE,
    L_LATE,
    L_LATE_MAX,
    L_OVER,
    L_PERSONS,
    L_SHIFT,
    L_TRAVEL,
    L_WAIT,
    LUNCH,
    NOW_ABSENT,
    NOW_COST,
    NOW_IDLE_MAX,
    NOW_IDLE_ROUTE,
    NOW_IDLE_SECOND,
    NOW_LATE_MAX,
    NOW_LINES,
    P_CLASH,
    P_IDLE_MAX,
    P_LATE,
    P_LATE_MAX,
    P_LUNCH,
    P_NOON,
    P_OVER,
    P_TRAVEL,
    P_WAIT,
    V_CLASH,
    V_DUR,
    V_KIND,
    V_LATE1,
    V_LINK,
    V_LINK_END,
    V_WEIGHT,
    V_WISH,
    V_WISH_PRICE,
)
from routing.soft.kernels_window import lateness, leg_to, lunch_at, slack_of, start_of


@kernel
def lag_slack(problem, state, v, start):
    """How much later ``v`` may start while those linked to it stay."""
    room = FAR
    for k in range(problem.node[v, V_LINK], problem.node[v, V_LINK_END]):
        other = problem.link[k, K_OTHER]
        if state.at[other, A_ROUTE] >= 0:
            room = min(room, start_of(state, other) - start - problem.link[k, K_LEAST])
    return room


@kernel
def clash_price(problem, state, c, row, k, start):
    """What it costs that the visit at position ``k`` is one of its class too many in its half."""
    of, noon, counted = problem.node[row[k], V_CLASH], problem.price[P_NOON], 1
    for j in range(k):
        if problem.node[row[j], V_CLASH] == of:
            counted += (start_of(state, row[j]) < noon) == (start < noon)
    half = 0 if start < noon else problem.clash.shape[1] // 2
    return problem.price[P_CLASH] if counted > problem.clash[c, half + of] else 0


@kernel
def price_line(problem, line, carer):
    """Set the overtime and the cost (but for lunch) of a route from its other measures."""
    price = problem.price
    line[L_OVER] = max(0, line[L_FINISH] - carer[C_END])
    line[L_COST] = (
        price[P_TRAVEL] * line[L_TRAVEL]
        + price[P_LATE] * line[L_LATE]
        + price[P_WAIT] * line[L_WAIT]
        + price[P_OVER] * line[L_OVER]
        + line[L_PERSONS]
    )


@kernel
def measure(problem, state, c, q, size, o):
    """Price one route by its (tried) starts; into row ``o`` of ``State.line``.

    Waiting is counted from the latest departure that makes nothing later. A wait after a lunch
    that opens the round is the carer's own time.
    """
    carer = problem.carer[c]
    ready, place, mode = carer[C_START], carer[C_FROM], carer[C_MODE]
    travel = busy = late = late_max = persons = wait = free = 0
    slack = FAR
    has_lunch = False
    for k in range(size):
        v = state.row[q, k]
        node = problem.node[v]
        busy += node[V_DUR]
        if node[V_KIND] == LUNCH:
            has_lunch = True
            is_last = k + 1 == size
            if is_last:
                there = carer[C_TO]
                leg = problem.leg[mode, place, there]
            else:
                leg, there = leg_to(problem, mode, place, state.row[q, k + 1])
            start, goes = lunch_at(node, k == 0 and not is_last, is_last, ready, leg)
            if goes == 1:
                travel += leg
                ready += leg
                place = there
            room = node[V_LATE1] - start
        else:
            leg, place = leg_to(problem, mode, place, v)
            travel += leg
            ready += leg
            start = start_of(state, v)
            behind = lateness(node, start)
            late += node[V_WEIGHT] * behind
            late_max = max(late_max, behind)
            persons += problem.person[v, c]
            if node[V_WISH_PRICE] > 0:
                persons += (node[V_WISH_PRICE] * abs(start - node[V_WISH])) >> 6
            if node[V_CLASH] >= 0:
                persons += clash_price(problem, state, c, state.row[q], k, start)
            room = min(slack_of(node, start), lag_slack(problem, state, v, start))
        wait += start - ready
        if k == 1 and problem.node[state.row[q, 0], V_KIND] == LUNCH:
            free = wait
        slack = min(slack, wait + room)
        ready = start + node[V_DUR]
    is_empty = size == 0 or (size == 1 and has_lunch)
    if not is_empty:
        leg = problem.leg[mode, place, carer[C_TO]]
        travel += leg
        ready += leg
    line = state.line[o]
    line[L_FINISH], line[L_TRAVEL], line[L_LATE], line[L_LATE_MAX] = ready, travel, late, late_max
    line[L_SHIFT] = min(wait, slack)
    line[L_WAIT] = wait - line[L_SHIFT] - max(0, free - line[L_SHIFT])
    line[L_PERSONS] = persons
    if is_empty:
        line[L_FINISH], line[L_SHIFT], line[L_WAIT] = carer[C_START], 0, 0
    line[L_IDLE] = max(line[L_FINISH], carer[C_END]) - carer[C_START] - busy - travel
    price_line(problem, line, carer)
    if carer[C_LUNCH] >= 0 and not has_lunch:
        line[L_COST] += problem.price[P_LUNCH]


@kernel
def total_up(problem, state):
    """Set the plan's totals from its lines."""
    late = first = second = 0
    at = lines = 0
    for r in range(problem.carer.shape[0]):
        lines += state.line[r, L_COST]
        late = max(late, state.line[r, L_LATE_MAX])
        idle = state.line[r, L_IDLE]
        if idle > first:
            first, second, at = idle, first, r
        elif idle > second:
            second = idle
    now = state.now
    now[NOW_LINES], now[NOW_LATE_MAX] = lines, late
    now[NOW_IDLE_MAX], now[NOW_IDLE_SECOND], now[NOW_IDLE_ROUTE] = first, second, at
    now[NOW_COST] = (
        lines
        + now[NOW_ABSENT]
        + problem.price[P_LATE_MAX] * late
        + problem.price[P_IDLE_MAX] * first
    )
