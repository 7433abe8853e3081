"""All exceptions of the project, and the faults that a table can have.

::

    HemrundaError                 anything we know how to explain
    ├── InputError                the user's tables; carries every Fault found, not the first
    ├── SettingsError             hemrunda.toml or an option
    ├── NetworkError              the street network is missing, foreign, stale or broken
    ├── InfeasibleError           proved impossible, with the nearest feasible settings
    ├── PlanRefusedError          the independent checker found violations; nothing was written
    ├── StoreError                a file could not be written or read back whole
    └── NotAvailableError         an optional thing is not on this machine (a browser, a peer)

Messages are Swedish and name file, sheet, row and column, never a client's address or any
other text of the user's rows (faults.md, general contract).
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from data.receipt import Receipt


class HemrundaError(Exception):
    """Anything the program knows how to explain to its user. Exit code 1.

    Attributes
    ----------
    code : str
        A stable word for programs.
    english : str
        What kind of fault it is; the message itself is Swedish and names the place.
    """

    exit_code = 1
    code = "error"
    english = "Something the program knows how to explain."


class SettingsError(HemrundaError):
    """A setting in ``hemrunda.toml``, or an option, that cannot be used. Exit code 2."""

    code = "settings"
    english = "A setting or an argument cannot be used."

    exit_code = 2


class NetworkError(HemrundaError):
    """The street network is missing, foreign to the municipality, stale or broken."""

    code = "network"
    english = "The street network is missing, foreign, stale or broken."


class InfeasibleError(HemrundaError):
    """Proved impossible as asked; the message names the nearest feasible settings."""

    code = "infeasible"
    english = "Proved impossible as asked; the message names the nearest possible."


class PlanRefusedError(HemrundaError):
    """The independent checker found violations, so the plan was not written."""

    code = "refused"
    english = "The independent checker found violations; nothing was written."


class StoreError(HemrundaError):
    """A file could not be written, or was not whole when read back."""

    code = "store"
    english = "A file could not be written, or was not whole when read back."


class NotAvailableError(HemrundaError):
    """Something optional is not on this machine."""

    code = "not_available"
    english = "Something optional is not installed."


_OF_SYSTEM: Final = {
    "ENOSPC": "Disken är full", "EDQUOT": "Disken är full", "EFBIG": "Filen blir för stor",
    "ENAMETOOLONG": "Sökvägen är för lång", "EROFS": "Disken kan bara läsas",
    "EACCES": "Rättigheter saknas", "EPERM": "Rättigheter saknas", "EIO": "Disken svarar inte",
    "ENOENT": "Filen eller mappen finns inte", "ENOTDIR": "En fil står där en mapp behövs",
    "EISDIR": "En mapp står där en fil behövs", "EMFILE": "För många filer är öppna",
}  # fmt: skip


def of_system(error: OSError) -> str:
    """What the system refused, in one sentence, with the file's name and never its whole path."""
    code = errno.errorcode.get(error.errno or 0, "")
    said = _OF_SYSTEM.get(code, f"Systemet vägrade ({error.strerror or type(error).__name__})")
    name = PurePath(str(error.filename)).name if error.filename else ""
    return f"{said}: {name}." if name else f"{said}."


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault in a table, addressed so that a person finds the cell.

    Attributes
    ----------
    file, sheet : str
        File name (never the whole path) and sheet; ``sheet`` is empty for CSV.
    row : int
        Row as the spreadsheet numbers it, from 1; 0 where the whole table is meant.
    column : str
        The header as the user wrote it; empty where a whole row is meant.
    problem : str
        What is wrong, already made safe to show: a number, a time, a code, an id, or a
        description such as "text, 14 tecken". Never an address or a name.
    allowed : str
        What is allowed there, and so what to do.
    is_warning : bool
        Warnings are shown and do not stop the run.
    """

    file: str
    sheet: str
    row: int
    column: str
    problem: str
    allowed: str
    is_warning: bool = False

    def text(self, say: Callable[[str], str] = str, rows: tuple[int, str] | None = None) -> str:
        """The fault as a sentence, its parts put into another language by ``say``.

        ``rows`` are how many it stands for and which, where it speaks for more than its own.
        """
        place = [self.file]
        if self.sheet:
            place.append(say(f"blad {self.sheet}"))
        if self.row and rows is None:
            place.append(say(f"rad {self.row}"))
        if self.column:
            place.append(say(f"kolumn {self.column}"))
        problem = self.problem
        if rows is not None:
            problem = f"{rows[0]} rader (rad {rows[1]}), den första: {problem}"
        return f"{', '.join(place)}: {say(problem)}. {say(self.allowed)}"

    def __str__(self) -> str:
        return self.text()


FAULTS_NOTED: Final = 5
"""So many stand below the message where a traceback is shown; all are in ``faults``."""


class InputError(HemrundaError):
    """Every fault found in the user's tables, all at once. Exit code 2.

    Attributes
    ----------
    faults : tuple of Fault
    receipt : Receipt, optional
        What of the files was read as what, where it came that far (`data.receipt`).
    """

    code = "input"
    english = "The tables hold faults; see the attribute faults."

    exit_code = 2

    def __init__(self, faults: Sequence[Fault], receipt: Receipt | None = None) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        self.receipt = receipt
        stopping = [fault for fault in self.faults if not fault.is_warning]
        super().__init__(f"{len(stopping)} fel i indata")
        for fault in stopping[:FAULTS_NOTED]:
            self.add_note(str(fault))
        if len(stopping) > FAULTS_NOTED:
            self.add_note(f"… (+{len(stopping) - FAULTS_NOTED})")
