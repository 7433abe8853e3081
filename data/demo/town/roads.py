"""The roads that hold Ekhamn together: radials, ring, bridges, country roads, lanes.

Road numbers, names and places are invented. Only these lines may cross water and rails, so the
bridges and crossings of the town are those drawn here and no others.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import shapely
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from data.demo.town.curves import ALL_MODES, Line, Points, Warp, along, curve, length_of
from data.demo.town.town_landscape import Landscape, Village
from data.demo.town.town_names import EVERYWHERE, NameStock
from data.streets import BIKE, SEGMENT_ROUNDABOUT, SEGMENT_TUNNEL, WALK

Yards = tuple[tuple[float, float], ...]

MAIN_ROADS: tuple[tuple[str, str, int, str, Yards], ...] = (
    ("Kungsgatan", "secondary", 40, "centre",
     ((0, -0.42), (0.01, -0.2), (0, 0), (0, 0.24), (0.02, 0.46))),
    ("Storgatan", "tertiary", 30, "centre", ((-0.46, 0.02), (-0.22, -0.01), (0, 0))),
    ("Storgatan", "pedestrian", 0, "centre", ((0, 0), (0.17, -0.015), (0.34, -0.03))),
    ("Norra vägen", "secondary", 50, "main",
     ((0.02, 0.46), (-0.02, 0.78), (0.06, 1.08), (0.2, 1.5))),
    ("Kustvägen", "secondary", 50, "main", ((0.02, 0.46), (0.3, 0.58), (0.6, 0.76), (0.8, 1.02))),
    ("Ådalsvägen", "secondary", 50, "main",
     ((0.02, 0.46), (-0.25, 0.5), (-0.44, 0.55), (-0.72, 0.75), (-1.0, 0.98))),
    ("Västra vägen", "secondary", 50, "main", ((-0.46, 0.02), (-0.8, 0.03), (-1.12, -0.06))),
    ("Bruksvägen", "secondary", 50, "main",
     ((0, -0.42), (-0.28, -0.55), (-0.58, -0.74), (-0.84, -1.02))),
    ("Södra vägen", "secondary", 50, "main", ((0, -0.42), (0.03, -0.76), (-0.04, -1.12))),
    ("Skärgårdsvägen", "tertiary", 50, "main",
     ((0, -0.42), (0.2, -0.44), (0.42, -0.56), (0.56, -0.85), (0.58, -1.15))),
    ("Holmvägen", "tertiary", 40, "main",
     ((0.42, -0.56), (0.60, -0.47))),
    ("Ringvägen", "primary", 70, "ring",
     ((0.42, -0.56), (0.22, -0.74), (0.03, -0.78), (-0.28, -0.80), (-0.58, -0.74), (-0.76, -0.4),
      (-0.8, 0.03), (-0.78, 0.4), (-0.72, 0.75), (-0.4, 0.84), (-0.02, 0.80), (0.3, 0.82),
      (0.6, 0.76))),
    ("Järnvägsgatan", "tertiary", 40, "centre",
     ((-0.43, 0.02), (-0.405, -0.16), (-0.32, -0.36), (-0.15, -0.41), (0, -0.42))),
    ("Hamngatan", "tertiary", 40, "centre",
     ((0, -0.42), (0.2, -0.36), (0.33, -0.2), (0.34, -0.03), (0.27, 0.05))),
    ("Ågatan", "residential", 30, "centre",
     ((-0.43, 0.02), (-0.40, 0.17), (-0.14, 0.20), (0.0, 0.16), (0.16, 0.12), (0.27, 0.05))),
    ("Norra Ågatan", "residential", 30, "villa",
     ((-0.44, 0.55), (-0.395, 0.31), (-0.14, 0.34), (0.02, 0.31), (0.22, 0.22), (0.44, 0.26),
      (0.6, 0.50), (0.6, 0.76))),
)  # fmt: skip
"""Name, class, km/h, what stands along it, and the way it takes (yards)."""

CITY_ROADS: tuple[tuple[str, str, int, str, Yards], ...] = (
    ("Slottsgatan", "tertiary", 40, "centre", ((-0.25, -0.02), (-0.26, 0.2), (-0.25, 0.5))),
    ("Inre ringen", "secondary", 50, "main",
     ((0.42, -0.56), (0.25, -0.6), (0.02, -0.6), (-0.32, -0.58), (-0.58, -0.34), (-0.62, 0.03),
      (-0.58, 0.32), (-0.55, 0.62), (-0.25, 0.66), (0.0, 0.63), (0.3, 0.66), (0.45, 0.67))),
)  # fmt: skip
"""What a city has besides, from a radius of 2.2 km."""

FOOT_BRIDGE: Yards = ((0.17, -0.03), (0.18, 0.16), (0.2, 0.4))


def main_roads(land: Landscape, names: NameStock) -> list[Line]:
    """Radials, ring and waterfront streets of the town, and cycleways beside the biggest.

    Bridges over the river: Kungsgatan's, the ring's and one for walkers and cyclists; a city
    has two more.
    """
    table = MAIN_ROADS + (CITY_ROADS if land.radius_m > 2200 else ())
    roads: list[Line] = []
    for name, road_class, speed_kmh, zone, yards in table:
        course = land.place(yards)
        if name == "Holmvägen":
            middle = np.array(land.island.centroid.coords[0])
            course = np.vstack((course, middle - (250, 0), middle, middle + (110, 15)))
        xy = curve(course, 45)
        on_foot = road_class == "pedestrian"
        allowed = WALK | BIKE if on_foot else ALL_MODES
        roads.append(Line(xy, names.claim(0, name), road_class, speed_kmh, zone, 0, allowed,
                          allowed, may_cross=True))  # fmt: skip
        if zone == "ring":
            roads[-1].zone = "main"
            roads.append(_beside(xy, 13.0))
        elif road_class == "secondary" and zone == "main":
            roads.append(_beside(xy, -11.0))
    foot = Line(curve(land.place(FOOT_BRIDGE), 30), "Fiskarbron", "cycleway", 0, "none", 0,
                WALK | BIKE, WALK | BIKE, may_cross=True)  # fmt: skip
    roads.append(foot)
    return roads


def _beside(xy: Points, offset_m: float) -> Line:
    """A cycleway along a road, on its left (+) or right (-)."""
    shape = shapely.offset_curve(LineString(xy), offset_m)
    return Line(shapely.get_coordinates(shape), "", "cycleway", 0, "none", 0, WALK | BIKE,
                WALK | BIKE, may_cross=True)  # fmt: skip


def add_roundabouts(lines: list[Line], land: Landscape, radius_m: float = 17.0) -> list[Line]:
    """Replace the ring's junctions with its radials by roundabouts, driven anticlockwise."""
    ring = next(LineString(line.xy) for line in lines if line.name == "Ringvägen")
    radials = [line for line in lines if line.road_class == "secondary" and line.zone == "main"]
    centres: list[Points] = []
    for line in radials:
        for centre in shapely.get_coordinates(shapely.intersection(ring, LineString(line.xy))):
            if all(np.hypot(*(centre - other)) > 200 for other in centres):
                centres.append(centre)
    discs = [shapely.Point(centre).buffer(radius_m, quad_segs=8) for centre in centres]
    dry = [k for k, disc in enumerate(discs) if not disc.buffer(30).intersects(land.water)]
    if not dry:
        return lines
    taken = shapely.union_all([discs[k] for k in dry])
    shapely.prepare(taken)
    rings: list[Line] = []
    for line in lines:
        shape = LineString(line.xy)
        if not shape.intersects(taken):
            rings.append(line)
            continue
        for part in shapely.get_parts(shapely.difference(shape, taken)):
            if shapely.length(part) > 1.0:
                rings.append(replace(line, xy=shapely.get_coordinates(part)))
    angle = np.linspace(0, 2 * np.pi, 25)
    circle = radius_m * np.column_stack((np.cos(angle), np.sin(angle)))
    for k in dry:
        around = centres[k] + circle
        for half in (around[: len(around) // 2 + 1], around[len(around) // 2 :]):
            rings.append(Line(half, "", "primary", 30, "none", 0, ALL_MODES, WALK, may_cross=True,
                              flags=SEGMENT_ROUNDABOUT))  # fmt: skip
    return rings


def country_roads(
    land: Landscape, roads: list[Line], names: NameStock, rng: np.random.Generator
) -> list[Line]:
    """Roads from the ends of the radials to the villages, and between neighbouring villages."""
    ends = np.array([road.xy[-1] for road in roads if road.road_class == "secondary"])
    ends = ends[np.hypot(*ends.T) > 0.9 * land.radius_m]
    drawn: list[Line] = []
    placed: list[Village] = []
    used: set[int] = set()
    for village in sorted(land.villages, key=lambda v: float(np.hypot(v.x, v.y))):
        here = np.array((village.x, village.y))
        starts = [*ends, *(np.array((v.x, v.y)) for v in placed)]
        gaps = [
            float(np.hypot(*(here - s))) + (0.25 * float(np.hypot(*s)) if i >= len(ends) else 0)
            for i, s in enumerate(starts)
        ]
        name = names.claim(EVERYWHERE, f"{village.name}vägen")
        start = starts[int(np.argmin(gaps))]
        drawn.append(_winding(start, here, name, "tertiary", 80, rng, land))
        placed.append(village)
        used.add(int(np.argmin(gaps)))
    for k in set(range(len(ends))) - used:
        towns = [np.array((v.x, v.y)) for v in land.villages]
        near = int(np.argmin([np.hypot(*(ends[k] - town)) for town in towns]))
        if np.hypot(*(ends[k] - towns[near])) < 4500:
            name = names.claim(EVERYWHERE, f"Övre {land.villages[near].name}vägen")
            drawn.append(_winding(ends[k], towns[near], name, "unclassified", 70, rng, land))
    order = sorted(land.villages, key=lambda v: float(np.arctan2(v.y, v.x)) % (2 * np.pi))
    for a, b in pairwise(order):
        gap_m = float(np.hypot(a.x - b.x, a.y - b.y))
        if gap_m < 9500 and rng.random() < 0.85:
            name = names.claim(EVERYWHERE, f"Gamla {a.name}vägen")
            drawn.append(_winding(np.array((a.x, a.y)), np.array((b.x, b.y)), name,
                                  "unclassified", 70, rng, land))  # fmt: skip
    return drawn


def _winding(
    start: Points, end: Points, name: str, road_class: str, speed: int,
    rng: np.random.Generator, land: Landscape,
) -> Line:  # fmt: skip
    """A road over land that crosses river and rails as seldom as any of twenty drafts."""
    gap_m = float(np.hypot(*(end - start)))
    n_knots = max(4, int(gap_m / 700) + 1)
    t = np.linspace(0, 1, n_knots)[:, None]
    across = np.array((-(end - start)[1], (end - start)[0])) / max(gap_m, 1.0)
    best: tuple[float, Points] | None = None
    for draft in range(24):
        bow = rng.normal(0, 0.06 + 0.012 * draft) * gap_m * np.sin(np.pi * t)
        knots = start + (end - start) * t + across * bow
        knots[1:-1] += rng.normal(0, 95.0, (n_knots - 2, 2))
        xy = curve(knots, 50)
        shape = LineString(xy)
        wet_m = shapely.length(shapely.intersection(shape, land.sea))
        n_river = shapely.get_num_geometries(shapely.intersection(shape, land.river_line))
        n_rail = shapely.get_num_geometries(shapely.intersection(shape, land.rail))
        through = shapely.length(shapely.intersection(shape, land.outline))
        cost = 10 * wet_m + 2000 * n_river + 1000 * n_rail + 3 * through + 0.2 * length_of(xy)
        if best is None or cost < best[0]:
            best = (float(cost), xy)
        if wet_m == 0 and n_river + n_rail <= 1 and draft >= 3:
            break
    assert best is not None, "there is at least one draft"
    return Line(best[1], name, road_class, speed, zone="country", may_cross=True)


def lanes(
    land: Landscape, country: list[Line], names: NameStock, rng: np.random.Generator
) -> list[Line]:
    """Gravel lanes with a few houses off the country roads, each ending blind."""
    blocked = shapely.union_all(
        [land.water.buffer(40), land.rail.buffer(40), land.outline.buffer(150),
         *(v.area.buffer(60) for v in land.villages)]
    )  # fmt: skip
    shapely.prepare(blocked)
    taken: list[BaseGeometry] = [LineString(line.xy) for line in country]
    drawn: list[Line] = []
    wave = Warp.random(rng, 26.0, 330.0)
    for road in country:
        n_lanes = int(length_of(road.xy) / 1300)
        for at_m in rng.uniform(150, max(length_of(road.xy) - 150, 160), n_lanes).tolist():
            place, direction = along(road.xy, np.array([at_m]))
            side = 1 if rng.random() < 0.5 else -1
            out = np.array((-direction[0, 1], direction[0, 0])) * side
            reach = np.arange(0, float(rng.uniform(260, 850)), 45.0)[:, None]
            bent = wave(place + out * reach)
            xy = bent - bent[0] + place
            shape = LineString(xy[1:])
            if shape.intersects(blocked) or any(shape.distance(other) < 35 for other in taken):
                continue
            taken.append(LineString(xy))
            name = names.take(EVERYWHERE, "country", names.theme())
            drawn.append(Line(xy, name, "unclassified", 70, zone="lane"))
    return drawn


def underpasses(land: Landscape, lines: list[Line]) -> list[Line]:
    """Foot and cycle tunnels under the railway, joining the nearest streets on both sides."""
    shapes = np.array([shapely.linestrings(line.xy) for line in lines])
    tree = shapely.STRtree(shapes)
    inside = shapely.intersection(land.rail, land.outline)
    parts = [p for p in shapely.get_parts(inside) if p.geom_type == "LineString"]
    tunnels: list[Line] = []
    for part in parts:
        xy = shapely.get_coordinates(part)
        n_here = int(length_of(xy) / 900) + 1
        for at_m in (np.arange(n_here) + 0.5) / n_here * length_of(xy):
            place, direction = along(xy, np.array([at_m]))
            out = np.array((-direction[0, 1], direction[0, 0]))
            ends = [_first_hit(place[0], side * out, shapes, tree) for side in (1, -1)]
            if ends[0] is None or ends[1] is None:
                continue
            shape = np.vstack((ends[0], place, ends[1]))
            if LineString(shape).intersects(land.water):
                continue
            tunnels.append(Line(shape, "", "cycleway", 0, "none", 0, WALK | BIKE, WALK | BIKE,
                              may_cross=True, flags=SEGMENT_TUNNEL))  # fmt: skip
    return tunnels


def _first_hit(
    place: Points, out: Points, shapes: np.ndarray[tuple[int], np.dtype[np.object_]],
    tree: shapely.STRtree,
) -> Points | None:  # fmt: skip
    """Where a ray of at most 260 m meets a street first."""
    ray = LineString([place + 10 * out, place + 260 * out])
    hits = shapely.intersection(shapes[tree.query(ray, predicate="intersects")], ray)
    hits_xy = shapely.get_coordinates(hits)
    if len(hits_xy) == 0:
        return None
    nearest: Points = hits_xy[int(np.argmin(np.hypot(*(hits_xy - place).T)))]
    return nearest


def waterside_paths(land: Landscape) -> list[Line]:
    """Walking and cycling along both banks of the river through the town."""
    town = shapely.difference(shapely.Point(0, 0).buffer(1.05 * land.radius_m), land.sea.buffer(8))
    paths = []
    for side in (-1, 1):
        path = shapely.offset_curve(land.river_line, side * (land.river_width_m + 14))
        for part in shapely.get_parts(shapely.intersection(path, town)):
            paths.append(Line(shapely.get_coordinates(part), "", "cycleway", 0, "none", 0,
                              WALK | BIKE, WALK | BIKE, may_cross=True))  # fmt: skip
    return paths
