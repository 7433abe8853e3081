"""Every text of the maps and sheets, in Swedish and English, from one TOML file per language.

Keys are words, the same in each language; ``{names}`` in the texts are filled in by whoever shows
them. ``maps/locale/<language>.toml`` is edited by hand; a test holds that the languages have the
same keys and names.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from data.errors import SettingsError

LANGUAGES = ("sv", "en")


def texts(language: str) -> dict[str, str]:
    """All texts of a language by key.

    Raises
    ------
    SettingsError
        Where there is no such language.
    """
    if language not in LANGUAGES:
        raise SettingsError("Språket finns inte. Välj sv eller en.")
    return dict(_catalogue(language))


@cache
def _catalogue(language: str) -> dict[str, str]:
    source = (files("maps") / "locale" / f"{language}.toml").read_text(encoding="utf-8")
    return dict(sorted(tomllib.loads(source).items()))
