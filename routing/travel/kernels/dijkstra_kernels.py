"""Dijkstra's algorithm on a `ModeGraph`: the exact twin of the hierarchy, and the fallback.

E. W. Dijkstra 1959, doi 10.1007/BF01386390; a binary heap of (milliseconds, node) packed into one
int64, with outdated entries skipped.
"""

# mypy: disable-error-code="no-untyped-call,no-any-return,arg-type,return-value"
from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data.kernels import kernel
from data.units import UNREACHABLE_S
from routing.travel.kernels.graph_kernels import INF_MS, Ends, ModeGraph

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]


@kernel
def _push(heap: Int64, n_heap: int, key: int) -> int:
    slot = n_heap
    while slot > 0:
        parent = (slot - 1) >> 1
        if heap[parent] <= key:
            break
        heap[slot] = heap[parent]
        slot = parent
    heap[slot] = key
    return n_heap + 1


@kernel
def _pop(heap: Int64, n_heap: int) -> int:
    """Remove the least key; return how many are left."""
    n_left = n_heap - 1
    key = heap[n_left]
    slot = 0
    while True:
        child = 2 * slot + 1
        if child >= n_left:
            break
        if child + 1 < n_left and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= key:
            break
        heap[slot] = heap[child]
        slot = child
    heap[slot] = key
    return n_left


@kernel
def dijkstra(
    graph: ModeGraph,
    ms: Int32,
    nodes: Int32,
    start_ms: Int32,
    heap: Int64,
    distance: Int32,
    arc_to: Int32,
) -> None:
    """Milliseconds from the seeds to every node, and the arc by which each is reached.

    ``nodes`` and ``start_ms`` are the seeds (node -1: none). ``heap`` needs n_arcs + n_seeds + 1
    places. ``arc_to`` is -1 at seeds and unreached nodes. Of two equal paths the arc found first
    stays.
    """
    distance[:] = INF_MS
    arc_to[:] = -1
    n_heap = int(np.int64(0))  # a bare 0 would compile the heap's kernels once more
    for k in range(len(nodes)):
        if nodes[k] >= 0 and start_ms[k] < distance[nodes[k]]:
            distance[nodes[k]] = start_ms[k]
            n_heap = _push(heap, n_heap, (np.int64(start_ms[k]) << 32) | np.int64(nodes[k]))
    while n_heap > 0:
        key = heap[0]
        n_heap = _pop(heap, n_heap)
        node = key & 0xFFFFFFFF
        here = key >> 32
        if here > distance[node]:
            continue
        for arc in range(graph.first[node], graph.first[node + 1]):
            there = here + ms[arc]
            head = graph.head[arc]
            if there < distance[head]:
                distance[head] = there
                arc_to[head] = arc
                n_heap = _push(heap, n_heap, (np.int64(there) << 32) | np.int64(head))


@kernel
def leg_ms(sources: Ends, i: int, targets: Ends, j: int, at_0: int, at_1: int) -> int:
    """Milliseconds from point to point, given those to the nodes before the target.

    ``at_0`` and ``at_1`` are the distances at ``targets.in_node[j]``. Within one segment the
    direct path counts too.
    """
    best = np.int64(INF_MS)
    if targets.in_node[j, 0] >= 0:
        best = min(best, np.int64(at_0) + targets.in_ms[j, 0])
    if targets.in_node[j, 1] >= 0:
        best = min(best, np.int64(at_1) + targets.in_ms[j, 1])
    if sources.segment[i] >= 0 and sources.segment[i] == targets.segment[j]:
        for side in range(2):
            if sources.in_node[i, side] >= 0:
                direct = np.int64(targets.in_ms[j, side]) - sources.in_ms[i, side]
                if direct >= 0:
                    best = min(best, direct)
    return best


@kernel
def seconds_of_leg(sources: Ends, i: int, targets: Ends, j: int, ms: int) -> int:
    """Seconds from door to door, rounded half up once; 0 at the same place."""
    if sources.place[i] == targets.place[j]:
        return 0
    if ms >= INF_MS:
        return UNREACHABLE_S
    return (ms + sources.fixed_ms[i] + targets.fixed_ms[j] + 500) // 1000


@kernel
def dijkstra_rows(
    graph: ModeGraph, ms: Int32, sources: Ends, targets: Ends, begin: int, end: int, out: Int32
) -> None:
    """Fill rows ``begin:end`` of ``out``, seconds from each source to each target."""
    heap = np.empty(len(graph.head) + 3, np.int64)
    distance = np.empty(len(graph.first) - 1, np.int32)
    arc_to = np.empty(len(graph.first) - 1, np.int32)
    for i in range(begin, end):
        dijkstra(graph, ms, sources.out_node[i], sources.out_ms[i], heap, distance, arc_to)
        for j in range(len(targets.segment)):
            node_0, node_1 = targets.in_node[j, 0], targets.in_node[j, 1]
            at_0 = distance[node_0] if node_0 >= 0 else np.int32(INF_MS)
            at_1 = distance[node_1] if node_1 >= 0 else np.int32(INF_MS)
            leg = leg_ms(sources, i, targets, j, np.int64(at_0), np.int64(at_1))
            out[i, j] = seconds_of_leg(sources, i, targets, j, leg)
