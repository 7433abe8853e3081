"""The pure problem's population of plans and its parts, against plain Python; and what it finds."""

import itertools

import numpy as np
import pytest

from benchmarks.peers.vrptw.instance import cost_of
from benchmarks.peers.vrptw.kernels_population import (
    N_LEAST,
    N_MOST,
    enter,
    rank,
    run_generations,
    select_survivors,
    tune,
)
from benchmarks.peers.vrptw.kernels_route_pool import add_to_pool
from benchmarks.peers.vrptw.kernels_vrptw_layout import (
    BROKEN,
    FREE,
    H_BEST,
    H_LOAD_HELD,
    H_TIME_HELD,
    H_TRIED,
    SHARP,
    W_LOAD,
    W_WARP,
    WHOLE,
)
from benchmarks.peers.vrptw.parts import sectors
from benchmarks.peers.vrptw.population import (
    adopt,
    best_routes,
    clear,
    empty_local,
    empty_population,
)
from benchmarks.peers.vrptw.solve_vrptw import VrptwParams, solve
from benchmarks.peers.vrptw.vrptw_plans import empty_route_pool, first_plan, part_of, task_of
from tests.rooms_routing.test_vrptw_crossover import (
    generator,
    lay,
    random_routes,
    stored,
    tight_instance,
    walked,
)
from tests.rooms_routing.test_vrptw_kernels import random_instance


def filled_herd(n_plans):
    instance = tight_instance(12, 3, capacity=100)
    task = task_of(instance)
    local, population = empty_local(task.problem, 5), empty_population(task.place, 5)
    clear(population)
    route_pool = empty_route_pool(task.n_nodes, 64)
    for k in range(n_plans):
        lay(task.problem, local, random_routes(12, 5, k % (n_plans - 2)))
        enter(task.problem, population, local, route_pool)
    return instance, local, population, route_pool


def test_twin_of_rank():
    """Rank by cost, and by the mean distance to the five nearest, as the paper weighs them."""
    _, local, population, _ = filled_herd(20)
    m = rank(population, local, BROKEN)
    slots = np.flatnonzero(population.kind == BROKEN)
    assert m == len(slots) > 10
    cost = (
        SHARP * population.cost
        + local.weight[W_LOAD] * population.excess
        + local.weight[W_WARP] * population.warp
    )
    by_cost = sorted(slots, key=lambda s: cost[s])
    near = {
        s: np.mean(sorted(int(population.broken_pairs[s, o]) for o in slots if o != s)[:5])
        for s in slots
    }
    by_far = sorted(by_cost, key=lambda s: -near[s])
    for s in slots:
        i, j = by_cost.index(s), by_far.index(s)
        assert population.fitness[s] == pytest.approx((i + (1 - 4 / m) * j) / (m - 1))


def test_cull_lets_twins_go_first():
    """Down to the least number, no two alike while there are others."""
    _, local, population, _ = filled_herd(N_MOST + 1)
    for kind in (WHOLE, BROKEN):
        select_survivors(population, local, kind)
        slots = np.flatnonzero(population.kind == kind)
        assert len(slots) <= N_MOST
        if len(slots) == N_LEAST:
            assert all(
                population.broken_pairs[a, b] > 0 for a, b in itertools.combinations(slots, 2)
            )
    assert (population.kind == FREE).sum() >= len(population.kind) - 2 * N_MOST


def test_twin_of_tune():
    """Dearer where less than two in five keep the rule, cheaper else."""
    _, local, population, _ = filled_herd(4)
    local.weight[W_LOAD], local.weight[W_WARP] = 100, 100
    population.now[H_TRIED], population.now[H_LOAD_HELD], population.now[H_TIME_HELD] = 50, 19, 20
    tune(population, local)
    assert (local.weight[W_LOAD], local.weight[W_WARP]) == (121, 85)
    assert (
        population.now[H_TRIED] == population.now[H_LOAD_HELD] == population.now[H_TIME_HELD] == 0
    )


