"""Fixed care contacts: one mixed-integer programme per team (HiGHS through SciPy).

Binary x[s, c] says that carer s is contact of client c. Each client who needs a contact gets at
most one, and going without is priced above everything else; a contact has at most
``clients_max`` clients, and at least ``clients_min`` or none (LU-30, MA-09); the minutes that a
contact can be expected to give stay within what the employment holds. Then, in order of weight:
the present contact stays, day carers go first, wishes for a person, a roster that fits the client's
visits (MA-06), knowing the client (as vice, or from the team of today) and shared language. The
clients of one contact live near each other, next door where they can, and the minutes are even:
`contact_exchange` goes on from the programme's answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.care.decisions import of_kind
from data.care.eligibility import Bar
from data.model import Client, Municipality, Staff, Visit
from data.plans import Team
from data.rules import Rules
from data.travel_times import TravelTimes
from data.units import HOUR_S
from partition.annealing.care_work import horizon, is_current, times_a_week, travel_matrix
from partition.contacts.access_savings import access_saved_s
from partition.contacts.contact_programme import (
    ContactPrices,
    TeamCase,
    recentred,
    seats_of,
    solved,
)
from partition.contacts.roster_ceiling import Entries, asked_of, contact_share, roster_entries
from partition.staff.qualification import Qualifier, make_qualifier
from partition.staff.staffing import Staffing

FULL_TIME_S = 37 * HOUR_S
"""A week's work at full time on a rotating roster (37 hours in the municipal agreement AB)."""

ATTENDANCE_PCT = 60
"""Share of the visits in her own shift that a full-time contact is on duty for: 5 days of 7, less
15 % absence (requirements 4.2 measure a ceiling of 56 % in rounds; 60 % is the roster alone)."""


@dataclass(frozen=True)
class Contacts:
    """Who is whose contact, and why some have none (in Swedish, ids only)."""

    contact: dict[str, str]
    without_contact: dict[str, str]


def client_time_share(rules: Rules) -> float:
    """Middle of the band of working time spent at clients (MA-16)."""
    low, high = rules.rounds.client_time_band_pct
    return (low + high) / 200


def contact_minutes(visits: Sequence[Visit], is_evening: bool, municipality: Municipality) -> int:
    """Minutes a week that a client asks of a contact in the shift, by attendance."""
    first, last = horizon(municipality)
    part = "evening" if is_evening else "day"
    seconds = sum(
        visit.duration_s * times_a_week(visit)
        for visit in visits
        if visit.shift == part and is_current(visit, first, last)
    )
    return round(seconds * ATTENDANCE_PCT / 100 / 60)


def capacity_minutes(carer: Staff, rules: Rules) -> int:
    """Minutes a week that a contact can spend with clients of her own."""
    return round(FULL_TIME_S / 60 * carer.employment_pct / 100 * client_time_share(rules))


CHANGE_LAST = 300_000
"""Price of changing contact where that is the last thing wanted: below going without alone."""


@dataclass(frozen=True)
class _Setting:
    """What the programmes of all teams share."""

    municipality: Municipality
    staffing: Staffing
    travel: TravelTimes
    rules: Rules
    qualifier: Qualifier
    entries: Entries
    mode: str
    prices: ContactPrices
    only: Mapping[str, str]
    """The one carer that a client can get: by a decision, or because contacts stay."""


def _pair_price(carer: Staff, client: Client, prices: ContactPrices) -> float:
    if client.contact_id == carer.staff_id:
        return 0.0
    price = float(prices.other_shift if carer.shift_group == "evening" else 0)
    price += prices.change if client.contact_id else 0
    if client.preferred_staff and carer.staff_id not in client.preferred_staff:
        price += prices.not_preferred
    if client.vice_id and client.vice_id != carer.staff_id:
        price += prices.former_vice
    if client.language and client.language not in carer.languages:
        price += prices.other_language
    if client.team_id and carer.team_id != client.team_id:
        price += prices.stranger
    return price


def _team_case(
    setting: _Setting, clients: tuple[Client, ...], carers: tuple[Staff, ...]
) -> TeamCase:
    shape = (len(carers), len(clients))
    is_possible = np.zeros(shape, dtype=bool)
    minutes = np.zeros(shape, dtype=np.int64)
    price = np.zeros(shape)
    municipality, travel = setting.municipality, setting.travel
    for c, client in enumerate(clients):
        visits = municipality.visits_of[client.client_id]
        by_shift = [contact_minutes(visits, late, municipality) for late in (False, True)]
        for s, carer in enumerate(carers):
            only = setting.only.get(client.client_id)
            is_possible[s, c] = (
                setting.qualifier.may_be_contact(carer, client)
                if only is None
                else only == carer.staff_id
            )
            minutes[s, c] = by_shift[carer.shift_group == "evening"]
            price[s, c] = _pair_price(carer, client, setting.prices)
        price[:, c] += setting.prices.unfit_per_pct * _unfit(
            setting, client, carers, is_possible[:, c]
        )
    capacity = np.array([capacity_minutes(carer, setting.rules) for carer in carers], np.int64)
    dist = travel_matrix(travel, tuple(client.client_id for client in clients), setting.mode)
    saved = access_saved_s(setting.rules.access, setting.mode, clients)
    return TeamCase(clients, carers, is_possible, minutes, capacity, price, dist, saved)


