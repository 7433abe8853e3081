"""Multi-start annealing with region re-annealing: the driver of the kernels.

Every start has its own stream of random numbers, derived from the seed and the start's number,
and the best is chosen by cost and then number: so one seed gives one division whatever the number
of workers. Under a time limit only whole rounds are made, and `Division.n_rounds` replays them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.progress import Watch
from partition import search_kernels as kernels
from partition.problem import Problem, State, make_state


@dataclass(frozen=True, slots=True)
class SearchParams:
    """How the search goes about it. Temperatures are in mean costs of a unit."""

    n_starts: int = 4
    many_units: int = 1500
    """Beyond so many units two starts are enough: more regions find their best in each."""
    iterations_per_unit: int = 800
    hot: float = 2.5
    warm: float = 0.8
    restart_hot: float = 1.5
    cold: float = 0.02
    n_rounds: int = 12
    """Region re-annealings after the starts where there is no time limit."""
    region_teams: int = 5
    restart_every: int = 41
    restart_per_unit: int = 4000
    restart_per_unit_max: int = 25_000
    """Restarts under a time limit grow by the first, up to the second."""
    n_repairs: int = 6
    lenience: int = 24
    """Prices of bounds are divided by this while hot, so that walks may pass through faults."""
    tighten: float = 0.15
    """Temperature, and share of the iterations, of the last part of a walk, at full prices."""
    slack: float = 2.0
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


def outside(problem: Problem, team: NDArray[np.int64]) -> NDArray[np.int64]:
    """Load above ``high`` (positive) or below ``low`` (negative), shape (n_teams, n_resources)."""
    used = np.zeros_like(problem.low)
    np.add.at(used, team, problem.load)
    over = np.maximum(used - problem.high, 0)
    under = np.maximum(problem.low - used, 0)
    found: NDArray[np.int64] = over - under
    return found


def cost_of(problem: Problem, team: NDArray[np.int64]) -> int:
    """The whole cost of a division."""
    return int(kernels.load_division(problem, make_state(problem), team.astype(np.int64)))


def spread_start(problem: Problem, rng: np.random.Generator) -> NDArray[np.int64]:
    """Each unit to the nearest of seeds drawn far apart (k-means++); fixed units excepted.

    The units of ``problem.fixed`` must have their team in ``problem.linear`` as the only cheap
    one.
    """
    n_units, n_teams = problem.linear.shape
    fixed_team = np.where(problem.fixed == 1, problem.linear.argmin(axis=1), -1)
    gap = np.full(n_units, np.iinfo(np.int32).max, dtype=np.float64)
    to_seed = np.empty((n_units, n_teams), dtype=np.int32)
    for k in range(n_teams):
        mine = np.flatnonzero(fixed_team == k)
        if len(mine):
            seed = int(mine[problem.dist[np.ix_(mine, mine)].sum(axis=1).argmin()])
        else:
            share = np.minimum(gap, 1e9) ** 2 * problem.weight
            total = share.cumsum()
            seed = int(np.searchsorted(total, rng.random() * total[-1], side="right"))
            seed = min(seed, n_units - 1)
        to_seed[:, k] = problem.dist[seed]
        gap = np.minimum(gap, problem.dist[seed])
    team = to_seed.argmin(axis=1).astype(np.int64)
    team[fixed_team >= 0] = fixed_team[fixed_team >= 0]
    return _fill_empty(problem, team)


def _fill_empty(problem: Problem, team: NDArray[np.int64]) -> NDArray[np.int64]:
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


def unit_scale(problem: Problem) -> float:
    """What a unit costs in a good division, roughly: the measure of temperatures and prices."""
    n_units, n_teams = problem.linear.shape
    size = max(1, n_units // n_teams)
    column = min(problem.near.shape[1] - 1, max(0, size // 2))
    reach = np.take_along_axis(problem.dist, problem.near[:, column : column + 1], axis=1)
    scale = float((reach[:, 0] * problem.weight).mean())
    # Where everyone lives at one door, prices and temperatures still need something to go by.
    return scale if scale >= 10.0 else 1000.0


@dataclass
class _Walk:
    """One walker: a state, its own random numbers, and the count of what it did."""

    problem: Problem
    state: State
    rng: np.random.Generator
    slack: float
    n_iterations: int = 0

    def anneal(
        self,
        team: NDArray[np.int64],
        n_iterations: int,
        hot: float,
        cold: float,
        teams: NDArray[np.int64] | None = None,
    ) -> tuple[NDArray[np.int64], int]:
        """Anneal from ``team``, only between ``teams`` if given; the best seen, and its cost."""
        n_teams = self.problem.linear.shape[1]
        is_open = np.ones(n_teams, dtype=np.uint8)
        if teams is not None:
            is_open[:] = 0
            is_open[teams] = 1
        movable = (is_open[team] == 1) & (self.problem.fixed == 0)
        pool = np.flatnonzero(movable).astype(np.int64)
        cost = int(kernels.load_division(self.problem, self.state, team))
        if not len(pool) or is_open.sum() < 2:
            return team.copy(), cost
        temperatures = float(hot), float(cold)
        cost = kernels.anneal(
            self.problem,
            self.state,
            self.rng,
            pool,
            is_open,
            cost,
            n_iterations,
            *temperatures,
            self.slack,
        )
        self.n_iterations += n_iterations
        return self.state.best.copy(), int(cost)

    def anneal_leniently(
        self, team: NDArray[np.int64], n_iterations: int, hot: float, params: SearchParams
    ) -> tuple[NDArray[np.int64], int]:
        """Anneal everything at low prices of bounds, then on from warm at the full ones."""
        full = self.problem
        scale = unit_scale(full)
        self.problem = full._replace(price=np.maximum(1, full.price // params.lenience))
        team, _ = self.anneal(team, n_iterations, scale * hot, scale * params.cold)
        self.problem = full
        n_last = int(n_iterations * params.tighten)
        return self.anneal(team, n_last, scale * params.tighten, scale * params.cold)


def _walk(problem: Problem, seed: Sequence[int], params: SearchParams) -> _Walk:
    slack = params.slack * unit_scale(problem)
    return _Walk(problem, make_state(problem), np.random.default_rng(list(seed)), slack)


def medoids(problem: Problem, team: NDArray[np.int64]) -> NDArray[np.int64]:
    """The unit of each team with the least weighted distance to all its units, -1 if empty."""
    found = np.full(problem.linear.shape[1], -1, dtype=np.int64)
    for k in range(len(found)):
        mine = np.flatnonzero(team == k)
        if len(mine):
            block = problem.dist[np.ix_(mine, mine)].astype(np.int64)
            found[k] = mine[(block * problem.weight[mine][:, None]).sum(axis=0).argmin()]
    return found


def _region(
    problem: Problem, centre: NDArray[np.int64], around: NDArray[np.int64], n_teams: int
) -> NDArray[np.int64]:
    """The teams whose medoids are nearest to the units ``around``, half as many for each if two."""
    alive = np.flatnonzero(centre >= 0)
    each = max(2, n_teams // len(around) + (len(around) > 1))
    found = [
        alive[np.lexsort((alive, problem.dist[unit, centre[alive]]))[:each]] for unit in around
    ]
    return np.unique(np.concatenate(found))


def _moved_middle(
    problem: Problem,
    team: NDArray[np.int64],
    centre: NDArray[np.int64],
    rng: np.random.Generator,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Dissolve one team and found another elsewhere: the move that shifts of units cannot make.

    Which team, and where, is drawn among the cheapest, as if bounds did not matter. Returns the
    new division and the two places: the dissolved team's middle and the founder.
    """
    alive = np.flatnonzero(centre >= 0)
    to_middle = problem.dist[:, centre[alive]].astype(np.int64)
    own = problem.dist[np.arange(len(team)), centre[team]].astype(np.int64)
    others = to_middle.copy()
    others[np.arange(len(team)), np.searchsorted(alive, team)] = np.iinfo(np.int64).max
    second = others.min(axis=1)
    loss = np.zeros(len(centre), dtype=np.int64)
    np.add.at(loss, team, problem.weight * (second - own))
    free = [k for k in alive.tolist() if not problem.fixed[team == k].any()]
    if len(free) < 2:
        return team, centre[alive[:1]]
    by_loss = sorted(free, key=lambda k: (int(loss[k]), k))
    gone = by_loss[int(len(by_loss) * rng.random() ** 2)]
    gain = (np.maximum(own[None, :] - problem.dist, 0) * problem.weight[None, :]).sum(axis=1)
    gain[problem.fixed == 1] = -1
    gain[centre[alive]] = -1
    founders = np.lexsort((np.arange(len(gain)), -gain))
    founder = int(founders[int(len(founders) * 0.5 * rng.random() ** 2)])
    new = team.copy()
    orphans = np.flatnonzero(team == gone)
    new[orphans] = alive[others[orphans].argmin(axis=1)]
    size = max(1, len(team) // len(alive))
    nearest_first = np.lexsort((np.arange(len(team)), problem.dist[founder]))
    joined = [i for i in nearest_first.tolist() if problem.fixed[i] == 0][:size]
    nearer = [i for i in joined if problem.dist[founder, i] <= own[i]]
    new[nearer or [founder]] = gone
    return _fill_empty(problem, new), np.array([centre[gone], founder], dtype=np.int64)


def repaired(
    problem: Problem, team: NDArray[np.int64], seed: Sequence[int], params: SearchParams
) -> tuple[NDArray[np.int64], int]:
    """Anneal with ever higher prices until nothing lies outside the bounds, if that can be."""
    scale = unit_scale(problem)
    best, best_outside, n_iterations = team, _outside_cost(problem, team), 0
    for attempt in range(params.n_repairs):
        if best_outside == 0:
            break
        strict = problem._replace(price=problem.price * 4 ** (attempt + 1))
        walk = _walk(strict, [*seed, 7, attempt], params)
        n_steps = params.iterations_per_unit * len(team) // 2
        found, _ = walk.anneal(best, n_steps, scale * params.warm, scale * params.cold)
        n_iterations += walk.n_iterations
        if _outside_cost(problem, found) < best_outside:
            best, best_outside = found, _outside_cost(problem, found)
    return best, n_iterations


def _outside_cost(problem: Problem, team: NDArray[np.int64]) -> int:
    return int((np.abs(outside(problem, team)) * problem.price).sum())


def divide(
    problem: Problem,
    *,
    seed: int = 0,
    workers: int = 1,
    n_rounds: int | None = None,
    time_limit_s: float | None = None,
    warm_start: NDArray[np.int64] | None = None,
    params: SearchParams | None = None,
    watch: Watch | None = None,
) -> Division:
    """Divide the units of ``problem``: starts, region re-annealing, repair.

    Parameters
    ----------
    n_rounds : int, optional
        Region re-annealings after the starts; replays a run that stopped on time.
    time_limit_s : float, optional
        Stops between rounds. 0 gives the first start alone.
    warm_start : ndarray, int64, shape (n,), optional
        A division to keep near; one more start, annealed from a low temperature.
    """
    begun = time.monotonic()
    params = params or SearchParams()
    watch = watch or Watch()
    scale = unit_scale(problem)
    n_units = len(problem.weight)
    n_steps = params.iterations_per_unit * n_units

    def out_of_time() -> bool:
        spent = time_limit_s is not None and time.monotonic() - begun >= time_limit_s
        return spent or watch.is_stopping

    def start(number: int) -> tuple[NDArray[np.int64], int, int]:
        walk = _walk(problem, [seed, 1, number], params)
        if warm_start is not None and number == 0:
            team, cost = walk.anneal(warm_start, n_steps, scale * params.warm, scale * params.cold)
        elif number > 0 and out_of_time():
            return np.zeros(0, dtype=np.int64), 2**62, 0
        else:
            team = spread_start(problem, walk.rng)
            team, cost = walk.anneal_leniently(team, n_steps, params.hot, params)
        return team, cost, walk.n_iterations

    n_starts = min(params.n_starts, 2) if n_units > params.many_units else params.n_starts
    n_starts += warm_start is not None
    with ThreadPoolExecutor(max_workers=max(1, workers)) as pool:
        results = list(pool.map(start, range(n_starts)))
    number = min(range(n_starts), key=lambda q: (results[q][1], q))
    watch.tell(0.5, "Lagens första gränser är dragna")
    most = n_rounds
    if most is None:
        most = params.n_rounds if time_limit_s is None else 2**31
    division = Division(*results[number][:2], sum(result[2] for result in results), 0)
    division = _improved(problem, division, [seed, 2], params, most, out_of_time)
    team, n_repair = repaired(problem, division.team, [seed], params)
    watch.tell(1.0, "Lagens gränser är färdiga")
    n_tried = division.n_iterations + n_repair
    return Division(team, cost_of(problem, team), n_tried, division.n_rounds)


def _improved(
    problem: Problem,
    division: Division,
    seed: Sequence[int],
    params: SearchParams,
    most: int,
    out_of_time: Callable[[], bool],
) -> Division:
    """Re-anneal one region after another, keeping what is no worse."""
    team, cost, n_made = division.team, division.cost, 0
    walk = _walk(problem, seed, params)
    while n_made < most and problem.linear.shape[1] > 1 and not out_of_time():
        n_made += 1
        if n_made % params.restart_every == 0:
            per_unit = params.restart_per_unit * (n_made // params.restart_every)
            n_steps = min(per_unit, params.restart_per_unit_max) * len(team)
            start = spread_start(problem, walk.rng)
            found, found_cost = walk.anneal_leniently(start, n_steps, params.restart_hot, params)
        else:
            found, found_cost = _perturbed(walk, team, n_made % 2 == 0, params)
        if found_cost <= cost:
            team, cost = found, found_cost
    return Division(team, cost, division.n_iterations + walk.n_iterations, n_made)


def _perturbed(
    walk: _Walk, team: NDArray[np.int64], moves_middle: bool, params: SearchParams
) -> tuple[NDArray[np.int64], int]:
    """Re-anneal one region, after having moved a team's middle into it if so asked."""
    problem = walk.problem
    centre = medoids(problem, team)
    around = np.array([int(walk.rng.random() * len(team))])
    if moves_middle:
        team, around = _moved_middle(problem, team, centre, walk.rng)
    region = _region(problem, centre, around, params.region_teams)
    n_steps = params.iterations_per_unit * int(np.isin(team, region).sum())
    scale = unit_scale(problem)
    hot = scale * params.warm * (0.5 + 1.5 * walk.rng.random())
    return walk.anneal(team, n_steps, hot, scale * params.cold, region)
