"""A carer's cyclic plan as its sheet tells it: Malmö's grid of weekdays, for each week (MA-31).

Times are hours, not minutes (FA-01), and the visits of an hour stand in the order in which they
are made. Protected clients are counted only (C7).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from data.model import Municipality, Shift
from data.plans import TeamPlan
from data.units import HOUR_S, NOON_S

SHORT_DAY_S = 6 * HOUR_S
"""A shift shorter than this is told as a short day, as Malmö's instruction asks."""
HEAVY = frozenset({"shower", "cleaning", "laundry", "shopping", "walk"})
"""Tasks that Malmö asks the carer not to heap in one half of a day."""
HEAVY_MIN = 2


class Cell(Protocol):
    """One visit of the cyclic plan; `routing.answers.cyclic_weeks.CyclicCell` is one."""

    @property
    def week(self) -> int: ...  # noqa: D102
    @property
    def weekday(self) -> int: ...  # noqa: D102
    @property
    def visit_id(self) -> str: ...  # noqa: D102
    @property
    def client_id(self) -> str: ...  # noqa: D102
    @property
    def start_s(self) -> int: ...  # noqa: D102
    @property
    def n_same(self) -> int: ...  # noqa: D102
    @property
    def n_seen(self) -> int: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class CyclicStop:
    """One line of a cell. ``is_own``: the carer is the client's contact."""

    start_s: int
    client_id: str
    task: str
    is_own: bool
    is_certain: bool


@dataclass(frozen=True, slots=True)
class CyclicDay:
    """A weekday of a week: the shift as rostered, and the visits in order.

    ``start_s`` is None on days off; ``meetings`` and ``breaks`` are starts.
    """

    start_s: int | None
    end_s: int | None
    meetings: tuple[int, ...]
    stops: tuple[CyclicStop, ...]
    n_protected: int
    breaks: tuple[int, ...] = ()

    @property
    def is_short(self) -> bool:
        """Whether the shift is a short one."""
        if self.start_s is None or self.end_s is None:
            return False
        return self.end_s - self.start_s < SHORT_DAY_S


@dataclass(frozen=True, slots=True)
class Heap:
    """Several heavy tasks of one kind in half a day, to be looked at (MA-31, points 5 to 7)."""

    week: int
    weekday: int
    is_forenoon: bool
    task: str
    n: int


