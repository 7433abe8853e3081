"""Build a hierarchy for a mode's graph, and put costs on it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.travel.kernels.graph_kernels import INF_MS, ModeGraph
from routing.travel.kernels.hierarchy_kernels import (
    Hierarchy,
    arcs_below,
    customize,
    fill_in,
    perfect,
    place_arcs,
    prune,
)
from routing.travel.kernels.order_kernels import (
    dissect,
    eliminate_chains,
    elimination_parents,
    postorder,
)
from routing.travel.kernels.sweep_kernels import Climb


class Metric(NamedTuple):
    """Costs on a hierarchy: of all arcs, and of those that some shortest way may need."""

    up: NDArray[np.int32]
    down: NDArray[np.int32]
    climb_up: Climb
    climb_down: Climb


def undirected(graph: ModeGraph) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Neighbours of each node whatever the direction, ascending, each once."""
    n = graph.n_nodes
    tail = np.repeat(np.arange(n, dtype=np.int64), np.diff(graph.first))
    head = graph.head.astype(np.int64)
    keys = np.unique(np.concatenate([tail * n + head, head * n + tail]))
    first = np.searchsorted(keys, np.arange(n + 1, dtype=np.int64) * n)
    return first.astype(np.int64), (keys % max(n, 1)).astype(np.int32)


def nested_order(graph: ModeGraph) -> NDArray[np.int32]:
    """Nodes in the order of their elimination, subtrees contiguous."""
    first, neighbour = undirected(graph)
    left, degree = neighbour.copy(), np.diff(first).astype(np.int32)
    order = np.full(graph.n_nodes, -1, np.int32)
    n_chained = eliminate_chains(first, left, degree, order)
    is_core = np.ones(graph.n_nodes, bool)
    is_core[order[:n_chained]] = False
    core = np.flatnonzero(is_core).astype(np.int32)
    dissect(first, left, degree, graph.node_x, graph.node_y, core)
    order[n_chained:] = core
    rank = np.empty(graph.n_nodes, np.int32)
    rank[order] = np.arange(graph.n_nodes, dtype=np.int32)
    parent = elimination_parents(first, neighbour, order, rank)
    return np.ascontiguousarray(order[postorder(parent)])


def build_hierarchy(graph: ModeGraph, order: NDArray[np.int32] | None = None) -> Hierarchy:
    """The structure for a graph; ``order`` may come from an earlier run."""
    if order is None:
        order = nested_order(graph)
    rank = np.empty(graph.n_nodes, np.int32)
    rank[order] = np.arange(graph.n_nodes, dtype=np.int32)
    first, neighbour = undirected(graph)
    n_arcs_max = 8 * graph.n_nodes + 64
    while True:
        start, high = fill_in(first, neighbour, order, rank, n_arcs_max)
        if start[-1] >= 0:
            break
        n_arcs_max *= 2
    high = high[: start[-1]].copy()
    parent = np.full(graph.n_nodes, -1, np.int32)
    has_parent = start[1:] > start[:-1]
    parent[has_parent] = high[start[:-1][has_parent]]
    first_below, below, low = arcs_below(start, high)
    arc_of, is_up = place_arcs(graph.first, graph.head, rank, start, high)
    return Hierarchy(order, rank, parent, start, high, low, first_below, below, arc_of, is_up)


def put_costs(hierarchy: Hierarchy, ms: NDArray[np.int32]) -> Metric:
    """Customize for the costs of the mode graph's arcs, and prune what no shortest way needs."""
    n_arcs = len(hierarchy.high)
    up, down = np.empty(n_arcs, np.int32), np.empty(n_arcs, np.int32)
    customize(hierarchy, ms, up, down)
    best_up, best_down = up.copy(), down.copy()
    perfect(hierarchy, best_up, best_down)
    climbs = []
    for basic, best in ((up, best_up), (down, best_down)):
        n_kept = int(np.count_nonzero((basic == best) & (basic < INF_MS)))
        climbs.append(Climb(*prune(hierarchy.first, hierarchy.high, basic, best, n_kept)))
    return Metric(up, down, *climbs)
