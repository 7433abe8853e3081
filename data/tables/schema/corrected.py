"""Which cells were put right: written in another way than the contract's, and understood."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from data.tables.files.raw import Cell
from data.tables.schema import cells, how_often
from data.tables.schema import clock_times as times
from data.tables.schema.cells import Parser

_DATE: Final = re.compile(r"\s*\d{4}-\d\d-\d\d(?:[ T]00:00(?::00)?)?\s*")
_DAY: Final = "(?:mån|tis|ons|tors?|fre|lör|sön)"
_SPAN: Final = f"{_DAY}(?:-{_DAY})?"
_PLAIN: Final[Mapping[Parser, tuple[str, re.Pattern[str]]]] = {
    times.date: ("datum", _DATE), times.day_planned: ("datum", _DATE),
    times.clock_s: ("klockslag", re.compile(r"\s*\d\d?:\d\d(?::\d\d)?\s*")),
    cells.number: ("tal", re.compile(r"\s*[-+]?\d+(?:[.,]\d+)?\s*")),
    times.minutes_as_s: ("tal", re.compile(r"\s*(?:\d+(?:[.,]\d+)?|schablon|ramtid|nivå \d)\s*")),
    how_often.weekdays: ("veckodagar", re.compile(
        rf"\s*(?:\d+ av )?(?:alla dagar|vardagar|helg|{_SPAN}(?:[,;] ?{_SPAN})*)\s*",
        re.IGNORECASE,
    )),
    cells.postcode: ("postnummer", re.compile(r"\s*\d{3} ?\d\d\s*")),
}  # fmt: skip
"""By parser: what its cells are, and how they are written in the contract."""


def kind_of(parse: Parser) -> str:
    """What the cells of a column are called."""
    return _PLAIN[parse][0]


def may_be_odd(parse: Parser) -> bool:
    """Whether cells of a kind can be written in another way at all."""
    return parse in _PLAIN


def is_odd(parse: Parser, cell: Cell) -> bool:
    """Whether a cell that ``parse`` understood is written in another way than the contract's."""
    if parse not in _PLAIN or not isinstance(cell, (str, int, float)) or isinstance(cell, bool):
        return False
    if not isinstance(cell, str) and parse not in {times.date, times.day_planned}:
        return parse is times.clock_s and isinstance(cell, (int, float)) and cell >= 1
    return not _PLAIN[parse][1].fullmatch(str(cell))
