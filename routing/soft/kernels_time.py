# mypy: disable-error-code="no-untyped-def,no-untyped-call,no-any-return"
"""When things happen: earliest starts of all routes at once, and what a route costs.

The starts are the least that satisfy travel, windows' beginnings, lunches and the lags of pairs.
Being least, they are also best for lateness and overtime. What they are not best for is waiting,
so a route's measure leaves the base as late as makes nothing later (the forward time slack of
Savelsbergh 1992, doi 10.1287/ijoc.4.2.146).
"""

from __future__ import annotations

from data.kernels import bare_kernel as kernel
from routing.soft.kernels_layout import (
    A_MARK,
    A_POS,
    A_ROUTE,
    A_START,
    A_TRY,
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
    L_MARK,
    L_OVER,
    L_PERSONS,
    L_SHIFT,
    L_SIZE,
    L_TOUCHED,
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
    QUEUE,
    S_FLOOR,
    S_HEAD,
    S_LATER,
    S_MOST,
    S_NODE,
    S_POS,
    S_ROUTE,
    S_STAMP,
    S_TAIL,
    S_TOUCHED,
    V_DUR,
    V_EARLY1,
    V_EARLY2,
    V_KIND,
    V_LAG,
    V_LATE1,
    V_LATE2,
    V_MATE,
    V_PLACE,
    V_SWITCH,
    V_WEIGHT,
    IntArray,
)


@kernel
def settle(node, arrive):
    """The start of a visit whose carer is ready at ``arrive``: never falls as it rises."""
    if arrive <= node[V_SWITCH]:
        return max(arrive, node[V_EARLY1])
    return max(arrive, node[V_EARLY2])


@kernel
def lateness(node: IntArray, start: int) -> int:
    """How late a start is against the window it falls in or after."""
    last = node[V_LATE2] if start >= node[V_EARLY2] else node[V_LATE1]
    return max(0, start - last)


@kernel
def slack_of(node, start):
    """How much later a start may be without being (more) late, or in another window."""
    if start >= node[V_EARLY2]:
        return max(0, node[V_LATE2] - start)
    return max(0, node[V_LATE1] - start)


@kernel
def start_of(state, v):
    """The start of a node, as tried if it was tried, else as it stands."""
    if state.at[v, A_MARK] == state.now[S_STAMP]:
        return state.at[v, A_TRY]
    return state.at[v, A_START]


@kernel
def lunch_at(
    node: IntArray, is_first: bool, is_last: bool, ready: int, leg: int
) -> tuple[int, int]:
    """When a lunch starts, and whether at the next place: (start, 1 if the leg comes first).

    Held on arrival at the next place if there is time for that, else before leaving. A lunch
    that opens the round is always held on arrival, one that ends it before the way home.
    Start -1: no time for it.
    """
    last = node[V_LATE1]
    if not is_last and ready + leg <= last:
        return max(ready + leg, node[V_EARLY1]), 1
    if is_first or ready > last:
        return -1, 0
    return max(ready, node[V_EARLY1]), 0


@kernel
def touch(state, r):
    """Note that a route's times changed."""
    if state.line[r, L_MARK] != state.now[S_STAMP]:
        state.line[r, L_MARK] = state.now[S_STAMP]
        state.line[state.now[S_TOUCHED], L_TOUCHED] = r
        state.now[S_TOUCHED] += 1


@kernel
def call_mate(state, mate, need):
    """Ask that ``mate`` start no earlier than ``need``.

    Its route has more slack in any case, which matters where it waits.
    """
    if state.at[mate, A_ROUTE] < 0:
        return
    r = state.at[mate, A_ROUTE]
    if state.line[r, L_WAIT] > 0:
        touch(state, r)
    tail = state.now[S_TAIL]
    if need > start_of(state, mate) and tail < QUEUE:
        state.queue[tail, 0] = mate
        state.queue[tail, 1] = need
        state.now[S_TAIL] = tail + 1


@kernel
def advance(problem, state, q, size, c, first, ready, place):
    """Move starts later along a route from position ``first``, until one need not move.

    Returns False where a lunch would come too late.
    """
    stamp, trial, mode = state.now[S_STAMP], state.now[S_NODE], problem.carer[c, C_MODE]
    for k in range(first, size):
        v = state.row[q, k]
        node = problem.node[v]
        if node[V_KIND] == LUNCH:
            is_last = k + 1 == size
            there = (
                problem.carer[c, C_TO] if is_last else problem.node[state.row[q, k + 1], V_PLACE]
            )
            leg = problem.leg[mode, place, there]
            start, goes = lunch_at(node, k == 0 and not is_last, is_last, ready, leg)
            if start < 0:
                return False
            state.at[v, A_TRY], state.at[v, A_MARK] = start, stamp
            ready = start + node[V_DUR]
            if goes == 1:
                place = there
            continue
        ready += problem.leg[mode, place, node[V_PLACE]]
        if v == trial:
            ready = max(ready, state.now[S_FLOOR])
        start = settle(node, ready)
        was = start_of(state, v)
        if start <= was:
            return True
        state.now[S_LATER] += node[V_WEIGHT] * (lateness(node, start) - lateness(node, was))
        state.at[v, A_TRY], state.at[v, A_MARK] = start, stamp
        if node[V_LAG] != -FAR:
            call_mate(state, node[V_MATE], start + node[V_LAG])
        ready = start + node[V_DUR]
        place = node[V_PLACE]
    return True


