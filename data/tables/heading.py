"""Which column of a sheet is which: the header row found, and every column accounted for.

Nothing is left out in silence. A column that no table asks for is dropped by its header alone where
it names people or holds free text (`data.privacy`); where it holds nothing it is told of; any other
is not understood, and stops the reading of the tables that a plan is made of until the user has
said what it is, or that it may be left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from data import privacy
from data.errors import Fault
from data.receipt import DEFAULTS, ColumnRead, How
from data.tables.files.raw import Cell, RawSheet, letters
from data.tables.parsed import Findings, ParsedSheet, is_column_empty, is_filled
from data.tables.schema.clock_times import is_clock_or_minutes, is_moment
from data.tables.schema.columns import Column, Table
from data.tables.schema.headers import (
    MAY_MEAN_BY_KEY,
    guess_of,
    header_key,
    match_header,
    shown,
    tables_knowing,
    words_of,
)

HEADER_SEARCH_ROWS: Final = 20
PROTECTED_WORDS: Final = ("skydd", "sekret", "skyd", "sekr", "protect")
MUST_BE_UNDERSTOOD: Final = frozenset({"clients", "visits", "staff", "roster"})
"""The tables whose every column must be understood, or left out by the user's own word."""
EXPORT: Final = "rounds"
"""What another system has planned or written down, read by ``baseline`` and ``followup``."""
LEFT_OUT: Final = "-"
_PLACE_COLUMNS: Final = frozenset({"address", "postcode", "city", "x", "y", "lat", "lon"})
_NEAR_PCT: Final = 62
"""How like a column's words a header is, to be guessed. 45, 55, 62, 70, 80 guess 69, 36, 12, 3, 2 %
of headers that are no column; each finds 99.8 % or more of words with a letter lost
(`benchmarks.header_guesses`). A guess is only asked about, so the limit is no higher.
"""
ASK: Final = (
    "Säg vad den betyder med hemrunda check headers, eller utelämna den med --ignore-unknown."
)
ASK_BARE: Final = "Skriv en rubrik, töm kolumnen, eller utelämna den med --ignore-unknown."
ASK_TWICE: Final = (
    "Ta bort eller döp om den ena, eller säg vilken som gäller med hemrunda check headers."
)


def find_header(raw: RawSheet, table: Table) -> int | None:
    """Index in ``raw.rows`` of the row with the most headers of ``table``; the first of equals."""
    best, header = 0, None
    for index, row in enumerate(raw.rows[:HEADER_SEARCH_ROWS]):
        names = {match_header(table.name, cell) for cell in row} - {None}
        if len(names) > best:
            best, header = len(names), index
    return header


def header_row(raw: RawSheet, table: Table, mapping: Mapping[str, str]) -> int | None:
    """The same, with the headers counted that the user has told of."""
    header = find_header(raw, table)
    if not mapping:
        return header
    best = 0 if header is None else len({match_header(table.name, c) for c in raw.rows[header]})
    for index, row in enumerate(raw.rows[:HEADER_SEARCH_ROWS]):
        hits = sum(isinstance(cell, str) and header_key(cell) in mapping for cell in row)
        if hits > best:
            best, header = hits, index
    return header


def nearest(table: Table, header: str, taken: Sequence[str] = ()) -> tuple[str, ...]:
    """Names of the columns of ``table`` that a header may be meant for, nearest first."""
    from rapidfuzz import fuzz

    key = header_key(header)
    points = {
        column.name: max(float(fuzz.ratio(key, word)) for word in words_of(table.name, column.name))
        for column in table.columns
        if column.name not in taken
    }
    often = MAY_MEAN_BY_KEY.get((table.name, key))
    if often in points:
        points[often] = 100.0
    ranked = sorted(points, key=lambda name: (-points[name], name))
    return tuple(name for name in ranked[:3] if points[name] >= _NEAR_PCT)


