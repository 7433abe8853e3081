"""Sheets that are written plainly, read in a fifth of the time of an XML tree.

Excel, LibreOffice, openpyxl and XlsxWriter write nearly every row in one way: cells with a
reference, a style, a type and a value, and nothing else. Such rows are taken apart by one regular
expression. What makes that exact and not a guess: what surrounds the rows is parsed by expat, so
it is well-formed XML without a document type; signs that XML forbids, comments, CDATA, other
encodings and prefixes send the member back to the tree (`data.tables.files.xlsx_files`); and in
each row every sign must belong to a cell that the expression took, or else that row alone is parsed
as a tree. Tests and fuzzing hold that both ways give the same cells.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final
from xml.etree import ElementTree  # fragments that hold no document type
from xml.parsers import expat

from data.tables.files.raw import (
    MAX_CELL_CHARACTERS,
    MAX_COLUMNS,
    MAX_ROWS_WITH_EMPTY,
    Cell,
    RawSheet,
    file_fault,
)
from data.tables.files.xlsx_cells import (
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
    r'<c r="([^"]++)"([^>]*+>(?:(?<=/>)|<v>[^<]*+</v></c>|<is><t[^>]*+>[^<]*+</t></is></c>))'
)
"""A cell in outline, as quick as can be: its reference, and all that its value follows from."""
_PLAIN = re.compile(
    r'(?: [st]="[0-9A-Za-z]+"){0,2} ?'
    r"(?:/>|>(?:<v>[^<]*</v>|<is><t(?: xml:space=\"preserve\")?>[^<]*</t></is>)</c>)"
)
"""What a cell may hold, to the letter; looked at once for each form of cell."""
_REFERENCES = re.compile(r"[A-Z]{1,3}[0-9]*(?: [A-Z]{1,3}[0-9]*)* ")
_AROUND: Final = len('<c r=""')
_ROW_END: Final = "</row>"
_CONTENT = re.compile(
    r'(?: s="(?P<style>[0-9]+)")?(?: t="(?P<kind>[A-Za-z]+)")?(?: s="(?P<late>[0-9]+)")?'
    r" ?(?:/>|><(?P<tag>v|is)>(?:<t[^>]*>)?(?P<stored>[^<]*)<.*)",
    re.DOTALL,
)
_ENCODING = re.compile(r"""encoding=["']([^"']*)["']""")
_STRING = re.compile(r"<si><t(?: xml:space=\"preserve\")?>([^<]*)</t></si>")
_NAME: Final = r"(?:[A-Za-z]\w*:)?[A-Za-z]\w*"
_ROW = re.compile(rf'(?: r="([0-9]+)")?((?: {_NAME}="[^"&]*")*) ?/?', re.ASCII)
_ATTRIBUTE = re.compile(rf'({_NAME})="([^"]*)"', re.ASCII)
_MERGED = re.compile(r'<mergeCell ref="([^"]*)"')
_SLOW_ROWS_MAX: Final = 200
_FORBIDDEN: Final = bytes({*range(32)} - {9, 10, 13})


class _OddError(Exception):
    """A cell that is not written plainly, so that its row is read as a tree."""


class _Values(dict[str, Cell]):
    """What each form of a cell means, found out once."""

    def __init__(self, book: Book, raw: RawSheet) -> None:
        super().__init__()
        self.book, self.raw = book, raw
        self.row = 0
        """The row that is being read, to name in faults."""

    def __missing__(self, content: str) -> Cell:
        match = _CONTENT.fullmatch(content)
        if match is None or not _PLAIN.fullmatch(content):
            raise _OddError
        style, kind = match["style"] or match["late"], match["kind"] or "n"
        if match["style"] and match["late"]:  # twice, which the tree calls damaged
            raise _OddError
        stored = match["stored"]
        value: Cell = None
        if match["tag"] == "is":
            value = unescaped(stored)
        elif stored:
            value = stored_value(stored, kind, style, self.book)
        if isinstance(value, str) and len(value) > MAX_CELL_CHARACTERS:
            raise file_fault(
                self.raw.file, f"en cell med {len(value)} tecken", f"Högst {MAX_CELL_CHARACTERS}.",
                self.raw.sheet, self.row,
            )  # fmt: skip
        self[content] = value
        return value


class _Layouts(dict[str, "tuple[int, ...] | None"]):
    """Where the cells of a row lie, by their references; None where they do not go rightwards.

    References come joined and without the row's number, so that the few sets of columns that a
    table's rows name are found out once each.
    """

    def __missing__(self, joined: str) -> tuple[int, ...] | None:
        if not _REFERENCES.fullmatch(joined):
            raise _OddError
        at = tuple(map(column_index, joined.split()))
        goes_right = all(a < b for a, b in pairwise(at)) and at[-1] < MAX_COLUMNS
        self[joined] = at if goes_right else None
        return self[joined]


def _text_of(content: bytes) -> str | None:
    """A member's text with ends of lines as XML has them; None where it is not plain UTF-8.

    Forbidden signs, comments, CDATA and instructions after the first are left to the tree.
    """
    if len(content.translate(None, _FORBIDDEN)) != len(content):
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:  # UTF-16, which expat reads
        return None
    if "<!" in text or "]]>" in text or "\ufffe" in text or "\uffff" in text:
        return None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")  # XML 1.0, section 2.11
    return text


def _opening(head: str, root: str) -> str | None:
    """The root's start tag, where the root is plain and in the namespace of spreadsheets."""
    prolog, found, rest = head.partition(f"<{root} ")
    opening = f"<{root} {rest.partition('>')[0]}>"
    encoding = _ENCODING.search(prolog)
    is_plain = (
        found
        and head.count("<?") == prolog.count("<?") <= 1
        and (encoding is None or encoding.group(1).lower() == "utf-8")
        and opening.count('"') % 2 == 0
        and "'" not in opening
        and "/>" not in opening
        and any(name in opening for name in _NAMESPACES)
    )
    return opening if is_plain else None


