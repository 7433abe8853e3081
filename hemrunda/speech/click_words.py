"""Click's own sentences in Swedish: its modules translate by a name that is theirs to replace."""

from __future__ import annotations

from types import ModuleType
from typing import Final

import click.core
import click.decorators
import click.exceptions
import click.formatting
import click.parser
import click.termui
import click.types

from hemrunda.speech.language import language

MODULES: Final[tuple[ModuleType, ...]] = (
    click.core, click.decorators, click.exceptions, click.formatting, click.parser, click.termui,
    click.types,
)  # fmt: skip
SWEDISH: Final[dict[str, str]] = {
    "Aborted!": "Avbrutet.",
    "deprecated": "gammalt",
    "Options": "Val",
    "Positional arguments": "Argument",
    "Commands": "Kommandon",
    "Usage:": "Så här:",
    "Got unexpected extra argument ({args})": "För mycket på raden: {args}",
    "Got unexpected extra arguments ({args})": "För mycket på raden: {args}",
    "Missing command.": "Vilket kommando?",
    "Value must be an iterable.": "Flera värden väntades.",
    "Takes {nargs} values but 1 was given.": "Ska ha {nargs} värden men fick ett.",
    "Takes {nargs} values but {len} were given.": "Ska ha {nargs} värden men fick {len}.",
    "env var: {var}": "miljövariabel: {var}",
    "default: {default}": "annars {default}",
    "required": "måste anges",
    "(dynamic)": "(beräknas)",
    "%(prog)s, version %(version)s": "%(prog)s, version %(version)s",
    "Show the version and exit.": "Visa versionen.",
    "Show this message and exit.": "Visa den här hjälpen.",
    "Confirm the action without prompting.": "Gör det utan att fråga.",
    "Do you want to continue?": "Fortsätta?",
    "Did you mean {possibility}?": "Menade du {possibility}?",
    "(Did you mean one of: {possibilities}?)": "(Menade du någon av {possibilities}?)",
    "Error: {message}": "Fel: {message}",
    "Try '{command} {option}' for help.": "Hjälp: {command} {option}",
    "Invalid value: {message}": "Går inte: {message}",
    "Invalid value for {param_hint}: {message}": "{param_hint} går inte: {message}",
    "Missing argument": "Det saknas",
    "Missing option": "Det saknas",
    "Missing parameter": "Det saknas",
    "Missing {param_type}": "Det saknas",
    "Missing parameter: {param_name}": "Det saknas: {param_name}",
    "No such option {name!r}.": "Valet {name!r} finns inte.",
    "No such option: {name}": "Valet {name} finns inte.",
    "No such command {name!r}.": "Kommandot {name!r} finns inte.",
    "unknown error": "okänt fel",
    "Could not open file {filename!r}: {message}": "{filename!r} kan inte öppnas: {message}",
    "Argument {name!r} takes {nargs} values.": "{name!r} ska ha {nargs} värden.",
    "Option {name!r} does not take a value.": "Valet {name!r} har inget värde.",
    "Option {name!r} requires an argument.": "Valet {name!r} ska följas av ett värde.",
    "Option {name!r} requires {nargs} arguments.": "Valet {name!r} ska följas av {nargs} värden.",
    "Repeat for confirmation": "En gång till",
    "Error: The two entered values do not match.": "Fel: de två är inte lika.",
    "Error: invalid input": "Fel: svara j eller n.",
    "Press any key to continue...": "Tryck en tangent …",
    "Choose from:\n\t{choices}": "Välj bland:\n\t{choices}",
    "{value!r} is not {choice}.": "{value!r} är inte {choice}.",
    "{value!r} is not one of {choices}.": "{value!r} är ingen av {choices}.",
    "{value!r} does not match the format {format}.": "{value!r} skrivs så här: {format}.",
    "{value!r} does not match the formats {formats}.": "{value!r} skrivs så här: {formats}.",
    "{value!r} is not a valid {number_type}.": "{value!r} är inget tal.",
    "{value} is not in the range {range}.": "{value} är inte inom {range}.",
    "{value!r} is not a valid boolean. Recognized values: {states}": "{value!r} är varken ja "
    "eller nej ({states}).",
    "file": "fil",
    "directory": "mapp",
    "path": "sökväg",
    "File": "Filen",
    "{name} {filename!r} does not exist.": "{name} {filename!r} finns inte.",
    "{name} {filename!r} is a file.": "{name} {filename!r} är en fil.",
    "{name} {filename!r} is a directory.": "{name} {filename!r} är en mapp.",
    "{name} {filename!r} is not readable.": "{name} {filename!r} kan inte läsas.",
    "{name} {filename!r} is not writable.": "{name} {filename!r} kan inte skrivas.",
    "{name} {filename!r} is not executable.": "{name} {filename!r} kan inte köras.",
}
"""By Click's own English; a sentence that is not here stays as it is."""

METAVARS: Final[dict[str, str]] = {
    "[OPTIONS]": "[VAL]",
    "COMMAND [ARGS]...": "KOMMANDO …",
    "TEXT": "TEXT",
    "INTEGER": "TAL",
    "INTEGER RANGE": "TAL",
    "FLOAT": "TAL",
    "FLOAT RANGE": "TAL",
    "FILE": "FIL",
    "DIRECTORY": "MAPP",
    "PATH": "SÖKVÄG",
}
"""What stands for a value in help. Click names a path when it is made, so that one that was made
before `install` bears Click's own name."""
METAVARS_EN: Final[dict[str, str]] = {
    "FIL": "FILE",
    "MAPP": "FOLDER",
    "SÖKVÄG": "PATH",
    "DIRECTORY": "FOLDER",
}


def said(text: str) -> str:
    """Click's ``text`` as it is said in the language that is spoken."""
    return text if language() == "en" else SWEDISH.get(text, text)


def said_of(text: str, several: str, n: int) -> str:
    """As `said`, for one thing or several."""
    return said(text if n == 1 else several)


def install() -> None:
    """Let Click say what it says through `said`, from now on."""
    for module in MODULES:
        if hasattr(module, "_"):
            module._ = said  # type: ignore[attr-defined]
        if hasattr(module, "ngettext"):
            module.ngettext = said_of  # type: ignore[attr-defined]
