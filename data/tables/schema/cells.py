"""One parser for each kind of cell. Each takes a cell as stored and raises ``ValueError``.

The message of the error is never shown; the column's own ``allowed`` text is. All parsers accept
what Excel stores (numbers, dates, clocks) as well as text (faults.md A5–A10, C4).
"""

from __future__ import annotations

import itertools
import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from data.privacy import has_hidden_characters

Parser = Callable[[Any], Any]

SEPARATORS = re.compile(r"[;,|\n]")
_SPACES = re.compile(r"[\s\u00a0\u202f\u2007]+")
MAX_ID_CHARACTERS: Final = 64
_PLAIN_ID = re.compile(r"[0-9A-Za-z_]{1,64}")
"""Most ids, and none that needs a second look."""
_PLAIN_IDS = re.compile(r"[0-9A-Za-z_]{1,64}+(?:\n[0-9A-Za-z_]{1,64}+)*+")


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
        found = float(value)
    else:
        text = _SPACES.sub("", value.replace("\u2212", "-")).lower()
        text = re.sub(r"(?<=\d)(?:m|meter)\.?$", "", text).replace(",", ".")
        if not re.fullmatch(r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d{1,3})?", text):
            raise ValueError("inte ett tal")
        found = float(text)
    if not math.isfinite(found):
        raise ValueError("inte ett tal")
    return found


def whole(low: int, high: int, unit: str = "") -> Parser:
    """Parser of a whole number within bounds; ``unit``, an expression, may stand after it."""
    ending = re.compile(rf"(?<=[\d\s])\s*(?:{unit})\.?\s*$", re.IGNORECASE) if unit else None

    def parse(value: object) -> int:
        if isinstance(value, str):
            value = ending.sub("", value) if ending is not None else value
            if value.strip()[-1:].isalpha():
                raise ValueError("en annan enhet")
        found = number(value)
        if found != int(found) or not low <= found <= high:
            raise ValueError("utanför gränserna")
        return int(found)

    return parse


def one_of(values: Mapping[str, Any]) -> Parser:
    """Parser of one of a few words, any case."""

    def parse(value: object) -> Any:
        key = _SPACES.sub(" ", tidy(value)).casefold()
        if key not in values:
            raise ValueError("okänt värde")
        return values[key]

    return parse


YES_NO: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("ja", "j", "x", "1", "yes", "y", "sant", "true", "sann"), True),
    **dict.fromkeys(("nej", "n", "0", "no", "falskt", "false", "falsk", "-"), False),
}
yes_no: Final = one_of(YES_NO)

_DAYS: Final[tuple[tuple[str, ...], ...]] = (
    ("mån", "må", "måndag", "måndagar", "mon", "monday", "man"),
    ("tis", "ti", "tisdag", "tisdagar", "tue", "tuesday"),
    ("ons", "on", "onsdag", "onsdagar", "wed", "wednesday"),
    ("tor", "tors", "to", "torsdag", "torsdagar", "thu", "thursday"),
    ("fre", "fr", "fredag", "fredagar", "fri", "friday"),
    ("lör", "lö", "lördag", "lördagar", "sat", "saturday", "lor"),
    ("sön", "sö", "söndag", "söndagar", "sun", "sunday", "son"),
)
_DAY: Final = {name: i for i, names in enumerate(_DAYS) for name in (*names, str(i + 1))}
_SPANS: Final[Mapping[str, tuple[int, ...]]] = {
    **dict.fromkeys(
        ("alla dagar", "alla", "dagligen", "varje dag", "all days", "daily", "every day"),
        (0, 1, 2, 3, 4, 5, 6),
    ),
    **dict.fromkeys(("vardagar", "vardag", "weekdays"), (0, 1, 2, 3, 4)),
    **dict.fromkeys(("helg", "helger", "helgdagar", "weekend", "weekends"), (5, 6)),
}


def weekdays(value: object) -> tuple[tuple[int, ...], int]:
    """Weekdays, and how many of them: "mån-fre", "tis, tor", "alla dagar", "1 av mån-fre".

    Returns
    -------
    tuple
        The weekdays in order (0 is Monday), and the number of times a period (0: on every one).
    """
    text = _SPACES.sub(" ", tidy(value)).casefold().replace("–", "-").replace("—", "-")
    text = re.sub(r"^varje vecka,? ", "", text)
    n_per_period = 0
    chosen = re.fullmatch(r"(\d{1,2}) (?:av|of|ggr|gånger) ?(.+)", text)
    if chosen:
        n_per_period, text = int(chosen.group(1)), chosen.group(2)
    days: set[int] = set()
    for part in re.split(r"\s*(?:[,;+&/]|\boch\b|\band\b)\s*", text):
        if part:
            days.update(_span(part))
    if not days or (chosen and not n_per_period):
        raise ValueError("inga veckodagar")
    return tuple(sorted(days)), n_per_period


