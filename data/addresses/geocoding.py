"""Matching addresses with a register: exact, normalised, fuzzy; one sure answer or a review.

Rules, in order. A street that the register knows, with the number, is taken where the postcode or
the locality agrees and all points of that address lie within 60 m of each other. A street that it
does not know is compared without accents and spaces, then by edit distance; a nearest street is
taken only where it is long enough, alone at that distance, has the number, and the postcode or the
locality agrees. Everything else goes to review with its candidates. Nothing is guessed: a wrong
place sends a carer to the wrong door and tells a neighbour who receives care.

Edit distance: optimal string alignment; one edit is a letter wrong, missing or extra, or two
swapped.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from data.addresses.answers import Answer, Method, Query
from data.addresses.index import Index, build
from data.addresses.lines import one_number
from data.addresses.normal import (
    FIRST_WORDS,
    Normal,
    city_key,
    core,
    ending,
    first_word_corrected,
    folded,
    normalise,
    postcode_key,
    saints,
    written_out,
)
from data.addresses.typo_model import (
    edits_allowed,
    forms,
    is_slip_in_ending,
    is_swap,
    is_typo,
    is_unsayable_slip,
    trigrams,
)
from data.streets import AddressPoint

SAME_PLACE_M: Final = 60.0
"""Points of one address within this are one place: the building and its entrance."""
EDITS_MAX: Final = 3
CANDIDATES_MAX: Final = 5
_ALIKE: Final = "gatan liknar en eller flera i registret"


@dataclass(frozen=True, slots=True)
class _Place:
    """Whether the locality of a point agrees: 1 agrees, 0 not known, -1 contradicts."""

    postcode: int
    city: int

    @property
    def is_possible(self) -> bool:
        return self.postcode > 0 or (self.postcode == 0 and self.city >= 0)

    @property
    def is_confirmed(self) -> bool:
        return self.postcode > 0 or (self.postcode == 0 and self.city > 0)


def decision_key(query: Query) -> str:
    """One form of a query, under which a planner's decision is remembered."""
    wanted = normalise(query.address)
    number = wanted.number + wanted.letter
    return "|".join((wanted.street, number, postcode_key(query.postcode), city_key(query.city)))


def geocode(
    queries: Sequence[Query],
    register: Sequence[AddressPoint],
    decisions: Mapping[str, tuple[float, float]] | None = None,
) -> list[Answer]:
    """Find each query in the register.

    Parameters
    ----------
    queries : sequence of Query
    register : sequence of AddressPoint
    decisions : mapping of `decision_key` to (east, north), optional
        What the planner has decided before (`data.tables.address_lists.address_review`).

    Returns
    -------
    list of Answer
        One per query, in order. The order of the register does not matter.
    """
    index = build(register)
    answers: list[Answer | None] = []
    unknown: list[tuple[int, Normal]] = []
    for position, query in enumerate(queries):
        decided = (decisions or {}).get(decision_key(query))
        if decided is not None:
            answers.append(Answer(query.key, True, *decided, "", "decided", 100))
            continue
        wanted = normalise(query.address)
        if wanted.locality and not city_key(query.city):
            query = replace(query, city=wanted.locality)
        answer = _exact(index, query, wanted)
        if answer is None:
            unknown.append((position, wanted))
        answers.append(answer)
    _fuzzy(index, queries, unknown, answers)
    return [answer for answer in answers if answer is not None]


def _place(index: Index, idx: int, query: Query) -> _Place:
    postcode, city = postcode_key(query.postcode), city_key(query.city)
    of_postcode, of_city = index.postcodes[idx], index.cities[idx]
    agrees_postcode = 0 if not postcode or not of_postcode else 1 if postcode == of_postcode else -1
    agrees_city = 0 if not city or not of_city else 1 if _same_city(city, of_city) else -1
    return _Place(agrees_postcode, agrees_city)


def _same_city(city: str, other: str) -> bool:
    if city == other or folded(city) == folded(other):
        return True
    if min(len(city), len(other)) < 6:
        return False
    from rapidfuzz.distance import OSA

    return bool(OSA.distance(city, other, score_cutoff=1) <= 1)


def _doors(index: Index, street: str, wanted: Normal) -> list[int]:
    """Points of the wanted number: with its letter; any letter where none was given."""
    doors = index.at(street, wanted.number, wanted.letter)
    if not doors and not wanted.letter:
        doors = index.lettered(street, wanted.number)
    # An entry of that very number goes before a range that holds it: 2 before 2–4.
    own = [i for i in doors if _is_same_number(index.points[i].number, wanted)]
    return own or doors


def _is_same_number(entry: str, wanted: Normal) -> bool:
    return one_number(entry) == (wanted.number, wanted.letter, wanted.last)


def _are_one_place(index: Index, ids: Sequence[int]) -> bool:
    first = index.points[ids[0]]
    return all(
        math.hypot(index.points[i].x - first.x, index.points[i].y - first.y) <= SAME_PLACE_M
        for i in ids
    )


