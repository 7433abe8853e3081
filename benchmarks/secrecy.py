"""Hidden homes sought in what shared files tell, in every way that we could think of.

    python -m benchmarks.secrecy PLAN… [--sets N] [--ways NAMES]

For each plan: eight clients are drawn at random, again and again. Four of them are hidden and the
other four never there, the town is planned anew, and then once more the other way round. What is
seen is of the same clients in both. Every address is ranked by how much less than usual is done
around it, by all that may be put together from shared files: the visits of each team's day, part
and slot, whose contact and vice are whose, with and without each contact's rostered hours, and all
of these weighed as does best in the other towns. A home is found where it is among the best five
per cent of addresses. Teams and contacts are planned with the hidden, or apart from them as
``[teams] plan_hidden_apart`` asks for; two ways between say which of the two tells what. What
shared files give away is how much nearer to the best the homes of the hidden stand than, in the
very same plan, homes of those who were never there: who is which was drawn, so where nothing is
given away neither can be told from the other, wherever they live.

The first lines are of what shared files no longer tell while anybody is protected: the carer's
round, and what each carer had time for.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from data.care.hidden import shown_municipality, slot
from data.model import Municipality
from data.plans import PlanRow, RoundPlan, TeamPlan
from data.privacy import guarded_ids

if TYPE_CHECKING:
    from hemrunda.workfolder.plan_context import PlanContext

SPEED_MS: Final = 4.0
BEST_PCT: Final = 5.0
WIDTHS_M: Final = (300.0, 900.0)
"""How near is near: a street, and a part of town."""
N_HIDDEN: Final = 4
RIDGE: Final = 0.1
N_DRAWN: Final = 10_000
BEFORE: Final = ("round", "round, slot", "carer", "carer, hours")
"""What is told where nobody is protected only."""
NOW: Final = (
    "team", "day, part, team", "day, part, team, slot", "contact", "contact, hours", "vice",
    "contact and vice",
)  # fmt: skip
LEARNED: Final = "all, weighed"
TOGETHER: Final = "together"
APART: Final = "apart"
TEAMS_APART: Final = "teams apart"
CONTACTS_APART: Final = "contacts apart"
WAYS: Final = (TOGETHER, TEAMS_APART, CONTACTS_APART, APART)
"""Teams and contacts planned with the hidden, one of the two without them, or both."""
N_DIVIDED: Final[Counter[tuple[str, bool]]] = Counter()
"""Divisions made, by way, of the whole town (True) or of those who may be shown."""

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
    """What an attack makes of homes, set by set: of hidden clients, and of those never there.

    Attributes
    ----------
    hidden_pct, never_pct : ndarray of float64, shape (n_sets,)
        Per cents of homes found.
    places : ndarray of float64, shape (n_sets,)
        How many of 100 places nearer to the best the homes of the hidden stand.
    """

    hidden_pct: Floats
    never_pct: Floats
    places: Floats

    @property
    def more(self) -> tuple[float, float]:
        """Points found more often, and the standard error of that."""
        return mean_and_error(self.hidden_pct - self.never_pct)

    @property
    def nearer(self) -> tuple[float, float]:
        """Places of 100, and the standard error of that."""
        return mean_and_error(self.places)


def mean_and_error(of: Floats) -> tuple[float, float]:
    """The mean of something, and its standard error."""
    return float(of.mean()), float(of.std(ddof=1) / len(of) ** 0.5)


Planned = Callable[[Sequence[int], Sequence[int], int], Groups]
"""What is told of a town planned, by a seed, with some clients hidden, as though some others had
never been there."""


class Town:
    """One town, planned with some hidden and others never there, and what its files tell.

    Parameters
    ----------
    homes, addresses : ndarray of float64, shape (n, 2)
        Metres. Homes are of the clients who are visited; a home is found by its nearest address.
    planned : callable
        The groups of a plan with some hidden and without others, by their places in ``homes``.
    n_sets, seed : int
        How often four are hidden and four others taken away, and which.
    """

    def __init__(
        self, homes: Floats, addresses: Floats, planned: Planned, n_sets: int, seed: int = 1
    ) -> None:
        self.xy = homes
        offsets = addresses[:, None] - homes[None]
        self.far = np.hypot(offsets[..., 0], offsets[..., 1])
        self.at_home = self.far.argmin(axis=0)
        rng = np.random.default_rng(seed)
        self.told: list[tuple[int, Floats, list[int], list[int]]] = []
        for nth in range(n_sets):
            drawn = list(map(int, rng.choice(len(homes), 2 * N_HIDDEN, replace=False)))
            halves = sorted(drawn[:N_HIDDEN]), sorted(drawn[N_HIDDEN:])
            for hidden, never in (halves, halves[::-1]):
                standing = self._standing(planned(hidden, never, nth + 1), set(drawn))
                self.told.append((nth, standing, hidden, never))

    def _standing(self, groups: Groups, unseen: set[int]) -> Floats:
        """How each address stands out by each attack; shape (addresses, attacks x widths)."""
        told = [score for of in groups.values() for score in self._scores(of, unseen)]
        return np.array([(one - one.mean()) / (one.std() or 1.0) for one in told]).T

    def _scores(self, groups: Iterable[Group], unseen: set[int]) -> Iterator[Floats]:
        """For each address and width, how much less than usual is done around it."""
        seen = []
        for group in groups:
            kept = [k for k, one in enumerate(group.clients) if one not in unseen]
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
        sets: dict[int, list[Floats]] = {}
        for nth, standing, hidden, never in self.told:
            ranks = self._ranks_pct(standing @ weights, (*hidden, *never))
            sets.setdefault(nth, []).append(ranks.reshape(2, N_HIDDEN))
        ranks = np.array(list(sets.values()))  # set, who is hidden, hidden or never there, client
        found = 100 * (ranks < BEST_PCT).mean(axis=(1, 3))
        stood = ranks.mean(axis=(1, 3))
        return Found(found[:, 0], found[:, 1], stood[:, 1] - stood[:, 0])

    def _ranks_pct(self, score: Floats, clients: Sequence[int]) -> Floats:
        at = score[self.at_home[list(clients)]][:, None]
        ranks: Floats = 100 * ((score > at).mean(axis=1) + (score == at).mean(axis=1) / 2)
        return ranks

    def traces(self) -> tuple[Floats, Floats]:
        """How homes of the hidden stand, and of those never there; (homes, attacks x widths)."""
        hidden = [standing[self.at_home[of]] for _, standing, of, _ in self.told]
        never = [standing[self.at_home[of]] for _, standing, _, of in self.told]
        return np.concatenate(hidden), np.concatenate(never)


def town_of(out: Path, n_sets: int, way: str = TOGETHER) -> Town:
    """The town of a plan's folder, planned anew without each half of each set.

    Parameters
    ----------
    way : str
        Of `WAYS`: how the hidden are planned.
    """
    from hemrunda.workfolder.plan_folder import open_plan

    at = open_plan(out, None, None, None)
    town: Municipality = at.municipality
    visited = sorted({row.client_id for row in at.round_plan.rows if row.client_id})
    idx = {client_id: i for i, client_id in enumerate(visited)}
    known = at.config.rules.teams
    bounds = replace(  # as many teams, whoever is there
        known, n_teams=len(at.team_plan.teams), clients_min=max(1, known.clients_min - 2 * N_HIDDEN)
    )
    at = replace(at, config=replace(at.config, rules=replace(at.config.rules, teams=bounds)))

    def planned(hidden: Sequence[int], never: Sequence[int], seed: int) -> Groups:
        absent, unseen = (_households(town, {visited[one] for one in of}) for of in (never, hidden))
        clients = tuple(c for c in town.clients if c.client_id not in absent)
        clients = tuple(replace(c, protected=c.client_id in unseen) for c in clients)
        visits = tuple(v for v in town.visits if v.client_id not in absent)
        here = replace(town, clients=clients, visits=visits, pins=())
        seen = {c: i for c, i in idx.items() if c not in absent | unseen}
        return _told(here, at, seed, way, seen)

    homes = np.array([(town.client_by_id[c].x, town.client_by_id[c].y) for c in visited])
    addresses = np.array([(one.x, one.y) for one in at.network.addresses], dtype=np.float64)
    return Town(homes, addresses, planned, n_sets)


def _households(town: Municipality, ids: set[str]) -> frozenset[str]:
    """The clients and those of their households, who are hidden with them."""
    return guarded_ids([replace(c, protected=c.client_id in ids) for c in town.clients])


def _told(here: Municipality, at: PlanContext, seed: int, way: str, seen: dict[str, int]) -> Groups:
    """What is told of a town whose teams, contacts and rounds are planned one way."""
    from partition import complete_plan, plan_teams
    from partition.hidden_apart import planned_apart
    from routing.rounds import QUICK, plan_rounds

    known, mode = at.config.rules, at.config.general.mode
    rules = replace(known, teams=replace(known.teams, plan_hidden_apart=True))
    travel, network = at.travel, at.network

    def divided(town: Municipality) -> TeamPlan:
        N_DIVIDED[way, len(town.clients) == len(here.clients)] += 1
        whole = replace(rules, teams=replace(rules.teams, plan_hidden_apart=False))
        return plan_teams(town, travel, whole, network=network, mode=mode, seed=seed, workers=1)

    is_apart = way in (APART, TEAMS_APART)
    plan = planned_apart(here, travel, rules, divided, mode=mode) if is_apart else divided(here)
    if way in (TEAMS_APART, CONTACTS_APART):
        here = here if way == TEAMS_APART else shown_municipality(here)
        known = here.client_by_id
        teams = [replace(t, client_ids=tuple(c for c in t.client_ids if c in known))
                 for t in plan.teams]  # fmt: skip
        plan = complete_plan(here, teams, travel, rules, network=network, mode=mode, seed=seed)
    rounds = plan_rounds(
        here, plan, travel, rules, dates=at.round_plan.dates, seed=seed, workers=1,
        params=QUICK, weights=at.config.prices, time_limit_s=0,
    )  # fmt: skip
    return groups_of(here, plan, rounds, seen)


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
    """Weights that tell homes of the hidden best from homes of those who were never there."""
    used = np.flatnonzero(sum(one_attack(n, w) for n in names for w in range(len(WIDTHS_M))))
    traces = [town.traces() for town in towns]
    hidden = np.concatenate([standing for standing, _ in traces])[:, used]
    usual = np.concatenate([standing for _, standing in traces])[:, used]
    weights = np.zeros(len(WIDTHS_M) * (len(BEFORE) + len(NOW)))
    spread = np.cov(usual.T) + RIDGE * np.eye(len(used))
    weights[used] = np.linalg.solve(spread, hidden.mean(axis=0) - usual.mean(axis=0))
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
    return _joined([town.found(one_attack(name, width)) for width in range(len(WIDTHS_M))], 0)


def _joined(found: Sequence[Found], axis: int) -> Found:
    """Means: over attacks set by set (axis 0), or over the sets of each town (axis 1)."""
    names = ("hidden_pct", "never_pct", "places")
    return Found(*(np.mean([getattr(one, name) for one in found], axis=axis) for name in names))


def pooled(found: Sequence[Found]) -> Found:
    """Town by town instead of set by set: the sets of a town are of one plan."""
    return found[0] if len(found) == 1 else _joined(found, 1)


def line(family: str, name: str, found: Sequence[Found]) -> str:
    """One row of the table as text."""
    whole = pooled(found)
    (more, more_error), (nearer, nearer_error) = whole.more, whole.nearer
    return (
        f"{family:15} {name:22} hidden {whole.hidden_pct.mean():4.1f} %  never there "
        f"{whole.never_pct.mean():4.1f} %  excess {more:+5.2f} points ({more_error:.2f}), nearer "
        f"by {nearer:+5.2f} of 100 places ({nearer_error:.2f})"
    )


def luck(found: Sequence[Sequence[Found]]) -> float:
    """How often who was hidden and who never there, drawn again, looks as bad as what was seen.

    Parameters
    ----------
    found : sequence of sequence of Found
        Of each attack, what it finds in each town.

    Returns
    -------
    float
        Of `N_DRAWN` draws of who was which in each set, the share where the best of all the
        attacks is as good (mean places by their standard error) as the best of them was.
    """
    places = np.array([np.concatenate([one.places for one in of]) for of in found])
    rng = np.random.default_rng(1)
    signs = rng.choice((-1.0, 1.0), (N_DRAWN, places.shape[1]))
    places = places[places.any(axis=1)]  # what tells nothing at all moves no place
    if not len(places):
        return 1.0
    size = np.sqrt((places**2).sum(axis=1))
    drawn = (signs @ (places / size[:, None]).T).max(axis=1)
    return float((drawn >= (places.sum(axis=1) / size).max()).mean())


def main() -> None:
    """Seek, and print the table, way by way."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("plans", nargs="+", type=Path)
    asked.add_argument("--sets", type=int, default=50)
    asked.add_argument(
        "--ways", default=f"{TOGETHER},{APART}", help=f"with commas: {', '.join(WAYS)}"
    )
    chosen = asked.parse_args()
    for way in chosen.ways.split(","):
        towns = [town_of(path, chosen.sets, way) for path in chosen.plans]
        found_by: dict[str, list[list[Found]]] = {}
        for family, name, found in table(towns):
            of_towns = " ".join(f"{one.nearer[0]:+.1f}" for one in found)
            print(way, line(family, name, found), "|", of_towns, flush=True)
            if name != LEARNED:
                found_by.setdefault(family, []).append(found)
        for family, of_attacks in found_by.items():
            print(f"{family}: as bad by luck alone in {100 * luck(of_attacks):.1f} % of draws")
        counts = N_DIVIDED[way, True], N_DIVIDED[way, False]
        print(f"{way}: {counts[0]} divisions of all, {counts[1]} of those who may be shown")


if __name__ == "__main__":
    main()
