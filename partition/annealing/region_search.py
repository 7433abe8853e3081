"""Region after region annealed again: how a division goes on from the first good one.

Half of the regions lie around a random place, half around a team that has been dissolved in one
place and founded in another. Two are annealed side by side from the same division, each with its
own random numbers, so that the result is the same whatever the number of workers.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from partition.annealing import annealing_kernels as kernels
from partition.annealing.annealer import (
    Annealer,
    AnnealParams,
    Division,
    OutOfTimeError,
    cost_of,
    make_annealer,
)
from partition.annealing.initial_solutions import cut_start, fill_empty
from partition.annealing.partition_problem import PartitionProblem
from partition.annealing.set_partitioning import MAX_UNITS, Columns
from partition.annealing.time_limit import Limit

N_SIDE_BY_SIDE = 2
"""Regions annealed at a time from one division, whatever the number of workers."""

MANY_FOUNDERS = 200
"""Of more units than this, so many are drawn before the best places for a new team are."""

MANY_TEAMS = 40
"""Of more teams than this, only the nearest to a place that is drawn are looked at: what a team
leaves goes to its neighbours. A look at all of 600 teams took nine tenths of the time."""

REGION_UNITS = 100
"""A region holds so many units at least in the mean, where teams have only a few each."""

Team = NDArray[np.int64]
Attempt = tuple[Team, int, NDArray[np.int64] | None]
"""A division, its cost, and the numbers of the teams that it changed; None for all."""


def nearest_teams(
    problem: PartitionProblem, centre: NDArray[np.int64], around: NDArray[np.int64], n_teams: int
) -> NDArray[np.int64]:
    """The teams whose medoids are nearest to the units ``around``, half as many for each if two."""
    alive = np.flatnonzero(centre >= 0)
    each = max(2, n_teams // len(around) + (len(around) > 1))
    teams = [
        alive[np.lexsort((alive, problem.dist[unit, centre[alive]]))[:each]] for unit in around
    ]
    return np.unique(np.concatenate(teams))


def _moved_middle(
    problem: PartitionProblem,
    team: NDArray[np.int64],
    centre: NDArray[np.int64],
    rng: np.random.Generator,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Dissolve one team and found another elsewhere: the move that shifts of units cannot make.

    Which team, and where, is drawn among the cheapest, as if bounds did not matter. Returns the
    new division and the two places: the dissolved team's middle and the founder.
    """
    alive = np.flatnonzero(centre >= 0)
    units = np.arange(len(team))
    if len(alive) > MANY_TEAMS:
        place = int(rng.integers(len(team)))
        order = np.lexsort((alive, problem.dist[place, centre[alive]]))
        alive = np.sort(alive[order[:MANY_TEAMS]])
        units = np.flatnonzero(np.isin(team, alive))
    to_middle = problem.dist[np.ix_(units, centre[alive])].astype(np.int64)
    own = problem.dist[units, centre[team[units]]].astype(np.int64)
    to_middle[np.arange(len(units)), np.searchsorted(alive, team[units])] = np.iinfo(np.int64).max
    second = to_middle.min(axis=1)
    loss = np.zeros(len(centre), dtype=np.int64)
    np.add.at(loss, team[units], problem.weight[units] * (second - own))
    has_locks = np.zeros(len(centre), dtype=bool)
    has_locks[team[problem.fixed == 1]] = True
    free = [k for k in alive.tolist() if not has_locks[k]]
    if len(free) < 2:
        return team, centre[alive[:1]]
    by_loss = sorted(free, key=lambda k: (int(loss[k]), k))
    gone = by_loss[int(len(by_loss) * rng.random() ** 2)]
    founder = units[_founder(problem, units, own, centre[alive], rng)]
    new = team.copy()
    orphans = np.flatnonzero(team[units] == gone)
    new[units[orphans]] = alive[to_middle[orphans].argmin(axis=1)]
    size = max(1, len(units) // len(alive))
    nearest_first = units[np.lexsort((units, problem.dist[founder, units]))]
    joined = nearest_first[problem.fixed[nearest_first] == 0][:size]
    nearer = joined[problem.dist[founder, joined] <= own[np.searchsorted(units, joined)]]
    new[nearer if len(nearer) else [founder]] = gone
    return fill_empty(problem, new), np.array([centre[gone], founder], dtype=np.int64)


def _founder(
    problem: PartitionProblem,
    units: NDArray[np.int64],
    own: NDArray[np.int64],
    centre: NDArray[np.int64],
    rng: np.random.Generator,
) -> int:
    """A unit to found a team around: drawn from the better half by the travel that others save.

    Parameters
    ----------
    units : ndarray, int64
        Those who are there; the founder's place among them is returned.
    own : ndarray, int64, of as many
        Way of each to the middle of its team.
    centre : ndarray, int64
        The middles: no founders.
    """
    drawn = np.arange(len(units))
    if len(units) > MANY_FOUNDERS:
        drawn = np.sort(rng.choice(len(units), MANY_FOUNDERS, replace=False))
    ways = problem.dist[np.ix_(units[drawn], units)]
    saved = np.maximum(own[None, :] - ways, 0) @ problem.weight[units]
    saved[problem.fixed[units[drawn]] == 1] = -1
    saved[np.isin(units[drawn], centre)] = -1
    founders = drawn[np.lexsort((drawn, -saved))]
    return int(founders[int(len(founders) * 0.5 * rng.random() ** 2)])


def improved(
    problem: PartitionProblem,
    division: Division,
    seed: Sequence[int],
    params: AnnealParams,
    most: int,
    limit: Limit,
    threads: ThreadPoolExecutor,
) -> Division:
    """Re-anneal regions, two side by side, keeping what is no worse; combine what they leave.

    A step that the limit cuts short counts for nothing, so that as many rounds give the same again.
    """
    team, cost, n_made, n_steps = division.team, division.cost, 0, 0
    annealers = [
        make_annealer(problem, [*seed, number], params, limit) for number in range(N_SIDE_BY_SIDE)
    ]
    columns = Columns(problem) if len(team) <= MAX_UNITS and most > params.combine_every else None
    kept = team, cost, n_made
    while n_made < most and problem.linear.shape[1] > 1 and not limit.is_over():
        n_now = min(N_SIDE_BY_SIDE, most - n_made)
        n_steps += 1

        def one_round(number: int, team: Team = team, step: int = n_steps) -> Attempt:
            return _one_round(annealers[number], team, step, params)

        try:
            attempts = list(threads.map(one_round, range(n_now)))
        except OutOfTimeError:
            break
        n_made += n_now
        if columns is not None:
            for other, _, region in attempts:
                columns.add(other, region)
        before, cost_before, taken = team, cost, np.zeros(0, dtype=np.int64)
        for other, other_cost, region in attempts:
            if other_cost > cost_before:
                continue
            if team is before or region is None or np.isin(region, taken).any():
                if other_cost <= cost:
                    team, cost = other, other_cost
                    taken = region if region is not None else np.arange(len(problem.low))
            else:  # The two changed different teams: both gains hold.
                changed = other != before
                team = np.where(changed, other, team)
                cost = cost_of(problem, team)
        if columns is not None and n_steps % params.combine_every == 0 and columns.n_new:
            columns.add(team)
            joined = columns.combined(limit.left_s())
            if limit.is_over():
                break
            if joined is not None and (joined_cost := cost_of(problem, joined)) < cost:
                team, cost = joined, joined_cost
        kept = team, cost, n_made
    n_tried = division.n_iterations + sum(annealer.n_iterations for annealer in annealers)
    return Division(kept[0], kept[1], n_tried, kept[2])


def _one_round(annealer: Annealer, team: Team, step: int, params: AnnealParams) -> Attempt:
    """A region annealed again, or at times a whole new start; and the teams that it changed.

    Where units are many a new start takes longer than the regions that would better the old one.
    """
    if step % params.restart_every or len(team) > params.many_units:
        return _perturbed(annealer, team, step % 2 == 0, params)
    per_unit = params.restart_per_unit * (step // params.restart_every)
    n_steps = min(per_unit, params.restart_per_unit_max) * len(team)
    start = cut_start(annealer.problem, annealer.rng)
    return *annealer.anneal_leniently(start, n_steps, params.restart_hot, params), None


def _led_by(annealer: Annealer, team: Team) -> int:
    """The unit around which a region lies: every other time one of a team outside its bounds."""
    wrong = np.flatnonzero(annealer.state.excess > 0)
    units = np.arange(len(team))
    if len(wrong) and annealer.rng.random() < 0.5:
        units = np.flatnonzero(np.isin(team, wrong))
    return int(units[int(annealer.rng.random() * len(units))])


def _perturbed(annealer: Annealer, team: Team, moves_middle: bool, params: AnnealParams) -> Attempt:
    """Re-anneal one region, after having moved a team's middle into it if so asked."""
    problem = annealer.problem
    before = team
    kernels.load_division(problem, annealer.state, team)
    centre = np.where(annealer.state.size > 0, annealer.state.medoid, -1)
    around = np.array([_led_by(annealer, team)])
    if moves_middle:
        team, around = _moved_middle(problem, team, centre, annealer.rng)
    n_alive = max(1, int((centre >= 0).sum()))
    n_teams = max(params.region_teams, round(REGION_UNITS * n_alive / len(team)))
    region = nearest_teams(problem, centre, around, n_teams)
    n_steps = params.iterations_per_unit * int(np.isin(team, region).sum())
    # From half to twice ``warm``. As in `draw_move`: always the mean 100.0 %, from a quarter to
    # four times 99.8.
    hot = annealer.scale * params.warm * (0.5 + 1.5 * annealer.rng.random())
    perturbed, cost = annealer.anneal(team, n_steps, hot, annealer.scale * params.cold, region)
    changed = perturbed != before
    return perturbed, cost, np.unique(np.concatenate([perturbed[changed], before[changed]]))