def _unfit(
    setting: _Setting, client: Client, carers: Sequence[Staff], may: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Per cent of the client's visits that each carer's roster misses and the best one's does not.

    The present contact is not charged: hers is the price of change.
    """
    share = np.zeros(len(carers))
    if setting.municipality.dates:
        asked = asked_of(setting.municipality, client)
        for s in np.flatnonzero(may).tolist():
            base_id = setting.staffing.staff_base.get(carers[s].staff_id, "")
            reachable = contact_share(
                asked, client, carers[s], base_id, setting.travel, setting.entries
            )
            share[s] = reachable or 0.0
    is_now = np.array([carer.staff_id == client.contact_id for carer in carers])
    return np.where(may & ~is_now, share.max(initial=0.0) - share, 0.0)


def _reason(client: Client, carers: Sequence[Staff], team_id: str, qualifier: Qualifier) -> str:
    """Why none in the team became the client's contact, the nearest obstacle first."""
    if not carers:
        return f"lag {team_id} har ingen personal med rollen omsorgskontakt"
    titled = [carer for carer in carers if carer.may_be_contact]
    if not titled:
        return f"ingen i lag {team_id} har titeln undersköterska eller övergångsregel"
    obstacles = {carer.staff_id: qualifier.obstacle(carer, client) for carer in titled}
    if any(not obstacle for obstacle in obstacles.values()):
        return f"alla behöriga i lag {team_id} har redan så många brukare eller minuter de får ha"
    skilled = [carer for carer in titled if not qualifier.missing(carer, client)]
    if not skilled:
        fewest = min((qualifier.missing(carer, client) for carer in titled), key=len)
        return (
            f"ingen undersköterska i lag {team_id} har alla delegeringar som krävs hela "
            f"perioden (närmast saknas: {', '.join(fewest)})"
        )
    if all(obstacles[carer.staff_id] is Bar.REFUSED for carer in skilled):
        return f"alla behöriga i lag {team_id} är spärrade för brukaren"
    return f"alla behöriga i lag {team_id} är allergiska mot brukarens djur eller spärrade"


def make_contacts(
    municipality: Municipality,
    staffing: Staffing,
    travel: TravelTimes,
    rules: Rules,
    *,
    mode: str = "bike",
    prices: ContactPrices | None = None,
    holds: bool = False,
) -> Contacts:
    """A contact for everyone who needs one, where anyone in the team qualifies.

    Two programmes a team: the first around the present clients of each carer, the second around
    the middle of what the first gave. Who is decided to be a client's contact is it, also from
    another team; her own team's programme then counts that client among hers.

    Parameters
    ----------
    holds : bool
        The present contact of the client's own team stays, where she may.
    """
    qualifier, prices = make_qualifier(municipality), prices or ContactPrices()
    entries = roster_entries(municipality)
    decided_for = {c: d.staff_id for c, d in of_kind(municipality, "contact").items()}
    held = _held(municipality, staffing, rules, qualifier, decided_for) if holds else {}
    only = {**held, **decided_for}
    setting = _Setting(
        municipality, staffing, travel, rules, qualifier, entries, mode, prices, only
    )
    in_team: dict[str, list[Staff]] = {}
    for staff_id, team_id in sorted(staffing.staff_team.items()):
        carer = municipality.staff_by_id[staff_id]
        if carer.role == "contact":
            in_team.setdefault(team_id, []).append(carer)
    contact: dict[str, str] = {}
    without: dict[str, str] = {}
    for team in staffing.teams:
        carers = tuple(in_team.get(team.team_id, ()))
        clients = _clients_of(municipality, staffing, team, decided_for)
        is_any = any(client.kontaktman for client in clients)  # needs no title (OR-15)
        titled = tuple(carer for carer in carers if carer.may_be_contact or is_any)
        chosen = np.full(len(clients), -1, dtype=np.int64)
        if clients and titled:
            case = _team_case(setting, clients, titled)
            seat = seats_of(case)
            first = solved(case, seat, rules.contacts, prices)
            chosen = solved(case, recentred(case, first, seat), rules.contacts, prices)
        for client, s in zip(clients, chosen.tolist(), strict=True):
            if client.client_id in decided_for:
                contact[client.client_id] = decided_for[client.client_id]
            elif s >= 0:
                contact[client.client_id] = titled[s].staff_id
            else:
                without[client.client_id] = _reason(client, carers, team.team_id, qualifier)
    return Contacts(contact, without)


def _clients_of(
    municipality: Municipality, staffing: Staffing, team: Team, decided_for: Mapping[str, str]
) -> tuple[Client, ...]:
    """The clients of a team's programme: in need of a contact, and those decided for its carers."""
    mine = set(team.client_ids)
    clients = []
    for client in sorted(municipality.clients, key=lambda other: other.client_id):
        who = decided_for.get(client.client_id)
        if who is not None:
            is_ours = staffing.staff_team.get(who) == team.team_id
        else:
            is_ours = client.client_id in mine and client.needs_contact
        if is_ours:
            clients.append(client)
    return tuple(clients)


def _held(
    municipality: Municipality,
    staffing: Staffing,
    rules: Rules,
    qualifier: Qualifier,
    decided_for: Mapping[str, str],
) -> dict[str, str]:
    """Present contacts who stay: of the client's team, qualified, and not of too many."""
    contact_of: dict[str, str] = {}
    for team in staffing.teams:
        for client_id in team.client_ids:
            client = municipality.client_by_id[client_id]
            carer = municipality.staff_by_id.get(client.contact_id)
            if carer is None or carer.role != "contact" or not client.needs_contact:
                continue
            near = staffing.staff_team.get(carer.staff_id) == team.team_id
            if near and qualifier.may_be_contact(carer, client):
                contact_of[client_id] = carer.staff_id
    n_of = Counter({**contact_of, **decided_for}.values())
    most = rules.contacts.clients_max
    return {client: who for client, who in contact_of.items() if n_of[who] <= most}
