"""``hemrunda ask rounds``: each round's quality, and how the plan stands delays."""

from __future__ import annotations

import datetime as dt

import click

from hemrunda.options import seed_option
from hemrunda.workfolder.plan_folder import PlanFolder, with_plan

MOST_SHOWN = 15


@click.command("rounds", epilog="Exempel:  hemrunda ask rounds out --delay 20 --share 10")
@with_plan
@click.option(
    "--delay", type=click.IntRange(1, 240), default=20, show_default=True, help="Minuter längre."
)
@click.option(
    "--share",
    type=click.IntRange(0, 100),
    default=10,
    show_default=True,
    help="Andel av besöken som tar längre, i procent.",
)
@click.option(
    "--trials", type=click.IntRange(1, 1000), default=20, show_default=True, help="Dragna dagar."
)
@seed_option
def command(plan_folder: PlanFolder, delay: int, share: int, trials: int, seed: int) -> None:
    """Visa varje rundas kvalitet, och om planen håller när besök drar ut på tiden.

    Skriver en sida och en tabell i planens mapp. Öppna rounds-quality.html först.
    """
    from data.care.hidden import is_coarse
    from data.store import adding
    from data.store.outputs import PRIVATE
    from data.units import number_text
    from hemrunda.console import show_pairs
    from hemrunda.writing.quality_files import write_quality
    from routing.answers.delay_trial import delay_trial
    from routing.answers.round_quality import round_quality, team_rounds
    from routing.check.view import see

    plan = plan_folder.open()
    view = see(plan.municipality, plan.team_plan, plan.travel, plan.config.rules, plan.round_plan)
    rounds, teams = round_quality(view), team_rounds(view)
    trial = delay_trial(view, n_trials=trials, seed=seed, share=share / 100, delay_s=60 * delay)
    with adding(plan_folder.folder) as staged:
        # A round's counts less its shared rows would tell of who is hidden.
        place = staged / PRIVATE if is_coarse(plan.municipality) else staged
        place.mkdir(exist_ok=True)
        made = write_quality(
            place, rounds, teams, trial, name=plan.municipality.name,
            mark=f"{dt.date.today().isoformat()} · {plan.plan_id}",
            language=plan.config.general.language,
        )  # fmt: skip
        names = [path.relative_to(staged) for path in made]
    poor = [quality for quality in rounds if quality.faults]
    lines = [
        (f"{quality.date} {quality.staff_id}", "; ".join(quality.faults))
        for quality in poor[:MOST_SHOWN]
    ]
    show_pairs(f"{len(rounds)} rundor, {len(poor)} att se över", lines or [("–", "inga")])
    show_pairs(
        f"Med {share} % av besöken {delay} minuter längre",
        [
            ("inom tidsfönstret", f"{number_text(trial.in_window_pct, 1)} %"),
            ("mer än en kvart sena", f"{number_text(trial.late_pct, 1)} %"),
            ("raster som hinns med", f"{number_text(trial.breaks_kept_pct, 1)} %"),
            ("pass som slutar i tid", f"{number_text(trial.ends_kept_pct, 1)} %"),
        ],
    )
    for name in names:
        click.echo(f"  {plan_folder.folder / name}")
