"""XLSX read as stored: values with their kinds, hidden rows counted, formulas seen.

A reader of our own, because the planner must be told of what libraries hide: rows that are
hidden, formulas that were never calculated, ids that Excel shows as 007 and stores as 7, house
numbers that became dates (faults.md A8–A11). It reads one pass, streaming, with the limits of
`data.tables.files.raw` set before parsing, and refuses document type declarations, so that no
entity is ever expanded (A16, A17). The format: ECMA-376 part 1, SpreadsheetML.
"""

from __future__ import annotations

import datetime as dt
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final
from xml.etree import ElementTree  # declarations are refused before it sees a byte
from xml.parsers import expat

from data.errors import Fault
from data.tables.files import formats, xlsx_quick
from data.tables.files.raw import (
    MAX_RATIO,
    MAX_ROWS_WITH_EMPTY,
    MAX_SHEETS,
    MAX_UNPACKED_BYTES,
    FileFaultError,
    RawSheet,
    check_regular,
    file_fault,
)
from data.tables.files.xlsx_cells import (
    TRUE,
    Book,
    add_row,
    cells_of,
    local,
    spans_rows,
    text_of,
)
from data.tables.files.xlsx_parts import Package

MAX_TAG_BYTES: Final = 1 << 20
MAX_XML_DEPTH: Final = 5_000
_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT: Final = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_DATE_1900 = dt.datetime(1899, 12, 30)
_DATE_1904 = dt.datetime(1904, 1, 1)


_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, ElementTree.ParseError, expat.ExpatError, LookupError,
    ValueError, OverflowError, EOFError,
)  # fmt: skip
"""What a damaged archive or sheet may raise, as fuzzing found."""


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
    check_regular(path)
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
    names = {name.casefold() for name in archive.namelist()}
    if "mimetype" in names or "content.xml" in names:
        raise file_fault(file, "ett OpenDocument-ark (.ods)", "Spara som .xlsx.")
    for member in archive.infolist():
        ratio = member.file_size / max(1, member.compress_size)
        if member.file_size > 10_000_000 and ratio > MAX_RATIO:
            raise file_fault(file, "onormalt hårt packad fil", "Filen läses inte av säkerhetsskäl.")
    if sum(member.file_size for member in archive.infolist()) > MAX_UNPACKED_BYTES:
        raise file_fault(file, "filen är för stor uppackad", "Dela upp arbetsboken.")


def _refuse_declarations(archive: zipfile.ZipFile, member: str, file: str) -> None:
    """Read as far as the first element; a document type before it is refused (A17)."""
    parser = expat.ParserCreate()
    seen: list[str] = []
    n_read = 0
    parser.StartDoctypeDeclHandler = lambda *_: seen.append("doctype")
    parser.StartElementHandler = lambda *_: seen.append("element")
    with archive.open(member) as stream:
        while not seen:
            chunk = stream.read(4096)
            if not chunk:
                break
            n_read += len(chunk)
            if n_read > MAX_TAG_BYTES:
                raise file_fault(file, "XML med en orimligt stor tagg", "Läses inte.")
            parser.Parse(chunk)
    if "doctype" in seen:
        raise file_fault(file, "en XML-deklaration som inte hör hemma i Excelfiler", "Läses inte.")


def _open(archive: zipfile.ZipFile, member: str, file: str) -> IO[bytes]:
    _refuse_declarations(archive, member, file)
    _refuse_huge_tags(archive, member, file)
    return archive.open(member)


def _refuse_huge_tags(archive: zipfile.ZipFile, member: str, file: str) -> None:
    """Refuse a member with a megabyte in which no tag begins, or nested deep.

    expat looks through an unfinished tag again with every chunk that it is given, so that one
    attribute of 100 MB takes hours (CVE-2023-52425); a value that is read is a thousandth of that.
    """
    depth = 0
    with archive.open(member) as stream:
        while chunk := stream.read(MAX_TAG_BYTES):
            check_chunk(chunk, file)
            depth += chunk.count(b"<") - 2 * chunk.count(b"</") - chunk.count(b"/>")
            depth -= chunk.count(b"<?")
            if depth > MAX_XML_DEPTH:
                raise file_fault(file, "för djupt kapslad XML", "Läses inte.")


def check_chunk(chunk: bytes, file: str) -> None:
    """Refuse a whole megabyte in which no tag begins."""
    if len(chunk) == MAX_TAG_BYTES and b"<" not in chunk:
        raise file_fault(file, "XML med en orimligt stor tagg", "Läses inte.")


def _content(archive: zipfile.ZipFile, member: str, file: str) -> bytes:
    """A whole member that is small enough to hold."""
    _refuse_declarations(archive, member, file)
    content = archive.read(member)
    for first in range(0, len(content), MAX_TAG_BYTES):
        if content.find(b"<", first, first + MAX_TAG_BYTES) < 0:
            check_chunk(content[first : first + MAX_TAG_BYTES], file)
    return content


