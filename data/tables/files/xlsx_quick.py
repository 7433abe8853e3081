"""Sheets that are written plainly, read in a fifth of the time of an XML tree.

Excel, LibreOffice, openpyxl and XlsxWriter write nearly every row in one way: cells with a
reference, a style, a type and a value, and nothing else. Such rows are cut at their cells, and each
form of cell is looked at once. What makes that exact and not a guess: what surrounds the rows is
parsed by expat, so it is well-formed XML without a document type; signs that XML forbids, comments,
CDATA, other encodings and prefixes send the member back to the tree
(`data.tables.files.xlsx_files`); and every piece of a row must be a plain cell to the letter, or
else that row alone is parsed as a tree. Tests and fuzzing hold that both ways give the same cells.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from operator import itemgetter
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
_CELL_START: Final = '<c r="'
_STRIPPED: Final = "\x01"
"""Stands for the row's number in a reference; XML forbids it, so that no text can hold it."""
_NUMBERED = re.compile(r'(<c r="[A-Z]{1,3})[0-9]*+"')
_CELL = re.compile(
    rf'([A-Z]{{1,3}}){_STRIPPED}"'
    r'(?: s="([0-9]+)")?(?: t="([A-Za-z]+)")?(?: s="([0-9]+)")?'
    r' ?(?:/>|>(?:<v>([^<]*)</v>|<is><t(?: xml:space="preserve")?>([^<]*)</t></is>)</c>)\s*'
)
"""A cell to the letter: column, style, type, style again, value, text; looked at once a form."""
_INLINE: Final = 'inlineStr"><is><t>'
_INLINE_TAGS: Final = 5
"""Signs of tags in a cell of text and nothing else, after its type."""
_ROW_END: Final = "</row>"
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


class _Cells(dict[str, Cell]):
    """What each form of a cell means, found out once; `columns` says where it lies."""

    def __init__(self, book: Book, raw: RawSheet) -> None:
        super().__init__()
        self.book, self.raw = book, raw
        self.columns: dict[str, int] = {}
        self.heads: dict[str, int] = {}
        """Beginnings of cells of text, which nearly all ids are, and their columns."""
        self.row = 0
        """The row that is being read, to name in faults."""

    def __missing__(self, piece: str) -> Cell:
        head, _, rest = piece.partition(' t="')
        column = self.heads.get(head)
        value: Cell
        if column is None:
            value = self._looked_at(piece)
        elif (
            rest.startswith(_INLINE)
            and rest.endswith("</t></is></c>")
            and "&" not in rest
            and rest.count("<") == _INLINE_TAGS
        ):
            text = rest[18:-13]
            value = unescaped(text) if "_x" in text else text
            self.columns[piece] = column
        elif rest[:6] == 's"><v>' and rest[6:-8].isdigit() and rest[-8:] == "</v></c>":
            value = self.book.strings[int(rest[6:-8])]
            self.columns[piece] = column
        else:
            value = self._looked_at(piece)
        if isinstance(value, str) and len(value) > MAX_CELL_CHARACTERS:
            raise file_fault(
                self.raw.file, f"en cell med {len(value)} tecken", f"Högst {MAX_CELL_CHARACTERS}.",
                self.raw.sheet, self.row,
            )  # fmt: skip
        self[piece] = value
        return value

    def _looked_at(self, piece: str) -> Cell:
        """The value of a form of cell never seen before, or a form that is not plain."""
        match = _CELL.fullmatch(piece)
        if match is None or "&" in piece:
            raise _OddError
        letters, style, kind, late, stored, text = match.groups()
        if style and late:  # twice, which the tree calls damaged
            raise _OddError
        self.columns[piece] = column_index(letters)
        if text is not None:
            if not late:
                self.heads[piece.partition(" t=")[0]] = self.columns[piece]
            return unescaped(text)
        if not stored:
            return None
        if kind == "s" and not late:
            self.heads[piece.partition(" t=")[0]] = self.columns[piece]
        return stored_value(stored, kind or "n", style or late, self.book)


Lay = Callable[[list[Cell]], list[Cell]]


