# mypy: disable-error-code="no-untyped-def,no-any-return"
"""Ruin and recreate for soft rounds, under simulated annealing on integer cost.

After SISR (Christiaens & Vanden Berghe 2020, doi 10.1287/trsc.2019.0914), with the whole group of
a removed node removed too, and ruins that begin with the carer who is idle longest.
"""

from __future__ import annotations

import math

from data.kernels import bare_kernel as kernel
from routing.rounds.kernels_soft_insert import place_group, retime_pair
from routing.rounds.kernels_soft_layout import (
    A_HI,
    A_LO,
    A_ROUTE,
    FAR,
    K_COST,
    K_IDLE,
    K_WAIT,
    K_WORST,
    KNEE,
    NO_NODE,
    O_BEST,
    O_BROKEN,
    O_COST,
    O_IDLE_R,
    O_ITERATION,
    O_POOL,
    OFF,
    S_DUE,
    S_DUR,
    S_FROM,
    S_GROUP,
    S_MATE,
    SoftMemory,
    SoftProblem,
    SoftState,
)
from routing.rounds.kernels_soft_route import (
    find_tops,
    keep_row,
    load_row,
    place_break,
    time_row,
)

MEAN_REMOVED = 7.0
LONGEST_STRING = 10.0
SPLIT_RATE = 0.5
IDLEST_RATE = 0.05
"""Ruins that begin with a visit of the carer who is idle longest."""
N_RETRIED = 4
"""Draws of a group to try again, in each iteration."""


@kernel
def time_routes(problem: SoftProblem, state: SoftState, only_touched: bool) -> None:
    """Time routes anew, with their breaks where they are best."""
    for r in range(state.length.shape[0]):
        if only_touched and state.touched[r] == 0:
            continue
        n = load_row(state, r)
        if time_row(problem, state.at, state.work, n, r):
            keep_row(problem, state, r, n)
            place_break(problem, state, r)
        else:
            state.now[O_BROKEN] = 1


@kernel
def price_plan(problem: SoftProblem, state: SoftState) -> None:
    """The whole plan's cost from nothing: routes, the worst, the idlest, the absent."""
    now, mark = state.now, state.mark
    for r in range(state.length.shape[0]):
        mark[r, K_COST] = mark[r, K_IDLE] = mark[r, K_WORST] = mark[r, K_WAIT] = 0
    find_tops(state)
    now[O_COST] = 0
    time_routes(problem, state, False)
    for g in range(problem.absent.shape[0]):
        if state.at[problem.group[problem.group_ptr[g]], A_ROUTE] < 0:
            now[O_COST] += problem.absent[g]


@kernel
def pull(problem: SoftProblem, state: SoftState, u: int) -> None:
    """Take the whole group of ``u`` out of its routes into the pool; times follow later."""
    now, at, g = state.now, state.at, problem.node[u, S_GROUP]
    for k in range(problem.group_ptr[g], problem.group_ptr[g + 1]):
        v = problem.group[k]
        r, n = at[v, A_ROUTE], 0
        for i in range(state.length[r]):
            if state.seq[r, i] != v:
                state.seq[r, n] = state.seq[r, i]
                n += 1
        state.length[r] = n
        state.touched[r] = 1
        at[v, A_ROUTE] = -1
        at[v, A_LO], at[v, A_HI] = 0, FAR
    now[O_COST] += problem.absent[g]
    state.pool[0, now[O_POOL]] = g
    now[O_POOL] += 1