def _root(archive: zipfile.ZipFile, member: str, file: str) -> ElementTree.Element:
    with _open(archive, member, file) as stream:
        return ElementTree.parse(stream).getroot()  # noqa: S314


def _sheets(archive: zipfile.ZipFile, file: str) -> Iterator[RawSheet]:
    package = Package(archive, lambda member: _root(archive, member, file))
    if not package.workbook:
        raise file_fault(file, "ett zip-arkiv utan arbetsbok", "Välj en .xlsx-fil från Excel.")
    if package.workbook.lower().endswith(".bin"):
        raise file_fault(file, "binär arbetsbok (.xlsb)", "Spara som .xlsx.")
    workbook = _root(archive, package.workbook, file)
    relations = {relation.id: relation for relation in package.relations(package.workbook)}
    book = Book(_strings(package, file), _kinds(package), _epoch(workbook))
    listed = [node for node in workbook.iter() if local(node.tag) == "sheet"]
    if len(listed) > MAX_SHEETS:
        raise file_fault(file, f"fler än {MAX_SHEETS} blad", "Dela upp arbetsboken.")
    n_rows_left = MAX_ROWS_WITH_EMPTY
    for sheet in listed:
        relation_id = next((v for k, v in sheet.attrib.items() if local(k) == "id"), "")
        relation = relations.get(relation_id)
        if relation is not None and relation.kind != "worksheet":
            continue  # charts and dialogues
        if relation is None or not relation.member:
            raise LookupError("a sheet without a part")
        raw = RawSheet(file, sheet.get("name", ""), [])
        raw.n_rows_left = n_rows_left
        raw = _sheet(archive, relation.member, book, raw)
        n_rows_left = raw.n_rows_left
        raw.is_hidden = sheet.get("state", "visible") != "visible"
        yield raw


def _sheet(archive: zipfile.ZipFile, member: str, book: Book, raw: RawSheet) -> RawSheet:
    """One sheet: by the quick way where it is written plainly, else as any XML."""
    if archive.getinfo(member).file_size <= xlsx_quick.MAX_BYTES:
        content = _content(archive, member, raw.file)
        quick = xlsx_quick.rows_of(content, book, raw.file, raw.sheet, raw.n_rows_left)
        if quick is not None:
            return quick
    with _open(archive, member, raw.file) as stream:
        return _rows(stream, book, raw)


def _epoch(workbook: ElementTree.Element) -> dt.datetime:
    for node in workbook.iter():
        if local(node.tag) == "workbookPr" and node.get("date1904") in {"1", "true"}:
            return _DATE_1904
    return _DATE_1900


def _strings(package: Package, file: str) -> list[str]:
    archive = package.archive
    member = package.part_of_book("sharedStrings", "sharedstrings+xml", "xl/sharedStrings.xml")
    if not member:
        return []
    if archive.getinfo(member).file_size <= xlsx_quick.MAX_BYTES:
        quick = xlsx_quick.strings_of(_content(archive, member, file))
        if quick is not None:
            return quick
    strings: list[str] = []
    with _open(archive, member, file) as stream:
        for _, node in ElementTree.iterparse(stream):  # noqa: S314
            if local(node.tag) == "si":
                strings.append(text_of(node))
                node.clear()
    return strings


def _kinds(package: Package) -> list[str]:
    member = package.part_of_book("styles", "spreadsheetml.styles+xml", "xl/styles.xml")
    if not member:
        return []
    root = package.root(member)
    codes: dict[int, str] = {}
    for node in root.iter():
        if local(node.tag) == "numFmt":
            codes[int(node.get("numFmtId", "0"))] = node.get("formatCode", "")
    for node in root:
        if local(node.tag) == "cellXfs":
            numbers = [int(xf.get("numFmtId", "0")) for xf in node]
            return [formats.kind_of(number, codes.get(number)) for number in numbers]
    return []


def _rows(stream: IO[bytes], book: Book, raw: RawSheet) -> RawSheet:
    columns: dict[str, int] = {}
    number = 0
    for _, node in ElementTree.iterparse(stream):  # noqa: S314
        tag = node.tag
        if tag in (_MAIN + "row", _STRICT + "row"):
            number = int(node.get("r", number + 1))
            cells = cells_of(node, book, columns, raw, number)
            add_row(raw, number, cells, is_hidden=node.get("hidden") in TRUE)
            node.clear()
        elif tag in (_MAIN + "mergeCell", _STRICT + "mergeCell"):
            raw.has_merged_rows |= spans_rows(node.get("ref", ""))
    return raw


__all__ = ["Fault", "FileFaultError", "read_xlsx"]
