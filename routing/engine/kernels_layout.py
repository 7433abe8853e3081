"""How a rounds problem lies in memory: columns of its tables, and the tuples that kernels take.

Rows instead of parallel arrays, because a test of one insertion reads several fields of the same
node and of the same position: a position of a route is exactly one cache line. All arrays are
C-contiguous int64, made in `routing.rounds.round_problem` and nowhere else. Times are seconds since
the date's midnight, costs are integers in seconds of travel.

The name holds ``kernels`` so that a changed constant renames the kernels' cache.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.kernels_tables import by_reference

IntArray = NDArray[np.int64]

# Columns of ``Problem.node``: one row per carer that a visit needs, then one per block.
N_LOC = 0
"""Place; -1 where the node has no leg and leaves the carer where she is (digital)."""
N_DUR = 1
N_EARLIEST = 2
N_LATEST = 3
N_WISH_LO = 4
"""Starting before this costs ``N_PRICE_EARLY`` per second, in 1/64."""
N_WISH_HI = 5
N_PRICE_EARLY = 6
N_PRICE_LATE = 7
N_ABSENT = 8
"""What it costs not to plan the node."""
N_CLIENT = 9
N_CLASH = 10
"""Class of task that is limited per half-day, or -1."""
N_MATE = 11
"""The node of the other carer of a synchronised visit, or -1."""
N_KIND = 12
N_GROUP = 13
"""Occurrences of one visit whose day is free share a group: at most one a date. Or -1."""
N_MUST = 14
"""One more than the staff number of who must be this carer of a synchronised visit; 0: anyone."""
N_COLS = 16
"""One to spare: a row is two cache lines."""

VISIT, BREAK, FIXED = 0, 1, 2
"""Kinds: a visit, a break (may move in its own route), a block that never moves."""

# Columns of ``Problem.route``: one row per rostered shift.
R_STAFF = 0
R_DATE = 1
R_START = 2
R_END = 3
R_MODE = 4
R_FROM = 5
R_TO = 6
R_BLOCK = 7
"""Which 14 days the date belongs to, for the count of faces."""
R_COLS = 8

# Columns of ``State.line``: one row per position of a route; 0 is the start, n + 1 the end.
L_NODE = 0
L_ARRIVE = 1
L_START = 2
L_DEPART = 3
L_LATEST = 4
"""The latest start here that keeps everything after it in time."""
L_LOC = 5
"""Where the carer is after this position."""
L_PRICED = 6
"""1 where a later start costs something."""
L_COLS = 8

# Columns of ``State.plan``: what the plan says of each node at the moment.
P_ROUTE = 0
P_EARLIEST = 1
"""The window as narrowed by synchrony, lags and the half-day of a clash rule."""
P_LATEST = 2
P_HALF = 3
"""Half-day counted for the clash rule: 0 before noon, 1 after, -1 not counted."""
P_COLS = 4

# Slots of ``State.now``.
NOW_COST = 0
NOW_BEST = 1
NOW_TOUCHED = 2
NOW_LOGGED = 3
NOW_ABSENT = 4
NOW_DIRTY = 5
NOW_POOL = 6
NOW_BROKEN = 7
"""1 where the iteration left a route that cannot be kept; it is undone."""
NOW_STAMP = 8
NOW_ITERATION = 9
NOW_FOUND_R = 10
NOW_FOUND_P = 11
NOW_FOUND_START = 12
NOW_FOUND_R2 = 13
NOW_FOUND_P2 = 14
NOW_BLINK = 15
"""How many more places of a pair are looked at before one is passed over."""
NOW_SIZE = 16

NOON_S = 12 * 3600
FAR = 1 << 60


@by_reference
class Problem(NamedTuple):
    """One area's horizon. Immutable; see the column constants for the meaning of each column."""

    node: IntArray
    """(n_nodes, N_COLS)"""
    route: IntArray
    """(n_routes, R_COLS)"""
    leg: IntArray
    """(n_modes, n_places, n_places): travel plus access seconds"""
    cand_ptr: IntArray
    """(n_nodes + 1,): which part of ``cand`` belongs to each node"""
    cand: IntArray
    """(n_candidates, 2): route, and the price of its carer for the node, in rising price"""
    lag_ptr: IntArray
    """(n_nodes + 1,)"""
    lag: IntArray
    """(n_lags, 3): other node, least and most of (its start - this start) on the same date"""
    group_ptr: IntArray
    """(n_groups + 1,)"""
    group: IntArray
    """nodes of each free-day group"""
    near_ptr: IntArray
    """(n_nodes + 1,)"""
    near: IntArray
    """nodes close in place and time that may share a date, nearest first"""
    client_ptr: IntArray
    """(n_clients + 1,)"""
    client_node: IntArray
    """nodes of each client, in order of date"""
    face_price: IntArray
    """(n_clients,): what the first visit of one more carer in 14 days costs"""
    clash_limit: IntArray
    """(n_clash,)"""


@by_reference
class State(NamedTuple):
    """A plan under way, its best, and what is needed to take an iteration back."""

    line: IntArray
    """(n_routes, width, L_COLS)"""
    length: IntArray
    """(n_routes,): nodes in each route"""
    cost: IntArray
    """(n_routes,): travel and priced starts of each route"""
    plan: IntArray
    """(n_nodes, P_COLS)"""
    faces: IntArray
    """(n_blocks, n_clients, n_staff): visits of each carer to each client"""
    clash: IntArray
    """(n_staff, n_dates, 2, n_clash)"""
    absent: IntArray
    """(n_nodes,): nodes not planned, the first ``NOW_ABSENT``"""
    absent_at: IntArray
    """(n_nodes,): where in ``absent`` a node stands, or -1"""
    pool: IntArray
    """(n_nodes,): nodes taken out in this iteration"""
    key: IntArray
    """(n_nodes,): their sort keys"""
    touched: IntArray
    """(n_routes,): routes changed in this iteration"""
    touched_at: IntArray
    """(n_routes,): stamp of the iteration that last changed the route"""
    old_seq: IntArray
    """(n_routes, width): their nodes before"""
    old_length: IntArray
    logged: IntArray
    """(n_nodes, 1 + P_COLS): nodes changed in this iteration, and their plan before"""
    logged_at: IntArray
    dirty: IntArray
    """(n_routes,): routes changed since the best plan was kept"""
    dirty_at: IntArray
    best_seq: IntArray
    """(n_routes, width)"""
    best_length: IntArray
    best_plan: IntArray
    """(n_nodes, P_COLS): windows in the best plan"""
    slot: IntArray
    """(n_slots, 5): places found for one carer of a synchronised pair"""
    now: IntArray
    """(NOW_SIZE,)"""
