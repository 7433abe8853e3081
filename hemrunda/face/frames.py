"""Scenarios and plans as pandas and GeoPandas frames: the columns of the files, plus geometry.

Clients with protected data are in no frame, as in no file, and while a plan visits any the rounds
are told by team, as in the files (`data.care.hidden`, C7); geometry is in the municipality's own
projected system, and units are in the columns' names.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.care.hidden import hidden_homes, shown_rounds, shown_unplanned
from data.care.homes import travel_points
from data.errors import SettingsError
from data.plans import PlanRow, UnplannedRow

if TYPE_CHECKING:
    from data.model import Municipality
    from hemrunda.workfolder.plan_context import PlanContext

CLIENT_COLUMNS = ("client_id", "team_id", "contact_id", "vice_id", "dwelling", "granted_min_week")


def scenario_clients(municipality: Municipality) -> gpd.GeoDataFrame:
    """Clients with their place and what the tables say of team and contact today."""
    shown = [client for client in municipality.clients if not client.protected]
    frame = pd.DataFrame(
        [[getattr(client, name) for name in CLIENT_COLUMNS] for client in shown],
        columns=list(CLIENT_COLUMNS),
    )
    return _at(frame, [(client.x, client.y) for client in shown], municipality.epsg)


def _at(frame: pd.DataFrame, xy: list[tuple[float, float]], epsg: int) -> gpd.GeoDataFrame:
    points = shapely.points(np.array(xy, dtype=np.float64).reshape(-1, 2))
    return gpd.GeoDataFrame(frame, geometry=points, crs=epsg)


def travel_points_frame(municipality: Municipality) -> gpd.GeoDataFrame:
    """``point_id`` and place of every row of a matrix of travel times; nobody is left out."""
    points = travel_points(municipality)
    frame = pd.DataFrame({"point_id": list(points)})
    return _at(frame, list(points.values()), municipality.epsg)


def plan_clients(plan: PlanContext) -> gpd.GeoDataFrame:
    """Clients with the plan's team, contact and deputy; ``moved`` where the team is another."""
    teams = plan.team_plan
    shown = [
        client
        for client in plan.municipality.clients
        if not client.protected and client.client_id in teams.team_of_client
    ]
    rows = [
        (
            client.client_id,
            teams.team_of_client[client.client_id],
            teams.contact.get(client.client_id, ""),
            teams.vice.get(client.client_id, ""),
            teams.evening_vice.get(client.client_id, ""),
            client.team_id,
            bool(client.team_id) and client.team_id != teams.team_of_client[client.client_id],
        )
        for client in shown
    ]
    columns = [
        "client_id", "team_id", "contact_id", "vice_id", "evening_vice_id", "previous_team_id",
        "moved",
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns)
    return _at(frame, [(client.x, client.y) for client in shown], plan.municipality.epsg)


def plan_teams_frame(plan: PlanContext) -> pd.DataFrame:
    """One row per team: the columns of ``teams.csv``."""
    return pd.DataFrame([dict(row) for row in plan.team_rows])


def plan_rounds_frame(plan: PlanContext) -> pd.DataFrame:
    """Every start, visit, break and end: the columns of ``rounds.csv``, times in seconds."""
    shown = [row for rows in shown_rounds(plan.municipality, plan.round_plan) for row in rows]
    frame = _rows(PlanRow, shown)
    exact = {(row.round_id, row.seq): row for row in plan.round_plan.rows}
    rough = [exact.get((row.round_id, row.seq)) is not row for row in shown]
    homes = hidden_homes(plan.municipality)
    untold = dict.fromkeys(("arrive_s", "end_s", "travel_s", "access_s", "wait_s"), rough)
    untold["start_s"] = [row.staff_id in homes for row in shown]
    untold["seq"] = [not row.round_id for row in shown]
    for name, is_untold in untold.items():
        values = [None if no else value for value, no in zip(frame[name], is_untold, strict=True)]
        frame[name] = pd.array(values, dtype="Int64")
    return frame


def plan_unplanned_frame(plan: PlanContext) -> pd.DataFrame:
    """What did not fit, and why."""
    return _rows(UnplannedRow, shown_unplanned(plan.municipality, plan.round_plan))


def _rows(kind: type, rows: Sequence[Any]) -> pd.DataFrame:
    names = [field.name for field in dataclasses.fields(kind)]
    frame = pd.DataFrame([dataclasses.astuple(row) for row in rows], columns=names)
    return frame.assign(date=pd.to_datetime(frame["date"]))


