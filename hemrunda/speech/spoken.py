"""A command as it is said: its texts in the language that is spoken, its values by their words.

A command's texts are Swedish where it is written. `spoken` gives a copy whose help, examples and
names of values are those of the language that was asked for; the command itself stays as it is.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import click

from hemrunda.speech.click_words import METAVARS, METAVARS_EN
from hemrunda.speech.language import language

FILE: Final = "en.toml"
EXAMPLE: Final = "Exempel:"


class Words(click.ParamType[str]):
    """A choice of words: Swedish and English for each value, and either is understood.

    Parameters
    ----------
    words : mapping of str to str
        The Swedish word for each English one, which the code goes by.
    """

    name = "ord"

    def __init__(self, words: Mapping[str, str]) -> None:
        self.words = dict(words)

    def shown(self) -> list[str]:
        """The words in the language that is spoken."""
        return list(self.words) if language() == "en" else list(self.words.values())

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """The words, as a choice is shown."""
        return f"[{'|'.join(self.shown())}]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The English word of either."""
        of_swedish = {swedish: english for english, swedish in self.words.items()}
        told = str(value).casefold()
        found = of_swedish.get(told, told)
        if found not in self.words:
            what = "välj bland" if language() == "sv" else "choose from"
            self.fail(f"{value}: {what} {', '.join(self.shown())}.", param, ctx)
        return found


class Renamed(click.Option):
    """An option whose first name is shown; the others are what it was called before."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The record with the name that holds."""
        names = self.opts
        self.opts = names[:1]
        try:
            return super().get_help_record(ctx)
        finally:
            self.opts = names


@cache
def english() -> Mapping[str, str]:
    """English by Swedish text, as help shows it on one line."""
    import tomllib
    from importlib import resources

    text = resources.files("hemrunda.speech").joinpath(FILE).read_text(encoding="utf-8")
    texts: dict[str, str] = tomllib.loads(text)["texts"]
    return texts


def one_line(text: str) -> str:
    """A text without the line breaks of the code."""
    return " ".join(text.split())


def said(text: str) -> str:
    """A text of ours in the language that is spoken, paragraph by paragraph."""
    if language() == "sv":
        return text
    paragraphs = inspect.cleandoc(text).split("\n\n")
    return "\n\n".join(_in_english(paragraph) for paragraph in paragraphs)


def _in_english(paragraph: str) -> str:
    found = english().get(one_line(paragraph))
    if found is None and paragraph.startswith(EXAMPLE):
        return f"Example:{paragraph.removeprefix(EXAMPLE)}"
    return paragraph if found is None else found


def spoken(command: click.Command) -> click.Command:
    """A copy of a command that says everything in the language that is spoken."""
    found = copy.copy(command)
    found.params = [_spoken(param) for param in command.params]
    for name in ("help", "epilog", "short_help"):
        text = getattr(command, name)
        if text:
            setattr(found, name, said(text))
    found.options_metavar = _metavar("[OPTIONS]")
    if isinstance(found, click.Group):
        found.subcommand_metavar = _metavar("COMMAND [ARGS]...")
        found.commands = {name: spoken(subcommand) for name, subcommand in found.commands.items()}
    return found


def _spoken(param: click.Parameter) -> click.Parameter:
    found = copy.copy(param)
    if isinstance(found, click.Option):
        found.help = said(found.help) if found.help else found.help
        if isinstance(found.type, Words) and language() == "sv":
            found.default = found.type.words.get(str(found.default), found.default)
    takes_value = not (isinstance(found, click.Option) and (found.is_flag or found.count))
    if takes_value and not isinstance(found.type, (Words, click.Choice, click.DateTime)):
        found.metavar = _metavar(found.metavar or found.type.name.upper())
    elif isinstance(found.type, click.DateTime):
        found.metavar = "ÅÅÅÅ-MM-DD" if language() == "sv" else "YYYY-MM-DD"
    return found


def _metavar(text: str) -> str:
    if language() == "en":
        return said(METAVARS_EN.get(text, text))
    return METAVARS.get(text, text)
