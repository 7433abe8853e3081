"""The demo's roster: two-week patterns, every second weekend, absence, meetings, rest.

Day 07–15 and evening 15–22 (LU-28). Nobody works a day shift after an evening shift (eleven
hours' rest, AB 2023), nor more than six days in a row. The pool fills what absence and weekends
leave short.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations, product
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from data.care.recurrence import MONDAY_ZERO
from data.matter_model import Part
from data.model import RosterKind, Shift, Staff
from data.units import DAY_FROM_S, EVENING_FROM_S, EVENING_TO_S, HOUR_S, MINUTE_S

PARTS: tuple[Part, Part] = ("day", "evening")
HOURS: Mapping[Part, tuple[int, int]] = {
    "day": (DAY_FROM_S, EVENING_FROM_S),
    "evening": (EVENING_FROM_S, EVENING_TO_S),
}
FULL_TIME_SHIFTS_2W = 10
"""Shifts in two weeks at full time: 37 hours a week with rotating weekends, breaks unpaid."""
MOST_DAYS_IN_ROW = 6
CYCLE_DAYS = 14
SHARE_ABSENT = 0.13
"""Of the rostered shifts, 12–15 % [inf]."""

MEETINGS: Mapping[Part, tuple[int, int]] = {
    "day": (13 * HOUR_S + 30 * MINUTE_S, 45 * MINUTE_S),
    "evening": (15 * HOUR_S + 10 * MINUTE_S, 30 * MINUTE_S),
}
"""When each part's weekly meeting begins, and how long it is (LU-42)."""

N_REVISIONS: Mapping[str, int] = {"contact": 0, "floater": 1, "pool": 3}
"""How often each role's patterns are laid anew when all are known."""

Days = NDArray[np.bool_]
Floats = NDArray[np.float64]
Needs = Mapping[tuple[str, dt.date, Part], float]
"""Shifts needed per group (team or base), date and part."""


@cache
def _patterns(n_weekdays: int, weekends: tuple[bool, bool], parts: tuple[Part, Part]) -> Days:
    """All lawful two-week patterns, shape (n, 14), Monday first, repeated for ever.

    At most six days in a row, one day free in each week (with the nights around it more than the
    36 hours of weekly rest), no day shift on the morning after an evening one.
    """
    weekdays = [d for d in range(CYCLE_DAYS) if d % 7 < 5]
    patterns = []
    for chosen in combinations(weekdays, min(n_weekdays, 10)):
        days = np.zeros(CYCLE_DAYS, dtype=bool)
        days[list(chosen)] = True
        days[[5, 6]], days[[12, 13]] = weekends[0], weekends[1]
        per_week = int(days.reshape(2, 7).sum(axis=1).max())
        run = longest = 0
        for on in np.tile(days, 2).tolist():
            run = run + 1 if on else 0
            longest = max(longest, run)
        clash = any(
            days[7 * week - 1] and days[7 * week] and parts[week - 1] == "evening"
            and parts[week] == "day"
            for week in (0, 1)
        )  # fmt: skip
        if longest <= MOST_DAYS_IN_ROW and not clash and per_week <= 6:
            patterns.append(days)
    return np.array(patterns).reshape(-1, CYCLE_DAYS)


@dataclass
class _Cover:
    """Shifts placed so far against those needed, per team or base and part, over the horizon."""

    needs: dict[tuple[str, Part], Floats]
    placed: dict[tuple[str, Part], Floats]

    @classmethod
    def of(cls, needs: Needs, dates: Sequence[dt.date]) -> _Cover:
        """Empty cover of the needs."""
        groups = sorted({group for group, _, _ in needs})
        wanted = {
            (group, part): np.array([needs.get((group, day, part), 0.0) for day in dates])
            for group in groups
            for part in PARTS
        }
        return cls(wanted, {key: np.zeros(len(dates)) for key in wanted})

    def excess(self, carer: Staff, part: Part) -> Floats:
        """How much one shift more would worsen the cover of each date, shape (n_dates,).

        The cover's badness is the sum of (placed - needed)² / needed over dates, at the base and,
        for a contact, in the team too; this is its change.
        """
        total = np.zeros(len(self.needs[carer.base_id, part]))
        for group in {carer.base_id, carer.team_id if carer.role == "contact" else carer.base_id}:
            need = np.maximum(self.needs[group, part], 0.3)
            total += (2 * (self.placed[group, part] - need) + 1) / need
        return total

    def add(self, carer: Staff, works: Mapping[Part, NDArray[np.bool_]], sign: int = 1) -> None:
        """Count a carer's days in the team and at the base."""
        for group in (carer.team_id, carer.base_id):
            for part, days in works.items():
                if (group, part) in self.placed:
                    self.placed[group, part] += sign * days


