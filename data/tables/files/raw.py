"""Sheets as they were found: cells with their kinds, before anything is understood.

Limits are set here, before parsing, so that no file can fill the memory (faults.md A16, A18).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, Final

from data.errors import Fault

MAX_FILE_BYTES: Final = 200_000_000
MAX_UNPACKED_BYTES: Final = 600_000_000
MAX_RATIO: Final = 150
MAX_ROWS: Final = 300_000
MAX_ROWS_WITH_EMPTY: Final = 3_000_000
"""Rows of a whole workbook, those included that hold nothing but a format."""
MAX_SHEETS: Final = 400
MAX_COLUMNS: Final = 400
MAX_CELL_CHARACTERS: Final = 4_000


class Odd(Enum):
    """Cells that hold no value that can be used."""

    UNCALCULATED = "en formel som aldrig har räknats ut"
    ERROR = "ett formelfel (t.ex. #SAKNAS!)"
    SCALED = "ett tal som visas avkortat (tusental i talformatet)"
    NESTED = "en lista eller tabell i en cell"


Cell = Any
"""str, int, float, bool, `datetime.datetime`, `datetime.timedelta` (a clock), `Odd` or None."""


@dataclass
class RawSheet:
    """One sheet, or one CSV file.

    Attributes
    ----------
    file, sheet : str
        Names to show; ``sheet`` is empty for CSV.
    rows : list of list
        Cells; rows may be of different length. Empty rows are kept so that numbers stay right.
    n_hidden_rows : int
    is_hidden : bool
    has_merged_rows : bool
        Whether cells are merged over several rows.
    """

    file: str
    sheet: str
    rows: list[list[Cell]]
    n_hidden_rows: int = 0
    is_hidden: bool = False
    has_merged_rows: bool = False
    notes: list[Fault] = field(default_factory=list)
    table: str = ""
    """The table this is known to be (`data.tables.layouts`); empty: by its name or headers."""
    row_numbers: list[int] | None = None
    """The user's own numbers of ``rows``, where they are not 1, 2, 3 …"""

    shown: Mapping[str, str] = field(default_factory=dict)
    """By column name: the user's own header, where the sheet was made from another layout."""

    counts: Mapping[str, int] = field(default_factory=dict)
    """What became of rows of the other layout, for the receipt."""

    is_cut: bool = False
    """Whether the file ends without an end of line, so that its last row may be cut off."""

    used: Mapping[str, str] = field(default_factory=dict)
    """Headers of the other layout that rows were made of, beside ``shown``, and what for."""

    epsg: int | None = None
    """The system of its points, where the file itself says (GeoPackage)."""

    n_rows_left: int = MAX_ROWS_WITH_EMPTY
    """How many rows, empty ones too, may still be read of the workbook."""

    no_system: str = ""
    """Why the file, which should say the system of its points, does not; empty where it does."""

    def number(self, index: int) -> int:
        """The user's own number of ``rows[index]``."""
        return index + 1 if self.row_numbers is None else self.row_numbers[index]


class FileFaultError(Exception):
    """A file that cannot be read at all; carries the one fault that says why."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(str(fault))


def check_regular(path: Path) -> None:
    """Refuse a pipe or a device, which would be waited for without end, and what is too large.

    Raises
    ------
    FileFaultError
    OSError
        Where the file is not there.
    """
    size = path.stat().st_size
    if not path.is_file():
        raise file_fault(path.name, "ingen vanlig fil", "Ange en fil på disken.")
    if size > MAX_FILE_BYTES:
        raise file_fault(path.name, "filen är större än 200 MB", "Dela upp filen.")


def file_fault(
    file: str, problem: str, allowed: str, sheet: str = "", row: int = 0
) -> FileFaultError:
    """A fault of a whole file, ready to raise."""
    return FileFaultError(Fault(file, sheet, row, "", problem, allowed))


def letters(index: int) -> str:
    """The spreadsheet's letters of a column: A for 0, AA for 26."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(65 + rest) + text
    return text
