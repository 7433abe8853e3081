"""Everything a run leaves in ``out/``: tables, measures, store, maps, report and manifest."""

from __future__ import annotations

import datetime as dt
import platform
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hemrunda import __version__
from hemrunda.workfolder.baseline_plan import Baseline, of_today
from hemrunda.workfolder.plan_context import PlanContext

if TYPE_CHECKING:
    from hemrunda.effort import Effort


Extra = Callable[[Path], list[Path]]
"""Writes more files to the folder that it is given, and says which."""


def write_all(
    out: Path,
    plan: PlanContext,
    effort: Effort,
    manifest: Mapping[str, object],
    extras: Sequence[Extra] = (),
) -> list[Path]:
    """Write all files of a checked plan as one; give their paths, those to open first at the head.

    ``extras`` write what else belongs to the run: whatever fails or is killed, the folder holds
    the whole of the old run or the whole of the new.
    """
    from data.store import renewing, stage_outputs
    from hemrunda.writing.measures_file import write_measures_table
    from hemrunda.writing.minutes_file import write_minutes
    from hemrunda.writing.services_file import write_services

    whole = {
        **manifest,
        **facts_of(plan),
        "seed": effort.seed,
        "n_iterations": plan.round_plan.n_iterations,
        "effort": [
            [area_effort.area_id, area_effort.n_asked, area_effort.n_batches]
            for area_effort in plan.round_plan.effort
        ],
        "preset": plan.config.general.preset,
    }
    with renewing(out, whole) as folder:
        stage_outputs(
            folder, plan.municipality, plan.team_plan, plan.round_plan,
            measures=plan.shown_measures, team_table=plan.team_rows, look=plan.look,
        )  # fmt: skip
        write_minutes(folder, plan)
        write_measures_table(folder, plan.shown_measures, plan.config.headers)
        if effort.other_areas:
            write_services(folder, plan, effort.other_areas)
        tables = sorted(path for path in folder.iterdir() if path.is_file())
        days = plan.round_plan.dates[: effort.map_days]
        made = [
            *write_maps(folder / "maps", plan, days, other_areas=effort.other_areas),
            write_report_page(folder / "report.html", plan, before=effort.before),
            *tables,
            *(path for write in extras for path in write(folder)),
        ]
        made.insert(0, write_index_page(folder, plan, effort.before))
        names = [path.relative_to(folder) for path in made]
    return [out / name for name in names]


def write_index_page(
    folder: Path, plan: PlanContext, before: Baseline | None, out: Path | None = None
) -> Path:
    """Write the folder's one door: what matters first, and links to all that lies there.

    ``out`` is the folder that ``folder`` is being added to, whose files are linked too.
    """
    from data.store.manifest import registered
    from data.store.transaction import names_in
    from hemrunda.writing.what_matters import change_lines, exact_lines, unplanned_lines
    from maps.reports.index_page import IndexFacts, write_index

    path = folder / "index.html"
    names = {*names_in(folder), *(registered(out) if out is not None else ())}
    facts = IndexFacts(
        plan.municipality.name,
        [*unplanned_lines(plan, is_shared=True), *change_lines(plan, before), *exact_lines(plan)],
        f"{plan.plan_id} · {dt.date.today().isoformat()} · {plan.network.attribution}",
    )
    write_index(path, sorted(names), facts, language=plan.config.general.language)
    return path


def facts_of(plan: PlanContext) -> dict[str, object]:
    """What every manifest says: which plan, made by what, on which streets, for whose eyes."""
    return {
        "plan_id": plan.plan_id,
        "version": __version__,
        "python": platform.python_version(),
        "network": plan.network.source,
        "dates": [day.isoformat() for day in plan.round_plan.dates],
        "profile": "manager",
    }


def write_maps(
    folder: Path,
    plan: PlanContext,
    days: Sequence[dt.date],
    profile: str = "manager",
    other_areas: Mapping[str, Mapping[str, str]] | None = None,
) -> list[Path]:
    """Write the team map, and one round map with all of ``days``, named by the first of them.

    ``other_areas`` are other services' areas by client, to be laid over the teams'.
    """
    from maps import write_round_map, write_team_map

    suffix = "" if profile == "manager" else f"-{profile}"
    team_map = folder / f"teams{suffix}.html"
    write_team_map(
        team_map,
        municipality=plan.municipality,
        team_plan=plan.shown.team_plan,
        network=plan.network,
        team_table=plan.team_rows,
        other_areas=other_areas,
        profile=profile,
        plan_id=plan.plan_id,
        date=dt.date.today().isoformat(),
        language=plan.config.general.language,
    )
    paths = [team_map]
    if days:
        path = folder / f"rounds-{min(days).isoformat()}{suffix}.html"
        write_round_map(
            path,
            municipality=plan.municipality,
            team_plan=plan.team_plan,
            round_plan=plan.round_plan,
            network=plan.network,
            leg_path=plan.engine.leg_path,
            day=days,
            profile=profile,
            plan_id=plan.plan_id,
            changes=plan.changes,
            language=plan.config.general.language,
        )
        paths.append(path)
    return paths


def write_report_page(
    path: Path, plan: PlanContext, profile: str = "manager", before: Baseline | None = None
) -> Path:
    """Write the one-page report for board and union, a page or a PDF by the path's ending.

    What it compares with is ``before``, or else the teams that the clients' table tells.
    """
    from data.care.hidden import shown_unplanned
    from data.care.shortfalls import shortfalls
    from hemrunda.writing.teams_report import baseline_division, measured_rows, sums_of
    from maps import write_report

    was = before or of_today(plan)
    seen = plan.shown
    division = baseline_division(seen, was.team_of)
    rows_before = measured_rows(seen, division) if division is not None else []
    write_report(
        path,
        municipality=plan.municipality,
        team_plan=seen.team_plan,
        network=plan.network,
        measures=plan.shown_measures,
        before=was.measures or None,
        teams_before=was.team_of,
        contacts_before=was.contact_of,
        division=sums_of(seen, seen.team_plan, measured_rows(seen, seen.team_plan)),
        division_before=sums_of(seen, division, rows_before) if division is not None else None,
        care_before={row["team_id"]: row["care_min_week"] for row in rows_before},
        causes=shortfalls(
            plan.municipality,
            plan.team_plan.team_of_client,
            shown_unplanned(plan.municipality, plan.round_plan),
        ),
        dates=plan.round_plan.dates,
        profile=profile,
        plan_id=plan.plan_id,
        date=dt.date.today().isoformat(),
        team_table=plan.team_rows,
        language=plan.config.general.language,
    )
    return path