@kernel
def pull_string(problem: SoftProblem, state: SoftState, u: int, longest: float, rng) -> None:
    """Take a string of visits around ``u`` out of its route, or a longer one with a gap left."""
    r, n, here = state.at[u, A_ROUTE], 0, 0
    for i in range(state.length[r]):
        v = state.seq[r, i]
        if v != NO_NODE:
            state.work[KNEE, n] = v
            if v == u:
                here = n
            n += 1
    size = 1 + int(rng.random() * min(float(n), longest))
    gap = 0
    if size > 1 and rng.random() < SPLIT_RATE:
        gap = 1
        while size + gap < n and rng.random() > 0.5:
            gap += 1
    span = min(size + gap, n)
    first = max(0, here - span + 1)
    last = min(here, n - span)
    first += int(rng.random() * (last - first + 1))
    hole = first + int(rng.random() * (span - gap + 1)) if gap else n
    for i in range(first, first + span):
        if hole <= i < hole + gap:
            state.work[OFF, i] = -1
        else:
            state.work[OFF, i] = state.work[KNEE, i]
    for i in range(first, first + span):
        v = state.work[OFF, i]
        if v >= 0 and state.at[v, A_ROUTE] >= 0:
            pull(problem, state, v)


@kernel
def ruin(problem: SoftProblem, state: SoftState, rng) -> None:
    """Take strings of neighbouring visits out of neighbouring routes."""
    now, n_nodes, n_routes = state.now, problem.node.shape[0], state.length.shape[0]
    n_planned = 0
    for r in range(n_routes):
        state.touched[r] = 0
        n_planned += state.length[r]
    if n_planned == 0:
        return
    longest = min(LONGEST_STRING, n_planned / n_routes)
    most = 4.0 * min(MEAN_REMOVED, 1.0 + 0.15 * n_nodes) / (1.0 + longest) - 1.0
    n_strings = 1 + int(rng.random() * max(most, 1.0))
    seed = int(rng.random() * n_nodes)
    idlest = now[O_IDLE_R]
    if rng.random() < IDLEST_RATE and idlest >= 0 and state.length[idlest] > 0:
        v = state.seq[idlest, int(rng.random() * state.length[idlest])]
        seed = v if v != NO_NODE else seed
    done = 0
    for k in range(-1, problem.near.shape[1]):
        u = seed if k < 0 else problem.near[seed, k]
        r = state.at[u, A_ROUTE]
        if r < 0 or state.touched[r] != 0:
            continue
        pull_string(problem, state, u, longest, rng)
        done += 1
        if done >= n_strings:
            break
    time_routes(problem, state, True)


@kernel
def add_absent(problem: SoftProblem, state: SoftState, rng) -> None:
    """Let some of the groups left out before try again; all of them at the very first."""
    now, n_groups = state.now, problem.absent.shape[0]
    is_first = now[O_ITERATION] == 0
    for i in range(n_groups if is_first else N_RETRIED):
        g = i if is_first else int(rng.random() * n_groups)
        is_new = state.at[problem.group[problem.group_ptr[g]], A_ROUTE] < 0
        for k in range(now[O_POOL] if is_new and not is_first else 0):
            if state.pool[0, k] == g:
                is_new = False
        if is_new:
            state.pool[0, now[O_POOL]] = g
            now[O_POOL] += 1


@kernel
def order_pool(problem: SoftProblem, state: SoftState, rng) -> None:
    """Sort the pool by one of several ideas of which group is hard to place."""
    node, n, way = problem.node, state.now[O_POOL], rng.random()
    pool, keys = state.pool[0], state.pool[1]
    pairs_first = rng.random() < 0.5
    for i in range(n):
        g = pool[i]
        u = problem.group[problem.group_ptr[g]]
        key = int(rng.random() * 1024)
        if way < 0.3:
            key += 0
        elif way < 0.5:
            key -= node[u, S_DUR] << 11
        elif way < 0.65:
            key += node[u, S_FROM] << 11
        elif way < 0.8:
            key += (problem.cand_ptr[u + 1] - problem.cand_ptr[u]) << 11
        elif way < 0.9:
            key += (node[u, S_DUE] - node[u, S_FROM]) << 11
        else:
            key -= node[u, S_DUE] << 11
        if pairs_first and node[u, S_MATE] >= 0:
            key -= 1 << 36
        keys[i] = key
    for i in range(1, n):
        g, key, j = pool[i], keys[i], i
        while j > 0 and keys[j - 1] > key:
            pool[j], keys[j] = pool[j - 1], keys[j - 1]
            j -= 1
        pool[j], keys[j] = g, key


