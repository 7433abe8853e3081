"""What the planner has locked: visits to carers and times, whole rounds, and an order (D9, FA-16).

A lock is a hard rule. It enters the search as a shorter list of routes, a window of one second or a
time-lag, so no kernel needs to know of it; only who must be one of two carers is asked there. What
cannot be kept is named before the search, each with the rule that it meets.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from data.care.care_calendar import is_at_home
from data.care.eligibility import Bar, enters_home, lacking, personal_bars
from data.errors import InfeasibleError
from data.model import Municipality, Pin, VisitOccurrence
from data.plans import RoundPlan, TeamPlan
from data.travel_times import TravelTimes
from data.units import UNREACHABLE_S, clock
from routing.roster.joined_areas import is_of_another_area
from routing.roster.shifts import UsableShift

PIN_ABSENT = 1 << 36
"""What it costs not to plan a locked visit: more than all visits that are not locked."""

PinKey = tuple[str, dt.date, int]
"""Visit, date and carer number."""


def pins_of_plan(pins: Iterable[Pin], current: RoundPlan | None) -> tuple[Pin, ...]:
    """The locks, with the visits of each locked round as they stand in ``current``.

    A lock of a visit that the planner has written goes before what the round says.
    """
    all_pins = list(pins)
    written = {(pin.visit_id, pin.date, pin.carer_no) for pin in all_pins if pin.visit_id}
    closed = {(pin.staff_id, pin.date) for pin in all_pins if not pin.visit_id}
    for row in current.rows if current and closed else ():
        key = (row.visit_id, row.date, row.carer_no)
        if row.kind == "visit" and (row.staff_id, row.date) in closed and key not in written:
            all_pins.append(Pin(row.date, row.visit_id, row.staff_id, row.start_s, row.carer_no))
    return tuple(
        sorted(all_pins, key=lambda pin: (pin.date, pin.staff_id, pin.visit_id, pin.carer_no))
    )


def pins_kept(pins: Iterable[Pin], plan: RoundPlan) -> tuple[Pin, ...]:
    """The locks that a plan keeps, so that it can be loaded and asked about."""
    made = {(row.visit_id, row.date, row.carer_no): row for row in plan.rows}
    kept = []
    for pin in pins_of_plan(pins, plan):
        row = made.get((pin.visit_id, pin.date, pin.carer_no))
        if not pin.visit_id or (
            row is not None
            and pin.staff_id in ("", row.staff_id)
            and pin.start_s in (None, row.start_s)
        ):
            kept.append(pin)
    return tuple(kept)


def on_pinned_days(
    occurrences: Sequence[VisitOccurrence], pins: Iterable[Pin]
) -> tuple[VisitOccurrence, ...]:
    """The occurrences, where one whose day is free has the day that is locked."""
    days: dict[str, set[dt.date]] = defaultdict(set)
    for pin in pins:
        if pin.visit_id:
            days[pin.visit_id].add(pin.date)
    left = {visit_id: sorted(wanted) for visit_id, wanted in days.items()}
    result: list[VisitOccurrence] = []
    for occurrence in occurrences:
        wanted = left.get(occurrence.visit.visit_id, [])
        if occurrence.visit.n_per_period > 0 and occurrence.visit.visit_id in days:
            day = next((date for date in wanted if date in occurrence.dates), None)
            if day is not None:
                wanted.remove(day)
                occurrence = replace(occurrence, dates=(day,))
            else:  # at most one a date, so the locked days are taken
                free = tuple(
                    d for d in occurrence.dates if d not in days[occurrence.visit.visit_id]
                )
                occurrence = replace(occurrence, dates=free or occurrence.dates)
        result.append(occurrence)
    return tuple(result)


def refuse_contradictions(
    municipality: Municipality,
    team_plan: TeamPlan,
    travel: TravelTimes,
    pins: Sequence[Pin],
    occurrences: Iterable[VisitOccurrence],
    shifts: Sequence[UsableShift],
    dates: Iterable[dt.date],
    *,
    any_area: bool = False,
) -> None:
    """Name every lock that cannot be kept, alone or beside another.

    Parameters
    ----------
    any_area : bool
        Carers of other areas may come.

    Raises
    ------
    InfeasibleError
        With one line for each.
    """
    horizon = set(dates)
    mine = [pin for pin in pins if pin.visit_id and pin.date in horizon]
    if not mine:
        return
    due = {
        (occurrence.visit.visit_id, day) for occurrence in occurrences for day in occurrence.dates
    }
    working = {(shift.shift.staff_id, shift.shift.date) for shift in shifts}
    faults = [
        f"{_name(pin)}: {reason}"
        for pin in mine
        for reason in _alone(municipality, None if any_area else team_plan, pin, due, working)
    ]
    if not faults:
        faults = [*_together(municipality, travel, mine), *_disorder(mine)]
    if faults:
        raise InfeasibleError("Låsningarna kan inte hållas:\n  " + "\n  ".join(faults))


def _name(pin: Pin) -> str:
    who = f" hos {pin.staff_id}" if pin.staff_id else ""
    moment = "" if pin.start_s is None else f" kl {clock(pin.start_s)}"
    return f"besök {pin.visit_id} {pin.date}{who}{moment}"


def _alone(
    municipality: Municipality,
    team_plan: TeamPlan | None,
    pin: Pin,
    due: set[tuple[str, dt.date]],
    working: set[tuple[str, dt.date]],
) -> Iterable[str]:
    visit = municipality.visit_by_id.get(pin.visit_id)
    if visit is None:
        yield "besöket finns inte"
        return
    client = municipality.client_by_id[visit.client_id]
    if (pin.visit_id, pin.date) not in due:
        if not is_at_home(visit, client, pin.date):
            return  # nobody is at home, so there is nothing to hold
        yield "besöket ska inte göras den dagen"
    if pin.carer_no > visit.carers_required:
        yield f"besöket har {visit.carers_required} personal"
    if pin.start_s is not None and not visit.earliest_s <= pin.start_s <= visit.latest_s:
        yield f"ska börja {clock(visit.earliest_s)}–{clock(visit.latest_s)}"
    if not pin.staff_id:
        return
    carer = municipality.staff_by_id.get(pin.staff_id)
    if carer is None:
        yield "personen finns inte"
        return
    if (pin.staff_id, pin.date) not in working:
        yield "personen har inget pass som kan användas den dagen"
    bars = personal_bars(carer, client, enters=enters_home(visit))
    if Bar.REFUSED in bars:
        yield "personen är spärrad för brukaren"
    if Bar.PETS in bars:
        yield "personen är allergisk mot pälsdjur"
    if Bar.SMOKE in bars:
        yield "personen tål inte rök"
    missing = lacking(carer, visit.skills, pin.date)
    if missing:
        yield f"personen saknar {', '.join(missing)}"
    if team_plan is not None and is_of_another_area(team_plan, client.client_id, pin.staff_id):
        yield "personen hör till ett annat resursområde"


def _together(
    municipality: Municipality, travel: TravelTimes, pins: Sequence[Pin]
) -> Iterable[str]:
    """Pairs of locked times that no carer can keep both of; two carers who are one; two times."""
    of_carer: dict[tuple[str, dt.date], list[Pin]] = defaultdict(list)
    of_visit: dict[tuple[str, dt.date], list[Pin]] = defaultdict(list)
    for pin in pins:
        of_visit[pin.visit_id, pin.date].append(pin)
        if pin.staff_id and pin.start_s is not None:
            of_carer[pin.staff_id, pin.date].append(pin)
    for group in of_visit.values():
        for first_pin, other in pairwise(sorted(group, key=lambda pin: pin.carer_no)):
            if first_pin.staff_id and first_pin.staff_id == other.staff_id:
                yield f"{_name(first_pin)}: samma person är låst som båda två"
            if (
                None not in (first_pin.start_s, other.start_s)
                and first_pin.start_s != other.start_s
            ):
                yield f"{_name(first_pin)} och {_name(other)}: de två ska börja samtidigt"
    for (staff_id, _), group in sorted(of_carer.items()):
        mode = municipality.staff_by_id[staff_id].travel_mode
        group.sort(key=lambda pin: (pin.start_s or 0, pin.visit_id))
        for first_pin, other in pairwise(group):
            visit, next_visit = (municipality.visit_by_id[p.visit_id] for p in (first_pin, other))
            ready_s = (first_pin.start_s or 0) + visit.duration_s
            if enters_home(visit) and enters_home(next_visit) and mode in travel.seconds:
                ids = (visit.client_id, next_visit.client_id)
                leg_s = travel.between(mode, *(travel.client_idx(client) for client in ids))
                ready_s += leg_s if leg_s < UNREACHABLE_S else 0
            if ready_s > (other.start_s or 0):
                yield f"{_name(first_pin)} och {_name(other)}: hinner inte förrän {clock(ready_s)}"


def _disorder(pins: Sequence[Pin]) -> Iterable[str]:
    for group in ordered(pins).values():
        for pin, other in pairwise(group):
            if pin.order == other.order and pin.visit_id != other.visit_id:
                yield f"{_name(pin)} och {_name(other)}: samma ordningsnummer"
            elif None not in (pin.start_s, other.start_s) and pin.start_s > other.start_s:  # type: ignore[operator]
                yield f"{_name(pin)} och {_name(other)}: ordningen går emot klockslagen"


def ordered(pins: Iterable[Pin]) -> dict[tuple[str, dt.date], list[Pin]]:
    """The locks that stand in an order, by carer and date, in that order."""
    groups: dict[tuple[str, dt.date], list[Pin]] = defaultdict(list)
    for pin in pins:
        if pin.visit_id and pin.order:
            groups[pin.staff_id, pin.date].append(pin)
    for group in groups.values():
        group.sort(key=lambda pin: (pin.order, pin.visit_id, pin.carer_no))
    return groups


def unkept(pins: Sequence[Pin], lacking: Iterable[PinKey]) -> str:
    """Which locks the search found no room for, and what is locked beside them."""
    by_key = {(pin.visit_id, pin.date, pin.carer_no): pin for pin in pins if pin.visit_id}
    lines = []
    for key in lacking:
        pin = by_key.get(key)
        if pin is None:
            continue
        beside = [
            other.visit_id
            for other in pins
            if other.visit_id and other.staff_id == pin.staff_id and other.date == pin.date
        ]
        others = ", ".join(sorted(set(beside) - {pin.visit_id})) if pin.staff_id else ""
        lines.append(_name(pin) + (f" ryms inte bredvid {others}" if others else " ryms inte"))
    return "\n  ".join(lines)


__all__ = [
    "PIN_ABSENT", "on_pinned_days", "ordered", "pins_kept", "pins_of_plan",
    "refuse_contradictions", "unkept",
]  # fmt: skip
