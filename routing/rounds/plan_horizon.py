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

from data.care.care_calendar import occurrences
from data.errors import InfeasibleError, SettingsError
from data.model import Municipality, Pin, VisitOccurrence
from data.plans import AreaEffort, PlanRow, RoundPlan, TeamPlan, UnplannedRow, UnusedShift
from data.progress import Progress
from data.rules import Rules
from data.travel_times import TravelTimes
from routing.engine.search_params import SearchParams
from routing.engine.weights import RoundWeights
from routing.roster.pins import on_pinned_days, pins_of_plan, refuse_contradictions, unkept
from routing.roster.shifts import usable_shifts
from routing.rounds.area_search import AreaResult, iterations_in, search
from routing.rounds.area_task import AreaRunner, AreaTask, run_area
from routing.rounds.plan_rows import not_called_in, rows_of
from routing.rounds.round_problem import AreaInput
from routing.rounds.search_progress import InterimMeasures, together
from routing.rounds.unplanned_reasons import blocking_rule


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
        municipality, team_plan, travel, rules, horizon, weights or RoundWeights()
    )
    if start is not None:
        sources = [replace(source, current=start, is_mended=False) for source in sources]
    results = make_rounds(
        sources, n_iterations, time_limit_s, workers, params or SearchParams(), seed,
        progress or Progress(), replay, run_areas,
    )  # fmt: skip
    return plan_of(horizon, results, pins, without_team, unused)


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


def split_by_area(
    municipality: Municipality,
    team_plan: TeamPlan,
    travel: TravelTimes,
    rules: Rules,
    dates: tuple[dt.date, ...],
    weights: RoundWeights,
) -> tuple[list[AreaInput], list[tuple[VisitOccurrence, int]], tuple]:  # type: ignore[type-arg]
    """One problem per resource area; carers of visits without a team; shifts not used."""
    shifts, unused = usable_shifts(municipality, team_plan, rules.rounds, dates)
    of_area: dict[str, list[VisitOccurrence]] = {team.area_id: [] for team in team_plan.teams}
    without_team: list[tuple[VisitOccurrence, int]] = []
    due = on_pinned_days(occurrences(municipality, dates), municipality.pins)
    refuse_contradictions(municipality, team_plan, travel, municipality.pins, due, shifts, dates)
    for occurrence in due:
        team_id = team_plan.team_of_client.get(occurrence.visit.client_id)
        if team_id is None:
            without_team.extend(
                (occurrence, no) for no in range(1, occurrence.visit.carers_required + 1)
            )
        else:
            of_area[team_plan.team_by_id[team_id].area_id].append(occurrence)
    sources = [
        AreaInput(
            area_id, tuple(of_area_id),
            tuple(s for s in shifts if team_plan.staff_area[s.shift.staff_id] == area_id),
            dates, municipality, team_plan, travel, rules, weights, municipality.pins,
        )
        for area_id, of_area_id in sorted(of_area.items())
    ]  # fmt: skip
    return sources, without_team, unused


GRACE_S = 0.5
"""What a busy machine may cost on top of a time limit before the schedule is cut short."""


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
        self.begun = time.monotonic()
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

    def is_over(self) -> bool:
        """Whether the time limit is reached, by a clock that nobody sets (faults.md D3)."""
        if self.time_limit_s is None or self.replay is not None:
            return False
        # The schedule was sized by a trial to fit; only a run far behind it is cut short, since one
        # that ends cold is better.
        return time.monotonic() - self.begun >= 1.25 * self.time_limit_s + GRACE_S


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


def _stream(seed: int, area_id: str) -> tuple[int, int]:
    """What an area's random numbers come of: the plan's seed and its own name."""
    return seed, int.from_bytes(area_id.encode()[-8:], "big")


def _elsewhere(
    sources: list[AreaInput], effort: _Effort, seed: int, progress: Progress, run_areas: AreaRunner
) -> list[AreaResult]:
    """Let others search the areas; who was not waited for gets its first plan, made here."""
    tasks = [
        AreaTask(
            source, _stream(seed, source.area_id), effort.of(i), effort.params, effort.batches(i)
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
            return progress.is_stopping or effort.is_over()

        return search(
            sources[i],
            _stream(seed, sources[i].area_id),
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


def unplanned_row(occurrence: VisitOccurrence, carer_no: int, reason: str) -> UnplannedRow:
    """A carer that an occurrence needs and has not, dated by the first date allowed."""
    visit = occurrence.visit
    return UnplannedRow(
        occurrence.dates[0], visit.visit_id, visit.client_id, carer_no, visit.priority, reason
    )


def unplanned_of(result: AreaResult) -> list[UnplannedRow]:
    """The area's carers that visits needed and did not get, each with the rule that binds."""
    planned = {u for sequence in result.sequences for u in sequence}
    return [
        unplanned_row(
            key.occurrence, key.carer_no, blocking_rule(result.area.source, key.occurrence)
        )
        for u, key in enumerate(result.area.keys)
        if u not in planned
    ]
