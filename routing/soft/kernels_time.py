# mypy: disable-error-code="no-untyped-def,no-untyped-call,no-any-return"
"""When things happen: the earliest starts of all routes at once.

The least starts that satisfy travel, windows' beginnings, lunches and the lags of pairs. Being
least, they are best for lateness and overtime too.
"""

from __future__ import annotations

from data.kernels import bare_kernel as kernel
from routing.soft.kernels_layout import (
    A_MARK,
    A_POS,
    A_ROUTE,
    A_START,
    A_TRY,
    C_FROM,
    C_LAST,
    C_MODE,
    C_START,
    C_TO,
    FAR,
    K_LEAST,
    K_OTHER,
    L_MARK,
    L_SIZE,
    L_TOUCHED,
    L_WAIT,
    LUNCH,
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
    V_KIND,
    V_LAST,
    V_LINK,
    V_LINK_END,
    V_PLACE,
    V_WEIGHT,
)
from routing.soft.kernels_price import measure
from routing.soft.kernels_window import (
    lateness,
    leg_to,
    lunch_at,
    place_before,
    settle,
    start_of,
)


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
def call_linked(problem, state, v, start):
    """Ask all that are linked to ``v``, which now starts at ``start``, to keep their lags."""
    for k in range(problem.node[v, V_LINK], problem.node[v, V_LINK_END]):
        call_mate(state, problem.link[k, K_OTHER], start + problem.link[k, K_LEAST])


@kernel
def advance(problem, state, q, size, c, first, ready, place):
    """Move starts later along a route from position ``first``, until one need not move.

    Returns False where a lunch, a last start or a last end would come too late.
    """
    stamp, trial, mode = state.now[S_STAMP], state.now[S_NODE], problem.carer[c, C_MODE]
    for k in range(first, size):
        v = state.row[q, k]
        node = problem.node[v]
        if node[V_KIND] == LUNCH:
            is_last = k + 1 == size
            if is_last:
                there = problem.carer[c, C_TO]
                leg = problem.leg[mode, place, there]
            else:
                leg, there = leg_to(problem, mode, place, state.row[q, k + 1])
            start, goes = lunch_at(node, k == 0 and not is_last, is_last, ready, leg)
            if start < 0:
                return False
            state.at[v, A_TRY], state.at[v, A_MARK] = start, stamp
            ready = start + node[V_DUR]
            if goes == 1:
                place = there
            continue
        leg, place = leg_to(problem, mode, place, v)
        ready += leg
        if v == trial:
            ready = max(ready, state.now[S_FLOOR])
        start = settle(node, ready)
        was = start_of(state, v)
        if start <= was and node[V_PLACE] < 0:
            ready = was + node[V_DUR]  # whoever comes after it may have another way now
            continue
        if start <= was:
            return True
        if start > node[V_LAST]:
            return False
        state.now[S_LATER] += node[V_WEIGHT] * (lateness(node, start) - lateness(node, was))
        state.at[v, A_TRY], state.at[v, A_MARK] = start, stamp
        call_linked(problem, state, v, start)
        ready = start + node[V_DUR]
    last = problem.carer[c, C_LAST]
    return last == FAR or ready + problem.leg[mode, place, problem.carer[c, C_TO]] <= last


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
        if start > node[V_LAST]:
            return False
        was = start_of(state, v)
        state.now[S_LATER] += node[V_WEIGHT] * (lateness(node, start) - lateness(node, was))
        state.at[v, A_TRY], state.at[v, A_MARK] = start, state.now[S_STAMP]
        call_linked(problem, state, v, start)
        q, size = r, state.line[r, L_SIZE]
        touch(state, r)
        if r == state.now[S_ROUTE]:
            pos += 1
            q = problem.carer.shape[0]
            size += 1
        place = place_before(problem, state.row[q], r, pos + 1)
        ok = advance(problem, state, q, size, r, pos + 1, start + node[V_DUR], place)
        if not ok:
            return False
    return state.now[S_TAIL] < QUEUE


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
            for j in range(problem.node[v, V_LINK], problem.node[v, V_LINK_END]):
                other = problem.link[j, K_OTHER]
                if state.at[other, A_ROUTE] >= 0:
                    touch(state, state.at[other, A_ROUTE])
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
