"""Cuts drawn lines where they meet, and lays them out as a `StreetNetwork`.

Every crossing of two lines on land is a junction. Ends that come within two metres of another
line join it. What cannot be reached by a mode loses that mode, so that each mode's network is
one strongly connected whole.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree
from shapely.geometry.base import BaseGeometry

from data.demo.town.curves import Line, Points
from data.demo.town.town_landscape import Landscape
from data.streets import (
    BIKE,
    CAR,
    NODE_CROSSING,
    NODE_SIGNAL,
    ROAD_CLASSES,
    SEGMENT_BRIDGE,
    SEGMENT_LIT,
    SEGMENT_UNPAVED,
    WALK,
    StreetNetwork,
)

SNAP_M = 2.0
FIRST_NODE_ID = 9_100_000_001
FIRST_WAY_ID = 8_700_000_001
"""Far above what OpenStreetMap has used, so that nobody takes them for its own."""


def clip_lines(lines: Sequence[Line], forbidden: BaseGeometry) -> list[Line]:
    """Lines without their parts in water or on the rails; those that may cross stay whole."""
    shapes = shapely.linestrings([0, 0], [0, 1]) if not lines else None
    shapes = np.array([shapely.linestrings(line.xy) for line in lines])
    shapely.prepare(forbidden)
    hit = shapely.intersects(forbidden, shapes)
    kept: list[Line] = []
    for line, shape, is_hit in zip(lines, shapes, hit, strict=True):
        if line.may_cross or not is_hit:
            kept.append(line)
            continue
        rest = shapely.difference(shape, forbidden)
        for piece in shapely.get_parts(rest):
            if shapely.length(piece) > 12.0:
                kept.append(_with_shape(line, shapely.get_coordinates(piece)))
    return kept


def _with_shape(line: Line, xy: Points) -> Line:
    return Line(xy, line.name, line.road_class, line.speed_kmh, line.zone, line.locality,
                line.forward, line.backward, line.may_cross, line.flags)  # fmt: skip


def _cuts(shapes: NDArray[np.object_]) -> tuple[NDArray[np.int64], Points, Points]:
    """Where each line is cut: line number, distance along it, and place."""
    tree = shapely.STRtree(shapes)
    a, b = tree.query(shapes, predicate="dwithin", distance=SNAP_M)
    pair = a < b
    a, b = a[pair], b[pair]
    crossing = shapely.intersection(shapes[a], shapes[b])
    points, of_pair = shapely.get_coordinates(crossing, return_index=True)
    ends = np.vstack([shapely.get_coordinates(shapely.get_point(shapes, k)) for k in (0, -1)])
    end_of = np.tile(np.arange(len(shapes)), 2)
    at_end, near = tree.query(shapely.points(ends), predicate="dwithin", distance=SNAP_M)
    line = np.concatenate((a[of_pair], b[of_pair], near, end_of)).astype(np.int64)
    place = np.vstack((points, points, ends[at_end], ends))
    distance = shapely.line_locate_point(shapes[line], shapely.points(place))
    on_line = shapely.get_coordinates(shapely.line_interpolate_point(shapes[line], distance))
    return line, distance, on_line


def _merge_places(place: Points) -> tuple[NDArray[np.int64], Points]:
    """Number the places so that those within `SNAP_M` of each other are one node."""
    pairs = cKDTree(place).query_pairs(SNAP_M, output_type="ndarray")
    graph = coo_array((np.ones(len(pairs)), pairs.T), shape=(len(place), len(place)))
    n_nodes, number = connected_components(graph, directed=False)
    count = np.bincount(number, minlength=n_nodes)
    middle = np.column_stack(
        [np.bincount(number, place[:, k], minlength=n_nodes) / count for k in (0, 1)]
    )
    return number.astype(np.int64), middle


def _pieces(
    lines: Sequence[Line], line: NDArray[np.int64], distance: Points,
    node: NDArray[np.int64], node_xy: Points,
) -> tuple[list[int], list[tuple[int, int]], list[Points]]:  # fmt: skip
    """Stretches between consecutive cuts: line number, two nodes, shape."""
    order = np.lexsort((distance, line))
    of_line, ends, shapes = [], [], []
    line, distance, node = line[order], distance[order], node[order]
    begins = np.searchsorted(line, np.arange(len(lines) + 1))
    seen: set[tuple[int, int, int]] = set()
    for i, drawn in enumerate(lines):
        step = np.diff(drawn.xy, axis=0)
        along_m = np.concatenate(([0.0], np.cumsum(np.hypot(step[:, 0], step[:, 1]))))
        for k in range(begins[i], begins[i + 1] - 1):
            a, b = int(node[k]), int(node[k + 1])
            length_m = distance[k + 1] - distance[k]
            key = (min(a, b), max(a, b), round(length_m / 4))
            if a == b or key in seen:
                continue
            seen.add(key)
            inner = drawn.xy[(along_m > distance[k] + 0.5) & (along_m < distance[k + 1] - 0.5)]
            of_line.append(i)
            ends.append((a, b))
            shapes.append(np.vstack((node_xy[a], inner, node_xy[b])))
    return of_line, ends, shapes


def _connected(
    ends: NDArray[np.int64], forward: NDArray[np.uint8], backward: NDArray[np.uint8], n_nodes: int
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Permissions with each mode kept only inside its largest strongly connected part.

    One-ways that lead into a trap become two-way first; only what still hangs loose is closed.
    """
    forward, backward = forward.copy(), backward.copy()
    for mode in (WALK, BIKE, CAR):
        trapped = _outside(ends, forward, backward, n_nodes, mode)
        trapped &= ((forward | backward) & mode) > 0
        forward[trapped] |= mode
        backward[trapped] |= mode
        outside = _outside(ends, forward, backward, n_nodes, mode)
        forward[outside] &= 255 - mode
        backward[outside] &= 255 - mode
    return forward, backward


