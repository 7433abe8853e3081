"""What whoever is on call needs after office hours (NO-02): who is at work, where there is room.

From one clock time of a date on: each carer's shift with what is left of it, the gaps in which a
new visit could be put, what must never be dropped, and what nobody makes.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

from data.plans import PlanRow
from routing.check.view import PlanView, Tour

GAP_S = 20 * 60
"""A shorter gap holds no visit."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Free time between two things; the way to and from a new place comes out of it."""

    staff_id: str
    area_id: str
    start_s: int
    end_s: int
    after: str
    """The client left last; empty at the base."""
    before: str
    skills: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OnDuty:
    """One shift that has not ended."""

    staff_id: str
    team_id: str
    area_id: str
    start_s: int
    end_s: int
    n_left: int
    """Visits that have not begun."""
    next_client: str
    next_s: int | None


@dataclass(frozen=True)
class OnCall:
    """The evening as it stands from ``from_s`` on."""

    date: dt.date
    from_s: int
    on_duty: tuple[OnDuty, ...]
    gaps: tuple[Gap, ...]
    must: tuple[PlanRow, ...]
    """Visits of priority 1 that have not begun, in order of time (NO-16)."""
    unplanned: tuple[str, ...]
    """Visits of the date that nobody makes."""


def on_call(view: PlanView, day: dt.date, from_s: int) -> OnCall:
    """What is left of ``day`` from ``from_s`` on."""
    tours = [
        tour
        for tour in view.tours
        if tour.rows[0].date == day and tour.shift is not None and tour.shift.end_s > from_s
    ]
    areas = view.team_plan.staff_area
    duty, gaps = [], []
    for tour in tours:
        duty.append(_duty(view, tour, from_s, areas.get(tour.carer.staff_id, "")))
        gaps += _gaps(tour, from_s, areas.get(tour.carer.staff_id, ""))
    must = [
        stop.row for tour in tours for stop in tour.stops
        if stop.visit.priority == 1 and stop.row.start_s >= from_s
    ]  # fmt: skip
    return OnCall(
        day, from_s,
        tuple(sorted(duty, key=lambda on_duty: (on_duty.area_id, on_duty.staff_id))),
        tuple(sorted(gaps, key=lambda gap: (gap.start_s, gap.staff_id))),
        tuple(sorted(must, key=lambda row: (row.start_s, row.visit_id, row.carer_no))),
        tuple(sorted({row.visit_id for row in view.plan.unplanned if row.date == day})),
    )  # fmt: skip


def _duty(view: PlanView, tour: Tour, from_s: int, area_id: str) -> OnDuty:
    shift = tour.shift
    assert shift is not None
    left = [stop.row for stop in tour.stops if stop.row.start_s >= from_s]
    return OnDuty(
        tour.carer.staff_id, view.team_plan.staff_team.get(tour.carer.staff_id, ""), area_id,
        shift.start_s, shift.end_s, len(left),
        left[0].client_id if left else "", left[0].start_s if left else None,
    )  # fmt: skip


def _gaps(tour: Tour, from_s: int, area_id: str) -> list[Gap]:
    gaps = []
    for before, row in pairwise(tour.rows):
        begin = max(before.end_s, from_s)
        end = row.start_s - row.travel_s - row.access_s
        if row.kind == "end" and tour.shift is not None:
            end = tour.shift.end_s - row.travel_s
        if end - begin >= GAP_S:
            skills = tuple(sorted(s for s in tour.carer.skills if tour.carer.holds(s, row.date)))
            gaps.append(
                Gap(tour.carer.staff_id, area_id, begin, end, before.client_id, row.client_id,
                    skills)
            )  # fmt: skip
    return gaps
