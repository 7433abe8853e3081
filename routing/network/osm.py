"""Read an OpenStreetMap extract into a `StreetNetwork`: one sweep, no filter for one mode.

The file may be in any dialect of the common tools (`data.osm`). pyosmium decodes it; the way nodes
go straight into flat arrays, and everything after that is NumPy (`routing.network.topology`).
"""

from __future__ import annotations

import datetime as dt
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from data.errors import NetworkError
from data.geo.crs import check_metric
from data.osm import OsmFileError, OsmSource, objects_of, open_osm, own_ids, points_of
from data.progress import Progress
from data.streets import NOTES, StreetNetwork
from data.units import EPSG_SWEREF99_TM
from routing.network.area_cut import AreaCut, Box, touches
from routing.network.cut_ways import ways_within, with_their_areas
from routing.network.map_features import Landscape
from routing.network.topology import FlatWays, build_network
from routing.network.way_rules import WayRule, as_street, is_conditional, judge_node, judge_way

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
    counts: Counter[str] = field(default_factory=Counter)
    """Of `data.streets.NOTES`."""
    box: Box | None = None
    """Streets that touch it are kept; all where there is none."""

    def take_street(self, way: Any, tags: Mapping[str, str]) -> bool:
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
            self.counts["missing_ways"] += 1
            return True
        if self.box is not None and not self._touches(self.box, n_before):
            for kept in (self.refs, self.lon, self.lat):
                del kept[n_before:]
            return True
        self.counts["conditional"] += is_conditional(tags)
        self.counts["seasonal"] += tags.get("seasonal", "no") != "no" or "ice_road" in tags
        self.n_nodes_of_way.append(len(self.refs) - n_before)
        self.way_ids.append(way.id)
        self.rules.append(rule)
        self.names.append(tags.get("name") or tags.get("ref", ""))
        return True

    def _touches(self, box: Box, begin: int) -> bool:
        """Whether some node from ``begin`` on lies in the box."""
        west, south, east, north = box
        places = zip(self.lon[begin:], self.lat[begin:], strict=True)
        return any(west <= x <= east and south <= y <= north for x, y in places)


def load_osm(
    path: str | Path,
    *,
    epsg: int = EPSG_SWEREF99_TM,
    area: AreaCut | None = None,
    progress: Progress | None = None,
) -> StreetNetwork:
    """Read a whole extract: streets of all modes, street names, basemap and addresses.

    Parameters
    ----------
    path : path
        ``.osm.pbf``, ``.osm``, ``.osm.gz`` or ``.osm.bz2``.
    epsg : int
        The projected CRS of the network, in metres.
    area : AreaCut, optional
        The part of the extract to keep, with its border.
    progress : Progress, optional
        Told of progress; asked whether to stop.

    Returns
    -------
    StreetNetwork
        Segments run between junctions. Ways cut by the extract's border end where their nodes
        do. Lengths are great-circle metres on a sphere of 6 371 009 m, as OSMnx's.

    Raises
    ------
    NetworkError
        Where the file is missing, no OSM file, cut off, or holds no street, or the streets do not
        lie where ``epsg`` measures rightly.
    SettingsError
        Where ``epsg`` is not known, or does not count in metres.
    """
    file = Path(path)
    progress = progress or Progress()
    check_metric(epsg)
    if not file.exists():
        raise NetworkError(f"Kartfilen {file.name} finns inte.")
    progress.report(0.0, f"Läser {file.name}")
    sweep, source = _swept(file, area, progress)
    progress.report(0.7, "Bygger gatunätet")
    flat = _flat(sweep)
    n_cut = _n_cut(flat) - sweep.counts["missing_ways"]
    if area is not None:
        kept = area.inside(flat.lon, flat.lat)
        lon, lat = (np.where(kept, degrees, np.nan) for degrees in (flat.lon, flat.lat))
        flat = replace(flat, lon=lon, lat=lat)
    network = build_network(
        flat,
        epsg=epsg,
        source=" ".join(
            part for part in (file.name, area and f"({area.name})", _date_of(file, source)) if part
        ),
        landscape=sweep.landscape,
    )
    if source.is_rewritten:
        network = replace(
            network,
            node_osm_id=own_ids(network.node_osm_id),
            way_osm_id=own_ids(network.way_osm_id),
        )
    streets = set(sweep.way_ids)
    sweep.counts["turn_restrictions"] += sum(ref in streets for ref in sweep.landscape.turns_from)
    sweep.counts.update(source.counts)
    sweep.counts["cut_ways"] += n_cut
    notes = {name: sweep.counts[name] for name in NOTES if sweep.counts[name] > 0}
    progress.report(1.0, f"{network.n_nodes} korsningar, {network.n_segments} gatuavsnitt")
    return replace(network, notes=notes)


