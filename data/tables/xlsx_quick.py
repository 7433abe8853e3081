"""Sheets that are written plainly, read in a third of the time of an XML tree.

Excel, LibreOffice, openpyxl and XlsxWriter write nearly every row in one way: cells with a
reference, a style, a type and a value, and nothing else. Such rows are taken apart by one regular
expression. What makes that exact and not a guess: the member is first parsed whole by expat, so
it is well-formed XML without a document type; comments, CDATA, other encodings and prefixes send
it back to the tree (`data.tables.xlsx_files`); and in each row every ``<`` must belong to a cell
that the expression took, or else that row alone is parsed as a tree. Tests and fuzzing hold that
both ways give the same cells.
"""

from __future__ import annotations

import re
from typing import Final
from xml.etree import ElementTree  # fragments of what expat has passed, no document type
from xml.parsers import expat

from data.tables.raw import MAX_CELL_SIGNS, MAX_COLUMNS, Cell, RawSheet
from data.tables.xlsx_cells import (
    TRUE,
    Book,
    add_row,
    cells_of,
    column_index,
    place_cell,
    spans_rows,
    stored_value,
    unescaped,
)

MAX_BYTES: Final = 60_000_000
"""Larger members are streamed, so that the memory stays bounded."""

_NAMESPACES: Final = (
    ' xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"',
    ' xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"',
)
_CELL = re.compile(
    r'<c r="([A-Z]{1,3})[0-9]+"(?: s="([0-9]+)")?(?: t="([a-z]+)")?(?:/>|><v>([^<]*)</v></c>)'
)
_ENCODING = re.compile(r"""encoding=["']([^"']*)["']""")
_STRING = re.compile(r"<si><t(?: xml:space=\"preserve\")?>([^<]*)</t></si>")
_ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')
_MERGED = re.compile(r'<mergeCell ref="([^"]*)"')
_SLOW_ROWS_MAX: Final = 200


def _plain_text(content: bytes, root: str) -> tuple[str, str] | None:
    """The root's start tag and the text of a member in the plain dialect; None for others.

    Raises
    ------
    ExpatError
        Where it is not well-formed.
    """
    expat.ParserCreate().Parse(content, True)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:  # UTF-16, which expat reads
        return None
    prolog, _, rest = text.partition(f"<{root} ")
    opening = f"<{root} {rest.partition('>')[0]}>"
    encoding = _ENCODING.search(prolog)
    is_plain = (
        "<!" not in text
        and text.count("<?") == prolog.count("<?") <= 1
        and (encoding is None or encoding.group(1).lower() == "utf-8")
        and opening.count('"') % 2 == 0
        and "'" not in opening
        and "/>" not in opening
        and any(name in opening for name in _NAMESPACES)
    )
    if not is_plain:
        return None
    return opening, text.replace("\r\n", "\n").replace("\r", "\n")  # XML 1.0, section 2.11


def strings_of(content: bytes) -> list[str] | None:
    """The shared strings, where all of them are plain text; None where some have runs."""
    plain = _plain_text(content, "sst")
    if plain is None:
        return None
    opening, text = plain
    body = text.partition(opening)[2]
    found: list[str] = _STRING.findall(body)
    if body.count("<") != 4 * len(found) + 1:
        return None
    if "&" in body:
        found = [_entities_read(item) if "&" in item else item for item in found]
    return [unescaped(item) for item in found] if "_x" in body else found


def _entities_read(text: str) -> str:
    return ElementTree.fromstring(f"<t>{text}</t>").text or ""  # noqa: S314


def rows_of(content: bytes, book: Book, file: str, name: str) -> RawSheet | None:
    """All rows of a worksheet in the plain dialect; None where it must be read as a tree.

    Parameters
    ----------
    content : bytes
        The whole member.
    book : Book
    file, name : str
        Of the workbook and the sheet, to show.

    Raises
    ------
    FileFaultError
        Where a limit is passed.
    ExpatError, ValueError, LookupError
        Where the sheet is damaged.
    """
    plain = _plain_text(content, "worksheet")
    if plain is None:
        return None
    opening, text = plain
    before, has_rows, rest = text.partition("<sheetData>")
    body, is_closed, after = rest.partition("</sheetData>")
    if not (has_rows and is_closed) or "<row" in before or "<row " in after:
        return None
    raw = RawSheet(file, name, [])
    columns: dict[str, int] = {}
    n_slow = 0
    pieces = body.split("<row")
    if pieces[0].strip():
        return None
    for piece in pieces[1:]:
        attributes, _, inside = piece.partition(">")
        if attributes[:1] not in (" ", "") or attributes.count('"') % 2 or "'" in attributes:
            return None
        said = dict(_ATTRIBUTE.findall(attributes))
        number = int(said.get("r", len(raw.rows) + 1))
        cells = _cells(inside, book, columns, raw, number)
        if cells is None:
            n_slow += 1
            if n_slow > max(_SLOW_ROWS_MAX, len(raw.rows) // 4):
                return None
            row = ElementTree.fromstring(f"{opening}<row{piece}</worksheet>")[0]  # noqa: S314
            cells = cells_of(row, book, columns, raw, number)
        add_row(raw, number, cells, is_hidden=said.get("hidden") in TRUE)
    raw.has_merged_rows = any(spans_rows(reference) for reference in _MERGED.findall(after))
    return raw


def _cells(
    inside: str, book: Book, columns: dict[str, int], raw: RawSheet, number: int
) -> list[Cell] | None:
    """The cells of a row of plain cells; None where there is anything else in it."""
    found = _CELL.findall(inside)
    n_empty = inside.count("/>")
    is_closed = bool(inside)  # an empty row closes itself
    if inside.count("<") != 4 * len(found) - 3 * n_empty + is_closed or "&" in inside:
        return None
    strings = book.strings
    cells: list[Cell] = []
    for letters, style, kind, stored in found:
        if not stored:
            continue
        value = strings[int(stored)] if kind == "s" else stored_value(
            stored, kind or "n", style or None, book
        )  # fmt: skip
        index = columns.get(letters, -1)
        if index < 0:
            index = columns[letters] = column_index(letters)
        is_long = type(value) is str and len(value) > MAX_CELL_SIGNS
        if index == len(cells) < MAX_COLUMNS and not is_long:
            cells.append(value)
        else:
            place_cell(cells, index, value, raw, number)
    return cells
