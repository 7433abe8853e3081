# mypy: disable-error-code="no-untyped-def,no-any-return"
"""Recreate for soft rounds: the cheapest place of a node, of a pair, of a whole group."""

from __future__ import annotations

from data.kernels import kernel
from routing.rounds.kernels_soft_layout import (
    A_HI,
    A_LO,
    A_ROUTE,
    A_WINDOW,
    E_COST,
    E_SHIFT,
    FAR,
    K_COST,
    K_IDLE,
    K_WAIT,
    K_WORST,
    NO_NODE,
    O_BROKEN,
    O_COST,
    O_FOUND,
    O_FOUND_P,
    O_FOUND_R,
    O_FOUND_S,
    O_FOUND_W,
    O_IDLE_R,
    S_FROM2,
    S_LAG_MAX,
    S_LAG_MIN,
    S_LOC,
    S_MATE,
    T_FROM,
    T_TO,
    W_IDLE,
    W_TRAVEL,
    SoftProblem,
    SoftState,
)
from routing.rounds.kernels_soft_route import (
    find_tops,
    keep_row,
    load_row,
    place_break,
    row_change,
    save_row,
    time_row,
)

N_SLOTS = 6
"""Places of the first of a pair that the second is fitted to."""


@kernel
def added_travel(problem: SoftProblem, state: SoftState, r: int, p: int, n: int, u: int) -> int:
    """Travel that node ``u`` adds at position ``p``; a break beside it is looked through."""
    node, leg, place = problem.node, problem.leg, problem.node[u, S_LOC]
    before, after = p - 1, p
    if before >= 0 and state.seq[r, before] == NO_NODE:
        before -= 1
    if after < n and state.seq[r, after] == NO_NODE:
        after += 1
    left = problem.route[r, T_FROM] if before < 0 else node[state.seq[r, before], S_LOC]
    right = problem.route[r, T_TO] if after >= n else node[state.seq[r, after], S_LOC]
    return leg[left, place] + leg[place, right] - leg[left, right]


@kernel
def try_route(problem: SoftProblem, state: SoftState, u: int, r: int, rng, limit: int) -> int:
    """The cheapest change of cost by planning ``u`` in route ``r``, below ``limit``; or ``limit``.

    Leaves position, window and start in ``now``. The break stays where it is.
    """
    now, price, n = state.now, problem.price, state.length[r]
    least = problem.carer[u, r] - state.mark[r, K_WAIT]
    if now[O_IDLE_R] == r:
        least -= price[W_IDLE] * state.mark[r, K_IDLE]
    best = limit
    if n + 3 > state.row.shape[0]:
        return best
    n_windows = 2 if problem.node[u, S_FROM2] >= 0 else 1
    for p in range(n + 1):
        if least + price[W_TRAVEL] * added_travel(problem, state, r, p, n, u) >= best:
            continue
        if rng.random() < 0.01:
            continue
        for i in range(p):
            state.row[i] = state.seq[r, i]
        state.row[p] = u
        for i in range(p, n):
            state.row[i + 1] = state.seq[r, i]
        for window in range(n_windows):
            state.at[u, A_WINDOW] = window
            if time_row(problem, state, n + 1, r):
                change = row_change(problem, state, r)
                if change < best:
                    best = change
                    now[O_FOUND_P], now[O_FOUND_W] = p, window
                    start = max(state.out[E_SHIFT], state.run[p])
                    now[O_FOUND_S] = state.off[p] + start
    return best


@kernel
def find_place(problem: SoftProblem, state: SoftState, u: int, rng, limit: int, not_in: int) -> int:
    """The cheapest place for ``u`` over all routes but ``not_in``; ``limit`` where none is below."""
    now, best = state.now, limit
    best_r = best_p = best_w = best_s = -1
    for k in range(problem.cand_ptr[u], problem.cand_ptr[u + 1]):
        r = problem.cand[k, 0]
        if r == not_in:
            continue
        change = try_route(problem, state, u, r, rng, best)
        if change < best:
            best, best_r = change, r
            best_p, best_w, best_s = now[O_FOUND_P], now[O_FOUND_W], now[O_FOUND_S]
    now[O_FOUND], now[O_FOUND_R], now[O_FOUND_P] = best, best_r, best_p
    now[O_FOUND_W], now[O_FOUND_S] = best_w, best_s
    return best


