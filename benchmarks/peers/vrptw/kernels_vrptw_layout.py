"""How a vehicle routing problem with time windows lies in memory, for its kernels."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.kernels_tables import by_reference

IntArray = NDArray[np.int64]
SmallArray = NDArray[np.int32]
"""What is read in the inner loops: half the bytes, so that more of it lies close to the core."""

FAR = 1 << 30
COST, BEST, N_TOUCHED, N_REMOVED, STAMP, VERSION, OPTION = 0, 1, 2, 3, 4, 5, 6
SCALAR_SIZE = 8
SEEN_AT, SEEN_COST, SEEN_GAP, SEEN_SIZE = 0, 1, 2, 4

PREV_OUT, NEXT_LATEST, LEG, NODE = 0, 1, 2, 3
"""Columns of a gap: departure of the node before, latest arrival at the node after it, the leg
between them, and the node before. Gap p lies between positions p and p + 1."""


@by_reference
class Vrptw(NamedTuple):
    """Node 0 is the depot; travel time equals distance."""

    distance: SmallArray
    """(n, n)"""
    demand: SmallArray
    service: SmallArray
    ready: SmallArray
    due: SmallArray
    near: SmallArray
    """(n, n - 1): customers by distance, the node itself first"""
    code: IntArray
    """(n,): a random number for each customer; a route's hash is their sum"""
    limit: IntArray
    """(2,): capacity, vehicles"""


@by_reference
class VrptwState(NamedTuple):
    """The plan under way, the best, and the routes remembered."""

    gap: SmallArray
    """(n_routes, width, 4)"""
    length: IntArray
    load: IntArray
    cost: IntArray
    where: SmallArray
    """(n,): route of each customer, -1 where it is out"""
    removed: IntArray
    key: IntArray
    touched: IntArray
    touched_at: IntArray
    old_seq: IntArray
    old_length: IntArray
    old_cost: IntArray
    version: IntArray
    """(n_routes,): a number that no other sequence of the route's slot has had"""
    old_version: IntArray
    seen: SmallArray
    """(n, n_routes, SEEN_SIZE): the cheapest gap of a route for a customer, and the version of
    the route for which it was found. Most iterations are taken back, and most routes are left
    alone by the others, so most of these are still true the next time."""
    best_seq: IntArray
    best_length: IntArray
    option: IntArray
    """(n_routes,): routes worth a look for one customer, and when each was last put there"""
    optioned_at: IntArray
    now: IntArray


@by_reference
class RoutePool(NamedTuple):
    """The routes of good plans, by a hash of their customers."""

    hash: IntArray
    """(n_slots,): open addressing; 0 is free"""
    cost: IntArray
    seq: IntArray
    """(n_slots, width): the number of customers, then they"""


SHARP = 16
"""Penalised costs are distance times this, so that weights of rules can be fine and whole."""

PREV, NEXT, ROUTE, POS, LOAD_TO, OUT, WARP_TO, LATEST, WARP_FROM = 0, 1, 2, 3, 4, 5, 6, 7, 8
DEMAND, READY, DUE, SERVICE, TESTED, NODE_SIZE = 9, 10, 11, 12, 13, 16
"""Columns of a customer in the local search: its neighbours (0 is the depot), route and place in
it; load and departure with it, the time warp until then; the latest arrival that warps no more
after it, and the time warp from it on; its data; when its moves were last tried."""

R_LENGTH, R_LOAD, R_COST, R_PENALTY, R_CHANGED, R_FIRST, R_WARP, R_KNOWN = 0, 1, 2, 3, 4, 5, 6, 7
ROUTE_SIZE = 8
"""R_KNOWN: bits of the plans that hold the same route. Two routes of one plan that has been
improved need not be tried against each other again."""

W_LOAD, W_WARP, W_CAPACITY = 0, 1, 2
M_KIND, M_A, M_B, M_U, M_V, M_I, M_J, MOVE_SIZE = 0, 1, 2, 3, 4, 5, 6, 8
TWO_OPT_STAR, EXCHANGE, OR_EXCHANGE, TWO_OPT = 1, 2, 3, 4


@by_reference
class Local(NamedTuple):
    """A plan in the local search, where rules may be broken at a price."""

    node: SmallArray
    """(n, NODE_SIZE); row 0 is the depot, the same for the start and the end of every route"""
    route: IntArray
    """(n_routes, ROUTE_SIZE)"""
    seq: SmallArray
    """(n_routes, n): customers in order"""
    fresh: SmallArray
    """(2, n): sequences being made"""
    order: IntArray
    """(n - 1,): customers in the order of trying"""
    weight: IntArray
    """(3,): price of a unit too much load and of a tenth of time warp, capacity"""
    move: IntArray
    """(MOVE_SIZE,): the best move of a pair"""
    granular_neighbours: SmallArray
    """(n, n_beside): customers that could well come before, best first"""


FREE, WHOLE, BROKEN = 0, 1, 2
H_BEST, H_SINCE, H_TRIED, H_LOAD_HELD, H_TIME_HELD, POPULATION_NOW_SIZE = 0, 1, 2, 3, 4, 8


@by_reference
class Population(NamedTuple):
    """The population of plans. ``n_slots`` plans and a spare one; routes of each by angle."""

    seq: SmallArray
    """(n_slots + 1, n - 1)"""
    start: SmallArray
    """(n_slots + 1, n_routes + 1)"""
    n_routes: IntArray
    after: SmallArray
    """(n_slots + 1, n)"""
    before: SmallArray
    kind: IntArray
    """free, keeps every rule, or breaks one"""
    cost: IntArray
    excess: IntArray
    warp: IntArray
    broken_pairs: IntArray
    """(n_slots + 1, n_slots + 1): customers followed by another in the other plan"""
    fitness: NDArray[np.float64]
    """(n_slots,): low is good"""
    by_rank: IntArray
    key: NDArray[np.float64]
    angle: NDArray[np.float64]
    """(n_routes,)"""
    chosen: IntArray
    """(n,): 1 in the routes chosen of the first parent, 2 of the second, 3 of both"""
    at_a: IntArray
    """(n,): route of each customer in the first parent, and in the second"""
    at_b: IntArray
    removed: IntArray
    place: IntArray
    """(n, 2): coordinates from the depot"""
    best: IntArray
    """(n,): the best plan's customers, each route's end marked by the depot, from the front"""
    now: IntArray
