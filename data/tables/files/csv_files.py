"""CSV as care systems and Excel write it: encodings and delimiters told apart, never guessed.

Order of trial: byte order mark, UTF-16 by its zero bytes, strict UTF-8, cp1252. Text that was
spoilt before it came here (UTF-8 read as cp1252, "Ã¥") is refused (faults.md A1–A6, A18).
"""

from __future__ import annotations

import contextlib
import csv
import io
import itertools
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from data.errors import Fault
from data.tables.files.raw import (
    MAX_CELL_CHARACTERS,
    MAX_COLUMNS,
    MAX_ROWS,
    RawSheet,
    check_regular,
    file_fault,
)

DELIMITERS: Final = (";", "\t", ",", "|")
_MOJIBAKE = re.compile("Ã[¥¤¶…„–\u0085\u0084\u0096]|ï»¿|Ã©|â€")
_HEADER_ROWS: Final = 25
_SAMPLE_CHARACTERS: Final = 4_000_000
_ROW_LINES: Final = 200
"""The most lines of one row, where quotation marks are odd and rows must be told apart."""

Score = Callable[[Sequence[object]], int]
"""How many headers a row of cells holds; given by the caller, who knows the tables."""


def decode(content: bytes, file: str) -> tuple[str, str]:
    """Text of a file, and the encoding it was read in.

    Raises
    ------
    FileFaultError
        Where the file is empty, spoilt, or not text.
    """
    if not content.strip():
        raise file_fault(file, "filen är tom (0 tecken)", "Exportera filen på nytt.")
    if content.startswith(b"\xef\xbb\xbf"):
        encoding = "utf-8-sig"
    elif content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"\x00" in content[:4000]:
        encoding = _utf16_without_mark(content, file)
    else:
        encoding = _utf8_or_cp1252(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise file_fault(
            file, "okänd teckenkodning", "Spara som ”CSV UTF-8” i Excel och försök igen."
        ) from None
    if "\x00" in text:
        raise file_fault(
            file, "NUL-tecken i filen", "Filen är skadad eller ingen textfil. Exportera på nytt."
        )
    if _MOJIBAKE.search(text):
        raise file_fault(
            file,
            "förvanskade tecken (t.ex. Ã¥ i stället för å)",
            "Filen har sparats om med fel teckenkodning. Exportera på nytt som ”CSV UTF-8”.",
        )
    return text, encoding


def _utf16_without_mark(content: bytes, file: str) -> str:
    head = content[:4000]
    if head[1::2].count(0) > len(head) // 5:
        return "utf-16-le"
    if head[0::2].count(0) > len(head) // 5:
        return "utf-16-be"
    raise file_fault(
        file, "NUL-tecken i filen", "Filen är skadad eller ingen textfil. Exportera på nytt."
    )


def _utf8_or_cp1252(content: bytes) -> str:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _rows(text: str, delimiter: str, limit: int) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    return list(itertools.islice(reader, limit))


def _first_rows(text: str, delimiter: str) -> list[list[str]]:
    """The first whole rows, as many as can be read: a cell of many lines is not cut."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    with contextlib.suppress(csv.Error):
        for row in itertools.islice(reader, _HEADER_ROWS):
            rows.append(row)
    return rows


def _delimiter(text: str, score: Score) -> str:
    """The delimiter under which some early row holds the most known headers."""
    head = text[:_SAMPLE_CHARACTERS]
    best = [
        (max((score(row) for row in _first_rows(head, delimiter)), default=0), delimiter)
        for delimiter in DELIMITERS
    ]
    points, delimiter = max(best, key=lambda pair: pair[0])
    if points and sum(other == points for other, _ in best) > 1:
        n_cells = {d: text.count(d) for p, d in best if p == points}
        return max(n_cells, key=lambda d: (n_cells[d], -DELIMITERS.index(d)))
    if not points:
        counts = {d: head.count(d) for d in DELIMITERS}
        return max(counts, key=lambda d: (counts[d], -DELIMITERS.index(d)))
    return delimiter


def _mended(text: str, delimiter: str, file: str) -> tuple[list[list[str]], list[int]]:
    """Rows of a file with stray quotation marks, and which rows those are.

    A row whose quotation marks are not as they should be is read with the marks as they stand,
    where it has as many fields as the header; else it is a fault of its own row.
    """
    lines = text.splitlines(keepends=True)
    rows: list[list[str]] = []
    odd: list[int] = []
    line_idx = 0
    while line_idx < len(lines) and len(rows) <= MAX_ROWS:
        row, n_lines = _one_row(lines, line_idx, delimiter)
        if row is None:
            row, n_lines = lines[line_idx].rstrip("\r\n").split(delimiter), 1
            n_fields = max(map(len, rows[:_HEADER_ROWS]), default=0)
            if lines[line_idx].count('"') % 2 or (rows and len(row) != n_fields):
                raise file_fault(
                    file, "ett citattecken som inte hör ihop med något annat",
                    "Ta bort det, eller skriv det dubbelt inom citattecken.", row=len(rows) + 1,
                )  # fmt: skip
            odd.append(len(rows) + 1)
        rows.append(row)
        line_idx += n_lines
    return rows, odd


def _one_row(lines: list[str], line_idx: int, delimiter: str) -> tuple[list[str] | None, int]:
    """The row that begins at a line, and of how many lines; None where its marks are odd."""
    for n_lines in range(1, _ROW_LINES + 1):
        part = "".join(lines[line_idx : line_idx + n_lines])
        try:
            parsed = _rows(part, delimiter, 2)
        except csv.Error as error:
            if "unexpected end" not in str(error) or line_idx + n_lines >= len(lines):
                return None, 1
            continue
        return (parsed[0] if parsed else []), n_lines
    return None, 1


def read_csv(path: Path, score: Score) -> RawSheet:
    """All rows of a CSV file as text.

    Parameters
    ----------
    path : Path
    score : callable
        How many known headers a row holds; decides the delimiter.

    Raises
    ------
    FileFaultError
        Where the file cannot be read as a table.
    """
    file = path.name
    check_regular(path)
    content = path.read_bytes()
    if content[:4] == b"PK\x03\x04" or content[:4] == b"\xd0\xcf\x11\xe0":
        raise file_fault(
            file,
            "en Excelfil med fel filändelse",
            "Byt ändelsen till .xlsx eller spara om som CSV.",
        )
    text, encoding = decode(content, file)
    text = text.rstrip("\x1a")  # the end of a file in DOS, which some systems still write
    first = text.split("\n", 1)[0].strip()
    declared = first[4:5] if first.lower().startswith("sep=") and len(first) <= 5 else ""
    delimiter = declared or ("\t" if first.lower() == "sep=" else _delimiter(text, score))
    odd: list[int] = []
    try:
        rows = _rows(text, delimiter, MAX_ROWS + 1)
    except csv.Error:
        rows, odd = _mended(text, delimiter, file)
    _check_size(rows, file, delimiter, text)
    if declared:
        rows[0] = []
    notes = [_encoding_note(file, rows, score)] if encoding == "cp1252" else []
    if odd:
        shown = ", ".join(map(str, odd[:5])) + (" …" if len(odd) > 5 else "")
        notes.append(
            Fault(file, "", odd[0], "", f"citattecken mitt i text på {len(odd)} rader ({shown})",
                  "Lästa som de står.", is_warning=True)
        )  # fmt: skip
    is_cut = not text.endswith(("\n", "\r"))
    return RawSheet(file, "", list(rows), notes=notes, is_cut=is_cut)


def _encoding_note(file: str, rows: list[list[str]], score: Score) -> Fault:
    """Which encoding was taken, with headers to judge it by: never a cell of a client's (A1)."""
    header = max(rows[:_HEADER_ROWS], key=score, default=[])
    words = [cell.strip() for cell in header if not cell.isascii() and cell.isprintable()]
    shown = f" Rubrikerna lästes som {', '.join(words[:3])}." if score(header) and words else ""
    return Fault(
        file, "", 0, "", "teckenkodning cp1252 (Windows)",
        f"Filen lästes så.{shown} Stämmer å, ä, ö är allt rätt.", is_warning=True,
    )  # fmt: skip


def _check_size(rows: list[list[str]], file: str, delimiter: str, text: str) -> None:
    if len(rows) > MAX_ROWS:
        raise file_fault(file, f"fler än {MAX_ROWS} rader", "Dela upp filen.")
    if max(map(len, rows), default=0) > MAX_COLUMNS:
        number, row = next((n, r) for n, r in enumerate(rows, start=1) if len(r) > MAX_COLUMNS)
        raise file_fault(file, f"{len(row)} kolumner", f"Högst {MAX_COLUMNS}.", row=number)
    if '"' not in text and max(map(len, text.splitlines()), default=0) <= MAX_CELL_CHARACTERS:
        return  # no cell is longer than its line
    for number, row in enumerate(rows, start=1):
        joined = "".join(row)
        if len(joined) > MAX_CELL_CHARACTERS and (n := max(map(len, row))) > MAX_CELL_CHARACTERS:
            raise file_fault(
                file, f"en cell med {n} tecken", f"Högst {MAX_CELL_CHARACTERS}.", row=number
            )
        if "\n" not in joined or len(row) < 3:
            continue
        if any(_holds_rows(cell, delimiter, len(row)) for cell in row):
            raise file_fault(
                file, "en cell som innehåller hela rader",
                "Ett citattecken före den stängs för sent. Rätta det i filen.", row=number,
            )  # fmt: skip


def _holds_rows(cell: str, delimiter: str, n_fields: int) -> bool:
    """Whether a cell of many lines has swallowed rows: lines with as many fields as a row has."""
    return any(line.count(delimiter) >= n_fields - 1 for line in cell.split("\n")[1:])