def _exact(index: Index, query: Query, wanted: Normal) -> Answer | None:
    """An answer where the register knows the street; None where it does not."""
    meant = (wanted.street, *saints(wanted.street, query.address))
    nearest = [_first_known(index, street) for street in meant]
    if any(nearest):
        return _on_streets(index, query, wanted, [street for street in nearest if street], "exact")
    if wanted.is_after_name:
        street = _after_name(index, wanted.street)
        if street:
            return _on_streets(index, query, wanted, [street], "exact")
    alike = [
        street
        for variant in dict.fromkeys(
            form for street in meant for form in (street, *written_out(street))
        )
        for street in index.by_folded.get(folded(variant), ())
        if not Counter(_accents(variant)) - Counter(_accents(street))
    ]
    if alike:  # accents may be lost on the way, never gained
        return _on_streets(index, query, wanted, alike, "folded")
    corrected = first_word_corrected(wanted.street)
    for street in (corrected, *written_out(corrected)):
        if street in index.streets:
            answer = _on_streets(index, query, wanted, [street], "fuzzy")
            ids = _doors(index, street, wanted)
            is_sure = any(
                index.points[i] in answer.candidates and _place(index, i, query).is_confirmed
                for i in ids
            )
            return answer if is_sure else _review(query, _ALIKE, ids, index)
    return None


def _first_known(index: Index, street: str) -> str:
    """The street itself, or with its ending written out, as the register has it; else empty."""
    return next((form for form in (street, *written_out(street)) if form in index.streets), "")


def _after_name(index: Index, text: str) -> str:
    """The longest street of the register that a text ends with; what precedes is a name.

    Empty where there is none, or where the word before it may belong to a street's name.
    """
    words = text.split()
    for word_idx in range(1, len(words)):
        rest = " ".join(words[word_idx:])
        street = _first_known(index, rest)
        if street:
            return "" if words[word_idx - 1] in FIRST_WORDS else street
    return ""


def _accents(street: str) -> str:
    return "".join(sign for sign in street if not sign.isascii())


def _on_streets(
    index: Index, query: Query, wanted: Normal, streets: Sequence[str], method: Method
) -> Answer:
    """Judge the points of the wanted number on the streets that may be meant."""
    ids = [idx for street in streets for idx in _doors(index, street, wanted)]
    if not wanted.number and not any(_place(index, idx, query).is_confirmed for idx in ids):
        # A farm without a number is an address, where its locality says that it is that farm.
        return _review(query, "adressen saknar husnummer", ids, index)
    if not ids:
        near = [i for street in streets for i in index.lettered(street, wanted.number)]
        return _review(query, "numret finns inte på gatan i registret", near, index)
    places = {idx: _place(index, idx, query) for idx in ids}
    best = _best(index, query, places)
    ranked = sorted(ids, key=lambda idx: (-places[idx].postcode, -places[idx].city, idx))
    if best is None:
        return _review(query, "orten eller postnumret stämmer inte med registret", ranked, index)
    if not _are_one_place(index, best):
        return _review(query, "flera möjliga adresser på olika platser", ranked, index)
    if _is_elsewhere(index, wanted, best[0]):
        return _review(query, "orten i adressen är en annan än radens ort", ranked, index)
    place = places[best[0]]
    score = {"exact": 100, "folded": 96}.get(method, 90) - 3 * (place.postcode < 1)
    return _accept(query, index, best[0], method, score - 2 * (place.city < 1))


def _is_elsewhere(index: Index, wanted: Normal, idx: int) -> bool:
    """Whether a locality of the register stands in the address itself, and is another one."""
    locality = wanted.locality
    if not locality or locality not in index.cities or not index.cities[idx]:
        return False
    return not _same_city(locality, index.cities[idx])


def _best(index: Index, query: Query, places: Mapping[int, _Place]) -> list[int] | None:
    """The points that agree best, with every other that cannot be told from them."""
    possible = [idx for idx, place in places.items() if place.is_possible]
    if possible:
        agree = max((places[idx].postcode, places[idx].city) for idx in possible)
        if agree[0] > 0:
            best = [i for i in possible if (places[i].postcode, places[i].city) == agree]
            return best + _doubts(index, query, places, agree[1])
        # Nothing says which postcode: all must be one place.
        return possible + _doubts(index, query, places, 0) * bool(query.postcode)
    # A postcode mistyped by one digit, where the locality agrees.
    wanted = postcode_key(query.postcode)
    near = [
        idx
        for idx, place in places.items()
        if place.city > 0 and _differs_by_one(wanted, index.postcodes[idx])
    ]
    same_city = [idx for idx, place in places.items() if place.city > 0]
    return near if near and len(near) == len(same_city) else None


def _doubts(
    index: Index, query: Query, places: Mapping[int, _Place], city_agrees: int
) -> list[int]:
    """Points that would be right if the postcode were mistyped by one digit.

    None where the locality agrees too. Where it contradicts: points of that locality. Where it is
    not known: any with such a postcode.
    """
    if city_agrees > 0:
        return []
    wanted = postcode_key(query.postcode)
    return [
        idx
        for idx, place in places.items()
        if place.city > 0 or (city_agrees == 0 and _differs_by_one(wanted, index.postcodes[idx]))
    ]


