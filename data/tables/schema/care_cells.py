"""Cells of the seldom columns as fields of clients, visits and carers, and back again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

from data.matter_model import Matter, StaffNote
from data.model import DATE_MAX, Client, Staff, Visit
from data.tables.schema.care_columns import (
    CLIENT_CARE,
    CONTACT_STATUS_SV,
    LAYERS_SV,
    STAFF_CARE,
    VISIT_CARE,
)
from data.tables.schema.clock_times import StandardMinutes
from data.tables.schema.matter_tables import MATTERS_SV, NOTES_SV
from data.units import clock

Cell = str | int | float | bool | dt.date | None
"""What a cell of a table is written with."""
CLIENT_NAMES: Final = tuple(column.name for column in CLIENT_CARE)
VISIT_NAMES: Final = tuple(column.name for column in VISIT_CARE)
STAFF_NAMES: Final = tuple(column.name for column in STAFF_CARE)

EXPERIENCE: Final = "erfarenhet"
"""The skill that a level of experience is asked for as (MA-43)."""


def client_fields(values: Sequence[Any]) -> dict[str, Any]:
    """Fields of a client from the cells of `CLIENT_NAMES`."""
    (alarm, is_65, status, phone, smoker, experience, alarms, more, evening, kontaktman,
     skills, floor, flat, code) = values  # fmt: skip
    return {
        "alarm_only": bool(alarm), "is_65": is_65, "contact_status": status or "",
        "phone_on_delay": bool(phone), "smoker": bool(smoker),
        "experience_min": experience or 0, "alarms_week": alarms or 0,
        "co_contacts": frozenset(more or ()), "evening_vice_id": evening or "",
        "kontaktman": bool(kontaktman),
        "wished_skills": skills or frozenset(), "floor": floor or "", "flat": flat or "",
        "door_code": code or "",
    }  # fmt: skip


def visit_fields(values: Sequence[Any], duration_s: int) -> dict[str, Any]:
    """Fields of a visit from the cells of `VISIT_NAMES`; the staff's estimate is planned."""
    pause_from, pause_to, estimate_s, in_frame, layer = values
    words = duration_s.words if isinstance(duration_s, StandardMinutes) else ""
    return {
        "pause_from": pause_from, "pause_to": pause_to, "standard": words,
        "ordered_s": int(duration_s) if estimate_s else 0,
        "duration_s": int(estimate_s or duration_s), "in_frame": in_frame is not False,
        "layer": layer or "",
    }  # fmt: skip


def staff_fields(values: Sequence[Any]) -> dict[str, Any]:
    """Fields of a carer from the cells of `STAFF_NAMES`."""
    averse, experience, hourly, patrol, layer = values
    return {
        "smoke_averse": bool(averse), "experience": experience or 0, "hourly": bool(hourly),
        "patrol_id": patrol or "", "layer": layer or "",
    }  # fmt: skip


def experience_skills(experience: int) -> dict[str, dt.date]:
    """The skills that a carer's experience stands for: her own level and those below it."""
    return {f"{EXPERIENCE} {level}": DATE_MAX for level in range(1, experience + 1)}


def own_skills(skills: Mapping[str, Any] | frozenset[str]) -> list[str]:
    """The skills that the tables name, in order, without those of experience."""
    return sorted(skill for skill in skills if not skill.startswith(f"{EXPERIENCE} "))


def client_cells(client: Client) -> dict[str, Cell]:
    """The cells of `CLIENT_NAMES`; empty where the default holds."""
    return {
        "alarm_only": client.alarm_only or None, "is_65": client.is_65,
        "contact_status": CONTACT_STATUS_SV.get(client.contact_status),
        "phone_on_delay": client.phone_on_delay or None, "smoker": client.smoker or None,
        "experience_min": client.experience_min or None,
        "alarms_week": client.alarms_week or None,
        "co_contacts": "; ".join(sorted(client.co_contacts)) or None,
        "evening_vice_id": client.evening_vice_id or None,
        "kontaktman": client.kontaktman or None,
        "wished_skills": "; ".join(sorted(client.wished_skills)) or None,
        "floor": client.floor or None, "flat": client.flat or None,
        "door_code": client.door_code or None,
    }  # fmt: skip


def visit_cells(visit: Visit) -> dict[str, Cell]:
    """The cells of `VISIT_NAMES`, the estimate apart; empty where the default holds."""
    return {
        "pause_from": visit.pause_from, "pause_to": visit.pause_to,
        "in_frame": None if visit.in_frame else False, "layer": LAYERS_SV.get(visit.layer),
    }  # fmt: skip


def staff_cells(carer: Staff) -> dict[str, Cell]:
    """The cells of `STAFF_NAMES`; empty where the default holds."""
    return {
        "smoke_averse": carer.smoke_averse or None, "experience": carer.experience or None,
        "hourly": carer.hourly or None, "patrol_id": carer.patrol_id or None,
        "layer": LAYERS_SV.get(carer.layer),
    }  # fmt: skip


def matter_row(matter: Matter) -> dict[str, Cell]:
    """One row of the table Ärenden."""
    return {
        "kind": MATTERS_SV[matter.kind], "day": matter.day, "client_id": matter.client_id,
        "visit_id": matter.visit_id, "staff_id": matter.staff_id, "tutor_id": matter.tutor_id,
        "until": matter.until, "clock": None if matter.clock_s is None else clock(matter.clock_s),
        "done_on": matter.done_on,
    }  # fmt: skip


def note_row(note: StaffNote) -> dict[str, Cell]:
    """One row of the table Synpunkter."""
    minutes = note.minutes_s // 60 if note.minutes_s % 60 == 0 else note.minutes_s / 60
    return {
        "kind": NOTES_SV[note.kind], "day": note.day, "client_id": note.client_id,
        "visit_id": note.visit_id, "noted_by": note.noted_by, "minutes": minutes or None,
        "clock": None if note.clock_s is None else clock(note.clock_s), "text": note.text,
        "accepted": note.is_accepted, "decided_by": note.decided_by, "decided_on": note.decided_on,
    }  # fmt: skip
