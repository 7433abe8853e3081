"""Rows of the night (22–07): told apart from the day's, with hours that count on past midnight.

A night is of the date on which it begins: 02:00 of Tuesday's night is 26:00 of Tuesday. The night
is planned as a layer of its own, and so are rows with another layer's name (`data.layers`).
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from data.layers.layer_kinds import LAYERS
from data.matter_model import LayerKind
from data.model import NIGHT, Shift
from data.tables.parsed import Findings, ParsedSheet
from data.units import DAY_S, HOUR_S, NOON_S, DayHours

_EVENING_S: Final = 18 * HOUR_S
_LATE_S: Final = 20 * HOUR_S
_MORNING_S: Final = 6 * HOUR_S
_FORENOON_S: Final = 11 * HOUR_S
"""Hours that tell a night from a day where only clock times stand; by reason, not tuned. A shift
that begins at 18 or later and ends by 11 is a night's, with a handover at both ends too (22–07);
what begins between 6 and 18 is a day's. A window may open before 22, so it counts from 20.
"""


def is_night_shift(start_s: int | None, end_s: int | None) -> bool:
    """Whether a shift goes on past midnight, from the evening into the morning."""
    if start_s is None or end_s is None:
        return False
    return start_s >= _EVENING_S and 0 < end_s <= _FORENOON_S


def is_by_day(start_s: int | None, end_s: int | None) -> bool:
    """Whether a line of somebody who works nights is one by day, as a course is."""
    if start_s is None or end_s is None:
        return False
    return _MORNING_S <= start_s < min(end_s, _EVENING_S)


def is_night_visit(
    earliest_s: int | None, latest_s: int | None, shift: str | None, hours: DayHours
) -> bool:
    """Whether a visit is the night's: by its shift, or by a window that lies in the night."""
    if shift == "night":
        return True
    if earliest_s is None or latest_s is None:
        return earliest_s is not None and earliest_s >= hours.evening_to_s
    passes_midnight = earliest_s >= _LATE_S and latest_s < earliest_s and latest_s <= _FORENOON_S
    return earliest_s >= hours.evening_to_s or passes_midnight or 0 <= latest_s < _MORNING_S


def of_night(clock_s: int | None) -> int | None:
    """A clock time in the night's own hours: those of the morning count on past 24."""
    return clock_s + DAY_S if clock_s is not None and clock_s < NOON_S else clock_s


def night_window(
    earliest_s: int | None, latest_s: int | None, duration_s: int, hours: DayHours
) -> tuple[int, int]:
    """Earliest and latest start of a visit of the night, in the night's own hours.

    What stands with the night's shift and an evening time begins when the night does.
    """
    first = of_night(earliest_s)
    last = of_night(latest_s)
    begins_s = hours.evening_to_s
    first = begins_s if first is None or first < hours.evening_from_s else first
    last = max(first, hours.night_to_s - duration_s) if last is None else last
    return (first, last) if last > DAY_S else (max(first, begins_s), max(last, begins_s))


def night_shift(
    staff_id: str, date: dt.date, start_s: int | None, end_s: int | None, hours: DayHours
) -> Shift:
    """A shift of the night: 22–07 without times; one after midnight is of the date before."""
    start_s = hours.evening_to_s if start_s is None else start_s
    end_s = hours.night_to_s if end_s is None else end_s
    if start_s < NOON_S:
        date, start_s = date - dt.timedelta(1), start_s + DAY_S
    while end_s <= start_s:
        end_s += DAY_S
    return Shift(staff_id, date, start_s, end_s, "work", NIGHT, hours)


def note_layer(sheet: ParsedSheet, what: str, layer: LayerKind | str, findings: Findings) -> None:
    """Count a row of a layer, and tell of the kind once a sheet; of the day's own there is none.

    Parameters
    ----------
    what : str
        ``besök``, ``pass`` or ``personal``.
    """
    if not layer:
        return
    words = LAYERS[layer]  # type: ignore[index]
    name = f"{words.rows}{what}"
    text = f"{name}: planeras som ett eget lager"
    if not sheet.read.counts[text]:
        how = (
            "Natten (22–07) planeras för sig, i mappen natt; kvittot säger hur många. "
            "En natt hör till det datum då den börjar."
            if layer == "night"
            else f"{words.title} planeras för sig, i mappen {words.folder}; kvittot säger hur "
            "många."
        )
        findings.warnings.append(sheet.fault(0, "", f"{name} finns", how, warn=True))
    sheet.read.counts[text] += 1
