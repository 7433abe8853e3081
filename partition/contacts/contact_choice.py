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

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.care.eligibility import Bar
from data.model import Client, Municipality, Staff, Visit
from data.rules import ContactRules, Rules
from data.travel import TravelTimes
from data.units import HOUR_S
from partition.annealing.care_work import horizon, is_current, times_a_week, travel_matrix
from partition.annealing.silence_stdout import quiet_stdout
from partition.contacts.access_savings import door_saved_s
from partition.contacts.contact_exchange import ContactCase, exchanged
from partition.contacts.roster_ceiling import Lines, contact_share, roster_lines
from partition.staff.qualification import Qualifier, make_qualifier
from partition.staff.staffing import Staffing

FULL_TIME_S = 37 * HOUR_S
"""A week's work at full time on a rotating roster (37 hours in the municipal agreement AB)."""

ATTENDANCE_PCT = 60
"""Share of the visits in her own shift that a full-time contact is on duty for: 5 days of 7, less
15 % absence (requirements 4.2 measure a ceiling of 56 % in rounds; 60 % is the roster alone)."""

NODE_LIMIT = 2000
GAP = 1e-4
"""The programme stops by nodes and by gap, never by the clock, so that a run can be repeated."""
COST_SCALE = 1000.0
"""Cost of a client without contact, as the solver sees it: tolerances are made for such sizes."""


@dataclass(frozen=True, slots=True)
class ContactPrices:
    """Weights of the programme."""

    none: int = 1_000_000
    too_few: int = 12_000
    overload_per_min: int = 60
    other_shift: int = 60_000
    change: int = 20_000
    """Pays where it brings the client, say, five minutes nearer to each of four others."""
    not_preferred: int = 10_000
    unfit_per_pct: int = 200
    """For each per cent of the client's visits that the roster keeps this carer from and not the
    best one: whose days follow the client's days makes more of the visits (MA-06)."""
    pair_per_s: int = 16
    """For each second between two clients of one contact. At this price the mean way between them
    is half as long as without it in the demo, and hardly anything else is given up."""
    door_per_s: int = 60
    """For each second that two neighbours of one contact save at their doors: most of a town
    team's way is doors, and what is next door is not next door if a colleague makes it."""
    crowding: int = 30
    """Times minutes² / capacity of each contact: whose own clients fill the day can be nowhere
    else in it, and cannot be at two of them at eight."""
    former_vice: int = 1_000
    other_language: int = 600
    stranger: int = 900
    """For a carer from another team than the client's of today: she knows less of her (FA-16)."""


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

PAIR_MOST_S = 15 * 60
"""Clients further apart are as good as unconnected: more would outweigh all other wishes."""


@dataclass(frozen=True)
class _Setting:
    """What the programmes of all teams share."""

    municipality: Municipality
    staffing: Staffing
    travel: TravelTimes
    rules: Rules
    qualifier: Qualifier
    lines: Lines
    mode: str
    prices: ContactPrices


@dataclass(frozen=True)
class _TeamCase:
    """One team's programme: clients, carers, and what is possible between them."""

    clients: tuple[Client, ...]
    carers: tuple[Staff, ...]
    is_possible: NDArray[np.bool_]
    """Shape (n_carers, n_clients)."""
    minutes: NDArray[np.int64]
    capacity: NDArray[np.int64]
    price: NDArray[np.float64]
    """Everything but geography, shape (n_carers, n_clients)."""
    dist: NDArray[np.int32]
    """Seconds between the clients."""
    saved: NDArray[np.float64]
    """Seconds saved at the doors of two clients after each other (`doors.door_saved_s`)."""


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
) -> _TeamCase:
    shape = (len(carers), len(clients))
    is_possible = np.zeros(shape, dtype=bool)
    minutes = np.zeros(shape, dtype=np.int64)
    price = np.zeros(shape)
    municipality, travel = setting.municipality, setting.travel
    for c, client in enumerate(clients):
        visits = municipality.visits_of[client.client_id]
        by_shift = [contact_minutes(visits, late, municipality) for late in (False, True)]
        for s, carer in enumerate(carers):
            is_possible[s, c] = setting.qualifier.may_be_contact(carer, client)
            minutes[s, c] = by_shift[carer.shift_group == "evening"]
            price[s, c] = _pair_price(carer, client, setting.prices)
        price[:, c] += setting.prices.unfit_per_pct * _unfit(
            setting, client, carers, is_possible[:, c]
        )
    capacity = np.array([capacity_minutes(carer, setting.rules) for carer in carers], np.int64)
    dist = travel_matrix(travel, tuple(client.client_id for client in clients), setting.mode)
    saved = door_saved_s(setting.rules.access, setting.mode, clients)
    return _TeamCase(clients, carers, is_possible, minutes, capacity, price, dist, saved)