def _outside(
    ends: NDArray[np.int64], forward: NDArray[np.uint8], backward: NDArray[np.uint8], n_nodes: int,
    mode: int,
) -> NDArray[np.bool_]:  # fmt: skip
    """Segments not inside the mode's largest strongly connected part."""
    go, back = (forward & mode) > 0, (backward & mode) > 0
    rows = np.concatenate((ends[go, 0], ends[back, 1]))
    cols = np.concatenate((ends[go, 1], ends[back, 0]))
    graph = coo_array((np.ones(len(rows)), (rows, cols)), shape=(n_nodes, n_nodes))
    part = connected_components(graph, directed=True, connection="strong")[1]
    main = np.argmax(np.bincount(part))
    outside: NDArray[np.bool_] = (part[ends] != main).any(axis=1)
    return outside


def build_network(
    lines: Sequence[Line], land: Landscape, origin: tuple[float, float]
) -> tuple[StreetNetwork, NDArray[np.int64]]:
    """The network of the drawn lines, moved to ``origin``, and each segment's line number."""
    drawn = np.array([shapely.linestrings(line.xy) for line in lines])
    node, node_xy = _merge_places((cuts := _cuts(drawn))[2])
    of_line, end_list, shapes = _pieces(lines, cuts[0], cuts[1], node, node_xy)
    ends = np.array(end_list, dtype=np.int64)
    line_of = np.array(of_line, dtype=np.int64)
    forward = np.array([lines[i].forward for i in of_line], dtype=np.uint8)
    backward = np.array([lines[i].backward for i in of_line], dtype=np.uint8)
    forward, backward = _connected(ends, forward, backward, len(node_xy))
    keep = np.flatnonzero((forward | backward) > 0)
    ends, line_of, forward, backward = ends[keep], line_of[keep], forward[keep], backward[keep]
    shapes = [shapes[i] for i in keep]
    used, dense = np.unique(ends, return_inverse=True)
    ends = dense.reshape(ends.shape)
    xy = np.round(node_xy[used] + origin, 2)
    names = tuple(sorted({lines[i].name for i in line_of.tolist()} - {""}))
    name_number = {name: k for k, name in enumerate(names)}
    moved = [np.round(shape + origin, 2) for shape in shapes]
    length = np.array([np.hypot(*np.diff(shape, axis=0).T).sum() for shape in moved])
    classes = np.array([ROAD_CLASSES.index(lines[i].road_class) for i in line_of.tolist()])
    over = shapely.intersects(
        land.water, np.array([shapely.linestrings(shape) for shape in shapes])
    )
    flags = np.array([lines[i].flags for i in line_of.tolist()], dtype=np.uint8)
    flags[over] |= SEGMENT_BRIDGE
    flags[np.array([lines[i].zone == "lane" for i in line_of.tolist()])] |= SEGMENT_UNPAVED
    lit = np.array([lines[i].zone not in ("country", "lane", "none") for i in line_of.tolist()])
    flags[lit] |= SEGMENT_LIT
    network = StreetNetwork(
        node_x=np.ascontiguousarray(xy[:, 0]),
        node_y=np.ascontiguousarray(xy[:, 1]),
        node_osm_id=FIRST_NODE_ID + np.arange(len(xy), dtype=np.int64),
        node_flags=_node_flags(ends, classes, len(xy)),
        segment_from=ends[:, 0].astype(np.int32),
        segment_to=ends[:, 1].astype(np.int32),
        forward=forward,
        backward=backward,
        length_m=length,
        road_class=classes.astype(np.uint8),
        max_speed_kmh=np.array([lines[i].speed_kmh for i in line_of.tolist()], dtype=np.uint8),
        segment_flags=flags,
        name_idx=np.array(
            [name_number.get(lines[i].name, -1) for i in line_of.tolist()], dtype=np.int32
        ),
        way_osm_id=FIRST_WAY_ID + line_of,
        shape_offset=np.concatenate(([0], np.cumsum([len(s) for s in moved]))).astype(np.int64),
        shape_xy=np.ascontiguousarray(np.vstack(moved)),
        names=names,
        source="Ekhamn",
        attribution="Ekhamn, påhittad kommun",
    )
    return network, line_of


def _node_flags(
    ends: NDArray[np.int64], classes: NDArray[np.int64], n_nodes: int
) -> NDArray[np.uint8]:
    """Signals where two bigger roads cross, crossings where a path meets one."""
    flags = np.zeros(n_nodes, dtype=np.uint8)
    big = classes <= ROAD_CLASSES.index("secondary")
    path = classes >= ROAD_CLASSES.index("pedestrian")
    n_big = np.bincount(ends[big].ravel(), minlength=n_nodes)
    n_path = np.bincount(ends[path].ravel(), minlength=n_nodes)
    flags[n_big >= 4] |= NODE_SIGNAL
    flags[(n_big >= 2) & (n_path >= 1)] |= NODE_CROSSING
    return flags
