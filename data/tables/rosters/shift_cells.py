"""What a cell of a roster laid out by days says: D, K, N, L, ``07-15``, or nobody knows what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from data.errors import Fault
from data.tables.files.raw import Cell, Odd, RawSheet, letters
from data.tables.schema import clock_times as times
from data.tables.schema.column_meaning import found_in
from data.tables.schema.headers import shown
from data.units import DayHours, clock

Shift = tuple[Cell, Cell, Cell]
"""Start, end and kind."""

_SPAN: Final = re.compile(
    r"\s*(?:kl\.?\s*)?(\d{1,2}(?:[:.]?\d{2})?)\s*(?:-|–|—|till)\s*(\d{1,2}(?:[:.]?\d{2})?)\s*"
)
_CODES: Final[Mapping[str, tuple[str, str, str]]] = {
    **dict.fromkeys(("n", "natt", "nattpass"), ("", "", "natt")),
    **dict.fromkeys(
        ("l", "led", "ledig", "f", "fri", "fp", "s", "sem", "semester", "tjl", "fl", "vab"),
        ("", "", "ledig"),
    ),
    **dict.fromkeys(("sj", "sjuk", "sjukdom"), ("", "", "sjuk")),
}  # fmt: skip
_DAY: Final = ("d", "dag", "dagpass")
_EVENING: Final = ("k", "kväll", "kvällspass", "kv")
ASSUMED: Final = (*_DAY, *_EVENING)
ALLOWED: Final = "Ska vara tider (07-15), D, K, N, L eller tom."


def codes_read(hours: DayHours) -> str:
    """What D and K were taken for, to be told."""
    day = f"{clock(hours.day_from_s)}–{clock(hours.day_to_s)}"
    evening = f"{clock(hours.evening_from_s)}–{clock(hours.evening_to_s)}"
    return f"D lästes som {day} och K som {evening}. Skriv tiderna (07-15) om de är andra."


def shift_in(cell: Cell, hours: DayHours) -> Shift | None:
    """Start, end and kind of a cell; None where nobody works.

    Raises
    ------
    ValueError
        Where the cell says neither.
    """
    if cell is None:
        return None
    text = "#" if isinstance(cell, Odd) else str(cell).strip().casefold()
    if text in {"", "-", "–", "0"}:
        return None
    if text in _DAY:
        return clock(hours.day_from_s), clock(hours.day_to_s), "arbete"
    if text in _EVENING:
        return clock(hours.evening_from_s), clock(hours.evening_to_s), "arbete"
    if text in _CODES:
        return _CODES[text]
    match = _SPAN.fullmatch(text)
    if match is None:
        raise ValueError(text)
    for said in match.groups():
        times.clock_s(said)
    return match.group(1), match.group(2), "arbete"


def fault_of_cell(raw: RawSheet, index: int, header: Cell, column_idx: int, cell: Cell) -> Fault:
    """The fault of a cell that is no shift, by the row and the header that stand in the sheet."""
    column = shown(header) or f"kolumn {letters(column_idx)} (utan rubrik)"
    return Fault(raw.file, raw.sheet, raw.number(index), column, found_in(cell), ALLOWED)
