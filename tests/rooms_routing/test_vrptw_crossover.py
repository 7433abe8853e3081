"""The pure problem's local search and crossing, against plain Python that walks every route."""

import itertools
import random

import numpy as np
import pytest

from benchmarks.peers.vrptw.instance import Instance
from benchmarks.peers.vrptw.kernels_cross import (
    build_child,
    choose,
    insert_left_out,
    insertion_cost,
    measure_broken_pairs,
    note_known,
    restore,
    save,
)
from benchmarks.peers.vrptw.kernels_local import improve, make_move, price, price_again, set_route
from benchmarks.peers.vrptw.kernels_moves import joined, try_exchange, try_tails, try_within
from benchmarks.peers.vrptw.kernels_vrptw_layout import (
    R_COST,
    R_KNOWN,
    R_LENGTH,
    R_LOAD,
    R_WARP,
    ROUTE,
    SHARP,
    W_LOAD,
    W_WARP,
    WHOLE,
)
from benchmarks.peers.vrptw.population import empty_local, empty_population, granular_neighbours
from benchmarks.peers.vrptw.vrptw_plans import task_of

N = 9


def generator(seed=0):
    return np.random.Generator(np.random.PCG64(seed))


def tight_instance(n=N, seed=0, capacity=16):
    """Narrow windows and little room, so that most plans break a rule."""
    rng = np.random.default_rng(seed)
    ready = rng.integers(0, 1500, n + 1)
    due = ready + rng.integers(100, 900, n + 1)
    ready[0], due[0] = 50, 2200
    return Instance(
        "tight", n, capacity, rng.integers(0, 50, n + 1), rng.integers(0, 50, n + 1),
        np.concatenate([[0], rng.integers(1, 9, n)]), ready, due,
        np.concatenate([[0], rng.integers(20, 120, n)]),
    )  # fmt: skip


def random_routes(n, n_routes, seed):
    """Everyone somewhere; one route stays empty."""
    rng = random.Random(seed)
    order = list(range(1, n + 1))
    rng.shuffle(order)
    cuts = sorted(rng.sample(range(1, n), n_routes - 2))
    return [order[a:b] for a, b in itertools.pairwise([0, *cuts, n])] + [[]]


def lay(problem, local, routes):
    """These routes become the plan of the local search."""
    for r in range(len(local.route)):
        route = routes[r] if r < len(routes) else []
        local.route[r, R_LENGTH] = len(route)
        local.seq[r, : len(route)] = route
        set_route(problem.distance, local, r)
        local.route[r, R_KNOWN] = 0


def told(local):
    return [local.seq[r, : row[R_LENGTH]].tolist() for r, row in enumerate(local.route)]


def walked(instance, route):
    """Distance, time warp and load of a route, who is late going back in time."""
    d, time, warp, before, cost = instance.distance, int(instance.ready[0]), 0, 0, 0
    for u in [*route, 0]:
        cost += int(d[before, u])
        time = max(time + int(d[before, u]), int(instance.ready[u]) if u else 0)
        late = max(time - int(instance.due[u]), 0)
        warp, time = warp + late, time - late + int(instance.service[u])
        before = u
    return (cost, warp, sum(int(instance.demand[u]) for u in route)) if route else (0, 0, 0)


def naive_price(instance, weight, routes):
    total = 0
    for route in routes:
        cost, warp, load = walked(instance, route)
        total += SHARP * cost + int(weight[W_WARP]) * warp
        total += int(weight[W_LOAD]) * max(load - instance.capacity, 0)
    return total


def world(seed, n=N, n_routes=4):
    instance = tight_instance(n, seed)
    task = task_of(instance)
    local = empty_local(task.problem, n_routes)
    lay(task.problem, local, random_routes(n, n_routes, seed))
    return instance, task, local


@pytest.mark.parametrize("seed", range(4))
def test_twin_of_routes_and_joins(seed):
    """Cost, warp, load and penalty; and any start of a route joined to any end of another."""
    instance, task, local = world(seed)
    routes = told(local)
    for r, route in enumerate(routes):
        row = local.route[r]
        if route:
            assert (row[R_COST], row[R_WARP], row[R_LOAD]) == walked(instance, route)
    assert price(local) == naive_price(instance, local.weight, routes)
    for a, b in itertools.product(routes, routes):
        for i, j in itertools.product(range(len(a)), range(len(b))):
            warp = walked(instance, a[: i + 1] + b[j:])[1]
            assert joined(local.node, task.problem.distance, a[i], b[j]) == warp
    local.weight[W_WARP] *= 3
    price_again(local)
    assert price(local) == naive_price(instance, local.weight, routes)


