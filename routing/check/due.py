"""When a visit is due, worked out again from its own fields; see `data.care.care_calendar`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from data.model import Client, Visit

_A_MONDAY = dt.date(2024, 1, 1).toordinal()
"""Periods of k weeks are counted from this Monday."""


class Due(NamedTuple):
    """Days among which a visit is to be made ``n_times``, each time on a day of its own."""

    days: frozenset[dt.date]
    n_times: int


def _is_open(visit: Visit, client: Client, day: dt.date) -> bool:
    if day.weekday() not in visit.weekdays:
        return False
    if not visit.valid_from <= day <= visit.valid_to:
        return False
    if not client.valid_from <= day <= client.valid_to:
        return False
    if client.pause_from is None or day < client.pause_from:
        return True
    return client.pause_to is not None and day > client.pause_to


def _is_its_week(visit: Visit, day: dt.date) -> bool:
    if visit.every_weeks == 1:
        return True
    week = (day.toordinal() - _A_MONDAY) // 7
    if visit.valid_from.year > 1900:
        first = (visit.valid_from.toordinal() - _A_MONDAY) // 7
    else:
        first = sum(visit.visit_id.encode("utf-8")) % visit.every_weeks
    return (week - first) % visit.every_weeks == 0


def due(visit: Visit, client: Client, dates: Sequence[dt.date]) -> tuple[Due, ...]:
    """When ``visit`` is due within ``dates``: a `Due` per fixed day, or per period of free days.

    A period of which less than half of the allowed weekdays lies inside ``dates``, from the day
    when visit and client began, asks for nothing; visits made by somebody else (external) never
    do. A pause, or an end, shortens the choice of days only.
    """
    if visit.mode == "external":
        return ()
    days = [day for day in dates if _is_open(visit, client, day)]
    if visit.n_per_period == 0:
        return tuple(Due(frozenset([day]), 1) for day in days if _is_its_week(visit, day))
    found = []
    n_days_of_period = len(visit.weekdays) * visit.every_weeks
    period_days = 7 * visit.every_weeks
    for period in sorted({(day.toordinal() - _A_MONDAY) // period_days for day in days}):
        inside = [d for d in days if (d.toordinal() - _A_MONDAY) // period_days == period]
        held = [
            d
            for d in dates
            if (d.toordinal() - _A_MONDAY) // period_days == period
            and d.weekday() in visit.weekdays
            and not (d < visit.valid_from or d < client.valid_from)
        ]
        if 2 * len(held) >= n_days_of_period:
            found.append(Due(frozenset(inside), min(visit.n_per_period, len(inside))))
    return tuple(found)
