"""Put points on the streets that each mode may use, in bulk, and say where that is doubtful.

A point snaps to the nearest segment of the largest part of the mode's network. Only where that
is more than ``other_part_m`` farther than some segment of a small part (an island, a fenced yard)
is it put there. Ferries, motorways and tunnels are never snapped to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from data.streets import ROAD_CLASSES, SEGMENT_TUNNEL, StreetNetwork
from routing.network.components import Parts
from routing.travel.kernels.snap_kernels import LegGrid, count_cells, fill_cells, nearest_legs

CELL_M: Final = 60.0
"""Side of the grid's cells: about as long as a street segment in a town."""
_N_CELLS_MAX: Final = 4_000_000
FAULT_KINDS: Final = ("", "unplaced", "outside", "far", "other_part", "trap", "ferry")
"""Codes of `ModeSnaps.fault`, in this order."""

_TEXT: Final = {
    "unplaced": "saknar koordinater",
    "outside": "ligger för långt från alla vägar och kan inte nås",
    "far": "ligger långt från närmaste väg",
    "other_part": "ligger vid en väg som inte hänger ihop med resten av nätet",
    "trap": "ligger vid en väg som bara kan köras in på eller ut från",
    "ferry": "nås bara med färja",
}


@dataclass(frozen=True)
class SnapLimits:
    """Metres from which a snap is doubtful, or refused."""

    far_m: float = 100.0
    max_m: float = 2_000.0
    other_part_m: float = 150.0


@dataclass(frozen=True)
class ModeSnaps:
    """Where points lie on the network of one mode.

    Attributes
    ----------
    segment_idx : ndarray, int32, shape (n_points,)
        -1 where the point could not be snapped.
    share : ndarray, float64, shape (n_points,)
        How far along the segment (0 at ``from``, 1 at ``to``), by length.
    distance_m : ndarray, float64, shape (n_points,)
        From the point to the street.
    side : ndarray, int8, shape (n_points,)
        1 left, -1 right of the segment's direction, 0 on it.
    xy : ndarray, float64, shape (n_points, 2)
        The place on the street; the point itself where it could not be snapped.
    fault : ndarray, uint8, shape (n_points,)
        Index into `FAULT_KINDS`; 0 where all is well.
    """

    segment_idx: NDArray[np.int32]
    share: NDArray[np.float64]
    distance_m: NDArray[np.float64]
    side: NDArray[np.int8]
    xy: NDArray[np.float64]
    fault: NDArray[np.uint8]


@dataclass(frozen=True)
class Snaps:
    """The same points on the network of each mode."""

    xy: NDArray[np.float64]
    of_mode: dict[str, ModeSnaps]

    def __len__(self) -> int:
        return len(self.xy)

    def pick(self, rows: NDArray[np.int64]) -> Snaps:
        """Some of the points."""
        return Snaps(
            self.xy[rows],
            {
                mode: ModeSnaps(
                    *(getattr(mode_snaps, column.name)[rows] for column in fields(mode_snaps))
                )
                for mode, mode_snaps in self.of_mode.items()
            },
        )

    def joined(self, other: Snaps) -> Snaps:
        """These points and then the others, for the modes that both have."""

        def both(mode: str, column: str) -> NDArray[Any]:
            halves = (getattr(snaps.of_mode[mode], column) for snaps in (self, other))
            return np.concatenate(list(halves))

        modes = [mode for mode in self.of_mode if mode in other.of_mode]
        return Snaps(
            np.concatenate([self.xy, other.xy]),
            {mode: ModeSnaps(*(both(mode, c.name) for c in fields(ModeSnaps))) for mode in modes},
        )


@dataclass(frozen=True, slots=True)
class SnapFault:
    """One point that is doubtful for one mode."""

    point_id: str
    row: int
    """The point's row in what was snapped, from 0."""
    mode: str
    kind: str
    distance_m: float

    def __str__(self) -> str:
        metres = f" ({self.distance_m:.0f} m)" if np.isfinite(self.distance_m) else ""
        return f"{self.point_id} [{self.mode}]: {_TEXT[self.kind]}{metres}."


@dataclass(frozen=True)
class SnapReport:
    """Everything doubtful about the points, for every mode; nothing is hidden (faults.md B6–B8)."""

    faults: tuple[SnapFault, ...]
    n_points: int
    distance_m: dict[str, NDArray[np.float64]]
    """Per mode, the distance of every point to its street."""

    def of_kind(self, *kinds: str) -> tuple[SnapFault, ...]:
        """The faults of some kinds."""
        return tuple(fault for fault in self.faults if fault.kind in kinds)

    @property
    def unreachable(self) -> tuple[SnapFault, ...]:
        """Points that a mode cannot reach from most others."""
        return self.of_kind("unplaced", "outside", "other_part", "trap")

    def lines(self) -> Iterator[str]:
        """One Swedish sentence a fault, with ids and metres only."""
        return (str(fault) for fault in self.faults)


def report_snaps(snaps: Snaps, point_ids: Sequence[str]) -> SnapReport:
    """Gather what is doubtful, by row and then by mode."""
    faults = [
        SnapFault(
            point_ids[row],
            row,
            mode,
            FAULT_KINDS[mode_snaps.fault[row]],
            float(mode_snaps.distance_m[row]),
        )
        for mode, mode_snaps in snaps.of_mode.items()
        for row in np.flatnonzero(mode_snaps.fault).tolist()
    ]
    faults.sort(key=lambda fault: fault.row)
    return SnapReport(
        tuple(faults),
        len(snaps),
        {mode: mode_snaps.distance_m for mode, mode_snaps in snaps.of_mode.items()},
    )


