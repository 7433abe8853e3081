"""Who may care for whom: delegations over the horizon, blocked pairs, animals, titles.

Read by contacts, vices and candidates, so that one wording of each rule serves them all.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from data.care.decisions import of_kind
from data.care.eligibility import Bar, lacking, personal_bar
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
    vice : dict of client_id to staff_id
        Who is decided to be the client's vice, and so not the contact too.
    """

    skills: dict[str, frozenset[str]]
    last: dt.date
    vice: dict[str, str]

    def obstacle(self, carer: Staff, client: Client) -> Bar | None:
        """Why the carer cannot care for the client over the whole horizon; None where she can.

        A contact must be able to enter, whatever the visits are (`data.care.eligibility`).
        """
        barred = personal_bar(carer, client, enters=True)
        if barred is not None:
            return barred
        return Bar.SKILL if self.missing(carer, client) else None

    def missing(self, carer: Staff, client: Client) -> tuple[str, ...]:
        """Skills the carer lacks for the client, in order."""
        return lacking(carer, self.skills[client.client_id], self.last)

    def may_be_contact(self, carer: Staff, client: Client) -> bool:
        """Whether the carer may be the client's fixed care contact (OR-14, LU-34)."""
        has_title = carer.may_be_contact or client.kontaktman
        is_vice = self.vice.get(client.client_id) == carer.staff_id
        return has_title and not is_vice and not self.obstacle(carer, client)


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
    vice = {c: decision.staff_id for c, decision in of_kind(municipality, "vice").items()}
    return Qualifier(skills, last, vice)
