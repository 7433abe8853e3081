"""`plan_rounds`: rounds for a whole municipality over a horizon, area by area."""

from __future__ import annotations

import datetime as dt
import math
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from joblib import Parallel, delayed

from data.errors import InfeasibleError, SettingsError
from data.model import Municipality, Pin, VisitOccurrence
from data.plans import AreaEffort, PlanRow, RoundPlan, TeamPlan, UnplannedRow, UnusedShift
from data.progress import Progress
from data.rules import Rules
from data.travel_times import TravelTimes
from routing.engine.search_params import SearchParams
from routing.engine.weights import RoundWeights
from routing.horizon.area_split import split_by_area
from routing.horizon.borrowing import BORROWED, Borrowing
from routing.roster.joined_areas import joined_areas
from routing.roster.pins import pins_of_plan, unkept
from routing.rounds.area_search import AreaResult, iterations_in, search
from routing.rounds.area_task import AreaRunner, AreaTask, run_area, stream_of
from routing.rounds.plan_rows import not_called_in, rows_of
from routing.rounds.round_problem import AreaInput
from routing.rounds.search_progress import InterimMeasures, together
from routing.rounds.unplanned_reasons import unplanned_of, unplanned_row


def plan_rounds(
    municipality: Municipality,
    team_plan: TeamPlan,
    travel: TravelTimes,
    rules: Rules,
    *,
    dates: Sequence[dt.date],
    seed: int = 0,
    workers: int = 1,
    n_iterations: int | None = None,
    time_limit_s: float | None = None,
    progress: Progress | None = None,
    weights: RoundWeights | None = None,
    params: SearchParams | None = None,
    current: RoundPlan | None = None,
    start: RoundPlan | None = None,
    replay: Sequence[AreaEffort] | None = None,
    run_areas: AreaRunner | None = None,
) -> RoundPlan:
    """Make rounds for all teams on ``dates``, day and evening in one problem per area.

    Parameters
    ----------
    municipality, team_plan, travel, rules
        What is planned; `TravelTimes` must hold the modes of the staff and all clients and bases.
    dates : sequence of date
        1–28 days; need not be in a row.
    seed : int
        With the same number of iterations gives the same plan, whatever ``workers``.
    workers : int
        Threads; the kernels release the interpreter's lock.
    n_iterations : int, optional
        Iterations in all, shared among the areas by their visits.
    time_limit_s : float, optional
        Stop by then; 0 gives the constructed plan. The iterations made are stated in the plan.
    progress : Progress, optional
        Told how far the work has come; where it is stopping the best plan so far is returned.
    current : RoundPlan, optional
        The plan whose rounds ``municipality.pins`` may lock as they stand.
    start : RoundPlan, optional
        Search on from this plan (what of it stands); the result weighs no more than it does.
    replay : sequence of AreaEffort, optional
        `RoundPlan.effort` of a plan that is to be made again with the same seed, also where the
        clock or the user cut it short; goes before ``n_iterations`` and ``time_limit_s``.
    run_areas : AreaRunner, optional
        Where the areas are searched, if not in ``workers`` threads here. The plan is the same. An
        area that is not waited for has its first plan only; a time limit is turned into
        iterations by a trial here.

    Raises
    ------
    SettingsError
        Where a limit is negative, no date is given, or ``replay`` is of other areas.
    InfeasibleError
        Where what is locked cannot be kept; every such lock is named.
    """
    if not dates:
        raise SettingsError("Inga datum att planera.")
    refuse_limits(n_iterations, time_limit_s, workers)
    horizon = tuple(sorted(set(dates)))
    pins = pins_of_plan(municipality.pins, current)
    municipality = replace(municipality, pins=pins)
    sources, without_team, unused = split_by_area(
        municipality, team_plan, travel, rules, horizon, weights or RoundWeights(),
        joined_areas(team_plan, start.rows if start is not None else (), municipality),
    )  # fmt: skip
    begun = sources
    if start is not None:
        begun = [replace(source, current=start, is_mended=False) for source in sources]
    progress, clock = progress or Progress(), Clock(time_limit_s if replay is None else None)
    results = make_rounds(
        begun, n_iterations, time_limit_s, workers, params or SearchParams(), seed, progress,
        replay, run_areas,
    )  # fmt: skip
    plan = plan_of(horizon, results, pins, without_team, unused)
    return borrowing(sources, seed, progress, clock, replay).cover(plan, horizon)


