"""``hemrunda teams``: redesign the division, from nobody moves to the best possible."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hemrunda.opened import open_plan, plan_options
from hemrunda.options import (
    config_option,
    default_workers,
    network_option,
    out_option,
    seed_option,
    time_option,
    workers_option,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from partition.redesign import RedesignPoint


@click.group("teams")
def command() -> None:
    """Arbetslag: gör om indelningen, och se vad varje flytt ger."""


@command.command(
    "redesign", epilog="Exempel:  hemrunda teams redesign indata.xlsx --network nat --out omdelning"
)
@click.argument("source", metavar="INDATA", type=click.Path(exists=True, path_type=Path))
@network_option
@config_option
@out_option
@seed_option
@workers_option
@time_option
def redesign(
    source: Path,
    network_path: Path | None,
    config_path: Path | None,
    out: Path,
    seed: int,
    workers: int | None,
    seconds: float | None,
) -> None:
    """Visa vägarna från dagens indelning till den bästa.

    Varje punkt är en hel plan: hur många som byter lag, hur många som byter kontakt, och vad det
    ger i restid och balans. För varje punkt skrivs vem som flyttar, och varför.
    """
    from hemrunda.console import watching
    from hemrunda.inputs import load_streets, read_tables, settings_for
    from hemrunda.redesign_files import write_redesign_files
    from partition import make_redesign
    from routing.travel import travel_times

    config = settings_for(source, config_path)
    network = load_streets(network_path)
    municipality = read_tables(source, config, network).municipality
    with watching() as watch:
        mode = config.general.mode
        travel, _, _ = travel_times(network, municipality, [mode], profile=config.travel)
        points = make_redesign(
            municipality,
            travel,
            config.rules,
            network=network,
            mode=mode,
            seed=seed,
            workers=workers or default_workers(),
            time_limit_s=seconds,
            watch=watch,
        )
    write_redesign_files(out, points, municipality, network, config)
    _tell(points)
    click.echo(f"\nTabell, diagram, kartor och vem som flyttar vid varje punkt: {out}")


def _tell(points: Sequence[RedesignPoint]) -> None:
    click.echo("\nPunkt  Byter lag  Byter kontakt  Restid min/v  Obalans %  Andel av vinsten %")
    for number, point in enumerate(points, 1):
        click.echo(
            f"{number:>5}  {point.n_moved:>9}  {point.n_new_contacts:>13}  "
            f"{point.travel_min_week:>12}  {point.imbalance_pct:>9.1f}  "
            f"{100 * point.share_of_gain:>18.0f}"
        )


@command.command("report", epilog="Exempel:  hemrunda teams report out --csv lag.csv")
@plan_options
@click.option(
    "--csv",
    "csv_path",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="Skriv lagens mått som CSV.",
)
def report(
    folder: Path,
    source: Path | None,
    network_path: Path | None,
    config_path: Path | None,
    csv_path: Path | None,
) -> None:
    """Visa varje lags form och balans, och vad varje resursområdes pool behöver.

    Måtten är definierade i docs/teams.md. Sidan för nämnd och fack skrivs av hemrunda map.
    """
    from partition import pool_sizing, shape_table

    plan = open_plan(folder, source, network_path, config_path)
    rules, mode = plan.config.rules, plan.config.general.mode
    shapes = shape_table(
        plan.municipality, plan.team_plan, plan.travel, plan.network, rules=rules, mode=mode
    )
    shape_of = {row["team_id"]: row for row in shapes}
    rows = [{**row, **shape_of[row["team_id"]]} for row in plan.team_rows]
    click.echo("Lag      Brukare  Vård min/v  Rundor dag  kväll  Restid min/v  Delar  Form")
    for row in rows:
        form = row["polsby_popper"]
        click.echo(
            f"{row['team_id']:<8} {row['n_clients']:>7}  {row['care_min_week']:>10.0f}  "
            f"{row['rounds_day']:>10.1f}  {row['rounds_evening']:>5.1f}  "
            f"{row['travel_within_min']:>12.0f}  {row['n_parts']:>5}  "
            f"{'–' if form is None else f'{form:.2f}'}"
        )
    for area in pool_sizing(plan.municipality, plan.team_plan, plan.travel, rules, mode=mode):
        click.echo(
            f"{area['area_id']}: poolen behöver {area['pool_needed']} heltider vid normal "
            f"frånvaro och har {area['pool_now']}."
        )
    if csv_path is not None:
        from data.atomic import write_text
        from data.tables.writing import csv_text

        header = tuple(rows[0]) if rows else ()
        write_text(csv_path, csv_text(header, [tuple(row.values()) for row in rows]))
        click.echo(f"Tabell: {csv_path}")
