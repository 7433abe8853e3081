"""Rolling rosters: a pattern of one to twelve weeks, laid out on dates before anything is parsed.

Two forms. One row for each carer and week with the days across (``Personal; Vecka; Mån; Tis …``;
without weeks it is a pattern of one week), and one row for each shift (``Personal; Vecka; Veckodag;
Start; Slut``). The weeks across too, ``V1 mån`` or a row of ``Vecka 1`` above the days, are the
first form lying down. Week 1 begins on the Monday of the date that the sheet itself says, in a
column or above the header; one whole turn is laid out. Without a date nothing is guessed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from data.errors import Fault
from data.tables.files.raw import Cell, RawSheet
from data.tables.rosters.roster_matrix import HEADER, cells_at, not_read
from data.tables.rosters.shift_cells import ASSUMED, Shift, codes_read, fault_of_cell, shift_in
from data.tables.schema import clock_times as times
from data.tables.schema import how_often
from data.tables.schema.headers import header_key, match_header, table_named
from data.units import DayHours

MAX_WEEKS: Final = 12
"""No pattern that offices use is longer; a larger number is a week of the year."""
_WEEK_HEADERS: Final = frozenset(map(header_key, (
    "vecka", "v", "veckonr", "vecka nr", "veckonummer", "schemavecka", "turvecka", "rullvecka",
    "rullande vecka", "periodvecka", "week", "schema vecka", "v nr",
)))  # fmt: skip
_DAY_HEADERS: Final = frozenset(map(header_key, ("veckodag", "weekday", "dag i veckan")))
_FROM_HEADERS: Final = frozenset(map(header_key, (
    "gäller från", "gäller fr o m", "gäller fom", "från datum", "startdatum", "schemastart",
    "period från", "första måndag", "schema från", "fr o m datum", "start datum", "valid from",
)))  # fmt: skip
_WEEK: Final = re.compile(r"\s*(?:v(?:ecka)?\.?|week)?\s*(\d{1,2})\s*(?:\.0)?\s*", re.IGNORECASE)
_WEEK_DAY: Final = re.compile(
    r"\s*(?:v(?:ecka)?\.?|week)\s*(\d{1,2})\s*[,:/ -]*\s*([a-zåäö]+)\.?\s*", re.IGNORECASE
)
_DAY_WEEK: Final = re.compile(
    r"\s*([a-zåäö]+)\.?\s*[,:/ -]*\s*(?:v(?:ecka)?\.?|week)\s*(\d{1,2})\s*", re.IGNORECASE
)
_DAYS_MIN: Final = 3


@dataclass(frozen=True)
class _Columns:
    """Where what stands in a header row."""

    staff_at: int
    week_at: int | None
    from_at: int | None
    days: Mapping[int, tuple[int, int]]
    """Column → (week, weekday); the week is 0 where the row says it."""
    day_at: int | None
    start_at: int | None
    end_at: int | None
    kind_at: int | None

    @property
    def used(self) -> frozenset[int]:
        """All columns that are read."""
        single = (self.staff_at, self.week_at, self.from_at, self.day_at, self.start_at,
                  self.end_at, self.kind_at)  # fmt: skip
        return frozenset(self.days) | {column for column in single if column is not None}


def expand(raw: RawSheet, header_at: int, hours: DayHours) -> RawSheet | None:
    """The roster that a pattern holds, one row per shift; None where the sheet is none."""
    header = raw.rows[header_at]
    above = raw.rows[header_at - 1] if header_at else []
    columns = _columns(header, above)
    if columns is None or _is_other(raw, header):
        return None
    begins = _date_above(raw, header_at)
    others = not_read(raw, header_at, columns.used)
    rows: list[list[Cell]] = [[*HEADER, *others.values()]]
    numbers = [raw.number(header_at)]
    notes = list(raw.notes)
    most, has_codes = 1, False
    for index in range(header_at + 1, len(raw.rows)):
        row = raw.rows[index]
        if _cell(row, columns.staff_at) in (None, ""):
            continue
        fault = _fault_of(raw, index, row, columns, begins)
        if fault is not None:
            notes.append(fault)
            continue
        has_codes |= any(str(_cell(row, c)).strip().casefold() in ASSUMED for c in columns.days)
        said = _date(_cell(row, columns.from_at)) or begins
        for week, weekday, shift in _shifts(raw, index, header, columns, hours, notes):
            most = max(most, week)
            day = _day(said, week, weekday)
            if said is not None and day >= said:
                moment = dt.datetime(day.year, day.month, day.day)
                rows.append([_cell(row, columns.staff_at), moment, *shift, *cells_at(row, others)])
                numbers.append(raw.number(index))
    notes.append(
        Fault(raw.file, raw.sheet, 0, "", f"lästes som ett rullande schema om {most} "
              f"{'vecka' if most == 1 else 'veckor'}: {len(rows) - 1} rader",
              codes_read(hours) if has_codes else "Ett varv läggs ut från startdatumet.",
              is_warning=True)
    )  # fmt: skip
    made = RawSheet(
        raw.file, raw.sheet, rows, raw.n_hidden_rows, raw.is_hidden, raw.has_merged_rows,
        notes, "roster", numbers,
    )  # fmt: skip
    made.shown = {"staff_id": str(header[columns.staff_at])}
    made.used = {
        text: "rullande schema" if column in columns.used else "läses inte i ett rullande schema"
        for column, text in enumerate(header)
        if isinstance(text, str)
        and text.strip()
        and column != columns.staff_at
        and column not in others
    }
    return made


def _is_other(raw: RawSheet, header: Sequence[Cell]) -> bool:
    """Whether the sheet is another table, whose days are no shifts: visits, or facts of carers."""
    named = table_named(raw.sheet or raw.file.rsplit(".", 1)[0])
    other = {("visits", "client_id"), ("visits", "visit_id"), ("clients", "client_id"),
             ("staff", "role"), ("staff", "title")}  # fmt: skip
    if named is not None:
        return named.name != "roster"
    return any(match_header(table, cell) == name for cell in header for table, name in other)


def _columns(header: Sequence[Cell], above: Sequence[Cell]) -> _Columns | None:
    names = {column: match_header("roster", cell) for column, cell in enumerate(header)}
    keys = {column: header_key(cell) for column, cell in enumerate(header) if isinstance(cell, str)}
    staff_at = next((column for column, name in names.items() if name == "staff_id"), None)
    if staff_at is None:
        return None

    def first(wanted: frozenset[str]) -> int | None:
        return next((column for column, key in keys.items() if key in wanted), None)

    week_at, from_at, day_at = first(_WEEK_HEADERS), first(_FROM_HEADERS), first(_DAY_HEADERS)
    if day_at is None and week_at is not None:
        day_at = next((column for column, key in keys.items() if key in ("dag", "day")), None)
    days = _day_columns(header, above)
    where = {name: column for column, name in names.items() if name in ("start", "end", "kind")}
    single = (where.get("start"), where.get("end"), where.get("kind"))
    if len({weekday for _, weekday in days.values()}) >= _DAYS_MIN:
        weeks = {week for week, _ in days.values()}
        if len(days) > len(set(days.values())) or (0 in weeks and len(weeks) > 1):
            return None  # the same day twice, and nothing says which week
        return _Columns(staff_at, week_at, from_at, days, None, None, None, None)
    has_clock = single[0] is not None and single[1] is not None
    if week_at is not None and day_at is not None and has_clock:
        return _Columns(staff_at, week_at, from_at, {}, day_at, *single)
    return None


def _day_columns(header: Sequence[Cell], above: Sequence[Cell]) -> dict[int, tuple[int, int]]:
    """Columns of days, with the week that the header, or the row above, says."""
    columns: dict[int, tuple[int, int]] = {}
    week = 0
    initials = _initials(header)
    for column, cell in enumerate(header):
        over = _cell(above, column)
        match = _WEEK.fullmatch(over) if isinstance(over, str) else None
        if match and not over.strip().isdigit():
            week = int(match.group(1))
        if not isinstance(cell, str):
            continue
        both = _WEEK_DAY.fullmatch(cell)
        turned = None if both else _DAY_WEEK.fullmatch(cell)
        named, said = cell, week
        if both:
            named, said = both.group(2), int(both.group(1))
        elif turned:
            named, said = turned.group(1), int(turned.group(2))
        weekday = initials.get(column, _weekday(named))
        if weekday is not None and said <= MAX_WEEKS:
            columns[column] = (said, weekday)
    return columns


def _initials(header: Sequence[Cell]) -> dict[int, int]:
    """Columns of whole weeks of initials, M T O T F L S; alone, a T is one of two days."""
    letters = [str(cell or "-").strip().casefold()[:2] for cell in header]
    whole = [
        column for column in range(len(letters) - 6) if letters[column : column + 7] == [*"mtotfls"]
    ]
    return {column + day: day for column in whole for day in range(7)}


def _weekday(cell: Cell) -> int | None:
    if isinstance(cell, str) and len(cell.strip()) == 1 and cell.strip().isalpha():
        return None
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, str) and cell.strip().isdigit() and len(cell.strip()) > 1:
        return None
    try:
        days, chosen = how_often.plain_weekdays(cell)
    except (ValueError, TypeError):
        return None
    return days[0] if len(days) == 1 and not chosen else None


def _cell(row: Sequence[Cell], column: int | None) -> Cell:
    return row[column] if column is not None and column < len(row) else None


def _week(row: Sequence[Cell], columns: _Columns) -> int | None:
    """The week that a row says; 1 where no column does, None where it is no week of a pattern."""
    if columns.week_at is None:
        return 1
    match = _WEEK.fullmatch(str(_cell(row, columns.week_at)))
    week = int(match.group(1)) if match else 0
    return week if 1 <= week <= MAX_WEEKS else None


def _fault_of(
    raw: RawSheet, index: int, row: Sequence[Cell], columns: _Columns, begins: dt.date | None
) -> Fault | None:
    """What is wrong with a row, so that its days are not known."""

    def fault(column: str, problem: str, allowed: str) -> Fault:
        return Fault(raw.file, raw.sheet, raw.number(index), column, problem, allowed)

    said = _cell(row, columns.from_at)
    if _week(row, columns) is None:
        return fault("Vecka", "ingen vecka i ett rullande schema",
                     f"Skriv schemats vecka, 1–{MAX_WEEKS}.")  # fmt: skip
    if said not in (None, "") and _date(said) is None:
        return fault("Gäller från", "inget datum", "Skriv som 2026-11-30.")
    if said in (None, "") and begins is None:
        return fault("Gäller från", "rullande schema utan startdatum",
                     "Skriv måndagen i vecka 1 ovanför rubrikraden, eller i en kolumn Gäller "
                     "från.")  # fmt: skip
    if columns.day_at is not None and _weekday(_cell(row, columns.day_at)) is None:
        return fault("Veckodag", "ingen veckodag", "Skriv en dag, t.ex. mån.")
    return None


def _shifts(
    raw: RawSheet, index: int, header: Sequence[Cell], columns: _Columns, hours: DayHours,
    faults: list[Fault],
) -> Iterator[tuple[int, int, Shift]]:  # fmt: skip
    """Week, weekday, and start, end and kind of the shifts of a row; cells that are none told."""
    row = raw.rows[index]
    of_row = _week(row, columns) or 1
    for column, (week, weekday) in columns.days.items():
        cell = _cell(row, column)
        try:
            shift = shift_in(cell, hours)
        except ValueError:
            faults.append(fault_of_cell(raw, index, _cell(header, column), column, cell))
            continue
        if shift is not None:
            yield week or of_row, weekday, shift
    named = None if columns.day_at is None else _weekday(_cell(row, columns.day_at))
    if named is not None:
        kind = _cell(row, columns.kind_at)
        yield (
            of_row,
            named,
            (_cell(row, columns.start_at), _cell(row, columns.end_at), kind or "arbete"),
        )


def _day(begins: dt.date | None, week: int, weekday: int) -> dt.date:
    """The date of a day of the pattern; week 1 is the week of ``begins``."""
    monday = (begins or dt.date.min) - dt.timedelta((begins or dt.date.min).weekday())
    return monday + dt.timedelta(7 * (week - 1) + weekday)


def _date(cell: Cell) -> dt.date | None:
    if cell in (None, "") or isinstance(cell, (int, float, bool)):
        return None
    try:
        return times.day_planned(cell)
    except (ValueError, TypeError):
        return None


def _date_above(raw: RawSheet, header_at: int) -> dt.date | None:
    """The first date above the header, whatever stands around it."""
    for row in raw.rows[:header_at]:
        for cell in row:
            date = _date(cell)
            if date is None and isinstance(cell, str):
                written = re.search(r"\d{4}-\d\d-\d\d", cell)
                date = _date(written.group()) if written else None
            if date is not None:
                return date
    return None
