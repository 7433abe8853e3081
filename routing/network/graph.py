"""To and from OSMnx: a `networkx.MultiDiGraph` as OSMnx 2 makes and reads it.

Every permitted direction of a segment becomes an edge that carries its modes. Reading back pairs
the two directions again; a graph that OSMnx made itself carries no modes, so they are judged by
the edges' tags, and the directions for wheels by the edges that exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from data.errors import NetworkError
from data.geo.crs import check_metric
from data.streets import (
    BIKE,
    CAR,
    NODE_BARRIER,
    NODE_BARS_BIKE,
    NODE_BARS_CAR,
    NODE_BARS_WALK,
    NODE_CROSSING,
    NODE_SIGNAL,
    ROAD_CLASSES,
    SEGMENT_BRIDGE,
    SEGMENT_DISMOUNT,
    SEGMENT_LIT,
    SEGMENT_ROUNDABOUT,
    SEGMENT_TUNNEL,
    SEGMENT_UNPAVED,
    WALK,
    StreetNetwork,
)
from data.units import EPSG_SWEREF99_TM
from routing.network.topology import check_fits, great_circle_m
from routing.network.way_rules import CLASS_CODE, WayRule, judge_way

_MODE_NAMES: Final = {WALK: "walk", BIKE: "bike", CAR: "car"}
_WHEELS: Final = BIKE | CAR
_NODE_BITS: Final = {
    "signal": NODE_SIGNAL,
    "crossing": NODE_CROSSING,
    "barrier": NODE_BARRIER,
    "stops_walk": NODE_BARS_WALK,
    "stops_bike": NODE_BARS_BIKE,
    "stops_car": NODE_BARS_CAR,
}


def to_graph(network: StreetNetwork) -> Any:
    """The network as an OSMnx graph in degrees (EPSG:4326), ready for any OSMnx function.

    Returns
    -------
    networkx.MultiDiGraph
        Nodes are the junctions' OSM ids (or their indices where those are not unique), with
        ``x``, ``y``, ``street_count``. Edges have OSMnx's attributes, and ``modes``.
    """
    import networkx as nx
    import shapely
    from pyproj import Transformer

    to_degrees = Transformer.from_crs(network.epsg, 4326, always_xy=True)
    ids = network.node_osm_id
    if len(np.unique(ids)) != network.n_nodes:
        ids = np.arange(network.n_nodes, dtype=np.int64)
    lon, lat = to_degrees.transform(network.node_x, network.node_y)
    graph = nx.MultiDiGraph(crs="epsg:4326", simplified=True, hemrunda_epsg=network.epsg)
    ends = np.concatenate([network.segment_from, network.segment_to])
    n_streets = np.bincount(ends, minlength=network.n_nodes)
    for idx in range(network.n_nodes):
        attributes: dict[str, float | str] = {"x": float(lon[idx]), "y": float(lat[idx])}
        attributes["street_count"] = int(n_streets[idx])
        flags = int(network.node_flags[idx])
        if flags:
            attributes["flags"] = ";".join(name for name, bit in _NODE_BITS.items() if flags & bit)
        graph.add_node(int(ids[idx]), **attributes)
    shape_lon, shape_lat = to_degrees.transform(*network.shape_xy.T)
    shape = np.column_stack([shape_lon, shape_lat])
    for idx in range(network.n_segments):
        points = shape[network.shape_offset[idx] : network.shape_offset[idx + 1]]
        u, v = int(ids[network.segment_from[idx]]), int(ids[network.segment_to[idx]])
        tags = _edge_tags(network, idx)
        both_wheels = (network.forward[idx] & _WHEELS) == (network.backward[idx] & _WHEELS)
        tags["oneway"] = not both_wheels
        for mask, reverse in ((network.forward[idx], False), (network.backward[idx], True)):
            if not mask and (reverse or network.backward[idx]):
                continue
            line = shapely.LineString(points[::-1] if reverse else points)
            modes = ",".join(name for bit, name in _MODE_NAMES.items() if int(mask) & bit)
            edge = {**tags, "modes": modes, "reversed": reverse, "geometry": line}
            graph.add_edge(*((v, u) if reverse else (u, v)), **edge)
    return graph


def _edge_tags(network: StreetNetwork, idx: int) -> dict[str, int | float | str]:
    """OSM's tags of a segment, as far as the network remembers them."""
    name_of_class = ROAD_CLASSES[network.road_class[idx]]
    flags = int(network.segment_flags[idx])
    tags: dict[str, int | float | str] = {
        "osmid": int(network.way_osm_id[idx]),
        "segment": idx,
        "highway": name_of_class,
        "length": float(network.length_m[idx]),
    }
    if name_of_class == "ferry":
        tags["route"] = "ferry"
    if network.name(idx):
        tags["name"] = network.name(idx)
    if network.max_speed_kmh[idx]:
        tags["maxspeed"] = str(int(network.max_speed_kmh[idx]))
    named = {
        SEGMENT_BRIDGE: ("bridge", "yes"),
        SEGMENT_TUNNEL: ("tunnel", "yes"),
        SEGMENT_UNPAVED: ("surface", "unpaved"),
        SEGMENT_ROUNDABOUT: ("junction", "roundabout"),
        SEGMENT_LIT: ("lit", "yes"),
        SEGMENT_DISMOUNT: ("bicycle", "dismount"),
    }
    tags.update({key: value for bit, (key, value) in named.items() if flags & bit})
    if name_of_class == "track":
        tags.setdefault("surface", "paved")
    return tags


