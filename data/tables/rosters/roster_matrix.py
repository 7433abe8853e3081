"""A roster as a matrix: carers down, dates across, and in the cells D, K, L, or ``07-15``.

Turned into one row per shift before anything is parsed; every row keeps the number of the row it
came from. What D and K stand for is assumed, and told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Final

from data.errors import Fault
from data.tables.files.raw import Cell, RawSheet, letters
from data.tables.rosters.shift_cells import ASSUMED, codes_read, fault_of_cell, shift_in
from data.tables.schema import clock_times as times
from data.tables.schema.headers import match_header
from data.units import DayHours

HEADER: Final = ("Personal", "Datum", "Start", "Slut", "Typ")
_DATES_MIN: Final = 2


def expand(raw: RawSheet, header_at: int, hours: DayHours) -> RawSheet | None:
    """The roster that a matrix holds, one row per shift; None where the sheet is none."""
    header = raw.rows[header_at]
    days = {column: day for column, cell in enumerate(header) if (day := _date(cell)) is not None}
    names = {column: match_header("roster", cell) for column, cell in enumerate(header)}
    staff_at = next((column for column, name in names.items() if name == "staff_id"), None)
    if staff_at is None or len(days) < _DATES_MIN or set(names.values()) & {"date", "start", "end"}:
        return None
    others = not_read(raw, header_at, {staff_at, *days})
    rows: list[list[Cell]] = [[*HEADER, *others.values()]]
    numbers = [raw.number(header_at)]
    has_codes = False
    faults = []
    for index in range(header_at + 1, len(raw.rows)):
        row = raw.rows[index]
        carer = row[staff_at] if staff_at < len(row) else None
        for column, day in days.items():
            cell = row[column] if column < len(row) else None
            try:
                shift = shift_in(cell, hours)
            except ValueError:
                faults.append(fault_of_cell(raw, index, header[column], column, cell))
                continue
            if shift is not None:
                moment = dt.datetime(day.year, day.month, day.day)
                rows.append([carer, moment, *shift, *cells_at(row, others)])
                numbers.append(raw.number(index))
                has_codes |= isinstance(cell, str) and cell.strip().casefold() in ASSUMED
    codes = codes_read(hours) if has_codes else ""
    made = RawSheet(
        raw.file, raw.sheet, rows, raw.n_hidden_rows, raw.is_hidden, raw.has_merged_rows,
        [*raw.notes, *faults, *_notes(raw, len(rows) - 1, codes)], "roster", numbers,
    )  # fmt: skip
    made.shown = {"staff_id": str(header[staff_at])}
    made.used = {
        text: "läses inte i ett schema med datum i kolumnerna"
        for column, text in enumerate(header)
        if isinstance(text, str) and names[column] is not None and column != staff_at
    }
    return made


def not_read(raw: RawSheet, header_at: int, read: Collection[int]) -> dict[int, str]:
    """Columns with content that no form of roster reads, and their headers.

    They go along into the rows that are made, so that what holds for any column holds for them:
    names are left out by their header, and what is not understood stops the reading.
    """
    header = raw.rows[header_at]
    unread = {}
    for column in range(max(map(len, raw.rows[header_at:]))):
        text = header[column] if column < len(header) else None
        is_empty = all(cell in (None, "") for row in raw.rows[header_at + 1 :]
                       for cell in cells_at(row, (column,)))  # fmt: skip
        if column in read or is_empty or (isinstance(text, str) and match_header("roster", text)):
            continue
        has_header = isinstance(text, str) and text.strip()
        unread[column] = str(text) if has_header else f"{letters(column)} utan rubrik"
    return unread


def cells_at(row: Sequence[Cell], places: Iterable[int]) -> list[Cell]:
    """The cells of a row in some columns."""
    return [row[column] if column < len(row) else None for column in places]


def _notes(raw: RawSheet, n_shifts: int, codes: str) -> Sequence[Fault]:
    text = f"lästes som ett schema med datum i kolumnerna: {n_shifts} rader"
    allowed = codes or "En rad per person, en kolumn per dag."
    return [Fault(raw.file, raw.sheet, 0, "", text, allowed, is_warning=True)]


def _date(cell: Cell) -> dt.date | None:
    if isinstance(cell, dt.datetime):
        return cell.date()
    if not isinstance(cell, str) or len(cell) < 6 or cell.strip().isdigit():
        return None
    try:
        return times.day_planned(cell)
    except (ValueError, TypeError):
        return None
