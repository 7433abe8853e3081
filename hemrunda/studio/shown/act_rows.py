"""What acts do, as the page shows it before and after they are done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from partition.teams.team_measures import TeamRow


class Effect(TypedDict):
    """What an act does; nothing worth telling of unless a kind of its own says what."""


class BrokenContact(TypedDict):
    """A client whose contact works in another team, ``team_id``."""

    client_id: str
    contact_id: str
    team_id: str


class MovedClients(Effect):
    """Clients who would change team, and both teams' rows."""

    client_ids: list[str]
    team_id: str


class MoveShown(MovedClients, TypedDict("_With", {"with": list[str]})):
    """A move between teams: who comes along, and the teams' rows before and after it."""

    before: Sequence[TeamRow]
    after: Sequence[TeamRow]
    contacts: list[BrokenContact]
    warnings: list[str]


class RuleRow(TypedDict):
    """A rule that a move by hand would break."""

    rule: str
    visit: str
    round: str
    text: str


class DragShown(Effect):
    """A visit moved by hand, judged; every figure is after less before."""

    round_id: str
    start: int | None
    travel_s: int
    wait_s: int
    late_s: int
    new_carer: bool
    n_pushed: int
    legal: bool
    mended: int
    broken: list[RuleRow]


class ContactShown(Effect):
    """A contact chosen by hand, and who was it before."""

    client_id: str
    before: str
    after: str
    vice: str
    free_min: int
    reasons: list[str]


class ActDone(TypedDict):
    """The journal's number of an act that is on the disk, and what it did."""

    rev: int
    effect: Effect


class HistoryRow(TypedDict):
    """One act in the list of them; ``args`` is what the page sent, as it was kept."""

    rev: int
    at: str
    who: str
    kind: str
    args: dict[str, Any]
    counts: bool


class CountedActs(TypedDict):
    """How much has been done since the origin."""

    n_moves: int
    n_contacts: int
    n_drags: int
    n_undo: int
    n_redo: int


Judged = tuple[Mapping[str, Any], Effect]
"""What the journal keeps of an act, and what the act does."""
