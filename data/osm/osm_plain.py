"""An extract in any dialect, brought to the one that osmium reads: one version of each object.

New objects of an editor (negative ids) get high ids, by which they are known again; what is
deleted or invisible is left out; of several versions the highest counts, and the last where the
numbers are the same. Places written inside ways and relations (Overpass ``out geom``, osmium
``add-locations-to-ways``) become nodes; a ``center`` becomes the place of an address.

Sources: wiki.openstreetmap.org, OSM XML, JOSM file format, Overpass API/Overpass QL (out).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from xml.sax.saxutils import quoteattr

import numpy as np
from numpy.typing import NDArray

NEW_IDS: Final = 1 << 37
"""An editor's object -7 is known as this plus 7; OSM itself will need decades to come here."""
_MADE_IDS: Final = 1 << 38
"""Nodes that are made of places without an id."""

Place = tuple[str, str]
"""Longitude and latitude as they were written."""


@dataclass(slots=True)
class Item:
    """A node, way or relation as it was written."""

    kind: str
    """``node``, ``way`` or ``relation``."""
    id: int
    version: int = 0
    is_gone: bool = False
    place: Place | None = None
    center: Place | None = None
    tags: dict[str, str] = field(default_factory=dict)
    nodes: list[tuple[int | None, Place | None]] = field(default_factory=list)
    members: list[tuple[str, int, str, list[Place]]] = field(default_factory=list)
    """Kind, id, role and, where it was written there, the line of each member."""


def known_as(osm_id: int) -> int:
    """The id that an object has while it is read: a negative one becomes positive."""
    return NEW_IDS - osm_id if osm_id < 0 else osm_id


def own_id(osm_id: int) -> int:
    """The id as the file has it."""
    return NEW_IDS - osm_id if NEW_IDS < osm_id < _MADE_IDS else osm_id