def _swept(file: Path, area: AreaCut | None, progress: Progress) -> tuple[_Sweep, OsmSource]:
    """Read the file as it is; where osmium alone finds no places in it, brought to the plain form.

    Raises
    ------
    NetworkError
        Where it is no extract, damaged, or holds no streets or no places.
    """
    try:
        source = open_osm(file)
        sweep = _sweep(file, source, area, progress)
        is_odd = min(sweep.refs, default=0) < 0 or (sweep.way_ids and not _n_known(sweep))
        if is_odd and not source.is_rewritten:
            source = open_osm(file, rewrite=True)
            sweep = _sweep(file, source, area, progress)
    except OsmFileError as error:
        raise NetworkError(f"{file.name} är {error.problem}. {error.allowed}") from error
    except OSError as error:
        raise NetworkError(f"{file.name} kan inte öppnas.") from error
    if not (sweep.way_ids or sweep.counts["missing_ways"]):
        where = "" if area is None else f" i {area.name}"
        raise NetworkError(f"{file.name} innehåller inga gator{where}.")
    if not _n_known(sweep):
        what = (
            "bara gatornas mittpunkter (Overpass out center)"
            if source.counts.get("centers")
            else "gator men inga koordinater"
        )
        raise NetworkError(
            f"{file.name} innehåller {what}. Hämta med gatornas punkter: (._;>;);out; "
            "eller out geom; i Overpass, eller ett helt utdrag."
        )
    return sweep, source


def _sweep(file: Path, source: OsmSource, area: AreaCut | None, progress: Progress) -> _Sweep:
    """Read the file; where ways came before their nodes, once for the nodes and once again."""
    import osmium

    store = osmium.index.create_map("flex_mem")
    try:
        sweep = _read(file, source, store, area, progress)
        if sweep.way_ids and _n_known(sweep) < len(sweep.lon) // 2:
            store = osmium.index.create_map("sparse_mem_map")
            _read(file, source, store, area, progress)
            sweep = _read(file, source, store, area, progress)
    except (RuntimeError, ValueError, osmium.InvalidLocationError) as error:
        raise NetworkError(
            f"{file.name} kunde inte läsas. Filen är avbruten eller ingen OpenStreetMap-fil; "
            "hämta den på nytt."
        ) from error
    return sweep


def _n_known(sweep: _Sweep) -> int:
    """How many nodes of streets have a place."""
    return len(sweep.lon) - sweep.lon.count(_UNDEFINED)


def _n_cut(flat: FlatWays) -> int:
    """How many streets have some node that the extract does not hold."""
    way_of = np.repeat(np.arange(len(flat.n_nodes_of_way)), flat.n_nodes_of_way)
    return len(np.unique(way_of[np.isnan(flat.lon)]))


_UNDEFINED = 2_147_483_647
"""pyosmium's coordinate of a node that is not in the file."""


def _read(
    file: Path, source: OsmSource, store: Any, area: AreaCut | None, progress: Progress
) -> _Sweep:
    landscape = Landscape.of_file(source.data, area)
    box = None if area is None else area.box
    sweep = _Sweep(landscape, box=box)
    parts = landscape.street_of_part
    reader = _reader(source, store, box, landscape)
    for n_read, thing in enumerate(_interruptible(reader, progress)):
        if n_read % 50_000 == 0:
            progress.report(min(0.6, n_read / 1e6), f"Läser {file.name}")
        if thing.is_node():
            if box is not None and not touches(box, [(0, thing.location.x, thing.location.y)]):
                continue
            tags = dict(thing.tags)
            if any(key in tags for key in _STREET_NODE_KEYS):
                sweep.counts["conditional"] += is_conditional(tags)
                flags = judge_node(tags)
                if flags:
                    sweep.node_flags[thing.id] = flags
            landscape.take_node(thing, tags)
        elif thing.is_way():
            tags = dict(thing.tags)
            street = as_street(tags) or parts.get(thing.id)
            is_street = street is not None and sweep.take_street(thing, street)
            if is_street and "highway" in tags and "addr:housenumber" not in tags:
                continue
            landscape.take_way(thing, tags)
    return sweep


def _reader(source: OsmSource, store: Any, box: Box | None, landscape: Landscape) -> Any:
    """Nodes with tags, and ways, each with the places of its nodes; of a part, the part's alone."""
    import osmium

    untagged: Any = osmium.filter.EmptyTagFilter()
    untagged.enable_for(osmium.osm.NODE)
    if box is None:
        return objects_of(source.data).with_locations(store).with_filter(untagged)
    ways, is_placed = ways_within(source.data, osmium.index.create_map("flex_mem"), box)
    if not is_placed:  # ways before their nodes
        store = osmium.index.create_map("sparse_mem_map")
        ways_within(source.data, store, box)
        ways, _ = ways_within(source.data, store, box)
    parts = (landscape.outer_of, landscape.inner_of, landscape.doors.relations_of_way())
    wanted = osmium.filter.IdFilter(with_their_areas(ways, parts))
    wanted.enable_for(osmium.osm.WAY)
    return objects_of(source.data).with_locations(store).with_filter(untagged).with_filter(wanted)


def _interruptible(things: Any, progress: Progress) -> Iterator[Any]:
    for thing in things:
        if progress.is_stopping:
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


def _date_of(file: Path, source: OsmSource) -> str:
    """The extract's own date where the header tells it, else the file's."""
    import osmium

    try:
        nothing = osmium.osm.osm_entity_bits.NOTHING
        header = osmium.io.Reader(source.data, nothing).header()
        stamp = header.get("osmosis_replication_timestamp")
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
    points = [(x * 1e-7, y * 1e-7) for _, x, y in points_of(way.nodes)]
    if lasting_s <= 0 or len(points) < 2:
        return 0
    from routing.network.topology import great_circle_m

    lon, lat = np.array(points).T
    length_m = float(great_circle_m(lon[:-1], lat[:-1], lon[1:], lat[1:]).sum())
    return max(1, min(200, round(length_m / lasting_s * 3.6)))