def borrowing(
    sources: Sequence[AreaInput], seed: int, progress: Progress, clock: Clock,
    replay: Sequence[AreaEffort] | None,
) -> Borrowing:  # fmt: skip
    """What looks for carers of other areas after the search, as often as before in a replay."""
    n_tries = next((effort.n_asked for effort in replay or () if effort.area_id == BORROWED), 0)
    return Borrowing(
        sources, seed, lambda: progress.is_stopping or clock.is_over(),
        n_tries if replay is not None else None,
    )  # fmt: skip


def plan_of(
    dates: tuple[dt.date, ...],
    results: Sequence[AreaResult],
    pins: Sequence[Pin],
    without_team: Sequence[tuple[VisitOccurrence, int]],
    unused: tuple[UnusedShift, ...],
    *,
    kept_rows: Iterable[PlanRow] = (),
    left_out: Iterable[UnplannedRow] = (),
) -> RoundPlan:
    """The areas' rounds as one plan, beside what is kept of an earlier one.

    Raises
    ------
    InfeasibleError
        Where a lock is among what found no room.
    """
    lacking = [row for result in results for row in unplanned_of(result)]
    not_kept = unkept(pins, ((row.visit_id, row.date, row.carer_no) for row in lacking))
    if not_kept:
        raise InfeasibleError(f"Låsningarna kan inte hållas:\n  {not_kept}")
    lacking += left_out
    lacking += [
        unplanned_row(occurrence, no, "brukaren har inget arbetslag")
        for occurrence, no in without_team
    ]
    lacking.sort(key=lambda row: (row.date, row.priority, row.visit_id, row.carer_no))
    rows = [*kept_rows, *(row for result in results for row in rows_of(result))]
    rows.sort(key=lambda row: (row.date, row.shift, row.round_id, row.seq))
    left = {unused_shift for result in results for unused_shift in not_called_in(result)}
    left.update(unused)
    worked = {(row.date, row.staff_id, row.start_s) for row in rows if row.kind == "start"}
    left = {
        unused_shift
        for unused_shift in left
        if (unused_shift.date, unused_shift.staff_id, unused_shift.start_s) not in worked
    }
    return RoundPlan(
        dates, tuple(rows), tuple(lacking),
        tuple(sorted(left, key=lambda shift: (shift.date, shift.start_s, shift.staff_id))),
        sum(result.n_iterations for result in results), effort_of(results),
    )  # fmt: skip


def refuse_limits(n_iterations: int | None, time_limit_s: float | None, workers: int) -> None:
    """Say no to limits that mean nothing (faults.md D5).

    Raises
    ------
    SettingsError
    """
    if (n_iterations or 0) < 0 or workers < 1 or not 0 <= (time_limit_s or 0) < math.inf:
        raise SettingsError("Tidsgräns och antal iterationer får inte vara negativa.")


def effort_of(results: Sequence[AreaResult]) -> tuple[AreaEffort, ...]:
    """What makes the areas' rounds again."""
    return tuple(
        AreaEffort(result.area.source.area_id, result.n_asked, result.n_batches)
        for result in sorted(results, key=attrgetter("area.source.area_id"))
    )


GRACE_S = 0.5
"""What a busy machine may cost on top of a time limit before the schedule is cut short."""


@dataclass
class Clock:
    """A time limit, by a clock that nobody sets (faults.md D3)."""

    time_limit_s: float | None

    def __post_init__(self) -> None:
        self.begun = time.monotonic()

    def is_over(self) -> bool:
        """Whether the limit is reached, and a little more.

        The schedule was sized by a trial to fit; only a run far behind it is cut short, since one
        that ends cold is better.
        """
        if self.time_limit_s is None:
            return False
        return time.monotonic() - self.begun >= 1.25 * self.time_limit_s + GRACE_S


