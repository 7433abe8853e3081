"""Passphrases that seal phone pages: made by us, or refused where they could be guessed.

Whoever finds a page can try phrases on it for as long as they like, so that what holds is how
many a phrase was drawn from. Ours are twelve syllables drawn by the system's own generator, of 75
each: more than 74 bits. Of a person's own phrase only what is plainly weak can be seen.
"""

from __future__ import annotations

import re
import secrets
from typing import Final

from data.errors import SettingsError
from data.privacy import plain

LENGTH_MIN: Final = 12
CHARACTERS_MIN: Final = 7
"""Fewest different signs."""
_CONSONANTS: Final = "bdfghklmnprstvj"
_VOWELS: Final = "aeiou"
_GROUPS, _SYLLABLES = 4, 3
_ROWS: Final = ("abcdefghijklmnopqrstuvwxyz", "0123456789", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_WORDS: Final = (
    "losenord", "losen", "password", "passord", "hemtjanst", "hemrunda", "kommun", "valkommen",
    "sommar", "vinter", "welcome", "admin", "hemlig", "secret", "stockholm", "goteborg",
)  # fmt: skip


def make_passphrase() -> str:
    """A phrase that can be read aloud and typed on a phone: ``tavoli-…`` in four groups."""
    groups = (
        "".join(secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS) for _ in range(_SYLLABLES))
        for _ in range(_GROUPS)
    )
    return "-".join(groups)


def refuse_weak(passphrase: str) -> None:
    """Refuse what is short, much the same signs, a row of keys, or a common word with little else.

    Raises
    ------
    SettingsError
        With what is wrong; never with the phrase.
    """
    if len(passphrase) < LENGTH_MIN:
        raise SettingsError(f"Lösenfrasen ska ha minst {LENGTH_MIN} tecken.")
    letters = plain(passphrase)
    if len(set(letters)) < CHARACTERS_MIN:
        raise SettingsError(f"Lösenfrasen ska ha minst {CHARACTERS_MIN} olika tecken.")
    left = letters
    for word in _WORDS:
        left = left.replace(word, "")
    for row in _ROWS:
        for known in (row * 2, row[::-1] * 2):
            left = _without_runs(left, known)
    if len(re.sub(r"[\W_]|(?:19|20)\d\d", "", left)) < LENGTH_MIN // 2:
        raise SettingsError(
            "Lösenfrasen är lätt att gissa: ett vanligt ord eller en rad av tangenter. Välj flera "
            "ord som inte hör ihop, eller låt programmet göra en (--sealed utan --own-passphrase)."
        )


def _without_runs(text: str, row: str) -> str:
    """``text`` without stretches of four or more signs that follow each other in ``row``."""
    at, kept = 0, []
    while at < len(text):
        n = 0
        while at + n < len(text) and text[at : at + n + 1] in row:
            n += 1
        if n >= 4:
            at += n
        else:
            kept.append(text[at])
            at += 1
    return "".join(kept)
