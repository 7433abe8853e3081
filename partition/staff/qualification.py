"""Who may care for whom: delegations over the horizon, blocked pairs, animals, titles.

Read by contacts, vices and candidates, so that one wording of each rule serves them all.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from data.model import Client, Municipality, Staff
from partition.annealing.care_work import horizon, is_current


@dataclass(frozen=True)
class Qualifier:
    """The rules of who may be contact or vice, for one municipality and its horizon.

    Attributes
    ----------
    skills : dict of client_id to frozenset of str
        All delegations and skills that the client's current visits ask for (LU-34).
    last : date
        The day to which delegations must be valid.
    """

    skills: dict[str, frozenset[str]]
    last: dt.date

    def obstacle(self, carer: Staff, client: Client) -> str:
        """Why the carer cannot care for the client, as a stable code; empty where she can.

        ``blocked``, ``pets`` or ``skill``.
        """
        if carer.staff_id in client.blocked_staff:
            return "blocked"
        if client.pets and carer.pet_allergy:
            return "pets"
        if any(not carer.holds(skill, self.last) for skill in self.skills[client.client_id]):
            return "skill"
        return ""

    def missing(self, carer: Staff, client: Client) -> tuple[str, ...]:
        """Skills the carer lacks for the client, in order."""
        wanted = self.skills[client.client_id]
        return tuple(sorted(skill for skill in wanted if not carer.holds(skill, self.last)))

    def may_be_contact(self, carer: Staff, client: Client) -> bool:
        """Whether the carer may be the client's fixed care contact (OR-14, LU-34)."""
        return carer.may_be_contact and not self.obstacle(carer, client)


def make_qualifier(municipality: Municipality) -> Qualifier:
    """Gather what each client's visits ask for."""
    first, last = horizon(municipality)
    if not municipality.dates:
        # Without a roster there is no last day to check against: a delegation held is enough.
        last = dt.date(1900, 1, 1)
    first_visit = first if municipality.dates else dt.date(1900, 1, 1)
    last_visit = last if municipality.dates else dt.date(9999, 12, 31)
    skills = {
        client_id: frozenset(
            skill
            for visit in visits
            if is_current(visit, first_visit, last_visit)
            for skill in visit.skills
        )
        for client_id, visits in municipality.visits_of.items()
    }
    return Qualifier(skills, last)
