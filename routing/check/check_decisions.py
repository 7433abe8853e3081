"""Rules on what a person has decided (table Beslut): teams, contacts, vices, twins, days, times.

Read from the decisions themselves, not from what they were made into before the search.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from data.model import Decision, Municipality
from data.plans import Violation
from data.units import WEEKDAYS_SV, clock, clock_exact
from routing.check.view import PlanView, TeamView


def standing(municipality: Municipality) -> list[Decision]:
    """Decisions that hold when the roster begins, or else the first to begin within it."""
    days = sorted({line.date for line in municipality.roster if line.kind == "work"})
    first, last = (days[0], days[-1]) if days else (dt.date.min, dt.date.max)
    groups: dict[tuple[str, ...], list[Decision]] = {}
    for one in municipality.decisions:
        if one.valid_to >= first and one.valid_from <= last:
            groups.setdefault(_about(one), []).append(one)
    decisions = []
    for group in groups.values():
        begun = [one for one in group if one.valid_from <= first]
        at = max(begun, key=_age) if begun else min(group, key=lambda one: one.valid_from)
        decisions.append(at)
    return decisions


def _age(one: Decision) -> tuple[dt.date, dt.date]:
    return one.valid_from, one.decided_on or dt.date.min


def _about(one: Decision) -> tuple[str, ...]:
    if one.kind == "twin":
        return ("twin", min(one.staff_id, one.twin_id), max(one.staff_id, one.twin_id))
    if one.kind in ("day", "time"):
        return (one.kind, one.visit_id)
    if one.kind == "person":
        return ("person", one.visit_id or one.client_id, one.task, str(one.weekdays))
    return (one.kind, one.client_id)


def named_pairs(municipality: Municipality) -> set[tuple[str, str]]:
    """Visits and the carers whom a decision names for them (MA-18)."""
    pairs = set()
    for one in standing(municipality):
        for visit in municipality.visits if one.kind == "person" else ():
            is_it = visit.visit_id == one.visit_id
            is_task = not one.visit_id and visit.client_id == one.client_id
            if is_it or (is_task and one.task in ("", visit.task)):
                pairs.add((visit.visit_id, one.staff_id))
    return pairs


def decision(view: TeamView) -> Iterator[Violation]:
    """``decision``: a decided team, contact, vice or twin is what the plan says."""
    plan = view.team_plan
    for one in standing(view.municipality):
        if one.kind == "team":
            is_so, wanted = plan.team_of_client.get(one.client_id), one.team_id
        elif one.kind == "contact":
            is_so, wanted = plan.contact.get(one.client_id), one.staff_id
        elif one.kind == "vice":
            is_so, wanted = plan.vice.get(one.client_id), one.staff_id
        elif one.kind == "twin":
            is_so, wanted = plan.twin.get(one.staff_id), one.twin_id
        else:
            continue
        if is_so != wanted:
            about = one.client_id or one.staff_id
            text = f"{one.source or 'beslut'}: {about} ska ha {wanted}, har {is_so or 'ingen'}"
            yield Violation("decision", "", "", text)


def decided_visit(view: PlanView) -> Iterator[Violation]:
    """``decided_visit``: a visit whose day or time is decided is made then."""
    for one in standing(view.municipality):
        for stop in view.stops_of.get(one.visit_id, ()) if one.visit_id else ():
            if not one.valid_from <= stop.row.date <= one.valid_to:
                continue
            if one.kind == "day" and stop.row.date.weekday() not in one.weekdays:
                days = ", ".join(WEEKDAYS_SV[day] for day in one.weekdays)
                yield stop.broken("decided_visit", f"beslutat till {days}, är {stop.row.date}")
            if one.kind == "time" and stop.row.start_s != one.start_s:
                wanted, got = clock(one.start_s or 0), clock_exact(stop.row.start_s)
                yield stop.broken("decided_visit", f"beslutat till kl {wanted}, är {got}")
