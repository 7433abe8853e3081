# mypy: disable-error-code="no-untyped-def,no-untyped-call,no-any-return,arg-type,assignment"
# mypy: disable-error-code="index,return-value"
"""Where a ruin begins: at random, or where starts move at the latest visit or the idlest carer."""

from __future__ import annotations

import numpy as np

from data.kernels import bare_kernel as kernel
from data.kernels import instead_of, seam
from routing.engine.kernels_layout import (
    DAY_IDLE_ROUTE,
    FAR,
    NODE_CLIENT,
    NODE_KIND,
    NODE_LATEST,
    PLAN_ROUTE,
    POS_START,
    ROUTE_DATE,
    ROUTE_PERIOD,
    ROUTE_STAFF,
    SOFT_LATE,
    STOP_POS,
    STOP_START,
    TUNE_SEED_IDLEST,
    TUNE_SEED_LATEST,
    VISIT,
    Problem,
    State,
    moves,
)
from routing.engine.kernels_measure import lateness
from routing.engine.kernels_route import start_price

RARE_DRAWN = 6
"""Of how many of a client's visits the carer who comes least is sought. 3: 0.3 and 0.6 % dearer,
12: 0.6 and 0.4 %, for two teams' fortnights (the canaries' worlds, 20 000 iterations, five seeds).
"""
ODD_DRAWN = 16
"""Of how many visits the one whose start costs most is sought. Half: 99.4 % of the cost, twice:
100.8 %, in the worlds and at the iterations of `search_params`, three seeds."""


@kernel
def draw(rng, n: int) -> int:
    """A number from 0 to n - 1."""
    return int(rng.random() * n)


@seam
def last_of(problem: Problem, u: int) -> int:
    """The last start of node ``u`` that its window allows."""
    return problem.node[u, NODE_LATEST]


@instead_of(last_of, moves)
def last_in_time(problem: Problem, u: int) -> int:
    """The last start of node ``u`` that is not late."""
    return min(problem.soft[u, SOFT_LATE], problem.node[u, NODE_LATEST])


@kernel
def seed_node(problem: Problem, state: State, rng) -> int:
    """A random planned visit, or -1 after some tries."""
    for _ in range(20):
        u = draw(rng, problem.near_ptr.shape[0] - 1)
        if problem.node[u, NODE_KIND] == VISIT and state.plan[u, PLAN_ROUTE] >= 0:
            return u
    return -1


@kernel
def rarest(problem: Problem, state: State, seed: int, rng) -> int:
    """Of some of a client's visits, drawn, the one whose carer comes to her least."""
    client, rarest_node, least = problem.node[seed, NODE_CLIENT], seed, FAR
    first, last = problem.client_ptr[client], problem.client_ptr[client + 1]
    for _ in range(RARE_DRAWN):
        u = problem.client_node[first + draw(rng, last - first)]
        r = state.plan[u, PLAN_ROUTE]
        if r >= 0:
            n = state.meetings[
                problem.route[r, ROUTE_PERIOD], client, problem.route[r, ROUTE_STAFF]
            ]
            if n < least:
                rarest_node, least = u, n
    return rarest_node


@kernel
def off_hour(problem: Problem, state: State, seed: int, rng) -> int:
    """The visit whose start costs most of a few drawn."""
    worst, highest = seed, np.int64(-1)
    for _ in range(ODD_DRAWN):
        u = seed_node(problem, state, rng)
        if u >= 0:
            r = state.plan[u, PLAN_ROUTE]
            start = state.line[r, state.stop[u, STOP_POS], POS_START]
            price = start_price(problem.node, u, start)
            if price > highest:
                worst, highest = u, price
    return worst


@seam
def pick_seed(problem: Problem, state: State, rng) -> int:
    """A planned visit to begin at, or -1."""
    return seed_node(problem, state, rng)


@seam
def pick_route(problem: Problem, state: State, seed: int, rng) -> int:  # noqa: ARG001
    """The route that is taken out as a whole."""
    return state.plan[seed, PLAN_ROUTE]


@kernel
def latest_of(problem: Problem, state: State, rng) -> int:
    """The visit that is latest among some picked at random, or -1."""
    seed, most = np.int64(-1), np.int64(-1)
    for _ in range(1 + (problem.near_ptr.shape[0] - 1) // 4):
        u = draw(rng, problem.near_ptr.shape[0] - 1)
        if state.plan[u, PLAN_ROUTE] >= 0:
            behind = lateness(problem.soft[u], state.stop[u, STOP_START])
            if behind > most:
                seed, most = u, behind
    return seed


@kernel
def wanted_by_idlest(problem: Problem, state: State, rng) -> int:
    """A planned visit that the carer with most time left over could take over, or -1."""
    seed = seed_node(problem, state, rng)
    if seed < 0:
        return seed
    r = state.day[problem.route[state.plan[seed, PLAN_ROUTE], ROUTE_DATE], DAY_IDLE_ROUTE]
    for _ in range(20):
        for k in range(problem.cand_ptr[seed], problem.cand_ptr[seed + 1]):
            if problem.cand[k, 0] == r:
                return seed
        seed = seed_node(problem, state, rng)
        if seed < 0:
            break
    return seed


@instead_of(pick_seed, moves)
def pick_moving(problem: Problem, state: State, rng) -> int:
    """A planned visit to begin at, or -1: at random, the latest, or one for the idlest carer."""
    tune = state.tune
    if tune[TUNE_SEED_LATEST] + tune[TUNE_SEED_IDLEST] > 0.0:
        draw = rng.random()
        if draw < tune[TUNE_SEED_LATEST]:
            return latest_of(problem, state, rng)
        if draw < tune[TUNE_SEED_LATEST] + tune[TUNE_SEED_IDLEST]:
            return wanted_by_idlest(problem, state, rng)
    return seed_node(problem, state, rng)


@instead_of(pick_route, moves)
def pick_idlest(problem: Problem, state: State, seed: int, rng) -> int:
    """The route that is taken out as a whole: the seed's or as often the idlest carer's.

    A quarter of the times: 99.6 % of the cost; three: 98.9 % (the days of `test_quality_soft`).
    """
    r = state.plan[seed, PLAN_ROUTE]
    return r if rng.random() < 0.5 else state.day[problem.route[r, ROUTE_DATE], DAY_IDLE_ROUTE]
