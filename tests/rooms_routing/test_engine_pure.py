"""The engine on the textbook problem: capacity, and a public instance at fixed iterations."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from benchmarks import pure_search
from benchmarks.peers.vrptw.instance import SCALE, Instance, cost_of, read_instance
from benchmarks.pure_problem import plan_of, to_problem
from benchmarks.pure_search import solve
from routing.engine.kernels_gaps import find_near, find_seen
from routing.engine.kernels_insert import find_place
from routing.engine.kernels_layout import FAR
from routing.engine.search_params import DISTANCE


def in_a_row(capacity: int) -> Instance:
    """Four customers of load 1 east of the depot, each beyond the one before; two vehicles."""
    x = np.array([0, 10, 20, 30, 40])
    zero = np.zeros(5, dtype=np.int64)
    load = np.array([0, 1, 1, 1, 1])
    due = np.full(5, 1000 * SCALE)
    return Instance("row", 2, capacity, x, zero, load, zero, due, zero)


@pytest.mark.parametrize(("capacity", "way"), [(4, 80), (3, 100), (2, 120)])
def test_a_route_takes_what_it_holds_and_no_more(capacity, way):
    """One vehicle to the end and back where it holds all four; else the second goes the shortest
    way that takes what is over: one of the first, or two."""
    answer = solve(in_a_row(capacity), 0.0, n_iterations=300)
    assert cost_of(in_a_row(capacity), answer.routes) == answer.cost == way * SCALE


def test_the_same_seed_gives_the_same_routes():
    """And another is another search."""
    one, again = (solve(in_a_row(2), 0.0, 3, n_iterations=50) for _ in range(2))
    assert one.routes == again.routes


def ring(n: int) -> Instance:
    """Customers round the depot; each vehicle holds ten."""
    angle, zero = np.linspace(0, 6, n + 1), np.zeros(n + 1, dtype=np.int64)
    x, y = np.rint(100 * np.cos(angle)).astype(int), np.rint(100 * np.sin(angle)).astype(int)
    x[0] = y[0] = 0
    load, due = zero + 1, np.full(n + 1, 10_000 * SCALE)
    load[0] = 0
    return Instance("ring", n, 10, x, y, load, zero, due, zero)


def test_a_large_plan_that_cools_by_parts_holds_every_customer(monkeypatch):
    """And its price is its distance; a part is of whole routes, side by side around the depot."""
    monkeypatch.setattr(pure_search, "LARGE_FROM", 40)
    monkeypatch.setattr(pure_search, "PART_CUSTOMERS", 20)
    monkeypatch.setattr(pure_search, "PART_ROUTES", 2)
    clock = (i / 100 for i in itertools.count())
    instance = ring(60)
    answer = pure_search.solve(instance, 20.0, clock=lambda: next(clock))
    assert cost_of(instance, answer.routes) == answer.cost
    assert len(answer.routes) == 6
    parts = pure_search.sectors(instance, [np.array(route) for route in answer.routes], 3, 0.0)
    assert sorted(u for part in parts for route in part for u in route) == list(range(1, 61))
    assert [len(part) for part in parts] == [2, 2, 2]


@pytest.mark.parametrize("left_out", [3, 17, 30])
def test_beside_the_nearest_where_all_are_near_is_anywhere(left_out):
    """The cheapest of the gaps beside all others is the cheapest of all, and so says memory."""
    problem = to_problem(ring(30))
    routes = [[u for u in range(i, 30, 4) if u != left_out - 1] for i in range(4)]
    state = plan_of(problem, routes, replace(DISTANCE, nearest=30))
    rng, u, zero = np.random.default_rng(1), np.int64(left_out - 1), np.int64(0)
    costs = [find(problem, state, u, rng, 0.0, zero) for find in (find_near, find_seen, find_place)]
    assert costs[0] == costs[1] == costs[2] < FAR


@pytest.mark.realdata
def test_a_public_instance_is_as_good_as_it_was(shared_data):
    """RC106 at 20 000 iterations: 1 412.0, where the best known is 1 372.7."""
    instance = read_instance(shared_data / "vrptw" / "RC106.txt")
    answer = solve(instance, 0.0, n_iterations=20_000)
    assert cost_of(instance, answer.routes) == answer.cost
    assert answer.cost <= 1_415 * SCALE
