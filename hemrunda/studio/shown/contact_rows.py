"""The desk of contacts: what each carries, who needs one, who waits, and who could be it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from partition.contacts.contact_load import ContactLoad


class ContactRow(TypedDict):
    """A client who needs a contact, and who it is."""

    client_id: str
    team_id: str
    contact_id: str
    vice_id: str
    evening_vice_id: str
    ceiling_pct: float | None
    why_none: str
    is_locked: bool
    notes: list[str]
    """What the staff have noted, in words (`contact_desk.note_text`)."""


class RequestRow(TypedDict):
    """A client who has asked for another contact: day ``n`` of so many."""

    client_id: str
    day: str
    n: int
    of: int


class CandidateRow(TypedDict):
    """Somebody who could be a client's contact, or why she cannot."""

    staff_id: str
    can: bool
    n_clients: int
    free_min: int
    away_s: int
    ceiling_pct: float | None
    same_team: bool
    reasons: list[str]


class ContactsPayload(TypedDict):
    """The whole desk, with what the rules ask."""

    rev: int
    most: int
    target_pct: int
    loads: list[ContactLoad]
    clients: list[ContactRow]
    requests: list[RequestRow]
