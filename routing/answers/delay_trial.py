"""Does the plan stand a bad day? Visits that take longer are drawn, and the round walks on (FA-18).

Nothing is mended: each carer keeps her order and goes on as soon as she can. What is late, which
breaks and shift ends are lost, and how much of it somebody who is free could take over, says how
robust the plan is. The same seed draws the same days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.plans import PlanRow
from routing.check.view import PlanView, Tour

SHARE_DELAYED = 0.1
"""Of visits that take longer in the trial: an example to compare plans by, no statistics."""
DELAY_S = 20 * 60
"""How much longer: about what a visit takes, so that one of them eats a visit's time."""
LATE_S = 15 * 60
"""From here a client has been made to wait: half of the half-hour that sheets promise."""


@dataclass(frozen=True, slots=True)
class DelayTrial:
    """Means over the drawn days.

    Attributes
    ----------
    in_window_pct : float
        Visits that still begin within their window.
    late_pct : float
        Visits that begin more than a quarter of an hour after the plan.
    breaks_kept_pct : float
        Breaks as long as planned that end before the next thing must begin.
    ends_kept_pct : float
        Rounds that end within the shift.
    late_after_one_pct : float
        Of visits right after a delayed one, those that are late: how far one delay spreads.
    """

    n_trials: int
    n_visits: int
    share_delayed_pct: float
    delay_min: int
    in_window_pct: float
    late_pct: float
    breaks_kept_pct: float
    ends_kept_pct: float
    late_after_one_pct: float


def delay_trial(
    view: PlanView,
    *,
    n_trials: int = 20,
    seed: int = 1,
    share: float = SHARE_DELAYED,
    delay_s: int = DELAY_S,
) -> DelayTrial:
    """Draw ``n_trials`` days in which a share of the visits takes ``delay_s`` longer.

    Parameters
    ----------
    view : PlanView
    n_trials : int
    seed : int
    share : float
        Of visits, each alone, in each trial.
    delay_s : int
    """
    rng = np.random.default_rng(seed)
    sums: dict[str, list[bool]] = defaultdict(list)
    for _ in range(n_trials):
        for tour in view.tours:
            delays = (rng.random(len(tour.rows)) < share) * delay_s
            _delayed(tour, [int(delay) for delay in delays], sums)
    n_visits = len(sums["in_window"]) // max(n_trials, 1)
    return DelayTrial(
        n_trials, n_visits, round(100 * share, 1), delay_s // 60,
        in_window_pct=_pct(sums["in_window"]),
        late_pct=_pct(sums["late"]),
        breaks_kept_pct=_pct(sums["break"]),
        ends_kept_pct=_pct(sums["end"]),
        late_after_one_pct=_pct(sums["after"]),
    )  # fmt: skip


def _pct(truths: Sequence[bool]) -> float:
    return round(100 * sum(truths) / len(truths), 1) if truths else 100.0


def _delayed(tour: Tour, delays: Sequence[int], sums: dict[str, list[bool]]) -> None:
    """Walk one round with its delays; the order stays, nothing begins before its plan."""
    latest = {stop.row.visit_id: stop.visit.latest_s for stop in tour.stops}
    now_s, was_delayed = tour.rows[0].end_s, False
    for row, delay_s in zip(tour.rows[1:], delays[1:], strict=True):
        arrive_s = now_s + row.travel_s + row.access_s
        start_s = max(row.start_s, arrive_s)
        length_s = row.end_s - row.start_s
        is_late = start_s - row.start_s > LATE_S
        if row.kind == "visit":
            sums["in_window"].append(start_s <= latest[row.visit_id])
            sums["late"].append(is_late)
            if was_delayed:
                sums["after"].append(is_late)
            was_delayed = delay_s > 0
            now_s = start_s + length_s + delay_s
            continue
        now_s = _pause(tour, row, (start_s, length_s), sums)
        was_delayed = was_delayed and row.kind == "break"


def _pause(tour: Tour, row: PlanRow, when: tuple[int, int], sums: dict[str, list[bool]]) -> int:
    """When the carer goes on after a break, a meeting or the end of the round."""
    start_s, length_s = when
    if row.kind == "break":
        slip_s = start_s - row.start_s
        sums["break"].append(slip_s <= _room_after(tour, row))
        return start_s + length_s
    if row.kind == "end":
        shift = tour.shift
        sums["end"].append(shift is None or start_s <= shift.end_s)
        return start_s
    # A meeting or a handover is at its time; who comes late leaves with the others.
    return max(row.end_s, start_s)


def _room_after(tour: Tour, row: PlanRow) -> int:
    """By how much a break may slip before it eats the next thing's waiting time."""
    later = [plan_row for plan_row in tour.rows if plan_row.seq > row.seq]
    return later[0].wait_s if later else 0
