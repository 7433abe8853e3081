"""GeoPackages, GraphML, and OSMnx's own download for users who are online.

OSMnx would write to ``./cache`` and ``./data`` and ask a public server for addresses; here its
folders and its server are always named by the caller, and nothing is asked but the streets of the
place that was named.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from data.errors import NetworkError
from data.streets import StreetNetwork
from data.units import EPSG_SWEREF99_TM
from routing.network.graph import from_graph, to_graph


def save_geopackage(network: StreetNetwork, path: str | Path) -> None:
    """Write junctions and streets as OSMnx does, to open in QGIS."""
    import osmnx as ox

    from data.atomic import replacing

    with replacing(Path(path)) as temporary:
        temporary.unlink()
        ox.io.save_graph_geopackage(to_graph(network), filepath=temporary, directed=True)


def load_geopackage(path: str | Path, *, epsg: int = EPSG_SWEREF99_TM) -> StreetNetwork:
    """Read a GeoPackage of OSMnx, whether `save_geopackage` or OSMnx wrote it.

    Raises
    ------
    NetworkError
        Where the file is missing or has no layers ``nodes`` and ``edges``.
    """
    import geopandas as gpd
    import osmnx as ox

    file = Path(path)
    if not file.is_file():
        raise NetworkError(f"{file.name} finns inte.")
    try:
        nodes = gpd.read_file(file, layer="nodes").set_index("osmid")
        edges = gpd.read_file(file, layer="edges").set_index(["u", "v", "key"])
    except Exception as error:
        raise NetworkError(f"{file.name} saknar lagren nodes och edges.") from error
    nodes = nodes.assign(x=nodes.geometry.x, y=nodes.geometry.y)
    graph = ox.convert.graph_from_gdfs(nodes, edges.dropna(axis=1, how="all"))
    for _, _, data in graph.edges(data=True):
        for key in [key for key, value in data.items() if value is None or value != value]:
            del data[key]
    for _, data in graph.nodes(data=True):
        for key in [key for key, value in data.items() if value is None or value != value]:
            del data[key]
    return from_graph(graph, epsg=epsg)


def load_graphml(path: str | Path, *, epsg: int = EPSG_SWEREF99_TM) -> StreetNetwork:
    """Read a GraphML file that OSMnx saved.

    Raises
    ------
    NetworkError
        Where the file is missing, or is no street graph.
    """
    import osmnx as ox

    file = Path(path)
    if not file.is_file():
        raise NetworkError(f"{file.name} finns inte.")
    try:
        graph = ox.io.load_graphml(file)
    except Exception as error:
        raise NetworkError(f"{file.name} är ingen GraphML-fil från OSMnx.") from error
    return from_graph(graph, epsg=epsg)


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
    folder = Path(cache)
    with _settings_of(folder, overpass_url, nominatim_url) as ox:
        try:
            graph = ox.graph_from_place(place, network_type="all", retain_all=True)
        except Exception as error:
            raise NetworkError(
                "Gatorna kunde inte hämtas. Kontrollera ortens namn och anslutningen."
            ) from error
    return from_graph(graph, epsg=epsg)
