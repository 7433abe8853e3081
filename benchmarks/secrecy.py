"""Hidden homes sought in what shared files tell, in every way that we could think of.

    python -m benchmarks.secrecy PLAN… [--sets N]

For each plan: four clients drawn at random are hidden, again and again. The town is planned anew
with them, and once more as though they had never been there. In both, every address is ranked by
how much less than usual is done around it, by all that may be put together from shared files: the
visits of each team's day, part and slot, whose contact and vice are whose, with and without each
contact's rostered hours, and all of these weighed as does best in the other towns. A home is
found where it is among the best five per cent of addresses. What shared files give away is how
much more often it is found where somebody hidden lives than where nobody gets any care.

The first lines are of what shared files no longer tell while anybody is protected: the carer's
round, and what each carer had time for.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.care.hidden import shown_municipality, slot
from data.model import Municipality
from data.plans import PlanRow, RoundPlan, TeamPlan

SPEED_MS: Final = 4.0
BEST_PCT: Final = 5.0
WIDTHS_M: Final = (300.0, 900.0)
"""How near is near: a street, and a part of town."""
N_HIDDEN: Final = 4
RIDGE: Final = 0.1
BEFORE: Final = ("round", "round, slot", "carer", "carer, hours")
"""What is told where nobody is protected only."""
NOW: Final = (
    "team", "day, part, team", "day, part, team, slot", "contact", "contact, hours", "vice",
    "contact and vice",
)  # fmt: skip
LEARNED: Final = "all, weighed"

Floats = NDArray[np.float64]
_Key = Callable[[PlanRow], object]


@dataclass(frozen=True)
class Group:
    """Visits that a file tells together.

    Attributes
    ----------
    clients : tuple of int
        Whose visits, as they are ordered in the file.
    care_s : tuple of int
        What each takes.
    room_s : float
        What the group could hold, where that is known; 0 else.
    """

    clients: tuple[int, ...]
    care_s: tuple[int, ...]
    room_s: float = 0.0


Groups = dict[str, list[Group]]


@dataclass(frozen=True)
class Found:
    """Per cents of homes found, set by set: where somebody hidden lives, and where nobody does."""

    hidden_pct: Floats
    nobody_pct: Floats

    @property
    def points(self) -> float:
        """How much more often."""
        return float((self.hidden_pct - self.nobody_pct).mean())

    @property
    def error(self) -> float:
        """The standard error of `points`."""
        more = self.hidden_pct - self.nobody_pct
        return float(more.std(ddof=1) / len(more) ** 0.5)


Planned = Callable[[Sequence[int], int], Groups]
"""What is told of a town planned, by a seed, as though some clients had never been there."""


class Town:
    """One town, planned with and without those who are hidden, and what its files tell.

    Parameters
    ----------
    homes, addresses : ndarray of float64, shape (n, 2)
        Metres. Homes are of the clients who are visited; a home is found by its nearest address.
    planned : callable
        The groups of a plan without some of the clients, by their places in ``homes``.
    n_sets, seed : int
        How often four are hidden, and which.
    """

    def __init__(
        self, homes: Floats, addresses: Floats, planned: Planned, n_sets: int, seed: int = 1
    ) -> None:
        self.xy = homes
        offsets = addresses[:, None] - homes[None]
        self.far = np.hypot(offsets[..., 0], offsets[..., 1])
        self.at_home = self.far.argmin(axis=0)
        rng = np.random.default_rng(seed)
        self.sets = [
            sorted(map(int, rng.choice(len(homes), N_HIDDEN, replace=False))) for _ in range(n_sets)
        ]
        self.told = [
            (self._standing(planned((), nth), hidden), self._standing(planned(hidden, nth), hidden))
            for nth, hidden in enumerate(self.sets, 1)
        ]

    def _standing(self, groups: Groups, hidden: Sequence[int]) -> Floats:
        """How each address stands out by each attack; shape (addresses, attacks x widths)."""
        told = [score for of in groups.values() for score in self._scores(of, set(hidden))]
        return np.array([(one - one.mean()) / (one.std() or 1.0) for one in told]).T

    def _scores(self, groups: Iterable[Group], hidden: set[int]) -> Iterator[Floats]:
        """For each address and width, how much less than usual is done around it."""
        seen = []
        for group in groups:
            kept = [k for k, one in enumerate(group.clients) if one not in hidden]
            if kept:
                load = self._way_s(group, kept) + sum(group.care_s[k] for k in kept)
                seen.append((sorted({group.clients[k] for k in kept}), load, group.room_s))
        loads = np.array([load for _, load, _ in seen])
        rooms = np.array([room for *_, room in seen])
        usual = np.full(len(loads), loads.mean())
        if rooms.all():
            usual = rooms * loads.sum() / rooms.sum()
        nearest = np.array([self.far[:, members].min(axis=1) for members, *_ in seen])
        for width in WIDTHS_M:
            near = np.exp(-((nearest / width) ** 2) / 2)
            yield (usual - loads) @ near / (1.0 + near.sum(axis=0))

    def _way_s(self, group: Group, kept: Sequence[int]) -> float:
        at = [self.xy[group.clients[k]] for k in kept]
        return sum(float(np.hypot(*(b - a))) for a, b in pairwise(at)) / SPEED_MS

    def found(self, weights: Floats) -> Found:
        """What is found by attacks weighed so; ``weights`` of shape (attacks x widths,)."""
        both = [
            [self._found(standing @ weights, hidden) for standing in told]
            for hidden, told in zip(self.sets, self.told, strict=True)
        ]
        return Found(*np.array(both).T)

    def _found(self, score: Floats, hidden: Sequence[int]) -> float:
        """Per cents of the hidden whose home is among the best addresses."""
        at = score[self.at_home[list(hidden)]][:, None]
        ranks = 100 * ((score > at).mean(axis=1) + (score == at).mean(axis=1) / 2)
        return float(100 * (ranks < BEST_PCT).mean())

    def traces(self) -> tuple[Floats, Floats]:
        """How homes of the hidden stand, less and without them; shape (homes, attacks x widths)."""
        at = [(a[self.at_home[h]], b[self.at_home[h]])
              for h, (a, b) in zip(self.sets, self.told, strict=True)]  # fmt: skip
        without = np.concatenate([b for _, b in at])
        return np.concatenate([a for a, _ in at]) - without, without


def town_of(out: Path, n_sets: int) -> Town:
    """The town of a plan's folder, planned anew with all and without each set of the hidden."""
    from hemrunda.workfolder.plan_folder import open_plan
    from partition import plan_teams
    from routing.rounds import QUICK, plan_rounds

    at = open_plan(out, None, None, None)
    town: Municipality = at.municipality
    visited = sorted({row.client_id for row in at.round_plan.rows if row.client_id})
    idx = {client_id: i for i, client_id in enumerate(visited)}
    bounds = replace(  # as many teams with the hidden as without them
        at.config.rules.teams, n_teams=len(at.team_plan.teams),
        clients_min=at.config.rules.teams.clients_min - N_HIDDEN,
    )  # fmt: skip
    rules = replace(at.config.rules, teams=bounds)

    def planned(hidden: Sequence[int], seed: int) -> Groups:
        ids = {visited[one] for one in hidden}
        clients = tuple(replace(c, protected=c.client_id in ids) for c in town.clients)
        here = shown_municipality(replace(town, clients=clients))
        teams = plan_teams(
            here, at.travel, rules, network=at.network, mode=at.config.general.mode, seed=seed,
            workers=1,
        )  # fmt: skip
        rounds = plan_rounds(
            here, teams, at.travel, rules, dates=at.round_plan.dates, seed=seed, workers=1,
            params=QUICK, weights=at.config.prices, time_limit_s=0,
        )  # fmt: skip
        return groups_of(here, teams, rounds, idx)

    homes = np.array([(town.client_by_id[c].x, town.client_by_id[c].y) for c in visited])
    addresses = np.array([(one.x, one.y) for one in at.network.addresses], dtype=np.float64)
    return Town(homes, addresses, planned, n_sets)


