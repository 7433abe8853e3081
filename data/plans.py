"""Plans as the engines hand them over: teams with contacts, and rounds as rows of a table.

The rows are the columns of ``teams.csv``, ``clients.csv``, ``rounds.csv`` and ``unplanned.csv``
exactly. A plan is data only; what makes it right is proved by `routing.check`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal

from data.matter_model import Part
from data.units import MINUTE_S

RowKind = Literal["start", "visit", "break", "meeting", "handover", "end"]
Tier = Literal["contact", "vice", "team", "floater", "pool", ""]

SMALL_MOVE_S: Final = 5 * MINUTE_S
"""A time that moves less, with the same carer, is told as a count and by no line or mark."""


@dataclass(frozen=True, slots=True)
class Team:
    """One team (arbetslag)."""

    team_id: str
    area_id: str
    """Resource area: the 3–4 teams that share pool and evening group."""
    base_id: str
    client_ids: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class TeamPlan:
    """Teams, and who is whose: contact, vice, twin, and each carer's team.

    Attributes
    ----------
    teams : tuple of Team
        In order of ``team_id``.
    contact, vice : mapping of client_id to staff_id
        Clients who need none, or for whom none could be found, are absent.
    evening_vice : mapping of client_id to staff_id
        Who makes the evenings of a client whose contact works by day, and her twin after her.
    staff_team : mapping of staff_id to team_id
        For contacts and floaters of a team; evening carers too (their home team).
    staff_area : mapping of staff_id to area_id
        For everyone: evening and pool carers serve all teams of their area.
    staff_base : mapping of staff_id to base_id
        Where the carer's rounds start and end, and where breaks and handovers are held.
    twin : mapping of staff_id to staff_id
    without_contact : mapping of client_id to str
        Clients who need a contact and have none, each with the reason in Swedish.
    was : mapping of client_id to (team_id, contact_id, vice_id)
        What the clients' table said when the plan was written, so that what somebody has changed
        there since can be told from what the plan itself changed. Empty before it is written.
    """

    teams: tuple[Team, ...]
    contact: Mapping[str, str]
    vice: Mapping[str, str]
    staff_team: Mapping[str, str]
    staff_area: Mapping[str, str]
    staff_base: Mapping[str, str]
    twin: Mapping[str, str]
    without_contact: Mapping[str, str]
    was: Mapping[str, tuple[str, str, str]] = field(default_factory=dict, compare=False)
    evening_vice: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<TeamPlan: {len(self.teams)} teams, {len(self.contact)} contacts>"

    @cached_property
    def team_by_id(self) -> dict[str, Team]:
        """Teams by id."""
        return {team.team_id: team for team in self.teams}

    @cached_property
    def team_of_client(self) -> dict[str, str]:
        """Each client's team id."""
        return {client: team.team_id for team in self.teams for client in team.client_ids}

    def named(self, client_id: str) -> tuple[str, ...]:
        """Who is the client's contact, vice and vice of the evenings, of those whom she has."""
        chosen = (self.contact, self.vice, self.evening_vice)
        return tuple(carer_of[client_id] for carer_of in chosen if client_id in carer_of)

    def tier(self, client_id: str, staff_id: str, role: str) -> Tier:
        """How near the carer stands to the client: contact, vice, team, floater or pool.

        The vice's tier holds for the contact's twin too (MA-11, MA-12), for the vice of the
        evenings and for her twin. Carers whose team is not the client's count as pool, whatever
        their role.
        """
        contact, evening = self.contact.get(client_id, ""), self.evening_vice.get(client_id, "")
        if contact == staff_id:
            return "contact"
        near = {self.vice.get(client_id), evening, self.twin.get(contact), self.twin.get(evening)}
        if staff_id in near:
            return "vice"
        if role == "pool" or self.staff_team.get(staff_id) != self.team_of_client[client_id]:
            return "pool"
        return "floater" if role == "floater" else "team"


