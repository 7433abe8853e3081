"""Who and what must not be found in any shared file: protected clients, their households, homes.

A partner at the same address shows the address, so a household is hidden with the one of it who
is protected (fail closed; `data.privacy.guarded_ids`). A place can also be worked out from what
stands around it: the clock of the next visit, a hole in the numbering, a travel time. And from
what a carer had time for: where her slots, or her whole shift, hold less than they could, somebody
who is not told of lives near. So while a plan visits anybody hidden, no shared file tells whose
round a visit is in: each is told with its client's team, the part of the day and the slot of two
hours that its order begins in, which is what the orders say, and nothing of who makes it, how or
when. (Half-hours were tried, slots of what is planned, and slots of what is ordered by carer:
hidden homes were then found up to three times as often as those that nobody hides.) Who makes
what, to the minute, lies in ``private/``, is seen in the studio, and stands on each carer's own
sheet.
Where nobody is hidden, a round that begins or ends at a carer's home tells whom it visits and
nothing of when or in which order, since its first visits lie near the home.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import Final

from data.model import Client, Municipality
from data.plans import PlanRow, RoundPlan, Team, TeamPlan, UnplannedRow
from data.privacy import door_cell, door_cells, guarded_ids
from data.units import HOUR_S

COARSE_S: Final = 2 * HOUR_S
"""The slots that shared clocks are told in."""


def with_households_hidden(clients: Sequence[Client]) -> tuple[tuple[Client, ...], int, int]:
    """The clients, with whoever shares a household with a protected one protected as well.

    Returns
    -------
    tuple
        The clients; how many were hidden with their household; how many others live in a
        building or at a point where somebody protected lives.
    """
    ids = guarded_ids(clients)
    marked = tuple(
        replace(client, protected=True)
        if client.client_id in ids and not client.protected
        else client
        for client in clients
    )
    guarded = [client for client in marked if client.protected]
    doors = {cell for client in guarded for cell in door_cells(client)}
    buildings = {client.building_id for client in guarded if client.building_id}
    n_near = sum(
        not client.protected
        and (cell := door_cell(client)) is not None
        and (cell in doors or client.building_id in buildings)
        for client in marked
    )
    return (
        marked,
        sum(client.protected for client in marked) - sum(c.protected for c in clients),
        n_near,
    )


def hidden_clients(municipality: Municipality) -> frozenset[str]:
    """Ids of protected clients and of those of their households."""
    return frozenset(client.client_id for client in municipality.clients if client.protected)


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
        for name in ("contact", "vice", "evening_vice", "without_contact")
    }
    return replace(plan, teams=teams, **kept)


def shown_municipality(municipality: Municipality) -> Municipality:
    """The tables without hidden clients, their visits, and what is decided of them."""
    hidden = hidden_clients(municipality)
    if not hidden:
        return municipality
    their_visits = {v.visit_id for v in municipality.visits if v.client_id in hidden}
    return replace(
        municipality,
        clients=tuple(c for c in municipality.clients if c.client_id not in hidden),
        visits=tuple(v for v in municipality.visits if v.client_id not in hidden),
        pins=tuple(
            pin
            for pin in municipality.pins
            if getattr(municipality.visit_by_id.get(pin.visit_id), "client_id", "") not in hidden
        ),
        decisions=tuple(
            decision
            for decision in municipality.decisions
            if decision.client_id not in hidden and decision.visit_id not in their_visits
        ),
    )


def is_coarse(municipality: Municipality) -> bool:
    """Whether shared files may tell slots only: where anybody or anybody's home is hidden."""
    return bool(hidden_clients(municipality) or hidden_homes(municipality))


def without_hidden(lines: Iterable[str], municipality: Municipality) -> list[str]:
    """Those of some lines of text that name nobody hidden: for what is kept beside the plan."""
    hidden = hidden_clients(municipality)
    hidden |= {v.visit_id for v in municipality.visits if v.client_id in hidden}
    return [line for line in lines if hidden.isdisjoint(re.findall(r"[^\s,;:()]+", line))]


def slot(time_s: int) -> int:
    """Where the slot begins that a time lies in."""
    return time_s // COARSE_S * COARSE_S


def may_show(municipality: Municipality) -> frozenset[str]:
    """Ids of the clients who may stand in lists and on maps: known, and not hidden (C7)."""
    hidden = hidden_clients(municipality)
    return frozenset(c.client_id for c in municipality.clients if c.client_id not in hidden)


