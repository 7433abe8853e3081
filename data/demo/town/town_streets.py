"""Draws the streets of Ekhamn, a town that does not exist, from a seed.

A harbour town of the Swedish east coast: an inlet, a river with few bridges, a railway with few
crossings, a centre of short blocks with one-ways and a walking street, radial roads and a ring,
housing areas, villas on winding roads that end blind, parks, an island with one bridge, villages.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely
from shapely.geometry import LineString, MultiLineString, Polygon
from shapely.geometry.base import BaseGeometry

from data.demo.town.curves import Line, Points, curve
from data.demo.town.districts import fill_district
from data.demo.town.noding import build_network, clip_lines
from data.demo.town.roads import (
    add_roundabouts,
    country_roads,
    lanes,
    main_roads,
    underpasses,
    waterside_paths,
)
from data.demo.town.town_addresses import make_addresses
from data.demo.town.town_landscape import Landscape, make_landscape, make_woods
from data.demo.town.town_names import NameStock
from data.streets import BIKE, CAR, WALK, Feature, StreetNetwork

ORIGIN = (607_000.0, 6_487_000.0)
"""Where the market square lies in SWEREF 99 TM. No such town is there."""

LARGEST_DISTRICT_M2 = 300_000.0
SMALLEST_DISTRICT_M2 = 6_000.0


def make_streets(*, seed: int = 1, n_clients: int = 400) -> StreetNetwork:
    """Make the street network of Ekhamn.

    Parameters
    ----------
    seed : int
        Same seed and size, same town.
    n_clients : int
        The town grows with the number of clients that it has to house; from 400 (about 12 000
        inhabitants) to 5 300 (a city).

    Returns
    -------
    StreetNetwork
        EPSG:3006. Walk, bike and car networks are strongly connected, each one whole.
        ``addresses`` holds the address register, ``features`` water, green and rails.
    """
    rng = np.random.default_rng([seed, 20_260])
    land = make_landscape(n_clients, rng)
    names = NameStock(rng)
    mains = main_roads(land, names)
    mains += _collectors(land, mains, names, rng)
    rural = country_roads(land, mains, names, rng)
    rural += lanes(land, rural, names, rng)
    fills, parks = _fill_town(land, mains, names, rng)
    lines = mains + rural + fills + _fill_villages(land, rural, names, rng)
    lines = clip_lines(lines, land.water.buffer(4).union(land.rail.buffer(9)))
    lines += waterside_paths(land) + underpasses(land, lines)
    lines = add_roundabouts(lines, land)
    network, line_of = build_network(lines, land, ORIGIN)
    driven = np.unique(line_of[(network.forward & CAR) > 0])
    homes = [lines[i] for i in driven.tolist()]
    walked = [line for line in lines if line.road_class == "pedestrian"]
    roads = MultiLineString([LineString(line.xy).coords for line in mains + rural])
    return replace(
        network,
        features=_features(land, parks, *make_woods(land, roads, rng), network),
        addresses=make_addresses(homes + walked, lines, land, ORIGIN, rng),
    )


def _faces(area: BaseGeometry, cuts: list[LineString]) -> list[Polygon]:
    """The area cut up by the lines, largest first."""
    network = shapely.union_all([shapely.boundary(area), *cuts])
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(network)))
    room = shapely.buffer(area, 1.0)
    inner = [f for f in faces if shapely.contains(room, f.representative_point())]
    return sorted(inner, key=lambda f: (-round(f.area), round(f.centroid.x)))


def _collectors(
    land: Landscape, mains: list[Line], names: NameStock, rng: np.random.Generator
) -> list[Line]:
    """Streets that divide districts too large to be one."""
    collectors: list[Line] = []
    queue = _faces(land.outline, [LineString(line.xy) for line in mains] + [land.rail])
    while queue:
        face = queue.pop(0)
        if face.area < LARGEST_DISTRICT_M2:
            continue
        xy = _divider(face, rng)
        if xy is None:
            continue
        collectors.append(
            Line(xy, names.take(0, "villa", names.theme()), "tertiary", 40, zone="main")
        )
        queue += [f for f in _faces(face, [LineString(xy)]) if f.area < 0.95 * face.area]
    return collectors


def _divider(face: Polygon, rng: np.random.Generator) -> Points | None:
    """A slightly winding line across the middle of a district, the short way."""
    corner = shapely.get_coordinates(shapely.minimum_rotated_rectangle(face))
    long_side = max((corner[1] - corner[0], corner[2] - corner[1]), key=lambda d: np.hypot(*d))
    direction = np.array((-long_side[1], long_side[0])) / np.hypot(*long_side)
    middle = 0.7 * np.array(face.centroid.coords[0])
    middle += 0.3 * np.array(face.representative_point().coords[0])
    reach = np.hypot(*(corner[2] - corner[0]))
    t = np.linspace(-1, 1, 13)[:, None]
    swing = direction[::-1] * (1, -1) * 45 * np.sin(4 * t + rng.uniform(0, 6))
    shape = LineString(curve(middle + direction * reach * t + swing))
    parts = shapely.get_parts(shapely.intersection(shape, shapely.buffer(face, 1.2)))
    parts = [part for part in parts if shapely.length(part) > 80]
    if not parts:
        return None
    xy: Points = shapely.get_coordinates(max(parts, key=shapely.length))
    return xy


def _kinds(faces: list[Polygon], land: Landscape, rng: np.random.Generator) -> list[str]:
    """What each district is: by place first, the rest by lot within shares of the town's area."""
    total = sum(face.area for face in faces)
    room = {"park": 0.11 * total, "industry": 0.09 * total, "field": 0.08 * total}
    centre = land.place([(0.40, 0.0)])[0, 0]
    kinds = [""] * len(faces)
    for i in rng.permutation(len(faces)).tolist():
        face = faces[i]
        x, y = face.centroid.coords[0]
        far = float(np.hypot(x, y)) / land.radius_m
        by_rail = shapely.distance(face, land.rail) < 30
        lots = []
        if shapely.contains(land.island, face.centroid):
            kinds[i] = "villa"
            continue
        if np.hypot(x, y) < centre and not (by_rail and x < -0.8 * centre):
            kinds[i] = "centre"
            continue
        if by_rail and far > 0.3:
            lots.append(("industry", 0.55))
        if far > 0.8:
            lots.append(("field", 0.35))
        lots.append(("park", 0.16))
        for kind, chance in lots:
            if not kinds[i] and face.area <= room[kind] and rng.random() < chance:
                kinds[i] = kind
                room[kind] -= face.area
        if not kinds[i]:
            kinds[i] = "flats" if rng.random() < (0.42 if far < 0.7 else 0.24) else "villa"
    return kinds


