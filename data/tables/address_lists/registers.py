"""Address registers on this machine: OSM extracts, Lantmäteriet's Belägenhetsadress, any CSV.

Sources: OSM key ``addr:*``; Lantmäteriet, Belägenhetsadress Nedladdning vektor (GeoPackage; free,
CC BY 4.0, handed out after a legal review); OGC 12-128r18 for the geometry blobs. Street names are
unique only within a kommundel, so postcode and locality are kept with every address.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from data.errors import Fault, InputError
from data.geo import crs
from data.geo.vector_files import VECTOR_ENDINGS, places_of, read_layers
from data.osm import Door, Doors, OsmFileError, is_osm_name, objects_of, open_osm, points_of
from data.streets import AddressPoint
from data.tables.files.csv_files import read_csv
from data.tables.files.raw import FileFaultError, file_fault
from data.tables.schema import cells
from data.tables.schema.headers import header_key
from data.units import EPSG_SWEREF99_TM

_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "street": ("street", "gata", "gatunamn", "gatuadress", "adressområde", "väg",
               "adressomrade_faststalltnamn", "adressomrade", "addr:street", "adressnamn"),
    "farm": ("gardsadressomrade_faststalltnamn", "gårdsadressområde", "gardsadressomrade"),
    "number": ("number", "nummer", "nr", "husnummer", "gatunummer", "adressplatsnummer",
               "adressplats", "addr:housenumber", "housenumber"),
    "letter": ("letter", "bokstav", "bokstavstillagg", "bokstavstillägg"),
    "address": ("address", "adress", "belägenhetsadress"),
    "postcode": ("postcode", "postnummer", "postnr", "addr:postcode"),
    "city": ("city", "postort", "ort", "addr:city"),
    "district": ("kommundel", "kommundel_faststalltnamn", "kommundelsnamn", "addr:suburb"),
    "status": ("status", "statusforbelagenhetsadress"),
    "x": ("x", "e", "öst", "ost", "easting", "east", "sweref e"),
    "y": ("y", "n", "nord", "norr", "northing", "north", "sweref n"),
    "lat": ("lat", "latitud", "latitude"),
    "lon": ("lon", "long", "longitud", "longitude", "lng"),
}  # fmt: skip
_KNOWN: Final = {header_key(text): name for name, texts in _FIELDS.items() for text in texts}


MAX_ADDRESSES: Final = 6_000_000
"""All of Sweden has 3.7 million."""


def read_register(
    path: Path, *, epsg: int = EPSG_SWEREF99_TM, from_epsg: int | None = None
) -> list[AddressPoint]:
    """All addresses of a register file.

    Parameters
    ----------
    path : Path
        An OSM extract, ``.gpkg``, ``.geojson``, ``.shp`` or ``.csv``; the suffix in any case.
    epsg : int
        System of the points returned.
    from_epsg : int, optional
        System of a CSV's E and N columns; ``epsg`` where not given. A GeoPackage says its own.

    Raises
    ------
    InputError
        Where the file is none of these, or lacks streets, numbers or places.
    """
    try:
        name = path.name.lower()
        if is_osm_name(name):
            return _read_osm(path, epsg)
        if path.suffix.lower() in VECTOR_ENDINGS:
            return _read_vector(path, epsg)
        if name.endswith((".csv", ".txt", ".tsv")):
            return _read_csv_register(path, epsg, from_epsg or epsg)
    except FileFaultError as error:
        raise InputError([error.fault]) from None
    except OsmFileError as error:
        raise InputError([Fault(path.name, "", 0, "", error.problem, error.allowed)]) from None
    except (OSError, sqlite3.Error, struct.error, LookupError, ValueError, RuntimeError):
        fault = file_fault(path.name, "registret kan inte läsas", "Är filen hel?").fault
        raise InputError([fault]) from None
    fault = file_fault(
        path.name, "okänt slag av register", "Ange .osm.pbf, .gpkg, .geojson, .shp eller .csv."
    ).fault
    raise InputError([fault])


def _placed(
    rows: Sequence[tuple[str, str, str, str]],
    east: Sequence[float],
    north: Sequence[float],
    from_epsg: int,
    epsg: int,
) -> list[AddressPoint]:
    x, y = crs.transform(
        np.asarray(east, dtype=np.float64), np.asarray(north, dtype=np.float64), from_epsg, epsg
    )
    return [
        AddressPoint(*row, float(a), float(b))
        for row, a, b in zip(rows, x, y, strict=True)
        if np.isfinite(a) and np.isfinite(b)
    ]


def _read_osm(path: Path, epsg: int) -> list[AddressPoint]:
    """Every address of an extract, whatever bears it (`data.osm.Doors`)."""
    source = open_osm(path)
    doors, has_new = _doors_of(source.data)
    if has_new and not source.is_rewritten:
        doors, _ = _doors_of(open_osm(path, rewrite=True).data)
    rows = [(door.street, door.number, door.postcode, door.city) for door in doors if door.street]
    lon, lat = ([getattr(door, axis) for door in doors if door.street] for axis in ("lon", "lat"))
    return _placed(rows, lon, lat, crs.EPSG_WGS84, epsg)


def _doors_of(data: Any) -> tuple[list[Door], bool]:
    """The addresses, and whether ways have nodes with negative ids, of which osmium knows none."""
    import osmium

    doors, has_new = Doors(), False
    try:
        relations: Any = osmium.FileProcessor(data, osmium.osm.RELATION)
        for relation in relations:
            doors.note_relation(relation, dict(relation.tags))
        reader = objects_of(data).with_locations().with_filter(_untagged_nodes())
        for item in reader:
            if not (item.is_node() or item.is_way()):
                continue
            tags = dict(item.tags)
            if not doors.is_wanted("n" if item.is_node() else "w", item.id, tags):
                continue
            if item.is_node():
                doors.take_node(item, tags)
            else:
                has_new |= any(node.ref < 0 for node in item.nodes)
                doors.take_way(item.id, tags, points_of(item.nodes), False)
        return doors.doors(), has_new
    except osmium.InvalidLocationError as error:
        raise ValueError("a place off the globe") from error


def _untagged_nodes() -> Any:
    """A filter that leaves out nodes without tags, which bear no address."""
    import osmium

    empty: Any = osmium.filter.EmptyTagFilter()
    return empty.enable_for(osmium.osm.NODE)


def _fields(names: Iterable[str]) -> dict[str, str]:
    """Which of a table's columns holds which field."""
    fields: dict[str, str] = {}
    for name in names:
        field = _KNOWN.get(header_key(name))
        if field is not None:
            fields.setdefault(field, name)
    return fields


