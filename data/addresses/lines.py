"""An address line taken apart: what names the street, the house's number, and the tail.

The tail is what stands after the number: floor, staircase, whose home it is, the locality. It is
set aside; only a locality in it is kept, to be held against the register's.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_CARE_OF: Final = r"(?:c\s?[/.]\s?o\b[.:]?|℅|\bhos\b(?=\s))"
_CARE_OF_FIRST: Final = re.compile(rf"^\s*{_CARE_OF}[^,;]*[,;]\s*(?=.*\d)")
_CARE_OF_BARE: Final = re.compile(rf"^\s*{_CARE_OF}\s*")
_CARE_OF_LAST: Final = re.compile(rf"(?<=\S)[\s,;(]+{_CARE_OF}.*$")
_BRACKETS: Final = re.compile(r"\s*[(\[{][^)\]}]*(?:[)\]}]|$)\s*")
_INSIDE: Final = re.compile(
    r"[,;]?\s*\b(?:lgh\.?|lght\.?|lägenhet|läg\.?|våning|vån\.?|uppgång|uppg\.?|port|ing\.?|ingång"
    r"|hus)\s*(?:nr\.?\s*)?[a-zåäö]?\d*[a-zåäö]?\b\.?"
)
_STAIRS: Final = re.compile(
    r"[,;]?\s*\b\d+(?:\s*½|,5)?\s*(?:tr|trappor|trappa|tpr)\b\.?"
    r"(?:\s*(?:upp|ner|t\.?\s?[hv]\b\.?|u\.?\s?h\b\.?|[öo]\.?\s?g\b\.?|g\.?\s?h\b\.?))?"
)
_STOREY: Final = re.compile(
    r"(?<=\d)(\s*[a-zåäö])?[\s,]+\d{1,2}(?::[ae])?\s*(?:vån|våning)(?:en)?\b\.?(?!\s*\d)"
)
_FLOOR: Final = re.compile(
    r"(?<=[\d\s,;.])(?:n\.?\s?b|b\.?\s?v|k\.?\s?v|u\.?\s?h|ö\.?\s?g|o\.?\s?g|g\.?\s?h|t\.?\s?[hv]|ög|öh)"
    r"(?:\.|\b)(?=[\s,;.]|$)"
)
"""Nedre botten, bottenvåning, källarvåning, under/uthus, över gård(en), gårdshus, till höger …"""
_NUMBERED: Final = re.compile(r"(?<=\S)\s+(?:nr|no|nummer)\b\.?:?\s*(?=\d)")
_DASH: Final = r"\s*[-\u2010-\u2015/]\s*"
_DOOR: Final = (
    rf"(?P<number>\d{{1,4}})(?:{_DASH}(?P<to>\d{{1,4}}))?\s*(?P<letter>[a-zåäö](?![\w:]))?"
)
_WHOLE: Final = re.compile(rf"^(?P<street>.*?[^\d\s,])[\s,]*{_DOOR}\.?$")
_AFTER_NUMBER: Final = re.compile(rf"^(?P<street>.*\d)\s+{_DOOR}\.?$")
_WITH_TAIL: Final = re.compile(
    rf"^(?P<street>.*?[^\W\d].*?)[\s,]*(?<!\d){_DOOR}(?P<tail>[\s,;.:\-\u2010-\u2015/]+\S.*)$"
)
_FLAT_NUMBER: Final = re.compile(r"(?<=\d)(?:\s*(?<=\d)\s*[a-zåäö])?[\s,]+[01]\d{3}$")
_POSTCODE: Final = re.compile(r"\b(?:s-)?\d{3}\s?\d{2}\b")
_NO_STREETS: Final = frozenset({"avd", "avdelning", "rum", "plan", "entre", "entré", "trapphus"})


class Parts(NamedTuple):
    """An address line in parts, all in lower case."""

    street: str
    number: str = ""
    last: str = ""
    letter: str = ""
    tail: str = ""
    is_after_name: bool = False
    """Whether the street may still have somebody's name before it (c/o without a comma)."""

    @property
    def locality(self) -> str:
        """The words of the tail's last part, where it may be a locality's name."""
        words = _POSTCODE.sub("", re.split(r"[,;]", self.tail)[-1]).strip(" .-–/")
        return words if len(words) > 2 and not re.search(r"\d", words) else ""


