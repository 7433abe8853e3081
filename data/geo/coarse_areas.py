"""Areas of teams that may be shown to anybody: cells of a fixed grid, not borders around clients.

A border midway between two clients moves with either of them, and two maps one client apart show
where that client lives (faults.md G7). Here the town is cut into the squares of a fixed grid,
wherever there are streets. A square is the team's that most of its clients belong to; where it has
few clients, or two teams are about as many, the larger square around it decides. So of fifty
clients about one changes anything by coming or going (measured on the demo town), and what changes
then is a square of many.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from data.geo.territories import clients_to_show, surroundings
from data.model import Municipality
from data.streets import StreetNetwork

SIDES_M: Final = tuple(500.0 * 2**k for k in range(9))
"""Sides of squares; each of a size is cut into four of the size before."""
VOTERS_LEAST: Final = 5
LEAD_LEAST: Final = 3
"""A square with fewer clients, or a lesser lead, is decided by the larger one around it."""

_Square = tuple[int, int, int]
"""Level, column, row."""


def coarse_areas(
    municipality: Municipality,
    team_of: Mapping[str, str],
    network: StreetNetwork,
    near: Any = None,
    n_least: int = 1,
) -> dict[str, Any]:
    """Areas of teams by id, shapely polygons that do not overlap.

    Parameters
    ----------
    team_of : mapping of client_id to team_id
    near : shapely geometry, optional
        `surroundings` of the network, where they are made already.
    n_least : int
        Teams with fewer clients that may be seen get no area, and their squares go to others.
    """
    import shapely

    seen = [
        (client.x, client.y, team_of[client.client_id])
        for client in clients_to_show(municipality, team_of, n_least)
    ]
    if not seen or not network.n_segments:
        return {}
    streets = surroundings(network) if near is None else near
    votes, side_m = _votes(seen), SIDES_M[0]
    places = [(int(column), int(row)) for column, row in _squares_on(network, side_m)]
    owner = {place: _winner(votes, *place) for place in places}
    for team in sorted({place[2] for place in seen} - set(owner.values())):
        owner[_stronghold(votes, places, team)] = team
    squares: dict[str, list[Any]] = defaultdict(list)
    for (column, row), team in owner.items():
        squares[team].append(
            shapely.box(column * side_m, row * side_m, (column + 1) * side_m, (row + 1) * side_m)
        )
    shapely.prepare(streets)
    areas = {
        team: shapely.intersection(shapely.union_all(boxes), streets)
        for team, boxes in sorted(squares.items())
    }
    return {team: area for team, area in areas.items() if not area.is_empty}


def _votes(seen: list[tuple[float, float, str]]) -> dict[_Square, Counter[str]]:
    votes: dict[_Square, Counter[str]] = defaultdict(Counter)
    for level, side_m in enumerate(SIDES_M):
        for x, y, team in seen:
            votes[level, math.floor(x / side_m), math.floor(y / side_m)][team] += 1
    return votes


def _squares_on(network: StreetNetwork, side_m: float) -> NDArray[np.int64]:
    """Every square that a street's reach may lie in."""
    cells = np.floor(network.shape_xy / side_m).astype(np.int64)
    around = np.array([(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)])
    return np.unique((cells[:, None, :] + around[None]).reshape(-1, 2), axis=0)


def _stronghold(
    votes: Mapping[_Square, Counter[str]], places: list[tuple[int, int]], team: str
) -> tuple[int, int]:
    """The square that most clients are in of a team that leads in none."""
    return min(places, key=lambda place: (-votes.get((0, *place), Counter())[team], place))


def _winner(votes: Mapping[_Square, Counter[str]], column: int, row: int) -> str:
    """The team of most clients in the smallest square around that settles it."""
    best: Counter[str] | None = None
    for level in range(len(SIDES_M)):
        best = votes.get((level, column, row), best)
        if best is not None:
            first, second, *_ = *sorted(best.values(), reverse=True), 0
            if best.total() >= VOTERS_LEAST and first - second >= LEAD_LEAST:
                break
        column, row = column // 2, row // 2
    if best is None:  # further from everybody than the largest square
        best = Counter(team for square in votes.values() for team in square)
    leading = best
    return min(leading, key=lambda team: (-leading[team], team))
