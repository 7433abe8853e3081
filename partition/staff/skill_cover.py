"""Carers exchanged between areas until each date and shift holds the skills that it asks for.

Rounds are covered by heads, and still nobody at work in an area on one evening may hold all
delegations that a visit needs (LU-34), while a neighbouring area has three such. So need and
supply are counted for every set of skills that some visit asks for: of a visit that needs insulin
and medicine, only who holds both is supply. Carers of one group (role, hours, title) are then
exchanged between areas, or moved, while that lowers what is lacking by more than the clients whom
they know are worth.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.care.care_calendar import occurrences_of
from data.care.eligibility import absences, lacking
from data.model import Municipality, Staff
from data.plans import Team
from data.units import HOUR_S
from partition.staff.peak_need import N_QUARTERS, QUARTER_S, spread
from partition.staff.roster_cover import FAMILIAR, Cover, lack

SPAN = 4
"""An hour: what is delegated is bound to the hour (insulin before breakfast)."""
SHORT_S = 3 * HOUR_S
"""A shift as long as this is one person with the skill, however long it is. Two and five hours
give the same (`benchmarks.staffing_weights`)."""
SKILL_WEIGHT = 6
"""One who holds the skills, lacking once, against one round lacking in a team. Half gives the same,
twice three vices less (`benchmarks.staffing_weights`)."""
N_LIKELY = 30
"""So many carers of other areas are tried against each carer of an area that lacks some. Half and
twice give the same."""
N_EXCHANGES_MAX = 600
"""Each is an improvement, so it ends by itself; this bounds the time."""


@dataclass(frozen=True)
class SkillCover:
    """Who is needed and who is there; the first layer is everybody, then one a set of skills.

    Attributes
    ----------
    need : ndarray, int64, shape (n_areas, n_layers, n_slots)
        Thousandths of carers; slots are dates by day, then the same dates by evening.
    supply : ndarray, int64, shape (n_staff, n_layers, n_slots)
    """

    need: NDArray[np.int64]
    supply: NDArray[np.int64]


def make_skill_cover(
    municipality: Municipality, teams: Sequence[Team], staff: Sequence[Staff], cover: Cover
) -> SkillCover:
    """Lay out need and supply of each set of skills; the first layer is `cover`'s own."""
    sets = sorted({visit.skills for visit in municipality.visits if visit.skills}, key=sorted)
    n_slots, n_areas = cover.need.shape[1], int(cover.area.max()) + 1
    need = np.zeros((n_areas, 1 + len(sets), n_slots), dtype=np.int64)
    np.add.at(need[:, 0], cover.area, cover.need)
    need[:, 1:] = _skilled_need(municipality, teams, cover.area, sets)
    supply = np.zeros((len(staff), 1 + len(sets), n_slots), dtype=np.int64)
    supply[:, 0] = cover.supply
    for s, layer, slot in _skilled_shifts(municipality, staff, sets):
        supply[s, 1 + layer, slot] = 1000
    return SkillCover(need, supply)


def _skilled_need(
    municipality: Municipality,
    teams: Sequence[Team],
    area: NDArray[np.int64],
    sets: Sequence[frozenset[str]],
) -> NDArray[np.int64]:
    """Thousandths of carers needed at once with each set of skills in the hour that needs most.

    As many as one visit needs at least, however short it is.
    """
    dates = municipality.dates
    column = {day: d for d, day in enumerate(dates)}
    shape = (int(area.max()) + 1, len(sets), 2 * len(dates))
    curve = np.zeros((*shape, N_QUARTERS))
    least = np.zeros(shape, dtype=np.int64)
    for k, team in enumerate(teams):
        for client_id in team.client_ids:
            client = municipality.client_by_id[client_id]
            for visit in municipality.visits_of[client_id]:
                layers = [q for q, skills in enumerate(sets) if skills <= visit.skills]
                if not layers or visit.n_per_period:
                    continue  # what is free goes to a day when somebody can
                slots = [
                    column[occurrence.dates[0]] + len(dates) * (visit.shift == "evening")
                    for occurrence in occurrences_of(visit, client, dates)
                ]
                busy = spread(visit.earliest_s, visit.latest_s + visit.duration_s)
                busy = busy * visit.carers_required * visit.duration_s / QUARTER_S
                for q in layers:
                    curve[area[k], q, slots] += busy
                    least[area[k], q, slots] = np.maximum(
                        least[area[k], q, slots], 1000 * visit.carers_required
                    )
    summed = np.cumsum(np.pad(curve, ((0, 0), (0, 0), (0, 0), (1, 0))), axis=3)
    mean = (summed[..., SPAN:] - summed[..., :-SPAN]) / SPAN
    result: NDArray[np.int64] = np.maximum(np.rint(1000 * mean.max(axis=3)).astype(np.int64), least)
    return result


