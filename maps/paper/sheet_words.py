"""What a staff sheet says about a stop, in words, the same on paper, phone, GPX and calendar."""

from __future__ import annotations

import datetime as dt
from typing import Final

from data.units import MINUTE_S, number_text, wall_clock
from maps.paper.sheet_view import Sheet, SheetStop

KM: Final = 1000
OWN: Final = "●"
"""Stands before clients whose contact the carer is."""


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


def length(stop: SheetStop, words: dict[str, str]) -> str:
    """How long, and about when it is over; nothing but the minutes where nobody is visited."""
    if stop.kind != "visit":
        return ""
    return words["length_done"].format(n=stop.minutes, done=wall_clock(stop.done_s))


def done(stop: SheetStop, words: dict[str, str]) -> str:
    """About when the visit is over."""
    return words["done_about"].format(done=wall_clock(stop.done_s)) if stop.kind == "visit" else ""


def where(stop: SheetStop, words: dict[str, str]) -> str:
    """The address; of one that she is at already, that it is the same; then floor and flat."""
    street = words["same_door"] if stop.is_same_door else stop.address
    return ", ".join(filter(None, [street, home(stop, words)]))


def home(stop: SheetStop, words: dict[str, str]) -> str:
    """Which floor and which flat."""
    floor = words["floor"].format(floor=stop.floor) if stop.floor.isdecimal() else stop.floor
    flat = words["flat"].format(flat=stop.flat) if stop.flat else ""
    return ", ".join(filter(None, [floor, flat]))


def needed(stop: SheetStop, words: dict[str, str]) -> str:
    """Delegations and other skills that the visit asks for, on her own paper and phone only."""
    if not stop.skills:
        return ""
    return words["note_skills"].format(skills=", ".join(stop.skills))


def take_along(sheet: Sheet, words: dict[str, str]) -> str:
    """The clients whose keys she must have with her when she leaves."""
    return words["keys_along"].format(ids=", ".join(sheet.keys)) if sheet.keys else ""


def what(stop: SheetStop, words: dict[str, str]) -> str:
    """The client and the task, or the break."""
    if stop.kind != "visit":
        return words[f"kind_{stop.kind}"]
    mark = f"{OWN} " if stop.tier == "contact" else ""
    return mark + words["client_heading"].format(id=stop.client_id)


def task(stop: SheetStop, words: dict[str, str]) -> str:
    """The planning type of the visit."""
    return words.get(f"task_{stop.task}", stop.task) if stop.task else ""


def leg_text(stop: SheetStop, words: dict[str, str]) -> str:
    """The leg to the stop: mode, minutes and metres on the streets, minutes to the door (FA-11)."""
    if stop.is_digital:
        return ""
    if stop.travel_s is None:
        return words["way_hidden"]
    parts = []
    if stop.travel_s > 0:
        mode = words.get(f"mode_{stop.mode}", stop.mode)
        far = f" ({_far(stop.metres)})" if stop.metres else ""
        parts.append(f"{mode} {words['travel_minutes'].format(n=_minutes(stop.travel_s))}{far}")
    if stop.access_s:
        parts.append(words["access_minutes"].format(n=_minutes(stop.access_s)))
    return ", ".join(parts)


def _far(metres: int) -> str:
    """Metres below a kilometre, else kilometres with a decimal comma."""
    return f"{metres} m" if metres < KM else f"{number_text(metres / KM, 1)} km"


def _minutes(seconds: int) -> int:
    return max(1, round(seconds / MINUTE_S))


def notes(stop: SheetStop, words: dict[str, str]) -> list[str]:
    """What to know at the door; nothing about health."""
    if stop.kind != "visit":
        return []
    sentences = [
        (stop.phone_on_delay, "note_phone"),
        (stop.is_bound, "note_bound"),
        (stop.is_digital, "digital"),
        (stop.carers > 1 and not stop.partners, "two_carers"),
        (stop.is_flat and not stop.flat, "note_flat"),
        (stop.has_key, "note_key"),
        (stop.has_pets, "note_pets"),
    ]
    sentences_shown = [words[key] for is_so, key in sentences if is_so]
    if stop.partners:
        sentences_shown.insert(0, words["meet_mate"].format(staff=", ".join(stop.partners)))
    for who, key in ((stop.relieves, "note_relieves"), (stop.relieved_by, "note_relieved_by")):
        if who:
            sentences_shown.append(words[key].format(staff=who))
    return sentences_shown


def closing(sheet: Sheet, words: dict[str, str]) -> list[str]:
    """What stands under the list: what ● means, what to do when late, what is left out."""
    late = _when_late(sheet, words)
    hidden = words["hidden_stops"].format(n=sheet.n_protected) if sheet.n_protected else ""
    return [line for line in (key_line(sheet, words), late, hidden) if line]


def _when_late(sheet: Sheet, words: dict[str, str]) -> str:
    """Whom to phone, and what else the settings say; empty where they say nothing."""
    phone, advice = sheet.planner_phone, sheet.late_advice
    if phone:
        return words["late_phone"].format(phone=phone, advice=advice or words["late_usual"])
    return words["late_advice"].format(advice=advice) if advice else ""


def key_line(sheet: Sheet, words: dict[str, str]) -> str:
    """What ● means, where there is any on the sheet."""
    is_own = any(stop.tier == "contact" for stop in sheet.visits)
    return f"{OWN} {words['you_are_contact']}" if is_own else ""
