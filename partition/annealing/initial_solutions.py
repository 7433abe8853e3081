"""Divisions to begin from: the town cut in two again and again by its work.

Where a start puts its teams matters more the more there are: small moves carry a border far, but
hardly a whole team from one end of the town to the other. Cut by work, every part of the town has
as many teams as its work needs from the first; with 5 300 clients that halves the cost of the first
annealed division, beside seeds spread as by k-means++. Tried beside it in
``benchmarks.partition --only starts``, with the same search after: scikit-learn's k-means,
bisecting k-means and agglomeration along nearest neighbours. On a square they end as low; on the
demo's streets 3, 2 and 57 per cent higher.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from partition.annealing.care_work import ISLAND_S
from partition.annealing.partition_problem import PartitionProblem


def cut_start(problem: PartitionProblem, rng: np.random.Generator) -> NDArray[np.int64]:
    """The units cut in two between far ends, in proportion to work, until each part is a team.

    Work is the mean of a unit's loads, each in shares of the whole. Parts that no way joins are
    parted first. Teams with fixed units get the part in which most of these lie; such units have
    their team in ``problem.linear`` as the only cheap one.
    """
    n_units, n_teams = problem.linear.shape
    work = (problem.load / np.maximum(1e-9, problem.load.mean(axis=0))).mean(axis=1)
    team = np.zeros(n_units, dtype=np.int64)
    parts = [(np.arange(n_units), 0, n_teams)]
    while parts:
        mine, first, n_here = parts.pop()
        if n_here == 1 or len(mine) < 2:
            team[mine] = first
            continue
        labels, other, n_one = _cut(problem.dist, mine, work[mine], n_here, rng)
        parts += [(labels, first, n_one), (other, first + n_one, n_here - n_one)]
    if problem.fixed.any():
        team = _with_fixed(problem, team)
    return fill_empty(problem, team)


def _cut(
    dist: NDArray[np.int32],
    mine: NDArray[np.int64],
    work: NDArray[np.float64],
    n_teams: int,
    rng: np.random.Generator,
) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """Two parts of the units ``mine``, and how many of the teams the first one gets."""
    end = mine[dist[mine[int(len(mine) * rng.random())], mine].argmax()]
    to_end = dist[end, mine].astype(np.int64)
    if to_end.max() >= ISLAND_S:
        here = to_end < ISLAND_S
        share = work[here].sum() / max(1e-9, work.sum())
        n_one = int(np.clip(np.rint(n_teams * share), 1, n_teams - 1))
        return mine[here], mine[~here], n_one
    to_other = dist[mine[to_end.argmax()], mine].astype(np.int64)
    order = np.lexsort((mine, to_end - to_other))
    total = work[order].cumsum()
    n_one = n_teams // 2
    n_cut = int(np.abs(total - total[-1] * n_one / n_teams).argmin()) + 1
    n_cut = min(n_cut, len(mine) - 1)
    return mine[order[:n_cut]], mine[order[n_cut:]], n_one


def _fixed_team(problem: PartitionProblem) -> NDArray[np.int64]:
    """The team of each fixed unit, -1 for the others."""
    return np.where(problem.fixed == 1, problem.linear.argmin(axis=1), -1).astype(np.int64)


def _with_fixed(problem: PartitionProblem, team: NDArray[np.int64]) -> NDArray[np.int64]:
    """Parts numbered so that as many fixed units as can be lie in their team's; then all do."""
    from scipy.optimize import linear_sum_assignment

    fixed_team = _fixed_team(problem)
    fixed = np.flatnonzero(fixed_team >= 0)
    shared = np.zeros((len(problem.low), len(problem.low)), dtype=np.int64)
    np.add.at(shared, (team[fixed], fixed_team[fixed]), 1)
    _, number = linear_sum_assignment(shared, maximize=True)
    team = number.astype(np.int64)[team]
    team[fixed] = fixed_team[fixed]
    return team


def fill_empty(problem: PartitionProblem, team: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give each empty team a unit of the largest one: moves need someone to begin with."""
    n_teams = problem.linear.shape[1]
    sizes = np.bincount(team, minlength=n_teams)
    for k in np.flatnonzero(sizes == 0):
        free = np.flatnonzero((problem.fixed == 0) & (sizes[team] > 1))
        if not len(free):
            break
        donor = free[np.argmax(sizes[team[free]])]
        sizes[team[donor]] -= 1
        team[donor] = k
        sizes[k] = 1
    return team
