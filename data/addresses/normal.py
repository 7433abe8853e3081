"""Swedish addresses brought to one form: street, number, letter; the rest set aside.

"Storgatan 12 B lgh 1102", "Storg. 12b", "c/o Alm, STORGATAN 12 B, 2 tr" are the same door.
Sources: SS 613401 (adresser), Lantmäteriet's Belägenhetsadress (adressplatsnummer,
bokstavstillägg), Lilla posthandboken for c/o and lgh.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from data.addresses.lines import parts_of

_ABBREVIATED: Final = (
    (re.compile(r"\bs:t(?=\s|$)"), "sankt"),
    (re.compile(r"\bs:ta(?=\s|$)"), "sankta"),
    (re.compile(r"\bst\.(?=\s)"), "stora"),
    (re.compile(r"\bl[:.]a?\s*(?=\w)"), "lilla "),
    (re.compile(r"\bö(?:\.|:a)\s*(?=\w)"), "östra "),
    (re.compile(r"\bv(?:\.|:a)\s*(?=\w)"), "västra "),
    (re.compile(r"\bn(?:\.|:a)\s*(?=\w)"), "norra "),
    (re.compile(r"\bs(?:\.|:a)\s*(?=\w)"), "södra "),
    (re.compile(r"\bg:a\s*(?=\w)"), "gamla "),
    (re.compile(r"\bk:a\s*(?=\w)"), "kyrka "),
)
_ENDINGS: Final = (
    (re.compile(r"(?<=\w)g(?:\.|at\.|t\.)(?=\s|$)"), "gatan"),
    (re.compile(r"(?<=\w)v(?:\.|äg\.)(?=\s|$)"), "vägen"),
    (re.compile(r"(?<=\w)(?:pl\.)(?=\s|$)"), "platsen"),
    (re.compile(r"(?<=\w)(?:gr\.)(?=\s|$)"), "gränd"),
    (re.compile(r"(?<=\w)str\.(?=\s|$)"), "straße"),
    (re.compile(r"\bg(?:\.|at\.)(?=\s|$)"), "gata"),
    (re.compile(r"\bv(?:\.|äg\.)(?=\s|$)"), "väg"),
)


@dataclass(frozen=True, slots=True)
class Normal:
    """An address in one form.

    Attributes
    ----------
    street : str
        Lower case, abbreviations written out, single spaces.
    number : str
        Digits, empty where none.
    letter : str
        Lower case, empty where none.
    """

    street: str
    number: str
    letter: str
    last: str = ""
    """The last number of a range such as 12–14; empty where it is one number."""
    locality: str = field(default="", compare=False)
    """A locality that stands after the number; empty where none does."""
    is_after_name: bool = field(default=False, compare=False)
    """Whether somebody's name may stand before the street (c/o without a comma)."""


@lru_cache(maxsize=500_000)
def street_key(street: str) -> str:
    """A street's name in one form."""
    text = unicodedata.normalize("NFC", street).casefold().replace("\u00a0", " ").strip(" ,;")
    text = text.replace("ß", "ss").replace("é", "e").replace("’", "'").replace("´", "'")
    for pattern, whole in _ABBREVIATED:
        text = pattern.sub(whole, text)
    for pattern, whole in _ENDINGS:
        text = pattern.sub(whole, text)
    text = re.sub(r"strasse\b|straße\b", "strasse", text)
    return re.sub(r"[\s\-'.]+", " ", text).strip()


def normalise(address: str) -> Normal:
    """An address line in one form; what is inside the building is left out."""
    text = unicodedata.normalize("NFC", address).casefold().replace("\u00a0", " ")
    parts = parts_of(text)
    return Normal(
        street_key(parts.street),
        (parts.number.lstrip("0") or "0") if parts.number else "",
        parts.letter,
        parts.last.lstrip("0"),
        city_key(parts.locality),
        parts.is_after_name,
    )


_FOLDED: Final = str.maketrans({"å": "a", "ä": "a", "ö": "o", "ü": "u", "æ": "a", "ø": "o"})


@lru_cache(maxsize=500_000)
def folded(key: str) -> str:
    """A street key without accents and spaces: what is left when a system knew only ASCII."""
    text = key.replace("ae", "a").replace("oe", "o").replace("ue", "u").translate(_FOLDED)
    return text.replace(" ", "").replace(":", "")


def bare(key: str) -> str:
    """As `folded`, with "ae", "oe" and "ue" left as they are: a slip may have made them."""
    return key.translate(_FOLDED).replace(" ", "").replace(":", "")


_GENERIC: Final = (
    "gatan", "gata", "vagen", "vag", "strasse", "weg", "grand", "stigen", "torget", "torg",
    "platsen", "plan", "allen", "alle", "backen", "ring", "gangen", "esplanaden",
)  # fmt: skip


def ending(folded_key: str) -> str:
    """The generic ending of a street's name (gatan, vägen), empty where it has none."""
    return next(
        (end for end in _GENERIC if folded_key.endswith(end) and len(folded_key) > len(end)), ""
    )


def core(folded_key: str) -> str:
    """The part of a street's name that tells it from others: without its generic ending."""
    return folded_key.removesuffix(ending(folded_key))


FIRST_WORDS: Final = (
    "norra", "södra", "östra", "västra", "stora", "lilla", "gamla", "nya", "övre", "nedre", "inre",
    "yttre", "mellersta",
)  # fmt: skip


def first_word_corrected(key: str) -> str:
    """A street key whose first word is one edit from one of a closed few: "norar ågatan".

    Empty where it is not, or where the word is right already.
    """
    from rapidfuzz.distance import OSA

    first, space, rest = key.partition(" ")
    if not space or len(first) < 3 or first in FIRST_WORDS:
        return ""
    near = [word for word in FIRST_WORDS if OSA.distance(first, word, score_cutoff=1) <= 1]
    return f"{near[0]} {rest}" if len(near) == 1 and len(near[0]) > 3 else ""


def written_out(key: str) -> tuple[str, ...]:
    """What a street key may stand for when its ending was cut without a full stop: "storg"."""
    endings = {"g": "gatan", "v": "vägen", "str": "strasse", "gat": "gatan", "väg": "vägen",
               "gata": "gatan", "gatan": "gata", "vägen": "väg", "pl": "platsen"}  # fmt: skip
    return tuple(
        key[: -len(short)] + whole
        for short, whole in endings.items()
        if key.endswith(short) and len(key) > len(short)
    )


def saints(street: str, written: str) -> tuple[str, ...]:
    """What else a street key beginning with "stora" may be, where "St." was written: a saint's."""
    is_short = re.match(r"\s*st\b[.:]?\s", written.casefold()) is not None
    rest = street.removeprefix("stora ").removeprefix("st ")
    return (f"sankt {rest}", f"sankta {rest}") if is_short and rest != street else ()


def postcode_key(postcode: str) -> str:
    """The digits of a postcode."""
    return re.sub(r"\D", "", postcode)


@lru_cache(maxsize=100_000)
def city_key(city: str) -> str:
    """A locality's name in one form."""
    return re.sub(r"[\s\-.]+", " ", unicodedata.normalize("NFC", city).casefold()).strip()
