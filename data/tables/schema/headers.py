"""Which column a header means, and which table a sheet is.

Headers are compared without case, spaces and signs, so "Kund-ID", "kundid " and "KUND ID" are one.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Final

from data import privacy
from data.tables.schema.columns import ROUNDS, TABLES, Table
from data.tables.schema.header_units import bare, without_brackets
from data.tables.schema.synonyms import GUESSES, MAY_MEAN, MORE

_BY_NAME: Final = {table.name: table for table in (*TABLES, ROUNDS)}


_KEPT: Final = 8192
"""Texts whose key or meaning is remembered: several times what all tables have headers. Cells are
asked too, where headers are looked for, and a program that is open all day must let them go."""
_LONGEST: Final = 200
"""Characters of a text that is remembered; no header is that long."""


def header_key(header: str) -> str:
    """A header as it is compared: letters and digits only, no case."""
    return _key(header) if len(header) <= _LONGEST else _key.__wrapped__(header)


@lru_cache(_KEPT)
def _key(header: str) -> str:
    text = unicodedata.normalize("NFKC", header).casefold()
    return re.sub(r"[\W_]+", "", text)


MAY_MEAN_BY_KEY: Final = {
    (table, header_key(text)): name for (table, text), name in MAY_MEAN.items()
}
"""`data.tables.schema.synonyms.MAY_MEAN`, by the header's key."""


def shown(header: object) -> str:
    """A header fit for a message: one line, no control signs, at most 40 signs; a date as one."""
    if isinstance(header, dt.datetime):
        return header.date().isoformat()
    if not isinstance(header, str):
        return ""
    text = "".join(s if s.isprintable() else " " for s in header).strip()[:40]
    if any(privacy.identity_numbers_in(text)):  # no header at all, but a row of somebody's
        return f"text, {len(text)} tecken"
    return text


@cache
def headers_of(table_name: str) -> dict[str, str]:
    """Every accepted header of a table, as its key, with the column's name."""
    table = _BY_NAME[table_name]
    known: dict[str, str] = {}
    for column in table.columns:
        for text in (column.name, column.header):
            known[header_key(text)] = column.name
    for column in table.columns:
        for text in column.synonyms:
            known.setdefault(header_key(text), column.name)
    for name, texts in MORE.get(table_name, {}).items():
        for text in texts:
            known.setdefault(header_key(text), name)
    return known


@cache
def words_of(table_name: str, column_name: str) -> tuple[str, ...]:
    """The keys of all headers that mean one column."""
    known = headers_of(table_name)
    return tuple(key for key, name in known.items() if name == column_name)


@cache
def _guesses() -> dict[tuple[str, str], str]:
    return {(table, header_key(text)): meaning for (table, text), meaning in GUESSES.items()}


def guess_of(table_name: str, header: str) -> str:
    """How a header that may mean something else is understood; empty where it is plain."""
    return _guesses().get((table_name, header_key(header)), "")


CUT_BYTES: Final = 10
"""A Shapefile's columns have no longer names; one cut inside a letter of two bytes is shorter."""


def whole_header(table_name: str, header: str) -> str:
    """A header that a Shapefile has cut, as the one column's that begins so; else as it stands."""
    if match_header(table_name, header) or len(header.encode("utf-8")) not in (
        CUT_BYTES - 1,
        CUT_BYTES,
    ):
        return header
    known, begun = headers_of(table_name), header_key(header)
    meant = {name for key, name in known.items() if begun and key.startswith(begun)}
    return meant.pop() if len(meant) == 1 else header


def tables_knowing(header: str) -> list[Table]:
    """The tables that have a column by a header."""
    return [table for table in TABLES if match_header(table.name, header) is not None]


def match_header(table_name: str, header: object) -> str | None:
    """The column that a header means, or None; its unit is for `schema.column_meaning`."""
    if not isinstance(header, str) or len(header) > _LONGEST:
        return None
    return _match(table_name, header)


@lru_cache(_KEPT)
def _match(table_name: str, header: str) -> str | None:
    if not header.strip():
        return None
    known = headers_of(table_name)
    forms = (header, without_brackets(header), bare(header))
    return next((known[key] for form in forms if (key := header_key(form)) in known), None)


def score(row: Sequence[object]) -> int:
    """The most headers of any one table that a row holds."""
    texts = {cell for cell in row if isinstance(cell, str) and 0 < len(cell) < 80}
    return max(len({match_header(table.name, text) for text in texts} - {None}) for table in TABLES)


def table_named(name: str) -> Table | None:
    """The table that a sheet or file is called after: "Brukare", "visits 2026-11"."""
    key = header_key(re.sub(r"[\d\-_.() ]+", " ", name))
    for table in TABLES:
        if key in {header_key(text) for text in (table.name, table.sheet, *table.synonyms)}:
            return table
    return None
