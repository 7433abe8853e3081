"""Rules of the night, read from the tables themselves: what the night's own town is made of.

`routing.check.check_plan` proves the night's rounds as it proves the day's, of units that stand for
one or two persons. Here it is proved that every unit is of persons who are at work, rested and in
one place, and that no visit of the night was lost on the way.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from data.model import Municipality, Shift
from data.plans import PlanRow, RoundPlan, Violation
from data.rules import Rules
from data.units import clock
from routing.check.check_shifts import is_away
from routing.check.due import due

_NIGHT_FROM_S = 18 * 3600
_DAY_S = 86_400


def check_night(town: Municipality, rules: Rules, plan: RoundPlan) -> tuple[Violation, ...]:
    """Prove the night's rounds against the municipality's own tables.

    Parameters
    ----------
    town : Municipality
        The whole, with the night's rows beside the day's.
    rules : Rules
    plan : RoundPlan
        The night's; a staff id of two joined by ``+`` is a patrol.

    Returns
    -------
    tuple of Violation
        Empty where every rule holds.
    """
    return (*_members(town, rules, plan), *_visits(town, plan))


def _members(town: Municipality, rules: Rules, plan: RoundPlan) -> Iterator[Violation]:
    """``night_member``: each of a unit works that night, rested, and in one unit."""
    lines: dict[str, list[Shift]] = {}
    for line in (*town.roster, *town.night_roster):
        lines.setdefault(line.staff_id, []).append(line)
    patrol = {one.staff_id: one.patrol_id for one in (*town.staff, *town.night_staff)}
    taken: dict[tuple[str, dt.date], str] = {}
    for round_id, rows in plan.rounds.items():
        people = rows[0].staff_id.split("+")
        if len({patrol.get(one) for one in people}) > 1 or (len(people) > 1 and not patrol.get(
            people[0]
        )):  # fmt: skip
            yield Violation("night_member", round_id, "", "de två är ingen patrull")
        for one in people:
            other = taken.setdefault((one, rows[0].date), round_id)
            if other != round_id:
                yield Violation("night_member", round_id, "", f"{one} går också i {other}")
            for text in _unfit(lines.get(one, []), rows, rules.rounds.rest_between_shifts_s):
                yield Violation("night_member", round_id, "", f"{one} {text}")


def _of_date(shift: Shift, lines: list[Shift]) -> list[Shift]:
    return [line for line in lines if line.date == shift.date]


def _unfit(lines: list[Shift], rows: tuple[PlanRow, ...], rest_s: int) -> Iterator[str]:
    """Why one of a unit may not be on the round."""
    date, first, last = rows[0].date, rows[0].start_s, max(row.end_s for row in rows)
    own = [
        line
        for line in lines
        if line.kind == "work" and line.date == date and line.start_s >= _NIGHT_FROM_S
    ]
    shift = next((line for line in own if line.start_s <= first and last <= line.end_s), None)
    if shift is None:
        yield f"har inget nattpass {date} {clock(first)}–{clock(last)}"
        return
    for line in lines:
        begins = (line.date - date).days * _DAY_S + line.start_s
        ends = begins + line.end_s - line.start_s
        if line.kind in ("leave", "sick"):
            if line.date == date and begins < last and ends > first:
                yield "är frånvarande"
        elif line.kind == "work" and line != shift and not is_away(line, _of_date(line, lines)):
            if begins < shift.end_s and ends > shift.start_s:
                yield "har ett annat pass samtidigt"
            elif (
                line.date != date
                and -rest_s < max(begins - shift.end_s, shift.start_s - ends) < rest_s
            ):
                yield f"vilar mindre än {rest_s // 3600} timmar"


def _visits(town: Municipality, plan: RoundPlan) -> Iterator[Violation]:
    """``night_visit``: what is due is made, by two where two are asked for, or listed."""
    clients = {one.client_id: one for one in (*town.clients, *town.aside_clients)}
    dates = sorted(set(plan.dates))
    come: dict[tuple[str, dt.date], int] = {}
    for row in plan.rows:
        if row.kind == "visit":
            key = row.visit_id, row.date
            come[key] = come.get(key, 0) + len(row.staff_id.split("+"))
    listed: dict[str, list[dt.date]] = {}
    for lacking in plan.unplanned:
        listed.setdefault(lacking.visit_id, []).append(lacking.date)
    pins: dict[str, set[dt.date]] = {}
    for visit in town.night_visits:
        client = clients.get(visit.client_id)
        for one in due(visit, client, dates, pins.get(visit.visit_id, ())) if client else ():
            n_come = max((come.get((visit.visit_id, day), 0) for day in one.days), default=0)
            is_listed = any(day in one.days for day in listed.get(visit.visit_id, ()))
            if not n_come and not is_listed:
                yield Violation("night_visit", "", visit.visit_id, f"saknas {min(one.days)}")
            elif 0 < n_come < visit.carers_required and not is_listed:
                yield Violation("night_visit", "", visit.visit_id, "ska göras av två")
