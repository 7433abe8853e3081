"""``measures.csv``: every measure of every scope as one row each, to use elsewhere (FA-19)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

FILE_NAME: Final = "measures.csv"
HEADER: Final = ("scope", "id", "measure", "value")
SCOPES: Final = ("areas", "teams")


def measure_rows(measures: Mapping[str, Any]) -> Iterator[tuple[str, str, str, Any]]:
    """The rows, in the order of ``measures.json``; values for each quarter are left out."""
    for name, value in _leaves(measures["municipality"]):
        yield "municipality", "", name, value
    for scope in SCOPES:
        for group, values in measures[scope].items():
            for name, value in _leaves(values):
                yield scope.removesuffix("s"), group, name, value


def _leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, f"{name}.{key}" if name else str(key))
    elif not isinstance(value, (list, tuple)):
        yield name, "" if value is None else value


def write_measures_table(out: Path, measures: Mapping[str, Any], headers: str) -> Path:
    """Write the table, with headers in the language ``headers``."""
    from data.atomic import write_text
    from data.tables.out.headings import shared_csv

    path = out / FILE_NAME
    write_text(path, shared_csv(HEADER, measure_rows(measures), headers))
    return path
