"""The unit that a header says: "Längd (tim)", "Tid i timmar", "Intervall (dagar)".

A unit is honoured or refused, never looked past: half an hour read as half a minute is a plan that
looks right.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_WORDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("tim", "timme", "timmar", "h", "hour", "hours", "hrs"), "timmar"),
    **dict.fromkeys(("min", "minut", "minuter", "minutes"), "minuter"),
    **dict.fromkeys(("sek", "sekund", "sekunder", "s", "sec", "seconds"), "sekunder"),
    **dict.fromkeys(("dag", "dagar", "dygn", "days", "d"), "dagar"),
    **dict.fromkeys(("vecka", "veckor", "v", "week", "weeks", "veckan"), "veckor"),
    **dict.fromkeys(("månad", "månader", "mån", "month", "months", "månaden"), "månader"),
    **dict.fromkeys(("år", "year", "years"), "år"),
    **dict.fromkeys(("procent", "percent", "pct"), "procent"),
    **dict.fromkeys(("andel", "decimal", "decimaltal"), "andel"),
    **dict.fromkeys(("km", "kilometer"), "kilometer"),
    **dict.fromkeys(("m", "meter"), "meter"),
    **dict.fromkeys(("kvart", "kvartar", "halvtimme", "halvtimmar", "tiondelar", "tiondels",
                     "hundradelar", "hundradels", "enheter", "poäng"), "annan enhet"),
    **dict.fromkeys(("utc", "gmt", "z", "zulu"), "UTC"),
}  # fmt: skip
_BRACKETS: Final = re.compile(r"\(([^)]*)\)|\[([^\]]*)\]|\{([^}]*)\}")
_TAIL: Final = re.compile(
    r"(?:[\s,/]+|\bi\s+)(tim|timmar|h|min|minuter|sek|sekunder|%|procent|km|m|meter|utc)\.?\s*$",
    re.IGNORECASE,
)
_CLOCK_FORM: Final = re.compile(r"(?:hh?|tt?|tim)[:.](?:mm?|min)(?:[:.]ss?)?", re.IGNORECASE)


def bare(header: str) -> str:
    """A header without what stands in brackets, and without a unit at its end."""
    text = _BRACKETS.sub(" ", header).strip()
    return _TAIL.sub("", text) or text


def without_brackets(header: str) -> str:
    """A header without what stands in brackets."""
    return _BRACKETS.sub(" ", header).strip()


def units_of(header: str) -> frozenset[str]:
    """The units that a header names: in brackets, at its end, or as words of it.

    What stands in brackets counts only where all of it is units: "(om husdjur finns)" is none.
    """
    units = set()
    for groups in _BRACKETS.findall(header):
        inside = next((text for text in groups if text), "")
        if not _CLOCK_FORM.fullmatch(inside.strip()):
            tokens = _tokens(inside)
            names = [_WORDS[token] for token in tokens if token in _WORDS]
            if names and len(names) == len([t for t in tokens if t not in _BETWEEN]):
                units.update(names)
    outside = without_brackets(header)
    if not _CLOCK_FORM.search(outside):
        units.update(_WORDS[t] for t in _tokens(outside) if t in _WORDS and len(t) > 1)
        tail = _TAIL.search(outside)
        if tail:
            units.add(_WORDS.get(tail.group(1).casefold(), "procent"))
    if "%" in header:
        units.add("procent")
    return frozenset(units)


_BETWEEN: Final = frozenset({"per", "i", "och", "a", "ca", "hela"})


def _tokens(text: str) -> list[str]:
    return re.findall(r"[a-zåäö]+", text.casefold())