@dataclass(frozen=True, slots=True)
class DivisionFigures:
    """A division in one column: the spread of its teams, and sums and means of their measures."""

    n_teams: int
    clients_least: int
    clients_most: int
    care_off_pct: float
    """The team furthest from the mean of care minutes."""
    rounds_off: float
    """The same for rounds of a weekday's day or evening."""
    travel_min_week: float
    compactness: float
    """Mean of the teams'."""
    n_teams_in_parts: int


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One row of ``rounds.csv``. Times are seconds since the date's midnight.

    The row's leg leads **to** it from the row before: ``travel_s`` on the network by ``mode`` and
    ``access_s`` at the door, so ``arrive_s = previous end_s + travel_s + access_s`` and
    ``wait_s = start_s - arrive_s``. Rows of kind start, break, meeting, handover and end are at
    the carer's base (``TeamPlan.staff_base``) and have no access time; start and end may be at her
    home (`data.care.homes`). ``start`` has all its times at the shift's start; ``end`` has
    ``arrive_s = start_s = end_s`` when the carer is back, at or before the shift's end. ``digital``
    visits have no leg and leave the carer where she is.
    """

    date: dt.date
    shift: Part
    round_id: str
    team_id: str
    """The team of the client visited; on other rows the carer's own team (may be empty: pool)."""
    staff_id: str
    seq: int
    kind: RowKind
    visit_id: str
    client_id: str
    carer_no: int
    """1, or 2 for the second carer of double staffing; 0 on rows that are not visits."""
    arrive_s: int
    start_s: int
    end_s: int
    travel_s: int
    access_s: int
    wait_s: int
    mode: str
    tier: Tier


@dataclass(frozen=True, slots=True)
class UnplannedRow:
    """One row of ``unplanned.csv``: a carer that a visit needed and did not get."""

    date: dt.date
    """The date, or the first date allowed where the day was free to choose."""
    visit_id: str
    client_id: str
    carer_no: int
    priority: int
    reason: str


@dataclass(frozen=True, slots=True)
class UnusedShift:
    """A rostered work shift that no round could be made of, and why (in Swedish)."""

    date: dt.date
    staff_id: str
    start_s: int
    reason: str


@dataclass(frozen=True, slots=True)
class AreaEffort:
    """How long one area was searched: what makes its rounds again, exactly."""

    area_id: str
    n_asked: int
    """Iterations that the cooling was laid out for."""
    n_batches: int
    """Batches of it that were done before the end, the clock or the user."""


@dataclass(frozen=True, repr=False)
class RoundPlan:
    """All rounds of a horizon, in order of date, shift, round and sequence."""

    dates: tuple[dt.date, ...]
    rows: tuple[PlanRow, ...]
    unplanned: tuple[UnplannedRow, ...]
    unused: tuple[UnusedShift, ...] = ()
    n_iterations: int = 0
    """Iterations of the search that made it, in all."""
    effort: tuple[AreaEffort, ...] = ()
    """Per area, in order of id; with the seed it makes the plan again, however it was stopped."""

    def __repr__(self) -> str:
        return (
            f"<RoundPlan: {len(self.dates)} dates, {len(self.rounds)} rounds, "
            f"{len(self.unplanned)} unplanned>"
        )

    @cached_property
    def rounds(self) -> dict[str, tuple[PlanRow, ...]]:
        """The rows of each round, by round id; a round id is one carer's shift on one date."""
        grouped: dict[str, list[PlanRow]] = {}
        for row in self.rows:
            grouped.setdefault(row.round_id, []).append(row)
        return {round_id: tuple(rows) for round_id, rows in grouped.items()}


@dataclass(frozen=True, slots=True)
class Violation:
    """One way in which a plan breaks a rule, as the independent checker words it."""

    rule: str
    """A stable code such as ``window`` or ``rest``; one readable function each."""
    round_id: str
    visit_id: str
    message: str
    """In Swedish, with ids and times only."""
