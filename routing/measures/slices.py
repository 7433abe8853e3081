"""The plan cut to a municipality, an area, a team or a carer: whose visits, whose working time.

Visits follow the client's team; working time follows the carer's own team and area. A pool carer
without a team counts in the area only, so time need not add up over teams. Visits do.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from data.care.eligibility import is_absent_throughout
from data.model import Client, Shift
from data.plans import UnplannedRow
from routing.check.view import PlanView, Stop, Tour


@dataclass(frozen=True)
class Slice:
    """What a measure is taken over."""

    view: PlanView
    clients: tuple[Client, ...]
    stops: tuple[Stop, ...]
    tours: tuple[Tour, ...]
    unplanned: tuple[UnplannedRow, ...]
    shifts: tuple[Shift, ...]
    """Rostered work on the plan's dates, less what is lost whole to leave or sickness."""
    on_duty: frozenset[tuple[str, dt.date]]
    """Who has such work when, in the whole municipality."""


def duty_shifts(view: PlanView) -> tuple[Shift, ...]:
    """The work shifts on the plan's dates whose carer is not away for the whole of it."""
    dates = set(view.plan.dates)
    on_duty = []
    for entries in view.entries.values():
        for entry in entries:
            is_duty = entry.kind == "work" and entry.date in dates
            if is_duty and not is_absent_throughout(entry, entries):
                on_duty.append(entry)
    return tuple(on_duty)


def whole(view: PlanView) -> Slice:
    """The municipality."""
    shifts = duty_shifts(view)
    return Slice(
        view,
        view.municipality.clients,
        view.stops,
        view.tours,
        view.plan.unplanned,
        shifts,
        frozenset((shift.staff_id, shift.date) for shift in shifts),
    )


def areas(all_of: Slice) -> dict[str, Slice]:
    """The resource areas, by id."""
    plan = all_of.view.team_plan
    area_of_team = {team.team_id: team.area_id for team in plan.teams}

    def of_client(client_id: str) -> str:
        return area_of_team[plan.team_of_client[client_id]]

    return _cut(all_of, of_client, lambda staff_id: plan.staff_area.get(staff_id, ""))


def teams(all_of: Slice) -> dict[str, Slice]:
    """The teams, by id."""
    plan = all_of.view.team_plan
    return _cut(
        all_of,
        lambda client_id: plan.team_of_client[client_id],
        lambda staff_id: plan.staff_team.get(staff_id, ""),
    )


def _cut(
    all_of: Slice, client_key: Callable[[str], str], staff_key: Callable[[str], str]
) -> dict[str, Slice]:
    placed = all_of.view.team_plan.team_of_client
    clients: dict[str, list[Client]] = defaultdict(list)
    stops: dict[str, list[Stop]] = defaultdict(list)
    tours: dict[str, list[Tour]] = defaultdict(list)
    unplanned: dict[str, list[UnplannedRow]] = defaultdict(list)
    shifts: dict[str, list[Shift]] = defaultdict(list)
    for client in all_of.clients:
        if client.client_id in placed:
            clients[client_key(client.client_id)].append(client)
    for stop in all_of.stops:
        stops[client_key(stop.client.client_id)].append(stop)
    for tour in all_of.tours:
        tours[staff_key(tour.carer.staff_id)].append(tour)
    for row in all_of.unplanned:
        if row.client_id in placed:
            unplanned[client_key(row.client_id)].append(row)
    for shift in all_of.shifts:
        shifts[staff_key(shift.staff_id)].append(shift)
    return {
        key: Slice(
            all_of.view,
            tuple(clients[key]),
            tuple(stops[key]),
            tuple(tours[key]),
            tuple(unplanned[key]),
            tuple(shifts[key]),
            all_of.on_duty,
        )
        for key in sorted(clients)
    }