@kernel
def put_at(problem: SoftProblem, state: SoftState, u: int, r: int, p: int, window: int) -> bool:
    """Plan ``u`` in route ``r`` at position ``p``, and place the break anew."""
    n = state.length[r]
    for i in range(p):
        state.row[i] = state.seq[r, i]
    state.row[p] = u
    for i in range(p, n):
        state.row[i + 1] = state.seq[r, i]
    state.at[u, A_ROUTE], state.at[u, A_WINDOW] = r, window
    if not time_row(problem, state, n + 1, r):
        state.at[u, A_ROUTE] = -1
        return False
    keep_row(problem, state, r, n + 1)
    place_break(problem, state, r)
    return True


@kernel
def take_at(problem: SoftProblem, state: SoftState, u: int) -> None:
    """Take ``u`` out of its route, and time the route anew."""
    r = state.at[u, A_ROUTE]
    n = 0
    for i in range(state.length[r]):
        if state.seq[r, i] != u:
            state.row[n] = state.seq[r, i]
            n += 1
    state.at[u, A_ROUTE] = -1
    state.at[u, A_LO], state.at[u, A_HI] = 0, FAR
    if time_row(problem, state, n, r):
        keep_row(problem, state, r, n)
    else:
        state.now[O_BROKEN] = 1


@kernel
def place_single(problem: SoftProblem, state: SoftState, u: int, rng, limit: int) -> bool:
    """Plan ``u`` where it costs least, if below ``limit``."""
    state.at[u, A_LO], state.at[u, A_HI] = 0, FAR
    if find_place(problem, state, u, rng, limit, -1) >= limit:
        return False
    now = state.now
    return put_at(problem, state, u, now[O_FOUND_R], now[O_FOUND_P], now[O_FOUND_W])


@kernel
def find_slots(problem: SoftProblem, state: SoftState, u: int, rng) -> int:
    """The ``N_SLOTS`` cheapest routes for ``u``, each with its best place, in rising cost."""
    now, slot, n_slots = state.now, state.slot, 0
    for k in range(problem.cand_ptr[u], problem.cand_ptr[u + 1]):
        r = problem.cand[k, 0]
        limit = FAR if n_slots < N_SLOTS else slot[n_slots - 1, 0]
        change = try_route(problem, state, u, r, rng, limit)
        if change >= limit:
            continue
        j = n_slots if n_slots < N_SLOTS else n_slots - 1
        while j > 0 and slot[j - 1, 0] > change:
            for column in range(5):
                slot[j, column] = slot[j - 1, column]
            j -= 1
        slot[j, 0], slot[j, 1], slot[j, 2] = change, r, now[O_FOUND_P]
        slot[j, 3], slot[j, 4] = now[O_FOUND_W], now[O_FOUND_S]
        n_slots = min(N_SLOTS, n_slots + 1)
    return n_slots


@kernel
def place_pair(problem: SoftProblem, state: SoftState, u: int, rng, limit: int) -> bool:
    """Plan ``u`` and its mate with their starts in step, if together below ``limit``.

    The best places of each are kept, and the other fitted to the start it would have there.
    """
    now, at, node = state.now, state.at, problem.node
    best, first, second = limit, -1, -1
    b0 = b1 = b2 = b3 = b4 = b5 = b6 = b7 = -1
    for turn in range(2):
        one = u if turn == 0 else node[u, S_MATE]
        other = node[one, S_MATE]
        at[one, A_LO], at[one, A_HI] = 0, FAR
        n_slots = find_slots(problem, state, one, rng)
        for k in range(n_slots):
            cost, r, start = state.slot[k, 0], state.slot[k, 1], state.slot[k, 4]
            if cost >= best:
                break
            at[other, A_LO] = start + node[one, S_LAG_MIN]
            at[other, A_HI] = start + node[one, S_LAG_MAX]
            more = find_place(problem, state, other, rng, best - cost, r)
            if cost + more < best:
                best, first, second = cost + more, one, other
                b0, b1, b2, b3 = r, state.slot[k, 2], state.slot[k, 3], start
                b4, b5, b6, b7 = now[O_FOUND_R], now[O_FOUND_P], now[O_FOUND_W], now[O_FOUND_S]
    if first < 0:
        return False
    at[first, A_LO] = at[first, A_HI] = b3
    at[second, A_LO] = at[second, A_HI] = b7
    if not put_at(problem, state, first, b0, b1, b2):
        return False
    if not put_at(problem, state, second, b4, b5, b6):
        take_at(problem, state, first)
        return False
    return True


