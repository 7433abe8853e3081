"""A division of before, and a whole division in one column of figures, to set side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypedDict

import numpy as np

from data.model import Municipality
from data.plans import DivisionFigures, Team, TeamPlan
from data.rules import Rules
from data.travel_times import TravelTimes
from partition.annealing.care_work import make_work
from partition.staff.premises import team_base
from partition.teams.team_measures import TeamRow
from partition.teams.team_shape import MeasuredRow


def division_figures(
    municipality: Municipality,
    team_plan: TeamPlan,
    travel: TravelTimes,
    rules: Rules,
    rows: Sequence[MeasuredRow],
    *,
    mode: str,
) -> DivisionFigures:
    """Figures of a whole division, whose teams' rows are ``rows``."""
    work = make_work(municipality, travel, rules, mode=mode)
    row_of = {client_id: i for i, client_id in enumerate(work.client_ids)}
    rounds = np.array(
        [
            work.milli_rounds[[row_of[client] for client in team.client_ids]].sum(axis=0)
            for team in team_plan.teams
        ]
    )
    care = np.array([row["care_min_week"] for row in rows], dtype=float)
    sizes = [row["n_clients"] for row in rows]
    return DivisionFigures(
        n_teams=len(rows),
        clients_least=min(sizes),
        clients_most=max(sizes),
        care_off_pct=float(100 * np.abs(care / max(care.mean(), 1e-9) - 1).max()),
        rounds_off=float(np.abs(rounds - rounds.mean(axis=0)).max() / 1000),
        travel_min_week=float(sum(row["travel_within_min"] for row in rows)),
        compactness=float(np.mean([row["compactness"] for row in rows])),
        n_teams_in_parts=sum(row["n_parts"] > 1 for row in rows),
    )


class DivisionInShort(TypedDict):
    """A division on one line, from its teams' rows alone; hours are whole."""

    n: int
    n_clients: int
    least: int
    most: int
    care_h: int
    off_pct: int
    travel_h: int
    n_loose: int


def care_off_pct(rows: Sequence[TeamRow]) -> list[float]:
    """How far each team's care minutes lie from the mean, in per cent."""
    mean = max(1.0, sum(row["care_min_week"] for row in rows) / max(1, len(rows)))
    return [100 * row["care_min_week"] / mean - 100 for row in rows]


def in_short(rows: Sequence[TeamRow]) -> DivisionInShort:
    """Number, sizes, care, travel and loose parts of the teams whose rows these are."""
    sizes = [row["n_clients"] for row in rows]
    return {
        "n": len(rows),
        "n_clients": sum(sizes),
        "least": min(sizes, default=0),
        "most": max(sizes, default=0),
        "care_h": round(sum(row["care_min_week"] for row in rows) / 60),
        "off_pct": round(max(map(abs, care_off_pct(rows)), default=0)),
        "travel_h": round(sum(row["travel_within_min"] for row in rows) / 60),
        "n_loose": sum(not row["contiguous"] for row in rows),
    }


def division_of(
    municipality: Municipality,
    team_plan: TeamPlan,
    travel: TravelTimes,
    team_of: Mapping[str, str],
    *,
    mode: str,
) -> TeamPlan | None:
    """The clients' teams of before as a division, or None where there are none.

    Only clients of ``team_plan`` who had a team are in it.

    Parameters
    ----------
    team_of : mapping of client_id to team_id
    """
    members: dict[str, list[str]] = {}
    for client_id in sorted(team_plan.team_of_client):
        if team_id := team_of.get(client_id):
            members.setdefault(team_id, []).append(client_id)
    if not members:
        return None
    teams = []
    for team_id, ids in sorted(members.items()):
        team = Team(team_id, "", "", tuple(ids))
        teams.append(replace(team, base_id=team_base(municipality, team, travel, mode)))
    return replace(team_plan, teams=tuple(teams))
