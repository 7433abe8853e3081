"""The teams on a small still map, for reports: areas, labels, streets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from data.streets import StreetNetwork
from maps.common.colours import COLOURS
from maps.common.drawing import Disc, Frame, Line, Picture, streets
from maps.screen.team_payload import label_of, middle, team_colours
from maps.screen.territory_shapes import Rings

RADIUS = 8.5
WASH = 0.32
"""How much of the team's colour is in its area; the rest is paper."""


def team_picture(
    team_ids: list[str],
    rings: Mapping[str, Rings],
    network: StreetNetwork,
    width: float,
    height: float,
) -> Picture | None:
    """The picture, or None where there are no areas to draw."""
    outlines = [ring for team_rings in rings.values() for ring in team_rings]
    if not outlines:
        return None
    frame = Frame.around(np.concatenate(outlines), width, height)
    lines, _ = streets(network, frame)
    colours = team_colours(team_ids, rings)
    areas: list[Line] = []
    discs: list[Disc] = []
    for number, team_id in enumerate(team_ids, 1):
        colour = COLOURS[colours[team_id]]
        for ring in rings.get(team_id, []):
            areas.append(Line(frame.place(ring), colour, 1.4))
            areas.insert(0, Line(frame.place(ring), "", 0.0, fill=washed(colour)))
        if (place := middle(rings.get(team_id, []))) is not None:
            x, y = frame.place(np.array(place))
            discs.append(Disc(float(x), float(y), RADIUS, colour, label_of(team_id, number)))
    fills = [line for line in areas if line.fill]
    edges = [line for line in areas if not line.fill]
    streets_drawn = [replace(line, width=0.5) for line in lines if line.colour == "#b5aea2"]
    ground = [line for line in lines if line.fill or line.width == 1.2]
    return Picture(width, height, (*ground, *fills, *streets_drawn, *edges), (), _apart(discs))


def _apart(discs: list[Disc]) -> tuple[Disc, ...]:
    """Discs pushed off each other, a little at a time, so that every label can be read."""
    discs_xy = np.array([(disc.x, disc.y) for disc in discs]).reshape(-1, 2)
    least = 2 * RADIUS + 2
    for _ in range(60):
        away = discs_xy[:, None] - discs_xy[None]
        far = np.hypot(away[..., 0], away[..., 1]) + least * np.eye(len(discs_xy))
        push = np.clip(least - far, 0, None)[..., None] * away / np.maximum(far, 0.1)[..., None]
        discs_xy = discs_xy + 0.3 * push.sum(axis=1)
    return tuple(
        replace(disc, x=float(x), y=float(y)) for disc, (x, y) in zip(discs, discs_xy, strict=True)
    )


def washed(colour: str) -> str:
    """The colour as it looks thinly laid on paper."""
    parts = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - part) * WASH):02x}" for part in parts)
