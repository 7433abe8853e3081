"""Address lines as care systems hold them: a register's addresses with a stated noise.

The noise model, drawn independently for each line with the probabilities of `NOISE`:

==================  =======================================================================
``upper``           the street in capitals
``lower``           the street in small letters
``abbreviated``     the ending cut: "Storg.", "Björkv", "Sankt Olofs g."
``no_accents``      å, ä → a, ö → o
``typo``            one letter of the street, never the first: wrong, missing, doubled or
                    swapped with the next
``letter_spaced``   "12B" as "12 b" or "12b", only where there is a letter
``flat``            a flat after the number: "lgh 1102", ", 2 tr"
``care_of``         "c/o" and a surname before the street
``spaces``          a doubled space, or one at the end
``postcode_joined`` "63730"
``postcode_wrong``  its last digit another
``no_postcode``     left out (and then the locality is kept)
``city_upper``      "EKHAMN"
``no_city``         left out (and then the postcode is kept)
``unknown``         a street that the register has not: nothing found is the right answer
==================  =======================================================================
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from data.streets import AddressPoint

NOISE: Mapping[str, float] = {
    "upper": 0.15,
    "lower": 0.10,
    "abbreviated": 0.20,
    "no_accents": 0.06,
    "typo": 0.08,
    "letter_spaced": 0.5,
    "flat": 0.18,
    "care_of": 0.02,
    "spaces": 0.05,
    "postcode_joined": 0.35,
    "postcode_wrong": 0.01,
    "no_postcode": 0.06,
    "city_upper": 0.3,
    "no_city": 0.08,
    "unknown": 0.03,
}
"""Chance of each kind; all of it [inf], after address columns seen in public tables."""

ENDINGS = (("gatan", "g."), ("vägen", "v."), ("gränden", "gr."), ("stigen", "st."))
SURNAMES = ("Alm", "Berg", "Dahl", "Ek", "Lind", "Sjö")
LETTERS = "abcdefghijklmnoprstuvyåäö"
UNKNOWN_STEMS = ("Zinkgruve", "Xylofon", "Quist", "Wienerbröds", "Zeppelinar", "Yxskafts")


@dataclass(frozen=True)
class NoisyAddress:
    """A line, and the address that was meant."""

    line: str
    postcode: str
    city: str
    truth: AddressPoint | None
    """None where the street is not in the register."""
    noise: tuple[str, ...]
    """The kinds of noise that this line has, in the order of `NOISE`."""


def noisy_addresses(
    addresses: Sequence[AddressPoint], n_lines: int, *, seed: int = 1,
    chances: Mapping[str, float] | None = None,
) -> list[NoisyAddress]:  # fmt: skip
    """Draw lines from a register, with noise; the same seed gives the same lines.

    Parameters
    ----------
    addresses : sequence of AddressPoint
        The register; drawn from with replacement.
    chances : mapping, optional
        Instead of `NOISE`; kinds not named do not happen.
    """
    rng = np.random.default_rng([seed, 4711])
    picks = rng.integers(len(addresses), size=n_lines).tolist()
    return [noisy(addresses[i], rng, NOISE if chances is None else chances) for i in picks]


def noisy(
    address: AddressPoint, rng: np.random.Generator, chances: Mapping[str, float] = NOISE
) -> NoisyAddress:
    """One line of one address."""
    has = {kind for kind in NOISE if rng.random() < chances.get(kind, 0.0)}
    has -= {"lower"} if "upper" in has else set()
    has -= {"no_city", "city_upper"} if "no_postcode" in has or "postcode_wrong" in has else set()
    street = address.street
    if "unknown" in has:
        street = UNKNOWN_STEMS[int(rng.integers(len(UNKNOWN_STEMS)))] + "vägen"
    if "typo" in has:
        street = _typo(street, rng)
    if "abbreviated" in has:
        street = _abbreviated(street)
    if "no_accents" in has:
        street = street.translate(str.maketrans("åäöÅÄÖé", "aaoAAOe"))
    street = street.upper() if "upper" in has else street.lower() if "lower" in has else street
    line = f"{street} {_number(address.number, has, rng)}"
    if "flat" in has:
        floor, door = int(rng.integers(0, 6)), int(rng.integers(1, 5))
        line += f" lgh 1{floor}0{door}" if rng.random() < 0.6 else f", {floor + 1} tr"
    if "care_of" in has:
        line = f"c/o {SURNAMES[int(rng.integers(len(SURNAMES)))]}, {line}"
    if "spaces" in has:
        line = line.replace(" ", "  ", 1) if rng.random() < 0.5 else line + " "
    return NoisyAddress(
        line=line,
        postcode=_postcode(address.postcode, has, rng),
        city="" if "no_city" in has else address.city.upper() if "city_upper" in has
        else address.city,
        truth=None if "unknown" in has else address,
        noise=tuple(kind for kind in NOISE if kind in has and _shows(kind, address)),
    )  # fmt: skip


def _shows(kind: str, address: AddressPoint) -> bool:
    """Whether this kind can be seen on this address at all."""
    if kind == "letter_spaced":
        return not address.number.isdigit()
    if kind == "abbreviated":
        return address.street.endswith(tuple(ending for ending, _ in ENDINGS))
    return kind != "no_accents" or any(sign in address.street for sign in "åäöÅÄÖé")


def _typo(street: str, rng: np.random.Generator) -> str:
    letter_idx = int(rng.integers(1, max(len(street) - 5, 2)))
    kind = int(rng.integers(4))
    if kind == 0:
        other = LETTERS[int(rng.integers(len(LETTERS)))]
        other = other if other != street[letter_idx] else "x"
        return street[:letter_idx] + other + street[letter_idx + 1 :]
    if kind == 1:
        return street[:letter_idx] + street[letter_idx + 1 :]
    if kind == 2 or street[letter_idx] == street[letter_idx + 1]:
        return street[: letter_idx + 1] + street[letter_idx:]
    return (
        street[:letter_idx] + street[letter_idx + 1] + street[letter_idx] + street[letter_idx + 2 :]
    )


def _abbreviated(street: str) -> str:
    for ending, short in ENDINGS:
        if street.endswith(ending):
            return street.removesuffix(ending) + short
    return street


def _number(number: str, has: set[str], rng: np.random.Generator) -> str:
    digits = number.rstrip("ABCD")
    letter = number[len(digits) :]
    if not letter or "letter_spaced" not in has:
        return number
    return f"{digits} {letter.lower()}" if rng.random() < 0.5 else f"{digits}{letter.lower()}"


def _postcode(postcode: str, has: set[str], rng: np.random.Generator) -> str:
    if "no_postcode" in has:
        return ""
    if "postcode_wrong" in has:
        postcode = postcode[:-1] + str((int(postcode[-1]) + int(rng.integers(1, 10))) % 10)
    return postcode.replace(" ", "") if "postcode_joined" in has else postcode
