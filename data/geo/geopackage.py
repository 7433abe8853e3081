"""GeoPackages: written by GDAL (pyogrio), and opened with limits before anything is read of them.

Source: OGC 12-128r18, GeoPackage Encoding Standard 1.3; the ``layer_styles`` table is QGIS's own.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from data.geo.gdal_names import named_for_gdal

_EPOCH: Final = "2000-01-01T00:00:00.000Z"
"""What GDAL writes for now: equal plans have equal bytes."""
_TYPES: Final = {"TEXT": "object", "INTEGER": "int64", "REAL": "float64"}
_STYLE_COLUMNS: Final = (
    *("f_table_catalog", "f_table_schema", "f_table_name", "f_geometry_column", "styleName"),
    *("styleQML", "styleSLD", "useAsDefault", "description", "owner", "ui"),
)


@dataclass(frozen=True)
class Layer:
    """One table of a GeoPackage.

    Attributes
    ----------
    name : str
    columns : mapping of name to SQL type
        ``TEXT``, ``INTEGER`` or ``REAL``.
    rows : sequence of sequence
        In the order of ``columns``.
    points : sequence of (float, float), optional
        East and north of each row; None for a table without geometry.
    style_qml : str
        A QGIS style, used by default where given.
    areas : sequence of shapely geometries, optional
        Polygons of each row, instead of points.
    """

    name: str
    columns: Mapping[str, str]
    rows: Sequence[Sequence[Any]]
    points: Sequence[tuple[float, float]] | None = None
    style_qml: str = ""
    areas: Sequence[Any] | None = None


READ_SECONDS: Final = 120.0
"""How long one GeoPackage may take: a view in it may compute for ever."""
_STEPS: Final = 200_000


@contextlib.contextmanager
def reading_geopackage(path: Path) -> Iterator[sqlite3.Connection]:
    """A GeoPackage opened for reading alone, with limits of kind, time and size.

    Raises
    ------
    ValueError
        Where it is no regular file.
    sqlite3.Error
        Where it is no database, or reading takes longer than ``READ_SECONDS``.
    """
    if not path.is_file():
        raise ValueError("no regular file")
    last = time.monotonic() + READ_SECONDS
    uri = f"{path.resolve().as_uri()}?mode=ro"
    with contextlib.closing(sqlite3.connect(uri, uri=True)) as connection:
        connection.set_progress_handler(lambda: time.monotonic() > last, _STEPS)
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_CELL_BYTES)
        connection.execute("PRAGMA trusted_schema = OFF")
        yield connection


MAX_CELL_BYTES: Final = 50_000_000


def system_of(connection: sqlite3.Connection, srs_id: object) -> tuple[int | None, str]:
    """The EPSG code of a layer's system, and where there is none, why, in Swedish.

    A layer's ``srs_id`` is the file's own number of a system; its table of systems says which code
    of which authority that is. -1 and 0 are "undefined" (OGC 12-128r18, section 1.1.2).
    """
    from data.geo import crs

    if srs_id in (None, -1, 0):
        return None, "lagret saknar koordinatsystem"
    try:
        row = connection.execute(
            "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys"
            " WHERE srs_id = ?", (srs_id,),
        ).fetchone()  # fmt: skip
    except sqlite3.Error:
        row = None
    number: object = srs_id
    if row is not None and str(row[0]).upper() == "EPSG":
        number = row[1]
    elif row is not None:
        number = code_of(row[2])
    if isinstance(number, int) and crs.is_known(number):
        return number, ""
    return None, "lagret har ett okänt koordinatsystem"


def code_of(definition: object) -> int | None:
    """The code of a system that a GIS named or wrote out; None where none that we know is alike."""
    from pyproj import CRS, Transformer
    from pyproj.exceptions import ProjError

    if not isinstance(definition, str) or len(definition) > 100_000:
        return None
    try:
        own = CRS.from_user_input(definition)
        code = own.to_epsg(min_confidence=25)
        if code is None or own.is_geographic:
            return code
        # GIS programs leave out axes and names, so that PROJ is never sure: points decide.
        east, north = (150_000.0, 600_000.0), (6_300_000.0, 7_300_000.0)
        x, y = Transformer.from_crs(own, code, always_xy=True).transform(east, north)
    except (ProjError, ValueError, TypeError):
        return None
    is_same = all(abs(a - b) < 1.0 for a, b in zip((*x, *y), (*east, *north), strict=True))
    return int(code) if is_same else None


def write_geopackage(path: Path, layers: Sequence[Layer], epsg: int) -> None:
    """Write all layers to a new file at ``path`` (which must not exist, or be empty).

    The bytes depend on the layers alone. No spatial index is made; a municipality's points need
    none.

    Parameters
    ----------
    path : Path
    layers : sequence of Layer
    epsg : int
        System of all points.
    """
    import pyogrio

    path.unlink(missing_ok=True)
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _EPOCH, "OGR_SQLITE_SYNCHRONOUS": "OFF"})
    try:
        styles = _styles(layers)
        with named_for_gdal(path) as name:
            for layer in (*layers, styles) if styles.rows else layers:
                _write_layer(name, path.exists(), layer, epsg)
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None, "OGR_SQLITE_SYNCHRONOUS": None})


def _styles(layers: Sequence[Layer]) -> Layer:
    """QGIS's own table of styles: one row for each layer that has one."""
    rows = [
        ("", "", layer.name, "geom", layer.name, layer.style_qml, "", 1, "", "", "")
        for layer in layers
        if layer.style_qml
    ]
    kinds = dict.fromkeys(_STYLE_COLUMNS, "TEXT") | {"useAsDefault": "INTEGER"}
    return Layer("layer_styles", kinds, rows)


def _write_layer(name: str, is_there: bool, layer: Layer, epsg: int) -> None:
    import numpy as np
    import pyogrio.raw
    import shapely

    columns, gaps = [], []
    for column_idx, kind in enumerate(layer.columns.values()):
        cells = [row[column_idx] for row in layer.rows]
        gap = np.array([cell is None for cell in cells], dtype=bool)
        if kind != "TEXT":
            cells = [0 if cell is None else cell for cell in cells]
        columns.append(np.array(cells, dtype=_TYPES[kind]))
        gaps.append(gap if gap.any() else None)
    shapes, kind_of_shape = None, None
    if layer.points is not None:
        xy = np.array(layer.points, dtype=np.float64).reshape(-1, 2)
        shapes, kind_of_shape = shapely.to_wkb(shapely.points(xy)), "Point"
    elif layer.areas is not None:
        whole = [shapely.multipolygons(shapely.get_parts(area)) for area in layer.areas]
        shapes, kind_of_shape = shapely.to_wkb(np.array(whole, dtype=object)), "MultiPolygon"
    pyogrio.raw.write(
        name, shapes, columns, np.array(list(layer.columns), dtype=object), gaps,
        layer=layer.name, driver="GPKG", append=is_there, encoding="UTF-8",
        geometry_type=kind_of_shape,
        crs=None if shapes is None else f"EPSG:{epsg}",
        dataset_options={"ADD_GPKG_OGR_CONTENTS": "NO"},
        layer_options={} if shapes is None else {"GEOMETRY_NAME": "geom", "SPATIAL_INDEX": "NO"},
    )  # fmt: skip
