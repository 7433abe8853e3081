"""A small map as a list of strokes, the same for paper (`pdf_paper`) and SVG (`maps.base.svg`).

Points of a `Picture` are in its own units from the lower left corner; y goes up.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.streets import ROAD_CLASSES, StreetNetwork

Points = NDArray[np.float64]
MARGIN_M = 120.0

_MAJOR = frozenset({"motorway", "trunk", "primary", "secondary"})
_QUIET = frozenset({"footway", "path", "steps", "track", "cycleway"})
_FEATURES = {"water": "#c3dcea", "green": "#dfead4", "building": "#e4ddd3"}


@dataclass(frozen=True, slots=True)
class Line:
    """A polyline, or an area where ``fill`` is set."""

    points: Points
    colour: str
    width: float
    dash: tuple[float, ...] = ()
    fill: str = ""


@dataclass(frozen=True, slots=True)
class Disc:
    """A numbered stop. Hollow ones have a white middle."""

    x: float
    y: float
    radius: float
    colour: str
    label: str
    is_hollow: bool = False
    has_ring: bool = False

    @property
    def label_size(self) -> float:
        """Size at which the label fits the disc."""
        return min(1.2 * self.radius, 2.6 * self.radius / max(1, len(self.label)))


@dataclass(frozen=True, slots=True)
class Word:
    """Text on its middle line; ``angle`` in degrees against the clock."""

    x: float
    y: float
    angle: float
    size: float
    text: str
    anchor: str = "middle"
    """``start``, ``middle`` or ``end``: which part of the text is at ``x``."""


@dataclass(frozen=True)
class Picture:
    """Strokes in order, in a frame of ``width`` by ``height`` units."""

    width: float
    height: float
    lines: tuple[Line, ...]
    words: tuple[Word, ...]
    discs: tuple[Disc, ...]


@dataclass(frozen=True)
class Frame:
    """How metres become units of the picture."""

    west: float
    south: float
    scale: float
    width: float
    height: float

    @classmethod
    def around(cls, xy: Points, width: float, height: float, pad: float = 0.0) -> Frame:
        """The frame that shows all points with a margin; ``xy`` has shape (n, 2), n ≥ 1.

        ``pad`` units are kept free at each edge, for marks that are larger than their place.
        """
        low, high = xy.min(axis=0) - MARGIN_M, xy.max(axis=0) + MARGIN_M
        room = (width - 2 * pad, height - 2 * pad)
        scale = min(room[0] / (high[0] - low[0]), room[1] / (high[1] - low[1]))
        middle = (low + high) / 2
        west = float(middle[0] - width / scale / 2)
        south = float(middle[1] - height / scale / 2)
        return cls(west, south, float(scale), width, height)

    def place(self, xy: Points) -> Points:
        """Metres as units."""
        return (np.asarray(xy) - [self.west, self.south]) * self.scale

    def shows(self, xy: Points) -> bool:
        """Whether the points' bounds meet the frame."""
        low, high = self.place(xy.min(axis=0)), self.place(xy.max(axis=0))
        return bool(
            high[0] >= 0 and high[1] >= 0 and low[0] <= self.width and low[1] <= self.height
        )


def streets(network: StreetNetwork, frame: Frame) -> tuple[list[Line], list[Word]]:
    """Features, streets and their names inside the frame; small ones first."""
    shown = [network.features[i] for i in _in_frame(network.feature_bounds, frame)]
    lines = [
        Line(frame.place(feature.xy), "", 0.0, fill=_FEATURES[feature.kind])
        if feature.kind in _FEATURES
        else Line(frame.place(feature.xy), "#c3dcea" if feature.kind == "river" else "#8d8882", 1.2)
        for feature in shown
        if feature.kind != "building" and len(feature.xy) > 1
    ]
    placed = frame.place(network.shape_xy)
    begins = network.shape_offset.tolist()
    streets_drawn = [
        (ROAD_CLASSES[network.road_class[s]], placed[begins[s] : begins[s + 1]], s)
        for s in _seen(network, frame)
    ]
    lines += [Line(p, "#c9b9a4", 0.4, (1.6, 1.6)) for c, p, _ in streets_drawn if c in _QUIET]
    streets_only = [(c, p, s) for c, p, s in streets_drawn if c not in _QUIET]
    lines += [Line(p, "#b5aea2", _width(c) + 0.7) for c, p, _ in streets_only]
    lines += [Line(p, "#ffffff", _width(c)) for c, p, _ in streets_only]
    return lines, _words(network, streets_only, frame)


