"""``hemrunda region``: a folder of municipalities, each planned by its own rules."""

from __future__ import annotations

from pathlib import Path

import click

from hemrunda.options import (
    default_workers,
    iterations_option,
    json_option,
    out_option,
    quick_option,
    seed_option,
    workers_option,
)
from hemrunda.scale.cluster_options import cluster_options, executor_asked


@click.command("region", epilog="Exempel:  hemrunda region kommuner --out region")
@click.argument(
    "folder", metavar="MAPP", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option(
    "--again",
    is_flag=True,
    help="Försök en gång till med dem som inte gick att planera.",
)
@out_option
@seed_option
@workers_option
@quick_option
@iterations_option
@cluster_options
@json_option
def command(
    folder: Path,
    again: bool,
    out: Path,
    seed: int,
    workers: int | None,
    quick: bool,
    iterations: int | None,
    as_json: bool,
) -> None:
    """Planera många kommuner, var och en med egna tabeller, gator och inställningar.

    MAPP har en mapp per kommun. Den som inte går att planera stoppar ingen annan: orsaken står i
    tabellen. Körs kommandot igen planeras bara de som saknas.
    """
    from data.store import probe, writing
    from hemrunda.commands.papers.warmup_command import compile_at_first_start
    from hemrunda.console import progress_bar
    from hemrunda.effort import Effort
    from hemrunda.scale.region_run import run_region, towns_in
    from hemrunda.scale.study_page import tell, write_page
    from hemrunda.scale.study_table import RowsOnDisk

    towns = towns_in(folder)
    context = click.get_current_context()
    context.with_resource(writing(out))
    probe(out)
    rows = RowsOnDisk(out)
    if again:
        rows.drop(rows.failed())
    effort = Effort(seed=seed, workers=1, n_iterations=iterations, is_quick=quick, map_days=0)
    compile_at_first_start(quiet=as_json)
    executor = executor_asked(workers or default_workers())
    with progress_bar(quiet=as_json) as progress:
        run_region(towns, out, effort, executor, progress, rows)
    known = rows.known()
    frame = rows.write_table([town.name for town in towns if town.name in known])
    page = write_page(out, frame, [], folder.name)
    tell(frame, len(towns), page, as_json=as_json)
