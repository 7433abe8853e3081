"""What must never come in, and how text is made safe to show.

Names, personal identity numbers and free text are not needed to plan (requirements 2.1, NO-27).
The readers drop such columns before a single cell is parsed, and count them. What is shown of a
faulty cell is a number, a time, an id or a length, never the text itself (faults.md A13, A14, G9).
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal, Protocol

DropReason = Literal["personnummer", "namn", "kontaktuppgift", "fritext", "okänd"]

_IDENTITY = re.compile(r"(?<!\d)(?:(?:18|19|20)\d{2}|\d{2})(\d{4})([-+ ]?)(\d{4})(?!\d)")
_DECIMALS = re.compile(r"\d[.,]\Z")
"""Before bare digits: they are the decimals of a number, as of a coordinate."""
_ONLY_IDENTITY = re.compile(r"\s*(?:\d{2})?\d{6}[-+ ]?\d{4}\s*")
_SAFE_ID = re.compile(r"(?=.*\d)(?!.*\d{9})[0-9A-Za-zÅÄÖåäö_.\-/]{1,20}")
"""An id has a digit, and not nine in a row: those are telephone and identity numbers."""
_SAFE_NUMBER = re.compile(r"[-+−]?[\d.,:*]{1,12}(?: ?%)?")

_DROP_WORDS: Final[tuple[tuple[DropReason, tuple[str, ...]], ...]] = (
    (
        "personnummer",
        ("personnummer", "personnr", "persnr", "pnr", "samordningsnummer", "samordningsnr", "ssn"),
    ),
    (
        "kontaktuppgift",
        (
            "telefon",
            "tfn",
            "mobil",
            "epost",
            "email",
            "mejl",
            "phone",
            "portkod",
            "nyckelkod",
            "larmkod",
            "nyckelnr",
            "nyckelnummer",
            "dorrkod",
            "kod till",
        ),
    ),
    (
        "fritext",
        (
            "anteckning",
            "kommentar",
            "notering",
            "diagnos",
            "beskrivning",
            "fritext",
            "ovrigt",
            "information",
            "info",
            "larm",
            "halsa",
            "sjukdom",
            "medicin",
            "note",
            "comment",
            "diagnosis",
            "genomforandeplan",
            "anhorig",
            "journal",
            "orsak",
        ),
    ),
    ("namn", ("namn", "name", "kontaktperson", "gode man", "godman")),
)


def plain(text: str) -> str:
    """Letters without accents, lower case: how headers are compared with lists of words."""
    spread = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in spread if not unicodedata.combining(sign))


def luhn(digits: str) -> bool:
    """Whether ten digits carry a right check digit (the Luhn formula, SKV 704)."""
    total = 0
    for place, sign in enumerate(digits):
        product = int(sign) * (2 - place % 2)
        total += product - 9 if product > 9 else product
    return total % 10 == 0


def _is_date(month_day: str) -> bool:
    """Whether MMDD is a day of some year; samordningsnummer have 60 added to the day."""
    month, day = int(month_day[:2]), int(month_day[2:])
    day -= 60 * (day > 60)
    try:
        dt.date(2024, month, day)
    except ValueError:
        return False
    return True


def identity_numbers_in(text: str) -> tuple[int, int]:
    """Count the personal identity numbers in ``text``: (with a separator, as digits only).

    Both personnummer and samordningsnummer, with or without the century. A number counts only
    with a date that exists and a right check digit.
    """
    n_separated = n_bare = 0
    for match in _IDENTITY.finditer(text):
        digits = re.sub(r"\D", "", match.group())[-10:]
        if not (_is_date(match.group(1)) and luhn(digits)):
            continue
        if not match.group(2) and _DECIMALS.search(text, max(match.start() - 2, 0), match.start()):
            continue
        if match.group(2):
            n_separated += 1
        else:
            n_bare += 1
    return n_separated, n_bare


_LIKE_IDENTITY = re.compile(r"\d{6}[-+ ]?\d{4}")


def may_hold_identity_numbers(cells: Iterable[object]) -> bool:
    """Whether any cell is written like one at all: quick, and never wrong when it says no."""
    text = "\n".join(map(str, cells))
    return _LIKE_IDENTITY.search(text) is not None


def holds_identity_numbers(cells: Iterable[object]) -> bool:
    """Whether a column holds personal identity numbers.

    One with a separator is enough. Ten or twelve bare digits may by chance look like one (about
    one in 140), so bare numbers count when more than one in twenty of the column's numbers of
    that length pass: one identity number among short ids is found, a column of ten-digit case
    numbers is left alone.
    """
    text = "\n".join(str(cell) for cell in cells if cell is not None and cell != "")
    if not _LIKE_IDENTITY.search(text):
        return False
    n_separated, n_bare = identity_numbers_in(text)
    if n_separated:
        return True
    n_long = len(re.findall(r"(?<!\d)(?<!\d[.,])(?:\d{2})?\d{10}(?!\d)", text))
    return n_bare * 20 > n_long


_WHOLE_WORDS: Final = frozenset({"pnr", "ssn", "info", "note", "larm", "name", "medicin"})
"""So short, or so often a part of another word ("Gruppnr", "Passning", "Medicindelegering"), that
they count only as words of their own."""
_NOT_PEOPLE: Final = (
    "lag", "arbetslag", "team", "grupp", "omrade", "omrades", "sling", "enhet", "enhets", "insats",
    "gatu", "gat", "pass", "rutt", "tur", "utforar", "kommun", "ort", "besoks", "aktivitets",
    "zon", "distrikt", "distrikts", "lokal", "schema", "kommundels", "bolags", "skift",
    "delegerings",
)  # fmt: skip
"""What has a name without being anybody: "Lagnamn" is no person's name, and must be asked about."""


