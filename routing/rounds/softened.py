"""Where a day does not fit: an area's windows, shift ends and breaks at a price instead.

Skills, refusals, pets, lags, pairs, locks and clash limits stay hard; who comes costs what it does
in the rounds.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from data.units import MINUTE_S
from routing.engine import kernels_layout as k
from routing.engine.arrays import pack_rows, zeros
from routing.engine.kernels_layout import FAR, IntArray, Problem
from routing.engine.weights import SoftRules
from routing.roster.pins import PIN_ABSENT
from routing.rounds.round_problem import AreaInput, NodeKey

LEAVE_OUT_MOST = 50_000_000
"""Below what a lock costs to leave out."""


def _prices(soft: SoftRules) -> IntArray:
    price = zeros(k.PRICE_COLS)
    price[k.PRICE_TRAVEL], price[k.PRICE_LATE] = 1, soft.late_per_min
    price[k.PRICE_LATE_MAX], price[k.PRICE_WAIT] = soft.late_max_per_min, soft.wait_per_min
    price[k.PRICE_OVER], price[k.PRICE_IDLE_MAX] = soft.overtime_per_min, soft.idle_max_per_min
    return price


def _soften_nodes(source: AreaInput, keys: Sequence[NodeKey], node: IntArray) -> IntArray:
    """Write what a node's window costs now into ``node``, and give its soft half."""
    soft = source.soft
    assert soft is not None
    bent = zeros(len(node), k.SOFT_COLS)
    bent[:, k.SOFT_LATE] = node[:, k.N_LATEST]
    bent[:, k.SOFT_EARLY2] = bent[:, k.SOFT_LATE2] = bent[:, k.SOFT_SWITCH] = FAR
    bent[:, k.SOFT_WEIGHT] = 1
    held = (node[:, k.N_ABSENT] == PIN_ABSENT) & (node[:, k.N_EARLIEST] == node[:, k.N_LATEST])
    is_break = node[:, k.N_KIND] == k.BREAK
    node[~held & ~is_break, k.N_LATEST] = FAR
    node[is_break, k.N_ABSENT] = soft.missed_break * MINUTE_S
    is_mended = source.current is not None and source.is_mended
    for u, key in enumerate(keys):
        visit = key.occurrence.visit
        bent[u, k.SOFT_WEIGHT] = soft.late_weight[visit.priority]
        if node[u, k.N_ABSENT] != PIN_ABSENT:
            price = soft.unplanned[visit.priority] * MINUTE_S // visit.carers_required
            node[u, k.N_ABSENT] = min(price, LEAVE_OUT_MOST)
        if visit.wished_s is not None and not is_mended:
            node[u, k.N_PRICE_LATE] = soft.wish_pct * 64 // 100
        node[u, k.N_PRICE_EARLY] = node[u, k.N_PRICE_LATE]
    return bent


def softened(source: AreaInput, keys: Sequence[NodeKey], problem: Problem) -> Problem:
    """The problem with starts that move, by `AreaInput.soft`."""
    soft = source.soft
    assert soft is not None
    node, route = problem.node.copy(), problem.route.copy()
    bent = _soften_nodes(source, keys, node)
    route[:, k.R_SOFT_END] = route[:, k.R_END]
    most = FAR if soft.overtime_max_s is None else soft.overtime_max_s
    route[:, k.R_END] = np.minimum(route[:, k.R_END] + most, FAR)
    lags = [
        [tuple(row) for row in problem.lag[problem.lag_ptr[u] : problem.lag_ptr[u + 1]].tolist()]
        for u in range(len(node))
    ]
    for u in np.flatnonzero(node[:, k.N_MATE] >= 0).tolist():
        lags[u].append((int(node[u, k.N_MATE]), 0, 0))
    lag_ptr, lag = pack_rows(lags, 3)
    return problem._replace(
        node=node, route=route, soft=bent, price=_prices(soft), lag_ptr=lag_ptr, lag=lag
    )
