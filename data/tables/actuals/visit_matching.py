"""Which ordered visit each row of an export is, where it names only the client.

A client may have two visits within an hour, a cleaning whose day is free, and one for two carers.
Row by row the nearest visit is often another row's; so all rows of a client are laid against all
that is due over the export's dates at once: the assignment that is least unlike the orders in
sum, by the Hungarian method (Kuhn 1955, doi:10.1002/nav.3800020109).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from data.care.care_calendar import due_turns, occurrences_of
from data.care.recurrence import is_due_week
from data.model import Client, Municipality, Visit
from data.tables.parsed import BAD, ParsedSheet
from data.units import HOUR_S, MINUTE_S

TOGETHER_S: Final = 10 * MINUTE_S
"""Two carers of one visit are written down as having come so near each other."""
_OTHER_TURN_S: Final = 4 * HOUR_S
"""A visit whose day is free, made on a day that its turn does not hold: dear, and possible."""
_NEVER: Final = 10**7
"""Dearer than everything else of one client together."""


class Asked(NamedTuple):
    """A row that is a visit; a length of 0 where it says none."""

    day: dt.date
    staff_id: str
    visit_id: str
    client_id: str
    start_s: int
    length_s: int


@dataclass
class _Slot:
    """One time that a visit is due, and for how many carers there is no row yet."""

    visit: Visit
    dates: tuple[dt.date, ...]
    n_left: int

    def unlike_s(self, row: Asked) -> int:
        """How unlike the order a row is, in seconds."""
        visit = self.visit
        is_free = visit.n_per_period > 0
        if row.day not in self.dates and not (is_free and row.day.weekday() in visit.weekdays):
            return _NEVER
        off_s = max(visit.earliest_s - row.start_s, row.start_s - visit.latest_s, 0)
        longer_s = abs(visit.duration_s - row.length_s) if row.length_s else 0
        width_s = visit.latest_s - visit.earliest_s  # of two that fit, the one with less room
        turn_s = 0 if row.day in self.dates else _OTHER_TURN_S
        return 2 * off_s + 2 * longer_s + turn_s + width_s // 60


def said_length_s(start_s: int, end_s: int | None, length_s: int | None) -> int:
    """How long a row says that it took; 0 where it does not say."""
    return max(length_s or (0 if end_s is None else end_s - start_s), 0)


def asked_in(sheet: ParsedSheet) -> list[Asked]:
    """The rows of a sheet that can be read as visits."""
    names = ("date", "staff_id", "visit_id", "client_id", "start", "end", "duration_min", "kind",
             "status")  # fmt: skip
    asked = []
    for values in zip(*map(sheet.values, names), strict=True):
        day, staff_id, visit_id, client_id, start_s, end_s, length_s, kind, status = values
        is_visit = (kind or "visit") == "visit" and status != "cancelled"
        is_visit = is_visit and bool(visit_id or client_id)
        if not is_visit or any(value is BAD for value in values) or start_s is None:
            continue
        length_s = said_length_s(start_s, end_s, length_s)
        asked.append(Asked(day, staff_id, visit_id or "", client_id or "", start_s, length_s))
    return asked


def matched(asked: Iterable[Asked], municipality: Municipality) -> dict[Asked, Visit]:
    """The visit of each row that names its client only, for as many rows as anything is due.

    Parameters
    ----------
    asked : iterable of Asked
        All rows of the export; those that name their visits take their turns first.
    municipality : Municipality

    Returns
    -------
    dict of Asked to Visit
        The same whatever the order of the rows.
    """
    rows = sorted(set(asked))
    dates = sorted({row.day for row in rows})
    by_client: dict[str, list[Asked]] = defaultdict(list)
    named: Counter[tuple[str, dt.date]] = Counter()
    for row in rows:
        if row.visit_id:
            named[row.visit_id, row.day] += 1
        elif row.client_id in municipality.client_by_id:
            by_client[row.client_id].append(row)
    visit_of: dict[Asked, Visit] = {}
    for client_id, own in by_client.items():
        client = municipality.client_by_id[client_id]
        slots = _slots(client, municipality.visits_of[client_id], dates, named)
        rest = _take_together(own, slots, visit_of)
        _take_each(rest, slots, visit_of)
    return visit_of


def _slots(
    client: Client,
    visits: Sequence[Visit],
    dates: Sequence[dt.date],
    named: Counter[tuple[str, dt.date]],
) -> list[_Slot]:
    """What is due to a client and is no row's that names it."""
    slots = []
    for visit in visits:
        left = {day: named[visit.visit_id, day] for day in dates}
        for days in _days_due(visit, client, dates):
            slot = _Slot(visit, days, visit.carers_required)
            for day in slot.dates:
                n_taken = min(left.get(day, 0), slot.n_left)
                left[day] = left.get(day, 0) - n_taken
                slot.n_left -= n_taken
            if slot.n_left:
                slots.append(slot)
    return slots


