"""Where the water, the railway and the main roads of Ekhamn go, before any street is filled in.

Everything is drawn around the market square at (0, 0), in metres, with the town's radius as the
yardstick; `data.demo.streets` puts it on the map of Sweden at the end.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from data.demo.curves import ALL_MODES, Line, Points, Warp, curve
from data.demo.names import VILLAGES, NameStock
from data.streets import BIKE, WALK

REACH_M = 13_000.0
"""How far the drawing goes from the square before it is cut."""

VILLAGE_SITES = (
    (-0.62, 0.86, 5200),
    (-0.97, -0.08, 6000),
    (-0.60, -0.86, 5600),
    (0.02, -1.0, 5000),
    (0.28, 0.92, 5400),
    (-0.86, 0.42, 8200),
    (-0.86, -0.46, 8600),
    (-0.22, 0.97, 8400),
    (-0.24, -0.97, 8800),
    (0.22, -0.97, 7600),
)
"""Direction from the square and distance (m) of the villages, in the order they come."""


@dataclass(frozen=True)
class Village:
    """A village: its number as a locality (1…), its name and where it lies."""

    locality: int
    name: str
    x: float
    y: float
    radius_m: float


@dataclass(frozen=True)
class Landscape:
    """What the streets have to respect."""

    radius_m: float
    sea: Polygon
    river: Polygon
    river_line: LineString
    rail: LineString
    island: Polygon
    outline: BaseGeometry
    """The built-up land: inside the town's edge, not water."""
    villages: tuple[Village, ...]

    @property
    def water(self) -> BaseGeometry:
        """Sea and river, without the island."""
        return shapely.union(shapely.difference(self.sea, self.island), self.river)


def town_radius_m(n_clients: int) -> float:
    """Radius of the built-up area: 1.5 km for a town of 400 clients, 4 km for 5 300."""
    return float(1500.0 * (max(n_clients, 60) / 400.0) ** 0.38)


def _blob(x: float, y: float, radius_m: float, rng: np.random.Generator) -> Polygon:
    """A rounded, uneven area."""
    angle = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    swing = sum(
        rng.normal(0, 0.22 / k) * np.sin(k * angle + rng.uniform(0, 2 * np.pi)) for k in (2, 3, 5)
    )
    reach = radius_m * (1 + np.clip(swing, -0.3, 0.3))
    return Polygon(np.column_stack((x + reach * np.cos(angle), y + reach * np.sin(angle))))


def make_landscape(n_clients: int, rng: np.random.Generator) -> Landscape:
    """Coast, inlet, river, railway, island and villages for a municipality of this size."""
    r = town_radius_m(n_clients)
    wobble = Warp.random(rng, 0.035 * r, 1.1 * r)
    coast = wobble(
        np.array(
            [
                (1.9 * r, REACH_M),
                (1.75 * r + 500, 2.6 * r + 2000),
                (1.45 * r, 1.7 * r),
                (1.05 * r, 1.0 * r),
                (0.74 * r, 0.5 * r),
                (0.5 * r, 0.2 * r),
                (0.42 * r, 0.02 * r),
                (0.45 * r, -0.12 * r),
                (0.66 * r, -0.32 * r),
                (0.84 * r, -0.7 * r),
                (0.82 * r, -1.15 * r),
                (1.15 * r, -1.7 * r),
                (1.5 * r + 300, -2.4 * r - 1500),
                (2.0 * r, -REACH_M),
            ]
        )
    )
    shore = curve(coast, 60)
    sea = Polygon(np.vstack((shore, [(REACH_M, -REACH_M), (REACH_M, REACH_M)])))
    river_xy = np.array(
        [
            (-REACH_M, 3600.0),
            (-2.0 * r - 4500, 0.6 * r + 1700),
            (-2.1 * r - 1500, 1.0 * r + 500),
            (-1.55 * r, 0.72 * r),
            (-1.05 * r, 0.50 * r),
            (-0.72 * r, 0.30 * r),
            (-0.40 * r, 0.235 * r),
            (-0.14 * r, 0.27 * r),
            (0.08 * r, 0.20 * r),
            (0.30 * r, 0.09 * r),
            (0.62 * r, 0.02 * r),
        ]
    )
    river_xy[1:6] = wobble(river_xy[1:6])
    river_line = LineString(curve(river_xy, 50))
    width_m = 17.0 + r / 130
    rail_xy = np.array(
        [
            (-REACH_M, -7200.0),
            (-2.4 * r - 2500, -1.5 * r - 1500),
            (-1.15 * r, -0.72 * r),
            (-0.60 * r, -0.30 * r),
            (-0.46 * r, 0.02 * r),
            (-0.44 * r, 0.36 * r),
            (-0.30 * r, 0.8 * r),
            (0.02 * r, 1.5 * r),
            (0.1 * r + 900, 2.4 * r + 2500),
            (1500.0, REACH_M),
        ]
    )
    rail = LineString(curve(rail_xy, 60))
    island = _blob(1.12 * r, -0.42 * r, 0.19 * r, rng)
    edge = _blob(-0.02 * r, 0.0, 1.12 * r, rng)
    water = shapely.union(sea, river_line.buffer(width_m))
    return Landscape(
        radius_m=r,
        sea=sea,
        river=river_line.buffer(width_m, cap_style="flat"),
        river_line=river_line,
        rail=rail,
        island=island,
        outline=shapely.difference(edge, water.buffer(18)),
        villages=_villages(n_clients, r, water.union(rail.buffer(60)), rng),
    )


