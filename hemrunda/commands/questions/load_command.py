"""``hemrunda ask load``: need against staff through the day, and which windows make the peaks."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hemrunda.options import csv_option
from hemrunda.workfolder.plan_folder import open_plan, plan_options

if TYPE_CHECKING:
    from hemrunda.workfolder.plan_context import PlanContext


@click.command("load", epilog="Exempel:  hemrunda ask load out --out belaggning.csv")
@plan_options
@csv_option(
    "Skriv behov och bemanning: per kvart som CSV, eller .html för en sida med veckan i färg."
)
@click.option(
    "--widen",
    "widen_min",
    type=click.IntRange(5, 180),
    default=30,
    show_default=True,
    help="Så många minuter får ett tidsfönster vidgas, åt båda håll.",
)
def command(
    folder: Path,
    source: Path | None,
    network_path: Path | None,
    config_path: Path | None,
    csv_path: Path | None,
    widen_min: int,
) -> None:
    """Visa var behovet är större än bemanningen, och vilka fönster som gör toppen.

    För varje arbetslag och dag: hur många som minst måste vara i tjänst samtidigt, och vilka
    besök som, om deras tidsfönster vidgas med --widen minuter åt båda håll, sparar ett pass.
    Sist hur många av de timanställdas pass som ingen behöver ringas in för.
    """
    from data.care.blocks import meeting_cover
    from data.care.hidden import shown_municipality
    from data.store import named_file
    from data.units import clock, number_text
    from hemrunda.commands.questions.load_by_hour import write_load
    from routing.measures.rounds_load import called_in
    from routing.rounds import peaks

    plan = open_plan(folder, source, network_path, config_path)
    dates = plan.round_plan.dates
    shown = shown_municipality(plan.municipality)
    # Nobody who is protected is told of (C7): windows of theirs are no proposal to read.
    peaks_met = [
        peak if set(peak.widen) <= shown.visit_by_id.keys() else replace(peak, widen=())
        for peak in peaks(plan.municipality, plan.team_plan, dates=dates, widen_s=60 * widen_min)
    ]
    worst = sorted(peaks_met, key=lambda peak: (peak.at_work - peak.needed, peak.date, peak.group))
    short = [peak for peak in worst if peak.needed > peak.at_work]
    for peak in short[:15]:
        click.echo(peak.text)
    often = Counter(visit_id for peak in peaks_met for visit_id in peak.widen)
    if often:
        named = ", ".join(f"{visit_id} ({n})" for visit_id, n in often.most_common(10))
        click.echo(f"Fönster som oftast gör en topp, med antal dagar: {named}.")
    click.echo(f"{len(short)} av {len(peaks_met)} pass har en topp över bemanningen.")
    if on_call := called_in(plan.municipality, plan.round_plan):
        n_free = len(on_call) - sum(on_call.values())
        click.echo(f"{n_free} av {len(on_call)} pass för timanställda behövs inte i planen.")
    for cover in [cover for cover in meeting_cover(plan.municipality) if cover.is_short][:10]:
        needed = number_text(cover.n_needed, 1)
        click.echo(
            f"{cover.date} {cover.team_id} {clock(cover.start_s)}–{clock(cover.end_s)}: "
            f"{cover.name} tar {cover.n_away} ur laget, {max(0, cover.n_left)} är kvar och "
            f"besöken kräver {needed}."
        )
    if csv_path is None:
        return
    if csv_path.suffix.lower() == ".html":
        with named_file(csv_path) as place:
            write_load(place, plan, widen_min)
        click.echo(f"Timme för timme: {csv_path}")
        return
    _write_curves(csv_path, plan)
    click.echo(f"Per kvart: {csv_path}")


def _write_curves(path: Path, plan: PlanContext) -> None:
    """Write need and staff by the quarter, of those who may be shown."""
    from data.care.hidden import shown_municipality
    from data.store import write_named_table
    from data.units import clock
    from routing.rounds import load_curve

    # One population in what others may be given: less another file it would be the hidden's need.
    shown = shown_municipality(plan.municipality)
    curves = load_curve(shown, plan.shown.team_plan, dates=plan.round_plan.dates)
    rows = (
        (day, group, clock(quarter.from_s), round(quarter.needed, 2), quarter.at_work)
        for (day, group), quarters in curves.items()
        for quarter in quarters
    )
    columns = ("date", "group", "from", "needed", "at_work")
    write_named_table(path, columns, rows, plan.config.headers)
