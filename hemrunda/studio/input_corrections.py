"""Cells of the folder's own workbook corrected where they stand, everything else left as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from data.errors import SettingsError
from data.store import adding, writing
from data.tables.schema.headers import shown

LENGTH_MAX: Final = 200


def correct_cells(
    workbook: Path, cells: Sequence[Mapping[str, Any]], receipt: Sequence[Mapping[str, Any]]
) -> None:
    """Write new contents into cells that are named as faults name them.

    Parameters
    ----------
    workbook : Path
        Replaced whole or not at all, under the folder's lock, and registered; the planner's own
        file is elsewhere and is never touched.
    cells : sequence of mapping
        ``sheet``, ``row`` as the spreadsheet numbers it, ``column`` (the header as written) and
        ``value``.
    receipt : sequence of mapping
        What was read as what: where each sheet's headers are.

    Raises
    ------
    SettingsError
        Where there is no such cell, or the content is a formula or too long; nothing is written.
    StoreError
        Where another command writes in the folder.
    """
    if not workbook.is_file():
        raise SettingsError("Tabellerna är ingen Excelbok; rätta dem i filerna.")
    with writing(workbook.parent):
        _correct(workbook, cells, receipt)


def _correct(
    workbook: Path, cells: Sequence[Mapping[str, Any]], receipt: Sequence[Mapping[str, Any]]
) -> None:
    from openpyxl import load_workbook

    header_row = {entry["sheet"]: entry["header_row"] for entry in receipt}
    book = load_workbook(workbook)
    for cell in cells:
        sheet, row, value = str(cell["sheet"]), int(cell["row"]), str(cell["value"]).strip()
        if sheet not in book.sheetnames or row <= header_row.get(sheet, 0) or row > 1_048_576:
            raise SettingsError("Cellen finns inte i boken.")
        if value.startswith(("=", "+", "@")) or len(value) > LENGTH_MAX:
            raise SettingsError("Skriv ett värde, ingen formel.")
        headers = book[sheet][header_row.get(sheet) or 1]
        column = next((c.column for c in headers if shown(c.value) == cell["column"]), None)
        if column is None:
            raise SettingsError("Kolumnen finns inte i boken.")
        book[sheet].cell(row=row, column=column).value = _as_typed(value)
    with adding(workbook.parent) as staged:
        book.save(staged / workbook.name)


def _as_typed(value: str) -> str | int | float | None:
    """What Excel would make of it: a number where it is one, an id with leading zeros not."""
    if not value:
        return None
    plain = value.replace(",", ".")
    if plain.lstrip("-").isdigit():
        return value if plain.lstrip("-").startswith("0") and len(plain) > 1 else int(plain)
    try:
        return float(plain) if plain.replace(".", "", 1).lstrip("-").isdigit() else value
    except ValueError:
        return value