def _days_due(
    visit: Visit, client: Client, dates: Sequence[dt.date]
) -> Iterator[tuple[dt.date, ...]]:
    """The days of each time that a visit is due about the export's dates.

    Who planned the export may have laid a free day elsewhere in the interval than we would: turns
    whose day lies within half an interval of the dates count, as many as the dates have room for.
    """
    if visit.n_per_period == 0 or visit.mode == "external":
        yield from (occurrence.dates for occurrence in occurrences_of(visit, client, dates))
        return
    interval_days = 7 * visit.every_weeks / visit.n_per_period
    half = dt.timedelta(int(interval_days / 2))
    n_turns = max(1, round(((dates[-1] - dates[0]).days + 1) / interval_days))
    held = frozenset(dates)
    turns = due_turns(visit, client, dates[0] - half, dates[-1] + half)
    turns.sort(key=lambda turn: (-len(held.intersection(turn.days)), turn.day))
    yield from (turn.days for turn in turns[:n_turns])


def _take_together(
    rows: Sequence[Asked], slots: Sequence[_Slot], visit_of: dict[Asked, Visit]
) -> list[Asked]:
    """Give visits for several carers to rows that stand together; the rows that are left."""
    for n in sorted({slot.n_left for slot in slots if slot.n_left > 1}, reverse=True):
        groups = _groups([row for row in rows if row not in visit_of], n)
        wide = [slot for slot in slots if slot.n_left == n]
        for group, slot in _assigned(groups, wide):
            slot.n_left = 0
            visit_of.update(dict.fromkeys(group, slot.visit))
    return [row for row in rows if row not in visit_of]


def _groups(rows: Sequence[Asked], n: int) -> list[tuple[Asked, ...]]:
    """Rows of ``n`` carers who came to the same client together; each row in one group at most."""
    groups: list[tuple[Asked, ...]] = []
    by_day: dict[dt.date, list[Asked]] = defaultdict(list)
    for row in rows:
        by_day[row.day].append(row)
    for of_day in by_day.values():
        of_day.sort(key=lambda row: (row.start_s, row.staff_id))
        first = 0
        while first + n <= len(of_day):
            group = tuple(of_day[first : first + n])
            is_near = group[-1].start_s - group[0].start_s <= TOGETHER_S
            if is_near and len({row.staff_id for row in group}) == n:
                groups.append(group)
                first += n
            else:
                first += 1
    return groups


def _take_each(rows: Sequence[Asked], slots: Sequence[_Slot], visit_of: dict[Asked, Visit]) -> None:
    """Give what is left, carer by carer."""
    places = [slot for slot in slots for _ in range(slot.n_left)]
    for (row,), slot in _assigned([(row,) for row in rows], places):
        visit_of[row] = slot.visit


def _assigned(
    groups: Sequence[tuple[Asked, ...]], slots: Sequence[_Slot]
) -> list[tuple[tuple[Asked, ...], _Slot]]:
    """Pairs of groups and slots, the least unlike in sum."""
    if not groups or not slots:
        return []
    from scipy.optimize import linear_sum_assignment

    unlike_s = np.array(
        [[min(max(map(slot.unlike_s, group)), _NEVER) for slot in slots] for group in groups]
    )
    pairs = zip(*linear_sum_assignment(unlike_s), strict=True)
    return [(groups[i], slots[j]) for i, j in pairs if unlike_s[i, j] < _NEVER]


class VisitFinder:
    """Which visit a row means, each carer of a visit and date counted once."""

    def __init__(self, municipality: Municipality, asked: Iterable[Asked] = ()) -> None:
        self.municipality = municipality
        self.n_carers: Counter[tuple[str, dt.date]] = Counter()
        self._matched = matched(asked, municipality)

    def take(self, row: Asked) -> Visit | None:
        """The visit named, or matched, or the client's due that day that is nearest."""
        visit: Visit | None = self._matched.get(row)
        if row.visit_id:
            visit = self.municipality.visit_by_id[row.visit_id]
        elif visit is None:
            visit = self._nearest(row)
        if visit is not None:
            self.n_carers[visit.visit_id, row.day] += 1
        return visit

    def _nearest(self, row: Asked) -> Visit | None:
        """For what is made more often than it is due, or on other days than its turns."""

        def unlike(visit: Visit) -> tuple[bool, int, str]:
            return (
                not is_due_week(visit, row.day),
                _Slot(visit, (row.day,), 1).unlike_s(row),
                visit.visit_id,
            )

        due = [
            visit
            for visit in self.municipality.visits_of[row.client_id]
            if row.day.weekday() in visit.weekdays
            and visit.valid_from <= row.day <= visit.valid_to
            and visit.mode != "external"
            and self.n_carers[visit.visit_id, row.day] < visit.carers_required
        ]
        return min(due, key=unlike, default=None)