def naive_moves(routes, u, v, b):
    """Every plan that one move makes of this one, where ``u`` then follows ``v`` of route b."""
    a = next(r for r, route in enumerate(routes) if u in route)
    pu = routes[a].index(u)
    pv = routes[b].index(v) if v else -1
    x, y = routes[a], routes[b]
    if a != b:
        yield {a: x[:pu] + y[pv + 1 :], b: y[: pv + 1] + x[pu:]}
        for i, j in itertools.product(range(1, 4), range(4)):
            if pu + i <= len(x) and pv + 1 + j <= len(y):
                mine, its = x[pu : pu + i], y[pv + 1 : pv + 1 + j]
                yield {a: x[:pu] + its + x[pu + i :], b: y[: pv + 1] + mine + y[pv + 1 + j :]}
    elif pu != pv + 1:
        for i, j in itertools.product(range(1, 4), range(4)):
            if pv < pu and pu + i <= len(x) and pv + 1 + j <= pu:
                its, between = x[pv + 1 : pv + 1 + j], x[pv + 1 + j : pu]
                yield {a: x[: pv + 1] + x[pu : pu + i] + between + its + x[pu + i :]}
            elif pu + i <= pv and pv + 1 + j <= len(x):
                mine, between = x[pu : pu + i], x[pu + i : pv + 1]
                its = x[pv + 1 : pv + 1 + j]
                yield {a: x[:pu] + its + between + mine + x[pv + 1 + j :]}
        if pv < pu:
            yield {a: x[: pv + 1] + x[pv + 1 : pu + 1][::-1] + x[pu + 1 :]}


@pytest.mark.parametrize("seed", range(4))
def test_twin_of_every_move(seed):
    """The gain of the best move of each pair, and what carrying it out leaves."""
    instance, task, local = world(seed)
    routes, distance = told(local), task.problem.distance
    base, n_found = price(local), 0
    places = [(v, r) for r, route in enumerate(routes) for v in [*route, 0]]
    for u, (v, b) in itertools.product(range(1, N + 1), places):
        if u == v:
            continue
        a = int(local.node[u, ROUTE])
        options = [
            [changed.get(r, route) for r, route in enumerate(routes)]
            for changed in naive_moves(routes, u, v, b)
        ]
        wanted = min([0, *(naive_price(instance, local.weight, o) - base for o in options)])
        given = (local.node, local.route)
        rest = (distance, local.weight, local.move, u, v)
        if a == b:
            gain = try_within(*given, local.seq[a], *rest, a)
        else:
            gain = try_exchange(*given, *rest, b, try_tails(*given, *rest, b, 0))
        assert gain == wanted
        if gain < 0:
            n_found += 1
            make_move(distance, local)
            assert told(local) in options
            assert price(local) == base + gain
            lay(task.problem, local, routes)
    assert n_found > 10


@pytest.mark.parametrize("seed", range(3))
def test_twin_of_improve(seed):
    """Nobody is lost, nothing gets dearer, and no granular pair has a move left that gains."""
    instance, task, local = world(seed)
    before = price(local)
    improve(task.problem.distance, local, generator(seed))
    routes = told(local)
    assert sorted(u for route in routes for u in route) == list(range(1, N + 1))
    after = naive_price(instance, local.weight, routes)
    assert price(local) == after <= before
    for u in range(1, N + 1):
        for v in local.granular_neighbours[u].tolist():
            b = int(local.node[v, ROUTE])
            for changed in naive_moves(routes, u, v, b):
                plan = [changed.get(r, route) for r, route in enumerate(routes)]
                assert naive_price(instance, local.weight, plan) >= after


