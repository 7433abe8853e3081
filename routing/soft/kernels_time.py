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
    C_MODE,
    C_START,
    C_TO,
    FAR,
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
    V_LAG,
    V_MATE,
    V_PLACE,
    V_WEIGHT,
)
from routing.soft.kernels_price import measure
from routing.soft.kernels_window import lateness, lunch_at, settle, start_of


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
