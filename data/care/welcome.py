"""The talk to welcome a client (MA-24): a visit by the contact within two weeks of the request.

It is laid into the visits where the table Ärenden asks for one that has not been held, and taken
out again when tables are written.
"""

from __future__ import annotations

import datetime as dt

from data.model import Decision, Municipality, Visit
from data.units import HOUR_S

LENGTH_S = 60 * 60
WITHIN_DAYS = 14


def welcome_id(client_id: str) -> str:
    """The visit id of a client's talk."""
    return f"{client_id}-välkomst"


def welcome_visits(
    municipality: Municipality, first: dt.date
) -> tuple[tuple[Visit, ...], tuple[Decision, ...]]:
    """A talk for each request that is not done, and that the contact makes it, where there is one.

    On a weekday between nine and two, once within the fortnight from the day asked for.

    Parameters
    ----------
    first : date
        The first of the roster: a talk that was asked for before it is due from then on.
    """
    visits: list[Visit] = []
    persons: list[Decision] = []
    for matter in municipality.matters:
        client = municipality.client_by_id.get(matter.client_id)
        if matter.kind != "welcome" or matter.done_on is not None or client is None:
            continue
        name = welcome_id(matter.client_id)
        if name in municipality.visit_by_id or name in {visit.visit_id for visit in visits}:
            continue
        last = matter.day + dt.timedelta(WITHIN_DAYS - 1)
        begins = matter.day if last < first else max(matter.day, first)
        visits.append(
            Visit(name, matter.client_id, "other", LENGTH_S, 9 * HOUR_S, 14 * HOUR_S,
                  (0, 1, 2, 3, 4), 2, 1, valid_from=matter.day, valid_to=last, next_due=begins,
                  in_frame=False, hours=municipality.hours)
        )  # fmt: skip
        if client.contact_id:
            persons.append(Decision("person", visit_id=name, staff_id=client.contact_id))
    return tuple(visits), tuple(persons)
