"""Addresses in an extract: on nodes, ways and relations, between numbers, and without numbers.

Sources: wiki.openstreetmap.org, Key:addr, Addresses/Interpolation, Relation:associatedStreet,
Relation:multipolygon. In Sweden a farm is an address of its own (gårdsadress), ``addr:place`` or
``addr:housename`` without a number.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

MAX_BETWEEN: Final = 400
"""Numbers made along one line; a longer line is a slip of the mapper's hand."""
ADDRESS_KEYS: Final = ("addr:housenumber", "addr:housename", "addr:place")
_FARMS: Final = frozenset({"farm", "isolated_dwelling"})
_HOUSES: Final = frozenset({"house", "address", "addr:houselink", ""})
_STEPS: Final = {"even": 2, "odd": 2, "all": 1}
_UNDEFINED: Final = 2_147_483_647
_SCALE: Final = 1e-7


class Door(NamedTuple):
    """One address, in degrees."""

    street: str
    number: str
    postcode: str
    city: str
    lon: float
    lat: float
    is_flat: bool


def is_address(tags: Mapping[str, str]) -> bool:
    """Whether the tags are those of an address, with a number or with a name alone."""
    return any(key in tags for key in ADDRESS_KEYS) or (
        tags.get("place") in _FARMS and "name" in tags
    )


def points_of(nodes: Any) -> list[tuple[int, int, int]]:
    """Id, longitude and latitude (1e-7 degrees) of a way's nodes that the extract holds."""
    return [(node.ref, node.x, node.y) for node in nodes if node.x != _UNDEFINED]


@dataclass
class Doors:
    """Collects addresses while an extract is read: first its relations, then the rest."""

    addresses: list[tuple[dict[str, str], float, float, bool]] = field(default_factory=list)
    at_node: dict[int, int] = field(default_factory=dict)
    """Node → index in ``addresses``, for the lines between numbers."""
    relations: dict[int, dict[str, str]] = field(default_factory=dict)
    street_of: dict[tuple[str, int], str] = field(default_factory=dict)
    """Kind and id of a house → its street, as a relation has it."""
    _part_of: dict[tuple[str, int], list[int]] = field(default_factory=dict)
    _corners: dict[int, dict[int, tuple[float, float]]] = field(default_factory=dict)
    _lines: list[tuple[dict[str, str], list[tuple[int, int, int]]]] = field(default_factory=list)

    def note_relation(self, relation: Any, tags: dict[str, str]) -> None:
        """Remember a relation that is an address, or that names the street of its houses."""
        if tags.get("type") in ("associatedStreet", "street"):
            street = tags.get("addr:street") or tags.get("name", "")
            for member in relation.members:
                if street and member.role in _HOUSES:
                    self.street_of[member.type, member.ref] = street
        elif is_address(tags):
            self.relations[relation.id] = tags
            for member in relation.members:
                if member.role != "inner":
                    self._part_of.setdefault((member.type, member.ref), []).append(relation.id)

    def relations_of_way(self) -> dict[int, list[int]]:
        """Way → the addresses that it is a part of."""
        return {osm_id: those for (kind, osm_id), those in self._part_of.items() if kind == "w"}

    def is_wanted(self, kind: str, osm_id: int, tags: Mapping[str, str]) -> bool:
        """Whether an object is an address, or a part of one; ``kind`` is ``n`` or ``w``."""
        return is_address(tags) or "addr:interpolation" in tags or (kind, osm_id) in self._part_of

    def take_node(self, node: Any, tags: dict[str, str]) -> None:
        """Keep the node if it is an address."""
        if ("n", node.id) in self._part_of:
            self._part("n", node.id, [(node.id, node.lon / _SCALE, node.lat / _SCALE)])
        if is_address(tags):
            self.at_node[node.id] = len(self.addresses)
            self.addresses.append(
                (self._with_street("n", node.id, tags), node.lon, node.lat, False)
            )

    def take_way(
        self, osm_id: int, tags: dict[str, str], line: Sequence[tuple[int, int, int]], is_flat: bool
    ) -> None:
        """Keep the way if it is an address, a part of one, or a line between two numbers."""
        if not line:
            return
        if ("w", osm_id) in self._part_of:
            self._part("w", osm_id, line)
        if "addr:interpolation" in tags:
            self._lines.append((tags, list(line)))
        elif is_address(tags):
            corners = line[:-1] if len(line) > 1 and line[0][0] == line[-1][0] else line
            lon = sum(corner[1] for corner in corners) / len(corners) * _SCALE
            lat = sum(corner[2] for corner in corners) / len(corners) * _SCALE
            self.addresses.append((self._with_street("w", osm_id, tags), lon, lat, is_flat))

    def _with_street(self, kind: str, osm_id: int, tags: dict[str, str]) -> dict[str, str]:
        street = self.street_of.get((kind, osm_id))
        if street is None or "addr:street" in tags or "addr:place" in tags:
            return tags
        return {**tags, "addr:street": street}

    def _part(self, kind: str, osm_id: int, line: Sequence[tuple[int, float, float]]) -> None:
        for relation_id in self._part_of[kind, osm_id]:
            corners = self._corners.setdefault(relation_id, {})
            corners.update((ref, (x * _SCALE, y * _SCALE)) for ref, x, y in line)

    def doors(self) -> list[Door]:
        """All addresses; those between numbers only where the number is not there itself."""
        for relation_id, tags in sorted(self.relations.items()):
            corners = list(self._corners.get(relation_id, {}).values())
            if corners:
                lon = sum(corner[0] for corner in corners) / len(corners)
                lat = sum(corner[1] for corner in corners) / len(corners)
                self.addresses.append((tags, lon, lat, False))
        self.relations.clear()
        doors = [door for address in self.addresses for door in _doors_of(*address)]
        known = {(door.street.casefold(), door.number.casefold()) for door in doors}
        return doors + [
            door
            for tags, line in self._lines
            for door in self._between(tags, line)
            if (door.street.casefold(), door.number.casefold()) not in known
        ]

    def _between(self, tags: dict[str, str], line: list[tuple[int, int, int]]) -> Iterator[Door]:
        """The numbers between each two of a line's nodes that have one."""
        ends = [i for i, (ref, _, _) in enumerate(line) if ref in self.at_node]
        own = {key: text for key, text in tags.items() if key.startswith("addr:")}
        for first, last in itertools.pairwise(ends):
            begin, end = (self.addresses[self.at_node[line[i][0]]][0] for i in (first, last))
            numbers = numbers_between(
                begin.get("addr:housenumber", ""), end.get("addr:housenumber", ""),
                tags["addr:interpolation"],
            )  # fmt: skip
            whole = {**end, **begin, **own}
            if begin.get("addr:street") != end.get("addr:street") and "addr:street" not in own:
                continue
            for i, number in enumerate(numbers, start=1):
                lon, lat = _along(line[first : last + 1], i / (len(numbers) + 1))
                yield from _doors_of({**whole, "addr:housenumber": number}, lon, lat, False)


