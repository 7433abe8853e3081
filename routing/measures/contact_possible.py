"""What is not daily and the contact could make at all: the share of that which she makes.

A weekly cleaning of a client whose contact is off on every allowed day, or never at work within
its window, is no fault of the plan; such visits are left out of the share (MA-19, OR-12).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from routing.measures.contact_ceiling import Known, can_make, days_allowed
from routing.measures.numbers import pct, share_pct
from routing.measures.slices import Slice


@dataclass(frozen=True, slots=True)
class NonDaily:
    """Planned visits that are not daily, each with its date counted once, however many carers."""

    n_possible: int
    """Their client has a contact who could make them alone on an allowed day."""
    n_by_contact: int
    """Of those: made by the contact, alone or with another."""

    @property
    def by_contact_pct(self) -> float | None:
        """The share of the possible ones that the contact makes."""
        return pct(self.n_by_contact, self.n_possible)


def non_daily(cut: Slice, known: Known | None = None) -> NonDaily:
    """Count a slice's planned visits that are not daily, possible for the contact and hers."""
    possible = known.possible if known is not None else {}
    is_hers: dict[tuple[str, dt.date], bool] = {}
    for stop in cut.stops:
        if stop.visit.is_daily:
            continue
        contact_id = cut.view.team_plan.contact.get(stop.client.client_id, "")
        contact = cut.view.municipality.staff_by_id.get(contact_id)
        if contact is None:
            continue
        key = (stop.visit.visit_id, stop.row.date)
        asked = (contact_id, *key)
        if asked not in possible:
            days = days_allowed(cut.view, stop)
            possible[asked] = any(can_make(cut.view, contact, stop, day) for day in days)
        if key in is_hers or possible[asked]:
            is_hers[key] = is_hers.get(key, False) or stop.row.tier == "contact"
    return NonDaily(len(is_hers), sum(is_hers.values()))


def without_both_pct(cut: Slice) -> float | None:
    """Days of clients with a contact on which neither she nor the vice is at work (LU-14).

    Of the days on which the client has a visit planned.
    """
    plan = cut.view.team_plan
    on_duty = cut.on_duty
    days = {
        (stop.client.client_id, stop.row.date)
        for stop in cut.stops
        if stop.client.client_id in plan.contact
    }
    alone = [
        (plan.contact[who], day) not in on_duty and (plan.vice.get(who, ""), day) not in on_duty
        for who, day in sorted(days)
    ]
    return share_pct(alone)
