"""``hemrunda ask visit``: why this person at this time; what would admit what has no place."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from hemrunda.workfolder.plan_folder import open_plan, plan_options

if TYPE_CHECKING:
    from routing.answers.explain import VisitExplanation

MAX_OTHERS: Final = 6


@click.command("explain", epilog="Exempel:  hemrunda ask visit out B0017-3 --day 2026-03-02")
@plan_options
@click.argument("visit_id", metavar="BESÖK")
@click.option(
    "--day",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    default=None,
    help="Dag, ÅÅÅÅ-MM-DD.  [annars besökets första i planen]",
)
def command(
    folder: Path,
    source: Path | None,
    network_path: Path | None,
    config_path: Path | None,
    visit_id: str,
    day: dt.datetime | None,
) -> None:
    """Förklara ett besök: vem, när, och vad det skulle kosta att skicka någon annan.

    För ett oplanerat besök: regeln som hindrar, och den minsta ändring som ger det plats.
    """
    from data.errors import SettingsError
    from routing.rounds import Explainer

    plan = open_plan(folder, source, network_path, config_path)
    if visit_id not in plan.municipality.visit_by_id:
        raise SettingsError(f"Besöket {visit_id} finns inte i indata.")
    rows = [row for row in plan.round_plan.rows if row.visit_id == visit_id]
    unplanned = [row for row in plan.round_plan.unplanned if row.visit_id == visit_id]
    dates = sorted({row.date for row in rows} | {row.date for row in unplanned})
    wanted = day.date() if day else (dates[0] if dates else None)
    if wanted not in dates:
        shown = ", ".join(map(str, dates[:7])) or "ingen dag"
        raise SettingsError(f"Besöket {visit_id} hör till {shown} i planen.")
    explainer = Explainer(
        plan.municipality, plan.team_plan, plan.travel, plan.config.rules, plan.round_plan,
        plan.config.prices,
    )  # fmt: skip
    for row in rows:
        if row.date == wanted:
            _report_planned(explainer.visit(visit_id, wanted, row.carer_no))
    for missing in unplanned:
        if missing.date == wanted:
            click.echo(explainer.unplanned(visit_id, wanted, missing.carer_no).text)


def _report_planned(explanation: VisitExplanation) -> None:
    from data.tables.schema.vocabulary import TIERS_SV
    from data.units import clock, number_text

    click.echo(explanation.text)
    for other in explanation.alternatives[:MAX_OTHERS]:
        if other.start_s is None:
            click.echo(f"  {other.staff_id}: {other.reason}")
            continue
        new = ", nytt ansikte" if other.is_new_carer else ""
        click.echo(
            f"  {other.staff_id} ({TIERS_SV[other.tier] or 'okänd'}) kl {clock(other.start_s)}: "
            f"{number_text(other.extra_travel_s / 60, is_change=True)} min resa{new}"
        )
