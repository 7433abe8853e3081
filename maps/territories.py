"""Team territories along streets: each stretch of street goes to the team nearest by street.

A network Voronoi diagram (Erwig 2000, doi 10.1002/1097-0037(200010)36:3<156::AID-NET2>3.0.CO;2-L)
from the clients' nodes, drawn as areas: points along the streets take the team of their nearest
client on the network, their planar Voronoi cells are joined by team and cut at ``REACH_M``. All
streets are given to someone, so that an edge does not point at a lone client.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.streets import CAR, StreetNetwork

REACH_M = 140.0
"""How far from a street its team's area reaches."""
STEP_M = 45.0
SAMPLES_MAX = 30_000
SEGMENTS_MAX = 12_000
"""In larger networks areas follow the streets that cars may use, and leave out the paths."""
THIN_M = 4.0
ROUND_M = 22.0
"""Corners of areas are rounded to this radius; neighbours stay about a street apart."""
SMALLEST_M2 = 12_000.0
"""Pieces and holes smaller than this are not drawn."""

Rings = list[NDArray[np.float64]]
"""Closed rings in metres; holes are rings of their own (drawn with the even-odd rule)."""


def territories(
    network: StreetNetwork,
    client_xy: NDArray[np.float64],
    team_idx: NDArray[np.int64],
    near: Any = None,
) -> dict[int, Rings]:
    """Areas of teams.

    Parameters
    ----------
    client_xy : ndarray, float64, shape (n_clients, 2)
        Places of clients that may be seen, metres in the network's CRS.
    team_idx : ndarray, int64, shape (n_clients,)
    near : shapely geometry, optional
        `surroundings` of the network, where they are made already.

    Returns
    -------
    dict of int to list of ndarray
        Rings by team index. Teams that win no street are absent.
    """
    if not len(client_xy) or not network.n_segments:
        return {}
    node_team, node_m = _nearest_team(network, client_xy, team_idx)
    xy, labels = _street_samples(network, node_team, node_m)
    xy = np.concatenate([client_xy, xy])
    labels = np.concatenate([team_idx, labels])
    return _areas(xy, labels, surroundings(network) if near is None else near)


def _nearest_team(
    network: StreetNetwork, client_xy: NDArray[np.float64], team_idx: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Each node's team (-1: no client can be reached) and metres to that team's client."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import dijkstra
    from scipy.spatial import KDTree

    n_nodes = network.n_nodes
    ends = (network.segment_from, network.segment_to)
    graph = coo_array((np.maximum(network.length_m, 0.1), ends), (n_nodes, n_nodes)).tocsr()
    _, home = KDTree(np.column_stack([network.node_x, network.node_y])).query(client_xy)
    sources, first = np.unique(home, return_index=True)
    metres, _, nearest = dijkstra(
        graph, directed=False, indices=sources, min_only=True, return_predecessors=True
    )
    team_at = np.full(n_nodes, -1, dtype=np.int64)
    team_at[sources] = team_idx[first]
    return np.where(nearest >= 0, team_at[np.maximum(nearest, 0)], -1), metres


def _street_samples(
    network: StreetNetwork, node_team: NDArray[np.int64], node_m: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Points along all streets with the team of the end that is nearer to its client."""
    import shapely

    chosen, lines = _streets(network)
    lengths = shapely.length(lines)
    step_m = max(STEP_M, float(lengths.sum()) / SAMPLES_MAX)
    counts = np.maximum(1, np.rint(lengths / step_m).astype(np.int64))
    segment = np.repeat(np.arange(len(chosen)), counts)
    rank = np.arange(len(segment)) - np.repeat(np.cumsum(counts) - counts, counts)
    along = (rank + 0.5) / counts[segment] * lengths[segment]
    points = shapely.get_coordinates(shapely.line_interpolate_point(lines[segment], along))
    begin, end = network.segment_from[chosen][segment], network.segment_to[chosen][segment]
    is_begin_near = node_m[begin] + along <= node_m[end] + lengths[segment] - along
    return points, node_team[np.where(is_begin_near, begin, end)]


def _streets(network: StreetNetwork) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """The segments that areas follow, and their lines."""
    import shapely

    sizes = np.diff(network.shape_offset)
    lines = shapely.linestrings(
        network.shape_xy, indices=np.repeat(np.arange(network.n_segments), sizes)
    )
    chosen = np.arange(network.n_segments)
    if network.n_segments > SEGMENTS_MAX:
        chosen = np.flatnonzero((network.forward | network.backward) & CAR)
    return chosen, np.asarray(lines)[chosen]


def _areas(xy: NDArray[np.float64], labels: NDArray[np.int64], streets: Any) -> dict[int, Rings]:
    """Cells joined by team, cut to the surroundings of the streets, with their teeth filed off.

    The cells share their edges exactly, so that joining them is a matter of dropping what lies
    between two cells of one team.
    """
    import shapely

    xy, first = np.unique(np.rint(xy), axis=0, return_index=True)
    labels = labels[first]
    cells = _cells(xy)
    teams = [int(team) for team in np.unique(labels) if team >= 0]
    joined = np.array([shapely.coverage_union_all(cells[labels == team]) for team in teams])
    shapely.prepare(streets)
    cut = _smooth(shapely.intersection(joined, streets))
    return {team: rings for team, area in zip(teams, cut, strict=True) if (rings := _rings(area))}


def surroundings(network: StreetNetwork) -> Any:
    """Everything within ``REACH_M`` of a street."""
    import shapely

    _, lines = _streets(network)
    return shapely.union_all(shapely.buffer(shapely.simplify(lines, 5.0), REACH_M, quad_segs=2))


def _smooth(areas: NDArray[Any]) -> NDArray[Any]:
    """Edges without the teeth that Voronoi cells leave: closed, opened and thinned."""
    import shapely

    made = shapely.simplify(areas, THIN_M)
    for reach in (ROUND_M, -2 * ROUND_M, ROUND_M):
        made = shapely.buffer(made, reach, quad_segs=2)
    return np.asarray(shapely.simplify(made, THIN_M))


def _cells(xy: NDArray[np.float64]) -> NDArray[Any]:
    """Planar Voronoi cells of the points, in their order; far guards close the outer ones."""
    import shapely
    from scipy.spatial import Voronoi

    low, high = xy.min(axis=0), xy.max(axis=0)
    reach = 3 * float((high - low).max()) + 10 * REACH_M
    middle = (low + high) / 2
    guards = middle + reach * np.array([[1, 0], [-1, 0], [0, 1], [0, -1]], dtype=np.float64)
    diagram = Voronoi(np.concatenate([xy, guards]))
    regions = [diagram.regions[r] for r in diagram.point_region[: len(xy)]]
    corners = np.concatenate([diagram.vertices[[*region, region[0]]] for region in regions])
    owner = np.repeat(np.arange(len(regions)), [len(region) + 1 for region in regions])
    return np.asarray(shapely.polygons(shapely.linearrings(corners, indices=owner)))


def _rings(area: Any) -> Rings:
    import shapely

    rings: Rings = []
    for polygon in shapely.get_parts(area):
        if shapely.area(polygon) < SMALLEST_M2:
            continue
        rings.append(shapely.get_coordinates(shapely.get_exterior_ring(polygon)))
        rings.extend(
            shapely.get_coordinates(hole)
            for hole in shapely.get_rings(polygon)[1:]
            if shapely.area(shapely.polygons(hole)) >= SMALLEST_M2
        )
    return rings
