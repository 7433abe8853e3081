"""A street network from whatever a data scientist has: an extract, a saved graph, a live one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from data.errors import NetworkError
from data.streets import StreetNetwork
from data.units import EPSG_SWEREF99_TM

OSM_ENDINGS = (".pbf", ".osm", ".osm.gz", ".osm.bz2")


def network(source: Any, *, epsg: int = EPSG_SWEREF99_TM) -> StreetNetwork:
    """Read a street network.

    Parameters
    ----------
    source : path, networkx.MultiDiGraph or StreetNetwork
        An OpenStreetMap extract (``.osm.pbf``, ``.osm``), a GraphML file or a GeoPackage that
        OSMnx saved, a folder that ``hemrunda network build`` made, or a graph of OSMnx.
    epsg : int
        The projected system wanted; a folder keeps its own.

    Returns
    -------
    StreetNetwork

    Raises
    ------
    NetworkError
        Where the source is missing, or is none of these.

    Examples
    --------
    >>> import hemrunda as hr
    >>> streets = hr.network("falkenberg.osm.pbf")  # doctest: +SKIP
    """
    if isinstance(source, StreetNetwork):
        return source
    if not isinstance(source, str | Path):
        if not hasattr(source, "edges") or not hasattr(source, "graph"):
            raise NetworkError(
                "Gatunätet ska vara en sökväg eller en graf från OSMnx (networkx.MultiDiGraph)."
            )
        from routing.network import from_graph

        return from_graph(source, epsg=epsg)
    path = Path(source)
    if not path.exists():
        raise NetworkError(f"{path.name} finns inte.")
    return _reader(path)(path, epsg)


def _reader(path: Path) -> Callable[[Path, int], StreetNetwork]:
    from routing.network import load_geopackage, load_graphml, load_network, load_osm

    name = path.name.lower()
    if name.endswith(OSM_ENDINGS):
        return lambda file, epsg: load_osm(file, epsg=epsg)
    if name.endswith(".graphml"):
        return lambda file, epsg: load_graphml(file, epsg=epsg)
    if name.endswith(".gpkg"):
        return lambda file, epsg: load_geopackage(file, epsg=epsg)
    return lambda folder, _epsg: load_network(folder)


def to_osmnx(streets: StreetNetwork, mode: str = "bike") -> Any:
    """The network as a graph of OSMnx whose edges carry our own travel times.

    Parameters
    ----------
    streets : StreetNetwork
    mode : {"walk", "bike", "ebike", "car"}

    Returns
    -------
    networkx.MultiDiGraph
        Edges that the mode may use, each with ``travel_time`` in seconds: along the street, and
        past the junction at its end. So ``networkx.shortest_path_length(graph, u, v,
        weight="travel_time")`` gives the seconds of our own engine between two junctions.
    """
    from routing.network import to_graph
    from routing.travel.edge_times import with_travel_time

    return with_travel_time(to_graph(streets), streets, mode)
