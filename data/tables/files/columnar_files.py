"""GeoPackage and Parquet as sources of tables: a layer or a file is a sheet with its header.

A GeoPackage says which coordinate system its points are in; that is kept with the sheet. Parquet
says what each column holds, so nothing of it is parsed twice.
"""

from __future__ import annotations

import datetime as dt
import decimal
import math
import sqlite3
import struct
from pathlib import Path
from typing import Any, Final

from data.geo.geopackage import point_of, reading_geopackage, system_of
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


def read_geopackage_tables(path: Path) -> list[RawSheet]:
    """Every feature and attribute table of a GeoPackage; points become columns E and N.

    Raises
    ------
    FileFaultError
        Where the file is no GeoPackage, or larger than the limits.
    """
    check_regular(path)
    sheets = []
    try:
        with reading_geopackage(path) as connection:
            geometries = {
                table: (column, srs_id)
                for table, column, srs_id in connection.execute(
                    "SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns"
                )
            }
            names = connection.execute(
                "SELECT table_name FROM gpkg_contents WHERE data_type IN ('features', 'attributes')"
                " ORDER BY table_name"
            ).fetchall()
            for (table,) in names:
                geometry, srs_id = geometries.get(table, ("", None))
                quoted = '"' + table.replace('"', '""') + '"'
                cursor = connection.execute(f"SELECT * FROM {quoted}")  # noqa: S608
                header = [column[0] for column in cursor.description]
                kept = [
                    at
                    for at, name in enumerate(header)
                    if name != geometry and name.lower() not in _SKIPPED
                ]
                names_kept = [header[at] for at in kept]
                is_placed = bool(geometry) and not {EAST, NORTH} & set(names_kept)
                rows: list[list[Any]] = [names_kept + [EAST, NORTH] * is_placed]
                for row in cursor:
                    cells = [row[at] for at in kept]
                    if is_placed:
                        blob = row[header.index(geometry)]
                        cells.extend((point_of(blob) if blob else None) or (None, None))
                    rows.append(cells)
                    if len(rows) > MAX_ROWS:
                        raise file_fault(path.name, f"fler än {MAX_ROWS} rader", "Dela upp den.")
                epsg, why = system_of(connection, srs_id) if is_placed else (None, "")
                sheets.append(RawSheet(path.name, table, rows, epsg=epsg, no_system=why))
    except (sqlite3.Error, struct.error, LookupError, ValueError, MemoryError):
        raise file_fault(
            path.name,
            "ingen hel GeoPackage, eller en vy i den som aldrig blir klar",
            "Spara lagret på nytt från GIS-programmet.",
        ) from None  # fmt: skip
    return sheets


def read_parquet(path: Path) -> RawSheet:
    """One Parquet file as a sheet named by the file.

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
        if sum(file.metadata.row_group(at).total_byte_size for at in groups) > MAX_UNPACKED_BYTES:
            raise file_fault(path.name, "filen är för stor uppackad", "Dela upp den.")
        table = file.read()
        columns = [[_plain(cell) for cell in column.to_pylist()] for column in table.columns]
    except (pyarrow.ArrowException, OSError, ValueError, LookupError, OverflowError):
        raise file_fault(path.name, "ingen hel Parquetfil", "Exportera den på nytt.") from None
    rows = [list(row) for row in zip(*columns, strict=True)]
    return RawSheet(path.name, path.stem, [list(table.column_names), *rows])


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