@dataclass
class _Effort:
    """How many iterations each area gets, and when all is over."""

    sources: list[AreaInput]
    n_iterations: int | None
    time_limit_s: float | None
    workers: int
    params: SearchParams
    replay: Sequence[AreaEffort] | None = None

    def __post_init__(self) -> None:
        self.again = {effort.area_id: effort for effort in self.replay or ()}
        lacking = {source.area_id for source in self.sources} - set(self.again)
        if self.replay is not None and lacking:
            raise SettingsError(
                f"Planen som ska göras om har inte området {', '.join(sorted(lacking))}."
            )
        self.clock = Clock(self.time_limit_s if self.replay is None else None)
        self.n_visits = [len(source.occurrences) for source in self.sources]
        self.total = max(sum(self.n_visits), 1)

    def of(self, i: int) -> int:
        """Iterations of the area: as before, or its share of those asked for, or of the time."""
        if self.replay is not None:
            return self.again[self.sources[i].area_id].n_asked
        if self.n_iterations is not None:
            return self.n_iterations * self.n_visits[i] // self.total
        if self.time_limit_s is not None:
            threads = min(self.workers, len(self.sources))
            seconds = self.time_limit_s * threads * self.n_visits[i] / self.total
            return iterations_in(self.sources[i], seconds, self.params)
        return self.params.effort(self.n_visits[i], len(self.sources[i].dates))

    def batches(self, i: int) -> int | None:
        """Batches after which the area was stopped in the plan that is made again."""
        if self.replay is None:
            return None
        return self.again[self.sources[i].area_id].n_batches


def make_rounds(
    sources: list[AreaInput],
    n_iterations: int | None,
    time_limit_s: float | None,
    workers: int,
    params: SearchParams,
    seed: int,
    progress: Progress,
    replay: Sequence[AreaEffort] | None = None,
    run_areas: AreaRunner | None = None,
) -> list[AreaResult]:
    """Search all areas, with iterations or seconds shared among them by their visits."""
    effort = _Effort(sources, n_iterations, time_limit_s, workers, params, replay)
    if run_areas is not None:
        return _elsewhere(sources, effort, seed, progress, run_areas)
    return _run(sources, effort, seed, workers, progress)


def _elsewhere(
    sources: list[AreaInput], effort: _Effort, seed: int, progress: Progress, run_areas: AreaRunner
) -> list[AreaResult]:
    """Let others search the areas; who was not waited for gets its first plan, made here."""
    tasks = [
        AreaTask(
            source, stream_of(seed, source.area_id), effort.of(i), effort.params, effort.batches(i)
        )
        for i, source in enumerate(sources)
    ]
    n_done = 0

    def on_done(i: int) -> bool:
        nonlocal n_done
        n_done += effort.n_visits[i]
        progress.report(n_done / effort.total, f"{n_done} av {effort.total} besök sökta")
        return not progress.is_stopping

    results = run_areas(tasks, on_done)
    return [
        run_area(replace(task, n_iterations=0)) if result is None else result
        for task, result in zip(tasks, results, strict=True)
    ]


def _run(
    sources: list[AreaInput], effort: _Effort, seed: int, workers: int, progress: Progress
) -> list[AreaResult]:
    """Search all areas, each with its own stream of random numbers."""
    lock = threading.Lock()
    share_done = [0.0] * len(sources)
    reported: list[InterimMeasures | None] = [None] * len(sources)
    best: list[AreaResult | None] = [None] * len(sources)

    def search_area(i: int) -> AreaResult:
        def report_batch(share: float, measures: InterimMeasures) -> None:
            with lock:
                share_done[i], reported[i] = share * effort.n_visits[i], measures
                done = sum(share_done) / effort.total
                progress.report(done, together(reported).text)
                if best[i] is not None:
                    progress.show_best(lambda: _so_far(best))

        def keep_best(result: AreaResult) -> None:
            best[i] = result

        def is_over() -> bool:
            return progress.is_stopping or effort.clock.is_over()

        return search(
            sources[i],
            stream_of(seed, sources[i].area_id),
            effort.of(i),
            effort.params,
            is_over,
            report_batch,
            effort.batches(i),
            keep_best if progress.on_best is not None else None,
        )

    largest_first = sorted(range(len(sources)), key=lambda i: -effort.n_visits[i])
    results: list[AreaResult] = Parallel(n_jobs=workers, prefer="threads")(
        delayed(search_area)(i) for i in largest_first
    )
    return [
        result for _, result in sorted(zip(largest_first, results, strict=True), key=lambda p: p[0])
    ]


def _so_far(best: Sequence[AreaResult | None]) -> RoundPlan:
    """The rounds of the areas that have any yet; what lacks a carer is not worked out."""
    results = [result for result in best if result is not None]
    dates = sorted({day for result in results for day in result.area.source.dates})
    return RoundPlan(
        tuple(dates), tuple(row for result in results for row in rows_of(result)), (), ()
    )
