"""Clients exchanged between contacts until each contact's clients live together.

The integer programme of `contacts` sees how far a client lives from a *middle* of each carer's
clients, which it must guess. What a contact cycles is the travel between every two of her clients.
That sum is of second degree, so it is lowered here, by shifts and exchanges from the programme's
answer and under all its rules and prices, until none helps. So is the price of minutes that are
crowded on one contact while her colleagues' days are open.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

N_EXCHANGES_MAX = 400
"""Each is an improvement, so it ends by itself; this bounds the time where gains are minute."""


@dataclass(frozen=True)
class ContactCase:
    """What one team's contacts cost, as numbers.

    Attributes
    ----------
    price : ndarray, float64, shape (n_carers, n_clients)
        Of each carer as contact of each client; infinite where she may not be.
    pair : ndarray, float64, shape (n_clients, n_clients)
        Of two clients having the same contact: symmetric, zero on the diagonal; below zero where
        they save something at the door.
    minutes : ndarray, int64, shape (n_carers, n_clients)
        Minutes a week that the client asks of the carer.
    capacity : ndarray, int64, shape (n_carers,)
        Minutes a week that each carer has.
    clients_min, clients_max : int
        A contact has at least so many clients, or none; and never more than the latter.
    too_few, overload_per_min : int
        Price of each client below the least, and of each minute above the capacity.
    crowding : int
        Price of a contact's minutes squared over her capacity.
    """

    price: NDArray[np.float64]
    pair: NDArray[np.float64]
    minutes: NDArray[np.int64]
    capacity: NDArray[np.int64]
    clients_min: int
    clients_max: int
    too_few: int
    overload_per_min: int
    crowding: int = 0

    def load_price(
        self, n_clients: NDArray[np.int64], minutes: NDArray[np.int64], capacity: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Of having so many clients and minutes; infinite above ``clients_max``."""
        short = np.where(n_clients > 0, np.maximum(0, self.clients_min - n_clients), 0)
        price = self.too_few * short + self.overload_per_min * np.maximum(0, minutes - capacity)
        crowded = self.crowding * (minutes * minutes / np.maximum(1, capacity))
        return np.where(n_clients > self.clients_max, np.inf, price + crowded)


@dataclass(frozen=True)
class _Assignment:
    """Who has whom, and the sums that every change is judged by."""

    placed: NDArray[np.int64]
    """Clients with a contact; all rows and columns below are theirs unless said otherwise."""
    contact: NDArray[np.int64]
    """Each one's contact."""
    n_clients: NDArray[np.int64]
    load: NDArray[np.int64]
    """By carer."""
    full: NDArray[np.float64]
    """(n_carers, n_placed): a client with each carer, beside that carer's clients of now."""


def _assignment(case: ContactCase, chosen: NDArray[np.int64]) -> _Assignment:
    placed = np.flatnonzero(chosen >= 0)
    contact = chosen[placed]
    own = np.zeros((len(case.capacity), len(placed)))
    own[contact, np.arange(len(placed))] = 1.0
    pair = case.pair[np.ix_(placed, placed)]
    load = (own * case.minutes[:, placed]).sum(axis=1).astype(np.int64)
    n_clients = own.sum(axis=1).astype(np.int64)
    return _Assignment(placed, contact, n_clients, load, case.price[:, placed] + own @ pair)


def exchanged(case: ContactCase, chosen: NDArray[np.int64]) -> NDArray[np.int64]:
    """Shift and exchange clients between carers while the whole price falls, the best one first.

    Parameters
    ----------
    chosen : ndarray, int64, shape (n_clients,)
        Carer of each client; those with none (-1) stay without.
    """
    chosen = chosen.copy()
    if len(case.capacity) < 2 or not (chosen >= 0).any():
        return chosen
    for _ in range(N_EXCHANGES_MAX):
        assignment = _assignment(case, chosen)
        shift, swap = _shifts(case, assignment), _swaps(case, assignment)
        if min(shift.min(), swap.min()) > -1e-6:
            break
        if shift.min() <= swap.min():
            carer, q = divmod(int(shift.argmin()), len(assignment.placed))
            chosen[assignment.placed[q]] = carer
        else:
            q, r = divmod(int(swap.argmin()), len(assignment.placed))
            chosen[assignment.placed[q]], chosen[assignment.placed[r]] = (
                assignment.contact[r],
                assignment.contact[q],
            )
    return chosen


def _shifts(case: ContactCase, assignment: _Assignment) -> NDArray[np.float64]:
    """Change of the price when a client goes to another carer, shape (n_carers, n_placed)."""
    each, contact = np.arange(len(assignment.placed)), assignment.contact
    minutes, capacity = case.minutes[:, assignment.placed], case.capacity
    before = case.load_price(assignment.n_clients, assignment.load, capacity)
    left = case.load_price(
        assignment.n_clients[contact] - 1,
        assignment.load[contact] - minutes[contact, each],
        capacity[contact],
    )
    joined = case.load_price(
        assignment.n_clients[:, None] + 1, assignment.load[:, None] + minutes, capacity[:, None]
    )
    leaving = left - before[contact] - assignment.full[contact, each]
    change: NDArray[np.float64] = leaving + assignment.full + joined - before[:, None]
    change[contact, each] = np.inf
    return change


def _swaps(case: ContactCase, assignment: _Assignment) -> NDArray[np.float64]:
    """Change of the price when two clients change carers, shape (n_placed, n_placed)."""
    each, contact = np.arange(len(assignment.placed)), assignment.contact
    minutes = case.minutes[:, assignment.placed]
    before = case.load_price(assignment.n_clients, assignment.load, case.capacity)
    gone = assignment.load[contact] - minutes[contact, each]
    # [q, r]: r in place of q with q's carer. The pair of q and r is counted where r joins, and
    # q is no longer there: it is taken off again on both sides.
    after = case.load_price(
        assignment.n_clients[contact][:, None],
        gone[:, None] + minutes[contact],
        case.capacity[contact][:, None],
    )
    pair = case.pair[np.ix_(assignment.placed, assignment.placed)]
    half = (
        assignment.full[contact]
        - pair
        - assignment.full[contact, each][:, None]
        + after
        - before[contact][:, None]
    )
    change: NDArray[np.float64] = half + half.T
    change[contact[:, None] == contact[None, :]] = np.inf
    return change
