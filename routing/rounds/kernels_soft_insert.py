# mypy: disable-error-code="no-untyped-def,no-any-return"
"""Recreate for soft rounds: the cheapest place of a node, of a pair, of a whole group."""

from __future__ import annotations

from data.kernels import bare_kernel as kernel
from routing.rounds.kernels_soft_layout import (
    A_HI,
    A_LO,
    A_ROUTE,
    A_WINDOW,
    E_SHIFT,
    FAR,
    K_WAIT,
    NO_NODE,
    O_BROKEN,
    O_COST,
    O_FOUND,
    O_FOUND_P,
    O_FOUND_R,
    O_FOUND_S,
    O_FOUND_W,
    O_IDLE,
    O_IDLE2,
    O_IDLE_R,
    OFF,
    OUT,
    ROW,
    RUN,
    S_DUE,
    S_DUE2,
    S_DUR,
    S_FROM,
    S_FROM2,
    S_LAG_MAX,
    S_LAG_MIN,
    S_LOC,
    S_MATE,
    T_FROM,
    T_START,
    T_TO,
    W_IDLE,
    W_LATE,
    W_TRAVEL,
    SoftProblem,
    SoftState,
)
from routing.rounds.kernels_soft_route import (
    keep_row,
    load_row,
    load_with,
    place_break,
    row_change,
    time_row,
)

N_SLOTS = 6
"""Places of the first of a pair that the second is fitted to."""
FIRST, SECOND = 14, 15
"""The slots that hold the best places of a pair."""


@kernel
def least_change(
    problem: SoftProblem, state: SoftState, r: int, p: int, u: int, window: int
) -> int:
    """A lower bound of what planning ``u`` at position ``p`` changes the cost by.

    Travel added, lateness that ``u`` and the next visit cannot escape, less all that the route
    waits and all that its carer's idleness can give. A break beside ``p`` is looked through.
    """
    node, leg, price, n = problem.node, problem.leg, problem.price, state.length[r]
    seq, stop, now, place = state.seq[r], state.stop[r], state.now, problem.node[u, S_LOC]
    before, after = p - 1, p
    if before >= 0 and seq[before] == NO_NODE:
        before -= 1
    if after < n and seq[after] == NO_NODE:
        after += 1
    left, ready = problem.route[r, T_FROM], problem.route[r, T_START]
    if before >= 0:
        left = node[seq[before], S_LOC]
        ready = stop[before, 0] + node[seq[before], S_DUR]
    right = problem.route[r, T_TO] if after >= n else node[seq[after], S_LOC]
    added = leg[left, place] + leg[place, right] - leg[left, right]
    start = max(ready + leg[left, place], node[u, S_FROM2] if window else node[u, S_FROM])
    start = max(start, state.at[u, A_LO])
    if start > state.at[u, A_HI]:
        return FAR
    late = max(0, start - (node[u, S_DUE2] if window else node[u, S_DUE]))
    if after < n:
        v = seq[after]
        due = node[v, S_DUE2] if state.at[v, A_WINDOW] else node[v, S_DUE]
        follows = start + node[u, S_DUR] + leg[place, right]
        if follows > state.at[v, A_HI]:
            return FAR
        late += max(0, follows - due - stop[after, 1])
    bound = price[W_TRAVEL] * added + price[W_LATE] * late + problem.carer[u, r]
    bound -= state.mark[r, K_WAIT]
    if now[O_IDLE_R] == r:
        bound -= price[W_IDLE] * min(now[O_IDLE] - now[O_IDLE2], node[u, S_DUR] + added)
    return bound


@kernel
def try_route(problem: SoftProblem, state: SoftState, u: int, r: int, rng, limit: int) -> int:
    """The cheapest change of cost by planning ``u`` in route ``r``, below ``limit``; or ``limit``.

    Leaves position, window and start in ``now``. The break stays where it is.
    """
    now, work, n = state.now, state.work, state.length[r]
    best = limit
    if n + 4 > work.shape[1]:
        return best
    n_windows = 2 if problem.node[u, S_FROM2] >= 0 else 1
    for window in range(n_windows):
        state.at[u, A_WINDOW] = window
        for p in range(n + 1):
            if least_change(problem, state, r, p, u, window) >= best or rng.random() < 0.01:
                continue
            load_with(state, r, p, u)
            if time_row(problem, state.at, work, n + 1, r):
                change = row_change(problem.price, state.mark, now, work[OUT], r)
                if change < best:
                    best = change
                    now[O_FOUND_P], now[O_FOUND_W] = p, window
                    now[O_FOUND_S] = work[OFF, p] + max(work[OUT, E_SHIFT], work[RUN, p])
    return best


