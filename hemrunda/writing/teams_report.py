"""The teams' report before and after: figures from `partition`, page by `maps`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from data.errors import SettingsError
from data.plans import Team, TeamPlan
from data.tables.out.headings import read_shared
from hemrunda.workfolder.baseline_plan import of_today
from hemrunda.workfolder.plan_context import PlanContext

if TYPE_CHECKING:
    from maps.reports.division_tables import DivisionSums

Rows = list[dict[str, Any]]


def measured_rows(plan: PlanContext, team_plan: TeamPlan) -> Rows:
    """The rows of ``teams.csv`` and the shape of each team of a division, together."""
    from partition import shape_table

    rows = plan.team_rows if team_plan is plan.team_plan else plan.rows_of(team_plan)
    shapes = shape_table(
        plan.municipality, team_plan, plan.travel, plan.network,
        rules=plan.config.rules, mode=plan.config.general.mode,
    )  # fmt: skip
    return [{**row, **shape} for row, shape in zip(rows, shapes, strict=True)]


def earlier_plan(plan: PlanContext, team_of: Mapping[str, str]) -> TeamPlan | None:
    """The clients' teams of before as a division, or None where there are none.

    Only clients of the plan who had a team are in it.
    """
    from partition.staff.staffing import team_base

    members: dict[str, list[str]] = {}
    for client_id in sorted(plan.team_plan.team_of_client):
        if team_id := team_of.get(client_id):
            members.setdefault(team_id, []).append(client_id)
    if not members:
        return None
    mode = plan.config.general.mode
    teams = []
    for team_id, ids in sorted(members.items()):
        team = Team(team_id, "", "", tuple(ids))
        base_id = team_base(plan.municipality, team, plan.travel, mode)
        teams.append(replace(team, base_id=base_id))
    return replace(plan.team_plan, teams=tuple(teams))


def sums_of(plan: PlanContext, team_plan: TeamPlan, rows: Rows) -> DivisionSums:
    """One column of figures for a whole division."""
    from maps.reports.division_tables import DivisionSums
    from partition.annealing.care_work import make_work

    work = make_work(
        plan.municipality, plan.travel, plan.config.rules, mode=plan.config.general.mode
    )
    row_of = {client_id: i for i, client_id in enumerate(work.client_ids)}
    rounds = np.array(
        [
            work.milli_rounds[[row_of[client] for client in team.client_ids]].sum(axis=0)
            for team in team_plan.teams
        ]
    )
    care = np.array([row["care_min_week"] for row in rows], dtype=float)
    shapes = [row["polsby_popper"] for row in rows if row["polsby_popper"] is not None]
    sizes = [row["n_clients"] for row in rows]
    return DivisionSums(
        n_teams=len(rows),
        clients_least=min(sizes),
        clients_most=max(sizes),
        care_off_pct=float(100 * np.abs(care / max(care.mean(), 1e-9) - 1).max()),
        rounds_off=float(np.abs(rounds - rounds.mean(axis=0)).max() / 1000),
        travel_min_week=float(sum(row["travel_within_min"] for row in rows)),
        inertia_min2=float(np.mean([row["moment_of_inertia_min2"] for row in rows])),
        polsby_popper=float(np.mean(shapes)) if shapes else None,
        n_teams_in_parts=sum(row["n_parts"] > 1 for row in rows),
    )


def earlier_rows(path: Path) -> Rows:
    """The teams of an earlier ``teams.csv``, for the drift since then.

    Raises
    ------
    SettingsError
        Where the file is no such table.
    """
    try:
        return [
            {
                "team_id": row["team_id"],
                "n_clients": int(row["n_clients"]),
                "care_min_week": float(row["care_min_week"].replace(",", ".")),
            }
            for row in read_shared(path.read_text(encoding="utf-8-sig"))
        ]
    except (OSError, KeyError, ValueError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path.name} är ingen teams.csv från en tidigare plan.") from error


def write_page(
    path: Path,
    plan: PlanContext,
    rows: Rows,
    earlier: Rows | None,
    other_areas: Mapping[str, Mapping[str, str]],
    profile: str,
) -> None:
    """Write the page; drift is against ``earlier`` where given, else against today's teams."""
    from maps import write_teams_page
    from maps.reports.teams_page import TeamLine
    from partition import drift_table, make_layers, pool_sizing, staff_need

    rules, mode = plan.config.rules, plan.config.general.mode
    common = (plan.municipality, plan.team_plan, plan.travel, rules)
    present = earlier_plan(plan, of_today(plan).team_of)
    was = measured_rows(plan, present) if present is not None else []
    drift = {row["team_id"]: row["drift_pct"] for row in drift_table(earlier or was, rows)}
    need = {row["team_id"]: row for row in staff_need(*common, mode=mode)}
    layer = {row["team_id"]: row for row in make_layers(*common, network=plan.network, mode=mode)}
    lines = [
        TeamLine(
            team_id=row["team_id"],
            place=place_of(layer[row["team_id"]]),
            n_clients=row["n_clients"],
            care_min_week=row["care_min_week"],
            rounds_day=row["rounds_day"],
            rounds_evening=row["rounds_evening"],
            travel_min_week=row["travel_within_min"],
            inertia_min2=row["moment_of_inertia_min2"],
            polsby_popper=row["polsby_popper"],
            n_parts=row["n_parts"],
            drift_pct=drift.get(row["team_id"]),
            full_time_needed=need[row["team_id"]]["full_time_needed"],
            full_time_now=need[row["team_id"]]["full_time_now"],
        )
        for row in rows
    ]
    pools = [
        (row["area_id"], float(row["pool_needed"]), float(row["pool_now"]))
        for row in pool_sizing(*common, mode=mode)
    ]
    write_teams_page(
        path,
        municipality=plan.municipality,
        team_plan=plan.team_plan,
        network=plan.network,
        lines=lines,
        now=sums_of(plan, plan.team_plan, rows),
        before=sums_of(plan, present, was) if present is not None else None,
        care_before={row["team_id"]: row["care_min_week"] for row in earlier or was},
        pools=pools,
        services=services_of(plan.team_plan, other_areas),
        profile=profile,
        plan_id=plan.plan_id,
        date=dt.date.today().isoformat(),
        language=plan.config.general.language,
    )


def place_of(layer: Mapping[str, Any]) -> str:
    """Area, section and resource area of a team, in short."""
    return f"{layer['area_id']} · {layer['section_id']} · {layer['resource_area_id']}"


def services_of(team_plan: TeamPlan, other_areas: Mapping[str, Mapping[str, str]]) -> Sequence[Any]:
    """How each other service's areas fit, in one line each."""
    from maps.reports.teams_page import OtherService
    from partition import alignment_table

    rows = alignment_table(team_plan, other_areas)
    services = []
    for service in sorted(other_areas):
        mine = [row for row in rows if row["service"] == service]
        n_known = sum(bool(other_areas[service].get(c)) for c in team_plan.team_of_client)
        n_outside = sum(len(row["client_ids_outside"]) for row in mine)
        services.append(
            OtherService(
                service,
                sum(row["n_areas"] <= 1 for row in mine),
                len(mine),
                100 * n_outside / max(1, n_known),
            )
        )
    return services
