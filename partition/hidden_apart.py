"""Teams and contacts as though nobody hidden were there, and the hidden placed among them after.

Teams, contacts and carers get even shares of the work. Where the hidden are among the clients, a
team or a contact of whom shared files tell less than her share tells that somebody hidden lives
near. So the division is made of those who may be shown; then each of the hidden joins the nearest
team that has room for her and a contact in it, and nothing that is told has changed by that.
Decisions, bonds, and who she has already go before. Where no such place is there, service goes
before secrecy: all are planned together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from data.care.decisions import of_kind
from data.care.hidden import hidden_clients, shown_municipality
from data.errors import InfeasibleError
from data.model import Client, Municipality
from data.plans import TeamPlan
from data.rules import Rules
from data.travel_times import TravelTimes
from partition.annealing.care_work import FAR_S, make_work, planned_clients
from partition.contacts.contact_candidates import contact_candidates
from partition.contacts.contact_choice import Contacts
from partition.contacts.decision_keeping import refuse_forbidden, refuse_other_areas
from partition.contacts.deputies import make_deputies
from partition.contacts.evening_vices import with_evening_vices
from partition.staff.staffing import Staffing
from partition.teams.must_link import must_links

N_NEAREST = 3
"""A team is as near as the mean of its nearest clients."""
LEEWAY = 1.5
"""So many times the balance that is asked for a team may pass, before the next nearest is taken.

Once and three times give the same division of a town of 150 clients, two of them hidden."""
STAYS_S = 60
"""So much nearer another team must be than her own of today, or her neighbours' in the building."""


def planned_apart(
    municipality: Municipality,
    travel: TravelTimes,
    rules: Rules,
    make: Callable[[Municipality], TeamPlan],
    *,
    mode: str = "bike",
) -> TeamPlan:
    """A division in which nothing of those who may be shown depends on who is hidden.

    Parameters
    ----------
    make : callable
        The division of some tables. It is asked for that of the whole municipality where nobody
        is hidden, or where one of the hidden finds no place in the other.

    Raises
    ------
    InfeasibleError
        As ``make``.
    """
    if not rules.teams.plan_hidden_apart or not hidden_clients(municipality):
        return make(municipality)
    refuse_forbidden(municipality, rules)
    try:
        plan = make(shown_municipality(municipality))
    except InfeasibleError:  # too few for a team without them
        return make(municipality)
    placed = _with_teams(plan, municipality, travel, rules, mode)
    whole = None if placed is None else _with_contacts(placed, municipality, travel, rules, mode)
    if whole is None:
        return make(municipality)
    refuse_other_areas(whole, municipality)
    return whole


def _with_teams(
    plan: TeamPlan, municipality: Municipality, travel: TravelTimes, rules: Rules, mode: str
) -> TeamPlan | None:
    """The division with the hidden in its teams; None where one of them finds no room."""
    work = make_work(municipality, travel, rules, mode=mode)
    care_s = dict(zip(work.client_ids, work.care_s.tolist(), strict=True))
    members = {team.team_id: list(team.client_ids) for team in plan.teams}
    most_pct = 100 + LEEWAY * rules.teams.balance_pct
    most_s = sum(care_s.values()) / len(members) * most_pct / 100
    clients = planned_clients(municipality)
    visible = dict(plan.team_of_client)
    for bond in must_links(clients):
        newcomers = [clients[i] for i in bond if clients[i].client_id not in visible]
        if not newcomers:
            continue
        named = _named(municipality, [clients[i] for i in bond], visible)
        if len(named) > 1:  # those who may be shown have parted whom the bond ties
            return None
        n_new = len(newcomers)
        new_s = sum(care_s[client.client_id] for client in newcomers)
        roomy = [t for t in members if len(members[t]) + n_new <= rules.teams.clients_max]
        even = [t for t in roomy if sum(care_s[c] for c in members[t]) + new_s <= most_s]
        choice = [t for t in roomy if t in named] if named else (even or roomy)
        if not choice:
            return None
        present = _present(newcomers, clients, visible)
        far_s = {
            t: _far(newcomers[0], members[t], travel, mode) - STAYS_S * (t in present)
            for t in choice
        }
        nearest = min(choice, key=lambda t: (far_s[t], t))
        members[nearest] += [client.client_id for client in newcomers]
    teams = tuple(replace(t, client_ids=tuple(sorted(members[t.team_id]))) for t in plan.teams)
    return replace(plan, teams=teams)


