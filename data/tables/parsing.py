"""From a sheet as stored to parsed columns: header row, private columns dropped, cells parsed.

Works by column, and parses each distinct cell of a column once, so that 20 000 visits take tenths
of a second. Columns that no table asks for are dropped by their header alone, before any of their
cells is looked at, and counted by reason.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from data import privacy
from data.errors import Fault
from data.receipt import DEFAULTS
from data.tables.files.raw import Cell, RawSheet
from data.tables.heading import header_row, map_columns
from data.tables.parsed import BAD, Findings, ParsedSheet, is_filled
from data.tables.schema import cells, corrected
from data.tables.schema import clock_times as times
from data.tables.schema.cells import Parser
from data.tables.schema.column_meaning import (
    UnclearColumnError,
    found_in,
    is_error_text,
    parser_of,
)
from data.tables.schema.columns import Column, Table
from data.units import DAY_S


def parse_sheet(
    raw: RawSheet, table: Table, findings: Findings, mapping: Mapping[str, str] | None = None
) -> ParsedSheet | None:
    """Understand one sheet as ``table``; None where its header row is not good enough.

    Parameters
    ----------
    raw : RawSheet
    table : Table
    findings : Findings
        Faults, warnings and drop counts are added to it.
    mapping : mapping of header key to column name, optional
        The user's own saved mapping; goes before the synonyms.
    """
    sheet = ParsedSheet(table, raw)
    findings.sheets.append(sheet.read)
    _sheet_notes(sheet, findings)
    header_at = header_row(raw, table, mapping or {})
    if header_at is None:
        findings.faults.append(
            sheet.fault(0, "", "ingen rubrikrad känns igen bland de första 20 raderna",
                        f"Rubriker: {', '.join(c.header for c in table.columns if c.is_required)}.")
        )  # fmt: skip
        return None
    sheet.read.header_row = raw.number(header_at)
    places = map_columns(sheet, header_at, findings, mapping or {})
    if places is None:
        below = raw.rows[header_at + 1 :]
        sheet.read.n_rows = sum(any(map(is_filled, row)) for row in below)
        return None
    body = _body(sheet, header_at, len(raw.rows[header_at]), findings)
    sheet.read.n_rows = len(body)
    if not body:
        if table.is_required:
            findings.faults.append(
                sheet.fault(0, "", "rubriker men inga rader", "Exportera tabellen med innehåll.")
            )
        return None
    by_column = list(itertools.zip_longest(*body))
    for column in table.columns:
        if column.name in places:
            column_idx = places[column.name]
            values = by_column[column_idx] if column_idx < len(by_column) else (None,) * len(body)
            sheet.columns[column.name] = _parse_column(sheet, column, values, findings)
    _own_dates(sheet, places, by_column, findings)
    return sheet


def _own_dates(
    sheet: ParsedSheet,
    places: Mapping[str, int],
    by_column: Sequence[Sequence[Cell]],
    findings: Findings,
) -> None:
    """Clocks stored as moments must lie on the row's own date; an end may be midnight after it."""
    for name in ("start", "end"):
        if name not in sheet.columns or "date" not in sheet.columns:
            continue
        column_idx = places[name]
        stored = by_column[column_idx] if column_idx < len(by_column) else ()
        if not _hold_moments(stored):
            continue
        for position, cell in enumerate(stored):
            moment = times.instant(cell) if isinstance(cell, str) else cell
            if not isinstance(moment, dt.datetime) or moment.year <= 1900:
                continue
            day, value = sheet.columns["date"][position], sheet.columns[name][position]
            if not isinstance(day, dt.date) or moment.date() == day or value is BAD:
                continue
            if name == "end" and moment.date() == day + dt.timedelta(1):
                if value == 0:
                    sheet.columns[name][position] = DAY_S
                    continue
                start = sheet.values("start")[position]
                if isinstance(start, int) and value <= start:
                    continue  # over midnight, as a row of clocks alone says it
            findings.faults.append(
                sheet.fault(sheet.row_numbers[position], name, "klockslaget har ett annat datum",
                            "Datumet ska vara detsamma som i kolumnen Datum.")
            )  # fmt: skip
            sheet.columns[name][position] = BAD


def _hold_moments(stored: Sequence[Cell]) -> bool:
    """Whether any cell of a column of clocks holds a date too."""
    return any(
        len(cell) >= 16 if isinstance(cell, str) else isinstance(cell, dt.datetime)
        for cell in set(stored)
    )


def _body(
    sheet: ParsedSheet, header_at: int, n_header: int, findings: Findings
) -> list[list[Cell]]:
    """The rows with content below the header; rows of the wrong length are faults (A6, A18)."""
    is_csv = not sheet.raw.sheet
    below = sheet.raw.rows[header_at + 1 :]
    if _is_plain(below, n_header if is_csv else 0):
        start = header_at + 1
        sheet.row_numbers.extend(map(sheet.raw.number, range(start, start + len(below))))
        return below
    body = []
    for position, row in enumerate(below, start=header_at + 1):
        index = sheet.raw.number(position)
        if not any(map(is_filled, row)):
            continue
        is_last = position == len(sheet.raw.rows) - 1
        if is_csv and len(row) > n_header and any(map(is_filled, row[n_header:])):
            findings.faults.append(
                sheet.fault(index, "", f"{len(row)} fält men {n_header} rubriker",
                            "Är komma både avgränsare och decimaltecken? Spara med semikolon.")
            )  # fmt: skip
            continue
        if is_csv and len(row) < n_header and not (is_last and sheet.raw.is_cut):
            # Many systems leave out the separators of empty cells at the end.
            sheet.read.counts["utan sina sista avgränsare, lästa som tomma celler"] += 1
            row = [*row, *[""] * (n_header - len(row))]
        elif is_csv and len(row) < n_header:
            findings.faults.append(
                sheet.fault(index, "", f"{len(row)} fält men {n_header} rubriker",
                            "Raden är avkortad. Exportera på nytt.")
            )  # fmt: skip
            continue
        sheet.row_numbers.append(index)
        body.append(row)
    return body


