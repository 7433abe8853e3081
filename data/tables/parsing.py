"""From a sheet as stored to parsed columns: header row, private columns dropped, cells parsed.

Works by column, and parses each distinct cell of a column once, so that 20 000 visits take tenths
of a second. Columns that no table asks for are dropped by their header alone, before any of their
cells is looked at, and counted by reason.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from data import privacy
from data.errors import Fault
from data.tables.files.raw import Cell, Odd, RawSheet
from data.tables.schema.columns import Column, Table
from data.tables.schema.headers import header_key, match_header

HEADER_SEARCH_ROWS: Final = 20
PROTECTED_WORDS: Final = ("skydd", "sekret", "skyd", "sekr", "protect")


class _Bad:
    """Marks a cell that had a fault; the fault itself is in the list."""

    def __repr__(self) -> str:
        return "BAD"


BAD: Final = _Bad()


@dataclass
class ParsedSheet:
    """The understood part of one sheet.

    Attributes
    ----------
    table : Table
    raw : RawSheet
    headers : mapping of column name to the header as written
    row_numbers : list of int
        The spreadsheet's number of each row of ``columns``.
    columns : mapping of column name to list
        One value per row: parsed, None where empty, `BAD` where faulty.
    """

    table: Table
    raw: RawSheet
    headers: dict[str, str] = field(default_factory=dict)
    row_numbers: list[int] = field(default_factory=list)
    columns: dict[str, list[Any]] = field(default_factory=dict)

    def values(self, name: str) -> list[Any]:
        """A column's values; all None where the sheet does not have it."""
        return self.columns.get(name) or [None] * len(self.row_numbers)

    def fault(
        self, row: int, column: str, found: str, allowed: str, *, warn: bool = False
    ) -> Fault:
        """A fault of this sheet; ``column`` is a column's name, shown as its own header."""
        shown = self.headers.get(column) or (self.table.column(column).header if column else "")
        return Fault(self.raw.file, self.raw.sheet, row, shown, found, allowed, is_warning=warn)


@dataclass
class Findings:
    """What reading collects: faults, warnings, and how many columns were dropped and why."""

    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)


def _is_filled(cell: Cell) -> bool:
    return cell is not None and cell != "" and not (isinstance(cell, str) and not cell.strip())


def find_header(raw: RawSheet, table: Table) -> int | None:
    """Index in ``raw.rows`` of the row with the most headers of ``table``; the first of equals."""
    best, found = 0, None
    for index, row in enumerate(raw.rows[:HEADER_SEARCH_ROWS]):
        names = {match_header(table.name, cell) for cell in row} - {None}
        if len(names) > best:
            best, found = len(names), index
    return found


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
    header_at = find_header(raw, table)
    if mapping:
        header_at = _header_by_mapping(raw, table, mapping, header_at)
    if header_at is None:
        findings.faults.append(
            sheet.fault(0, "", "ingen rubrikrad känns igen bland de första 20 raderna",
                        f"Rubriker: {', '.join(c.header for c in table.columns if c.is_required)}.")
        )  # fmt: skip
        return None
    places = _map_columns(sheet, raw.rows[header_at], findings, mapping or {})
    if places is None:
        return None
    body = _body(sheet, header_at, len(raw.rows[header_at]), findings)
    if not body:
        if table.is_required:
            findings.faults.append(
                sheet.fault(0, "", "rubriker men inga rader", "Exportera tabellen med innehåll.")
            )
        return None
    by_column = list(itertools.zip_longest(*body))
    for column in table.columns:
        if column.name in places:
            at = places[column.name]
            values = by_column[at] if at < len(by_column) else (None,) * len(body)
            sheet.columns[column.name] = _parse_column(sheet, column, values, findings)
    _sheet_notes(sheet, findings)
    return sheet


def _header_by_mapping(
    raw: RawSheet, table: Table, mapping: Mapping[str, str], found: int | None
) -> int | None:
    best = 0 if found is None else len({match_header(table.name, c) for c in raw.rows[found]})
    for index, row in enumerate(raw.rows[:HEADER_SEARCH_ROWS]):
        hits = sum(isinstance(cell, str) and header_key(cell) in mapping for cell in row)
        if hits > best:
            best, found = hits, index
    return found


def _map_columns(
    sheet: ParsedSheet, header: list[Cell], findings: Findings, mapping: Mapping[str, str]
) -> dict[str, int] | None:
    """Where each known column lies; unknown ones are dropped and counted."""
    table, places = sheet.table, dict[str, int]()
    unknown: list[str] = []
    is_whole = True
    for at, cell in enumerate(header):
        if not isinstance(cell, str) or not cell.strip():
            continue
        name = mapping.get(header_key(cell)) or match_header(table.name, cell)
        if name is None or name == "-":
            is_whole &= _drop(sheet, cell, findings)
            unknown.append(cell)
        elif name in places and not _is_better(table.column(name), header, places[name], at):
            is_whole &= _second(sheet, table.column(name), cell, header[places[name]], findings)
        else:
            if name in places:
                is_whole &= _second(sheet, table.column(name), header[places[name]], cell, findings)
            places[name] = at
            sheet.headers[name] = sheet.raw.shown.get(name) or _shown(cell)
    for column in table.columns:
        if column.is_required and column.name not in places:
            findings.faults.append(_missing(sheet, column, unknown))
            is_whole = False
    return places if is_whole else None