def is_by_team(municipality: Municipality, plan: RoundPlan) -> bool:
    """Whether shared files may tell of teams and parts of days, and of no carer's round."""
    visible = may_show(municipality)
    is_any_left_out = any(row.client_id and row.client_id not in visible for row in plan.rows)
    return is_any_left_out or bool(hidden_clients(municipality))


def shown_rounds(municipality: Municipality, plan: RoundPlan) -> list[tuple[PlanRow, ...]]:
    """The rows of each round as a shared file may show them, numbered anew without a gap.

    Exact where nobody is hidden, but for carers who may begin or end at home: theirs hold the
    visits in order of id, all times 0. Where anybody is hidden there are no rounds: what is told
    together is a day's part of one team, the visits in the slots that they are ordered in, and of
    each neither round, carer, travel, mode nor tier.
    """
    visible, homes = may_show(municipality), hidden_homes(municipality)
    if is_by_team(municipality, plan):
        return _by_team(municipality, [row for row in plan.rows if row.client_id in visible])
    shown = []
    for rows in plan.rounds.values():
        seen = list(rows)
        if rows[0].staff_id in homes:
            seen = sorted((r for r in rows if r.client_id in visible), key=lambda r: r.visit_id)
            seen = [_untimed(row, number) for number, row in enumerate(seen, 1)]
        if seen:
            shown.append(tuple(seen))
    return shown


def _by_team(municipality: Municipality, rows: Sequence[PlanRow]) -> list[tuple[PlanRow, ...]]:
    """Visits by day, part and the client's team, in the order of their slots and ids."""
    orders = municipality.visit_by_id

    def slot_of(row: PlanRow) -> int:
        order = orders.get(row.visit_id)  # one that the tables know no more stands as planned
        return slot(row.start_s if order is None else order.earliest_s)

    by_team: dict[tuple[object, ...], list[tuple[int, PlanRow]]] = {}
    in_slots = [(slot_of(row), row.visit_id, row.carer_no, row) for row in rows]
    for begin_s, _, _, row in sorted(in_slots, key=itemgetter(0, 1, 2)):
        by_team.setdefault((row.date, row.shift, row.team_id), []).append((begin_s, row))
    return [
        tuple(_in_slot(row, number, begin_s) for number, (begin_s, row) in enumerate(of_team, 1))
        for _, of_team in sorted(by_team.items(), key=lambda item: tuple(map(str, item[0])))
    ]


def _in_slot(row: PlanRow, number: int, begin_s: int) -> PlanRow:
    """A team's visit in its slot, nobody's; made in one go, a city has a quarter of a million."""
    return PlanRow(
        row.date, row.shift, "", row.team_id, "", number, row.kind, row.visit_id, row.client_id,
        row.carer_no, begin_s, begin_s, begin_s + COARSE_S, 0, 0, 0, "", "",
    )  # fmt: skip


def evenly_in_slots(rows: tuple[PlanRow, ...]) -> tuple[PlanRow, ...]:
    """Rows that share a slot, one after the other in it: where to draw them, not when they are."""
    sizes = Counter(row.start_s for row in rows if row.kind not in ("start", "end"))
    seen: Counter[int] = Counter()
    spread = []
    for row in rows:
        if row.kind in ("start", "end"):
            spread.append(row)
            continue
        each_s = COARSE_S // sizes[row.start_s]
        begin_s = row.start_s + seen[row.start_s] * each_s
        seen[row.start_s] += 1
        spread.append(PlanRow(
            row.date, row.shift, row.round_id, row.team_id, row.staff_id, row.seq, row.kind,
            row.visit_id, row.client_id, row.carer_no, begin_s, begin_s, begin_s + each_s,
            row.travel_s, row.access_s, row.wait_s, row.mode, row.tier,
        ))  # fmt: skip
    return tuple(spread)


def shown_unplanned(municipality: Municipality, plan: RoundPlan) -> tuple[UnplannedRow, ...]:
    """The unplanned rows of clients who may be shown."""
    visible = may_show(municipality)
    return tuple(row for row in plan.unplanned if row.client_id in visible)


def _untimed(row: PlanRow, number: int) -> PlanRow:
    return replace(
        row, seq=number, arrive_s=0, start_s=0, end_s=0, travel_s=0, access_s=0, wait_s=0
    )
