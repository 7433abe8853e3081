"""A slip of the pen or another street? What a misspelt name may be taken for.

Two streets of one town may differ by a letter (Birkenstraße, Birnenstraße), so an edit distance
alone is no proof. Names must be long, the first letter right, and where the name is short or the
edits two, the letters written must stand together as in no street of the register.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from data.addresses.normal import core, ending, folded, written_out

CORE_MIN_1: Final = 5
CORE_MIN_2: Final = 10
CORE_MIN_SURE: Final = 7
"""Shortest name before gatan or vägen for one edit, for two, and for one without further proof.

"Lindvägen" and "Lundvägen" are two streets.
"""


def forms(street: str) -> tuple[str, ...]:
    """What a street may be compared as: itself, and with a cut ending written out."""
    found = written_out(street)
    if not street.endswith(("str", "gat")):  # these are no words: only what they stand for counts
        found = (street, *found)
    return tuple(dict.fromkeys(folded(form) for form in found))


def edits_allowed(folded_key: str) -> int:
    """How many edits a street's name is long enough for."""
    length = len(core(folded_key))
    return 2 if length >= CORE_MIN_2 else 1 if length >= CORE_MIN_1 else 0


def trigrams(key: str) -> set[str]:
    """Three letters in a row, the beginning of the name among them."""
    padded = f"^{key}"
    return {padded[at : at + 3] for at in range(len(padded) - 2)}


def is_slip(key: str, written: Sequence[str], distance: int, seen: frozenset[str]) -> bool:
    """Whether what was written is hardly another name: letters stand together as in no street.

    A slip of the pen makes combinations that the register's names do not have; another name, such
    as Kornblumenweg for Mohnblumenweg, is made of ordinary ones. At least half of the three-letter
    combinations that the written form has beyond the street's own must be unseen; one edit in a
    long name needs no such proof. The first letter must be right.
    """
    is_long = distance <= 1 and len(core(key)) >= CORE_MIN_SURE
    for form in written:
        new = trigrams(form) - trigrams(key)
        n_unseen = len(new - seen)
        if form[:1] == key[:1] and (is_long or (n_unseen and 2 * n_unseen >= len(new))):
            return True
    return False


def is_slip_in_ending(key: str, written: Sequence[str]) -> bool:
    """Whether the name is right and one edit is in its generic ending: "Harpstigne"."""
    from rapidfuzz.distance import OSA

    name, end = core(key), ending(key)
    return bool(end) and any(
        form.startswith(name + end[0]) and OSA.distance(form.removeprefix(name), end) <= 1
        for form in written
    )
