"""The teams' report before and after: figures from `partition`, page by `maps`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from data.errors import SettingsError
from data.plans import TeamPlan
from data.regular_files import regular_text
from data.tables.out.headings import read_shared
from hemrunda.workfolder.baseline_plan import of_today
from hemrunda.workfolder.plan_context import PlanContext

if TYPE_CHECKING:
    from data.plans import DivisionFigures
    from partition.layers.cover_layers import LayerRow
    from partition.teams.team_shape import BeforeRow, MeasuredRow


def measured_rows(plan: PlanContext, team_plan: TeamPlan) -> list[MeasuredRow]:
    """The rows of ``teams.csv`` and the shape of each team of a division, together."""
    from partition import shape_table

    rows = plan.team_rows if team_plan is plan.team_plan else plan.rows_of(team_plan)
    shapes = shape_table(
        plan.municipality, team_plan, plan.travel, plan.network,
        rules=plan.config.rules, mode=plan.config.general.mode,
    )  # fmt: skip
    return [cast("MeasuredRow", {**row, **shape}) for row, shape in zip(rows, shapes, strict=True)]


def baseline_division(plan: PlanContext, team_of: Mapping[str, str]) -> TeamPlan | None:
    """The clients' teams of before as a division, or None where there are none."""
    from partition.layers.division_figures import division_of

    division: TeamPlan | None = division_of(
        plan.municipality, plan.team_plan, plan.travel, team_of, mode=plan.config.general.mode
    )
    return division


def sums_of(plan: PlanContext, team_plan: TeamPlan, rows: Sequence[MeasuredRow]) -> DivisionFigures:
    """One column of figures for a whole division, for the page."""
    from partition.layers.division_figures import division_figures

    rules, mode = plan.config.rules, plan.config.general.mode
    return division_figures(plan.municipality, team_plan, plan.travel, rules, rows, mode=mode)


def baseline_rows(path: Path) -> list[BeforeRow]:
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
            for row in read_shared(regular_text(path))
        ]
    except (OSError, KeyError, ValueError) as error:
        raise SettingsError(f"{path.name} är ingen teams.csv från en tidigare plan.") from error


def write_page(
    path: Path,
    plan: PlanContext,
    rows: Sequence[MeasuredRow],
    baseline: Sequence[BeforeRow] | None,
    other_areas: Mapping[str, Mapping[str, str]],
    profile: str,
) -> None:
    """Write the page; drift is against ``baseline`` where given, else against today's teams."""
    from maps import write_teams_page
    from maps.reports.teams_page import TeamRow
    from partition import drift_table, make_layers, pool_sizing, staff_need

    rules, mode = plan.config.rules, plan.config.general.mode
    common = (plan.municipality, plan.team_plan, plan.travel, rules)
    present = baseline_division(plan, of_today(plan).team_of)
    was = measured_rows(plan, present) if present is not None else []
    drift = {row["team_id"]: row["drift_pct"] for row in drift_table(baseline or was, rows)}
    need = {row["team_id"]: row for row in staff_need(*common, mode=mode)}
    layer = {row["team_id"]: row for row in make_layers(*common, network=plan.network, mode=mode)}
    lines = [
        TeamRow(
            team_id=row["team_id"],
            place=place_of(layer[row["team_id"]]),
            n_clients=row["n_clients"],
            care_min_week=row["care_min_week"],
            rounds_day=row["rounds_day"],
            rounds_evening=row["rounds_evening"],
            travel_min_week=row["travel_within_min"],
            compactness=row["compactness"],
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
        care_before={row["team_id"]: row["care_min_week"] for row in baseline or was},
        pools=pools,
        services=services_of(plan.team_plan, other_areas),
        profile=profile,
        plan_id=plan.plan_id,
        date=dt.date.today().isoformat(),
        language=plan.config.general.language,
    )


def place_of(layer: LayerRow) -> str:
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
