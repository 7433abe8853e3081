"""``hemrunda write map``: draw the maps of a finished plan again, for other days or other eyes."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import click

from hemrunda.options import before_option, profile_option
from hemrunda.workfolder.plan_folder import open_plan, plan_options


@click.command("map", epilog="Exempel:  hemrunda write map out --day 2026-03-03")
@plan_options
@click.option(
    "--day",
    "days",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    multiple=True,
    help="Dag att rita rundor för; kan upprepas. Utan dag ritas bara lagkartan.",
)
@profile_option
@before_option
def command(
    folder: Path,
    source: Path | None,
    network_path: Path | None,
    config_path: Path | None,
    days: tuple[dt.datetime, ...],
    profile: str,
    before_path: Path | None,
) -> None:
    """Rita lagkartan och rapporten, och rundkartor för valda dagar."""
    from data.store import adding
    from data.tables.out.headings import read_shared
    from hemrunda.layers.other_areas import other_areas_for
    from hemrunda.workfolder.baseline_plan import read_baseline
    from hemrunda.writing.change_files import FILE_NAME
    from hemrunda.writing.plan_files_out import (
        write_index_page,
        write_maps,
        write_report_page,
    )

    before = read_baseline(before_path)
    plan = open_plan(folder, source, network_path, config_path)
    known = folder / "private" / FILE_NAME
    if known.is_file():
        plan = replace(plan, changes=tuple(read_shared(known.read_text("utf-8-sig"))))
    # Other services' areas lie beside the user's own tables; a plan's folder holds no copy of them.
    areas = other_areas_for(source, plan.config, plan.municipality.client_by_id) if source else {}
    suffix = "" if profile == "manager" else f"-{profile}"
    with adding(folder) as staged:
        dates = [day.date() for day in days]
        paths = write_maps(staged / "maps", plan, dates, profile, areas)
        paths.append(write_report_page(staged / f"report{suffix}.html", plan, profile, before))
        write_index_page(staged, plan, before, folder)
        names = [path.relative_to(staged) for path in paths]
    for name in names:
        click.echo(folder / name)
