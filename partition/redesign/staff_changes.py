"""What a division does to staff: who changes team, whose clients change contact, and why.

Between the division that is and one that is proposed; both may be plans, or the tables' own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from data.care.decisions import undecided
from data.care.eligibility import lacking, personal_bar
from data.model import Municipality
from data.plans import TeamPlan

Why = Literal[
    "contact_left", "client_moved", "contact_moved", "may_not", "chosen", "first", "none_now",
]  # fmt: skip
WHY_SV: Mapping[Why, str] = {
    "contact_left": "kontakten finns inte längre i personalen",
    "client_moved": "brukaren byter arbetslag",
    "contact_moved": "kontakten byter arbetslag",
    "may_not": "kontakten får eller kan inte längre",
    "chosen": "en annan passar bättre",
    "first": "hade ingen kontakt",
    "none_now": "har ingen kontakt längre",
}


@dataclass(frozen=True, slots=True)
class ContactChange:
    """A client whose contact changes."""

    client_id: str
    before: str
    after: str
    why: Why


@dataclass(frozen=True, slots=True)
class CarerChange:
    """One carer before and after; every carer has one, also where nothing changes."""

    staff_id: str
    role: str
    team_before: str
    team_after: str
    n_clients_before: int
    """Clients whose contact she is."""
    n_clients_after: int
    n_clients_kept: int
    visit_min_before: int
    """Minutes a week that those clients' visits ask for."""
    visit_min_after: int
    twin_before: str
    twin_after: str

    @property
    def changes_team(self) -> bool:
        """Whether she had a team and gets another."""
        return bool(self.team_before) and self.team_before != self.team_after

    @property
    def is_touched(self) -> bool:
        """Whether anything changes for her."""
        same = (self.team_before, self.twin_before) == (self.team_after, self.twin_after)
        kept = self.n_clients_kept == self.n_clients_before == self.n_clients_after
        return not (same and kept)


def tables_plan(municipality: Municipality) -> TeamPlan:
    """The division and contacts that the tables state, without decisions for a while."""
    bare = undecided(municipality)
    return TeamPlan(
        (),
        {c.client_id: c.contact_id for c in bare.clients if c.contact_id},
        {c.client_id: c.vice_id for c in bare.clients if c.vice_id},
        {s.staff_id: s.team_id for s in bare.staff if s.team_id},
        {}, {},
        {s.staff_id: s.twin_id for s in bare.staff if s.twin_id},
        {},
    )  # fmt: skip


def contact_changes(
    municipality: Municipality,
    before: TeamPlan,
    after: TeamPlan,
    team_of: Mapping[str, str] | None = None,
) -> tuple[ContactChange, ...]:
    """Clients whose contact is another one, with the first reason that holds.

    Parameters
    ----------
    team_of : mapping of client_id to team_id, optional
        The clients' teams before; the tables' without it.
    """
    was = before.team_of_client or team_of or {
        client.client_id: client.team_id for client in undecided(municipality).clients
    }  # fmt: skip
    changes = []
    for client in municipality.clients:
        name = client.client_id
        old, new = before.contact.get(name, ""), after.contact.get(name, "")
        if old != new:
            why = _why(municipality, before, after, name, (was.get(name, ""), old, new))
            changes.append(ContactChange(name, old, new, why))
    return tuple(sorted(changes, key=lambda change: change.client_id))


def _why(
    municipality: Municipality,
    before: TeamPlan,
    after: TeamPlan,
    client_id: str,
    known: tuple[str, str, str],
) -> Why:
    team_before, old, new = known
    carer = municipality.staff_by_id.get(old)
    if not old:
        return "first"
    if carer is None:
        return "contact_left"
    client = municipality.client_by_id[client_id]
    days = municipality.dates
    skills = {skill for visit in municipality.visits_of[client_id] for skill in visit.skills}
    is_barred = personal_bar(carer, client, enters=True) is not None
    has_title = carer.may_be_contact or client.kontaktman
    if is_barred or not has_title or (days and lacking(carer, skills, days[0])):
        return "may_not"
    if team_before and after.team_of_client.get(client_id, "") != team_before:
        return "client_moved"
    if before.staff_team.get(old, "") != after.staff_team.get(old, ""):
        return "contact_moved"
    return "chosen" if new else "none_now"


def carer_changes(
    municipality: Municipality, before: TeamPlan, after: TeamPlan
) -> tuple[CarerChange, ...]:
    """Every carer's team, clients, their minutes and twin, before and after, by id."""
    minutes = {
        client.client_id: sum(
            (visit.n_per_period or len(visit.weekdays))
            / visit.every_weeks
            * visit.duration_s
            / 60
            * visit.carers_required
            for visit in municipality.visits_of[client.client_id]
            if visit.mode != "external"
        )
        for client in municipality.clients
    }
    loads: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    for plan, load in zip((before, after), loads, strict=True):
        for client_id, staff_id in plan.contact.items():
            load[staff_id] += round(minutes.get(client_id, 0))
    n_before, n_after = Counter(before.contact.values()), Counter(after.contact.values())
    kept = Counter(
        staff_id for client, staff_id in before.contact.items()
        if after.contact.get(client) == staff_id
    )  # fmt: skip
    return tuple(
        CarerChange(
            s.staff_id, s.role,
            before.staff_team.get(s.staff_id, ""), after.staff_team.get(s.staff_id, ""),
            n_before[s.staff_id], n_after[s.staff_id], kept[s.staff_id],
            loads[0][s.staff_id], loads[1][s.staff_id],
            before.twin.get(s.staff_id, ""), after.twin.get(s.staff_id, ""),
        )
        for s in sorted(municipality.staff, key=lambda carer: carer.staff_id)
    )  # fmt: skip