def _villages(
    n_clients: int, r: float, taken: BaseGeometry, rng: np.random.Generator
) -> tuple[Village, ...]:
    n_villages = int(np.clip(round(4 * (n_clients / 400) ** 0.35), 2, len(VILLAGE_SITES)))
    stretch = max(1.0, r / 2600)
    found = []
    for number, (dx, dy, distance) in enumerate(VILLAGE_SITES[:n_villages], start=1):
        size = float(rng.uniform(260, 420) * (1 + 0.15 * (r / 1500 - 1)))
        place = np.array((dx, dy)) * distance * stretch
        for _ in range(40):
            if not shapely.Point(place).buffer(size + 80).intersects(taken):
                break
            place = place * 0.985 + rng.normal(0, 60, 2)
        found.append(Village(number, VILLAGES[number - 1], *map(float, place), radius_m=size))
    return tuple(found)


def _road(
    points: list[tuple[float, float]], r: float, name: str, road_class: str, speed: int
) -> Line:
    xy: Points = curve(np.array(points) * r, 45)
    return Line(xy, name, road_class, speed, zone="main", may_cross=True)


def main_roads(land: Landscape, names: NameStock) -> list[Line]:
    """Radials, the ring, the waterfront streets and the bridges of the town proper.

    Bridges over the river: Storbron, the ring's Västra bron and one for walkers and cyclists;
    from a radius of 2.2 km one more.
    """
    r = land.radius_m
    big = r > 2200
    roads = [
        _road([(0, -0.42), (0.01, -0.2), (0, 0), (0, 0.24), (0.02, 0.46)], r, "Kungsgatan",
              "secondary", 40),
        _road([(-0.46, 0.02), (-0.22, -0.01), (0, 0), (0.34, -0.03)], r, "Storgatan",
              "tertiary", 30),
        _road([(0.02, 0.46), (-0.02, 0.78), (0.06, 1.08), (0.2, 1.5)], r, "Norra vägen",
              "secondary", 50),
        _road([(0.02, 0.46), (0.3, 0.58), (0.6, 0.76), (0.8, 1.02)], r, "Kustvägen",
              "secondary", 50),
        _road([(0.02, 0.46), (-0.25, 0.5), (-0.44, 0.55), (-0.72, 0.75), (-1.0, 0.98)], r,
              "Ådalsvägen", "secondary", 50),
        _road([(-0.46, 0.02), (-0.8, 0.03), (-1.12, -0.06)], r, "Västra vägen", "secondary", 50),
        _road([(0, -0.42), (-0.28, -0.55), (-0.58, -0.74), (-0.84, -1.02)], r, "Bruksvägen",
              "secondary", 50),
        _road([(0, -0.42), (0.03, -0.76), (-0.04, -1.12)], r, "Södra vägen", "secondary", 50),
        _road([(0, -0.42), (0.2, -0.44), (0.42, -0.56), (0.56, -0.85), (0.58, -1.15)], r,
              "Skärgårdsvägen", "tertiary", 50),
        _road([(0.42, -0.56), (0.72, -0.5), (0.9, -0.44), (1.12, -0.42), (1.22, -0.42)], r,
              "Holmvägen", "tertiary", 40),
        _road([(0.42, -0.56), (0.22, -0.74), (0.03, -0.78), (-0.28, -0.80), (-0.58, -0.74),
               (-0.76, -0.4), (-0.8, 0.03), (-0.78, 0.4), (-0.72, 0.75), (-0.4, 0.84),
               (-0.02, 0.80), (0.3, 0.82), (0.6, 0.76)], r, "Ringvägen", "primary", 60),
        _road([(-0.43, 0.02), (-0.405, -0.16), (-0.32, -0.38), (0, -0.42)], r, "Järnvägsgatan",
              "tertiary", 40),
        _road([(0, -0.42), (0.2, -0.36), (0.33, -0.2), (0.34, -0.03), (0.27, 0.05)], r, "Hamngatan",
              "tertiary", 40),
        _road([(-0.43, 0.02), (-0.40, 0.17), (-0.14, 0.20), (0.0, 0.16), (0.16, 0.12),
               (0.27, 0.05)], r, "Ågatan", "residential", 30),
        _road([(-0.44, 0.55), (-0.395, 0.31), (-0.14, 0.34), (0.02, 0.31), (0.22, 0.22),
               (0.44, 0.26), (0.6, 0.50), (0.6, 0.76)], r, "Norra Ågatan", "residential", 30),
    ]  # fmt: skip
    if big:
        roads.append(_road([(-0.25, -0.02), (-0.26, 0.2), (-0.25, 0.5)], r, "Slottsbron",
                           "tertiary", 40))  # fmt: skip
    foot = _road([(0.17, -0.03), (0.18, 0.16), (0.2, 0.4)], r, "Fiskarbron", "cycleway", 0)
    foot.forward = foot.backward = WALK | BIKE
    roads.append(foot)
    for road in roads:
        names.claim(0, road.name)
        road.forward &= ALL_MODES
    return roads


