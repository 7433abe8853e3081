"""The divisions between the present one and the best: what `redesign` chooses its points from.

The present division is annealed from a low temperature at falling prices of change; each price
gives the best division for so many moves. Every division met goes into an archive with its moves,
its cost and travel between team-mates. Each budget of moves then gets a price of change of its
own, by bisection. Where the best division within a budget makes the walk longer than today's, it is
looked for again with intra-team travel priced higher, until one costs the staff no more travel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from data.progress import Progress
from partition.annealing.annealer import AnnealParams, cost_of, unit_scale
from partition.annealing.team_search import divide
from partition.teams.team_division import present_division, relabelled
from partition.teams.team_measures import intra_team_travel_s
from partition.teams.team_problem import LOCKED_COST, TeamProblem

N_PRICES = 16
"""Prices of a move, each about half the one before."""
DEAREST, CHEAPEST = 1000.0, 0.05
"""Of those prices. From 100 to 0.5 and from 10 000 to 0.005 give the same front of 400 clients:
0.452, 0.945 and 0.978 of the gain for 8, 20 and 39 moves, and a thousandth between them."""
N_BISECTIONS = 9
"""Between two of them, to within a five-hundredth of their distance."""
LOWEST, HIGHEST = 0.02, 3000.0
"""Where the bisection begins: wider than the prices. From 0.2 to 300 loses the point of 8 moves;
ten times wider both ways gives 0.451, 0.948, 0.977."""
NEAR_TODAY = AnnealParams(n_starts=0, n_repairs=0)
TRAVEL_FACTORS = (1, 4, 16, 64)
"""What the price of intra-team travel is multiplied by, one by one, until travel is no longer
than today's."""
TRAVEL_SLACK_PCT, WORTH_SLACK = 3, 0.1
"""Travel may be so much longer than today's where that buys a tenth of the whole gain: within what
the estimate is worth."""
CONTACT_WEIGHT = 0.5
"""What a change of contact weighs beside a change of team: clients whose contact may go on move
last, since the contact belongs to the team."""

NO_TEAM, LOST_TEAM = -1, -2
"""Without a team today; with one that is no longer there."""


@dataclass(frozen=True)
class Met:
    """A division met on the way: clients who change team, cost without it, intra-team travel."""

    n_moved: int
    cost: int
    intra_team_travel_s: int
    team: NDArray[np.int64]


def today_of(problem: TeamProblem) -> NDArray[np.int64]:
    """Each client's own team of today; a household's may differ from its group's."""
    number = {label: k for k, label in enumerate(problem.labels)}
    return np.array(
        [number.get(c.team_id, LOST_TEAM) if c.team_id else NO_TEAM for c in problem.clients],
        dtype=np.int64,
    )


def intra_travel_of(problem: TeamProblem, team: NDArray[np.int64]) -> int:
    """Seconds a week of legs between team-mates; see `measures`."""
    seconds = 0.0
    for k in range(len(problem.labels)):
        mine = np.flatnonzero(team == k)
        if len(mine):
            dist = np.ascontiguousarray(problem.problem.dist[np.ix_(mine, mine)])
            seconds += float((intra_team_travel_s(dist) * problem.problem.weight[mine]).sum())
    return round(seconds)


def no_worse(problem: TeamProblem) -> TeamProblem:
    """The problem with bounds wide enough for the worst of today's teams."""
    p = problem.problem
    used = np.zeros_like(p.low)
    np.add.at(used, present_division(problem), p.load)
    low = np.minimum(p.low, used.min(axis=0))
    high = np.maximum(p.high, used.max(axis=0))
    # Clients are counted as the rules say: a team too large today is not a licence for others.
    low[:, 0], high[:, 0] = p.low[:, 0], p.high[:, 0]
    return replace(problem, problem=p._replace(low=low, high=high))


