"""What is not daily and somebody else than the contact does, each with why (MA-19, OR-12)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from data.care.eligibility import lacking
from routing.measures.contact_ceiling import can_make, days_allowed
from routing.measures.slices import Slice, duty_shifts


@dataclass(frozen=True, slots=True, order=True)
class NotByContact:
    """One planned visit that is not daily and is not the contact's."""

    date: dt.date
    client_id: str
    visit_id: str
    contact_id: str
    staff_id: str
    why: str
    """In Swedish, with ids and dates only."""


NO_ROOM = "rymdes inte i hennes rundor"


def not_by_contact(cut: Slice) -> tuple[NotByContact, ...]:
    """Every such visit of a slice, in order of date.

    A visit for two that the contact makes with another is hers, and not among them.
    """
    on_duty: dict[str, list[tuple[dt.date, int, int]]] = {}
    for shift in duty_shifts(cut.view):
        on_duty.setdefault(shift.staff_id, []).append((shift.date, shift.start_s, shift.end_s))
    hers = {
        (stop.visit.visit_id, stop.row.date) for stop in cut.stops if stop.row.tier == "contact"
    }
    uncovered = []
    for stop in cut.stops:
        key = (stop.visit.visit_id, stop.row.date)
        if stop.visit.is_daily or key in hers or stop.row.carer_no > 1:
            continue
        contact_id = cut.view.team_plan.contact.get(stop.client.client_id, "")
        contact = cut.view.municipality.staff_by_id.get(contact_id)
        days = days_allowed(cut.view, stop)
        there = [span for span in on_duty.get(contact_id, ()) if span[0] in days]
        if contact is None:
            why = "ingen omsorgskontakt"
        elif not there:
            why = "kontakten arbetar ingen av dagarna som besöket får göras"
        elif all(lacking(contact, stop.visit.skills, day) for day, _, _ in there):
            why = "kontakten saknar delegering eller kompetens"
        elif not any(
            begins <= stop.visit.latest_s and stop.visit.earliest_s < ends
            for _, begins, ends in there
        ):
            why = "besökets tid ligger utanför kontaktens pass"
        elif not any(can_make(cut.view, contact, stop, day) for day, _, _ in there):
            why = "kontakten hinner inte inom passet, eller får inte gå dit"
        else:
            why = NO_ROOM
        uncovered.append(
            NotByContact(stop.row.date, stop.client.client_id, stop.visit.visit_id, contact_id,
                         stop.carer.staff_id, why)
        )  # fmt: skip
    return tuple(sorted(uncovered))
