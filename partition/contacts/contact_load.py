"""Contacts with more than they can carry, and which client could go to whom (MA-36, MA-37, C6)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from data.model import Municipality
from data.plans import TeamPlan
from data.rules import Rules
from data.travel_times import TravelTimes
from partition.contacts.contact_candidates import contact_candidates
from partition.contacts.contact_choice import (
    capacity_minutes,
    client_time_share,
    contact_minutes,
)
from partition.contacts.contact_peaks import peak_shortage


@dataclass(frozen=True, slots=True)
class ContactLoad:
    """One contact's clients and minutes beside what the rules and the employment hold.

    Attributes
    ----------
    minutes, capacity : int
        Minutes a week that her own clients ask of her, and that she has for them.
    trouble : str
        Swedish: why she has too much or too little; empty where she has not.
    peak : str
        Swedish: where a morning or a lunch has no room; see `contact_peaks` (MA-36).
    suggestion : str
        Swedish: the client to hand over, and to whom; empty where nothing needs to be done, or
        nobody can take over.
    """

    staff_id: str
    team_id: str
    n_clients: int
    minutes: int
    capacity: int
    imbalance: str
    peak: str
    suggestion: str


def contact_loads(
    municipality: Municipality,
    team_plan: TeamPlan,
    travel: TravelTimes,
    rules: Rules,
    *,
    mode: str = "bike",
) -> tuple[ContactLoad, ...]:
    """Every contact-role carer with the title, in order of team and id."""
    clients_of: dict[str, list[str]] = {}
    for client_id, staff_id in sorted(team_plan.contact.items()):
        clients_of.setdefault(staff_id, []).append(client_id)
    loads = []
    for carer in municipality.staff:
        mine = clients_of.get(carer.staff_id, [])
        if not mine and (carer.role != "contact" or not carer.may_be_contact):
            continue
        is_late = carer.shift_group == "evening"
        minutes = {
            client: contact_minutes(municipality.visits_of[client], is_late, municipality)
            for client in mine
        }
        total, capacity = sum(minutes.values()), capacity_minutes(carer, rules)
        imbalance = _imbalance(len(mine), total, capacity, rules)
        peak, is_own = peak_shortage(municipality, team_plan, clients_of, carer.staff_id)
        suggestion = ""
        if len(mine) > rules.contacts.clients_max or total > capacity or is_own:
            suggestion = _suggestion(municipality, team_plan, travel, rules, minutes, mode)
        team_id = team_plan.staff_team.get(carer.staff_id, "")
        figures = (len(mine), total, capacity)
        loads.append(ContactLoad(carer.staff_id, team_id, *figures, imbalance, peak, suggestion))
    return tuple(sorted(loads, key=lambda load: (load.team_id, load.staff_id)))


def _imbalance(n_clients: int, minutes: int, capacity: int, rules: Rules) -> str:
    if n_clients > rules.contacts.clients_max:
        return f"{n_clients} brukare, högst {rules.contacts.clients_max}"
    if minutes > capacity:
        return f"{minutes - capacity} min/vecka mer än anställningen rymmer"
    if 0 < n_clients < rules.contacts.clients_min:
        return f"{n_clients} brukare, minst {rules.contacts.clients_min}"
    return ""


def _suggestion(
    municipality: Municipality,
    team_plan: TeamPlan,
    travel: TravelTimes,
    rules: Rules,
    minutes: dict[str, int],
    mode: str,
) -> str:
    """The client whom somebody of the team with room can take over with the shortest travel.

    Clients with protected data are never the suggestion: it is printed.
    """
    best: tuple[tuple[bool, int, int, str], str] | None = None
    for client_id, needed in minutes.items():
        if municipality.client_by_id[client_id].protected:
            continue
        now = team_plan.contact[client_id]
        for candidate in contact_candidates(
            municipality, team_plan, travel, rules, client_id, mode=mode
        ):
            if (
                not candidate.is_possible
                or candidate.free_min_week < 0
                or candidate.staff_id == now
            ):
                continue
            rank = (not candidate.is_same_team, candidate.extra_travel_s, -needed, client_id)
            if best is None or rank < best[0]:
                best = rank, f"lämna {client_id} till {candidate.staff_id}"
    return best[1] if best else ""


def room_by_weekday(
    municipality: Municipality, team_plan: TeamPlan, rules: Rules
) -> dict[str, tuple[int, ...]]:
    """Minutes that each contact has left for clients on each weekday, Monday first (MA-08).

    What her shifts of the weekday hold for clients, less what her own clients' visits in her part
    of the day ask for on the days when she is at work; a task of a free day by its even share. A
    weekday on which she never works has 0.
    """
    share = client_time_share(rules)
    dates: Counter[int] = Counter(day.weekday() for day in municipality.dates)
    work_s: dict[str, Counter[int]] = {}
    days: dict[str, set[dt.date]] = {}
    for entry in municipality.roster:
        if entry.kind == "work":
            work = work_s.setdefault(entry.staff_id, Counter())
            work[entry.date.weekday()] += entry.end_s - entry.start_s
            days.setdefault(entry.staff_id, set()).add(entry.date)
    needs: dict[str, dict[int, float]] = {}
    for client_id, staff_id in team_plan.contact.items():
        part = "evening" if municipality.staff_by_id[staff_id].shift_group == "evening" else "day"
        for visit in municipality.visits_of[client_id]:
            if visit.shift == part and visit.mode != "external":
                each = visit.n_per_period / len(visit.weekdays) if visit.n_per_period else 1.0
                minutes = each / visit.every_weeks * visit.duration_s / 60
                mine = needs.setdefault(staff_id, dict.fromkeys(range(7), 0.0))
                for weekday in visit.weekdays:
                    mine[weekday] += minutes
    by_weekday = {}
    for staff_id in sorted(set(team_plan.contact.values())):
        at_work = Counter(day.weekday() for day in days.get(staff_id, ()))
        room = []
        for weekday in range(7):
            n = dates[weekday]
            held = work_s.get(staff_id, Counter())[weekday] / 60 / n * share if n else 0.0
            asked = needs.get(staff_id, {}).get(weekday, 0.0) * at_work[weekday] / n if n else 0.0
            room.append(round(held - asked))
        by_weekday[staff_id] = tuple(room)
    return by_weekday
