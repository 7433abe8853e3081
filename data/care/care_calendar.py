"""Recurring visits laid out on dates: which occurrences a horizon holds.

A visit on fixed weekdays is due on each of them. One whose day is free is due once for each turn
of its pattern (`data.care.recurrence`) that falls within the horizon, with the days within its
tolerance to choose from. A turn belongs to the horizon that holds its day, so a year cut into days,
weeks or fortnights has the same turns, each once.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from data.care.recurrence import Pattern, Turn, is_due_week
from data.model import Client, Municipality, Visit, VisitOccurrence

HOLE_DAYS = 7
"""Dates further apart than this are two horizons."""


class DueTurn(NamedTuple):
    """A turn as it is due to a client who may be away."""

    day: dt.date
    days: tuple[dt.date, ...]


def is_at_home(visit: Visit, client: Client, day: dt.date) -> bool:
    """Whether neither the visit nor the client is away on ``day``."""
    return not visit.is_paused_on(day) and client.is_served_on(day)


def is_open(visit: Visit, client: Client, day: dt.date) -> bool:
    """Whether the visit may be made on ``day``: weekday, validity, the client at home."""
    return (
        day.weekday() in visit.weekdays
        and visit.valid_from <= day <= visit.valid_to
        and is_at_home(visit, client, day)
    )


def occurrences_of(
    visit: Visit,
    client: Client,
    dates: Sequence[dt.date],
    pinned: Collection[dt.date] = (),
) -> tuple[VisitOccurrence, ...]:
    """All occurrences of ``visit`` within ``dates``, in order.

    Parameters
    ----------
    visit, client
    dates : sequence of date
        The horizon, in order.
    pinned : collection of date
        Days on which a planner has locked the visit; one of a turn's own part of the interval is
        its day, also outside the tolerance.
    """
    if visit.mode == "external":
        return ()
    if visit.n_per_period == 0:
        return tuple(
            VisitOccurrence(visit, (day,))
            for day in dates
            if is_open(visit, client, day) and is_due_week(visit, day)
        )
    occasions: list[tuple[dt.date, ...]] = []
    for run in _runs(dates):
        known = frozenset(run)
        for turn in due_turns(visit, client, run[0], run[-1], pinned):
            days = tuple(day for day in turn.days if day in known)
            if days:
                occasions.append(days)
    return tuple(VisitOccurrence(visit, days, number) for number, days in enumerate(occasions))


def _runs(dates: Sequence[dt.date]) -> Iterator[Sequence[dt.date]]:
    """The dates, cut where more than `HOLE_DAYS` lie between two."""
    begin = 0
    for date_idx, (date, other) in enumerate(pairwise(dates), start=1):
        if (other - date).days > HOLE_DAYS:
            yield dates[begin:date_idx]
            begin = date_idx
    if dates:
        yield dates[begin:]


def due_turns(
    visit: Visit,
    client: Client,
    first: dt.date,
    last: dt.date,
    pinned: Collection[dt.date] = (),
) -> list[DueTurn]:
    """The turns of a free-day visit whose day lies from ``first`` to ``last``, in order.

    A turn that falls within a pause is made before it, if a day within the tolerance is left, or
    after it likewise; else on the first day when the client is back, and the intervals begin anew
    there. What is made more often than weekly just skips the pause.
    """
    margin = dt.timedelta(7 * visit.every_weeks)
    turns = [
        due
        for turn in _turns(visit, client, first - margin, last + margin)
        if (due := _as_made(visit, client, turn, pinned)) is not None
    ]
    return sorted(due for due in turns if first <= due.day <= last)


def _turns(visit: Visit, client: Client, first: dt.date, last: dt.date) -> Iterable[Turn]:
    """The pattern's turns; from a pause that swallows one on, those of the pattern moved there."""
    pattern = Pattern(visit)
    pause_from, pause_to = client.pause_from, client.pause_to
    if pattern.tolerance is None or pause_from is None or pause_to is None:
        return pattern.turns(first, last)
    lost = next(
        (
            turn.day
            for turn in pattern.turns(pause_from, pause_to)
            if all(pause_from <= day <= pause_to for day in turn.days)
        ),
        None,
    )
    if lost is None or last < lost:
        return pattern.turns(first, last)
    back = next(
        day
        for day in (max(pause_to, visit.valid_from) + dt.timedelta(i) for i in range(9))
        if day > pause_to and day >= visit.valid_from and day.weekday() in visit.weekdays
    )
    moved = Pattern(visit)
    moved.move_to(back)
    anew = (
        turn._replace(days=tuple(day for day in turn.days if day >= back))
        for turn in moved.turns(max(first, back), last)
    )
    return [*pattern.turns(first, lost - dt.timedelta(1)), *anew]


def _as_made(
    visit: Visit, client: Client, turn: Turn, pinned: Collection[dt.date]
) -> DueTurn | None:
    """The turn with the days that are open, and the one of them that it belongs to."""
    locked = [day for day in turn.cell if day in pinned and is_open(visit, client, day)]
    if locked:
        return DueTurn(locked[0], (locked[0],))
    days = tuple(day for day in turn.days if is_open(visit, client, day))
    if not days:
        return None
    if turn.day in days:
        return DueTurn(turn.day, days)
    before = [day for day in days if day < turn.day]
    return DueTurn(before[-1] if before else days[0], days)


def occurrences(
    municipality: Municipality, dates: Sequence[dt.date]
) -> tuple[VisitOccurrence, ...]:
    """All occurrences of all visits within ``dates``, ordered by visit id (faults.md D4)."""
    ordered = sorted(set(dates))
    pinned: dict[str, set[dt.date]] = defaultdict(set)
    for pin in municipality.pins:
        pinned[pin.visit_id].add(pin.date)
    return tuple(
        occurrence
        for visit in sorted(municipality.visits, key=attrgetter("visit_id"))
        for occurrence in occurrences_of(
            visit, municipality.client_by_id[visit.client_id], ordered,
            pinned.get(visit.visit_id, ()),
        )
    )  # fmt: skip
