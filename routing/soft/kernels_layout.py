"""How a soft-rules problem lies in memory: columns of its tables, tuples that kernels take.

All arrays are C-contiguous int64 made in `routing.soft.problem`; the unit of time is the
caller's (minutes for the benchmark, seconds for a planner), costs are integers.

The name holds ``kernels`` so that a changed constant renames the kernels' cache.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.kernels_tables import by_reference

IntArray = NDArray[np.int64]

# Columns of ``Problem.node``: one row per carer that a visit needs, then one per lunch.
V_PLACE = 0
"""Row of the travel matrix; -1 where the carer stays where she is (a digital visit, a lunch)."""
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
"""The other carer's node of the same visit, or -1: never in the same route."""
V_LAST = 8
"""A later start is forbidden, at any price; else ``FAR``."""
V_UNIT = 9
V_KIND = 10
V_CAND = 11
"""Where the node's carers begin in ``Choice.cand``."""
V_CAND_END = 12
V_WEIGHT = 13
"""How many times the price of lateness counts here."""
V_LINK = 14
"""Where the node's rows of ``Problem.link`` begin."""
V_LINK_END = 15
V_CLASH = 16
"""Class of task that is limited per half-day, or -1."""
V_WISH = 17
"""The start wished for; each unit of time off it costs ``V_WISH_PRICE``, in 1/64."""
V_WISH_PRICE = 18
V_COLS = 20

# Columns of ``Problem.link``: start of OTHER minus start of this node is at least LEAST, and
# start of this node minus start of OTHER at least BACK.
K_OTHER = 0
K_LEAST = 1
K_BACK = 2
K_COLS = 3

VISIT, LUNCH = 0, 1

# Columns of ``Problem.carer``.
C_START = 0
C_END = 1
C_FROM = 2
C_TO = 3
C_LUNCH = 4
"""The node of the carer's lunch, or -1."""
C_MODE = 5
"""Which of the travel matrices is hers."""
C_LAST = 6
"""Coming back later is forbidden, at any price; else ``FAR``."""
C_COLS = 8

# Slots of ``Problem.price``: per unit of time, except the last.
P_TRAVEL = 0
P_LATE = 1
P_LATE_MAX = 2
P_WAIT = 3
P_OVER = 4
P_IDLE_MAX = 5
P_LUNCH = 6
P_CLASH = 7
"""Each visit of a class above its carer's limit for the half-day."""
P_NOON = 8
"""No price: when the second half-day begins."""
P_SIZE = 10

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
"""Each visit's lateness times its weight."""
L_OVER = 8
L_PERSONS = 9
"""Persons, wished times and clashes, priced."""
L_SIZE = 10
"""How many nodes the route has."""
L_MARK = 11
"""The trial that last touched the route."""
L_DIRTY = 12
"""1 where the route differs from the last plan kept."""
L_TOUCHED = 13
"""Row k of this column: the k-th route that the trial touched."""
L_COLS = 14

# Columns of ``State.at``: one row per node.
A_ROUTE = 0
"""The carer, or -1."""
A_POS = 1
A_START = 2
"""The earliest start that all rules leave."""
A_TRY = 3
"""The start on trial, valid where ``A_MARK`` is the trial's number."""
A_MARK = 4
A_COLS = 6

# Columns of ``Choice.unit``: one row per client visit.
U_ONE = 0
U_TWO = 1
"""The second carer's node, or -1 where one is enough."""
U_ABSENT = 2
"""The price of not planning it."""
U_COLS = 4

# Slots of ``Choice.knobs``.
MEAN_OUT = 0
MOST_STRING = 1
BLINK = 2
ABSENT_TRIED = 3
N_KNOBS = 8

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
S_STAMP = 8
"""The number of the trial under way."""
S_TOUCHED = 9
S_HEAD = 10
S_TAIL = 11
S_ROUTE = 12
"""The route that holds the node on trial, or -1."""
S_POS = 13
S_NODE = 14
S_POOL = 15
S_FOUND_ROUTE = 16
S_FOUND_POS = 17
S_LATER = 18
"""How much later, by weight, all nodes moved so far on trial are."""
S_MOST = 19
"""A trial that makes visits later by more than this in all is given up; else ``FAR``."""
S_FLOOR = 20
"""The node on trial starts no earlier, for its mate's sake."""
NOW_SIZE = 24

FAR = 1 << 50
QUEUE = 2048


@by_reference
class Problem(NamedTuple):
    """One day under soft rules, as timing and pricing read it. Immutable."""

    node: IntArray
    """(n_nodes, V_COLS)"""
    carer: IntArray
    """(n_carers, C_COLS)"""
    leg: IntArray
    """(n_modes, n_places, n_places): travel time"""
    person: IntArray
    """(n_nodes, n_carers): price of the carer for the node, or -1 where she may not"""
    price: IntArray
    """(P_SIZE,)"""
    link: IntArray
    """(n_links, K_COLS): lags between starts, node by node"""
    clash: IntArray
    """(n_carers, 2 * n_classes): how many of a class before noon, then after it"""


@by_reference
class Choice(NamedTuple):
    """What the search chooses from, and the pool that it chooses with."""

    cand: IntArray
    """carers who may, node by node"""
    unit: IntArray
    """(n_units, U_COLS)"""
    near: IntArray
    """(n_units, n_near): units close in place and time, nearest first"""
    knobs: IntArray
    """(N_KNOBS,)"""
    pool: IntArray
    """(n_units + 1, 2): units to insert, and their keys"""


@by_reference
class State(NamedTuple):
    """A plan: who goes where in which order, when, what it costs, and room to try changes.

    Few arrays, because every call between kernels passes all of them.
    """

    at: IntArray
    """(n_nodes, A_COLS)"""
    row: IntArray
    """(n_carers + 1, most): nodes in order; the last row is the route on trial"""
    line: IntArray
    """(2 * n_carers, L_COLS): each route, then those on trial"""
    queue: IntArray
    """(QUEUE, 2): mates that must follow, and from when"""
    now: IntArray
    """(NOW_SIZE,)"""
