"""XLSX read as stored: values with their kinds, hidden rows counted, formulas seen.

A reader of our own, because the planner must be told of what libraries hide: rows that are
hidden, formulas that were never calculated, ids that Excel shows as 007 and stores as 7, house
numbers that became dates (faults.md A8–A11). It reads one pass, streaming, with the limits of
`data.tables.raw` set before parsing, and refuses document type declarations, so that no entity
is ever expanded (A16, A17). The format: ECMA-376 part 1, SpreadsheetML.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final
from xml.etree import ElementTree  # declarations are refused before it sees a byte
from xml.parsers import expat

from data.errors import Fault
from data.tables.raw import (
    MAX_CELL_SIGNS,
    MAX_COLUMNS,
    MAX_FILE_BYTES,
    MAX_RATIO,
    MAX_ROWS,
    MAX_UNPACKED_BYTES,
    Cell,
    FileFaultError,
    Odd,
    RawSheet,
    file_fault,
)

_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT: Final = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_BUILTIN_DATES: Final = frozenset({*range(14, 18), 22, *range(27, 37), *range(50, 59)})
_BUILTIN_CLOCKS: Final = frozenset({*range(18, 22), 45, 46, 47})
_DATE_1900 = dt.datetime(1899, 12, 30)
_DATE_1904 = dt.datetime(1904, 1, 1)
_QUOTED = re.compile(r'"[^"]*"|\\.|\[\$[^\]]*\]|\[(?:Red|Black|Blue|Green|White|Yellow|Cyan)\]')


_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, ElementTree.ParseError, expat.ExpatError, LookupError,
    ValueError, OverflowError, EOFError,
)  # fmt: skip
"""What a damaged archive or sheet may raise, as fuzzing found."""


@dataclass(frozen=True)
class _Book:
    """What all sheets of a workbook share."""

    strings: list[str]
    kinds: list[str]
    """Per cell style: ``date``, ``clock``, ``pad<n>`` (leading zeros) or empty."""
    epoch: dt.datetime


def read_xlsx(path: Path) -> list[RawSheet]:
    """All sheets of a workbook.

    Raises
    ------
    FileFaultError
        Where the file is no workbook, is locked by a password, or is larger than the limits.
    """
    file = path.name
    _check_magic(path)
    try:
        with zipfile.ZipFile(path) as archive:
            _check_archive(archive, file)
            return list(_sheets(archive, file))
    except _BROKEN:
        raise file_fault(
            file, "arbetsboken är skadad", "Öppna den i Excel, spara på nytt och försök igen."
        ) from None
    except (NotImplementedError, RuntimeError):  # encrypted or odd compression inside the zip
        raise file_fault(file, "arbetsboken är krypterad", "Spara den utan lösenord.") from None


def _check_magic(path: Path) -> None:
    file = path.name
    if path.stat().st_size > MAX_FILE_BYTES:
        raise file_fault(file, "filen är större än 200 MB", "Dela upp filen.")
    with path.open("rb") as stream:
        magic = stream.read(8)
    if not magic:
        raise file_fault(file, "filen är tom (0 byte)", "Exportera filen på nytt.")
    if magic.startswith(b"\xd0\xcf\x11\xe0"):
        raise file_fault(
            file,
            "lösenordsskyddad arbetsbok, eller det äldre formatet .xls",
            "Spara som ”Excel-arbetsbok (.xlsx)” utan lösenord.",
        )
    if not magic.startswith(b"PK"):
        raise file_fault(
            file, "ingen Excelfil, trots ändelsen", "Är det en CSV-fil: byt ändelsen till .csv."
        )


def _check_archive(archive: zipfile.ZipFile, file: str) -> None:
    names = set(archive.namelist())
    if "xl/workbook.bin" in names:
        raise file_fault(file, "binär arbetsbok (.xlsb)", "Spara som .xlsx.")
    if "mimetype" in names or "content.xml" in names:
        raise file_fault(file, "ett OpenDocument-ark (.ods)", "Spara som .xlsx.")
    if "xl/workbook.xml" not in names:
        raise file_fault(file, "ett zip-arkiv utan arbetsbok", "Välj en .xlsx-fil från Excel.")
    for member in archive.infolist():
        if not member.filename.endswith((".xml", ".rels")):
            continue
        ratio = member.file_size / max(1, member.compress_size)
        if member.file_size > 10_000_000 and ratio > MAX_RATIO:
            raise file_fault(file, "onormalt hårt packad fil", "Filen läses inte av säkerhetsskäl.")
    if sum(member.file_size for member in archive.infolist()) > MAX_UNPACKED_BYTES:
        raise file_fault(file, "filen är för stor uppackad", "Dela upp arbetsboken.")


def _refuse_declarations(archive: zipfile.ZipFile, member: str, file: str) -> None:
    """Read as far as the first element; a document type before it is refused (A17)."""
    parser = expat.ParserCreate()
    seen: list[str] = []
    parser.StartDoctypeDeclHandler = lambda *_: seen.append("doctype")
    parser.StartElementHandler = lambda *_: seen.append("element")
    with archive.open(member) as stream:
        while not seen:
            block = stream.read(4096)
            if not block:
                break
            parser.Parse(block)
    if "doctype" in seen:
        raise file_fault(file, "en XML-deklaration som inte hör hemma i Excelfiler", "Läses inte.")


def _open(archive: zipfile.ZipFile, member: str, file: str) -> IO[bytes]:
    _refuse_declarations(archive, member, file)
    return archive.open(member)


def _root(archive: zipfile.ZipFile, member: str, file: str) -> ElementTree.Element:
    with _open(archive, member, file) as stream:
        return ElementTree.parse(stream).getroot()  # noqa: S314


def _local(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]


def _sheets(archive: zipfile.ZipFile, file: str) -> Iterator[RawSheet]:
    workbook = _root(archive, "xl/workbook.xml", file)
    targets = {}
    for relation in _root(archive, "xl/_rels/workbook.xml.rels", file):
        target = relation.get("Target", "")
        targets[relation.get("Id")] = (
            target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        )
    book = _Book(_strings(archive, file), _kinds(archive, file), _epoch(workbook))
    for sheet in workbook.iter():
        if _local(sheet.tag) != "sheet":
            continue
        relation_id = next((v for k, v in sheet.attrib.items() if _local(k) == "id"), "")
        member = targets.get(relation_id, "")
        if "worksheet" not in member:
            continue  # charts and dialogues
        with _open(archive, member, file) as stream:
            raw = _rows(stream, book, file, sheet.get("name", ""))
        raw.is_hidden = sheet.get("state", "visible") != "visible"
        yield raw


def _epoch(workbook: ElementTree.Element) -> dt.datetime:
    for node in workbook.iter():
        if _local(node.tag) == "workbookPr" and node.get("date1904") in {"1", "true"}:
            return _DATE_1904
    return _DATE_1900


def _strings(archive: zipfile.ZipFile, file: str) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    found: list[str] = []
    with _open(archive, "xl/sharedStrings.xml", file) as stream:
        for _, node in ElementTree.iterparse(stream):  # noqa: S314
            if _local(node.tag) == "si":
                found.append(_text(node))
                node.clear()
    return found


def _text(node: ElementTree.Element) -> str:
    """Text of a string item: plain or in runs, phonetic hints left out."""
    parts: list[str] = []
    for child in node:
        kind = _local(child.tag)
        if kind == "t":
            parts.append(child.text or "")
        elif kind == "r":
            parts.extend(leaf.text or "" for leaf in child if _local(leaf.tag) == "t")
    text = "".join(parts)
    return re.sub(r"_x([0-9A-Fa-f]{4})_", _unescape, text) if "_x" in text else text


def _unescape(match: re.Match[str]) -> str:
    """Excel's own escape of a sign, ``_x000D_``; anything but a control sign is left alone."""
    code = int(match.group(1), 16)
    return chr(code) if code < 32 or code == 0x5F else match.group()


