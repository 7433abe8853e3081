"""How a vehicle routing problem with time windows lies in memory, for its kernels."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]

FAR = 1 << 60
COST, BEST, N_TOUCHED, N_POOL, STAMP, N_KEPT, VERSION = 0, 1, 2, 3, 4, 5, 6
NOW_SIZE = 8
SEEN_AT, SEEN_COST, SEEN_GAP, SEEN_SIZE = 0, 1, 2, 4

PREV_OUT, NEXT_LATEST, LEG, NODE = 0, 1, 2, 3
"""Columns of a gap: departure of the node before, latest arrival at the node after it, the leg
between them, and the node before. Gap p lies between positions p and p + 1."""


class Vrptw(NamedTuple):
    """Node 0 is the depot; travel time equals distance."""

    distance: IntArray
    """(n, n)"""
    demand: IntArray
    service: IntArray
    ready: IntArray
    due: IntArray
    near: IntArray
    """(n, n - 1): customers by distance, the node itself first"""
    code: IntArray
    """(n,): a random number for each customer; a route's hash is their sum"""
    limit: IntArray
    """(2,): capacity, vehicles"""


class VrptwState(NamedTuple):
    """The plan under way, the best, and the routes remembered."""

    gap: IntArray
    """(n_routes, width, 4)"""
    length: IntArray
    load: IntArray
    cost: IntArray
    where: IntArray
    """(n,): route of each customer, -1 where it is out"""
    pool: IntArray
    key: IntArray
    touched: IntArray
    touched_at: IntArray
    old_seq: IntArray
    old_length: IntArray
    old_cost: IntArray
    version: IntArray
    """(n_routes,): a number that no other sequence of the route's slot has had"""
    old_version: IntArray
    seen: IntArray
    """(n, n_routes, SEEN_SIZE): the cheapest gap of a route for a customer, and the version of
    the route for which it was found. Most iterations are taken back, and most routes are left
    alone by the others, so most of these are still true the next time."""
    best_seq: IntArray
    best_length: IntArray
    kept_hash: IntArray
    """(n_slots,): open addressing; 0 is free"""
    kept_cost: IntArray
    kept_seq: IntArray
    """(n_slots, width)"""
    now: IntArray
