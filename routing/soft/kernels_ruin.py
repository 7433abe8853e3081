# mypy: disable-error-code="no-untyped-def,no-untyped-call"
"""What is taken out of the plan: strings of near routes, whole rounds, late ones, at random.

Strings after Christiaens & Vanden Berghe 2020 (SISR, doi 10.1287/trsc.2019.0914).
"""

from __future__ import annotations

from data.kernels import bare_kernel as kernel
from routing.soft.kernels_insert import note_dirty, take_out
from routing.soft.kernels_layout import (
    C_LUNCH,
    LUNCH,
    NOW_ABSENT,
    NOW_IDLE_ROUTE,
    S_POOL,
    S_TOUCHED,
    V_KIND,
    V_UNIT,
)
from routing.soft.kernels_random import rand_below
from routing.soft.kernels_time import begin, lateness, retime, total_up

MEAN_OUT = 0
MOST_STRING = 1
BLINK = 2
ABSENT_TRIED = 3
N_KNOBS = 6


@kernel
def out_unit(problem, state, scratch, u):
    """Take a client visit, with all its carers, out of the plan and into the pool."""
    if state.route[problem.unit[u, 0]] < 0:
        return
    for k in range(2):
        v = problem.unit[u, k]
        if v >= 0:
            take_out(state, scratch, v)
    state.now[NOW_ABSENT] += problem.absent[u]
    scratch.pool[scratch.now[S_POOL]] = u
    scratch.now[S_POOL] += 1


@kernel
def out_string(problem, state, scratch, rng, v, length):
    """Take out ``length`` nodes in a row of the route of ``v``, ``v`` among them."""
    r, p = state.route[v], state.pos[v]
    size = state.size[r]
    length = min(length, size)
    low = max(0, p - length + 1)
    high = min(p, size - length)
    first = low + rand_below(rng, high - low + 1)
    for _ in range(length):
        if first >= state.size[r]:
            return
        w = state.seq[r, first]
        if problem.node[w, V_KIND] == LUNCH:
            take_out(state, scratch, w)
        else:
            out_unit(problem, state, scratch, problem.node[w, V_UNIT])


@kernel
def ruin_strings(problem, state, scratch, rng, knobs, seed):
    """Strings of routes that pass near unit ``seed``."""
    n_out = 1 + rand_below(rng, 2 * knobs[MEAN_OUT] - 1)
    most = 1 + rand_below(rng, knobs[MOST_STRING])
    n_near = problem.near.shape[1]
    for k in range(-1, n_near):
        u = seed if k < 0 else problem.near[seed, k]
        v = problem.unit[u, 0]
        if problem.unit[u, 1] >= 0 and rand_below(rng, 2) == 0:
            v = problem.unit[u, 1]
        if state.route[v] < 0:
            continue
        r = state.route[v]
        if scratch.route_mark[r] == scratch.now[0] and rand_below(rng, 4) > 0:
            continue
        left = n_out - scratch.now[S_POOL]
        out_string(problem, state, scratch, rng, v, min(left, 1 + rand_below(rng, most)))
        if scratch.now[S_POOL] >= n_out:
            return


@kernel
def ruin_near(problem, state, scratch, rng, knobs, seed):
    """Units near ``seed``, one by one, the nearest most often."""
    n_out = 1 + rand_below(rng, 2 * knobs[MEAN_OUT] - 1)
    out_unit(problem, state, scratch, seed)
    n_near = problem.near.shape[1]
    for k in range(n_near):
        if scratch.now[S_POOL] >= n_out:
            return
        if rand_below(rng, 3) > 0:
            out_unit(problem, state, scratch, problem.near[seed, k])


@kernel
def ruin_any(problem, state, scratch, rng, knobs):
    """Units at random, from all over."""
    n_units = problem.unit.shape[0]
    for _ in range(1 + rand_below(rng, knobs[MEAN_OUT])):
        out_unit(problem, state, scratch, rand_below(rng, n_units))


@kernel
def ruin_route(problem, state, scratch, rng):
    """All of one round."""
    r = rand_below(rng, state.size.size)
    if rand_below(rng, 2) == 0:
        r = state.now[NOW_IDLE_ROUTE]
    for p in range(state.size[r] - 1, -1, -1):
        if p < state.size[r]:
            v = state.seq[r, p]
            if problem.node[v, V_KIND] != LUNCH:
                out_unit(problem, state, scratch, problem.node[v, V_UNIT])


@kernel
def latest_of(problem, state, rng):
    """The unit that is latest among some picked at random."""
    n_units = problem.unit.shape[0]
    seed, most = rand_below(rng, n_units), -1
    for _ in range(1 + n_units // 4):
        u = rand_below(rng, n_units)
        v = problem.unit[u, 0]
        if state.route[v] >= 0:
            behind = lateness(problem.node[v], state.start[v])
            if behind > most:
                seed, most = u, behind
    return seed


@kernel
def wanted_by_idlest(problem, state, rng):
    """A unit that the carer with most idle time could take over, picked at random."""
    r = state.now[NOW_IDLE_ROUTE]
    n_units = problem.unit.shape[0]
    u = rand_below(rng, n_units)
    for _ in range(20):
        v = problem.unit[u, 0]
        w = problem.unit[u, 1]
        if problem.person[v, r] >= 0 or (w >= 0 and problem.person[w, r] >= 0):
            return u
        u = rand_below(rng, n_units)
    return u


@kernel
def add_absent(problem, state, scratch, rng, knobs):
    """Put some visits that are not planned into the pool too."""
    n_units = problem.unit.shape[0]
    left = knobs[ABSENT_TRIED]
    offset = rand_below(rng, n_units)
    n_pool = scratch.now[S_POOL]
    for k in range(n_units):
        u = (k + offset) % n_units
        if state.route[problem.unit[u, 0]] >= 0:
            continue
        is_new = True
        for j in range(n_pool):
            is_new &= scratch.pool[j] != u
        if is_new:
            scratch.pool[scratch.now[S_POOL]] = u
            scratch.now[S_POOL] += 1
            left -= 1
            if left <= 0:
                return


@kernel
def ruin(problem, state, scratch, rng, knobs):
    """Take some visits out, and the lunches of the rounds concerned; False if it cannot."""
    begin(scratch)
    scratch.now[S_POOL] = 0
    n_units = problem.unit.shape[0]
    kind = rand_below(rng, 100)
    seed = rand_below(rng, n_units)
    if kind < 10:
        seed = latest_of(problem, state, rng)
    elif kind < 25:
        seed = wanted_by_idlest(problem, state, rng)
    way = rand_below(rng, 100)
    if way < 60:
        ruin_strings(problem, state, scratch, rng, knobs, seed)
    elif way < 80:
        ruin_near(problem, state, scratch, rng, knobs, seed)
    elif way < 98:
        ruin_any(problem, state, scratch, rng, knobs)
    else:
        ruin_route(problem, state, scratch, rng)
    for k in range(scratch.now[S_TOUCHED]):
        lunch = problem.carer[scratch.touched[k], C_LUNCH]
        if lunch >= 0 and state.route[lunch] >= 0:
            take_out(state, scratch, lunch)
    if not retime(problem, state, scratch):
        note_dirty(scratch)
        return False
    note_dirty(scratch)
    add_absent(problem, state, scratch, rng, knobs)
    total_up(problem, state)
    return True