def _fill_town(
    land: Landscape, mains: list[Line], names: NameStock, rng: np.random.Generator
) -> tuple[list[Line], list[Polygon]]:
    shapes = [LineString(line.xy) for line in mains if line.name]
    around = MultiLineString([line.coords for line in shapes])
    shapely.prepare(around)
    area = shapely.union(land.outline, land.island.buffer(-25))
    faces = [f for f in _faces(area, [*shapes, land.rail]) if f.area > SMALLEST_DISTRICT_M2]
    lines: list[Line] = []
    parks: list[Polygon] = []
    for face, kind in zip(faces, _kinds(faces, land, rng), strict=True):
        if kind == "field":
            continue
        angle = -0.04 if kind == "centre" else _angle(face)
        drawn = fill_district(face, kind, 0, around, angle, names, rng)
        if kind == "park":
            parks.append(face)
        if kind == "centre":
            _one_ways(drawn, rng)
        lines += drawn
    return lines, parks


def _fill_villages(
    land: Landscape, rural: list[Line], names: NameStock, rng: np.random.Generator
) -> list[Line]:
    shapes = [LineString(line.xy) for line in rural]
    around = MultiLineString([shape.coords for shape in shapes])
    shapely.prepare(around)
    blocked = land.water.buffer(15).union(land.rail.buffer(25))
    lines: list[Line] = []
    for village in land.villages:
        for face in _faces(shapely.difference(village.area, blocked), shapes):
            if face.area > SMALLEST_DISTRICT_M2:
                angle = float(rng.uniform(0, 1.5))
                lines += fill_district(face, "village", village.locality, around, angle, names, rng)
    return lines


def _angle(face: Polygon) -> float:
    corner = shapely.get_coordinates(shapely.minimum_rotated_rectangle(face))
    side = max((corner[1] - corner[0], corner[2] - corner[1]), key=lambda d: np.hypot(*d))
    return float(np.arctan2(side[1], side[0]))


def _one_ways(lines: list[Line], rng: np.random.Generator) -> None:
    """Two in five centre streets one way for cars, half of those open to bikes both ways."""
    for line in lines:
        if line.forward & CAR and rng.random() < 0.4:
            line.backward = WALK | (BIKE if rng.random() < 0.5 else 0)
            if rng.random() < 0.5:
                line.forward, line.backward = line.backward, line.forward


def _features(
    land: Landscape, parks: list[Polygon], forests: list[Polygon], lakes: list[Polygon],
    network: StreetNetwork,
) -> tuple[Feature, ...]:  # fmt: skip
    """Water, green and rails, cut to a frame around the streets. No area has a hole in it."""
    west, south, east, north = network.bounds
    frame = shapely.box(west - 1500, south - 1500, east + 1500, north + 1500)
    frame = shapely.transform(frame, lambda xy: xy - ORIGIN)
    across = land.island.centroid.x
    halves = [
        shapely.intersection(frame, shapely.box(-1e6, -1e6, across, 1e6)),
        shapely.intersection(frame, shapely.box(across, -1e6, 1e6, 1e6)),
    ]
    sea = shapely.difference(land.sea, land.island)
    shapes: list[tuple[str, BaseGeometry]] = [
        *(("green", shapely.difference(shape, land.water)) for shape in (*forests, *parks)),
        ("river", shapely.difference(land.river, land.sea)),
        *(("water", shapely.intersection(sea, half)) for half in halves),
        *(("water", lake) for lake in lakes),
        ("rail", land.rail),
    ]
    features: list[Feature] = []
    for kind, shape in shapes:
        for part in shapely.get_parts(shapely.intersection(shape, frame)):
            if part.geom_type == "Polygon":
                xy = shapely.get_coordinates(part.exterior)
            elif part.geom_type == "LineString":
                xy = shapely.get_coordinates(part)
            else:
                continue
            features.append(Feature(kind, np.round(xy + ORIGIN, 1)))
    return tuple(features)
