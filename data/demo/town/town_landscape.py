"""Where the water, the railway, the villages and the woods of Ekhamn lie.

Everything is drawn around the market square at (0, 0), in metres; `data.demo.town.town_streets`
puts it on the map of Sweden at the end. Places in the town are given in *yards*: 1 is the edge of
the town whatever its size, while the old town (up to 0.45) grows more slowly than the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from data.demo.town.curves import Points, Warp, curve
from data.demo.town.town_names import VILLAGES

OLD_TOWN_YARDS = 0.45
EDGE_YARDS = 1.1

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

COAST = (
    (1.05, 1.0),
    (0.74, 0.5),
    (0.5, 0.2),
    (0.42, 0.02),
    (0.45, -0.12),
    (0.66, -0.32),
    (0.84, -0.7),
    (0.82, -1.15),
)
"""Yards, from north to south: the inlet reaches in to the harbour."""
RIVER = (
    (-1.55, 0.72),
    (-1.05, 0.50),
    (-0.72, 0.30),
    (-0.40, 0.235),
    (-0.14, 0.27),
    (0.08, 0.20),
    (0.30, 0.09),
    (0.62, 0.02),
)
RAIL = ((-1.15, -0.72), (-0.60, -0.30), (-0.46, 0.02), (-0.44, 0.36), (-0.30, 0.8), (0.02, 1.5))


@dataclass(frozen=True)
class Village:
    """A village: its number as a locality (1…), its name and where it lies."""

    locality: int
    name: str
    x: float
    y: float
    radius_m: float

    @property
    def area(self) -> Polygon:
        """The built-up disc."""
        return shapely.Point(self.x, self.y).buffer(self.radius_m, quad_segs=6)


@dataclass(frozen=True)
class Landscape:
    """What the streets have to respect."""

    radius_m: float
    sea: Polygon
    river: Polygon
    river_line: LineString
    river_width_m: float
    rail: LineString
    island: Polygon
    outline: BaseGeometry
    """The built-up land of the town: inside its edge, not water."""
    villages: tuple[Village, ...]
    bend: Warp
    """How this seed's town differs from the plan: everything in it is shifted by this alike."""

    @property
    def water(self) -> BaseGeometry:
        """Sea and river, without the island."""
        return shapely.union(shapely.difference(self.sea, self.island), self.river)

    def place(self, yards: Sequence[tuple[float, float]]) -> Points:
        """Metres of places given in yards."""
        return place(yards, self.radius_m, self.bend)


def town_radius_m(n_clients: int) -> float:
    """Radius of the built-up area: 1.5 km for a town of 400 clients, 4 km for 5 300."""
    return float(1500.0 * (max(n_clients, 60) / 400.0) ** 0.38)


def reach_m(radius_m: float) -> float:
    """How far from the square the landscape is drawn."""
    return max(13_000.0, 4.5 * radius_m + 2500.0)


def place(yards: Sequence[tuple[float, float]], radius_m: float, bend: Warp) -> Points:
    """Metres of places given in yards: distances stretch outside the old town, then all bends."""
    yards_xy = np.asarray(yards, dtype=np.float64)
    old_m = min(radius_m, 1500.0 * (radius_m / 1500.0) ** 0.4)
    reach = np.hypot(yards_xy[:, 0], yards_xy[:, 1])
    metres = np.interp(
        reach,
        (0.0, OLD_TOWN_YARDS, EDGE_YARDS, 10.0),
        (0.0, OLD_TOWN_YARDS * old_m, EDGE_YARDS * radius_m, 10.0 * radius_m),
    )
    stretched: Points = yards_xy * (metres / np.maximum(reach, 1e-9))[:, None]
    return bend(stretched)


def blob(x: float, y: float, radius_m: float, rng: np.random.Generator, rough: float = 0.2,
         waves: tuple[int, ...] = (2, 3, 4, 7)) -> Polygon:  # fmt: skip
    """A rounded, uneven area."""
    angle = np.linspace(0, 2 * np.pi, 90, endpoint=False)
    swing = np.zeros(len(angle))
    for k in waves:
        swing += rng.normal(0, rough / np.sqrt(k)) * np.sin(k * angle + rng.uniform(0, 2 * np.pi))
    reach = radius_m * (1 + np.clip(swing, -0.35, 0.3))
    return Polygon(np.column_stack((x + reach * np.cos(angle), y + reach * np.sin(angle))))


