"""What a table and a column are, and the words for what a cell may hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from data.tables.schema import cells
from data.tables.schema.cells import Parser


class Labelled(str):
    """A code, and the word that stood for it where several do.

    Attributes
    ----------
    label : str
    """

    label: str = ""


def meetings(*words: str) -> dict[str, str]:
    """Words of the roster that are all meetings, each keeping what it says."""
    names: dict[str, str] = {}
    for word in words:
        names[word] = kind = Labelled("meeting")
        kind.label = word
    return names


def choice(swedish: dict[str, str], **more: str) -> Parser:
    """Parse words of a list: the Swedish ones, the codes they stand for, and ``more`` synonyms."""
    known = {word.casefold(): code for code, word in swedish.items()}
    known.update({code.casefold(): code for code in swedish})
    known.update({word.replace("_", " "): code for word, code in more.items()})
    return cells.one_of(known)


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    name: str
    header: str
    """The header in Swedish tables that we write."""
    parse: Parser
    allowed: str
    synonyms: tuple[str, ...] = ()
    is_required: bool = False
    """The column must exist and each of its cells must be filled."""
    example: str = ""


@dataclass(frozen=True)
class Table:
    """One table: its names and columns."""

    name: str
    sheet: str
    synonyms: tuple[str, ...]
    columns: tuple[Column, ...]
    is_required: bool = True

    def column(self, name: str) -> Column:
        """The column of that name."""
        return next(column for column in self.columns if column.name == name)


ID: Final = "ett id utan ; , | och utan dolda tecken, högst 64 tecken"
IDS: Final = "id:n skilda med semikolon"
YES: Final = "ja eller nej"
DATE: Final = "ett datum, t.ex. 2026-11-30"
CLOCK: Final = "ett klockslag, t.ex. 08:00"
METRES_EAST: Final = "ett tal i meter (SWEREF 99), t.ex. 612345"
METRES_NORTH: Final = "ett tal i meter (SWEREF 99), t.ex. 6612345"
