"""The pure problem: twins of its kernels, a proof of its answers, and published instances."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.peers.vrptw.instance import Instance, cost_of, read_instance, read_solution
from benchmarks.peers.vrptw.kernels_vrptw import FAR, anneal, look, renumber, retime
from benchmarks.peers.vrptw.kernels_vrptw_layout import (
    COST,
    NODE,
    SEEN_AT,
    SEEN_COST,
    SEEN_GAP,
    STAMP,
)
from benchmarks.peers.vrptw.recombine import recombine
from benchmarks.peers.vrptw.solve_vrptw import VrptwParams, solve
from benchmarks.peers.vrptw.vrptw_plans import empty_route_pool, first_plan, problem_of

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "vrptw"


def generator(seed=0):
    return np.random.Generator(np.random.PCG64(seed))


def random_instance(n=14, seed=0):
    """Windows around a tour that exists, so that there is always a plan."""
    rng = np.random.default_rng(seed)
    ready = rng.integers(0, 3000, n + 1)
    ready[0] = 0
    due = ready + rng.integers(1500, 4000, n + 1)
    due[0] = 12_000
    return Instance(
        "random", n, 40, rng.integers(0, 100, n + 1), rng.integers(0, 100, n + 1),
        np.concatenate([[0], rng.integers(1, 10, n)]), ready, due,
        np.concatenate([[0], np.full(n, 100)]),
    )  # fmt: skip


def routes_of(state):
    return [state.gap[r, 1 : 1 + n, NODE].tolist() for r, n in enumerate(state.length) if n]


def naive_cost(instance, route):
    """Distance of one route in order, or None where a rule breaks."""
    distance, time, before, cost = instance.distance, int(instance.ready[0]), 0, 0
    if sum(int(instance.demand[u]) for u in route) > instance.capacity:
        return None
    for u in (*route, 0):
        cost += int(distance[before, u])
        time = max(time + int(distance[before, u]), int(instance.ready[u]))
        if time > instance.due[u]:
            return None
        time, before = time + int(instance.service[u]), u
    return cost


@pytest.mark.parametrize("seed", range(4))
def test_twin_of_look(seed):
    """The cheapest gap in constant time per gap, against each one walked in full."""
    instance = random_instance(seed=seed)
    problem = problem_of(instance)
    state = first_plan(problem, generator())
    for r in range(len(state.length)):
        route = state.gap[r, 1 : 1 + state.length[r], NODE].tolist()
        assert retime(problem, state, r)
        assert not route or state.cost[r] == naive_cost(instance, route)
        for u in set(range(1, 15)) - set(route):
            if state.load[r] + instance.demand[u] > instance.capacity:
                continue
            look(problem, state, u, r)
            costs = {
                p: naive_cost(instance, [*route[:p], u, *route[p:]]) for p in range(len(route) + 1)
            }
            able = {p: c for p, c in costs.items() if c is not None}
            base = naive_cost(instance, route) or 0
            assert state.seen[u, r, SEEN_AT] == state.version[r]
            if able:
                assert state.seen[u, r, SEEN_COST] == min(able.values()) - base
                assert able[int(state.seen[u, r, SEEN_GAP])] == min(able.values())
            else:
                assert state.seen[u, r, SEEN_COST] == FAR


@pytest.mark.parametrize("seed", range(3))
def test_twin_of_the_cost_after_search(seed):
    """The cost carried along is the cost of the plan; no rule is broken on the way."""
    instance = random_instance(30, seed)
    problem = problem_of(instance)
    state, route_pool = first_plan(problem, generator(seed)), empty_route_pool(31, 256)
    for k in range(5):
        anneal(problem, state, route_pool, generator(seed), 150, 300.0, 30.0)
        if k == 2:
            renumber(state)
        routes = tuple(tuple(route) for route in routes_of(state))
        assert cost_of(instance, routes) == state.now[COST]
    assert state.now[STAMP] > 700


def test_recombine_finds_the_better_mixture():
    """Two plans that are each good in one half of the town give one that is good in both."""
    seq = np.array([[2, 1, 2], [2, 3, 4], [1, 1, 0], [1, 2, 0], [1, 3, 0], [1, 4, 0]])
    cost = np.array([10, 30, 8, 8, 9, 9])
    assert recombine(5, cost, seq, 40, 5.0) == [[1, 2], [3], [4]]
    assert recombine(5, cost, seq, 28, 5.0) is None


def test_wrong_answers_are_refused():
    """A benchmark that trusts its own solver measures nothing."""
    instance = random_instance()
    with pytest.raises(ValueError, match="once"):
        cost_of(instance, ((1, 2),))
    with pytest.raises(ValueError, match="capacity"):
        cost_of(instance, (tuple(range(1, 15)),))


@pytest.mark.parametrize("seed", [5, 6, 7])
def test_every_answer_is_whole_with_few_vehicles(seed):
    """A second start that needs more vehicles than there are must not lose customers."""
    instance = replace(random_instance(30, seed), n_vehicles=3, capacity=60)
    ticks = iter(range(10_000))
    result = solve(instance, 60.0, clock=lambda: float(next(ticks)))
    assert cost_of(instance, result.routes) == result.cost


def test_no_time_gives_a_whole_plan():
    """Anytime: with no time at all every customer is still served."""
    instance = random_instance()
    result = solve(instance, 0.0)
    assert cost_of(instance, result.routes) == result.cost


@pytest.mark.realdata
def test_published_instances_are_read_and_nearly_solved():
    """Published solutions have the published cost; ours comes within 1 % of it in 2 CPU seconds."""
    import itertools
    import time

    if not DATA.is_dir():
        pytest.skip(f"no instances at {DATA.parent.name}/{DATA.name}")
    known = {"R104": 9715, "RC204": 7835, "C104": 8229}
    for name, cost in known.items():
        assert (
            cost_of(read_instance(DATA / f"{name}.txt"), read_solution(DATA / f"{name}.sol"))
            == cost
        )
    instance = read_instance(DATA / "R104.txt")
    solve(instance, 600.0, clock=itertools.count(0.0).__next__)  # compiles, on no one's clock
    result = solve(instance, 2.0, params=VrptwParams(), clock=time.process_time)
    assert cost_of(instance, result.routes) == result.cost <= 1.01 * known["R104"]
