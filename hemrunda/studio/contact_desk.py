"""Contacts by hand: who could be a client's, what each carries, and whom a client has asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from data.errors import SettingsError
from data.matter_model import StaffNote
from data.tables.schema.matter_tables import NOTES_SV
from data.units import clock
from hemrunda.studio.divisions import with_chosen
from hemrunda.studio.session import Present
from hemrunda.studio.shown.act_rows import ContactShown, Judged
from hemrunda.studio.shown.contact_rows import CandidateRow, ContactsPayload, RequestRow

DAYS_TO_ANSWER: Final = 14
"""A client who asks for another contact has one within so many days (LU-06)."""
CANDIDATES_MOST: Final = 30


def contacts_payload(present: Present, ceilings: Mapping[str, float | None]) -> ContactsPayload:
    """Every contact with her clients and minutes, and every client who needs one.

    Protected clients are counted in the minutes of their contacts, and named nowhere.
    """
    from partition import contact_loads

    plan, scenario = present.plan, present.scenario
    rules, mode = plan.config.rules, plan.config.general.mode
    loads = contact_loads(plan.municipality, plan.team_plan, plan.travel, rules, mode=mode)
    team_plan = plan.team_plan
    hidden = {client.client_id for client in plan.municipality.clients if client.protected}
    return {
        "rev": present.rev,
        "most": rules.contacts.clients_max,
        "target_pct": rules.contacts.share_target_pct,
        "loads": [
            replace(load, suggestion="") if any(h in load.suggestion for h in hidden) else load
            for load in loads
        ],
        "clients": [
            {
                "client_id": client.client_id,
                "team_id": team_plan.team_of_client[client.client_id],
                "contact_id": team_plan.contact.get(client.client_id, ""),
                "vice_id": team_plan.vice.get(client.client_id, ""),
                "evening_vice_id": team_plan.evening_vice.get(client.client_id, ""),
                "ceiling_pct": ceilings.get(client.client_id),
                "why_none": team_plan.without_contact.get(client.client_id, ""),
                "is_locked": client.client_id in scenario.locked_contacts,
                "notes": [note_text(note) for note in plan.municipality.notes
                          if note.client_id == client.client_id],
            }
            for client in plan.municipality.clients
            if client.client_id in team_plan.team_of_client
            and client.needs_contact
            and not client.protected
        ],
        "requests": requests_of(present, dt.date.today()),
    }  # fmt: skip


def note_text(note: StaffNote) -> str:
    """A note of the staff in words, with what is decided of it: for the planner's screen alone."""
    minutes = f"{note.minutes_s // 60} min" if note.minutes_s else ""
    moment = f"kl {clock(note.clock_s)}" if note.clock_s is not None else ""
    state = {True: "godtagen", False: "inte godtagen", None: ""}[note.is_accepted]
    parts = (NOTES_SV[note.kind], note.visit_id, minutes, moment, note.text, state)
    who = f" ({note.noted_by}, {note.day})" if note.noted_by else f" ({note.day})"
    return " ".join(part for part in parts if part) + who


def ceilings_of(present: Present) -> Mapping[str, float | None]:
    """The most of each client's visits that the contact could make by the roster, in per cent."""
    from partition import roster_ceiling

    plan = present.plan
    ceilings: Mapping[str, float | None] = roster_ceiling(
        plan.municipality, plan.team_plan, plan.travel
    )
    return ceilings


def requests_of(present: Present, today: dt.date) -> list[RequestRow]:
    """Who waits for another contact, longest first: day N of 14."""
    known = present.plan.municipality.client_by_id
    return [
        {
            "client_id": client_id, "day": day.isoformat(), "n": (today - day).days + 1,
            "of": DAYS_TO_ANSWER,
        }
        for client_id, day in sorted(present.scenario.requests.items(),
        key=lambda request: request[::-1])
        if client_id in known and not known[client_id].protected
    ]  # fmt: skip


def candidates_of(present: Present, client_id: str) -> list[CandidateRow]:
    """Who could be the client's contact, best first, each with reasons.

    Raises
    ------
    SettingsError
        Where no team has the client, or she is not to be shown.
    """
    from partition import contact_candidates

    plan = present.plan
    client = plan.municipality.client_by_id.get(client_id)
    if client is None or client.protected or client_id not in plan.team_plan.team_of_client:
        raise SettingsError("Brukaren finns inte i planen.")
    candidates = contact_candidates(
        plan.municipality, plan.team_plan, plan.travel, plan.config.rules, client_id,
        mode=plan.config.general.mode,
    )  # fmt: skip
    return [
        {
            "staff_id": candidate.staff_id, "can": candidate.is_possible,
            "n_clients": candidate.n_clients,
            "free_min": candidate.free_min_week, "away_s": candidate.extra_travel_s,
            "ceiling_pct": candidate.ceiling_pct, "same_team": candidate.is_same_team,
            "reasons": list(candidate.reasons),
        }
        for candidate in candidates[:CANDIDATES_MOST]
    ]  # fmt: skip


def judge_contact(present: Present, args: Mapping[str, Any]) -> Judged:
    """A contact chosen by hand; what a rule forbids is refused with the rule.

    Raises
    ------
    SettingsError
        Where she may not be the client's contact, or the contact is locked.
    """
    client_id, staff_id = str(args["client_id"]), str(args["staff_id"])
    if client_id in present.scenario.locked_contacts:
        raise SettingsError("Kontakten är låst. Lås upp den först.")
    row = next((c for c in candidates_of(present, client_id) if c["staff_id"] == staff_id), None)
    if row is None:
        raise SettingsError("Hon är inte omsorgskontakt i brukarens område.")
    if not row["can"]:
        raise SettingsError(f"Det går inte: {row['reasons'][0]}.")
    before = present.plan.team_plan
    after = with_chosen(before, {client_id: staff_id})
    judged: ContactShown = {
        "client_id": client_id, "before": before.contact.get(client_id, ""), "after": staff_id,
        "vice": after.vice.get(client_id, ""), "free_min": row["free_min"],
        "reasons": row["reasons"],
    }  # fmt: skip
    return {"client_id": client_id, "staff_id": staff_id}, judged


def judge_lock(present: Present, args: Mapping[str, Any]) -> Judged:
    """A client's contact locked, or let go.

    Raises
    ------
    SettingsError
        Where there is no contact to lock.
    """
    client_id = str(args["client_id"])
    if not present.plan.team_plan.contact.get(client_id):
        raise SettingsError("Brukaren har ingen omsorgskontakt att låsa.")
    return {"client_id": client_id, "on": bool(args["on"])}, {}


def judge_request(present: Present, args: Mapping[str, Any]) -> Judged:
    """A client has asked for another contact, on a day; or has taken it back.

    Raises
    ------
    SettingsError
        Where no team has the client, or the day is to come.
    """
    client_id = str(args["client_id"])
    if client_id not in present.plan.team_plan.team_of_client:
        raise SettingsError("Brukaren finns inte i planen.")
    today = dt.date.today()
    day = dt.date.fromisoformat(str(args.get("day") or today.isoformat()))
    if day > today:
        raise SettingsError("Dagen har inte varit än.")
    return {"client_id": client_id, "on": bool(args["on"]), "day": day.isoformat()}, {}
