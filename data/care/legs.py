"""How far it is: a leg is travel on the streets and the access at the door, once for everybody.

The time at the door depends on where the carer comes from only for neighbours of one building or
household (`data.travel_times.access_s`), so a matrix is a row of doors with a few entries changed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from data.model import Client
from data.travel_times import AccessRules, TravelTimes, access_s


def access_of_clients_s(
    rules: AccessRules, mode: str, clients: Sequence[Client]
) -> NDArray[np.int64]:
    """Access seconds of each client for a carer who comes from elsewhere."""
    return np.array([access_s(rules, mode, None, client) for client in clients], dtype=np.int64)


def access_matrix(
    rules: AccessRules, mode: str, clients: Sequence[Client], n_others: int = 0
) -> NDArray[np.int64]:
    """Access seconds of each leg: by the client reached alone, but for neighbours.

    Parameters
    ----------
    clients : sequence of Client, length n
    n_others : int
        Places after the clients that have no door: bases, homes of carers.

    Returns
    -------
    ndarray, int64, shape (n + n_others, n + n_others)
        From row to column; zero on the diagonal and to the others.
    """
    n = len(clients)
    matrix = np.zeros((n + n_others, n + n_others), dtype=np.int64)
    matrix[:, :n] = access_of_clients_s(rules, mode, clients)
    for i, j in neighbours(clients):
        matrix[i, j] = access_s(rules, mode, clients[i], clients[j])
    matrix[np.arange(n), np.arange(n)] = 0
    return matrix


def neighbours(clients: Sequence[Client]) -> list[tuple[int, int]]:
    """Pairs of rows, both ways round, of one building, one household or one client."""
    together: dict[tuple[str, str], list[int]] = {}
    for i, client in enumerate(clients):
        names = (("b", client.building_id), ("h", client.household_id), ("c", client.client_id))
        for kind, name in names:
            if name:
                together.setdefault((kind, name), []).append(i)
    pairs = {(i, j) for members in together.values() for i in members for j in members if i != j}
    return sorted(pairs)


def travel_and_access_s(
    travel: TravelTimes, rules: AccessRules, mode: str, from_idx: int, previous: Client | None,
    client: Client,
) -> tuple[int, int]:  # fmt: skip
    """Seconds on the way to a client, and at the door, for a carer who comes from a place.

    ``previous`` is the client whose home she comes from, if any.
    """
    travel_s = travel.between(mode, from_idx, travel.client_idx(client.client_id))
    return travel_s, access_s(rules, mode, previous, client)


def leg_matrix(
    travel: TravelTimes, rules: AccessRules, mode: str, clients: Sequence[Client],
    others: Sequence[str] = (), most_s: int | None = None,
) -> NDArray[np.int64]:  # fmt: skip
    """Travel and access seconds between clients and other places.

    Parameters
    ----------
    others : sequence of str
        Ids of points that are no clients (``base:…``, ``home:…``).
    most_s : int, optional
        Travel counted at most; without it an unreachable pair has `UNREACHABLE_S` and the door.

    Returns
    -------
    ndarray, int64, shape (n, n)
        Clients first, then the others; zero on the diagonal.
    """
    points = [travel.client_idx(client.client_id) for client in clients]
    points += [travel.idx[other] for other in others]
    seconds = travel.seconds[mode][np.ix_(points, points)].astype(np.int64)
    if most_s is not None:
        seconds = np.minimum(seconds, most_s)
    legs: NDArray[np.int64] = seconds + access_matrix(rules, mode, clients, len(others))
    np.fill_diagonal(legs, 0)
    return legs
