"""The language that the command line speaks: Swedish, or English where asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

LANGUAGES: Final = ("sv", "en")
OPTION: Final = "--language"

_said: list[str | None] = [None]
"""What was asked for: one command speaks one language."""


def asked() -> str | None:
    """The language that was asked for on the command line; None where none was."""
    return _said[0]


def language() -> str:
    """The language to speak."""
    return _said[0] or "sv"


def ask(wanted: str | None) -> None:
    """Speak ``wanted`` from now on; Swedish where it is None."""
    _said[0] = wanted


def without_language(arguments: Sequence[str]) -> tuple[list[str], str | None]:
    """The arguments without ``--language X``, wherever it stands, and X.

    A language that is not spoken stays where it is, for the option's own message.
    """
    left: list[str] = []
    chosen: str | None = None
    i = 0
    while i < len(arguments):
        argument = arguments[i]
        if argument == "--":
            return [*left, *arguments[i:]], chosen
        name, _, value = argument.partition("=")
        if name == OPTION:
            is_apart = argument == OPTION and i + 1 < len(arguments)
            value = arguments[i + 1] if is_apart else value
            if value in LANGUAGES:
                chosen = value
                i += 2 if is_apart else 1
                continue
        left.append(argument)
        i += 1
    return left, chosen
