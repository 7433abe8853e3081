"""``hemrunda compare``: what changed between two exports, and what it means for the plan."""

from __future__ import annotations

import json
from pathlib import Path

import click

from hemrunda.options import config_option, ignore_option, json_option, network_option


@click.command("diff", epilog="Exempel:  hemrunda compare gammal.xlsx ny.xlsx --out skillnad.csv")
@click.argument("old", metavar="GAMMAL", type=click.Path(exists=True, path_type=Path))
@click.argument("new", metavar="NY", type=click.Path(exists=True, path_type=Path))
@network_option
@config_option
@ignore_option
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="Skriv alla ändringar som CSV.",
)
@json_option
def command(
    old: Path,
    new: Path,
    network_path: Path | None,
    config_path: Path | None,
    out: Path | None,
    as_json: bool,
) -> int:
    """Jämför två exporter: nya, ändrade, avslutade och flyttade brukare och besök."""
    from data.errors import InputError
    from data.store import named_file
    from data.tables.out.differences import consequences, differences, write_differences
    from hemrunda.console import faults_as_json, show_receipt
    from hemrunda.workfolder.inputs import load_streets, read_tables, settings_for

    config = settings_for(new, config_path)
    network = load_streets(network_path) if network_path else None
    try:
        was, now = (read_tables(path, config, network) for path in (old, new))
    except InputError as error:
        if not as_json:
            raise
        return faults_as_json(error)
    before, after = was.municipality, now.municipality
    changes = differences(before, after)
    contacts = {client.client_id: client.contact_id for client in before.clients}
    sentences = list(consequences(changes, contacts))
    if out is not None:
        with named_file(out) as place:
            write_differences(place, changes)
    if as_json:
        receipts = {"före": was.receipt.as_list(), "efter": now.receipt.as_list()}
        summary = {"ändringar": len(changes), "följder": sentences, "kvitto": receipts}
        click.echo(json.dumps(summary, ensure_ascii=False))
        return 0
    for result in (was, now):
        show_receipt(result.receipt)
    for sentence in sentences:
        click.echo(sentence)
    n = len(changes)
    click.echo("1 ändring." if n == 1 else f"{n} ändringar.")
    if out is not None:
        click.echo(f"Alla ändringar: {out}")
    if changes:
        click.echo(f"Laga en plan efter dem:  hemrunda mend MAPP --input {new} --out NYMAPP")
    return 0