def test_twin_of_known_routes_are_let_alone():
    """Where both routes of every pair are of one parent, improving changes nothing."""
    _, task, local = world(1)
    before = told(local)
    local.route[:, R_KNOWN] = 2
    improve(task.problem.distance, local, generator())
    assert told(local) == before
    local.route[:, R_KNOWN] = [1, 2, 4, 8]
    improve(task.problem.distance, local, generator())
    assert told(local) != before


def test_twin_of_beside():
    """The customers it could follow best, by a loop over each pair."""
    instance = tight_instance()
    problem = task_of(instance).problem
    found = granular_neighbours(problem, 3)
    for u in range(1, N + 1):
        cost = {}
        for v in set(range(1, N + 1)) - {u}:
            way = int(instance.service[v] + instance.distance[v, u])
            wait = max(int(instance.ready[u] - instance.due[v]) - way, 0)
            warp = max(int(instance.ready[v] - instance.due[u]) + way, 0)
            cost[v] = instance.distance[v, u] + 0.2 * wait + 1.0 * warp
        assert [cost[v] for v in found[u]] == sorted(cost.values())[:3]


def two_parents(seed):
    instance, task, local = world(seed)
    population = empty_population(task.place, 4)
    for slot, salt in ((0, 0), (1, 50)):
        lay(task.problem, local, random_routes(N, 4, seed + salt))
        save(population, local, slot)
        population.kind[slot] = WHOLE
    return instance, task, local, population


def stored(population, slot):
    start = population.start[slot]
    return [
        population.seq[slot, start[k] : start[k + 1]].tolist()
        for k in range(int(population.n_routes[slot]))
    ]


@pytest.mark.parametrize("seed", range(6))
def test_twin_of_crossing(seed):
    """The child is the first parent with the second's routes, everyone once, and is then filled."""
    instance, task, local, population = two_parents(seed)
    distance = task.problem.distance
    first, second = stored(population, 0), stored(population, 1)
    at_a, at_b, n = choose(population, 0, 1, generator(seed))
    out_a = {u for k in range(n) for u in first[(at_a + k) % len(first)]}
    in_b = {u for k in range(n) for u in second[(at_b + k) % len(second)]}
    assert population.chosen[1:].tolist() == [
        (u in out_a) + 2 * (u in in_b) for u in range(1, N + 1)
    ]  # fmt: skip
    for way in range(2):
        n_out = build_child(distance, population, local, 0, 1, at_a, at_b, n, way)
        wanted = []
        for r, route in enumerate(first):
            k = (r - at_a) % len(first)
            if k < n:
                new = second[(at_b + k) % len(second)]
                wanted.append(new if way else [u for u in new if u in out_a])
            else:
                wanted.append([u for u in route if u not in in_b] if way else route)
        assert told(local)[: len(first)] == wanted
        left = sorted(out_a - in_b)
        assert sorted(population.removed[:n_out].tolist()) == left
        for u in left:
            for r, route in enumerate(told(local)):
                for p in range(len(route) + 1):
                    plan = told(local)
                    plan[r] = [*route[:p], u, *route[p:]]
                    more = naive_price(instance, local.weight, plan) - price(local)
                    v = route[p - 1] if p else 0
                    assert insertion_cost(distance, local, u, v, r) == more
        insert_left_out(distance, population, local, n_out, generator(seed))
        assert sorted(u for route in told(local) for u in route) == list(range(1, N + 1))
        note_known(population, local, 0, 1)
        for r, route in enumerate(told(local)):
            bits = (route in first or not route) + 2 * (route in second or not route)
            assert local.route[r, R_KNOWN] == bits
    restore(distance, population, local, 0)
    assert told(local)[: len(first)] == first


@pytest.mark.parametrize("seed", range(3))
def test_twin_of_distance_between_plans(seed):
    """Customers followed by another, and firsts that are not, one way round."""
    _, _, _, population = two_parents(seed)
    measure_broken_pairs(population, 1)

    def followers(slot):
        return {
            u: v for route in stored(population, slot) for u, v in itertools.pairwise([*route, 0])
        }

    firsts = [{route[0] for route in stored(population, slot)} for slot in (0, 1)]
    one, other = followers(0), followers(1)
    broken_pairs = sum(one[u] != other[u] for u in one) + len(firsts[1] - firsts[0])
    assert population.broken_pairs[0, 1] == population.broken_pairs[1, 0] == broken_pairs
