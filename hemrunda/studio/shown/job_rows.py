"""What long work answers with, in the helper and to the pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypedDict

Asked = Mapping[str, Any]
"""A question from the server, by a line of JSON: its kind's own."""


class WorkDone(TypedDict):
    """What came of work: of which kind."""

    of: str


class KeptPlan(TypedDict):
    """A plan among the studio's own, to be looked at and taken or left."""

    base: str
    summary: Sequence[tuple[str, str]]
    plan_id: str


class PlanDone(WorkDone, KeptPlan):
    """Rounds that have been searched."""


class RedesignDone(WorkDone):
    """How many points a redesign has."""

    n: int


class StudyDone(WorkDone):
    """How many plans of a study there are now, and of how many."""

    n_made: int
    n_all: int


class CallRow(TypedDict):
    """A visit that the mended day gives another carer or time."""

    kind: str
    date: str
    visit_id: str
    client_id: str
    before: str
    after: str
    start_before: int | None
    start_after: int | None
    is_stranger: bool


class LongerRow(TypedDict):
    """A carer who works longer on a day than she would have, and when she is back."""

    staff_id: str
    date: str
    more_min: int
    end: int


class RepairRow(TypedDict):
    """What a mended plan means for people."""

    calls: list[CallRow]
    n_clients_to_call: int
    n_strangers: int
    n_unplanned: int
    n_small: int
    travel_min: int
    longer: list[LongerRow]


class RepairShown(RepairRow):
    """One way to mend the day."""

    way: str
    title: str
    base: str


class RepairKept(RepairShown):
    """The same once it is proved: a plan of its own."""

    summary: Sequence[tuple[str, str]]
    plan_id: str


class RepairRefused(TypedDict):
    """A way to mend the day that the checker has something against."""

    way: str
    title: str
    refused: str


class RepairsDone(WorkDone):
    """All ways to mend a day, proved or not yet."""

    notes: Sequence[str]
    repairs: Sequence[RepairShown | RepairKept | RepairRefused]
    is_proved: bool
    news: Asked
    seconds: float


class RepairsUnproved(RepairsDone):
    """The same at once; ``later`` never leaves the helper, and makes the second answer."""

    later: Callable[[], RepairsDone]
