"""``hemrunda contacts``: who could be a client's fixed care contact, and why."""

from __future__ import annotations

from pathlib import Path

import click

from hemrunda.opened import open_plan, plan_options


@click.group("contacts")
def command() -> None:
    """Fast omsorgskontakt: vilka som kan, i ordning, med skäl."""


@command.command("candidates", epilog="Exempel:  hemrunda contacts candidates out B0017")
@plan_options
@click.argument("client_id", metavar="BRUKARE")
@click.option("--most", type=click.IntRange(1, 100), default=8, show_default=True, help="Antal.")
def candidates(
    folder: Path,
    source: Path | None,
    network_path: Path | None,
    config_path: Path | None,
    client_id: str,
    most: int,
) -> None:
    """Rangordna medarbetare som kontakt för en brukare.

    Ordningen: delegering, lediga minuter, extra resväg, samma arbetslag, önskemål.
    """
    from data.errors import SettingsError
    from hemrunda.console import plain
    from partition import contact_candidates

    plan = open_plan(folder, source, network_path, config_path)
    if client_id not in plan.team_plan.team_of_client:
        raise SettingsError(f"Brukaren {client_id} finns inte i planen.")
    found = contact_candidates(
        plan.municipality,
        plan.team_plan,
        plan.travel,
        plan.config.rules,
        client_id,
        mode=plan.config.general.mode,
    )
    now = plan.team_plan.contact.get(client_id, "")
    for number, one in enumerate(found[:most], 1):
        mark = " (kontakt nu)" if one.staff_id == now else ""
        can = "" if one.is_possible else " KAN INTE"
        click.echo(
            f"{number:>2}. {one.staff_id}{mark}{can}: {one.n_clients} brukare, "
            f"{one.free_min_week} lediga min/v, {one.extra_travel_s / 60:.0f} min bort. "
            f"{plain('; '.join(one.reasons))}"
        )
