"""Territories of teams: polygons whose borders run between the streets of different teams.

Every stretch of street belongs to the team of the client who is nearest along the network (network
Voronoi cells, dissolved by team). Streets are sampled, each sample gets its planar cell, and the
cells of a team are joined: so a border runs midway between the last street of one team and the
first of the next, never across a block's houses by accident, and never as a hull drawn around the
clients. Land further from any street than `REACH_M` belongs to no one.

Protected clients take no part, so that no border tells where one lives (faults.md C7).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.model import Municipality
from data.plans import TeamPlan
from data.streets import StreetNetwork
from partition.neighbours import nearest_nodes, network_reach, usable

SAMPLE_M = 40.0
REACH_M = 150.0
SIMPLIFY_M = 4.0
SHAKE_M = 0.3


def _samples(
    network: StreetNetwork, mode: str, cell: NDArray[np.int64], dist_m: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """Points along the streets, the source each belongs to, and the segment it lies on.

    A point belongs to the source of that end of its segment from which the way is shorter.
    """
    import shapely

    xy, owner, segment = [], [], []
    for s in np.flatnonzero(usable(network, mode)).tolist():
        begin, end = int(network.segment_from[s]), int(network.segment_to[s])
        if cell[begin] < 0 or cell[end] < 0:
            continue
        line = shapely.LineString(network.shape(s))
        n_points = max(1, int(np.ceil(line.length / SAMPLE_M)))
        share = (np.arange(n_points) + 0.5) / n_points
        points = shapely.get_coordinates(
            shapely.line_interpolate_point(line, share, normalized=True)
        )
        from_begin = dist_m[begin] + share * network.length_m[s]
        from_end = dist_m[end] + (1 - share) * network.length_m[s]
        xy.append(points)
        owner.append(np.where(from_begin <= from_end, cell[begin], cell[end]))
        segment.append(np.full(n_points, s))
    return np.concatenate(xy), np.concatenate(owner), np.concatenate(segment)


def _dissolved(xy: NDArray[np.float64], team: NDArray[np.int64], n_teams: int) -> list[Any]:
    """Planar cells of the points joined by team, borders simplified together."""
    import shapely

    places, first = np.unique(np.round(xy, 1), axis=0, return_index=True)
    team = team[first]
    # Right-angled street grids put four points on one circle, where planar cells degenerate: a
    # shake of a few decimetres, the same in every run, avoids it.
    number = np.arange(len(places))
    places = places + SHAKE_M * np.column_stack([np.sin(12.9898 * number), np.cos(78.233 * number)])
    if len(places) < 2:
        return [shapely.box(*(places.min(0) - 1e4), *(places.max(0) + 1e4))] * n_teams
    frame = shapely.box(*(places.min(0) - 2 * REACH_M), *(places.max(0) + 2 * REACH_M))
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(places), extend_to=frame, ordered=True)
    )
    joined = [shapely.intersection(_union(cells[team == k]), frame) for k in range(n_teams)]
    return list(shapely.coverage_simplify(joined, SIMPLIFY_M))


def _union(cells: Any) -> Any:
    """The union of cells; on a millimetre grid where floating point cannot do it exactly."""
    import shapely

    try:
        return shapely.union_all(cells)
    except shapely.errors.GEOSException:
        return shapely.union_all(cells, grid_size=0.001)


def territories(
    network: StreetNetwork,
    municipality: Municipality,
    team_plan: TeamPlan,
    *,
    mode: str = "bike",
) -> dict[str, Any]:
    """A polygon (or several parts of one) for each team, in the network's CRS.

    Returns
    -------
    dict of team_id to shapely Polygon or MultiPolygon
        Disjoint; teams none of whose clients may be shown are absent.
    """
    import shapely

    shown = [
        (client_id, k)
        for k, team in enumerate(team_plan.teams)
        for client_id in sorted(team.client_ids)
        if not municipality.client_by_id[client_id].protected
    ]
    if not shown:
        return {}
    where = [municipality.client_by_id[client_id] for client_id, _ in shown]
    node = nearest_nodes(network, np.array([(c.x, c.y) for c in where]), mode)
    sources, first = np.unique(node, return_index=True)
    team_of_source = np.array([k for _, k in shown], dtype=np.int64)[first]
    cell, dist_m = network_reach(network, sources, mode)
    xy, owner, segment = _samples(network, mode, cell, dist_m)
    team = team_of_source[owner]
    whole = _dissolved(xy, team, len(team_plan.teams))
    found = {}
    for k, polygon in enumerate(whole):
        streets = np.unique(segment[team == k]).tolist()
        if not streets:
            continue
        lines = shapely.multilinestrings([shapely.LineString(network.shape(s)) for s in streets])
        near = shapely.buffer(lines, REACH_M, quad_segs=2)
        found[team_plan.teams[k].team_id] = shapely.intersection(polygon, near)
    return found


def polsby_popper(polygon: Any) -> float:
    """4πA/P²: 1 for a disc, towards 0 for a ragged or scattered territory.

    Polsby & Popper 1991, Yale Law & Policy Review 9(2).
    """
    return float(4 * np.pi * polygon.area / polygon.length**2) if polygon.length else 0.0
