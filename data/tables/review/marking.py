"""The planner's own workbook handed back marked: coloured cells, comments, a list of what to do.

A copy is written; the planner's file is never touched, and nothing of its content changes. Tables
that are no workbook (CSV, GeoPackage, Parquet) become one, a sheet for each.
"""

from __future__ import annotations

import re
import textwrap
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from data import atomic
from data.errors import Fault
from data.tables import sources
from data.tables.files.raw import Odd
from data.tables.heading import HEADER_SEARCH_ROWS
from data.tables.out.causes import Cause, causes_of
from data.tables.parsed import Findings
from data.tables.schema.headers import shown

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

LIST_NAME: Final = "Att rätta"
_RED: Final = "FFF4B6AE"
_YELLOW: Final = "FFFCE9A9"
_HEADER: Final = (
    "Vad", "Var", "Kolumnens rubrik", "Hur många", "Vilka rader", "Funnet", "Så rättas det",
)  # fmt: skip
_WIDTHS: Final = (9, 18, 22, 11, 22, 34, 42)
"""Of the list's columns, in characters."""
_LINE_POINTS: Final = 15
_FONT: Final = "Calibri"
"""Of the list's headers: a font without a name is another in each program."""
_ROWS_LISTED: Final = 60
_COMMENT_CHARACTERS: Final = 600
_NO_HEADER: Final = re.compile(r"kolumn ([A-Z]{1,3}) \(utan rubrik\)")


def write_marked(source: Path, target: Path, faults: Sequence[Fault]) -> int:
    """Write a marked copy of the user's tables.

    Parameters
    ----------
    source : Path
        A workbook, or a folder of tables.
    target : Path
        The copy, ``.xlsx``.
    faults : sequence of Fault
        Faults and warnings.

    Returns
    -------
    int
        How many cells were marked.
    """
    book, sheets = _book_of(source)
    marked = 0
    by_sheet: dict[str, list[Fault]] = defaultdict(list)
    for fault in faults:
        name = sheets.get((fault.file, fault.sheet))
        if name is not None:
            by_sheet[name].append(fault)
    columns: dict[tuple[str, str], int] = {}
    for name, group in by_sheet.items():
        n_marked, places = _mark(book[name], group)
        marked += n_marked
        columns.update({(name, header): column for header, (_, column) in places.items()})
    _list(book, causes_of(faults), sheets, columns)
    with atomic.replacing(target) as temporary:
        book.save(temporary)
    return marked


def _book_of(source: Path) -> tuple[Workbook, Mapping[tuple[str, str], str]]:
    """The tables as a workbook, and by file and sheet the name that each has in it."""
    import openpyxl

    if source.is_file() and source.suffix.lower() in {".xlsx", ".xlsm"}:
        try:
            book = openpyxl.load_workbook(source)
        except Exception:  # whatever another library finds odd, we have read it ourselves
            return _made(source)
        if LIST_NAME in book.sheetnames:
            del book[LIST_NAME]
        return book, {(source.name, name): name for name in book.sheetnames}
    return _made(source)


def _made(source: Path) -> tuple[Workbook, Mapping[tuple[str, str], str]]:
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    names: dict[tuple[str, str], str] = {}
    for raw in sources.raw_sheets(source, Findings(), lambda raw: [raw]):
        title = re.sub(r"[\[\]:*?/\\]", "-", raw.sheet or raw.file.rsplit(".", 1)[0])[:28] or "Blad"
        while title in book.sheetnames:
            title = f"{title[:26]}-{len(book.sheetnames)}"
        page = book.create_sheet(title)
        names[raw.file, raw.sheet] = title
        for row_idx, cells in enumerate(raw.rows):
            for column, cell in enumerate(cells, start=1):
                if cell is not None and cell != "":
                    _put(page, raw.number(row_idx), column, cell)
    return book, names


def _put(page: Worksheet, row: int, column: int, cell: Any) -> None:
    """Write a cell: text is text, never a formula (faults.md F7)."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    place = page.cell(row, column)
    if isinstance(cell, Odd):
        place.value = "#SAKNAS!"
        place.data_type = "s"
    elif isinstance(cell, str):
        place.value = ILLEGAL_CHARACTERS_RE.sub(" ", cell)
        place.data_type = "s"
    else:
        place.value = cell


def _mark(page: Worksheet, faults: Sequence[Fault]) -> tuple[int, Mapping[str, tuple[int, int]]]:
    """Colour and comment the cells of a sheet's faults: how many, and where headers are."""
    from openpyxl.cell.cell import MergedCell
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    columns = _columns(page, {fault.column for fault in faults if fault.column})
    texts: dict[tuple[int, int], list[Fault]] = defaultdict(list)
    for fault in faults:
        header_row, column = columns.get(fault.column, (1, 1))
        texts[fault.row or header_row, column].append(fault)
    for (row, column), group in texts.items():
        cell = page.cell(row, column)
        if isinstance(cell, MergedCell):
            top = next(r for r in page.merged_cells.ranges if cell.coordinate in r)
            cell = page.cell(top.min_row, top.min_col)
        is_fault = any(not fault.is_warning for fault in group)
        cell.fill = PatternFill("solid", fgColor=_RED if is_fault else _YELLOW)
        before = [cell.comment.text] if cell.comment is not None else []
        text = "\n".join([*before, *(f"{fault.problem}. {fault.allowed}" for fault in group)])
        cell.comment = Comment(text[:_COMMENT_CHARACTERS], "Hemrunda", height=120, width=320)
    return len(texts), columns


