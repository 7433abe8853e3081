"""How a soft-rules problem lies in memory: columns of its tables, tuples that kernels take.

All arrays are C-contiguous int64 made in `routing.soft.problem`; the unit of time is the
caller's (minutes for the benchmark, seconds for a planner), costs are integers.

The name holds ``kernels`` so that a changed constant renames the kernels' cache.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]

# Columns of ``Problem.node``: one row per carer that a visit needs, then one per lunch.
V_PLACE = 0
V_DUR = 1
V_EARLY1 = 2
"""Never before this. For a lunch: its earliest start."""
V_LATE1 = 3
"""A later start is late, and priced. For a lunch: its last start, which is hard."""
V_EARLY2 = 4
"""Start of the second window, or ``FAR``."""
V_LATE2 = 5
V_SWITCH = 6
"""Arriving after this, between the windows, the carer waits for the second window."""
V_MATE = 7
"""The other visit of the pair, or -1. Two carers always make a pair."""
V_LAG = 8
"""Start of the mate minus start of this one is at least this; ``-FAR`` where it is free."""
V_UNIT = 9
V_KIND = 10
V_COLS = 12

VISIT, LUNCH = 0, 1

# Columns of ``Problem.carer``.
C_START = 0
C_END = 1
C_FROM = 2
C_TO = 3
C_LUNCH = 4
"""The node of the carer's lunch, or -1."""
C_COLS = 6

# Slots of ``Problem.price``: per unit of time, except the last.
P_TRAVEL = 0
P_LATE = 1
P_LATE_MAX = 2
P_WAIT = 3
P_OVER = 4
P_IDLE_MAX = 5
P_LUNCH = 6
P_SIZE = 8

# Columns of ``State.line``: what the measure of one route says.
L_COST = 0
"""Travel, lateness, waiting, overtime, persons and missed lunch of this route, priced."""
L_LATE_MAX = 1
L_IDLE = 2
L_WAIT = 3
L_FINISH = 4
L_SHIFT = 5
"""How much later than at the shift's start the carer leaves without being later anywhere."""
L_TRAVEL = 6
L_LATE = 7
L_OVER = 8
L_PERSONS = 9
L_COLS = 10

# Slots of ``State.now``.
NOW_COST = 0
NOW_LATE_MAX = 1
NOW_IDLE_MAX = 2
NOW_IDLE_SECOND = 3
NOW_IDLE_ROUTE = 4
NOW_LINES = 5
"""Sum of the routes' own costs."""
NOW_ABSENT = 6
"""Sum of the prices of what is not planned."""
NOW_SIZE = 8

# Slots of ``Scratch.now``.
S_STAMP = 0
S_TOUCHED = 1
S_HEAD = 2
S_TAIL = 3
S_ROUTE = 4
"""The route that holds the node on trial, or -1."""
S_POS = 5
S_NODE = 6
S_POOL = 7
S_FOUND_ROUTE = 8
S_FOUND_POS = 9
S_DIRTY = 10
S_SIZE = 12

FAR = 1 << 50
QUEUE = 2048


class Problem(NamedTuple):
    """One day under soft rules. Immutable."""

    node: IntArray
    """(n_nodes, V_COLS)"""
    carer: IntArray
    """(n_carers, C_COLS)"""
    leg: IntArray
    """(n_places, n_places): travel time"""
    person: IntArray
    """(n_nodes, n_carers): price of the carer for the node, or -1 where she may not"""
    cand_ptr: IntArray
    """(n_nodes + 1,)"""
    cand: IntArray
    """carers who may, for each node"""
    unit: IntArray
    """(n_units, 2): the nodes of each client visit; the second is -1 where one carer is enough"""
    absent: IntArray
    """(n_units,): the price of not planning it"""
    near: IntArray
    """(n_units, n_near): units close in place and time, nearest first"""
    price: IntArray
    """(P_SIZE,)"""


class State(NamedTuple):
    """A plan: who goes where in which order, when, and what it costs."""

    seq: IntArray
    """(n_carers, most): nodes in order"""
    size: IntArray
    """(n_carers,)"""
    route: IntArray
    """(n_nodes,): the carer, or -1"""
    pos: IntArray
    """(n_nodes,)"""
    start: IntArray
    """(n_nodes,): the earliest start that all rules leave"""
    line: IntArray
    """(n_carers, L_COLS)"""
    now: IntArray
    """(NOW_SIZE,)"""


class Scratch(NamedTuple):
    """Room that kernels work in."""

    seq: IntArray
    start: IntArray
    mark: IntArray
    touched: IntArray
    route_mark: IntArray
    line: IntArray
    queue: IntArray
    pool: IntArray
    order: IntArray
    key: IntArray
    dirty: IntArray
    now: IntArray
