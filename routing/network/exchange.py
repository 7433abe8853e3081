"""GeoPackages, GraphML, and OSMnx's own download for users who are online.

OSMnx would write to ``./cache`` and ``./data`` and ask a public server for addresses; here its
folders and its server are always named by the caller, and nothing is asked but the streets of the
place that was named.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from data.errors import NetworkError
from data.geo.crs import check_metric
from data.geo.geopackage import reading_geopackage
from data.osm import OsmFileError
from data.osm.osm_scan import check_limits
from data.streets import StreetNetwork
from data.units import EPSG_SWEREF99_TM
from routing.network.graph import from_graph


def load_geopackage(path: str | Path, *, epsg: int = EPSG_SWEREF99_TM) -> StreetNetwork:
    """Read a GeoPackage: a graph that OSMnx saved, or layers of street lines.

    Raises
    ------
    NetworkError
        Where the file is missing, damaged, or has neither layers ``nodes`` and ``edges`` nor lines
        with a column ``highway``.
    """
    import geopandas as gpd
    import osmnx as ox

    from routing.network.line_layers import load_lines

    check_metric(epsg)
    file = _regular(Path(path), b"SQLite format 3", "ingen GeoPackage")
    layers = _layers_of(file)
    if not {"nodes", "edges"} <= layers.keys():
        lines = [name for name, is_street in layers.items() if is_street]
        if not lines:
            raise NetworkError(
                f"{file.name} har inga gator: varken OSMnx lager nodes och edges eller ett "
                "linjelager med kolumnen highway."
            )
        return load_lines(file, lines, epsg=epsg)
    try:
        nodes = gpd.read_file(file, layer="nodes").set_index("osmid")
        edges = gpd.read_file(file, layer="edges").set_index(["u", "v", "key"])
        nodes = nodes.assign(x=nodes.geometry.x, y=nodes.geometry.y)
        graph = ox.convert.graph_from_gdfs(nodes, edges.dropna(axis=1, how="all"))
    except Exception as error:
        raise NetworkError(
            f"{file.name}: lagren nodes och edges är inte OSMnx egna (osmid; u, v, key)."
        ) from error
    for _, _, data in graph.edges(data=True):
        _drop_missing(data)
    for _, data in graph.nodes(data=True):
        _drop_missing(data)
    return from_graph(graph, epsg=epsg)


def _drop_missing(data: dict[str, Any]) -> None:
    for key in [key for key, value in data.items() if value is None or _is_nan(value)]:
        del data[key]


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _regular(file: Path, magic: bytes, what: str) -> Path:
    """The file itself, where it is a regular one that begins as its kind does."""
    if not file.exists():
        raise NetworkError(f"{file.name} finns inte.")
    if not file.is_file():
        raise NetworkError(f"{file.name} är ingen vanlig fil.")
    try:
        with file.open("rb") as stream:
            start = stream.read(4096)
    except OSError as error:
        raise NetworkError(f"{file.name} kan inte öppnas.") from error
    if magic not in start:
        raise NetworkError(f"{file.name} är {what}.")
    return file


def _layers_of(file: Path) -> dict[str, bool]:
    """The tables with a geometry, and whether they are lines with a column ``highway``.

    Views are passed over: what they compute may never end.
    """
    import sqlite3

    try:
        with reading_geopackage(file) as connection:
            names = [
                (str(table), str(kind).upper())
                for table, kind in connection.execute(
                    "SELECT g.table_name, g.geometry_type_name FROM gpkg_geometry_columns g "
                    "JOIN sqlite_master m ON m.name = g.table_name AND m.type = 'table'"
                )
            ]
            columns = {
                table: {
                    str(row[1]).lower()
                    for row in connection.execute("SELECT * FROM pragma_table_info(?)", (table,))
                }
                for table, _ in names
            }
    except (sqlite3.Error, ValueError) as error:
        raise NetworkError(f"{file.name} är ingen hel GeoPackage.") from error
    return {
        table: ("LINE" in kind or kind == "GEOMETRY")
        and bool(columns[table] & {"highway", "other_tags"})
        for table, kind in names
    }


def load_graphml(path: str | Path, *, epsg: int = EPSG_SWEREF99_TM) -> StreetNetwork:
    """Read a GraphML file that OSMnx saved.

    Raises
    ------
    NetworkError
        Where the file is missing, or is no street graph.
    """
    import osmnx as ox

    check_metric(epsg)
    file = _regular(Path(path), b"<", "ingen GraphML-fil från OSMnx")
    check_xml(file)
    try:
        graph = ox.io.load_graphml(file)
    except Exception as error:
        raise NetworkError(f"{file.name} är ingen GraphML-fil från OSMnx.") from error
    return from_graph(graph, epsg=epsg)


def check_xml(file: Path) -> None:
    """Refuse XML with a document type, a huge tag or deep nesting before a tree is made of it.

    Raises
    ------
    NetworkError
    """
    try:
        check_limits(file)
    except OsmFileError as error:
        raise NetworkError(f"{file.name} är {error.problem}. {error.allowed}") from error


@contextmanager
def _settings_of(cache: Path, overpass_url: str | None, nominatim_url: str | None) -> Iterator[Any]:
    """OSMnx's global settings as the caller wants them, and as they were afterwards."""
    import osmnx as ox

    wanted: dict[str, Any] = {
        "use_cache": True,
        "cache_folder": str(cache / "http"),
        "data_folder": str(cache / "data"),
        "logs_folder": str(cache / "logs"),
        "log_console": False,
        "log_file": False,
        "doh_url_template": None,
    }
    if overpass_url is not None:
        wanted |= {"overpass_url": overpass_url, "overpass_rate_limit": False}
    if nominatim_url is not None:
        wanted["nominatim_url"] = nominatim_url
    before = {name: getattr(ox.settings, name) for name in wanted}
    try:
        for name, value in wanted.items():
            setattr(ox.settings, name, value)
        yield ox
    finally:
        for name, value in before.items():
            setattr(ox.settings, name, value)


def download_place(
    place: str,
    cache: str | Path,
    *,
    epsg: int = EPSG_SWEREF99_TM,
    overpass_url: str | None = None,
    nominatim_url: str | None = None,
) -> StreetNetwork:
    """Fetch a municipality's streets by its name with OSMnx: the one thing that goes online.

    Parameters
    ----------
    place : str
        A municipality, such as ``Lunds kommun, Sverige``. Never an address.
    cache : path
        The folder for OSMnx's answers; nothing is written elsewhere.
    epsg : int
        CRS of the network.
    overpass_url, nominatim_url : str, optional
        Other servers, for instance one's own.

    Raises
    ------
    NetworkError
        Where the place is not found or the server does not answer.
    """
    check_metric(epsg)
    folder = Path(cache)
    with _settings_of(folder, overpass_url, nominatim_url) as ox:
        try:
            graph = ox.graph_from_place(place, network_type="all", retain_all=True)
        except Exception as error:
            raise NetworkError(
                "Gatorna kunde inte hämtas. Kontrollera ortens namn och anslutningen."
            ) from error
    return from_graph(graph, epsg=epsg)
