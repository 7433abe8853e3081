"""The best plan that can be put together from routes already seen: set partitioning by HiGHS."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import LinearConstraint, linprog, milp
from scipy.sparse import csc_matrix

IntArray = NDArray[np.int64]

COLUMNS_MOST = 3000


def recombine(
    n_nodes: int, cost: IntArray, seq: IntArray, best: int, seconds: float
) -> list[list[int]] | None:
    """A cheaper plan made of the routes given, or None.

    Parameters
    ----------
    n_nodes : int
        With the depot.
    cost : ndarray, shape (n_routes,)
    seq : ndarray, shape (n_routes, width)
        Number of customers first, then the customers.
    best : int
        Cost to beat. Routes whose reduced cost in the linear relaxation exceeds the gap to it
        cannot be in a better plan and are left out before the integer program.
    seconds : float
        Time limit of the integer program.
    """
    n = seq[:, 0]
    columns = np.repeat(np.arange(len(seq)), n)
    rows = np.concatenate([one[1 : 1 + one[0]] for one in seq]) - 1
    matrix = csc_matrix((np.ones(len(rows)), (rows, columns)), shape=(n_nodes - 1, len(seq)))
    ones = np.ones(n_nodes - 1)
    relaxed = linprog(
        cost, A_eq=matrix, b_eq=ones, method="highs-ds", options={"time_limit": seconds}
    )
    if relaxed.status != 0 or relaxed.fun > best - 1 + 1e-6:
        return None
    reduced = cost - matrix.T @ relaxed.eqlin.marginals
    route_pool = np.flatnonzero(reduced < best - relaxed.fun)
    if len(route_pool) > COLUMNS_MOST:
        route_pool = np.sort(np.argsort(reduced, kind="stable")[:COLUMNS_MOST])
    part = milp(
        cost[route_pool],
        constraints=LinearConstraint(matrix[:, route_pool], ones, ones),
        integrality=np.ones(len(route_pool)),
        bounds=(0, 1),
        options={"time_limit": seconds},
    )
    if part.x is None or round(part.fun) >= best:
        return None
    return [seq[k, 1 : 1 + seq[k, 0]].tolist() for k in route_pool[part.x > 0.5]]
