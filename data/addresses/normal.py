"""Swedish addresses brought to one form: street, number, letter; the rest set aside.

"Storgatan 12 B lgh 1102", "Storg. 12b", "c/o Alm, STORGATAN 12 B, 2 tr" are the same door.
Sources: SS 613401 (adresser), Lantmäteriet's Belägenhetsadress (adressplatsnummer,
bokstavstillägg), Lilla posthandboken for c/o and lgh.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_CARE_OF: Final = re.compile(r"^\s*(?:c/o|℅)[^,;]*[,;]\s*|[,;]\s*(?:c/o|℅)[^,;]*$", re.IGNORECASE)
_INSIDE: Final = re.compile(
    r"[,;]?\s*\b(?:lgh\.?|lägenhet|läg\.?|våning|vån\.?|uppgång|uppg\.?|port|ing\.?|ingång|hus)\s*"
    r"[a-zåäö]?\d*[a-zåäö]?\b\.?",
    re.IGNORECASE,
)
_STAIRS: Final = re.compile(
    r"[,;]?\s*\b\d+(?:\s*½|,5)?\s*(?:tr|trappor|tpr)\b\.?(?:\s*(?:upp|ner|t\.?[hv]\.?|u\.?h\.?))?",
    re.IGNORECASE,
)
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
_NUMBER: Final = re.compile(
    r"^(?P<street>.*?[^\d\s,])[\s,]*(?P<number>\d{1,4})(?:\s*[-–/]\s*(?P<to>\d{1,4}))?"
    r"\s*(?P<letter>[a-zåäö])?\.?$"
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
    text = _CARE_OF.sub("", text)
    text = _STAIRS.sub("", _INSIDE.sub("", text)).strip(" ,;.")
    text = re.sub(r"\s+", " ", text)
    match = _NUMBER.match(text)
    if match is None:
        return Normal(street_key(text), "", "")
    return Normal(
        street_key(match.group("street")),
        match.group("number").lstrip("0") or "0",
        match.group("letter") or "",
    )


def city_key(city: str) -> str:
    """A locality's name in one form."""
    return re.sub(r"[\s\-.]+", " ", unicodedata.normalize("NFC", city).casefold()).strip()
