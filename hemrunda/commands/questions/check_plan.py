"""``hemrunda check-plan``: the independent checker on files."""

from __future__ import annotations

from pathlib import Path

import click

from hemrunda.workfolder.opened import open_plan, plan_options


@click.command(
    "check-plan",
    epilog="Exempel:  hemrunda check-plan out --input out/indata.xlsx --network out/network",
)
@plan_options
def command(
    folder: Path, source: Path | None, network_path: Path | None, config_path: Path | None
) -> int:
    """Granska en färdig plan regel för regel, mot indata och gatunät.

    Slutkod 0 när alla regler hålls, annars 1.
    """
    from routing.check import check_plan, check_teams

    plan = open_plan(folder, source, network_path, config_path)
    rules = plan.config.rules
    found = [
        *check_teams(plan.municipality, plan.team_plan, rules),
        *check_plan(plan.municipality, plan.team_plan, plan.travel, rules, plan.round_plan),
    ]
    for violation in found:
        click.echo(f"{violation.rule}: {violation.message}")
    n_visits = sum(row.kind == "visit" for row in plan.round_plan.rows)
    click.echo(
        f"{len(found)} brott mot reglerna i {len(plan.round_plan.rounds)} rundor "
        f"och {n_visits} besök."
    )
    return 1 if found else 0
