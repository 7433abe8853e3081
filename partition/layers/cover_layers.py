"""Layers over the teams, and how other services' areas fit (MA-14, LU-29, FA-07, NO-20).

A team belongs to a resource area (three or four teams that share a pool), which belongs to a
section (what one manager leads), which belongs to an area. Each level is a union of whole units of
the one below, made by the engine that makes the teams. An evening group is two or three
neighbouring teams of an area, whose evening carers are named for their clients.

Other services (nursing, rehab, assessors) have areas of their own. As an objective, each of their
areas that a team touches beyond the first has a price in the search (``other_areas`` of
`team_problem.make_team_problem`); as a report, `alignment_table` says where they do not fit.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TypedDict

import numpy as np

from data.model import Municipality
from data.plans import Team, TeamPlan
from data.rules import Rules
from data.streets import StreetNetwork
from data.travel_times import TravelTimes
from data.units import HOUR_S
from partition.annealing.care_work import make_work
from partition.contacts.contact_choice import FULL_TIME_S
from partition.contacts.evening_vices import evening_group_of_teams
from partition.teams.resource_areas import grouped


class PoolRow(TypedDict):
    """What the pool of one resource area must cover."""

    area_id: str
    n_teams: int
    n_clients: int
    rounds_week: float
    open_hours_week: float
    pool_needed: int
    """Full-time carers."""
    pool_now: float


class LayerRow(TypedDict):
    """What one team belongs to."""

    team_id: str
    resource_area_id: str
    section_id: str
    area_id: str
    evening_group_id: str
    n_clients: int


class EveningGroupRow(TypedDict):
    """One evening group on a mean day."""

    evening_group_id: str
    team_ids: tuple[str, ...]
    n_clients: int
    rounds_evening: float
    n_evening_carers: int


class StaffNeedRow(TypedDict):
    """Full-time carers of one team: asked for, and there."""

    team_id: str
    full_time_needed: float
    full_time_now: float


class AlignmentRow(TypedDict):
    """How one other service's areas lie over one team."""

    team_id: str
    service: str
    n_areas: int
    main_area: str
    outside_pct: float
    client_ids_outside: tuple[str, ...]


def pool_sizing(
    municipality: Municipality,
    team_plan: TeamPlan,
    travel: TravelTimes,
    rules: Rules,
    *,
    absence_pct: int | None = None,
    mode: str = "bike",
) -> list[PoolRow]:
    """How many full-time pool carers each resource area needs, beside how many it has.

    The rounds that absence leaves open in a normal week, in hours, over the hours of full time:
    what the pool must cover if no one else is to work more (MA-14, MA-15).

    Parameters
    ----------
    absence_pct : int, optional
        Share of rostered shifts lost to leave and illness; as ``rules.layers`` says where not
        given.

    Returns
    -------
    list of PoolRow
         In order of area.
    """
    if absence_pct is None:
        absence_pct = rules.layers.absence_pct
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
    day_shift_s, evening_shift_s = municipality.hours.shift_s
    rows: list[PoolRow] = []
    for area_id in sorted(members):
        milli = work.milli_rounds[np.array(members[area_id])].sum(axis=0)
        day, evening = milli[:7].sum() / 1000, milli[7:].sum() / 1000
        hours = (day * day_shift_s + evening * evening_shift_s) / HOUR_S
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


def make_layers(
    municipality: Municipality,
    team_plan: TeamPlan,
    travel: TravelTimes,
    rules: Rules,
    *,
    network: StreetNetwork | None = None,
    mode: str = "bike",
) -> list[LayerRow]:
    """Resource area, section, area and evening group of each team.

    Returns
    -------
    list of LayerRow
    in order
        of team.
    """

    def above(units: Sequence[Team], bounds: tuple[int, int], letter: str) -> dict[str, str]:
        group = grouped(
            municipality, units, travel, rules, *bounds, network=network, mode=mode
        ).tolist()
        order = list(dict.fromkeys(group))
        return {
            unit.team_id: f"{letter}{order.index(k) + 1}"
            for unit, k in zip(units, group, strict=True)
        }

    resource = {team.team_id: team.area_id for team in team_plan.teams}
    section_of = above(_unions(team_plan.teams, resource), rules.layers.section_areas, "S")
    section = {team: section_of[area] for team, area in resource.items()}
    area_of = above(_unions(team_plan.teams, section), rules.layers.area_sections, "A")
    group = evening_group_of_teams(team_plan.teams, travel, mode)
    return [
        {
            "team_id": team.team_id,
            "resource_area_id": team.area_id,
            "section_id": section[team.team_id],
            "area_id": area_of[section[team.team_id]],
            "evening_group_id": f"{group[team.team_id]}-kväll",
            "n_clients": len(team.client_ids),
        }
        for team in team_plan.teams
    ]


