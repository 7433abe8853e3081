"""``hemrunda study``: hundreds of plans of one grid, compared on one page."""

from __future__ import annotations

from pathlib import Path

import click

from hemrunda.options import json_option, out_option, workers_option
from hemrunda.scale.cluster_options import again_option, cluster_options, executor_asked
from hemrunda.workfolder.plan_folder import hold_folder


@click.command("study", epilog="Exempel:  hemrunda study studie.toml --out studie")
@click.argument(
    "grid", metavar="STUDIE", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@again_option
@out_option
@workers_option
@cluster_options
@json_option
def command(
    grid: Path,
    again: bool,
    out: Path,
    workers: int,
    as_json: bool,
) -> None:
    """Planera varje kombination av inställningar, frön, scheman och gatunät.

    STUDIE är en liten TOML-fil med [study] och [grid]; se docs/en/scale.md. Varje plan granskas
    och blir en rad. En stoppad studie går vidare där den var när kommandot körs igen.
    """
    from hemrunda.commands.many.study_page import print_study, write_page
    from hemrunda.commands.papers.warmup_command import compile_at_first_start
    from hemrunda.console import progress_bar
    from hemrunda.scale.study_grid import read_grid
    from hemrunda.scale.study_run import run_study, study_of
    from hemrunda.scale.study_table import RowsOnDisk

    study = study_of(read_grid(grid), grid.parent)
    hold_folder(out)
    rows = RowsOnDisk(out, again=again)
    compile_at_first_start(quiet=as_json)
    executor = executor_asked(workers)
    with progress_bar(quiet=as_json) as progress:
        known = run_study(study, rows, executor, progress)
    frame = rows.write_table(known)
    varied = [name for name, _ in study.combinations[0].varied]
    page = write_page(out, frame, varied, grid.stem)
    print_study(frame, len(study.keys), page, as_json=as_json)