def _check_frame(*parts: str) -> None:
    """Let expat parse what surrounds the rows; raises ExpatError where it is not well-formed."""
    parser = expat.ParserCreate("utf-8")
    for part in parts[:-1]:
        parser.Parse(part.encode(), False)
    parser.Parse(parts[-1].encode(), True)


def strings_of(content: bytes) -> list[str] | None:
    """The shared strings, where all of them are plain text; None where some have runs."""
    text = _text_of(content)
    head, is_there, rest = (text or "").partition("<si>")
    opening = _opening(head, "sst")
    body, is_closed, tail = rest.rpartition("</sst>")
    if not (is_there and is_closed) or opening is None or "<?" in tail:
        return None
    strings: list[str] = _STRING.findall("<si>" + body)
    if body.count("<") + 1 != 4 * len(strings):
        return None
    _check_frame(head, "</sst>", tail)
    if "&" in body:
        strings = [_entities_read(item) if "&" in item else item for item in strings]
    return [unescaped(item) for item in strings] if "_x" in body else strings


def _entities_read(text: str) -> str:
    return ElementTree.fromstring(f"<t>{text}</t>").text or ""  # noqa: S314


def rows_of(
    content: bytes, book: Book, file: str, name: str, n_rows_left: int = MAX_ROWS_WITH_EMPTY
) -> RawSheet | None:
    """All rows of a worksheet in the plain dialect; None where it must be read as a tree.

    Parameters
    ----------
    content : bytes
        The whole member.
    book : Book
    file, name : str
        Of the workbook and the sheet, to show.
    n_rows_left : int
        How many rows, empty ones too, may be read.

    Raises
    ------
    FileFaultError
        Where a limit is passed.
    ExpatError, ParseError, ValueError, LookupError
        Where the sheet is damaged.
    """
    head, has_rows, rest = (_text_of(content) or "").partition("<sheetData>")
    body, is_closed, tail = rest.partition("</sheetData>")
    opening = _opening(head, "worksheet")
    if not (has_rows and is_closed) or opening is None:
        return None
    if "<row" in head or "<row " in tail or "<?" in body or "<?" in tail:
        return None
    _check_frame(head, "<sheetData></sheetData>", tail)
    raw = RawSheet(file, name, [], n_rows_left=n_rows_left)
    if not _read_rows(body, opening, raw, _Values(book, raw)):
        return None
    raw.has_merged_rows = any(spans_rows(reference) for reference in _MERGED.findall(tail))
    return raw


