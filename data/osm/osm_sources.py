"""One way in: a path to what osmium can read, whatever dialect the file is in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from xml.parsers import expat

from data.osm.osm_kinds import OsmFileError, kind_of_file
from data.osm.osm_plain import Collector, Item, item_of, items_of_osmium, place_in
from data.osm.osm_scan import CHUNK_BYTES, check_remark, check_root, is_dialect, unpacked

MAX_DIALECT_BYTES: Final = 1_500_000_000
_DAMAGED: Final = ("avbruten eller skadad", "Hämta eller spara den på nytt.")
_OBJECTS: Final = frozenset({"node", "way", "relation"})


@dataclass(frozen=True)
class OsmSource:
    """What `osmium.FileProcessor` and `osmium.io.Reader` are given, and what was left out.

    Attributes
    ----------
    data : osmium.io.File or osmium.io.FileBuffer
    is_rewritten : bool
        Whether the file was brought to the plain dialect.
    counts : mapping of str to int
        ``deleted``, ``older``, ``new`` (negative ids), ``centers`` (only a middle is known).
    """

    data: Any
    is_rewritten: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)


def objects_of(data: Any) -> Any:
    """A processor of nodes, ways and relations; changesets, which some files hold, are left out."""
    import osmium

    kinds = osmium.osm.NODE | osmium.osm.WAY | osmium.osm.RELATION
    return osmium.FileProcessor(data, kinds)


def open_osm(path: Path, *, rewrite: bool = False) -> OsmSource:
    """Open an extract for osmium.

    Parameters
    ----------
    path : Path
    rewrite : bool
        Bring the file to the plain dialect whatever it looks like: for a reader that has met
        negative ids, or ways whose nodes are not there but whose places are.

    Raises
    ------
    OsmFileError
        Where it is no extract, which is said, or is damaged.
    OSError
        Where it cannot be opened.
    """
    import osmium

    kind = kind_of_file(path)
    file = osmium.io.File(str(path), kind)
    if kind.startswith("osm"):
        if not (rewrite or is_dialect(path, kind)):
            return OsmSource(file)
        return _rewritten(_collected(path, kind))
    try:
        header = osmium.io.Reader(file, osmium.osm.osm_entity_bits.NOTHING).header()
        features = {header.get(f"pbf_optional_feature_{n}") for n in range(6)}
        is_odd = header.has_multiple_object_versions or "LocationsOnWays" in features
        if not (rewrite or is_odd):
            return OsmSource(file)
        if path.stat().st_size > MAX_DIALECT_BYTES // 10:
            raise OsmFileError("för stor med sin historik", "Kör osmium time-filter på den först.")
        collector = Collector()
        for item in items_of_osmium(objects_of(file)):
            collector.take(item)
    except (RuntimeError, ValueError, osmium.InvalidLocationError) as error:
        raise OsmFileError(*_DAMAGED) from error
    return _rewritten(collector)


def _rewritten(collector: Collector) -> OsmSource:
    import osmium

    plain = collector.plain()
    return OsmSource(osmium.io.FileBuffer(plain, "osm"), True, dict(collector.counts))


def _collected(path: Path, kind: str) -> Collector:
    """Read XML of any dialect."""
    reader = _Reader()
    n_read = 0
    try:
        with unpacked(path, kind) as stream:
            while chunk := stream.read(CHUNK_BYTES):
                n_read += len(chunk)
                if n_read > MAX_DIALECT_BYTES:
                    raise OsmFileError(
                        "för stor för att läsas med nya eller borttagna objekt",
                        "Spara den som .osm.pbf med osmium sort först.",
                    )
                reader.parser.Parse(chunk, False)
        reader.parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise OsmFileError(*_DAMAGED) from error
    return reader.collector


class _Reader:
    """Follows the elements of an extract with expat."""

    def __init__(self) -> None:
        self.collector = Collector()
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = _refuse_doctype
        self.depth = 0
        self.item: Item | None = None
        self.remark: list[str] | None = None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth == 1:
            check_root(name.encode(), attributes.get("version", "0.6").encode())
        elif self.depth == 2:
            if name == "action":
                check_root(b"osmAugmentedDiff", b"0.6")
            self.item = (
                item_of(name, attributes) if name in _OBJECTS and "id" in attributes else None
            )
            self.parser.CharacterDataHandler = self._text if name == "remark" else None
        elif self.item is not None:
            self._inside(self.item, name, attributes)
        if self.depth > 20:
            raise OsmFileError("för djupt kapslad XML", "Den läses inte av säkerhetsskäl.")

    def _inside(self, item: Item, name: str, attributes: dict[str, str]) -> None:
        """What stands within an object."""
        if name == "tag" and self.depth == 3:
            item.tags[attributes["k"]] = attributes["v"]
        elif name == "center":
            item.center = place_in(attributes)
        elif name == "nd" and item.kind == "way":
            ref = attributes.get("ref")
            item.nodes.append((None if ref is None else int(ref), place_in(attributes)))
        elif name == "nd" and item.members:
            place = place_in(attributes)
            if place is not None:
                item.members[-1][3].append(place)
        elif name == "member" and attributes["type"] in _OBJECTS:
            place = place_in(attributes)
            line = [place] if place is not None else []
            item.members.append(
                (attributes["type"], int(attributes["ref"]), attributes.get("role", ""), line)
            )

    def _text(self, text: str) -> None:
        check_remark(b"<remark>" + text.encode())

    def _end(self, _name: str) -> None:
        self.depth -= 1
        if self.depth == 1 and self.item is not None:
            self.collector.take(self.item)
            self.item = None


def _refuse_doctype(*_: object) -> None:
    raise OsmFileError("XML med en dokumenttyp", "Den läses inte av säkerhetsskäl.")
