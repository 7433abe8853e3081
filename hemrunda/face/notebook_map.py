"""A plan as a folium map for notebooks: our layers, in the colours of the team map."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from data.care.hidden import shown_rounds
from data.errors import SettingsError
from data.geo.territories import team_areas
from data.model import Client
from hemrunda.calls.arguments import Arguments
from maps.common.colours import COLOURS
from maps.common.safe_page import rendered, write_page
from maps.screen.folium_elements import (
    ClientDots,
    FoliumMap,
    OfflineFoliumMap,
    RoundLines,
    Shapes,
    StreetLines,
    TeamAreas,
    degrees,
    offline_page,
)
from maps.screen.team_payload import team_colours
from maps.screen.territory_shapes import rings_of

if TYPE_CHECKING:
    from hemrunda.workfolder.plan_context import PlanContext

SHOWN_CLASSES = 12
"""Road classes from motorway to cycleway; footways and paths are left out, as on small maps."""


def asked(
    plan: PlanContext, date: dt.date | str | None, team: str | None
) -> tuple[dt.date | None, str | None]:
    """The date and the team that are to be shown, which the plan must have.

    Raises
    ------
    SettingsError
        Where it does not.
    """
    given = Arguments()
    day = given.date_or_none("date", date)
    given.close()
    if day is not None and day not in plan.round_plan.dates:
        raise SettingsError("Planen har inga rundor det datumet.")
    if team is not None and team not in plan.team_plan.team_by_id:
        raise SettingsError("Arbetslaget finns inte i planen.")
    return day, team


def plan_map(plan: PlanContext, day: dt.date | None, team: str | None) -> OfflineFoliumMap:
    """The layers on a map of their own."""
    xy = np.array([(client.x, client.y) for client in _shown(plan, team)]).reshape(-1, 2)
    title = f"Arbetslag {plan.municipality.name}"
    made = OfflineFoliumMap(_bounds(xy, plan), title=title, attribution=plan.network.attribution)
    for layer in plan_layers(plan, day, team).values():
        layer.add_to(made)
    return made.with_layer_control()


def plan_layers(plan: PlanContext, day: dt.date | None, team: str | None) -> dict[str, Shapes]:
    """Streets, territories and clients, and the rounds of ``day``; only ``team``'s where named."""
    town, teams = plan.municipality, plan.team_plan
    shown = _shown(plan, team)
    xy = np.array([(client.x, client.y) for client in shown]).reshape(-1, 2)
    areas = team_areas(town, teams.team_of_client, plan.network)
    rings = {name: rings_of(area) for name, area in areas.items()}
    colour = {name: COLOURS[i] for name, i in team_colours(sorted(rings), rings).items()}
    layers: dict[str, Shapes] = {"streets": _streets(plan)}
    layers["areas"] = TeamAreas(
        [
            {"at": _polygons(area, town.epsg), "text": name,
             "style": {"color": colour[name], "fillColor": colour[name]}}
            for name, area in areas.items()
        ],
        {"weight": 2, "fillOpacity": 0.15},
        name="Områden",
    )  # fmt: skip
    layers["clients"] = ClientDots(
        [
            {"at": lat_lon,
             "text": f"{client.client_id} · {teams.team_of_client[client.client_id]}",
             "style": {"fillColor": colour.get(teams.team_of_client[client.client_id], "#555")}}
            for client, lat_lon in zip(shown, degrees(xy, town.epsg), strict=True)
        ],
        {"radius": 5, "weight": 1, "color": "#222", "fillOpacity": 0.9},
        name="Brukare",
    )  # fmt: skip
    if day is not None:
        layers["rounds"] = _rounds(plan, day, team)
    return layers


def save_map(
    folium_map: FoliumMap, path: str | Path, *, title: str = "Karta", attribution: str = ""
) -> None:
    """Write any folium map as one HTML file that opens with no network and asks for nothing.

    Left out are tiles, and what needs scripts from elsewhere: plugins, popups, colour bars and
    coloured icons. Our layers, GeoJSON, markers with their tooltips and the list of layers are in.

    Parameters
    ----------
    title, attribution : str
        Of the page, and of what is drawn: ``plan.scenario.streets.attribution`` for the streets.

    Raises
    ------
    SettingsError
        Where it is no map.
    StoreError
        Where the file cannot be written.

    Examples
    --------
    >>> import hemrunda as hr
    >>> for layer in made.map_layers().values():  # doctest: +SKIP
    ...     layer.add_to(my_map)
    >>> hr.save_map(my_map, "map.html")  # doctest: +SKIP
    """
    given = Arguments()
    given.a("folium_map", folium_map, FoliumMap, "folium.Map")
    target = given.path("path", path)
    title, attribution = given.text("title", title), given.text("attribution", attribution)
    given.close()
    write_page(target, offline_page(title, attribution), rendered(folium_map))


def _shown(plan: PlanContext, team: str | None) -> list[Client]:
    """The clients who may be shown; only ``team``'s where named."""
    team_of = plan.team_plan.team_of_client
    return [
        client
        for client in plan.municipality.clients
        if not client.protected
        and client.client_id in team_of
        and (team is None or team_of[client.client_id] == team)
    ]


def _bounds(xy: Any, plan: PlanContext) -> list[list[float]]:
    if len(xy):
        corners = np.array([xy.min(axis=0) - 80.0, xy.max(axis=0) + 80.0])
    else:
        west, south, east, north = plan.network.bounds
        corners = np.array([[west, south], [east, north]])
    return degrees(corners, plan.municipality.epsg)


def _streets(plan: PlanContext) -> StreetLines:
    """All streets as one shape: Leaflet draws a line of many parts at once."""
    network = plan.network
    shown = np.flatnonzero(network.road_class < SHOWN_CLASSES)
    lines = [degrees(network.shape(int(s)), network.epsg) for s in shown]
    return StreetLines(
        [{"at": lines}], {"color": "#b9b4a7", "weight": 1, "interactive": False}, name="Gator"
    )


def _polygons(area: Any, epsg: int) -> list[list[list[list[float]]]]:
    return [
        [degrees(shapely.get_coordinates(ring), epsg) for ring in shapely.get_rings(part)]
        for part in shapely.get_parts(area)
    ]


def _rounds(plan: PlanContext, day: dt.date, team: str | None) -> RoundLines:
    """One line per round, from one stop that may be shown to the next."""
    from hemrunda.face.frames import open_legs

    shapes = []
    for number, rows in enumerate(shown_rounds(plan.municipality, plan.round_plan)):
        first = rows[0]
        if first.date != day or (team and team not in {row.team_id for row in rows}):
            continue
        legs = [
            degrees(plan.engine.leg_path(row.mode, here, there), plan.municipality.epsg)
            for row, here, there in open_legs(rows, plan)
        ]
        style = {"color": COLOURS[number % len(COLOURS)], "dashArray": ("", "6 5")[number % 2]}
        shapes.append({"at": [leg for leg in legs if len(leg) > 1], "text": first.round_id,
                       "style": style})  # fmt: skip
    return RoundLines(shapes, {"weight": 3, "opacity": 0.9}, name=f"Rundor {day.isoformat()}")
