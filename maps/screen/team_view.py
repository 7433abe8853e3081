"""What a team map may show, one type per profile. Protected clients are dropped here (C7)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np

from data.errors import SettingsError
from data.model import DATE_MAX, DATE_MIN, Client, Municipality
from data.plans import Team, TeamPlan
from maps.common.audiences import CELL_MIN, Anonymous, Council, Manager, Profile
from maps.common.rounding import about, team_about

CELL_M = 500.0
"""Side of the squares of the anonymous profile."""


@dataclass(frozen=True, slots=True)
class StaffLoad:
    """A carer of the team and how many of its clients she is contact for."""

    staff_id: str
    n_clients: int
    twin_id: str


@dataclass(frozen=True, slots=True)
class TeamCard:
    """One team's sums. ``n_clients`` is None where it is too small to be shown."""

    team_id: str
    area_id: str
    base_id: str
    n_clients: int | None
    measures: Mapping[str, float | str | bool]
    staff: tuple[StaffLoad, ...] = ()
    n_without_contact: int | None = None


@dataclass(frozen=True, slots=True)
class ClientDot:
    """A client's place and persons, for the manager only."""

    client_id: str
    x: float
    y: float
    team_id: str
    contact_id: str
    vice_id: str
    evening_vice_id: str
    previous_team_id: str
    care_min_week: int


@dataclass(frozen=True, slots=True)
class Place:
    """A base. Premises are public."""

    place_id: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Cell:
    """A square with at least ``CELL_MIN`` clients of one team; the count is rounded down to 5s."""

    x: float
    y: float
    n_clients_about: int
    team_id: str


@dataclass(frozen=True, slots=True)
class ServiceView:
    """Another service (FA-06): by team and area, how many clients who may be shown.

    On a shared map counts are rounded as any other, and fewer than five are not told: an area that
    few of a team's clients are in could point at one of them.
    """

    service: str
    n_by_team: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class ManagerTeams:
    """Everything but protected clients."""

    teams: tuple[TeamCard, ...]
    bases: tuple[Place, ...]
    clients: tuple[ClientDot, ...]
    n_protected: int
    n_unplaced: int
    aside: tuple[Place, ...] = ()
    """Clients in no team: with an alarm only, or another provider's (LU-01, LU-19)."""


@dataclass(frozen=True)
class AnonymousTeams:
    """Teams and cells; no ids of persons."""

    teams: tuple[TeamCard, ...]
    bases: tuple[Place, ...]
    cells: tuple[Cell, ...]
    n_not_in_cells: int | None
    """Clients that no cell tells of, in whole fives; None where they are fewer, but not none."""


@dataclass(frozen=True)
class CouncilTeams:
    """Teams and their sums."""

    teams: tuple[TeamCard, ...]
    bases: tuple[Place, ...]


TeamsView = ManagerTeams | AnonymousTeams | CouncilTeams


def teams_view(
    municipality: Municipality, plan: TeamPlan, team_table: Iterable[Any], profile: Profile
) -> TeamsView:
    """The view of ``plan`` for ``profile``.

    Parameters
    ----------
    team_table : iterable
        Rows of ``teams.csv``: mappings, or objects with its columns as attributes.

    Raises
    ------
    SettingsError
        Where the profile has no team map.
    """
    measures = {str(row.pop("team_id")): row for row in map(_as_dict, team_table)}
    bases = tuple(Place(base.base_id, base.x, base.y) for base in municipality.bases)
    visible = [client for client in municipality.clients if not client.protected]
    placed = [client for client in visible if math.isfinite(client.x) and math.isfinite(client.y)]
    match profile:
        case Manager():
            return ManagerTeams(
                tuple(_manager_card(team, plan, measures) for team in plan.teams),
                bases,
                tuple(
                    _dot(client, municipality, plan)
                    for client in placed
                    if client.client_id in plan.team_of_client
                ),
                len(municipality.clients) - len(visible),
                len(visible) - len(placed),
                tuple(
                    Place(client.client_id, client.x, client.y)
                    for client in municipality.aside_clients
                    if not client.protected and math.isfinite(client.x) and math.isfinite(client.y)
                ),
            )
        case Anonymous():
            cells = _cells(placed, plan)
            n_left = sum(client.client_id in plan.team_of_client for client in placed)
            n_left -= sum(cell.n_clients_about for cell in cells)
            return AnonymousTeams(
                tuple(_shared_card(team, measures) for team in plan.teams),
                bases,
                cells,
                None if 0 < n_left < CELL_MIN else about(n_left),
            )
        case Council():
            return CouncilTeams(tuple(_shared_card(team, measures) for team in plan.teams), bases)
        case _:
            raise SettingsError(f"Profilen {profile.name} har ingen arbetslagskarta.")


