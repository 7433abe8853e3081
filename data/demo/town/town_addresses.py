"""Addresses along the drawn streets: odd numbers on the left side, even on the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from data.demo.town.curves import Line, Points, along
from data.demo.town.town_landscape import Landscape
from data.streets import AddressPoint


@dataclass(frozen=True)
class Plots:
    """How houses stand along a street: metres between doors, and from the street's middle."""

    gap_m: float
    setback_m: float
    flat_share: float


PLOTS = {
    "centre": Plots(24, 11, 0.95),
    "flats": Plots(27, 17, 0.97),
    "villa": Plots(24, 13, 0.03),
    "village": Plots(30, 14, 0.08),
    "country": Plots(420, 32, 0.0),
    "lane": Plots(140, 26, 0.0),
}
POSTCODES_TOWN = tuple(f"637 {n}" for n in (30, 31, 32, 33, 34, 35, 36, 37))
"""The series 637 is not given to any place."""
TOWN = "Ekhamn"
SHARE_TWO_DOORS = 0.12
"""Blocks of flats with two entrances, 12A and 12B [inf]."""


def _along_line(line: Line, first_number: int) -> tuple[Points, Points, NDArray[np.int64]]:
    """Doors on both sides: places, the street's direction there, and house numbers."""
    plots = PLOTS[line.zone]
    length_m = float(np.hypot(*np.diff(line.xy, axis=0).T).sum())
    clear_m = {"country": 150.0, "lane": 70.0}.get(line.zone, 16.0)
    n_each = int((length_m - 2 * clear_m) / plots.gap_m) + 1
    if length_m < 2 * clear_m or n_each < 1:
        return np.zeros((0, 2)), np.zeros((0, 2)), np.zeros(0, dtype=np.int64)
    along_m = clear_m + np.arange(n_each, dtype=np.float64) * plots.gap_m
    place, direction = along(line.xy, along_m)
    left = np.column_stack((-direction[:, 1], direction[:, 0])) * plots.setback_m
    order = np.arange(n_each, dtype=np.int64)
    return (
        np.vstack((place + left, place - left)),
        np.vstack((direction, direction)),
        np.concatenate((first_number + 2 * order, first_number + 1 + 2 * order)),
    )


def make_addresses(
    lines: Sequence[Line],
    all_lines: Sequence[Line],
    land: Landscape,
    origin: tuple[float, float],
    rng: np.random.Generator,
) -> tuple[AddressPoint, ...]:
    """Every address of the municipality, in street order.

    Doors that would stand in the water, on the rails or in another street are left out, so that
    numbers have gaps as they do in life.
    """
    next_number: dict[tuple[int, str], int] = {}
    places: list[Points] = []
    directions: list[Points] = []
    numbers: list[NDArray[np.int64]] = []
    of_line: list[int] = []
    for i, line in enumerate(lines):
        if line.zone not in PLOTS or not line.name:
            continue
        key = (line.locality, line.name)
        place, direction, number = _along_line(line, next_number.get(key, 1))
        if len(place):
            next_number[key] = int(number.max()) + 1 + int(number.max()) % 2
            places.append(place)
            directions.append(direction)
            numbers.append(number)
            of_line += [i] * len(place)
    xy, number, owner = np.vstack(places), np.concatenate(numbers), np.array(of_line)
    free = _is_free(xy, lines, all_lines, owner, land.water.buffer(6), land.rail.buffer(15))
    is_flat = rng.random(len(xy)) < np.array([PLOTS[lines[i].zone].flat_share for i in of_line])
    two_doors = is_flat & (rng.random(len(xy)) < SHARE_TWO_DOORS)
    nearest = _nearest_locality(xy, land)
    direction = np.vstack(directions)
    addresses = []
    for k in np.flatnonzero(free).tolist():
        line = lines[owner[k]]
        locality = int(nearest[k]) if line.zone in ("country", "lane") else line.locality
        doors = (("A", -5.0), ("B", 5.0)) if two_doors[k] else (("", 0.0),)
        for letter, shift_m in doors:
            x, y = xy[k] + direction[k] * shift_m + origin
            addresses.append(
                AddressPoint(
                    street=line.name,
                    number=f"{number[k]}{letter}",
                    postcode=_postcode(xy[k], locality, land.radius_m),
                    city=TOWN if locality == 0 else land.villages[locality - 1].name,
                    x=round(float(x), 1),
                    y=round(float(y), 1),
                    dwelling="flat" if is_flat[k] else "house",
                )
            )
    return tuple(addresses)


def _nearest_locality(xy: Points, land: Landscape) -> NDArray[np.int64]:
    """The town (0) or village (1…) whose edge is nearest."""
    towns = np.array([(0.0, 0.0), *((v.x, v.y) for v in land.villages)])
    reach = np.array([land.radius_m, *(v.radius_m for v in land.villages)])
    gap = np.hypot(xy[:, None, 0] - towns[:, 0], xy[:, None, 1] - towns[:, 1]) - reach
    nearest: NDArray[np.int64] = np.argmin(gap, axis=1).astype(np.int64, copy=False)
    return nearest


def _is_free(
    xy: Points, lines: Sequence[Line], all_lines: Sequence[Line], owner: NDArray[np.int64],
    water: BaseGeometry, rail: BaseGeometry,
) -> NDArray[np.bool_]:  # fmt: skip
    points = shapely.points(xy)
    shapes = np.array([shapely.linestrings(line.xy) for line in all_lines])
    door, other = shapely.STRtree(shapes).query(points, predicate="dwithin", distance=6.5)
    number = {id(line): k for k, line in enumerate(lines)}
    own = np.array([number.get(id(line), -1) for line in all_lines])
    clash = np.zeros(len(xy), dtype=bool)
    clash[door[owner[door] != own[other]]] = True
    shapely.prepare(water)
    shapely.prepare(rail)
    wet = shapely.intersects(water, points) | shapely.intersects(rail, points)
    free: NDArray[np.bool_] = ~clash & ~wet
    return free


def _postcode(place: Points, locality: int, radius_m: float) -> str:
    """The town by bearing and distance; each village its own."""
    if locality:
        return f"637 {60 + locality:02d}"
    if float(np.hypot(*place)) < 0.4 * radius_m:
        return POSTCODES_TOWN[0] if place[1] < 0.25 * radius_m else POSTCODES_TOWN[1]
    sector = int((np.arctan2(place[1], place[0]) + np.pi) / (2 * np.pi) * 6) % 6
    return POSTCODES_TOWN[2 + sector]
