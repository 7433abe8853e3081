"""What lies between the streets: water, green, rail, buildings, and the address register.

Lakes and woods that OSM holds as multipolygon relations are put together from their member ways;
an island becomes part of the ring by a bridge of no width, since a `Feature` is one ring.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from data.osm import Doors, points_of
from data.streets import AddressPoint, Feature
from routing.network.area_cut import AreaCut, touches
from routing.network.way_rules import as_street

_GREEN: Final = {
    "leisure": {"park", "garden", "golf_course", "pitch", "playground", "nature_reserve"},
    "landuse": {"forest", "grass", "meadow", "recreation_ground", "cemetery", "village_green"}
    | {"allotments", "orchard"},
    "natural": {"wood", "grassland", "scrub", "heath"},
}
_RAIL: Final = frozenset({"rail", "tram", "light_rail", "narrow_gauge"})
_FLATS: Final = frozenset({"apartments", "residential", "dormitory"})
_SCALE: Final = 1e-7

Ring = list[tuple[int, int, int]]
"""Nodes of a way as (id, longitude, latitude) in units of 1e-7 degrees."""


def kind_of(tags: Mapping[str, str]) -> str | None:
    """The kind of feature that the tags describe; None for what the basemap leaves out."""
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
    doors: Doors = field(default_factory=Doors)
    street_of_part: dict[int, dict[str, str]] = field(default_factory=dict)
    """Member way → the tags of the street (a square, a platform) whose outline it is a part of."""
    turns_from: list[int] = field(default_factory=list)
    """The ways from which some turn is forbidden, which is not modelled."""
    area: AreaCut | None = None
    """The part of the extract that is kept; all where there is none."""

    @classmethod
    def of_file(cls, data: Any, area: AreaCut | None = None) -> Landscape:
        """Note what the relations alone say: areas, addresses, squares; ``data`` is osmium's."""
        import osmium

        landscape = cls(area=area)
        relations: Any = osmium.FileProcessor(data, osmium.osm.RELATION)
        for relation in relations:
            tags = dict(relation.tags)
            landscape.doors.note_relation(relation, tags)
            if tags.get("type") == "restriction":
                landscape.turns_from += [
                    member.ref for member in relation.members if member.role == "from"
                ]
            elif tags.get("type") == "multipolygon":
                landscape._note_area(relation, tags)
        return landscape

    def _note_area(self, relation: Any, tags: dict[str, str]) -> None:
        kind, street = kind_of(tags), as_street({**tags, "area": "yes"})
        ways = [(member.ref, member.role) for member in relation.members if member.type == "w"]
        if street is not None:
            self.street_of_part.update((ref, dict(street)) for ref, _ in ways)
        if kind not in ("water", "green", "building"):
            return
        self.relation_kind[relation.id] = kind
        self.relation_tags[relation.id] = tags
        for ref, role in ways:
            of_role = self.inner_of if role == "inner" else self.outer_of
            of_role.setdefault(ref, []).append(relation.id)

    def take_node(self, node: Any, tags: dict[str, str]) -> None:
        """Keep the node if it is an address, or a part of one."""
        if self.area is not None:
            place = node.location
            if not touches(self.area.box, [(0, place.x, place.y)]):
                return
        if self.doors.is_wanted("n", node.id, tags):
            self.doors.take_node(node, tags)

    def take_way(self, way: Any, tags: dict[str, str]) -> None:
        """Keep the way if it is a feature, an address, or part of one."""
        kind = kind_of(tags)
        in_outer, in_inner = self.outer_of.get(way.id, ()), self.inner_of.get(way.id, ())
        is_door = self.doors.is_wanted("w", way.id, tags)
        if kind is None and not in_outer and not in_inner and not is_door:
            return
        ring = points_of(way.nodes)
        is_part = in_outer or in_inner
        if self.area is not None and not is_part and not touches(self.area.box, ring):
            return
        has_flats = tags.get("building") in _FLATS or "building:flats" in tags
        if is_door:
            self.doors.take_way(way.id, tags, ring, has_flats)
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
        if kind == "building" and has_flats:
            self.flats.append(ring)

    def finish(self, to_metres: Any) -> tuple[tuple[Feature, ...], tuple[AddressPoint, ...]]:
        """Features and addresses in metres, in an order that does not hang on the file's."""
        shapes = list(self.shapes)
        for relation_id, kind in sorted(self.relation_kind.items()):
            outers = _closed_rings(self.outers.get(relation_id, []))
            inners = _closed_rings(self.inners.get(relation_id, []))
            shapes += [(kind, ring) for ring in _with_islands(outers, inners)]
            if kind == "building" and self.relation_tags[relation_id]["building"] in _FLATS:
                self.flats += outers
        if self.area is not None:
            box = self.area.box
            shapes = [(kind, ring) for kind, ring in shapes if touches(box, ring)]
        return _features(shapes, to_metres), self._address_points(to_metres)

    def _address_points(self, to_metres: Any) -> tuple[AddressPoint, ...]:
        doors = self.doors.doors()
        if self.area is not None and doors:
            lon, lat = (
                np.array([getattr(door, axis) for door in doors]) for axis in ("lon", "lat")
            )
            kept = self.area.inside(lon, lat)
            doors = [door for door, is_kept in zip(doors, kept, strict=True) if is_kept]
        if not doors:
            return ()
        lon, lat = (np.array([getattr(door, axis) for door in doors]) for axis in ("lon", "lat"))
        is_flat = np.array([door.is_flat for door in doors]) | self._inside_flats(lon, lat)
        x, y = to_metres.transform(lon, lat)
        points = [
            AddressPoint(
                street=door.street,
                number=door.number,
                postcode=door.postcode,
                city=door.city,
                x=round(float(x[i]), 2),
                y=round(float(y[i]), 2),
                dwelling="flat" if is_flat[i] else "house",
            )
            for i, door in enumerate(doors)
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
