"""How evenly visits lie over weeks and days, and how evenly work lies over carers."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from routing.check.view import Stop
from routing.measures.numbers import mean, median, pct, share_pct
from routing.measures.slices import Slice

SHORT_GAP_S = 60 * 60
"""Visits of one client closer than this on a day are told of."""
FULL_DAY_S = 8 * 3600


@dataclass(frozen=True)
class Evenness:
    """Even intervals for the client (LU-38, MA-20), the same face through the day."""

    n_free_day: int
    """Planned visits whose day was the plan's to choose."""
    free_day_on_contact_day_pct: float | None
    """Of those with a contact: planned on a date when she is at work."""
    free_day_gap_even_pct: float | None
    """Gaps between one such visit and its next that are within a quarter, or a day, of even."""
    same_day_gap_median_min: float | None
    """Between a client's visits of one day, from end to start."""
    same_day_gap_under_hour_pct: float | None
    same_day_carers_mean: float | None
    """People met in one day, over days with at least two visits in the same shift."""
    same_day_one_carer_pct: float | None
    """Such day and evening halves where one carer makes every visit for one."""


@dataclass(frozen=True)
class Fairness:
    """How carers' rounds differ; over carers with a round. 10th and 90th percentile."""

    n_carers: int
    client_time_pct_p10: float | None
    client_time_pct_p90: float | None
    client_time_pct_by_role: dict[str, tuple[int, float | None, float | None]]
    """Carers, 10th and 90th percentile of each role and hours of the day, as "pool evening"."""
    heavy_per_day_p10: float | None
    """Visits of the tasks that `clash_limits` names, per eight hours of shift."""
    heavy_per_day_p90: float | None
    n_heavy_half_days: int
    """A carer's half-days with more heavy visits, of whatever kinds, than `heavy_most` (MA-35)."""
    evenings_pct_least: float | None
    """Evening shifts among a carer's shifts, over those who work both by the tables."""
    evenings_pct_most: float | None
    weekend_shifts_least: int | None
    weekend_shifts_most: int | None


def evenness(cut: Slice) -> Evenness:
    """Measure a slice's visits."""
    free = [s for s in cut.stops if s.visit.n_per_period > 0 and s.row.carer_no == 1]
    gaps = _gaps_between(cut)
    halves = _halves(cut)
    has_one_carer = [len(staff) == 1 for staff in halves.values()]
    return Evenness(
        n_free_day=len(free),
        free_day_on_contact_day_pct=share_pct(_on_contact_days(cut, free)),
        free_day_gap_even_pct=share_pct(_even_gaps(cut, free)),
        same_day_gap_median_min=median([gap / 60 for gap in gaps]),
        same_day_gap_under_hour_pct=share_pct([gap < SHORT_GAP_S for gap in gaps]),
        same_day_carers_mean=mean([len(staff) for staff in halves.values()]),
        same_day_one_carer_pct=share_pct(has_one_carer),
    )


def _on_contact_days(cut: Slice, free: list[Stop]) -> list[bool]:
    at_work = {(shift.staff_id, shift.date) for shift in cut.shifts}
    contact = cut.view.team_plan.contact
    return [
        (contact[s.client.client_id], s.row.date) in at_work
        for s in free
        if s.client.client_id in contact
    ]


def _even_gaps(cut: Slice, free: list[Stop]) -> list[bool]:
    """Whether each gap between a free-day visit and its next is near the even one.

    Gaps in which one found no day, or the client was away, are left out.
    """
    missed: dict[str, list[dt.date]] = defaultdict(list)
    for row in cut.unplanned:
        missed[row.visit_id].append(row.date)
    days: dict[str, list[dt.date]] = defaultdict(list)
    visit_of = {s.visit.visit_id: s.visit for s in free}
    for stop in free:
        days[stop.visit.visit_id].append(stop.row.date)
    is_even = []
    for visit_id, dates in days.items():
        visit = visit_of[visit_id]
        even = 7 * visit.every_weeks / visit.n_per_period
        for date, other in pairwise(sorted(dates)):
            away = cut.view.municipality.client_by_id[visit.client_id].pause_from
            off = [*missed[visit_id], *([away] if away is not None else ())]
            if not any(date < day < other for day in off):
                is_even.append(abs((other - date).days - even) <= max(1.0, even / 4))
    return is_even


def _gaps_between(cut: Slice) -> list[int]:
    """Seconds between a client's visits of one day, at her door; overlapping ones are 0."""
    by_day: dict[tuple[str, dt.date], list[Stop]] = defaultdict(list)
    for stop in cut.stops:
        if stop.row.carer_no == 1 and stop.visit.mode == "physical":
            by_day[stop.client.client_id, stop.row.date].append(stop)
    gaps = []
    for stops in by_day.values():
        stops.sort(key=lambda s: s.row.start_s)
        gaps += [max(0, b.row.start_s - a.row.end_s) for a, b in pairwise(stops)]
    return gaps


