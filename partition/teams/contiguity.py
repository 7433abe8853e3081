"""Whether teams hang together on the streets, and who holds them together (faults.md D11)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from data.model import Municipality
from data.plans import Team, TeamPlan
from data.streets import StreetNetwork
from partition.annealing.care_work import planned_clients
from partition.teams.street_neighbours import Links, parts_of
from partition.teams.team_problem import TeamProblem, client_links


def team_parts(team: Team, row_of: dict[str, int], links: Links) -> list[list[int]]:
    """The connected parts of a team as rows of the neighbour graph, largest first."""
    return parts_of([row_of[client_id] for client_id in team.client_ids], links)


def count_fragments(problem: TeamProblem, team: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number of parts of each team of a division, shape (n_teams,)."""
    return np.array(
        [
            len(parts_of(np.flatnonzero(team == k).tolist(), problem.links))
            for k in range(len(problem.labels))
        ],
        dtype=np.int64,
    )


def clients_cut_off(
    client_ids: Sequence[str], leaving: str, row_of: dict[str, int], links: Links
) -> tuple[str, ...]:
    """Clients who would lose the streets to the rest of their team if ``leaving`` left it.

    Empty where the team stays as whole as it was.
    """
    before = parts_of([row_of[client_id] for client_id in client_ids], links)
    rest = [client_id for client_id in client_ids if client_id != leaving]
    after = parts_of([row_of[client_id] for client_id in rest], links)
    own = next(part for part in before if row_of[leaving] in part)
    pieces = [part for part in after if set(part) <= set(own)]
    name_of = {row_of[client_id]: client_id for client_id in rest}
    return tuple(sorted(name_of[i] for part in pieces[1:] for i in part))


def warning_before_move(
    municipality: Municipality,
    team_plan: TeamPlan,
    client_id: str,
    to_team_id: str,
    network: StreetNetwork | None = None,
    *,
    mode: str = "bike",
) -> str:
    """What a planner should know before the move is made, in Swedish; empty where nothing.

    Tells of clients cut off in the team that is left, and of a newcomer with no neighbour in the
    team that receives.
    """
    clients = planned_clients(municipality)
    row_of = {client.client_id: i for i, client in enumerate(clients)}
    links = client_links(clients, network, mode)
    return warning_on_links(row_of, links, team_plan, client_id, to_team_id)


def warning_on_links(
    row_of: dict[str, int], links: Links, team_plan: TeamPlan, client_id: str, to_team_id: str
) -> str:
    """`warning_before_move` on a neighbour graph that is at hand; ``row_of`` names its rows."""
    sentences = []
    home = team_plan.team_by_id[team_plan.team_of_client[client_id]]
    cut = clients_cut_off(home.client_ids, client_id, row_of, links)
    if cut:
        sentences.append(f"Lag {home.team_id} delas: {', '.join(cut)} skiljs från resten av laget.")
    start, link = links
    row = row_of[client_id]
    around = set(link[start[row] : start[row + 1]].tolist())
    receiving = team_plan.team_by_id[to_team_id].client_ids
    if not around & {row_of[other] for other in receiving}:
        sentences.append(
            f"Brukare {client_id} blir en ö i lag {to_team_id}: ingen granne finns där."
        )
    return " ".join(sentences)