def _span(part: str) -> tuple[int, ...]:
    if part in _SPANS:
        return _SPANS[part]
    ends = [end.strip(" .") for end in part.split("-")]
    if len(ends) > 2 or any(end not in _DAY for end in ends):
        raise ValueError("okänd veckodag")
    first, last = _DAY[ends[0]], _DAY[ends[-1]]
    return tuple((first + k) % 7 for k in range((last - first) % 7 + 1))


_EVERY: Final[Mapping[str, int]] = {
    **dict.fromkeys(("varje", "varje vecka", "alla veckor", "veckovis", "weekly", "every week"), 1),
    **dict.fromkeys(("varannan", "varannan vecka", "every other week", "var annan vecka"), 2),
    **dict.fromkeys(("var tredje", "var tredje vecka"), 3),
    **dict.fromkeys(("var fjärde", "var fjärde vecka"), 4),
    "var femte vecka": 5, "var sjätte vecka": 6, "var åttonde vecka": 8,
}  # fmt: skip


class Weeks(int):
    """Weeks between, where the cell also says which: even or odd ones, or from a week's number.

    Attributes
    ----------
    parity : int, optional
        0 for even weeks, 1 for odd.
    first : int, optional
        The week of the year to count from.
    is_listed : bool
        Whether the cell lists weeks, which may be the roster's own instead of the year's.
    """

    parity: int | None = None
    first: int | None = None
    is_listed = False


_PARITY: Final = re.compile(
    r"(?:varannan(?: vecka)?,? )?\(?(jämn|jämna|jämnt|udda|ojämn|ojämna|even|odd)"
    r"(?: v\.?| veckor| vecka| veckonummer| veckonr| weeks?)?\.?\)?"
)
_FROM_WEEK: Final = re.compile(
    r"(.+?),? (?:från|fr\.? ?o\.? ?m\.?|f\.? ?o\.? ?m\.?|med start|start|börjar|med början"
    r"|från och med)(?: i)? ?v(?:eckan?)?\.? ?(\d{1,2})"
)
_LISTED: Final = re.compile(
    r"(?:vecka|veckor|v)\.? ?(\d{1,2}(?:(?: ?[,;+&/] ?| och )(?:v(?:ecka)?\.? ?)?\d{1,2})*)"
)


def _listed(text: str) -> Weeks | None:
    """Weeks that are listed, "v. 1, 3" or "v 46, 48 och 50": at one distance, from the first."""
    match = _LISTED.fullmatch(text)
    if match is None:
        return None
    named = [int(number) for number in re.findall(r"\d+", match.group(1))]
    steps = {later - earlier for earlier, later in itertools.pairwise(named)}
    if len(steps) != 1 or not 1 <= min(named) <= max(named) <= 53 or min(steps) < 2:
        raise ValueError("veckor utan jämnt avstånd")
    weeks = Weeks(steps.pop())
    weeks.first, weeks.is_listed = named[0], True
    return weeks


def every_weeks(value: object) -> int:
    """Weeks between: 1–52, "varannan vecka", "var 4:e vecka", "jämna veckor", "… från v. 10".

    "v. 1, 3" is every other week from week 1 of the year.
    """
    if isinstance(value, str):
        text = _SPACES.sub(" ", tidy(value)).casefold()
        if text in _EVERY:
            return _EVERY[text]
        match = _PARITY.fullmatch(text)
        if match:
            weeks = Weeks(2)
            weeks.parity = int(match.group(1) not in {"jämn", "jämna", "jämnt", "even"})
            return weeks
        listed = _listed(text)
        if listed is not None:
            return listed
        match = _FROM_WEEK.fullmatch(text)
        if match:
            weeks = Weeks(every_weeks(match.group(1)))
            weeks.first = int(match.group(2))
            if not 1 <= weeks.first <= 53:
                raise ValueError("ingen vecka")
            return weeks
        match = re.fullmatch(r"(?:var|en gång var) ?(\d{1,2})(?::?[ea])?\.? ?v(?:ecka)?\.?", text)
        match = match or re.fullmatch(r"(\d{1,2}) ?(?:veckor|vecka|v\.?)(?: mellan)?", text)
        if match:
            value = int(match.group(1))
    found: int = whole(1, 52)(value)
    return found


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
    text = re.sub(r"^(?:SE?-)", "", _SPACES.sub("", tidy(value)), flags=re.IGNORECASE)
    if not re.fullmatch(r"\d{5}", text):
        raise ValueError("inte ett postnummer")
    return text


def address(value: object) -> str:
    """An address: text, not a number or a date that Excel made of it (faults.md A9)."""
    if not isinstance(value, str):
        raise ValueError("inte en adress")
    text = _SPACES.sub(" ", tidy(value))
    if has_hidden_characters(text) or len(text) > 200:
        raise ValueError("inte en adress")
    return unescape_formula(text)
