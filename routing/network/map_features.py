"""What lies between the streets: water, green, rail, buildings, and the address register.

Lakes and woods that OSM holds as multipolygon relations are put together from their member ways;
an island becomes part of the ring by a bridge of no width, since a `Feature` is one ring.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from data.streets import AddressPoint, Feature

_GREEN: Final = {
    "leisure": {"park", "garden", "golf_course", "pitch", "playground", "nature_reserve"},
    "landuse": {"forest", "grass", "meadow", "recreation_ground", "cemetery", "village_green"}
    | {"allotments", "orchard"},
    "natural": {"wood", "grassland", "scrub", "heath"},
}
_RAIL: Final = frozenset({"rail", "tram", "light_rail", "narrow_gauge"})
_AREA_KEYS: Final = ("natural", "waterway", "landuse", "leisure", "building")
_FLATS: Final = frozenset({"apartments", "residential", "dormitory"})
_UNDEFINED: Final = 2_147_483_647
_SCALE: Final = 1e-7

Ring = list[tuple[int, int, int]]
"""Nodes of a way as (id, longitude, latitude) in units of 1e-7 degrees."""


def kind_of(tags: Mapping[str, str]) -> str | None:
    """The kind of feature that the tags describe; None for what the base map leaves out."""
    if tags.get("building", "no") != "no":
        return "building"
    if (
        tags.get("natural") == "water"
        or tags.get("waterway") in ("riverbank", "dock")
        or tags.get("landuse") in ("reservoir", "basin")
    ):
        return "water"
    if tags.get("waterway") in ("river", "canal", "stream") or tags.get("natural") == "coastline":
        return None if tags.get("tunnel", "no") != "no" else "river"
    if tags.get("railway") in _RAIL:
        return None if tags.get("tunnel", "no") != "no" else "rail"
    if any(tags.get(key) in values for key, values in _GREEN.items()):
        return "green"
    return None


@dataclass
class Landscape:
    """Collects features and addresses while the file is read."""

    outer_of: dict[int, list[int]] = field(default_factory=dict)
    """Member way → relations in which it is an outer way (inner ones in ``inner_of``)."""
    inner_of: dict[int, list[int]] = field(default_factory=dict)
    relation_kind: dict[int, str] = field(default_factory=dict)
    relation_tags: dict[int, dict[str, str]] = field(default_factory=dict)
    outers: dict[int, list[Ring]] = field(default_factory=dict)
    inners: dict[int, list[Ring]] = field(default_factory=dict)
    shapes: list[tuple[str, Ring]] = field(default_factory=list)
    flats: list[Ring] = field(default_factory=list)
    addresses: list[tuple[dict[str, str], float, float, bool]] = field(default_factory=list)

    @classmethod
    def of_file(cls, file: Path) -> Landscape:
        """Note which ways belong to multipolygons of interest, from the relations alone."""
        import osmium

        landscape = cls()
        relations: Any = osmium.FileProcessor(str(file), osmium.osm.RELATION).with_filter(
            osmium.filter.KeyFilter(*_AREA_KEYS)
        )
        for relation in relations:
            tags = dict(relation.tags)
            kind = kind_of(tags)
            if tags.get("type") != "multipolygon" or kind not in ("water", "green", "building"):
                continue
            landscape.relation_kind[relation.id] = kind
            landscape.relation_tags[relation.id] = tags
            for member in relation.members:
                if member.type == "w":
                    of_role = landscape.inner_of if member.role == "inner" else landscape.outer_of
                    of_role.setdefault(member.ref, []).append(relation.id)
        return landscape

    def take_node(self, node: Any, tags: dict[str, str]) -> None:
        """Keep the node if it is an address."""
        if "addr:housenumber" in tags:
            self.addresses.append((tags, node.lon, node.lat, False))

    def take_way(self, way: Any, tags: dict[str, str]) -> None:
        """Keep the way if it is a feature, part of one, or a building with an address."""
        kind = kind_of(tags)
        in_outer, in_inner = self.outer_of.get(way.id, ()), self.inner_of.get(way.id, ())
        if kind is None and not in_outer and not in_inner:
            return
        ring = [(n.ref, n.x, n.y) for n in way.nodes if n.x != _UNDEFINED]
        if len(ring) < 2:
            return
        for relation_id in in_outer:
            self.outers.setdefault(relation_id, []).append(ring)
        for relation_id in in_inner:
            self.inners.setdefault(relation_id, []).append(ring)
        is_whole = len(ring) > 3 and ring[0][0] == ring[-1][0]
        if kind is None or (kind not in ("river", "rail") and not is_whole):
            return
        self.shapes.append((kind, ring))
        if kind == "building":
            self._take_building(ring, tags)

    def _take_building(self, ring: Ring, tags: dict[str, str]) -> None:
        has_flats = tags.get("building") in _FLATS or "building:flats" in tags
        if has_flats:
            self.flats.append(ring)
        if "addr:housenumber" in tags:
            corners = np.array(ring[:-1], float)[:, 1:].mean(axis=0) * _SCALE
            self.addresses.append((tags, float(corners[0]), float(corners[1]), has_flats))

    def finish(self, to_metres: Any) -> tuple[tuple[Feature, ...], tuple[AddressPoint, ...]]:
        """Features and addresses in metres, in an order that does not hang on the file's."""
        shapes = list(self.shapes)
        for relation_id, kind in sorted(self.relation_kind.items()):
            outers = _closed_rings(self.outers.get(relation_id, []))
            inners = _closed_rings(self.inners.get(relation_id, []))
            shapes += [(kind, ring) for ring in _with_islands(outers, inners)]
            if kind == "building" and self.relation_tags[relation_id]["building"] in _FLATS:
                self.flats += outers
        return _features(shapes, to_metres), self._address_points(to_metres)

    def _address_points(self, to_metres: Any) -> tuple[AddressPoint, ...]:
        if not self.addresses:
            return ()
        lon = np.array([address[1] for address in self.addresses])
        lat = np.array([address[2] for address in self.addresses])
        is_flat = np.array([address[3] for address in self.addresses]) | self._inside_flats(
            lon, lat
        )
        x, y = to_metres.transform(lon, lat)
        points = [
            AddressPoint(
                street=tags.get("addr:street") or tags.get("addr:place", ""),
                number=tags["addr:housenumber"],
                postcode=tags.get("addr:postcode", ""),
                city=tags.get("addr:city", ""),
                x=round(float(x[i]), 2),
                y=round(float(y[i]), 2),
                dwelling="flat" if is_flat[i] else "house",
            )
            for i, (tags, *_) in enumerate(self.addresses)
        ]
        points.sort(key=lambda p: (p.street, p.number, p.postcode, p.city, p.x, p.y))
        return tuple(points)

    def _inside_flats(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Any:
        """Which points lie in a block of flats: an entrance's node knows only its number."""
        inside = np.zeros(len(lon), bool)
        if self.flats:
            import shapely

            rings = [shapely.Polygon(np.array(r, float)[:, 1:] * _SCALE) for r in self.flats]
            tree = shapely.STRtree(rings)
            inside[tree.query(shapely.points(lon, lat), predicate="intersects")[0]] = True
        return inside


def _features(shapes: Iterable[tuple[str, Ring]], to_metres: Any) -> tuple[Feature, ...]:
    """Project all points in one call."""
    kinds = [kind for kind, _ in shapes]
    rings = [ring for _, ring in shapes]
    if not rings:
        return ()
    flat = np.array([point for ring in rings for point in ring], np.int64)[:, 1:] * _SCALE
    xy = np.column_stack(to_metres.transform(flat[:, 0], flat[:, 1])).round(2)
    cuts = np.cumsum([len(ring) for ring in rings])[:-1]
    parts = np.split(xy, cuts)
    return tuple(Feature(kind, part) for kind, part in zip(kinds, parts, strict=True))


def _closed_rings(parts: list[Ring]) -> list[Ring]:
    """Join ways end to end into rings; what a clipped extract leaves open is dropped."""
    rings = [part for part in parts if part[0][0] == part[-1][0] and len(part) > 3]
    loose = [part for part in parts if part[0][0] != part[-1][0]]
    at_end: dict[int, list[int]] = {}
    for idx, part in enumerate(loose):
        at_end.setdefault(part[0][0], []).append(idx)
        at_end.setdefault(part[-1][0], []).append(idx)
    unused = set(range(len(loose)))
    while unused:
        first = min(unused)
        unused.discard(first)
        chain = list(loose[first])
        while chain[0][0] != chain[-1][0]:
            following = next((i for i in at_end[chain[-1][0]] if i in unused), None)
            if following is None:
                break
            unused.discard(following)
            part = loose[following]
            chain += part[1:] if part[0][0] == chain[-1][0] else part[-2::-1]
        if chain[0][0] == chain[-1][0] and len(chain) > 3:
            rings.append(chain)
    return rings


def _area(ring: Ring) -> float:
    xy = np.array(ring, float)[:, 1:]
    return float(np.sum(xy[:-1, 0] * xy[1:, 1] - xy[1:, 0] * xy[:-1, 1]) / 2)


def _with_islands(outers: list[Ring], inners: list[Ring]) -> list[Ring]:
    """Each outer ring with the islands inside it joined by bridges, wound the other way."""
    if not inners:
        return outers
    import shapely

    rings = []
    points = shapely.points([ring[0][1:] for ring in inners])
    for outer in outers:
        area = shapely.Polygon([point[1:] for point in outer])
        joined = list(outer)
        for inner, inside in zip(inners, shapely.intersects(area, points), strict=True):
            if inside:
                same_way = (_area(inner) > 0) == (_area(outer) > 0)
                joined += (inner[::-1] if same_way else inner) + [outer[-1]]
        rings.append(joined)
    return rings
