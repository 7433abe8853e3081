"""Visits that rest during a pause: where they stood, and how they come back to it (NO-11).

What a pause takes out of a plan is remembered row by row. When it is due again it is laid where it
stood before the search begins, where that time is still free; so the same carer comes at the same
minute, and nobody else's visits move for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from data.care.care_calendar import is_open
from data.model import Municipality
from data.plans import PlanRow, RoundPlan

Rows = tuple[PlanRow, ...]


def resting(before: RoundPlan, kept: Rows, after: RoundPlan, municipality: Municipality) -> Rows:
    """What rests once ``before`` has been mended into ``after``.

    Parameters
    ----------
    before, after : RoundPlan
    kept : tuple of PlanRow
        What rested before.
    municipality : Municipality
        As it is now.
    """
    planned_again = {_key(row) for row in after.rows if row.kind == "visit"}
    gone = {
        _key(row): row
        for row in (
            *kept,
            *(planned for planned in before.rows if planned.kind == "visit"),
        )
        if _key(row) not in planned_again and not _is_due(row, municipality)
    }
    dates = set(after.dates)
    known = municipality.visit_by_id
    return tuple(
        row for key, row in sorted(gone.items()) if row.date in dates and row.visit_id in known
    )


def with_rested(plan: RoundPlan, kept: Rows, municipality: Municipality) -> RoundPlan:
    """The plan with what is due again laid where it stood, in rounds that have the time free."""
    planned = {_key(row) for row in plan.rows if row.kind == "visit"}
    rounds = {round_id: list(rows) for round_id, rows in plan.rounds.items()}
    for row in sorted(
        kept, key=lambda occurrence: (occurrence.date, occurrence.start_s, occurrence.visit_id)
    ):
        rows = rounds.get(row.round_id)
        if rows is None or _key(row) in planned or not _is_due(row, municipality):
            continue
        if any(_meet(row, other) for other in rows):
            continue
        rows.insert(next(i for i, plan_row in enumerate(rows) if _after(plan_row, row)), row)
    return replace(plan, rows=tuple(row for rows in rounds.values() for row in _numbered(rows)))


def _key(row: PlanRow) -> tuple[str, str, int]:
    return row.visit_id, row.date.isoformat(), row.carer_no


def _is_due(row: PlanRow, municipality: Municipality) -> bool:
    visit = municipality.visit_by_id.get(row.visit_id)
    if visit is None:
        return False
    return is_open(visit, municipality.client_by_id[visit.client_id], row.date)


def _meet(row: PlanRow, other: PlanRow) -> bool:
    """Whether two rows of a round are at the same time; a break may be moved."""
    is_fixed = other.kind in ("visit", "meeting", "handover")
    return is_fixed and row.start_s < other.end_s and other.start_s < row.end_s


def _after(other: PlanRow, row: PlanRow) -> bool:
    return other.kind == "end" or (other.kind != "start" and other.start_s >= row.start_s)


def _numbered(rows: list[PlanRow]) -> Iterable[PlanRow]:
    first = rows[0].seq
    return (
        row if row.seq == first + i else replace(row, seq=first + i) for i, row in enumerate(rows)
    )
