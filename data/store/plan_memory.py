"""When each recurring task was last made and is next due: what a plan knew, and what it leaves.

``private/recurrence.csv`` in a plan's folder holds both, so that the plan stands on what was
known when it was made, and the next one takes up where it ends.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NamedTuple

from data.care.care_calendar import due_turns
from data.care.recurrence import is_due_week
from data.errors import StoreError
from data.model import Client, Municipality, Visit
from data.plans import RoundPlan
from data.store import plan_files
from data.tables.schema.cells import unescape_formula

FILE_NAME: Final = "recurrence.csv"
COLUMNS: Final = (
    "visit_id", "client_id", "last_before", "next_before", "last_done", "next_due",
)  # fmt: skip
FOLLOWS_DAYS: Final = 7
"""A plan that begins this soon after the one before makes first what found no day in that."""


class Known(NamedTuple):
    """What is known of one task."""

    last_done: dt.date | None
    next_due: dt.date | None


def is_recurring(visit: Visit) -> bool:
    """Whether somebody must remember when the visit was last made."""
    return visit.mode != "external" and (visit.n_per_period > 0 or visit.every_weeks > 1)


def known_of(municipality: Municipality) -> dict[str, Known]:
    """What the tables say of each recurring visit."""
    return {
        visit.visit_id: Known(visit.last_done, visit.next_due)
        for visit in municipality.visits
        if is_recurring(visit)
    }


def with_known(municipality: Municipality, known: Mapping[str, Known]) -> Municipality:
    """The municipality with what is known in its visits; other visits as they are."""
    if not known:
        return municipality
    visits = tuple(
        replace(visit, last_done=known[visit.visit_id][0], next_due=known[visit.visit_id][1])
        if visit.visit_id in known and is_recurring(visit)
        else visit
        for visit in municipality.visits
    )
    return replace(municipality, visits=visits)


def known_after(
    municipality: Municipality, plan: RoundPlan, first: dt.date | None = None
) -> dict[str, Known]:
    """What is known on the morning of ``first`` of each recurring visit, once a plan is made.

    Parameters
    ----------
    municipality : Municipality
        With what was known before the plan.
    plan : RoundPlan
    first : date, optional
        The next plan's first day, from the plan's first on; the day after its last.
    """
    if not plan.dates:
        return known_of(municipality)
    begin = first or plan.dates[-1] + dt.timedelta(1)
    made: dict[str, list[dt.date]] = defaultdict(list)
    for row in plan.rows:
        if row.kind == "visit" and row.date < begin:
            made[row.visit_id].append(row.date)
    known = {}
    for visit in municipality.visits:
        if not is_recurring(visit):
            continue
        client = municipality.client_by_id[visit.client_id]
        days = sorted(set(made[visit.visit_id]))
        due = (
            _next_free(visit, client, days, plan.dates[0], begin)
            if visit.n_per_period
            else _next_fixed(visit, begin)
        )
        known[visit.visit_id] = Known(days[-1] if days else visit.last_done, due)
    return known


def _next_free(
    visit: Visit, client: Client, made: Sequence[dt.date], first: dt.date, begin: dt.date
) -> dt.date | None:
    """The first turn not made: one before ``begin`` that found no day, or the next."""
    last = begin + dt.timedelta(14 * visit.every_weeks)
    turns = due_turns(visit, client, first - dt.timedelta(7), last)
    left = [turn.day for turn in turns]
    if visit.n_per_period > visit.every_weeks:
        return next((day for day in left if day >= begin), None)
    if not made:
        return next((day for day in left if day >= first), None)
    nearest = min(left, key=lambda turn: (abs((turn - made[-1]).days), turn), default=begin)
    return next((day for day in left if day > nearest), None)


def _next_fixed(visit: Visit, begin: dt.date) -> dt.date | None:
    """The first weekday of a week in which it is due, from ``begin`` on."""
    days = (begin + dt.timedelta(i) for i in range(7 * visit.every_weeks + 7))
    return next(
        (day for day in days if day.weekday() in visit.weekdays and is_due_week(visit, day)), None
    )


def carried(
    municipality: Municipality, known: Mapping[str, Known], after: dt.date, first: dt.date
) -> Municipality:
    """The municipality of the next plan, with what the one before leaves.

    Where the tables know of something later, or of a next time after it, that goes before.

    Parameters
    ----------
    municipality : Municipality
        As the tables have it.
    known : mapping of str to Known
        From `known_after`.
    after, first : date
        The last day that is planned already, and the first of the next plan: what should have been
        made between them comes first of all, if the one follows upon the other.
    """
    merged = {}
    follows = (first - after).days <= FOLLOWS_DAYS
    for visit in municipality.visits:
        interval = known.get(visit.visit_id)
        if interval is None:
            continue
        last, due = interval
        if visit.last_done is not None and (last is None or visit.last_done > last):
            last, due = visit.last_done, None
        if visit.next_due is not None and (last is None or visit.next_due > last):
            due = visit.next_due
        elif due is not None and due < first and follows:
            due = first
        merged[visit.visit_id] = Known(last, due)
    return with_known(municipality, merged)


def memory_rows(municipality: Municipality, plan: RoundPlan) -> list[list[Any]]:
    """Rows of ``recurrence.csv``."""
    after, before = known_after(municipality, plan), known_of(municipality)
    rows: list[list[Any]] = []
    for visit_id, known in sorted(after.items()):
        client_id = municipality.visit_by_id[visit_id].client_id
        dates = [*before[visit_id], *known]
        rows.append([visit_id, client_id, *(day.isoformat() if day else "" for day in dates)])
    return rows


def read_memory(folder: Path) -> dict[str, Known]:
    """What a plan's folder says was known before the plan; nothing where it is of before 0.1.

    Raises
    ------
    StoreError
        Where the file cannot be read.
    """
    path = folder / "private" / FILE_NAME
    if not path.is_file():
        return {}
    try:
        rows = plan_files.read_rows(path.read_text(encoding="utf-8"), COLUMNS, FILE_NAME)
        return {unescape_formula(row[0]): Known(*(_day(cell) for cell in row[2:4])) for row in rows}
    except (OSError, ValueError) as error:
        raise StoreError(f"{FILE_NAME} är skadad. Gör om planen.") from error


def _day(cell: str) -> dt.date | None:
    return dt.date.fromisoformat(cell) if cell else None
