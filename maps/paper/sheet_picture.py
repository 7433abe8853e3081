"""The small map of a staff sheet: the way on its streets, and numbered stops."""

from __future__ import annotations

import numpy as np

from data.streets import StreetNetwork
from maps.common.drawing import Disc, Frame, Line, Picture, Points, streets
from maps.common.spreading import apart
from maps.paper.sheet_view import Sheet

COLOUR = "#0b5fa5"
RADIUS = 6.5
BETWEEN = 2 * RADIUS + 4.5
"""Between two numbers' middles: a disc with the contact's ring, and a little air."""
ARROW_EVERY = 60.0


def sheet_picture(sheet: Sheet, network: StreetNetwork, width: float, height: float) -> Picture:
    """The round within ``width`` by ``height`` units; empty where no stop has a place."""
    placed = [stop for stop in sheet.stops if np.isfinite([stop.x, stop.y]).all()]
    if not placed:
        return Picture(width, height, (), (), ())
    xy = np.concatenate([np.array([(s.x, s.y) for s in placed]), *(s.path for s in placed)])
    frame = Frame.around(xy, width, height, 2 * RADIUS)
    lines, words = streets(network, frame)
    legs = [frame.place(stop.path) for stop in placed if len(stop.path) > 1]
    lines += [Line(leg, "#ffffff", 3.4) for leg in legs]
    lines += [Line(leg, COLOUR, 1.9) for leg in legs]
    lines += [arrow for leg in legs for arrow in _arrows(leg)]
    visits = [stop for stop in placed if stop.kind == "visit"]
    bases = [frame.place(np.array([s.x, s.y])) for s in placed if s.kind != "visit"]
    homes_xy = [_pair(frame.place(np.array([stop.x, stop.y]))) for stop in visits]
    discs = [Disc(*_pair(base), RADIUS, "#22262b", "⌂") for base in bases[:1]]
    shown = apart(
        homes_xy,
        BETWEEN,
        fixed=[_pair(base) for base in bases[:1]],
        within=(width, height),
    )
    # A thin line from a number that had to stand aside to the door that it is of.
    lines += [
        Line(np.array([home, aside]), "#22262b", 0.7)
        for home, aside in zip(homes_xy, shown, strict=True)
        if np.hypot(*(aside - home)) > RADIUS
    ]
    discs += [
        Disc(
            *_pair(aside),
            RADIUS,
            COLOUR,
            str(stop.number),
            is_hollow=stop.tier not in ("contact", "vice"),
            has_ring=stop.tier == "contact",
        )
        for stop, aside in zip(visits, shown, strict=True)
    ]
    return Picture(width, height, tuple(lines), tuple(words), tuple(discs))


def _pair(place: Points) -> tuple[float, float]:
    return float(place[0]), float(place[1])


def _arrows(leg: Points) -> list[Line]:
    """Small white hooks along the way, pointing where it goes."""
    steps = np.diff(leg, axis=0)
    longs = np.hypot(steps[:, 0], steps[:, 1])
    ends = np.cumsum(longs)
    made = []
    for due in np.arange(ARROW_EVERY / 2, ends[-1], ARROW_EVERY):
        i = int(np.searchsorted(ends, due))
        if longs[i] == 0:
            continue
        along = steps[i] / longs[i]
        tip = leg[i] + along * (due - (ends[i] - longs[i]))
        side = np.array([-along[1], along[0]])
        hook = np.array([tip - 2 * along + 1.5 * side, tip, tip - 2 * along - 1.5 * side])
        made.append(Line(hook, "#ffffff", 0.8))
    return made
