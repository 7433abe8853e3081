"""Territories: each stretch of street belongs to the team whose client is nearest by street.

One network Voronoi diagram from the clients' nodes (`data.geo.street_cells`), drawn as areas, for
the maps that show teams and for the measures of their shape alike. Points along the streets take
the team of their nearest client on the network; their planar cells are joined by team, so that a
border runs midway between the last street of one team and the first of the next, never as a hull
around the clients. All streets are given to someone, so that an edge does not point at a lone
client (faults.md G7). Land further from any street than ``REACH_M`` belongs to no one.

Clients with protected data take no part, so that no border tells where one lives (C7); nor do
teams of less than ``n_least`` clients where the areas are to be shared, so that no hole does (G7).
"""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.geo.street_cells import nearest_nodes, network_reach
from data.model import Client, Municipality
from data.streets import CAR, StreetNetwork

REACH_M = 140.0
"""How far from a street its team's area reaches."""
STEP_M = 45.0
SAMPLES_MAX = 30_000
SEGMENTS_MAX = 12_000
"""In larger networks areas follow the streets that cars may use, and leave out the paths."""
TEETH_M = 45.0
"""Borders are simplified together by this much: what Voronoi cells leave is finer."""
ROUND_M = 22.0
"""Corners of areas are rounded to this radius."""


def team_areas(
    municipality: Municipality,
    team_of: Mapping[str, str],
    network: StreetNetwork,
    near: Any = None,
    n_least: int = 1,
) -> dict[str, Any]:
    """`territories` of a division, by team id.

    Parameters
    ----------
    team_of : mapping of client_id to team_id
    n_least : int
        Teams with fewer clients that may be seen get no area, and their streets go to others.
    """
    ids = sorted(set(team_of.values()))
    seen = clients_to_show(municipality, team_of, n_least)
    xy = np.array([(client.x, client.y) for client in seen], dtype=np.float64).reshape(-1, 2)
    order = {team: i for i, team in enumerate(ids)}
    teams = np.array([order[team_of[client.client_id]] for client in seen], dtype=np.int64)
    return {ids[i]: area for i, area in territories(network, xy, teams, near).items()}


def clients_to_show(
    municipality: Municipality, team_of: Mapping[str, str], n_least: int = 1
) -> list[Client]:
    """Clients whose homes may shape an area: not protected, placed, and of a team of ``n_least``.

    Parameters
    ----------
    team_of : mapping of client_id to team_id
    n_least : int
        Teams with fewer clients that may be seen shape nothing (faults.md C7, G7).
    """
    visible = [
        client
        for client in municipality.clients
        if not client.protected
        and client.client_id in team_of
        and math.isfinite(client.x + client.y)
    ]
    sizes = Counter(team_of[client.client_id] for client in visible)
    return [client for client in visible if sizes[team_of[client.client_id]] >= n_least]


def territories(
    network: StreetNetwork,
    client_xy: NDArray[np.float64],
    team_idx: NDArray[np.int64],
    near: Any = None,
) -> dict[int, Any]:
    """Areas of teams, which do not overlap.

    Parameters
    ----------
    client_xy : ndarray, float64, shape (n_clients, 2)
        Places of clients that may be seen, metres in the network's CRS.
    team_idx : ndarray, int64, shape (n_clients,)
    near : shapely geometry, optional
        `surroundings` of the network, where they are made already.

    Returns
    -------
    dict of int to shapely Polygon or MultiPolygon
        By team index. Teams that win no street are absent.
    """
    if not len(client_xy) or not network.n_segments:
        return {}
    key = (client_xy.tobytes(), team_idx.tobytes())
    for of_network, of_key, areas in _MADE:
        if of_network is network and of_key == key:
            return dict(areas)
    node_team, node_m = _nearest_team(network, client_xy, team_idx)
    xy, labels = _street_samples(network, node_team, node_m)
    xy = np.concatenate([client_xy, xy])
    labels = np.concatenate([team_idx, labels])
    areas = _areas(xy, labels, surroundings(network) if near is None else near)
    _MADE.append((network, key, areas))
    return dict(areas)


_MADE: deque[tuple[StreetNetwork, tuple[bytes, bytes], dict[int, Any]]] = deque(maxlen=3)
"""The last divisions' areas: a report and its maps show two (before, after) several times each."""


def surroundings(network: StreetNetwork) -> Any:
    """Everything within ``REACH_M`` of a street, a shapely geometry."""
    import shapely

    _, lines = _streets(network)
    return shapely.union_all(shapely.buffer(shapely.simplify(lines, 5.0), REACH_M, quad_segs=2))


def _nearest_team(
    network: StreetNetwork, client_xy: NDArray[np.float64], team_idx: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Each node's team (-1: no client can be reached) and metres to that team's client."""
    home = nearest_nodes(network, client_xy)
    sources, first = np.unique(home, return_index=True)
    nearest, metres = network_reach(network, sources)
    return np.where(nearest >= 0, team_idx[first][np.maximum(nearest, 0)], -1), metres


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


def _areas(xy: NDArray[np.float64], labels: NDArray[np.int64], streets: Any) -> dict[int, Any]:
    """Cells joined by team, simplified together, cut to the streets, with corners rounded.

    The cells share their edges exactly, so that joining them is a matter of dropping what lies
    between two cells of one team, and what is simplified stays without gap or overlap. Opening
    (in, then out again) only ever takes away, so areas stay disjoint.
    """
    import shapely

    xy, first = np.unique(np.rint(xy), axis=0, return_index=True)
    labels = labels[first]
    cells = _cells(xy)
    teams = np.unique(labels)
    joined = np.array([shapely.coverage_union_all(cells[labels == team]) for team in teams])
    # Before GEOS 3.14, cells that meet in a corner alone become a ring that crosses itself there.
    crossed = ~shapely.is_valid(joined)
    joined[crossed] = shapely.make_valid(joined[crossed])
    joined = shapely.coverage_simplify(joined, TEETH_M)
    shapely.prepare(streets)
    cut = shapely.intersection(joined[teams >= 0], streets)
    cut = shapely.buffer(shapely.buffer(cut, -ROUND_M, quad_segs=2), ROUND_M, quad_segs=2)
    cut_of_team = zip(teams[teams >= 0].tolist(), cut, strict=True)
    return {team: area for team, area in cut_of_team if not area.is_empty}


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
