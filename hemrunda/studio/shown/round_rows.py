"""A day's rounds as the page shows them: what the map has, and what is done with it by hand."""

from __future__ import annotations

from typing import TypedDict

from maps.screen.round_payload import BasePayload, RoundPayload, UnplannedPayload


class StudioRound(RoundPayload):
    """A round with its shift's end and the carer's role."""

    shift_end: int
    role: str


class StudioUnplanned(UnplannedPayload):
    """A visit without a place, as it is dragged to one."""

    carer_no: int
    task: str
    earliest: int
    latest: int
    minutes: int


class LockRow(TypedDict):
    """A visit that is locked."""

    visit: str
    staff: str
    start: int | None
    no: int


class BrokenRow(TypedDict):
    """A rule that the plan breaks as it stands."""

    rule: str
    round: str
    visit: str
    text: str


class StudioRounds(TypedDict):
    """The round map's payload for a day of one team, with locks, skills and what is broken.

    What the day's last repair changed is in it, and what time it was then, where that was said.
    """

    colours: list[str]
    rough: int
    rounds: list[StudioRound]
    unplanned: list[StudioUnplanned]
    bases: list[BasePayload]
    rev: int
    date: str
    team: str
    n_protected: int
    locks: list[LockRow]
    broken: list[BrokenRow]
    skills: dict[str, list[str]]
    since: str
    changed: list[tuple[str, int]]
