"""One parser for each kind of cell. Each takes a cell as stored and raises ``ValueError``.

The message of the error is never shown; the column's own ``allowed`` text is. All parsers accept
what Excel stores (numbers, dates, clocks) as well as text (faults.md A5–A10, C4).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from data.privacy import has_hidden_characters

Parser = Callable[[Any], Any]

SEPARATORS = re.compile(r"[;,|\n]")
SPACES = re.compile(r"[\s\u00a0\u202f\u2007]+")
MAX_ID_CHARACTERS: Final = 64
MAX_TEXT_CHARACTERS: Final = 300
MAX_BRIEF_CHARACTERS: Final = 20
_PLAIN: Final = "[0-9A-Za-z_][0-9A-Za-z_-]{0,63}+"
"""Most ids, and none that needs a second look."""
_PLAIN_ID = re.compile(_PLAIN)
_PLAIN_IDS = re.compile(rf"{_PLAIN}(?:\n{_PLAIN})*+")


def tidy(value: object) -> str:
    """Text of a cell: NFC, no space at the ends; a whole number as it is written."""
    if isinstance(value, str):
        text = value
    elif isinstance(value, bool):
        text = "ja" if value else "nej"
    elif isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        text = str(int(value))
    elif isinstance(value, (int, float)):
        text = str(value)
    else:
        raise ValueError("inte text")
    if text.isascii():
        return text.strip()
    return unicodedata.normalize("NFC", text).replace("\u00a0", " ").strip()


def unescape_formula(text: str) -> str:
    """Take away the apostrophe that our own CSV sets before =, +, - and @ (faults.md F7).

    However many there are, so that no text that was read begins with one before such a sign, and
    what is written again, escaped or in a workbook as it is, is read as the same.
    """
    while len(text) > 1 and text[0] == "'" and text[1] in "=+-@'\t\r":
        text = text[1:]
    return text


def identifier(value: object) -> str:
    """An id: text always, without list separators or hidden signs."""
    if isinstance(value, str) and _PLAIN_ID.fullmatch(value):
        return value
    text = unescape_formula(tidy(value))
    if (
        not text
        or len(text) > MAX_ID_CHARACTERS
        or SEPARATORS.search(text)
        or has_hidden_characters(text)
    ):
        raise ValueError("inte ett id")
    return text


def short_text(value: object) -> str:
    """A few words that a person reads: no control signs, at most `MAX_TEXT_CHARACTERS`."""
    text = unescape_formula(" ".join(tidy(value).split()))
    if len(text) > MAX_TEXT_CHARACTERS or has_hidden_characters(text):
        raise ValueError("för lång text")
    return text


def brief(value: object) -> str:
    """A floor, a flat's number or the code of a door, as it is written."""
    text = short_text(value)
    if len(text) > MAX_BRIEF_CHARACTERS:
        raise ValueError("för lång text")
    return text


def are_plain_ids(cells: Sequence[object]) -> bool:
    """Whether every cell is an id that needs no second look: told at once for a whole column."""
    try:
        text = "\n".join(cells)  # type: ignore[arg-type]
    except TypeError:
        return False
    return _PLAIN_IDS.fullmatch(text) is not None


def identifiers(value: object) -> tuple[str, ...]:
    """Several ids, separated by semicolon or comma; in order, each once."""
    parts = (part for part in SEPARATORS.split(unescape_formula(tidy(value))) if part.strip())
    return tuple(dict.fromkeys(identifier(part) for part in parts))


def words(value: object) -> frozenset[str]:
    """Several short words in lower case: skills, languages."""
    parts = identifiers(value)
    return frozenset(part.lower() for part in parts)


def word(value: object) -> str:
    """One short word or phrase in lower case."""
    return identifier(value).lower()


NO_SKILL: Final = frozenset({"nej", "n", "-", "–", "ingen", "inga", "no", "false", "falskt", "0"})
SOME_SKILL: Final = "delegering som inte sägs"
"""What a plain yes asks for: a delegation, and the cell does not say which."""


def required_skills(value: object) -> frozenset[str]:
    """Skills that a visit asks for; a no is none, and a yes is `SOME_SKILL`."""
    text = tidy(value).casefold()
    if text in NO_SKILL:
        return frozenset()
    if text in YES_NO:
        return frozenset({SOME_SKILL})
    return words(value)