def _halves(cut: Slice) -> dict[tuple[str, dt.date, str], set[str]]:
    """Carers of each client, date and shift with at least two visits for one carer."""
    carers: dict[tuple[str, dt.date, str], list[str]] = defaultdict(list)
    for stop in cut.stops:
        if stop.visit.mode == "physical" and stop.visit.carers_required == 1:
            key = (stop.client.client_id, stop.row.date, stop.visit.shift)
            carers[key].append(stop.carer.staff_id)
    return {key: set(staff) for key, staff in carers.items() if len(staff) > 1}


def fairness(cut: Slice) -> Fairness:
    """Measure how a slice's carers share its work."""
    heavy_tasks = cut.view.rules.rounds.clash_limits
    client_s: Counter[str] = Counter()
    worked_s: Counter[str] = Counter()
    n_heavy: Counter[str] = Counter()
    for tour in cut.tours:
        who = tour.carer.staff_id
        for row in tour.rows:
            length = row.end_s - row.start_s
            client_s[who] += length * (row.kind == "visit")
            worked_s[who] -= length * (row.kind == "break")
        if tour.shift is not None:
            worked_s[who] += tour.shift.end_s - tour.shift.start_s
        n_heavy[who] += sum(stop.visit.task in heavy_tasks for stop in tour.stops)
    shares = [100 * client_s[who] / worked_s[who] for who in worked_s if worked_s[who] > 0]
    heavy = [FULL_DAY_S * n_heavy[who] / worked_s[who] for who in worked_s if worked_s[who] > 0]
    evenings = _evenings(cut)
    weekends = _weekends(cut)
    return Fairness(
        n_carers=len(shares),
        client_time_pct_p10=_percentile(shares, 10),
        client_time_pct_p90=_percentile(shares, 90),
        client_time_pct_by_role=_by_role(cut, client_s, worked_s),
        heavy_per_day_p10=_percentile(heavy, 10),
        heavy_per_day_p90=_percentile(heavy, 90),
        n_heavy_half_days=heavy_half_days(cut),
        evenings_pct_least=min(evenings, default=None),
        evenings_pct_most=max(evenings, default=None),
        weekend_shifts_least=min(weekends, default=None),
        weekend_shifts_most=max(weekends, default=None),
    )


def heavy_half_days(cut: Slice) -> int:
    """Half-days (by start before noon or from it) with more heavy visits than one should have."""
    rules, noon_s = cut.view.rules.rounds, cut.view.municipality.hours.noon_s
    counts = Counter(
        (stop.row.staff_id, stop.row.date, stop.row.start_s >= noon_s)
        for stop in cut.stops
        if stop.visit.task in rules.clash_limits
    )
    return sum(n > rules.heavy_most for n in counts.values())


def _by_role(
    cut: Slice, client_s: Mapping[str, int], worked_s: Mapping[str, int]
) -> dict[str, tuple[int, float | None, float | None]]:
    """Carers of one kind beside each other: a contact by day and an evening pool differ."""
    shares: dict[str, list[float]] = defaultdict(list)
    staff = cut.view.municipality.staff_by_id
    for who in sorted(staff_id for staff_id, seconds in worked_s.items() if seconds > 0):
        kind = f"{staff[who].role} {staff[who].shift_group}"
        shares[kind].append(100 * client_s[who] / worked_s[who])
    return {
        kind: (len(role_shares), _percentile(role_shares, 10), _percentile(role_shares, 90))
        for kind, role_shares in sorted(shares.items())
    }


def _percentile(values: list[float], per_cent: int) -> float | None:
    """The value that ``per_cent`` of the sorted values lie at or below, two decimals."""
    if not values:
        return None
    rank = max(0, -(-len(values) * per_cent // 100) - 1)
    return round(sorted(values)[rank], 2)


def _evenings(cut: Slice) -> list[float]:
    """Per carer who works day and evening by the tables: evening shifts in per cent."""
    staff = cut.view.municipality.staff_by_id
    parts: dict[str, list[bool]] = defaultdict(list)
    for shift in cut.shifts:
        if shift.staff_id in staff and staff[shift.staff_id].shift_group == "both":
            parts[shift.staff_id].append(shift.part == "evening")
    return [pct(sum(evening), len(evening)) or 0.0 for _, evening in sorted(parts.items())]


def _weekends(cut: Slice) -> list[int]:
    """Per carer at work in the plan: shifts on Saturdays and Sundays; none where it has none."""
    if not any(day.weekday() >= 5 for day in cut.view.plan.dates):
        return []
    n_shifts = Counter({shift.staff_id: 0 for shift in cut.shifts})
    for shift in cut.shifts:
        n_shifts[shift.staff_id] += shift.date.weekday() >= 5
    return list(n_shifts.values())
