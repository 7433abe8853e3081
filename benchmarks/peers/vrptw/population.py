"""Arrays for the population of plans, and the way in and out of them."""

from __future__ import annotations

import numpy as np

from benchmarks.peers.vrptw.kernels_local import improve, price, set_routes
from benchmarks.peers.vrptw.kernels_population import N_MOST, enter
from benchmarks.peers.vrptw.kernels_vrptw_layout import (
    DEMAND,
    DUE,
    FAR,
    FREE,
    H_BEST,
    H_SINCE,
    LATEST,
    MOVE_SIZE,
    NODE_SIZE,
    OUT,
    POPULATION_NOW_SIZE,
    POS,
    R_KNOWN,
    R_LENGTH,
    READY,
    ROUTE_SIZE,
    SERVICE,
    W_CAPACITY,
    W_LOAD,
    W_WARP,
    IntArray,
    Local,
    Population,
    RoutePool,
    SmallArray,
    Vrptw,
)

N_GRANULAR = 30
WAIT_SHARE, WARP_SHARE = 0.2, 1.0
"""What a tenth of waiting and of time warp counts in the nearness of two customers."""


def _zeros(*shape: int) -> IntArray:
    return np.zeros(shape, dtype=np.int64)


def _small(*shape: int) -> SmallArray:
    return np.zeros(shape, dtype=np.int32)


def granular_neighbours(problem: Vrptw, n_most: int) -> SmallArray:
    """For each customer those it could well follow, best first; shape (n, min(n - 2, n_most)).

    Distance, and the least waiting and lateness where one goes straight from one to the other
    (Vidal et al. 2013, doi 10.1016/j.cor.2012.07.018).
    """
    n, d = len(problem.demand), problem.distance.astype(np.int64)
    leave_s = problem.service[:, None] + d
    wait = np.maximum(problem.ready[None] - problem.due[:, None] - leave_s, 0)
    warp = np.maximum(problem.ready[:, None] + leave_s - problem.due[None], 0)
    cost = d + WAIT_SHARE * wait + WARP_SHARE * warp
    np.fill_diagonal(cost, np.inf)
    cost[0] = np.inf
    order = np.argsort(cost, axis=0, kind="stable")[: min(n - 2, n_most)]
    return np.ascontiguousarray(order.T, dtype=np.int32)


def empty_local(problem: Vrptw, n_routes: int) -> Local:
    """A local search over ``n_routes`` routes."""
    n = len(problem.demand)
    node = _small(n, NODE_SIZE)
    node[:, DEMAND], node[:, SERVICE] = problem.demand, problem.service
    node[:, READY], node[:, DUE] = problem.ready, problem.due
    node[0, OUT], node[0, LATEST], node[0, POS] = problem.ready[0], problem.due[0], -1
    weight = _zeros(3)
    weight[W_LOAD], weight[W_WARP], weight[W_CAPACITY] = 400, 64, problem.limit[0]
    return Local(
        node, _zeros(n_routes, ROUTE_SIZE), _small(n_routes, n), _small(2, n),
        np.arange(1, n), weight, _zeros(MOVE_SIZE), granular_neighbours(problem, N_GRANULAR),
    )  # fmt: skip


def empty_population(place: IntArray, n_routes: int) -> Population:
    """No plans yet; ``place``: coordinates from the depot, shape (n, 2)."""
    n, n_slots = len(place), 2 * N_MOST + 2
    population = Population(
        seq=_small(n_slots + 1, n - 1), start=_small(n_slots + 1, n_routes + 1),
        n_routes=_zeros(n_slots + 1), after=_small(n_slots + 1, n), before=_small(n_slots + 1, n),
        kind=_zeros(n_slots), cost=_zeros(n_slots), excess=_zeros(n_slots), warp=_zeros(n_slots),
        broken_pairs=_zeros(n_slots + 1, n_slots + 1), fitness=np.zeros(n_slots),
        by_rank=_zeros(max(n_slots, n_routes)), key=np.zeros(n_slots),
        angle=np.zeros(max(n_routes, 8)), chosen=_zeros(n), at_a=_zeros(n), at_b=_zeros(n),
        removed=_zeros(n), place=place, best=_zeros(n + n_routes + 1),
        now=_zeros(POPULATION_NOW_SIZE),
    )  # fmt: skip
    population.now[H_BEST] = FAR
    return population


def clear(population: Population) -> None:
    """Let every plan go, and forget the best."""
    population.kind[:] = FREE
    population.now[H_BEST] = FAR
    population.now[H_SINCE] = 0


def adopt(
    problem: Vrptw, population: Population, local: Local, route_pool: RoutePool,
    rng: np.random.Generator, seq: IntArray, length: IntArray,
) -> None:  # fmt: skip
    """A plan from elsewhere (its rows from position 1 on) joins, as it is and improved."""
    width = min(local.seq.shape[1], seq.shape[1] - 1)
    local.seq[:, :width] = seq[:, 1 : width + 1]
    local.route[:, R_LENGTH], local.route[:, R_KNOWN] = length, 0
    set_routes(problem.distance, local)
    before = price(local)
    enter(problem, population, local, route_pool)
    improve(problem.distance, local, rng)
    if price(local) != before:
        enter(problem, population, local, route_pool)


def best_routes(population: Population) -> list[list[int]]:
    """The best plan's routes, without the depot."""
    routes: list[list[int]] = [[]]
    for u in population.best.tolist():
        if u > 0:
            routes[-1].append(u)
        elif routes[-1]:
            routes.append([])
        else:
            break
    return routes[:-1]
