"""A frame as a sheet of cells, as if a spreadsheet had held it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from data.errors import InputError
from data.tables.files.raw import Cell, Odd, RawSheet, file_fault
from data.tables.schema.columns import TABLES


def sheet_of_frame(table: str, frame: Any) -> RawSheet:
    """One table's cells from a pandas frame, or a GeoPandas frame of points.

    Raises
    ------
    InputError
        Where there is no such table, it is no frame, or its points have no CRS.
    """
    known = {known_table.name for known_table in TABLES}
    if table not in known:
        raise _refused(table, "tabellen finns inte", "Välj " + ", ".join(sorted(known)) + ".")
    if not hasattr(frame, "columns") or not hasattr(frame, "itertuples"):
        raise _refused(table, type(frame).__name__, "Ska vara en DataFrame.")
    epsg = None
    if hasattr(frame, "geometry") and hasattr(frame, "crs"):
        frame, epsg = _with_coordinates(table, frame)
    header = [str(name) for name in frame.columns]
    rows = [[_cell(value) for value in row] for row in frame.itertuples(index=False, name=None)]
    return RawSheet(f"frame:{table}", "", [header, *rows], table=table, epsg=epsg)


def _refused(table: str, problem: str, allowed: str) -> InputError:
    return InputError([file_fault(f"frame:{table}", problem, allowed).fault])


def _with_coordinates(table: str, frame: Any) -> tuple[Any, int]:
    """Points as columns x and y, and their system."""
    import pandas as pd

    epsg = frame.crs.to_epsg() if frame.crs is not None else None
    if epsg is None:
        raise _refused(table, "punkter utan koordinatsystem", "Ange det med set_crs.")
    if not frame.geometry.dropna().geom_type.eq("Point").all():
        raise _refused(table, "annat än punkter", "En punkt per rad, till exempel centroid.")
    if frame.crs.is_geographic:
        frame, epsg = frame.to_crs(3006), 3006
    plain = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    return plain.assign(x=frame.geometry.x.to_numpy(), y=frame.geometry.y.to_numpy()), int(epsg)


def _cell(value: Any) -> Cell:
    """A value of a frame as a spreadsheet would hold it."""
    import pandas as pd

    if isinstance(value, list | tuple | set | frozenset | dict | np.ndarray):
        return Odd.NESTED
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and value != value:
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    if isinstance(value, pd.Timedelta):
        return value.to_pytimedelta()
    if isinstance(value, dt.datetime):
        return value
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day)
    if isinstance(value, dt.time):
        return dt.timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
    return value
