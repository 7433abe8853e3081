# mypy: disable-error-code="no-untyped-def,no-any-return"
"""One route, timed exactly: when to leave so that waiting and lateness together cost least.

Let ``x`` be the start of the first stop, ``off[i]`` the least time from there to the start of
stop i, and ``run[i]`` the greatest ``from[j] - off[j]`` over ``j <= i``. Starting as early as one
can, stop i starts at ``off[i] + max(x, run[i])``. Waiting is ``max(0, run[-1] - x)``, and stop i
begins to run later with ``x`` and late from ``knee[i] = max(run[i], due[i] - off[i])`` on. The
price is convex in ``x``: the best ``x`` is where so many knees lie below that another unit of
lateness costs more than one of waiting, or where nothing waits any more.
"""

from __future__ import annotations

from data.kernels import kernel
from routing.rounds.kernels_soft_layout import (
    A_HI,
    A_LO,
    A_WINDOW,
    BREAK_DUR,
    BREAK_FROM,
    BREAK_LATEST,
    E_COST,
    E_IDLE,
    E_SHIFT,
    E_WAIT,
    E_WORST,
    FAR,
    K_COST,
    K_IDLE,
    K_WAIT,
    K_WORST,
    LATE_PER_WAIT,
    NO_NODE,
    O_COST,
    O_IDLE,
    O_IDLE2,
    O_IDLE_R,
    O_WORST,
    O_WORST2,
    O_WORST_R,
    S_DUE,
    S_DUE2,
    S_DUR,
    S_FROM,
    S_FROM2,
    S_LOC,
    T_BREAK,
    T_END,
    T_FROM,
    T_START,
    T_TO,
    W_IDLE,
    W_LATE,
    W_NO_BREAK,
    W_OVER,
    W_TRAVEL,
    W_WAIT,
    W_WORST,
    SoftProblem,
    SoftState,
)


@kernel
def best_shift(state: SoftState, n: int, low: int, high: int, most: int) -> int:
    """The start of the first stop between ``low`` and ``high``: the ``most``-th least knee."""
    knee, n_knees = state.knee, 0
    for i in range(n):
        value = knee[i]
        if value >= high:
            continue
        j = n_knees
        while j > 0 and knee[j - 1] > value:
            knee[j] = knee[j - 1]
            j -= 1
        knee[j] = value
        n_knees += 1
    if n_knees < most:
        return high
    return max(low, min(high, knee[most - 1]))


@kernel
def empty_row(problem: SoftProblem, state: SoftState, r: int) -> bool:
    """A carer with no visits: idle all day, and no break."""
    out, route = state.out, problem.route
    out[E_COST] = problem.price[W_NO_BREAK] * route[r, T_BREAK]
    out[E_IDLE] = route[r, T_END] - route[r, T_START]
    out[E_WORST] = out[E_WAIT] = out[E_SHIFT] = 0
    return True


@kernel
def time_row(problem: SoftProblem, state: SoftState, n: int, r: int) -> bool:
    """Time the first ``n`` of ``state.row`` as route ``r`` into ``state.out``; whether it can be."""
    node, price, leg, at = problem.node, problem.price, problem.leg, state.at
    row, off, run, knee = state.row, state.off, state.run, state.knee
    if n == 0 or (n == 1 and row[0] == NO_NODE):
        return empty_row(problem, state, r)
    start, here = problem.route[r, T_START], problem.route[r, T_FROM]
    offset, latest_from, cap, travel, busy, persons = 0, -FAR, FAR, 0, 0, 0
    low, has_break, length = 0, 0, 0
    for i in range(n):
        u = row[i]
        if u == NO_NODE:
            there = here if i + 1 == n else node[row[i + 1], S_LOC]
            earliest, hard, due = price[BREAK_FROM], price[BREAK_LATEST], FAR
            stay, has_break = price[BREAK_DUR], 1
        else:
            there, stay = node[u, S_LOC], node[u, S_DUR]
            second = at[u, A_WINDOW]
            earliest = max(node[u, S_FROM2] if second else node[u, S_FROM], at[u, A_LO])
            due, hard = node[u, S_DUE2] if second else node[u, S_DUE], at[u, A_HI]
            persons += problem.carer[u, r]
        way = leg[here, there]
        travel += way
        if i == 0:
            low = start + way
        else:
            offset += length + way
        latest_from = max(latest_from, earliest - offset)
        if max(low, latest_from) > hard - offset:
            return False
        cap = min(cap, hard - offset)
        off[i], run[i] = offset, latest_from
        knee[i] = max(latest_from, due - offset)
        busy, length, here = busy + stay, stay, there
    return price_row(problem, state, n, r, low, cap, travel, busy, persons, has_break, here)