class _Layouts(dict[tuple[int, ...], "Lay | None"]):
    """How the cells of a row are laid out, by their columns; None where they do not go rightwards.

    The few sets of columns that a table's rows name are found out once each.
    """

    def __missing__(self, columns: tuple[int, ...]) -> Lay | None:
        goes_right = all(a < b for a, b in pairwise(columns)) and columns[-1:] < (MAX_COLUMNS,)
        self[columns] = _lay(columns) if goes_right else None
        return self[columns]


def _as_they_are(cells: list[Cell]) -> list[Cell]:
    return cells


def _lay(columns: tuple[int, ...]) -> Lay:
    """Put cells in their columns, with nothing in the columns between."""
    if columns == tuple(range(len(columns))):
        return _as_they_are
    where = dict(zip(columns, range(len(columns)), strict=True))
    pick = itemgetter(*(where.get(column, -1) for column in range(columns[-1] + 1)))

    def lay(cells: list[Cell]) -> list[Cell]:
        return list(pick([*cells, None]))

    return lay


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
    # One sign alone is looked for ten times as fast as "<!", whose first is everywhere.
    if ("!" in text and "<!" in text) or ("]" in text and "]]>" in text):
        return None
    if "\ufffe" in text or "\uffff" in text:
        return None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")  # XML 1.0, section 2.11
    return text


def _opening(head: str, root: str) -> str | None:
    """The root's start tag, where the root is plain and in the namespace of spreadsheets."""
    prolog, before, rest = head.partition(f"<{root} ")
    opening = f"<{root} {rest.partition('>')[0]}>"
    encoding = _ENCODING.search(prolog)
    is_plain = (
        before
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
    if not _read_rows(body, opening, raw, _Cells(book, raw)):
        return None
    raw.has_merged_rows = any(spans_rows(reference) for reference in _MERGED.findall(tail))
    return raw


def _read_rows(body: str, opening: str, raw: RawSheet, values: _Cells) -> bool:
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
        number = values.row = int(said) if said else values.row + 1
        is_empty = attributes.endswith("/")
        cells = [] if is_empty else _cells(inside, said or str(number), values, layouts)
        if is_empty and inside.strip():
            return False
        if cells is None:
            n_slow += 1
            if n_slow > max(_SLOW_ROWS_MAX, len(raw.rows) // 4):
                return False
            row = ElementTree.fromstring(f"{opening}<row{piece}</worksheet>")[0]  # noqa: S314
            cells = cells_of(row, values.book, columns, raw, number)
        add_row(raw, number, cells, is_hidden=hidden[others])
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


def _cells(inside: str, said: str, values: _Cells, layouts: _Layouts) -> list[Cell] | None:
    """The cells of a row of plain cells; None where there is anything else in it.

    The row's number is taken out of the references, so that equal cells of a column are equal
    text, whatever their row. Where the number ends a style's number too, no such piece is a cell,
    and the references are looked up one by one.
    """
    whole = inside.removesuffix(_ROW_END)
    if len(whole) == len(inside):
        whole = inside.rstrip()
        if not whole.endswith(_ROW_END):
            return None
        whole = whole[: -len(_ROW_END)]
    try:
        return _laid(whole.replace(f'{said}"', f'{_STRIPPED}"'), values, layouts)
    except _OddError:
        try:
            return _laid(_NUMBERED.sub(rf'\1{_STRIPPED}"', whole), values, layouts)
        except _OddError:
            return None


def _laid(stripped: str, values: _Cells, layouts: _Layouts) -> list[Cell]:
    before, *pieces = stripped.split(_CELL_START)
    if before and before.strip():
        raise _OddError
    stored = list(map(values.__getitem__, pieces))
    lay = layouts[tuple(map(values.columns.__getitem__, pieces))]
    cells = _placed(pieces, stored, values) if lay is None else lay(stored)
    while cells and cells[-1] is None:
        cells.pop()
    return cells


def _placed(pieces: Sequence[str], stored: Sequence[Cell], values: _Cells) -> list[Cell]:
    """Cells in no order, twice, or beyond the limit: one by one, as the tree's are."""
    cells: list[Cell] = []
    for piece, value in zip(pieces, stored, strict=True):
        if value is not None:
            place_cell(cells, values.columns[piece], value, values.raw, values.row)
    return cells