def _unfit(
    setting: _Setting, client: Client, carers: Sequence[Staff], may: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Per cent of the client's visits that each carer's roster misses and the best one's does not.

    The present contact is not charged: hers is the price of change.
    """
    share = np.zeros(len(carers))
    if setting.municipality.dates:
        for s in np.flatnonzero(may).tolist():
            base_id = setting.staffing.staff_base.get(carers[s].staff_id, "")
            found = contact_share(
                setting.municipality, client, carers[s], base_id, setting.travel, setting.lines
            )
            share[s] = found or 0.0
    is_now = np.array([carer.staff_id == client.contact_id for carer in carers])
    return np.where(may & ~is_now, share.max(initial=0.0) - share, 0.0)


def _seats(case: _TeamCase) -> NDArray[np.int64]:
    """A client as the middle of each carer's clients: of those she has, else far from the rest."""
    n_carers = len(case.carers)
    seat = np.full(n_carers, -1, dtype=np.int64)
    present = [client.contact_id for client in case.clients]
    for s, carer in enumerate(case.carers):
        own = [c for c, staff_id in enumerate(present) if staff_id == carer.staff_id]
        if own:
            seat[s] = own[int(case.dist[np.ix_(own, own)].sum(axis=0).argmin())]
    for s in range(n_carers):
        if seat[s] >= 0:
            continue
        taken = seat[seat >= 0]
        possible = np.flatnonzero(case.is_possible[s])
        if not len(possible):
            seat[s] = 0
        elif len(taken):
            seat[s] = possible[case.dist[np.ix_(taken, possible)].min(axis=0).argmax()]
        else:
            seat[s] = possible[case.dist[:, possible].sum(axis=0).argmax()]
    return seat


def _rows(
    case: _TeamCase, pairs: NDArray[np.int64], rules: ContactRules
) -> tuple[Any, NDArray[np.float64], NDArray[np.float64]]:
    """The programme's constraints: matrix, lower and upper bounds of its rows."""
    from scipy.sparse import coo_array

    n_carers, n_clients = case.is_possible.shape
    n_pairs = len(pairs)
    of_carer, of_client = pairs[:, 0], pairs[:, 1]
    x, each, zeros = np.arange(n_pairs), np.arange(n_carers), np.zeros(n_carers)
    y, short, over = (n_pairs + q * n_carers + each for q in range(3))
    one = np.ones(n_pairs)
    # Rows are scaled to coefficients of about one: what is integral within the solver's tolerance
    # is then feasible within it too.
    few, many = 1.0 / max(1, rules.clients_min), 1.0 / rules.clients_max
    hours = 1.0 / max(1, int(case.minutes.max(initial=1)))
    at_most, at_least, load = (n_clients + q * n_carers for q in range(3))
    blocks = [
        (of_client, x, one),
        (at_most + of_carer, x, one * many),
        (at_most + each, y, zeros - 1),
        (at_least + of_carer, x, one * few),
        (at_least + each, y, zeros - 1),
        (at_least + each, short, zeros + few),
        (load + of_carer, x, case.minutes[of_carer, of_client] * hours),
        (load + each, over, zeros - hours),
    ]
    rows, columns, values = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    shape = (n_clients + 3 * n_carers, n_pairs + 3 * n_carers)
    matrix = coo_array((values.astype(float), (rows, columns)), shape=shape).tocsr()
    low = np.full(shape[0], -np.inf)
    low[at_least : at_least + n_carers] = 0
    high = np.concatenate([np.ones(n_clients), zeros, zeros + np.inf, case.capacity * hours])
    return matrix, low, high


def _solve(
    case: _TeamCase, seat: NDArray[np.int64], rules: ContactRules, prices: ContactPrices
) -> NDArray[np.int64]:
    """Carer of each client, -1 for none. Columns: x by pair, then per carer y, short, over."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    n_carers, n_clients = case.is_possible.shape
    pairs = np.argwhere(case.is_possible)
    n_pairs = len(pairs)
    if n_pairs == 0:
        return np.full(n_clients, -1, dtype=np.int64)
    of_carer, of_client = pairs[:, 0], pairs[:, 1]
    near = np.minimum(case.dist[seat][of_carer, of_client], PAIR_MOST_S)
    gain = case.price[of_carer, of_client] + prices.pair_per_s * near - prices.none
    zeros = np.zeros(n_carers)
    cost = np.concatenate([gain, zeros, zeros + prices.too_few, zeros + prices.overload_per_min])
    matrix, low, high = _rows(case, pairs, rules)
    is_integer = np.concatenate([np.ones(n_pairs + n_carers), np.zeros(2 * n_carers)])
    most_over = zeros + float(case.minutes.max(initial=0) * rules.clients_max)
    upper = np.concatenate([np.ones(n_pairs + n_carers), zeros + rules.clients_min, most_over])
    with quiet_stdout():
        result = milp(
            cost / prices.none * COST_SCALE,
            integrality=is_integer,
            bounds=Bounds(np.zeros(len(cost)), upper),
            constraints=LinearConstraint(matrix, low, high),
            options={"node_limit": NODE_LIMIT, "mip_rel_gap": GAP, "presolve": False},
        )
    chosen = np.full(n_clients, -1, dtype=np.int64)
    if result.x is not None:
        taken = np.flatnonzero(result.x[:n_pairs] > 0.5)
        chosen[of_client[taken]] = of_carer[taken]
    pair = prices.pair_per_s * np.minimum(case.dist, PAIR_MOST_S) - prices.door_per_s * case.saved
    np.fill_diagonal(pair, 0.0)
    exchange = ContactCase(
        np.where(case.is_possible, case.price, np.inf),
        pair,
        case.minutes,
        case.capacity,
        rules.clients_min,
        rules.clients_max,
        prices.too_few,
        prices.overload_per_min,
        prices.crowding,
    )
    return exchanged(exchange, chosen)


def _recentred(
    case: _TeamCase, chosen: NDArray[np.int64], seat: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The middle client of each carer's clients as now chosen."""
    found = seat.copy()
    for s in range(len(case.carers)):
        own = np.flatnonzero(chosen == s)
        if len(own):
            found[s] = own[case.dist[np.ix_(own, own)].sum(axis=0).argmin()]
    return found


def _reason(client: Client, carers: Sequence[Staff], team_id: str, qualifier: Qualifier) -> str:
    """Why none in the team became the client's contact, the nearest obstacle first."""
    if not carers:
        return f"lag {team_id} har ingen personal med rollen omsorgskontakt"
    titled = [carer for carer in carers if carer.may_be_contact]
    if not titled:
        return f"ingen i lag {team_id} har titeln undersköterska eller övergångsregel"
    obstacles = {carer.staff_id: qualifier.obstacle(carer, client) for carer in titled}
    if any(not obstacle for obstacle in obstacles.values()):
        return f"alla behöriga i lag {team_id} har redan så många brukare de får ha"
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
) -> Contacts:
    """A contact for everyone who needs one, where anyone in the team qualifies.

    Two programmes a team: the first around the present clients of each carer, the second around
    the middle of what the first gave.
    """
    qualifier, prices = make_qualifier(municipality), prices or ContactPrices()
    lines = roster_lines(municipality)
    setting = _Setting(municipality, staffing, travel, rules, qualifier, lines, mode, prices)
    in_team: dict[str, list[Staff]] = {}
    for staff_id, team_id in sorted(staffing.staff_team.items()):
        carer = municipality.staff_by_id[staff_id]
        if carer.role == "contact":
            in_team.setdefault(team_id, []).append(carer)
    contact: dict[str, str] = {}
    without: dict[str, str] = {}
    for team in staffing.teams:
        everyone = sorted(team.client_ids)
        clients = tuple(
            client
            for client in (municipality.client_by_id[client_id] for client_id in everyone)
            if client.needs_contact
        )
        carers = tuple(in_team.get(team.team_id, ()))
        titled = tuple(carer for carer in carers if carer.may_be_contact)
        chosen = np.full(len(clients), -1, dtype=np.int64)
        if clients and titled:
            case = _team_case(setting, clients, titled)
            seat = _seats(case)
            first = _solve(case, seat, rules.contacts, prices)
            chosen = _solve(case, _recentred(case, first, seat), rules.contacts, prices)
        for client, s in zip(clients, chosen.tolist(), strict=True):
            if s >= 0:
                contact[client.client_id] = titled[s].staff_id
            else:
                without[client.client_id] = _reason(client, carers, team.team_id, qualifier)
    return Contacts(contact, without)
