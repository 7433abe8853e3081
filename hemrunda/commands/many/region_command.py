"""``hemrunda region``: a folder of municipalities, each planned by its own rules."""

from __future__ import annotations

from pathlib import Path

import click

from hemrunda.options import (
    iterations_option,
    json_option,
    out_option,
    quick_option,
    seed_option,
    workers_option,
)
from hemrunda.scale.cluster_options import again_option, cluster_options, executor_asked
from hemrunda.workfolder.plan_folder import hold_folder


@click.command("region", epilog="Exempel:  hemrunda region kommuner --out region")
@click.argument(
    "folder", metavar="MAPP", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@again_option
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
    workers: int,
    quick: bool,
    iterations: int | None,
    as_json: bool,
) -> None:
    """Planera många kommuner, var och en med egna tabeller, gator och inställningar.

    MAPP har en mapp per kommun. Den som inte går att planera stoppar ingen annan: orsaken står i
    tabellen. Körs kommandot igen planeras bara de som saknas.
    """
    from hemrunda.commands.many.study_page import print_study, write_page
    from hemrunda.commands.papers.warmup_command import compile_at_first_start
    from hemrunda.console import progress_bar
    from hemrunda.effort import Effort
    from hemrunda.scale.region_run import run_region, towns_in
    from hemrunda.scale.study_table import RowsOnDisk

    towns = towns_in(folder)
    hold_folder(out)
    rows = RowsOnDisk(out, again=again)
    effort = Effort(seed=seed, workers=1, n_iterations=iterations, is_quick=quick, map_days=0)
    compile_at_first_start(quiet=as_json)
    executor = executor_asked(workers)
    with progress_bar(quiet=as_json) as progress:
        run_region(towns, out, effort, executor, progress, rows)
    known = rows.known()
    frame = rows.write_table([town.name for town in towns if town.name in known])
    page = write_page(out, frame, [], folder.name)
    print_study(frame, len(towns), page, as_json=as_json)
