"""What a division is worth, team by team: the rows of ``teams.csv`` and ``clients.csv``.

Definitions
-----------
care_min_week
    Minutes at clients in a normal week, double staffing counted twice.
rounds_day, rounds_evening
    Rounds needed on a mean weekday (Monday to Friday) by day and by evening: minutes of visits,
    legs and doors over the minutes of a shift without break and handover.
travel_within_min
    Estimated minutes of travel a week: every physical visit is reached from one of the three
    nearest clients of the team (their mean), and every round goes from the base to the middle of
    the team and back.
compactness
    0 to 1: seconds from the team's middle to the nearest clients of the municipality, as many as
    the team has, over seconds to the team's own; 1 where no other client lies nearer.
contiguous
    Whether the team's clients hang together on the street neighbour graph.
"""

from __future__ import annotations

from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from data.model import Municipality
from data.plans import Team, TeamPlan
from data.rules import Rules
from data.streets import StreetNetwork
from data.travel_times import TravelTimes
from partition.annealing.care_work import FAR_S, Work, make_work, travel_matrix
from partition.teams.street_neighbours import Links, parts_of
from partition.teams.team_problem import client_links


class TeamRow(TypedDict):
    """One row of ``teams.csv``; the columns are defined above."""

    team_id: str
    area_id: str
    n_clients: int
    care_min_week: int
    rounds_day: float
    rounds_evening: float
    travel_within_min: int
    compactness: float
    contiguous: bool


class ClientRow(TypedDict):
    """One row of ``clients.csv``."""

    client_id: str
    team_id: str
    contact_id: str
    vice_id: str
    x: float
    y: float
    previous_team_id: str
    moved: bool
    evening_vice_id: str


TEAM_COLUMNS = tuple(TeamRow.__annotations__)

CLIENT_COLUMNS = tuple(ClientRow.__annotations__)

N_NEAR_IN_TEAM = 3
"""Whom a carer may go to next: of more, the mean is that of the team's whole area."""


def intra_team_travel_s(dist: NDArray[np.int32]) -> NDArray[np.float64]:
    """Mean seconds from each client of a team to its three nearest team-mates, shape (n,)."""
    n_near = min(N_NEAR_IN_TEAM, len(dist) - 1)
    if n_near < 1:
        return np.zeros(len(dist))
    others = dist.astype(np.float64)
    np.fill_diagonal(others, np.inf)
    means: NDArray[np.float64] = np.sort(others, axis=1)[:, :n_near].mean(axis=1)
    return means


def _base_trip_s(team: Team, middle: str, travel: TravelTimes, mode: str) -> int:
    if not team.base_id:
        return 0
    base, client = travel.base_idx(team.base_id), travel.client_idx(middle)
    there, back = travel.between(mode, base, client), travel.between(mode, client, base)
    return min(there, FAR_S) + min(back, FAR_S)


def team_row(
    team: Team,
    mine: NDArray[np.int64],
    work: Work,
    links: Links,
    travel: TravelTimes,
    mode: str,
) -> TeamRow:
    """One team's row of ``teams.csv``; ``mine`` are its clients' rows of ``work``, at least one."""
    dist = travel_matrix(travel, team.client_ids, mode)
    legs, milli = work.legs[mine], work.milli_rounds[mine].sum(axis=0)
    middle = int((dist * legs[:, None]).sum(axis=0).argmin())
    row = np.minimum(travel.seconds[mode][travel.client_idx(team.client_ids[middle])], FAR_S)
    to_own, to_all = (
        row[[travel.client_idx(client_id) for client_id in client_ids]]
        for client_ids in (team.client_ids, work.client_ids)
    )
    own_s = int(to_own.sum(dtype=np.int64))
    nearest_s = int(np.sort(to_all)[: len(mine)].sum(dtype=np.int64))
    rounds_week = milli.sum() / 1000
    trip_s = _base_trip_s(team, team.client_ids[middle], travel, mode)
    travel_s = (
        float((intra_team_travel_s(dist) * work.visits_week[mine]).sum()) + rounds_week * trip_s
    )
    return {
        "team_id": team.team_id,
        "area_id": team.area_id,
        "n_clients": len(mine),
        "care_min_week": round(int(work.care_s[mine].sum()) / 60),
        "rounds_day": round(float(milli[0:5].mean()) / 1000, 2),
        "rounds_evening": round(float(milli[7:12].mean()) / 1000, 2),
        "travel_within_min": round(travel_s / 60),
        "compactness": round(min(1.0, nearest_s / own_s), 3) if own_s else 1.0,
        "contiguous": len(parts_of(mine.tolist(), links)) <= 1,
    }


def team_table(
    municipality: Municipality,
    team_plan: TeamPlan,
    travel: TravelTimes,
    network: StreetNetwork | None = None,
    *,
    rules: Rules | None = None,
    mode: str = "bike",
) -> list[TeamRow]:
    """The rows of ``teams.csv``, with the columns of `TEAM_COLUMNS`, in order of team."""
    work = make_work(municipality, travel, rules or Rules(), mode=mode)
    row_of = {client_id: i for i, client_id in enumerate(work.client_ids)}
    clients = [municipality.client_by_id[client_id] for client_id in work.client_ids]
    links = client_links(clients, network, mode)
    rows = []
    for team in team_plan.teams:
        mine = np.array([row_of[client_id] for client_id in team.client_ids], dtype=np.int64)
        rows.append(team_row(team, mine, work, links, travel, mode))
    return rows


def client_table(municipality: Municipality, team_plan: TeamPlan) -> list[ClientRow]:
    """The rows of ``clients.csv``, with the columns of `CLIENT_COLUMNS`, in order of client.

    Protected clients are left out (faults.md C7).
    """
    team_of = team_plan.team_of_client
    rows: list[ClientRow] = []
    for client_id in sorted(team_of):
        client = municipality.client_by_id[client_id]
        if client.protected:
            continue
        rows.append(
            {
                "client_id": client_id,
                "team_id": team_of[client_id],
                "contact_id": team_plan.contact.get(client_id, ""),
                "vice_id": team_plan.vice.get(client_id, ""),
                "x": round(client.x, 1),
                "y": round(client.y, 1),
                "previous_team_id": client.team_id,
                "moved": bool(client.team_id) and client.team_id != team_of[client_id],
                "evening_vice_id": team_plan.evening_vice.get(client_id, ""),
            }
        )
    return rows
