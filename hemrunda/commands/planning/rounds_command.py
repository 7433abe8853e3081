"""``hemrunda mend rounds``: plan the rounds anew, with the teams and contacts that a plan has."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from hemrunda.options import (
    default_workers,
    first_dates,
    iterations_option,
    json_option,
    late_option,
    map_days_option,
    quick_option,
    replay_option,
    seed_option,
    time_option,
    to_option,
    with_suggestions,
    workers_option,
)
from hemrunda.scale.cluster_options import areas_asked, cluster_options
from hemrunda.workfolder.plan_folder import (
    hold_folder,
    keeper_of,
    open_plan,
    plan_options,
    refuse_if_replaced,
)


@click.command("rounds", epilog="Exempel:  hemrunda mend rounds out --seconds 60 --out battre")
@plan_options
@to_option("Mapp för de nya rundorna.")
@click.option(
    "--continue",
    "goes_on",
    is_flag=True,
    help="Sök vidare från planens rundor i stället för från början; de blir aldrig sämre.",
)
@click.option("--days", type=click.IntRange(1, 28), default=None, help="Antal dagar ur schemat.")
@seed_option
@workers_option
@iterations_option
@quick_option
@time_option
@replay_option
@map_days_option
@late_option
@cluster_options
@json_option
def command(
    folder: Path,
    source: Path | None,
    network_path: Path | None,
    config_path: Path | None,
    target: Path,
    goes_on: bool,
    days: int | None,
    seed: int,
    workers: int | None,
    quick: bool,
    iterations: int | None,
    seconds: float | None,
    replay_folder: Path | None,
    map_days: int,
    suggest: bool,
    as_json: bool,
) -> None:
    """Planera rundorna på nytt, med planens arbetslag och kontakter.

    Bra när man vill söka längre, ändra en regel i hemrunda.toml, eller efter ett nytt schema
    (--input). Det som står i tabellen Låsningar ligger kvar: ett besök hos en person eller vid en
    tid, en hel runda som den står i planen, eller en ordning. Det som står i tabellen Beslut, och
    det som har ändrats i brukartabellens Arbetslag, Omsorgskontakt och Vice sedan planen, gäller;
    en regel som förbjuder det nämns med raden.
    """
    from data.care.hidden import without_hidden
    from hemrunda.console import progress_bar, show_receipt
    from hemrunda.effort import Effort
    from hemrunda.pipeline import SHARES, finish
    from hemrunda.replay import as_in, note_on_replay
    from hemrunda.run_summary import print_outcome
    from hemrunda.stages import Stages, shares_of
    from hemrunda.workfolder.baseline_plan import read_baseline
    from hemrunda.workfolder.decisions_kept import notes_on_locks, with_kept

    hold_folder(target)
    plan = open_plan(folder, source, network_path, config_path, takes_over=True)
    read_id = plan.plan_id
    if source is not None and not as_json:
        show_receipt(plan.receipt)
    plan = replace(plan, config=with_suggestions(plan.config, suggest))
    effort = Effort(
        run_areas=areas_asked(),
        seed=seed,
        workers=workers or default_workers(),
        n_iterations=iterations, is_quick=quick, time_limit_s=seconds,
        dates=first_dates(plan.municipality.dates, days),
        map_days=map_days,
        goes_on=goes_on,
        before=read_baseline(folder),
    )  # fmt: skip
    effort = as_in(effort, replay_folder)
    keeper = keeper_of(folder, target, source, network_path, config_path)
    plan, kept = with_kept(plan)
    manifest = {
        "command": "rounds", "receipt": plan.receipt.as_list(),
        "decided": without_hidden(kept.changes, plan.municipality),
    }  # fmt: skip
    with progress_bar(quiet=as_json) as progress:
        outcome = finish(
            plan, effort, target, Stages(progress, shares_of(SHARES, "rounds", "check", "files")),
            manifest, [*kept.changes, *notes_on_locks(plan.municipality)],
            [lambda _staged: refuse_if_replaced(folder, target, read_id),
             lambda staged: keeper(staged, plan.municipality)],
        )  # fmt: skip
    outcome.notes += note_on_replay(outcome, replay_folder)
    print_outcome(outcome, target, as_json=as_json, receipt=plan.receipt)
