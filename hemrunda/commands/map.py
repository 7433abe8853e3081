"""``hemrunda map``: draw the maps of a finished plan again, for other days or other eyes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from hemrunda.opened import open_plan, plan_options


@click.command("map", epilog="Exempel:  hemrunda map out --day 2026-03-03 --profile council")
@plan_options
@click.option(
    "--day",
    "days",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    multiple=True,
    help="Dag att rita rundor för; kan upprepas. Utan dag ritas bara lagkartan.",
)
@click.option(
    "--profile",
    type=click.Choice(["manager", "anonymous", "council"]),
    default="manager",
    show_default=True,
    help="Vem kartan är för: anonymous visar rutor med minst fem, council inga punkter.",
)
def command(
    folder: Path,
    source: Path | None,
    network_path: Path | None,
    config_path: Path | None,
    days: tuple[dt.datetime, ...],
    profile: str,
) -> None:
    """Rita lagkartan, och rundkartor för valda dagar."""
    from maps import write_round_map, write_team_map
    from partition import team_table

    plan = open_plan(folder, source, network_path, config_path)
    language = plan.config.general.language
    suffix = "" if profile == "manager" else f"-{profile}"
    path = folder / "maps" / f"teams{suffix}.html"
    write_team_map(
        path,
        municipality=plan.municipality,
        team_plan=plan.team_plan,
        network=plan.network,
        team_table=team_table(plan.municipality, plan.team_plan, plan.travel, plan.network),
        profile=profile,
        plan_id=plan.plan_id,
        date=dt.date.today().isoformat(),
        language=language,
    )
    click.echo(path)
    for day in days:
        path = folder / "maps" / f"rounds-{day.date().isoformat()}{suffix}.html"
        write_round_map(
            path,
            municipality=plan.municipality,
            team_plan=plan.team_plan,
            round_plan=plan.round_plan,
            network=plan.network,
            leg_path=plan.engine.leg_path,
            day=day.date(),
            profile=profile,
            plan_id=plan.plan_id,
            language=language,
        )
        click.echo(path)
