"""Layers over the teams: pool per resource area, and how other services' areas fit (MA-14, FA-06).

Other services (nursing, rehab, assessors) have areas of their own. As an objective, each of their
areas that a team touches beyond the first has a price in the search (``other_areas`` of
`team_problem.make_team_problem`); as a report, `alignment_table` says where they do not fit.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

from data.model import Municipality
from data.plans import TeamPlan
from data.rules import Rules
from data.travel import TravelTimes
from data.units import HOUR_S
from partition.contacts import FULL_TIME_S
from partition.work import DAY_SHIFT_S, EVENING_SHIFT_S, make_work

ABSENCE_PCT = 15
"""Share of rostered shifts lost to leave and illness (requirements 5: 12–15 %)."""


def pool_sizing(
    municipality: Municipality,
    team_plan: TeamPlan,
    travel: TravelTimes,
    rules: Rules,
    *,
    absence_pct: int = ABSENCE_PCT,
    mode: str = "bike",
) -> list[dict[str, Any]]:
    """How many full-time pool carers each resource area needs, beside how many it has.

    The rounds that absence leaves open in a normal week, in hours, over the hours of full time:
    what the pool must cover if no one else is to work more (MA-14, MA-15).

    Returns
    -------
    list of dict
        ``area_id, n_teams, n_clients, rounds_week, open_hours_week, pool_needed, pool_now``, in
        order of area.
    """
    work = make_work(municipality, travel, rules, mode=mode)
    row = {client_id: i for i, client_id in enumerate(work.client_ids)}
    members: dict[str, list[int]] = {}
    for team in team_plan.teams:
        members.setdefault(team.area_id, []).extend(row[client] for client in team.client_ids)
    n_teams = Counter(team.area_id for team in team_plan.teams)
    pool: Counter[str] = Counter()
    for carer in municipality.staff:
        if carer.role == "pool":
            pool[team_plan.staff_area[carer.staff_id]] += carer.employment_pct
    rows = []
    for area_id in sorted(members):
        milli = work.milli_rounds[np.array(members[area_id])].sum(axis=0)
        day, evening = milli[:7].sum() / 1000, milli[7:].sum() / 1000
        hours = (day * DAY_SHIFT_S + evening * EVENING_SHIFT_S) / HOUR_S
        open_hours = hours * absence_pct / 100
        rows.append(
            {
                "area_id": area_id,
                "n_teams": n_teams[area_id],
                "n_clients": len(members[area_id]),
                "rounds_week": round(float(day + evening), 1),
                "open_hours_week": round(float(open_hours), 1),
                "pool_needed": math.ceil(open_hours / (FULL_TIME_S / HOUR_S)),
                "pool_now": round(pool[area_id] / 100, 2),
            }
        )
    return rows


def alignment_table(
    team_plan: TeamPlan, other_areas: Mapping[str, Mapping[str, str]]
) -> list[dict[str, Any]]:
    """Where the areas of other services do not fit the teams.

    Parameters
    ----------
    other_areas : mapping of service to mapping of client_id to area
        For instance ``{"sjuksköterska": {"1": "Norr", ...}}``; clients may be missing.

    Returns
    -------
    list of dict
        ``team_id, service, n_areas, main_area, outside_pct, client_ids_outside``, in order.
    """
    rows = []
    for team in team_plan.teams:
        for service, area_of in sorted(other_areas.items()):
            known = [client for client in sorted(team.client_ids) if area_of.get(client)]
            votes = Counter(area_of[client] for client in known)
            main = min(votes, key=lambda area: (-votes[area], area), default="")
            outside = tuple(client for client in known if area_of[client] != main)
            rows.append(
                {
                    "team_id": team.team_id,
                    "service": service,
                    "n_areas": len(votes),
                    "main_area": main,
                    "outside_pct": round(100 * len(outside) / len(known), 1) if known else 0.0,
                    "client_ids_outside": outside,
                }
            )
    return rows