def _kinds(archive: zipfile.ZipFile, file: str) -> list[str]:
    if "xl/styles.xml" not in archive.namelist():
        return []
    root = _root(archive, "xl/styles.xml", file)
    codes: dict[int, str] = {}
    for node in root.iter():
        if _local(node.tag) == "numFmt":
            codes[int(node.get("numFmtId", "0"))] = node.get("formatCode", "")
    for node in root:
        if _local(node.tag) == "cellXfs":
            return [_kind(int(xf.get("numFmtId", "0")), codes) for xf in node]
    return []


def _kind(number: int, codes: dict[int, str]) -> str:
    if number in codes:
        bare = _QUOTED.sub("", codes[number].split(";")[0]).lower()
        if re.search(r"[yd]", bare):
            return "date"
        if re.search(r"h|\[m|\[s|m:s", bare):
            return "clock"
        return f"pad{len(bare)}" if re.fullmatch(r"0{2,}", bare) else ""
    if number in _BUILTIN_DATES:
        return "date"
    return "clock" if number in _BUILTIN_CLOCKS else ""


def _column_index(reference: str) -> int:
    index = 0
    for sign in reference:
        if not sign.isalpha():
            break
        index = index * 26 + ord(sign) - 64
    return index - 1


def _rows(stream: IO[bytes], book: _Book, file: str, name: str) -> RawSheet:
    raw = RawSheet(file, name, [])
    columns: dict[str, int] = {}
    for _, node in ElementTree.iterparse(stream):  # noqa: S314
        tag = node.tag
        if tag in (_MAIN + "row", _STRICT + "row"):
            number = int(node.get("r", len(raw.rows) + 1))
            if number > MAX_ROWS:
                raise file_fault(file, f"fler än {MAX_ROWS} rader", "Dela upp arket.", name)
            while len(raw.rows) < number - 1:
                raw.rows.append([])
            cells = _cells(node, book, columns, raw, number)
            raw.rows.append(cells)
            if node.get("hidden") in {"1", "true"} and any(cell is not None for cell in cells):
                raw.n_hidden_rows += 1
            node.clear()
        elif tag in (_MAIN + "mergeCell", _STRICT + "mergeCell"):
            ends = re.findall(r"\d+", node.get("ref", ""))
            raw.has_merged_rows |= len(set(ends)) > 1
    return raw


