"""``hemrunda demo``: the embedded municipality, through the whole chain."""

from __future__ import annotations

from pathlib import Path

import click

from hemrunda.options import default_workers, network_option, search_options
from hemrunda.scale.cluster_options import areas_asked, cluster_options


@click.command("demo", epilog="Exempel:  hemrunda demo --clients 400 --days 14 --out out")
@click.option(
    "--clients", type=click.IntRange(30, 20_000), default=400, show_default=True, help="Brukare."
)
@click.option("--days", type=click.IntRange(1, 28), default=14, show_default=True, help="Dagar.")
@network_option
@cluster_options
@search_options
def command(
    clients: int,
    days: int,
    network_path: Path | None,
    out: Path,
    config_path: Path | None,
    seed: int,
    workers: int | None,
    quick: bool,
    iterations: int | None,
    seconds: float | None,
    map_days: int,
    as_json: bool,
) -> None:
    """Gör demokommunen Ekhamn och kör hela kedjan.

    Med --network placeras påhittade brukare på verkliga gator i stället.
    """
    from data.demo import make_municipality, make_streets
    from data.tables import write_input
    from hemrunda.commands.papers.warmup_command import compile_at_first_start
    from hemrunda.config import load
    from hemrunda.console import progress_bar
    from hemrunda.effort import Effort
    from hemrunda.pipeline import run
    from hemrunda.run_summary import tell
    from hemrunda.workfolder.inputs import spoken_in
    from hemrunda.workfolder.plan_folder import hold_folder
    from routing.network import load_network, save_network

    hold_folder(out)
    config = spoken_in(load(config_path))
    compile_at_first_start(quiet=as_json)
    with progress_bar(quiet=as_json) as progress:
        progress.report(0.0, "Gör kommunen")
        if network_path is None:
            network = make_streets(n_clients=clients)
        else:
            network = load_network(network_path)
        name = "Ekhamn" if network_path is None else network_path.stem
        municipality = make_municipality(
            network, n_clients=clients, n_days=days, seed=seed, name=name
        )

        def also(folder: Path) -> list[Path]:
            if network_path is None:
                save_network(network, folder / "network")
            write_input(municipality, folder / "indata.xlsx")
            return []

        effort = Effort(
            run_areas=areas_asked(),
            seed=seed,
            workers=workers or default_workers(),
            n_iterations=iterations,
            is_quick=quick,
            time_limit_s=seconds,
            map_days=map_days,
            changes_pct=100,  # the town's teams are there to be compared with
        )
        outcome = run(
            municipality, network, config, effort, out, progress, {"command": "demo"}, [also]
        )
    tell(outcome, out, as_json=as_json)
