# mypy: disable-error-code="no-untyped-def,no-untyped-call"
"""What is taken out of the plan: strings of near routes, whole rounds, late ones, at random.

Strings after Christiaens & Vanden Berghe 2020 (SISR, doi 10.1287/trsc.2019.0914).
"""

from __future__ import annotations

from data.kernels import bare_kernel as kernel
from routing.soft.kernels_insert import note_dirty, take_out
from routing.soft.kernels_layout import (
    A_POS,
    A_ROUTE,
    A_START,
    ABSENT_TRIED,
    C_LUNCH,
    L_MARK,
    L_SIZE,
    L_TOUCHED,
    LUNCH,
    MEAN_OUT,
    MOST_STRING,
    NOW_ABSENT,
    NOW_IDLE_ROUTE,
    S_POOL,
    S_STAMP,
    S_TOUCHED,
    U_ABSENT,
    V_KIND,
    V_UNIT,
)
from routing.soft.kernels_price import total_up
from routing.soft.kernels_random import rand_below, rand_bits
from routing.soft.kernels_time import begin, retime
from routing.soft.kernels_window import lateness


@kernel
def out_unit(problem, choice, state, u):
    """Take a client visit, with all its carers, out of the plan and into the pool."""
    if state.at[choice.unit[u, 0], A_ROUTE] < 0:
        return
    for k in range(2):
        v = choice.unit[u, k]
        if v >= 0:
            take_out(problem, state, v)
    state.now[NOW_ABSENT] += choice.unit[u, U_ABSENT]
    choice.pool[state.now[S_POOL], 0] = u
    state.now[S_POOL] += 1


@kernel
def out_string(problem, choice, state, rng, v, length):
    """Take out ``length`` nodes in a row of the route of ``v``, ``v`` among them."""
    r, p = state.at[v, A_ROUTE], state.at[v, A_POS]
    size = state.line[r, L_SIZE]
    length = min(length, size)
    low = max(0, p - length + 1)
    high = min(p, size - length)
    first = low + rand_below(rng, high - low + 1)
    for _ in range(length):
        if first >= state.line[r, L_SIZE]:
            return
        w = state.row[r, first]
        if problem.node[w, V_KIND] == LUNCH:
            take_out(problem, state, w)
        else:
            out_unit(problem, choice, state, problem.node[w, V_UNIT])


@kernel
def ruin_strings(problem, choice, state, rng, seed):
    """Strings of routes that pass near unit ``seed``."""
    n_out = 1 + rand_below(rng, 2 * choice.knobs[MEAN_OUT] - 1)
    most = 1 + rand_below(rng, choice.knobs[MOST_STRING])
    n_near = choice.near.shape[1]
    for k in range(-1, n_near):
        u = seed if k < 0 else choice.near[seed, k]
        v = choice.unit[u, 0]
        if choice.unit[u, 1] >= 0 and rand_bits(rng) % 2 == 0:
            v = choice.unit[u, 1]
        if state.at[v, A_ROUTE] < 0:
            continue
        r = state.at[v, A_ROUTE]
        if state.line[r, L_MARK] == state.now[S_STAMP] and rand_bits(rng) % 4 > 0:
            continue
        left = n_out - state.now[S_POOL]
        out_string(problem, choice, state, rng, v, min(left, 1 + rand_below(rng, most)))
        if state.now[S_POOL] >= n_out:
            return


@kernel
def ruin_near(problem, choice, state, rng, seed):
    """Units near ``seed``, one by one, the nearest most often."""
    n_out = 1 + rand_below(rng, 2 * choice.knobs[MEAN_OUT] - 1)
    out_unit(problem, choice, state, seed)
    n_near = choice.near.shape[1]
    for k in range(n_near):
        if state.now[S_POOL] >= n_out:
            return
        if rand_bits(rng) % 3 > 0:
            out_unit(problem, choice, state, choice.near[seed, k])


@kernel
def ruin_any(problem, choice, state, rng):
    """Units at random, from all over."""
    n_units = choice.unit.shape[0]
    for _ in range(1 + rand_below(rng, choice.knobs[MEAN_OUT])):
        out_unit(problem, choice, state, rand_below(rng, n_units))


@kernel
def ruin_route(problem, choice, state, rng):
    """All of one round."""
    r = rand_below(rng, problem.carer.shape[0])
    if rand_bits(rng) % 2 == 0:
        r = state.now[NOW_IDLE_ROUTE]
    for p in range(state.line[r, L_SIZE] - 1, -1, -1):
        if p < state.line[r, L_SIZE]:
            v = state.row[r, p]
            if problem.node[v, V_KIND] != LUNCH:
                out_unit(problem, choice, state, problem.node[v, V_UNIT])


@kernel
def latest_of(problem, choice, state, rng):
    """The unit that is latest among some picked at random."""
    n_units = choice.unit.shape[0]
    seed, most = rand_below(rng, n_units), -1
    for _ in range(1 + n_units // 4):
        u = rand_below(rng, n_units)
        v = choice.unit[u, 0]
        if state.at[v, A_ROUTE] >= 0:
            behind = lateness(problem.node[v], state.at[v, A_START])
            if behind > most:
                seed, most = u, behind
    return seed


@kernel
def wanted_by_idlest(problem, choice, state, rng):
    """A unit that the carer with most idle time could take over, picked at random."""
    r = state.now[NOW_IDLE_ROUTE]
    n_units = choice.unit.shape[0]
    u = rand_below(rng, n_units)
    for _ in range(20):
        v = choice.unit[u, 0]
        w = choice.unit[u, 1]
        if problem.person[v, r] >= 0 or (w >= 0 and problem.person[w, r] >= 0):
            return u
        u = rand_below(rng, n_units)
    return u


@kernel
def add_absent(choice, state, rng):
    """Put some visits that are not planned into the pool too."""
    n_units = choice.unit.shape[0]
    left = choice.knobs[ABSENT_TRIED]
    offset = rand_below(rng, n_units)
    n_pool = state.now[S_POOL]
    for k in range(n_units):
        u = (k + offset) % n_units
        if state.at[choice.unit[u, 0], A_ROUTE] >= 0:
            continue
        is_new = True
        for j in range(n_pool):
            is_new &= choice.pool[j, 0] != u
        if is_new:
            choice.pool[state.now[S_POOL], 0] = u
            state.now[S_POOL] += 1
            left -= 1
            if left <= 0:
                return


@kernel
def ruin(problem, choice, state, rng):
    """Take some visits out, and the lunches of the rounds concerned; False if it cannot."""
    begin(state)
    state.now[S_POOL] = 0
    n_units = choice.unit.shape[0]
    kind = rand_bits(rng) % 100
    seed = rand_below(rng, n_units)
    if kind < 10:
        seed = latest_of(problem, choice, state, rng)
    elif kind < 25:
        seed = wanted_by_idlest(problem, choice, state, rng)
    way = rand_bits(rng) % 100
    if way < 60:
        ruin_strings(problem, choice, state, rng, seed)
    elif way < 80:
        ruin_near(problem, choice, state, rng, seed)
    elif way < 98:
        ruin_any(problem, choice, state, rng)
    else:
        ruin_route(problem, choice, state, rng)
    for k in range(state.now[S_TOUCHED]):
        lunch = problem.carer[state.line[k, L_TOUCHED], C_LUNCH]
        if lunch >= 0 and state.at[lunch, A_ROUTE] >= 0:
            take_out(problem, state, lunch)
    if not retime(problem, state):
        note_dirty(state)
        return False
    note_dirty(state)
    add_absent(choice, state, rng)
    total_up(problem, state)
    return True
