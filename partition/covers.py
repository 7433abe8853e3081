"""Who steps in: twins who never share a weekend off, and a vice for every client (MA-11, OR-08)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data.model import Client, Municipality, Staff
from data.travel import TravelTimes
from partition.contacts import Contacts
from partition.qualified import Qualifier, make_qualifier
from partition.staffing import Staffing


@dataclass(frozen=True)
class Covers:
    """Vice of each client and twin of each contact, as in `data.plans.TeamPlan`."""

    vice: dict[str, str]
    twin: dict[str, str]


def days_at_work(municipality: Municipality) -> dict[str, frozenset[dt.date]]:
    """Dates on which each carer works, by the roster."""
    days: dict[str, set[dt.date]] = {carer.staff_id: set() for carer in municipality.staff}
    for shift in municipality.roster:
        if shift.kind == "work" and shift.staff_id in days:
            days[shift.staff_id].add(shift.date)
    return {staff_id: frozenset(dates) for staff_id, dates in days.items()}


def weekends(days: frozenset[dt.date]) -> frozenset[dt.date]:
    """The Saturdays of the weekends on which any day is worked."""
    return frozenset(
        day - dt.timedelta(days=day.weekday() - 5) for day in days if day.weekday() >= 5
    )


def may_be_twins(one: str, other: str, days: Mapping[str, frozenset[dt.date]]) -> bool:
    """Whether two carers never work the same weekend."""
    return not weekends(days[one]) & weekends(days[other])


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
        for one, other in _matched(left, days):
            twin[one], twin[other] = other, one
    return twin


def _matched(
    carers: Sequence[Staff], days: Mapping[str, frozenset[dt.date]]
) -> list[tuple[str, str]]:
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(range(len(carers)))
    for a, one in enumerate(carers):
        for b in range(a + 1, len(carers)):
            other = carers[b]
            if not may_be_twins(one.staff_id, other.staff_id, days):
                continue
            covered = len(days[one.staff_id] | days[other.staff_id])
            same_title = one.may_be_contact == other.may_be_contact
            shared = len(set(one.skills) & set(other.skills))
            graph.add_edge(a, b, weight=covered * 1000 + 100 * same_title + shared)
    pairs = nx.max_weight_matching(graph, maxcardinality=True)
    found = sorted((min(pair), max(pair)) for pair in pairs)
    return [(carers[a].staff_id, carers[b].staff_id) for a, b in found]


def make_vices(
    municipality: Municipality,
    staffing: Staffing,
    contacts: Contacts,
    travel: TravelTimes | None = None,
) -> Covers:
    """Twins, and a vice for every client who has a contact, where anyone qualifies.

    The order of preference is: the present vice, the contact's twin, a contact of the team in the
    same shift, the team's floater, the other shift, then others of the area. Within that: most
    days with contact or vice at work, then fewest clients as vice.
    """
    del travel  # Vices follow the roster; the team is near enough by construction.
    qualifier = make_qualifier(municipality)
    days = days_at_work(municipality)
    twin = make_twins(municipality, staffing)
    in_team: dict[str, list[Staff]] = {}
    in_area: dict[str, list[Staff]] = {}
    for carer in sorted(municipality.staff, key=lambda carer: carer.staff_id):
        in_area.setdefault(staffing.staff_area[carer.staff_id], []).append(carer)
        if carer.staff_id in staffing.staff_team:
            in_team.setdefault(staffing.staff_team[carer.staff_id], []).append(carer)
    n_as_vice: Counter[str] = Counter()
    vice: dict[str, str] = {}
    for team in staffing.teams:
        for client_id in sorted(team.client_ids):
            if client_id not in contacts.contact:
                continue
            client = municipality.client_by_id[client_id]
            contact = municipality.staff_by_id[contacts.contact[client_id]]
            for pool in (in_team.get(team.team_id, []), in_area.get(team.area_id, [])):
                found = _best_vice(client, contact, pool, twin, days, qualifier, n_as_vice)
                if found:
                    vice[client_id] = found
                    n_as_vice[found] += 1
                    break
    return Covers(vice, twin)


def _best_vice(
    client: Client,
    contact: Staff,
    pool: Sequence[Staff],
    twin: Mapping[str, str],
    days: Mapping[str, frozenset[dt.date]],
    qualifier: Qualifier,
    n_as_vice: Counter[str],
) -> str:
    """The best-placed carer of ``pool``, or an empty text."""

    def rank(carer: Staff) -> tuple[bool, bool, bool, bool, int, int, str]:
        return (
            client.vice_id != carer.staff_id,
            twin.get(contact.staff_id) != carer.staff_id,
            (carer.shift_group == "evening") != (contact.shift_group == "evening"),
            carer.role != "contact",
            -len(days[contact.staff_id] | days[carer.staff_id]),
            n_as_vice[carer.staff_id],
            carer.staff_id,
        )

    fit = [
        carer
        for carer in pool
        if carer.staff_id != contact.staff_id and not qualifier.obstacle(carer, client)
    ]
    return min(fit, key=rank).staff_id if fit else ""
