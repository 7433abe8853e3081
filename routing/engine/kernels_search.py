# mypy: disable-error-code="no-untyped-def,no-untyped-call,no-any-return,arg-type,assignment,index"
"""Ruin and recreate under integer simulated annealing, in batches of iterations."""

from __future__ import annotations

import math

import numpy as np

from data.kernels import bare_kernel as kernel
from routing.engine.kernels_insert import place_node
from routing.engine.kernels_layout import (
    BREAK,
    LUNCH,
    NODE_ABSENT,
    NODE_DUR,
    NODE_EARLIEST,
    NODE_KIND,
    NODE_LOAD,
    NODE_LOC,
    NODE_PARTNER,
    PLAN_COLS,
    PLAN_HALF,
    PLAN_ROUTE,
    POS_NODE,
    PRICE_LUNCH,
    ROUTE_FROM,
    ROUTE_MODE,
    SCALAR_BEST,
    SCALAR_BROKEN,
    SCALAR_COST,
    SCALAR_DIRTY,
    SCALAR_ITERATION,
    SCALAR_LOGGED,
    SCALAR_REMOVED,
    SCALAR_STAMP,
    SCALAR_TOUCHED,
    STOP_POS,
    TUNE_BLINK,
    TUNE_CLOSE,
    TUNE_EARLY,
    TUNE_FAR,
    TUNE_FEW,
    TUNE_HEAVY,
    TUNE_LONG,
    TUNE_NARROW,
    TUNE_RANDOM,
    Problem,
    State,
)
from routing.engine.kernels_moving import begin_trial, hold_lunches, put_back_times, retime_touched
from routing.engine.kernels_route import count, set_absent, set_present
from routing.engine.kernels_ruin import retry_absent, ruin
from routing.engine.kernels_seeds import last_of


@kernel
def sort_removed(state: State, n: int) -> None:
    """Shell sort of the first ``n`` nodes taken out by their keys."""
    removed, key = state.removed, state.key
    gap = 1
    while gap < n // 3:
        gap = 3 * gap + 1
    while gap > 0:
        for i in range(gap, n):
            u, k, j = removed[i], key[i], i
            while j >= gap and key[j - gap] > k:
                removed[j], key[j] = removed[j - gap], key[j - gap]
                j -= gap
            removed[j], key[j] = u, k
        gap //= 3


@kernel
def travel_from_start(problem: Problem, u: int) -> int:
    """How far node ``u`` is from where the first of its routes begins."""
    k = problem.cand_ptr[u]
    if problem.node[u, NODE_LOC] < 0 or k == problem.cand_ptr[u + 1]:
        return 0
    route = problem.route[problem.cand[k, 0]]
    return problem.leg[route[ROUTE_MODE], route[ROUTE_FROM], problem.node[u, NODE_LOC]]


@kernel
def order_key(problem: Problem, tune, u: int, draw: float) -> int:
    """What the nodes taken out are ordered by, by one of several ideas of what is hard to place."""
    node = problem.node
    if draw < tune[TUNE_RANDOM]:
        return 0
    if draw < tune[TUNE_NARROW]:
        return last_of(problem, u) - node[u, NODE_EARLIEST]
    if draw < tune[TUNE_LONG]:
        return 86_400 - node[u, NODE_DUR]
    if draw < tune[TUNE_EARLY]:
        return node[u, NODE_EARLIEST]
    if draw < tune[TUNE_FEW]:
        return problem.cand_ptr[u + 1] - problem.cand_ptr[u]
    if draw < tune[TUNE_FAR]:
        return -travel_from_start(problem, u)
    if draw < tune[TUNE_CLOSE]:
        return travel_from_start(problem, u)
    if draw < tune[TUNE_HEAVY]:
        return -node[u, NODE_LOAD]
    return (1 << 30) - node[u, NODE_ABSENT]


@kernel
def order_removed(problem: Problem, state: State, rng) -> None:
    """Order the nodes taken out: breaks first, then by a key; equals at random."""
    node, draw = problem.node, rng.random()
    n = state.scalar[SCALAR_REMOVED]
    for i in range(n):
        u = state.removed[i]
        k = int(rng.random() * 1024) + (order_key(problem, state.tune, u, draw) << 10)
        if node[u, NODE_KIND] == BREAK:
            k -= 1 << 50
        state.key[i] = k
    sort_removed(state, n)


@kernel
def most_saved(problem: Problem, u: int) -> int:
    """What placing node ``u`` saves at most: its absence, less its cheapest carer."""
    k = problem.cand_ptr[u]
    if k == problem.cand_ptr[u + 1]:
        return 0
    return problem.node[u, NODE_ABSENT] - problem.cand[k, 1]


@kernel
def note_absent(problem: Problem, state: State, u: int) -> None:
    """Put node ``u`` and its partner among the unplanned, where they are left out."""
    if state.plan[u, PLAN_ROUTE] < 0 and state.absent_at[u] < 0:
        set_absent(state, u)
        partner = problem.node[u, NODE_PARTNER]
        if partner >= 0 and state.absent_at[partner] < 0:
            set_absent(state, partner)


