"""How a rounds problem lies in memory: columns of its tables, and the tuples that kernels take.

Rows instead of parallel arrays, because a test of one insertion reads several fields of the same
node and of the same position: a position of a route is exactly one cache line. All arrays are
C-contiguous int64, made in `routing.engine.arrays`. Times are seconds since
the date's midnight, costs are integers in seconds of travel.

The name holds ``kernels`` so that a changed constant renames the kernels' cache.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.kernels_tables import by_reference, kinds_of

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

# Columns of ``Problem.node``: one row per carer that a visit needs, then one per block.
NODE_LOC = 0
"""Place; -1 where the node has no leg and leaves the carer where she is (digital)."""
NODE_DUR = 1
NODE_EARLIEST = 2
NODE_LATEST = 3
NODE_WISH_LO = 4
"""Starting before this costs ``NODE_PRICE_EARLY`` per second, in 1/64."""
NODE_WISH_HI = 5
NODE_PRICE_EARLY = 6
NODE_PRICE_LATE = 7
NODE_ABSENT = 8
"""What it costs not to plan the node."""
NODE_CLIENT = 9
NODE_CLASH = 10
"""Class of task that is limited per half-day, or -1."""
NODE_PARTNER = 11
"""The node of the other carer of a synchronised visit, or -1."""
NODE_KIND = 12
NODE_GROUP = 13
"""Occurrences of one visit whose day is free share a group: at most one a date. Or -1."""
NODE_PINNED_STAFF = 14
"""One more than the staff number of who must be this carer of a synchronised visit; 0: anyone."""
NODE_LOAD = 15
"""What it takes of its route's ``ROUTE_CAPACITY``."""
NODE_COLS = 16
"""A row is two cache lines."""

VISIT, BREAK, FIXED, LUNCH = 0, 1, 2, 3
"""Kinds: a visit; a break (may move in its own route); a block that never moves; and, where starts
move, a break without a place, which is held at a neighbour's and is missed at a price."""

# Columns of ``Problem.soft``: one row per node where starts move, else none.
SOFT_LATE = 0
"""A later start is late, and priced. For a lunch: its last start, which is hard."""
SOFT_EARLY2 = 1
"""Start of the second window, or ``FAR``."""
SOFT_LATE2 = 2
SOFT_SWITCH = 3
"""Arriving after this, between the windows, the carer waits for the second window."""
SOFT_WEIGHT = 4
"""How many times the price of lateness counts here."""
SOFT_COLS = 5

# Columns of ``Problem.price``.
PRICE_TRAVEL = 0
PRICE_LATE = 1
PRICE_LATE_MAX = 2
"""Per unit of the latest start's lateness, date by date."""
PRICE_WAIT = 3
PRICE_OVER = 4
PRICE_IDLE_MAX = 5
"""Per unit of what the idlest carer has over, date by date."""
PRICE_LUNCH = 6
"""A lunch that is not held."""
PRICE_COLS = 7

# Columns of ``Problem.route``: one row per rostered shift.
ROUTE_STAFF = 0
ROUTE_DATE = 1
ROUTE_START = 2
ROUTE_END = 3
ROUTE_MODE = 4
ROUTE_FROM = 5
ROUTE_TO = 6
ROUTE_PERIOD = 7
"""Which 14 days the date belongs to, for the count of distinct carers."""
ROUTE_CAPACITY = 8
"""How much its nodes may take in all (``NODE_LOAD``)."""
ROUTE_SOFT_END = 9
"""Where starts move: coming back later is overtime, until ``ROUTE_END`` forbids it."""
ROUTE_LUNCH = 10
"""The node of the carer's lunch, or -1."""
ROUTE_SHARE = 11
"""The row of ``Problem.share`` that its visits count in: its carer's, or its own."""
ROUTE_COLS = 12

# Columns of ``Problem.share``: a row per carer whose shifts are hers, and per shift of one who is
# called in for it; or no row where it does not matter who works more.
SHARE_TIME = 0
"""Working time."""
SHARE_PRICE = 1
"""Of client time, squared, over ``SHARE_TIME``; in 1/64."""
SHARE_LINE = 2
"""Of each second of client time, in 1/64."""
SHARE_OPEN = 3
"""Of the first visit: that she is called in."""
SHARE_COLS = 4

# Columns of ``State.line``: one row per position of a route; 0 is the start, n + 1 the end.
POS_NODE = 0
POS_ARRIVE = 1
POS_START = 2
POS_DEPART = 3
POS_LATEST = 4
"""The latest start here that keeps everything after it in time."""
POS_LOC = 5
"""Where the carer is after this position."""
POS_PRICED = 6
"""Not 0 where a later start costs something, here or after."""
POS_STAYS = 7
"""1 where the node has no place of its own."""
POS_COLS = 8