def _read_rows(body: str, opening: str, raw: RawSheet, values: _Values) -> bool:
    """Read all rows into ``raw``; False where the sheet must be read as a tree."""
    layouts = _Layouts()
    columns: dict[str, int] = {}
    hidden = {"": False}
    n_slow = 0
    pieces = body.split("<row")
    if pieces[0].strip():
        return False
    for piece in pieces[1:]:
        attributes, is_tag, inside = piece.partition(">")
        said, others = _attributes(attributes, hidden, opening)
        if others is None or not is_tag:
            return False
        values.row = int(said) if said else values.row + 1
        is_empty = attributes.endswith("/")
        cells = [] if is_empty else _cells(inside, said, values, layouts, raw)
        if is_empty and inside.strip():
            return False
        if cells is None:
            n_slow += 1
            if n_slow > max(_SLOW_ROWS_MAX, len(raw.rows) // 4):
                return False
            row = ElementTree.fromstring(f"{opening}<row{piece}</worksheet>")[0]  # noqa: S314
            cells = cells_of(row, values.book, columns, raw, values.row)
        add_row(raw, values.row, cells, is_hidden=hidden[others])
    return True


def _attributes(attributes: str, hidden: dict[str, bool], opening: str) -> tuple[str, str | None]:
    """A row's number and its other attributes, which ``hidden`` has then; None where they are odd.

    Most rows bear the same others, so that they are taken apart once.
    """
    if attributes.startswith(' r="'):
        said, is_quoted, others = attributes[4:].partition('"')
        if is_quoted and others in hidden and said.isascii() and said.isdigit():
            return said, others
    match = _ROW.fullmatch(attributes)
    if match is None:
        return "", None
    said, others = match[1] or "", match[2]
    pairs = _ATTRIBUTE.findall(others)
    names = [key for key, _ in pairs]
    if "r" in names or len(set(names)) < len(names):  # in an odd place, or twice
        return "", None
    prefixes = {name.partition(":")[0] for name in names if ":" in name}
    if any(f" xmlns:{prefix}=" not in opening for prefix in prefixes):
        return "", None
    hidden[others] = dict(pairs).get("hidden") in TRUE
    return said, others


def _cells(
    inside: str, said: str, values: _Values, layouts: _Layouts, raw: RawSheet
) -> list[Cell] | None:
    """The cells of a row of plain cells; None where there is anything else in it."""
    matches = _CELL.findall(inside)
    if not matches:
        return [] if inside.strip() == _ROW_END else None
    references, contents = zip(*matches, strict=True)
    names, whole = " ".join(references), "".join(contents)
    n_characters = len(names) + len(whole) + (_AROUND - 1) * len(matches) + 1 + len(_ROW_END)
    if "&" in whole or not (
        (n_characters == len(inside) and inside.endswith(_ROW_END)) or _is_nothing_else(inside)
    ):
        return None
    try:
        stored = list(map(values.__getitem__, contents))
        at = layouts[f"{names} ".replace(f"{said} ", " ")]
    except _OddError:
        return None
    if at is None:
        return _placed(references, stored, values, raw)
    if len(at) != len(stored):  # a reference with a space in it
        return None
    cells: list[Cell] = stored
    if at[-1] >= len(stored):
        cells = [None] * (at[-1] + 1)
        for index, value in zip(at, stored, strict=True):
            cells[index] = value
    while cells and cells[-1] is None:
        cells.pop()
    return cells


def _is_nothing_else(inside: str) -> bool:
    """Whether a row that is not written without gaps has space around its cells, and no more."""
    return inside.rstrip().endswith(_ROW_END) and _CELL.sub("\n", inside).strip() == _ROW_END


def _placed(
    references: Sequence[str], stored: Sequence[Cell], values: _Values, raw: RawSheet
) -> list[Cell]:
    """Cells in no order, twice, or beyond the limit: one by one, as the tree's are."""
    cells: list[Cell] = []
    for reference, value in zip(references, stored, strict=True):
        if value is not None:
            place_cell(cells, column_index(reference), value, raw, values.row)
    return cells