@kernel
def price_row(problem, state, n, r, low, cap, travel, busy, persons, has_break, here) -> bool:
    """Choose when to leave, and add up; the second half of `time_row`."""
    node, price, at, out = problem.node, problem.price, state.at, state.out
    row, off, run = state.row, state.off, state.run
    last = run[n - 1]
    x = max(low, run[0])
    if x < last and price[W_WAIT] > 0:
        x = best_shift(state, n, x, min(last, cap), price[LATE_PER_WAIT])
    late, worst = 0, 0
    for i in range(n):
        u = row[i]
        if u != NO_NODE:
            due = node[u, S_DUE2] if at[u, A_WINDOW] else node[u, S_DUE]
            by = off[i] + max(x, run[i]) - due
            if by > 0:
                late += by
                worst = max(worst, by)
    way = problem.leg[here, problem.route[r, T_TO]]
    travel += way
    stay = price[BREAK_DUR] if row[n - 1] == NO_NODE else node[row[n - 1], S_DUR]
    home = off[n - 1] + max(x, last) + stay + way
    over = max(0, home - problem.route[r, T_END])
    wait = max(0, last - x) * price[W_WAIT]
    out[E_COST] = (
        price[W_TRAVEL] * travel + wait + price[W_LATE] * late + price[W_OVER] * over + persons
    )
    if has_break == 0:
        out[E_COST] += price[W_NO_BREAK] * problem.route[r, T_BREAK]
    shift = problem.route[r, T_END] - problem.route[r, T_START]
    out[E_IDLE] = shift + over - travel - busy
    out[E_WORST], out[E_WAIT], out[E_SHIFT] = worst, wait, x
    return True


@kernel
def load_row(state: SoftState, r: int) -> int:
    """Copy route ``r`` into the row; how many stops."""
    n = state.length[r]
    for i in range(n):
        state.row[i] = state.seq[r, i]
    return n


@kernel
def save_row(state: SoftState, r: int, n: int) -> None:
    """Make the row route ``r``, with what `time_row` just said of it."""
    for i in range(n):
        state.seq[r, i] = state.row[i]
    state.length[r] = n
    state.mark[r, K_COST] = state.out[E_COST]
    state.mark[r, K_IDLE] = state.out[E_IDLE]
    state.mark[r, K_WORST] = state.out[E_WORST]
    state.mark[r, K_WAIT] = state.out[E_WAIT]


@kernel
def find_tops(state: SoftState) -> None:
    """The two longest idle times, the two worst latenesses, and whose the first are."""
    now, mark = state.now, state.mark
    now[O_IDLE] = now[O_IDLE2] = now[O_WORST] = now[O_WORST2] = 0
    now[O_IDLE_R] = now[O_WORST_R] = -1
    for r in range(mark.shape[0]):
        idle, worst = mark[r, K_IDLE], mark[r, K_WORST]
        if idle > now[O_IDLE]:
            now[O_IDLE2], now[O_IDLE], now[O_IDLE_R] = now[O_IDLE], idle, r
        elif idle > now[O_IDLE2]:
            now[O_IDLE2] = idle
        if worst > now[O_WORST]:
            now[O_WORST2], now[O_WORST], now[O_WORST_R] = now[O_WORST], worst, r
        elif worst > now[O_WORST2]:
            now[O_WORST2] = worst


@kernel
def row_change(problem: SoftProblem, state: SoftState, r: int) -> int:
    """What the plan's cost changes by if route ``r`` becomes what `time_row` just said."""
    now, out, price = state.now, state.out, problem.price
    idle = now[O_IDLE2] if now[O_IDLE_R] == r else now[O_IDLE]
    worst = now[O_WORST2] if now[O_WORST_R] == r else now[O_WORST]
    change = out[E_COST] - state.mark[r, K_COST]
    change += price[W_IDLE] * (max(idle, out[E_IDLE]) - now[O_IDLE])
    change += price[W_WORST] * (max(worst, out[E_WORST]) - now[O_WORST])
    return change


@kernel
def keep_row(problem: SoftProblem, state: SoftState, r: int, n: int) -> None:
    """Make the row just timed route ``r``, and bring the plan's cost up to date."""
    state.now[O_COST] += row_change(problem, state, r)
    save_row(state, r, n)
    find_tops(state)


@kernel
def place_break(problem: SoftProblem, state: SoftState, r: int) -> None:
    """Put the break of route ``r`` where it costs least, or nowhere."""
    if problem.route[r, T_BREAK] == 0:
        return
    n = 0
    for i in range(state.length[r]):
        if state.seq[r, i] != NO_NODE:
            state.row[n] = state.seq[r, i]
            n += 1
    best, best_p = FAR, -1
    if time_row(problem, state, n, r):
        best = row_change(problem, state, r)
    if n > 0:
        for p in range(n, -1, -1):
            state.row[p + 1 if p < n else n] = state.row[p] if p < n else NO_NODE
            state.row[p] = NO_NODE
            if time_row(problem, state, n + 1, r):
                change = row_change(problem, state, r)
                if change < best:
                    best, best_p = change, p
        # the break now stands first
        if best_p >= 0:
            for i in range(best_p):
                state.row[i] = state.row[i + 1]
            state.row[best_p] = NO_NODE
            n += 1
        else:
            for i in range(n):
                state.row[i] = state.row[i + 1]
    if time_row(problem, state, n, r):
        keep_row(problem, state, r, n)
