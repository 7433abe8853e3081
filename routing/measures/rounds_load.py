"""Load per quarter of an hour against staff: where the peaks are (MA-38, FA-13)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.model import Municipality, Shift
from data.plans import RoundPlan
from data.units import clock
from routing.measures.slices import Slice

QUARTER_S = 900


@dataclass(frozen=True)
class Load:
    """Means over the plan's dates, per quarter from the first to the last with any staff."""

    quarters: list[str]
    """``HH:MM`` at which each quarter begins."""
    at_clients: list[float]
    """Carers with a client."""
    on_the_way: list[float]
    """Carers travelling or at the door."""
    on_duty: list[float]
    """Carers rostered, less those on break or in a meeting."""
    peak: str
    """The quarter in which the greatest share of those on duty is with clients or on the way."""
    peak_pct: float | None


def called_in(municipality: Municipality, plan: RoundPlan) -> dict[Shift, bool]:
    """Each shift of an hourly carer on the plan's dates, and whether it has a round (LU-33)."""
    dates, staff = set(plan.dates), municipality.staff_by_id
    worked = {(row.staff_id, row.date, row.start_s) for row in plan.rows if row.kind == "start"}
    return {
        entry: (entry.staff_id, entry.date, entry.start_s) in worked
        for entry in sorted(municipality.roster, key=lambda shift: (shift.date, shift.staff_id))
        if entry.kind == "work" and entry.date in dates and staff[entry.staff_id].hourly
    }


def load(cut: Slice) -> Load:
    """Lay visits, travel and duty on quarters of an hour."""
    n_days = max(1, len(cut.view.plan.dates))
    rows = [row for tour in cut.tours for row in tour.rows]
    pauses = [row for row in rows if row.kind in ("break", "meeting")]
    visits = _per_quarter((r.start_s, r.end_s) for r in rows if r.kind == "visit")
    legs_per_quarter = _per_quarter(
        (r.arrive_s - r.travel_s - r.access_s, r.arrive_s) for r in rows
    )
    duty = _per_quarter((s.start_s, s.end_s) for s in cut.shifts)
    duty -= _per_quarter((r.start_s, r.end_s) for r in pauses)
    used = np.flatnonzero(duty + visits)
    span = range(int(used[0]), int(used[-1]) + 1) if len(used) else range(0)
    share = [(visits[q] + legs_per_quarter[q]) / duty[q] if duty[q] > 0 else 0.0 for q in span]
    top = int(np.argmax(share)) if share else -1

    def listed(values: NDArray[np.int64]) -> list[float]:
        return [round(float(values[q]) / n_days / QUARTER_S, 2) for q in span]

    return Load(
        quarters=[clock(q * QUARTER_S) for q in span],
        at_clients=listed(visits),
        on_the_way=listed(legs_per_quarter),
        on_duty=listed(duty),
        peak=clock(span[top] * QUARTER_S) if share else "",
        peak_pct=round(100 * share[top], 1) if share else None,
    )


def _per_quarter(spans: Iterable[tuple[int, int]]) -> NDArray[np.int64]:
    """Seconds of ``spans`` in each quarter, from midnight to noon of the next day.

    The time covered up to an edge is the sum over spans of ``min(edge, end) - min(edge, start)``;
    a quarter's is the difference between its two edges.
    """
    table = np.array(list(spans), dtype=np.int64).reshape(-1, 2)
    edges = np.arange(0, 36 * 3600 + 1, QUARTER_S)
    upto = np.zeros(len(edges), dtype=np.int64)
    for sign, column in ((1, 1), (-1, 0)):
        points = np.sort(table[:, column])
        total = np.concatenate([[0], np.cumsum(points)])
        n_below = np.searchsorted(points, edges, side="right")
        upto += sign * (total[n_below] + (len(points) - n_below) * edges)
    return np.diff(upto)
