"""Recurring visits laid out on dates: which occurrences a horizon holds."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from data.model import Client, Municipality, Visit, VisitOccurrence

MONDAY_ZERO = dt.date(2024, 1, 1)
"""The Monday from which every-k-weeks periods are counted, the same for everyone."""


def period_of(day: dt.date, every_weeks: int) -> int:
    """The number of the period of ``every_weeks`` whole weeks in which ``day`` lies."""
    return (day - MONDAY_ZERO).days // (7 * every_weeks)


def is_due_week(visit: Visit, day: dt.date) -> bool:
    """Whether a visit on fixed weekdays every k weeks is due in the week of ``day``.

    The first week is that of ``valid_from``; visits without one are spread over the weeks by a
    stable function of their id, so that not every cleaning falls in the same week.
    """
    if visit.every_weeks == 1:
        return True
    first = visit.valid_from
    shift_weeks = (
        (first - MONDAY_ZERO).days // 7
        if first.year > 1900
        else sum(visit.visit_id.encode()) % visit.every_weeks
    )
    return ((day - MONDAY_ZERO).days // 7 - shift_weeks) % visit.every_weeks == 0


def _allowed(visit: Visit, client: Client, day: dt.date) -> bool:
    return (
        day.weekday() in visit.weekdays
        and visit.valid_from <= day <= visit.valid_to
        and client.is_served_on(day)
    )


def occurrences_of(
    visit: Visit, client: Client, dates: Sequence[dt.date]
) -> tuple[VisitOccurrence, ...]:
    """All occurrences of ``visit`` within ``dates``, in order.

    A visit whose day is free gets one occurrence per time it is due in each period, with all the
    period's allowed dates to choose from. Where the horizon holds only part of a period, the
    visit is due there if at least half of the period's allowed weekdays are inside it, so that a
    one-day plan is not asked for every weekly task of the town. A pause or an end within the
    period takes away days to choose from, not the task itself while a day is left: what was done
    on Monday is still due when the client falls ill on Tuesday.
    """
    if visit.mode == "external":
        return ()
    if visit.n_per_period == 0:
        return tuple(
            VisitOccurrence(visit, (day,))
            for day in dates
            if _allowed(visit, client, day) and is_due_week(visit, day)
        )
    periods: dict[int, list[dt.date]] = {}
    n_inside: Counter[int] = Counter()
    begins = max(visit.valid_from, client.valid_from)
    for day in dates:
        period = period_of(day, visit.every_weeks)
        n_inside[period] += day.weekday() in visit.weekdays and begins <= day
        if _allowed(visit, client, day):
            periods.setdefault(period, []).append(day)
    whole = len(visit.weekdays) * visit.every_weeks
    found: list[VisitOccurrence] = []
    for period, days in sorted(periods.items()):
        n_due = min(visit.n_per_period * (2 * n_inside[period] // whole > 0), len(days))
        found.extend(VisitOccurrence(visit, tuple(days), len(found) + k) for k in range(n_due))
    return tuple(found)


def occurrences(
    municipality: Municipality, dates: Sequence[dt.date]
) -> tuple[VisitOccurrence, ...]:
    """All occurrences of all visits within ``dates``, ordered by visit id (faults.md D4)."""
    ordered = sorted(dates)
    return tuple(
        occurrence
        for visit in sorted(municipality.visits, key=lambda visit: visit.visit_id)
        for occurrence in occurrences_of(visit, municipality.client_by_id[visit.client_id], ordered)
    )
