"""Hourly carers (timanställda) of the demo: called in where the roster leaves a date short.

Permanent staff work every second weekend, so weekends are thin while weekdays have some to spare,
and absence falls where it falls. Every municipality fills such holes with people who work a few
shifts a fortnight (LU-33 counts them). They belong to the pool of their base, keep to one part of
the day, and come back to the same base, so that clients meet few of them.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from data.demo.delegations import draw_skills
from data.demo.rosters import FULL_TIME_SHIFTS_2W, HOURS, MOST_DAYS_IN_ROW, PARTS, Needs
from data.demo.workforce import travel_mode
from data.matter_model import Part
from data.model import Base, Shift, Staff, Title

HOURLY = "V"
"""How their ids begin."""
MARGIN = 1.12
"""Shifts wanted for each shift needed: hands must be where the windows are, not only in sum."""
MOST_SHIFTS_2W = 5
"""Of one hourly carer."""
SHARE_NURSES = 0.55
"""Fewer of them hold the title than of the permanent staff [inf]."""


def call_in(
    staff: Sequence[Staff], roster: Sequence[Shift], needs: Needs, bases: Sequence[Base],
    rng: np.random.Generator,
) -> tuple[list[Staff], list[Shift]]:  # fmt: skip
    """The staff and the roster with hourly carers on the dates that are short.

    Parameters
    ----------
    needs : mapping
        Shifts needed by (team or base, date, part), as for `data.demo.rosters.make_roster`.
    """
    at_work = _at_work(staff, roster)
    dates = sorted({shift.date for shift in roster})
    n_fortnights = max(1, math.ceil(len(dates) / 14))
    people, rows = list(staff), list(roster)
    for base in sorted(bases, key=lambda place: place.base_id):
        far = _share_by_car(staff, base.base_id)
        for part in PARTS:
            short = [
                day
                for day in dates
                for _ in range(_n_short(needs, at_work, base.base_id, day, part))
            ]
            for days in _deal(short, n_fortnights):
                carer = _temp(len(people) - len(staff) + 1, base, part, far, dates[0], rng)
                share = 100 * len(days) / (FULL_TIME_SHIFTS_2W * max(len(dates) / 14, 1))
                people.append(replace(carer, employment_pct=max(round(share), 1)))
                rows += [Shift(carer.staff_id, day, *HOURS[part]) for day in days]
    rows.sort(key=lambda shift: (shift.staff_id, shift.date, shift.start_s))
    return people, rows


def _at_work(
    staff: Sequence[Staff], roster: Sequence[Shift]
) -> dict[tuple[str, dt.date, Part], int]:
    """Shifts worked from each base."""
    base_of = {carer.staff_id: carer.base_id for carer in staff}
    n_at_work: dict[tuple[str, dt.date, Part], int] = {}
    for shift in roster:
        if shift.kind == "work":
            key = (base_of[shift.staff_id], shift.date, shift.part)
            n_at_work[key] = n_at_work.get(key, 0) + 1
    return n_at_work


def _n_short(
    needs: Needs, at_work: Mapping[tuple[str, dt.date, Part], int], base_id: str, day: dt.date,
    part: Part,
) -> int:  # fmt: skip
    """Shifts lacking; a quarter of one is let pass."""
    key = (base_id, day, part)
    return max(0, math.ceil(MARGIN * needs.get(key, 0.0) - at_work.get(key, 0) - 0.25))


def _deal(short: Sequence[dt.date], n_fortnights: int) -> list[list[dt.date]]:
    """The dates of each carer: as few people as keep to one shift a day and the most allowed."""
    dealt: list[list[dt.date]] = []
    for day in short:
        free = (days for days in dealt if _may_add(days, day, n_fortnights))
        mine = next(free, None)
        if mine is None:
            dealt.append([day])
        else:
            mine.append(day)
    return dealt


def _may_add(days: Sequence[dt.date], day: dt.date, n_fortnights: int) -> bool:
    if day in days or len(days) >= MOST_SHIFTS_2W * n_fortnights:
        return False
    run = longest = 1
    for a, b in pairwise([*days, day]):
        run = run + 1 if (b - a).days == 1 else 1
        longest = max(longest, run)
    return longest <= MOST_DAYS_IN_ROW


def _share_by_car(staff: Sequence[Staff], base_id: str) -> float:
    here = [carer.travel_mode == "car" for carer in staff if carer.base_id == base_id]
    return sum(here) / max(len(here), 1)


def _temp(
    number: int, base: Base, part: Part, share_far: float, first_day: dt.date,
    rng: np.random.Generator,
) -> Staff:  # fmt: skip
    title: Title = "assistant_nurse" if rng.random() < SHARE_NURSES else "care_assistant"
    return Staff(
        staff_id=f"{HOURLY}{number:04d}",
        role="pool",
        shift_group=part,
        title=title,
        team_id="",
        skills=draw_skills(title, first_day, rng),
        travel_mode=travel_mode(share_far, rng),
        base_id=base.base_id,
        pet_allergy=bool(rng.random() < 0.08),
        hourly=True,
    )
