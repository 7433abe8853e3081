"""A small map as a list of strokes, the same for paper (`pdf_paper`) and SVG (`maps.common.svg`).

Points of a `Picture` are in its own units from the lower left corner; y goes up.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.streets import ROAD_CLASSES, StreetNetwork

Points = NDArray[np.float64]
MARGIN_M = 120.0
_NO_POINTS = np.empty((0, 2))

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


def point_texts(
    lines: Sequence[Line], form: Callable[[int], str], turned: Callable[[Points], NDArray[Any]]
) -> dict[int, str]:
    """The points of each polyline as text, by its identity.

    A street is drawn twice, its edge and then itself: its points are told once, and all numbers
    are ``turned`` into those of the file at once.

    Parameters
    ----------
    form : callable
        Of so many points, the text with a place for each number.
    """
    of_line = {id(line.points): line.points for line in lines}
    if not of_line:
        return {}
    numbers = turned(np.concatenate(list(of_line.values()))).ravel().tolist()
    texts, begin = {}, 0
    for key, points in of_line.items():
        end = begin + 2 * len(points)
        texts[key] = form(len(points)) % tuple(numbers[begin:end])
        begin = end
    return texts


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
    names = sorted(of_name)
    lines = _straight([of_name[name] for name in names], frame)
    needed = np.array([NAME_SIZE * LETTER * len(name) for name in names])
    fits = (lines.length >= needed) & (lines.breadth <= CROOKED_MAX * lines.length)
    placed = [
        (
            -float(lines.length[i]),
            Word(float(lines.x[i]), float(lines.y[i]), float(lines.angle[i]), NAME_SIZE, names[i]),
        )
        for i in np.flatnonzero(fits).tolist()
    ]
    words = [word for _, word in sorted(placed, key=lambda item: (item[0], item[1].text))]
    return sorted(_clear_of_each_other(words), key=lambda word: word.text)


def _clear_of_each_other(words: Sequence[Word]) -> list[Word]:
    """Those of the words, in order, of which no letter lies on a letter of one before it."""
    words_xy = np.array([(word.x, word.y) for word in words]).reshape(-1, 2)
    half = np.array([len(word.text) * word.size * LETTER / 2 for word in words])
    placed: list[int] = []
    dots: dict[int, Points] = {}
    for i, word in enumerate(words):
        dots[i] = _dots(word)
        reach = half[i] + half[placed] + word.size
        away = np.hypot(*(words_xy[placed] - words_xy[i]).T)
        near = [placed[k] for k in np.flatnonzero(away <= reach)]
        if all(
            np.hypot(*(dots[i][:, None] - dots[other][None]).T).min() > word.size for other in near
        ):
            placed.append(i)
    return [words[i] for i in placed]


class _Straights(NamedTuple):
    """Streets as the straight lines nearest them: middle, angle in degrees, length, breadth."""

    x: Points
    y: Points
    angle: Points
    length: Points
    """-1 where less than two points of the street are seen."""
    breadth: Points


def _straight(streets_parts: Sequence[Sequence[Points]], frame: Frame) -> _Straights:
    """The line along which each street lies, of its points that are seen: all streets at once.

    The axis is the first of the points' covariance, by its closed form for two dimensions.
    """
    n_streets = len(streets_parts)
    n_points = [sum(map(len, parts)) for parts in streets_parts]
    points = np.concatenate([part for parts in streets_parts for part in parts] or [_NO_POINTS])
    street = np.repeat(np.arange(n_streets), n_points)
    inside = (points >= 0).all(axis=1) & (points <= [frame.width, frame.height]).all(axis=1)
    points, street = points[inside], street[inside]
    n_seen = np.bincount(street, minlength=n_streets)
    divisor = np.maximum(n_seen, 1)

    def mean(values: Points) -> Points:
        return np.bincount(street, values, n_streets) / divisor

    middle = np.column_stack([mean(points[:, 0]), mean(points[:, 1])])
    x, y = (points - middle[street]).T
    turn = 0.5 * np.arctan2(2 * mean(x * y), mean(x * x) - mean(y * y))
    cosine, sine = np.cos(turn), np.sin(turn)
    along = x * cosine[street] + y * sine[street]
    across = y * cosine[street] - x * sine[street]
    (first, last), (low, high) = (_ends(values, street, n_streets) for values in (along, across))
    centre = (first + last) / 2
    return _Straights(
        middle[:, 0] + cosine * centre,
        middle[:, 1] + sine * centre,
        np.degrees(turn),
        np.where(n_seen > 1, last - first, -1.0),
        high - low,
    )


def _ends(values: Points, group: NDArray[np.intp], n_groups: int) -> tuple[Points, Points]:
    """The least and the greatest value of each group; 0 and 0 of an empty one."""
    least, greatest = np.full(n_groups, np.inf), np.full(n_groups, -np.inf)
    np.minimum.at(least, group, values)
    np.maximum.at(greatest, group, values)
    is_empty = np.isinf(least)
    return np.where(is_empty, 0.0, least), np.where(is_empty, 0.0, greatest)


def _dots(word: Word) -> Points:
    """Points along a word, a letter apart: what must not lie on another word's."""
    n = len(word.text)
    steps = (np.arange(n) - (n - 1) / 2) * word.size * LETTER
    turned = np.array([math.cos(math.radians(word.angle)), math.sin(math.radians(word.angle))])
    dots: Points = np.array([word.x, word.y]) + steps[:, None] * turned
    return dots


def spread_out(xy: Sequence[tuple[float, float]], spacing: float) -> list[tuple[float, float]]:
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
