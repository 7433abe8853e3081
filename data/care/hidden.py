"""Who and what must not be found in any shared file: protected clients, their households, homes.

A partner at the same address shows the address, so a household is hidden with the one of it who
is protected (fail closed). A place can also be worked out from what stands around it: the clock
of the next visit, a hole in the numbering, a travel time. So while a plan visits anybody hidden,
**every** shared round tells its stops in order, each in a slot of two hours, and no travel times,
those without hidden stops too. Were only some of them coarse, the coarse ones would point at the
place by the others that they visit; and half-hours were tried: over two weeks the time that no
way explains still finds a home.
A round that begins or ends at a carer's home tells whom it visits and nothing of when or in
which order, since its first visits lie near the home.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from data.model import Client, Municipality
from data.plans import PlanRow, RoundPlan, Team, TeamPlan, UnplannedRow
from data.units import HOUR_S

COARSE_S: Final = 2 * HOUR_S
"""The slots that shared clocks are told in."""


def _door(client: Client) -> tuple[float, float]:
    return round(client.x), round(client.y)


def with_households_hidden(clients: Sequence[Client]) -> tuple[tuple[Client, ...], int, int]:
    """The clients, with whoever shares a household with a protected one protected as well.

    A household is one ``household_id``, or one house (not a block of flats) at the same point.

    Returns
    -------
    tuple
        The clients; how many were hidden with their household; how many others live in a
        building or at a point where somebody protected lives.
    """
    guarded = [client for client in clients if client.protected]
    households = {client.household_id for client in guarded if client.household_id}
    doors = {_door(client) for client in guarded}
    houses = {_door(client) for client in guarded if client.dwelling == "house"}
    buildings = {client.building_id for client in guarded if client.building_id}
    n_hidden = n_near = 0
    marked = []
    for client in clients:
        is_same = client.household_id in households or (
            client.dwelling == "house" and _door(client) in houses
        )
        if not client.protected and is_same:
            n_hidden += 1
            client = replace(client, protected=True)
        elif not client.protected and (_door(client) in doors or client.building_id in buildings):
            n_near += 1
        marked.append(client)
    return tuple(marked), n_hidden, n_near


def hidden_clients(municipality: Municipality) -> frozenset[str]:
    """Ids of protected clients and of those of their households."""
    clients, _, _ = with_households_hidden(municipality.clients)
    return frozenset(client.client_id for client in clients if client.protected)


def hidden_homes(municipality: Municipality) -> frozenset[str]:
    """Ids of carers whose rounds may begin or end at home."""
    return frozenset(
        carer.staff_id for carer in municipality.staff if carer.starts_home or carer.ends_home
    )


def shown_teams(municipality: Municipality, plan: TeamPlan) -> TeamPlan:
    """The division without hidden clients, so that no count less another tells where one is."""
    visible = may_show(municipality)
    if visible.issuperset(plan.team_of_client):
        return plan
    teams = tuple(
        Team(t.team_id, t.area_id, t.base_id, tuple(c for c in t.client_ids if c in visible))
        for t in plan.teams
    )
    kept = {
        name: {key: value for key, value in getattr(plan, name).items() if key in visible}
        for name in ("contact", "vice", "without_contact")
    }
    return replace(plan, teams=teams, **kept)


def shown_municipality(municipality: Municipality) -> Municipality:
    """The tables without hidden clients and their visits."""
    hidden = hidden_clients(municipality)
    if not hidden:
        return municipality
    return replace(
        municipality,
        clients=tuple(c for c in municipality.clients if c.client_id not in hidden),
        visits=tuple(v for v in municipality.visits if v.client_id not in hidden),
        pins=tuple(
            pin
            for pin in municipality.pins
            if getattr(municipality.visit_by_id.get(pin.visit_id), "client_id", "") not in hidden
        ),
    )


def is_coarse(municipality: Municipality) -> bool:
    """Whether shared files may tell slots only: where anybody or anybody's home is hidden."""
    return bool(hidden_clients(municipality) or hidden_homes(municipality))


def slot(time_s: int) -> int:
    """Where the slot begins that a time lies in."""
    return time_s // COARSE_S * COARSE_S


def may_show(municipality: Municipality) -> frozenset[str]:
    """Ids of the clients who may stand in lists and on maps: known, and not hidden (C7)."""
    hidden = hidden_clients(municipality)
    return frozenset(c.client_id for c in municipality.clients if c.client_id not in hidden)


def shown_rounds(municipality: Municipality, plan: RoundPlan) -> list[tuple[PlanRow, ...]]:
    """The rows of each round as a shared file may show them, numbered anew without a gap.

    Exact where nobody is hidden. Else all rounds alike: without the rows of hidden clients, each
    row in its slot, no travel, access or waiting. Rounds of carers who may begin or end at
    home hold their visits only, in order of id, all times 0.
    """
    visible, homes = may_show(municipality), hidden_homes(municipality)
    is_any_left_out = any(row.client_id and row.client_id not in visible for row in plan.rows)
    is_rough = is_any_left_out or bool(hidden_clients(municipality))
    shown = []
    for rows in plan.rounds.values():
        seen = [row for row in rows if not row.client_id or row.client_id in visible]
        if rows[0].staff_id in homes:
            seen = sorted((r for r in seen if r.kind == "visit"), key=lambda r: r.visit_id)
            seen = [_at(row, number, None) for number, row in enumerate(seen, 1)]
        elif is_rough:
            seen = [_at(row, number, row.start_s) for number, row in enumerate(seen, 1)]
        if seen:
            shown.append(tuple(seen))
    return shown


def shown_unplanned(municipality: Municipality, plan: RoundPlan) -> tuple[UnplannedRow, ...]:
    """The unplanned rows of clients who may be shown."""
    visible = may_show(municipality)
    return tuple(row for row in plan.unplanned if row.client_id in visible)


def _at(row: PlanRow, number: int, start_s: int | None) -> PlanRow:
    begin_s = 0 if start_s is None else slot(start_s)
    end_s = 0 if start_s is None else begin_s + (0 if row.kind in ("start", "end") else COARSE_S)
    return replace(
        row, seq=number, arrive_s=begin_s, start_s=begin_s, end_s=end_s,
        travel_s=0, access_s=0, wait_s=0,
    )  # fmt: skip