def _place(carer: Staff, flips: tuple[int, ...], dates_phase: NDArray[np.int64], cover: _Cover,
           rng: np.random.Generator) -> tuple[int, dict[Part, Days]]:  # fmt: skip
    """The lawful pattern that evens out the cover most: its weekend, and worked days per part."""
    exact = FULL_TIME_SHIFTS_2W * carer.employment_pct / 100
    n_shifts = int(exact) + int(rng.random() < exact - int(exact))
    if carer.shift_group == "both":
        combos: list[tuple[Part, Part]] = [(a, b) for a in PARTS for b in PARTS]
    else:
        combos = [(carer.shift_group, carer.shift_group)]
    weekends = [(False, True)] + ([(True, True)] if carer.role == "pool" else [])
    excess = {part: cover.excess(carer, part) for part in PARTS}
    best: tuple[float, int, dict[Part, Days]] | None = None
    for flip, parts, pair in product(flips, combos, weekends):
        phase = (dates_phase + 7 * flip) % CYCLE_DAYS
        week_part = np.where(phase < 7, parts[0], parts[1])
        fill = np.where(week_part == "day", excess["day"], excess["evening"])
        options = _patterns(n_shifts - 2 * sum(pair), pair, parts)[:, phase]
        if len(options) == 0:
            continue
        cost = (options * fill).sum(axis=1) / np.maximum(options.sum(axis=1), 1)
        pick = int(np.argmin(cost))
        if best is None or cost[pick] < best[0]:
            works = {part: options[pick] & (week_part == part) for part in PARTS}
            best = (float(cost[pick]), flip, works)
    assert best is not None, "every contract has a lawful pattern"
    cover.add(carer, best[2])
    return best[1], best[2]


def _absences(
    staff: Sequence[Staff], worked: Mapping[str, Mapping[Part, NDArray[np.bool_]]], n_days: int,
    rng: np.random.Generator,
) -> dict[str, tuple[NDArray[np.bool_], NDArray[np.bool_]]]:  # fmt: skip
    """Days on leave and days sick of each carer, spread evenly over the teams."""
    away = {c.staff_id: (np.zeros(n_days, bool), np.zeros(n_days, bool)) for c in staff}
    groups: dict[tuple[str, str], list[Staff]] = {}
    for carer in staff:
        groups.setdefault((carer.team_id or carer.base_id, carer.shift_group), []).append(carer)
    carried = 0.0
    for _, members in sorted(groups.items()):
        total = sum(int(days.sum()) for c in members for days in worked[c.staff_id].values())
        carried += SHARE_ABSENT * total
        for carer in (members[i] for i in rng.permutation(len(members)).tolist()):
            if carried < 1:
                break
            leave = rng.random() < 0.45
            n_away = int(rng.integers(6, 15)) if leave else int(rng.integers(1, 6))
            begin = int(rng.integers(-3 if leave else 0, max(n_days - 1, 1)))
            days = away[carer.staff_id][0 if leave else 1]
            days[max(begin, 0) : begin + n_away] = True
            at_work = worked[carer.staff_id]["day"] | worked[carer.staff_id]["evening"]
            carried -= float((days & at_work).sum())
    return away


def make_roster(
    staff: Sequence[Staff], needs: Needs, first_day: dt.date, n_days: int, rng: np.random.Generator
) -> list[Shift]:
    """Shifts, leave, sickness and meetings of everybody over the horizon, by person and date.

    Parameters
    ----------
    needs : mapping
        Shifts needed by (team or base, date, part); contacts are laid by their team's need,
        floaters and pool by their base's, after absence.
    """
    dates = [first_day + dt.timedelta(i) for i in range(n_days)]
    cover = _Cover.of(needs, dates)
    phase = np.array([(day - MONDAY_ZERO).days % CYCLE_DAYS for day in dates])
    flip: dict[str, int] = {}
    worked: dict[str, dict[Part, NDArray[np.bool_]]] = {}
    away: dict[str, tuple[NDArray[np.bool_], NDArray[np.bool_]]] = {}
    for role in ("contact", "floater", "pool"):
        group = [carer for carer in staff if carer.role == role]
        for k, carer in enumerate(group):
            twin = flip.get(carer.twin_id) if carer.twin_id else None
            flips = (k % 2,) if twin is None else (1 - twin,)
            flip[carer.staff_id], worked[carer.staff_id] = _place(
                carer, flips if role == "contact" else (0, 1), phase, cover, rng
            )
        for carer in group * N_REVISIONS[role]:
            cover.add(carer, worked[carer.staff_id], -1)
            worked[carer.staff_id] = _place(carer, (0, 1), phase, cover, rng)[1]
        gone = _absences(group, worked, n_days, rng)
        for carer in group:
            leave, sick = gone[carer.staff_id]
            cover.add(carer, {p: d & (leave | sick) for p, d in worked[carer.staff_id].items()}, -1)
        away |= gone
    return _rows(staff, worked, away, dates)


def _rows(
    staff: Sequence[Staff], worked: Mapping[str, Mapping[Part, NDArray[np.bool_]]],
    away: Mapping[str, tuple[NDArray[np.bool_], NDArray[np.bool_]]], dates: Sequence[dt.date],
) -> list[Shift]:  # fmt: skip
    """The roster's lines; the weekly meeting of each team lies inside its members' shifts."""
    rows: list[Shift] = []
    for carer in sorted(staff, key=attrgetter("staff_id")):
        leave, sick = away[carer.staff_id]
        group = carer.team_id or carer.base_id
        meeting_day = 1 + sum(group.encode()) % 3
        for i, day in enumerate(dates):
            for part in PARTS:
                if not worked[carer.staff_id][part][i]:
                    continue
                start_s, end_s = HOURS[part]
                kind: RosterKind = "sick" if sick[i] else "leave" if leave[i] else "work"
                rows.append(Shift(carer.staff_id, day, start_s, end_s, kind))
                if kind == "work" and day.weekday() == meeting_day:
                    begin_s, length_s = MEETINGS[part]
                    rows.append(Shift(carer.staff_id, day, begin_s, begin_s + length_s, "meeting"))
    return rows