def _differs_by_one(text: str, other: str) -> bool:
    return len(text) == len(other) and sum(a != b for a, b in zip(text, other, strict=True)) == 1


def _accept(query: Query, index: Index, idx: int, method: Method, score: int) -> Answer:
    point = index.points[idx]
    return Answer(query.key, True, point.x, point.y, "", method, score, (point,))


def _review(query: Query, reason: str, ids: Sequence[int], index: Index) -> Answer:
    candidates = tuple(index.points[idx] for idx in dict.fromkeys(ids))[:CANDIDATES_MAX]
    return Answer(query.key, False, 0.0, 0.0, reason, "", 0, candidates)


def _fuzzy(
    index: Index,
    queries: Sequence[Query],
    unknown: Sequence[tuple[int, Normal]],
    answers: list[Answer | None],
) -> None:
    """Answer the queries whose street the register does not know."""
    if not unknown:
        return
    import numpy as np
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    keys = list(index.by_folded)
    forms_of = {wanted.street: forms(wanted.street) for _, wanted in unknown}
    wanted_keys = sorted({form for written in forms_of.values() for form in written})
    near: dict[str, list[tuple[int, str]]] = {}
    for begin in range(0, len(wanted_keys), 512):
        scores = process.cdist(
            wanted_keys[begin : begin + 512], keys, scorer=OSA.distance, score_cutoff=EDITS_MAX,
            dtype=np.uint8, workers=1,
        )  # fmt: skip
        for form, row in zip(wanted_keys[begin:], scores, strict=False):
            near[form] = [
                (int(row[key_idx]), keys[key_idx]) for key_idx in np.flatnonzero(row <= EDITS_MAX)
            ]
    cores = Counter(core(key) for key in keys)
    seen = frozenset(trigram for key in keys for trigram in trigrams(key))
    for position, wanted in unknown:
        distances: dict[str, int] = {}
        for form in forms_of[wanted.street]:
            for distance, key in near[form]:
                # A street is not a square: endings may be misspelt, not other ones.
                if ending(form) in {"", ending(key)}:
                    distances[key] = min(distance, distances.get(key, distance))
        by_distance = sorted((distance, key) for key, distance in distances.items())
        is_word = core(folded(wanted.street)) in cores
        answers[position] = _nearest(
            index, queries[position], wanted, by_distance, seen if not is_word else None
        )


def _is_in_locality(index: Index, query: Query, key: str) -> bool:
    """Whether some point of the street may be in the query's locality, whatever its number."""
    return any(
        _place(index, ids[0], query).is_possible
        for street in index.by_folded[key]
        for ids in index.streets[street].values()
    )


def _nearest(
    index: Index,
    query: Query,
    wanted: Normal,
    by_distance: Sequence[tuple[int, str]],
    seen: frozenset[str] | None,
) -> Answer:
    """Judge the streets within three edits of the wanted one, nearest first.

    ``seen`` are the register's trigrams; None where the wanted street's core is that of another
    street of the register, so that it is hardly a slip of the pen.
    """
    if not wanted.number:
        return _review(query, "adressen saknar husnummer", [], index)
    doors: list[tuple[int, str, list[int]]] = []
    n_nearest = 0
    for distance, key in by_distance:
        n_nearest += distance == by_distance[0][0] and _is_in_locality(index, query, key)
        ids = [idx for street in index.by_folded[key] for idx in _doors(index, street, wanted)]
        possible = [idx for idx in ids if _place(index, idx, query).is_possible]
        if possible:
            doors.append((distance, key, possible))
    if not doors:
        return _review(query, "gatan finns inte i registret", [], index)
    everyone = [idx for _, _, ids in doors for idx in ids]
    distance, key, ids = doors[0]
    written = forms(wanted.street)
    is_surely_slip = is_slip_in_ending(key, written) or is_unsayable_slip(key, written, distance)
    is_near = (
        is_surely_slip
        or (distance <= edits_allowed(key) and is_typo(key, written, distance, seen or frozenset()))
        or is_swap(key, written)
    )
    # What is a slip for sure, and one edit only, needs no distance to the next street but its own.
    gap = 0 if is_surely_slip and distance <= 1 else 1
    is_alone = n_nearest <= 1 and (len(doors) == 1 or doors[1][0] > distance + gap)
    if seen is None or not is_alone or not is_near:
        return _review(query, _ALIKE, everyone, index)
    confirmed = [idx for idx in ids if _place(index, idx, query).is_confirmed]
    if not confirmed:
        return _review(query, "gatan liknar en i registret; ort saknas", everyone, index)
    if not _are_one_place(index, confirmed):
        return _review(query, "flera möjliga adresser på olika platser", everyone, index)
    return _accept(query, index, confirmed[0], "fuzzy", 90 - 10 * distance)
