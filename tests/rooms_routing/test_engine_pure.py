"""The engine on the textbook problem: capacity, and a public instance at fixed iterations."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import pure_problem
from benchmarks.peers.vrptw.instance import SCALE, Instance, cost_of, read_instance
from benchmarks.pure_problem import LARGE, first_plan, solve, to_problem
from routing.engine import kernels_layout as k
from routing.engine.kernels_seeds import pick_seed


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


def test_iterations_begin_near_one_visit_for_a_while(monkeypatch):
    """So many of them as `SearchParams.focus` says, at each of its five nearest; then another."""
    monkeypatch.setattr(pure_problem, "N_NEAR", 5)
    angle, zero = np.linspace(0, 6, 61), np.zeros(61, dtype=np.int64)
    x, y = np.rint(100 * np.cos(angle)), np.rint(100 * np.sin(angle))
    due = np.full(61, 10_000 * SCALE)
    ring = Instance("ring", 3, 100, x, y, zero, zero, due, zero)
    rng, problem = np.random.default_rng(1), to_problem(ring)
    state, anchors = first_plan(problem, LARGE.params, rng), set()
    for _ in range(4):
        seeds = {int(pick_seed(problem, state, rng)) for _ in range(200)}
        anchor = int(state.scalar[k.SCALAR_FOCUS])
        at = problem.near_ptr[anchor]
        assert seeds == set(problem.near[at : at + 5].tolist())
        state.scalar[k.SCALAR_STAMP] += LARGE.params.focus - 1
        pick_seed(problem, state, rng)
        assert state.scalar[k.SCALAR_FOCUS] == anchor
        state.scalar[k.SCALAR_STAMP] += 1
        anchors.add(anchor)
    assert len(anchors) > 1


@pytest.mark.realdata
def test_a_public_instance_is_as_good_as_it_was(shared_data):
    """RC106 at 20 000 iterations: 1 412.0, where the best known is 1 372.7."""
    instance = read_instance(shared_data / "vrptw" / "RC106.txt")
    answer = solve(instance, 0.0, n_iterations=20_000)
    assert cost_of(instance, answer.routes) == answer.cost
    assert answer.cost <= 1_415 * SCALE