def _doors_of(tags: Mapping[str, str], lon: float, lat: float, is_flat: bool) -> Iterator[Door]:
    """An address as it may be asked for; a farm by its own name and by its place and name."""
    place, name = tags.get("addr:place", ""), tags.get("addr:housename", "")
    city = tags.get("addr:city") or tags.get("addr:suburb") or ""
    rest = (tags.get("addr:postcode", ""), city, lon, lat, is_flat)
    number = tags.get("addr:housenumber", "")
    if number:
        yield Door(tags.get("addr:street") or place, number, *rest)
        return
    if not name and tags.get("place") in _FARMS and not place:
        name = tags.get("name", "")
    names = {place, name}
    if place and name and place.casefold() not in name.casefold():
        names = {name, f"{place} {name}"}
    for house in sorted(names - {""}):
        yield Door(house, "", *rest)


_NUMBER = re.compile(r"(\d{1,5})\s*([A-Za-z]?)")


def numbers_between(first: str, last: str, manner: str) -> list[str]:
    """The numbers that lie between two, in order from the first; none where they do not agree.

    Parameters
    ----------
    first, last : str
    manner : str
        ``even``, ``odd``, ``all``, ``alphabetic``, or a step such as ``4``.
    """
    begin, end = _NUMBER.fullmatch(first.strip()), _NUMBER.fullmatch(last.strip())
    if begin is None or end is None:
        return []
    if manner == "alphabetic":
        letters = (begin[2] or "@").upper(), (end[2] or "@").upper()
        if begin[1] != end[1]:
            return []
        low, high = sorted(map(ord, letters))
        between = [f"{begin[1]}{chr(code)}" for code in range(low + 1, high)]
        return between if letters[0] <= letters[1] else between[::-1]
    step = _STEPS.get(manner) or (int(manner) if manner.isdecimal() and len(manner) < 4 else 0)
    low, high = int(begin[1]), int(end[1])
    is_odd = {"odd": 1, "even": 0}.get(manner)
    if not step or (is_odd is not None and (low % 2 != is_odd or high % 2 != is_odd)):
        return []
    if abs(high - low) // step > MAX_BETWEEN or (high - low) % step:
        return []
    sign = 1 if high > low else -1
    return [str(number) for number in range(low + sign * step, high, sign * step)]


def _along(line: Sequence[tuple[int, int, int]], share: float) -> tuple[float, float]:
    """The place at a share of a line's length, in degrees."""
    narrow = math.cos(math.radians(line[0][2] * _SCALE))
    legs = [math.hypot((b[1] - a[1]) * narrow, b[2] - a[2]) for a, b in itertools.pairwise(line)]
    left = share * sum(legs)
    for (a, b), leg in zip(itertools.pairwise(line), legs, strict=True):
        if left <= leg and leg > 0:
            part = left / leg
            return (
                (a[1] + part * (b[1] - a[1])) * _SCALE,
                (a[2] + part * (b[2] - a[2])) * _SCALE,
            )
        left -= leg
    return line[-1][1] * _SCALE, line[-1][2] * _SCALE
