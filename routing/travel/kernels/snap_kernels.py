"""Nearest street to a point: a uniform grid over the legs of all segments.

A leg is the straight line between two consecutive points of a segment's shape. One grid serves
every mode; who may be snapped to which segment is told by one byte per segment.
"""

# mypy: disable-error-code="no-untyped-call,no-any-return,arg-type,return-value"
from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.kernels import kernel

Float = NDArray[np.float64]


class LegGrid(NamedTuple):
    """Legs, and the legs of each cell in compressed rows."""

    x0: Float
    y0: Float
    x1: Float
    y1: Float
    segment: NDArray[np.int32]
    before_m: Float
    """Planar metres along the segment's shape before the leg."""
    first: NDArray[np.int64]
    """Shape (n_cells + 1,)."""
    legs: NDArray[np.int32]
    size: Float
    """West, south, cell side in metres; shape (3,)."""
    n_cells: NDArray[np.int64]
    """Columns and rows; shape (2,)."""


@kernel
def count_cells(
    x0: Float, y0: Float, x1: Float, y1: Float, size: Float, n_cells: NDArray[np.int64]
) -> NDArray[np.int64]:
    """How many legs touch each cell (by their bounding boxes), shifted by one for a cumsum."""
    n_of = np.zeros(n_cells[0] * n_cells[1] + 1, np.int64)
    for leg in range(len(x0)):
        west = int((min(x0[leg], x1[leg]) - size[0]) / size[2])
        east = int((max(x0[leg], x1[leg]) - size[0]) / size[2])
        south = int((min(y0[leg], y1[leg]) - size[1]) / size[2])
        north = int((max(y0[leg], y1[leg]) - size[1]) / size[2])
        for row in range(south, north + 1):
            for column in range(west, east + 1):
                n_of[row * n_cells[0] + column + 1] += 1
    return n_of


@kernel
def fill_cells(
    x0: Float,
    y0: Float,
    x1: Float,
    y1: Float,
    size: Float,
    n_cells: NDArray[np.int64],
    first: NDArray[np.int64],
) -> NDArray[np.int32]:
    """The legs of each cell, in the order of the legs."""
    cursor = first[:-1].copy()
    legs = np.empty(first[-1], np.int32)
    for leg in range(len(x0)):
        west = int((min(x0[leg], x1[leg]) - size[0]) / size[2])
        east = int((max(x0[leg], x1[leg]) - size[0]) / size[2])
        south = int((min(y0[leg], y1[leg]) - size[1]) / size[2])
        north = int((max(y0[leg], y1[leg]) - size[1]) / size[2])
        for row in range(south, north + 1):
            for column in range(west, east + 1):
                cell = row * n_cells[0] + column
                legs[cursor[cell]] = leg
                cursor[cell] += 1
    return legs


@kernel
def nearest_legs(
    grid: LegGrid,
    x: Float,
    y: Float,
    usable: NDArray[np.uint8],
    max_m: float,
    leg_of: NDArray[np.int32],
    distance_m: Float,
) -> None:
    """Find for each point the nearest leg among segments of kind 1, and of any kind above 0.

    ``leg_of`` and ``distance_m`` have shape (n_points, 2): nearest of kind 1, nearest of all;
    -1 and infinity where there is none within ``max_m``. Of equally near legs the first counts.
    """
    west, south, side = grid.size[0], grid.size[1], grid.size[2]
    n_columns, n_rows = grid.n_cells[0], grid.n_cells[1]
    n_rings = int(max_m / side) + 2
    for point in range(len(x)):
        leg_of[point, 0] = leg_of[point, 1] = -1
        distance_m[point, 0] = distance_m[point, 1] = np.inf
        if not (np.isfinite(x[point]) and np.isfinite(y[point])):
            continue
        if abs(x[point] - west) > 1e8 or abs(y[point] - south) > 1e8:
            continue
        column = int(np.floor((x[point] - west) / side))
        row = int(np.floor((y[point] - south) / side))
        best_main, best_any = max_m * max_m, max_m * max_m
        for ring in range(n_rings + 1):
            reach = (ring - 1) * side
            if ring > 0 and best_main <= reach * reach:
                break
            for r in range(max(0, row - ring), min(n_rows - 1, row + ring) + 1):
                on_edge = r == row - ring or r == row + ring
                step = 1 if on_edge or ring == 0 else 2 * ring
                for c in range(column - ring, column + ring + 1, step):
                    if c < 0 or c >= n_columns:
                        continue
                    cell = r * n_columns + c
                    for k in range(grid.first[cell], grid.first[cell + 1]):
                        leg = grid.legs[k]
                        kind = usable[grid.segment[leg]]
                        if kind == 0:
                            continue
                        d2 = _squared(grid, leg, x[point], y[point])
                        if d2 < best_any or (d2 == best_any and leg < leg_of[point, 1]):
                            best_any = d2
                            leg_of[point, 1] = leg
                        if kind == 1 and (
                            d2 < best_main or (d2 == best_main and leg < leg_of[point, 0])
                        ):
                            best_main = d2
                            leg_of[point, 0] = leg
        if leg_of[point, 0] >= 0:
            distance_m[point, 0] = np.sqrt(best_main)
        if leg_of[point, 1] >= 0:
            distance_m[point, 1] = np.sqrt(best_any)


@kernel
def _squared(grid: LegGrid, leg: int, x: float, y: float) -> float:
    """Squared distance from a point to a leg."""
    dx, dy = grid.x1[leg] - grid.x0[leg], grid.y1[leg] - grid.y0[leg]
    along = dx * dx + dy * dy
    share = 0.0
    if along > 0.0:
        share = ((x - grid.x0[leg]) * dx + (y - grid.y0[leg]) * dy) / along
        share = min(1.0, max(0.0, share))
    off_x = grid.x0[leg] + share * dx - x
    off_y = grid.y0[leg] + share * dy - y
    return off_x * off_x + off_y * off_y