@dataclass(frozen=True)
class CyclicSheet:
    """One carer's sheet. ``weeks`` is None for a week of which the plan has no day."""

    municipality: str
    staff_id: str
    team_id: str
    first: dt.date
    last: dt.date
    weeks: tuple[tuple[CyclicDay, ...] | None, ...]
    calendar_weeks: tuple[tuple[int, ...], ...] = ()
    """For each week of the cycle the plan's weeks by the calendar (ISO 8601)."""
    met: tuple[int, ...] = ()
    """The weeks of the cycle in the order in which the plan comes to them."""
    noon_s: int = NOON_S
    """Where the municipality's halves of a day part."""

    @property
    def hours(self) -> range:
        """Hours of the day that the sheet has rows for."""
        days = [day for week in self.weeks for day in week or ()]
        starts = [stop.start_s for day in days for stop in day.stops]
        starts += [start for day in days for start in (*day.meetings, *day.breaks)]
        if not starts:
            return range(7, 15)
        return range(min(starts) // HOUR_S, max(starts) // HOUR_S + 1)

    @property
    def order(self) -> tuple[int, ...]:
        """Numbers of the weeks as the calendar has them; those of no day of the plan come last."""
        first = {number: (0, place) for place, number in enumerate(self.met)}
        return tuple(sorted(range(1, len(self.weeks) + 1), key=lambda n: first.get(n, (1, n))))

    @property
    def n_protected(self) -> int:
        """Visits to protected clients, which are not shown."""
        return sum(day.n_protected for week in self.weeks for day in week or ())

    @property
    def heaps(self) -> tuple[Heap, ...]:
        """Where heavy tasks of one kind lie together, in order."""
        n_alike: Counter[tuple[int, int, int, str]] = Counter()
        for number, week in enumerate(self.weeks, 1):
            for weekday, day in enumerate(week or ()):
                for stop in day.stops:
                    if stop.task in HEAVY:
                        n_alike[number, weekday, int(stop.start_s >= self.noon_s), stop.task] += 1
        return tuple(
            Heap(week, weekday, not is_late, task, n)
            for (week, weekday, is_late, task), n in sorted(n_alike.items())
            if n >= HEAVY_MIN
        )


def cyclic_sheet(
    cells: Iterable[Cell],
    *,
    municipality: Municipality,
    team_plan: TeamPlan,
    dates: tuple[dt.date, ...],
    staff_id: str,
    n_weeks: int,
    week_of: Callable[[dt.date], int],
    breaks: Iterable[tuple[dt.date, int]] = (),
) -> CyclicSheet:
    """The sheet of one carer.

    Parameters
    ----------
    cells : iterable of Cell
        The carer's own.
    dates : tuple of date
        The plan's; what lies on none of them is not known, and left open.
    week_of : callable
        Which week of the cycle, from 1, a date lies in.
    breaks : iterable of (date, seconds)
        When the carer's breaks begin; a day that the plan comes to twice is told by its first.
    """
    by_day: dict[tuple[int, int], list[Cell]] = {}
    for cell in cells:
        by_day.setdefault((cell.week, cell.weekday), []).append(cell)
    entries: dict[tuple[int, int], list[Shift]] = {}
    wanted = set(dates)
    for entry in municipality.roster:
        if entry.staff_id == staff_id and entry.date in wanted:
            entries.setdefault((week_of(entry.date), entry.date.weekday()), []).append(entry)
    rests: dict[tuple[int, int], dict[dt.date, list[int]]] = {}
    for day, start_s in sorted(breaks):
        rests.setdefault((week_of(day), day.weekday()), {}).setdefault(day, []).append(start_s)
    met = tuple(dict.fromkeys(week_of(day) for day in sorted(dates)))
    calendar: dict[int, dict[int, None]] = {}
    for day in dates:
        calendar.setdefault(week_of(day), {})[day.isocalendar().week] = None
    weeks = tuple(
        tuple(
            replace(
                _day(by_day.get((week, day), []), entries.get((week, day), []), municipality,
                     team_plan, staff_id),
                breaks=tuple(next(iter(rests.get((week, day), {}).values()), [])),
            )
            for day in range(7)
        )
        if week in met
        else None
        for week in range(1, n_weeks + 1)
    )  # fmt: skip
    team = team_plan.staff_team.get(staff_id, "")
    by_calendar = tuple(tuple(calendar.get(week, ())) for week in range(1, n_weeks + 1))
    return CyclicSheet(
        municipality.name,
        staff_id,
        team,
        dates[0],
        dates[-1],
        weeks,
        by_calendar,
        met,
        municipality.hours.noon_s,
    )


def _day(
    cells: list[Cell],
    entries: list[Shift],
    municipality: Municipality,
    plan: TeamPlan,
    staff_id: str,
) -> CyclicDay:
    work = sorted((entry.start_s, entry.end_s) for entry in entries if entry.kind == "work")
    shown = [c for c in cells if not municipality.client_by_id[c.client_id].protected]
    stops = tuple(
        CyclicStop(
            cell.start_s,
            cell.client_id,
            municipality.visit_by_id[cell.visit_id].task,
            plan.contact.get(cell.client_id) == staff_id,
            cell.n_same == cell.n_seen,
        )
        for cell in sorted(shown, key=lambda c: (c.start_s, c.visit_id))
    )
    return CyclicDay(
        work[0][0] if work else None,
        work[-1][1] if work else None,
        tuple(sorted({shift.start_s for shift in entries if shift.kind == "meeting"})),
        stops,
        len(cells) - len(shown),
    )


def line_of(stop: CyclicStop, words: Mapping[str, str]) -> str:
    """``● B0017 Dusch``: own clients with a dot, what is not always this carer's with a tilde."""
    task = words.get(f"task_{stop.task}", stop.task)
    mark = f"{'● ' if stop.is_own else ''}{stop.client_id} {task}".rstrip()
    return mark if stop.is_certain else f"{mark} ~"