def _is_plain(rows: Sequence[Sequence[Cell]], n_cells: int) -> bool:
    """Whether all rows begin with a text and have so many cells (0: any), as most sheets' do."""
    if not all(rows) or (n_cells and set(map(len, rows)) != {n_cells}):
        return False
    firsts = list(map(itemgetter(0), rows))
    return set(map(type, firsts)) <= {str} and all(firsts) and not any(map(str.isspace, firsts))


def _parse_column(
    sheet: ParsedSheet, column: Column, values: Sequence[Cell], findings: Findings
) -> list[Any]:
    """Parse each distinct cell once; empty cells become None."""
    keys = values
    is_one_text = _is_one_text(values)
    if is_one_text:  # as most optional columns of an export are: empty throughout
        distinct: dict[Any, Cell] = {values[0]: values[0]}
    else:
        if bool in set(map(type, values)):  # True is not 1, though they are equal
            keys = [cell if isinstance(cell, str) else (type(cell), cell) for cell in values]
        distinct = dict(zip(keys, values, strict=True))
    if privacy.may_hold_identity_numbers(distinct.values()) and (
        privacy.holds_identity_numbers(values)
    ):
        findings.faults.append(
            sheet.fault(0, column.name, "kolumnen innehåller personnummer",
                        "Personnummer får inte läsas in. Använd ett internt id.")
        )  # fmt: skip
        return [BAD] * len(values)
    filled = {
        key: cell
        for key, cell in distinct.items()
        if cell is not None and (not isinstance(cell, str) or (cell and not cell.isspace()))
    }
    try:
        header = "" if sheet.raw.shown else sheet.written[column.name]
        parse = parser_of(column, header, list(filled.values()))
    except UnclearColumnError as unclear:
        findings.faults.append(sheet.fault(0, column.name, unclear.problem, unclear.allowed))
        return [BAD] * len(values)
    receipt = sheet.column_read(column.name)
    if parse is not column.parse and parse != column.parse and receipt is not None:
        receipt.note = "omräknat efter hela kolumnen"
    if parse is cells.identifier and cells.are_plain_ids(list(filled.values())):
        known = dict(filled)
    else:
        known = {key: _parse_cell(parse, cell) for key, cell in filled.items()}
    known |= dict.fromkeys(distinct.keys() - filled.keys(), BAD if column.is_required else None)
    if any(value is BAD for value in known.values()):
        for row, key, cell in zip(sheet.row_numbers, keys, values, strict=True):
            if known[key] is not BAD:
                continue
            findings.faults.append(
                sheet.fault(row, column.name, found_in(cell), f"Ska vara {column.allowed}.")
                if is_filled(cell)
                else _empty(sheet, column, row)
            )
    _account(sheet, column, keys, filled, known)
    return [known[keys[0]]] * len(keys) if is_one_text else list(map(known.__getitem__, keys))


def _is_one_text(values: Sequence[Cell]) -> bool:
    """Whether all cells are empty, or the same text: told without looking at them one by one."""
    first = values[0]
    return (
        (first is None or isinstance(first, str))
        and first == values[-1] == values[len(values) // 2]  # most others are told by these
        and values.count(first) == len(values)
    )


def _account(
    sheet: ParsedSheet,
    column: Column,
    keys: Sequence[Any],
    filled: Mapping[Any, Cell],
    known: Mapping[Any, Any],
) -> None:
    """Count in the receipt the cells that were put right, and those left to the default."""
    receipt = sheet.column_read(column.name)
    if receipt is None:
        return
    odd = {
        key
        for key, cell in (filled.items() if corrected.may_be_odd(column.parse) else ())
        if known[key] is not None and known[key] is not BAD and corrected.is_odd(column.parse, cell)
    }
    if odd:
        receipt.corrected = corrected.kind_of(column.parse)
        receipt.n_corrected = sum(key in odd for key in keys)
    if column.name in DEFAULTS.get(sheet.table.name, {}):
        empty = {key for key, value in known.items() if value is None}
        receipt.n_default = sum(key in empty for key in keys) if empty else 0


def _empty(sheet: ParsedSheet, column: Column, row: int) -> Fault:
    merged = " (sammanslagna celler läses bara överst)" if sheet.raw.has_merged_rows else ""
    return sheet.fault(row, column.name, f"tom cell{merged}", f"Ska vara {column.allowed}.")


def _parse_cell(parse: Parser, cell: Cell) -> Any:
    if isinstance(cell, str) and is_error_text(cell):
        return BAD
    try:
        return parse(cell)
    except (ValueError, TypeError, OverflowError):
        return BAD


def _sheet_notes(sheet: ParsedSheet, findings: Findings) -> None:
    raw = sheet.raw
    if raw.n_hidden_rows:
        findings.warnings.append(
            sheet.fault(0, "", f"{raw.n_hidden_rows} dolda rader", "De har lästs som de andra.",
                        warn=True)
        )  # fmt: skip
    if raw.is_hidden:
        findings.warnings.append(
            sheet.fault(0, "", "bladet är dolt", "Det har lästs som de andra.", warn=True)
        )
    findings.warnings.extend(note for note in raw.notes if note.is_warning)
    findings.faults.extend(note for note in raw.notes if not note.is_warning)
    sheet.read.counts.update({what: n for what, n in raw.counts.items() if n})
