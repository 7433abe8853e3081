"""One of a thing is said in the singular: ``1 rad``, ``1 fault``.

A message is written for many (``{0} rader``). Where what is counted is one, it is put right as it
is said, so that no message needs a twin; a test sees that every noun that messages count is here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

SWEDISH: Final[Mapping[str, str]] = {
    "adresser": "adress", "dagar": "dag", "filer": "fil", "gator": "gata", "gatuavsnitt":
    "gatuavsnitt", "gånger": "gång", "halvdagar": "halvdag", "heltider": "heltid",
    "insatsminuter": "insatsminut", "insatser": "insats", "kolumner": "kolumn",
    "korsningar": "korsning", "luckor": "lucka", "medarbetare": "medarbetare",
    "meter": "meter", "minuter": "minut",
    "personer": "person", "planer": "plan", "platser": "plats", "punkter": "punkt", "rader": "rad",
    "rubriker": "rubrik", "rundor": "runda", "rättelser": "rättelse", "sekunder": "sekund",
    "sena": "sen", "timmar": "timme", "tidsfönster": "tidsfönster",
    "tjänster": "tjänst", "varningar": "varning", "veckor": "vecka", "ytor": "yta",
    "ändringar": "ändring", "överrapporteringar": "överrapportering",
}  # fmt: skip
ENGLISH: Final[Mapping[str, str]] = {
    "addresses": "address", "areas": "area", "carers": "carer", "changes": "change",
    "characters": "character", "clients": "client", "columns": "column", "corrections":
    "correction", "days": "day", "faults": "fault", "fields": "field", "files": "file",
    "gaps": "gap", "handovers": "handover", "headers": "header", "hours": "hour",
    "junctions": "junction", "metres": "metre", "minutes": "minute", "persons": "person",
    "places": "place", "plans": "plan", "points": "point", "rounds": "round", "rows": "row",
    "seconds": "second", "services": "service", "sheets": "sheet", "shifts": "shift",
    "stretches": "stretch", "streets": "street", "tasks": "task", "teams": "team",
    "times": "time", "visits": "visit", "warnings": "warning", "weeks": "week",
}  # fmt: skip
_VERBS: Final[Mapping[str, str]] = {"are": "is", "have": "has", "were": "was", "do": "does"}


@cache
def _pattern(language: str) -> re.Pattern[str]:
    nouns = ENGLISH if language == "en" else SWEDISH
    # Not the 1 of 21, of 1–2, of 0,1 or of 10 001; a noun that is part of a longer one is another.
    before = r"(?<![\w.,:–−/-])(?<!\d[ \u00a0\u202f])"
    verbs = f"( (?:{'|'.join(_VERBS)}))?" if language == "en" else "()"
    return re.compile(rf"{before}1 ({'|'.join(nouns)}){verbs}\b(?!-)")


def in_number(text: str, language: str) -> str:
    """The text, in Swedish (``sv``) or English (``en``), with one of a thing in the singular."""
    if "1 " not in text:
        return text
    nouns = ENGLISH if language == "en" else SWEDISH

    def singular(match: re.Match[str]) -> str:
        verb = match[2] or ""
        return f"1 {nouns[match[1]]}" + (f" {_VERBS[verb.strip()]}" if verb else "")

    return _pattern(language).sub(singular, text)
