"""What is saved at doors where one carer makes visits to two clients after each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from data.model import Client
from data.travel import AccessRules, access_s


def door_saved_s(rules: AccessRules, mode: str, clients: Sequence[Client]) -> NDArray[np.float64]:
    """Seconds saved at the door of each pair of neighbours, in the mean of both directions.

    Only clients of one building or household save anything: the carer is inside already.

    Returns
    -------
    ndarray, float64, shape (n_clients, n_clients)
        Symmetric, zero on the diagonal.
    """
    saved = np.zeros((len(clients), len(clients)))
    alone = [access_s(rules, mode, None, client) for client in clients]
    for i, one in enumerate(clients):
        for j, other in enumerate(clients[:i]):
            there = alone[j] - access_s(rules, mode, one, other)
            back = alone[i] - access_s(rules, mode, other, one)
            saved[i, j] = saved[j, i] = (there + back) / 2
    return saved
