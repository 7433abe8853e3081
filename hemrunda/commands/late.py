"""``hemrunda late``: a team's day when not every window can be kept: how late, instead of no."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hemrunda.opened import open_plan, plan_options

if TYPE_CHECKING:
    from routing.soft.team_day import TeamDayPlan


@click.command(
    "late", epilog="Exempel:  hemrunda late out --team L01 --day 2026-03-07 --borrow P0042"
)
@plan_options
@click.option("--team", "team_id", required=True, help="Arbetslag (id).")
@click.option(
    "--day", type=click.DateTime(formats=["%Y-%m-%d"]), required=True, help="Dag, ÅÅÅÅ-MM-DD."
)
@click.option("--borrow", multiple=True, help="Någon annan i tjänst som kan hjälpa till (id).")
@click.option(
    "--seconds", type=click.FloatRange(min=0.1), default=10.0, show_default=True, help="Söktid."
)
@click.option(
    "--csv",
    "csv_path",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="Skriv hela dagen som CSV.",
)
def command(
    folder: Path,
    source: Path | None,
    network_path: Path | None,
    config_path: Path | None,
    team_id: str,
    day: dt.datetime,
    borrow: tuple[str, ...],
    seconds: float,
    csv_path: Path | None,
) -> None:
    """Planera ett arbetslags dag så att alla får besök, och säg hur sent där det måste bli.

    Delegeringar, spärrar och husdjur hålls alltid. Tidsfönster, passens slut och raster har ett
    pris i stället (avsnittet [soft] i hemrunda.toml). En tid som ingen kan hålla hjälper ingen.
    """
    from data.units import clock
    from routing.soft.team_day import plan_team_day

    plan = open_plan(folder, source, network_path, config_path)
    found = plan_team_day(
        plan.municipality,
        plan.team_plan,
        plan.travel,
        plan.config.rules,
        plan.config.soft,
        team_id=team_id,
        date=day.date(),
        borrowed=borrow,
        seconds=seconds,
    )
    for stop in found.late:
        click.echo(
            f"{stop.visit_id} ({stop.client_id}) av {stop.staff_id} kl {clock(stop.start_s)}: "
            f"{-(-stop.late_s // 60)} min sent. Ring brukaren."
        )
    for staff_id, over_s in sorted(found.overtime_s.items()):
        click.echo(f"{staff_id} slutar {-(-over_s // 60)} min efter passet.")
    for staff_id in found.missed_breaks:
        click.echo(f"{staff_id} får ingen rast i tid. Det här får inte bli vardag.")
    for row in found.unplanned:
        click.echo(f"{row.visit_id} är utan personal: {row.reason}.")
    n_visits = sum(stop.kind == "visit" for stop in found.stops)
    click.echo(f"{n_visits} besök planerade, {len(found.late)} sena.")
    if csv_path is not None:
        _write(csv_path, found)
        click.echo(f"Hela dagen: {csv_path}")


def _write(path: Path, found: TeamDayPlan) -> None:
    from data.atomic import write_text
    from data.tables.writing import csv_text
    from data.units import clock_exact

    header = ("staff_id", "seq", "kind", "visit_id", "client_id", "carer_no", "start", "end")
    rows = (
        (
            stop.staff_id,
            stop.seq,
            stop.kind,
            stop.visit_id,
            stop.client_id,
            stop.carer_no,
            clock_exact(stop.start_s),
            clock_exact(stop.end_s),
            stop.late_s,
        )
        for stop in found.stops
    )
    write_text(path, csv_text((*header, "late_s"), rows))