# Columns of ``State.plan``: what the plan says of each node at the moment.
PLAN_ROUTE = 0
PLAN_EARLIEST = 1
"""The window as narrowed by synchrony, lags and the half-day of a clash rule."""
PLAN_LATEST = 2
PLAN_HALF = 3
"""Half-day counted for the clash rule: 0 before noon, 1 after, -1 not counted."""
PLAN_COLS = 4

# Columns of ``State.sum``: one row per route, then as many for what is on trial.
SUM_COST = 0
SUM_LATE_MAX = 1
SUM_IDLE = 2
SUM_WAIT = 3
SUM_FINISH = 4
SUM_SHIFT = 5
"""How much later than at the shift's start the carer leaves without being later anywhere."""
SUM_TRAVEL = 6
SUM_LATE = 7
"""Each visit's lateness times its weight."""
SUM_OVER = 8
SUM_WISH = 9
"""Starts off their wished times, priced."""
SUM_MARK = 10
"""The trial that last moved a start of the route."""
SUM_TRIED = 11
"""Row k of this column: the k-th route that the trial moved."""
SUM_LOAD = 12
SUM_VERSION = 13
"""Another whenever the route was timed anew; the same again when it was put back."""
SUM_COLS = 14

# Columns of ``State.seen``.
SEEN_VERSION = 0
SEEN_COST = 1
SEEN_POS = 2
SEEN_START = 3
SEEN_COLS = 4

# Columns of ``State.stop``: one row per node, kept where starts move.
STOP_POS = 0
STOP_START = 1
"""The earliest start that all rules leave."""
STOP_TRY = 2
"""The start on trial, valid where ``STOP_MARK`` is the trial's number."""
STOP_MARK = 3
STOP_COLS = 4

# Columns of ``State.day``: one row per date, kept where starts move.
DAY_LATE_MAX = 0
DAY_IDLE_MAX = 1
DAY_IDLE_SECOND = 2
DAY_IDLE_ROUTE = 3
DAY_MARK = 4
DAY_COLS = 5

# Slots of ``State.scalar``.
SCALAR_COST = 0
SCALAR_BEST = 1
SCALAR_TOUCHED = 2
SCALAR_LOGGED = 3
SCALAR_ABSENT = 4
SCALAR_DIRTY = 5
SCALAR_REMOVED = 6
SCALAR_BROKEN = 7
"""1 where the iteration left a route that cannot be kept; it is undone."""
SCALAR_STAMP = 8
SCALAR_ITERATION = 9
SCALAR_FOUND_R = 10
SCALAR_FOUND_P = 11
SCALAR_FOUND_START = 12
SCALAR_FOUND_R2 = 13
SCALAR_FOUND_P2 = 14
SCALAR_BLINK = 15
"""How many more places of a pair are looked at before one is passed over."""
SCALAR_FOUND_HALF = 16
SCALAR_TRIAL = 17
"""The number of the trial under way."""
SCALAR_TRIED = 18
SCALAR_HEAD = 19
SCALAR_TAIL = 20
SCALAR_TRY_ROUTE = 21
"""The route that holds the node on trial, or -1; where it would stand; and the node."""
SCALAR_TRY_POS = 22
SCALAR_TRY_NODE = 23
SCALAR_LATER = 24
"""How much later, by weight, all nodes moved so far on trial are."""
SCALAR_MOST = 25
"""A trial that makes visits later by more than this in all is given up; else ``FAR``."""
SCALAR_FLOOR = 26
"""The node on trial starts no earlier, for its partner's sake."""
SCALAR_TIMED = 27
"""All routes' costs, and what the latest and the idlest of each date cost."""
SCALAR_VERSION = 28
SCALAR_SIZE = 29

QUEUE = 2048

FAR = 1 << 60


# Slots of ``State.tune``: shares of the iterations by removal and by order; each kind sums to 1.
TUNE_STRINGS = 0
TUNE_CLIENT = 1
TUNE_NEW_CARERS = 2
TUNE_TIMES = 3
TUNE_WORST = 4
TUNE_TWO_SHIFTS = 5
TUNE_HOURS = 6
TUNE_NEAR = 7
TUNE_ANY = 8
"""What is left of them: a whole route."""
TUNE_ABSENT = 9
"""Instead of any of these: room for a visit that has no place."""
TUNE_SEED_LATEST = 10
TUNE_SEED_IDLEST = 11
"""How often strings and what is near begin at the latest visit, or at one for the idlest carer."""
TUNE_RANDOM = 12
TUNE_NARROW = 13
TUNE_LONG = 14
TUNE_EARLY = 15
TUNE_FEW = 16
TUNE_FAR = 17
TUNE_CLOSE = 18
TUNE_HEAVY = 19
"""Orders; what is left of them: the dearest to leave out first."""
TUNE_OUT = 20
"""About how many visits the strings of an iteration hold at most; and how long one may be."""
TUNE_LONGEST = 21
TUNE_SPLIT = 22
"""How often a string keeps its middle."""
TUNE_BLINK = 23
"""How often a place is passed over."""
TUNE_RETRIED = 24
"""How many of the unplanned are tried again in an iteration."""
TUNE_NEAREST = 25
"""A node that hangs together with no other is put beside one of so many nearest; 0: anywhere."""
TUNE_SIZE = 26