def _is_better(column: Column, header: list[Cell], before: int, after: int) -> bool:
    """Whether the later of two headers of one column is nearer to the contract's own."""
    order = [header_key(text) for text in (column.header, column.name, *column.synonyms)]

    def rank(at: int) -> int:
        key = header_key(header[at])
        return order.index(key) if key in order else len(order)

    return rank(after) < rank(before)


def _second(
    sheet: ParsedSheet, column: Column, left_out: str, used: str, findings: Findings
) -> bool:
    """Two headers mean one column: a fault where that may mix people up, else the other is used."""
    is_same = header_key(left_out) == header_key(used)
    if is_same or column.is_required or column.name == "protected":
        findings.faults.append(
            Fault(sheet.raw.file, sheet.raw.sheet, 0, _shown(left_out),
                  "samma kolumn finns två gånger", "Ta bort eller döp om den ena.")
        )  # fmt: skip
        return False
    findings.warnings.append(
        Fault(sheet.raw.file, sheet.raw.sheet, 0, _shown(left_out),
              f"betyder detsamma som ”{_shown(used)}”", "Den läses inte. Döp om den om den behövs.",
              is_warning=True)
    )  # fmt: skip
    findings.dropped["dubblett"] += 1
    return True


def _shown(header: str) -> str:
    """A header fit for a message: one line, no control signs, no more than 40 signs."""
    return "".join(s if s.isprintable() else " " for s in header).strip()[:40]


def _drop(sheet: ParsedSheet, header: str, findings: Findings) -> bool:
    """Count a column that is not wanted; a misspelt flag of protection stops the reading (C8)."""
    if sheet.table.name == "clients":
        plain = privacy.plain(header)
        if any(word in plain for word in PROTECTED_WORDS):
            findings.faults.append(
                Fault(sheet.raw.file, sheet.raw.sheet, 0, _shown(header),
                      "liknar kolumnen för skyddade uppgifter men känns inte igen",
                      "Döp om den till ”Skyddade uppgifter” eller ta bort den.")
            )  # fmt: skip
            return False
    findings.dropped[privacy.drop_reason(header)] += 1
    return True


def _missing(sheet: ParsedSheet, column: Column, unknown: list[str]) -> Fault:
    """A required column is not there; the nearest unknown headers are named."""
    from rapidfuzz import fuzz, process

    wanted = [column.header, *column.synonyms]
    near = sorted(
        (
            -max(found[1] for found in process.extract(header.lower(), wanted, scorer=fuzz.ratio)),
            _shown(header),
        )
        for header in unknown
    )
    hint = [header for points, header in near if points <= -60][:3]
    found = "kolumnen saknas" + (f"; liknande: {', '.join(hint)}" if hint else "")
    return Fault(sheet.raw.file, sheet.raw.sheet, 0, column.header, found,
                 f"Lägg till eller döp om kolumnen. Där ska stå {column.allowed}.")  # fmt: skip


def _body(
    sheet: ParsedSheet, header_at: int, n_header: int, findings: Findings
) -> list[list[Cell]]:
    """The rows with content below the header; rows of the wrong length are faults (A6, A18)."""
    is_csv = not sheet.raw.sheet
    body = []
    for position, row in enumerate(sheet.raw.rows[header_at + 1 :], start=header_at + 1):
        index = sheet.raw.number(position)
        first = row[0] if row else None
        is_plain = isinstance(first, str) and first and not first.isspace()  # the common case
        if not is_plain and not any(map(_is_filled, row)):
            continue
        if is_csv and len(row) > n_header and any(map(_is_filled, row[n_header:])):
            findings.faults.append(
                sheet.fault(index, "", f"{len(row)} fält men {n_header} rubriker",
                            "Är komma både avgränsare och decimaltecken? Spara med semikolon.")
            )  # fmt: skip
            continue
        if is_csv and len(row) < n_header:
            findings.faults.append(
                sheet.fault(index, "", f"{len(row)} fält men {n_header} rubriker",
                            "Raden är avkortad. Exportera på nytt.")
            )  # fmt: skip
            continue
        sheet.row_numbers.append(index)
        body.append(row)
    return body


def _parse_column(
    sheet: ParsedSheet, column: Column, values: Sequence[Cell], findings: Findings
) -> list[Any]:
    """Parse each distinct cell once; empty cells become None."""
    keys = values
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
    nothing = BAD if column.is_required else None
    known = {
        key: _parse_cell(column, cell) if _is_filled(cell) else nothing
        for key, cell in distinct.items()
    }
    if any(value is BAD for value in known.values()):
        for row, key, cell in zip(sheet.row_numbers, keys, values, strict=True):
            if known[key] is not BAD:
                continue
            findings.faults.append(
                sheet.fault(row, column.name, _found(cell), f"Ska vara {column.allowed}.")
                if _is_filled(cell)
                else _empty(sheet, column, row)
            )
    return [known[key] for key in keys]


def _empty(sheet: ParsedSheet, column: Column, row: int) -> Fault:
    merged = " (sammanslagna celler läses bara överst)" if sheet.raw.has_merged_rows else ""
    return sheet.fault(row, column.name, f"tom cell{merged}", f"Ska vara {column.allowed}.")


def _parse_cell(column: Column, cell: Cell) -> Any:
    try:
        return column.parse(cell)
    except (ValueError, TypeError, OverflowError):
        return BAD


def _found(cell: Cell) -> str:
    return cell.value if isinstance(cell, Odd) else privacy.safe_found(cell)


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
    findings.warnings.extend(raw.notes)