def services_view(
    municipality: Municipality,
    plan: TeamPlan,
    other_areas: Mapping[str, Mapping[str, str]],
    profile: Profile,
) -> tuple[ServiceView, ...]:
    """How the services' areas divide each team's clients, as ``profile`` may see it.

    Protected clients are not counted (C7).
    """
    is_shared = not isinstance(profile, Manager)
    hidden = {client.client_id for client in municipality.clients if client.protected}
    services = []
    for service, area_of in sorted(other_areas.items()):
        n_by_team: dict[str, dict[str, int]] = {}
        for team in plan.teams:
            seen = [who for who in team.client_ids if who not in hidden and area_of.get(who)]
            counts = Counter(area_of[who] for who in seen)
            n_by_team[team.team_id] = {
                area: about(n) if is_shared else n
                for area, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
                if not is_shared or n >= CELL_MIN
            }
        services.append(ServiceView(service, n_by_team))
    return tuple(services)


def _as_dict(row: Any) -> dict[str, Any]:
    if isinstance(row, Mapping):
        cells = dict(row)
    elif is_dataclass(row):
        cells = {field.name: getattr(row, field.name) for field in fields(row)}
    else:
        cells = dict(row._asdict())
    return {key: _plain(value) for key, value in cells.items()}


def _plain(value: Any) -> Any:
    """NumPy scalars as Python's own, and numbers that are none as absent."""
    made = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(made, float) and not math.isfinite(made) else made


def _manager_card(team: Team, plan: TeamPlan, measures: Mapping[str, dict[str, Any]]) -> TeamCard:
    loads = Counter(plan.contact[c] for c in team.client_ids if c in plan.contact)
    staff = sorted({s for s, t in plan.staff_team.items() if t == team.team_id} | set(loads))
    return TeamCard(
        team.team_id,
        team.area_id,
        team.base_id,
        len(team.client_ids),
        measures.get(team.team_id, {}),
        tuple(StaffLoad(s, loads[s], plan.twin.get(s, "")) for s in staff),
        sum(client_id in plan.without_contact for client_id in team.client_ids),
    )


def _shared_card(team: Team, measures: Mapping[str, dict[str, Any]]) -> TeamCard:
    n_clients = len(team.client_ids)
    if n_clients < CELL_MIN:
        return TeamCard(team.team_id, team.area_id, team.base_id, None, {})
    shown_measures = team_about(measures.get(team.team_id, {}))
    return TeamCard(team.team_id, team.area_id, team.base_id, about(n_clients), shown_measures)


def _dot(client: Client, municipality: Municipality, plan: TeamPlan) -> ClientDot:
    """A client's dot; minutes as a team's are summed: two carers twice, no order that has ended."""
    dates = municipality.dates
    first, last = (dates[0], dates[-1]) if dates else (DATE_MIN, DATE_MAX)
    week_s = sum(
        visit.duration_s
        * visit.carers_required
        * (visit.n_per_period or len(visit.weekdays))
        / visit.every_weeks
        for visit in municipality.visits_of[client.client_id]
        if visit.mode != "external" and visit.valid_from <= last and visit.valid_to >= first
    )
    return ClientDot(
        client.client_id,
        client.x,
        client.y,
        plan.team_of_client[client.client_id],
        plan.contact.get(client.client_id, ""),
        plan.vice.get(client.client_id, ""),
        plan.evening_vice.get(client.client_id, ""),
        client.team_id,
        round(week_s / 60),
    )


def _cells(clients: list[Client], plan: TeamPlan) -> tuple[Cell, ...]:
    """Squares with enough clients of one team; the others are not shown at all (G7)."""
    counts = Counter(
        (plan.team_of_client[c.client_id], math.floor(c.x / CELL_M), math.floor(c.y / CELL_M))
        for c in clients
        if c.client_id in plan.team_of_client
    )
    return tuple(
        Cell((column + 0.5) * CELL_M, (row + 0.5) * CELL_M, n // 5 * 5, team_id)
        for (team_id, column, row), n in sorted(counts.items())
        if n >= CELL_MIN
    )