@by_reference
class Problem(NamedTuple):
    """One area's horizon. Immutable; see the column constants for the meaning of each column."""

    node: IntArray
    """(n_nodes, NODE_COLS)"""
    route: IntArray
    """(n_routes, ROUTE_COLS)"""
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
    new_carer_price: IntArray
    """(n_clients,): what the first visit of one more carer in 14 days costs"""
    same_day_price: IntArray
    """(n_clients,): what each carer who comes on a date costs (LU-27); or (0,): nothing"""
    clash_limit: IntArray
    """(n_clash,): of each heavy task, and last of all of them together"""
    noon: IntArray
    """(1,): where the half-days of the clash rule part"""
    date_ptr: IntArray
    """(n_dates + 1,)"""
    date_route: IntArray
    """routes of each date"""
    soft: IntArray
    """(n_nodes, SOFT_COLS) where starts move (`moves`); else nothing, of shape (0,)"""
    price: IntArray
    """(PRICE_COLS,)"""
    share: IntArray
    """(n_shares, SHARE_COLS), or (0, SHARE_COLS)"""


def moves(problem: Any) -> bool:
    """Whether starts move: of a problem, or of the compiled kind of one.

    Where they move, what is late, over and waited for has a price, and linked visits follow each
    other exactly (`kernels_moving`). Where they do not, windows hold and each route is timed alone
    (`kernels_route`). What differs is behind a `data.kernels.seam`.
    """
    return bool(kinds_of(problem)["soft"].ndim == 2)


@by_reference
class State(NamedTuple):
    """A plan under way, its best, and what is needed to take an iteration back."""

    line: IntArray
    """(n_routes, width, POS_COLS)"""
    length: IntArray
    """(n_routes,): nodes in each route"""
    cost: IntArray
    """(n_routes,): travel and priced starts of each route"""
    plan: IntArray
    """(n_nodes, PLAN_COLS)"""
    meetings: IntArray
    """(n_periods, n_clients, n_staff): visits of each carer to each client"""
    same_day: IntArray
    """(n_dates, n_clients, n_staff): the same by date; of no date where it has no price"""
    work: IntArray
    """(n_shares,): ``NODE_LOAD`` of the visits that count in each row of ``Problem.share``"""
    clash: IntArray
    """(n_staff, n_dates, 2, n_clash)"""
    absent: IntArray
    """(n_nodes,): nodes not planned, the first ``SCALAR_ABSENT``"""
    absent_at: IntArray
    """(n_nodes,): where in ``absent`` a node stands, or -1"""
    removed: IntArray
    """(n_nodes,): nodes taken out in this iteration"""
    key: IntArray
    """(n_nodes,): their sort keys"""
    touched: IntArray
    """(n_routes,): routes changed in this iteration"""
    touched_at: IntArray
    """(n_routes,): stamp of the iteration that last changed the route"""
    old_seq: IntArray
    """(n_routes, width): their version, then their nodes, before"""
    old_length: IntArray
    logged: IntArray
    """(n_nodes, 1 + PLAN_COLS): nodes changed in this iteration, and their plan before"""
    logged_at: IntArray
    dirty: IntArray
    """(n_routes,): routes changed since the best plan was kept"""
    dirty_at: IntArray
    best_seq: IntArray
    """(n_routes, width)"""
    best_length: IntArray
    best_plan: IntArray
    """(n_nodes, PLAN_COLS): windows in the best plan"""
    slot: IntArray
    """(n_slots, 5): places found for one carer of a synchronised pair"""
    sum: IntArray
    """(2 * n_routes, SUM_COLS)"""
    stop: IntArray
    """(n_nodes, STOP_COLS)"""
    day: IntArray
    """(n_dates, DAY_COLS)"""
    seen: IntArray
    """(n_nodes, n_routes, SEEN_COLS): the cheapest place of a node in a route, as long as the route
    stays; or no row, where it is not remembered"""
    queue: IntArray
    """(QUEUE, 2): linked nodes that must follow, and from when"""
    tune: FloatArray
    """(TUNE_SIZE,): shares and sizes of `search_params.SearchParams`"""
    scalar: IntArray
    """(SCALAR_SIZE,)"""
