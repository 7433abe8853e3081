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

_MEANT: Final = str.maketrans("@$0345", "asoeas")
"""Signs that are written for a letter."""


def make_passphrase() -> str:
    """A phrase that can be read aloud and typed on a phone: ``tavoli-…`` in four groups."""
    groups = (
        "".join(secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS) for _ in range(_SYLLABLES))
        for _ in range(_GROUPS)
    )
    return "-".join(groups)


def refuse_weak(passphrase: str) -> None:
    """Refuse what is short, much the same signs, a row of keys, or a common word with little else.

    Digits are little else: a date, a year, and an id are what is tried first. So are words that
    are written with them, as ``p@ssw0rd``.

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
    if min(_n_letters_left(letters), _n_letters_left(letters.translate(_MEANT))) < LENGTH_MIN // 2:
        raise SettingsError(
            "Lösenfrasen är lätt att gissa: ett vanligt ord eller en rad av tangenter. Välj flera "
            "ord som inte hör ihop, eller låt programmet göra en (--sealed utan --own-passphrase)."
        )


def _n_letters_left(text: str) -> int:
    """How many letters stand outside common words and rows of keys."""
    for word in _WORDS:
        text = text.replace(word, "")
    for row in _ROWS:
        for known in (row * 2, row[::-1] * 2):
            text = _without_runs(text, known)
    return len(re.sub(r"[\W_\d]", "", text))


def _without_runs(text: str, row: str) -> str:
    """``text`` without stretches of four or more signs that follow each other in ``row``."""
    i, kept = 0, []
    while i < len(text):
        n = 0
        while i + n < len(text) and text[i : i + n + 1] in row:
            n += 1
        if n >= 4:
            i += n
        else:
            kept.append(text[i])
            i += 1
    return "".join(kept)
