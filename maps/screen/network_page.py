"""A street network and its doubtful places, as one page without script (faults.md B6–B8).

Isolated parts and one-way traps are numbered, the longest first; places of the user's tables that
lie far from every street are marked by a cross and listed by id.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from data.atomic import write_text
from data.streets import ROAD_CLASSES, StreetNetwork
from data.units import number_text
from maps.common.drawing import Disc, Frame, Line, Picture
from maps.common.html_parts import CHART_WIDTH, Chart, Heading, Part, Table, Text
from maps.common.plain_page import parts_page
from maps.common.texts import texts

HEIGHT = 520.0
MOST_SHOWN = 60
MANY_SEGMENTS = 12_000
_QUIET = frozenset({"footway", "path", "steps", "track", "cycleway", "service"})
_GREY, _RED, _BLUE = "#8f897e", "#a3122d", "#0b4f8a"


@dataclass(frozen=True, slots=True)
class Doubt:
    """One doubtful place of the network: metres, kilometres of street, mode and kind."""

    kind: str
    """``isolated`` or ``trap``."""
    mode: str
    x: float
    y: float
    km: float


@dataclass(frozen=True, slots=True)
class FarPlace:
    """A client or base that lies far from the streets of a mode; protected ones are left out."""

    own_id: str
    mode: str
    x: float
    y: float
    distance_m: float


def write_network_page(
    path: Path,
    network: StreetNetwork,
    *,
    facts: Sequence[tuple[str, str]],
    doubts: Sequence[Doubt],
    far: Sequence[FarPlace] = (),
    date: str,
    language: str = "sv",
) -> None:
    """Write the page.

    Parameters
    ----------
    facts : sequence of (label, value)
        What the network holds, in words.

    Raises
    ------
    StoreError
        Where the file cannot be written.
    """
    words = texts(language)
    shown = sorted(doubts, key=lambda doubt: (-doubt.km, doubt.mode, doubt.kind, doubt.x, doubt.y))[
        :MOST_SHOWN
    ]
    parts: list[Part] = [
        Chart(_picture(network, shown, far), words["network_picture"]),
        Text(words["network_legend"].format(n=len(shown), all=len(doubts))),
        Table((words["network_fact"], words["network_value"]), tuple(facts), (0.4, 0.6), n_text=2),
        Heading(words["network_doubts"]),
        Table(
            tuple(words[f"network_{key}"] for key in ("number", "kind", "mode", "km")),
            tuple(
                (
                    str(number),
                    words[f"network_{doubt.kind}"],
                    words[f"mode_{doubt.mode}"],
                    number_text(doubt.km, 2),
                )
                for number, doubt in enumerate(shown, 1)
            ),
            (0.1, 0.5, 0.2, 0.2),
            n_text=3,
        ),
    ]
    if far:
        parts += [
            Heading(words["network_far"]),
            Table(
                tuple(words[f"network_{key}"] for key in ("place", "mode", "metres")),
                tuple(
                    (place.own_id, words[f"mode_{place.mode}"], f"{place.distance_m:.0f}")
                    for place in far
                ),
                (0.5, 0.25, 0.25),
                n_text=2,
            ),
        ]
    mark = f"{date} · {network.source} · {network.attribution}"
    write_text(
        Path(path), parts_page(parts, words["network_title"], network.source, mark, language)
    )


def _picture(network: StreetNetwork, shown: Sequence[Doubt], far: Sequence[FarPlace]) -> Picture:
    xy = np.column_stack([network.node_x, network.node_y])
    frame = Frame.around(xy, CHART_WIDTH, HEIGHT)
    few = network.n_segments <= MANY_SEGMENTS
    lines = [
        Line(np.round(frame.place(network.shape(s)), 1), _GREY, 0.5)
        for s in range(network.n_segments)
        if few or ROAD_CLASSES[network.road_class[s]] not in _QUIET
    ]
    for place in far:
        if not np.isfinite([place.x, place.y]).all():
            continue
        x, y = frame.place(np.array([place.x, place.y]))
        for dx, dy in ((4.0, 4.0), (4.0, -4.0)):
            lines.append(Line(np.array([[x - dx, y - dy], [x + dx, y + dy]]), _BLUE, 1.4))
    discs = []
    for number, doubt in enumerate(shown, 1):
        x, y = frame.place(np.array([doubt.x, doubt.y]))
        discs.append(Disc(float(x), float(y), 5.5, _RED, str(number)))
    return Picture(CHART_WIDTH, HEIGHT, tuple(lines), (), tuple(discs))
