"""Rows of sheets, put into an XLSX file that has everything else.

A library that is asked for one cell at a time spends some ten microseconds on each, and a
fortnight's rounds of four hundred clients have a million. Here each value is made once, and a row
is joined of what its values are.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

from data.units import DAY_S

Rows = Sequence[Sequence[Any]]
ZERO_DAY: Final = dt.date(1899, 12, 30)
"""What Excel counts days from, as far as dates from March 1900 on go."""
TEXT_MOST: Final = 32_767
"""Signs of a cell."""
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_LIKE_ESCAPED: Final = re.compile("(_x[0-9a-fA-F]{4}_)")
_DIMENSION: Final = re.compile(rb'<dimension ref="[^"]*"/>')


def put_rows(path: Path, rows_of: Mapping[int, Rows], styles: tuple[int, int]) -> None:
    """Put rows below the header of sheets of a finished workbook.

    Parameters
    ----------
    path : Path
        Of an XLSX file whose sheets hold their first row only.
    rows_of : mapping of int to rows
        By the sheet's number, from 1. Dates, times of day (`datetime.timedelta`), numbers and
        text become what they are in Excel; an empty text and None no cell; True and False *ja*
        and *nej*.
    styles : int and int
        The workbook's styles of a date and of a time of day.
    """
    if not any(rows_of.values()):
        return
    cells = _Cells(styles)
    with zipfile.ZipFile(path) as book:
        parts = [(part, book.read(part)) for part in book.infolist()]
    by_name = {f"xl/worksheets/sheet{number}.xml": rows for number, rows in rows_of.items()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for part, content in parts:
            rows = by_name.get(part.filename)
            book.writestr(part, _with_rows(content, rows, cells) if rows else content)


def _with_rows(sheet: bytes, rows: Rows, cells: _Cells) -> bytes:
    letters = [_letters(column) for column in range(max(map(len, rows)))]
    lines = []
    for n, row in enumerate(rows, start=2):
        line = "".join(cells.of_row(letters, row, f'{n}"'))
        lines.append(f'<row r="{n}">{line}</row>')
    last = f"{letters[-1]}{len(rows) + 1}" if letters else "A1"
    sheet = _DIMENSION.sub(f'<dimension ref="A1:{last}"/>'.encode(), sheet, count=1)
    head, end, tail = sheet.rpartition(b"</sheetData>")
    return b"".join([head, "".join(lines).encode("utf-8"), end, tail])


def _letters(column: int) -> str:
    """What a column is called, from 0."""
    text, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


class _Cells:
    """Makes each value's cell once."""

    def __init__(self, styles: tuple[int, int]) -> None:
        self._date, self._time = styles
        self._known: dict[type, dict[Any, str]] = {}

    def of_row(self, letters: Sequence[str], row: Sequence[Any], number: str) -> Iterator[str]:
        """The cells of one row; ``number`` ends with the quotation mark behind it."""
        known = self._known
        for letter, value in zip(letters, row, strict=False):
            if value is None or value == "":
                continue
            of_kind = known.get(value.__class__)
            if of_kind is None:
                of_kind = known[value.__class__] = {}
            cell = of_kind.get(value)
            if cell is None:
                cell = of_kind[value] = self._made(value)
            yield f'<c r="{letter}{number}{cell}'

    def _made(self, value: Any) -> str:
        """What stands behind a cell's place."""
        if isinstance(value, bool):
            return _text("ja" if value else "nej")
        if isinstance(value, dt.date) and value.year >= 1900:
            days = (dt.date(value.year, value.month, value.day) - ZERO_DAY).days
            return f' s="{self._date}"><v>{days}</v></c>'
        if isinstance(value, dt.timedelta):
            return f' s="{self._time}"><v>{value.total_seconds() / DAY_S:.16G}</v></c>'
        if isinstance(value, (int, float)):
            # The format keeps 16 digits; a number that needs 17 is written as text instead.
            number = f"{value:.16G}"
            if abs(value) < float("inf") and float(number) == value:
                return f"><v>{number}</v></c>"
            return _text(repr(value).replace(".", ","))
        return _text(str(value))


def _text(text: str) -> str:
    """A cell of text, never a formula; what XML has no sign for is written as Excel does."""
    text = _LIKE_ESCAPED.sub(r"_x005F\1", text[:TEXT_MOST])
    text = _CONTROL.sub(lambda sign: f"_x{ord(sign[0]):04X}_", text)
    kept = ' xml:space="preserve"' if text != text.strip() else ""
    return f' t="inlineStr"><is><t{kept}>{escape(text)}</t></is></c>'