@kernel
def earliest_first(state):
    """Bring the earliest request to the head of the queue: few nodes then move twice."""
    head = state.now[S_HEAD]
    first = head
    for k in range(head + 1, state.now[S_TAIL]):
        if state.queue[k, 1] < state.queue[first, 1]:
            first = k
    if first > head:
        v, need = state.queue[first, 0], state.queue[first, 1]
        state.queue[first, 0] = state.queue[head, 0]
        state.queue[first, 1] = state.queue[head, 1]
        state.queue[head, 0], state.queue[head, 1] = v, need
    return head


@kernel
def drain(problem, state):
    """Let every mate follow, and its route behind it, until all lags hold.

    Returns False where a lunch comes too late, or where what the node on trial sets off comes
    back to it, or to a node before it in its route: everything on the way is tight then, so it
    would go round for ever (two pairs that wait for each other).
    """
    while state.now[S_HEAD] < state.now[S_TAIL]:
        if state.now[S_LATER] > state.now[S_MOST]:
            return False
        head = earliest_first(state)
        v, need = state.queue[head, 0], state.queue[head, 1]
        state.now[S_HEAD] = head + 1
        if need <= start_of(state, v):
            continue
        r, pos = state.at[v, A_ROUTE], state.at[v, A_POS]
        if r == state.now[S_ROUTE] and (pos < state.now[S_POS] or v == state.now[S_NODE]):
            return False
        node = problem.node[v]
        start = settle(node, need)
        was = start_of(state, v)
        state.now[S_LATER] += node[V_WEIGHT] * (lateness(node, start) - lateness(node, was))
        state.at[v, A_TRY], state.at[v, A_MARK] = start, state.now[S_STAMP]
        call_mate(state, node[V_MATE], start + node[V_LAG])
        q, size = r, state.line[r, L_SIZE]
        touch(state, r)
        if r == state.now[S_ROUTE]:
            pos += 1
            q = problem.carer.shape[0]
            size += 1
        ok = advance(problem, state, q, size, r, pos + 1, start + node[V_DUR], node[V_PLACE])
        if not ok:
            return False
    return state.now[S_TAIL] < QUEUE


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


@kernel
def begin(state):
    """Start a new trial: nothing tried, nothing touched."""
    now = state.now
    now[S_STAMP] += 1
    now[S_TOUCHED] = now[S_HEAD] = now[S_TAIL] = 0
    now[S_ROUTE] = now[S_NODE] = -1
    now[S_LATER] = 0


@kernel
def keep(problem, state):
    """Make the tried starts of all touched routes the plan's, and price them anew."""
    for k in range(state.now[S_TOUCHED]):
        r = state.line[k, L_TOUCHED]
        for p in range(state.line[r, L_SIZE]):
            v = state.row[r, p]
            if state.at[v, A_MARK] == state.now[S_STAMP]:
                state.at[v, A_START] = state.at[v, A_TRY]
    for k in range(state.now[S_TOUCHED]):
        r = state.line[k, L_TOUCHED]
        measure(problem, state, r, r, state.line[r, L_SIZE], r)


@kernel
def close_over_mates(problem, state):
    """Touch every route that is tied to a touched one by a lag."""
    k = 0
    while k < state.now[S_TOUCHED]:
        r = state.line[k, L_TOUCHED]
        for p in range(state.line[r, L_SIZE]):
            v = state.row[r, p]
            mate = problem.node[v, V_MATE]
            if mate >= 0 and problem.node[v, V_LAG] != -FAR and state.at[mate, A_ROUTE] >= 0:
                touch(state, state.at[mate, A_ROUTE])
        k += 1


@kernel
def retime(problem, state):
    """Earliest starts anew for all touched routes and those tied to them (after removals).

    Returns False where the routes cannot be timed at all.
    """
    close_over_mates(problem, state)
    stamp = state.now[S_STAMP]
    for k in range(state.now[S_TOUCHED]):
        r = state.line[k, L_TOUCHED]
        for p in range(state.line[r, L_SIZE]):
            v = state.row[r, p]
            state.at[v, A_MARK] = stamp
            state.at[v, A_TRY] = -1
    for k in range(state.now[S_TOUCHED]):
        r = state.line[k, L_TOUCHED]
        carer = problem.carer[r]
        size = state.line[r, L_SIZE]
        if not advance(problem, state, r, size, r, min(size, 0), carer[C_START], carer[C_FROM]):
            return False
    if not drain(problem, state):
        return False
    keep(problem, state)
    return True
