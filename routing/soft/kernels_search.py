# mypy: disable-error-code="no-untyped-def,no-untyped-call"
"""The search: ruin, recreate in one of several orders, keep or take back by annealing."""

from __future__ import annotations

import math

from data.kernels import bare_kernel as kernel
from routing.soft.kernels_insert import insert_lunch, insert_unit
from routing.soft.kernels_layout import (
    C_FROM,
    FAR,
    NOW_COST,
    S_DIRTY,
    S_POOL,
    V_DUR,
    V_EARLY1,
    V_EARLY2,
    V_LATE1,
    V_LATE2,
    V_PLACE,
)
from routing.soft.kernels_random import rand_below, rand_unit
from routing.soft.kernels_ruin import BLINK, ruin
from routing.soft.kernels_time import begin, retime, total_up, touch


@kernel
def order_key(problem, rng, u, order):
    """By what the units of the pool are sorted before they are inserted."""
    v, w = problem.unit[u, 0], problem.unit[u, 1]
    node = problem.node[v]
    if order == 0:
        return rand_below(rng, 1 << 20)
    if order == 1:
        return -node[V_DUR] - (1000 if w >= 0 else 0)
    if order == 2:
        return problem.cand_ptr[v + 1] - problem.cand_ptr[v] - (1000 if w >= 0 else 0)
    if order == 3:
        return node[V_EARLY1]
    if order == 4:
        width = node[V_LATE1] - node[V_EARLY1]
        if node[V_EARLY2] < FAR:
            width += node[V_LATE2] - node[V_EARLY2]
        return width
    return -problem.leg[problem.carer[0, C_FROM], node[V_PLACE]]


@kernel
def sort_pool(problem, scratch, rng):
    """Sort the pool by one of six orders."""
    order = rand_below(rng, 10)
    if order > 5:
        order = 0
    n_pool = scratch.now[S_POOL]
    for k in range(n_pool):
        u = scratch.pool[k]
        key = order_key(problem, rng, u, order)
        j = k
        while j > 0 and scratch.key[j - 1] > key:
            scratch.key[j] = scratch.key[j - 1]
            scratch.pool[j] = scratch.pool[j - 1]
            j -= 1
        scratch.key[j] = key
        scratch.pool[j] = u


@kernel
def recreate(problem, state, scratch, rng, knobs):
    """Insert the pool again, unit by unit, and the lunches before or after them."""
    sort_pool(problem, scratch, rng)
    n_routes = state.size.size
    for r in range(n_routes):
        scratch.order[r] = scratch.dirty[r]
    first = rand_below(rng, 2) == 0
    if first:
        for r in range(n_routes):
            if scratch.order[r] == 1:
                insert_lunch(problem, state, scratch, r)
    for k in range(scratch.now[S_POOL]):
        insert_unit(problem, state, scratch, rng, scratch.pool[k], knobs[BLINK])
    for r in range(n_routes):
        if scratch.dirty[r] == 1:
            insert_lunch(problem, state, scratch, r)


@kernel
def copy_dirty(source, target, scratch):
    """Make the dirty routes of ``target`` those of ``source``."""
    n_routes = source.size.size
    for r in range(n_routes):
        if scratch.dirty[r] == 1:
            for p in range(target.size[r]):
                v = target.seq[r, p]
                if target.route[v] == r:
                    target.route[v] = -1
    for r in range(n_routes):
        if scratch.dirty[r] == 1:
            scratch.dirty[r] = 0
            target.size[r] = source.size[r]
            for k in range(source.line.shape[1]):
                target.line[r, k] = source.line[r, k]
            for p in range(source.size[r]):
                v = source.seq[r, p]
                target.seq[r, p] = v
                target.route[v], target.pos[v] = r, p
                target.start[v] = source.start[v]
    for k in range(source.now.size):
        target.now[k] = source.now[k]
    scratch.now[S_DIRTY] = 0


@kernel
def copy_all(source, target):
    """Make ``target`` the same plan as ``source``."""
    for v in range(source.route.size):
        target.route[v], target.pos[v] = source.route[v], source.pos[v]
        target.start[v] = source.start[v]
    for r in range(source.size.size):
        target.size[r] = source.size[r]
        for k in range(source.line.shape[1]):
            target.line[r, k] = source.line[r, k]
        for p in range(source.size[r]):
            target.seq[r, p] = source.seq[r, p]
    for k in range(source.now.size):
        target.now[k] = source.now[k]


@kernel
def anneal(problem, trial, plan, best, scratch, rng, knobs, n_iterations, temperature, cooling):
    """Run a batch of iterations; ``trial`` equals ``plan`` before and after it."""
    for _ in range(n_iterations):
        ok = ruin(problem, trial, scratch, rng, knobs)
        if ok:
            recreate(problem, trial, scratch, rng, knobs)
        limit = plan.now[NOW_COST] - temperature * math.log(rand_unit(rng))
        if ok and trial.now[NOW_COST] < limit:
            copy_dirty(trial, plan, scratch)
            if plan.now[NOW_COST] < best.now[NOW_COST]:
                copy_all(plan, best)
        else:
            copy_dirty(plan, trial, scratch)
        temperature *= cooling


@kernel
def build(problem, state, scratch, rng, knobs):
    """A first plan: all units in random order, each at its cheapest place, then the lunches."""
    begin(scratch)
    for r in range(state.size.size):
        touch(scratch, r)
        scratch.dirty[r] = 1
    retime(problem, state, scratch)
    total_up(problem, state)
    n_units = problem.unit.shape[0]
    scratch.now[S_POOL] = n_units
    for u in range(n_units):
        scratch.pool[u] = u
    recreate(problem, state, scratch, rng, knobs)


@kernel
def retime_all(problem, state, scratch):
    """Earliest starts and all prices anew from the sequences alone; False if it cannot."""
    begin(scratch)
    for r in range(state.size.size):
        touch(scratch, r)
    ok = retime(problem, state, scratch)
    total_up(problem, state)
    return ok
