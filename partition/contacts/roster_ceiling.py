"""The roster ceiling of each client: the most of her visits that her contact could make.

Known before any round is planned, from roster, windows, delegations and the travel from the base
alone (requirements 4.2): so a target above it is seen to be impossible for this client, whoever
plans the rounds. `routing.measures.contact_ceiling` bounds a finished plan instead.

A visit counts where the contact could make it were it her only one: it can start within its window
after she has come from the base (or home, where nearer and she begins there), and end before she
must go back, outside leave, sickness and meetings. A visit whose day is free counts if any of its
days will do. Of double staffing one of the two carers can be the contact.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from data.care.care_calendar import occurrences_of
from data.care.feasible_alone import is_feasible_alone
from data.care.homes import home_legs_s
from data.model import Client, Municipality, Shift, Staff, VisitOccurrence
from data.plans import TeamPlan
from data.travel_times import TravelTimes
from partition.annealing.care_work import FAR_S, planned_clients

Entries = dict[tuple[str, dt.date], list[Shift]]


def roster_entries(municipality: Municipality) -> Entries:
    """The roster's entries by carer and date."""
    entries: Entries = {}
    for entry in municipality.roster:
        entries.setdefault((entry.staff_id, entry.date), []).append(entry)
    return entries


def roster_ceiling(
    municipality: Municipality, team_plan: TeamPlan, travel: TravelTimes
) -> dict[str, float]:
    """Per cent of each client's carer-visits over the roster's dates that her contact could make.

    Clients without a contact or without visits in the period are absent.
    """
    entries = roster_entries(municipality)
    ceiling = {}
    for client in planned_clients(municipality):
        contact_id = team_plan.contact.get(client.client_id, "")
        if not contact_id:
            continue
        carer = municipality.staff_by_id[contact_id]
        base_id = team_plan.staff_base.get(contact_id, "")
        asked = asked_of(municipality, client)
        share = contact_share(asked, client, carer, base_id, travel, entries)
        if share is not None:
            ceiling[client.client_id] = share
    return ceiling


def asked_of(municipality: Municipality, client: Client) -> tuple[VisitOccurrence, ...]:
    """All that the client is due over the roster's dates, whoever comes."""
    return tuple(
        occurrence
        for visit in municipality.visits_of[client.client_id]
        for occurrence in occurrences_of(visit, client, municipality.dates)
    )


def contact_share(
    asked: Sequence[VisitOccurrence],
    client: Client,
    carer: Staff,
    base_id: str,
    travel: TravelTimes,
    entries: Entries,
) -> float | None:
    """The ceiling of one client with one carer for contact, in per cent; None without visits.

    ``asked`` is the client's `asked_of`: the same for all carers that are compared.
    """
    there_s, back_s = _home_legs_s(client, carer, base_id, travel)
    n_all = n_hers = 0
    for occurrence in asked:
        visit = occurrence.visit
        n_all += visit.carers_required
        there_back_s = (there_s, back_s) if visit.mode == "physical" else (0, 0)
        n_hers += any(
            is_feasible_alone(
                visit, client, carer, day, entries.get((carer.staff_id, day), ()), there_back_s
            )
            for day in occurrence.dates
        )
    return round(100 * n_hers / n_all, 1) if n_all else None


def _home_legs_s(
    client: Client, carer: Staff, base_id: str, travel: TravelTimes
) -> tuple[int, int]:
    if not base_id or carer.travel_mode not in travel.seconds:
        return 0, 0
    there, back = home_legs_s(carer, base_id, travel, client.client_id)
    return min(there, FAR_S), min(back, FAR_S)
