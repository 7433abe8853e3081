"""``hemrunda demo``: the embedded municipality, through the whole chain."""

from __future__ import annotations

from pathlib import Path

import click

from hemrunda.effort import SearchAsked, with_search
from hemrunda.options import network_option
from hemrunda.scale.cluster_options import cluster_options


@click.command("demo", epilog="Exempel:  hemrunda demo --clients 400 --days 14 --out out")
@click.option(
    "--clients", type=click.IntRange(30, 20_000), default=400, show_default=True, help="Brukare."
)
@click.option("--days", type=click.IntRange(1, 28), default=14, show_default=True, help="Dagar.")
@network_option
@cluster_options
@with_search
def command(
    clients: int,
    days: int,
    network_path: Path | None,
    asked: SearchAsked,
) -> None:
    """Gör demokommunen Ekhamn och kör hela kedjan.

    Med --network placeras påhittade brukare på verkliga gator i stället.
    """
    from data.demo import make_municipality, make_streets
    from data.tables import write_input
    from hemrunda.commands.papers.warmup_command import compile_at_first_start
    from hemrunda.config import load
    from hemrunda.console import progress_bar
    from hemrunda.pipeline import run
    from hemrunda.run_summary import print_outcome
    from hemrunda.workfolder.inputs import spoken_in
    from hemrunda.workfolder.plan_folder import hold_folder
    from routing.network import load_network, save_network

    hold_folder(asked.out)
    config = spoken_in(load(asked.config_path))
    compile_at_first_start(quiet=asked.as_json)
    with progress_bar(quiet=asked.as_json) as progress:
        progress.report(0.0, "Gör kommunen")
        if network_path is None:
            network = make_streets(n_clients=clients)
        else:
            network = load_network(network_path)
        name = "Ekhamn" if network_path is None else network_path.stem
        municipality = make_municipality(
            network, n_clients=clients, n_days=days, seed=asked.seed, name=name
        )

        def also(folder: Path) -> list[Path]:
            if network_path is None:
                save_network(network, folder / "network")
            write_input(municipality, folder / "indata.xlsx")
            return []

        # The town's teams are there to be compared with.
        effort = asked.effort(changes_pct=100)
        outcome = run(
            municipality, network, config, effort, asked.out, progress, {"command": "demo"}, [also]
        )
    print_outcome(outcome, asked.out, as_json=asked.as_json)
