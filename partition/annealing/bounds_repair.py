"""What is outside the bounds at the end, annealed away.

A division is judged by what lies outside first and by its cost after that, which no finite price
does: a hundredth of a round too much may be cheaper than the way that mends it. Each attempt takes
a team outside its bounds and the teams around it, at rising prices; every other one begins anew
there at low prices, since two large buildings in one team are parted by no chain of small moves.
Where regions do not suffice, small problems are annealed as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from partition.annealing.annealer import (
    AnnealParams,
    cost_of,
    make_annealer,
    medoids,
    outside,
    unit_scale,
)
from partition.annealing.care_work import ISLAND_S
from partition.annealing.partition_problem import PartitionProblem
from partition.annealing.region_search import nearest_teams

Judged = tuple[int, int]
"""The price of what lies outside the bounds, then the whole cost: the lower the better."""


def repaired(
    problem: PartitionProblem, team: NDArray[np.int64], seed: Sequence[int], params: AnnealParams
) -> tuple[NDArray[np.int64], int]:
    """The division with nothing outside the bounds, if that can be had; and the steps it took."""
    if not params.n_repairs or not outside_cost(problem, team):
        return team, 0
    team, n_iterations = _by_regions(problem, team, seed, params)
    if len(team) > params.many_units:
        return team, n_iterations
    scale = unit_scale(problem)
    best = _judged(problem, team)
    for attempt in range(params.n_repairs):
        if best[0] == 0:
            break
        annealer = make_annealer(_strict(problem, attempt), [*seed, 7, attempt], params)
        n_steps = params.iterations_per_unit * len(team) // 2
        mended, _ = annealer.anneal(team, n_steps, scale * params.warm, scale * params.cold)
        n_iterations += annealer.n_iterations
        # Prices so high would buy balance even with a way that does not exist.
        if (new := _judged(problem, mended)) < best and not spans_islands(problem, mended):
            team, best = mended, new
    return team, n_iterations


def _strict(problem: PartitionProblem, level: int) -> PartitionProblem:
    return problem._replace(price=problem.price * 4 ** (level + 1))


def _by_regions(
    problem: PartitionProblem, team: NDArray[np.int64], seed: Sequence[int], params: AnnealParams
) -> tuple[NDArray[np.int64], int]:
    """Teams around one that is outside its bounds, again and again, at rising prices."""
    best = _judged(problem, team)
    loose = make_annealer(problem, [*seed, 9], params)
    hot, cold, n_iterations = loose.scale * params.warm, loose.scale * params.cold, 0
    rng = np.random.default_rng([*seed, 8])
    for level in range(params.n_repairs):
        annealer = make_annealer(_strict(problem, level), [*seed, 8, level], params)
        # The more teams are outside, the more regions; each level at least a few.
        wrong = np.flatnonzero(outside(problem, team).any(axis=1))
        for attempt in range(params.repair_regions + len(wrong)):
            if best[0] == 0:
                return team, n_iterations + annealer.n_iterations + loose.n_iterations
            wrong = np.flatnonzero(outside(problem, team).any(axis=1))
            mine = np.flatnonzero(team == wrong[int(len(wrong) * rng.random())])
            around = mine[[int(len(mine) * rng.random())]]
            size = params.region_teams + level
            region = nearest_teams(problem, medoids(problem, team), around, size)
            n_steps = params.iterations_per_unit * int(np.isin(team, region).sum())
            mended = team
            if attempt % 2:
                mended, _ = loose.anneal_leniently(team, n_steps, params.hot, params, region)
            mended, _ = annealer.anneal(mended, n_steps, hot, cold, region)
            if (new := _judged(problem, mended)) < best and not spans_islands(problem, mended):
                team, best = mended, new
        n_iterations += annealer.n_iterations
    return team, n_iterations + loose.n_iterations


def spans_islands(problem: PartitionProblem, team: NDArray[np.int64]) -> bool:
    """Whether a team has units between which there is no way."""
    middle = medoids(problem, team)[team]
    return bool((problem.dist[np.arange(len(team)), middle] >= ISLAND_S).any())


def outside_cost(problem: PartitionProblem, team: NDArray[np.int64]) -> int:
    """The price of what lies outside the bounds."""
    return int((np.abs(outside(problem, team)) * problem.price).sum())


def _judged(problem: PartitionProblem, team: NDArray[np.int64]) -> Judged:
    return outside_cost(problem, team), cost_of(problem, team)
