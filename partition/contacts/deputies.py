"""Who steps in: twins who never share a weekend off, and a vice for every client (MA-11, OR-08)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data.care.decisions import of_kind
from data.care.eligibility import ABSENCES, is_absent_throughout
from data.model import Client, Municipality, Shift, Staff
from data.plans import TeamPlan
from data.travel_times import TravelTimes
from partition.contacts.contact_choice import Contacts
from partition.staff.qualification import Qualifier, make_qualifier
from partition.staff.staffing import Staffing

COVER_ORDER = {
    "floater": ("floater", "contact", "pool"),
    "twin_pool": ("contact", "pool", "floater"),
    "both": ("contact", "floater", "pool"),
}
"""Who goes before whom, after the twin, by the cover model of `data.rules.ContactRules`."""


@dataclass(frozen=True)
class Covers:
    """Vice of each client and twin of each contact, as in `data.plans.TeamPlan`."""

    vice: dict[str, str]
    twin: dict[str, str]


def days_at_work(municipality: Municipality) -> dict[str, frozenset[dt.date]]:
    """Dates on which each carer works, by the roster; not those when a whole shift is leave."""
    days: dict[str, set[dt.date]] = {carer.staff_id: set() for carer in municipality.staff}
    away: dict[tuple[str, dt.date], list[Shift]] = {}
    for entry in municipality.roster:
        if entry.kind in ABSENCES:
            away.setdefault((entry.staff_id, entry.date), []).append(entry)
    for shift in municipality.roster:
        entries = away.get((shift.staff_id, shift.date), ())
        is_known = shift.kind == "work" and shift.staff_id in days
        if is_known and not is_absent_throughout(shift, entries):
            days[shift.staff_id].add(shift.date)
    return {staff_id: frozenset(dates) for staff_id, dates in days.items()}


def weekends(days: frozenset[dt.date]) -> frozenset[dt.date]:
    """The Saturdays of the weekends on which any day is worked."""
    return frozenset(
        day - dt.timedelta(days=day.weekday() - 5) for day in days if day.weekday() >= 5
    )


def may_be_twins(staff_id: str, other: str, days: Mapping[str, frozenset[dt.date]]) -> bool:
    """Whether two carers never work the same weekend."""
    return not weekends(days[staff_id]) & weekends(days[other])


def twins_by_roster(municipality: Municipality, twin: Mapping[str, str]) -> dict[str, str]:
    """The twins of a plan whom this roster, perhaps a later one, still lets be twins (MA-11)."""
    worked: dict[str, set[dt.date]] = {staff_id: set() for staff_id in twin}
    for entry in municipality.roster:
        if entry.kind == "work" and entry.staff_id in worked:
            worked[entry.staff_id].add(entry.date)
    days = {staff_id: frozenset(dates) for staff_id, dates in worked.items()}
    return {
        staff_id: other for staff_id, other in twin.items() if may_be_twins(staff_id, other, days)
    }


def make_twins(municipality: Municipality, staffing: Staffing) -> dict[str, str]:
    """Pair the contacts of each team and shift: most days with one of the two at work.

    Pairs the roster table names are kept where their weekends differ. A matching of greatest
    weight among those of greatest size (Edmonds, by networkx); an odd one out has no twin.
    """
    days = days_at_work(municipality)
    groups: dict[tuple[str, bool], list[Staff]] = {}
    for staff_id, team_id in sorted(staffing.staff_team.items()):
        carer = municipality.staff_by_id[staff_id]
        if carer.role == "contact":
            groups.setdefault((team_id, carer.shift_group == "evening"), []).append(carer)
    twin: dict[str, str] = {}
    for _, carers in sorted(groups.items()):
        ids = {carer.staff_id for carer in carers}
        for carer in carers:
            wanted = carer.twin_id
            free = wanted in ids and wanted != carer.staff_id
            free = free and carer.staff_id not in twin and wanted not in twin
            if free and may_be_twins(carer.staff_id, wanted, days):
                twin[carer.staff_id], twin[wanted] = wanted, carer.staff_id
        left = [carer for carer in carers if carer.staff_id not in twin]
        for carer_id, other in _matched(left, days):
            twin[carer_id], twin[other] = other, carer_id
    return twin


def _matched(
    carers: Sequence[Staff], days: Mapping[str, frozenset[dt.date]]
) -> list[tuple[str, str]]:
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(range(len(carers)))
    for a, carer in enumerate(carers):
        for b in range(a + 1, len(carers)):
            other = carers[b]
            if not may_be_twins(carer.staff_id, other.staff_id, days):
                continue
            covered = len(days[carer.staff_id] | days[other.staff_id])
            same_title = carer.may_be_contact == other.may_be_contact
            shared = len(set(carer.skills) & set(other.skills))
            graph.add_edge(a, b, weight=covered * 1000 + 100 * same_title + shared)
    pairs = nx.max_weight_matching(graph, maxcardinality=True)
    matched = sorted((min(pair), max(pair)) for pair in pairs)
    return [(carers[a].staff_id, carers[b].staff_id) for a, b in matched]


def make_deputies(
    municipality: Municipality,
    staffing: Staffing,
    contacts: Contacts,
    travel: TravelTimes | None = None,
    *,
    cover_model: str = "both",
) -> Covers:
    """Twins, and a vice for every client who has a contact, where anyone qualifies.

    Nobody who is on leave for the whole roster, though there be nobody else, and first those who
    are at work on any day when the contact is not. Then the order of preference is: the present
    vice, the contact's twin, a contact of the team in the same shift, the team's floater, the other
    shift, then the pool of the area. Within that: most days with contact or vice at work, then
    fewest clients as vice.

    Parameters
    ----------
    cover_model : {"floater", "twin_pool", "both"}
        With ``floater`` the team's floater goes before its other contacts (LU-31); with
        ``twin_pool`` it goes after them and after the pool (MA-11 to MA-14).
    """
    del travel  # Vices follow the roster; the team is near enough by construction.
    qualifier = make_qualifier(municipality)
    days = days_at_work(municipality)
    twin = make_twins(municipality, staffing)
    in_team: dict[str, list[Staff]] = {}
    in_area: dict[str, list[Staff]] = {}
    for carer in sorted(municipality.staff, key=lambda carer: carer.staff_id):
        if carer.role == "pool":
            in_area.setdefault(staffing.staff_area[carer.staff_id], []).append(carer)
        if carer.staff_id in staffing.staff_team:
            in_team.setdefault(staffing.staff_team[carer.staff_id], []).append(carer)
    vice: dict[str, str] = {
        client_id: decision.staff_id
        for client_id, decision in of_kind(municipality, "vice").items()
    }
    n_as_deputy: Counter[str] = Counter(vice.values())
    for team in staffing.teams:
        for client_id in sorted(team.client_ids):
            if client_id not in contacts.contact or client_id in vice:
                continue
            client = municipality.client_by_id[client_id]
            contact = municipality.staff_by_id[contacts.contact[client_id]]
            for pool in (in_team.get(team.team_id, []), in_area.get(team.area_id, [])):
                deputy = _best_vice(
                    client, contact, pool, twin, days, qualifier, n_as_deputy, cover_model
                )
                if deputy:
                    vice[client_id] = deputy
                    n_as_deputy[deputy] += 1
                    break
    return Covers(vice, twin)


def _best_vice(
    client: Client,
    contact: Staff,
    pool: Sequence[Staff],
    twin: Mapping[str, str],
    days: Mapping[str, frozenset[dt.date]],
    qualifier: Qualifier,
    n_as_deputy: Counter[str],
    cover_model: str,
) -> str:
    """The best-placed carer of ``pool``, or an empty text."""
    in_order = COVER_ORDER[cover_model]
    contact_days, has_roster = days[contact.staff_id], any(days.values())

    def rank(carer: Staff) -> tuple[bool, bool, bool, bool, int, int, int, str]:
        return (
            not days[carer.staff_id] - contact_days and bool(pool_days - contact_days),
            client.vice_id != carer.staff_id,
            twin.get(contact.staff_id) != carer.staff_id,
            (carer.shift_group == "evening") != (contact.shift_group == "evening"),
            in_order.index(carer.role),
            -len(contact_days | days[carer.staff_id]),
            n_as_deputy[carer.staff_id],
            carer.staff_id,
        )

    fit = [
        carer
        for carer in pool
        if carer.staff_id != contact.staff_id and not qualifier.obstacle(carer, client)
    ]
    # Whoever is on leave for the whole roster steps in for nobody (LU-14, OR-08).
    fit = [carer for carer in fit if days[carer.staff_id] or not has_roster]
    pool_days = frozenset().union(*(days[carer.staff_id] for carer in fit))
    return min(fit, key=rank).staff_id if fit else ""


def next_covers(
    municipality: Municipality, team_plan: TeamPlan, *, cover_model: str = "both"
) -> dict[str, str]:
    """Who steps in when neither contact nor vice is there: the floater, or one of the pool.

    By the cover model (requirements 1.6): the team's floater with ``floater``, the area's pool with
    ``twin_pool``, the floater before the pool with ``both``; among them whoever may care for the
    client and is at work on most of the days when contact and vice are both off. Clients without
    a contact, or for whom there is nobody, are absent.
    """
    qualifier = make_qualifier(municipality)
    days = days_at_work(municipality)
    everyday = frozenset(municipality.dates)
    kinds = {"floater": ("floater",), "twin_pool": ("pool",), "both": ("floater", "pool")}
    wanted = kinds[cover_model]
    staff = sorted(municipality.staff, key=lambda carer: carer.staff_id)
    twin_of = {}
    for client_id, contact_id in sorted(team_plan.contact.items()):
        client = municipality.client_by_id[client_id]
        team = team_plan.team_by_id[team_plan.team_of_client[client_id]]
        vice_id = team_plan.vice.get(client_id, "")
        off = everyday - days[contact_id] - days.get(vice_id, frozenset())
        fit = [
            carer
            for carer in staff
            if carer.role in wanted
            and carer.staff_id not in (contact_id, vice_id)
            and team_plan.staff_area.get(carer.staff_id) == team.area_id
            and (carer.role == "pool" or team_plan.staff_team[carer.staff_id] == team.team_id)
            and not qualifier.obstacle(carer, client)
        ]
        if fit:
            best = min(
                fit,
                key=lambda carer: (
                    wanted.index(carer.role),
                    -len(days[carer.staff_id] & off),
                    carer.staff_id,
                ),
            )
            twin_of[client_id] = best.staff_id
    return twin_of
