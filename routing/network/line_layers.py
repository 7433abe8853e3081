"""Street lines of a GeoPackage that is no graph: QuickOSM's, ogr2ogr's, or a layer of one's own.

Each line is a way with OSM's tags as columns (``highway`` at least; ogr2ogr keeps the rest in
``other_tags``). Lines meet where they share a point, as OSM's ways share a node.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from data.errors import NetworkError
from data.streets import StreetNetwork
from routing.network.topology import FlatWays, build_network
from routing.network.way_rules import WayRule, as_street, judge_way

_OTHER_TAGS = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')
_SCALE: Final = 1e7
MAX_LINES: Final = 2_000_000
"""Against a file that is not of streets."""


def load_lines(file: Path, layers: list[str], *, epsg: int) -> StreetNetwork:
    """A network of all layers that have lines with a column ``highway``.

    Raises
    ------
    NetworkError
        Where a layer has no coordinate system, or no line is a street.
    """
    parts = [_streets_of(file, layer) for layer in layers]
    lines = [line for part in parts for line in part[0]]
    if not lines:
        raise NetworkError(f"{file.name} innehåller inga gator.")
    return _network(
        lines,
        [rule for part in parts for rule in part[1]],
        [name for part in parts for name in part[2]],
        [osm_id for part in parts for osm_id in part[3]],
        epsg,
        file.name,
    )


def _streets_of(file: Path, layer: str) -> tuple[list[Any], list[WayRule], list[str], list[int]]:
    """Lines in degrees, rules, names and way ids of one layer."""
    import geopandas as gpd
    from pyproj.exceptions import ProjError

    try:
        table = gpd.read_file(file, layer=layer, rows=MAX_LINES)
        if table.crs is None:
            raise ValueError("no system")
        table = table.to_crs(4326).explode(index_parts=False)
    except (ProjError, ValueError) as error:
        raise NetworkError(
            f"{file.name}, lager {layer}: lagret saknar ett känt koordinatsystem. Sätt det i "
            "GIS-programmet."
        ) from error
    except Exception as error:  # whatever GDAL says of a damaged file
        raise NetworkError(f"{file.name}, lager {layer} kan inte läsas.") from error
    streets: tuple[list[Any], list[WayRule], list[str], list[int]] = ([], [], [], [])
    columns = [name for name in table.columns if name != table.geometry.name]
    for row, shape in zip(table[columns].to_dict("records"), table.geometry, strict=True):
        if shape is None or shape.geom_type != "LineString":
            continue
        tags = tags_of(row)
        street = as_street(tags)
        rule = None if street is None else judge_way(street)
        if rule is None:
            continue
        osm_id = str(tags.get("osm_id") or tags.get("full_id", "")).lstrip("w")
        streets[0].append(np.asarray(shape.coords)[:, :2])
        streets[1].append(rule)
        streets[2].append(tags.get("name") or tags.get("ref", ""))
        streets[3].append(int(osm_id) if osm_id.lstrip("-").isdecimal() else -1)
    return streets


def tags_of(row: Mapping[str, Any]) -> dict[str, str]:
    """The tags of a line: its columns, and those that ogr2ogr keeps in one (hstore)."""
    tags = {
        str(key): str(value)
        for key, value in row.items()
        if value is not None and value == value and str(value) != ""
    }
    for key, value in _OTHER_TAGS.findall(tags.pop("other_tags", "")):
        tags.setdefault(key.replace('\\"', '"'), value.replace('\\"', '"'))
    return tags


def _network(
    lines: list[NDArray[np.float64]],
    rules: list[WayRule],
    names: list[str],
    way_ids: list[int],
    epsg: int,
    source: str,
) -> StreetNetwork:
    flat = np.vstack(lines)
    places = np.rint(flat * _SCALE).astype(np.int64)
    _, refs = np.unique(places, axis=0, return_inverse=True)
    judged = np.array(rules, dtype=np.int64).reshape(-1, 5)
    return build_network(
        FlatWays(
            refs=refs.reshape(-1).astype(np.int64) + 1,
            lon=flat[:, 0],
            lat=flat[:, 1],
            n_nodes_of_way=np.array([len(line) for line in lines], np.int64),
            way_ids=np.array(way_ids, np.int64),
            road_class=judged[:, 0].astype(np.uint8),
            forward=judged[:, 1].astype(np.uint8),
            backward=judged[:, 2].astype(np.uint8),
            max_speed_kmh=judged[:, 3].astype(np.uint8),
            flags=judged[:, 4].astype(np.uint8),
            names=names,
            flagged_ids=np.zeros(0, np.int64),
            flagged_bits=np.zeros(0, np.uint8),
        ),
        epsg=epsg,
        source=source,
    )