def _unions(teams: Sequence[Team], group: Mapping[str, str]) -> tuple[Team, ...]:
    """The teams of each group as one, by the group's id."""
    clients: dict[str, list[str]] = {}
    for team in teams:
        clients.setdefault(group[team.team_id], []).extend(team.client_ids)
    return tuple(Team(name, "", "", tuple(sorted(ids))) for name, ids in sorted(clients.items()))


def evening_groups(
    municipality: Municipality,
    team_plan: TeamPlan,
    travel: TravelTimes,
    rules: Rules,
    *,
    mode: str = "bike",
) -> list[EveningGroupRow]:
    """Each evening group: its day teams, the rounds it needs on a mean day, and its carers (LU-29).

    Returns
    -------
    list of EveningGroupRow
    """
    work = make_work(municipality, travel, rules, mode=mode)
    row = {client_id: i for i, client_id in enumerate(work.client_ids)}
    group_of = evening_group_of_teams(team_plan.teams, travel, mode)
    teams_in: dict[str, list[Team]] = {}
    for team in team_plan.teams:
        teams_in.setdefault(group_of[team.team_id], []).append(team)
    carers = Counter(
        group_of[team_plan.staff_team[carer.staff_id]]
        for carer in municipality.staff
        if carer.shift_group == "evening" and carer.staff_id in team_plan.staff_team
    )
    groups: list[EveningGroupRow] = []
    for group_id, teams in sorted(teams_in.items()):
        mine = np.array([row[client] for team in teams for client in team.client_ids])
        groups.append(
            {
                "evening_group_id": f"{group_id}-kväll",
                "team_ids": tuple(team.team_id for team in teams),
                "n_clients": len(mine),
                "rounds_evening": round(float(work.milli_rounds[mine, 7:].sum()) / 7000, 1),
                "n_evening_carers": carers[group_id],
            }
        )
    return groups


def staff_need(
    municipality: Municipality,
    team_plan: TeamPlan,
    travel: TravelTimes,
    rules: Rules,
    *,
    mode: str = "bike",
) -> list[StaffNeedRow]:
    """Full-time carers that each team's rounds ask for, beside those it has (LU-26).

    Rounds of a week times hours of a shift, over the hours of full time less absence.

    Returns
    -------
    list of StaffNeedRow
        In order of team.
    """
    work = make_work(municipality, travel, rules, mode=mode)
    row = {client_id: i for i, client_id in enumerate(work.client_ids)}
    now: Counter[str] = Counter()
    for carer in municipality.staff:
        now[team_plan.staff_team.get(carer.staff_id, "")] += carer.employment_pct
    at_work = FULL_TIME_S * (100 - rules.layers.absence_pct) / 100
    day_shift_s, evening_shift_s = municipality.hours.shift_s
    needs: list[StaffNeedRow] = []
    for team in team_plan.teams:
        milli = work.milli_rounds[[row[client] for client in team.client_ids]].sum(axis=0)
        seconds = (milli[:7].sum() * day_shift_s + milli[7:].sum() * evening_shift_s) / 1000
        needs.append(
            {
                "team_id": team.team_id,
                "full_time_needed": round(float(seconds / at_work), 1),
                "full_time_now": round(now[team.team_id] / 100, 1),
            }
        )
    return needs


def alignment_table(
    team_plan: TeamPlan, other_areas: Mapping[str, Mapping[str, str]]
) -> list[AlignmentRow]:
    """Where the areas of other services do not fit the teams.

    Parameters
    ----------
    other_areas : mapping of service to mapping of client_id to area
        For instance ``{"sjuksköterska": {"1": "Norr", ...}}``; clients may be missing.

    Returns
    -------
    list of AlignmentRow
    in order.
    """
    rows: list[AlignmentRow] = []
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
