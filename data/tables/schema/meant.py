"""What the cells of a column mean as a whole, where a cell alone does not say.

``1`` below "Dubbelbemannad" is a yes if another row says 0, and a count if another row says 2.
Such things are judged by the whole column and never guessed by the cell; where the column does
not say either, the user is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from data.tables.files.raw import Cell
from data.tables.schema.cells import Parser
from data.tables.schema.columns import Column
from data.tables.schema.headers import header_key


class UnclearColumnError(Exception):
    """A column whose cells could mean two things; carries what was found and what to do."""

    def __init__(self, found: str, allowed: str) -> None:
        self.found, self.allowed = found, allowed
        super().__init__(found)


def parser_of(table: str, column: Column, header: str, filled: Iterable[Cell]) -> Parser:
    """How the cells of one column are to be parsed.

    Parameters
    ----------
    table : str
        The table's name.
    column : Column
    header : str
        As the user wrote it.
    filled : iterable of cells
        The column's distinct cells with content.

    Raises
    ------
    UnclearColumnError
        Where the column could mean two things.
    """
    judge = _JUDGES.get((table, column.name))
    return column.parse if judge is None else judge(column.parse, header, filled)


def _carers(parse: Parser, header: str, filled: Iterable[Cell]) -> Parser:
    """Carers below a header that asks whether there are two: 0 and 1, or 1 and 2."""
    key = header_key(header)
    asks_for_double = "dubbel" in key or key.startswith(("två", "2"))
    if not asks_for_double or key.endswith("antal"):
        return parse
    numbers = set()
    for cell in filled:
        text = str(cell).strip()
        if not isinstance(cell, bool) and text in {"0", "1", "2", "0.0", "1.0", "2.0"}:
            numbers.add(int(float(text)))
    if numbers == {1} or numbers == {0, 1, 2}:
        raise UnclearColumnError(
            "1 kan betyda ja eller en personal", "Skriv ja och nej, eller antalet 1 och 2."
        )
    meant = {0: 1, 1: 2} if 2 not in numbers else {0: 1, 1: 1, 2: 2}

    def double(value: Cell) -> int:
        text = str(value).strip().removesuffix(".0")
        if not isinstance(value, bool) and text in {"0", "1", "2"}:
            return meant[int(text)]
        found: int = parse(value)
        return found

    return double


_JUDGES: Final[Mapping[tuple[str, str], Callable[[Parser, str, Iterable[Cell]], Parser]]] = {
    ("visits", "carers_required"): _carers,
}
