"""A plan as a folium map for notebooks: our layers, in the colours of the team map."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from data.care.hidden import shown_rounds
from data.geo.territories import team_areas
from maps.common.colours import COLOURS
from maps.screen.folium_elements import (
    ClientDots,
    OfflineFoliumMap,
    RoundLines,
    StreetLines,
    TeamAreas,
    degrees,
)
from maps.screen.team_payload import team_colours
from maps.screen.territory_shapes import rings_of

if TYPE_CHECKING:
    from hemrunda.workfolder.plan_context import PlanContext

SHOWN_CLASSES = 12
"""Road classes from motorway to cycleway; footways and paths are left out, as on small maps."""


def plan_map(plan: PlanContext, day: dt.date | None, team: str | None) -> Any:
    """Streets, territories and clients, and the rounds of ``day``; only ``team``'s where named."""
    town, teams = plan.municipality, plan.team_plan
    shown = [
        client
        for client in town.clients
        if not client.protected
        and client.client_id in teams.team_of_client
        and (team is None or teams.team_of_client[client.client_id] == team)
    ]
    xy = np.array([(client.x, client.y) for client in shown]).reshape(-1, 2)
    areas = team_areas(town, teams.team_of_client, plan.network)
    rings = {name: rings_of(area) for name, area in areas.items()}
    colour = {name: COLOURS[i] for name, i in team_colours(sorted(rings), rings).items()}
    made = OfflineFoliumMap(
        _bounds(xy, plan), title=f"Arbetslag {town.name}", attribution=plan.network.attribution
    )
    _streets(plan).add_to(made)
    TeamAreas(
        [
            {"at": _polygons(area, town.epsg), "text": name,
             "style": {"color": colour[name], "fillColor": colour[name]}}
            for name, area in areas.items()
        ],
        {"weight": 2, "fillOpacity": 0.15},
        name="Områden",
    ).add_to(made)  # fmt: skip
    ClientDots(
        [
            {"at": at, "text": f"{client.client_id} · {teams.team_of_client[client.client_id]}",
             "style": {"fillColor": colour.get(teams.team_of_client[client.client_id], "#555")}}
            for client, at in zip(shown, degrees(xy, town.epsg), strict=True)
        ],
        {"radius": 5, "weight": 1, "color": "#222", "fillOpacity": 0.9},
        name="Brukare",
    ).add_to(made)  # fmt: skip
    if day is not None:
        _rounds(plan, day, team).add_to(made)
    return made.with_layer_control()


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