def test_twin_of_remember():
    """Each set of customers once, at its least cost."""
    route_pool, code = empty_route_pool(5, 16), np.array([0, 1, 2, 4, 8])
    seen = {}
    for row, cost in (([1, 2], 9), ([2, 1], 7), ([1, 2], 8), ([3], 5), ([4, 3, 1], 6)):
        add_to_pool(code, route_pool, np.array(row), len(row), cost)
        key = frozenset(row)
        if cost < seen.get(key, (99,))[0]:
            seen[key] = (cost, row)
    filled = np.flatnonzero(route_pool.hash)
    found = {
        (int(route_pool.cost[k]), *route_pool.seq[k, 1 : 1 + route_pool.seq[k, 0]].tolist())
        for k in filled
    }
    assert found == {(cost, *row) for cost, row in seen.values()}


def test_children_keep_the_books():
    """What the arrays call whole keeps every rule at the cost it says, and so does its best."""
    instance = random_instance(20, 5)
    task = task_of(instance)
    state = first_plan(task.problem, generator())
    n_routes = len(state.length)
    local, population = empty_local(task.problem, n_routes), empty_population(task.place, n_routes)
    route_pool = empty_route_pool(task.n_nodes, 1024)
    clear(population)
    first = int(state.best_length.astype(bool).sum())
    for seed in range(3):
        adopt(
            task.problem, population, local, route_pool, generator(seed), state.best_seq,
            state.best_length,
        )  # fmt: skip
    run_generations(task.problem, population, local, route_pool, generator(), 200)
    n_whole = 0
    for slot in np.flatnonzero(population.kind != FREE):
        routes = [walked(instance, route) for route in stored(population, slot)]
        cost, warp, _ = (sum(column) for column in zip(*routes, strict=True))
        excess = sum(max(load - instance.capacity, 0) for _, _, load in routes)
        assert (population.cost[slot], population.warp[slot], population.excess[slot]) == (
            cost,
            warp,
            excess,
        )
        assert (population.kind[slot] == WHOLE) == (warp + excess == 0)
        n_whole += population.kind[slot] == WHOLE
    assert n_whole > 1
    best = tuple(map(tuple, best_routes(population)))
    assert cost_of(instance, best) == population.now[H_BEST]
    assert len(best) <= first + 3


def test_a_part_is_the_whole_seen_from_fewer_customers():
    """Parts share the customers out, and keep ways, windows and numbers."""
    instance = tight_instance(40, 2)
    task = task_of(instance)
    routes = [list(range(k, 41, 8)) for k in range(1, 9)]
    parts = sectors(task.place, routes, 3, 1.0)
    assert sorted(route for part in parts for route in part) == sorted(routes)
    assert len(parts) == 3
    for part in parts:
        assert sum(map(len, part)) <= 25
        inner, nodes, inside = part_of(task, part, 5)
        assert [nodes[route].tolist() for route in inside] == part
        assert np.array_equal(inner.problem.distance, instance.distance[np.ix_(nodes, nodes)])
        assert np.array_equal(inner.problem.due, instance.due[nodes])
        assert inner.problem.limit.tolist() == [instance.capacity, 5]


@pytest.mark.parametrize("population_to", [400, 10])
def test_same_seed_same_plan(population_to):
    """Whether it breeds or cools by parts: whole, and the same once more by the same clock."""
    instance = random_instance(40, 4)
    params = VrptwParams(population_to=population_to, part_customers=15, part_routes=2, n_slices=4)
    found = []
    for _ in range(2):
        found.append(solve(instance, 300.0, 1, params, clock=itertools.count(0.0).__next__))
    assert found[0].routes == found[1].routes
    assert cost_of(instance, found[0].routes) == found[0].cost
    assert (found[0].n_children > 0) == (population_to == 400)
