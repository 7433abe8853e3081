"""Who is whose neighbour on the streets: cells of a network Voronoi diagram that touch.

Two clients are neighbours when some street leads from the part of the network that is nearest to
the one into the part that is nearest to the other. A river is so crossed only where the streets
cross it. (Okabe & Sugihara 2012, Spatial Analysis along Networks, ch. 4.)
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from data.geo.street_cells import nearest_nodes, network_reach, usable
from data.streets import BIKE, CAR, WALK, StreetNetwork

MODE_BIT = {"walk": WALK, "bike": BIKE, "ebike": BIKE, "car": CAR}

Links = tuple[NDArray[np.int64], NDArray[np.int64]]
"""A graph in compressed rows: where each row begins, and the neighbours in order."""


def links_of_pairs(pairs: NDArray[np.int64], n_units: int) -> Links:
    """Compressed rows of undirected ``pairs``, shape (m, 2); loops and repeats fall out."""
    pairs = pairs.reshape(-1, 2).astype(np.int64)
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    both = np.concatenate([pairs, pairs[:, ::-1]])
    keys = np.unique(both[:, 0] * n_units + both[:, 1])
    rows, columns = keys // n_units, keys % n_units
    start = np.zeros(n_units + 1, dtype=np.int64)
    np.add.at(start, rows + 1, 1)
    return np.cumsum(start), columns


def street_links(network: StreetNetwork, xy: NDArray[np.float64], mode: str) -> Links:
    """Neighbour graph of the points ``xy``, shape (n, 2), by network Voronoi cells.

    Points on the same node are neighbours of each other and share their neighbours.
    """
    node = nearest_nodes(network, xy, MODE_BIT[mode])
    sources, cell_of_point = np.unique(node, return_inverse=True)
    cell, _ = network_reach(network, sources, MODE_BIT[mode])
    open_segments = usable(network, MODE_BIT[mode])
    begin = cell[network.segment_from[open_segments]]
    end = cell[network.segment_to[open_segments]]
    across = (begin >= 0) & (end >= 0) & (begin != end)
    pairs = np.unique(np.sort(np.column_stack([begin[across], end[across]]), axis=1), axis=0)
    points_in: list[list[int]] = [[] for _ in sources]
    for point, c in enumerate(cell_of_point):
        points_in[c].append(point)
    linked = [(a, b) for points in points_in for a in points for b in points if a < b]
    for left, right in pairs:
        linked.extend((a, b) for a in points_in[left] for b in points_in[right])
    return links_of_pairs(np.array(linked, dtype=np.int64), len(xy))


def flat_links(xy: NDArray[np.float64]) -> Links:
    """Neighbour graph where no street network is given: Delaunay, or the line, of the points.

    Co-located points share their neighbours and are neighbours themselves.
    """
    from scipy.spatial import Delaunay, QhullError

    places, place_of_point = np.unique(np.round(xy, 1), axis=0, return_inverse=True)
    pairs: set[tuple[int, int]] = set()
    try:
        for a, b, c in Delaunay(places).simplices.tolist() if len(places) > 3 else []:
            pairs.update(((a, b), (b, c), (a, c)))
    except QhullError:
        pairs = set()
    if not pairs:
        # Too few places, or all on one line: in order along it.
        order = np.lexsort((places[:, 1], places[:, 0])).tolist()
        pairs = set(pairwise(order))
    points_in: list[list[int]] = [[] for _ in places]
    for point, place in enumerate(place_of_point.ravel()):
        points_in[place].append(point)
    linked = [(a, b) for points in points_in for a in points for b in points if a < b]
    for left, right in sorted(pairs):
        linked.extend((a, b) for a in points_in[left] for b in points_in[right])
    return links_of_pairs(np.array(linked, dtype=np.int64), len(xy))


def parts_of(units: list[int], links: Links) -> list[list[int]]:
    """The connected parts of ``units`` on the neighbour graph, largest first."""
    start, link = links
    left = set(units)
    parts: list[list[int]] = []
    for first in units:
        if first not in left:
            continue
        left.discard(first)
        part, stack = [], [first]
        while stack:
            i = stack.pop()
            part.append(i)
            for j in link[start[i] : start[i + 1]].tolist():
                if j in left:
                    left.discard(j)
                    stack.append(j)
        parts.append(sorted(part))
    return sorted(parts, key=lambda part: (-len(part), part))
