"""The payload of data of a team map: what ``team.js`` and ``team_panel.js`` read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict

import numpy as np
from numpy.typing import NDArray

from maps.common.colours import COLOURS, N_PATTERNS, colour_indices
from maps.common.lonlat import WebGrid
from maps.common.polyline_encoding import encode, encode_deltas
from maps.screen.map_page import box_of
from maps.screen.team_changes import movers, same_team
from maps.screen.team_view import (
    AnonymousTeams,
    ClientDot,
    ManagerTeams,
    ServiceView,
    TeamCard,
    TeamsView,
)
from maps.screen.territory_shapes import Rings

DISC_MAX = 4
LABEL_MAX = 12
"""Names up to this long stand on the map; longer ones end in an ellipsis."""


class OutlinePayload(TypedDict):
    """A team's outlines: how many points each has, and their differences, encoded."""

    team: int
    n: str
    p: str


class TeamPayload(TypedDict):
    """One team of the list and the map."""

    id: str
    label: str
    area: str
    n: int | None
    measures: dict[str, object]
    staff: list[list[object]]
    without: int
    colour: int
    shape: int
    at: list[int] | None
    box: list[int] | None


class PlacePayload(TypedDict):
    """Premises."""

    id: str
    x: int
    y: int


class ClientsPayload(TypedDict):
    """Clients by column; those of numbers are encoded."""

    p: str
    id: list[str]
    team: str
    staff: list[str]
    contact: str
    vice: str
    evening_vice: str
    minutes: str


class BeforeTeamPayload(TypedDict):
    """One team of the division of before; ``now`` is its place in today's list, or -1."""

    id: str
    label: str
    colour: int
    shape: int
    now: int
    at: list[int] | None


class BeforePayload(TypedDict):
    """The division of before."""

    teams: list[BeforeTeamPayload]
    territories: list[OutlinePayload]
    team: str
    moved: str


class ServicePayload(TypedDict):
    """Another service's areas, and how many of each team's clients are in which."""

    service: str
    areas: list[str]
    at: list[list[int] | None]
    territories: list[OutlinePayload]
    fit: list[list[list[int]]]


class TeamsPayload(TypedDict):
    """All that ``team.js`` reads; clients for managers, cells where they are not to be seen."""

    colours: list[str]
    teams: list[TeamPayload]
    territories: list[OutlinePayload]
    bases: list[PlacePayload]
    clients: NotRequired[ClientsPayload]
    cells: NotRequired[list[list[int]]]
    not_in_cells: NotRequired[int | None]
    before: NotRequired[BeforePayload]
    aside: NotRequired[list[PlacePayload]]
    others: NotRequired[list[ServicePayload]]


def label_of(own_id: str, number: int) -> str:
    """What stands in a small disc on paper: a short id as it is, else the number in the list."""
    return own_id if 0 < len(own_id) <= DISC_MAX else str(number)


def labels_of(ids: Sequence[str]) -> dict[str, str]:
    """What stands on the map for each team: its name, shortened where it is long.

    What all names begin with tells nobody apart, and goes first; then the end, for an ellipsis.
    """
    long = sorted(name for name in ids if len(name) > LABEL_MAX)
    first, last = (long[0], long[-1]) if len(long) > 1 else ("", "")
    alike = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), 0)
    skip = first[:alike].rfind(" ") + 1
    labels = {}
    for name in ids:
        short = name[skip:].strip() or name if len(name) > LABEL_MAX else name
        labels[name] = short if len(short) <= LABEL_MAX else f"{short[: LABEL_MAX - 1].rstrip()}…"
    return labels


def payload(view: TeamsView, rings: Mapping[str, Rings], grid: WebGrid) -> TeamsPayload:
    """The payload that ``team.js`` reads."""
    index = {card.team_id: i for i, card in enumerate(view.teams)}
    colours = team_colours(list(index), rings)
    labels = labels_of(list(index))
    made: TeamsPayload = {
        "colours": list(COLOURS),
        "teams": [
            {
                **_team(card, i, colours, rings.get(card.team_id, []), grid),
                "label": labels[card.team_id],
            }
            for i, card in enumerate(view.teams)
        ],
        "territories": [
            _outline(index[team], outlines, grid) for team, outlines in rings.items() if outlines
        ],
        "bases": [_place(base.place_id, *_unit(grid, base.x, base.y)) for base in view.bases],
    }
    if isinstance(view, ManagerTeams):
        made["clients"] = _clients(view, index, grid)
        if view.aside:
            made["aside"] = [
                _place(place.place_id, *_unit(grid, place.x, place.y)) for place in view.aside
            ]
    if isinstance(view, AnonymousTeams):
        made["cells"] = [
            [*_unit(grid, cell.x, cell.y), cell.n_clients_about, index[cell.team_id]]
            for cell in view.cells
        ]
        made["not_in_cells"] = view.n_not_in_cells
    return made


def _unit(grid: WebGrid, x: float, y: float) -> list[int]:
    return [int(v) for v in grid.units(np.array([[x, y]]))[0]]


def _place(place_id: str, x: int, y: int) -> PlacePayload:
    return {"x": x, "y": y, "id": place_id}


def _outline(team: int, lines: Sequence[NDArray[np.float64]], grid: WebGrid) -> OutlinePayload:
    counts = np.array([len(line) for line in lines], dtype=np.int64)
    points = encode_deltas(grid.units(np.concatenate(lines)))
    return {"team": team, "n": encode(counts), "p": points}


