"""A division that is kept, with who is new in the tables taken in and who has left taken out.

For the days between two redesigns: nobody is moved, and no contact is chosen here
(`partition.contacts.newcomer_contacts` proposes one for who is new). A new
client joins the team that the tables name, else that of the household or the building, else the
team of the nearest clients with room; a new carer the team that the tables name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np

from data.model import Client, Municipality, Staff
from data.plans import TeamPlan
from data.rules import TeamRules
from data.travel_times import TravelTimes
from partition.annealing.care_work import planned_clients

N_NEAREST = 3
"""A team is as near as the mean of its nearest clients."""
NO_CONTACT_YET = "ny brukare, omsorgskontakt är inte vald än"
CONTACT_LEFT = "omsorgskontakten har slutat, ny är inte vald än"


def with_newcomers(
    plan: TeamPlan, municipality: Municipality, travel: TravelTimes, mode: str, rules: TeamRules
) -> TeamPlan:
    """The division, for the clients and carers that the tables hold now.

    Parameters
    ----------
    plan : TeamPlan
    municipality, travel
        As they are now.
    mode : str
        How nearness is measured.
    rules : TeamRules
        Full teams (``clients_max``) take no newcomer of whom the tables say nothing.
    """
    present = planned_clients(municipality)
    known_clients = {client.client_id: client for client in present}
    known_staff = municipality.staff_by_id
    members = {
        team.team_id: [client_id for client_id in team.client_ids if client_id in known_clients]
        for team in plan.teams
    }
    placed = {client_id for clients in members.values() for client_id in clients}
    for client in present:
        if client.client_id not in placed and members:
            team_id = _team_for(client, members, municipality, travel, mode, rules)
            members[team_id].append(client.client_id)
    contact = _kept(plan.contact, known_clients, known_staff)
    vice = _kept(plan.vice, known_clients, known_staff)
    evening_vice = _kept(plan.evening_vice, known_clients, known_staff)
    without = {c: why for c, why in plan.without_contact.items() if c in known_clients}
    for client in present:
        client_id = client.client_id
        if client_id not in placed and client.contact_id in known_staff:
            contact[client_id] = client.contact_id
            if client.vice_id in known_staff and client.vice_id != client.contact_id:
                vice[client_id] = client.vice_id
        elif client.needs_contact and client_id not in contact and client_id not in without:
            without[client_id] = CONTACT_LEFT if client_id in plan.contact else NO_CONTACT_YET
    extended = replace(
        plan,
        teams=tuple(replace(t, client_ids=tuple(sorted(members[t.team_id]))) for t in plan.teams),
        contact=contact, vice=vice, evening_vice=evening_vice, without_contact=without,
        twin={a: b for a, b in plan.twin.items() if a in known_staff and b in known_staff},
    )  # fmt: skip
    return _with_staff(extended, municipality)


def _kept(
    pairs: Mapping[str, str], clients: Collection[str], staff: Collection[str]
) -> dict[str, str]:
    return {client: who for client, who in pairs.items() if client in clients and who in staff}


def _team_for(
    client: Client,
    members: Mapping[str, list[str]],
    municipality: Municipality,
    travel: TravelTimes,
    mode: str,
    rules: TeamRules,
) -> str:
    if client.team_id in members:
        return client.team_id
    for same in ("household_id", "together_id", "building_id"):
        name = getattr(client, same)
        for team_id, clients in members.items():
            if name and any(
                getattr(municipality.client_by_id[client_id], same) == name for client_id in clients
            ):
                return team_id
    seconds, client_idx = travel.seconds[mode], travel.client_idx(client.client_id)

    def far(team_id: str) -> float:
        idx = [travel.client_idx(client_id) for client_id in members[team_id]]
        nearest = np.sort(seconds[client_idx, idx].astype(np.float64))[:N_NEAREST]
        return float(nearest.mean()) if len(nearest) else float("inf")

    roomy = [t for t in members if len(members[t]) < rules.clients_max]
    return min(roomy or list(members), key=lambda t: (far(t), t))


def _with_staff(plan: TeamPlan, municipality: Municipality) -> TeamPlan:
    """Carers who have left taken out, and new ones in the team or at the base they are given."""
    known = municipality.staff_by_id
    team_of = {who: team for who, team in plan.staff_team.items() if who in known}
    area_of = {who: area for who, area in plan.staff_area.items() if who in known}
    base_of = {who: base for who, base in plan.staff_base.items() if who in known}
    for carer in sorted(municipality.staff, key=lambda member: member.staff_id):
        who = carer.staff_id
        if who in area_of or not plan.teams:
            continue
        team = plan.team_by_id.get(carer.team_id)
        home = team or next(
            (known_team for known_team in plan.teams if known_team.base_id == carer.base_id),
            plan.teams[0],
        )
        area_of[who], base_of[who] = home.area_id, _base(carer, municipality) or home.base_id
        if team is not None:
            team_of[who] = team.team_id
    return replace(plan, staff_team=team_of, staff_area=area_of, staff_base=base_of)


def _base(carer: Staff, municipality: Municipality) -> str:
    return carer.base_id if carer.base_id in municipality.base_by_id else ""
