"""When a visit is due, worked out again from its own fields by counting days one after another.

`data.care.recurrence` numbers the turns of a task and divides. Here a counter walks over the dates:
each allowed day adds the times of a period, and a day on which the counter passes the allowed days
of a period is a turn. Both begin from the same documented phase
(docs/en/data.md), and share no code.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from data.model import Client, Visit

_A_MONDAY = dt.date(2024, 1, 1).toordinal()
"""Weeks are counted from this Monday."""


class Due(NamedTuple):
    """Days among which a visit is to be made ``n_times``, each time on a day of its own."""

    days: frozenset[dt.date]
    n_times: int


def is_open(visit: Visit, client: Client, day: dt.date) -> bool:
    """Whether the visit may be made on ``day`` at all."""
    if day.weekday() not in visit.weekdays:
        return False
    if not visit.valid_from <= day <= visit.valid_to:
        return False
    if not client.valid_from <= day <= client.valid_to:
        return False
    return day not in visit.cancelled and not _is_away(client, day) and not _is_away(visit, day)


def _is_away(record: Client | Visit, day: dt.date) -> bool:
    if record.pause_from is None or day < record.pause_from:
        return False
    return record.pause_to is None or day <= record.pause_to


def tolerance_days(visit: Visit) -> int:
    """Days by which an interval may differ: 2 up to a fortnight, then one a week, at most 7."""
    weeks = visit.every_weeks // visit.n_per_period
    return next(days for days in (2, 3, 4, 5, 6, 7) if days >= weeks or days == 7)


def _hash_below(visit_id: str, n: int) -> int:
    return int(hashlib.sha256(visit_id.encode("utf-8")).hexdigest()[:16], 16) % n


def _said_next(visit: Visit) -> dt.date | None:
    done, said = visit.last_done, visit.next_due
    return said if said is not None and (done is None or said > done) else None


def _is_its_week(visit: Visit, day: dt.date) -> bool:
    week = (day.toordinal() - _A_MONDAY) // 7
    said = _said_next(visit)
    if said is not None:
        weeks_on = week - (said.toordinal() - _A_MONDAY) // 7
        return weeks_on >= 0 and weeks_on % visit.every_weeks == 0
    if visit.every_weeks == 1:
        return True
    if visit.last_done is not None:
        first = (visit.last_done.toordinal() - _A_MONDAY) // 7
    elif visit.valid_from.year > 1900:
        is_over = visit.valid_from.weekday() > max(visit.weekdays)
        first = (visit.valid_from.toordinal() - _A_MONDAY) // 7 + is_over
    else:
        first = _hash_below(visit.visit_id, visit.every_weeks)
    return (week - first) % visit.every_weeks == 0


class _Turn(NamedTuple):
    day: dt.date
    choice: list[dt.date]
    nearest: list[dt.date]
    """Allowed days that have no turn nearer; of two equally near the earlier has the day."""


class _Counter:
    """Counts allowed days: ``n`` a day, a turn whenever ``full`` is passed."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.full = len(set(visit.weekdays)) * visit.every_weeks
        self.n = min(visit.n_per_period, self.full)
        self.period = 7 * visit.every_weeks
        self.phase = _hash_below(visit.visit_id, self.full)
        self.start, self.held, self.is_first = _A_MONDAY, self.full - 1 - self.phase, False

    def begin(self, day: dt.date, *, is_first: bool) -> None:
        """Let a turn fall on ``day`` or the next allowed one; with ``is_first`` none before it."""
        day_number = day.toordinal()
        while dt.date.fromordinal(day_number).weekday() not in self.visit.weekdays:
            day_number += 1
        held = self.full - 1 - self.phase
        for ordinal in range(day_number - (day_number - _A_MONDAY) % self.period, day_number + 1):
            if dt.date.fromordinal(ordinal).weekday() in self.visit.weekdays:
                held = (held + self.n) % self.full
        self.start, self.held = day_number, self.full + held % self.n - self.n
        self.is_first = is_first

    def turns(self, first: dt.date, last: dt.date) -> list[_Turn]:
        """The turns whose day lies from ``first`` to ``last``."""
        low = first.toordinal() - 2 * self.period
        ordinal = self.start + (low - self.start) // self.period * self.period
        if self.is_first:
            ordinal = max(ordinal, self.start)
        held = self.held
        days: list[dt.date] = []
        marks: list[int] = []
        while ordinal <= last.toordinal() + 2 * self.period:
            day = dt.date.fromordinal(ordinal)
            if day.weekday() in self.visit.weekdays:
                held += self.n
                if held >= self.full:
                    held -= self.full
                    marks.append(len(days))
                days.append(day)
            ordinal += 1
        if not marks:
            return []
        nearest: dict[int, list[dt.date]] = {mark: [] for mark in marks}
        following = iter([*marks[1:], None])
        own, then = marks[0], next(following)
        for day in days:
            while then is not None and days[then] - day < day - days[own]:
                own, then = then, next(following)
            nearest[own].append(day)
        return [
            _Turn(days[mark], self._choice(days[mark], nearest[mark]), nearest[mark])
            for mark in marks
            if first <= days[mark] <= last
        ]

    def _choice(self, day: dt.date, nearest: list[dt.date]) -> list[dt.date]:
        if self.visit.every_weeks < self.visit.n_per_period:
            return nearest
        n_more = tolerance_days(self.visit)
        spans = []
        for n_later in range(n_more + 1):
            begin = day.toordinal() + n_later - n_more
            span = [dt.date.fromordinal(begin + i) for i in range(n_more + 1)]
            open_days = [date for date in span if date.weekday() in self.visit.weekdays]
            spans.append((len(open_days), -abs(n_more - 2 * n_later), n_later, open_days))
        return max(spans)[3]


