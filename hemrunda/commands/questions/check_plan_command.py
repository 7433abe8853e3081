"""``hemrunda check``: the independent checker on files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hemrunda.speech.spoken import said
from hemrunda.workfolder.plan_folder import open_plan, plan_options

if TYPE_CHECKING:
    from data.plans import Violation


@click.command(
    "check-plan",
    epilog="Exempel:  hemrunda check out",
)
@plan_options
def command(
    folder: Path, source: Path | None, network_path: Path | None, config_path: Path | None
) -> int:
    """Granska en färdig plan regel för regel, mot indata och gatunät.

    Rundor som har ändrats för hand (rounds.csv, unplanned.csv) granskas som de står, och det sägs
    att de är ändrade. Planerna i mapparna natt, larm och hemgang granskas med. Slutkod 0 när alla
    regler hålls, annars 1.
    """
    from data.store.outputs import edited_files
    from hemrunda.layers.layer_run import layer_breaches
    from hemrunda.workfolder.layer_folder import layer_of_folder, load_layers
    from routing.check import check_plan, check_teams

    kind = layer_of_folder(folder)
    day = folder.resolve().parent if kind else folder
    plan = open_plan(day, source, network_path, config_path, verify=False)
    for name in edited_files(folder):
        click.echo(f"{name} är ändrad för hand sedan planen skrevs, och granskas som den står.")
    rules = plan.config.rules
    layers = [layer for layer in load_layers(plan, day) if kind in (None, layer.layer)]
    of_teams: Sequence[Violation] = ()
    of_rounds = [breach for layer in layers for breach in layer_breaches(plan, layer)]
    if kind is None:
        of_teams = check_teams(plan.municipality, plan.team_plan, rules)
        of_rounds = [
            *check_plan(
                plan.municipality, plan.team_plan, plan.travel, rules, plan.round_plan
            ),
            *of_rounds,
        ]  # fmt: skip
    for violation in of_teams:
        click.echo(f"{violation.rule}: {violation.message}")
    for violation in of_rounds:
        places = ((said("runda"), violation.round_id), (said("besök"), violation.visit_id))
        places_text = ", ".join(f"{what} {name}" for what, name in places if name)
        click.echo(
            f"{violation.rule}: {violation.message}{f' ({places_text})' if places_text else ''}"
        )
    judged = [context.round_plan for context in (*([] if kind else [plan]), *layers)]
    n_visits = sum(row.kind == "visit" for round_plan in judged for row in round_plan.rows)
    headline = said("{breaches} brott mot reglerna i {rounds} rundor och {visits} besök.").format(
        breaches=len(of_teams) + len(of_rounds),
        rounds=sum(len(round_plan.rounds) for round_plan in judged),
        visits=n_visits,
    )
    click.echo(headline)
    return 1 if of_teams or of_rounds else 0
