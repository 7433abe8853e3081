"""A path through the streets, as a line to draw and as words to explain it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.streets import StreetNetwork
from routing.travel.kernels.graph_kernels import ModeGraph


@dataclass(frozen=True)
class ShortestPath:
    """What a search found between two snapped points.

    ``leaving`` and ``arriving`` are 0 along the segment's own direction and 1 against it;
    ``is_direct`` when both points lie on one segment and no junction is passed.
    """

    ms: int
    arcs: tuple[int, ...]
    leaving: int
    arriving: int
    is_direct: bool = False


@dataclass(frozen=True)
class Stretch:
    """Part of a path on one street."""

    name: str
    road_class: int
    length_m: float


@dataclass(frozen=True)
class Route:
    """The fastest path between two points.

    Attributes
    ----------
    xy : ndarray, float64, shape (k, 2)
        Metres in the network's CRS, from snapped point to snapped point.
    seconds : int
        As in the matrix.
    length_m : float
        Along the streets.
    stretches : tuple of Stretch
        In order; consecutive segments of one street and class are one stretch.
    segment_idx, along : ndarray, shape (n_segments_passed,)
        The segments, and 1 where they are passed in their own direction.
    """

    xy: NDArray[np.float64]
    seconds: int
    length_m: float
    stretches: tuple[Stretch, ...]
    segment_idx: NDArray[np.int32]
    along: NDArray[np.uint8]


def make_route(
    network: StreetNetwork,
    graph: ModeGraph,
    segments: tuple[int, int],
    shares: tuple[float, float],
    path: ShortestPath,
    seconds: int,
) -> Route:
    """Lay the segments of a path end to end.

    ``segments`` and ``shares`` tell where the two points lie.
    """
    if path.is_direct:
        first = cut_shape(network.shape(segments[0]), *shares)
        points, last_share = [first], shares[1]
    else:
        last_share = 0.0 if path.leaving else 1.0
        arrival = 1.0 if path.arriving else 0.0
        first = cut_shape(network.shape(segments[0]), shares[0], last_share)
        final = cut_shape(network.shape(segments[1]), arrival, shares[1])
        points = [first, _whole_shapes(network, graph, np.array(path.arcs, np.int64)), final]
    inner = np.array(path.arcs, np.int64)
    ends = [] if path.is_direct else [segments[1]]
    passed = np.concatenate([[segments[0]], graph.segment[inner], ends]).astype(np.int32)
    along = np.ones(len(passed), np.uint8)
    along[0] = shares[0] <= last_share
    along[1 : 1 + len(inner)] = graph.along[inner]
    length_m = network.length_m[passed]
    length_m[0] *= abs(last_share - shares[0])
    if not path.is_direct:
        along[-1] = path.arriving == 0
        length_m[-1] *= abs(shares[1] - arrival)
    xy = np.vstack(points)
    moved = np.ones(len(xy), bool)
    moved[1:] = np.any(xy[1:] != xy[:-1], axis=1)
    return Route(
        xy=xy[moved],
        seconds=seconds,
        length_m=float(length_m.sum()),
        stretches=_stretches(network, passed, length_m),
        segment_idx=passed,
        along=along,
    )


def _whole_shapes(
    network: StreetNetwork, graph: ModeGraph, arcs: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The points of all segments of the arcs, each in the direction of its arc."""
    segment = graph.segment[arcs]
    begin, end = network.shape_offset[segment], network.shape_offset[segment + 1]
    n_points = end - begin
    first = np.concatenate([[0], np.cumsum(n_points)])
    step = np.arange(first[-1]) - np.repeat(first[:-1], n_points)
    forward = np.repeat(graph.along[arcs] > 0, n_points)
    point_idx = np.where(
        forward, np.repeat(begin, n_points) + step, np.repeat(end - 1, n_points) - step
    )
    points: NDArray[np.float64] = network.shape_xy[point_idx]
    return points


def cut_shape(shape: NDArray[np.float64], begin: float, end: float) -> NDArray[np.float64]:
    """The part of a line between two shares of its length; backwards where begin > end."""
    if begin > end:
        return cut_shape(shape, end, begin)[::-1]
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(shape, axis=0).T))])
    low, high = begin * along[-1], end * along[-1]
    ends = np.column_stack([np.interp([low, high], along, shape[:, axis]) for axis in (0, 1)])
    inner = shape[(along > low) & (along < high)]
    return np.vstack([ends[:1], inner, ends[1:]])


def _stretches(
    network: StreetNetwork, segments: NDArray[np.int32], length_m: NDArray[np.float64]
) -> tuple[Stretch, ...]:
    """Join consecutive pieces of one street."""
    key = network.name_idx[segments].astype(np.int64) * 256 + network.road_class[segments]
    begin = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]]))
    total = np.add.reduceat(length_m, begin).tolist()
    return tuple(
        Stretch(network.name(idx), int(network.road_class[idx]), metres)
        for idx, metres in zip(segments[begin].tolist(), total, strict=True)
    )
