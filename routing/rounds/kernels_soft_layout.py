"""How a soft rounds problem lies in memory: what may be late, idle or left out, at a price.

The rounds of `kernels_layout` keep every window. Here lateness, waiting, overtime, idleness, a
missed break and an absent visit each have a price, and a route is timed exactly for them.
All arrays are C-contiguous int64, made in `routing.rounds.soft` and nowhere else. The unit of
time is the caller's (seconds for rounds, minutes for UHHC); costs are integers.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]

# Columns of ``SoftProblem.node``: one row per carer that a visit needs.
S_LOC = 0
S_DUR = 1
S_FROM = 2
"""Earliest start, hard."""
S_DUE = 3
"""Latest start without lateness."""
S_FROM2 = 4
"""A second window, or -1."""
S_DUE2 = 5
S_GROUP = 6
"""Nodes of one group are planned all or none."""
S_MATE = 7
"""A node whose start hangs on this one's, or -1."""
S_LAG_MIN = 8
"""Least of (mate's start - this start)."""
S_LAG_MAX = 9
S_COLS = 10

# Columns of ``SoftProblem.route``.
T_FROM = 0
T_TO = 1
T_START = 2
T_END = 3
"""Rostered end; later costs overtime."""
T_BREAK = 4
"""1 where a break is due."""
T_COLS = 6

# Slots of ``SoftProblem.price``: cost per unit of time, or per piece.
W_TRAVEL = 0
W_LATE = 1
W_WORST = 2
"""Per unit of the worst lateness of all."""
W_WAIT = 3
W_OVER = 4
W_IDLE = 5
"""Per unit of the longest idle time of any carer."""
W_NO_BREAK = 6
BREAK_FROM = 7
BREAK_LATEST = 8
"""Latest start of the break, hard."""
BREAK_DUR = 9
LATE_PER_WAIT = 10
"""How many visits must run late before waiting is the cheaper: ceil(W_WAIT / W_LATE)."""
W_SIZE = 12

# Columns of ``SoftState.mark``: what a route costs by itself.
K_COST = 0
K_IDLE = 1
K_WORST = 2
K_WAIT = 3
"""The price of its waiting, part of the cost."""
K_COLS = 4

# Columns of ``SoftState.at``: where each node is, and when it may start.
A_ROUTE = 0
A_WINDOW = 1
"""Which of its windows it keeps to: 0 or 1."""
A_LO = 2
"""Start pinned between A_LO and A_HI, for nodes that hang together."""
A_HI = 3
A_COLS = 4

# Slots of ``SoftState.now``.
O_COST = 0
O_IDLE = 1
O_IDLE_R = 2
O_IDLE2 = 3
O_WORST = 4
O_WORST_R = 5
O_WORST2 = 6
O_BEST = 7
O_POOL = 8
O_BROKEN = 9
"""1 where a route could not be timed any more; the iteration is undone."""
O_FOUND = 10
O_FOUND_R = 11
O_FOUND_P = 12
O_FOUND_W = 13
O_FOUND_S = 14
O_ITERATION = 15
O_SIZE = 24

# Rows of ``SoftState.work``.
ROW = 0
"""The sequence that `time_row` times."""
OFF = 1
RUN = 2
KNEE = 3
OUT = 4
"""What `time_row` answers, in these slots:"""
E_COST = 0
E_IDLE = 1
E_WORST = 2
E_WAIT = 3
E_SHIFT = 4
E_LOW = 5
WORK_ROWS = 5

NO_NODE = -1
"""Stands for the break in a sequence."""
FAR = 1 << 40


class SoftProblem(NamedTuple):
    """Immutable; see the column constants."""

    node: IntArray
    route: IntArray
    leg: IntArray
    """(n_places, n_places)"""
    cand_ptr: IntArray
    cand: IntArray
    """(n_candidates, 2): route, and the price of its carer for the node"""
    carer: IntArray
    """(n_nodes, n_routes): the same price, -1 where not allowed"""
    group_ptr: IntArray
    group: IntArray
    """nodes of each group"""
    absent: IntArray
    """(n_groups,): what leaving the group out costs"""
    near: IntArray
    """(n_nodes, n_near): other nodes, nearest first"""
    price: IntArray
    """(W_SIZE,)"""


class SoftState(NamedTuple):
    """A plan under way, and room to work in. Few arrays: each is an argument of every call."""

    seq: IntArray
    """(n_routes, width): nodes in order, ``NO_NODE`` for the break"""
    length: IntArray
    mark: IntArray
    """(n_routes, K_COLS)"""
    at: IntArray
    """(n_nodes, A_COLS)"""
    stop: IntArray
    """(n_routes, width, 2): earliest start of each stop, and how late it is in the plan"""
    now: IntArray
    work: IntArray
    """(WORK_ROWS, width)"""
    pool: IntArray
    """(2, n_groups): groups to place, and their sort keys"""
    touched: IntArray
    """(n_routes,)"""
    slot: IntArray
    """(n_slots, 5): the best places of one node: cost, route, position, window, start"""


class SoftMemory(NamedTuple):
    """The plan before the iteration, and the best."""

    seq: IntArray
    length: IntArray
    mark: IntArray
    at: IntArray
    stop: IntArray
    now: IntArray
    best_seq: IntArray
    best_length: IntArray
    best_at: IntArray
