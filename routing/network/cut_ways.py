"""Which ways of an extract lie in the part that is kept, found before any of them is looked into.

A county holds twenty municipalities, and a way that comes into Python costs more than all of its
nodes in osmium. So osmium writes the line of every way, whole arrays of lines are held against the
box, and only the ways of the part are read then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from data.osm import points_of
from routing.network.area_cut import Box, touches

_BATCH: Final = 20_000
_WKB_HEAD: Final = 9
"""Bytes before the points: order of bytes, kind of shape, number of points."""
_POINT: Final = 16
_SCALE: Final = 1e7


def ways_within(data: Any, store: Any, box: Box) -> tuple[set[int], bool]:
    """Ids of the ways that have a node in the box, or that are not known to have none.

    Parameters
    ----------
    data : osmium.io.File or osmium.io.FileBuffer
    store : osmium.index.LocationTable
        Of the nodes' places; filled.
    box : Box

    Returns
    -------
    tuple
        The ids, and whether the file gave the places of most ways before the ways.
    """
    ways_inside: set[int] = set()
    n_ways = n_placed = 0
    for ids, lines, rest in _batches(data, store, box):
        ways_inside.update(np.array(ids, np.int64)[_touching(lines, box)].tolist() if ids else ())
        ways_inside.update(rest)
        n_ways += len(ids) + len(rest)
        n_placed += len(ids)
    return ways_inside, n_placed * 2 >= n_ways


def _batches(
    data: Any, store: Any, box: Box
) -> Iterator[tuple[list[int], list[str], Sequence[int]]]:
    """Ids and lines of ways, and the ids of those without a line that are kept."""
    import osmium

    kinds = osmium.osm.NODE | osmium.osm.WAY
    only: Any = osmium.filter.EntityFilter(osmium.osm.WAY)
    maker = osmium.geom.WKBFactory()
    ids: list[int] = []
    lines: list[str] = []
    rest: list[int] = []
    ways: Any = osmium.FileProcessor(data, kinds).with_locations(store).with_filter(only)
    for way in ways:
        try:
            line = maker.create_linestring(way)
        except (RuntimeError, ValueError):  # a point, or nodes that the extract does not hold
            points = points_of(way.nodes)
            if not points or touches(box, points):
                rest.append(way.id)
            continue
        ids.append(way.id)
        lines.append(line)
        if len(ids) == _BATCH:
            yield ids, lines, rest
            ids, lines, rest = [], [], []
    yield ids, lines, rest


def _touching(lines: Sequence[str], box: Box) -> NDArray[np.bool_]:
    """Which lines, as hexadecimal WKB of one byte order, have a point in the box; shape (n,)."""
    n_bytes = np.fromiter(map(len, lines), np.int64, len(lines)) // 2
    whole = np.frombuffer(bytes.fromhex("".join(lines)), np.uint8)
    is_head = np.zeros(len(whole), bool)
    starts = np.cumsum(n_bytes) - n_bytes
    is_head[(starts[:, None] + np.arange(_WKB_HEAD)).ravel()] = True
    places = np.rint(whole[~is_head].view("<f8").reshape(-1, 2) * _SCALE)
    west, south, east, north = box
    lon, lat = places.T
    is_inside = (west <= lon) & (lon <= east) & (south <= lat) & (lat <= north)
    n_points = (n_bytes - _WKB_HEAD) // _POINT
    return np.logical_or.reduceat(is_inside, np.cumsum(n_points) - n_points)


def with_their_areas(ways: set[int], parts: Sequence[Mapping[int, Sequence[int]]]) -> set[int]:
    """The same ways, and all the others of the areas that some of them are a part of.

    Parameters
    ----------
    found : set of int
    parts : sequence of mapping
        Way → the relations that it is a part of.
    """
    relations = {node for of_way in parts for way in ways & of_way.keys() for node in of_way[way]}
    more = {
        way for of_way in parts for way, those in of_way.items() if not relations.isdisjoint(those)
    }
    return ways | more