@kernel
def recreate(problem: Problem, state: State, rng, allowed: float) -> int:
    """Place the nodes taken out one by one; the change of cost.

    Given up as broken as soon as it costs more than ``allowed`` however cheaply the other
    nodes were placed, which is how most iterations end; but not where starts move, and a visit may
    save the wait that it fills.
    """
    change, left, is_bound = 0, 0, problem.soft.ndim == 1
    for i in range(state.scalar[SCALAR_REMOVED]):
        left += most_saved(problem, state.removed[i])
    for i in range(state.scalar[SCALAR_REMOVED]):
        if is_bound and change - left >= allowed:
            state.scalar[SCALAR_BROKEN] = 1
            return change
        u = state.removed[i]
        left -= most_saved(problem, u)
        if state.plan[u, PLAN_ROUTE] >= 0:
            continue
        partner = problem.node[u, NODE_PARTNER]
        ruined = np.int64(state.absent_at[u] >= 0)
        change += place_node(problem, state, u, partner, rng, state.tune[TUNE_BLINK], ruined)
        if state.scalar[SCALAR_BROKEN] != 0:
            return change
        note_absent(problem, state, u)
    return change


@kernel
def undo(problem: Problem, state: State) -> None:
    """Put back every route and node of this iteration."""
    scalar, plan = state.scalar, state.plan
    for k in range(scalar[SCALAR_LOGGED]):
        u, old_r = state.logged[k, 0], state.logged[k, 1 + PLAN_ROUTE]
        if plan[u, PLAN_ROUTE] >= 0:
            count(problem, state, u, plan[u, PLAN_ROUTE], plan[u, PLAN_HALF], np.int64(-1))
        if old_r >= 0:
            count(problem, state, u, old_r, state.logged[k, 1 + PLAN_HALF], np.int64(1))
            if state.absent_at[u] >= 0:
                set_present(state, u)
        elif state.absent_at[u] < 0 and problem.node[u, NODE_KIND] != LUNCH:
            set_absent(state, u)
        for column in range(PLAN_COLS):
            plan[u, column] = state.logged[k, 1 + column]
    for k in range(scalar[SCALAR_TOUCHED]):
        r = state.touched[k]
        n = state.old_length[k]
        state.length[r] = n
        for p in range(1, n + 1):
            state.line[r, p, POS_NODE] = state.old_seq[k, p]
            state.stop[state.old_seq[k, p], STOP_POS] = p
    put_back_times(problem, state)


@kernel
def keep_best(state: State) -> None:
    """Copy the routes changed since the last best plan into the best plan."""
    scalar = state.scalar
    for k in range(scalar[SCALAR_DIRTY]):
        r = state.dirty[k]
        state.dirty_at[r] = 0
        n = state.length[r]
        state.best_length[r] = n
        for p in range(1, n + 1):
            u = state.line[r, p, POS_NODE]
            state.best_seq[r, p] = u
            for column in range(PLAN_COLS):
                state.best_plan[u, column] = state.plan[u, column]
    scalar[SCALAR_DIRTY] = 0
    scalar[SCALAR_BEST] = scalar[SCALAR_COST]


@kernel
def begin(state: State) -> None:
    """Open an iteration: nothing touched, nothing logged."""
    scalar = state.scalar
    scalar[SCALAR_STAMP] += 1
    scalar[SCALAR_TOUCHED] = scalar[SCALAR_LOGGED] = scalar[SCALAR_REMOVED] = scalar[
        SCALAR_BROKEN
    ] = 0
    begin_trial(state)


@kernel
def construct(problem: Problem, state: State, rng) -> None:
    """Place every unplanned node once, class 1 first; the plan of a time limit of 0 seconds."""
    begin(state)
    scalar, node = state.scalar, problem.node
    for u in range(node.shape[0]):
        if state.absent_at[u] >= 0:
            k = scalar[SCALAR_REMOVED]
            state.removed[k] = u
            state.key[k] = (
                (((1 << 30) - node[u, NODE_ABSENT]) << 20)
                + last_of(problem, u)
                - node[u, NODE_EARLIEST]
            )
            scalar[SCALAR_REMOVED] = k + 1
    n = scalar[SCALAR_REMOVED]
    sort_removed(state, n)
    for i in range(n):
        u = state.removed[i]
        if state.plan[u, PLAN_ROUTE] >= 0:
            continue
        begin(state)
        change = place_node(problem, state, u, node[u, NODE_PARTNER], rng, 0.0, np.int64(0))
        change += hold_lunches(problem, state)
        note_absent(problem, state, u)
        if scalar[SCALAR_BROKEN] != 0:
            undo(problem, state)
        else:
            scalar[SCALAR_COST] += change
    keep_best(state)


@kernel
def anneal(problem: Problem, state: State, rng, n_iterations: int, hot: float, cold: float) -> None:
    """Run iterations while the temperature falls geometrically from ``hot`` to ``cold``."""
    scalar, temperature = state.scalar, hot
    factor = (cold / hot) ** (1.0 / max(n_iterations, 1))
    for _ in range(n_iterations):
        temperature *= factor
        allowed = -temperature * math.log(1.0 - rng.random())
        begin(state)
        change = ruin(problem, state, rng)
        change += retime_touched(problem, state)
        if scalar[SCALAR_BROKEN] == 0:
            retry_absent(problem, state, rng)
            order_removed(problem, state, rng)
            if problem.price[PRICE_LUNCH] > 0 and rng.random() < 0.5:
                change += hold_lunches(problem, state)
            change += recreate(problem, state, rng, allowed - change)
            change += hold_lunches(problem, state)
        if scalar[SCALAR_BROKEN] != 0 or change >= allowed:
            undo(problem, state)
            continue
        scalar[SCALAR_COST] += change
        if scalar[SCALAR_COST] < scalar[SCALAR_BEST]:
            keep_best(state)
    scalar[SCALAR_ITERATION] += n_iterations
