"""GIS files and Parquet as sources of tables: a layer or a file is a sheet with its header.

A layer says which coordinate system its points are in; that is kept with the sheet. Parquet says
what each column holds, so nothing of it is parsed twice.
"""

from __future__ import annotations

import datetime as dt
import decimal
import math
import sqlite3
import struct
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from data.geo.vector_files import (
    VectorLayer,
    geoparquet_shapes,
    places_of,
    read_layers,
    shapes_of_wkb,
)
from data.tables.files.instants import swedish
from data.tables.files.raw import (
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_UNPACKED_BYTES,
    Cell,
    Odd,
    RawSheet,
    check_regular,
    file_fault,
)

_SKIPPED: Final = frozenset({"fid", "geom", "geometry", "wkb_geometry", "ogc_fid"})
EAST: Final = "E"
NORTH: Final = "N"


_WHAT: Final = {
    ".gpkg": "ingen hel GeoPackage, eller en vy i den som aldrig blir klar",
    ".geojson": "ingen hel GeoJSON",
    ".shp": "ingen hel Shapefile (.shp, .shx, .dbf och .prj hör ihop)",
}


def read_vector_tables(path: Path) -> list[RawSheet]:
    """Every table and layer of a GIS file; points become columns E and N.

    Raises
    ------
    FileFaultError
        Where the file is not what its ending says, or larger than the limits.
    """
    check_regular(path)
    try:
        return [_sheet_of(path, layer) for layer in read_layers(path, MAX_ROWS)]
    except (sqlite3.Error, struct.error, LookupError, ValueError, MemoryError, OSError):
        raise file_fault(
            path.name, _WHAT[path.suffix.lower()], "Spara lagret på nytt från GIS-programmet."
        ) from None


def _sheet_of(path: Path, layer: VectorLayer) -> RawSheet:
    if len(layer.rows) >= MAX_ROWS:
        raise file_fault(path.name, f"fler än {MAX_ROWS} rader", "Dela upp den.")
    kept = [column for column, name in enumerate(layer.columns) if name.lower() not in _SKIPPED]
    header = [layer.columns[column] for column in kept]
    rows = [[_plain(row[column]) for column in kept] for row in layer.rows]
    sheet = layer.name if path.suffix.lower() == ".gpkg" else ""
    if layer.shapes is None or {EAST, NORTH} & set(header):
        return RawSheet(path.name, sheet, [header, *rows])
    return RawSheet(
        path.name, sheet, _placed(header, rows, layer.shapes), epsg=layer.epsg,
        no_system=layer.no_system,
    )  # fmt: skip


def _placed(header: list[Any], rows: list[list[Any]], shapes: Any) -> list[list[Any]]:
    """The table with each point's east and north in two columns more."""
    return [
        [*header, EAST, NORTH],
        *([*row, *place] for row, place in zip(rows, places_of(shapes), strict=True)),
    ]


def read_parquet(path: Path) -> RawSheet:
    """One Parquet file as a sheet named by the file; GeoParquet's points become columns E and N.

    Raises
    ------
    FileFaultError
        Where the file is no Parquet file, or larger than the limits.
    """
    check_regular(path)
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise file_fault(
            path.name, "Parquet läses bara med tillägget parquet",
            "Installera hemrunda[parquet], eller spara tabellen som Excel eller CSV.",
        ) from None  # fmt: skip
    try:
        file = pyarrow.parquet.ParquetFile(path)
        if file.metadata.num_rows > MAX_ROWS or file.metadata.num_columns > MAX_COLUMNS:
            raise file_fault(
                path.name, "fler rader eller kolumner än som läses",
                f"Högst {MAX_ROWS} rader och {MAX_COLUMNS} kolumner.",
            )  # fmt: skip
        groups = range(file.metadata.num_row_groups)
        if (
            sum(file.metadata.row_group(group).total_byte_size for group in groups)
            > MAX_UNPACKED_BYTES
        ):
            raise file_fault(path.name, "filen är för stor uppackad", "Dela upp den.")
        table = file.read()
        columns = [[_plain(cell) for cell in column.to_pylist()] for column in table.columns]
    except (pyarrow.ArrowException, OSError, ValueError, LookupError, OverflowError):
        raise file_fault(path.name, "ingen hel Parquetfil", "Exportera den på nytt.") from None
    rows = [list(row) for row in zip(*columns, strict=True)]
    sheet = RawSheet(path.name, path.stem, [list(table.column_names), *rows])
    try:
        return _with_shapes(sheet, table.schema.metadata)
    except (LookupError, ValueError, TypeError, AttributeError):
        raise file_fault(
            path.name, "ingen hel GeoParquet", "Spara lagret på nytt från GIS-programmet."
        ) from None


def _with_shapes(sheet: RawSheet, metadata: Mapping[bytes, bytes] | None) -> RawSheet:
    """The sheet with the places of its GeoParquet shapes, where it has any."""
    column = geoparquet_shapes(metadata)
    if column is None:
        return sheet
    name, epsg, why = column
    header = list(sheet.rows[0])
    shape_idx = header.index(name)
    rows = [[*row[:shape_idx], *row[shape_idx + 1 :]] for row in sheet.rows[1:]]
    header = header[:shape_idx] + header[shape_idx + 1 :]
    if {EAST, NORTH} & set(header):
        return replace(sheet, rows=[header, *rows])
    shapes = shapes_of_wkb([row[shape_idx] for row in sheet.rows[1:]])
    return replace(sheet, rows=_placed(header, rows, shapes), epsg=epsg, no_system=why)


def _plain(cell: object) -> Cell:
    """A value of Parquet as a spreadsheet would hold it; a database's decimals become numbers."""
    if isinstance(cell, decimal.Decimal):
        return float(cell)
    if isinstance(cell, dt.datetime):
        return swedish(cell)
    if isinstance(cell, dt.time):
        return dt.timedelta(hours=cell.hour, minutes=cell.minute, seconds=cell.second)
    if isinstance(cell, list | dict | tuple):
        return Odd.NESTED
    is_missing = isinstance(cell, float) and math.isnan(cell)  # how pandas leaves a gap
    return None if is_missing else cell
