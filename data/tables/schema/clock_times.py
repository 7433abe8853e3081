"""Dates, clocks and lengths of time in cells, in all the ways that people and systems write them.

As in `data.tables.schema.cells`, a parser raises ``ValueError`` for what it does not understand.
Moments with a time zone are Swedish time (`data.tables.files.instants`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from data.model import DATE_MAX, TimeLag
from data.tables.files.instants import swedish
from data.tables.schema.cells import (
    NO_SKILL,
    SEPARATORS,
    YES_NO,
    identifier,
    number,
    tidy,
    unescape_formula,
    word,
)
from data.units import DAY_S, HOUR_S, MINUTE_S, NOON_S, seconds_of

UNITS_S: Final[Mapping[str, int]] = {
    **dict.fromkeys(("tim", "timme", "timmar", "timma", "h", "t", "hour", "hours", "hrs", "hr"),
                    HOUR_S),
    **dict.fromkeys(("min", "minut", "minuter", "m", "minute", "minutes", "mins"), MINUTE_S),
    **dict.fromkeys(("s", "sek", "sekund", "sekunder", "sec", "second", "seconds"), 1),
}  # fmt: skip
"""Words for units of time, in seconds."""
_ABOUT: Final = re.compile(r"(?:(?:ca|c:a|cirka|circa)\b\.?|~|≈)\s*(?=[\d½¼¾p])", re.IGNORECASE)
_PER_VISIT: Final = re.compile(r"\s*(?:/|per )\s*(?:gång|besök|tillfälle)$", re.IGNORECASE)
_ISO_LENGTH: Final = re.compile(r"p(?:0d)?t(?:(\d{1,2})h)?(?:(\d{1,4})m)?(?:(\d{1,5})s)?")
_LENGTHS_IN_WORDS: Final[Mapping[str, int]] = {
    **dict.fromkeys(("kvart", "en kvart", "1 kvart"), 15 * MINUTE_S),
    **dict.fromkeys(("halvtimme", "en halvtimme", "en halv timme", "halv timme"), 30 * MINUTE_S),
    **dict.fromkeys(("tre kvart", "3 kvart", "trekvart"), 45 * MINUTE_S),
    **dict.fromkeys(("en timme", "timme"), HOUR_S),
    **dict.fromkeys(("en och en halv timme", "halvannan timme"), 90 * MINUTE_S),
    **dict.fromkeys(("två timmar",), 2 * HOUR_S),
}  # fmt: skip
_LENGTH: Final = re.compile(
    r"(\d+(?:[.,]\d+)?|(?:\d+\s?)?[½¼¾])\s*([a-zåäö]+)\.?\s*"
    r"(?:(?:och|,)?\s*(\d+(?:[.,]\d+)?)\s*([a-zåäö]*)\.?)?"
)
_HOURS_MINUTES: Final = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?")
_INSTANT: Final = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?(?:Z|UTC|[-+]\d\d(?::?\d\d)?))?"
)
_MONTHS: Final[Mapping[str, int]] = {
    name: month
    for month, names in enumerate(
        (
            "jan januari january", "feb februari february", "mar mars march", "apr april",
            "maj may mai", "jun juni june", "jul juli july", "aug augusti august",
            "sep sept september", "okt oktober oct october", "nov november",
            "dec december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_WEEKDAY: Final = re.compile(
    r"^(?:må|mån|måndag|ti|tis|tisdag|on|ons|onsdag|to|tor|tors|torsdag|fr|fre|fredag|lö|lör|"
    r"lördag|sö|sön|söndag|mon|tue|wed|thu|fri|sat|sun)\.?(?:en)?,?\s+(?:den\s+)?(?=\d)"
)
_DAY_MONTH: Final = re.compile(
    r"(?:den )?(?P<day>\d{1,2})(?:[:.]?[ea])?[ .-]{1,2}(?P<month>[a-zåäö]+)\.?[ ,-]{1,2}[-']?"
    r"(?P<year>\d{4}|\d\d)"
)
_MONTH_DAY: Final = re.compile(r"(?P<month>[a-z]+)\.? (?P<day>\d{1,2}),? (?P<year>\d{4})")


def instant(text: str) -> dt.datetime | None:
    """A date with a time of day written as ISO 8601, with or without a zone, as Swedish time.

    None for any other text, a moment that no calendar has among them.
    """
    bare = text.strip()
    if len(bare) < 16 or not _INSTANT.fullmatch(bare):
        return None
    bare = bare.replace(" UTC", "Z").replace("UTC", "Z").replace(",", ".")
    bare = re.sub(r" (?=[-+Z])", "", bare)
    try:
        return swedish(dt.datetime.fromisoformat(bare))
    except (ValueError, OverflowError):
        return None


def is_moment(cell: object) -> bool:
    """Whether a cell holds a date and a time of day."""
    if isinstance(cell, str):
        return instant(cell) is not None
    return isinstance(cell, dt.datetime) and cell.year > 1900


def is_clock_or_minutes(cell: object) -> bool:
    """Whether a cell may say when something ends or how many minutes it takes."""
    if isinstance(cell, bool):
        return False
    if isinstance(cell, int | float):
        return 0 < cell <= DAY_S // MINUTE_S
    if isinstance(cell, str):
        text = cell.strip()
        is_clock = re.fullmatch(r"\d{1,2}[:.]\d\d(?:[:.]\d\d)?|\d{1,3}(?: ?min)?", text)
        return bool(is_clock) or is_moment(text)
    return isinstance(cell, dt.datetime | dt.time | dt.timedelta)


FRAME: Final = "ramtid"


def without_about(text: str) -> str:
    """A length without the "ca" before it: what is about half an hour is planned as that."""
    return _ABOUT.sub("", text.strip(), count=1)


_STANDARD: Final = re.compile(r"schablon|schablontid|ramtid|(?:schablon )?nivå ?([1-9])")


class StandardMinutes(int):
    """A length that is written by words, in seconds once they are known; a minute before that.

    Attributes
    ----------
    words : str
        ``schablon``, ``nivå 2`` or ``ramtid``.
    level : int
        0 where the words name none.
    """

    words: str
    level: int = 0

    @classmethod
    def of(cls, seconds: int, words: str) -> StandardMinutes:
        """A length of ``seconds`` that ``words`` stood for."""
        minutes = cls(seconds)
        minutes.words = words
        minutes.level = int(words[-1]) if words[-1].isdigit() else 0
        return minutes


def _standard(text: str) -> StandardMinutes | None:
    match = _STANDARD.fullmatch(" ".join(text.casefold().split()))
    if match is None:
        return None
    level, is_frame = match.group(1), text.casefold().strip() == FRAME
    words = f"nivå {level}" if level else FRAME if is_frame else "schablon"
    return StandardMinutes.of(MINUTE_S, words)


def length_s(unit_s: int) -> _Length:
    """Parser of a length of time whose bare numbers are in units of ``unit_s`` seconds."""
    return _Length(unit_s)


class _Length:
    """A parser of lengths; equal to another of the same unit, so that parsers can be compared."""

    def __init__(self, unit_s: int) -> None:
        self.unit_s = unit_s

    def __call__(self, value: object) -> int:
        if isinstance(value, str) and (standard := _standard(value)) is not None:
            return standard
        if isinstance(value, str) and not value.isdigit():
            value = _PER_VISIT.sub("", without_about(value))
        if isinstance(value, dt.timedelta):
            seconds = round(value.total_seconds())
        elif isinstance(value, str) and _HOURS_MINUTES.fullmatch(value.strip()):
            seconds = seconds_of(value)
        elif isinstance(value, str) and (said := _said_s(value)) is not None:
            seconds = said
        else:
            seconds = round(number(value) * self.unit_s)
        if not 0 < seconds <= DAY_S:
            raise ValueError("utanför gränserna")
        return seconds


minutes_as_s: Final = _Length(MINUTE_S)
"""Minutes ("40", "12,5"), or what a cell itself says ("0:40", "0,5 tim", "1 h 30 min"), as whole
seconds, more than 0 and at most a day."""


def _said_s(text: str) -> int | None:
    """Seconds of a text that names its units; None where it names none."""
    plain = " ".join(text.casefold().split())
    if plain in _LENGTHS_IN_WORDS:
        return _LENGTHS_IN_WORDS[plain]
    iso = _ISO_LENGTH.fullmatch(plain)
    if iso:
        hours, minutes, seconds = (int(part or 0) for part in iso.groups())
        return hours * HOUR_S + minutes * MINUTE_S + seconds
    match = _LENGTH.fullmatch(plain)
    if match is None:
        return None
    first, unit, second, smaller = match.groups()
    if unit not in UNITS_S or (smaller and smaller not in UNITS_S):
        raise ValueError("en annan enhet")
    total = _amount(first) * UNITS_S[unit]
    if second:
        step = UNITS_S[smaller] if smaller else UNITS_S[unit] // 60
        if step >= UNITS_S[unit] or not step:
            raise ValueError("enheterna går åt fel håll")
        total += _amount(second) * step
    return round(total)


_PARTS: Final = {"½": 0.5, "¼": 0.25, "¾": 0.75}


def _amount(text: str) -> float:
    part = _PARTS.get(text[-1], 0.0)
    whole = text[:-1] if part else text
    return float(whole.strip().replace(",", ".") or 0) + part


def clock_s(value: object) -> int:
    """A time of day since midnight: 8:00, 0800, 8.00, kl 8, 8h00, 8:00 PM, an Excel time, 24:00.

    Of a moment with its date the time of day is taken; that the date is the row's own is for the
    caller to see to.
    """
    if isinstance(value, str):
        moment = instant(value)
        value = value if moment is None else moment
    if isinstance(value, dt.timedelta):
        seconds = round(value.total_seconds())
    elif isinstance(value, dt.datetime):
        seconds = value.hour * 3600 + value.minute * 60 + value.second
    elif isinstance(value, bool):
        raise ValueError("inte ett klockslag")
    elif isinstance(value, int):
        seconds = _clock_number(value)
    elif isinstance(value, float):
        seconds = _clock_decimal(value)
    elif isinstance(value, str):
        seconds = _clock_text(value)
    else:
        raise ValueError("inte ett klockslag")
    if not 0 <= seconds <= DAY_S:
        raise ValueError("inte ett klockslag")
    return seconds


def clock_hours_s(value: object) -> int:
    """The same, where the column's numbers are hours with decimals: 7,75 is 07:45."""
    if isinstance(value, float) and value >= 1:
        return _within_day(round(value * HOUR_S))
    if isinstance(value, str) and re.fullmatch(r"\s*\d{1,2}[.,]\d{1,4}\s*", value):
        return _within_day(round(float(value.replace(",", ".")) * HOUR_S))
    return clock_s(value)


