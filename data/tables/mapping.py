"""The user's own column mapping: what the synonyms do not know, told once and remembered.

A mapping is a small JSON file in the work folder: table → header as written → column name, or
``"-"`` for a column to leave out. It goes before the synonyms (faults.md A12).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from data import atomic, privacy
from data.errors import InputError, StoreError
from data.regular_files import json_of
from data.tables import sources
from data.tables.files.raw import RawSheet
from data.tables.heading import LEFT_OUT, header_row, nearest
from data.tables.parsed import Findings, is_column_empty
from data.tables.schema import columns
from data.tables.schema.columns import TABLES
from data.tables.schema.headers import header_key, match_header


@dataclass(frozen=True)
class OpenHeader:
    """A header that no table asks for, with what it may mean.

    Attributes
    ----------
    file, sheet, table : str
    header : str
        As written.
    suggestions : tuple of str
        Names of columns that are still free in the table, nearest first, at most three.
    reason : str
        Why it will be dropped if nobody says otherwise (`data.privacy.drop_reason`); ``dubblett``
        where another column means the same, ``tom`` where nothing stands below.
    """

    file: str
    sheet: str
    table: str
    header: str
    suggestions: tuple[str, ...]
    reason: str


def open_headers(path: Path, mappings: sources.Mappings | None = None) -> list[OpenHeader]:
    """Every header that neither the synonyms nor ``mappings`` know, or that two columns share.

    Raises
    ------
    InputError
        Where a file cannot be read at all.
    """
    findings = Findings()
    headers: list[OpenHeader] = []
    sheets = sources.raw_sheets(path, findings)
    if findings.faults:
        raise InputError(findings.faults)
    for raw in sheets:
        table = sources.table_of(raw, findings)
        known = (mappings or {}).get(table.name, {}) if table is not None else {}
        header_idx = header_row(raw, table, known) if table is not None else None
        if table is not None and header_idx is not None:
            headers.extend(_of_sheet(raw, table, header_idx, known))
    return headers


def _of_sheet(
    raw: RawSheet, table: columns.Table, header_idx: int, known: Mapping[str, str]
) -> list[OpenHeader]:
    texts = list(
        dict.fromkeys(
            cell for cell in raw.rows[header_idx] if isinstance(cell, str) and cell.strip()
        )
    )
    named = {text: known.get(header_key(text)) or match_header(table.name, text) for text in texts}
    taken = [name for name in named.values() if name is not None]
    result = []
    for text, name in named.items():
        if name is None:
            near: tuple[str, ...] = nearest(table, text, taken)
            reason: str = privacy.drop_reason(text)
            if reason == "okänd" and _is_empty(raw, header_idx, text):
                reason = "tom"
        elif taken.count(name) > 1 and name != LEFT_OUT and header_key(text) not in known:
            near, reason = (name,), "dubblett"
        else:
            continue
        result.append(OpenHeader(raw.file, raw.sheet, table.name, text, near, reason))
    return result


def _is_empty(raw: RawSheet, header_idx: int, text: str) -> bool:
    """Whether nothing stands below any header of that text."""
    places = [i for i, cell in enumerate(raw.rows[header_idx]) if cell == text]
    return all(is_column_empty(raw.rows[header_idx + 1 :], i) for i in places)


def map_columns(
    path: Path, saved: Path, ask: Callable[[OpenHeader], str | None]
) -> dict[str, dict[str, str]]:
    """Ask what each unknown header means, and remember the answers.

    Parameters
    ----------
    path : Path
        The input.
    saved : Path
        The mapping file; read if there, and written.
    ask : callable
        Given an `OpenHeader`, returns a column name, ``"-"`` to leave the column out for good, or
        None to decide another time.

    Returns
    -------
    dict
        The whole mapping, for ``read_input(..., mappings=...)``.

    Raises
    ------
    ValueError
        Where an answer is not a column of the table.
    """
    mappings = load_mapping(saved)
    for header in open_headers(path, mappings):
        answer = ask(header)
        if answer is None:
            continue
        table = next(known for known in TABLES if known.name == header.table)
        if answer != LEFT_OUT and answer not in {column.name for column in table.columns}:
            raise ValueError(f"{answer} är ingen kolumn i {table.sheet}")
        mappings.setdefault(header.table, {})[header_key(header.header)] = answer
    save_mapping(saved, mappings)
    return mappings


def load_mapping(saved: Path) -> dict[str, dict[str, str]]:
    """The mapping as saved; empty where there is none.

    Raises
    ------
    StoreError
        Where the file is damaged, or names tables or columns that do not exist.
    """
    if not saved.is_file():
        return {}
    known = {table.name: {column.name for column in table.columns} for table in TABLES}
    try:
        stored = json_of(saved)
        mappings = {
            str(table): {header_key(str(h)): str(name) for h, name in headers.items()}
            for table, headers in stored.items()
        }
    except (ValueError, AttributeError) as error:
        raise StoreError(f"{saved.name} är skadad. Ta bort den och kör om.") from error
    for table, headers in mappings.items():
        if table not in known or not set(headers.values()) <= known[table] | {LEFT_OUT}:
            raise StoreError(f"{saved.name} nämner en tabell eller kolumn som inte finns.")
    return mappings


def save_mapping(saved: Path, mappings: Mapping[str, Mapping[str, str]]) -> None:
    """Write the mapping file, atomically."""
    atomic.write_text(saved, json.dumps(mappings, ensure_ascii=False, indent=1, sort_keys=True))
