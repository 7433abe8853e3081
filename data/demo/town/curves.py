"""Small geometry for drawing a town: smooth curves, smooth noise, and the street being drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.streets import BIKE, CAR, WALK

Points = NDArray[np.float64]
ALL_MODES = WALK | BIKE | CAR


@dataclass(slots=True)
class Line:
    """A street, road or path before it is cut at junctions.

    ``zone`` says what stands along it (``centre``, ``flats``, ``villa``, ``village``,
    ``country``, ``industry``, ``none``). Only lines with ``may_cross`` go over water and rails.
    """

    xy: Points
    name: str
    road_class: str
    speed_kmh: int
    zone: str = "none"
    locality: int = 0
    forward: int = ALL_MODES
    backward: int = ALL_MODES
    may_cross: bool = False
    flags: int = 0


def curve(control: Sequence[tuple[float, float]] | Points, step_m: float = 40.0) -> Points:
    """A Catmull-Rom curve through the control points, with a point about every ``step_m``."""
    knots = np.asarray(control, dtype=np.float64)
    if len(knots) < 3:
        return knots
    padded = np.vstack((2 * knots[0] - knots[1], knots, 2 * knots[-1] - knots[-2]))
    pieces: list[Points] = []
    for i in range(len(knots) - 1):
        p0, p1, p2, p3 = padded[i : i + 4]
        n_steps = max(2, int(np.hypot(*(p2 - p1)) / step_m))
        t = np.arange(n_steps)[:, None] / n_steps
        pieces.append(
            0.5
            * (
                2 * p1
                + (p2 - p0) * t
                + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2
                + (3 * p1 - p0 - 3 * p2 + p3) * t**3
            )
        )
    return np.vstack((*pieces, knots[-1:]))


@dataclass(frozen=True, slots=True)
class Warp:
    """A smooth random displacement of the plane: a few plane waves, the same for everyone."""

    waves: Points
    """Shape (n, 5): wave vector x and y (rad/m), phase, amplitude x and y (m)."""

    @classmethod
    def random(
        cls, rng: np.random.Generator, amplitude_m: float, wavelength_m: float, n: int = 4
    ) -> Warp:
        """Waves of about the given length in random directions."""
        angle = rng.uniform(0, 2 * np.pi, n)
        number = 2 * np.pi / (wavelength_m * rng.uniform(0.7, 1.5, n))
        phase = rng.uniform(0, 2 * np.pi, n)
        size = rng.normal(0, amplitude_m / np.sqrt(n), (n, 2))
        waves = np.column_stack((number * np.cos(angle), number * np.sin(angle), phase, size))
        return cls(waves)

    def __call__(self, xy: Points) -> Points:
        """Displaced copies of the points, shape (n, 2)."""
        swing = np.sin(xy @ self.waves[:, :2].T + self.waves[:, 2])
        return xy + swing @ self.waves[:, 3:]


def rotate(xy: Points, angle_rad: float) -> Points:
    """The points turned about the origin."""
    c, s = np.cos(angle_rad), np.sin(angle_rad)
    turned: Points = xy @ np.array([[c, s], [-s, c]])
    return turned


def along(xy: Points, distance_m: Points) -> tuple[Points, Points]:
    """Places and unit directions at the given distances along a polyline."""
    step = np.diff(xy, axis=0)
    length = np.hypot(step[:, 0], step[:, 1])
    along_m = np.concatenate(([0.0], np.cumsum(length)))
    piece = np.clip(np.searchsorted(along_m, distance_m, side="right") - 1, 0, len(step) - 1)
    direction = step[piece] / np.maximum(length[piece], 1e-9)[:, None]
    place: Points = xy[piece] + direction * (distance_m - along_m[piece])[:, None]
    return place, direction


def length_of(xy: Points) -> float:
    """Length of a polyline in metres."""
    step = np.diff(xy, axis=0)
    return float(np.hypot(step[:, 0], step[:, 1]).sum())
