"""`replan_rounds`: mend a plan after the morning's news, with as few changes as can be.

Only dates on which something no longer stands are planned again, from what still stands there;
the rest of the plan is kept row by row, and who has met whom on it counts when a new carer is
priced.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from data.model import Municipality
from data.plans import AreaEffort, PlanRow, RoundPlan, TeamPlan, UnplannedRow, UnusedShift
from data.progress import Progress
from data.rules import Rules
from data.travel_times import TravelTimes
from routing.engine.search_params import MENDING, SearchParams
from routing.engine.weights import RoundWeights
from routing.horizon.area_split import split_by_area
from routing.horizon.plan_horizon import Clock, borrowing, make_rounds, plan_of, refuse_limits
from routing.roster.joined_areas import area_of_client, joined_areas
from routing.roster.pins import pins_of_plan
from routing.rounds.area_search import AreaResult
from routing.rounds.incumbent import Incumbent
from routing.rounds.plan_rows import NOT_NEEDED, rows_of
from routing.rounds.round_problem import AreaInput
from routing.rounds.unplanned_reasons import unplanned_row
from routing.rounds.warm_start import WarmStart, affected_dates, load_warm_start

PASSED = "dagen var redan gjord när planen lagades"


@dataclass(frozen=True)
class _Mending:
    """One area: what is planned again, and what is left as it is."""

    source: AreaInput
    """On the dates that are planned again only."""
    left_out: tuple[UnplannedRow, ...]
    """What stays unplanned on the other dates."""

    @property
    def dates(self) -> tuple[dt.date, ...]:
        return self.source.dates


def replan_rounds(
    municipality: Municipality,
    team_plan: TeamPlan,
    travel: TravelTimes,
    rules: Rules,
    plan: RoundPlan,
    *,
    since: dt.date | None = None,
    until: dt.date | None = None,
    seed: int = 0,
    workers: int = 1,
    n_iterations: int | None = None,
    time_limit_s: float | None = None,
    progress: Progress | None = None,
    weights: RoundWeights | None = None,
    params: SearchParams | None = None,
    replay: Sequence[AreaEffort] | None = None,
    released: frozenset[str] = frozenset(),
    areas: frozenset[str] | None = None,
) -> RoundPlan:
    """Mend ``plan`` so that it holds for ``municipality`` as it is now.

    Parameters
    ----------
    municipality, team_plan, travel, rules
        As they are now: a carer sick in the roster, a client's pause, a new visit.
    plan : RoundPlan
        The plan as it stands.
    since : date, optional
        Dates before it are done, and kept as they are.
    until : date, optional
        Dates after it are kept as they are too, whatever has happened to them: for an answer at
        once about the days that somebody asks of.
    seed, workers, n_iterations, time_limit_s, progress, weights, params, replay
        As for `routing.rounds.plan_rounds`; `RoundWeights.change` keeps the changes few.
    released : frozenset of str
        Clients who have got another contact or vice since ``plan``: their days are planned again,
        and these may take over their visits as if it were no change.
    areas : frozenset of str, optional
        Areas that the news are of; the others are not looked at, and stay as they are.

    Returns
    -------
    RoundPlan
        On the same dates. Rounds of dates where all still stands are the same row for row.

    Raises
    ------
    InfeasibleError
        Where what is locked can no longer be kept.
    """
    refuse_limits(n_iterations, time_limit_s, workers)
    future = tuple(
        day for day in plan.dates
        if (since is None or day >= since) and (until is None or day <= until)
    )  # fmt: skip
    pins = pins_of_plan([pin for pin in municipality.pins if pin.date in set(future)], plan)
    municipality = replace(municipality, pins=pins)
    ahead = set(future)
    sources, without_team, unused = split_by_area(
        municipality, team_plan, travel, rules, plan.dates, weights or RoundWeights(),
        joined_areas(team_plan, (row for row in plan.rows if row.date in ahead), municipality),
    )  # fmt: skip
    mendings = [
        _mending(replace(source, current=plan, released=released), ahead)
        for source in sources
        if areas is None or source.area_ids & areas
    ]
    at_work = [mending for mending in mendings if mending.dates]
    progress, clock = progress or Progress(), Clock(time_limit_s if replay is None else None)
    results = make_rounds(
        [mending.source for mending in at_work], n_iterations, time_limit_s, workers,
        params or MENDING, seed, progress, replay,
    )  # fmt: skip
    mended = plan_of(
        plan.dates, results, pins, without_team, _unused(plan, unused, ahead),
        kept_rows=_kept_rows(plan, team_plan, mendings, ahead),
        left_out=[
            *(row for mending in mendings for row in mending.left_out),
            *_left_elsewhere(plan, team_plan, mendings if areas is not None else None),
        ],
    )  # fmt: skip
    searched = sorted({day for mending in at_work for day in mending.dates})
    return borrowing(sources, seed, progress, clock, replay).cover(mended, searched)


def _left_elsewhere(
    plan: RoundPlan, team_plan: TeamPlan, mendings: Sequence[_Mending] | None
) -> Iterable[UnplannedRow]:
    """What was unplanned in the areas that are not looked at; nothing where all are."""
    if mendings is None:
        return
    areas = {area_id for mending in mendings for area_id in mending.source.area_ids}
    for row in plan.unplanned:
        area_id = area_of_client(team_plan, row.client_id)
        if area_id and area_id not in areas:
            yield row


def _unused(
    plan: RoundPlan, unused: Sequence[UnusedShift], future: set[dt.date]
) -> tuple[UnusedShift, ...]:
    left = {
        unused_shift
        for unused_shift in plan.unused
        if unused_shift.date not in future or unused_shift.reason == NOT_NEEDED
    }
    left.update(unused_shift for unused_shift in unused if unused_shift.date in future)
    return tuple(sorted(left, key=lambda shift: (shift.date, shift.staff_id, shift.start_s)))


def _kept_rows(
    plan: RoundPlan, team_plan: TeamPlan, mendings: Iterable[_Mending], future: set[dt.date]
) -> Iterable[PlanRow]:
    """Rows of the rounds that are not planned again."""
    again = {
        (area_id, day)
        for mending in mendings
        for area_id in mending.source.area_ids
        for day in mending.dates
    }
    for rows in plan.rounds.values():
        area_id = team_plan.staff_area.get(rows[0].staff_id)
        if rows[0].date not in future or (
            area_id is not None and (area_id, rows[0].date) not in again
        ):
            yield from rows


def _mending(source: AreaInput, future: set[dt.date]) -> _Mending:
    """Find out which dates of an area must be planned again, and cut its problem down to them."""
    keys = source.keys
    present = Incumbent(source, keys)
    row_of = {
        (id(key.occurrence), key.carer_no): present.row_of_node[u] for u, key in enumerate(keys)
    }
    ahead = _cut(source, future, row_of)
    affected: set[dt.date] = set()
    if ahead.dates:
        warm_start = load_warm_start(ahead)
        affected = affected_dates(warm_start, _rows_of_start(warm_start))
        affected |= _days_of_released(ahead)
    return _Mending(_cut(source, affected, row_of), _left_out(source, affected, row_of))


def _days_of_released(source: AreaInput) -> set[dt.date]:
    """Days on which those visit who may be followed by another carer without a price."""
    assert source.current is not None
    mine = {occurrence.visit.client_id for occurrence in source.occurrences} & source.released
    days = {row.date for row in source.current.rows if row.client_id in mine}
    return days & set(source.dates)


def _rows_of_start(warm_start: WarmStart) -> list[PlanRow]:
    state = warm_start.state
    sequences = tuple(
        tuple(int(u) for u in state.line[r, 1 : 1 + state.length[r], 0])
        for r in range(len(state.length))
    )
    return rows_of(AreaResult(warm_start.area, sequences, state.plan, 0, 0))


_Rows = dict[tuple[int, int], PlanRow | None]
"""The present row by occurrence (its identity) and carer number."""


def _date_of(source: AreaInput, row_of: _Rows) -> Iterable[tuple[int, dt.date | None]]:
    """Where each occurrence stands at present; None where it is not planned."""
    for i, occurrence in enumerate(source.occurrences):
        rows = (row_of[id(occurrence), no] for no in range(1, occurrence.visit.carers_required + 1))
        yield i, next((row.date for row in rows if row is not None), None)


def _cut(source: AreaInput, dates: set[dt.date], row_of: _Rows) -> AreaInput:
    """The area on ``dates`` only, with the occurrences that stand there or nowhere."""
    kept = []
    for i, date in _date_of(source, row_of):
        occurrence = source.occurrences[i]
        days = tuple(day for day in occurrence.dates if day in dates)
        if days and (date is None or date in dates):
            kept.append(occurrence if days == occurrence.dates else replace(occurrence, dates=days))
    return replace(
        source,
        occurrences=tuple(kept),
        shifts=tuple(shift for shift in source.shifts if shift.shift.date in dates),
        dates=tuple(day for day in source.dates if day in dates),
    )


def _left_out(source: AreaInput, again: set[dt.date], row_of: _Rows) -> tuple[UnplannedRow, ...]:
    """What is due, stands nowhere, and has no day among those planned again."""
    plan = source.current
    assert plan is not None
    listed: dict[tuple[str, dt.date, int], list[UnplannedRow]] = defaultdict(list)
    for row in plan.unplanned:
        listed[row.visit_id, row.date, row.carer_no].append(row)
    left_out = []
    for occurrence in source.occurrences:
        if again & set(occurrence.dates):
            continue
        for no in range(1, occurrence.visit.carers_required + 1):
            if row_of[id(occurrence), no] is not None:
                continue
            days = (listed[occurrence.visit.visit_id, day, no] for day in occurrence.dates)
            before = next((rows.pop(0).reason for rows in days if rows), PASSED)
            left_out.append(unplanned_row(occurrence, no, before))
    return tuple(left_out)