@dataclass
class _Header:
    """One header row being understood."""

    sheet: ParsedSheet
    header: Sequence[Cell]
    below: Sequence[Sequence[Cell]]
    findings: Findings
    mapping: Mapping[str, str]

    def __post_init__(self) -> None:
        self.places: dict[str, int] = {}
        self.is_whole = True
        self.dropped: list[str] = []
        self.open: list[int] = []

    @property
    def table(self) -> Table:
        return self.sheet.table

    def note(self, idx: int, how: How, column: str = "", note: str = "") -> None:
        """Write a column into the receipt."""
        name = self.table.column(column).header if column else ""
        self.sheet.read.columns.append(ColumnRead(self.label(idx), how, name, note))

    def label(self, idx: int) -> str:
        """The header of a column as shown; its letter where it has none."""
        cell = self.header[idx] if idx < len(self.header) else None
        if isinstance(cell, str) and cell.strip():
            name = match_header(self.table.name, cell)
            made = self.sheet.raw.shown
            if made and name:
                return made.get(name) or self.table.column(name).header
            return shown(cell)
        return f"kolumn {letters(idx)} (utan rubrik)"

    def is_empty(self, idx: int) -> bool:
        """Whether nothing stands below the header."""
        return is_column_empty(self.below, idx)

    def fault(self, idx: int, problem: str, allowed: str, *, warn: bool = False) -> Fault:
        """A fault of a column as a whole."""
        raw = self.sheet.raw
        return Fault(raw.file, raw.sheet, 0, self.label(idx), problem, allowed, is_warning=warn)

    def take(self, idx: int) -> None:
        """Understand one column."""
        cell = self.header[idx] if idx < len(self.header) else None
        text = cell if isinstance(cell, str) else ""
        if not text.strip():
            if not self.is_empty(idx):
                self.unknown(idx)
            return
        answer = self.mapping.get(header_key(text))
        name = answer or match_header(self.table.name, text)
        if name == LEFT_OUT:
            self.note(idx, "ignored")
            self.dropped.append(text)
            self.findings.dropped["okänd"] += 1
        elif name is None:
            self.dropped.append(text)
            self.drop(idx, text)
        elif name not in self.places:
            self.use(idx, name)
        else:
            self.second(idx, name)

    def use(self, idx: int, name: str) -> None:
        """Read a column as ``name``."""
        self.places[name] = idx
        text = str(self.header[idx])
        self.sheet.headers[name] = self.sheet.raw.shown.get(name) or shown(text)
        self.sheet.written[name] = text
        guess = guess_of(self.table.name, text)
        is_mapped = header_key(text) in self.mapping
        self.note(idx, "mapped" if is_mapped else "guessed" if guess else "read", name, guess)

    def second(self, idx: int, name: str) -> None:
        """Two headers mean one column: the one nearest the contract is used, where they agree."""
        before = self.places[name]
        column = self.table.column(name)
        used, other = before, idx
        if _is_better(column, self.header, before, idx):
            used, other = idx, before
            taken = next(c for c in self.sheet.read.columns if c.header == self.label(before))
            self.sheet.read.columns.remove(taken)
            self.use(idx, name)
        is_same = header_key(str(self.header[other])) == header_key(str(self.header[used]))
        if is_same or column.is_required or name == "protected":
            self.note(other, "unknown")
            self.findings.faults.append(
                self.fault(other, "samma kolumn finns två gånger", ASK_TWICE)
            )
            self.is_whole = False
            return
        self.findings.dropped["dubblett"] += 1
        self.note(other, "doubled", name)
        problem = f"betyder detsamma som ”{self.label(used)}”"
        if name in _PLACE_COLUMNS or self._agree(used, other):
            self.findings.warnings.append(
                self.fault(other, problem, "Den läses inte. Döp om den om den behövs.", warn=True)
            )
        elif self.table.name in MUST_BE_UNDERSTOOD:
            self.findings.unknown.append(
                self.fault(other, f"{problem} men säger något annat", f"Vilken gäller? {ASK}")
            )

    def _agree(self, this_idx: int, other: int) -> bool:
        """Whether no row says two things."""
        for row in self.below:
            a, b = (row[idx] if idx < len(row) else None for idx in (this_idx, other))
            if is_filled(a) and is_filled(b) and str(a).strip() != str(b).strip():
                return False
            if is_filled(b) and not is_filled(a):
                return False
        return True

    def drop(self, idx: int, text: str) -> None:
        """A column that no table asks for; a misspelt flag of protection stops the reading (C8)."""
        if self.table.name == "clients":
            plain = privacy.plain(text)
            if any(word in plain for word in PROTECTED_WORDS):
                self.note(idx, "unknown")
                self.findings.faults.append(
                    self.fault(idx, "liknar kolumnen för skyddade uppgifter men känns inte igen",
                               "Döp om den till ”Skyddade uppgifter” eller ta bort den.")
                )  # fmt: skip
                self.is_whole = False
                return
        reason = privacy.drop_reason(text)
        if reason == "okänd" and not self.is_empty(idx):
            self.findings.dropped[reason] += 1
            self.unknown(idx)
        elif reason == "okänd":
            self.note(idx, "empty")
        else:
            self.findings.dropped[reason] += 1
            self.note(idx, "dropped", note=reason)

    def unknown(self, idx: int) -> None:
        """A column with content that nobody understands."""
        self.note(idx, "unknown")
        self.open.append(idx)

    def take_dates_of_starts(self) -> None:
        """Where no column is a date and every start is a moment, the dates are the starts'."""
        idx = self.places.get("start", -1)
        if (
            idx < 0
            or "date" in self.places
            or not any(c.name == "date" for c in self.table.columns)
        ):
            return
        starts = [row[idx] for row in self.below if idx < len(row) and is_filled(row[idx])]
        if starts and all(is_moment(cell) for cell in starts):
            self.places["date"] = idx
            self.sheet.headers["date"] = self.sheet.headers["start"]
            self.sheet.written["date"] = self.sheet.written["start"]
            self.note(idx, "read", "date", "dagen ur samma cell")

    def _may_be_ends(self, idx: int) -> bool:
        """Whether most cells of a column are clocks, moments or whole minutes of a visit."""
        stored = [row[idx] for row in self.below if idx < len(row) and is_filled(row[idx])]
        n_alike = sum(is_clock_or_minutes(cell) for cell in stored)
        return 10 * n_alike >= 9 * len(stored) > 0

    def _asked_of(self) -> list[int]:
        """The columns without meaning that stop the reading.

        All of the tables that a plan is made of. An export holds much that nobody asks for; of it
        those that may say when visits end, where no column does.
        """
        if self.table.name in MUST_BE_UNDERSTOOD:
            return self.open
        has_ends = "end" in self.places or "duration_min" in self.places
        if self.table.name != EXPORT or has_ends:
            return []
        return [idx for idx in self.open if self._may_be_ends(idx)]

    def ask(self, asked: Sequence[str]) -> None:
        """Stop for each column that nobody understands, but for those ``asked`` of already."""
        for idx in self._asked_of():
            cell = self.header[idx] if idx < len(self.header) else None
            problem, allowed = "kolumnen förstås inte", ASK
            if isinstance(cell, str) and cell.strip():
                free = nearest(self.table, cell, tuple(self.places))
                near = [self.table.column(name).header for name in free]
                others = [t.sheet for t in tables_knowing(cell) if t is not self.table]
                if near:
                    problem += f" (menas {' eller '.join(near)}?)"
                elif others:
                    problem += f" (den hör till tabellen {others[0]})"
            else:
                allowed = ASK_BARE
            if self.label(idx) not in asked:
                self.findings.unknown.append(self.fault(idx, problem, allowed))


