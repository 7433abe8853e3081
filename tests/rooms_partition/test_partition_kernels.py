"""The kernels against naive twins: what they keep up to date must equal what is counted anew."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.kernels import REGISTRY
from partition.annealing import annealing_kernels as kernels
from partition.annealing.partition_problem import (
    PartitionProblem,
    PartitionState,
    make_problem,
    make_state,
    nearest,
)
from partition.annealing.team_search import divide
from partition.teams.street_neighbours import links_of_pairs, parts_of


def random_problem(seed: int, n_units: int = 24, n_teams: int = 4) -> PartitionProblem:
    rng = np.random.default_rng(seed)
    xy = rng.uniform(0, 100, (n_units, 2))
    gaps = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    load = np.column_stack([np.ones(n_units, dtype=np.int64), rng.integers(1, 30, n_units)])
    mean = load[:, 1].sum() / n_teams
    pairs = np.array([(i, j) for i in range(n_units) for j in range(i) if gaps[i, j] < 28])
    return make_problem(
        np.rint(gaps).astype(np.int32),
        rng.integers(1, 5, n_units),
        load,
        np.tile([4, int(mean * 0.9)], (n_teams, 1)),
        np.tile([8, int(mean * 1.1)], (n_teams, 1)),
        np.array([50, 7]),
        linear=rng.integers(0, 9, (n_units, n_teams)),
        category=np.column_stack([rng.integers(0, 3, n_units), rng.integers(3, 6, n_units)]),
        category_price=np.array([11, 13]),
        links=links_of_pairs(pairs, n_units),
        fragment_price=40,
        intra_travel_pct=70,
    )


def naive_walk(p: PartitionProblem, mine: list[int]) -> int:
    """Each unit from its three nearest team-mates, their mean, by sorting."""
    n_mates = min(3, len(mine) - 1)
    if n_mates < 1:
        return 0
    total = 0
    for i in mine:
        gaps = sorted(int(p.dist[i, j]) for j in mine if j != i)
        total += int(p.weight[i]) * sum(gaps[:n_mates])
    return total * p.intra_travel_pct // (100 * n_mates)


def naive_cost(p: PartitionProblem, team: np.ndarray) -> int:
    """The cost as its definition reads, with sets and sums only."""
    cost = 0
    for k in range(len(p.low)):
        mine = [int(i) for i in np.flatnonzero(team == k)]
        if mine:
            cost += min(sum(int(p.weight[i]) * int(p.dist[i, j]) for i in mine) for j in mine)
        cost += naive_walk(p, mine)
        for r in range(p.load.shape[1]):
            used = int(p.load[mine, r].sum())
            over = max(used - int(p.high[k, r]), int(p.low[k, r]) - used, 0)
            cost += over * int(p.price[r])
        for layer in range(p.category.shape[1]):
            kinds = len({int(p.category[i, layer]) for i in mine})
            cost += max(0, kinds - 1) * int(p.category_price[layer])
        n_parts = len(parts_of(mine, (p.link_start, p.link)))
        cost += max(0, n_parts - 1) * p.fragment_price
        cost += sum(int(p.linear[i, k]) for i in mine)
    return cost


def annealed(
    p: PartitionProblem,
    s: PartitionState,
    rng: np.random.Generator,
    movable: np.ndarray,
    is_open: np.ndarray,
    cost: int,
    n_iterations: int,
    hot: float,
    slack: float,
    batch: int = 10**9,
) -> tuple[int, int, float]:
    """From ``hot`` to a temperature of one, in batches."""
    cooling = (1.0 / hot) ** (64.0 / n_iterations)
    cost, best, heat = int(cost), int(cost), hot
    for begin in range(0, n_iterations, batch):
        end = min(begin + batch, n_iterations)
        cost, best, heat = kernels.anneal(
            p, s, rng, movable, is_open, cost, best, begin, end, n_iterations, heat, cooling, slack
        )
    return cost, best, heat


def test_batches_of_steps_walk_as_one() -> None:
    """The clock is looked at between batches: how often must not change where the walk goes."""
    p = random_problem(4)
    ends = []
    for batch in (10**9, 640):
        s = make_state(p)
        cost = kernels.load_division(p, s, np.arange(24) % 4)
        rng = np.random.default_rng(4)
        everyone, all_open = np.arange(24), np.ones(4, dtype=np.uint8)
        found = annealed(p, s, rng, everyone, all_open, cost, 3000, 90.0, 50.0, batch)
        ends.append((*found, s.team.tolist()))
    assert ends[0] == ends[1]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_cost_of_a_division_equals_its_definition(seed: int) -> None:
    """The whole objective, with every term switched on."""
    p = random_problem(seed)
    team = np.random.default_rng(seed).integers(0, 4, 24)
    team[:4] = range(4)
    assert kernels.load_division(p, make_state(p), team) == naive_cost(p, team)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.floats(1.0, 200.0))
def test_annealing_knows_the_cost_of_where_it_is_and_of_its_best(seed: int, hot: float) -> None:
    """Thousands of moves judged by differences must not drift from the definition by one unit."""
    p = random_problem(seed)
    s = make_state(p)
    team = np.arange(24) % 4
    cost = kernels.load_division(p, s, team)
    everyone, all_open = np.arange(24), np.ones(4, dtype=np.uint8)
    rng = np.random.default_rng(seed)
    now_at, best, heat = annealed(p, s, rng, everyone, all_open, cost, 3000, hot, 50.0)
    assert now_at == naive_cost(p, s.team)
    assert heat <= hot
    assert best == naive_cost(p, s.best)
    assert best <= cost
    now = make_state(p)
    kernels.load_division(p, now, s.team.copy())
    assert (now.used == s.used).all()
    assert (now.touched == s.touched).all()
    assert (now.total == s.total).all()
    assert (now.medoid_cost == s.medoid_cost).all()
    assert (now.intra_travel == s.intra_travel).all()
    assert (now.excess == s.excess).all()
    assert (now.fragments == s.fragments).all()


@pytest.mark.parametrize("n_legs", [1, 2, 3])
def test_a_refused_move_leaves_no_trace(n_legs: int) -> None:
    """A move judged with labels put on for the count of parts must take them off again."""
    p = random_problem(3)
    s = make_state(p)
    team = np.arange(24) % 4
    kernels.load_division(p, s, team)
    unit = np.array([0, 1, 2, 0])
    target = np.array([1, 2 if n_legs == 3 else 0, 0, 0])
    scratch = np.zeros((6, 4), dtype=np.int64)
    made = kernels.try_move(p, s, unit, target, scratch, n_legs, -1e12)
    assert made == kernels.HUGE
    assert (s.team == team).all()


def test_closed_teams_and_fixed_units_stand_still() -> None:
    """Region re-annealing and locks rest on this."""
    p = random_problem(5)
    fixed = np.zeros(24, dtype=np.uint8)
    fixed[[0, 5]] = 1
    p = p._replace(fixed=fixed)
    s = make_state(p)
    team = np.arange(24) % 4
    cost = kernels.load_division(p, s, team)
    is_open = np.array([1, 1, 0, 1], dtype=np.uint8)
    movable = np.flatnonzero(team != 2)
    rng = np.random.default_rng(1)
    annealed(p, s, rng, movable, is_open, cost, 5000, 500.0, 1e6)
    assert (s.best[team == 2] == 2).all()
    assert (s.best[[0, 5]] == team[[0, 5]]).all()
    assert (s.team[(team != 2) & (fixed == 0)] != team[(team != 2) & (fixed == 0)]).any()


def test_nearest_breaks_ties_by_number() -> None:
    """All distances zero (D10) must give one order on every machine."""
    assert nearest(np.zeros((4, 4), dtype=np.int32), 2).tolist() == [[1, 2], [0, 2], [0, 1], [0, 1]]


def test_search_finds_the_optimum_of_a_case_small_enough_to_try_all() -> None:
    """Eight units in two teams: all 70 even halvings are tried."""
    from itertools import combinations

    rng = np.random.default_rng(2)
    xy = rng.uniform(0, 100, (8, 2))
    dist = np.rint(np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))).astype(np.int32)
    load = np.ones((8, 1), dtype=np.int64)
    four = np.full((2, 1), 4)
    p = make_problem(dist, np.ones(8), load, four, four, np.array([1000]))
    costs = []
    for half in combinations(range(8), 4):
        team = np.ones(8, dtype=np.int64)
        team[list(half)] = 0
        costs.append(naive_cost(p, team))
    assert divide(p, seed=1).cost == min(costs)


def test_each_kernel_has_one_signature() -> None:
    """A second signature costs every user seconds of compilation (models.md)."""
    for name, compiled in REGISTRY.items():
        if name.startswith("partition.") and hasattr(compiled, "signatures"):
            assert len(compiled.signatures) <= 1, name
