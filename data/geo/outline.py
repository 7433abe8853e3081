"""The municipality's outline: a polygon that its points must lie within (faults.md B2).

Read from GeoJSON, from a layer of a GeoPackage, or from an OSM extract (the administrative boundary
of that name). A point read in the wrong local zone lands 42–434 km off, still in Sweden; the
outline tells.

Sources: RFC 7946 (GeoJSON; the older ``crs`` member is understood); OGC 12-128r18 (GeoPackage);
OSM wiki, "Tag:boundary=administrative" (kommun: ``admin_level=7`` in Sweden).
"""

from __future__ import annotations

import contextlib
import json
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from data.errors import SettingsError
from data.geo import crs
from data.geo.geopackage import system_of, wkb_of
from data.osm import OsmFileError, is_osm_name, open_osm

MARGIN_M: Final = 250.0
"""How far outside a point may lie: outlines on maps are drawn with fewer corners."""
MAX_BYTES: Final = 60_000_000
MAX_POLYGONS: Final = 5_000


@dataclass(frozen=True)
class Outline:
    """An area that points may be inside of.

    Attributes
    ----------
    name : str
        Of the file it was read from, to show.
    polygon : shapely geometry
        In the municipality's own system, metres, the margin included.
    """

    name: str
    polygon: Any

    def inside(self, east: NDArray[np.float64], north: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which points lie in it, or within 250 m of it; shape (n,)."""
        import shapely

        found = shapely.contains_xy(self.polygon, east, north)
        return np.asarray(found, dtype=np.bool_)


def read_outline(path: Path, epsg: int, name: str = "") -> Outline:
    """Read the outline of a municipality.

    Parameters
    ----------
    path : Path
        ``.geojson``, ``.json``, ``.gpkg``, or an OSM extract.
    epsg : int
        The system to have it in.
    name : str
        Of the municipality: which polygon is meant where the file holds several.

    Raises
    ------
    SettingsError
        Where the file cannot be read, or does not say which polygon is meant.
    """
    import shapely
    from shapely.errors import ShapelyError

    try:
        if path.stat().st_size > MAX_BYTES and not is_osm_name(path.name):
            raise SettingsError(f"{path.name} är för stor för en kommungräns (över 60 MB).")
        found = list(_polygons(path, name))
        chosen, from_epsg = _choose(found, name, path.name)
        whole = shapely.make_valid(chosen)
        if from_epsg != epsg:
            whole = shapely.transform(whole, lambda xy: _moved(xy, from_epsg, epsg))
        grown = whole.buffer(MARGIN_M)
    except OsmFileError as error:
        raise SettingsError(f"{path.name} är {error.found}. {error.allowed}") from error
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RuntimeError,
            RecursionError, sqlite3.Error, ShapelyError) as error:  # fmt: skip
        raise SettingsError(f"{path.name} kan inte läsas som en kommungräns.") from error
    if grown.is_empty or not np.all(np.isfinite(grown.bounds)):
        raise SettingsError(f"{path.name} har ingen yta att jämföra med.")
    shapely.prepare(grown)
    return Outline(path.name, grown)


def _moved(xy: NDArray[np.float64], from_epsg: int, epsg: int) -> NDArray[np.float64]:
    x, y = crs.transform(xy[:, 0], xy[:, 1], from_epsg, epsg)
    return np.column_stack((x, y))


Named = tuple[tuple[str, ...], Any, int]
"""The texts that a polygon bears, the polygon, and the EPSG code of its system."""


def _polygons(path: Path, name: str) -> Iterator[Named]:
    suffix = path.suffix.lower()
    if suffix in {".geojson", ".json"}:
        return _of_geojson(path)
    if suffix == ".gpkg":
        return _of_geopackage(path)
    if is_osm_name(path.name):
        return _of_osm(path, name)
    raise SettingsError(f"{path.name}: en kommungräns ska vara .geojson, .gpkg eller .osm.pbf.")


def _choose(found: list[Named], name: str, file: str) -> tuple[Any, int]:
    """The polygon of that name; the only one where there is only one."""
    wanted = _plain(name)
    named = [one for one in found if wanted and wanted in {_plain(text) for text in one[0]}]
    if len(named) == 1 or (not named and len(found) == 1):
        _, polygon, epsg = (named or found)[0]
        return polygon, epsg
    if not found:
        raise SettingsError(f"{file} har ingen yta att jämföra med.")
    many = "flera" if len(named) > 1 else "ingen"
    raise SettingsError(
        f"{file} har {len(found)} ytor, och {many} heter som kommunen. "
        "Ange kommunens namn i hemrunda.toml, [general] name."
    )


def _plain(text: str) -> str:
    """A municipality's name without case and without "kommun": Sala kommun, Solna stad."""
    return re.sub(r"s? (?:kommun|stad)$", "", text.casefold().strip())


def _of_geojson(path: Path) -> Iterator[Named]:
    import shapely

    whole = json.loads(path.read_text(encoding="utf-8-sig"))
    said = str(whole.get("crs", {}).get("properties", {}).get("name", ""))
    match = re.search(r"EPSG:+(\d{4,6})$", said)
    epsg = int(match.group(1)) if match else crs.EPSG_WGS84
    features = whole["features"] if whole.get("type") == "FeatureCollection" else [whole]
    for feature in features[:MAX_POLYGONS]:
        geometry = feature.get("geometry", feature)
        if geometry and geometry.get("type") in {"Polygon", "MultiPolygon"}:
            texts = [t for t in (feature.get("properties") or {}).values() if isinstance(t, str)]
            yield tuple(texts), shapely.from_geojson(json.dumps(geometry)), epsg


def _of_geopackage(path: Path) -> Iterator[Named]:
    import shapely

    uri = f"{path.resolve().as_uri()}?mode=ro"
    with contextlib.closing(sqlite3.connect(uri, uri=True)) as connection:
        layers = connection.execute(
            "SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns"
        ).fetchall()
        for table, column, srs_id in layers:
            epsg, why = system_of(connection, srs_id)
            if epsg is None:
                said = f"{path.name}, lager {table}: {why}"
                raise SettingsError(f"{said}. Sätt det i GIS-programmet.")
            quoted = str(table).replace('"', '""')
            rows = connection.execute(f'SELECT * FROM "{quoted}" LIMIT {MAX_POLYGONS}')  # noqa: S608
            header = [one[0] for one in rows.description]
            for row in rows:
                cells = dict(zip(header, row, strict=True))
                blob = cells.pop(column)
                shape = shapely.from_wkb(wkb_of(blob)) if blob else None
                if shape is not None and shape.geom_type in {"Polygon", "MultiPolygon"}:
                    yield tuple(t for t in cells.values() if isinstance(t, str)), shape, epsg


def _of_osm(path: Path, name: str) -> Iterator[Named]:
    import osmium
    import shapely

    if not name:
        raise SettingsError(
            f"{path.name}: ange kommunens namn i hemrunda.toml, [general] name, så att rätt gräns "
            "kan väljas ur kartan."
        )
    wanted, maker = _plain(name), osmium.geom.WKBFactory()
    boundary = osmium.filter.TagFilter(("boundary", "administrative"))
    areas = osmium.FileProcessor(open_osm(path).data).with_areas(boundary).with_filter(boundary)
    try:
        for area in areas:
            if not isinstance(area, osmium.osm.Area):
                continue
            called = area.tags.get("name") or ""
            if _plain(called) == wanted and area.tags.get("admin_level") in {"7", None}:
                yield (called,), shapely.from_wkb(maker.create_multipolygon(area)), crs.EPSG_WGS84
    except osmium.InvalidLocationError as error:
        raise ValueError("a corner off the globe, or outside the extract") from error
