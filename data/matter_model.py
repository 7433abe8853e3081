"""What is dated and must be seen to, and bookings: the municipality's lists beside its tables."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal

from data.units import EVENING_FROM_S

Part = Literal["day", "evening", "night"]
NoteKind = Literal["length", "order", "street", "parking", "lock", "proposal"]
LayerKind = Literal["night", "alarm", "homecoming"]
DecisionKind = Literal["team", "contact", "vice", "twin", "person", "day", "time"]
MatterKind = Literal[
    "contact_change", "welcome", "care_plan", "handover", "takeover", "escort", "temporary",
    "emergency", "day_before", "introduction",
]  # fmt: skip

DATE_MIN = dt.date(1900, 1, 1)
DATE_MAX = dt.date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Matter:
    """Something dated about a client or a carer (ärende) that somebody must see to.

    ``day`` is when it was asked for, begins or takes place, ``until`` its last day; ``done_on``
    when it was seen to. What follows of each kind: `data.care.matters`.
    """

    kind: MatterKind
    day: dt.date
    client_id: str = ""
    visit_id: str = ""
    staff_id: str = ""
    tutor_id: str = ""
    until: dt.date | None = None
    clock_s: int | None = None
    done_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class LaundrySlot:
    """A booking of a building's laundry room (LU-38): a weekday, from and to."""

    building_id: str
    weekday: int
    start_s: int
    end_s: int


@dataclass(frozen=True, slots=True)
class BlockRule:
    """A recurring block of working time that is laid into the roster (`data.care.blocks`).

    Attributes
    ----------
    roles : tuple of str
        Whose it is; none: everybody's.
    earliest_s, latest_s : int
        Between which clock times the whole block lies.
    together : bool
        A team's members at once, else each by herself.
    per_alarm_min : int
        Where not 0: a team's reserve each day, so many minutes for each of its alarms.
    """

    name: str
    minutes: int
    times: int = 1
    weeks: int = 1
    roles: tuple[str, ...] = ()
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    earliest_s: int = 8 * 3600
    latest_s: int = EVENING_FROM_S
    together: bool = False
    per_alarm_min: int = 0


@dataclass(frozen=True, slots=True)
class StaffNote:
    """What somebody of the staff knows or proposes about a client (FA-03, MA-05), kept with her.

    ``minutes_s`` are those of a visit (``length``) or of finding a place for the car (``parking``);
    ``clock_s`` is when an ``order`` would have the visit begin. What follows of each kind:
    `data.care.matters`.
    """

    kind: NoteKind
    day: dt.date
    client_id: str
    visit_id: str = ""
    noted_by: str = ""
    """A role or an id, never a name."""
    minutes_s: int = 0
    clock_s: int | None = None
    text: str = field(default="", repr=False)
    """In the staff's own words: for the planner's eyes, and in no message."""
    is_accepted: bool | None = None
    """What the planner decided of it; None where nobody has."""
    decided_by: str = ""
    decided_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person has decided (beslut): who, when, from, to. Kept, or refused with the rule.

    ``team``, ``contact`` and ``vice`` are about a client; ``twin`` about two carers; ``day`` and
    ``time`` about a visit. ``person`` names a carer for a visit, or for a client's ``task``
    (MA-18), on ``weekdays`` where they are given. What engines do of it: `data.care.decisions`.
    """

    kind: DecisionKind
    client_id: str = ""
    visit_id: str = ""
    task: str = ""
    staff_id: str = ""
    twin_id: str = ""
    team_id: str = ""
    weekdays: tuple[int, ...] = ()
    start_s: int | None = None
    decided_by: str = ""
    """A role or an id, never a name."""
    decided_on: dt.date | None = None
    valid_from: dt.date = DATE_MIN
    valid_to: dt.date = DATE_MAX
    source: str = field(default="", compare=False)
    """Where it stands, for whoever must change it: file or sheet, and row."""
