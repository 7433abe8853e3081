"""Rows of an export made visits: joined only where the export itself pairs them, and counted.

One need on several weekdays is one visit. Two rows of one pairing id on one weekday are one visit
of two carers. A row given twice, cell by cell, is one row. Anything else that looks like one visit
twice is a fault: it could be a double visit or a slip, and half the care is at stake.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from data.errors import Fault
from data.tables.files.raw import Cell, RawSheet

_CARERS_AT: Final = 9
_WEEKDAYS_AT: Final = 3


class Row(NamedTuple):
    """One row of the export, as a visit on a weekday."""

    number: int
    visit: list[Cell]
    key: tuple[Any, ...]
    """What makes two rows one need."""
    weekday: str
    pair: str
    """The export's id of a double visit; empty for others."""
    content: tuple[str, ...]
    is_whole: bool = True
    """Whether its start and length can be read; if not, that is told of and it is not compared."""


class Joined:
    """Collects the rows of one export."""

    def __init__(self, raw: RawSheet) -> None:
        self.raw = raw
        self.counts: Counter[str] = Counter()
        self.faults: list[Fault] = []
        self._alone: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
        self._paired: dict[tuple[str, str], list[Row]] = defaultdict(list)

    def add(self, row: Row) -> None:
        """Take one more row."""
        if row.pair:
            self._paired[row.pair, row.weekday].append(row)
        else:
            self._alone[(*row.key, row.weekday)].append(row)

    def visits(self) -> list[tuple[int, list[Cell]]]:
        """The visits, in order of their first rows, with the rows' numbers."""
        chosen = [(self._one_of(rows), 1) for rows in self._alone.values()]
        chosen += [self._double(rows) for rows in self._paired.values()]
        days: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
        for row, n_carers in sorted(chosen, key=lambda pair: pair[0].number):
            days[(*row.key, n_carers)].append(row)
        made = []
        used: Counter[str] = Counter()
        for (*_, n_carers), rows in days.items():
            visit = list(rows[0].visit)
            visit[_WEEKDAYS_AT] = ", ".join(sorted({row.weekday for row in rows}))
            visit[_CARERS_AT] = n_carers
            name = str(visit[0])
            used[name] += 1
            if used[name] > 1:  # two needs of one client at one time
                visit[0] = f"{name}-{used[name]}"
            made.append((rows[0].number, visit))
        return made

    def _one_of(self, rows: Sequence[Row]) -> Row:
        contents = {row.content for row in rows}
        self.counts["rader givna två gånger, lästa en gång"] += len(rows) - len(contents)
        if len(contents) > 1:
            other = next(row for row in rows if row.content != rows[0].content)
            self._fault(
                other.number, f"samma besök som rad {rows[0].number}, men inte samma rad",
                "Är det dubbelbemanning: ge båda samma Dubbelid. Annars: ta bort den ena.",
            )  # fmt: skip
        return rows[0]

    def _double(self, rows: Sequence[Row]) -> tuple[Row, int]:
        first = rows[0]
        whole = [row for row in rows if row.is_whole]
        others = [row for row in whole if row.key != whole[0].key]
        contents = Counter(row.content for row in rows)
        if others:
            self._fault(
                others[0].number, f"samma Dubbelid som rad {first.number}, annat besök",
                "De två raderna ska ha samma brukare, tid, längd och insats.",
            )  # fmt: skip
            return first, 1
        if len(contents) > 2:
            self._fault(
                rows[2].number, f"fler än två rader med samma Dubbelid, rad {first.number}",
                "Högst två medarbetare planeras vid ett besök.",
            )  # fmt: skip
            return first, 2
        n_carers = min(2, len(rows))
        self.counts["rader givna två gånger, lästa en gång"] += len(rows) - n_carers
        self.counts["dubbelbesök, av två rader med samma Dubbelid"] += n_carers == 2
        return first, n_carers

    def _fault(self, number: int, problem: str, allowed: str) -> None:
        self.faults.append(Fault(self.raw.file, self.raw.sheet, number, "", problem, allowed))
