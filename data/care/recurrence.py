"""The days on which a recurring task falls: an even pattern that stays, whoever looks and when.

A task that is made ``n`` times in ``k`` weeks on a free day falls on every ``7k/n``-th day. The
pattern is laid over the task's allowed days, numbered through all of time: its ``j``-th turn is
allowed day number ``(phase + j * M) // n``, where ``M`` is how many allowed days ``k`` weeks hold.
The phase is a hash of the visit's id, so tasks spread evenly and each stays where it is whatever
horizon is planned (MA-20). What was done, or is said to come next, moves the pattern: from
``next_due`` where it is later than ``last_done``, else from ``last_done`` both ways.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from data.model import Visit

MONDAY_ZERO = dt.date(2024, 1, 1)
"""The Monday from which weeks are numbered, the same for everyone and over every turn of year."""

LEAST_TOLERANCE_DAYS, MOST_TOLERANCE_DAYS = 2, 7


def week_no(day: dt.date) -> int:
    """Whole weeks since `MONDAY_ZERO`: no week is lost where a year has 53."""
    return (day - MONDAY_ZERO).days // 7


def phase_of(visit_id: str, n: int) -> int:
    """A number below ``n`` that depends on the id alone, spread evenly over ids."""
    return int.from_bytes(hashlib.sha256(visit_id.encode()).digest()[:8], "big") % n


def tolerance_days(visit: Visit) -> int | None:
    """By how many days an interval may be longer or shorter than the one ordered.

    Two days for a week and a fortnight (12–16 days), one per week for rarer tasks, at most seven.
    None for what is made more often than once a week: it has a part of the week each time.
    """
    if visit.every_weeks < visit.n_per_period:
        return None
    weeks = visit.every_weeks // visit.n_per_period
    return min(MOST_TOLERANCE_DAYS, max(LEAST_TOLERANCE_DAYS, weeks))


class Turn(NamedTuple):
    """One time that a task is due."""

    day: dt.date
    """Who plans this day plans the turn."""
    days: tuple[dt.date, ...]
    """The allowed days within the tolerance, in order."""
    cell: tuple[dt.date, ...]
    """The allowed days that are nearer to this turn than to its neighbours."""


class Pattern:
    """The turns of a task on free days, as if nobody were ever away."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.weekdays = sorted(set(visit.weekdays))
        self.cycle = len(self.weekdays) * visit.every_weeks
        """Allowed days of one period."""
        self.n = min(visit.n_per_period, self.cycle)
        self.phase = phase_of(visit.visit_id, self.cycle)
        self.tolerance = tolerance_days(visit)
        self.moved, self.first_j = 0, None
        after = known_next(visit)
        if after is not None:
            self.move_to(after)
        elif visit.last_done is not None:
            self.move_to(visit.last_done)
            self.first_j = None

    first_j: int | None
    """The turn before which there is none; None where the pattern has no beginning."""

    def move_to(self, day: dt.date) -> None:
        """Shift the pattern so that a turn falls on ``day`` (or the next allowed), and none before.

        The turn at or before ``day`` moves there, so several times a period keep their rhythm.
        """
        number = self.number_of(day)
        j = ((number + 1) * self.n - self.phase - 1) // self.cycle
        self.moved = number - (self.phase + j * self.cycle) // self.n
        self.first_j = j

    def number_of(self, day: dt.date) -> int:
        """The number of the first allowed day from ``day`` on."""
        inside = bisect_left(self.weekdays, day.weekday())
        return week_no(day) * len(self.weekdays) + inside

    def day_of(self, number: int) -> dt.date:
        """The allowed day of that number."""
        week, inside = divmod(number, len(self.weekdays))
        return MONDAY_ZERO + dt.timedelta(7 * week + self.weekdays[inside])

    def turns(self, first: dt.date, last: dt.date) -> Iterator[Turn]:
        """All turns from ``first`` to ``last``, both included."""
        low = (self.number_of(first) - self.moved) * self.n - self.phase
        j = -(-low // self.cycle)
        if self.first_j is not None:
            j = max(j, self.first_j)
        while True:
            before, day, after = (self._turn_day(j + step) for step in (-1, 0, 1))
            if day > last:
                return
            earlier = 0 if j == self.first_j else (day - before).days - (day - before).days // 2 - 1
            later = (after - day).days // 2
            span = (day + dt.timedelta(i) for i in range(-earlier, later + 1))
            cell = tuple(date for date in span if date.weekday() in self.weekdays)
            yield Turn(day, cell if self.tolerance is None else self._near(day), cell)
            j += 1

    def _turn_day(self, j: int) -> dt.date:
        return self.day_of((self.phase + j * self.cycle) // self.n + self.moved)

    def _near(self, day: dt.date) -> tuple[dt.date, ...]:
        """The days of the span of ``tolerance + 1`` days round ``day`` that holds most of them.

        Any two such spans of a pattern lie so that the interval is held whichever days are taken.
        Of equal spans the one nearest to the middle, then the later.
        """
        length = self.tolerance or 0
        best: tuple[dt.date, ...] = ()
        for before in sorted(range(length + 1), key=lambda lead: (abs(2 * lead - length), lead)):
            span = (day + dt.timedelta(i - before) for i in range(length + 1))
            days = tuple(date for date in span if date.weekday() in self.weekdays)
            if len(days) > len(best):
                best = days
        return best


def known_next(visit: Visit) -> dt.date | None:
    """When the task is said to come next; None where it has been done since."""
    if visit.next_due is None or (visit.last_done and visit.next_due <= visit.last_done):
        return None
    return visit.next_due


def is_due_week(visit: Visit, day: dt.date) -> bool:
    """Whether a visit on fixed weekdays every k weeks is due in the week of ``day``.

    Weeks are counted from that of ``next_due`` (none before it), of ``last_done``, or of the first
    of its weekdays from ``valid_from`` on; visits with none of these are spread over the weeks by
    their ids, so that not every cleaning falls in the same week.
    """
    after = known_next(visit)
    if after is not None and week_no(day) < week_no(after):
        return False
    if visit.every_weeks == 1:
        return True
    begins = after or visit.last_done
    if begins is None and visit.valid_from.year > 1900:
        begins = next(
            date
            for date in (visit.valid_from + dt.timedelta(i) for i in range(7))
            if date.weekday() in visit.weekdays
        )
    first = week_no(begins) if begins else phase_of(visit.visit_id, visit.every_weeks)
    return (week_no(day) - first) % visit.every_weeks == 0
