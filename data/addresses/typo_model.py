"""A slip of the pen or another street? What a misspelt name may be taken for.

Two streets of one town may differ by a letter (Birkenstraße, Birnenstraße), so an edit distance
alone is no proof. Names must be long, the first letter right, and where the name is short or the
edits two, the letters written must stand together as in no street of the register.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from data.addresses.normal import bare, core, ending, folded, written_out
from data.addresses.phonotactics import is_pronounceable

CORE_MIN_1: Final = 5
CORE_MIN_2: Final = 10
CORE_MIN_SURE: Final = 7
"""Shortest name before gatan or vägen for one edit, for two, and for one without further proof.

"Lindvägen" and "Lundvägen" are two streets.
"""
CORE_MIN_SAID: Final = 3
"""Shortest name for one edit where what was written cannot be said."""


def forms(street: str) -> tuple[str, ...]:
    """What a street may be compared as: itself, and with a cut ending written out."""
    written = written_out(street)
    if not street.endswith(("str", "gat")):  # these are no words: only what they stand for counts
        written = (street, *written)
    return tuple(dict.fromkeys(fold(form) for form in written for fold in (folded, bare)))


def edits_allowed(folded_key: str) -> int:
    """How many edits a street's name is long enough for."""
    length = len(core(folded_key))
    return 2 if length >= CORE_MIN_2 else 1 if length >= CORE_MIN_1 else 0


def trigrams(key: str) -> set[str]:
    """Three letters in a row, the beginning of the name among them."""
    padded = f"^{key}"
    return {padded[i : i + 3] for i in range(len(padded) - 2)}


def is_typo(key: str, written: Sequence[str], distance: int, seen: frozenset[str]) -> bool:
    """Whether what was written is hardly another name: letters stand together as in no street.

    A slip of the pen makes combinations that the register's names do not have; another name, such
    as Kornblumenweg for Mohnblumenweg, is made of ordinary ones. At least half of the three-letter
    combinations that the written form has beyond the street's own must be unseen; one edit in a
    long name needs no such proof. The first letter must be right.
    """
    is_long = distance <= 1 and len(core(key)) >= CORE_MIN_SURE
    for form in written:
        new = trigrams(form) - trigrams(key)
        # A letter lost leaves two, and says least: any letter may be the lost one.
        n_needed = len(new) // 2 + 1 if len(new) < 3 else (len(new) + 1) // 2
        if form[:1] == key[:1] and (is_long or len(new - seen) >= n_needed):
            return True
    return False


def is_unsayable_slip(key: str, written: Sequence[str], distance: int) -> bool:
    """Whether what was written cannot be said, and so is no street: "Sdorgatan" for Storgatan.

    Holds for short names too: one edit where the name before gatan or vägen has at least three
    letters, two where it has at least ten. The first letter must be right. In short names a
    letter may be too many, lost or swapped, not wrong: "Grtnestraße" is one wrong letter from Grüne
    Straße, and was Gartenstraße.
    """
    from rapidfuzz.distance import OSA, Levenshtein

    length = len(core(key))
    if distance > 2 or length < (CORE_MIN_SAID if distance <= 1 else CORE_MIN_2):
        return False
    return is_pronounceable(core(key)) and any(
        form[:1] == key[:1]
        and OSA.distance(form, key) == distance
        and not is_pronounceable(core(form))
        and (
            length >= CORE_MIN_SURE or len(form) != len(key) or Levenshtein.distance(form, key) != 1
        )
        for form in written
    )


def is_swap(key: str, written: Sequence[str]) -> bool:
    """Whether two neighbouring letters of the name have changed places: "Tratsvägen".

    Hardly two streets of a town differ so, where the name has five letters or more.
    """
    from rapidfuzz.distance import OSA, Levenshtein

    return len(core(key)) >= CORE_MIN_1 and any(
        form[:1] == key[:1]
        and OSA.distance(form, key) == 1
        and Levenshtein.distance(form, key) == 2
        for form in written
    )


def is_slip_in_ending(key: str, written: Sequence[str]) -> bool:
    """Whether the name is right and one edit is in its generic ending: "Harpstigne"."""
    from rapidfuzz.distance import OSA

    name, end = core(key), ending(key)
    if not end:
        return False
    lost, swapped = end[1:], end[1] + end[0] + end[2:]  # "Lärkränd", "Storagtan"
    return any(
        form in {name + lost, name + swapped}
        or (
            form.startswith(name + end[0])
            and not form.endswith(end)  # then the name is another: Alvägen, Älvvägen
            and OSA.distance(form.removeprefix(name), end) <= 1
        )
        for form in written
    )