def map_columns(
    sheet: ParsedSheet, header_at: int, findings: Findings, mapping: Mapping[str, str]
) -> dict[str, int] | None:
    """Where each known column lies, by name; None where the sheet cannot be read.

    Every column goes into the sheet's receipt, and those that are not understood into
    ``findings.unknown``.
    """
    rows = sheet.raw.rows
    row = _Header(sheet, rows[header_at], rows[header_at + 1 :], findings, mapping)
    widest = max(map(len, rows[header_at:]))
    for idx in range(widest):
        row.take(idx)
    row.take_dates_of_starts()
    asked: list[str] = []
    for column in sheet.table.columns:
        if column.is_required and column.name not in row.places:
            near = _near(sheet.table, column, row.dropped)
            asked += near
            problem = "kolumnen saknas" + (f"; liknande: {', '.join(near)}" if near else "")
            allowed = f"Lägg till eller döp om kolumnen. Där ska stå {column.allowed}."
            raw = sheet.raw
            findings.faults.append(Fault(raw.file, raw.sheet, 0, column.header, problem, allowed))
            row.is_whole = False
    row.ask(asked)
    for text, meaning in sheet.raw.used.items():
        sheet.read.columns.append(ColumnRead(shown(text), "read", meaning))
    known = DEFAULTS.get(sheet.table.name, {})
    sheet.read.defaults = {
        sheet.table.column(name).header: value
        for name, value in known.items()
        if name not in row.places
    }
    return row.places if row.is_whole else None


def _is_better(column: Column, header: Sequence[Cell], before: int, after: int) -> bool:
    """Whether the later of two headers of one column is nearer to the contract's own."""
    order = [header_key(text) for text in (column.header, column.name, *column.synonyms)]

    def rank(idx: int) -> int:
        key = header_key(str(header[idx]))
        return order.index(key) if key in order else len(order)

    return rank(after) < rank(before)


def _near(table: Table, column: Column, unknown: Sequence[str]) -> list[str]:
    """The unknown headers that are nearest to a missing column, as shown."""
    from rapidfuzz import fuzz

    wanted = words_of(table.name, column.name)
    near = sorted(
        (-max(float(fuzz.ratio(header_key(header), word)) for word in wanted), shown(header))
        for header in unknown
    )
    return [header for points, header in near if points <= -60][:3]
