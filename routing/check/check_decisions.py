"""Rules on what a person has decided (table Beslut): teams, contacts, vices, twins, days, times.

Read from the decisions themselves, not from what they were made into before the search.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from data.model import Decision, Municipality
from data.plans import Violation
from data.units import WEEKDAYS_SV, clocks_apart
from routing.check.view import PlanView, TeamView


def in_force(municipality: Municipality) -> list[Decision]:
    """Decisions that hold when the roster begins, or else the first to begin within it.

    None is about who has left before then.
    """
    days = sorted({entry.date for entry in municipality.roster if entry.kind == "work"})
    first, last = (days[0], days[-1]) if days else (dt.date.min, dt.date.max)
    gone = {c.client_id for c in municipality.clients if c.valid_to < first}
    visits = (*municipality.visits, *municipality.aside_visits)
    gone |= {visit.visit_id for visit in visits if visit.client_id in gone}
    groups: dict[tuple[str, ...], list[Decision]] = {}
    for ruling in municipality.decisions:
        if ruling.client_id in gone or ruling.visit_id in gone:
            continue
        if ruling.valid_to >= first and ruling.valid_from <= last:
            groups.setdefault(_about(ruling), []).append(ruling)
    decisions = []
    for group in groups.values():
        begun = [ruling for ruling in group if ruling.valid_from <= first]
        chosen = max(begun, key=_age) if begun else min(group, key=lambda ruling: ruling.valid_from)
        decisions.append(chosen)
    return decisions


def _age(ruling: Decision) -> tuple[dt.date, dt.date]:
    return ruling.valid_from, ruling.decided_on or dt.date.min


def _about(ruling: Decision) -> tuple[str, ...]:
    if ruling.kind == "twin":
        return ("twin", min(ruling.staff_id, ruling.twin_id), max(ruling.staff_id, ruling.twin_id))
    if ruling.kind in ("day", "time"):
        return (ruling.kind, ruling.visit_id)
    if ruling.kind == "person":
        return ("person", ruling.visit_id or ruling.client_id, ruling.task, str(ruling.weekdays))
    return (ruling.kind, ruling.client_id)


def named_pairs(municipality: Municipality) -> set[tuple[str, str]]:
    """Visits and the carers whom a decision names for them (MA-18)."""
    pairs = set()
    for ruling in in_force(municipality):
        for visit in municipality.visits if ruling.kind == "person" else ():
            is_it = visit.visit_id == ruling.visit_id
            is_task = not ruling.visit_id and visit.client_id == ruling.client_id
            if is_it or (is_task and ruling.task in ("", visit.task)):
                pairs.add((visit.visit_id, ruling.staff_id))
    return pairs


def decision(view: TeamView) -> Iterator[Violation]:
    """``decision``: a decided team, contact, vice or twin is what the plan says."""
    plan = view.team_plan
    for ruling in in_force(view.municipality):
        if ruling.kind == "team":
            is_so, wanted = plan.team_of_client.get(ruling.client_id), ruling.team_id
        elif ruling.kind == "contact":
            is_so, wanted = plan.contact.get(ruling.client_id), ruling.staff_id
        elif ruling.kind == "vice":
            is_so, wanted = plan.vice.get(ruling.client_id), ruling.staff_id
        elif ruling.kind == "twin":
            is_so, wanted = plan.twin.get(ruling.staff_id), ruling.twin_id
        else:
            continue
        if is_so != wanted:
            about = ruling.client_id or ruling.staff_id
            text = f"{ruling.source or 'beslut'}: {about} ska ha {wanted}, har {is_so or 'ingen'}"
            yield Violation("decision", "", "", text)


def decided_visit(view: PlanView) -> Iterator[Violation]:
    """``decided_visit``: a visit whose day or time is decided is made then."""
    for ruling in in_force(view.municipality):
        for stop in view.stops_of.get(ruling.visit_id, ()) if ruling.visit_id else ():
            if not ruling.valid_from <= stop.row.date <= ruling.valid_to:
                continue
            if ruling.kind == "day" and stop.row.date.weekday() not in ruling.weekdays:
                days = ", ".join(WEEKDAYS_SV[day] for day in ruling.weekdays)
                yield stop.broken("decided_visit", f"beslutat till {days}, är {stop.row.date}")
            if ruling.kind == "time" and stop.row.start_s != ruling.start_s:
                got, wanted = clocks_apart(stop.row.start_s, ruling.start_s or 0)
                yield stop.broken("decided_visit", f"beslutat till kl {wanted}, är {got}")
