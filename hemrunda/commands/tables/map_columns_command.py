"""``hemrunda check headers``: headers that nobody knows are asked about once, and remembered."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from data.tables.mapping import OpenHeader


@click.command("map-columns", epilog="Exempel:  hemrunda check headers export.csv")
@click.argument("source", metavar="INDATA", type=click.Path(exists=True, path_type=Path))
def command(source: Path) -> None:
    """Fråga vad okända rubriker betyder, och minns svaren bredvid indata.

    Tomt svar hoppar över, - betyder att kolumnen aldrig ska läsas.
    """
    from data.tables.mapping import map_columns
    from hemrunda.workfolder.inputs import mapping_beside

    saved = mapping_beside(source)
    mappings = map_columns(source, saved, _ask)
    n_columns = sum(len(columns) for columns in mappings.values())
    click.echo(f"{n_columns} rubriker är kända sedan nu, i {saved.name}.")


def _ask(header: OpenHeader) -> str | None:
    """Ask till the answer is a column (Swedish header or English name), -, or empty."""
    from data.tables.schema.columns import TABLES
    from data.tables.schema.headers import match_header
    from hemrunda.console import plain

    table = next(known for known in TABLES if known.name == header.table)
    place = f"{header.file}{f', blad {header.sheet}' if header.sheet else ''}"
    click.echo(f"{plain(place)}: rubriken {plain(header.header)!r} känns inte igen.")
    is_private = header.reason not in ("", "okänd")
    if is_private:
        click.echo(f"  Den läses inte ({header.reason}) om du inte säger något annat.")
    near = () if is_private else header.suggestions
    hint = f"  {table.sheet}: kolumn"
    if near:
        hint += f" ({', '.join(table.column(name).header for name in near)})"
    while True:
        answer = click.prompt(f"{hint}, - eller tomt", default="", show_default=False)
        answer = str(answer).strip()
        name = answer if answer in ("", "-") else match_header(table.name, answer)
        if name is not None:
            return name or None
        columns = ", ".join(column.header for column in table.columns)
        click.echo(f"  {plain(answer)!r} är ingen kolumn i {table.sheet}. De är: {columns}.")