def leg_grid(network: StreetNetwork) -> LegGrid:
    """The grid over all legs of a network."""
    n_points = np.diff(network.shape_offset)
    segment_of_point = np.repeat(np.arange(network.n_segments, dtype=np.int32), n_points)
    leg = np.flatnonzero(segment_of_point[1:] == segment_of_point[:-1])
    x, y = (np.ascontiguousarray(column) for column in network.shape_xy.T)
    x0, y0, x1, y1 = x[leg], y[leg], x[leg + 1], y[leg + 1]
    along = np.zeros(len(x))
    np.cumsum(np.hypot(np.diff(x), np.diff(y)), out=along[1:])
    before_m = along[leg] - along[network.shape_offset[segment_of_point[leg]]]
    west, south, east, north = x.min(), y.min(), x.max(), y.max()
    side = max(CELL_M, float(np.sqrt((east - west + 1) * (north - south + 1) / _N_CELLS_MAX)))
    size = np.array([west, south, side])
    n_cells = np.array([int((east - west) / side) + 1, int((north - south) / side) + 1], np.int64)
    first = np.cumsum(count_cells(x0, y0, x1, y1, size, n_cells))
    legs = fill_cells(x0, y0, x1, y1, size, n_cells, first)
    return LegGrid(x0, y0, x1, y1, segment_of_point[leg], before_m, first, legs, size, n_cells)


def snap_mode(
    network: StreetNetwork,
    grid: LegGrid,
    parts: Parts,
    xy: NDArray[np.float64],
    limits: SnapLimits,
) -> ModeSnaps:
    """Snap points (shape (n, 2), metres) for the mode whose ``parts`` these are."""
    x, y = (np.array(column, dtype=np.float64, order="C") for column in xy.T)
    leg_of = np.empty((len(xy), 2), np.int32)
    distance = np.empty((len(xy), 2))
    nearest_legs(grid, x, y, _kinds(network, parts), limits.max_m, leg_of, distance)
    stray = (leg_of[:, 1] >= 0) & ~(distance[:, 0] <= distance[:, 1] + limits.other_part_m)
    leg = np.where(stray, leg_of[:, 1], leg_of[:, 0])
    distance_m = np.where(stray, distance[:, 1], distance[:, 0])
    is_snapped = leg >= 0
    leg_idx = np.where(is_snapped, leg, 0)
    dx, dy = grid.x1[leg_idx] - grid.x0[leg_idx], grid.y1[leg_idx] - grid.y0[leg_idx]
    off_x, off_y = x - grid.x0[leg_idx], y - grid.y0[leg_idx]
    length = np.hypot(dx, dy)
    with np.errstate(invalid="ignore"):
        share_of_leg = np.clip((off_x * dx + off_y * dy) / np.maximum(length, 1e-9) ** 2, 0.0, 1.0)
        cross = dx * off_y - dy * off_x
    segment = np.where(is_snapped, grid.segment[leg_idx], -1).astype(np.int32)
    total = _planar_m(network)[np.maximum(segment, 0)]
    share = np.clip(
        (grid.before_m[leg_idx] + share_of_leg * length) / np.maximum(total, 1e-9), 0.0, 1.0
    )
    on_street = np.column_stack(
        [grid.x0[leg_idx] + share_of_leg * dx, grid.y0[leg_idx] + share_of_leg * dy]
    )
    return ModeSnaps(
        segment_idx=segment,
        share=np.where(is_snapped, share, 0.0),
        distance_m=distance_m,
        side=np.where(is_snapped, np.sign(np.nan_to_num(cross)), 0).astype(np.int8),
        xy=np.where(is_snapped[:, None], on_street, xy),
        fault=_faults(parts, segment, distance_m, np.isfinite(x) & np.isfinite(y), limits),
    )


def _kinds(network: StreetNetwork, parts: Parts) -> NDArray[np.uint8]:
    """1 for segments of the largest part, 2 for others that may be snapped to, 0 for the rest."""
    kinds = np.where(parts.part_of_segment == 0, 1, 0)
    kinds[(parts.part_of_segment > 0) | parts.is_trap] = 2
    barred = np.isin(network.road_class, [ROAD_CLASSES.index(n) for n in ("ferry", "motorway")])
    kinds[barred | ((network.segment_flags & SEGMENT_TUNNEL) > 0)] = 0
    return kinds.astype(np.uint8)


def _planar_m(network: StreetNetwork) -> NDArray[np.float64]:
    """Length of each segment's shape in the plane of the projection."""
    step = np.zeros(len(network.shape_xy))
    step[1:] = np.hypot(*np.diff(network.shape_xy, axis=0).T)
    along = np.cumsum(step)
    lengths: NDArray[np.float64] = (
        along[network.shape_offset[1:] - 1] - along[network.shape_offset[:-1]]
    )
    return lengths


def _faults(
    parts: Parts,
    segment: NDArray[np.int32],
    distance_m: NDArray[np.float64],
    placed: NDArray[np.bool_],
    limits: SnapLimits,
) -> NDArray[np.uint8]:
    """The gravest fault of each point."""
    segment_idx = np.maximum(segment, 0)
    fault = np.zeros(len(segment), np.uint8)
    fault[parts.is_ferry_only[segment_idx]] = FAULT_KINDS.index("ferry")
    fault[distance_m > limits.far_m] = FAULT_KINDS.index("far")
    fault[parts.part_of_segment[segment_idx] > 0] = FAULT_KINDS.index("other_part")
    fault[parts.is_trap[segment_idx]] = FAULT_KINDS.index("trap")
    fault[segment < 0] = FAULT_KINDS.index("outside")
    fault[~placed] = FAULT_KINDS.index("unplaced")
    return fault
