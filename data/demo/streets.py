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

from data.demo.addresses import make_addresses
from data.demo.curves import Line, curve
from data.demo.districts import fill_district
from data.demo.landscape import Landscape, country_roads, main_roads, make_landscape
from data.demo.names import NameStock
from data.demo.noding import build_network, clip_lines
from data.streets import BIKE, CAR, WALK, Feature, StreetNetwork

ORIGIN = (607_000.0, 6_487_000.0)
"""Where the market square lies in SWEREF 99 TM: on the Östergötland side of the sea, roughly."""

LARGEST_DISTRICT_M2 = 320_000.0


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
    lines = mains + rural
    fills, greens = _fill_town(land, mains, names, rng)
    lines += fills
    for village in land.villages:
        area = shapely.difference(
            shapely.Point(village.x, village.y).buffer(village.radius_m, quad_segs=6),
            land.water.buffer(15).union(land.rail.buffer(25)),
        )
        around = shapely.union_all([LineString(line.xy) for line in rural])
        for face in _faces(area, [LineString(line.xy) for line in rural]):
            lines += fill_district(face, "village", village.locality, around,
                                   float(rng.uniform(0, 1.5)), names, rng)  # fmt: skip
    lines += _waterside_paths(land)
    lines = clip_lines(lines, land.water.buffer(4).union(land.rail.buffer(9)))
    network, line_of = build_network(lines, land.water, ORIGIN)
    present = set(line_of.tolist())
    driven = {i for i, bits in zip(line_of.tolist(), (network.forward & CAR).tolist(), strict=True)
              if bits}  # fmt: skip
    homes = [line for i, line in enumerate(lines) if i in present and i in driven]
    return replace(
        network,
        features=_features(land, greens, network),
        addresses=make_addresses(homes, land, ORIGIN, rng),
    )


def _faces(area: BaseGeometry, cuts: list[LineString]) -> list[Polygon]:
    """The area cut up by the lines, largest first."""
    rings = shapely.boundary(area)
    inside = [shapely.intersection(cut, area) for cut in cuts]
    network = shapely.union_all([rings, *inside])
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(network)))
    inner = [f for f in faces if shapely.contains(area.buffer(1), f.representative_point())]
    return sorted(inner, key=lambda f: (-round(f.area), round(f.centroid.x)))


def _collectors(land: Landscape, mains: list[Line], names: NameStock,
                rng: np.random.Generator) -> list[Line]:  # fmt: skip
    """Streets that divide districts too large to be one."""
    found: list[Line] = []
    cuts = [LineString(line.xy) for line in mains] + [land.rail]
    queue = _faces(land.outline, cuts)
    while queue:
        face = queue.pop(0)
        if face.area < LARGEST_DISTRICT_M2:
            continue
        box = shapely.minimum_rotated_rectangle(face)
        corner = shapely.get_coordinates(box)
        long_side = max((corner[1] - corner[0], corner[2] - corner[1]), key=lambda d: np.hypot(*d))
        unit = np.array((-long_side[1], long_side[0])) / np.hypot(*long_side)
        middle = np.array(face.representative_point().coords[0]) * 0.3
        middle += np.array(face.centroid.coords[0]) * 0.7
        swing = unit[::-1] * (1, -1)
        reach = np.hypot(*(corner[2] - corner[0]))
        t = np.linspace(-1, 1, 9)[:, None]
        shape = curve(middle + unit * reach * t + swing * 55 * np.sin(3 * t + rng.uniform(0, 6)))
        parts = shapely.get_parts(shapely.intersection(LineString(shape), face))
        parts = [p for p in parts if shapely.length(p) > 60]
        if not parts:
            continue
        xy = shapely.get_coordinates(max(parts, key=shapely.length))
        name = names.take(0, "villa", names.theme())
        found.append(Line(xy, name, "tertiary", 40, zone="main"))
        queue += [f for f in _faces(face, [LineString(xy)]) if f.area < 0.92 * face.area]
    return found


def _kind(face: Polygon, land: Landscape, rng: np.random.Generator) -> str:
    """What a district is, from where it lies."""
    r = land.radius_m
    x, y = face.centroid.coords[0]
    distance = float(np.hypot(x, y)) / r
    beside_rail = shapely.distance(face, land.rail) < 30
    if shapely.intersects(land.island, face.centroid):
        return "villa"
    if distance < 0.34 or (distance < 0.45 and not beside_rail and rng.random() < 0.3):
        return "centre"
    if beside_rail and distance > 0.6 and rng.random() < 0.6:
        return "industry"
    chance = rng.random()
    if chance < 0.13:
        return "park"
    return "flats" if chance < (0.42 if distance < 0.8 else 0.26) else "villa"


def _fill_town(
    land: Landscape, mains: list[Line], names: NameStock, rng: np.random.Generator
) -> tuple[list[Line], list[Polygon]]:
    shapes = [LineString(line.xy) for line in mains]
    around = MultiLineString([line.coords for line in shapes])
    shapely.prepare(around)
    area = shapely.union(land.outline, land.island.buffer(-25))
    lines: list[Line] = []
    greens: list[Polygon] = []
    for face in _faces(area, [*shapes, land.rail]):
        if face.area < 6000:
            continue
        kind = _kind(face, land, rng)
        angle = _angle(face) if kind != "centre" else -0.04
        drawn = fill_district(face, kind, 0, around, angle, names, rng)
        if kind == "park":
            greens.append(face)
        if kind == "centre":
            _one_ways(drawn, rng)
        lines += drawn
    return lines, greens


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


def _waterside_paths(land: Landscape) -> list[Line]:
    """Walking and cycling along both sides of the river, and along the shore."""
    r = land.radius_m
    town = shapely.Point(0, 0).buffer(1.05 * r)
    found = []
    for side in (-1, 1):
        path = land.river_line.offset_curve(
            side * (land.river.area / land.river_line.length / 2 + 14)
        )
        for part in shapely.get_parts(shapely.intersection(path, town)):
            found.append(Line(shapely.get_coordinates(part), "", "cycleway", 0, "none", 0,
                              WALK | BIKE, WALK | BIKE))  # fmt: skip
    return found


def _features(
    land: Landscape, greens: list[Polygon], network: StreetNetwork
) -> tuple[Feature, ...]:
    """Water, green and rails, cut to a frame around the streets."""
    west, south, east, north = network.bounds
    frame = shapely.box(west - 1500, south - 1500, east + 1500, north + 1500)
    moved = lambda shape: shapely.transform(shape, lambda xy: xy + ORIGIN)  # noqa: E731
    found: list[Feature] = []
    for kind, shape in (
        ("water", shapely.difference(land.sea, land.island)),
        ("river", shapely.difference(land.river, land.sea)),
        *(("green", green) for green in greens),
    ):
        for part in shapely.get_parts(shapely.intersection(moved(shape), frame)):
            if part.geom_type == "Polygon":
                rings = [part.exterior, *part.interiors] if kind == "water" else [part.exterior]
                found += [Feature(kind if n == 0 else "land", np.round(shapely.get_coordinates(ring), 1))
                          for n, ring in enumerate(rings)]  # fmt: skip
    for part in shapely.get_parts(shapely.intersection(moved(land.rail), frame)):
        found.append(Feature("rail", np.round(shapely.get_coordinates(part), 1)))
    return tuple(found)
