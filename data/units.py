"""Units and their conversions: seconds of a service day, modes of travel, the metric CRS.

Times are integer seconds since the service day's midnight (Europe/Stockholm). Distances are
metres. Nothing else in the project invents a unit.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

EPSG_SWEREF99_TM: Final = 3006
TIMEZONE: Final = "Europe/Stockholm"

MINUTE_S: Final = 60
HOUR_S: Final = 3600
DAY_S: Final = 86_400

DAY_FROM_S: Final = 7 * HOUR_S
EVENING_FROM_S: Final = 15 * HOUR_S
"""A visit whose window begins now or later is the evening's (LU-28: day 07–15, evening 15–22)."""
EVENING_TO_S: Final = 22 * HOUR_S
"""Night begins, which is a layer of its own."""
NOON_S: Final = 12 * HOUR_S
"""Twelve on the clock: a time before it, where a night's is meant, is of the morning after."""


@dataclass(frozen=True, slots=True)
class DayHours:
    """When a municipality's day and evening are: ``[hours]`` of its settings (LU-28).

    A visit whose window begins at ``evening_from_s`` or later is the evening's, one at
    ``evening_to_s`` or later the night's. The day may go on after the evening has begun. A shift
    that begins at ``noon_s`` or later is an evening's, and heavy tasks are counted by the halves
    that it makes of the day (MA-34).
    """

    day_from_s: int = DAY_FROM_S
    day_to_s: int = EVENING_FROM_S
    evening_from_s: int = EVENING_FROM_S
    evening_to_s: int = EVENING_TO_S
    noon_s: int = NOON_S

    @property
    def night_to_s(self) -> int:
        """Where the night ends, in its own hours: when the day of the next date begins."""
        return DAY_S + self.day_from_s

    @property
    def shift_s(self) -> tuple[int, int]:
        """Seconds of a whole day shift and of a whole evening shift."""
        return self.day_to_s - self.day_from_s, self.evening_to_s - self.evening_from_s

    def span(self, shift: str | None, about_s: int) -> tuple[int, int]:
        """From and to of ``day``, ``evening`` or ``both``; of the one about then without a name."""
        if shift == "both":
            return self.day_from_s, self.evening_to_s
        if shift == "evening" or (shift is None and about_s >= self.evening_from_s):
            return self.evening_from_s, self.evening_to_s
        return self.day_from_s, self.day_to_s


DAY_HOURS: Final = DayHours()
"""Lund's: day 07–15, evening 15–22, halves by 12:00."""
MODES: Final[tuple[str, ...]] = ("walk", "bike", "ebike", "car")
"""Modes of travel, in the order of their codes in every array."""

UNREACHABLE_S: Final = 1_000_000_000
"""Travel time between points with no way between them; any time this large is no way."""

WEEKDAYS_SV: Final[tuple[str, ...]] = ("mån", "tis", "ons", "tor", "fre", "lör", "sön")

_SWEDISH_SIGNS = str.maketrans({",": "\N{NO-BREAK SPACE}", ".": ",", "-": "\N{MINUS SIGN}"})
_CLOCK = re.compile(r"^(\d{1,2})(?:[:.](\d{2})(?:[:.](\d{2}))?)?$")


def clock(time_s: int) -> str:
    """Seconds since midnight as ``HH:MM``, rounded down; past midnight counts on (24:30)."""
    return f"{time_s // HOUR_S:02d}:{time_s % HOUR_S // MINUTE_S:02d}"


def number_text(value: float | None, n_decimals: int = 0, *, is_change: bool = False) -> str:
    """A number as Swedes write it: comma, thousands apart, minus sign; – where there is none.

    ``is_change`` puts a plus before more.
    """
    if value is None:
        return "–"
    text = f"{round(value, n_decimals) or 0:{'+' if is_change and value else ''},.{n_decimals}f}"
    return text.translate(_SWEDISH_SIGNS)


def minutes_apart(got_s: int, wanted_s: int) -> tuple[int, int]:
    """Two unlike times as whole minutes, rounded away from each other: they never read alike."""
    up = -1 if got_s > wanted_s else 1
    return up * (up * got_s // MINUTE_S), -up * (-up * wanted_s // MINUTE_S)


def clocks_apart(got_s: int, wanted_s: int) -> tuple[str, str]:
    """Two unlike times as ``HH:MM``, as `minutes_apart`: a minute late never reads as in time."""
    got, wanted = minutes_apart(got_s, wanted_s)
    return clock(got * MINUTE_S), clock(wanted * MINUTE_S)


def wall_s(time_s: int) -> int:
    """A time of a night as the clock on the wall has it: 26:10 is 02:10."""
    return time_s - DAY_S if time_s > DAY_S else time_s


def wall_clock(time_s: int) -> str:
    """As `clock`, but past midnight as the clock on the wall."""
    return clock(wall_s(time_s))


def utc_moment(day: dt.date, time_s: int) -> dt.datetime:
    """A day's wall-clock time in Sweden as UTC: right on days of 23 and 25 hours too."""
    later, rest = divmod(time_s, DAY_S)
    clock_time = dt.time(rest // HOUR_S, rest % HOUR_S // MINUTE_S, rest % MINUTE_S)
    local = dt.datetime.combine(day + dt.timedelta(later), clock_time, ZoneInfo(TIMEZONE))
    return local.astimezone(dt.UTC)


@lru_cache(maxsize=2 * DAY_S)
def clock_exact(time_s: int) -> str:
    """Seconds since midnight as ``HH:MM:SS``; nothing is rounded away."""
    return f"{time_s // HOUR_S:02d}:{time_s % HOUR_S // MINUTE_S:02d}:{time_s % MINUTE_S:02d}"


def seconds_of(text: str) -> int:
    """Parse ``H``, ``HH:MM``, ``HH.MM``, ``HHMM`` or ``HH:MM:SS`` into seconds since midnight.

    ``kl`` before and ``24:00`` are understood.

    Raises
    ------
    ValueError
        Where the text is no time of day from 00:00 to 24:00.
    """
    bare = text.strip().lower().removeprefix("kl.").removeprefix("kl").strip()
    if re.fullmatch(r"\d{4}", bare):
        bare = f"{bare[:2]}:{bare[2:]}"
    match = _CLOCK.match(bare)
    if match is None:
        raise ValueError("inte ett klockslag")
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    time_s = hours * HOUR_S + minutes * MINUTE_S + seconds
    if minutes > 59 or seconds > 59 or time_s > DAY_S:
        raise ValueError("inte ett klockslag")
    return time_s
