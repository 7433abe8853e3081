"""Layers of GIS files through GDAL (pyogrio): GeoPackage, GeoJSON, Shapefile, and GeoParquet.

GDAL guesses what a file is by its content, and some of its kinds lead to other files or to the
network: a file is handed to it only where it begins as its name says. GDAL has no clock either: a
view in a GeoPackage may compute for ever, so each is tried first under our own
(`data.geo.geopackage.reading_geopackage`).
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from data.geo.crs import EPSG_WGS84
from data.geo.gdal_names import named_for_gdal
from data.geo.geopackage import code_of, reading_geopackage, system_of

VECTOR_ENDINGS: Final = frozenset({".gpkg", ".geojson", ".shp"})
_MAGIC: Final = {".gpkg": b"SQLite format 3\0", ".shp": b"\0\0\x27\x0a"}
_NO_SYSTEM: Final = "lagret saknar koordinatsystem"
_UNKNOWN_SYSTEM: Final = "lagret har ett okänt koordinatsystem"


@dataclass(frozen=True)
class VectorLayer:
    """One layer as it was found.

    Attributes
    ----------
    name : str
    columns : tuple of str
    rows : list of list
        Cells, without the shape; what is missing is None.
    shapes : ndarray of shapely geometries, shape (n_rows,), optional
        None for a table without shapes.
    epsg : int, optional
        The system of the shapes; None where the layer does not say.
    no_system : str
        Why it has none, in Swedish; empty where it has one, or needs none.
    """

    name: str
    columns: tuple[str, ...]
    rows: list[list[Any]]
    shapes: NDArray[Any] | None
    epsg: int | None
    no_system: str


def read_layers(path: Path, max_rows: int) -> Iterator[VectorLayer]:
    """Every layer of a file by its ending (`VECTOR_ENDINGS`); at most one row more than told.

    Raises
    ------
    ValueError
        Where the file is not what its name says, or GDAL cannot read it.
    sqlite3.Error
        Where a view of a GeoPackage is never done.
    """
    from pyogrio.errors import DataLayerError, DataSourceError

    suffix = path.suffix.lower()
    _refuse_other(path, suffix)
    systems: Mapping[str | None, tuple[int | None, str]] = (
        _systems_of(path, max_rows) if suffix == ".gpkg" else {None: (None, "")}
    )
    for layer, system in systems.items():
        try:
            yield _read(path, layer, system, max_rows)
        except (DataSourceError, DataLayerError, RuntimeError, OSError) as error:
            raise ValueError("GDAL cannot read it") from error


def _refuse_other(path: Path, suffix: str) -> None:
    if not path.is_file():  # a pipe would be waited for without end
        raise ValueError("no regular file")
    with path.open("rb") as file:
        begin = file.read(4096)
    if suffix == ".geojson":
        if not begin.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
            raise ValueError("no JSON object")
    elif not begin.startswith(_MAGIC[suffix]):
        raise ValueError("another kind of file")


def _systems_of(path: Path, max_rows: int) -> dict[str | None, tuple[int | None, str]]:
    """The registered tables of a GeoPackage and each one's system; views are tried first."""
    with reading_geopackage(path) as connection:
        numbers = dict(
            connection.execute("SELECT table_name, srs_id FROM gpkg_geometry_columns").fetchall()
        )
        names = connection.execute(
            "SELECT c.table_name, m.type FROM gpkg_contents c "
            "JOIN sqlite_master m ON m.name = c.table_name "
            "WHERE c.data_type IN ('features', 'attributes') AND c.table_name <> 'layer_styles' "
            "ORDER BY c.table_name"
        ).fetchall()
        for name, kind in names:
            if kind == "view":
                quoted = '"' + name.replace('"', '""') + '"'
                cursor = connection.execute(f"SELECT * FROM {quoted} LIMIT {max_rows + 1}")  # noqa: S608
                for _ in cursor:
                    pass
        return {
            name: system_of(connection, numbers[name]) if name in numbers else (None, "")
            for name, _ in names
        }


def _read(
    path: Path, layer: str | None, system: tuple[int | None, str], max_rows: int
) -> VectorLayer:
    import pyogrio
    import pyogrio.raw
    import shapely

    with warnings.catch_warnings(), named_for_gdal(path) as name:
        warnings.simplefilter("ignore")  # GDAL's own words may hold a cell's
        info = pyogrio.read_info(name, layer=layer, force_feature_count=True)
        n_read = min(max(info["features"], 1), max_rows + 1)  # GDAL makes room for all it may read
        meta, _, blobs, fields = pyogrio.raw.read(
            name, layer=layer, max_features=n_read, datetime_as_string=True
        )
    columns = tuple(str(name) for name in meta["fields"])
    cells = [_plain(field) for field in fields]
    shapes = None if blobs is None else shapely.from_wkb(blobs, on_invalid="ignore")
    n_rows = len(cells[0]) if cells else 0 if shapes is None else len(shapes)
    rows = [[column[row_idx] for column in cells] for row_idx in range(n_rows)]
    epsg, why = system
    if shapes is not None and epsg is None and not why:
        epsg, why = _system_named(meta.get("crs"))
    return VectorLayer(layer or path.stem, columns, rows, shapes, epsg, why)


def _system_named(named: str | None) -> tuple[int | None, str]:
    if not named:
        return None, _NO_SYSTEM
    epsg = code_of(named)
    return epsg, "" if epsg is not None else _UNKNOWN_SYSTEM


def _plain(field: NDArray[Any]) -> list[Any]:
    """A column's cells as Python's own; what is missing in numbers is None."""
    if field.dtype.kind == "f":
        return [None if value != value else value for value in field.tolist()]
    return list(field.tolist())


def places_of(shapes: NDArray[Any]) -> list[tuple[float, float] | tuple[None, None]]:
    """The place of each point, or of the first of several; nothing for what is no point."""
    import shapely

    kinds = shapely.get_type_id(shapes)
    points = np.where(kinds == 4, shapely.get_geometry(shapes, 0), shapes)
    x, y = shapely.get_x(points).tolist(), shapely.get_y(points).tolist()
    return [
        (a, b) if np.isfinite(a) and np.isfinite(b) else (None, None)
        for a, b in zip(x, y, strict=True)
    ]


def geoparquet_shapes(
    metadata: Mapping[bytes, bytes] | None,
) -> tuple[str, int | None, str] | None:
    """Of GeoParquet's own metadata: the column of shapes, their system or why there is none.

    None where the file has no shapes. Source: GeoParquet 1.1, "File metadata"; where no system is
    named it is OGC:CRS84.
    """
    if not metadata or b"geo" not in metadata:
        return None
    geo = json.loads(metadata[b"geo"])
    name = str(geo["primary_column"])
    column = geo["columns"][name]
    if column.get("encoding", "WKB") != "WKB":
        return None
    if "crs" not in column:
        return name, EPSG_WGS84, ""
    said = column["crs"]
    return (name, *_system_named(json.dumps(said) if said else None))


def shapes_of_wkb(cells: Sequence[bytes | None]) -> NDArray[Any]:
    """Shapes of a column of well-known binary; None where a cell holds none.

    Raises
    ------
    ValueError
        Where the column holds something else.
    """
    import shapely

    if any(cell is not None and not isinstance(cell, bytes) for cell in cells):
        raise ValueError("no column of shapes")
    blobs = np.array(list(cells), dtype=object)
    return np.asarray(shapely.from_wkb(blobs, on_invalid="ignore"))
