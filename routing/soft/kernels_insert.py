# mypy: disable-error-code="no-untyped-def,no-untyped-call"
"""Where a visit goes: an optimistic bound at every position, an exact trial where it pays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data.kernels import bare_kernel as kernel
from routing.soft.kernels_layout import (
    A_MARK,
    A_POS,
    A_ROUTE,
    A_START,
    A_TRY,
    BLINK,
    C_FROM,
    C_LUNCH,
    C_MODE,
    C_START,
    C_TO,
    FAR,
    K_BACK,
    K_LEAST,
    K_OTHER,
    L_COST,
    L_DIRTY,
    L_IDLE,
    L_LATE_MAX,
    L_MARK,
    L_SHIFT,
    L_SIZE,
    L_TOUCHED,
    L_WAIT,
    LUNCH,
    NOW_ABSENT,
    NOW_IDLE_MAX,
    NOW_IDLE_ROUTE,
    NOW_IDLE_SECOND,
    NOW_LATE_MAX,
    P_IDLE_MAX,
    P_LATE,
    P_LATE_MAX,
    P_LUNCH,
    P_TRAVEL,
    P_WAIT,
    S_FLOOR,
    S_FOUND_POS,
    S_FOUND_ROUTE,
    S_MOST,
    S_NODE,
    S_POS,
    S_ROUTE,
    S_STAMP,
    S_TOUCHED,
    U_ABSENT,
    U_ONE,
    U_TWO,
    V_CAND,
    V_CAND_END,
    V_DUR,
    V_KIND,
    V_LAST,
    V_LATE1,
    V_LINK,
    V_LINK_END,
    V_MATE,
    V_PLACE,
    V_WEIGHT,
    Choice,
    Problem,
    State,
)
from routing.soft.kernels_price import measure, total_up
from routing.soft.kernels_random import rand_bits
from routing.soft.kernels_time import advance, begin, drain, keep, retime, touch
from routing.soft.kernels_window import lateness, place_before, settle


@kernel
def put_on_trial(problem, state, v, r, p):
    """Time the plan as if ``v`` stood at position ``p`` of route ``r``.

    False if it cannot, or if it makes visits later by more than ``S_MOST`` in all.
    """
    begin(state)
    now = state.now
    size = state.line[r, L_SIZE]
    row, tried = state.row[r], state.row[problem.carer.shape[0]]
    for k in range(p):
        tried[k] = row[k]
    tried[p] = v
    for k in range(p, size):
        tried[k + 1] = row[k]
    now[S_ROUTE], now[S_POS], now[S_NODE] = r, p, v
    state.at[v, A_ROUTE], state.at[v, A_POS] = r, p
    touch(state, r)
    state.at[v, A_TRY], state.at[v, A_MARK] = -1, now[S_STAMP]
    now[S_FLOOR] = 0
    for k in range(problem.node[v, V_LINK], problem.node[v, V_LINK_END]):
        other = problem.link[k, K_OTHER]
        if state.at[other, A_ROUTE] >= 0:
            line = state.line[state.at[other, A_ROUTE]]
            if line[L_SHIFT] + line[L_WAIT] > 0:
                touch(state, state.at[other, A_ROUTE])
            floor = state.at[other, A_START] + problem.link[k, K_BACK]
            now[S_FLOOR] = max(now[S_FLOOR], floor)
    first = p
    if p > 0 and problem.node[row[p - 1], V_KIND] == LUNCH:
        first = p - 1
    ready, place = problem.carer[r, C_START], problem.carer[r, C_FROM]
    if first > 0:
        before = row[first - 1]
        ready = state.at[before, A_START] + problem.node[before, V_DUR]
        place = place_before(problem, row, r, first)
    ok = advance(problem, state, problem.carer.shape[0], size + 1, r, first, ready, place)
    return ok and drain(problem, state)


@kernel
def trial_delta(problem, state):
    """What the plan on trial costs more than the plan as it stands."""
    now, price = state.now, problem.price
    late = idle = delta = 0
    n_touched, n_routes = state.now[S_TOUCHED], problem.carer.shape[0]
    was_latest = False
    for k in range(n_touched):
        r = state.line[k, L_TOUCHED]
        q, size = r, state.line[r, L_SIZE]
        if r == now[S_ROUTE]:
            q, size = n_routes, size + 1
        o = n_routes + k
        measure(problem, state, r, q, size, o)
        delta += state.line[o, L_COST] - state.line[r, L_COST]
        late = max(late, state.line[o, L_LATE_MAX])
        idle = max(idle, state.line[o, L_IDLE])
        was_latest |= state.line[r, L_LATE_MAX] == now[NOW_LATE_MAX]
    if n_touched == 1 and not was_latest:
        r = state.line[0, L_TOUCHED]
        late = max(late, now[NOW_LATE_MAX])
        others = now[NOW_IDLE_SECOND] if r == now[NOW_IDLE_ROUTE] else now[NOW_IDLE_MAX]
        idle = max(idle, others)
    else:
        for r in range(n_routes):
            if state.line[r, L_MARK] != now[S_STAMP]:
                late = max(late, state.line[r, L_LATE_MAX])
                idle = max(idle, state.line[r, L_IDLE])
    delta += price[P_LATE_MAX] * (late - now[NOW_LATE_MAX])
    return delta + price[P_IDLE_MAX] * (idle - now[NOW_IDLE_MAX])


@kernel
def evaluate(problem, state, v, r, p):
    """The exact cost of inserting ``v`` there; the plan stays as it is.

    ``FAR`` where it cannot stand there, or makes visits later by more than ``S_MOST`` in all.
    """
    delta = FAR
    if put_on_trial(problem, state, v, r, p):
        delta = trial_delta(problem, state)
    state.at[v, A_ROUTE] = -1
    return delta


@kernel
def place_after(problem, row, r, k, size):
    """The first place from position ``k`` on; else where the carer ends."""
    while k < size and problem.node[row[k], V_PLACE] < 0:
        k += 1
    return problem.node[row[k], V_PLACE] if k < size else problem.carer[r, C_TO]


@kernel
def start_linked(problem, state, v, ready):
    """When ``v`` starts for a carer ready then, and how much later that makes those linked."""
    first, end = problem.node[v, V_LINK], problem.node[v, V_LINK_END]
    start, late = settle(problem.node[v], ready), 0
    for k in range(first, end):
        other = problem.link[k, K_OTHER]
        if state.at[other, A_ROUTE] >= 0:
            start = max(start, state.at[other, A_START] + problem.link[k, K_BACK])
    for k in range(first, end):
        other = problem.link[k, K_OTHER]
        if state.at[other, A_ROUTE] >= 0:
            node, was = problem.node[other], state.at[other, A_START]
            then = settle(node, max(was, start + problem.link[k, K_LEAST]))
            late += node[V_WEIGHT] * (lateness(node, then) - lateness(node, was))
    return start, late


@kernel
def bound(problem, state, v, r, p):
    """Roughly the least that inserting visit ``v`` there can cost: without lateness, and that."""
    price, now = problem.price, state.now
    node = problem.node[v]
    size, mode = state.line[r, L_SIZE], problem.carer[r, C_MODE]
    row = state.row[r]
    place, ready = problem.carer[r, C_FROM], problem.carer[r, C_START]
    k, pause_before, pause_after = p - 1, 0, 0
    if k >= 0 and problem.node[row[k], V_KIND] == LUNCH:
        pause_before = problem.node[row[k], V_DUR]
        k -= 1
    if k >= 0:
        place = place_before(problem, row, r, k + 1)
        ready = state.at[row[k], A_START] + problem.node[row[k], V_DUR]
    k = p
    if k < size and problem.node[row[k], V_KIND] == LUNCH:
        pause_after = problem.node[row[k], V_DUR]
        k += 1
    there = place_after(problem, row, r, k, size)
    was = problem.leg[mode, place, there]
    here = node[V_PLACE] if node[V_PLACE] >= 0 else place
    to_here, to_there = problem.leg[mode, place, here], problem.leg[mode, here, there]
    if size == 0 or (size == 1 and pause_before + pause_after > 0):
        was = 0
    travel = to_here + to_there - was
    start, late = start_linked(problem, state, v, ready + pause_before + to_here)
    if start > node[V_LAST]:
        return FAR, late
    behind = lateness(node, start)
    late, late_max = late + node[V_WEIGHT] * behind, max(now[NOW_LATE_MAX], behind)
    if k < size:
        after = problem.node[row[k]]
        on = to_there if after[V_PLACE] >= 0 else 0
        then = settle(after, start + node[V_DUR] + pause_after + on)
        if then > state.at[row[k], A_START]:
            behind = lateness(after, then)
            late += after[V_WEIGHT] * (behind - lateness(after, state.at[row[k], A_START]))
            late_max = max(late_max, behind)
    rest = price[P_TRAVEL] * travel + problem.person[v, r]
    rest += price[P_LATE_MAX] * (late_max - now[NOW_LATE_MAX])
    rest -= price[P_WAIT] * state.line[r, L_WAIT]
    if r == now[NOW_IDLE_ROUTE]:
        idle = max(state.line[r, L_IDLE] - node[V_DUR] - travel, now[NOW_IDLE_SECOND])
        rest += price[P_IDLE_MAX] * (idle - now[NOW_IDLE_MAX])
    return rest, late


@kernel
def best_place(problem, choice, state, rng, v, limit):
    """The cheapest place of visit ``v`` into ``state.now``, and its cost.

    ``limit`` where none costs less. Every position is passed over with a small chance (a blink).
    """
    best, price = limit, problem.price[P_LATE]
    mate = problem.node[v, V_MATE]
    taken = state.at[mate, A_ROUTE] if mate >= 0 else -1
    for k in range(problem.node[v, V_CAND], problem.node[v, V_CAND_END]):
        r = choice.cand[k]
        if r == taken or state.line[r, L_SIZE] + 2 > state.row.shape[1]:
            continue
        for p in range(state.line[r, L_SIZE] + 1):
            rest, late = bound(problem, state, v, r, p)
            if rest + price * late >= best:
                continue
            if rand_bits(rng) % 1024 < choice.knobs[BLINK]:
                continue
            if price > 0:
                state.now[S_MOST] = (best - rest) // price
            delta = evaluate(problem, state, v, r, p)
            if delta < best:
                best = delta
                state.now[S_FOUND_ROUTE], state.now[S_FOUND_POS] = r, p
    state.now[S_MOST] = FAR
    return best


@kernel
def note_dirty(state):
    """Remember which routes differ from the last plan kept."""
    for k in range(state.now[S_TOUCHED]):
        state.line[state.line[k, L_TOUCHED], L_DIRTY] = 1


@kernel
def is_way_changed(problem, row, p, size):
    """Whether what stands at ``p`` lies before a visit without a place.

    The first visit after that one may then be nearer than it was, and start earlier, which a
    trial does not see: it moves starts later only.
    """
    k = p + 1
    if k < size and problem.node[row[k], V_KIND] == LUNCH:
        k += 1
    if k >= size or problem.node[row[p], V_PLACE] < 0:
        return False
    return problem.node[row[k], V_KIND] != LUNCH and problem.node[row[k], V_PLACE] < 0


@kernel
def insert(problem, state, v, r, p):
    """Put ``v`` at position ``p`` of route ``r`` for good."""
    put_on_trial(problem, state, v, r, p)
    row = state.row[r]
    size = state.line[r, L_SIZE]
    for k in range(size, p, -1):
        row[k] = row[k - 1]
        state.at[row[k], A_POS] = k
    row[p] = v
    state.line[r, L_SIZE] = size + 1
    keep(problem, state)
    note_dirty(state)
    if is_way_changed(problem, row, p, size + 1):
        begin(state)
        touch(state, r)
        retime(problem, state)
        note_dirty(state)
    total_up(problem, state)


@kernel
def take_out(problem, state, v):
    """Take a node out of its route; the caller times the routes anew with `retime`.

    Routes that it was linked to count as touched: what it held back may start earlier now.
    """
    r, p = state.at[v, A_ROUTE], state.at[v, A_POS]
    row = state.row[r]
    state.line[r, L_SIZE] -= 1
    for k in range(p, state.line[r, L_SIZE]):
        row[k] = row[k + 1]
        state.at[row[k], A_POS] = k
    state.at[v, A_ROUTE] = -1
    touch(state, r)
    for k in range(problem.node[v, V_LINK], problem.node[v, V_LINK_END]):
        other = problem.link[k, K_OTHER]
        if state.at[other, A_ROUTE] >= 0:
            touch(state, state.at[other, A_ROUTE])


@kernel
def insert_unit(
    problem: Problem, choice: Choice, state: State, rng: NDArray[np.uint64], u: int
) -> bool:
    """Plan a client visit at its cheapest place, or leave it out where that is cheaper."""
    v, w = choice.unit[u, U_ONE], choice.unit[u, U_TWO]
    if w >= 0 and rand_bits(rng) % 2 == 0:
        v, w = w, v
    delta = best_place(problem, choice, state, rng, v, choice.unit[u, U_ABSENT])
    if delta >= choice.unit[u, U_ABSENT]:
        return False
    state.now[NOW_ABSENT] -= choice.unit[u, U_ABSENT]
    insert(problem, state, v, state.now[S_FOUND_ROUTE], state.now[S_FOUND_POS])
    if w < 0:
        return True
    most = choice.unit[u, U_ABSENT] - delta
    if best_place(problem, choice, state, rng, w, most) < most:
        insert(problem, state, w, state.now[S_FOUND_ROUTE], state.now[S_FOUND_POS])
        return True
    begin(state)
    take_out(problem, state, v)
    retime(problem, state)
    note_dirty(state)
    state.now[NOW_ABSENT] += choice.unit[u, U_ABSENT]
    total_up(problem, state)
    return False


@kernel
def insert_lunch(problem, state, r):
    """Give the carer of route ``r`` a lunch at its cheapest place, if it pays."""
    v = problem.carer[r, C_LUNCH]
    if v < 0 or state.at[v, A_ROUTE] >= 0:
        return
    best, at = 0, -1
    for p in range(state.line[r, L_SIZE] + 1):
        if p > 0 and state.at[state.row[r, p - 1], A_START] > problem.node[v, V_LATE1]:
            break
        delta = evaluate(problem, state, v, r, p)
        if delta < best:
            best, at = delta, p
            if delta <= -problem.price[P_LUNCH]:
                break
    if at >= 0:
        insert(problem, state, v, r, at)
