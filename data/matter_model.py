"""What is dated and must be seen to, and bookings: the municipality's lists beside its tables."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

MatterKind = Literal[
    "contact_change", "welcome", "care_plan", "handover", "takeover", "escort", "temporary",
    "emergency", "day_before", "introduction",
]  # fmt: skip


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
