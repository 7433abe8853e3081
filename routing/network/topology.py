"""From ways as flat lists of nodes to junctions and segments, wholly in NumPy.

A node becomes a junction where two ways (or two passes of one way) meet, where a way ends, and
where a signal or a barrier stands. Everything else is the shape of a segment.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.errors import NetworkError
from data.streets import (
    NODE_BARS_BIKE,
    NODE_BARS_CAR,
    NODE_BARS_WALK,
    NODE_SIGNAL,
    StreetNetwork,
)
from routing.network.map_features import Landscape

EARTH_RADIUS_M = 6_371_009.0
"""Mean radius, as OSMnx has it, so that lengths can be compared to the metre."""

SCALE_ERROR_MAX = 0.02
"""How much metres of a projection may differ from those on the ground: Sweden's by 0.4 %."""

_STOPS_HERE = NODE_SIGNAL | NODE_BARS_WALK | NODE_BARS_BIKE | NODE_BARS_CAR


@dataclass(frozen=True)
class FlatWays:
    """All ways end to end. NaN coordinates mark nodes that the extract does not hold."""

    refs: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    n_nodes_of_way: NDArray[np.int64]
    way_ids: NDArray[np.int64]
    road_class: NDArray[np.uint8]
    forward: NDArray[np.uint8]
    backward: NDArray[np.uint8]
    max_speed_kmh: NDArray[np.uint8]
    flags: NDArray[np.uint8]
    names: list[str]
    flagged_ids: NDArray[np.int64]
    flagged_bits: NDArray[np.uint8]