def from_graph(graph: Any, *, epsg: int | None = None) -> StreetNetwork:
    """A street network from an OSMnx graph, projected or in degrees.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        With ``crs`` in ``graph.graph``, ``x``/``y`` on nodes, ``length`` on edges.
    epsg : int, optional
        The network's CRS; SWEREF 99 TM, or what `to_graph` noted, where it is not given.

    Raises
    ------
    NetworkError
        Where the CRS, coordinates or lengths are missing, or there are no edges.
    """
    from pyproj import Transformer
    from pyproj.exceptions import CRSError

    crs = graph.graph.get("crs")
    if crs is None:
        raise NetworkError("Grafen saknar koordinatsystem (crs).")
    if graph.number_of_edges() == 0:
        raise NetworkError("Grafen saknar gator.")
    target = epsg or int(graph.graph.get("hemrunda_epsg", EPSG_SWEREF99_TM))
    check_metric(target)
    try:
        to_metres = Transformer.from_crs(crs, target, always_xy=True)
    except CRSError as error:
        raise NetworkError("Grafens koordinatsystem (crs) är okänt.") from error
    node_ids = list(graph.nodes)
    idx_of = {node: idx for idx, node in enumerate(node_ids)}
    try:
        x, y = to_metres.transform(
            np.array([float(data["x"]) for _, data in graph.nodes(data=True)]),
            np.array([float(data["y"]) for _, data in graph.nodes(data=True)]),
        )
        rows = _paired(graph)
        points = [_points(graph, row) for row in rows]
        shape = np.vstack(points)
        shape_x, shape_y = to_metres.transform(shape[:, 0], shape[:, 1])
        if not np.isfinite(np.concatenate([x, y, shape_x, shape_y])).all():
            raise ValueError("nowhere")
    except (KeyError, ValueError) as error:
        raise NetworkError("Grafen saknar koordinater eller längder.") from error
    lon, lat = Transformer.from_crs(crs, 4326, always_xy=True).transform(shape[:, 0], shape[:, 1])
    begins = np.zeros(len(shape), bool)
    begins[np.cumsum([0, *(len(part) for part in points[:-1])])] = True
    ground_m = np.zeros(len(shape))
    ground_m[1:] = great_circle_m(lon[:-1], lat[:-1], lon[1:], lat[1:])
    check_fits(target, np.asarray(shape_x), np.asarray(shape_y), ground_m, begins)
    names = sorted({row.name for row in rows if row.name})
    name_idx = {name: idx for idx, name in enumerate(names)}
    return StreetNetwork(
        node_x=np.asarray(x),
        node_y=np.asarray(y),
        node_osm_id=_osm_ids(node_ids),
        node_flags=np.array([_node_flags(data) for _, data in graph.nodes(data=True)], np.uint8),
        segment_from=np.array([idx_of[row.u] for row in rows], np.int32),
        segment_to=np.array([idx_of[row.v] for row in rows], np.int32),
        forward=np.array([row.forward for row in rows], np.uint8),
        backward=np.array([row.backward for row in rows], np.uint8),
        length_m=np.array([row.length for row in rows], np.float64),
        road_class=np.array([row.rule.road_class for row in rows], np.uint8),
        max_speed_kmh=np.array([row.rule.max_speed_kmh for row in rows], np.uint8),
        segment_flags=np.array([row.rule.flags for row in rows], np.uint8),
        name_idx=np.array([name_idx.get(row.name, -1) for row in rows], np.int32),
        way_osm_id=np.array([row.osmid for row in rows], np.int64),
        shape_offset=np.cumsum([0, *(len(part) for part in points)]).astype(np.int64),
        shape_xy=np.column_stack([shape_x, shape_y]),
        names=tuple(names),
        epsg=target,
        source=str(graph.graph.get("created_with", "OSMnx")),
    )