def _skilled_shifts(
    municipality: Municipality, staff: Sequence[Staff], sets: Sequence[frozenset[str]]
) -> Iterator[tuple[int, int, int]]:
    """Carer, set and slot of each shift of somebody who holds the whole set on that day."""
    row = {carer.staff_id: s for s, carer in enumerate(staff)}
    column = {day: d for d, day in enumerate(municipality.dates)}
    away = absences(municipality)
    for entry in municipality.roster:
        is_gone = (entry.staff_id, entry.date) in away
        if entry.kind != "work" or is_gone or entry.end_s - entry.start_s < SHORT_S:
            continue
        carer = staff[row[entry.staff_id]]
        slot = column[entry.date] + len(column) * (entry.part == "evening")
        for layer, skills in enumerate(sets):
            if not lacking(carer, skills, entry.date):
                yield row[entry.staff_id], layer, slot


class _Areas:
    """What is lacking in each area under a changing division of the staff."""

    def __init__(self, skills: SkillCover, area_of: NDArray[np.int64]) -> None:
        self._need, self._supply = skills.need, skills.supply
        self.area_of = area_of
        self._have = np.zeros_like(skills.need)
        np.add.at(self._have, area_of, skills.supply)
        n_layers = skills.need.shape[1]
        self._weight = np.array([1] + [SKILL_WEIGHT] * (n_layers - 1), dtype=np.int64)
        self.lacks = self._price(self._need, self._have)

    def _price(self, need: NDArray[np.int64], have: NDArray[np.int64]) -> NDArray[np.int64]:
        result: NDArray[np.int64] = (lack(need, have) * self._weight).sum(axis=-1)
        return result

    def skills_lacking(self, a: int) -> int:
        """How much of skills is lacking in the area, heads apart."""
        return int(lack(self._need[a, 1:], self._have[a, 1:]).sum())

    def gain_into(self, a: int, people: NDArray[np.int64]) -> NDArray[np.int64]:
        """How much less is lacking in area ``a`` with each of ``people`` beside its own."""
        with_them = self._have[a] + self._supply[people]
        gain: NDArray[np.int64] = self.lacks[a] - self._price(self._need[a], with_them)
        return gain

    def gain_of(self, s: int, t: int) -> int:
        """How much less is lacking when ``s`` changes area with ``t``, or (-1) goes there."""
        a, b = int(self.area_of[s]), int(self.area_of[t])
        change = self._supply[t] - self._supply[s]
        after_a = self._price(self._need[a], self._have[a] + change)
        after_b = self._price(self._need[b], self._have[b] - change)
        return int(self.lacks[a] + self.lacks[b] - after_a - after_b)

    def exchange(self, s: int, t: int) -> None:
        """Let ``s`` and ``t`` change areas."""
        a, b = int(self.area_of[s]), int(self.area_of[t])
        change = self._supply[t] - self._supply[s]
        self._have[a] += change
        self._have[b] -= change
        self.area_of[s], self.area_of[t] = b, a
        for area in (a, b):
            self.lacks[area] = self._price(self._need[area], self._have[area])


def even_out_skills(
    cover: Cover,
    skills: SkillCover,
    team: NDArray[np.int64],
    group: NDArray[np.int64],
    known: NDArray[np.int64],
) -> None:
    """Exchange carers of one group between areas, in place, while fewer skills are lacking.

    Parameters
    ----------
    team : ndarray, int64, shape (n_staff,)
        Team index of each carer; changed.
    group : ndarray, int64, shape (n_staff,)
        Only carers of one group are exchanged; below zero: stays.
    known : ndarray, int64, shape (n_staff, n_teams)
        Clients known; leaving them has a price.
    """
    areas = _Areas(skills, cover.area[team])
    given_up: set[int] = set()
    for _ in range(N_EXCHANGES_MAX):
        open_areas = [
            a for a in range(len(areas.lacks)) if a not in given_up and areas.skills_lacking(a) > 0
        ]
        if not open_areas:
            return
        a = max(open_areas, key=lambda area: (areas.skills_lacking(area), -area))
        best = _best_exchange(areas, a, team, group, known)
        if best is None:
            given_up.add(a)
            continue
        s, t = best
        areas.exchange(s, t)
        team[s], team[t] = team[t], team[s]
        given_up.clear()


def _best_exchange(
    areas: _Areas,
    a: int,
    team: NDArray[np.int64],
    group: NDArray[np.int64],
    known: NDArray[np.int64],
) -> tuple[int, int] | None:
    """The exchange between area ``a`` and another that gains most, or None where none does."""
    best: tuple[int, int, int] | None = None
    mine = np.flatnonzero((areas.area_of == a) & (group >= 0))
    for s in mine.tolist():
        theirs = np.flatnonzero((areas.area_of != a) & (group == group[s]))
        if not len(theirs):
            continue
        into = areas.gain_into(a, theirs)
        likely = theirs[np.argsort(-into, kind="stable")[:N_LIKELY]]
        for t in likely.tolist():
            strangers = (
                known[s, team[s]] - known[s, team[t]] + known[t, team[t]] - known[t, team[s]]
            )
            gain = areas.gain_of(s, t) - FAMILIAR * int(strangers)
            if gain > 0 and (best is None or (-gain, s, t) < best):
                best = (-gain, s, t)
    return None if best is None else best[1:]
