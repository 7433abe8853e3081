"""The same hour from day to day: each visit's usual time, and a price on leaving it.

A visit that is made on several dates has a usual time: the median of its starts in the plan under
way, when half the search is done. From then on a start later than that costs, and one that could
begin earlier waits in the end where nothing else is touched by it. So what a client is told holds
every day, and no count of times is needed in a kernel.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from routing.engine import kernels_layout as k
from routing.engine.kernels_layout import State
from routing.rounds.round_problem import AreaProblem
from routing.rounds.warm_start import back_to_best, count_in

AROUND_S = 15 * 60
"""A client is told half an hour."""


def price_usual_times(area: AreaProblem, state: State) -> None:
    """Write each visit's usual time and its price into the nodes, and count the cost anew.

    Visits with a wished time of their own keep it, and in a plan that is mended every visit has
    the time that it had. The search goes on from the best plan, which costs more from here on.
    """
    source, node = area.source, area.problem.node
    price = source.weights.usual_pct * 64 // 100
    if price == 0 or (source.is_mended and source.current is not None):
        return
    back_to_best(area, state)
    start_of = np.full(len(area.keys), -1, dtype=np.int64)
    for r in range(len(state.length)):
        row = state.line[r, 1 : 1 + state.length[r]]
        visits = row[row[:, k.L_NODE] < len(area.keys)]
        start_of[visits[:, k.L_NODE]] = visits[:, k.L_START]
    nodes: dict[str, list[int]] = defaultdict(list)
    for u, key in enumerate(area.keys):
        if key.occurrence.visit.wished_s is None:
            nodes[key.occurrence.visit.visit_id].append(u)
    for members in nodes.values():
        starts = start_of[members]
        starts = starts[starts >= 0]
        adopted_s = area.keys[members[0]].occurrence.visit.usual_s
        if adopted_s is not None or len(starts) > 1:
            usual_s = int(np.median(starts)) if adopted_s is None else adopted_s
            node[members, k.N_WISH_LO] = max(usual_s - AROUND_S, 0)
            node[members, k.N_WISH_HI] = usual_s + AROUND_S
            node[members, k.N_PRICE_LATE] = price
    count_in(area, state)
    state.now[k.NOW_BEST] = state.now[k.NOW_COST]