@kernel
def find_place(problem: SoftProblem, state: SoftState, u: int, rng, limit: int, not_in: int) -> int:
    """The cheapest place for ``u`` in any route but ``not_in``; ``limit`` where none is below."""
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
    n = load_with(state, r, p, u)
    state.at[u, A_ROUTE], state.at[u, A_WINDOW] = r, window
    if not time_row(problem, state.at, state.work, n, r):
        state.at[u, A_ROUTE] = -1
        return False
    keep_row(problem, state, r, n)
    place_break(problem, state, r)
    return True


@kernel
def take_at(problem: SoftProblem, state: SoftState, u: int) -> None:
    """Take ``u`` out of its route, and time the route anew."""
    r, n = state.at[u, A_ROUTE], 0
    for i in range(state.length[r]):
        if state.seq[r, i] != u:
            state.work[ROW, n] = state.seq[r, i]
            n += 1
    state.at[u, A_ROUTE] = -1
    state.at[u, A_LO], state.at[u, A_HI] = 0, FAR
    if time_row(problem, state.at, state.work, n, r):
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
def keep_pair(state: SoftState, k: int, one: int, other: int) -> None:
    """Remember slot ``k`` of ``one`` and the place just found for ``other``, in the last slots."""
    now, slot = state.now, state.slot
    for column in range(5):
        slot[FIRST, column] = slot[k, column]
    slot[FIRST, 0] = one
    slot[SECOND, 0], slot[SECOND, 1], slot[SECOND, 2] = other, now[O_FOUND_R], now[O_FOUND_P]
    slot[SECOND, 3], slot[SECOND, 4] = now[O_FOUND_W], now[O_FOUND_S]


@kernel
def find_pair(problem: SoftProblem, state: SoftState, u: int, rng, limit: int) -> int:
    """The cheapest places of ``u`` and its mate with their starts in step; left in the last slots.

    The best places of each are kept, and the other fitted to the start it would have there.
    """
    at, node, best = state.at, problem.node, limit
    for turn in range(2):
        one = u if turn == 0 else node[u, S_MATE]
        other = node[one, S_MATE]
        at[one, A_LO], at[one, A_HI] = 0, FAR
        n_slots = find_slots(problem, state, one, rng)
        for k in range(n_slots):
            cost, start = state.slot[k, 0], state.slot[k, 4]
            if cost >= best:
                break
            at[other, A_LO] = start + node[one, S_LAG_MIN]
            at[other, A_HI] = start + node[one, S_LAG_MAX]
            more = find_place(problem, state, other, rng, best - cost, state.slot[k, 1])
            if cost + more < best:
                best = cost + more
                keep_pair(state, k, one, other)
    return best


@kernel
def place_pair(problem: SoftProblem, state: SoftState, u: int, rng, limit: int) -> bool:
    """Plan ``u`` and its mate, if together below ``limit``."""
    at, slot = state.at, state.slot
    if find_pair(problem, state, u, rng, limit) >= limit:
        return False
    for k in range(FIRST, SECOND + 1):
        at[slot[k, 0], A_LO] = at[slot[k, 0], A_HI] = slot[k, 4]
    for k in range(FIRST, SECOND + 1):
        if not put_at(problem, state, slot[k, 0], slot[k, 1], slot[k, 2], slot[k, 3]):
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
    node, at, now = problem.node, state.at, state.now
    v = node[u, S_MATE]
    lag = mate_start - start
    if lag < node[u, S_LAG_MIN] or lag > node[u, S_LAG_MAX]:
        return False
    before = now[O_COST]
    for turn in range(2):
        old_u, old_v = at[u, A_LO], at[v, A_LO]
        at[u, A_LO] = at[u, A_HI] = start
        at[v, A_LO] = at[v, A_HI] = mate_start
        holds = True
        for k in range(2):
            r = at[u, A_ROUTE] if k == 0 else at[v, A_ROUTE]
            n = load_row(state, r)
            if holds and time_row(problem, at, state.work, n, r):
                keep_row(problem, state, r, n)
            else:
                holds = False
        if turn == 0 and holds and now[O_COST] < before:
            return True
        start, mate_start = old_u, old_v
    now[O_COST] = before
    return False


@kernel
def free_start(problem: SoftProblem, state: SoftState, u: int) -> int:
    """When planned node ``u`` would start if it did not hang on its mate; -1 where it cannot."""
    r, low, high = state.at[u, A_ROUTE], state.at[u, A_LO], state.at[u, A_HI]
    state.at[u, A_LO], state.at[u, A_HI] = 0, FAR
    n, work = load_row(state, r), state.work
    start = -1
    if time_row(problem, state.at, work, n, r):
        for i in range(n):
            if work[ROW, i] == u:
                start = work[OFF, i] + max(work[OUT, E_SHIFT], work[RUN, i])
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
