"""Who meets whom over the plan's days: clients by carers, with contact share and ceiling.

Protected clients are left out (C7). For managers only: staff are data subjects too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from data.model import Municipality
from data.plans import RoundPlan, Team, TeamPlan, Tier


@dataclass(frozen=True, slots=True)
class Meeting:
    """How often a carer comes to a client, and as what."""

    staff_id: str
    n_visits: int
    tier: Tier


@dataclass(frozen=True, slots=True)
class ClientMeetings:
    """One row of the grid. Shares are percent of the client's visits, None without visits."""

    client_id: str
    contact_id: str
    n_visits: int
    n_carers: int
    contact_pct: float | None
    ceiling_pct: float | None
    meetings: tuple[Meeting, ...]
    notes: tuple[str, ...] = ()
    """Which kinds of notes the staff have left about her; never what they say (FA-03)."""


@dataclass(frozen=True)
class TeamMeetings:
    """A team's grid: clients by name of id, carers by how much of the team they see."""

    team_id: str
    staff_ids: tuple[str, ...]
    clients: tuple[ClientMeetings, ...]
    n_protected: int

    @property
    def carers_mean(self) -> float | None:
        """Different carers of a visited client, all hours and kinds of visits."""
        met = [client.n_carers for client in self.clients if client.n_visits]
        return sum(met) / len(met) if met else None

    @property
    def contact_pct(self) -> float | None:
        """Of all visits at the team's clients, those by the client's own contact."""
        n_visits = sum(client.n_visits for client in self.clients)
        n_by_contact = sum(
            meeting.n_visits
            for client in self.clients
            for meeting in client.meetings
            if meeting.tier == "contact"
        )
        return 100 * n_by_contact / n_visits if n_visits else None


def continuity_view(
    municipality: Municipality,
    team_plan: TeamPlan,
    round_plan: RoundPlan,
    ceiling_pct: Mapping[str, float] | None = None,
) -> tuple[TeamMeetings, ...]:
    """The grids of all teams over all dates of ``round_plan``.

    Parameters
    ----------
    ceiling_pct : mapping of client_id to float, optional
        The highest share of visits that the contact could make, where it is known.
    """
    met: dict[str, Counter[str]] = {}
    for row in round_plan.rows:
        if row.kind == "visit":
            met.setdefault(row.client_id, Counter())[row.staff_id] += 1
    return tuple(
        _team(team, municipality, team_plan, met, ceiling_pct or {}) for team in team_plan.teams
    )


def _team(
    team: Team,
    municipality: Municipality,
    plan: TeamPlan,
    met: Mapping[str, Counter[str]],
    ceiling_pct: Mapping[str, float],
) -> TeamMeetings:
    seen = [c for c in team.client_ids if not municipality.client_by_id[c].protected]
    clients = tuple(
        _client(c, municipality, plan, met.get(c, Counter()), ceiling_pct.get(c))
        for c in sorted(seen)
    )
    totals: Counter[str] = Counter()
    for client in clients:
        for meeting in client.meetings:
            totals[meeting.staff_id] += meeting.n_visits
    order = sorted(totals, key=lambda staff_id: (-totals[staff_id], staff_id))
    return TeamMeetings(team.team_id, tuple(order), clients, len(team.client_ids) - len(seen))


def _client(
    client_id: str,
    municipality: Municipality,
    plan: TeamPlan,
    met: Counter[str],
    ceiling_pct: float | None,
) -> ClientMeetings:
    contact = plan.contact.get(client_id, "")
    n_visits = met.total()
    return ClientMeetings(
        client_id,
        contact,
        n_visits,
        len(met),
        100 * met[contact] / n_visits if n_visits and contact else None,
        ceiling_pct if contact else None,
        tuple(
            Meeting(s, n, plan.tier(client_id, s, municipality.staff_by_id[s].role))
            for s, n in sorted(met.items())
        ),
        tuple(sorted({note.kind for note in municipality.notes if note.client_id == client_id})),
    )