def _cells(
    row: ElementTree.Element, book: _Book, columns: dict[str, int], raw: RawSheet, number: int
) -> list[Cell]:
    cells: list[Cell] = []
    for node in row:
        reference = node.get("r")
        if reference is None:
            index = len(cells)
        else:
            letters = reference.rstrip("0123456789")
            index = columns.get(letters, -1)
            if index < 0:
                index = columns[letters] = _column_index(letters)
        value = _value(node, book)
        if value is None:
            continue
        if index >= MAX_COLUMNS:
            raise file_fault(
                raw.file, f"fler än {MAX_COLUMNS} kolumner", "Ta bort tomma kolumner.",
                raw.sheet, number,
            )  # fmt: skip
        if isinstance(value, str) and len(value) > MAX_CELL_SIGNS:
            raise file_fault(
                raw.file, f"en cell med {len(value)} tecken", f"Högst {MAX_CELL_SIGNS}.",
                raw.sheet, number,
            )  # fmt: skip
        if index > len(cells):
            cells.extend([None] * (index - len(cells)))
        if index == len(cells):
            cells.append(value)
        else:
            cells[index] = value
    return cells


def _value(node: ElementTree.Element, book: _Book) -> Cell:
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
            return _text(child)
    if stored is None:
        return Odd.UNCALCULATED if has_formula else None
    if kind == "s":
        return book.strings[int(stored)]
    if kind == "n":
        return _number(stored, node.get("s"), book)
    if kind == "b":
        return stored == "1"
    if kind == "e":
        return Odd.ERROR
    if kind == "d":
        return dt.datetime.fromisoformat(stored)
    return stored


def _number(stored: str, style: str | None, book: _Book) -> Cell:
    """A stored number as its style means it: a date, a clock, an id with zeros, or a number."""
    number = float(stored)
    kind = book.kinds[int(style)] if style and int(style) < len(book.kinds) else ""
    if kind == "date":
        try:
            moment = book.epoch + dt.timedelta(seconds=round(number * 86_400))
        except OverflowError:
            return number
        return moment if number >= 1 else dt.timedelta(seconds=round(number * 86_400))
    if kind == "clock" and abs(number) < 1_000:
        return dt.timedelta(seconds=round(number * 86_400))
    if kind.startswith("pad") and number.is_integer() and number >= 0:
        return f"{int(number):0{int(kind[3:])}d}"
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


__all__ = ["Fault", "FileFaultError", "read_xlsx"]
