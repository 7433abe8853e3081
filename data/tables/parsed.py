"""What reading makes of a sheet, and what it finds on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from data.errors import Fault
from data.receipt import ColumnRead, SheetRead
from data.tables.files.raw import Cell, RawSheet
from data.tables.schema.columns import Table
from data.units import DAY_HOURS, DayHours


class _Bad:
    """Marks a cell that had a fault; the fault itself is in the list."""

    def __repr__(self) -> str:
        return "BAD"


BAD: Final = _Bad()


def is_filled(cell: Cell) -> bool:
    """Whether a cell holds anything but space."""
    return cell is not None and cell != "" and not (isinstance(cell, str) and not cell.strip())


def is_column_empty(rows: Iterable[Sequence[Cell]], column: int) -> bool:
    """Whether no row holds anything in the column; a row may end before it."""
    return not any(column < len(row) and is_filled(row[column]) for row in rows)


@dataclass
class ParsedSheet:
    """The understood part of one sheet.

    Attributes
    ----------
    table : Table
    raw : RawSheet
    headers : mapping of column name to the header as written
    row_numbers : list of int
        The spreadsheet's number of each row of ``columns``.
    columns : mapping of column name to list
        One value per row: parsed, None where empty, `BAD` where faulty.
    written : mapping of column name to the whole header
        Units and all; not for messages.
    read : SheetRead
        The sheet's part of the receipt.
    """

    table: Table
    raw: RawSheet
    headers: dict[str, str] = field(default_factory=dict)
    row_numbers: list[int] = field(default_factory=list)
    columns: dict[str, list[Any]] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.read = SheetRead(self.raw.file, self.raw.sheet, self.table.sheet)

    def values(self, name: str) -> list[Any]:
        """A column's values; all None where the sheet does not have it."""
        return self.columns.get(name) or [None] * len(self.row_numbers)

    def fault(
        self, row: int, column: str, problem: str, allowed: str, *, warn: bool = False
    ) -> Fault:
        """A fault of this sheet; ``column`` is a column's name, shown as its own header."""
        shown = self.headers.get(column) or (self.table.column(column).header if column else "")
        return Fault(self.raw.file, self.raw.sheet, row, shown, problem, allowed, is_warning=warn)

    def column_read(self, name: str) -> ColumnRead | None:
        """What the receipt says of the column read as ``name``."""
        header = self.table.column(name).header
        used = ("read", "guessed", "mapped")
        return next((c for c in self.read.columns if c.column == header and c.how in used), None)


@dataclass
class Findings:
    """What reading collects: faults, warnings, what was not understood, and the receipt."""

    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    unknown: list[Fault] = field(default_factory=list)
    """Columns that stop the reading unless the user lets them be left out."""
    dropped: Counter[str] = field(default_factory=Counter)
    sheets: list[SheetRead] = field(default_factory=list)
    hours: DayHours = DAY_HOURS
    """By which windows and shifts without times are read."""