def _within_day(time_s: int) -> int:
    if not 0 <= time_s <= DAY_S:
        raise ValueError("inte ett klockslag")
    return time_s


def _clock_decimal(value: float) -> int:
    """A number with decimals: less than 1 is a share of the day, else hours and hundredths."""
    if 0 <= value < 1:
        return round(value * DAY_S)
    hours, hundredths = divmod(round(value * 100), 100)
    if abs(value * 100 - round(value * 100)) > 1e-6:
        raise ValueError("inte ett klockslag")
    return seconds_of(f"{hours}:{hundredths:02d}")


def _clock_number(value: int) -> int:
    """Whole numbers: 8 is eight o'clock, 800 and 1530 are hours and minutes."""
    return seconds_of(str(value) if value <= 24 else f"{value:04d}")


_HALF_DAY: Final = re.compile(
    r"(?:kl\.? ?)?(\d{1,2})(?:[:.](\d\d)(?:[:.](\d\d))?)? ?(?:(a|f)|[pe])\.?m\.?", re.IGNORECASE
)
"""Clocks of twelve hours, as an English Excel shows them: 7:30 PM; and 7.30 em."""


def _half_day_s(match: re.Match[str]) -> int:
    hour, minute, second = (int(part or 0) for part in match.groups()[:3])
    if not 1 <= hour <= 12 or minute > 59 or second > 59:
        raise ValueError("inte ett klockslag")
    afternoon_s = 0 if match.group(4) else NOON_S
    return afternoon_s + hour * HOUR_S % NOON_S + minute * MINUTE_S + second


