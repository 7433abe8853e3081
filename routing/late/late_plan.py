"""Days where not everything fits: who is how late, instead of no plan at all.

Whole areas are planned over all the dates asked for: day and evening, teams and pool, with the
prices of persons, further carers and changes that the rounds have, and windows, shift ends and
breaks at a price on top (`SoftRules`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from data.model import Municipality
from data.plans import PlanRow, RoundPlan, TeamPlan, UnplannedRow
from data.progress import Progress
from data.rules import Rules
from data.travel_times import TravelTimes
from routing.engine.search_params import MOVING
from routing.engine.weights import RoundWeights, SoftRules
from routing.horizon.area_split import split_by_area
from routing.horizon.plan_horizon import make_rounds, refuse_limits
from routing.roster.joined_areas import joined_areas
from routing.roster.pins import pins_of_plan
from routing.rounds.area_search import AreaResult
from routing.rounds.plan_rows import rows_of
from routing.rounds.unplanned_reasons import unplanned_row

LATE = replace(MOVING, hot=500.0, cold=3.0, iterations_per_visit=100)
"""Begun colder than a plan from nothing: a late day begins at a plan that was good this morning."""
LATE_WEIGHTS = replace(
    RoundWeights(), tier={"contact": 0, "vice": 960, "team": 1440, "floater": 1500, "pool": 1800},
    non_daily_pct=150, non_daily_unit_min=25, new_carer_daily=1100, new_carer_other=240,
    outsider=12_000,
    usual_pct=100, change=6000,
)  # fmt: skip
"""Persons where being late has a price. At the rounds' own prices another carer was worth eight
minutes late at somebody's morning; at these a day that fits is on time."""
NO_TIME = "ingen behörig i tjänst hinner"


@dataclass(frozen=True, slots=True)
class DayStop:
    """One stop of a carer's day. Times are seconds since midnight.

    ``kind`` is visit, break, meeting or handover; ``late_s`` how long after the last start that
    the window allows. Breaks, meetings and handovers are at the carer's base, digital visits
    wherever she is.
    """

    staff_id: str
    seq: int
    kind: str
    visit_id: str
    client_id: str
    carer_no: int
    arrive_s: int
    start_s: int
    end_s: int
    late_s: int


@dataclass(frozen=True)
class LateDay:
    """One date of some areas under soft rules, and where it bends.

    Attributes
    ----------
    stops : tuple of DayStop
        By carer, in order.
    late : tuple of DayStop
        Those that are late, the latest first.
    overtime_s : mapping of staff_id to int
        Seconds after the shift's end that the carer is back, where there are any.
    missed_breaks : tuple of str
        Carers whose break could not be held in its time.
    unplanned : tuple of UnplannedRow
        Visits left out, with the reason in Swedish.
    """

    date: dt.date
    stops: tuple[DayStop, ...]
    late: tuple[DayStop, ...]
    overtime_s: dict[str, int]
    missed_breaks: tuple[str, ...]
    unplanned: tuple[UnplannedRow, ...]


@dataclass(frozen=True)
class LatePlan:
    """All dates, what they cost together (in seconds of travel), and the iterations made."""

    days: tuple[LateDay, ...]
    cost: int
    n_iterations: int


def plan_late(
    municipality: Municipality,
    team_plan: TeamPlan,
    travel: TravelTimes,
    rules: Rules,
    soft: SoftRules | None = None,
    *,
    dates: Sequence[dt.date],
    area_ids: Sequence[str] | None = None,
    current: RoundPlan | None = None,
    weights: RoundWeights | None = None,
    seed: int = 0,
    n_iterations: int | None = None,
    seconds: float | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> LatePlan:
    """Plan whole areas so that everybody is visited, and say how late where it must be.

    Parameters
    ----------
    municipality, team_plan, travel, rules
        As for `routing.rounds.plan_rounds`. Skills, blocked pairs and pets stay hard; windows,
        shift ends and breaks have a price.
    soft : SoftRules, optional
    dates : sequence of date
        Planned together: who has met whom on one counts on the others.
    area_ids : sequence of str, optional
        All areas by default.
    current : RoundPlan, optional
        The plan as it stands: its locks are kept, another carer or another time than it says has
        the price of a change, and who has met whom on its other dates counts.
    seed, n_iterations, seconds, workers, watch
        As for `routing.rounds.plan_rounds`.

    Raises
    ------
    SettingsError
        Where a limit is negative.
    """
    refuse_limits(n_iterations, seconds, workers)
    horizon, soft = tuple(sorted(set(dates))), soft or SoftRules()
    pins = pins_of_plan(municipality.pins, current)
    standing = current.rows if current is not None else ()
    sources, _, _ = split_by_area(
        replace(municipality, pins=pins), team_plan, travel, rules, horizon,
        weights or LATE_WEIGHTS,
        joined_areas(team_plan, (row for row in standing if row.date in horizon)),
    )  # fmt: skip
    wanted = set(area_ids) if area_ids is not None else None
    sources = [
        replace(source, soft=soft, current=current)
        for source in sources
        if wanted is None or source.area_ids & wanted
    ]
    results = make_rounds(
        sources, n_iterations, seconds, workers, LATE, seed, progress or Progress()
    )  # fmt: skip
    return LatePlan(
        tuple(_day(results, date) for date in horizon),
        sum(result.cost for result in results),
        sum(result.n_iterations for result in results),
    )


def _day(results: Sequence[AreaResult], date: dt.date) -> LateDay:
    stops: list[DayStop] = []
    over: dict[str, int] = {}
    missed, lacking = [], []
    for result in results:
        source = result.area.source
        rows: dict[str, list[PlanRow]] = {}
        for row in rows_of(result):
            rows.setdefault(row.round_id, []).append(row)
        for shift in source.shifts:
            if shift.shift.date != date:
                continue
            mine = rows[shift.round_id]
            staff_id, made = shift.shift.staff_id, mine[1:-1]
            stops.extend(_stop(result, row) for row in made)
            if len(made) > 0 and mine[-1].end_s > shift.shift.end_s:
                over[staff_id] = max(over.get(staff_id, 0), mine[-1].end_s - shift.shift.end_s)
            if any(b.kind == "break" for b in shift.blocks) and "break" not in {
                r.kind for r in made
            }:
                missed.append(staff_id)
        planned = {u for sequence in result.sequences for u in sequence}
        lacking += [
            unplanned_row(key.occurrence, key.carer_no, NO_TIME)
            for u, key in enumerate(result.area.keys)
            if u not in planned and key.occurrence.dates[0] == date
        ]
    stops.sort(key=lambda stop: (stop.staff_id, stop.start_s, stop.seq))
    late = sorted((s for s in stops if s.late_s > 0), key=lambda s: (-s.late_s, s.visit_id))
    lacking.sort(key=lambda row: (row.priority, row.visit_id, row.carer_no))
    return LateDay(date, tuple(stops), tuple(late), over, tuple(missed), tuple(lacking))


def _stop(result: AreaResult, row: PlanRow) -> DayStop:
    late_s = 0
    if row.kind == "visit":
        visit = result.area.source.municipality.visit_by_id[row.visit_id]
        late_s = max(0, row.start_s - visit.latest_s)
    return DayStop(
        row.staff_id, row.seq - 1, row.kind, row.visit_id, row.client_id, row.carer_no,
        row.arrive_s, row.start_s, row.end_s, late_s,
    )  # fmt: skip
