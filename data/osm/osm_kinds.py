"""What kind of file an extract is: by what it begins with, not by what it is called.

Sources: wiki.openstreetmap.org, OSM XML, PBF Format, O5m, OsmChange, Overpass API/Augmented Diffs;
osmcode.org/file-formats-manual (osmium's formats and suffixes).
"""

from __future__ import annotations

import bz2
import re
import zlib
from pathlib import Path
from typing import Final

SUFFIXES: Final = (
    *(".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2", ".osm.xml"),
    *(".osh", ".osh.pbf", ".osh.gz", ".osh.bz2", ".osm.opl", ".opl", ".o5m"),
)
_CHANGES: Final = (".osc", ".osc.gz", ".osc.bz2", ".o5c")
_N_START: Final = 4096
_OPL = re.compile(rb"[nwrc]-?\d+ ")
_COORDINATES_ONLY: Final = "Spara gatorna som .osm eller .osm.pbf i stället."
_OTHERS: Final = (
    (b"PK\x03\x04", "ett zip-arkiv", "Packa upp det först."),
    (b"\xfd7zXZ\x00", "packad med xz", "Packa upp den, eller spara som .osm.pbf."),
    (b"\x28\xb5\x2f\xfd", "packad med zstd", "Packa upp den, eller spara som .osm.pbf."),
    (b"7z\xbc\xaf", "ett 7z-arkiv", "Packa upp det först."),
    (b"SQLite format 3\x00", "en databas (GeoPackage eller SpatiaLite)", _COORDINATES_ONLY),
    (b"o5c2", "en ändringsfil (o5c), inte ett utdrag", "Ange hela utdraget."),
    (b"%PDF", "en PDF", _COORDINATES_ONLY),
)


class OsmFileError(Exception):
    """A file that is no extract, or one that cannot be read: what it is, and what to do.

    Attributes
    ----------
    found, allowed : str
        Swedish, ready to follow the file's name.
    """

    def __init__(self, problem: str, allowed: str) -> None:
        self.problem, self.allowed = problem, allowed
        super().__init__(f"{problem}. {allowed}")


def is_osm_name(name: str) -> bool:
    """Whether a file's name ends as extracts do, in any case; change files too, to be refused."""
    return name.lower().endswith((*SUFFIXES, *_CHANGES))


def kind_of_file(path: Path) -> str:
    """Osmium's name of the file's format, such as ``osm.gz``, ``pbf`` or ``opl``.

    Raises
    ------
    OsmFileError
        Where it is another kind of file, and which; also where it is no regular file.
    OSError
        Where it cannot be opened.
    """
    if not path.is_file():
        raise OsmFileError("ingen vanlig fil", "Ange ett OSM-utdrag på disken.")
    if path.name.lower().endswith(_CHANGES):
        raise OsmFileError(
            "en ändringsfil (osmChange), inte ett utdrag",
            "Ange hela utdraget; lägg in ändringarna med osmium apply-changes först.",
        )
    with path.open("rb") as stream:
        start = stream.read(_N_START)
    if start.startswith(b"\x1f\x8b"):
        return f"{_kind(_unpacked(zlib.decompressobj(47), start), path.name, 'gzip')}.gz"
    if start.startswith(b"BZh"):
        with bz2.open(path) as packed:  # a block of bzip2 is longer than the start
            try:
                inside = packed.read(_N_START)
            except (OSError, EOFError):
                raise OsmFileError("avbruten eller skadad", "Hämta den på nytt.") from None
        return f"{_kind(inside, path.name, 'bzip2')}.bz2"
    return _kind(start, path.name, "")


def _unpacked(packed: zlib._Decompress, start: bytes) -> bytes:
    try:
        return packed.decompress(start, _N_START)
    except zlib.error:
        raise OsmFileError("avbruten eller skadad", "Hämta den på nytt.") from None


def _kind(start: bytes, name: str, packed_by: str) -> str:
    if not start:
        raise OsmFileError("tom (0 byte)", "Hämta den på nytt.")
    text = start.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00")
    if start[4:15] == b"\n\tOSMHeader" or start[3:15] == b"\r\n\tOSMHeader":
        if packed_by:
            raise OsmFileError(f"ett utdrag (PBF) packat med {packed_by}", "Packa upp det.")
        return "pbf"
    if b"o5m2" in start[:16] and not packed_by:
        return "o5m"
    if text[:1] == b"<":
        if re.match(rb"<(?:!doctype\s+)?html", text, re.IGNORECASE):
            raise OsmFileError("en webbsida, inte ett utdrag", "Hämta utdraget på nytt.")
        return "osm"
    if text[:1] in (b"{", b"["):
        raise OsmFileError(
            "JSON, inte ett utdrag",
            "Hämta från Overpass med [out:xml], eller spara som .osm eller .osm.pbf.",
        )
    for magic, kind, allowed in _OTHERS:
        if magic in start[:16]:
            raise OsmFileError(kind, allowed)
    if _OPL.match(start):
        return "opl"
    if is_osm_name(name):
        raise OsmFileError("avbruten eller ingen OpenStreetMap-fil", "Hämta den på nytt.")
    raise OsmFileError("ingen OpenStreetMap-fil", f"Tillåtet: {', '.join(SUFFIXES)}.")
