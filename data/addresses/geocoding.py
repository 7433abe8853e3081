"""Matching addresses with a register: exact, normalised; one answer or a reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from data.addresses.normal import city_key, normalise, street_key
from data.streets import AddressPoint


@dataclass(frozen=True, slots=True)
class Query:
    """An address to find; ``key`` is the caller's own."""

    key: str
    address: str
    postcode: str = ""
    city: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the register says of one query."""

    key: str
    is_accepted: bool
    x: float
    y: float
    reason: str
    """Why it was not accepted, in Swedish and without the address."""


def geocode(queries: Sequence[Query], register: Sequence[AddressPoint]) -> list[Answer]:
    """Find each query in the register; ambiguous ones are not accepted."""
    index: dict[tuple[str, str], list[AddressPoint]] = defaultdict(list)
    for point in register:
        number = normalise(f"x {point.number}")
        index[street_key(point.street), number.number + number.letter].append(point)
    answers = []
    for query in queries:
        wanted = normalise(query.address)
        found = index.get((wanted.street, wanted.number + wanted.letter), [])
        if query.postcode:
            found = [p for p in found if not p.postcode or p.postcode == query.postcode]
        elif query.city:
            found = [p for p in found if not p.city or city_key(p.city) == city_key(query.city)]
        places = {(point.x, point.y) for point in found}
        if len(places) == 1:
            answers.append(Answer(query.key, True, *places.pop(), ""))
        else:
            reason = "flera möjliga adresser" if places else "adressen finns inte i registret"
            answers.append(Answer(query.key, False, 0.0, 0.0, reason))
    return answers