def _seen(network: StreetNetwork, frame: Frame) -> list[int]:
    """Segments that begin in the frame or a kilometre around it, and whose bounds meet it."""
    reach = 1000.0
    east = frame.west + frame.width / frame.scale
    north = frame.south + frame.height / frame.scale
    x, y = network.node_x[network.segment_from], network.node_y[network.segment_from]
    inside = (x > frame.west - reach) & (x < east + reach)
    inside &= (y > frame.south - reach) & (y < north + reach)
    return [s for s in _in_frame(network.shape_bounds, frame) if inside[s]]


def _in_frame(bounds: Points, frame: Frame) -> list[int]:
    """Which of the bounds, west, south, east, north in metres, meet the frame."""
    low, high = frame.place(bounds[:, :2]), frame.place(bounds[:, 2:])
    meets = (high >= 0).all(axis=1) & (low <= [frame.width, frame.height]).all(axis=1)
    met: list[int] = np.flatnonzero(meets).tolist()
    return met


def _width(road_class: str) -> float:
    return 3.0 if road_class in _MAJOR else 1.0 if road_class == "service" else 1.9


NAME_SIZE = 5.0
LETTER = 0.55
"""The width of a letter, as a share of its size."""
CROOKED_MAX = 0.12
"""A street whose breadth is more of its length than this has no line to write along."""


def _words(
    network: StreetNetwork, streets_drawn: Sequence[tuple[str, Points, int]], frame: Frame
) -> list[Word]:
    """One name for each street, along all of it that is seen; names never lie on one another."""
    of_name: dict[str, list[Points]] = {}
    for _, points, segment in streets_drawn:
        name = network.name(segment)
        if name:
            of_name.setdefault(name, []).append(points)
    found = []
    for name, parts in sorted(of_name.items()):
        points = np.concatenate(parts)
        inside = (points >= 0).all(axis=1) & (points <= [frame.width, frame.height]).all(axis=1)
        line = _straight(points[inside], NAME_SIZE * LETTER * len(name))
        if line is not None:
            x, y, angle, long = line
            found.append((-long, Word(x, y, angle, NAME_SIZE, name)))
    placed: list[tuple[Word, Points]] = []
    for _, word in sorted(found, key=lambda item: (item[0], item[1].text)):
        dots = _dots(word)
        if all(_is_clear(word, dots, other, others) for other, others in placed):
            placed.append((word, dots))
    return [word for word, _ in sorted(placed, key=lambda item: item[0].text)]


def _is_clear(word: Word, dots: Points, other: Word, others: Points) -> bool:
    """Whether no letter of one lies on a letter of the other."""
    reach = (len(word.text) + len(other.text)) * word.size * LETTER / 2 + word.size
    if math.hypot(word.x - other.x, word.y - other.y) > reach:
        return True
    return bool(np.hypot(*(dots[:, None] - others[None]).T).min() > word.size)


def _straight(points: Points, need: float) -> tuple[float, float, float, float] | None:
    """Middle, angle and length of a street that is straight and long enough to be written along."""
    if len(points) < 2 or math.hypot(*np.ptp(points, axis=0)) < 0.999 * need:
        return None
    middle = points.mean(axis=0)
    _, _, axes = np.linalg.svd(points - middle, full_matrices=False)
    along, across = (points - middle) @ axes.T[:, 0], (points - middle) @ axes.T[:, 1]
    long, broad = float(np.ptp(along)), float(np.ptp(across))
    if long < need or broad > CROOKED_MAX * long:
        return None
    centre = middle + axes[0] * (along.min() + along.max()) / 2
    angle = math.degrees(math.atan2(axes[0, 1], axes[0, 0]))
    upright = angle - 180 if angle > 90 else angle + 180 if angle < -90 else angle
    return float(centre[0]), float(centre[1]), upright, long


def _dots(word: Word) -> Points:
    """Points along a word, a letter apart: what must not lie on another word's."""
    n = len(word.text)
    steps = (np.arange(n) - (n - 1) / 2) * word.size * LETTER
    turned = np.array([math.cos(math.radians(word.angle)), math.sin(math.radians(word.angle))])
    dots: Points = np.array([word.x, word.y]) + steps[:, None] * turned
    return dots


def fanned(xy: Sequence[tuple[float, float]], spacing: float) -> list[tuple[float, float]]:
    """Places of marks so that those at one place lie side by side (B7), as ``Hemrunda.fan``."""
    groups: dict[tuple[float, float], list[int]] = {}
    for i, place in enumerate(xy):
        groups.setdefault(place, []).append(i)
    moved = list(xy)
    for (x, y), members in groups.items():
        if len(members) == 1:
            continue
        for k, i in enumerate(members):
            far = spacing * math.sqrt(k + 0.5)
            moved[i] = (x + far * math.cos(k * 2.4), y + far * math.sin(k * 2.4))
    return moved