def _team(
    card: TeamCard, i: int, colours: Mapping[str, int], rings: Rings, grid: WebGrid
) -> TeamPayload:
    place = middle(rings)
    return {
        "id": card.team_id,
        "label": card.team_id,
        "area": card.area_id,
        "n": card.n_clients,
        "measures": dict(card.measures),
        "staff": [[carer.staff_id, carer.n_clients, carer.twin_id] for carer in card.staff],
        "without": card.n_without_contact or 0,
        "colour": colours[card.team_id],
        "shape": i % N_PATTERNS,
        "at": _unit(grid, *place) if place is not None else None,
        "box": box_of(grid, np.concatenate(rings)) if rings else None,
    }


def middle(rings: Rings) -> tuple[float, float] | None:
    """A point well inside the largest ring."""
    import shapely

    if not rings:
        return None
    largest = max((shapely.Polygon(ring) for ring in rings), key=lambda area: float(area.area))
    point = shapely.get_coordinates(shapely.point_on_surface(largest))[0]
    return float(point[0]), float(point[1])


def team_colours(team_ids: Sequence[str], rings: Mapping[str, Rings]) -> dict[str, int]:
    """A colour for each team that its neighbours have not."""
    return colour_indices(team_ids, _neighbours(rings))


def _neighbours(rings: Mapping[str, Rings]) -> dict[str, set[str]]:
    """Teams whose areas come within a street's width of each other."""
    import shapely

    ids = [team for team, parts in rings.items() if parts]
    neighbours: dict[str, set[str]] = {team: set() for team in ids}
    if not ids:
        return neighbours
    shapes = [shapely.MultiLineString(rings[team]) for team in ids]
    tree = shapely.STRtree(shapes)
    first, second = tree.query(shapes, predicate="dwithin", distance=60.0)
    for a, b in zip(first, second, strict=True):
        if a != b:
            neighbours[ids[a]].add(ids[b])
    return neighbours


def _ordered(view: ManagerTeams, index: Mapping[str, int]) -> list[ClientDot]:
    """Clients by team and id, the order in which the page numbers them."""
    return sorted(view.clients, key=lambda client: (index[client.team_id], client.client_id))


def _clients(view: ManagerTeams, index: Mapping[str, int], grid: WebGrid) -> ClientsPayload:
    ordered = _ordered(view, index)
    xy = np.array([(dot.x, dot.y) for dot in ordered], dtype=np.float64).reshape(-1, 2)
    teams = np.array([index[dot.team_id] for dot in ordered], dtype=np.int64)
    staff = sorted({who for dot in ordered for who in _people(dot) if who})
    number = {who: i for i, who in enumerate(staff)}
    return {
        "p": encode_deltas(grid.units(xy)) if ordered else "",
        "id": [dot.client_id for dot in ordered],
        "team": encode(np.bincount(teams, minlength=len(index))),
        "staff": staff,
        "contact": encode(np.array([number.get(dot.contact_id, -1) for dot in ordered], np.int64)),
        "vice": encode(np.array([number.get(dot.vice_id, -1) for dot in ordered], np.int64)),
        "evening_vice": encode(
            np.array([number.get(dot.evening_vice_id, -1) for dot in ordered], np.int64)
        ),
        "minutes": encode(np.array([dot.care_min_week for dot in ordered], np.int64)),
    }


def _people(dot: ClientDot) -> tuple[str, str, str]:
    return dot.contact_id, dot.vice_id, dot.evening_vice_id


def previous_teams(view: ManagerTeams) -> dict[str, str]:
    """Team of before by client, for those who had one."""
    return {
        client.client_id: client.previous_team_id
        for client in view.clients
        if client.previous_team_id
    }


def before_payload(view: ManagerTeams, rings: Mapping[str, Rings], grid: WebGrid) -> BeforePayload:
    """The division of before beside that of now; ``rings`` are its territories."""
    before = previous_teams(view)
    now = {client.client_id: client.team_id for client in view.clients}
    teams = sorted(set(before.values()))
    pairs = same_team(before, now)
    index = {card.team_id: i for i, card in enumerate(view.teams)}
    number = {team: i for i, team in enumerate(teams)}
    colours = team_colours(teams, rings)
    moved = set(movers(before, now))
    labels = labels_of(teams)
    ordered = _ordered(view, index)
    return {
        "teams": [
            {
                "id": team,
                "label": labels[team],
                "colour": colours[team],
                "shape": (i + 3) % N_PATTERNS,
                "now": index.get(pairs.get(team, ""), -1),
                "at": _unit(grid, *place) if (place := middle(rings.get(team, []))) else None,
            }
            for i, team in enumerate(teams)
        ],
        "territories": [
            _outline(teams.index(team), outlines, grid) for team, outlines in rings.items()
        ],
        "team": encode(np.array([number.get(c.previous_team_id, -1) for c in ordered], np.int64)),
        "moved": encode(np.array([dot.client_id in moved for dot in ordered], np.int64)),
    }


def others_payload(
    services: Sequence[ServiceView],
    view: TeamsView,
    outlines: Mapping[str, Mapping[str, Rings]],
    grid: WebGrid,
) -> list[ServicePayload]:
    """What ``team_layers.js`` and ``team_panel.js`` read of other services, one a payload."""
    payloads: list[ServicePayload] = []
    for service in services:
        rings = outlines[service.service]
        known = {area for counts in service.n_by_team.values() for area in counts}
        areas = sorted(known | {area for area, parts in rings.items() if parts})
        number = {area: i for i, area in enumerate(areas)}
        middles = [middle(rings.get(area, [])) for area in areas]
        payloads.append(
            {
                "service": service.service,
                "areas": areas,
                "at": [_unit(grid, *place) if place is not None else None for place in middles],
                "territories": [
                    _outline(number[area], parts, grid) for area, parts in rings.items() if parts
                ],
                "fit": [
                    [[number[area], n] for area, n in service.n_by_team[card.team_id].items()]
                    for card in view.teams
                ],
            }
        )
    return payloads
