"""The continuity view: a page with one grid for each team, and the reading aid beside it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict

from data.errors import SettingsError
from data.model import Municipality
from data.plans import RoundPlan, TeamPlan
from maps.common.audiences import Manager, Profile, profile_of
from maps.common.safe_page import Page, write_page
from maps.common.texts import texts
from maps.screen.continuity_view import TeamMeetings, continuity_view
from maps.screen.map_page import hidden_note, stamp


def write_continuity(
    path: Path,
    *,
    municipality: Municipality,
    team_plan: TeamPlan,
    round_plan: RoundPlan,
    profile: str | Profile,
    plan_id: str,
    ceiling_pct: Mapping[str, float] | None = None,
    language: str = "sv",
) -> None:
    """Write client by carer over all dates of the plan as one HTML file.

    Parameters
    ----------
    profile : str or Profile
        ``manager`` only.
    ceiling_pct : mapping of client_id to float, optional
        The highest share of visits that the contact could make, shown beside the share.

    Raises
    ------
    SettingsError
        For any other profile.
    StoreError
        Where the file cannot be written.
    """
    chosen = profile_of(profile)
    if not isinstance(chosen, Manager):
        raise SettingsError(f"Profilen {chosen.name} har ingen kontinuitetsvy.")
    teams = continuity_view(municipality, team_plan, round_plan, ceiling_pct)
    words = texts(language)
    span = f"{round_plan.dates[0].isoformat()} – {round_plan.dates[-1].isoformat()}"
    page = Page(
        language=language,
        title=words["continuity"],
        no_script=words["no_script"],
        body="continuity.html",
        styles=("page.css", "continuity.css"),
        scripts=("core.js", "continuity.js"),
        payloads={
            "texts": words,
            "page": {
                "title": f"{words['continuity']} {municipality.name}",
                "heading": words["continuity"],
                "place": f"{municipality.name} · {span}",
                "stamp": stamp(chosen, plan_id, span, language),
                "hidden": hidden_note(
                    language, hidden_clients=sum(team.n_protected for team in teams)
                ),
            },
            "view": {"days": len(round_plan.dates), "teams": [_team(team) for team in teams]},
        },
    )
    write_page(Path(path), page)


class ClientPayload(TypedDict):
    """One client, and whom she meets: carer's column, visits, tier."""

    id: str
    contact: str
    visits: int
    carers: int
    share: float | None
    ceiling: float | None
    met: list[list[int | str]]
    notes: list[str]


class MeetingsPayload(TypedDict):
    """One team's carers and clients."""

    id: str
    staff: list[str]
    carers: float | None
    share: float | None
    clients: list[ClientPayload]


def _team(team: TeamMeetings) -> MeetingsPayload:
    column = {staff_id: i for i, staff_id in enumerate(team.staff_ids)}
    return {
        "id": team.team_id,
        "staff": list(team.staff_ids),
        "carers": None if team.carers_mean is None else round(team.carers_mean, 1),
        "share": None if team.contact_pct is None else round(team.contact_pct, 1),
        "clients": [
            {
                "id": client.client_id,
                "contact": client.contact_id,
                "visits": client.n_visits,
                "carers": client.n_carers,
                "share": None if client.contact_pct is None else round(client.contact_pct, 1),
                "ceiling": None if client.ceiling_pct is None else round(client.ceiling_pct, 1),
                "met": [[column[m.staff_id], m.n_visits, m.tier] for m in client.meetings],
                "notes": list(client.notes),
            }
            for client in team.clients
        ],
    }