_CARERS: Final[Mapping[str, int]] = {
    "en": 1, "ett": 1, "enkel": 1, "enkelbemanning": 1, "två": 2, "dubbel": 2, "dubbelt": 2,
    "dubbelbemanning": 2, "dubbelbemannad": 2, "dubbelbemannat": 2,
}  # fmt: skip


def carers(value: object) -> int:
    """How many carers: 1, 2, "2 st", "två", "dubbelbemanning"; yes is two, no is one."""
    text = re.sub(r"\s*(?:st|pers|pers\.|personer|personal|medarbetare)\.?$", "",
                  tidy(value).casefold())  # fmt: skip
    if isinstance(value, bool) or (text in YES_NO and text not in {"0", "1"}):
        return 2 if YES_NO[text] else 1
    if text in _CARERS:
        return _CARERS[text]
    n_carers: int = whole(1, 2)(text if isinstance(value, str) else value)
    return n_carers


def number(value: object) -> float:
    """A number with decimal comma or point; thousands apart by spaces; metres after."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError("inte ett tal")
    if isinstance(value, (int, float)):
        parsed = float(value)
    else:
        text = SPACES.sub("", value.replace("\u2212", "-")).lower()
        text = re.sub(r"(?<=\d)(?:m|meter)\.?$", "", text).replace(",", ".")
        if not re.fullmatch(r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d{1,3})?", text):
            raise ValueError("inte ett tal")
        parsed = float(text)
    if not math.isfinite(parsed):
        raise ValueError("inte ett tal")
    return parsed


def whole(low: int, high: int, unit: str = "") -> Parser:
    """Parser of a whole number within bounds; ``unit``, an expression, may stand after it."""
    ending = re.compile(rf"(?<=[\d\s])\s*(?:{unit})\.?\s*$", re.IGNORECASE) if unit else None

    def parse(value: object) -> int:
        if isinstance(value, str):
            value = ending.sub("", value) if ending is not None else value
            if value.strip()[-1:].isalpha():
                raise ValueError("en annan enhet")
        parsed = number(value)
        if parsed != int(parsed) or not low <= parsed <= high:
            raise ValueError("utanför gränserna")
        return int(parsed)

    return parse


def one_of(values: Mapping[str, Any]) -> Parser:
    """Parser of one of a few words, any case."""

    def parse(value: object) -> Any:
        key = SPACES.sub(" ", tidy(value)).casefold()
        if key not in values:
            raise ValueError("okänt värde")
        return values[key]

    return parse


YES_NO: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("ja", "j", "x", "1", "yes", "y", "sant", "true", "sann"), True),
    **dict.fromkeys(("nej", "n", "0", "no", "falskt", "false", "falsk", "-"), False),
}
yes_no: Final = one_of(YES_NO)


def degrees(value: object) -> float:
    """Degrees with decimals; degrees, minutes and seconds are understood too (faults.md B4)."""
    if isinstance(value, str):
        text = value.replace(",", ".").replace("′", "'").replace("″", '"').replace("’", "'")
        match = re.fullmatch(
            r"\s*([NEÖÖne]?)\s*(\d{1,3})\s*°\s*(?:(\d{1,2}(?:\.\d+)?)\s*')?\s*"
            r"(?:(\d{1,2}(?:\.\d+)?)\s*(?:\"|''))?\s*([NEÖne]?)\s*",
            text,
        )
        if match:
            whole_part, minutes, seconds = (float(part or 0) for part in match.groups()[1:4])
            if minutes >= 60 or seconds >= 60:
                raise ValueError("inte grader")
            return whole_part + minutes / 60 + seconds / 3600
    return number(value)


def pets_allergy(value: object) -> bool:
    """Whether the carer cannot be with furred animals."""
    text = tidy(value).casefold()
    if re.search(r"p[äa]ls|djur|hund|katt|pet|dog|cat", text):
        return True
    if text in {"ingen", "inga", "none"}:
        return False
    return bool(yes_no(value))


def postcode(value: object) -> str:
    """Five digits; text always, so that no leading zero is lost."""
    text = re.sub(r"^(?:SE?-)", "", SPACES.sub("", tidy(value)), flags=re.IGNORECASE)
    if not re.fullmatch(r"\d{5}", text):
        raise ValueError("inte ett postnummer")
    return text


def address(value: object) -> str:
    """An address: text, not a number or a date that Excel made of it (faults.md A9)."""
    if not isinstance(value, str):
        raise ValueError("inte en adress")
    text = SPACES.sub(" ", tidy(value))
    if has_hidden_characters(text) or len(text) > 200:
        raise ValueError("inte en adress")
    return unescape_formula(text)
