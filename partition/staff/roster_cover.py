"""Staff moved between teams until the roster covers every date where the work is.

Heads in proportion to work are not enough: who is part time, absent or on the other weekend
decides which dates are short (MA-38). So carers are moved, one at a time, while that lowers the
rounds lacking per date and shift, in the teams (by day) and in the areas (day and evening, where
floaters and the pool help out), by more than the clients whom the carer knows are worth.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.care.eligibility import absences
from data.model import Municipality, Staff
from data.plans import Team

SPARE_PCT = 10
"""Rounds wanted above the estimate, so that absence and bad luck have room.

Of what `partition.staff.staffing` counts (108 contacts, 84 vices, 52 moved, 10.4 lacking): with 5,
111, 86, 53 and 10.3; with 20, 108, 83, 60 and 9.5."""
AREA_WEIGHT = 4
"""A round lacking in a whole area cannot be lent by a neighbour: it weighs more. 2: 111, 86,
54 and 10.2; 8: 105, 79, 50 and 10.2."""
N_MOVES_MAX = 400
"""Each is an improvement, so it ends by itself; this bounds the time."""
FAMILIAR = 200
"""Fifty familiar clients (the team's, and five of one's own) are worth one round lacking once.
Half: 108, 80, 53 and 10.5; twice: 109, 88, 51 and 10.5."""


@dataclass(frozen=True)
class Cover:
    """Need and supply in thousandths of rounds; slots are dates × (day, evening).

    Attributes
    ----------
    need : ndarray, int64, shape (n_teams, n_slots)
    supply : ndarray, int64, shape (n_staff, n_slots)
    area : ndarray, int64, shape (n_teams,)
        Dense index of each team's area.
    is_pool : ndarray, bool, shape (n_staff,)
        The pool helps its area, and no team of its own.
    """

    need: NDArray[np.int64]
    supply: NDArray[np.int64]
    area: NDArray[np.int64]
    is_pool: NDArray[np.bool_]


def make_cover(
    municipality: Municipality,
    teams: Sequence[Team],
    staff: Sequence[Staff],
    milli_rounds: NDArray[np.int64],
) -> Cover:
    """Lay out need and supply over the roster's dates.

    Parameters
    ----------
    milli_rounds : ndarray, int64, shape (n_teams, 14)
        Rounds needed: seven weekdays by day, then seven by evening.
    """
    dates = municipality.dates
    weekday = np.array([day.weekday() for day in dates], dtype=np.int64)
    need = np.concatenate([milli_rounds[:, weekday], milli_rounds[:, 7 + weekday]], axis=1)
    areas = sorted({team.area_id for team in teams})
    return Cover(
        need * (100 + SPARE_PCT) // 100,
        _supply(municipality, staff, dates),
        np.array([areas.index(team.area_id) for team in teams], dtype=np.int64),
        np.array([carer.role == "pool" for carer in staff], dtype=np.bool_),
    )


def _supply(
    municipality: Municipality, staff: Sequence[Staff], dates: Sequence[dt.date]
) -> NDArray[np.int64]:
    """Thousandths of rounds that each carer can give on each slot; absence counted off."""
    row = {carer.staff_id: s for s, carer in enumerate(staff)}
    column = {day: d for d, day in enumerate(dates)}
    away = absences(municipality)
    supply = np.zeros((len(staff), 2 * len(dates)), dtype=np.int64)
    for shift in municipality.roster:
        if shift.kind != "work" or (shift.staff_id, shift.date) in away:
            continue
        part = int(shift.part == "evening")
        milli = 1000 * (shift.end_s - shift.start_s) // municipality.hours.shift_s[part]
        supply[row[shift.staff_id], part * len(dates) + column[shift.date]] += milli
    return supply


def lack(need: NDArray[np.int64], have: NDArray[np.int64]) -> NDArray[np.int64]:
    """Squared rounds lacking: two dates half a round short beat one a whole round short."""
    short = np.maximum(need - have, 0) // 10
    result: NDArray[np.int64] = (short * short).sum(axis=-1)
    return result


class _Balance:
    """Rounds lacking under a changing division of the staff, kept up to date move by move."""

    def __init__(self, cover: Cover, team: NDArray[np.int64]) -> None:
        n_slots = cover.need.shape[1]
        n_areas = int(cover.area.max()) + 1
        by_day = np.arange(n_slots) < n_slots // 2
        self.cover, self.team = cover, team
        self.own = np.where(cover.is_pool[:, None], 0, cover.supply)
        self.team_need = np.where(by_day, cover.need, 0)  # evenings are shared by the area
        self.area_need = np.zeros((n_areas, n_slots), dtype=np.int64)
        np.add.at(self.area_need, cover.area, cover.need)
        self.have = np.zeros_like(cover.need)
        np.add.at(self.have, team, self.own)
        self.area_have = np.zeros_like(self.area_need)
        np.add.at(self.area_have, cover.area[team], cover.supply)
        self.into_team = np.zeros((len(team), len(cover.need)), dtype=np.int64)
        self.into_area = np.zeros((len(team), n_areas), dtype=np.int64)
        self.from_team = np.zeros(len(team), dtype=np.int64)
        self.from_area = np.zeros(len(team), dtype=np.int64)
        self._refresh(range(len(cover.need)), range(n_areas))

    def _refresh(self, teams: Iterable[int], areas: Iterable[int]) -> None:
        """Recount what joining and leaving these teams and areas changes, for everyone."""
        for k in teams:
            need, have = self.team_need[k], self.have[k]
            self.into_team[:, k] = lack(need, have) - lack(need, have + self.own)
            mine = np.flatnonzero(self.team == k)
            self.from_team[mine] = lack(need, have) - lack(need, have - self.own[mine])
        area, supply = self.cover.area[self.team], self.cover.supply
        for a in areas:
            need, have = self.area_need[a], self.area_have[a]
            self.into_area[:, a] = lack(need, have) - lack(need, have + supply)
            mine = np.flatnonzero(area == a)
            self.from_area[mine] = lack(need, have) - lack(need, have - supply[mine])

    def gains(self) -> NDArray[np.int64]:
        """How much less is lacking when carer s goes to team k, shape (n_staff, n_teams)."""
        area = self.cover.area
        elsewhere = area[self.team][:, None] != area[None, :]
        of_area = self.from_area[:, None] + self.into_area[:, area]
        gain: NDArray[np.int64] = self.from_team[:, None] + self.into_team
        gain = gain + np.where(elsewhere, AREA_WEIGHT * of_area, 0)
        gain[np.arange(len(self.team)), self.team] = 0
        return gain

    def move(self, s: int, k: int) -> None:
        """Carer ``s`` goes to team ``k``."""
        old, area = int(self.team[s]), self.cover.area
        self.have[old] -= self.own[s]
        self.have[k] += self.own[s]
        self.area_have[area[old]] -= self.cover.supply[s]
        self.area_have[area[k]] += self.cover.supply[s]
        self.team[s] = k
        self._refresh((old, k), {int(area[old]), int(area[k])})


def even_out(
    cover: Cover, team: NDArray[np.int64], group: NDArray[np.int64], known: NDArray[np.int64]
) -> None:
    """Move carers between teams, in place, while fewer rounds are lacking.

    Parameters
    ----------
    team : ndarray, int64, shape (n_staff,)
        Team index of each carer; changed.
    group : ndarray, int64, shape (n_staff,)
        Carers of one group can stand in for each other; the last of a group stays in its team.
    known : ndarray, int64, shape (n_staff, n_teams)
        Clients known; leaving them has a price.
    """
    balance = _Balance(cover, team)
    for _ in range(N_MOVES_MAX):
        gain = balance.gains()
        strangers = known[np.arange(len(team)), team][:, None] - known
        gain = np.where(gain > 0, gain - FAMILIAR * strangers, 0)
        gain[_last_of_group(team, group)] = 0
        best = int(gain.argmax())
        s, k = divmod(best, gain.shape[1])
        if gain[s, k] <= 0:
            return
        balance.move(s, k)


def _last_of_group(team: NDArray[np.int64], group: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Carers who are alone of their group in their team, shape (n_staff,)."""
    key = team * (int(group.max(initial=0)) + 1) + group
    alone: NDArray[np.bool_] = np.bincount(key, minlength=int(key.max(initial=0)) + 1)[key] == 1
    return alone
