"""The engine on the textbook problem: capacity, and a public instance at fixed iterations."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.peers.vrptw.instance import SCALE, Instance, cost_of, read_instance
from benchmarks.pure_problem import solve


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


@pytest.mark.realdata
def test_a_public_instance_is_as_good_as_it_was(shared_data):
    """RC106 at 20 000 iterations: 1 412.0, where the best known is 1 372.7."""
    instance = read_instance(shared_data / "vrptw" / "RC106.txt")
    answer = solve(instance, 0.0, n_iterations=20_000)
    assert cost_of(instance, answer.routes) == answer.cost
    assert answer.cost <= 1_415 * SCALE
