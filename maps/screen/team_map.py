"""The team map: territories along streets, clients by team, bases, loads, a card for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.geo.territories import surroundings
from data.model import Municipality
from data.plans import TeamPlan
from data.streets import StreetNetwork
from maps.common.audiences import Profile, profile_of
from maps.common.lonlat import WebGrid
from maps.common.texts import texts
from maps.screen.map_page import hidden_note, stamp, write_map
from maps.screen.team_payload import before_payload, others_payload, payload, previous_teams
from maps.screen.team_view import ManagerTeams, TeamsView, services_view, teams_view
from maps.screen.territory_shapes import Rings, along_streets


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
    other_areas: Mapping[str, Mapping[str, str]] | None = None,
    language: str = "sv",
) -> None:
    """Write the team map as one HTML file that asks for nothing.

    Parameters
    ----------
    path : Path
        Replaced whole or not at all.
    network : StreetNetwork
        Basemap; its CRS is the municipality's.
    profile : str or Profile
        ``manager``, ``anonymous`` or ``council``.
    plan_id, date : str
        Stand on the file.
    team_table : iterable
        Rows of ``teams.csv``: mappings, dataclasses or named tuples.
    other_areas : mapping of service to mapping of client_id to area, optional
        Areas of other services, to be laid over the teams one service at a time (FA-06).
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
    near = surroundings(network)
    rings = along_streets(municipality, team_plan.team_of_client, network, near, profile=chosen)
    grid = WebGrid.around(_extent(network), network.epsg)
    words = texts(language)
    title = words["team_map"]
    data = payload(view, rings, grid)
    if isinstance(view, ManagerTeams) and (before := previous_teams(view)):
        data["before"] = before_payload(
            view, along_streets(municipality, before, network, near, profile=chosen), grid
        )
    if other_areas:
        services = services_view(municipality, team_plan, other_areas, chosen)
        outlines = {
            service: along_streets(municipality, area_of, network, near, profile=chosen)
            for service, area_of in other_areas.items()
        }
        data["others"] = others_payload(services, view, outlines, grid)
    write_map(
        Path(path),
        layer="teamMap",
        data=data,
        page_payload={
            "title": f"{title} {municipality.name}",
            "heading": title,
            "place": municipality.name,
            "stamp": stamp(chosen, plan_id, date, language),
            "hidden": _hidden(view, language),
        },
        body="team.html",
        scripts=("faint_land.js", "team_layers.js", "team_panel.js", "team.js"),
        styles=("team.css",),
        network=network,
        grid=grid,
        view_xy=_first_view(view, rings),
        title=title,
        language=language,
    )


def _hidden(view: TeamsView, language: str) -> str:
    """What the map does not show, at its foot."""
    if not isinstance(view, ManagerTeams):
        return texts(language)["rounded_note"]
    return hidden_note(
        language,
        hidden_clients=view.n_protected,
        unplaced_clients=view.n_unplaced,
        aside_clients=len(view.aside),
    )


def _extent(network: StreetNetwork) -> NDArray[np.float64]:
    west, south, east, north = network.bounds
    return np.array([[west, south], [east, north]])


def _first_view(view: TeamsView, rings: Mapping[str, Rings]) -> NDArray[np.float64]:
    if isinstance(view, ManagerTeams) and view.clients:
        return np.array([(client.x, client.y) for client in view.clients], dtype=np.float64)
    outlines = [ring for team_rings in rings.values() for ring in team_rings]
    return np.concatenate(outlines) if outlines else np.zeros((0, 2))
