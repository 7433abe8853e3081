"""Faults grouped by their cause: 75 rows of one column with one fault are one line, not 75."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from data.errors import Fault

ROWS_SHOWN: Final = 5
_PARTICULAR: Final = re.compile(r"[^\s,;:()]*\d[^\s,;:()]*")
"""What differs between faults of one cause: ids, numbers, lengths."""


@dataclass(frozen=True)
class Cause:
    """Faults of one column with one cause, in order of their rows."""

    faults: tuple[Fault, ...]

    @property
    def first(self) -> Fault:
        """The fault of the first row, which speaks for all."""
        return self.faults[0]

    @property
    def rows(self) -> tuple[int, ...]:
        """The rows, each once; empty where the whole table is meant."""
        return tuple(dict.fromkeys(fault.row for fault in self.faults if fault.row))

    def rows_text(self, n_shown: int = ROWS_SHOWN) -> str:
        """Rows as text, those that follow each other as a run: "3, 7–29, 31 …"."""
        runs: list[list[int]] = []
        for row in self.rows:
            if runs and row == runs[-1][-1] + 1:
                runs[-1].append(row)
            else:
                runs.append([row])
        parts = [
            part
            for run in runs
            for part in ([f"{run[0]}–{run[-1]}"] if len(run) > 2 else map(str, run))
        ]
        shown = ", ".join(parts[:n_shown])
        return f"{shown} …" if len(parts) > n_shown else shown

    def text(self, say: Callable[[str], str] = str) -> str:
        """The cause as a sentence; see `data.errors.Fault.text`."""
        is_many = len(self.rows) > 1
        return self.first.text(say, (len(self.rows), self.rows_text()) if is_many else None)

    def __str__(self) -> str:
        return self.text()


def causes_of(faults: Sequence[Fault]) -> list[Cause]:
    """Faults grouped by file, sheet, column and cause; errors before warnings, largest first."""
    groups: dict[tuple[object, ...], list[Fault]] = {}
    for fault in sorted(faults):
        cause = _PARTICULAR.sub("…", fault.problem)
        key = (
            fault.is_warning, fault.file, fault.sheet, fault.column, cause,
            _PARTICULAR.sub("…", fault.allowed),
        )  # fmt: skip
        groups.setdefault(key, []).append(fault)
    causes = [Cause(tuple(group)) for group in groups.values()]
    return sorted(causes, key=lambda c: (c.first.is_warning, c.first.file, c.first.sheet,
                                         -len(c.faults), c.first.row))  # fmt: skip