def groups_of(town: Municipality, teams: TeamPlan, plan: RoundPlan, idx: dict[str, int]) -> Groups:
    """All visits of a plan, grouped in every way that may say where less is done than could be."""
    orders = town.visit_by_id

    def slot_of(row: PlanRow) -> int:
        order = orders.get(row.visit_id)
        return slot(row.start_s if order is None else order.earliest_s)

    rows = sorted(
        (row for row in plan.rows if row.client_id in idx),
        key=lambda row: (row.date, slot_of(row), row.visit_id, row.carer_no),
    )
    hours = _rostered(town, plan)

    def by(key: _Key, room: dict[object, float] | None = None) -> list[Group]:
        parts: dict[object, list[PlanRow]] = {}
        for row in rows:
            parts.setdefault(key(row), []).append(row)
        return [
            Group(
                tuple(idx[one.client_id] for one in of),
                tuple(one.end_s - one.start_s for one in of),
                0.0 if room is None else max(1.0, room.get(name, 0.0)),
            )
            for name, of in parts.items()
        ]

    contact, vice, team = teams.contact, teams.vice, teams.team_of_client
    return {
        "round": by(lambda r: r.round_id),
        "round, slot": by(lambda r: (r.round_id, slot_of(r))),
        "carer": by(lambda r: r.staff_id),
        "carer, hours": by(lambda r: r.staff_id, hours),
        "team": by(lambda r: team.get(r.client_id)),
        "day, part, team": by(lambda r: (r.date, r.shift, team.get(r.client_id))),
        "day, part, team, slot": by(lambda r: (r.date, r.shift, team.get(r.client_id), slot_of(r))),
        "contact": by(lambda r: contact.get(r.client_id)),
        "contact, hours": by(lambda r: contact.get(r.client_id), hours),
        "vice": by(lambda r: vice.get(r.client_id)),
        "contact and vice": by(lambda r: (contact.get(r.client_id), vice.get(r.client_id))),
    }