def due(
    visit: Visit, client: Client, dates: Sequence[dt.date], locked: Collection[dt.date] = ()
) -> tuple[Due, ...]:
    """When ``visit`` is due within ``dates``: a `Due` per fixed day, or per turn of free days.

    Visits made by somebody else (external) never are. ``locked`` are the days on which a planner
    has locked the visit.
    """
    if visit.mode == "external":
        return ()
    if visit.n_per_period == 0:
        return tuple(
            Due(frozenset([day]), 1)
            for day in dates
            if is_open(visit, client, day) and _is_its_week(visit, day)
        )
    dues = []
    for begin, end in _without_holes(dates):
        for turn in _turns(visit, client, begin, end):
            days = [day for day in turn.nearest if day in locked and is_open(visit, client, day)][
                :1
            ]
            days = days or [day for day in turn.choice if is_open(visit, client, day)]
            if not days:
                continue
            sooner = [day for day in days if day <= turn.day]
            own = turn.day if turn.day in days else sooner[-1] if sooner else days[0]
            inside = frozenset(day for day in days if day in dates)
            if begin <= own <= end and inside:
                dues.append(Due(inside, 1))
    return tuple(sorted(dues, key=lambda due_dates: min(due_dates.days)))


def _without_holes(dates: Sequence[dt.date]) -> Iterator[tuple[dt.date, dt.date]]:
    """First and last of each part of the dates that has no hole of more than a week."""
    left = list(dates)
    while left:
        n = next((i for i in range(1, len(left)) if (left[i] - left[i - 1]).days > 7), len(left))
        yield left[0], left[n - 1]
        left = left[n:]


def _turns(visit: Visit, client: Client, begin: dt.date, end: dt.date) -> list[_Turn]:
    """Turns whose days may reach into ``begin``–``end``, begun anew after a pause that took one."""
    counter = _Counter(visit)
    said = _said_next(visit)
    if said is not None or visit.last_done is not None:
        counter.begin(said or visit.last_done or begin, is_first=said is not None)
    reach = dt.timedelta(7 * visit.every_weeks)
    begin, end = begin - reach, end + reach
    away, back = client.pause_from, client.pause_to
    if away is None or back is None or visit.n_per_period > visit.every_weeks:
        return counter.turns(begin, end)
    taken = [
        turn
        for turn in counter.turns(away, back)
        if all(away <= day <= back for day in turn.choice)
    ]
    if not taken:
        return counter.turns(begin, end)
    kept = [turn for turn in counter.turns(begin, end) if turn.day < taken[0].day]
    home = max(back + dt.timedelta(1), visit.valid_from)
    counter.begin(home, is_first=True)
    home = dt.date.fromordinal(counter.start)
    for turn in counter.turns(home, end):
        kept.append(turn._replace(choice=[day for day in turn.choice if day >= home]))
    return kept
