"""``hemrunda map-columns``: headers that nobody knows are asked about once, and remembered."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from data.tables.mapping import OpenHeader


@click.command("map-columns", epilog="Exempel:  hemrunda map-columns export.csv")
@click.argument("source", metavar="INDATA", type=click.Path(exists=True, path_type=Path))
def command(source: Path) -> None:
    """Fråga vad okända rubriker betyder, och minns svaren bredvid indata.

    Tomt svar hoppar över, - betyder att kolumnen aldrig ska läsas.
    """
    from data.tables.mapping import map_columns
    from hemrunda.inputs import mapping_beside

    saved = mapping_beside(source)
    mappings = map_columns(source, saved, _ask)
    n_columns = sum(len(columns) for columns in mappings.values())
    click.echo(f"{n_columns} rubriker är kända sedan nu, i {saved.name}.")


def _ask(header: OpenHeader) -> str | None:
    from hemrunda.console import plain

    place = f"{header.file}{f', blad {header.sheet}' if header.sheet else ''}"
    click.echo(f"{plain(place)}: rubriken {plain(header.header)!r} känns inte igen.")
    if header.reason:
        click.echo(f"  Den läses inte ({header.reason}) om du inte säger något annat.")
    hint = ", ".join(header.suggestions)
    answer = click.prompt(f"  Kolumn [{hint}] eller -", default="", show_default=False)
    return str(answer).strip() or None
