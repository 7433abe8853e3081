"""Who moves from where to where, on a still map: an arrow from the old team's middle to the new's.

Each mover is a disc where the client lives, in the colour of the team that receives, with the
number of the row in the table of moves. Protected clients must be left out before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.streets import StreetNetwork
from maps.common.colours import COLOURS
from maps.common.drawing import Disc, Frame, Line, Picture, Points, Word, spread_out, streets
from maps.reports.team_picture import washed
from maps.screen.team_payload import label_of, middle, team_colours
from maps.screen.territory_shapes import Rings

N_NUMBERED = 60
"""With more movers than this the numbers would hide the map: plain dots are drawn."""

DISC, DOT = 6.0, 3.0
GREY = "#5c6168"


@dataclass(frozen=True, slots=True)
class Mover:
    """A client who changes team, where she lives."""

    x: float
    y: float
    from_team_id: str
    to_team_id: str


def move_picture(
    movers: Sequence[Mover],
    team_ids: Sequence[str],
    rings: Mapping[str, Rings],
    network: StreetNetwork,
    width: float,
    height: float,
) -> Picture | None:
    """The picture, or None where nobody moves or there are no areas to draw.

    Parameters
    ----------
    rings : mapping of team_id to rings
        The areas of today's teams: what the arrows lead away from.
    """
    outlines = [ring for team_rings in rings.values() for ring in team_rings]
    if not outlines or not movers:
        return None
    frame = Frame.around(np.concatenate(outlines), width, height)
    streets_drawn, _ = streets(network, frame)
    colour = {team: COLOURS[q] for team, q in team_colours(list(team_ids), rings).items()}
    fills, edges, words = [], [], []
    middles: dict[str, Points] = {}
    for number, team_id in enumerate(team_ids, 1):
        ink = colour.get(team_id, GREY)
        for ring in rings.get(team_id, []):
            fills.append(Line(frame.place(ring), "", 0.0, fill=washed(ink)))
            edges.append(Line(frame.place(ring), ink, 0.9))
        if (place := middle(rings.get(team_id, []))) is not None:
            middles[team_id] = frame.place(np.array(place))
            x, y = middles[team_id]
            words.append(Word(float(x), float(y), 0, 8.5, label_of(team_id, number)))
    arrows, discs = _moves(movers, frame, middles, colour)
    ground = [line for line in streets_drawn if line.fill or line.width == 1.2]
    roads = [replace(line, width=0.5) for line in streets_drawn if line.colour == "#b5aea2"]
    return Picture(width, height, (*ground, *fills, *roads, *edges, *arrows), tuple(words), discs)


def _moves(
    movers: Sequence[Mover], frame: Frame, middles: Mapping[str, Points], colour: Mapping[str, str]
) -> tuple[list[Line], tuple[Disc, ...]]:
    is_numbered = len(movers) <= N_NUMBERED
    radius = DISC if is_numbered else DOT
    places = frame.place(np.array([(mover.x, mover.y) for mover in movers]))
    spread = spread_out([(float(x), float(y)) for x, y in places], 2 * radius)
    arrows: list[Line] = []
    discs = []
    for number, (mover, (x, y)) in enumerate(zip(movers, spread, strict=True), 1):
        here = np.array([x, y])
        ink = colour.get(mover.to_team_id, GREY)
        if is_numbered and mover.from_team_id in middles:
            from_old = np.array([middles[mover.from_team_id], here])
            arrows.append(Line(from_old, GREY, 0.7, (2.0, 2.0)))
        if mover.to_team_id in middles:
            arrows += _arrow(here, middles[mover.to_team_id], ink, 1.4 if is_numbered else 0.8)
        discs.append(Disc(x, y, radius, ink, str(number) if is_numbered else ""))
    return arrows, tuple(discs)


def _arrow(here: Points, there: Points, ink: str, width: float) -> list[Line]:
    """A line that ends in a head a little before the middle's label."""
    step = there - here
    length = float(np.hypot(*step))
    if length < 16.0:
        return [Line(np.array([here, there]), ink, width)]
    along = step / length
    across = np.array([-along[1], along[0]])
    tip = there - 8.0 * along
    back = tip - 6.0 * along
    head = np.array([tip, back + 2.6 * across, back - 2.6 * across])
    return [Line(np.array([here, back]), ink, width), Line(head, "", 0.0, fill=ink)]