def _rostered(town: Municipality, plan: RoundPlan) -> dict[object, float]:
    """Seconds at work on the plan's dates, by carer."""
    found: dict[object, float] = {}
    for one in town.roster:
        if one.kind == "work" and one.date in plan.dates:
            found[one.staff_id] = found.get(one.staff_id, 0.0) + one.end_s - one.start_s
    return found


def one_attack(name: str, width: int) -> Floats:
    """Weights that heed one attack only."""
    weights = np.zeros(len(WIDTHS_M) * (len(BEFORE) + len(NOW)))
    weights[len(WIDTHS_M) * (*BEFORE, *NOW).index(name) + width] = 1.0
    return weights


def learned(towns: Sequence[Town], names: Sequence[str]) -> Floats:
    """Weights that tell homes of the hidden best from the same homes in towns without them."""
    used = np.flatnonzero(sum(one_attack(n, w) for n in names for w in range(len(WIDTHS_M))))
    traces = [town.traces() for town in towns]
    more = np.concatenate([trace for trace, _ in traces])[:, used]
    usual = np.concatenate([standing for _, standing in traces])[:, used]
    weights = np.zeros(len(WIDTHS_M) * (len(BEFORE) + len(NOW)))
    spread = np.cov(usual.T) + RIDGE * np.eye(len(used))
    weights[used] = np.linalg.solve(spread, more.mean(axis=0))
    return weights


def table(towns: Sequence[Town]) -> Iterator[tuple[str, str, list[Found]]]:
    """What is told, the attack, and what it finds in each town (both widths together)."""
    for family, names in (("no longer told", BEFORE), ("told", NOW)):
        for name in names:
            yield family, name, [_both(town, name) for town in towns]
        if len(towns) > 1:
            yield family, LEARNED, [
                one.found(learned([other for other in towns if other is not one], names))
                for one in towns
            ]  # fmt: skip


def _both(town: Town, name: str) -> Found:
    of = [town.found(one_attack(name, width)) for width in range(len(WIDTHS_M))]
    return Found(
        np.mean([one.hidden_pct for one in of], axis=0),
        np.mean([one.nobody_pct for one in of], axis=0),
    )


def pooled(found: Sequence[Found]) -> Found:
    """Town by town instead of set by set: the sets of a town are of one plan."""
    if len(found) == 1:
        return found[0]
    return Found(
        np.array([one.hidden_pct.mean() for one in found]),
        np.array([one.nobody_pct.mean() for one in found]),
    )


def line(family: str, name: str, found: Sequence[Found]) -> str:
    """One row of the table as text."""
    whole = pooled(found)
    return (
        f"{family:15} {name:22} hidden {whole.hidden_pct.mean():4.1f} %  nobody "
        f"{whole.nobody_pct.mean():4.1f} %  excess {whole.points:+5.2f} points, standard error "
        f"{whole.error:.2f}"
    )


def main() -> None:
    """Seek, and print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("plans", nargs="+", type=Path)
    asked.add_argument("--sets", type=int, default=50)
    chosen = asked.parse_args()
    towns = [town_of(path, chosen.sets) for path in chosen.plans]
    for family, name, found in table(towns):
        print(line(family, name, found), "|", *(f"{one.points:+.1f}" for one in found), flush=True)


if __name__ == "__main__":
    main()
