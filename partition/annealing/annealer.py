"""What every part of the search stands on: its settings, a division, and the annealer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from partition.annealing import annealing_kernels as kernels
from partition.annealing.care_work import ISLAND_S
from partition.annealing.partition_problem import PartitionProblem, PartitionState, make_state
from partition.annealing.time_limit import Limit

BATCH = 2**17
"""Steps of annealing between two looks at the clock; a multiple of 64."""


@dataclass(frozen=True, slots=True)
class AnnealParams:
    """How the search goes about it. Temperatures are in mean costs of a unit.

    Beside each number: the objective and the time at another, in per cent of ours, for 400 clients
    on the demo's streets, the mean of three seeds (``benchmarks.partition --only tuned``).
    """

    n_starts: int = 4  # 2: 108.7 in 77 of the time; 8: 99.3 in 141
    many_units: int = 1500
    """Beyond so many units two starts are enough: more regions find their best in each; not tried
    at others."""
    iterations_per_unit: int = 800  # 400: 101.1 in 54; 1600: 97.8 in 186 of the time
    hot: float = 2.5  # 1.25: 99.9; 5: 100.2
    warm: float = 0.8  # 0.4: 100.4; 1.6: 99.7
    restart_hot: float = 1.5  # not reached in these rounds: a restart is the 41st
    cold: float = 0.02  # 0.01: 99.9; 0.04: 99.4
    n_rounds: int = 12
    """Region re-annealings after the starts where there is no time limit. 6: 100.2 in 80 of the
    time; 24: 100.0 in 110."""
    region_teams: int = 5  # 3: 100.1 in 77 of the time; 7: 100.0 in 153
    restart_every: int = 41  # 20: 99.4 in 169 of the time
    restart_per_unit: int = 4000
    restart_per_unit_max: int = 25_000
    """Restarts under a time limit grow by the first, up to the second."""
    combine_every: int = 30  # 15: 100.0; 60: 100.0
    """Steps between programmes that put the best division together of all teams met."""
    n_repairs: int = 6
    repair_regions: int = 24
    """Regions tried per level of price while teams are outside their bounds; see `repair`. Half and
    twice of both: 100.0, since no team is outside there after the starts."""
    lenience: int = 24  # 8: 99.9 in 116 of the time; 72: 111.3
    """Prices of bounds are divided by this while hot, so that it may pass through faults."""
    tighten: float = 0.15  # 0.08: 100.2; 0.3: 100.3
    """Temperature, and share of the iterations, of the last part of annealing, at full prices."""
    slack: float = 2.0  # 1: 100.4; 4: 99.9
    """What moving medoids may win back in one move; see `search_kernels.anneal`."""


@dataclass(frozen=True)
class Division:
    """A division of units into teams.

    Attributes
    ----------
    team : ndarray, int64, shape (n,)
    cost : int
        Under the problem's own prices.
    n_iterations : int
        Moves tried in all.
    n_rounds : int
        Region re-annealings made.
    """

    team: NDArray[np.int64]
    cost: int
    n_iterations: int
    n_rounds: int


def outside(problem: PartitionProblem, team: NDArray[np.int64]) -> NDArray[np.int64]:
    """Load above ``high`` (positive) or below ``low`` (negative), shape (n_teams, n_resources)."""
    used = np.zeros_like(problem.low)
    np.add.at(used, team, problem.load)
    over = np.maximum(used - problem.high, 0)
    under = np.maximum(problem.low - used, 0)
    excess: NDArray[np.int64] = over - under
    return excess


def cost_of(problem: PartitionProblem, team: NDArray[np.int64]) -> int:
    """The whole cost of a division."""
    return int(kernels.load_division(problem, make_state(problem), team.astype(np.int64)))


def unit_scale(problem: PartitionProblem) -> float:
    """What a unit costs in a good division, roughly: the measure of temperatures and prices."""
    n_units, n_teams = problem.linear.shape
    size = max(1, n_units // n_teams)
    column = min(problem.near.shape[1] - 1, max(0, size // 2))
    reach = np.take_along_axis(problem.dist, problem.near[:, column : column + 1], axis=1)
    on_land = reach[:, 0] < ISLAND_S
    scale = float((reach[on_land, 0] * problem.weight[on_land]).mean()) if on_land.any() else 0.0
    # Where everyone lives at one door, prices and temperatures still need something to go by.
    return scale if scale >= 10.0 else 1000.0


class OutOfTimeError(Exception):
    """An annealer was asked to stop before its end; what it had found is not used."""


@dataclass
class Annealer:
    """One annealer: a state, its own random numbers, and the count of what it did.

    The limit is looked at between batches of steps. Cut short it would give another division on
    another machine, so it raises `OutOfTimeError` instead of an answer.
    """

    problem: PartitionProblem
    state: PartitionState
    rng: np.random.Generator
    slack: float
    scale: float
    limit: Limit = field(default_factory=Limit)
    n_iterations: int = 0

    def anneal(
        self,
        team: NDArray[np.int64],
        n_iterations: int,
        hot: float,
        cold: float,
        teams: NDArray[np.int64] | None = None,
    ) -> tuple[NDArray[np.int64], int]:
        """Anneal from ``team``, only between ``teams`` if given; the best seen, and its cost.

        Raises
        ------
        OutOfTimeError
            Where the limit is over before the last step.
        """
        n_teams = self.problem.linear.shape[1]
        is_open = np.ones(n_teams, dtype=np.uint8)
        if teams is not None:
            is_open[:] = 0
            is_open[teams] = 1
        is_movable = (is_open[team] == 1) & (self.problem.fixed == 0)
        movable = np.flatnonzero(is_movable).astype(np.int64)
        cost = int(kernels.load_division(self.problem, self.state, team))
        if not len(movable) or is_open.sum() < 2:
            return team.copy(), cost
        cooling = float((cold / hot) ** (64.0 / max(64, n_iterations)))
        best, heat = cost, float(hot)
        for begin in range(0, n_iterations, BATCH):
            if begin and self.limit.is_over():
                raise OutOfTimeError
            end = min(begin + BATCH, n_iterations)
            cost, best, heat = kernels.anneal(
                self.problem,
                self.state,
                self.rng,
                movable,
                is_open,
                int(cost),
                int(best),
                begin,
                end,
                n_iterations,
                heat,
                cooling,
                self.slack,
            )
            self.n_iterations += end - begin
        return self.state.best.copy(), int(best)

    def anneal_leniently(
        self,
        team: NDArray[np.int64],
        n_iterations: int,
        hot: float,
        params: AnnealParams,
        teams: NDArray[np.int64] | None = None,
    ) -> tuple[NDArray[np.int64], int]:
        """Anneal at low prices of bounds, then on from warm at the full ones; see `anneal`."""
        full, scale = self.problem, self.scale
        self.problem = full._replace(price=np.maximum(1, full.price // params.lenience))
        team, _ = self.anneal(team, n_iterations, scale * hot, scale * params.cold, teams)
        self.problem = full
        n_last = int(n_iterations * params.tighten)
        return self.anneal(team, n_last, scale * params.tighten, scale * params.cold, teams)


def make_annealer(
    problem: PartitionProblem,
    seed: Sequence[int],
    params: AnnealParams,
    limit: Limit | None = None,
) -> Annealer:
    """An annealer with room of its own, and random numbers that ``seed`` alone decides."""
    scale = unit_scale(problem)
    rng = np.random.default_rng(list(seed))
    return Annealer(
        problem, make_state(problem), rng, params.slack * scale, scale, limit or Limit()
    )


def medoids(problem: PartitionProblem, team: NDArray[np.int64]) -> NDArray[np.int64]:
    """The unit of each team with the least weighted distance to all its units, -1 if empty."""
    medoid_of = np.full(problem.linear.shape[1], -1, dtype=np.int64)
    for k in range(len(medoid_of)):
        mine = np.flatnonzero(team == k)
        if len(mine):
            between_s = problem.dist[np.ix_(mine, mine)].astype(np.int64)
            medoid_of[k] = mine[(between_s * problem.weight[mine][:, None]).sum(axis=0).argmin()]
    return medoid_of
