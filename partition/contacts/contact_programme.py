"""One team's contacts as a mixed-integer programme, solved and then bettered by exchanges.

Binary x[s, c] says that carer s is contact of client c. Per carer there are y (has anybody), short
(clients below the least) and over (minutes above the capacity). The programme sees how far a client
lives from a *middle* of each carer's clients; `contact_exchange` counts every pair of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.model import Client, Staff
from data.rules import ContactRules
from partition.annealing.silence_stdout import silence_stdout
from partition.contacts.contact_exchange import ContactCase, exchanged

NODE_LIMIT = 2000
"""Against odd input alone: none of the 32 programmes of 400 clients needs a second node."""
GAP = 1e-4
"""The programme stops by nodes and by gap, never by the clock, so that a run can be repeated."""
HARD_PER_MIN = 10**9
"""Price of a minute too many where there may be none."""
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
    """For each second between two clients of one contact. At this price the mean leg between them
    is half as long as without it in the demo, and hardly anything else is given up."""
    access_per_s: int = 60
    """For each second that two neighbours of one contact save at their doors: most of a town
    team's travel is access time, and what is next door is not next door if a colleague makes it."""
    crowding: int = 30
    """Times minutes² / capacity of each contact: whose own clients fill the day can be nowhere
    else in it, and cannot be at two of them at eight."""
    former_vice: int = 1_000
    other_language: int = 600
    stranger: int = 900
    """For a carer from another team than the client's of today: she knows less of her (FA-16)."""


PAIR_MOST_S = 15 * 60
"""Clients further apart are as good as unconnected: more would outweigh all other wishes."""


@dataclass(frozen=True)
class TeamCase:
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
    """Seconds saved at the doors of two clients after each other (`doors.access_saved_s`)."""


def seats_of(case: TeamCase) -> NDArray[np.int64]:
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
    case: TeamCase, pairs: NDArray[np.int64], rules: ContactRules
) -> tuple[Any, NDArray[np.float64], NDArray[np.float64]]:
    """The programme's constraints: matrix, lower and upper bounds of its rows."""
    from scipy.sparse import coo_array

    n_carers, n_clients = case.is_possible.shape
    n_pairs = len(pairs)
    of_carer, of_client = pairs[:, 0], pairs[:, 1]
    x, each, zeros = np.arange(n_pairs), np.arange(n_carers), np.zeros(n_carers)
    y, short, over = (n_pairs + q * n_carers + each for q in range(3))
    ones = np.ones(n_pairs)
    # Rows are scaled to coefficients of about one: what is integral within the solver's tolerance
    # is then feasible within it too.
    few, many = 1.0 / max(1, rules.clients_min), 1.0 / rules.clients_max
    hours = 1.0 / max(1, int(case.minutes.max(initial=1)))
    at_most, at_least, load = (n_clients + q * n_carers for q in range(3))
    entries = [
        (of_client, x, ones),
        (at_most + of_carer, x, ones * many),
        (at_most + each, y, zeros - 1),
        (at_least + of_carer, x, ones * few),
        (at_least + each, y, zeros - 1),
        (at_least + each, short, zeros + few),
        (load + of_carer, x, case.minutes[of_carer, of_client] * hours),
        (load + each, over, zeros - hours),
    ]
    rows, columns, values = (np.concatenate(parts) for parts in zip(*entries, strict=True))
    shape = (n_clients + 3 * n_carers, n_pairs + 3 * n_carers)
    matrix = coo_array((values.astype(float), (rows, columns)), shape=shape).tocsr()
    low = np.full(shape[0], -np.inf)
    low[at_least : at_least + n_carers] = 0
    high = np.concatenate([np.ones(n_clients), zeros, zeros + np.inf, case.capacity * hours])
    return matrix, low, high


def solved(
    case: TeamCase, seat: NDArray[np.int64], rules: ContactRules, prices: ContactPrices
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
    if rules.minutes_hard:
        most_over = zeros
    upper = np.concatenate([np.ones(n_pairs + n_carers), zeros + rules.clients_min, most_over])
    with silence_stdout():
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
    pair = prices.pair_per_s * np.minimum(case.dist, PAIR_MOST_S) - prices.access_per_s * case.saved
    np.fill_diagonal(pair, 0.0)
    exchange = ContactCase(
        np.where(case.is_possible, case.price, np.inf),
        pair,
        case.minutes,
        case.capacity,
        rules.clients_min,
        rules.clients_max,
        prices.too_few,
        HARD_PER_MIN if rules.minutes_hard else prices.overload_per_min,
        prices.crowding,
    )
    return exchanged(exchange, chosen)


def recentred(
    case: TeamCase, chosen: NDArray[np.int64], seat: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The middle client of each carer's clients as now chosen."""
    centre = seat.copy()
    for s in range(len(case.carers)):
        own = np.flatnonzero(chosen == s)
        if len(own):
            centre[s] = own[case.dist[np.ix_(own, own)].sum(axis=0).argmin()]
    return centre
