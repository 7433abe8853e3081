"""The arrays that all kernels of travel take, and the number that means no path.

They are here, in a kernel file, so that changing them renews every compiled kernel.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

INF_MS: Final = 1_000_000_000
"""No path. Two of these still fit in int32."""


class ModeGraph(NamedTuple):
    """Nodes and arcs that a mode may use.

    Arcs from node v are ``first[v]:first[v + 1]``, sorted by head. A segment's two directions are
    two arcs; segments that begin and end at the same node have none, as nobody gains by them.
    """

    first: NDArray[np.int64]
    head: NDArray[np.int32]
    segment: NDArray[np.int32]
    along: NDArray[np.uint8]
    """1 where the arc runs in the segment's own direction."""
    tail_of_segment: NDArray[np.int32]
    """Shape (n_segments,): the node at ``from``; -1 where the mode may not use the segment."""
    head_of_segment: NDArray[np.int32]
    node_x: NDArray[np.float64]
    node_y: NDArray[np.float64]

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.node_x)

    @property
    def n_arcs(self) -> int:
        """Number of arcs."""
        return len(self.head)


class Ends(NamedTuple):
    """Snapped points as the search wants them: where one leaves the segment, where one arrives.

    All have shape (n_points, 2): the column 0 is the segment's own direction, 1 against it. Node
    -1 where the direction is not permitted. ``out_ms`` holds the rest of the segment and the
    junction at its end, ``in_ms`` the part up to the point.
    """

    out_node: NDArray[np.int32]
    out_ms: NDArray[np.int32]
    in_node: NDArray[np.int32]
    in_ms: NDArray[np.int32]
    segment: NDArray[np.int32]
    """Shape (n_points,)."""
    fixed_ms: NDArray[np.int32]
    """Shape (n_points,): walked between door and street, beyond what access minutes hold."""
    place: NDArray[np.int32]
    """Shape (n_points,): points at one place share a number; no time passes between them."""