def _clock_text(value: str) -> int:
    text = value.strip()
    if text[-1:] in {"m", "M", "."} and (half := _HALF_DAY.fullmatch(" ".join(text.split()))):
        return _half_day_s(half)
    if re.fullmatch(r"\d{1,2}[hH]\d\d", text):
        text = text.replace("h", ":").replace("H", ":")
    if re.fullmatch(r"0[.,]\d{3,}", text):  # an Excel time that was saved as a number
        return round(float(text.replace(",", ".")) * DAY_S)
    if re.fullmatch(r"\d{3}", text):
        text = f"0{text}"
    return seconds_of(text.replace(",", "."))


def date(value: object) -> dt.date:
    """A date: an Excel date, 2026-11-22, 20261122, 261122, 22/11 2026, 22/11-26, 22 nov 26.

    Two digits for a year are read where the date is written with the year first, as Swedes do, or
    where a dash or the name of the month says which number is the year; 30.11.26 is refused.
    """
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    text = tidy(value)
    moment = instant(text)
    if moment is not None:
        return moment.date()
    for pattern in (r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", r"(\d{4})(\d\d)(\d\d)"):
        match = re.fullmatch(pattern, text)
        if match:
            return dt.date(*(int(part) for part in match.groups()))
    match = re.fullmatch(r"(\d\d)(\d\d)(\d\d)", text) or re.fullmatch(r"(\d\d)-(\d\d)-(\d\d)", text)
    if match:  # as Swedes write them: the year first
        year, month, day = (int(part) for part in match.groups())
        return dt.date(2000 + year, month, day)
    return _date_in_words(text)


def day_planned(value: object) -> dt.date:
    """A day of a roster or a plan, which is not of the year 1906 or 2614."""
    day = date(value)
    if not 1950 <= day.year <= 2100:
        raise ValueError("ett datum långt bort")
    return day


def _date_in_words(text: str) -> dt.date:
    """22/11 2026, 22/11-26, 22.11.2026, 22 nov 26, sön 22 november 2026, November 22, 2026."""
    text = text.replace("–", "-").replace("’", "'")
    match = re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[ /.-]{1,2}(\d{4})", text)
    if match is None and (short := re.fullmatch(r"(\d{1,2})/(\d{1,2})[ -]{1,2}-?(\d\d)", text)):
        day, month, year = (int(part) for part in short.groups())
        return dt.date(2000 + year, month, day)
    if match is None:
        return _date_with_month(_WEEKDAY.sub("", text.casefold()))
    day, month, year = (int(part) for part in match.groups())
    return dt.date(year, month, day)


def _date_with_month(text: str) -> dt.date:
    """A date with the month by its name: the day first, or the month as in English."""
    match = _DAY_MONTH.fullmatch(text) or _MONTH_DAY.fullmatch(text)
    parts = match.groupdict() if match else {}
    if parts.get("month") not in _MONTHS:
        raise ValueError("inte ett datum")
    year = int(parts["year"])
    return dt.date(year if year > 99 else 2000 + year, _MONTHS[parts["month"]], int(parts["day"]))


def delegations(value: object) -> tuple[tuple[str, dt.date], ...]:
    """Skills with their last valid date: "läkemedel (2026-12-31); insulin"."""
    parts = SEPARATORS.split(unescape_formula(tidy(value)))
    return tuple(sorted(dict(held for p in parts if (held := _delegation(p))).items()))


@lru_cache(maxsize=5000)
def _delegation(part: str) -> tuple[str, dt.date] | None:
    """One skill and its date; None of no skill."""
    if not part.strip() or part.strip().casefold() in NO_SKILL:
        return None
    match = re.fullmatch(r"\s*([^()]+?)\s*(?:\((?:t\.?o\.?m\.? ?)?([^()]+)\))?\s*", part)
    if match is None:
        raise ValueError("inte en delegering")
    if match.group(1).casefold() in YES_NO:
        raise ValueError("säger inte vilken")
    return word(match.group(1)), date(match.group(2)) if match.group(2) else DATE_MAX


def time_lags(value: object) -> tuple[TimeLag, ...]:
    """Minutes to other visits: "V012:180", "V012:180-300", several by semicolon."""
    lags = []
    for part in re.split(r"[;,|\n]", unescape_formula(tidy(value))):
        if not part.strip():
            continue
        match = re.fullmatch(r"\s*(.+?)\s*:\s*([\d.]+)\s*(?:[-–]\s*([\d.]+))?\s*", part)
        if match is None:
            raise ValueError("inte ett avstånd i tid")
        low_s = round(float(match.group(2)) * 60)
        high_s = round(float(match.group(3)) * 60) if match.group(3) else DAY_S
        if not 0 <= low_s <= high_s <= DAY_S:
            raise ValueError("utanför gränserna")
        lags.append(TimeLag(identifier(match.group(1)), low_s, high_s))
    return tuple(lags)
