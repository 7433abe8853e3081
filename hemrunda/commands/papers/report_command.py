"""``hemrunda write report``: the report for board and union, before and after."""

from __future__ import annotations

from pathlib import Path

import click

from hemrunda.options import before_option, profile_option
from hemrunda.workfolder.plan_folder import open_plan, plan_options


@click.command(
    "report", epilog="Exempel:  hemrunda write report out --before forra --profil nämnd --pdf"
)
@plan_options
@before_option
@profile_option
@click.option("--pdf", "is_pdf", is_flag=True, help="Skriv den som PDF också, att skriva ut.")
def command(
    folder: Path,
    source: Path | None,
    network_path: Path | None,
    config_path: Path | None,
    before_path: Path | None,
    profile: str,
    is_pdf: bool,
) -> None:
    """Skriv rapporten för nämnd och fack: karta, mått, belastning och vad som ändras för vem.

    Före och efter jämförs: med en tidigare plan (--before), annars med de lag och kontakter som
    brukartabellen har i dag.
    """
    from data.store import adding
    from hemrunda.workfolder.baseline_plan import read_baseline
    from hemrunda.writing.plan_files_out import write_index_page, write_report_page

    before = read_baseline(before_path)
    plan = open_plan(folder, source, network_path, config_path)
    name = "report" if profile == "manager" else f"report-{profile}"
    endings = ("html", "pdf") if is_pdf else ("html",)
    with adding(folder) as staged:
        for ending in endings:
            write_report_page(staged / f"{name}.{ending}", plan, profile, before)
        write_index_page(staged, plan, before, folder)
    for ending in endings:
        click.echo(folder / f"{name}.{ending}")
