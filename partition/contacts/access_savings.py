"""What is saved at doors where one carer makes visits to two clients after each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from data.care.legs import access_matrix, access_of_clients_s
from data.model import Client
from data.travel_times import AccessRules


def access_saved_s(rules: AccessRules, mode: str, clients: Sequence[Client]) -> NDArray[np.float64]:
    """Seconds saved at the door of each pair of neighbours, in the mean of both directions.

    Only clients of one building or household save anything: the carer is inside already.

    Returns
    -------
    ndarray, float64, shape (n_clients, n_clients)
        Symmetric, zero on the diagonal.
    """
    saved = access_of_clients_s(rules, mode, clients)[None, :] - access_matrix(rules, mode, clients)
    np.fill_diagonal(saved, 0)
    both: NDArray[np.float64] = (saved + saved.T) / 2
    return both
