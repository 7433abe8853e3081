"""What a workbook's number format shows: the user means what she sees, not what is stored.

0,75 shown as 75 %, 7 shown as B007, 0,5 shown as ``0,5 tim``, 1,3125 shown as 07:30. The format
codes: ECMA-376 part 1, 18.8.30 and 18.8.31.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import Final

from data.tables.files.raw import Cell, Odd
from data.units import DAY_S

_BUILTIN_DATES: Final = frozenset({*range(14, 18), 22, *range(27, 37), *range(50, 59)})
_BUILTIN_CLOCKS: Final = frozenset({*range(18, 22), 45, 47})
_BUILTIN_HOURS: Final = 46
_BUILTIN_PERCENT: Final = frozenset({9, 10})
_BARE: Final = re.compile(r'"[^"]*"|\\.|[_*].|\[\$[^\]]*\]|\[(?!h|m|s)[^\]]*\]', re.IGNORECASE)
"""What of a format is no code: literals, fillers, locales, colours and conditions."""
_TOKEN: Final = re.compile(
    r'"([^"]*)"|\\(.)|[_*].|\[\$([^\]\-]*)[^\]]*\]|\[[^\]]*\]|(general)|([0#?])|(.)',
    re.IGNORECASE | re.DOTALL,
)
_DIGITS_MAX: Final = 20

DATE: Final = "date"
CLOCK: Final = "clock"
HOURS: Final = "hours"
PERCENT: Final = "percent"
SCALED: Final = "scaled"
_AS: Final = "as:"


def kind_of(number: int, code: str | None) -> str:
    """What a format shows: a date, a clock, hours that go on past 24, and so on; empty: a number.

    Parameters
    ----------
    number : int
        The format's number; below 164 it is built in where ``code`` is None.
    code : str, optional
        The workbook's own code for it.
    """
    if code is None:
        if number in _BUILTIN_DATES:
            return DATE
        if number in _BUILTIN_PERCENT:
            return PERCENT
        if number == _BUILTIN_HOURS:
            return HOURS
        return CLOCK if number in _BUILTIN_CLOCKS else ""
    bare = _BARE.sub("", code.split(";")[0]).lower()
    if bare.strip() in {"general", "@"} and '"' not in code:
        return ""
    if re.search(r"\[[hms]", bare):
        return HOURS
    if re.search(r"[yd]", bare):
        return DATE
    if re.search(r"h|m:s", bare):
        return CLOCK
    if "%" in bare:
        return PERCENT
    if re.search(r"[0#?],+(?:[^0#?,]|$)", bare):
        return SCALED
    return f"{_AS}{code}" if _is_named(code, bare) else ""


def _is_named(code: str, bare: str) -> bool:
    """Whether a number is shown with more than its digits: leading zeros, words, signs between."""
    if re.search(r"[/e]", bare.replace("general", "")):
        return False  # fractions and powers of ten
    words = "".join(a or b or "" for a, b, *_ in _TOKEN.findall(code.split(";")[0]))
    zeros = re.fullmatch(rf"0{{2,{_DIGITS_MAX}}}", re.sub(r"[ \-]", "", bare).strip())
    inner = re.search(r"[0#][^0#?.,;]+[0#]", re.sub(r"[_*].", "", code.split(";")[0]))
    return bool(zeros) or any(sign.isalpha() for sign in words) or bool(zeros and inner)


def shown(number: float, kind: str, epoch: dt.datetime) -> Cell:
    """A stored number as its format shows it.

    Parameters
    ----------
    number : float
    kind : str
        By `kind_of`.
    epoch : datetime
        Day 0 of the workbook.
    """
    if kind in (DATE, CLOCK, HOURS):
        return _moment(number, kind, epoch)
    if kind == PERCENT:
        return f"{number * 100:.12g} %"
    if kind == SCALED:
        return Odd.SCALED
    plain = int(number) if number.is_integer() and abs(number) < 1e15 else number
    return _text(plain, kind[len(_AS) :]) if kind and number >= 0 else plain


def _moment(number: float, kind: str, epoch: dt.datetime) -> Cell:
    if kind == CLOCK and number > 1:  # a day is stored with it, and not shown
        number %= 1
    try:
        if kind == DATE and number >= 1:
            return epoch + dt.timedelta(seconds=round(number * DAY_S))
        return dt.timedelta(seconds=round(number * DAY_S))
    except OverflowError:
        return number


@lru_cache(maxsize=500)
def _parts(section: str) -> tuple[tuple[str, ...], tuple[str, ...], int]:
    """Literals and places of digits of a section, in order, and the number of zeros."""
    places: list[str] = []
    n_zeros = 0
    for quoted, escaped, money, general, digit, other in _TOKEN.findall(section):
        if digit or general:
            places.append("0")
            n_zeros += digit == "0"
        elif other == ",":
            continue
        else:
            places.append(f"={quoted or escaped or money or other}")
    return tuple(places), tuple(p for p in places if p != "0"), n_zeros


def _text(number: float, code: str) -> str:
    """A number of no sign as text by its format."""
    sections = code.split(";")
    section = sections[2] if number == 0 and len(sections) > 2 else sections[0]
    places, _, n_zeros = _parts(section)
    n_digits = places.count("0")
    if not n_digits:
        return "".join(place[1:] for place in places)
    if not isinstance(number, int) or "=." in places:
        first = places.index("0")
        last = len(places) - 1 - places[::-1].index("0")
        written = f"{number:.12g}".replace(".", ",")
        return _joined(places[:first]) + written + _joined(places[last + 1 :])
    digits = f"{number:0{n_zeros}d}"
    rest, left = digits[: max(0, len(digits) - n_digits)], digits[-n_digits:].rjust(n_digits)
    text, end = "", 0
    for place in places:
        if place == "0":
            text += (rest if end == 0 else "") + left[end].strip()
            end += 1
        else:
            text += place[1:]
    return text


def _joined(places: tuple[str, ...]) -> str:
    return "".join(place[1:] for place in places)