def parts_of(text: str) -> Parts:
    """Take an address line apart.

    Parameters
    ----------
    text : str
        In lower case (casefold) and composed (NFC).
    """
    text = re.sub(r"[\r\n\t]+", ", ", text.strip())
    text = _CARE_OF_LAST.sub("", _CARE_OF_FIRST.sub("", text)) or text
    bare = _CARE_OF_BARE.sub("", text)
    is_after_name, text = bare != text, bare
    outside = _BRACKETS.sub(" ", text)
    text = outside if re.search(r"\d", outside) or not re.search(r"\d", text) else text
    text = _STAIRS.sub("", _INSIDE.sub("", _STOREY.sub(r"\1", text))).strip(" ,;.-–/")
    text = _NUMBERED.sub(" ", re.sub(r"\s+", " ", text))
    segments = [part.strip(" .-–/") for part in re.split(r"[,;]", text)]
    segments = [part for part in segments if part]
    parts = _of_segments(segments, text)
    return parts._replace(is_after_name=is_after_name)


def _of_segments(segments: list[str], text: str) -> Parts:
    """The first part of the line that is a street with a number; else the line as a whole."""
    for segment_idx, segment in enumerate(segments):
        following = segments[segment_idx + 1 :]
        if following and re.fullmatch(r"\d{1,3}\s?[a-zåäö]?", following[0]):
            break  # "Storgatan 28, 30": two houses, or a number after a comma
        door = _door(segment)
        if door is not None and door.street not in _NO_STREETS:
            return door._replace(tail=", ".join([door.tail, *following]).strip(" ,"))
    door = _door(text)
    if door is not None:
        return door
    if len(segments) > 1 and not any(re.search(r"\d", part) for part in segments):
        return Parts(segments[0], tail=", ".join(segments[1:]))
    return Parts(text)


def _door(text: str) -> Parts | None:
    """Street, number and tail of one part of a line; None where it has no number."""
    text = _FLOOR.sub("", text).strip(" .-–/")
    flat = _FLAT_NUMBER.search(text)
    if flat is not None and _WHOLE.match(text[: flat.end() - 4].rstrip(" ,")):
        text = text[: flat.end() - 4].rstrip(" ,")
    match = _WHOLE.match(text) or _AFTER_NUMBER.match(text)
    tail = ""
    if match is None:
        match = _WITH_TAIL.match(text)
        if match is None:
            return None
        tail = match["tail"].strip(" ,;.-–/")
    last = match["to"] or ""
    return Parts(
        match["street"].strip(" ,;-–"), match["number"], "" if len(last) > 3 else last,
        match["letter"] or "", tail,
    )  # fmt: skip


_LISTED: Final = re.compile(r"\s*[;,&+|]\s*|\s+och\s+|\s+(?=\d)")
_ONE: Final = re.compile(r"(\d{1,4})\s*([a-zåäö])?")
_LETTERS: Final = re.compile(rf"(\d{{1,4}})\s*([a-zåäö]){_DASH}(?:\1)?\s*([a-zåäö])")
_SPAN: Final = re.compile(rf"(\d{{1,4}})\s*([a-zåäö])?{_DASH}(\d{{1,4}})\s*([a-zåäö])?")
SPAN_MAX: Final = 40
"""A range of numbers wider than this is a slip of the hand: only its ends count."""


def one_number(text: str) -> tuple[str, str, str] | None:
    """Number, letter and last number of an entry that is one house or one range; else None."""
    match = _ONE.fullmatch(text.strip().casefold())
    if match is not None:
        return _bare(match[1]), match[2] or "", ""
    match = _SPAN.fullmatch(text.strip().casefold())
    return (_bare(match[1]), match[4] or "", _bare(match[3])) if match is not None else None


def numbers_of(text: str) -> list[tuple[str, str]]:
    """The numbers and letters that a register's entry stands for, in its order.

    5–9 is 5, 7 and 9; 16;18 is both; 20A–C is 20A, 20B and 20C.
    """
    text = re.sub(rf"(?<=\w){_DASH}(?=\w)", "-", text.strip().casefold())
    numbers: list[tuple[str, str]] = []
    number = ""
    for part in _LISTED.split(text):
        single, letters, span = (
            _ONE.fullmatch(part),
            _LETTERS.fullmatch(part),
            _SPAN.fullmatch(part),
        )
        if single is not None:
            number = _bare(single[1])
            numbers.append((number, single[2] or ""))
        elif letters is not None:
            number = _bare(letters[1])
            low, high = sorted((ord(letters[2]), ord(letters[3])))
            numbers += [(number, chr(code)) for code in range(low, high + 1)]
        elif span is not None:
            number = _bare(span[3])
            numbers += _span(int(span[1]), span[2] or span[4] or "", int(span[3]), span[4] or "")
        elif number and re.fullmatch(r"[a-zåäö]", part):
            numbers.append((number, part))
    return list(dict.fromkeys(numbers))


def _span(first: int, first_letter: str, last: int, last_letter: str) -> list[tuple[str, str]]:
    between = range(first + 2, last, 2) if first < last <= first + SPAN_MAX else ()
    return [
        (str(first), first_letter),
        *((str(number), "") for number in between),
        (str(last), last_letter),
    ]


def _bare(digits: str) -> str:
    return digits.lstrip("0") or "0"
