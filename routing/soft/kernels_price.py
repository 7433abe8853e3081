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
    P_IDLE_MAX,
    P_LATE,
    P_LATE_MAX,
    P_LUNCH,
    P_OVER,
    P_TRAVEL,
    P_WAIT,
    V_DUR,
    V_KIND,
    V_LAG,
    V_LATE1,
    V_MATE,
    V_PLACE,
    V_WEIGHT,
)
from routing.soft.kernels_window import lateness, lunch_at, slack_of, start_of


@kernel
def lag_slack(problem, state, v, start):
    """How much later ``v`` may start while its mate stays."""
    mate = problem.node[v, V_MATE]
    if mate < 0 or problem.node[v, V_LAG] == -FAR or state.at[mate, A_ROUTE] < 0:
        return FAR
    return start_of(state, mate) - start - problem.node[v, V_LAG]


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
            there = carer[C_TO] if is_last else problem.node[state.row[q, k + 1], V_PLACE]
            leg = problem.leg[mode, place, there]
            start, goes = lunch_at(node, k == 0 and not is_last, is_last, ready, leg)
            if goes == 1:
                travel += leg
                ready += leg
                place = there
            room = node[V_LATE1] - start
        else:
            leg = problem.leg[mode, place, node[V_PLACE]]
            travel += leg
            ready += leg
            place = node[V_PLACE]
            start = start_of(state, v)
            behind = lateness(node, start)
            late += node[V_WEIGHT] * behind
            late_max = max(late_max, behind)
            persons += problem.person[v, c]
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