@kernel
def place_group(problem: SoftProblem, state: SoftState, g: int, rng) -> bool:
    """Plan group ``g`` if that is cheaper than leaving it out; whether it is planned now."""
    now = state.now
    low, high = problem.group_ptr[g], problem.group_ptr[g + 1]
    before, limit = now[O_COST], problem.absent[g]
    u = problem.group[low]
    if high - low == 2 and problem.node[u, S_MATE] >= 0:
        done = place_pair(problem, state, u, rng, limit)
    else:
        done = True
        for k in range(low, high):
            left = limit - (now[O_COST] - before)
            done = place_single(problem, state, problem.group[k], rng, left)
            if not done:
                break
    if not done or now[O_COST] - before >= limit:
        for k in range(low, high):
            if state.at[problem.group[k], A_ROUTE] >= 0:
                take_at(problem, state, problem.group[k])
        return False
    now[O_COST] -= limit
    return True


@kernel
def repin(problem: SoftProblem, state: SoftState, u: int, start: int, mate_start: int) -> bool:
    """Try other starts for a planned pair; keeps them if the plan gets cheaper."""
    node, at, mark, now = problem.node, state.at, state.mark, state.now
    v = node[u, S_MATE]
    r, s = at[u, A_ROUTE], at[v, A_ROUTE]
    lag = mate_start - start
    if lag < node[u, S_LAG_MIN] or lag > node[u, S_LAG_MAX]:
        return False
    old_u, old_v = at[u, A_LO], at[v, A_LO]
    before = now[O_COST]
    c0, c1, c2, c3 = mark[r, K_COST], mark[r, K_IDLE], mark[r, K_WORST], mark[r, K_WAIT]
    at[u, A_LO] = at[u, A_HI] = start
    at[v, A_LO] = at[v, A_HI] = mate_start
    if time_row(problem, state, load_row(state, r), r):
        keep_row(problem, state, r, state.length[r])
        if time_row(problem, state, load_row(state, s), s):
            change = row_change(problem, state, s)
            if now[O_COST] + change < before:
                keep_row(problem, state, s, state.length[s])
                return True
        mark[r, K_COST], mark[r, K_IDLE], mark[r, K_WORST], mark[r, K_WAIT] = c0, c1, c2, c3
        now[O_COST] = before
        find_tops(state)
    at[u, A_LO] = at[u, A_HI] = old_u
    at[v, A_LO] = at[v, A_HI] = old_v
    return False


@kernel
def free_start(problem: SoftProblem, state: SoftState, u: int) -> int:
    """When planned node ``u`` would start if it did not hang on its mate; -1 where it cannot."""
    r, low, high = state.at[u, A_ROUTE], state.at[u, A_LO], state.at[u, A_HI]
    state.at[u, A_LO], state.at[u, A_HI] = 0, FAR
    n = load_row(state, r)
    start = -1
    if time_row(problem, state, n, r):
        for i in range(n):
            if state.row[i] == u:
                start = state.off[i] + max(state.out[E_SHIFT], state.run[i])
    state.at[u, A_LO], state.at[u, A_HI] = low, high
    return start


@kernel
def retime_pair(problem: SoftProblem, state: SoftState, u: int) -> None:
    """Move a planned pair to when either of the two would rather start."""
    node, v = problem.node, problem.node[u, S_MATE]
    for turn in range(2):
        one = u if turn == 0 else v
        other = node[one, S_MATE]
        want = free_start(problem, state, one)
        if want < 0 or want == state.at[one, A_LO]:
            continue
        theirs = state.at[other, A_LO]
        theirs = min(max(theirs, want + node[one, S_LAG_MIN]), want + node[one, S_LAG_MAX])
        repin(problem, state, one, want, theirs)


@kernel
def time_all(problem: SoftProblem, state: SoftState) -> bool:
    """Time every route anew and add up the plan's cost; whether all can be."""
    holds = True
    now, cost = state.now, 0
    for r in range(state.length.shape[0]):
        n = load_row(state, r)
        if not time_row(problem, state, n, r):
            holds = False
        save_row(state, r, n)
        cost += state.out[E_COST]
    find_tops(state)
    now[O_COST] = cost
    return holds