def country_roads(land: Landscape, roads: list[Line], names: NameStock,
                  rng: np.random.Generator) -> list[Line]:  # fmt: skip
    """Roads from the ends of the radials to the villages, and between neighbouring villages."""
    ends = np.array([road.xy[-1] for road in roads if road.road_class == "secondary"])
    ends = ends[np.hypot(*ends.T) > 0.9 * land.radius_m]
    found: list[Line] = []
    placed: list[Village] = []
    for village in sorted(land.villages, key=lambda v: np.hypot(v.x, v.y)):
        here = np.array((village.x, village.y))
        starts = [*ends, *(np.array((v.x, v.y)) for v in placed)]
        gaps = [
            float(np.hypot(*(here - s))) + (0.25 * float(np.hypot(*s)) if i >= len(ends) else 0)
            for i, s in enumerate(starts)
        ]
        found.append(_winding(starts[int(np.argmin(gaps))], here, f"{village.name}vägen", "tertiary", 80,
                              rng, land))  # fmt: skip
        placed.append(village)
    order = sorted(land.villages, key=lambda v: float(np.arctan2(v.y, v.x)))
    for a, b in zip(order, order[1:], strict=False):
        gap_m = float(np.hypot(a.x - b.x, a.y - b.y))
        if gap_m < 9500 and rng.random() < 0.85:
            found.append(_winding(np.array((a.x, a.y)), np.array((b.x, b.y)),
                                  f"Gamla {a.name}vägen", "unclassified", 70, rng, land))  # fmt: skip
    for road in found:
        names.claim(0, road.name)
    return found


def _winding(
    start: Points, end: Points, name: str, road_class: str, speed: int,
    rng: np.random.Generator, land: Landscape,
) -> Line:  # fmt: skip
    gap_m = float(np.hypot(*(end - start)))
    n_knots = max(3, int(gap_m / 900) + 1)
    t = np.linspace(0, 1, n_knots)[:, None]
    knots = start + (end - start) * t
    across = np.array((-(end - start)[1], (end - start)[0])) / max(gap_m, 1.0)
    knots[1:-1] += across * rng.normal(0, 0.055 * gap_m / np.sqrt(n_knots), (n_knots - 2, 1))
    road = Line(curve(knots, 60), name, road_class, speed, zone="country", may_cross=True)
    if shapely.intersects(land.sea, LineString(road.xy)):
        road.xy = curve(np.vstack((start, start * 0.6 + end * 0.4 + (-500, 0), end)), 60)
    return road
