"""``hemrunda warmup``: compile every kernel once, with a bar."""

from __future__ import annotations

import click


@click.command("warmup", epilog="Exempel:  hemrunda warmup")
def command() -> None:
    """Kompilera räknekärnorna i förväg, så att första planen inte behöver vänta.

    En liten påhittad kommun körs genom hela kedjan; ingenting sparas.
    """
    import tempfile
    from pathlib import Path

    from data.demo import make_municipality, make_streets
    from data.kernels import cache_root
    from hemrunda.config import Config
    from hemrunda.console import progress_bar
    from hemrunda.effort import Effort
    from hemrunda.pipeline import run

    with progress_bar() as progress, tempfile.TemporaryDirectory() as folder:
        network = make_streets(n_clients=60)
        municipality = make_municipality(network, n_clients=60, n_days=2, seed=1)
        effort = Effort(n_iterations=200, workers=1, map_days=0)
        run(municipality, network, Config(), effort, Path(folder), progress)
    click.echo(f"Klart. De kompilerade kärnorna ligger i {cache_root()}.")
