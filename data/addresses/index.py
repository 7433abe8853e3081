"""A register of addresses, indexed for matching: by street, number and letter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from data.addresses.lines import numbers_of
from data.addresses.normal import city_key, folded, postcode_key, street_key
from data.streets import AddressPoint

NumberKey = tuple[str, str]
"""House number and letter; both may be empty."""


@dataclass
class Index:
    """Where each address of a register is.

    Attributes
    ----------
    points : sequence of AddressPoint
    postcodes, cities : list of str
        Of each point, in one form.
    streets : mapping of street key to mapping of number to point indices
    by_folded : mapping of folded street key to street keys
    """

    points: Sequence[AddressPoint]
    postcodes: list[str]
    cities: list[str]
    streets: dict[str, dict[NumberKey, list[int]]] = field(default_factory=dict)
    by_folded: dict[str, list[str]] = field(default_factory=dict)

    def at(self, street: str, number: str, letter: str) -> list[int]:
        """Points of that street, number and letter."""
        return self.streets.get(street, {}).get((number, letter), [])

    def lettered(self, street: str, number: str) -> list[int]:
        """Points of that number with any letter, in order of letter."""
        doors = self.streets.get(street, {})
        with_letter = sorted(
            (key[1], idx) for key, ids in doors.items() if key[0] == number for idx in ids
        )
        return [idx for _, idx in with_letter]


def _street(point: AddressPoint) -> str:
    """The street of a point in one form; a number that stands there too is taken away."""
    street, _, last = point.street.rpartition(" ")
    return street_key(street if street and last == point.number else point.street)


def build(points: Sequence[AddressPoint]) -> Index:
    """Index a register.

    Points with the same address are kept in an order that does not hang on the file's.
    """
    order = sorted(points, key=lambda p: (p.street, p.number, p.postcode, p.city, p.x, p.y))
    index = Index(
        order,
        [postcode_key(point.postcode) for point in order],
        [city_key(point.city) for point in order],
    )
    streets: dict[str, dict[NumberKey, list[int]]] = defaultdict(lambda: defaultdict(list))
    for idx, point in enumerate(order):
        doors = streets[_street(point)]
        for number in numbers_of(point.number) if point.number else [("", "")]:
            doors[number].append(idx)
    index.streets = {street: dict(doors) for street, doors in streets.items()}
    by_folded: dict[str, list[str]] = defaultdict(list)
    for street in sorted(index.streets):
        by_folded[folded(street)].append(street)
    index.by_folded = dict(by_folded)
    return index