def _osm_ids(node_ids: list[Any]) -> Any:
    try:
        return np.array([int(node) for node in node_ids], np.int64)
    except (TypeError, ValueError):
        return np.arange(len(node_ids), dtype=np.int64)


def _node_flags(data: Mapping[str, Any]) -> int:
    from routing.network.way_rules import judge_node

    if isinstance(data.get("flags"), str):
        return sum(_NODE_BITS.get(name, 0) for name in data["flags"].split(";"))
    return judge_node({key: str(value) for key, value in data.items() if isinstance(value, str)})


@dataclass
class _Segment:
    """A segment as its edges tell it; ``data`` is the first edge's own."""

    u: Any
    v: Any
    length: float
    rule: WayRule
    data: Mapping[str, Any]
    osmid: int
    name: str
    forward: int
    backward: int

    def turn(self) -> None:
        """The same from its other end."""
        self.u, self.v = self.v, self.u
        self.forward, self.backward = self.backward, self.forward


def _paired(graph: Any) -> list[_Segment]:
    """One row per segment: an edge and, where it exists, the edge of the other direction."""
    waiting: dict[Any, list[int]] = {}
    rows: list[_Segment] = []
    for u, v, data in graph.edges(data=True):
        length = float(data["length"])
        if not 0 <= length < np.inf:
            raise ValueError("a length that is none")
        osmid = _first(data.get("osmid", -1))
        same = data.get("segment", None)
        key = (u, v, str(same) if same is not None else (str(osmid), round(length, 3)))
        partners = waiting.get(key)
        if partners:
            _pair(rows[partners.pop(0)], data)
            continue
        tags = _tags_of(data)
        rule = judge_way(tags) or judge_way({"highway": "unclassified"})
        assert rule is not None
        number = int(osmid) if str(osmid).lstrip("-").isdigit() else -1
        name, masks = tags.get("name", ""), _masks(data, rule)
        waiting.setdefault((v, u, key[2]), []).append(len(rows))
        rows.append(_Segment(u, v, length, rule, data, number, name, *masks))
    for row in rows:
        if "modes" in row.data and str(row.data.get("reversed")) == "True":
            row.turn()
    if all("segment" in row.data for row in rows):
        rows.sort(key=lambda row: int(row.data["segment"]))
    return rows


def _masks(data: Mapping[str, Any], rule: WayRule) -> tuple[int, int]:
    """The modes along this edge, and against it as far as this edge alone tells."""
    if "modes" in data:
        return _mask_of(data["modes"]), 0
    mask = rule.forward | rule.backward
    return mask, mask & WALK


def _pair(row: _Segment, data: Mapping[str, Any]) -> None:
    """Add the other direction's edge to the row of the first."""
    if "modes" in data:
        row.backward = _mask_of(data["modes"])
    else:
        row.backward = row.rule.forward | row.rule.backward


def _mask_of(modes: str) -> int:
    wanted = set(modes.split(","))
    return sum(bit for bit, name in _MODE_NAMES.items() if name in wanted)


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def _tags_of(data: Mapping[str, Any]) -> dict[str, str]:
    """Tags as text; of several values that OSMnx merged the first counts, but the lowest speed.

    Directions are told by the edges themselves, not by ``oneway``.
    """
    tags = {
        key: (";".join(map(str, value)) if key == "maxspeed" else str(_first(value)))
        if isinstance(value, list)
        else str(value)
        for key, value in data.items()
        if key not in ("geometry", "oneway", "length", "osmid", "modes")
    }
    if tags.get("highway") not in CLASS_CODE and tags.get("highway") == "ferry":
        tags["route"] = "ferry"
    return tags


def _points(graph: Any, row: _Segment) -> Any:
    """The edge's shape from u to v; a straight line where OSMnx kept none."""
    ends = [[float(graph.nodes[node][axis]) for axis in ("x", "y")] for node in (row.u, row.v)]
    line = row.data.get("geometry")
    if line is None:
        return np.array(ends)
    if isinstance(line, str):
        import shapely

        line = shapely.from_wkt(line)
    points = np.array(line.coords)[:, :2]
    from_start = np.abs(points[0] - ends[0]).sum() + np.abs(points[-1] - ends[1]).sum()
    from_end = np.abs(points[-1] - ends[0]).sum() + np.abs(points[0] - ends[1]).sum()
    return points if from_start <= from_end else points[::-1]
