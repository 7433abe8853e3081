"""What the cells of a column mean as a whole, where a cell alone does not say.

``1`` below "Dubbelbemannad" is a yes if another row says 0, and a count if another row says 2;
0,75 is three fourths of a post where the column holds shares, and 7,5 is half past seven where it
holds hours with decimals. Such things are judged by the whole column and never guessed by the
cell; where the column does not say either, the user is asked. A unit in the header is honoured or
refused.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from data import privacy
from data.tables.files.raw import Cell, Odd
from data.tables.schema import cells
from data.tables.schema import clock_times as times
from data.tables.schema.cells import Parser
from data.tables.schema.columns import Column
from data.tables.schema.header_units import units_of
from data.tables.schema.headers import header_key
from data.units import HOUR_S


class UnclearColumnError(Exception):
    """A column whose cells could mean two things; carries what is wrong and what to do."""

    def __init__(self, problem: str, allowed: str) -> None:
        self.problem, self.allowed = problem, allowed
        super().__init__(problem)


def parser_of(column: Column, header: str, filled: Sequence[Cell]) -> Parser:
    """How the cells of one column are to be parsed.

    Parameters
    ----------
    column : Column
    header : str
        As the user wrote it; empty where the column was made of another layout.
    filled : sequence of cells
        The column's distinct cells with content.

    Raises
    ------
    UnclearColumnError
        Where the column could mean two things, or its header says a unit that it cannot have.
    """
    judge = _JUDGES.get(column.parse)
    if judge is not None:
        return judge(column, header, filled)
    if column.name == "employment_pct":
        return _percent(column, header, filled)
    if column.name == "granted_min_week":
        return _granted(column, header, filled)
    if column.name in {"every_weeks", "n_per_period"}:
        _refuse(units_of(header) & {"dagar", "månader", "år", "timmar"}, column)
    return column.parse


def _refuse(units: frozenset[str], column: Column) -> None:
    if units:
        raise UnclearColumnError(
            f"rubriken säger {' och '.join(sorted(units))}",
            f"Räkna om och döp om kolumnen. Ska vara {column.allowed}.",
        )


def _length(column: Column, header: str, filled: Sequence[Cell]) -> Parser:
    """Lengths of visits in the unit of their header; numbers that look like hours are asked of."""
    of_time = units_of(header) & {"timmar", "minuter", "sekunder"}
    _refuse(units_of(header) & {"dagar", "veckor", "månader", "procent", "annan enhet"}, column)
    if len(of_time) > 1:
        raise UnclearColumnError(
            f"rubriken säger både {' och '.join(sorted(of_time))}",
            "Döp om kolumnen till den enhet som gäller, t.ex. Minuter eller Längd (tim).",
        )
    if "timmar" in of_time:
        return times.length_s(HOUR_S)
    if "sekunder" in of_time:
        return times.length_s(1)
    _ask_of_hours(filled)
    return times.minutes_as_s


_HOURS_MAX: Final = 12
"""No visit is longer in hours; a column of minutes that never comes so far has no decimals."""


def _ask_of_hours(filled: Sequence[Cell]) -> None:
    """Ask where all bare numbers are small and one has decimals: 1,5 is an hour and a half."""
    bare = []
    for cell in filled:
        try:
            bare.append(cells.number(times.without_about(cell) if isinstance(cell, str) else cell))
        except ValueError:
            continue
    if bare and min(bare) >= 1 and max(bare) <= _HOURS_MAX and any(number % 1 for number in bare):
        raise UnclearColumnError(
            "tal som 1,5 kan vara timmar eller minuter",
            "Säg enheten i rubriken, t.ex. Längd (tim), eller skriv hela minuter.",
        )


def _granted(column: Column, header: str, _: Sequence[Cell]) -> Parser:
    """Minutes a week that were granted; hours in the header are made minutes."""
    units = units_of(header)
    _refuse(units & {"dagar", "månader", "år", "sekunder", "annan enhet"}, column)
    if "timmar" not in units:
        return column.parse
    if "minuter" in units:
        raise UnclearColumnError(
            "rubriken säger både minuter och timmar", "Döp om kolumnen till den enhet som gäller."
        )

    def hours(value: Cell) -> int:
        text = re.sub(r"\s*(?:tim|timmar|h)\.?\s*$", "", str(value), flags=re.IGNORECASE)
        return int(column.parse(round(cells.number(text) * 60)))

    return hours


def _place(column: Column, header: str, _: Sequence[Cell]) -> Parser:
    """Coordinates are in metres; a column said to be in kilometres is none."""
    _refuse(units_of(header) & {"kilometer"}, column)
    return column.parse


def _clock(column: Column, header: str, filled: Sequence[Cell]) -> Parser:
    """Clocks: 7,5 among 7,75 is half past seven, among 7,45 ten to eight, and alone it is asked."""
    units = units_of(header)
    _refuse(units & {"UTC", "sekunder", "dagar", "veckor"}, column)
    if "minuter" in units and "timmar" not in units:
        _refuse(frozenset({"minuter"}), column)
    hundredths = {
        round(cell * 100) % 100
        for cell in filled
        if isinstance(cell, float) and cell >= 1 and abs(cell * 100 - round(cell * 100)) < 1e-6
    }
    hundredths |= {
        int(match.group(1).ljust(2, "0"))
        for cell in filled
        if isinstance(cell, str) and (match := re.fullmatch(r"\d{1,2}[.,](\d{1,2})", cell.strip()))
    }
    short = any(
        isinstance(cell, float) and cell >= 1 and round(cell * 100) % 10 == 0 and cell % 1
        for cell in filled
    ) or any(isinstance(c, str) and re.fullmatch(r"\s*\d{1,2}[.,]\d\s*", c) for c in filled)
    if "timmar" in units or any(minutes >= 60 for minutes in hundredths):
        return times.clock_hours_s
    if short and hundredths <= {0, 50}:
        raise UnclearColumnError(
            "tal som 7,5 kan betyda 07:30 eller 07:50", "Skriv klockslagen som 07:30."
        )
    return column.parse


_SHORT_DATE: Final = re.compile(r"\s*(\d\d)(-?)(\d\d)\2(\d\d)\s*")


def _dates(column: Column, _: str, filled: Sequence[Cell]) -> Parser:
    """Days of a roster: 30-11-26 and 01-12-26 are two days apart, or 29 years; it is asked.

    261130 written in a cell that shows dates is a day of the year 2614, which no roster is of.
    """
    shorts = [m for c in filled if isinstance(c, str) and (m := _SHORT_DATE.fullmatch(c))]
    spans = []
    for order in ((1, 3, 4), (4, 3, 1)):
        try:
            days = [dt.date(2000 + int(m[order[0]]), int(m[order[1]]), int(m[order[2]]))
                    for m in shorts]  # fmt: skip
        except ValueError:
            spans.append(dt.timedelta.max)
        else:
            spans.append(max(days) - min(days) if days else dt.timedelta(0))
    if shorts and spans[1] < spans[0]:
        raise UnclearColumnError(
            "datum som 30-11-26 kan börja med dagen eller året", "Skriv datumen som 2026-11-30."
        )
    return column.parse


def _percent(column: Column, header: str, filled: Sequence[Cell]) -> Parser:
    """Parts of a full post: whole per cents, or shares, told by the column and not by the cell."""
    _refuse(units_of(header) & {"timmar", "minuter", "dagar"}, column)
    bare = []
    for cell in filled:
        text = str(cell).strip()
        if not text.endswith(("%", "procent")):
            try:
                bare.append(cells.number(cell))
            except ValueError:
                continue
    words = {"heltid": 100, "halvtid": 50}
    if len(bare) == len(filled) and all(number > 1 and number % 1 == 0 for number in bare):
        return column.parse
    has_share = any(0 < number < 1 for number in bare) or "andel" in units_of(header)
    has_whole = any(number > 1 for number in bare)
    if 1 in bare and has_share == has_whole:
        raise UnclearColumnError(
            "1 kan betyda 1 procent eller en hel tjänst", "Skriv hela procent, t.ex. 100."
        )

    def percent(value: Cell) -> int:
        text = str(value).strip().casefold()
        if text in words:
            return words[text]
        said = re.fullmatch(r"(.*?)\s*(?:%|procent)", text)
        parsed = cells.number(said.group(1) if said else value)
        if not said and (0 < parsed < 1 or (parsed == 1 and has_share)):
            parsed *= 100
        return int(column.parse(int(parsed + 0.5) if parsed >= 1 else parsed))

    return percent


def _carers(column: Column, header: str, filled: Sequence[Cell]) -> Parser:
    """Carers below a header that asks whether there are two: 0 and 1, or 1 and 2."""
    key = header_key(header)
    asks_for_double = "dubbel" in key or key.startswith(("två", "2"))
    if not asks_for_double or key.endswith("antal"):
        return column.parse
    numbers = set()
    for cell in filled:
        text = str(cell).strip().removesuffix(".0")
        if not isinstance(cell, bool) and text in {"0", "1", "2"}:
            numbers.add(int(text))
    if numbers == {1} or numbers == {0, 1, 2}:
        raise UnclearColumnError(
            "1 kan betyda ja eller en personal", "Skriv ja och nej, eller antalet 1 och 2."
        )
    if not numbers:
        return column.parse
    meant = {0: 1, 1: 2} if 2 not in numbers else {0: 1, 1: 1, 2: 2}

    def double(value: Cell) -> int:
        text = str(value).strip().removesuffix(".0")
        if not isinstance(value, bool) and text in {"0", "1", "2"}:
            return meant[int(text)]
        return int(column.parse(value))

    return double


_FLOAT_ID: Final = re.compile(r"\s*(\d{1,15})\.0\s*")


def _id(column: Column, _: str, filled: Sequence[Cell]) -> Parser:
    """Ids that passed through a column of decimals, 1001.0, are the ids that they were."""
    dotted = [cell for cell in filled if isinstance(cell, str) and "." in cell]
    if not any(_FLOAT_ID.fullmatch(cell) for cell in dotted):
        return column.parse
    if any(re.fullmatch(r"\s*\d+\.[1-9]\d*\s*", cell) for cell in dotted):
        return column.parse  # 1.0 among 1.1 and 1.2

    def undotted(value: Cell) -> object:
        match = _FLOAT_ID.fullmatch(value) if isinstance(value, str) else None
        return column.parse(match.group(1) if match else value)

    return undotted


_JUDGES: Final[Mapping[Parser, Callable[[Column, str, Sequence[Cell]], Parser]]] = {
    times.minutes_as_s: _length,
    times.clock_s: _clock,
    cells.number: _place,
    cells.carers: _carers,
    cells.identifier: _id,
    times.day_planned: _dates,
}

EXCEL_ERROR: Final = re.compile(
    r"#(?:[A-ZÅÄÖÜ][A-ZÅÄÖÜ0-9_/ ]*[!?]|N/A|N/D|SAKNAS|I/T|NV|REF|NAMN|VÄRDE|GETTING_DATA"
    r"|HÄMTAR_DATA|##+|(?:ERR|FEL):?\d{3})|(?:ERR|FEL): ?\d{3}",
    re.IGNORECASE,
)
"""The texts that spreadsheets leave where a formula failed, in any of their languages.

LibreOffice names its own by number: ``Err:502``, in a Swedish one ``Fel:502``.
"""


def is_error_text(cell: Cell) -> bool:
    """Whether a cell holds the text of a failed formula."""
    return (
        isinstance(cell, str)
        and cell.lstrip()[:1] in {"#", "E", "e", "F", "f"}
        and EXCEL_ERROR.fullmatch(cell.strip()) is not None
    )


def found_in(cell: Cell) -> str:
    """What stands in a cell that cannot be used, fit for a message."""
    if is_error_text(cell):
        return Odd.ERROR.value
    return cell.value if isinstance(cell, Odd) else privacy.safe_found(cell)
