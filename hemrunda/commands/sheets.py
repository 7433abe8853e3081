"""``hemrunda sheets``: paper, phone page, GPX and calendar for each carer's round."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from hemrunda.opened import open_plan, plan_options

DATE = click.DateTime(formats=["%Y-%m-%d"])


@click.command("sheets", epilog="Exempel:  hemrunda sheets out --day 2026-03-02 --to rundor")
@plan_options
@click.option("--day", type=DATE, default=None, help="Dag, ÅÅÅÅ-MM-DD.  [default: planens första]")
@click.option("--part", type=click.Choice(["day", "evening"]), default=None, help="Bara ett pass.")
@click.option("--staff", "staff_id", default=None, help="Bara en medarbetare (id).")
@click.option(
    "--to",
    "target",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    help="Mapp att skriva i.  [default: MAPP/staff]",
)
def command(
    folder: Path,
    source: Path | None,
    network_path: Path | None,
    config_path: Path | None,
    day: dt.datetime | None,
    part: str | None,
    staff_id: str | None,
    target: Path | None,
) -> None:
    """Skriv rundblad: A4 (PDF), mobilsida, GPX och kalender för varje medarbetares pass.

    Bladen visar bara den egna rundan, med ankomst i intervall, inte minuter.
    """
    from data.errors import SettingsError
    from maps.sheets import write_staff_sheets

    plan = open_plan(folder, source, network_path, config_path)
    wanted = day.date() if day else plan.round_plan.dates[0]
    if wanted not in plan.round_plan.dates:
        first, last = plan.round_plan.dates[0], plan.round_plan.dates[-1]
        raise SettingsError(f"Planen gäller {first}–{last}; {wanted} är inte med.")
    paths = write_staff_sheets(
        target or folder / "staff",
        municipality=plan.municipality,
        team_plan=plan.team_plan,
        round_plan=plan.round_plan,
        network=plan.network,
        leg_path=plan.engine.leg_path,
        day=wanted,
        plan_id=plan.plan_id,
        part=part,
        staff_id=staff_id,
        language=plan.config.general.language,
    )
    click.echo(f"{len(paths)} filer i {target or folder / 'staff'}")