def make_landscape(n_clients: int, rng: np.random.Generator) -> Landscape:
    """Coast, inlet, river, railway, island and villages for a municipality of this size."""
    r = town_radius_m(n_clients)
    far_m = reach_m(r)
    bend = Warp.random(rng, 0.05 * r, 1.5 * r)
    wobble = Warp.random(rng, 0.02 * r + 10, 1.1 * r)
    north = [(1.9 * r, far_m), (1.75 * r + 500, 2.6 * r + 2000), (1.45 * r, 1.7 * r)]
    south = [(1.15 * r, -1.7 * r), (1.5 * r + 300, -2.4 * r - 1500), (2.0 * r, -far_m)]
    ragged = Warp.random(rng, 22.0, 260.0, n=6)
    shore = ragged(curve(wobble(np.vstack((north, place(COAST, r, bend), south))), 30))
    sea = Polygon(np.vstack((shore, [(far_m, -far_m), (far_m, far_m)])))
    west = [(-far_m, 3600.0), (-2.0 * r - 4500, 0.6 * r + 1700), (-2.1 * r - 1500, r + 500)]
    river_line = LineString(curve(np.vstack((wobble(np.array(west)), place(RIVER, r, bend))), 50))
    width_m = 15.0 + r / 120
    rail = LineString(
        curve(
            np.vstack(
                (
                    [(-far_m, -7200.0), (-2.4 * r - 2500, -1.5 * r - 1500)],
                    place(RAIL, r, bend),
                    [(0.1 * r + 900, 2.4 * r + 2500), (1500.0, far_m)],
                )
            ),
            60,
        )
    )
    island_y = float(place([(0.76, -0.42)], r, bend)[0, 1])
    size_m = 0.19 * r if r < 2000 else 380 + 0.04 * (r - 2000)
    near = np.abs(shore[:, 1] - island_y) < 1.3 * size_m
    island = blob(float(shore[near, 0].max()) + 150 + 1.1 * size_m, island_y, size_m, rng)
    edge = blob(-0.02 * r, 0.0, 1.1 * r, rng, 0.2, (2, 3, 4, 5, 7, 9, 11))
    water = shapely.union(sea, river_line.buffer(width_m))
    return Landscape(
        radius_m=r,
        sea=sea,
        river=river_line.buffer(width_m, cap_style="flat"),
        river_line=river_line,
        river_width_m=width_m,
        rail=rail,
        island=island,
        outline=shapely.difference(edge, water.buffer(18)),
        villages=_villages(n_clients, r, water.union(rail.buffer(60)), rng),
        bend=bend,
    )


def _villages(
    n_clients: int, r: float, taken: BaseGeometry, rng: np.random.Generator
) -> tuple[Village, ...]:
    n_villages = int(np.clip(round(5 * (n_clients / 400) ** 0.27), 2, len(VILLAGE_SITES)))
    stretch = max(1.0, r / 2600)
    villages = []
    for number, (dx, dy, distance) in enumerate(VILLAGE_SITES[:n_villages], start=1):
        size = float(rng.uniform(260, 420) * (1 + 0.15 * (r / 1500 - 1)))
        spot = np.array((dx, dy)) * distance * stretch
        for _ in range(60):
            if not shapely.Point(spot).buffer(size + 80).intersects(taken):
                break
            spot = spot * 0.985 + rng.normal(0, 60, 2)
        villages.append(Village(number, VILLAGES[number - 1], float(spot[0]), float(spot[1]), size))
    return tuple(villages)


def make_woods(
    land: Landscape, roads: BaseGeometry, rng: np.random.Generator
) -> tuple[list[Polygon], list[Polygon]]:
    """Forests and lakes of the countryside: forests let roads through, lakes do not."""
    built = shapely.union_all(
        [
            land.outline,
            land.water.buffer(60),
            land.rail.buffer(40),
            *(v.area for v in land.villages),
        ]
    )
    shapely.prepare(built)
    span_m = 2.2 * land.radius_m + 5500
    n_forests = 14 + int(land.radius_m / 250)
    forests: list[Polygon] = []
    lakes: list[Polygon] = []
    for _ in range(40 * n_forests):
        x, y = float(rng.uniform(-span_m, 0.6 * span_m)), float(rng.uniform(-span_m, span_m))
        is_lake = len(lakes) < 3
        shape = blob(x, y, float(rng.uniform(250, 520) if is_lake else rng.uniform(350, 1100)), rng)
        if shape.intersects(built) or (is_lake and shape.distance(roads) < 60):
            continue
        if any(shape.intersects(other) for other in (*lakes, *(forests if is_lake else ()))):
            continue
        (lakes if is_lake else forests).append(shape)
        if len(forests) >= n_forests:
            break
    return forests, lakes