def drop_reason(header: str) -> DropReason:
    """Why a column that no table asks for is dropped, judged by its header.

    ``okänd`` where the header does not say that it names people, reaches them, or is free text.
    """
    wanted = plain(header)
    tokens = re.findall(r"[a-z0-9]+", wanted)
    squeezed = "".join(tokens)
    if any(token == f"{thing}namn" for token in tokens for thing in _NOT_PEOPLE):
        return "okänd"
    for reason, words in _DROP_WORDS:
        for word in words:
            bare = re.sub(r"[^a-z0-9]", "", word)
            if bare in tokens if bare in _WHOLE_WORDS else bare in squeezed:
                return reason
    return "okänd"


def safe_id(text: str) -> str:
    """An id as it may be shown in a message: itself where it looks like one, else its length."""
    if _SAFE_ID.fullmatch(text) and not _ONLY_IDENTITY.fullmatch(text):
        return text
    return f"text, {len(text)} tecken"


def safe_found(value: object) -> str:
    """What was found in a cell, fit for a message: numbers and times, otherwise the length."""
    if value is None or value == "":
        return "tom cell"
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, (dt.datetime, dt.date)):
        return f"ett datum år {value.year}" if value.year > 2100 else "ett datum"
    if isinstance(value, dt.timedelta):
        return "ett klockslag"
    text = str(value).strip()
    if _SAFE_NUMBER.fullmatch(text) and not _ONLY_IDENTITY.fullmatch(text):
        return text
    return f"text, {len(text)} tecken"


def has_hidden_characters(text: str) -> bool:
    """Whether text holds control, direction or zero-width characters (faults.md A22)."""
    return not text.isprintable() and any(
        unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} for sign in text
    )


class Dweller(Protocol):
    """A client, as far as it matters for who lives with whom."""

    @property
    def client_id(self) -> str: ...  # noqa: D102
    @property
    def x(self) -> float: ...  # noqa: D102
    @property
    def y(self) -> float: ...  # noqa: D102
    @property
    def dwelling(self) -> str: ...  # noqa: D102
    @property
    def household_id(self) -> str: ...  # noqa: D102
    @property
    def protected(self) -> bool: ...  # noqa: D102


DOOR_M: Final = 2.0
"""Houses this near are one: two sources seldom place a door on the same metre."""


def guarded_ids(clients: Iterable[Dweller]) -> frozenset[str]:
    """Ids of protected clients and, over and over, of whoever shares a household with one of them.

    That is one ``household_id``, or one house (not a block of flats) at a door: a partner who is
    shown shows the address (C7). Two at a door of whom the table says a house of the one and a
    flat of the other share a house: a cell left empty hides nobody less.
    """
    everyone = list(clients)
    guarded = {dweller.client_id for dweller in everyone if dweller.protected}
    if not guarded:
        return frozenset()
    by_cell: dict[tuple[int, int] | None, list[Dweller]] = {}
    by_household: dict[str, list[Dweller]] = {}
    for dweller in everyone:
        by_cell.setdefault(door_cell(dweller), []).append(dweller)
        by_household.setdefault(dweller.household_id, []).append(dweller)
    waiting = [dweller for dweller in everyone if dweller.client_id in guarded]
    while waiting:
        dweller = waiting.pop()
        at_home = by_household[dweller.household_id] if dweller.household_id else []
        if _is_in_house(dweller, by_cell):
            at_door = _at_door(dweller, by_cell)
            at_home = at_home + [other for other in at_door if _is_in_house(other, by_cell)]
        fresh = [other for other in at_home if other.client_id not in guarded]
        guarded.update(other.client_id for other in fresh)
        waiting.extend(fresh)
    return frozenset(guarded)


def door_cell(dweller: Dweller) -> tuple[int, int] | None:
    """The square of `DOOR_M` that somebody lives in; None where there is no place."""
    x, y = dweller.x, dweller.y
    return (int(x // DOOR_M), int(y // DOOR_M)) if math.isfinite(x + y) else None


def door_cells(dweller: Dweller) -> set[tuple[int, int]]:
    """The square of `DOOR_M` that somebody lives in, and those around it."""
    cell = door_cell(dweller)
    if cell is None:
        return set()
    return {(cell[0] + i, cell[1] + j) for i in (-1, 0, 1) for j in (-1, 0, 1)}


_Cells = Mapping[tuple[int, int] | None, Sequence[Dweller]]


def _at_door(dweller: Dweller, by_cell: _Cells) -> list[Dweller]:
    return [other for cell in door_cells(dweller) for other in by_cell.get(cell, ())]


def _is_in_house(dweller: Dweller, by_cell: _Cells) -> bool:
    """Whether it is a house, by its own row or by that of the only other at the door."""
    if dweller.dwelling == "house":
        return True
    at_door = _at_door(dweller, by_cell)
    return len(at_door) <= 2 and any(other.dwelling == "house" for other in at_door)
