"""A look through an extract in XML before osmium reads it: which dialect, and what is no extract.

Most files are plain, and are then read by osmium alone. The look costs a tenth of the reading. It
also holds the limits that keep one file from filling the memory: of one tag, of nesting, and of
how hard it may be packed.
"""

from __future__ import annotations

import bz2
import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from data.osm.osm_kinds import OsmFileError

CHUNK_BYTES: Final = 1 << 20
MAX_TAG: Final = 1 << 20
"""No tag with its attributes is larger: OSM's own limit of a value is 255 signs."""
SAFETY: Final = "Den läses inte av säkerhetsskäl."
MAX_DEPTH: Final = 1_000
MAX_RATIO: Final = 300
MAX_UNPACKED: Final = 8_000_000_000

_ROOT = re.compile(rb"<([A-Za-z_][\w.:-]*)(?:\s[^>]*)?>")
_VERSION = re.compile(rb"""\sversion\s*=\s*["']([^"']*)["']""")
_DIALECTS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rb"""id\s*=\s*["']\s*-""",
        rb"""ref\s*=\s*["']\s*-""",
        rb"""action\s*=\s*["']delete""",
        rb"""visible\s*=\s*["'](?:false|0)""",
        rb"""<nd\s[^>]*\slat""",
        rb"""<nd\s+l(?:at|on)""",
        rb"""<center\s""",
        rb"""<member\s[^>]*[^/]>\s*<nd""",
    )
)
"""Each begins with letters, by which the search is ten times as quick as with all in one."""
_OBJECT = re.compile(rb"""<([nwr])[oae][a-z]*\s[^>]*?\bid\s*=\s*["'](\d+)""")
_ROOTS: Final = {
    b"osmChange": "en ändringsfil (osmChange), inte ett utdrag",
    b"osmAugmentedDiff": "en skillnad (augmented diff), inte ett utdrag",
    b"html": "en webbsida, inte ett utdrag",
    b"gpx": "ett spår (GPX), inte ett utdrag",
    b"kml": "en KML-fil, inte ett utdrag",
    b"graphml": "en GraphML-fil, inte ett utdrag",
    b"osm-script": "en fråga till Overpass, inte dess svar",
}


@dataclass
class _Looked:
    """What has been seen so far."""

    is_dialect: bool = False
    ids: dict[bytes, list[int]] = field(default_factory=lambda: {b"n": [], b"w": [], b"r": []})

    def has_twice(self) -> bool:
        """Whether an object is there in several versions."""
        return any(len(np.unique(ids)) < len(ids) for ids in map(np.array, self.ids.values()))


@contextmanager
def unpacked(path: Path, kind: str) -> Iterator[Any]:
    """The file's text, whatever it is packed with.

    Raises
    ------
    OsmFileError
        Where the packing is damaged or cut off.
    """
    try:
        if kind.endswith(".gz"):
            with gzip.open(path) as stream:
                yield stream
        elif kind.endswith(".bz2"):
            with bz2.open(path) as stream:
                yield stream
        else:
            with path.open("rb") as stream:
                yield stream
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise OsmFileError("avbruten eller skadad", "Hämta den på nytt.") from error


def check_limits(path: Path) -> None:
    """Refuse any XML that has a document type, a huge tag, or is nested too deep.

    Raises
    ------
    OsmFileError
    """
    rest, depth = b"", 0
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            whole, rest = _whole_tags(rest + chunk)
            if b"<!DOCTYPE" in whole or b"<!ENTITY" in whole:
                raise OsmFileError("XML med en dokumenttyp", SAFETY)
            depth = _deeper(whole, depth)


def _whole_tags(text: bytes) -> tuple[bytes, bytes]:
    """The text up to its last tag, and the rest, which may go on in the next chunk."""
    cut = text.rfind(b"<")
    whole, rest = (text[:cut], text[cut:]) if cut > 0 else (b"", text)
    if len(rest) > MAX_TAG:
        raise OsmFileError("XML med en orimligt stor tagg", SAFETY)
    return whole, rest


def _deeper(text: bytes, depth: int) -> int:
    depth += _nesting(text)
    if depth > MAX_DEPTH:
        raise OsmFileError("för djupt kapslad XML", SAFETY)
    return depth


def is_dialect(path: Path, kind: str) -> bool:
    """Whether the XML must be brought to the plain form before osmium reads it.

    Raises
    ------
    OsmFileError
        Where it is another kind of XML, says that it is not whole, or passes a limit.
    """
    looked = _Looked()
    rest, depth, n_read = b"", 0, 0
    is_first = True
    n_packed = max(path.stat().st_size, 1)
    with unpacked(path, kind) as stream:
        while chunk := stream.read(CHUNK_BYTES):
            n_read += len(chunk)
            if n_read > MAX_UNPACKED or (n_read > 100_000_000 and n_read > MAX_RATIO * n_packed):
                raise OsmFileError("onormalt hårt packad", SAFETY)
            if is_first and (chunk[:2] in (b"\xff\xfe", b"\xfe\xff") or chunk[:1] == b"\x00"):
                return True  # UTF-16, which the slower reader takes as any XML
            text, rest = _whole_tags(rest + chunk)
            is_first = _look(text, looked, is_first)
            depth = _deeper(text, depth)
    _look(rest, looked, is_first)
    return looked.is_dialect or looked.has_twice()


def _nesting(text: bytes) -> int:
    return (
        text.count(b"<")
        - 2 * text.count(b"</")
        - text.count(b"/>")
        - text.count(b"<?")
        - text.count(b"<!")
    )


def _look(text: bytes, looked: _Looked, is_first: bool) -> bool:
    """Look through whole tags; whether the root is still to come."""
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise OsmFileError("XML med en dokumenttyp", SAFETY)
    if is_first:
        bare = re.sub(rb"<!--.*?-->", b"", text, flags=re.DOTALL)
        root = _ROOT.search(bare)
        if root is None:
            return True
        version = _VERSION.search(root.group())
        check_root(root.group(1), b"0.6" if version is None else version[1])
        looked.is_dialect |= version is None  # osmium refuses what does not say its version
    if b"<remark" in text:
        check_remark(text)
    if b"<action" in text:
        raise OsmFileError(_ROOTS[b"osmAugmentedDiff"], "Ange hela utdraget.")
    if not looked.is_dialect:
        looked.is_dialect = any(pattern.search(text) for pattern in _DIALECTS)
        for kind, number in _OBJECT.findall(text):
            looked.ids[kind].append(int(number))
    return False


def check_root(root: bytes, version: bytes) -> None:
    """Refuse XML whose root is not that of an extract of version 0.6.

    Raises
    ------
    OsmFileError
    """
    if root in _ROOTS:
        raise OsmFileError(_ROOTS[root], "Ange hela utdraget, som .osm eller .osm.pbf.")
    if root != b"osm":
        raise OsmFileError("XML, men ingen OpenStreetMap-fil", "Ange ett utdrag som .osm.")
    if version != b"0.6":
        raise OsmFileError("ett utdrag av en annan version än 0.6", "Hämta ett nytt utdrag.")


def check_remark(text: bytes) -> None:
    """Refuse an answer of Overpass that says that it did not get to its end.

    Raises
    ------
    OsmFileError
    """
    said = text.partition(b"<remark")[2].partition(b"</remark")[0].lower()
    if b"error" in said or b"timed out" in said or b"memory" in said:
        raise OsmFileError(
            "inte hel: Overpass hann inte med eller fick slut på minne",
            "Be om ett mindre område eller en längre tid, [timeout:600].",
        )