@kernel
def copy_plan(seq, length, mark, at, stop, now, seq2, length2, mark2, at2, stop2, now2) -> None:
    """Copy one plan over another, element by element: no temporary arrays."""
    for r in range(length.shape[0]):
        for i in range(length[r]):
            seq2[r, i] = seq[r, i]
            stop2[r, i, 0], stop2[r, i, 1] = stop[r, i, 0], stop[r, i, 1]
        length2[r] = length[r]
        for i in range(mark.shape[1]):
            mark2[r, i] = mark[r, i]
    for u in range(at.shape[0]):
        for i in range(at.shape[1]):
            at2[u, i] = at[u, i]
    for i in range(now.shape[0]):
        now2[i] = now[i]


@kernel
def keep_best(state: SoftState, memory: SoftMemory) -> None:
    """Remember the plan as the best."""
    for r in range(state.length.shape[0]):
        for i in range(state.length[r]):
            memory.best_seq[r, i] = state.seq[r, i]
        memory.best_length[r] = state.length[r]
    for u in range(state.at.shape[0]):
        for i in range(state.at.shape[1]):
            memory.best_at[u, i] = state.at[u, i]
    state.now[O_BEST] = memory.now[O_BEST] = state.now[O_COST]


@kernel
def iterate(problem: SoftProblem, state: SoftState, rng) -> None:
    """One ruin and recreate."""
    now = state.now
    now[O_POOL] = now[O_BROKEN] = 0
    if now[O_ITERATION] > 0:
        ruin(problem, state, rng)
    if now[O_BROKEN] != 0:
        return
    add_absent(problem, state, rng)
    order_pool(problem, state, rng)
    for i in range(now[O_POOL]):
        place_group(problem, state, state.pool[0, i], rng)
    for i in range(now[O_POOL]):
        u = problem.group[problem.group_ptr[state.pool[0, i]]]
        if problem.node[u, S_MATE] >= 0 and state.at[u, A_ROUTE] >= 0:
            retime_pair(problem, state, u)
    if rng.random() < 0.5:
        u = int(rng.random() * problem.node.shape[0])
        if problem.node[u, S_MATE] >= 0 and state.at[u, A_ROUTE] >= 0:
            retime_pair(problem, state, u)


@kernel
def anneal(
    problem: SoftProblem,
    state: SoftState,
    memory: SoftMemory,
    rng,
    n_iterations: int,
    hot: float,
    cold: float,
) -> None:
    """Run iterations while the temperature falls geometrically from ``hot`` to ``cold``.

    The first call, on an empty plan, places every group once.
    """
    s, m, temperature = state, memory, hot
    if s.now[O_ITERATION] == 0:
        price_plan(problem, s)
        s.now[O_BEST] = FAR
    factor = (cold / hot) ** (1.0 / max(n_iterations, 1))
    for i in range(-1, n_iterations):
        before = s.now[O_COST]
        change = 0
        if i >= 0:
            temperature *= factor
            iterate(problem, s, rng)
            change = s.now[O_COST] - before
        if s.now[O_BROKEN] == 0 and change <= -temperature * math.log(1.0 - rng.random()):
            if s.now[O_COST] < s.now[O_BEST]:
                keep_best(s, m)
            copy_plan(
                s.seq, s.length, s.mark, s.at, s.stop, s.now,
                m.seq, m.length, m.mark, m.at, m.stop, m.now,
            )  # fmt: skip
        else:
            copy_plan(
                m.seq, m.length, m.mark, m.at, m.stop, m.now,
                s.seq, s.length, s.mark, s.at, s.stop, s.now,
            )  # fmt: skip
    s.now[O_ITERATION] += n_iterations
