"""Read an OpenStreetMap extract into a `StreetNetwork`: one sweep, no filter for one mode.

pyosmium decodes the file (PBF, or XML plain, gzipped or bzipped); the way nodes go straight into
flat arrays, and everything after that is NumPy (`routing.network.topology`).
"""

from __future__ import annotations

import datetime as dt
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from data.errors import NetworkError
from data.progress import Watch
from data.streets import StreetNetwork
from data.units import EPSG_SWEREF99_TM
from routing.network.map_features import Landscape
from routing.network.topology import FlatWays, build_network
from routing.network.way_rules import WayRule, judge_node, judge_way

SUFFIXES = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2")
_STREET_NODE_KEYS = ("highway", "barrier", "crossing", "railway")


@dataclass
class _Sweep:
    """What one reading of the file collects."""

    landscape: Landscape
    refs: array[int] = field(default_factory=lambda: array("q"))
    lon: array[int] = field(default_factory=lambda: array("i"))
    lat: array[int] = field(default_factory=lambda: array("i"))
    n_nodes_of_way: array[int] = field(default_factory=lambda: array("i"))
    way_ids: array[int] = field(default_factory=lambda: array("q"))
    rules: list[WayRule] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    node_flags: dict[int, int] = field(default_factory=dict)

    def take_street(self, way: Any, tags: dict[str, str]) -> bool:
        """Keep the way if it is a street; tell whether it was."""
        rule = judge_way(tags)
        if rule is None:
            return False
        if tags.get("route") == "ferry" and "duration" in tags:
            rule = rule._replace(max_speed_kmh=_ferry_kmh(way, tags["duration"]))
        n_before = len(self.refs)
        for node in way.nodes:
            place = node.location
            self.refs.append(node.ref)
            self.lon.append(place.x)
            self.lat.append(place.y)
        if len(self.refs) == n_before:
            return True
        self.n_nodes_of_way.append(len(self.refs) - n_before)
        self.way_ids.append(way.id)
        self.rules.append(rule)
        self.names.append(tags.get("name") or tags.get("ref", ""))
        return True


def load_osm(
    path: str | Path, *, epsg: int = EPSG_SWEREF99_TM, watch: Watch | None = None
) -> StreetNetwork:
    """Read a whole extract: streets of all modes, street names, base map and addresses.

    Parameters
    ----------
    path : path
        ``.osm.pbf``, ``.osm``, ``.osm.gz`` or ``.osm.bz2``.
    epsg : int
        The projected CRS of the network, in metres.
    watch : Watch, optional
        Told of progress; asked whether to stop.

    Returns
    -------
    StreetNetwork
        Segments run between junctions. Ways cut by the extract's border end where their nodes
        do. Lengths are great-circle metres on a sphere of 6 371 009 m, as OSMnx's.

    Raises
    ------
    NetworkError
        Where the file is missing, no OSM file, cut off, or holds no street.
    """
    file = Path(path)
    watch = watch or Watch()
    if not file.is_file():
        raise NetworkError(f"Kartfilen {file.name} finns inte.")
    if not file.name.lower().endswith(SUFFIXES):
        raise NetworkError(
            f"{file.name} är ingen OpenStreetMap-fil. Tillåtet: {', '.join(SUFFIXES)}."
        )
    watch.tell(0.0, f"Läser {file.name}")
    sweep = _sweep(file, watch)
    if not sweep.way_ids:
        raise NetworkError(f"{file.name} innehåller inga gator.")
    watch.tell(0.7, "Bygger gatunätet")
    flat = _flat(sweep)
    network = build_network(
        flat,
        epsg=epsg,
        source=f"{file.name} {_date_of(file)}",
        landscape=sweep.landscape,
    )
    watch.tell(1.0, f"{network.n_nodes} korsningar, {network.n_segments} gatuavsnitt")
    return network


def _sweep(file: Path, watch: Watch) -> _Sweep:
    """Read the file; where ways came before their nodes, once for the nodes and once again."""
    import osmium

    store = osmium.index.create_map("flex_mem")
    try:
        sweep = _read(file, store, watch)
        n_known = sum(1 for x in sweep.lon if x != _UNDEFINED)
        if sweep.way_ids and n_known < len(sweep.lon) // 2:
            store = osmium.index.create_map("sparse_mem_map")
            _read(file, store, watch)
            sweep = _read(file, store, watch)
            n_known = sum(1 for x in sweep.lon if x != _UNDEFINED)
    except (RuntimeError, OSError, ValueError, osmium.InvalidLocationError) as error:
        raise NetworkError(
            f"{file.name} kunde inte läsas. Filen är avbruten eller ingen OpenStreetMap-fil; "
            "hämta den på nytt."
        ) from error
    if sweep.way_ids and n_known == 0:
        raise NetworkError(f"{file.name} innehåller gator men inga koordinater.")
    return sweep


