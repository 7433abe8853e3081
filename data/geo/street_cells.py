"""Cells of a network Voronoi diagram: which source each node of the streets is nearest to.

Neighbours of clients, parts of a team and territories all rest on these. (Erwig 2000, doi
10.1002/1097-0037(200010)36:3<156::AID-NET2>3.0.CO;2-L; Okabe & Sugihara 2012, Spatial Analysis
along Networks, ch. 4.)
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data.streets import BIKE, CAR, WALK, StreetNetwork

ANYONE = WALK | BIKE | CAR


def usable(network: StreetNetwork, modes: int = ANYONE) -> NDArray[np.bool_]:
    """Segments that one of ``modes`` may travel in some direction, shape (n_segments,).

    ``modes`` are bits of the permission masks.
    """
    is_usable: NDArray[np.bool_] = ((network.forward | network.backward) & modes) != 0
    return is_usable


def nearest_nodes(
    network: StreetNetwork, xy: NDArray[np.float64], modes: int = ANYONE
) -> NDArray[np.int64]:
    """The node nearest to each point among those that ``modes`` reach, shape (n,).

    Only the largest connected part of the network counts where it lies within twice the distance
    of the nearest node, so that a client is not put on a stub of footpath without a way out.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    open_segments = usable(network, modes)
    ends = (network.segment_from[open_segments], network.segment_to[open_segments])
    nodes = np.unique(np.concatenate(ends))
    ones = np.ones(len(ends[0]), dtype=np.int8)
    graph = csr_array((ones, ends), shape=(network.n_nodes, network.n_nodes))
    _, part = connected_components(graph, directed=False)
    largest = np.bincount(part[nodes]).argmax()
    main = nodes[part[nodes] == largest]
    node_xy = np.column_stack([network.node_x, network.node_y])
    far, any_idx = cKDTree(node_xy[nodes]).query(xy)
    far_main, main_idx = cKDTree(node_xy[main]).query(xy)
    is_near = far_main <= 2 * far + 50
    nearest: NDArray[np.int64] = np.where(is_near, main[main_idx], nodes[any_idx]).astype(np.int64)
    return nearest


def network_reach(
    network: StreetNetwork, sources: NDArray[np.int64], modes: int = ANYONE
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """For each node the nearest source by length, and the metres to it.

    Parameters
    ----------
    sources : ndarray, int64, shape (n_sources,)
        Distinct nodes.

    Returns
    -------
    tuple of ndarray, shape (n_nodes,)
        Index in ``sources``, -1 where none can be reached; metres.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    open_segments = usable(network, modes)
    begin, end = network.segment_from[open_segments], network.segment_to[open_segments]
    length = np.maximum(network.length_m[open_segments], 0.1)
    # Parallel segments: the shortest counts, and csr_array would add them up.
    low, high = np.minimum(begin, end).astype(np.int64), np.maximum(begin, end).astype(np.int64)
    order = np.lexsort((length, high, low))
    low, high, length = low[order], high[order], length[order]
    keep = np.ones(len(low), dtype=bool)
    keep[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    shape = (network.n_nodes, network.n_nodes)
    graph = csr_array((length[keep], (low[keep], high[keep])), shape=shape)
    dist_m, _, nearest_source = dijkstra(
        graph, directed=False, indices=sources, min_only=True, return_predecessors=True
    )
    position = np.full(network.n_nodes + 1, -1, dtype=np.int64)
    position[sources] = np.arange(len(sources))
    # Unreached nodes carry a negative source, which lands on the last place: -1.
    owner: NDArray[np.int64] = position[
        np.where(nearest_source < 0, network.n_nodes, nearest_source)
    ]
    return owner, dist_m
