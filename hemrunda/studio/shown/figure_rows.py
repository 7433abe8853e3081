"""Figures of a plan, two states beside each other, the ground, and the front of a redesign."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NotRequired, TypedDict

from maps.screen.basemap import BasemapPayload
from partition.layers.division_figures import DivisionInShort


class PagePayload(TypedDict):
    """Where a map is: its grid's origin, what is seen first, and whose map it is."""

    origin: list[int]
    view: list[int] | None
    attribution: str
    title: str


class GroundPayload(TypedDict):
    """The basemap and what all maps share."""

    texts: Mapping[str, str]
    page: PagePayload
    streets: BasemapPayload


class TeamFigures(DivisionInShort):
    """The division in short, with the clients without a contact and the teams beyond a bound."""

    n_without: int
    n_outside: int


class RoundFigures(TypedDict):
    """The rounds in short."""

    n_due: int
    n_planned: int
    n_unplanned: int
    contact_pct: float | None
    distinct_carers: float | None
    client_time_pct: float | None
    travel_min_visit: float | None
    n_broken: int


class FiguresPayload(TypedDict):
    """The plan in short; ``rounds`` where there are any."""

    teams: TeamFigures
    summary: list[tuple[str, str]]
    rounds: NotRequired[RoundFigures]


class FiguresOfRev(FiguresPayload):
    """The same, with how many acts they are the figures of."""

    rev: int


class ChangedPerson(TypedDict):
    """A client whose team or contact is another: of before and of after."""

    client_id: str
    team: list[str]
    contact: list[str]


MoveRow = TypedDict("MoveRow", {"client_id": str, "from": str, "to": str, "reason": str})
"""A client who gets another team in a redesign, and why."""


class PointRow(TypedDict):
    """One point of a redesign's front, with the plan's name among the studio's own."""

    base: str
    aim: str
    n_moved: int
    n_new_contacts: int
    n_forced_contacts: int
    travel_min_week: int
    travel_gain_min_week: int
    imbalance_pct: float
    n_fragments: int
    gain_pct: int
    moves: list[MoveRow]


class FrontPayload(TypedDict):
    """The points of the last redesign, and whether its division still stands."""

    points: list[PointRow]
    is_fresh: bool


class KeptFront(TypedDict):
    """The same as it is kept in the folder, with the acts that it was made after."""

    of_rev: int
    live: list[int]
    points: list[PointRow]
