"""A way through the streets, as a line to draw and as words to explain it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.streets import StreetNetwork
from routing.travel.modegraph import ModeGraph


@dataclass(frozen=True)
class Way:
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
    """Part of a way on one street."""

    name: str
    road_class: int
    length_m: float


@dataclass(frozen=True)
class Route:
    """The fastest way between two points.

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
    way: Way,
    seconds: int,
) -> Route:
    """Lay the segments of a way end to end.

    ``segments`` and ``shares`` tell where the two points lie.
    """
    if way.is_direct:
        pieces = [(segments[0], shares[0], shares[1])]
    else:
        pieces = [(segments[0], shares[0], 0.0 if way.leaving else 1.0)]
        for arc in way.arcs:
            begin = 0.0 if graph.along[arc] else 1.0
            pieces.append((int(graph.segment[arc]), begin, 1.0 - begin))
        pieces.append((segments[1], 1.0 if way.arriving else 0.0, shares[1]))
    points = np.vstack([cut_shape(network.shape(idx), a, b) for idx, a, b in pieces])
    moved = np.ones(len(points), bool)
    moved[1:] = np.any(points[1:] != points[:-1], axis=1)
    lengths = [abs(b - a) * float(network.length_m[idx]) for idx, a, b in pieces]
    return Route(
        xy=points[moved],
        seconds=seconds,
        length_m=sum(lengths),
        stretches=_stretches(network, [piece[0] for piece in pieces], lengths),
        segment_idx=np.array([piece[0] for piece in pieces], np.int32),
        along=np.array([a <= b for _, a, b in pieces], np.uint8),
    )


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
    network: StreetNetwork, segments: list[int], lengths: list[float]
) -> tuple[Stretch, ...]:
    """Join consecutive pieces of one street."""
    joined: list[Stretch] = []
    for idx, length_m in zip(segments, lengths, strict=True):
        name, code = network.name(idx), int(network.road_class[idx])
        if joined and (joined[-1].name, joined[-1].road_class) == (name, code):
            length_m += joined.pop().length_m
        joined.append(Stretch(name, code, length_m))
    return tuple(joined)
