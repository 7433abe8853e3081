"""XLSX that is safe to open: text is always text, never a formula or a link (faults.md F7, F14)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from data.tables.out.meanings import meaning_of
from data.tables.out.sheet_rows import put_rows
from data.tables.schema.columns import TABLES, Column, Table

_ROWS_MEASURED: Final = 500
"""So many rows tell how wide a column is."""

INSTRUCTIONS: Final = (
    ("Hemrunda: indata", ""),
    ("", ""),
    ("Så här gör du", "Fyll i bladen, spara, och kör: hemrunda check <filen>"),
    ("", "Rubrikraden ska stå kvar. Kolumner som inte behövs får tas bort eller lämnas tomma."),
    ("", "Fler kolumner finns under plustecknet ovanför kolumnerna till höger."),
    ("", "Id:n är text och skrivs likadant på alla blad. Använd aldrig namn eller personnummer."),
    ("", "Skyddade uppgifter ska vara ja eller nej på varje rad; tomt stoppar inläsningen."),
    ("", "Tidigast start och Senast start gäller när besöket får BÖRJA."),
    ("", "Plats: E och N i meter (SWEREF 99), eller latitud och longitud, eller adress."),
    ("", "Inget på bladen lämnar datorn."),
    ("", ""),
)


def _print_on_one_width(sheet: Any) -> None:
    """All columns on one lying A4, however many pages the rows take."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


class Workbook:
    """A workbook being written; use as a context manager.

    Parameters
    ----------
    path : Path
    title : str
        Set as the document's title; author and company are left empty.
    """

    def __init__(self, path: Path, title: str) -> None:
        import xlsxwriter

        self._path = path
        self._rows: dict[int, Sequence[Sequence[Any]]] = {}
        self._book = xlsxwriter.Workbook(
            str(path),
            {
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "nan_inf_to_errors": True,
                # Parts in the system's temporary folder would stay there after a kill.
                "in_memory": True,
            },
        )
        # The creation date would make equal contents differ.
        self._book.set_properties(
            {"title": title, "author": "", "created": dt.datetime(2000, 1, 1)}
        )
        self._header = self._book.add_format({"bold": True, "bg_color": "#E6EEF5", "border": 1})
        self._date = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._time = self._book.add_format({"num_format": "[hh]:mm"})
        self._title = self._book.add_format({"bold": True, "font_size": 14})
        self._bold = self._book.add_format({"bold": True})
        self._wrapped = self._book.add_format({"text_wrap": True, "valign": "top"})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # A style that no cell of the library's own has is in the file only when it is asked for.
        styles = (self._date._get_xf_index(), self._time._get_xf_index())
        self._book.close()
        if kind is None:
            put_rows(self._path, self._rows, styles)

    def instructions(self, header_of: Callable[[Table, Column], str] | None = None) -> None:
        """The first sheet: what to do, and every column with what it may hold.

        Parameters
        ----------
        header_of : callable, optional
            A column's header in this book, where it is not the table's own.
        """
        sheet = self._book.add_worksheet("Instruktion")
        # Together they fill a lying A4 at the size of the text.
        for column_idx, width in enumerate((14, 28, 62, 44)):
            sheet.set_column(column_idx, column_idx, width)
        for row_idx, (left, right) in enumerate(INSTRUCTIONS):
            sheet.write_string(row_idx, 0, left, self._bold)
            sheet.write_string(row_idx, 1, right)
        _print_on_one_width(sheet)
        row_idx = len(INSTRUCTIONS)
        for table in TABLES:
            sheet.write_string(row_idx, 0, f"Bladet {table.sheet}", self._bold)
            row_idx += 1
            for column in table.columns:
                sheet.write_string(
                    row_idx, 0, "måste finnas" if column.is_required else "kan finnas"
                )
                header = column.header if header_of is None else header_of(table, column)
                sheet.write_string(row_idx, 1, header)
                sheet.write_string(row_idx, 2, meaning_of(table.name, column.name), self._wrapped)
                sheet.write_string(row_idx, 3, column.allowed, self._wrapped)
                row_idx += 1
            row_idx += 1

    def contents(self, name: str, title: str, lines: Sequence[tuple[str, str]]) -> None:
        """The first sheet: what each of the others holds."""
        sheet = self._book.add_worksheet(name)
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 90)
        sheet.write_string(0, 0, title, self._title)
        for row_idx, (left, right) in enumerate(lines, start=2):
            sheet.write_string(row_idx, 0, left, self._bold)
            sheet.write_string(row_idx, 1, right)
        _print_on_one_width(sheet)

    def sheet(
        self,
        name: str,
        header: Sequence[str],
        rows: Sequence[Sequence[Any]],
        n_first: int | None = None,
    ) -> None:
        """One table: bold frozen header, filter, widths by content.

        Columns from ``n_first`` on are grouped and folded; a click on the plus above shows them.
        """
        sheet = self._book.add_worksheet(name)
        for column, text in enumerate(header):
            sheet.write_string(0, column, text, self._header)
            is_folded = n_first is not None and column >= n_first
            options = {"level": 1, "hidden": True} if is_folded else {}
            said = (row[column] for row in rows[:_ROWS_MEASURED] if column < len(row))
            longest = max((len(cell) for cell in said if isinstance(cell, str)), default=0)
            width = max(10, min(32, max(len(text) + 3, longest + 1)))  # 3 for the filter's arrow
            sheet.set_column(column, column, width, None, options)
        if n_first is not None and n_first < len(header):
            sheet.set_column(len(header), len(header), None, None, {"collapsed": True})
        self._rows[len(self._book.worksheets())] = rows
        sheet.freeze_panes(1, 1)
        _print_on_one_width(sheet)
        sheet.repeat_rows(0)
        if rows:
            sheet.autofilter(0, 0, len(rows), len(header) - 1)

    def guide(self, name: str, guides: Sequence[tuple[str, tuple[str, ...], bool, bool]]) -> None:
        """Comments on a sheet's headers, and drop-down lists below them.

        Parameters
        ----------
        name : str
            Of a sheet written before.
        guides : sequence of (meaning, list to choose from, must it be filled, is the list open)
            One per column; beside an open list other things may be written.
        """
        sheet = self._book.get_worksheet_by_name(name)
        for column, (allowed, choices, is_required, is_open) in enumerate(guides):
            must = "Måste fyllas i: " if is_required else ""
            sheet.write_comment(0, column, f"{must}{allowed}", {"author": ""})
            if choices:
                options = {"validate": "list", "source": list(choices), "ignore_blank": True,
                           "show_error": not is_open}  # fmt: skip
                sheet.data_validation(1, column, 5000, column, options)
