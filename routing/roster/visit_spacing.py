"""Even intervals for visits whose day is free: the day that each would best have (LU-38, MA-20).

Occurrences of one visit stand in for each other, so each is given a day of its own to be near:
several times a week it is the middle of its part of the week, and a visit once a week or more
seldom gets the same weekday every time, one on which the contact works. The price of a day off is
then a price of a route, known before the search, and no kernel needs to count gaps.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence

from data.model import VisitOccurrence
from routing.roster.shifts import UsableShift


def best_days(
    occurrences: Sequence[VisitOccurrence],
    shifts: Sequence[UsableShift],
    contact: dict[str, str],
) -> dict[tuple[str, int], dt.date]:
    """The best day of each occurrence whose day is free, by visit id and number.

    Parameters
    ----------
    found : sequence of VisitOccurrence
        Of one horizon, each with the days within its tolerance (`data.care.care_calendar`).
    shifts : sequence of UsableShift
        The roster: contacts' days at work are looked up here.
    contact : dict of str to str
        Client id to staff id.
    """
    at_work: dict[str, set[dt.date]] = defaultdict(set)
    for usable in shifts:
        at_work[usable.shift.staff_id].add(usable.shift.date)
    groups: dict[str, dict[tuple[dt.date, ...], list[VisitOccurrence]]] = defaultdict(dict)
    for occurrence in occurrences:
        if occurrence.visit.n_per_period > 0:
            periods = groups[occurrence.visit.visit_id]
            periods.setdefault(occurrence.dates, []).append(occurrence)
    best: dict[tuple[str, int], dt.date] = {}
    for order, (visit_id, periods) in enumerate(groups.items()):
        some = next(iter(periods.values()))[0]
        days_of_contact = at_work.get(contact.get(some.visit.client_id, ""), set())
        weekday = _weekday(order, periods, days_of_contact)
        for dates, members in periods.items():
            members.sort(key=lambda member: member.number)
            is_rare = some.visit.n_per_period <= some.visit.every_weeks
            alone = len(members) == 1 and is_rare
            days = _once(dates, weekday) if alone else _evenly(dates, len(members))
            for member, day in zip(members, days, strict=True):
                best[visit_id, member.number] = day
    return best


def _weekday(
    order: int,
    periods: Collection[tuple[dt.date, ...]],
    days_of_contact: Collection[dt.date],
) -> int:
    """The weekday on which the contact works in most periods; visits spread over equal ones.

    They are spread by their order, not by their names (D8).
    """
    works: Counter[int] = Counter()
    for dates in periods:
        for weekday in {day.weekday() for day in dates}:
            works[weekday] += 0
        for weekday in {day.weekday() for day in dates if day in days_of_contact}:
            works[weekday] += 1
    return max(works, key=lambda weekday: (works[weekday], (weekday + order) % 7))


def _once(dates: Sequence[dt.date], weekday: int) -> list[dt.date]:
    return [min(dates, key=lambda day: (abs(day.weekday() - weekday), day))]


def _evenly(dates: Sequence[dt.date], n: int) -> list[dt.date]:
    """The middles of ``n`` equal parts of the days."""
    return [dates[min((2 * i + 1) * len(dates) // (2 * n), len(dates) - 1)] for i in range(n)]
