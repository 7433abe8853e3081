"""The reading receipt: what of the user's files was read as what, and what was not.

A file that is read wrong in silence gives a plan that looks right. So every command that reads
tables shows, for each sheet: where its headers are, how many rows, which columns were read as
what, which were guessed, corrected, left to their defaults, dropped, or not understood. It holds
headers, names of columns and counts, never the content of a cell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

How = Literal["read", "guessed", "mapped", "dropped", "doubled", "unknown", "ignored", "empty"]

DEFAULTS: Final[Mapping[str, Mapping[str, str]]] = {
    "clients": {
        "dwelling": "hus", "physical_key": "nej", "pets": "nej", "protected": "nej",
        "needs_contact": "efter insatserna", "locked_team": "nej",
    },
    "visits": {
        "earliest": "passets början", "latest": "passets slut", "every_weeks": "varje vecka",
        "carers_required": "1", "skills": "ingen", "priority": "efter insatsen",
        "mode": "fysiskt", "window_source": "SoL",
    },
    "staff": {
        "skills": "inga", "travel_mode": "cykel", "employment_pct": "100", "transition": "nej",
        "pet_allergy": "nej", "starts_home": "nej", "ends_home": "nej",
    },
    "roster": {"kind": "arbete"},
}  # fmt: skip
"""By table: what holds where an optional column is missing or its cell is empty."""


@dataclass
class ColumnRead:
    """What became of one column.

    Attributes
    ----------
    header : str
        As the user wrote it, made safe to show.
    how : str
        ``read`` by its name, ``guessed`` (a word that may mean something else), ``mapped`` by the
        user's own answer, ``dropped`` unread, ``doubled`` (another column means the same),
        ``unknown``, ``ignored`` by the user's word, ``empty`` of content and unknown.
    column : str
        The contract's header that it was read as; empty where it was not.
    note : str
        Why it was dropped, or how it was guessed.
    n_corrected : int
        Cells written in another way than the contract's, which were understood.
    corrected : str
        What they are: datum, klockslag, tal, veckodagar, adresser, id:n.
    n_default : int
        Empty cells for which the default holds.
    """

    header: str
    how: How
    column: str = ""
    note: str = ""
    n_corrected: int = 0
    corrected: str = ""
    n_default: int = 0


@dataclass
class SheetRead:
    """What became of one sheet.

    Attributes
    ----------
    file, sheet : str
        ``sheet`` is empty for CSV.
    table : str
        The table that it was read as, in Swedish; empty where it was not read.
    header_row, n_rows : int
        The user's number of the header row, and how many rows with content were read.
    columns : list of ColumnRead
    defaults : dict
        Missing optional columns, with what holds instead.
    counts : Counter
        What happened to rows: joined, left out, by a phrase in Swedish.
    """

    file: str
    sheet: str
    table: str = ""
    header_row: int = 0
    n_rows: int = 0
    columns: list[ColumnRead] = field(default_factory=list)
    defaults: dict[str, str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def of(self, how: How) -> list[ColumnRead]:
        """The columns that were taken so."""
        return [column for column in self.columns if column.how == how]

    @property
    def place(self) -> str:
        """File and sheet, as the user finds it."""
        return f"{self.file}, blad {self.sheet}" if self.sheet else self.file

    def as_dict(self) -> dict[str, Any]:
        """The same for JSON, with Swedish keys, since planners read it."""
        return {
            "fil": self.file,
            "blad": self.sheet,
            "tabell": self.table,
            "rubrikrad": self.header_row,
            "rader": self.n_rows,
            "lästa": {c.header: c.column for c in self.columns if c.how in ("read", "mapped")},
            "gissade": {c.header: c.note or c.column for c in self.of("guessed")},
            "rättade": {
                c.header: {c.corrected: c.n_corrected} for c in self.columns if c.n_corrected
            },
            "antagna": {
                **self.defaults,
                **{c.header: f"{c.n_default} tomma" for c in self.columns if c.n_default},
            },
            "utelämnade": dict(Counter(c.note for c in self.of("dropped"))),
            "dubbla": [c.header for c in self.of("doubled")],
            "tomma": [c.header for c in self.of("empty")],
            "bortvalda": [c.header for c in self.of("ignored")],
            "inte förstådda": [c.header for c in self.of("unknown")],
            "anmärkt": dict(self.counts),
        }

    def lines(self) -> list[str]:
        """The same for a person: one line for the sheet, and one for each thing worth a look."""
        if not self.table:
            return [f"{self.place}: inte läst (ingen tabell känns igen)"]
        if not self.header_row:
            return [f"{self.place} = {self.table}: ingen rubrikrad känns igen"]
        n = self.n_rows
        head = f"{self.place} = {self.table}: rubriker på rad {self.header_row}, {n} rader"
        labelled = {
            "läst": [_as(c) for c in self.columns if c.how in ("read", "mapped")],
            "gissat": [f"{c.header} = {c.note or c.column}" for c in self.of("guessed")],
            "rättat": [
                f"{c.n_corrected} {c.corrected} i {c.header}" for c in self.columns if c.n_corrected
            ],
            "antaget": [
                *(f"{name} {value}" for name, value in self.defaults.items()),
                *(f"{c.header} ({c.n_default} tomma)" for c in self.columns if c.n_default),
            ],
            "utelämnat": [
                f"{n} {_plural(note, n)}"
                for note, n in Counter(c.note for c in self.of("dropped")).items()
            ],
            "dubbelt, inte läst": [c.header for c in self.of("doubled")],
            "tomt, inte läst": [c.header for c in self.of("empty")],
            "bortvalt": [c.header for c in self.of("ignored")],
            "INTE FÖRSTÅTT": [c.header for c in self.of("unknown")],
            "rader": [f"{n} {what}" for what, n in self.counts.items() if n],
        }
        return [
            head,
            *(f"  {label}: {', '.join(what)}" for label, what in labelled.items() if what),
        ]


@dataclass(frozen=True)
class Receipt:
    """What became of every sheet of the input."""

    sheets: tuple[SheetRead, ...] = ()

    def as_list(self) -> list[dict[str, Any]]:
        """For JSON and for a manifest."""
        return [sheet.as_dict() for sheet in self.sheets]

    def lines(self) -> list[str]:
        """For a terminal."""
        return [line for sheet in self.sheets for line in sheet.lines()]

    @property
    def unknown(self) -> Sequence[str]:
        """Headers that nobody understood, with their sheets."""
        return [f"{s.place}: {c.header}" for s in self.sheets for c in s.of("unknown")]


NO_RECEIPT: Final = Receipt()


def _as(column: ColumnRead) -> str:
    same = column.header.casefold() == column.column.casefold()
    note = f" ({column.note})" if column.note else ""
    return (column.header if same else f"{column.header} = {column.column}") + note


def _plural(note: str, n: int) -> str:
    words = {"kontaktuppgift": "kontaktuppgifter", "fritext": "fritexter"}
    return words.get(note, note) if n > 1 else note
