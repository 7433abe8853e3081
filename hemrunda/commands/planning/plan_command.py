"""``hemrunda plan``: the whole chain on the user's own tables."""

from __future__ import annotations

from pathlib import Path

import click

from hemrunda.options import (
    after_option,
    before_option,
    default_workers,
    first_dates,
    ignore_option,
    late_option,
    network_option,
    other_areas_option,
    search_options,
    with_suggestions,
)
from hemrunda.workfolder.plan_folder import hold_folder


@click.command("plan", epilog="Exempel:  hemrunda plan indata.xlsx --network nat --out out")
@click.argument("source", metavar="INDATA", type=click.Path(exists=True, path_type=Path))
@network_option
@click.option("--days", type=click.IntRange(1, 28), default=None, help="Antal dagar ur schemat.")
@click.option(
    "--changes",
    "changes_pct",
    type=click.IntRange(0, 100),
    default=None,
    metavar="PROCENT",
    help="Högst så många procent av brukarna byter lag.  [annars 0 om lagen är antagna, "
    "annars så många som lönar sig]",
)
@other_areas_option
@late_option
@before_option
@after_option
@ignore_option
@search_options
def command(
    source: Path,
    network_path: Path | None,
    days: int | None,
    changes_pct: int | None,
    other_areas: Path | None,
    suggest: bool,
    before_path: Path | None,
    after_path: Path | None,
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
    """Planera arbetslag, kontakter och rundor ur egna tabeller."""
    from data.store import input_hashes
    from hemrunda.console import progress_bar, show_faults, show_receipt
    from hemrunda.effort import Effort
    from hemrunda.pipeline import run
    from hemrunda.run_summary import tell
    from hemrunda.workfolder.baseline_plan import read_earlier
    from hemrunda.workfolder.inputs import load_streets, read_tables, settings_for
    from hemrunda.workfolder.other_areas import other_areas_for
    from hemrunda.workfolder.recurrence_memory import taken_over

    hold_folder(out)
    config = with_suggestions(settings_for(source, config_path), suggest)
    before = read_earlier(before_path)
    network = load_streets(network_path)
    result = read_tables(source, config, network)
    if not as_json:
        show_receipt(result.receipt)
        show_faults(result.warnings)
    municipality = result.municipality
    dates = first_dates(municipality.dates, days)
    if after_path is not None and dates:
        municipality = taken_over(municipality, after_path, dates[0])
    effort = Effort(
        seed=seed,
        workers=workers or default_workers(),
        n_iterations=iterations,
        is_quick=quick,
        time_limit_s=seconds,
        dates=dates,
        map_days=map_days,
        other_areas=other_areas_for(source, config, municipality.client_by_id, other_areas),
        before=before,
        changes_pct=changes_pct,
    )
    receipt = result.receipt.as_list()
    manifest = {"command": "plan", "inputs_sha256": input_hashes(source), "receipt": receipt}
    with progress_bar(quiet=as_json) as progress:
        outcome = run(municipality, network, config, effort, out, progress, manifest)
    tell(outcome, out, as_json=as_json, receipt=result.receipt)