class Archive:
    """Every division met, from the present one to the best.

    Parameters
    ----------
    lasting : frozenset of str
        Clients whose contact of today may go on being it.
    """

    def __init__(
        self, problem: TeamProblem, lasting: frozenset[str], seed: int, progress: Progress
    ) -> None:
        self.problem, self.seed, self.progress = problem, seed, progress
        self.plain = self._priced(0.0, 1, np.zeros(len(problem.groups.members))).problem
        self.scale = unit_scale(self.plain)
        self.weight = np.array(
            [
                sum(1 + CONTACT_WEIGHT * (problem.clients[i].client_id in lasting) for i in group)
                for group in problem.groups.members
            ]
        )
        self.team_today = today_of(problem)
        self.met: list[Met] = []
        self.today = self.add(present_division(problem))

    def _priced(self, price: float, factor: int, weight: NDArray[np.float64]) -> TeamProblem:
        """The problem with another price of change, in seconds a week and client."""
        problem = self.problem
        p = problem.problem
        linear = np.where(p.linear >= LOCKED_COST, p.linear, 0)
        free = np.flatnonzero((problem.previous >= 0) & (p.fixed == 0))
        linear[free] += np.rint(price * weight[free]).astype(np.int64)[:, None]
        linear[free, problem.previous[free]] = 0
        intra_travel_pct = p.intra_travel_pct * factor
        return replace(
            problem, problem=p._replace(linear=linear, intra_travel_pct=intra_travel_pct)
        )

    def add(self, team: NDArray[np.int64]) -> Met:
        """Remember a division."""
        new = team[self.problem.groups.of_client]
        n_moved = int(((self.team_today != NO_TEAM) & (new != self.team_today)).sum())
        met = Met(n_moved, cost_of(self.plain, team), intra_travel_of(self.problem, team), team)
        self.met.append(met)
        return met

    def _annealed(self, start: NDArray[np.int64], price: float, factor: int, seed: int) -> Met:
        priced = self._priced(price * self.scale, factor, self.weight).problem
        division = divide(
            priced, seed=self.seed + seed, n_rounds=0, warm_start=start, params=NEAR_TODAY
        )
        return self.add(division.team)

    def fill(self, free: NDArray[np.int64]) -> None:
        """Walk from the present division to the free one, and back again."""
        best = self.add(relabelled(self.problem, free))
        prices = np.geomspace(DEAREST, CHEAPEST, N_PRICES)
        for direction, begin in ((1, self.today), (-1, best)):
            team = begin.team
            for number, price in enumerate(prices[::direction]):
                if self.progress.is_stopping:
                    break
                team = self._annealed(team, float(price), 1, number).team
            self.progress.report(
                0.3 + 0.15 * (direction < 0), "Vägen mellan dagens lag och de bästa prövas"
            )

    def best(self, budget: int, slack_pct: int | None = 0) -> Met:
        """The cheapest division with at most so many moves, and travel so much longer than today's.

        None for ``slack_pct`` lets travel be as long as it likes.
        """
        within = [met for met in self.met if met.n_moved <= budget or met is self.today]
        if slack_pct is not None:
            most_s = self.today.intra_team_travel_s * (100 + slack_pct) // 100
            within = [met for met in within if met.intra_team_travel_s <= most_s]
        return min(within, key=lambda met: (met.cost, met.n_moved))

    def within(self, budget: int) -> Met:
        """The best division within a budget of moves: travel no longer than today's, or hardly."""
        for factor in TRAVEL_FACTORS:
            if self._bisected(budget, factor).intra_team_travel_s <= self.today.intra_team_travel_s:
                break
        strict, loose = self.best(budget), self.best(budget, TRAVEL_SLACK_PCT)
        whole = self.today.cost - min(met.cost for met in self.met)
        return loose if strict.cost - loose.cost > WORTH_SLACK * whole else strict

    def _bisected(self, budget: int, factor: int) -> Met:
        """The cheapest of the divisions met with the price of change bisected for the budget."""
        n_before = len(self.met)
        low, high = LOWEST, HIGHEST
        start = self.best(budget, 0 if factor > 1 else None).team
        for step in range(N_BISECTIONS):
            if self.progress.is_stopping:
                break
            price = float(np.sqrt(low * high))
            if self._annealed(start, price, factor, 100 + step).n_moved <= budget:
                high = price
            else:
                low = price
        new = [met for met in self.met[n_before:] if met.n_moved <= budget] or [self.today]
        if factor == 1:
            new.append(self.best(budget, None))
        return min(new, key=lambda met: (met.cost, met.n_moved))


def gain_shares(archive: Archive, chosen: Sequence[Met]) -> list[float]:
    """Share of the best one's fall in cost from today that each division brings."""
    least = min(met.cost for met in archive.met)
    whole = max(1, archive.today.cost - least)
    return [round((archive.today.cost - met.cost) / whole, 3) for met in chosen]
