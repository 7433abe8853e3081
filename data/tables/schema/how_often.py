"""Days of the week and weeks between, in all the ways that people write how often a visit is done.

As in `data.tables.schema.cells`, a parser raises ``ValueError`` for what it does not understand.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from typing import Final

from data.tables.schema.cells import SPACES, tidy, whole

_DAYS: Final[tuple[tuple[str, ...], ...]] = (
    ("mån", "må", "måndag", "måndagar", "mon", "monday", "man"),
    ("tis", "ti", "tisdag", "tisdagar", "tue", "tuesday"),
    ("ons", "on", "onsdag", "onsdagar", "wed", "wednesday"),
    ("tor", "tors", "to", "torsdag", "torsdagar", "thu", "thursday"),
    ("fre", "fr", "fredag", "fredagar", "fri", "friday"),
    ("lör", "lö", "lördag", "lördagar", "sat", "saturday", "lor"),
    ("sön", "sö", "söndag", "söndagar", "sun", "sunday", "son"),
)
_DAY: Final = {
    **{name: i for i, names in enumerate(_DAYS) for name in (*names, str(i + 1))},
    **{"m": 0, "o": 2, "f": 4, "l": 5, "s": 6},  # a lone t could be Tuesday or Thursday
}
_WEEKENDS: Final = ("helg", "helger", "helgdagar", "weekend", "weekends")
_SPANS: Final[Mapping[str, tuple[int, ...]]] = {
    **dict.fromkeys(
        (
            "alla dagar",
            "alla",
            "dagligen",
            "varje dag",
            "all days",
            "daily",
            "every day",
            "dagl",
            "dgl",
            "mtotfls",
        ),
        (0, 1, 2, 3, 4, 5, 6),
    ),
    **dict.fromkeys(("vardagar", "vardag", "weekdays", "vard", "mtotf"), (0, 1, 2, 3, 4)),
    **dict.fromkeys(_WEEKENDS, (5, 6)),
}


class Days(tuple[int, ...]):
    """Weekdays, where the cell also says how often: "varannan tisdag", "tis udda veckor".

    Attributes
    ----------
    every : int
        Weeks between, as `every_weeks` reads them; 0 where the cell says nothing of it.
    """

    every: int = 0


_OFTEN_FIRST: Final = re.compile(r"(varannan|var (?:tredje|fjärde|\d{1,2}:?[ea]))( vecka,?)? (.+)")
_OFTEN_LAST: Final = re.compile(
    r"(.+?),? \(?((?:varannan vecka|(?:jämn|udda|ojämn)a? ?(?:v\b|vecka|veckor)).*?)\.?\)?"
)


def parted(text: str) -> tuple[str, str]:
    """How often, and on which days: "varannan tisdag", "tis (udda veckor)"; nothing and the text.

    The first is what `every_weeks` reads; empty where the text says nothing of it, or where it
    could mean something else: "varannan vardag" is no week, and "varannan mån" may be a month.
    """
    if often := _OFTEN_FIRST.fullmatch(text):
        said, of_weeks, days = often.groups()
        is_clear = days in _WEEKENDS or (days != "mån" and days not in _SPANS and "-" not in days)
        return (f"{said} vecka", days) if of_weeks or is_clear else ("", text)
    if often := _OFTEN_LAST.fullmatch(text):
        return often.group(2), often.group(1)
    return "", text


def weekdays(value: object) -> tuple[tuple[int, ...], int]:
    """Weekdays, and how many of them: "mån-fre", "tis, tor", "alla dagar", "1 av mån-fre".

    Returns
    -------
    tuple
        The weekdays in order (0 is Monday), and the number of times a period (0: on every one).
        The weekdays are `Days` where the cell says how often too.
    """
    text = SPACES.sub(" ", tidy(value)).casefold().replace("–", "-").replace("—", "-")
    text = re.sub(r" (?:t\.? ?o\.? ?m\.?|till(?: och med)?) ", "-", text.strip(" ."))
    text = re.sub(r"^varje vecka,? ", "", text)
    often, text = parted(text)
    if often:
        plain, n_per_period = plain_weekdays(text)
        days = Days(plain)
        days.every = every_weeks(often)
        return days, n_per_period
    n_per_period = 0
    chosen = re.fullmatch(r"(\d{1,2}) (?:av|of|ggr|gånger) ?(.+)", text)
    if chosen:
        n_per_period, text = int(chosen.group(1)), chosen.group(2)
    named, _, but = text.partition(" utom ")
    on_days = _listed_days(named) - (_listed_days(but) if but else set())
    if not on_days or (chosen and not n_per_period):
        raise ValueError("inga veckodagar")
    return tuple(sorted(on_days)), n_per_period


def plain_weekdays(value: object) -> tuple[tuple[int, ...], int]:
    """The same, for what is done every week: how often it is done cannot stand in the cell."""
    days, n_per_period = weekdays(value)
    if isinstance(days, Days):
        raise ValueError("säger hur ofta")
    return days, n_per_period


def _listed_days(text: str) -> set[int]:
    letters = re.sub(r"[ ,;+/]", "", text)
    if letters in _SPANS:
        return set(_SPANS[letters])
    parts = re.split(r"\s*(?:[,;+&/]|\boch\b|\band\b)\s*", text)
    if len(parts) == 1 and text not in _SPANS and "-" not in text:
        parts = text.split(" ")  # "mån ons fre"
    return {day for part in parts if part for day in _span(part)}


def _span(part: str) -> tuple[int, ...]:
    if part.strip(".") in _SPANS:
        return _SPANS[part.strip(".")]
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
    said : str
        What the cell says.
    """

    parity: int | None = None
    first: int | None = None
    is_listed = False
    said = ""


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


def _named_weeks(text: str) -> Weeks | None:
    """Weeks that are even, odd, listed or counted from one that is named."""
    match = _PARITY.fullmatch(text)
    if match:
        weeks = Weeks(2)
        weeks.parity = int(match.group(1) not in {"jämn", "jämna", "jämnt", "even"})
        return weeks
    listed = _listed(text)
    if listed is not None:
        return listed
    match = _FROM_WEEK.fullmatch(text)
    if match is None:
        return None
    weeks = Weeks(every_weeks(match.group(1)))
    weeks.first = int(match.group(2))
    if not 1 <= weeks.first <= 53:
        raise ValueError("ingen vecka")
    return weeks


def every_weeks(value: object) -> int:
    """Weeks between: 1–52, "varannan vecka", "var 4:e vecka", "jämna veckor", "… från v. 10".

    "v. 1, 3" is every other week from week 1 of the year.
    """
    if isinstance(value, str):
        text = SPACES.sub(" ", tidy(value)).casefold()
        weeks = _named_weeks(text)
        if weeks is not None:
            weeks.said = text
            return weeks
        if text in _EVERY:
            return _EVERY[text]
        match = re.fullmatch(r"(?:var|en gång var) ?(\d{1,2})(?::?[ea])?\.? ?v(?:ecka)?\.?", text)
        match = match or re.fullmatch(r"(\d{1,2}) ?(?:veckor|vecka|v\.?)(?: mellan)?", text)
        if match:
            value = int(match.group(1))
    n_weeks: int = whole(1, 52)(value)
    return n_weeks
