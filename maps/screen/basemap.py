"""The basemap: streets, water, green and rail of the network, as short text for one canvas.

Streets are grouped by class and sorted along a space-filling curve, so that the steps between
them are small; shapes are thinned to what a screen can show. About 1 MB for 18 000 segments was
the prototype's figure; ``benchmarks/maps.py`` measures ours.
"""

from __future__ import annotations

from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from data.streets import ROAD_CLASSES, StreetNetwork
from maps.common.lonlat import WebGrid
from maps.common.polyline_encoding import encode, encode_deltas

NUMBERS_MAX = 20_000
"""House numbers are left out of basemaps with more than this: the file would grow too large."""
THIN_M = 1.2
"""Points nearer than this to the thinned line are left out."""


class StreetsPayload(TypedDict):
    """Streets of one class: points of each, their differences, and the number of each's name."""

    c: str
    n: str
    p: str
    t: str


class FeaturesPayload(TypedDict):
    """Areas and lines of one kind."""

    k: str
    n: str
    p: str


class NumbersPayload(TypedDict):
    """House numbers and their places."""

    p: str
    v: list[str]


class BasemapPayload(TypedDict):
    """All that ``streets.js`` reads."""

    classes: list[StreetsPayload]
    names: list[str]
    features: list[FeaturesPayload]
    numbers: NumbersPayload


def basemap(network: StreetNetwork, grid: WebGrid) -> BasemapPayload:
    """Streets by class, with names, and features by kind; the form that ``streets.js`` reads."""
    used = _names_used(network)
    return {
        "classes": [
            payload
            for code, name in enumerate(ROAD_CLASSES)
            if (payload := _class_payload(network, grid, code, name, used)) is not None
        ],
        "names": [network.names[idx] for idx in used],
        "features": _features(network, grid),
        "numbers": _numbers(network, grid),
    }


def _names_used(network: StreetNetwork) -> dict[int, int]:
    """Each name index that a segment has, in order, with its place in the list sent."""
    present = np.unique(network.name_idx[network.name_idx >= 0])
    return {int(idx): place for place, idx in enumerate(present)}


def _class_payload(
    network: StreetNetwork, grid: WebGrid, code: int, name: str, names: dict[int, int]
) -> StreetsPayload | None:
    segments = np.flatnonzero(network.road_class == code)
    # Two-way streets of OSMnx graphs come as one segment already; loops and doubles do no harm.
    if not len(segments):
        return None
    segments = segments[_along_curve(network.shape_xy[network.shape_offset[segments]])]
    lines = _thinned([network.shape(int(s)) for s in segments])
    counts = np.array([len(line) for line in lines], dtype=np.int64)
    points = grid.units(np.concatenate(lines))
    titles = np.array([names.get(int(network.name_idx[s]), -1) for s in segments], dtype=np.int64)
    return {"c": name, "n": encode(counts), "p": encode_deltas(points), "t": encode(titles)}


def _numbers(network: StreetNetwork, grid: WebGrid) -> NumbersPayload:
    """House numbers of the public register, with their places."""
    known = [address for address in network.addresses if address.number]
    if not known or len(known) > NUMBERS_MAX:
        return {"p": "", "v": []}
    xy = np.array([(address.x, address.y) for address in known])
    order = _along_curve(xy)
    return {"p": encode_deltas(grid.units(xy[order])), "v": [known[i].number for i in order]}


def _along_curve(xy: NDArray[np.float64]) -> NDArray[np.int64]:
    """Order of points along a Morton curve of 64 m squares; ties by index, so it is stable."""
    cells = np.clip((xy - xy.min(axis=0)) / 64.0, 0, 2**20).astype(np.int64)
    key = np.zeros(len(xy), dtype=np.int64)
    for bit in range(20):
        key |= ((cells[:, 0] >> bit) & 1) << (2 * bit)
        key |= ((cells[:, 1] >> bit) & 1) << (2 * bit + 1)
    return np.argsort(key, kind="stable")


def _thinned(lines: list[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    import shapely

    long = [i for i, line in enumerate(lines) if len(line) > 2]
    if not long:
        return lines
    sizes = np.array([len(lines[i]) for i in long])
    made = shapely.linestrings(
        np.concatenate([lines[i] for i in long]), indices=np.repeat(np.arange(len(long)), sizes)
    )
    thin = list(lines)
    for i, shape in zip(long, shapely.simplify(made, THIN_M), strict=True):
        thin[i] = shapely.get_coordinates(shape)
    return thin


def _features(network: StreetNetwork, grid: WebGrid) -> list[FeaturesPayload]:
    kinds: dict[str, list[NDArray[np.float64]]] = {}
    for feature in network.features:
        if len(feature.xy) > 1:
            kinds.setdefault(feature.kind, []).append(feature.xy)
    payloads: list[FeaturesPayload] = []
    for kind, lines in sorted(kinds.items()):
        thin = _thinned(lines)
        payloads.append(
            {
                "k": kind,
                "n": encode(np.array([len(line) for line in thin], dtype=np.int64)),
                "p": encode_deltas(grid.units(np.concatenate(thin))),
            }
        )
    return payloads
