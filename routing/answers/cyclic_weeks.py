"""The cyclic plan (grundschema): who comes when, as it repeats every two or four weeks (MA-31).

Rounds are planned for dates; staff and clients live with a sheet that repeats. The cyclic plan lays
the planned visits of a horizon on the weeks of a cycle, and says for each cell how sure it is.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from data.care.recurrence import week_no
from data.errors import SettingsError
from data.plans import PlanRow, RoundPlan
from data.units import MINUTE_S, clock

ROUND_TO_S = 5 * MINUTE_S


@dataclass(frozen=True, slots=True)
class CyclicCell:
    """One visit in one weekday of one week of the cycle.

    Attributes
    ----------
    week : int
        1 to the number of weeks of the cycle.
    weekday : int
        0 Monday to 6 Sunday.
    start_s : int
        The usual start, to five minutes; print it as an interval (FA-01).
    n_same, n_seen : int
        Of the times that the horizon holds the cell, how many were by this carer.
    """

    week: int
    weekday: int
    visit_id: str
    client_id: str
    carer_no: int
    staff_id: str
    start_s: int
    end_s: int
    n_same: int
    n_seen: int

    @property
    def text(self) -> str:
        """``08:00–08:30 C017 P003``."""
        return f"{clock(self.start_s)}–{clock(self.end_s)} {self.client_id} {self.staff_id}"


@dataclass(frozen=True)
class CyclicPlan:
    """Cells in order of week, weekday, start and visit."""

    n_weeks: int
    cells: tuple[CyclicCell, ...]

    def of_carer(self, staff_id: str) -> tuple[CyclicCell, ...]:
        """One carer's sheet."""
        return tuple(cell for cell in self.cells if cell.staff_id == staff_id)

    def of_client(self, client_id: str) -> tuple[CyclicCell, ...]:
        """One client's sheet."""
        return tuple(cell for cell in self.cells if cell.client_id == client_id)

    def grid(self, staff_id: str) -> tuple[tuple[tuple[CyclicCell, ...], ...], ...]:
        """One carer's cells by week and weekday: the sheet of Malmö's template, Monday first."""
        mine: Mapping[tuple[int, int], list[CyclicCell]] = {
            (week, day): [] for week in range(1, self.n_weeks + 1) for day in range(7)
        }
        for cell in self.of_carer(staff_id):
            mine[cell.week, cell.weekday].append(cell)
        return tuple(
            tuple(tuple(mine[week, day]) for day in range(7)) for week in range(1, self.n_weeks + 1)
        )


def week_of_cycle(day: dt.date, n_weeks: int) -> int:
    """Which week of the cycle a date lies in, from 1; counted from the same Monday everywhere."""
    return week_no(day) % n_weeks + 1


def cyclic_plan(plan: RoundPlan, n_weeks: int = 2) -> CyclicPlan:
    """Lay the planned visits on a cycle of two or four weeks.

    Where the horizon holds a cell more than once, the most usual carer stands in it (the first by
    id where equal), with her median start.

    Raises
    ------
    SettingsError
        For cycles other than 1, 2 or 4 weeks.
    """
    if n_weeks not in (1, 2, 4):
        raise SettingsError("Grundschemat kan vara 1, 2 eller 4 veckor.")
    rows_of: dict[tuple[int, int, str, int], list[PlanRow]] = {}
    for row in plan.rows:
        if row.kind == "visit":
            key = (week_of_cycle(row.date, n_weeks), row.date.weekday(), row.visit_id)
            rows_of.setdefault((*key, row.carer_no), []).append(row)
    cells = [_cell(key, rows) for key, rows in rows_of.items()]
    cells.sort(key=lambda cell: (cell.week, cell.weekday, cell.start_s, cell.visit_id))
    return CyclicPlan(n_weeks, tuple(cells))


def _cell(key: tuple[int, int, str, int], rows: list[PlanRow]) -> CyclicCell:
    week, weekday, visit_id, carer_no = key
    usual = Counter(row.staff_id for row in rows)
    staff_id = min(usual, key=lambda name: (-usual[name], name))
    mine = sorted((row for row in rows if row.staff_id == staff_id), key=lambda row: row.start_s)
    middle = mine[len(mine) // 2]
    start_s = (middle.start_s + ROUND_TO_S // 2) // ROUND_TO_S * ROUND_TO_S
    return CyclicCell(
        week, weekday, visit_id, middle.client_id, carer_no, staff_id,
        start_s, start_s + middle.end_s - middle.start_s, usual[staff_id], len(rows),
    )  # fmt: skip
