"""Customizable contraction hierarchy: structure, customization, perfect pruning.

Dibbelt, Strasser & Wagner 2016, doi 10.1145/2886843. Nodes are named by rank. Every arc of the
hierarchy joins a lower to a higher node and carries two costs: ``up`` from lower to higher and
``down`` from higher to lower. Arcs are grouped by their lower node, higher nodes ascending.
"""

# mypy: disable-error-code="no-untyped-call,no-any-return,arg-type,return-value"
from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.kernels import kernel
from routing.travel.kernels.graph_kernels import INF_MS

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]


class Hierarchy(NamedTuple):
    """The structure: what does not hang on costs."""

    order: Int32
    """Node of the mode graph by rank."""
    rank: Int32
    """Rank by node."""
    parent: Int32
    """By rank: the lowest higher neighbour; -1 at the top."""
    first: Int64
    """Shape (n_nodes + 1,): arcs by lower node."""
    high: Int32
    """Higher node of each arc."""
    low: Int32
    """Lower node of each arc."""
    first_below: Int64
    """Shape (n_nodes + 1,): arcs by higher node, indices in ``below``."""
    below: Int32
    arc_of: Int32
    """By arc of the mode graph: the arc of the hierarchy that holds it."""
    is_up: NDArray[np.uint8]
    """By arc of the mode graph: 1 where it runs from lower to higher."""


@kernel
def fill_in(
    first: Int64, neighbour: Int32, order: Int32, rank: Int32, n_arcs_max: int
) -> tuple[Int64, Int32]:
    """Higher neighbours of every node after elimination, ascending.

    The neighbours of an eliminated node become neighbours of each other, so a node takes over
    its children's. Where ``n_arcs_max`` is too few, ``first[-1]`` is -1.
    """
    n = len(order)
    start = np.zeros(n + 1, np.int64)
    high = np.empty(n_arcs_max, np.int32)
    mark = np.full(n, -1, np.int32)
    child = np.full(n, -1, np.int32)
    sibling = np.full(n, -1, np.int32)
    buffer = np.empty(n + 1, np.int32)
    for r in range(n):
        n_found = 0
        v = order[r]
        for e in range(first[v], first[v + 1]):
            above = rank[neighbour[e]]
            if above > r and mark[above] != r:
                mark[above] = r
                buffer[n_found] = above
                n_found += 1
        c = child[r]
        while c != -1:
            for a in range(start[c], start[c + 1]):
                above = high[a]
                if above > r and mark[above] != r:
                    mark[above] = r
                    buffer[n_found] = above
                    n_found += 1
            c = sibling[c]
        begin = start[r]
        if begin + n_found > n_arcs_max:
            start[n] = -1
            return start, high
        for k in range(n_found):
            slot = begin + k
            while slot > begin and high[slot - 1] > buffer[k]:
                high[slot] = high[slot - 1]
                slot -= 1
            high[slot] = buffer[k]
        start[r + 1] = begin + n_found
        if n_found > 0:
            sibling[r] = child[high[begin]]
            child[high[begin]] = r
    return start, high


@kernel
def arcs_below(first: Int64, high: Int32) -> tuple[Int64, Int32, Int32]:
    """Arcs grouped by their higher node, and each arc's lower node."""
    n = len(first) - 1
    start = np.zeros(n + 1, np.int64)
    for a in range(len(high)):
        start[high[a] + 1] += 1
    for v in range(n):
        start[v + 1] += start[v]
    cursor = start[:-1].copy()
    below = np.empty(len(high), np.int32)
    low = np.empty(len(high), np.int32)
    for v in range(n):
        for a in range(first[v], first[v + 1]):
            low[a] = v
            below[cursor[high[a]]] = a
            cursor[high[a]] += 1
    return start, below, low


@kernel
def find_arc(first: Int64, high: Int32, low_node: int, high_node: int) -> int:
    """The arc between two nodes by binary search; -1 where there is none."""
    begin, end = first[low_node], first[low_node + 1]
    while begin < end:
        middle = (begin + end) >> 1
        if high[middle] < high_node:
            begin = middle + 1
        else:
            end = middle
    if begin < first[low_node + 1] and high[begin] == high_node:
        return begin
    return -1


@kernel
def place_arcs(
    graph_first: Int64, graph_head: Int32, rank: Int32, first: Int64, high: Int32
) -> tuple[Int32, NDArray[np.uint8]]:
    """For each arc of the mode graph, the arc of the hierarchy that holds it, and its direction."""
    arc_of = np.empty(len(graph_head), np.int32)
    is_up = np.empty(len(graph_head), np.uint8)
    for v in range(len(graph_first) - 1):
        for a in range(graph_first[v], graph_first[v + 1]):
            tail, head = rank[v], rank[graph_head[a]]
            is_up[a] = 1 if tail < head else 0
            arc_of[a] = find_arc(first, high, min(tail, head), max(tail, head))
    return arc_of, is_up


@kernel
def customize(hierarchy: Hierarchy, ms: Int32, up: Int32, down: Int32) -> None:
    """Fill in costs from the mode graph's arcs, then over all lower triangles."""
    first, high = hierarchy.first, hierarchy.high
    up[:] = INF_MS
    down[:] = INF_MS
    for a in range(len(ms)):
        arc = hierarchy.arc_of[a]
        if hierarchy.is_up[a]:
            up[arc] = min(up[arc], ms[a])
        else:
            down[arc] = min(down[arc], ms[a])
    for v in range(len(first) - 1):
        end = first[v + 1]
        for a in range(first[v], end):
            across = first[high[a]]
            down_a, up_a = down[a], up[a]
            for b in range(a + 1, end):
                while high[across] < high[b]:
                    across += 1
                up[across] = min(up[across], np.int32(down_a + up[b]))
                down[across] = min(down[across], np.int32(down[b] + up_a))


@kernel
def perfect(hierarchy: Hierarchy, up: Int32, down: Int32) -> None:
    """Lower every arc's costs to the true distances between its ends."""
    first, high = hierarchy.first, hierarchy.high
    for v in range(len(first) - 2, -1, -1):
        end = first[v + 1]
        for a in range(first[v], end):
            across = first[high[a]]
            for b in range(a + 1, end):
                while high[across] < high[b]:
                    across += 1
                up_across, down_across = up[across], down[across]
                up[a] = min(up[a], np.int32(up[b] + down_across))
                up[b] = min(up[b], np.int32(up[a] + up_across))
                down[a] = min(down[a], np.int32(up_across + down[b]))
                down[b] = min(down[b], np.int32(down_across + down[a]))


@kernel
def prune(
    first: Int64, high: Int32, basic: Int32, best: Int32, n_kept: int
) -> tuple[Int64, Int32, Int32]:
    """Keep the arcs whose customized cost is a true distance: by lower node, head and cost."""
    n = len(first) - 1
    start = np.zeros(n + 1, np.int64)
    head = np.empty(n_kept, np.int32)
    ms = np.empty(n_kept, np.int32)
    n_written = 0
    for v in range(n):
        for a in range(first[v], first[v + 1]):
            if basic[a] == best[a] and basic[a] < INF_MS:
                head[n_written] = high[a]
                ms[n_written] = basic[a]
                n_written += 1
        start[v + 1] = n_written
    return start, head, ms