def _named(
    municipality: Municipality, bond: Sequence[Client], visible: Mapping[str, str]
) -> set[str]:
    """The teams that some of a bond must have: by a decision, a lock, or one who is placed."""
    decided = of_kind(municipality, "team")
    named = {visible[client.client_id] for client in bond if client.client_id in visible}
    for client in bond:
        if client.client_id in decided:
            named.add(decided[client.client_id].team_id)
        elif client.locked_team and client.team_id:
            named.add(client.team_id)
    return named


def _present(
    newcomers: Sequence[Client], clients: Sequence[Client], visible: Mapping[str, str]
) -> set[str]:
    """The teams they have today, else those of their neighbours in the building."""
    today = {client.team_id for client in newcomers if client.team_id}
    buildings = {client.building_id for client in newcomers if client.building_id}
    return today or {
        visible[client.client_id]
        for client in clients
        if client.building_id in buildings and client.client_id in visible
    }


def _far(client: Client, others: Sequence[str], travel: TravelTimes, mode: str) -> float:
    idx = [travel.client_idx(client_id) for client_id in others]
    seconds = travel.seconds[mode][travel.client_idx(client.client_id), idx]
    return float(np.sort(np.minimum(seconds, FAR_S).astype(np.float64))[:N_NEAREST].mean())


def _with_contacts(
    plan: TeamPlan, municipality: Municipality, travel: TravelTimes, rules: Rules, mode: str
) -> TeamPlan | None:
    """The division with contacts and vices for the hidden; None where one cannot get a contact."""
    hidden = hidden_clients(municipality).intersection(plan.team_of_client)
    decided = of_kind(municipality, "contact")
    for client_id in sorted(hidden):
        client = municipality.client_by_id[client_id]
        if client_id in decided:
            staff_id = decided[client_id].staff_id
        elif client.needs_contact:
            staff_id = _contact_of(client, plan, municipality, travel, rules, mode)
        else:
            continue
        if not staff_id:
            return None
        plan = replace(plan, contact={**plan.contact, client_id: staff_id})
    most = Counter(plan.contact.values()).most_common(1)
    if most and most[0][1] > rules.contacts.clients_max:
        return None
    covers = make_deputies(
        municipality,
        Staffing(plan.teams, dict(plan.staff_team), dict(plan.staff_area), dict(plan.staff_base)),
        Contacts(dict(plan.contact), {}),
        cover_model=rules.contacts.cover_model,
    )
    new = {client_id: who for client_id, who in covers.vice.items() if client_id in hidden}
    plan = replace(plan, vice={**plan.vice, **new})
    return with_evening_vices(plan, municipality, travel, mode=mode)


def _contact_of(
    client: Client,
    plan: TeamPlan,
    municipality: Municipality,
    travel: TravelTimes,
    rules: Rules,
    mode: str,
) -> str:
    """The contact she has where that may be, else the best of her team; empty where nobody may."""
    candidates = [
        candidate
        for candidate in contact_candidates(
            municipality, plan, travel, rules, client.client_id, mode=mode
        )
        if candidate.is_possible and candidate.is_same_team
        and (candidate.free_min_week >= 0 or not rules.contacts.minutes_hard)
    ]  # fmt: skip
    present = [c.staff_id for c in candidates if c.staff_id == client.contact_id]
    return next(iter(present + [c.staff_id for c in candidates]), "")