def own_ids(ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Ids as the file has them; shape (n,)."""
    return np.where((ids > NEW_IDS) & (ids < _MADE_IDS), NEW_IDS - ids, ids)


class Collector:
    """Takes items in any order, and gives them back plain."""

    def __init__(self) -> None:
        self.items: dict[str, dict[int, Item]] = {"node": {}, "way": {}, "relation": {}}
        self.counts: Counter[str] = Counter()
        """``deleted``, ``older``, ``new`` (negative ids), ``centers``."""
        self._made: dict[Place, int] = {}

    def take(self, item: Item) -> None:
        """Keep the item, unless a later version of it is there."""
        known = self.items[item.kind].get(item.id)
        if known is not None:
            self.counts["older"] += 1
            if known.version > item.version:
                return
        self.items[item.kind][item.id] = item

    def plain(self) -> bytes:
        """All that is left, in osmium's own order, as XML of version 0.6."""
        for kind, items in self.items.items():
            gone = [osm_id for osm_id, item in items.items() if item.is_gone]
            self.counts["deleted"] += len(gone)
            for osm_id in gone:
                del items[osm_id]
            self.counts["new"] += sum(osm_id < 0 for osm_id in items)
            if kind == "node":
                self._drop_unplaced(items)
        self._place_nodes()
        lines = ['<osm version="0.6">']
        for items in self.items.values():
            lines += map(_line, sorted(items.values(), key=lambda item: known_as(item.id)))
        lines.append("</osm>")
        return "\n".join(lines).encode()

    def _drop_unplaced(self, nodes: dict[int, Item]) -> None:
        for unplaced in [osm_id for osm_id, item in nodes.items() if item.place is None]:
            del nodes[unplaced]

    def _place_nodes(self) -> None:
        """Make nodes of the places that stand inside ways and relations."""
        for way in self.items["way"].values():
            way.nodes = [(self._node(osm_id, place), None) for osm_id, place in way.nodes]
            self._address_at_center(way, self._is_placed(way))
        ways = self.items["way"]
        for relation in self.items["relation"].values():
            for kind, osm_id, _, line in relation.members:
                if kind == "way" and line and osm_id not in ways:
                    ways[osm_id] = Item(
                        "way", osm_id, nodes=[(self._node(None, place), None) for place in line]
                    )
                elif kind == "node" and len(line) == 1 and osm_id not in self.items["node"]:
                    self._node(osm_id, line[0])
            is_placed = any(
                kind == "way" and osm_id in ways and self._is_placed(ways[osm_id])
                for kind, osm_id, _, _ in relation.members
            )
            self._address_at_center(relation, is_placed)

    def _node(self, osm_id: int | None, place: Place | None) -> int:
        """The id of a node of a way; one is made where only its place is known."""
        nodes = self.items["node"]
        if osm_id is None:
            if place is None:
                return 0
            osm_id = self._made.setdefault(place, _MADE_IDS + len(self._made) + 1)
        if place is not None and osm_id not in nodes:
            nodes[osm_id] = Item("node", osm_id, place=place)
        return osm_id

    def _is_placed(self, way: Item) -> bool:
        return any(osm_id in self.items["node"] for osm_id, _ in way.nodes)

    def _address_at_center(self, item: Item, is_placed: bool) -> None:
        """A way or relation of which only the middle is known is still an address there."""
        if is_placed or item.center is None:
            return
        self.counts["centers"] += 1
        tags = {key: text for key, text in item.tags.items() if key.startswith("addr:")}
        if tags:
            made = _MADE_IDS + (1 << 36) + self.counts["centers"]
            self.items["node"][made] = Item("node", made, place=item.center, tags=tags)


def _line(item: Item) -> str:
    """One object as XML."""
    tags = "".join(
        f"<tag k={quoteattr(key)} v={quoteattr(text)}/>" for key, text in item.tags.items()
    )
    number = known_as(item.id)
    if item.kind == "node":
        lon, lat = item.place or ("0", "0")
        return f'<node id="{number}" lat={quoteattr(lat)} lon={quoteattr(lon)}>{tags}</node>'
    if item.kind == "way":
        refs = "".join(f'<nd ref="{known_as(osm_id or 0)}"/>' for osm_id, _ in item.nodes)
        return f'<way id="{number}">{refs}{tags}</way>'
    members = "".join(
        f'<member type="{kind}" ref="{known_as(osm_id)}" role={quoteattr(role)}/>'
        for kind, osm_id, role, _ in item.members
    )
    return f'<relation id="{number}">{members}{tags}</relation>'


def items_of_osmium(things: Iterable[Any]) -> Iterable[Item]:
    """Items of what osmium reads itself: histories, and files whose ways know their places."""
    for thing in things:
        kind = "node" if thing.is_node() else "way" if thing.is_way() else "relation"
        if kind == "relation" and not thing.is_relation():
            continue
        item = Item(kind, thing.id, thing.version, not thing.visible, tags=dict(thing.tags))
        if kind == "node":
            item.place = _place_of(thing.location)
        elif kind == "way":
            item.nodes = [(node.ref, _place_of(node.location)) for node in thing.nodes]
        else:
            item.members = [
                (_MEMBERS[member.type], member.ref, member.role, []) for member in thing.members
            ]
        yield item


_MEMBERS: Final[Mapping[str, str]] = {"n": "node", "w": "way", "r": "relation"}


def _place_of(location: Any) -> Place | None:
    return (f"{location.lon:.7f}", f"{location.lat:.7f}") if location.valid() else None


def item_of(kind: str, attributes: Mapping[str, str]) -> Item:
    """An item by the attributes of its XML element.

    Raises
    ------
    ValueError, KeyError
        Where it has no id, or one that is no whole number.
    """
    is_gone = attributes.get("action") == "delete" or attributes.get("visible") in ("false", "0")
    return Item(
        kind, _whole(attributes["id"]), _whole(attributes.get("version") or "0"), is_gone,
        place_in(attributes) if kind == "node" else None,
    )  # fmt: skip


def _whole(text: str) -> int:
    number = int(text)
    if abs(number) >= NEW_IDS:
        raise ValueError("an id beyond OSM's")
    return number


def place_in(attributes: Mapping[str, str]) -> Place | None:
    """The place that an element's attributes give; None where they give none."""
    lon, lat = attributes.get("lon", "").strip(), attributes.get("lat", "").strip()
    return (lon, lat) if lon and lat else None
