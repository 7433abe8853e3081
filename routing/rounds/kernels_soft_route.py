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

from data.kernels import bare_kernel as kernel
from routing.rounds.kernels_soft_layout import (
    A_HI,
    A_LO,
    A_WINDOW,
    BREAK_DUR,
    BREAK_FROM,
    BREAK_LATEST,
    E_COST,
    E_IDLE,
    E_LOW,
    E_SHIFT,
    E_WAIT,
    E_WORST,
    FAR,
    K_COST,
    K_IDLE,
    K_WAIT,
    K_WORST,
    KNEE,
    LATE_PER_WAIT,
    NO_NODE,
    O_COST,
    O_IDLE,
    O_IDLE2,
    O_IDLE_R,
    O_WORST,
    O_WORST2,
    O_WORST_R,
    OFF,
    OUT,
    ROW,
    RUN,
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
def best_shift(knee, n: int, low: int, high: int, most: int) -> int:
    """The start of the first stop between ``low`` and ``high``: the ``most``-th least knee."""
    n_knees = 0
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
def price_row(
    problem: SoftProblem, at, work, n: int, r: int, x: int, travel: int, busy: int
) -> int:
    """Add up lateness, waiting and overtime if the first stop starts at ``x``.

    Returns the cost without persons and a missed break.
    """
    node, price, route = problem.node, problem.price, problem.route
    row, off, run, out = work[ROW], work[OFF], work[RUN], work[OUT]
    late, worst, last = 0, 0, run[n - 1]
    for i in range(n):
        u = row[i]
        if u != NO_NODE:
            due = node[u, S_DUE2] if at[u, A_WINDOW] else node[u, S_DUE]
            by = off[i] + max(x, run[i]) - due
            if by > 0:
                late += by
                worst = max(worst, by)
    here = work[KNEE, n]
    way = problem.leg[here, route[r, T_TO]]
    stay = price[BREAK_DUR] if row[n - 1] == NO_NODE else node[row[n - 1], S_DUR]
    over = max(0, off[n - 1] + max(x, last) + stay + way - route[r, T_END])
    wait = max(0, last - x) * price[W_WAIT]
    out[E_IDLE] = route[r, T_END] - route[r, T_START] + over - travel - way - busy
    out[E_WORST], out[E_WAIT], out[E_SHIFT] = worst, wait, x
    return price[W_TRAVEL] * (travel + way) + wait + price[W_LATE] * late + price[W_OVER] * over


@kernel
def at_base(problem: SoftProblem, r: int) -> bool:
    """Whether a carer with no visits has a break due that fits into her shift where she starts."""
    price, route = problem.price, problem.route
    begins = max(route[r, T_START], price[BREAK_FROM])
    is_due = route[r, T_BREAK] != 0 and route[r, T_FROM] == route[r, T_TO]
    return is_due and begins <= price[BREAK_LATEST] and begins + price[BREAK_DUR] <= route[r, T_END]


@kernel
def time_row(problem: SoftProblem, at, work, n: int, r: int) -> bool:
    """Time the first ``n`` of ``work[ROW]`` as route ``r`` into ``work[OUT]``; whether it can be.

    A carer with no visits is idle all day but for a break at the base.
    """
    node, price, leg, route = problem.node, problem.price, problem.leg, problem.route
    row, off, run, knee, out = work[ROW], work[OFF], work[RUN], work[KNEE], work[OUT]
    if n == 0 or (n == 1 and row[0] == NO_NODE):
        rests = at_base(problem, r)
        out[E_COST] = 0 if rests else price[W_NO_BREAK] * route[r, T_BREAK]
        out[E_IDLE] = route[r, T_END] - route[r, T_START] - (price[BREAK_DUR] if rests else 0)
        out[E_WORST] = out[E_WAIT] = out[E_SHIFT] = out[E_LOW] = 0
        return True
    here, missed = route[r, T_FROM], route[r, T_BREAK]
    offset, latest_from, cap, travel, busy, persons = 0, -FAR, FAR, 0, 0, 0
    low, length = 0, 0
    for i in range(n):
        u = row[i]
        if u == NO_NODE:
            there = here if i + 1 == n else node[row[i + 1], S_LOC]
            earliest, hard, due = price[BREAK_FROM], price[BREAK_LATEST], FAR
            stay, missed = price[BREAK_DUR], 0
        else:
            there, stay = node[u, S_LOC], node[u, S_DUR]
            second = at[u, A_WINDOW]
            earliest = max(node[u, S_FROM2] if second else node[u, S_FROM], at[u, A_LO])
            due, hard = node[u, S_DUE2] if second else node[u, S_DUE], at[u, A_HI]
            persons += problem.carer[u, r]
        way = leg[here, there]
        travel += way
        if i == 0:
            low = route[r, T_START] + way
        else:
            offset += length + way
        latest_from = max(latest_from, earliest - offset)
        if max(low, latest_from) > hard - offset:
            return False
        cap = min(cap, hard - offset)
        off[i], run[i] = offset, latest_from
        knee[i] = max(latest_from, due - offset)
        busy, length, here = busy + stay, stay, there
    low = max(low, run[0])
    x, last = low, run[n - 1]
    if x < last and price[W_WAIT] > 0:
        x = best_shift(knee, n, x, min(last, cap), price[LATE_PER_WAIT])
    knee[n] = here
    cost = price_row(problem, at, work, n, r, x, travel, busy)
    out[E_COST] = cost + persons + price[W_NO_BREAK] * missed
    out[E_LOW] = low
    return True


@kernel
def load_row(state: SoftState, r: int) -> int:
    """Copy route ``r`` into the row; how many stops."""
    n = state.length[r]
    for i in range(n):
        state.work[ROW, i] = state.seq[r, i]
    return n


@kernel
def load_with(state: SoftState, r: int, p: int, u: int) -> int:
    """Copy route ``r`` into the row with ``u`` at position ``p``; how many stops."""
    n, row = state.length[r], state.work[ROW]
    for i in range(p):
        row[i] = state.seq[r, i]
    row[p] = u
    for i in range(p, n):
        row[i + 1] = state.seq[r, i]
    return n + 1


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
def row_change(price, mark, now, out, r: int) -> int:
    """What the plan's cost changes by if route ``r`` becomes what `time_row` just said."""
    idle = now[O_IDLE2] if now[O_IDLE_R] == r else now[O_IDLE]
    worst = now[O_WORST2] if now[O_WORST_R] == r else now[O_WORST]
    change = out[E_COST] - mark[r, K_COST]
    change += price[W_IDLE] * (max(idle, out[E_IDLE]) - now[O_IDLE])
    change += price[W_WORST] * (max(worst, out[E_WORST]) - now[O_WORST])
    return change


@kernel
def keep_row(problem: SoftProblem, state: SoftState, r: int, n: int) -> None:
    """Make the row just timed route ``r``, and bring the plan's cost up to date."""
    node, at, mark, work = problem.node, state.at, state.mark, state.work
    row, off, run, out = work[ROW], work[OFF], work[RUN], work[OUT]
    state.now[O_COST] += row_change(problem.price, mark, state.now, out, r)
    for i in range(n):
        u = row[i]
        state.seq[r, i] = u
        state.stop[r, i, 0] = off[i] + max(out[E_LOW], run[i])
        late = 0
        if u != NO_NODE:
            due = node[u, S_DUE2] if at[u, A_WINDOW] else node[u, S_DUE]
            late = max(0, off[i] + max(out[E_SHIFT], run[i]) - due)
        state.stop[r, i, 1] = late
    state.length[r] = n
    mark[r, K_COST], mark[r, K_IDLE] = out[E_COST], out[E_IDLE]
    mark[r, K_WORST], mark[r, K_WAIT] = out[E_WORST], out[E_WAIT]
    find_tops(state)


@kernel
def place_break(problem: SoftProblem, state: SoftState, r: int) -> None:
    """Put the break of route ``r`` where it costs least, or nowhere."""
    if problem.route[r, T_BREAK] == 0:
        return
    row, n = state.work[ROW], 0
    for i in range(state.length[r]):
        if state.seq[r, i] != NO_NODE:
            row[n] = state.seq[r, i]
            n += 1
    if n == 0:
        return
    best, best_p = FAR, n + 1
    row[n] = NO_NODE
    for p in range(n, -2, -1):
        if p < 0:
            for i in range(n):
                row[i] = row[i + 1]
        elif p < n:
            row[p + 1] = row[p]
            row[p] = NO_NODE
        if time_row(problem, state.at, state.work, n + (1 if p >= 0 else 0), r):
            change = row_change(problem.price, state.mark, state.now, state.work[OUT], r)
            if change < best:
                best, best_p = change, p
    if best_p > n:
        return
    if best_p >= 0:
        for i in range(n, best_p, -1):
            row[i] = row[i - 1]
        row[best_p] = NO_NODE
        n += 1
    if time_row(problem, state.at, state.work, n, r):
        keep_row(problem, state, r, n)
