"""How many people a client meets, and how evenly visits and the contact come."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

from data.units import DAY_FROM_S, EVENING_TO_S
from routing.check.view import Stop
from routing.measures.numbers import mean, median, share_pct
from routing.measures.slices import Slice
from routing.measures.time_classes import DailyTimes, daily_times


@dataclass(frozen=True, slots=True)
class ContinuityDefinition:
    """Which clients and visits the national figure counts; it changes, so it is a setting.

    The default is the measure as reported until 2024 (requirements 2): clients with at least two
    visits every day of the period, visits 07–22 (whatever the municipality's hours are), clients
    away during the period left out.
    """

    days: int = 14
    from_s: int = DAY_FROM_S
    to_s: int = EVENING_TO_S
    min_visits_per_day: int = 2
    exclude_tasks: frozenset[str] = field(default_factory=frozenset)
    count_digital: bool = False
    """A carer on a screen is no visit."""


@dataclass(frozen=True)
class Continuity:
    """Distinct carers per client, and evenness in time."""

    n_clients_counted: int
    """Clients (times whole periods) that the definition holds for."""
    period_days: int
    """Shorter than the definition's where the plan is."""
    distinct_carers_mean: float | None
    distinct_carers_median: float | None
    distinct_carers_max: int | None
    distinct_carers_all_mean: float | None
    """Over every client visited at all, the same periods and hours."""
    wished_within_15_pct: float | None
    wished_within_30_pct: float | None
    start_spread_median_min: float | None
    """Per recurring visit, latest less earliest start in the plan; the median of these."""
    start_spread_within_30_pct: float | None
    daily: DailyTimes
    """The same half-hour from day to day, for what is done every day."""
    contact_gap_median_days: float | None
    """Longest run of days without the contact, per client who has one; the median."""
    contact_gap_max_days: int | None
    n_clients_contact_never: int


def continuity(cut: Slice, definition: ContinuityDefinition) -> Continuity:
    """Measure a slice by ``definition``."""
    dates = cut.view.plan.dates
    length = min(definition.days, len(dates))
    periods = [dates[i : i + length] for i in range(0, len(dates) - length + 1, max(1, length))]
    counted: list[int] = []
    everyone: list[int] = []
    for period in periods:
        met = _met(cut, definition, frozenset(period))
        everyone.extend(len(staff) for staff in met.values())
        regular = _regular_clients(cut, definition, period)
        counted.extend(len(met.get(client_id, ())) for client_id in regular)
    gaps = _contact_gaps(cut)
    n_dates = len(dates)
    wished = [s for s in cut.stops if s.visit.wished_s is not None]
    off_s = [abs(s.row.start_s - s.visit.wished_s) for s in wished if s.visit.wished_s is not None]
    spread_s = _start_spreads(cut)
    return Continuity(
        n_clients_counted=len(counted),
        period_days=length,
        distinct_carers_mean=mean(counted),
        distinct_carers_median=median(counted),
        distinct_carers_max=max(counted, default=None),
        distinct_carers_all_mean=mean(everyone),
        wished_within_15_pct=share_pct([off <= 15 * 60 for off in off_s]),
        wished_within_30_pct=share_pct([off <= 30 * 60 for off in off_s]),
        start_spread_median_min=median([spread / 60 for spread in spread_s]),
        start_spread_within_30_pct=share_pct([spread <= 30 * 60 for spread in spread_s]),
        daily=daily_times(cut),
        contact_gap_median_days=median(gaps),
        contact_gap_max_days=max(gaps, default=None),
        n_clients_contact_never=sum(gap == n_dates for gap in gaps),
    )


def _counts(stop: Stop, definition: ContinuityDefinition) -> bool:
    return (
        definition.from_s <= stop.row.start_s < definition.to_s
        and stop.visit.task not in definition.exclude_tasks
        and (definition.count_digital or stop.visit.mode == "physical")
    )


def _met(
    cut: Slice, definition: ContinuityDefinition, period: frozenset[dt.date]
) -> dict[str, set[str]]:
    met: dict[str, set[str]] = defaultdict(set)
    for stop in cut.stops:
        if stop.row.date in period and _counts(stop, definition):
            met[stop.client.client_id].add(stop.carer.staff_id)
    return met


def _regular_clients(
    cut: Slice, definition: ContinuityDefinition, period: tuple[dt.date, ...]
) -> list[str]:
    """Clients to whom at least so many visits are due on every day of the period."""
    regular = []
    days = frozenset(period)
    for client in cut.clients:
        n_due: dict[dt.date, int] = dict.fromkeys(period, 0)
        for visit in cut.view.municipality.visits_of[client.client_id]:
            if (
                visit.n_per_period
                or visit.task in definition.exclude_tasks
                or (visit.mode == "digital" and not definition.count_digital)
                or not definition.from_s <= visit.earliest_s < definition.to_s
            ):
                continue
            for wanted in cut.view.due_of[visit.visit_id]:
                for day in wanted.days & days:
                    n_due[day] += 1
        if n_due and min(n_due.values()) >= definition.min_visits_per_day:
            regular.append(client.client_id)
    return regular


def _start_spreads(cut: Slice) -> list[int]:
    starts: dict[str, list[int]] = defaultdict(list)
    for stop in cut.stops:
        if stop.row.carer_no == 1:
            starts[stop.visit.visit_id].append(stop.row.start_s)
    return [max(times) - min(times) for times in starts.values() if len(times) > 1]


def _contact_gaps(cut: Slice) -> list[int]:
    """Per client with a contact and any visit: longest run of the plan's days without her."""
    dates = cut.view.plan.dates
    seen: dict[str, set[dt.date]] = {}
    for stop in cut.stops:
        client_id = stop.client.client_id
        if client_id in cut.view.team_plan.contact:
            days = seen.setdefault(client_id, set())
            if stop.row.tier == "contact":
                days.add(stop.row.date)
    gaps = []
    for days in seen.values():
        met_idx = [-1, *(i for i, day in enumerate(dates) if day in days), len(dates)]
        gaps.append(max(after - before - 1 for before, after in pairwise(met_idx)))
    return gaps
