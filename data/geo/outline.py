"""The municipality's outline: a polygon that its points must lie within (faults.md B2).

Read from GeoJSON, from a layer of a GeoPackage, from a polygon file of Osmosis, or from an OSM
extract (the administrative boundary of that name). A point read in the wrong local zone lands
42–434 km off, still in Sweden; the outline tells.

Sources: RFC 7946 (GeoJSON; the older ``crs`` member is understood); OGC 12-128r18 (GeoPackage);
OSM wiki, "Tag:boundary=administrative" (kommun: ``admin_level=7`` in Sweden).
"""

from __future__ import annotations

import difflib
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
from data.geo.vector_files import read_layers
from data.osm import OsmFileError, is_osm_name, open_osm
from data.regular_files import json_of, regular_text

MARGIN_M: Final = 250.0
"""How far outside a point may lie: outlines on maps are drawn with fewer corners."""
MAX_BYTES: Final = 60_000_000
MAX_POLYGONS: Final = 5_000
MOST_NEAR: Final = 40
"""How many parts of an outline that crosses itself may lie at each, its own neighbours included."""
CHUNK: Final = 50


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

        is_inside = shapely.contains_xy(self.polygon, east, north)
        return np.asarray(is_inside, dtype=np.bool_)


def read_outline(path: Path, epsg: int, name: str = "") -> Outline:
    """Read the outline of a municipality.

    Parameters
    ----------
    path : Path
        ``.geojson``, ``.json``, ``.gpkg``, ``.poly``, or an OSM extract.
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

    whole, from_epsg = _read(path, name)
    if from_epsg != epsg:
        whole = shapely.transform(whole, lambda xy: _moved(xy, from_epsg, epsg))
    grown = whole.buffer(MARGIN_M)
    if grown.is_empty or not np.all(np.isfinite(grown.bounds)):
        raise SettingsError(f"{path.name} har ingen yta att jämföra med.")
    shapely.prepare(grown)
    return Outline(path.name, grown)


def read_area(path: Path, name: str = "") -> Any:
    """The polygon of a municipality in degrees, a shapely geometry; parameters as `read_outline`.

    Raises
    ------
    SettingsError
        Where the file cannot be read, or does not say which polygon is meant.
    """
    import shapely

    whole, epsg = _read(path, name)
    if epsg != crs.EPSG_WGS84:
        whole = shapely.transform(whole, lambda xy: _moved(xy, epsg, crs.EPSG_WGS84))
    if whole.is_empty or not np.all(np.isfinite(whole.bounds)):
        raise SettingsError(f"{path.name} har ingen yta att skära ut.")
    return whole


def _read(path: Path, name: str) -> tuple[Any, int]:
    """The polygon that is meant, and the code of its system."""
    import shapely
    from shapely.errors import ShapelyError

    try:
        if not path.is_file():
            raise SettingsError(f"{path.name} kan inte läsas som en kommungräns: ingen vanlig fil.")
        if path.stat().st_size > MAX_BYTES and not is_osm_name(path.name):
            raise SettingsError(f"{path.name} är för stor för en kommungräns (över 60 MB).")
        chosen, epsg = _choose(list(_polygons(path, name)), name, path.name)
        if not shapely.is_valid(chosen) and _is_tangle(chosen):
            raise SettingsError(
                f"{path.name} kan inte läsas som en kommungräns: den korsar sig själv."
            )
        return shapely.make_valid(chosen), epsg
    except OsmFileError as error:
        raise SettingsError(f"{path.name} är {error.problem}. {error.allowed}") from error
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RuntimeError,
            RecursionError, sqlite3.Error, ShapelyError) as error:  # fmt: skip
        raise SettingsError(f"{path.name} kan inte läsas som en kommungräns.") from error


def _is_tangle(area: Any) -> bool:
    """Whether an outline runs over itself so often that its crossings fill the memory.

    A line of n parts may cross itself n² times: 200 000 parts took 12 GB and did not end.
    """
    import shapely

    rings = shapely.get_rings(shapely.get_parts(area))
    ends = [shapely.get_coordinates(ring) for ring in rings]
    parts = shapely.linestrings(np.concatenate([np.stack((a[:-1], a[1:]), 1) for a in ends]))
    tree, n_near = shapely.STRtree(parts), 0
    for first in range(0, len(parts), CHUNK):
        n_near += tree.query(parts[first : first + CHUNK]).shape[1]
        if n_near > MOST_NEAR * len(parts):
            return True
    return False


def _moved(xy: NDArray[np.float64], from_epsg: int, epsg: int) -> NDArray[np.float64]:
    x, y = crs.transform(xy[:, 0], xy[:, 1], from_epsg, epsg)
    return np.column_stack((x, y))


Named = tuple[tuple[str, ...], Any, int]
"""The texts that a polygon bears, the polygon, and the EPSG code of its system."""


def _polygons(path: Path, name: str) -> Iterator[Named]:
    suffix = path.suffix.lower()
    if suffix in {".geojson", ".json"}:
        return _of_geojson(path)
    if suffix in {".gpkg", ".shp"}:
        return _of_layers(path)
    if suffix == ".poly":
        return _of_poly(path)
    if is_osm_name(path.name):
        return _of_osm(path, name)
    raise SettingsError(
        f"{path.name}: en kommungräns ska vara .geojson, .gpkg, .shp, .poly eller .osm.pbf."
    )


def _choose(outlines: list[Named], name: str, file: str) -> tuple[Any, int]:
    """The polygon of that name; the only one where there is only one."""
    wanted = plain_names(name)
    named = [part for part in outlines if any(wanted & plain_names(text) for text in part[0])]
    if len(named) == 1 or (not named and len(outlines) == 1):
        _, polygon, epsg = (named or outlines)[0]
        return polygon, epsg
    if not outlines:
        raise SettingsError(f"{file} har ingen yta att jämföra med.")
    many = "flera" if len(named) > 1 else "ingen"
    raise SettingsError(
        f"{file} har {len(outlines)} ytor, och {many} heter som kommunen. "
        "Ange kommunens namn i hemrunda.toml, [general] name."
    )


def plain_names(text: str) -> frozenset[str]:
    """What a municipality may be called: its name without case and without "kommun".

    "Sala kommun" is Sala; "Falkenbergs kommun" is Falkenberg, or a town Falkenbergs, since
    "Borås kommun" is Borås.
    """
    whole = " ".join(text.casefold().split())
    bare = re.sub(r" (?:kommun|stad|kommune|municipality)$", "", whole)
    bare = bare.removeprefix("region ")
    if not bare:
        return frozenset()
    return frozenset({bare} if bare == whole else {bare, bare.removesuffix("s")})


def _of_geojson(path: Path) -> Iterator[Named]:
    import shapely

    whole = json_of(path)
    said = str(whole.get("crs", {}).get("properties", {}).get("name", ""))
    match = re.search(r"EPSG:+(\d{4,6})$", said)
    epsg = int(match.group(1)) if match else crs.EPSG_WGS84
    features = whole["features"] if whole.get("type") == "FeatureCollection" else [whole]
    for feature in features[:MAX_POLYGONS]:
        geometry = feature.get("geometry", feature)
        if geometry and geometry.get("type") in {"Polygon", "MultiPolygon"}:
            texts = [t for t in (feature.get("properties") or {}).values() if isinstance(t, str)]
            yield tuple(texts), shapely.from_geojson(json.dumps(geometry)), epsg


def _of_layers(path: Path) -> Iterator[Named]:
    for layer in read_layers(path, MAX_POLYGONS):
        if layer.shapes is None:
            continue
        if layer.epsg is None:
            said = f"{path.name}, lager {layer.name}: {layer.no_system}"
            raise SettingsError(f"{said}. Sätt det i GIS-programmet.")
        for row, shape in zip(layer.rows, layer.shapes, strict=True):
            if shape is not None and shape.geom_type in {"Polygon", "MultiPolygon"}:
                yield tuple(t for t in row if isinstance(t, str)), shape, layer.epsg


def _of_osm(path: Path, name: str) -> Iterator[Named]:
    """The municipality of that name."""
    if not name:
        raise SettingsError(
            f"{path.name}: ange kommunens namn i hemrunda.toml, [general] name, så att rätt gräns "
            "kan väljas ur kartan."
        )
    wanted = plain_names(name)
    source = open_osm(path)
    try:
        boundary, named = _boundary_in(source.data, wanted)
    except RuntimeError:  # osmium wants objects in order of their ids
        if source.is_rewritten:
            raise
        boundary, named = _boundary_in(open_osm(path, rewrite=True).data, wanted)
    if boundary is not None:
        yield (name,), boundary, crs.EPSG_WGS84
        return
    if any(wanted & plain_names(text) for text in named):
        raise SettingsError(
            f"{path.name} har ingen yta att jämföra med: kommunens gräns är avklippt vid "
            "utdragets kant. Ange gränsen som en egen fil."
        )
    near = difflib.get_close_matches(name, sorted(named - {""}), n=3, cutoff=0.4)
    raise SettingsError(
        f"{path.name} har ingen yta att jämföra med som heter {name}."
        + (f" Menade du {' eller '.join(near)}?" if near else "")
    )


def _boundary_in(data: Any, wanted: frozenset[str]) -> tuple[Any, set[str]]:
    """The municipality's polygon, None where it is not whole; and what municipalities there are."""
    import osmium
    import shapely

    maker = osmium.geom.WKBFactory()
    boundary = osmium.filter.TagFilter(("boundary", "administrative"))
    relations: Any = osmium.FileProcessor(data, osmium.osm.RELATION).with_filter(boundary)
    named = {
        relation.tags.get("name") or ""
        for relation in relations
        if relation.tags.get("admin_level") in _LEVELS
    }
    areas = osmium.FileProcessor(data).with_areas(boundary).with_filter(boundary)
    try:
        for area in areas:
            if not isinstance(area, osmium.osm.Area):
                continue
            texts = [area.tags.get(key) or "" for key in _NAME_KEYS]
            is_meant = any(wanted & plain_names(text) for text in texts)
            if is_meant and area.tags.get("admin_level") in _LEVELS:
                return shapely.from_wkb(maker.create_multipolygon(area)), named
    except osmium.InvalidLocationError as error:
        raise ValueError("a corner off the globe, or outside the extract") from error
    return None, named


_LEVELS: Final = frozenset({"7", None})
"""A municipality's level of administration in Sweden, where the map says one."""
_NAME_KEYS: Final = ("name", "name:sv", "short_name", "official_name", "alt_name")


def _of_poly(path: Path) -> Iterator[Named]:
    """A polygon file of Osmosis: sections of longitude and latitude; ``!`` is a hole."""
    import shapely

    lines = [line.strip() for line in regular_text(path).splitlines()]
    lines = [line for line in lines if line]
    title, whole = lines[0], shapely.Polygon()
    ring: list[tuple[float, float]] = []
    is_hole = is_inside = False
    for line in lines[1:]:
        if line == "END" and is_inside:
            part = shapely.make_valid(shapely.Polygon(ring))
            whole = whole.difference(part) if is_hole else whole.union(part)
            is_inside = False
        elif line == "END":
            yield (title,), whole, crs.EPSG_WGS84
            return
        elif not is_inside:
            is_hole, is_inside, ring = line.startswith("!"), True, []
        else:
            lon, lat = line.split()[:2]
            ring.append((float(lon), float(lat)))
    raise ValueError("a polygon file without an end")
