"""What a cell of a workbook means: text, numbers, dates, clocks, ids with zeros, odd ones.

Shared by the two ways in which sheets are read (`data.tables.files.xlsx_files`, `xlsx_quick`).
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree  # only trees that the readers made, declarations refused

from data.tables.files import formats
from data.tables.files.instants import swedish
from data.tables.files.raw import (
    MAX_CELL_CHARACTERS,
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_ROWS_WITH_EMPTY,
    Cell,
    Odd,
    RawSheet,
    file_fault,
)

GAP_MAX: Final = 20
"""So many empty rows between two are kept as such, to be seen as space between tables."""

TRUE: Final = frozenset({"1", "true"})


@dataclass(frozen=True)
class Book:
    """What all sheets of a workbook share."""

    strings: list[str]
    kinds: list[str]
    """Per cell style: what its number format shows (`data.tables.files.formats`)."""
    epoch: dt.datetime


def text_of(node: ElementTree.Element) -> str:
    """Text of a string item: plain or in runs, phonetic hints left out."""
    parts: list[str] = []
    for child in node:
        kind = local(child.tag)
        if kind == "t":
            parts.append(child.text or "")
        elif kind == "r":
            parts.extend(leaf.text or "" for leaf in child if local(leaf.tag) == "t")
    return unescaped("".join(parts))


def unescaped(text: str) -> str:
    """Text with Excel's own escapes of control signs taken back."""
    return re.sub(r"_x([0-9A-Fa-f]{4})_", _unescape, text) if "_x" in text else text


def _unescape(match: re.Match[str]) -> str:
    """Excel's own escape of a sign, ``_x000D_``; anything but a control sign is left alone."""
    code = int(match.group(1), 16)
    return chr(code) if code < 32 or code == 0x5F else match.group()


def local(tag: str) -> str:
    """A tag's name without its namespace."""
    return tag.rsplit("}", 1)[-1]


def column_index(reference: str) -> int:
    """0 for A, 26 for AA; -1 where the reference has no letters."""
    index = 0
    for sign in reference:
        if not sign.isalpha():
            break
        index = index * 26 + ord(sign) - 64
    return index - 1


def spans_rows(reference: str) -> bool:
    """Whether a merged range covers more than one row."""
    return len(set(re.findall(r"\d+", reference))) > 1


def add_row(raw: RawSheet, number: int, cells: list[Cell], *, is_hidden: bool) -> None:
    """Put a row where the spreadsheet numbers it; empty ones count for nothing, wherever they are.

    Rows left out of the file are empty; after a wide gap the rows bear their own numbers.

    Raises
    ------
    FileFaultError
        Where there are more rows than are read.
    """
    raw.n_rows_left -= 1
    if raw.n_rows_left < 0:
        raise file_fault(
            raw.file, f"fler än {MAX_ROWS_WITH_EMPTY} rader, de flesta tomma",
            "Ta bort tomma rader med format.", raw.sheet,
        )  # fmt: skip
    if not cells or (cells[-1] is None and not any(cell is not None for cell in cells)):
        return
    if len(raw.rows) >= MAX_ROWS:
        raise file_fault(raw.file, f"fler än {MAX_ROWS} rader", "Dela upp arket.", raw.sheet)
    raw.n_hidden_rows += is_hidden
    if raw.row_numbers is None and number == len(raw.rows) + 1:  # the common case
        raw.rows.append(cells)
        return
    last = raw.number(len(raw.rows) - 1) if raw.rows else 0
    if (number > last + GAP_MAX or number <= last) and raw.row_numbers is None:
        raw.row_numbers = list(range(1, len(raw.rows) + 1))
    while raw.row_numbers is None and len(raw.rows) < number - 1:
        raw.rows.append([])
    raw.rows.append(cells)
    if raw.row_numbers is not None:
        raw.row_numbers.append(number)


def place_cell(cells: list[Cell], index: int, value: Cell, raw: RawSheet, number: int) -> None:
    """Put a value in its column.

    Raises
    ------
    FileFaultError
        Where the column or the text is beyond the limits.
    """
    if index >= MAX_COLUMNS:
        raise file_fault(
            raw.file, f"fler än {MAX_COLUMNS} kolumner", "Ta bort tomma kolumner.",
            raw.sheet, number,
        )  # fmt: skip
    if isinstance(value, str) and len(value) > MAX_CELL_CHARACTERS:
        raise file_fault(
            raw.file, f"en cell med {len(value)} tecken", f"Högst {MAX_CELL_CHARACTERS}.",
            raw.sheet, number,
        )  # fmt: skip
    if index > len(cells):
        cells.extend([None] * (index - len(cells)))
    if index == len(cells):
        cells.append(value)
    else:
        cells[index] = value


def cells_of(
    row: ElementTree.Element, book: Book, columns: dict[str, int], raw: RawSheet, number: int
) -> list[Cell]:
    """The cells of a ``row`` element; ``columns`` remembers letters already understood."""
    cells: list[Cell] = []
    for node in row:
        reference = node.get("r")
        if reference is None:
            index = len(cells)
        else:
            letters = reference.rstrip("0123456789")
            index = columns.get(letters, -1)
            if index < 0:
                index = columns[letters] = column_index(letters)
        value = value_of(node, book)
        if value is not None:
            place_cell(cells, index, value, raw, number)
    return cells


def value_of(node: ElementTree.Element, book: Book) -> Cell:
    """The value of a ``c`` element; None where it holds nothing."""
    kind = node.get("t", "n")
    stored: str | None = None
    has_formula = False
    for child in node:
        tag = child.tag
        if tag.endswith("}v"):
            stored = child.text
        elif tag.endswith("}f"):
            has_formula = True
        elif tag.endswith("}is"):
            return text_of(child)
    if stored is None:
        return Odd.UNCALCULATED if has_formula else None
    return stored_value(stored, kind, node.get("s"), book)


def stored_value(stored: str, kind: str, style: str | None, book: Book) -> Cell:
    """What is stored in a ``v`` element, by the cell's type and style.

    Raises
    ------
    ValueError, LookupError
        Where it is not what its type says.
    """
    if kind == "n":
        return number_of(stored, style, book)
    if kind == "s":
        return book.strings[int(stored)]
    if kind == "b":
        return stored == "1"
    if kind == "e":
        return Odd.ERROR
    if kind == "d":
        return swedish(dt.datetime.fromisoformat(stored))
    return stored


def number_of(stored: str, style: str | None, book: Book) -> Cell:
    """A stored number as its style means it: a date, a clock, an id with zeros, or a number."""
    number = float(stored)
    kind = book.kinds[int(style)] if style and int(style) < len(book.kinds) else ""
    if not kind:
        return int(number) if number.is_integer() and abs(number) < 1e15 else number
    return formats.shown(number, kind, book.epoch)
