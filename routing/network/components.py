"""Which parts of the network hang together, for each mode (faults.md B8).

Two nodes are in one part where each can be reached from the other. The largest part is where
people are expected to be; the rest are islands, clipped ends and one-way traps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.streets import (
    BIKE,
    CAR,
    NODE_BARS_BIKE,
    NODE_BARS_CAR,
    NODE_BARS_WALK,
    ROAD_CLASSES,
    WALK,
    StreetNetwork,
)

MODE_BIT: Final = {"walk": WALK, "bike": BIKE, "ebike": BIKE, "car": CAR}
BARRIER_BIT: Final = {
    "walk": NODE_BARS_WALK,
    "bike": NODE_BARS_BIKE,
    "ebike": NODE_BARS_BIKE,
    "car": NODE_BARS_CAR,
}
_FERRY: Final = ROAD_CLASSES.index("ferry")


@dataclass(frozen=True)
class Parts:
    """The parts of the network for one mode.

    Attributes
    ----------
    part_of_segment : ndarray, int32, shape (n_segments,)
        0 is the largest part, 1 the next, and so on; -1 for segments that the mode may not use
        and for those that can be entered or left only (one-way traps, listed in ``is_trap``).
    is_trap : ndarray, bool, shape (n_segments,)
        Usable, but no way both there and back.
    n_nodes : ndarray, int64, shape (n_parts,)
        Nodes of each part.
    length_km : ndarray, float64, shape (n_parts,)
    is_ferry_only : ndarray, bool, shape (n_segments,)
        In the largest part, but only because a ferry goes there.
    """

    part_of_segment: NDArray[np.int32]
    is_trap: NDArray[np.bool_]
    n_nodes: NDArray[np.int64]
    length_km: NDArray[np.float64]
    is_ferry_only: NDArray[np.bool_]

    @property
    def n_parts(self) -> int:
        """Number of parts."""
        return len(self.n_nodes)


def endpoints(
    network: StreetNetwork, mode: str
) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """Each segment's end nodes for ``mode``, and how many nodes there are then.

    At a node that bars the mode every segment ends in a node of its own, so that nobody passes.
    """
    tail = network.segment_from.astype(np.int64)
    head = network.segment_to.astype(np.int64)
    blocked = (network.node_flags & BARRIER_BIT[mode]) > 0
    n_nodes = network.n_nodes
    if blocked.any():
        for end in (tail, head):
            blocked_idx = np.flatnonzero(blocked[end])
            end[blocked_idx] = n_nodes + np.arange(len(blocked_idx))
            n_nodes += len(blocked_idx)
    return tail, head, n_nodes


def parts_of(network: StreetNetwork, mode: str) -> Parts:
    """Find the strongly connected parts for ``mode``, largest first (by number of nodes)."""
    bit = MODE_BIT[mode]
    tail, head, n_nodes = endpoints(network, mode)
    along, against = (network.forward & bit) > 0, (network.backward & bit) > 0
    label = _labels(tail, head, along, against, n_nodes)
    usable = along | against
    inside = usable & (label[tail] == label[head])
    used = np.unique(np.concatenate([tail[inside], head[inside]]))
    n_of = np.bincount(label[used], minlength=int(label.max(initial=0)) + 1)
    rank = np.argsort(-n_of, kind="stable")
    n_parts = int((n_of > 0).sum())
    new = np.full(len(n_of), -1, np.int32)
    new[rank[:n_parts]] = np.arange(n_parts, dtype=np.int32)
    part = np.where(inside, new[label[tail]], -1).astype(np.int32)
    length_km = np.bincount(part[inside], network.length_m[inside], minlength=n_parts) / 1000.0
    ferry = network.road_class == _FERRY
    ferry_only = np.zeros(network.n_segments, bool)
    if (ferry & usable).any():
        dry = _labels(tail, head, along & ~ferry, against & ~ferry, n_nodes)
        main = part == 0
        largest = np.bincount(dry[tail[main & ~ferry]]).argmax() if (main & ~ferry).any() else -1
        ferry_only = main & ~ferry & (dry[tail] != largest)
    return Parts(part, usable & ~inside, n_of[rank[:n_parts]], length_km, ferry_only)


def _labels(
    tail: NDArray[np.int64],
    head: NDArray[np.int64],
    along: NDArray[np.bool_],
    against: NDArray[np.bool_],
    n_nodes: int,
) -> NDArray[np.int64]:
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    rows = np.concatenate([tail[along], head[against]])
    columns = np.concatenate([head[along], tail[against]])
    ones = np.ones(len(rows), np.int8)
    graph = coo_matrix((ones, (rows, columns)), shape=(n_nodes, n_nodes)).tocsr()
    labels: NDArray[np.int64] = connected_components(graph, connection="strong")[1]
    return labels.astype(np.int64)
