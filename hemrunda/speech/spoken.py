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
        spelt = str(value).casefold()
        swedish = of_swedish.get(spelt, spelt)
        if swedish not in self.words:
            what = "välj bland" if language() == "sv" else "choose from"
            self.fail(f"{value}: {what} {', '.join(self.shown())}.", param, ctx)
        return swedish


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

    def get_error_hint(self, ctx: click.Context | None) -> str:
        """The name that holds, as an error says it."""
        return f"'{self.opts[0]}'"


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
    translated = english().get(one_line(paragraph))
    if translated is None and paragraph.startswith(EXAMPLE):
        return f"Example:{paragraph.removeprefix(EXAMPLE)}"
    return paragraph if translated is None else translated


def spoken(command: click.Command) -> click.Command:
    """A copy of a command that says everything in the language that is spoken."""
    copied = copy.copy(command)
    copied.params = [_spoken(param) for param in command.params]
    for name in ("help", "epilog", "short_help"):
        text = getattr(command, name)
        if text:
            setattr(copied, name, said(text))
    copied.options_metavar = _metavar("[OPTIONS]")
    if isinstance(copied, click.Group):
        copied.subcommand_metavar = _metavar("COMMAND [ARGS]...")
        copied.commands = {name: spoken(subcommand) for name, subcommand in copied.commands.items()}
    return copied


def _spoken(param: click.Parameter) -> click.Parameter:
    copied = copy.copy(param)
    if isinstance(copied, click.Option):
        copied.help = said(copied.help) if copied.help else copied.help
        if isinstance(copied.type, Words) and language() == "sv":
            copied.default = copied.type.words.get(str(copied.default), copied.default)
    takes_value = not (isinstance(copied, click.Option) and (copied.is_flag or copied.count))
    if takes_value and not isinstance(copied.type, (Words, click.Choice, click.DateTime)):
        copied.metavar = _metavar(copied.metavar or copied.type.name.upper())
    elif isinstance(copied.type, click.DateTime):
        copied.metavar = "ÅÅÅÅ-MM-DD" if language() == "sv" else "YYYY-MM-DD"
    return copied


def _metavar(text: str) -> str:
    if language() == "en":
        return said(METAVARS_EN.get(text, text))
    return METAVARS.get(text, text)