def plan_legs(plan: PlanContext) -> gpd.GeoDataFrame:
    """Every leg between two places as a line along the streets.

    Columns ``date``, ``round_id``, ``staff_id``, ``seq``, ``mode``, ``travel_s``, ``length_m``.
    Of a carer's home there are none; where anybody is protected there are none at all, since no
    carer's round is told.
    """
    rows, lines = [], []
    for round_rows in shown_rounds(plan.municipality, plan.round_plan):
        for row, here, there in open_legs(round_rows, plan):
            path = plan.engine.leg_path(row.mode, here, there)
            if len(path) > 1:
                lines.append(shapely.linestrings(path))
                rows.append((row.date, row.round_id, row.staff_id, row.seq, row.mode, row.travel_s))
    frame = pd.DataFrame(rows, columns=["date", "round_id", "staff_id", "seq", "mode", "travel_s"])
    frame["date"] = pd.to_datetime(frame["date"])
    frame["travel_s"] = frame["travel_s"].astype("Int64")
    made = gpd.GeoDataFrame(frame, geometry=lines, crs=plan.municipality.epsg)
    return made.assign(length_m=made.geometry.length.round(1))


def open_legs(rows: Sequence[PlanRow], plan: PlanContext) -> Iterator[tuple[PlanRow, str, str]]:
    """Rows of a round, as `shown_rounds` gives it, with the points that their leg joins."""
    town = plan.municipality
    if not rows[0].round_id or rows[0].staff_id in hidden_homes(town):
        return
    carer = town.staff_by_id[rows[0].staff_id]
    here = base = f"base:{plan.team_plan.staff_base.get(carer.staff_id, '')}"
    for row in rows:
        if row.kind == "visit" and town.visit_by_id[row.visit_id].mode == "digital":
            continue
        if row.kind == "start":
            continue
        there = f"client:{row.client_id}" if row.kind == "visit" else base
        if here != there:
            yield row, here, there
        here = there


def plan_territories(plan: PlanContext) -> gpd.GeoDataFrame:
    """Each team's area along the streets, with its clients and care minutes."""
    from data.geo.territories import team_areas

    areas = team_areas(plan.municipality, plan.team_plan.team_of_client, plan.network)
    table = {row["team_id"]: row for row in plan.team_rows}
    frame = pd.DataFrame(
        [(team, table[team]["n_clients"], table[team]["care_min_week"]) for team in areas],
        columns=["team_id", "n_clients", "care_min_week"],
    )
    return gpd.GeoDataFrame(frame, geometry=list(areas.values()), crs=plan.municipality.epsg)


def plan_overlay(plan: PlanContext, districts: gpd.GeoDataFrame, name: str) -> gpd.GeoDataFrame:
    """Where the teams' areas and somebody else's districts overlap."""
    if not isinstance(districts, gpd.GeoDataFrame):
        raise SettingsError("Områdena ska vara en GeoDataFrame med ytor.")
    if districts.empty or not districts.geom_type.isin(("Polygon", "MultiPolygon")).all():
        raise SettingsError("Områdena ska vara ytor, minst en, och inget annat.")
    if name not in districts.columns or name == districts.geometry.name:
        raise SettingsError(f"Områdena har ingen kolumn {name}.")
    if districts.crs is None:
        raise SettingsError("Områdena saknar koordinatsystem. Ange det med set_crs.")
    territories = plan_territories(plan)
    others = districts[[name, districts.geometry.name]].to_crs(territories.crs)
    others = others.dissolve(by=name).reset_index()
    if others.geometry.name != "geometry":
        others = others.rename_geometry("geometry")
    parts = gpd.overlay(
        territories[["team_id", "geometry"]], others, how="intersection", keep_geom_type=True
    )
    whole_m2 = territories.set_index("team_id").area
    parts["area_ha"] = (parts.area / 10_000).round(2)
    parts["team_share_pct"] = (100 * parts.area / parts["team_id"].map(whole_m2)).round(1)
    points = plan_clients(plan)[["team_id", "geometry"]]
    inside = gpd.sjoin(points, others, predicate="within")
    count = inside.groupby(["team_id", name]).size()
    pairs = list(zip(parts["team_id"], parts[name], strict=True))
    parts["n_clients"] = [int(count.get(pair, 0)) for pair in pairs]
    columns = ["team_id", name, "n_clients", "area_ha", "team_share_pct", "geometry"]
    return parts[columns].sort_values(["team_id", name]).reset_index(drop=True)
