"""Calendars (iCalendar, RFC 5545): a carer's shift, and a client's next visits by the contact."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from data.atomic import write_bytes
from data.model import Municipality
from data.plans import RoundPlan, TeamPlan
from data.units import utc_moment
from maps.common.sanitising import visible
from maps.common.texts import texts
from maps.paper.sheet_view import INTERVAL_S, QUARTER_S, Sheet
from maps.paper.sheet_words import leg_text, notes, task, times, what

LINE_OCTETS = 75


@dataclass(frozen=True, slots=True)
class Event:
    """Something in a calendar; seconds are since the day's midnight, Swedish time."""

    day: dt.date
    start_s: int
    end_s: int
    summary: str
    description: str = ""
    location: str = ""


def calendar(events: Iterable[Event], *, name: str, stamp_day: dt.date) -> bytes:
    """A whole calendar as a file's content; the same for the same events.

    ``stamp_day`` stands as the time of making (DTSTAMP), so that no clock is read.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Hemrunda//SV",
        "CALSCALE:GREGORIAN",
        f"NAME:{_escaped(name)}",
    ]
    stamp = f"{stamp_day:%Y%m%d}T000000Z"
    for event in events:
        key = repr((event.day, event.start_s, event.end_s, event.summary)).encode(
            "utf-8", "surrogatepass"
        )
        lines += [
            "BEGIN:VEVENT",
            f"UID:{hashlib.sha256(key).hexdigest()[:32]}@hemrunda",
            f"DTSTAMP:{stamp}",
            f"DTSTART:{_utc(event.day, event.start_s)}",
            f"DTEND:{_utc(event.day, event.end_s)}",
            f"SUMMARY:{_escaped(event.summary)}",
        ]
        if event.description:
            lines.append(f"DESCRIPTION:{_escaped(event.description)}")
        if event.location:
            lines.append(f"LOCATION:{_escaped(event.location)}")
        lines += ["CLASS:CONFIDENTIAL", "END:VEVENT"]
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def write_sheet_ics(path: Path, sheet: Sheet, *, language: str = "sv") -> None:
    """Write a carer's shift: one event for each stop, each as long as it is planned.

    Raises
    ------
    StoreError
        Where the file cannot be written.
    """
    words = texts(language)
    events = [
        Event(
            sheet.day,
            stop.start_s,
            stop.end_s,
            f"{stop.number}. {what(stop, words)}" if stop.number else what(stop, words),
            "\n".join(
                filter(None, [
                    times(stop, words) if stop.number else "", task(stop, words),
                    leg_text(stop, words), *notes(stop, words),
                ])
            ),
            stop.address,
        )
        for stop in sheet.stops
        if stop.end_s > stop.start_s
    ]  # fmt: skip
    content = calendar(events, name=words["sheet"], stamp_day=sheet.day)
    write_bytes(Path(path), content)


def next_contact_visits(
    municipality: Municipality,
    team_plan: TeamPlan,
    round_plan: RoundPlan,
    client_id: str,
    *,
    language: str = "sv",
) -> tuple[Event, ...]:
    """When the client's contact comes, so that others can come then too (NO-28).

    Half an hour by whole quarters around the planned start. Protected clients get none (C7).
    """
    if municipality.client_by_id[client_id].protected:
        return ()
    contact = team_plan.contact.get(client_id)
    summary = texts(language)["contact_visit"].format(id=client_id)
    starts = [
        (row.date, (row.start_s - QUARTER_S // 2) // QUARTER_S * QUARTER_S)
        for row in round_plan.rows
        if row.kind == "visit" and row.client_id == client_id and row.staff_id == contact
    ]
    return tuple(Event(day, begin, begin + INTERVAL_S, summary) for day, begin in starts)


def write_next_contact_visits(
    path: Path,
    *,
    municipality: Municipality,
    team_plan: TeamPlan,
    round_plan: RoundPlan,
    client_id: str,
    language: str = "sv",
) -> None:
    """Write the client's next visits by the contact as a calendar.

    Raises
    ------
    StoreError
        Where the file cannot be written.
    """
    events = next_contact_visits(municipality, team_plan, round_plan, client_id, language=language)
    name = texts(language)["contact"]
    content = calendar(events, name=name, stamp_day=round_plan.dates[0])
    write_bytes(Path(path), content)


def _utc(day: dt.date, seconds: int) -> str:
    return f"{utc_moment(day, seconds):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    lines = [visible(line) for line in text.split("\n")]
    joined = "\n".join(lines).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return joined.replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """A content line in pieces of at most 75 octets, never inside a letter (F10)."""
    if len(whole := line.encode("utf-8")) <= LINE_OCTETS:
        return whole + b"\r\n"
    pieces: list[bytes] = [b""]
    for letter in line:
        octets = letter.encode("utf-8")
        if len(pieces[-1]) + len(octets) > LINE_OCTETS:
            pieces.append(b" ")
        pieces[-1] += octets
    return b"\r\n".join(pieces) + b"\r\n"
