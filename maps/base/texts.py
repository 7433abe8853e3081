"""Every text of the maps and sheets, in Swedish and English, from gettext catalogues.

Keys are words, the same in each language; ``{names}`` in the texts are filled in by whoever shows
them. ``maps/locale/<language>.po`` is edited by hand; the ``.mo`` beside it is compiled by
``pybabel compile -l sv -i maps/locale/sv.po -o maps/locale/sv.mo`` (a test compares them).
"""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations
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
    with (files("maps") / "locale" / f"{language}.mo").open("rb") as compiled:
        found = GNUTranslations(compiled)
    # GNUTranslations has no public way to list its messages.
    messages: dict[str, str] = found._catalog  # type: ignore[attr-defined]
    return {key: text for key, text in sorted(messages.items()) if key}
