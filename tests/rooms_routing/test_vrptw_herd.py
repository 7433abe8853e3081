"""The pure problem's herd of plans and its parts, against plain Python; and what it finds."""

import itertools

import numpy as np
import pytest

from benchmarks.peers.vrptw.herd import adopt, best_routes, clear, empty_herd, empty_local
from benchmarks.peers.vrptw.instance import cost_of
from benchmarks.peers.vrptw.kernels_herd import N_LEAST, N_MOST, breed, cull, enter, rank, tune
from benchmarks.peers.vrptw.kernels_kept import remember
from benchmarks.peers.vrptw.kernels_layout import (
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
from benchmarks.peers.vrptw.plans import empty_kept, first_plan, part_of, task_of
from benchmarks.peers.vrptw.solve import VrptwParams, solve
from tests.rooms_routing.test_vrptw_breeding import (
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
    local, herd = empty_local(task.problem, 5), empty_herd(task.place, 5)
    clear(herd)
    kept = empty_kept(task.n_nodes, 64)
    for k in range(n_plans):
        lay(task.problem, local, random_routes(12, 5, k % (n_plans - 2)))
        enter(task.problem, herd, local, kept)
    return instance, local, herd, kept


def test_twin_of_rank():
    """Rank by cost, and by the mean distance to the five nearest, as the paper weighs them."""
    _, local, herd, _ = filled_herd(20)
    m = rank(herd, local, BROKEN)
    slots = np.flatnonzero(herd.kind == BROKEN)
    assert m == len(slots) > 10
    cost = SHARP * herd.cost + local.weight[W_LOAD] * herd.excess + local.weight[W_WARP] * herd.warp
    by_cost = sorted(slots, key=lambda s: cost[s])
    near = {s: np.mean(sorted(int(herd.apart[s, o]) for o in slots if o != s)[:5]) for s in slots}
    by_far = sorted(by_cost, key=lambda s: -near[s])
    for s in slots:
        i, j = by_cost.index(s), by_far.index(s)
        assert herd.fitness[s] == pytest.approx((i + (1 - 4 / m) * j) / (m - 1))


def test_cull_lets_twins_go_first():
    """Down to the least number, no two alike while there are others."""
    _, local, herd, _ = filled_herd(N_MOST + 1)
    for kind in (WHOLE, BROKEN):
        cull(herd, local, kind)
        slots = np.flatnonzero(herd.kind == kind)
        assert len(slots) <= N_MOST
        if len(slots) == N_LEAST:
            assert all(herd.apart[a, b] > 0 for a, b in itertools.combinations(slots, 2))
    assert (herd.kind == FREE).sum() >= len(herd.kind) - 2 * N_MOST


def test_twin_of_tune():
    """Dearer where less than two in five keep the rule, cheaper else."""
    _, local, herd, _ = filled_herd(4)
    local.weight[W_LOAD], local.weight[W_WARP] = 100, 100
    herd.now[H_TRIED], herd.now[H_LOAD_HELD], herd.now[H_TIME_HELD] = 50, 19, 20
    tune(herd, local)
    assert (local.weight[W_LOAD], local.weight[W_WARP]) == (121, 85)
    assert herd.now[H_TRIED] == herd.now[H_LOAD_HELD] == herd.now[H_TIME_HELD] == 0


def test_twin_of_remember():
    """Each set of customers once, at its least cost."""
    kept, code = empty_kept(5, 16), np.array([0, 1, 2, 4, 8])
    seen = {}
    for row, cost in (([1, 2], 9), ([2, 1], 7), ([1, 2], 8), ([3], 5), ([4, 3, 1], 6)):
        remember(code, kept, np.array(row), len(row), cost)
        key = frozenset(row)
        if cost < seen.get(key, (99,))[0]:
            seen[key] = (cost, row)
    filled = np.flatnonzero(kept.hash)
    found = {(int(kept.cost[k]), *kept.seq[k, 1 : 1 + kept.seq[k, 0]].tolist()) for k in filled}
    assert found == {(cost, *row) for cost, row in seen.values()}


def test_children_keep_the_books():
    """What the herd calls whole keeps every rule at the cost it says, and so does its best."""
    instance = random_instance(20, 5)
    task = task_of(instance)
    state = first_plan(task.problem, generator())
    n_routes = len(state.length)
    local, herd = empty_local(task.problem, n_routes), empty_herd(task.place, n_routes)
    kept = empty_kept(task.n_nodes, 1024)
    clear(herd)
    first = int(state.best_length.astype(bool).sum())
    for seed in range(3):
        adopt(
            task.problem, herd, local, kept, generator(seed), state.best_seq, state.best_length
        )  # fmt: skip
    breed(task.problem, herd, local, kept, generator(), 200)
    n_whole = 0
    for slot in np.flatnonzero(herd.kind != FREE):
        routes = [walked(instance, route) for route in stored(herd, slot)]
        cost, warp, _ = (sum(column) for column in zip(*routes, strict=True))
        excess = sum(max(load - instance.capacity, 0) for _, _, load in routes)
        assert (herd.cost[slot], herd.warp[slot], herd.excess[slot]) == (cost, warp, excess)
        assert (herd.kind[slot] == WHOLE) == (warp + excess == 0)
        n_whole += herd.kind[slot] == WHOLE
    assert n_whole > 1
    best = tuple(map(tuple, best_routes(herd)))
    assert cost_of(instance, best) == herd.now[H_BEST]
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


@pytest.mark.parametrize("breed_to", [400, 10])
def test_same_seed_same_plan(breed_to):
    """Whether it breeds or cools by parts: whole, and the same once more by the same clock."""
    instance = random_instance(40, 4)
    params = VrptwParams(breed_to=breed_to, part_customers=15, part_routes=2, n_slices=4)
    found = []
    for _ in range(2):
        found.append(solve(instance, 300.0, 1, params, clock=itertools.count(0.0).__next__))
    assert found[0].routes == found[1].routes
    assert cost_of(instance, found[0].routes) == found[0].cost
    assert (found[0].n_children > 0) == (breed_to == 400)
