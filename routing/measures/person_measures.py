"""Single carers, for the manager profile only: load, never rank."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from data.model import Shift
from routing.check.view import Stop, Tour
from routing.measures.contact_ceiling import Known, ceiling_by_contact
from routing.measures.hours import Hours, hours
from routing.measures.slices import Slice


@dataclass(frozen=True)
class Person:
    """One carer in the plan."""

    n_visits: int
    n_clients: int
    """Different clients visited."""
    n_contact_for: int
    n_as_contact: int
    """Visits to clients whose contact she is."""
    n_as_contact_ceiling: int
    """As many of the planned ones she could make at most."""
    hours: Hours


def persons(everything: Slice, known: Known | None = None) -> dict[str, Person]:
    """Measure every carer who is rostered on the plan's dates."""
    ceilings = ceiling_by_contact(everything, known)
    tours: dict[str, list[Tour]] = defaultdict(list)
    stops: dict[str, list[Stop]] = defaultdict(list)
    shifts: dict[str, list[Shift]] = defaultdict(list)
    for tour in everything.tours:
        tours[tour.carer.staff_id].append(tour)
        stops[tour.carer.staff_id].extend(tour.stops)
    for shift in everything.shifts:
        shifts[shift.staff_id].append(shift)
    loads = Counter(everything.view.team_plan.contact.values())
    return {
        staff_id: Person(
            n_visits=len(stops[staff_id]),
            n_clients=len({stop.client.client_id for stop in stops[staff_id]}),
            n_contact_for=loads[staff_id],
            n_as_contact=sum(stop.row.tier == "contact" for stop in stops[staff_id]),
            n_as_contact_ceiling=ceilings.get(staff_id, 0),
            hours=hours(
                Slice(
                    everything.view,
                    (),
                    tuple(stops[staff_id]),
                    tuple(tours[staff_id]),
                    (),
                    tuple(shifts[staff_id]),
                    everything.on_duty,
                )
            ),
        )
        for staff_id in sorted(shifts)
    }
