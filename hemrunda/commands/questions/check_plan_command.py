"""``hemrunda check``: the independent checker on files."""

from __future__ import annotations

from pathlib import Path

import click

from hemrunda.workfolder.plan_folder import open_plan, plan_options


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
    att de är ändrade. Slutkod 0 när alla regler hålls, annars 1.
    """
    from data.store.outputs import edited_files
    from routing.check import check_plan, check_teams

    plan = open_plan(folder, source, network_path, config_path, verify=False)
    for name in edited_files(folder):
        click.echo(f"{name} är ändrad för hand sedan planen skrevs, och granskas som den står.")
    rules = plan.config.rules
    of_teams = check_teams(plan.municipality, plan.team_plan, rules)
    of_rounds = check_plan(plan.municipality, plan.team_plan, plan.travel, rules, plan.round_plan)
    breaches = [*of_teams, *of_rounds]
    for violation in of_teams:
        click.echo(f"{violation.rule}: {violation.message}")
    for violation in of_rounds:
        places = (("runda", violation.round_id), ("besök", violation.visit_id))
        at = ", ".join(f"{what} {name}" for what, name in places if name)
        click.echo(f"{violation.rule}: {violation.message}{f' ({at})' if at else ''}")
    n_visits = sum(row.kind == "visit" for row in plan.round_plan.rows)
    click.echo(
        f"{len(breaches)} brott mot reglerna i {len(plan.round_plan.rounds)} rundor "
        f"och {n_visits} besök."
    )
    return 1 if breaches else 0
