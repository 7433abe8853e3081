"""Further measures of a division, with their definitions: shape of the teams, and drift.

moment_of_inertia_min2
    Mean over the team's weekly visits of the squared minutes to the team's middle (Hess et al.
    1965, doi 10.1287/opre.13.6.998, with network minutes for distance): far-off clients count
    more than in a plain mean.
polsby_popper
    4πA/P² of the team's territory as the maps draw it; see `data.geo.territories`.
n_parts
    Parts of the team on the street neighbour graph; 1 is contiguous.
drift_pct
    How much further a team's care minutes lie from the mean of all teams than they did, in
    percentage points: what the same division has come to since it was drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict

import numpy as np

from data.geo.territories import team_areas
from data.model import Municipality
from data.plans import TeamPlan
from data.rules import Rules
from data.streets import StreetNetwork
from data.travel_times import TravelTimes
from partition.annealing.care_work import make_work, travel_matrix
from partition.teams.contiguity import team_parts
from partition.teams.team_measures import TeamRow
from partition.teams.team_problem import client_links


class ShapeRow(TypedDict):
    """The shape of one team; the measures are defined above."""

    team_id: str
    moment_of_inertia_min2: float
    polsby_popper: float | None
    """None without a network."""
    n_parts: int


class MeasuredRow(TeamRow, ShapeRow):
    """A team's row of ``teams.csv`` and its shape, together."""


class BeforeRow(TypedDict):
    """What drift needs of an earlier ``teams.csv``."""

    team_id: str
    n_clients: int
    care_min_week: float


class DriftRow(TypedDict):
    """The drift of one team since an earlier table."""

    team_id: str
    n_clients_change: int
    off_before_pct: float
    off_now_pct: float
    drift_pct: float


def shape_table(
    municipality: Municipality,
    team_plan: TeamPlan,
    travel: TravelTimes,
    network: StreetNetwork | None = None,
    *,
    rules: Rules | None = None,
    mode: str = "bike",
) -> list[ShapeRow]:
    """Shape of each team, in order: ``team_id, moment_of_inertia_min2, polsby_popper, n_parts``.

    ``polsby_popper`` is None without a network.
    """
    work = make_work(municipality, travel, rules or Rules(), mode=mode)
    row_of = {client_id: i for i, client_id in enumerate(work.client_ids)}
    clients = [municipality.client_by_id[client_id] for client_id in work.client_ids]
    links = client_links(clients, network, mode)
    areas = team_areas(municipality, team_plan.team_of_client, network) if network else {}
    rows: list[ShapeRow] = []
    for team in team_plan.teams:
        legs = work.legs[[row_of[client_id] for client_id in team.client_ids]]
        minutes = travel_matrix(travel, team.client_ids, mode) / 60
        middle = int((minutes * legs[:, None]).sum(axis=0).argmin())
        inertia = float((minutes[middle] ** 2 * legs).sum() / legs.sum())
        area = areas.get(team.team_id)
        rows.append(
            {
                "team_id": team.team_id,
                "moment_of_inertia_min2": round(inertia, 2),
                "polsby_popper": round(polsby_popper(area), 3) if area is not None else None,
                "n_parts": len(team_parts(team, row_of, links)),
            }
        )
    return rows


def polsby_popper(polygon: Any) -> float:
    """4πA/P²: 1 for a disc, towards 0 for a ragged or scattered territory.

    Polsby & Popper 1991, Yale Law & Policy Review 9(2).
    """
    return float(4 * np.pi * polygon.area / polygon.length**2) if polygon.length else 0.0


def drift_table(
    before: Sequence[BeforeRow | TeamRow], now: Sequence[BeforeRow | TeamRow]
) -> list[DriftRow]:
    """Drift of each team between two `measures.team_table`, for instance of two quarters.

    Teams that are in both, in the order of ``now``.
    """

    def off(rows: Sequence[BeforeRow | TeamRow]) -> dict[str, float]:
        mean = float(np.mean([row["care_min_week"] for row in rows])) or 1.0
        return {row["team_id"]: 100 * (row["care_min_week"] / mean - 1) for row in rows}

    off_before, off_now = off(before), off(now)
    n_before = {row["team_id"]: row["n_clients"] for row in before}
    rows: list[DriftRow] = []
    for row in now:
        team_id = row["team_id"]
        if team_id not in off_before:
            continue
        then, today = off_before[team_id], off_now[team_id]
        rows.append(
            {
                "team_id": team_id,
                "n_clients_change": row["n_clients"] - n_before[team_id],
                "off_before_pct": round(then, 1),
                "off_now_pct": round(today, 1),
                "drift_pct": round(abs(today) - abs(then), 1),
            }
        )
    return rows
