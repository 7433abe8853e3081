# mypy: disable-error-code="no-untyped-def,no-untyped-call,no-any-return"
"""The search: ruin, recreate in one of several orders, keep or take back by annealing."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from data.kernels import bare_kernel as kernel
from routing.soft.kernels_insert import insert_lunch, insert_unit
from routing.soft.kernels_layout import (
    A_POS,
    A_ROUTE,
    A_START,
    C_FROM,
    FAR,
    L_DIRTY,
    L_MARK,
    L_SIZE,
    NOW_COST,
    S_POOL,
    S_STAMP,
    V_CAND,
    V_CAND_END,
    V_DUR,
    V_EARLY1,
    V_EARLY2,
    V_LATE1,
    V_LATE2,
    V_PLACE,
    Choice,
    Problem,
    State,
)
from routing.soft.kernels_price import total_up
from routing.soft.kernels_random import rand_bits, rand_unit
from routing.soft.kernels_ruin import ruin
from routing.soft.kernels_time import begin, retime, touch


@kernel
def order_key(problem, choice, rng, u, order):
    """By what the units of the pool are sorted before they are inserted."""
    v, w = choice.unit[u, 0], choice.unit[u, 1]
    node = problem.node[v]
    if order == 0:
        return rand_bits(rng) % (1 << 20)
    if order == 1:
        return -node[V_DUR] - (1000 if w >= 0 else 0)
    if order == 2:
        return problem.node[v, V_CAND_END] - problem.node[v, V_CAND] - (1000 if w >= 0 else 0)
    if order == 3:
        return node[V_EARLY1]
    if order == 4:
        width = node[V_LATE1] - node[V_EARLY1]
        if node[V_EARLY2] < FAR:
            width += node[V_LATE2] - node[V_EARLY2]
        return width
    if node[V_PLACE] < 0:
        return 0
    return -problem.leg[0, problem.carer[0, C_FROM], node[V_PLACE]]


@kernel
def sort_pool(problem, choice, state, rng):
    """Sort the pool by one of six orders."""
    order = rand_bits(rng) % 10
    if order > 5:
        order = 0
    n_pool = state.now[S_POOL]
    for k in range(n_pool):
        u = choice.pool[k, 0]
        key = order_key(problem, choice, rng, u, order)
        j = k
        while j > 0 and choice.pool[j - 1, 1] > key:
            choice.pool[j, 1] = choice.pool[j - 1, 1]
            choice.pool[j, 0] = choice.pool[j - 1, 0]
            j -= 1
        choice.pool[j, 1] = key
        choice.pool[j, 0] = u


@kernel
def recreate(problem, choice, state, rng):
    """Insert the pool again, unit by unit, and the lunches before or after them."""
    sort_pool(problem, choice, state, rng)
    n_routes = problem.carer.shape[0]
    if rand_bits(rng) % 2 == 0:
        for r in range(n_routes):
            if state.line[r, L_DIRTY] == 1:
                insert_lunch(problem, state, r)
    for k in range(state.now[S_POOL]):
        insert_unit(problem, choice, state, rng, choice.pool[k, 0])
    for r in range(n_routes):
        if state.line[r, L_DIRTY] == 1:
            insert_lunch(problem, state, r)


@kernel
def copy_route(source, target, r):
    """Give route ``r`` of ``target`` the nodes, starts and measures of ``source``."""
    for k in range(L_MARK):
        target.line[r, k] = source.line[r, k]
    for p in range(source.line[r, L_SIZE]):
        v = source.row[r, p]
        target.row[r, p] = v
        target.at[v, A_ROUTE], target.at[v, A_POS] = r, p
        target.at[v, A_START] = source.at[v, A_START]


@kernel
def copy_dirty(problem, marked, source, target):
    """Make ``target`` the plan of ``source``; the two differ in the dirty routes of ``marked``."""
    n_routes = problem.carer.shape[0]
    for r in range(n_routes):
        if marked.line[r, L_DIRTY] == 1:
            for p in range(target.line[r, L_SIZE]):
                target.at[target.row[r, p], A_ROUTE] = -1
    for r in range(n_routes):
        if marked.line[r, L_DIRTY] == 1:
            copy_route(source, target, r)
            marked.line[r, L_DIRTY] = 0
    for k in range(S_STAMP):
        target.now[k] = source.now[k]


@kernel
def copy_all(problem, source, target):
    """Make ``target`` the same plan as ``source``."""
    for v in range(source.at.shape[0]):
        target.at[v, A_ROUTE] = -1
    for r in range(problem.carer.shape[0]):
        copy_route(source, target, r)
    for k in range(S_STAMP):
        target.now[k] = source.now[k]


@kernel
def build(problem, choice, trial, plan, best, rng):
    """A first plan in all three: all units in some order, each at its cheapest place."""
    n_routes, n_units = problem.carer.shape[0], choice.unit.shape[0]
    begin(trial)
    for r in range(n_routes):
        touch(trial, r)
        trial.line[r, L_DIRTY] = 1
    retime(problem, trial)
    total_up(problem, trial)
    trial.now[S_POOL] = n_units
    for u in range(n_units):
        choice.pool[u, 0] = u
    recreate(problem, choice, trial, rng)
    for r in range(n_routes):
        trial.line[r, L_DIRTY] = 0
    copy_all(problem, trial, plan)
    copy_all(problem, trial, best)


@kernel
def anneal(
    problem: Problem,
    choice: Choice,
    trial: State,
    plan: State,
    best: State,
    rng: NDArray[np.uint64],
    n_iterations: int,
    temperature: float,
    cooling: float,
) -> None:
    """Run a batch of iterations; ``trial`` equals ``plan`` before and after it.

    The first batch begins with a first plan, here rather than in a kernel of its own, because
    each kernel that Python calls is compiled with all that it calls.
    """
    if trial.now[S_STAMP] == 0:
        build(problem, choice, trial, plan, best, rng)
    for _ in range(n_iterations):
        ok = ruin(problem, choice, trial, rng)
        if ok:
            recreate(problem, choice, trial, rng)
        limit = plan.now[NOW_COST] - temperature * math.log(rand_unit(rng))
        if ok and trial.now[NOW_COST] < limit:
            copy_dirty(problem, trial, trial, plan)
            if plan.now[NOW_COST] < best.now[NOW_COST]:
                copy_all(problem, plan, best)
        else:
            copy_dirty(problem, trial, plan, trial)
        temperature *= cooling


@kernel
def retime_all(problem: Problem, state: State) -> bool:
    """Earliest starts and all prices anew from the sequences alone; False if it cannot."""
    begin(state)
    for r in range(problem.carer.shape[0]):
        touch(state, r)
    ok = retime(problem, state)
    total_up(problem, state)
    return ok
