"""``hemrunda check-plan``: the independent checker on files."""

from __future__ import annotations

from pathlib import Path

import click

from hemrunda.options import config_option, network_option


@click.command(
    "check-plan",
    epilog="Exempel:  hemrunda check-plan out --input out/indata.xlsx --network out/network",
)
@click.argument(
    "out", metavar="MAPP", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option(
    "--input",
    "source",
    type=click.Path(exists=True, path_type=Path),
    default=None,
    help="Indata som planen gjordes av.  [default: MAPP/indata.xlsx]",
)
@network_option
@config_option
def command(
    out: Path, source: Path | None, network_path: Path | None, config_path: Path | None
) -> int:
    """Granska en färdig plan regel för regel, mot indata och gatunät.

    Slutkod 0 när alla regler hålls, annars 1.
    """
    from data.store import read_outputs
    from hemrunda.inputs import load_streets, read_tables, settings_for
    from routing.check import check_plan, check_teams
    from routing.travel import travel_times

    tables = source or out / "indata.xlsx"
    config = settings_for(tables, config_path)
    streets = network_path or (out / "network" if (out / "network").exists() else None)
    network = load_streets(streets)
    municipality = read_tables(tables, config, network).municipality
    team_plan, round_plan = read_outputs(out)
    modes = sorted({carer.travel_mode for carer in municipality.staff})
    travel, _, _ = travel_times(network, municipality, modes, profile=config.travel)
    found = [
        *check_teams(municipality, team_plan, config.rules),
        *check_plan(municipality, team_plan, travel, config.rules, round_plan),
    ]
    for violation in found:
        click.echo(f"{violation.rule}: {violation.message}")
    n_visits = sum(row.kind == "visit" for row in round_plan.rows)
    click.echo(
        f"{len(found)} brott mot reglerna i {len(round_plan.rounds)} rundor och {n_visits} besök."
    )
    return 1 if found else 0
