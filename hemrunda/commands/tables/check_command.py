"""``hemrunda check``: every fault of the input at once, and nothing written."""

from __future__ import annotations

import json
from pathlib import Path

import click

from hemrunda.options import config_option, ignore_option, json_option, network_option
from hemrunda.speech.spoken import Renamed


@click.command("check", epilog="Exempel:  hemrunda check indata.xlsx --network nat")
@click.argument("source", metavar="INDATA", type=click.Path(exists=True, path_type=Path))
@network_option
@config_option
@ignore_option
@click.option(
    "--out",
    "--mark",
    "marked",
    cls=Renamed,
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="Skriv en kopia som Excelbok med felen färgade, och en lista över vad som ska rättas.",
)
@json_option
def command(
    source: Path,
    network_path: Path | None,
    config_path: Path | None,
    marked: Path | None,
    as_json: bool,
) -> int:
    """Granska en Excelbok eller en mapp med tabeller.

    Kvittot säger vad som lästes som vad, och vad som inte lästes. Alla fel visas på en gång, med
    fil, blad, rad, kolumn och vad som är tillåtet. Slutkod 2 om något måste rättas.
    """
    from data.errors import InputError
    from data.store import named_file
    from data.tables.review.marking import write_marked
    from hemrunda.console import faults_as_json, show_faults, show_pairs, show_receipt
    from hemrunda.workfolder.inputs import load_streets, read_tables, settings_for

    if marked is not None and marked.suffix.lower() != ".xlsx":
        raise click.UsageError("--out är en Excelbok: namnet ska sluta på .xlsx.")
    if marked is not None and marked.resolve() == source.resolve():
        raise click.UsageError("--out kan inte vara indata: en kopia skrivs.")
    config = settings_for(source, config_path)
    network = load_streets(network_path) if network_path else None
    try:
        result = read_tables(source, config, network)
    except InputError as error:
        if marked is not None:
            with named_file(marked) as place:
                write_marked(source, place, error.faults)
        if not as_json:
            show_receipt(error.receipt)
            show_faults(error.faults, marked=marked)
            return error.exit_code
        return faults_as_json(error)
    if marked is not None:
        with named_file(marked) as place:
            write_marked(source, place, result.warnings)
    municipality = result.municipality
    counts = [
        ("Brukare", len(municipality.clients)),
        ("Besök (återkommande)", len(municipality.visits)),
        ("Personal", len(municipality.staff)),
        ("Pass", len(municipality.roster)),
        ("Lokaler", len(municipality.bases)),
    ]
    if as_json:
        summary = {
            **dict(counts),
            "varningar": [str(fault) for fault in result.warnings],
            "kvitto": result.receipt.as_list(),
        }
        click.echo(json.dumps(summary, ensure_ascii=False))
        return 0
    show_receipt(result.receipt)
    show_faults(result.warnings)
    show_pairs("Indata är hela och rimliga", [(label, str(n)) for label, n in counts])
    return 0
