"""``hemrunda baseline``: today's plan, checked and measured like our own, and beside it ours."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hemrunda.options import (
    config_option,
    first_dates,
    folder_option,
    ignore_option,
    json_option,
    map_days_option,
    may_ignore_unknown,
    network_option,
    plan_beside_option,
    tables_option,
)

if TYPE_CHECKING:
    from data.plans import Violation
    from data.tables.actuals.actual_rounds import ActualPlan
    from hemrunda.workfolder.plan_context import PlanContext

MOST_RULES_SHOWN = 10


@click.command(
    "baseline",
    epilog="Exempel:  hemrunda baseline slingor.csv --before out",
)
@click.argument("export", metavar="RUNDOR", type=click.Path(exists=True, path_type=Path))
@tables_option("Indata: brukare, besök, personal, schema, lokaler.  [annars PLAN/indata.xlsx]")
@network_option
@plan_beside_option("Mapp med Hemrundas plan, att ställa bredvid.")
@folder_option("nulage")
@click.option("--days", type=click.IntRange(1, 28), default=None, help="Antal dagar ur schemat.")
@map_days_option
@config_option
@ignore_option
@json_option
def command(
    export: Path,
    source: Path | None,
    network_path: Path | None,
    folder: Path | None,
    out: Path,
    days: int | None,
    map_days: int,
    config_path: Path | None,
    as_json: bool,
) -> None:
    """Mät och granska dagens plan: rundorna som de körs i dag.

    RUNDOR är en export med en rad per besök: datum, personal, start och besök eller brukare; eller
    planeringssystemets egen, med veckodag och slinga. Rader som inte kan förstås räknas upp och
    lämnas utanför. Öppna baseline.html först.
    """
    from hemrunda.console import show_faults
    from hemrunda.workfolder.baseline_plan import read_measures
    from hemrunda.workfolder.plan_folder import hold_folder
    from hemrunda.workfolder.remembered import network_of, tables_of
    from hemrunda.writing.baseline_files import breaches_of, gaps_of, measures_of, write_baseline

    hold_folder(out)
    if source is None and folder is None:
        raise click.UsageError("Ange indata med --input.")
    source = source or tables_of(folder or Path())
    if folder is not None and out.resolve() == folder.resolve():
        raise click.UsageError("Nuläget får en egen mapp: --out kan inte vara planens.")
    if folder is not None:
        network_path = network_path or network_of(folder)
    proposal = (folder.name, read_measures(folder)) if folder is not None else None
    plan, actual, manifest = _read(export, source, network_path, config_path, days,
                                   quiet=as_json)  # fmt: skip
    breaches = breaches_of(plan, actual.kinds)
    files = write_baseline(
        out, plan, actual, breaches, manifest=manifest, map_days=map_days, proposal=proposal
    )
    if as_json:
        result = {
            "out": str(out),
            "rows": actual.n_rows,
            "rows_left_out": actual.n_left_out,
            "export_faults": dict(actual.reasons),
            "breaches": len(breaches),
            "travel_gaps": gaps_of(plan),
            "receipt": manifest["receipt"],
            "measures": measures_of(plan, actual)["municipality"],
            "files": [path.name for path in files],
        }
        click.echo(json.dumps(result, ensure_ascii=False, indent=2))
        return
    show_faults([*actual.warnings, *actual.faults])
    _report(plan, measures_of(plan, actual), breaches, proposal)
    click.echo("\nÖppna i webbläsaren (fungerar utan nät):")
    for path in files:
        if path.suffix == ".html":
            click.echo(f"  {path}")
    click.echo(f"Alla fel och regelbrott, rad för rad:  {out / 'faults.csv'}")


def _read(
    export: Path, source: Path, network_path: Path | None, config_path: Path | None,
    days: int | None, *, quiet: bool,
) -> tuple[PlanContext, ActualPlan, dict[str, object]]:  # fmt: skip
    """Tables, streets and today's rounds, put together as a plan."""
    from data.receipt import Receipt
    from data.store import input_hashes
    from data.tables.actuals.actual_rounds import read_rounds
    from data.travel_times import modes_of
    from hemrunda.console import show_faults, show_receipt
    from hemrunda.workfolder.inputs import load_streets, read_tables, settings_for
    from hemrunda.workfolder.plan_context import PlanContext
    from hemrunda.writing.place_notes import notes_on, refuse_foreign_network
    from routing.travel import travel_times

    config = settings_for(source, config_path)
    network = load_streets(network_path)
    result = read_tables(source, config, network)
    town = result.municipality
    modes = modes_of(town.staff, config.general.mode)
    travel, engine, snaps = travel_times(network, town, modes, profile=config.travel)
    refuse_foreign_network(snaps)
    for note in notes_on(snaps):
        click.echo(f"Obs: {note}", err=True)
    chosen = () if days is None else first_dates(town.dates, days)
    actual = read_rounds(
        export, town, travel, config.rules.access, dates=chosen, ignore_unknown=may_ignore_unknown()
    )
    receipt = Receipt((*result.receipt.sheets, *actual.receipt.sheets))
    if not quiet:
        show_receipt(receipt)
        show_faults(result.warnings)
    plan = PlanContext(
        config, actual.municipality, network, travel, engine, actual.team_plan, actual.round_plan,
        receipt,
    )  # fmt: skip
    hashes = {"inputs_sha256": input_hashes(source), "export_sha256": input_hashes(export)}
    return plan, actual, {**hashes, "receipt": receipt.as_list()}


def _report(
    plan: PlanContext,
    measures: Mapping[str, Any],
    breaches: Sequence[Violation],
    proposal: tuple[str, Mapping[str, Any]] | None,
) -> None:
    """The baseline in short; where our plan is at hand, before and now."""
    from hemrunda.console import show_pairs
    from hemrunda.writing.baseline_files import gaps_of
    from maps.common.texts import texts
    from maps.reports.report_view import measures_table

    words = texts(plan.config.general.language)
    today = measures["municipality"]
    if proposal is None:
        rows = [(row[0], row[1]) for row in measures_table(today, None, words).rows]
        show_pairs("Nuläget i korthet", rows)
    else:
        table = measures_table(proposal[1].get("municipality", {}), today, words)
        rows = [(row[0], f"{row[1]} → {row[2]}  ({row[3]})") for row in table.rows]
        show_pairs(f"Nuläget → planen i {proposal[0]}", rows)
    counts = Counter(words[f"rule_{breach.rule}"] for breach in breaches)
    if not counts:
        click.echo("\nDagens plan bryter inte mot någon regel.")
        return
    show_pairs("För kort tid för resan", [(size, str(n)) for size, n in gaps_of(plan).items()])
    shown = [(what, str(n)) for what, n in counts.most_common(MOST_RULES_SHOWN)]
    show_pairs(f"Dagens plan bryter mot reglerna {len(breaches)} gånger", shown)
