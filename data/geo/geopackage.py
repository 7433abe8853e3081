"""GeoPackage written with SQLite alone: points and tables that open in QGIS with a style.

Source: OGC 12-128r18, GeoPackage Encoding Standard 1.3; the ``layer_styles`` table is QGIS's own.
No spatial index is made; a municipality's points need none.
"""

from __future__ import annotations

import contextlib
import sqlite3
import struct
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_APPLICATION_ID: Final = 0x47504B47
_USER_VERSION: Final = 10300
_EPOCH: Final = "2000-01-01T00:00:00.000Z"
_SCHEMA: Final = """
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '', last_change DATETIME NOT NULL,
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name));
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT, f_table_catalog TEXT, f_table_schema TEXT,
  f_table_name TEXT, f_geometry_column TEXT, styleName TEXT, styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT, ui TEXT,
  update_time DATETIME DEFAULT '2000-01-01T00:00:00.000Z');
INSERT INTO gpkg_spatial_ref_sys VALUES
  ('Undefined cartesian SRS', -1, 'NONE', -1, 'undefined', NULL),
  ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', NULL);
"""


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
    """

    name: str
    columns: Mapping[str, str]
    rows: Sequence[Sequence[Any]]
    points: Sequence[tuple[float, float]] | None = None
    style_qml: str = ""


def _point_blob(x: float, y: float, srs_id: int) -> bytes:
    """GeoPackage binary of a point: header without envelope, then little-endian WKB."""
    return struct.pack("<2sBBi", b"GP", 0, 1, srs_id) + struct.pack("<BIdd", 1, 1, x, y)


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

_ENVELOPE_BYTES: Final = (0, 32, 48, 48, 64)


def point_of(blob: bytes) -> tuple[float, float] | None:
    """The place of a GeoPackage point, or of the first point of a multipoint."""
    if len(blob) < 8 or blob[:2] != b"GP":
        return None
    envelope = (blob[3] >> 1) & 7
    if envelope >= len(_ENVELOPE_BYTES):
        return None
    at = 8 + _ENVELOPE_BYTES[envelope]
    order = "<" if blob[at] else ">"
    kind = struct.unpack_from(f"{order}I", blob, at + 1)[0] % 1000
    at += 5
    if kind == 4 and struct.unpack_from(f"{order}I", blob, at)[0]:
        at += 9
    elif kind != 1:
        return None
    return struct.unpack_from(f"{order}dd", blob, at)


def wkb_of(blob: bytes) -> bytes:
    """The well-known binary within a GeoPackage geometry.

    Raises
    ------
    ValueError
        Where it is no such geometry.
    """
    if len(blob) < 8 or blob[:2] != b"GP" or (blob[3] >> 1) & 7 >= len(_ENVELOPE_BYTES):
        raise ValueError("no GeoPackage geometry")
    return blob[8 + _ENVELOPE_BYTES[(blob[3] >> 1) & 7] :]


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
        number = _code_of(row[2])
    if isinstance(number, int) and crs.is_known(number):
        return number, ""
    return None, "lagret har ett okänt koordinatsystem"


def _code_of(definition: object) -> int | None:
    """The code of a system that a GIS wrote as its own definition; None where none is alike."""
    from pyproj import CRS, Transformer
    from pyproj.exceptions import ProjError

    if not isinstance(definition, str) or len(definition) > 100_000:
        return None
    try:
        own = CRS.from_wkt(definition)
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


def write_geopackage(path: Path, layers: Iterable[Layer], epsg: int) -> None:
    """Write all layers to a new file at ``path`` (which must not exist, or be empty).

    Parameters
    ----------
    path : Path
    layers : iterable of Layer
    epsg : int
        System of all points.
    """
    from pyproj import CRS

    path.unlink(missing_ok=True)
    crs = CRS.from_epsg(epsg)
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        # A new file that the caller flushes and moves in place: SQLite's own safety is not needed.
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {_USER_VERSION}")
        connection.executescript(_SCHEMA)
        connection.executemany(
            "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, NULL)",
            # In a fixed order: equal plans have equal bytes, whatever the hash seed.
            dict.fromkeys([
                (crs.name, epsg, "EPSG", epsg, crs.to_wkt("WKT1_GDAL")),
                (CRS.from_epsg(4326).name, 4326, "EPSG", 4326,
                 CRS.from_epsg(4326).to_wkt("WKT1_GDAL")),
            ]),
        )  # fmt: skip
        for layer in layers:
            _write_layer(connection, layer, epsg)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _write_layer(connection: sqlite3.Connection, layer: Layer, epsg: int) -> None:
    definitions = [f"{_quoted(name)} {kind}" for name, kind in layer.columns.items()]
    names = list(layer.columns)
    rows: Iterable[Sequence[Any]] = layer.rows
    bounds: tuple[float | None, ...] = (None, None, None, None)
    if layer.points is not None:
        definitions.insert(0, "geom POINT")
        names.insert(0, "geom")
        rows = [
            (_point_blob(x, y, epsg), *row)
            for (x, y), row in zip(layer.points, layer.rows, strict=True)
        ]
        if layer.points:
            xs, ys = zip(*layer.points, strict=True)
            bounds = (min(xs), min(ys), max(xs), max(ys))
    table = _quoted(layer.name)
    connection.execute(
        f"CREATE TABLE {table} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "
        f"{', '.join(definitions)})"
    )
    marks = ", ".join("?" * len(names))
    connection.executemany(
        f"INSERT INTO {table} ({', '.join(map(_quoted, names))}) VALUES ({marks})",  # noqa: S608
        rows,
    )
    kind, srs_id = ("features", epsg) if layer.points is not None else ("attributes", None)
    connection.execute(
        "INSERT INTO gpkg_contents VALUES (?, ?, ?, '', ?, ?, ?, ?, ?, ?)",
        (layer.name, kind, layer.name, _EPOCH, *bounds, srs_id),
    )
    if layer.points is not None:
        connection.execute(
            "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'POINT', ?, 0, 0)",
            (layer.name, epsg),
        )
    if layer.style_qml:
        connection.execute(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, "
            "f_geometry_column, styleName, styleQML, styleSLD, useAsDefault) "
            "VALUES ('', '', ?, 'geom', ?, ?, '', 1)",
            (layer.name, layer.name, layer.style_qml),
        )
