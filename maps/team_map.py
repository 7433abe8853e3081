"""The team map: territories along streets, clients by team, bases, loads, a card for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.model import Municipality
from data.plans import TeamPlan
from data.streets import StreetNetwork
from maps.coding import encode, encode_deltas
from maps.colours import COLOURS, N_PATTERNS, colour_indices
from maps.geo import WebGrid
from maps.map_page import box_of, hidden_note, stamp, write_map
from maps.profiles import Manager, Profile, profile_of
from maps.team_view import (
    AnonymousTeams,
    ManagerTeams,
    TeamCard,
    TeamsView,
    rounded,
    teams_view,
)
from maps.territories import Rings
from maps.territories import territories as street_territories
from maps.texts import texts

LABEL_MAX = 4
"""Ids up to this long stand on the map; longer ones are shown by their number in the list."""


def write_team_map(
    path: Path,
    *,
    municipality: Municipality,
    team_plan: TeamPlan,
    network: StreetNetwork,
    profile: str | Profile,
    plan_id: str,
    date: str,
    team_table: Iterable[Any] = (),
    territories: Mapping[str, Sequence[NDArray[np.float64]]] | None = None,
    language: str = "sv",
) -> None:
    """Write the team map as one HTML file that asks for nothing.

    Parameters
    ----------
    path : Path
        Replaced whole or not at all.
    network : StreetNetwork
        Base map; its CRS is the municipality's.
    profile : str or Profile
        ``manager``, ``anonymous`` or ``council``.
    plan_id, date : str
        Stand on the file.
    team_table : iterable
        Rows of ``teams.csv``: mappings, dataclasses or named tuples.
    territories : mapping of str to sequence of ndarray, float64, shape (n, 2), optional
        Closed rings by team id, metres; made along the streets where not given.
    language : {"sv", "en"}

    Raises
    ------
    SettingsError
        Where profile or language does not exist, or the profile has no team map.
    StoreError
        Where the file cannot be written.
    """
    chosen = profile_of(profile)
    view = teams_view(municipality, team_plan, team_table, chosen)
    rings = _territories(municipality, team_plan, network, territories)
    if not isinstance(chosen, Manager):
        rings = {team: [rounded(ring) for ring in found] for team, found in rings.items()}
    grid = WebGrid.around(_extent(network), network.epsg)
    words = texts(language)
    n_protected = view.n_protected if isinstance(view, ManagerTeams) else 0
    n_unplaced = view.n_unplaced if isinstance(view, ManagerTeams) else 0
    title = words["team_map"]
    write_map(
        Path(path),
        layer="teamMap",
        data=payload(view, rings, grid),
        page_block={
            "title": f"{title} {municipality.name}",
            "heading": title,
            "place": municipality.name,
            "stamp": stamp(chosen, plan_id, date, language),
            "hidden": hidden_note(
                language, hidden_clients=n_protected, unplaced_clients=n_unplaced
            ),
        },
        body="team.html",
        scripts=("team_panel.js", "team.js"),
        styles=(),
        network=network,
        grid=grid,
        view_xy=_first_view(view, rings),
        title=title,
        language=language,
    )


def _extent(network: StreetNetwork) -> NDArray[np.float64]:
    west, south, east, north = network.bounds
    return np.array([[west, south], [east, north]])


def _territories(
    municipality: Municipality,
    plan: TeamPlan,
    network: StreetNetwork,
    given: Mapping[str, Sequence[NDArray[np.float64]]] | None,
) -> dict[str, Rings]:
    if given is not None:
        return {
            team: [np.asarray(ring, dtype=np.float64) for ring in r] for team, r in given.items()
        }
    order = {team.team_id: i for i, team in enumerate(plan.teams)}
    seen = [
        client
        for client in municipality.clients
        if not client.protected
        and client.client_id in plan.team_of_client
        and np.isfinite([client.x, client.y]).all()
    ]
    xy = np.array([(client.x, client.y) for client in seen], dtype=np.float64).reshape(-1, 2)
    teams = np.array(
        [order[plan.team_of_client[client.client_id]] for client in seen], dtype=np.int64
    )
    ids = list(order)
    return {ids[i]: found for i, found in street_territories(network, xy, teams).items()}


def _first_view(view: TeamsView, rings: Mapping[str, Rings]) -> NDArray[np.float64]:
    if isinstance(view, ManagerTeams) and view.clients:
        return np.array([(client.x, client.y) for client in view.clients], dtype=np.float64)
    found = [ring for team_rings in rings.values() for ring in team_rings]
    return np.concatenate(found) if found else np.zeros((0, 2))


def label_of(own_id: str, number: int) -> str:
    """What stands on the map: a short id as it is, else the number in the list."""
    return own_id if 0 < len(own_id) <= LABEL_MAX else str(number)


def payload(view: TeamsView, rings: Mapping[str, Rings], grid: WebGrid) -> dict[str, Any]:
    """The block that ``team.js`` reads."""
    index = {card.team_id: i for i, card in enumerate(view.teams)}
    colours = colour_indices(list(index), _neighbours(rings))
    made: dict[str, Any] = {
        "colours": list(COLOURS),
        "teams": [
            _team(card, i, colours, rings.get(card.team_id, []), grid)
            for i, card in enumerate(view.teams)
        ],
        "territories": [
            {"team": index[team], **_lines(found, grid)} for team, found in rings.items() if found
        ],
        "bases": [
            dict(zip(("x", "y"), _unit(grid, base.x, base.y), strict=True), id=base.place_id)
            for base in view.bases
        ],
    }
    if isinstance(view, ManagerTeams):
        made["clients"] = _clients(view, index, grid)
    if isinstance(view, AnonymousTeams):
        made["cells"] = [
            [*_unit(grid, cell.x, cell.y), cell.n_clients_about, index[cell.team_id]]
            for cell in view.cells
        ]
        made["not_in_cells"] = view.n_not_in_cells
    return made


def _unit(grid: WebGrid, x: float, y: float) -> list[int]:
    return [int(v) for v in grid.units(np.array([[x, y]]))[0]]


def _lines(lines: Sequence[NDArray[np.float64]], grid: WebGrid) -> dict[str, str]:
    counts = np.array([len(line) for line in lines], dtype=np.int64)
    return {"n": encode(counts), "p": encode_deltas(grid.units(np.concatenate(lines)))}


def _team(
    card: TeamCard, i: int, colours: Mapping[str, int], rings: Rings, grid: WebGrid
) -> dict[str, Any]:
    at = _middle(rings)
    return {
        "id": card.team_id,
        "label": label_of(card.team_id, i + 1),
        "area": card.area_id,
        "n": card.n_clients,
        "measures": dict(card.measures),
        "staff": [[one.staff_id, one.n_clients, one.twin_id] for one in card.staff],
        "without": card.n_without_contact or 0,
        "colour": colours[card.team_id],
        "shape": i % N_PATTERNS,
        "at": _unit(grid, *at) if at is not None else None,
        "box": box_of(grid, np.concatenate(rings)) if rings else None,
    }


def _middle(rings: Rings) -> tuple[float, float] | None:
    """A point well inside the largest ring."""
    import shapely

    if not rings:
        return None
    largest = max((shapely.Polygon(ring) for ring in rings), key=lambda area: float(area.area))
    point = shapely.get_coordinates(shapely.point_on_surface(largest))[0]
    return float(point[0]), float(point[1])


def _neighbours(rings: Mapping[str, Rings]) -> dict[str, set[str]]:
    """Teams whose areas come within a street's width of each other."""
    import shapely

    ids = [team for team, found in rings.items() if found]
    shapes = [shapely.MultiLineString(rings[team]) for team in ids]
    tree = shapely.STRtree(shapes)
    found: dict[str, set[str]] = {team: set() for team in ids}
    first, second = tree.query(shapes, predicate="dwithin", distance=60.0)
    for a, b in zip(first, second, strict=True):
        if a != b:
            found[ids[a]].add(ids[b])
    return found


def _clients(view: ManagerTeams, index: Mapping[str, int], grid: WebGrid) -> dict[str, Any]:
    ordered = sorted(view.clients, key=lambda one: (index[one.team_id], one.client_id))
    xy = np.array([(one.x, one.y) for one in ordered], dtype=np.float64).reshape(-1, 2)
    return {
        "p": encode_deltas(grid.units(xy)) if ordered else "",
        "id": [one.client_id for one in ordered],
        "team": [index[one.team_id] for one in ordered],
        "contact": [one.contact_id for one in ordered],
        "vice": [one.vice_id for one in ordered],
        "previous": [one.previous_team_id for one in ordered],
        "minutes": [one.visit_min_week for one in ordered],
    }