def _columns(page: Worksheet, wanted: set[str]) -> dict[str, tuple[int, int]]:
    """By header as shown: its row and column; the first row that has most of them."""
    from openpyxl.utils import column_index_from_string

    best: dict[str, tuple[int, int]] = {}
    for row in page.iter_rows(max_row=HEADER_SEARCH_ROWS):
        columns: dict[str, tuple[int, int]] = {}
        for cell in row:
            header = shown(cell.value)
            if header in wanted:
                columns.setdefault(header, (cell.row, cell.column))
        best = max(best, columns, key=len)
    header_row = next(iter(best.values()), (1, 1))[0]
    for header in wanted:
        match = _NO_HEADER.fullmatch(header)
        if match:
            best[header] = header_row, column_index_from_string(match.group(1))
    return best


def _list(
    book: Workbook,
    causes: Sequence[Cause],
    sheets: Mapping[tuple[str, str], str],
    columns: Mapping[tuple[str, str], int],
) -> None:
    """The first sheet: what to put right, grouped by cause."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter, quote_sheetname
    from openpyxl.worksheet.hyperlink import Hyperlink

    page = book.create_sheet(LIST_NAME, 0)
    book.active = 0
    n_faults = sum(len(c.faults) for c in causes if not c.first.is_warning)
    page.append(["Att rätta" if n_faults else "Inget måste rättas"])
    n_all = sum(len(cause.faults) for cause in causes)
    text = f"{n_faults} fel (röda celler stoppar), {n_all} anmärkningar i allt."
    again = "öppna filen igen (i studion, eller med hemrunda check)"
    page.append([f"{text} Rätta i bladen, spara, och {again}."])
    page.append([])
    page.append(list(_HEADER))
    for cause in causes:
        fault = cause.first
        name = sheets.get((fault.file, fault.sheet), fault.sheet or fault.file)
        page.append([
            "Varning" if fault.is_warning else "Fel", name, fault.column,
            len(cause.rows) or 1, cause.rows_text(_ROWS_LISTED) or "hela kolumnen",
            fault.problem, fault.allowed,
        ])  # fmt: skip
        row_number = page.max_row
        for cell in page[row_number]:
            if isinstance(cell.value, str):
                cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        page.cell(row_number, 4).alignment = Alignment(horizontal="center", vertical="top")
        page.row_dimensions[row_number].height = _LINE_POINTS * _n_lines(
            [cell.value for cell in page[row_number]]
        )
        page.cell(row_number, 1).fill = PatternFill(
            "solid", fgColor=_YELLOW if fault.is_warning else _RED
        )
        if name in book.sheetnames and cause.rows:
            column = columns.get((name, fault.column), 1)
            cell = page.cell(row_number, 5)
            place = f"{quote_sheetname(name)}!{get_column_letter(column)}{cause.rows[0]}"
            cell.hyperlink = Hyperlink(cell.coordinate, location=place)
            cell.style = "Hyperlink"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    page["A1"].font = Font(name=_FONT, bold=True, size=14)
    for cell in page[4]:
        cell.font = Font(name=_FONT, bold=True)
    for letter, width in zip("ABCDEFG", _WIDTHS, strict=True):
        page.column_dimensions[letter].width = width
    page.freeze_panes = "A5"
    _print_on_one_width(page)


def _print_on_one_width(page: Worksheet) -> None:
    """Lying paper, all columns on it, the headers on every sheet of it."""
    from openpyxl.worksheet.properties import PageSetupProperties

    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToWidth = 1
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_title_rows = "4:4"


def _n_lines(cells: Sequence[Any]) -> int:
    """How many lines the tallest of a row's cells takes: no program makes room by itself."""
    return max(
        len(textwrap.wrap(str(cell), max(int(width) - 2, 1))) or 1
        for cell, width in zip(cells, _WIDTHS, strict=True)
    )
