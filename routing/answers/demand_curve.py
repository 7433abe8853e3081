"""Load against staff before any round is made, and which windows to widen to shave a peak.

How many carers a team needs at once has a proven lower bound: in any span of the day, the part of
each visit that must fall inside it, whatever its start, has to be shared by those at work. The
span with the highest bound is the peak (FA-13, MA-38).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from data.care.care_calendar import occurrences
from data.model import Municipality, VisitOccurrence
from data.plans import TeamPlan
from data.rules import RoundRules
from data.units import MINUTE_S, clock
from routing.engine.kernels_layout import IntArray
from routing.roster.shifts import usable_shifts

QUARTER_S = 15 * MINUTE_S
FIRST_S, LAST_S = 6 * 3600, 23 * 3600
OVERHEAD_S = 6 * MINUTE_S
"""Travel and access of one visit, where nothing measured is given."""


@dataclass(frozen=True, slots=True)
class Quarter:
    """One quarter of an hour: carers needed if each visit stood mid-window, and carers at work."""

    from_s: int
    needed: float
    at_work: int


@dataclass(frozen=True, slots=True)
class Peak:
    """The span of a date in which a group needs most carers at once.

    Attributes
    ----------
    group : str
        A team by day; its area in the evening.
    needed : int
        Carers without whom the visits of the span cannot be made: a proven least number.
    widen : tuple of str
        Visits whose windows, widened by ``widen_s`` at both ends, bring the number down to
        ``needed_after``; empty where no small set does.
    by_source : mapping of str to int
        How many carers fewer would be needed if all windows of that source (HSL, SoL, wish) were
        widened likewise; sources that cost nothing are absent.
    """

    date: dt.date
    group: str
    from_s: int
    to_s: int
    needed: int
    at_work: int
    widen: tuple[str, ...]
    widen_s: int
    needed_after: int
    by_source: Mapping[str, int] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """In Swedish, for the planner."""
        span = f"{self.date} kl {clock(self.from_s)}–{clock(self.to_s)}"
        minutes = self.widen_s // MINUTE_S
        each = (f"{_SOURCES_SV[name]} kostar {_fewer(n)}" for name, n in self.by_source.items())
        costs = f" ({', '.join(each)} mot {minutes} min vidare fönster)" if self.by_source else ""
        shortage = (
            f"{self.group} {span}: minst {self.needed} behövs, {self.at_work} i tjänst{costs}"
        )
        if not self.widen:
            return shortage
        return (
            f"{shortage}. Vidga {len(self.widen)} tidsfönster med {minutes} min "
            f"({', '.join(self.widen)}) så räcker {self.needed_after}: "
            f"{_fewer(self.needed - self.needed_after)} sparas"
        )


_SOURCES_SV = {"HSL": "HSL-fönster", "SoL": "SoL-fönster", "wish": "önskade tider"}


def _fewer(n_shifts: int) -> str:
    return "ett pass" if n_shifts == 1 else f"{n_shifts} pass"


def _spans() -> IntArray:
    """All spans of at least half an hour, on quarters; shape (n, 2)."""
    marks = np.arange(FIRST_S, LAST_S + 1, QUARTER_S, dtype=np.int64)
    a, b = np.meshgrid(marks, marks, indexing="ij")
    keep = b - a >= 2 * QUARTER_S
    return np.stack([a[keep], b[keep]], axis=1)


def must_overlap(table: IntArray, spans: IntArray) -> IntArray:
    """Seconds of each visit that fall in each span whatever its start; shape (visits, spans).

    ``table`` holds earliest start, latest start and seconds, per carer needed.
    """
    early, late, lasts = (table[:, i, None] for i in range(3))
    a, b = spans[None, :, 0], spans[None, :, 1]
    left, right = early + lasts - a, b - late
    least: IntArray = np.minimum(np.minimum(left, right), np.minimum(lasts, b - a))
    return np.maximum(least, 0)


def _group_visits(
    municipality: Municipality, team_plan: TeamPlan, dates: Sequence[dt.date]
) -> dict[tuple[dt.date, str], list[VisitOccurrence]]:
    """Occurrences of fixed date, by date and by who serves them: team by day, area by evening."""
    grouped: dict[tuple[dt.date, str], list[VisitOccurrence]] = {}
    for occurrence in occurrences(municipality, dates):
        team_id = team_plan.team_of_client.get(occurrence.visit.client_id)
        if team_id is None or len(occurrence.dates) > 1:
            continue
        evening = occurrence.visit.shift == "evening"
        group = team_plan.team_by_id[team_id].area_id if evening else team_id
        grouped.setdefault((occurrence.dates[0], group), []).append(occurrence)
    return grouped


def _at_work(
    municipality: Municipality, team_plan: TeamPlan, dates: Sequence[dt.date]
) -> Mapping[tuple[dt.date, str], list[tuple[int, int]]]:
    """Work shifts by date and group: day shifts by team (pool by area too), evening by area."""
    spans: dict[tuple[dt.date, str], list[tuple[int, int]]] = {}
    usable, _ = usable_shifts(municipality, team_plan, RoundRules(), dates)
    for shift in (usable_shift.shift for usable_shift in usable):
        groups = {team_plan.staff_area.get(shift.staff_id, "")}
        if shift.part == "day":
            groups.add(team_plan.staff_team.get(shift.staff_id, ""))
        for group in groups - {""}:
            spans.setdefault((shift.date, group), []).append((shift.start_s, shift.end_s))
    return spans


def _table(visits: Sequence[VisitOccurrence], overhead_s: int) -> IntArray:
    rows = [
        (visit.visit.earliest_s, visit.visit.latest_s, visit.visit.duration_s + overhead_s)
        for visit in visits
        for _ in range(visit.visit.carers_required)
    ]
    return np.array(rows, dtype=np.int64).reshape(-1, 3)


def load_curve(
    municipality: Municipality,
    team_plan: TeamPlan,
    *,
    dates: Sequence[dt.date],
    overhead_s: int = OVERHEAD_S,
) -> dict[tuple[dt.date, str], tuple[Quarter, ...]]:
    """Per date and group (team by day, area in the evening), each quarter's need and staff.

    Visits whose day is free are left out: they go where there is room.
    """
    work = _at_work(municipality, team_plan, dates)
    marks = np.arange(FIRST_S, LAST_S, QUARTER_S)
    curves: dict[tuple[dt.date, str], tuple[Quarter, ...]] = {}
    for key, visits in sorted(_group_visits(municipality, team_plan, dates).items()):
        table = _table(visits, overhead_s)
        start = (table[:, 0] + table[:, 1]) // 2
        inside = np.minimum(start + table[:, 2], marks[:, None] + QUARTER_S)
        inside = inside - np.maximum(start, marks[:, None])
        needed = np.maximum(inside, 0).sum(axis=1) / QUARTER_S
        shifts = work.get(key, [])
        curves[key] = tuple(
            Quarter(m, round(x, 2), sum(1 for a, b in shifts if a <= m < b))
            for m, x in zip(marks.tolist(), needed.tolist(), strict=True)
        )
    return curves


def peaks(
    municipality: Municipality,
    team_plan: TeamPlan,
    *,
    dates: Sequence[dt.date],
    overhead_s: int = OVERHEAD_S,
    widen_s: int = 30 * MINUTE_S,
    widen_most: int = 6,
) -> tuple[Peak, ...]:
    """The peak of each date and group, and the fewest windows found whose widening lowers it.

    Parameters
    ----------
    overhead_s : int
        Travel and access of one visit; take it from the measures of a plan where there is one.
    widen_s : int
        How much each window may be widened at both ends.
    widen_most : int
        Give up where more windows than this would be needed.
    """
    work = _at_work(municipality, team_plan, dates)
    spans = _spans()
    return tuple(
        _peak(key, visits, work.get(key, []), spans, overhead_s, widen_s, widen_most)
        for key, visits in sorted(_group_visits(municipality, team_plan, dates).items())
    )


def _bounds(overlap: IntArray, spans: IntArray) -> NDArray[np.float64]:
    """Least carers in each span, as fractions."""
    bounds: NDArray[np.float64] = overlap.sum(axis=0) / (spans[:, 1] - spans[:, 0])
    return bounds


def _peak(
    key: tuple[dt.date, str], visits: Sequence[VisitOccurrence],
    shifts: Sequence[tuple[int, int]], spans: IntArray,
    overhead_s: int, widen_s: int, widen_most: int,
) -> Peak:  # fmt: skip
    """One group's peak; windows are widened one by one, each time the one that helps most."""
    table = _table(visits, overhead_s)
    names = [visit.visit.visit_id for visit in visits for _ in range(visit.visit.carers_required)]
    overlap = must_overlap(table, spans)
    bounds = _bounds(overlap, spans)
    top = int(np.argmax(bounds))
    needed = int(np.ceil(bounds[top] - 1e-9))
    wide = table + np.array([-widen_s, widen_s, 0])
    gains = overlap - must_overlap(wide, spans)
    chosen: list[str] = []
    now, after = overlap.copy(), needed
    while after >= needed and len(chosen) < widen_most:
        peak_idx = int(np.argmax(_bounds(now, spans)))
        gain = np.array(
            [0 if names[i] in chosen else gains[i, peak_idx] for i in range(len(names))]
        )
        if gain.max(initial=0) <= 0:
            break
        name = names[int(np.argmax(gain))]
        chosen.append(name)
        for i in (i for i, other in enumerate(names) if other == name):
            now[i] -= gains[i]
        after = int(np.ceil(_bounds(now, spans).max() - 1e-9))
    if after >= needed:
        chosen, after = [], needed
    a, b = int(spans[top, 0]), int(spans[top, 1])
    present = sum(1 for start, end in shifts if start <= a and b <= end)
    sources = np.array(
        [occurrence.visit.window_source for occurrence in visits for _ in _carers(occurrence)]
    )
    costs = _costs_of_sources(overlap, gains, sources, spans, needed)
    return Peak(key[0], key[1], a, b, needed, present, tuple(chosen), widen_s, after, costs)


def _carers(occurrence: VisitOccurrence) -> range:
    return range(occurrence.visit.carers_required)


def _costs_of_sources(
    overlap: IntArray, gains: IntArray, sources: NDArray[np.str_], spans: IntArray, needed: int
) -> dict[str, int]:
    """Carers saved at the peak by widening all windows of each source alone."""
    cost_of = {}
    for name in _SOURCES_SV:
        wider = overlap - gains * (sources == name)[:, None]
        n_saved = needed - int(np.ceil(_bounds(wider, spans).max() - 1e-9))
        if n_saved > 0:
            cost_of[name] = n_saved
    return cost_of