def great_circle_m(
    lon_a: NDArray[np.float64],
    lat_a: NDArray[np.float64],
    lon_b: NDArray[np.float64],
    lat_b: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Great-circle distance in metres between points in degrees (haversine formula)."""
    phi_a, phi_b = np.radians(lat_a), np.radians(lat_b)
    half_phi = (phi_b - phi_a) / 2.0
    half_lambda = np.radians(lon_b - lon_a) / 2.0
    h = np.sin(half_phi) ** 2 + np.cos(phi_a) * np.cos(phi_b) * np.sin(half_lambda) ** 2
    arc: NDArray[np.float64] = 2.0 * np.arcsin(np.sqrt(np.minimum(1.0, h)))
    return arc * EARTH_RADIUS_M


def build_network(
    ways: FlatWays, *, epsg: int, source: str, landscape: Landscape | None = None
) -> StreetNetwork:
    """Cut ways at missing nodes and junctions, project, measure, and name the segments.

    Raises
    ------
    NetworkError
        Where no segment is left.
    """
    from pyproj import Transformer

    way_of, lon, lat, refs, is_cut = _known_parts(ways)
    unique_refs, node_of = np.unique(refs, return_inverse=True)
    flags = _flags_of(unique_refs, ways)
    starts = is_cut
    ends = np.append(is_cut[1:], True)
    is_junction = np.bincount(node_of, minlength=len(unique_refs)) > 1
    is_junction[node_of[starts | ends]] = True
    is_junction |= (flags & _STOPS_HERE) > 0
    keep = is_junction[node_of]
    begin = np.flatnonzero(keep & ~ends)
    end = np.flatnonzero(keep & ~starts)
    if len(begin) == 0:
        raise NetworkError("Kartan innehåller inga hela gator.")

    leg_m = np.zeros(len(refs))
    leg_m[1:] = great_circle_m(lon[:-1], lat[:-1], lon[1:], lat[1:])
    along_m = np.cumsum(leg_m)
    to_metres = Transformer.from_crs(4326, epsg, always_xy=True)
    x, y = to_metres.transform(lon, lat)
    check_fits(epsg, x, y, leg_m, is_cut)
    n_points = end - begin + 1
    shape_offset = np.concatenate([[0], np.cumsum(n_points)])
    points = np.arange(shape_offset[-1]) - np.repeat(shape_offset[:-1] - begin, n_points)

    kept = np.flatnonzero(is_junction)
    dense = np.full(len(unique_refs), -1, np.int64)
    dense[kept] = np.arange(len(kept))
    first = np.zeros(len(unique_refs), np.int64)
    first[node_of[::-1]] = np.arange(len(refs))[::-1]
    way = way_of[begin]
    names, name_idx = _names(ways.names, way)
    features, addresses = landscape.finish(to_metres) if landscape else ((), ())
    return StreetNetwork(
        node_x=np.ascontiguousarray(x[first[kept]]),
        node_y=np.ascontiguousarray(y[first[kept]]),
        node_osm_id=unique_refs[kept],
        node_flags=flags[kept],
        segment_from=dense[node_of[begin]].astype(np.int32),
        segment_to=dense[node_of[end]].astype(np.int32),
        forward=ways.forward[way],
        backward=ways.backward[way],
        length_m=along_m[end] - along_m[begin],
        road_class=ways.road_class[way],
        max_speed_kmh=ways.max_speed_kmh[way],
        segment_flags=ways.flags[way],
        name_idx=name_idx,
        way_osm_id=ways.way_ids[way],
        shape_offset=shape_offset.astype(np.int64),
        shape_xy=np.column_stack([x[points], y[points]]),
        names=names,
        epsg=epsg,
        source=source,
        features=features,
        addresses=addresses,
    )


def check_fits(
    epsg: int,
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    leg_m: NDArray[np.float64],
    begins: NDArray[np.bool_],
) -> None:
    """Refuse a system whose metres are not those of the streets' place.

    Parameters
    ----------
    x, y : ndarray, float64, shape (n,)
        Points in ``epsg``, line after line.
    leg_m : ndarray, float64, shape (n,)
        Metres on the ground from the point before; what it says where ``begins`` does not count.
    begins : ndarray, bool, shape (n,)
        Where a new line begins.

    Raises
    ------
    NetworkError
    """
    planar = np.hypot(np.diff(x), np.diff(y))[~begins[1:]].sum()
    ground = leg_m[1:][~begins[1:]].sum()
    if not (np.isfinite(planar) and abs(planar - ground) <= SCALE_ERROR_MAX * max(ground, 1.0)):
        raise NetworkError(
            f"Koordinatsystemet EPSG:{epsg} mäter inte rätt där gatorna ligger. Ange SWEREF 99 TM "
            "(3006) eller kommunens lokala zon (3007–3018)."
        )


def _flags_of(unique_refs: NDArray[np.int64], ways: FlatWays) -> NDArray[np.uint8]:
    """The flags of the nodes that lie on a way."""
    flags = np.zeros(len(unique_refs), np.uint8)
    if len(unique_refs):
        ref_idx = np.searchsorted(unique_refs, ways.flagged_ids)
        ref_idx[ref_idx == len(unique_refs)] = 0
        hit = unique_refs[ref_idx] == ways.flagged_ids
        flags[ref_idx[hit]] = ways.flagged_bits[hit]
    return flags


def _known_parts(
    ways: FlatWays,
) -> tuple[
    NDArray[np.int64],
    NDArray[np.float64],
    NDArray[np.float64],
    NDArray[np.int64],
    NDArray[np.bool_],
]:
    """Drop unknown and repeated nodes; mark where a way, or what is left of it, begins.

    Returns the way of each remaining node, its longitude, latitude and id, and the marks. Parts
    of one node only are dropped.
    """
    way_of = np.repeat(np.arange(len(ways.n_nodes_of_way)), ways.n_nodes_of_way)
    known = ~np.isnan(ways.lon)
    part = np.cumsum(np.concatenate([[0], (~known).astype(np.int64)]))[:-1]
    begins = np.ones(len(way_of), bool)
    begins[1:] = (way_of[1:] != way_of[:-1]) | (part[1:] != part[:-1])
    repeated = np.zeros(len(way_of), bool)
    repeated[1:] = (ways.refs[1:] == ways.refs[:-1]) & ~begins[1:]
    stays = known & ~repeated
    part_id = np.cumsum(begins)[stays]
    way_of, refs = way_of[stays], ways.refs[stays]
    lon, lat = ways.lon[stays], ways.lat[stays]
    n_of_part = np.bincount(part_id, minlength=1)
    whole = n_of_part[part_id] > 1
    part_id = part_id[whole]
    is_cut = np.ones(len(part_id), bool)
    is_cut[1:] = part_id[1:] != part_id[:-1]
    return way_of[whole], lon[whole], lat[whole], refs[whole], is_cut


def _names(
    name_of_way: list[str], way: NDArray[np.int64]
) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """Distinct street names in order of the alphabet, and each segment's index among them."""
    distinct = sorted({name for name in name_of_way if name})
    idx_of = {name: idx for idx, name in enumerate(distinct)}
    of_way = np.array([idx_of.get(name, -1) for name in name_of_way], np.int32)
    return tuple(distinct), of_way[way]