def _row(values: Mapping[str, Any]) -> tuple[str, str, str, str] | None:
    """Street, number, postcode and locality of one entry; None for one that is not in force."""
    text = {name: "" if value is None else str(value).strip() for name, value in values.items()}
    if text.get("status", "").casefold() in {"avregistrerad", "reserverad", "makulerad"}:
        return None
    city = text.get("city") or text.get("district", "")
    if "street" in text:
        street = " ".join(part for part in (text["street"], text.get("farm", "")) if part)
        number = text.get("number", "").removesuffix(".0") + text.get("letter", "")
    else:
        street, _, number = text.get("address", "").rpartition(" ")
        if not number[:1].isdigit():  # "Storgatan 12 B"
            street, _, first = street.rpartition(" ")
            number = first + number
    return (street, number, text.get("postcode", ""), city) if street else None


def _check_fields(fields: Mapping[str, str], file: str, *, needs_points: bool) -> None:
    has_street = "address" in fields or {"street", "number"} <= fields.keys()
    has_point = {"x", "y"} <= fields.keys() or {"lat", "lon"} <= fields.keys()
    if not has_street or (needs_points and not has_point):
        raise file_fault(
            file,
            "registret saknar kolumner",
            "Behövs: gata och nummer (eller adress), och E och N (eller latitud och longitud).",
        )


def _read_csv_register(path: Path, epsg: int, from_epsg: int) -> list[AddressPoint]:
    def score(row: Sequence[object]) -> int:
        return len(_fields(str(cell) for cell in row))

    raw = read_csv(path, score)
    header_at = max(
        range(min(20, len(raw.rows))),
        key=lambda header_idx: (score(raw.rows[header_idx]), -header_idx),
    )
    header = [str(cell) for cell in raw.rows[header_at]]
    fields = _fields(header)
    _check_fields(fields, path.name, needs_points=True)
    column_of = {field: header.index(name) for field, name in fields.items()}
    has_metres = {"x", "y"} <= fields.keys()
    of_east, of_north = ("x", "y") if has_metres else ("lon", "lat")
    rows, east, north = [], [], []
    for row in raw.rows[header_at + 1 :]:
        values = {name: row[column] for name, column in column_of.items() if column < len(row)}
        entry = _row(values)
        try:
            point = cells.number(values[of_east]), cells.number(values[of_north])
        except (KeyError, ValueError):
            continue
        if entry is not None:
            rows.append(entry)
            east.append(point[0])
            north.append(point[1])
    return _placed(rows, east, north, from_epsg if has_metres else crs.EPSG_WGS84, epsg)


def _read_vector(path: Path, epsg: int) -> list[AddressPoint]:
    """The first layer of points that has streets and numbers."""
    for layer in read_layers(path, MAX_ADDRESSES):
        fields = _fields(layer.columns)
        if layer.shapes is None or not ("address" in fields or {"street", "number"} <= set(fields)):
            continue
        if len(layer.rows) > MAX_ADDRESSES:
            raise file_fault(path.name, "fler adresser än som läses", "Dela upp registret.")
        if layer.epsg is None:
            raise file_fault(
                path.name, layer.no_system, "Sätt lagrets koordinatsystem i GIS-programmet.",
                layer.name if path.suffix.lower() == ".gpkg" else "",
            )  # fmt: skip
        column_of = {field: layer.columns.index(name) for field, name in fields.items()}
        rows, east, north = [], [], []
        for row, (x, y) in zip(layer.rows, places_of(layer.shapes), strict=True):
            entry = _row({name: row[column] for name, column in column_of.items()})
            if entry is not None and x is not None and y is not None:
                rows.append(entry)
                east.append(x)
                north.append(y)
        return _placed(rows, east, north, layer.epsg, epsg)
    raise file_fault(path.name, "inget skikt med gator och nummer", "Är det ett adressregister?")
