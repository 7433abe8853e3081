"""What a staff sheet says about a stop, in words, the same on paper, phone, GPX and calendar."""

from __future__ import annotations

import datetime as dt

from data.units import MINUTE_S, wall_clock
from maps.paper.sheet_view import Sheet, SheetStop


def heading(sheet: Sheet, words: dict[str, str]) -> str:
    """Who, when."""
    return words["sheet_heading"].format(
        staff=sheet.staff_id,
        date=_date(sheet),
        weekday=words[f"weekday_{sheet.day.weekday()}"],
        part=words[f"part_{sheet.part}"].lower(),
    )


def _date(sheet: Sheet) -> str:
    """The date, or both dates of a night."""
    if sheet.part != "night":
        return sheet.day.isoformat()
    return f"{sheet.day.isoformat()}–{(sheet.day + dt.timedelta(1)).isoformat()}"


def times(stop: SheetStop, words: dict[str, str]) -> str:
    """An interval for visits, exact times for breaks and meetings."""
    span = f"{wall_clock(stop.from_s)}–{wall_clock(stop.to_s)}"
    if stop.kind == "visit":
        return words["about"].format(times=span)
    return span if stop.to_s > stop.from_s else wall_clock(stop.from_s)


def what(stop: SheetStop, words: dict[str, str]) -> str:
    """The client and the task, or the break."""
    if stop.kind != "visit":
        return words[f"kind_{stop.kind}"]
    return words["client_heading"].format(id=stop.client_id)


def task(stop: SheetStop, words: dict[str, str]) -> str:
    """The planning type of the visit."""
    return words.get(f"task_{stop.task}", stop.task) if stop.task else ""


def leg_text(stop: SheetStop, words: dict[str, str]) -> str:
    """The leg to the stop: mode, minutes on the streets, minutes to the door (FA-11)."""
    if stop.is_digital:
        return ""
    if stop.travel_s is None:
        return words["way_hidden"]
    parts = []
    if stop.travel_s > 0:
        mode = words.get(f"mode_{stop.mode}", stop.mode)
        parts.append(f"{mode} {words['travel_minutes'].format(n=_minutes(stop.travel_s))}")
    if stop.access_s:
        parts.append(words["access_minutes"].format(n=_minutes(stop.access_s)))
    return ", ".join(parts)


def _minutes(seconds: int) -> int:
    return max(1, round(seconds / MINUTE_S))


def notes(stop: SheetStop, words: dict[str, str]) -> list[str]:
    """What to know at the door; nothing about health."""
    if stop.kind != "visit":
        return []
    sentences = [
        (stop.is_digital, "digital"),
        (stop.tier == "contact", "you_are_contact"),
        (stop.carers > 1, "two_carers"),
        (stop.is_flat, "note_flat"),
        (stop.has_key, "note_key"),
        (stop.has_pets, "note_pets"),
        (stop.phone_on_delay, "note_phone"),
    ]
    return [words[key] for is_so, key in sentences if is_so]