_UNDEFINED = 2_147_483_647
"""pyosmium's coordinate of a node that is not in the file."""


def _read(file: Path, store: Any, watch: Watch) -> _Sweep:
    import osmium

    landscape = Landscape.of_file(file)
    sweep = _Sweep(landscape)
    untagged: Any = osmium.filter.EmptyTagFilter()
    untagged.enable_for(osmium.osm.NODE)
    reader: Any = osmium.FileProcessor(str(file)).with_locations(store).with_filter(untagged)
    for n_read, thing in enumerate(_interruptible(reader, watch)):
        if n_read % 50_000 == 0:
            watch.tell(min(0.6, n_read / 1e6), f"Läser {file.name}")
        if thing.is_node():
            tags = dict(thing.tags)
            if any(key in tags for key in _STREET_NODE_KEYS):
                flags = judge_node(tags)
                if flags:
                    sweep.node_flags[thing.id] = flags
            landscape.take_node(thing, tags)
        elif thing.is_way():
            tags = dict(thing.tags)
            if ("highway" in tags or tags.get("route") == "ferry") and sweep.take_street(
                thing, tags
            ):
                continue
            landscape.take_way(thing, tags)
    return sweep


def _interruptible(things: Any, watch: Watch) -> Iterator[Any]:
    for thing in things:
        if watch.is_stopping:
            raise NetworkError("Avbrutet.")
        yield thing


def _flat(sweep: _Sweep) -> FlatWays:
    """The sweep as NumPy arrays."""
    lon = np.frombuffer(sweep.lon, dtype=np.int32)
    lat = np.frombuffer(sweep.lat, dtype=np.int32)
    rules = np.array(sweep.rules, dtype=np.int64).reshape(-1, 5)
    flag_ids = np.fromiter(sweep.node_flags.keys(), np.int64, len(sweep.node_flags))
    flag_bits = np.fromiter(sweep.node_flags.values(), np.uint8, len(sweep.node_flags))
    order = np.argsort(flag_ids)
    return FlatWays(
        refs=np.frombuffer(sweep.refs, dtype=np.int64),
        lon=np.where(lon == _UNDEFINED, np.nan, lon * 1e-7),
        lat=np.where(lon == _UNDEFINED, np.nan, lat * 1e-7),
        n_nodes_of_way=np.frombuffer(sweep.n_nodes_of_way, dtype=np.int32).astype(np.int64),
        way_ids=np.frombuffer(sweep.way_ids, dtype=np.int64),
        road_class=rules[:, 0].astype(np.uint8),
        forward=rules[:, 1].astype(np.uint8),
        backward=rules[:, 2].astype(np.uint8),
        max_speed_kmh=rules[:, 3].astype(np.uint8),
        flags=rules[:, 4].astype(np.uint8),
        names=sweep.names,
        flagged_ids=flag_ids[order],
        flagged_bits=flag_bits[order],
    )


def _date_of(file: Path) -> str:
    """The extract's own date where the header tells it, else the file's."""
    import osmium

    try:
        stamp = (
            osmium.io.Reader(str(file), osmium.osm.osm_entity_bits.NOTHING)
            .header()
            .get("osmosis_replication_timestamp")
        )
    except RuntimeError:
        stamp = ""
    if stamp:
        return str(stamp)[:10]
    modified = dt.datetime.fromtimestamp(file.stat().st_mtime, tz=dt.UTC)
    return modified.date().isoformat()


def _ferry_kmh(way: Any, duration: str) -> int:
    """The speed that makes the crossing last as long as ``duration`` (``HH:MM`` or ISO 8601)."""
    import re

    match = re.fullmatch(r"(?:(\d+):)?(\d+):(\d+)|PT(?:(\d+)H)?(?:(\d+)M)?(?:\d+S)?", duration)
    if match is None:
        return 0
    hours, minutes, seconds, iso_hours, iso_minutes = (int(part or 0) for part in match.groups())
    if duration.startswith("PT"):
        lasting_s = iso_hours * 3600 + iso_minutes * 60
    elif match.group(1) is not None:
        lasting_s = hours * 3600 + minutes * 60 + seconds
    else:
        lasting_s = minutes * 3600 + seconds * 60
    points = [(node.x * 1e-7, node.y * 1e-7) for node in way.nodes if node.x != _UNDEFINED]
    if lasting_s <= 0 or len(points) < 2:
        return 0
    from routing.network.topology import great_circle_m

    lon, lat = np.array(points).T
    length_m = float(great_circle_m(lon[:-1], lat[:-1], lon[1:], lat[1:]).sum())
    return max(1, min(200, round(length_m / lasting_s * 3.6)))
