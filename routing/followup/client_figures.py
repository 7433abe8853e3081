"""One client's figures of a period: who came, when, and how much, of what was performed (LU-16).

Carer-visits, as in the measures of a plan: a visit by two counts twice in shares, and once in
minutes. The contact is the one in force on the day of each visit.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from data.model import Client, Municipality, Staff
from data.tables.actuals.performed import PerformedVisit
from routing.followup.contacts_in_force import ContactsInForce
from routing.measures.continuity import ContinuityDefinition

UNDER_65, AGE_UNKNOWN, FEW_VISITS, AWAY, SHORT = (
    "under 65 år", "ålder inte angiven", "färre än {n} besök någon dag", "borta under perioden",
    "perioden är kortare än {n} dagar",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClientFigures:
    """One client in one period."""

    client_id: str
    team_id: str
    area_id: str
    n_visits: int
    n_by_contact: int
    n_by_vice: int
    n_by_hourly: int
    """By carers employed by the hour, and by those whom the staff's table does not know (LU-33)."""
    n_carers: int
    """Different carers by the definition's hours and tasks."""
    n_carers_all: int
    """Over all hours, tasks and screens."""
    left_out: str
    """Why the national figure does not count the client; empty where it does."""
    has_contact: bool
    n_wished: int
    """Visits with a wished time."""
    n_within_15: int
    n_within_30: int
    n_person_wished: int
    """Visits at which a wish for a person, a language or a sex could be met or not (OR-11)."""
    n_person_met: int
    performed_min: float
    """As what is ordered: without visits that are not taken from what is granted (NO-09)."""
    granted_min: float
    ordered_min: float

    @property
    def is_counted(self) -> bool:
        """Whether the national figure counts the client."""
        return not self.left_out


def by_client(rows: Iterable[PerformedVisit]) -> dict[str, list[PerformedVisit]]:
    """The rows of each client."""
    visits_of: dict[str, list[PerformedVisit]] = defaultdict(list)
    for row in rows:
        visits_of[row.client_id].append(row)
    return visits_of


@dataclass(frozen=True)
class Reckoner:
    """What figures are reckoned by, whoever the client is.

    Attributes
    ----------
    ordered : mapping of client_id to float
        Minutes ordered over the period.
    area_of : mapping of team_id to area_id
    """

    municipality: Municipality
    contacts: ContactsInForce
    definition: ContinuityDefinition
    period: Sequence[dt.date]
    ordered: Mapping[str, float]
    area_of: Mapping[str, str]

    def figures(self, client: Client, rows: Sequence[PerformedVisit]) -> ClientFigures:
        """The figures of one client, of the rows that are hers within the period."""
        staff = self.municipality.staff_by_id
        name = client.client_id
        counted = [row for row in rows if self._counts(row)]
        wished = [
            abs(row.start_s - row.visit.wished_s)
            for row in rows
            if row.visit is not None and row.visit.wished_s is not None
        ]
        answers = (_is_wish_met(client, staff.get(row.staff_id)) for row in rows)
        met = [answer for answer in answers if answer is not None]
        served = sum(map(client.is_served_on, self.period))
        return ClientFigures(
            client_id=name,
            team_id=client.team_id,
            area_id=self.area_of.get(client.team_id, ""),
            n_visits=len(rows),
            n_by_contact=sum(
                r.staff_id in {self.contacts.contact(name, r.date), *client.co_contacts}
                for r in rows
            ),
            n_by_vice=sum(r.staff_id == self.contacts.vice(name, r.date) for r in rows),
            n_by_hourly=sum(r.staff_id not in staff or staff[r.staff_id].hourly for r in rows),
            n_carers=len({row.staff_id for row in counted}),
            n_carers_all=len({row.staff_id for row in rows}),
            left_out=self._why_left_out(client, counted),
            has_contact=any(self.contacts.contact(name, day) for day in self.period),
            n_wished=len(wished),
            n_within_15=sum(off <= 15 * 60 for off in wished),
            n_within_30=sum(off <= 30 * 60 for off in wished),
            n_person_wished=len(met),
            n_person_met=sum(met),
            performed_min=sum(
                r.end_s - r.start_s
                for r in rows
                if r.carer_no == 1 and (r.visit is None or r.visit.in_frame)
            )
            / 60,
            granted_min=client.granted_min_week * served / 7,
            ordered_min=self.ordered.get(name, 0.0),
        )

    def _counts(self, row: PerformedVisit) -> bool:
        by = self.definition
        if not by.from_s <= row.start_s < by.to_s:
            return False
        if row.visit is None:
            return True
        is_there = by.count_digital or row.visit.mode == "physical"
        return is_there and row.visit.task not in by.exclude_tasks

    def _why_left_out(self, client: Client, counted: Sequence[PerformedVisit]) -> str:
        """The first reason of the national definition that leaves the client out; age is last."""
        by = self.definition
        if len(self.period) < by.days:
            return SHORT.format(n=by.days)
        if not all(map(client.is_served_on, self.period)):
            return AWAY
        visits: dict[dt.date, set[object]] = {day: set() for day in self.period}
        for row in counted:
            what = row.visit.visit_id if row.visit is not None else row.start_s
            visits[row.date].add(what)
        if min(map(len, visits.values())) < by.min_visits_per_day:
            return FEW_VISITS.format(n=by.min_visits_per_day)
        if client.is_65 is None:
            return AGE_UNKNOWN
        return "" if client.is_65 else UNDER_65


def _is_wish_met(client: Client, carer: Staff | None) -> bool | None:
    """Whether a carer is as the client wishes; None where nothing is wished of persons."""
    wishes = []
    if client.preferred_staff:
        wishes.append(carer is not None and carer.staff_id in client.preferred_staff)
    if client.language:
        wishes.append(carer is not None and client.language in carer.languages)
    if client.wished_sex:
        wishes.append(carer is not None and carer.sex == client.wished_sex)
    return all(wishes) if wishes else None
