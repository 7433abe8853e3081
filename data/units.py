"""Units and their conversions: seconds of a service day, modes of travel, the metric CRS.

Times are integer seconds since the service day's midnight (Europe/Stockholm). Distances are
metres. Nothing else in the project invents a unit.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

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
NIGHT_TO_S: Final = 31 * HOUR_S
"""Night ends: at 07:00 of the date after the one that it is of."""
DAY_SHIFT_S: Final = EVENING_FROM_S - DAY_FROM_S
EVENING_SHIFT_S: Final = EVENING_TO_S - EVENING_FROM_S
NOON_S: Final = 12 * HOUR_S
"""A shift that begins now or later is an evening's; heavy tasks are counted by half-days from here
(MA-34)."""
HANDOVER_NOT_UNDER_S: Final = 3 * HOUR_S
"""A shorter shift has no handover (LU-40): a help for an hour or two has nothing to hand over."""
MODES: Final[tuple[str, ...]] = ("walk", "bike", "ebike", "car")
"""Modes of travel, in the order of their codes in every array."""

UNREACHABLE_S: Final = 1_000_000_000
"""Travel time between points with no way between them; any time this large is no way."""

WEEKDAYS_SV: Final[tuple[str, ...]] = ("mån", "tis", "ons", "tor", "fre", "lör", "sön")

_CLOCK = re.compile(r"^(\d{1,2})(?:[:.](\d{2})(?:[:.](\d{2}))?)?$")


def clock(time_s: int) -> str:
    """Seconds since midnight as ``HH:MM``, rounded down; past midnight counts on (24:30)."""
    return f"{time_s // HOUR_S:02d}:{time_s % HOUR_S // MINUTE_S:02d}"


def wall_s(time_s: int) -> int:
    """A time of a night as the clock on the wall has it: 26:10 is 02:10."""
    return time_s - DAY_S if time_s > DAY_S else time_s


def wall_clock(time_s: int) -> str:
    """As `clock`, but past midnight as the clock on the wall."""
    return clock(wall_s(time_s))


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
