"""A street network from whatever a data scientist has: an extract, a saved graph, a live one."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from data.errors import NetworkError
from data.streets import StreetNetwork
from data.units import EPSG_SWEREF99_TM
from hemrunda.calls.arguments import Arguments

OSM_ENDINGS = (".pbf", ".osm", ".osm.gz", ".osm.bz2")


@dataclass(frozen=True, repr=False)
class Streets(StreetNetwork):
    """A street network as Python gets it: the data, and its way out to OSMnx."""

    def to_osmnx(self, mode: str = "bike") -> Any:
        """The network as a graph of OSMnx with our travel times: `hemrunda.to_osmnx`."""
        return to_osmnx(self, mode)


def as_streets(streets: StreetNetwork) -> Streets:
    """The same network, its arrays shared, with a way out to OSMnx."""
    if isinstance(streets, Streets):
        return streets
    return Streets(**{field.name: getattr(streets, field.name) for field in fields(streets)})


def network(source: Any, *, epsg: int | None = None) -> Streets:
    """Read a street network.

    Parameters
    ----------
    source : path, networkx.MultiDiGraph or StreetNetwork
        An OpenStreetMap extract (``.osm.pbf``, ``.osm``), a GraphML file or a GeoPackage that
        OSMnx saved, a folder that ``hemrunda network build`` made, or a graph of OSMnx.
    epsg : int, optional
        The projected system wanted of an extract, a GeoPackage or a graph, EPSG:3006 where none is
        named. A folder and a StreetNetwork have theirs, so only that may be named.

    Returns
    -------
    StreetNetwork
        With ``to_osmnx(mode)``: a graph whose edges carry our travel times.

    Raises
    ------
    NetworkError
        Where the source is missing, is none of these, or has another system already.
    SettingsError
        Where ``epsg`` is no number.

    Examples
    --------
    >>> import hemrunda as hr
    >>> streets = hr.network("falkenberg.osm.pbf")  # doctest: +SKIP
    """
    given = Arguments()
    wanted = given.whole_or_none("epsg", epsg, 1)
    given.close()
    return as_streets(_read(source, wanted))


def _read(source: Any, wanted: int | None) -> StreetNetwork:
    if isinstance(source, StreetNetwork):
        return _of_its_system(source, wanted)
    if not isinstance(source, str | os.PathLike):
        if not hasattr(source, "edges") or not hasattr(source, "graph"):
            raise NetworkError(
                "Gatunätet ska vara en sökväg eller en graf från OSMnx (networkx.MultiDiGraph)."
            )
        from routing.network import from_graph

        return from_graph(source, epsg=wanted or EPSG_SWEREF99_TM)
    path = Path(source)
    if not path.exists():
        raise NetworkError(f"{path.name} finns inte.")
    return _from_path(path, wanted)


def _of_its_system(streets: StreetNetwork, wanted: int | None) -> StreetNetwork:
    """Streets that lie in a system already: another is refused, since nothing projects them."""
    if wanted not in (None, streets.epsg):
        raise NetworkError(
            f"Gatunätet är redan i EPSG:{streets.epsg}. epsg gäller extrakt, GraphML, GeoPackage "
            "och grafer; gör om nätet ur ett sådant."
        )
    return streets


def _from_path(path: Path, wanted: int | None) -> StreetNetwork:
    from routing.network import load_geopackage, load_graphml, load_network, load_osm

    name, epsg = path.name.lower(), wanted or EPSG_SWEREF99_TM
    if name.endswith(OSM_ENDINGS):
        return load_osm(path, epsg=epsg)
    if name.endswith(".graphml"):
        return load_graphml(path, epsg=epsg)
    if name.endswith(".gpkg"):
        return load_geopackage(path, epsg=epsg)
    return _of_its_system(load_network(path), wanted)


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

    Raises
    ------
    SettingsError
        Where it is no network, or there is no such mode.
    """
    given = Arguments()
    given.a("streets", streets, StreetNetwork, "StreetNetwork")
    given.close()
    from routing.network import to_graph
    from routing.travel.edge_times import with_travel_time

    return with_travel_time(to_graph(streets), streets, mode)
