"""Two states beside each other: their divisions, their figures, and the people between them."""

from __future__ import annotations

import json
from typing import TypedDict

from hemrunda.studio import payloads
from hemrunda.studio.session import Present, Session
from hemrunda.studio.shown.figure_rows import ChangedPerson, FiguresPayload, FrontPayload, KeptFront


class SidePayload(payloads.StudioTeams):
    """One state as the team map draws it, with its figures."""

    figures: FiguresPayload


class ComparedPayload(TypedDict):
    """Two states, and the people between them."""

    before: SidePayload
    after: SidePayload
    people: list[ChangedPerson]


def front(session: Session) -> FrontPayload:
    """The points of the last redesign; none where there has been none.

    ``is_fresh`` says whether the division is still the one that they were made from.
    """
    path = session.front_path
    if not path.is_file():
        return {"points": [], "is_fresh": True}
    kept_front: KeptFront = json.loads(path.read_text(encoding="utf-8"))
    live = list(session.present().scenario.live)
    return {"points": kept_front["points"], "is_fresh": kept_front["live"] == live}


def compared(
    session: Session, territories: payloads.Territories, before: str, after: str
) -> ComparedPayload:
    """Both sides as the team map draws them, with figures, and who has another team or contact."""
    seat, other = (session.side(name) for name in (before, after))
    judge = session.present().judge
    for side in (seat, other):
        side.__dict__.setdefault("judge", judge)
    return {
        "before": _side(session, seat, territories),
        "after": _side(session, other, territories),
        "people": _people(seat, other),
    }


def _side(session: Session, present: Present, territories: payloads.Territories) -> SidePayload:
    payload = payloads.teams_payload(session, present, territories)
    return {**payload, "figures": payloads.figures(present)}


def _people(seat: Present, other: Present) -> list[ChangedPerson]:
    """Clients whose team or contact is another; those who are protected are left out."""
    was, now = seat.plan.team_plan, other.plan.team_plan
    known = seat.plan.municipality.client_by_id
    changed: list[ChangedPerson] = []
    for client_id in sorted({*was.team_of_client, *now.team_of_client}):
        if client_id not in known or known[client_id].protected:
            continue
        teams = [plan.team_of_client.get(client_id, "") for plan in (was, now)]
        contacts = [plan.contact.get(client_id, "") for plan in (was, now)]
        if teams[0] != teams[1] or contacts[0] != contacts[1]:
            changed.append({"client_id": client_id, "team": teams, "contact": contacts})
    return changed
