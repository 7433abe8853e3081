"""`plan_rounds`: rounds for a whole municipality over a horizon, area by area."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from joblib import Parallel, delayed

from data.calendar import occurrences
from data.errors import InfeasibleError, SettingsError
from data.model import Municipality, VisitOccurrence
from data.plans import RoundPlan, TeamPlan, UnplannedRow
from data.progress import Watch
from data.rules import Rules
from data.travel import TravelTimes
from routing.rounds.pins import on_pinned_days, pins_of_plan, refuse_contradictions, unkept
from routing.rounds.problem import AreaInput
from routing.rounds.reasons import blocking_rule
from routing.rounds.rows import rows_of
from routing.rounds.shifts import usable_shifts
from routing.rounds.solve import AreaResult, iterations_in, search
from routing.rounds.weights import RoundWeights, SearchParams


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
    watch: Watch | None = None,
    weights: RoundWeights | None = None,
    params: SearchParams | None = None,
    current: RoundPlan | None = None,
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
    watch : Watch, optional
        Told how far the work has come; where it is stopping the best plan so far is returned.
    current : RoundPlan, optional
        The plan whose rounds ``municipality.pins`` may lock as they stand.

    Raises
    ------
    SettingsError
        Where a limit is negative or no date is given.
    InfeasibleError
        Where what is locked cannot be kept; every such lock is named.
    """
    if not dates:
        raise SettingsError("Inga datum att planera.")
    if (n_iterations or 0) < 0 or (time_limit_s or 0) < 0 or workers < 1:
        raise SettingsError("Tidsgräns och antal iterationer får inte vara negativa.")
    horizon = tuple(sorted(set(dates)))
    pins = pins_of_plan(municipality.pins, current)
    municipality = replace(municipality, pins=pins)
    sources, homeless, unused = split_by_area(
        municipality, team_plan, travel, rules, horizon, weights or RoundWeights()
    )
    watch = watch or Watch()
    effort = _Effort(sources, n_iterations, time_limit_s, workers, params or SearchParams())
    results = _run(sources, effort, seed, workers, watch)
    rows = sorted(
        (row for result in results for row in rows_of(result)),
        key=lambda row: (row.date, row.shift, row.round_id, row.seq),
    )
    lacking = [row for result in results for row in unplanned_of(result)]
    not_kept = unkept(pins, ((row.visit_id, row.date, row.carer_no) for row in lacking))
    if not_kept:
        raise InfeasibleError(f"Låsningarna kan inte hållas:\n  {not_kept}")
    lacking += [_unplanned(one, no, "brukaren har inget arbetslag") for one, no in homeless]
    lacking.sort(key=lambda row: (row.date, row.priority, row.visit_id, row.carer_no))
    return RoundPlan(
        horizon, tuple(rows), tuple(lacking), unused, sum(one.n_iterations for one in results)
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
    homeless: list[tuple[VisitOccurrence, int]] = []
    due = on_pinned_days(occurrences(municipality, dates), municipality.pins)
    refuse_contradictions(municipality, team_plan, travel, municipality.pins, due, shifts, dates)
    for one in due:
        team_id = team_plan.team_of_client.get(one.visit.client_id)
        if team_id is None:
            homeless.extend((one, no) for no in range(1, one.visit.carers_required + 1))
        else:
            of_area[team_plan.team_by_id[team_id].area_id].append(one)
    sources = [
        AreaInput(
            area_id, tuple(found),
            tuple(s for s in shifts if team_plan.staff_area[s.shift.staff_id] == area_id),
            dates, municipality, team_plan, travel, rules, weights, municipality.pins,
        )
        for area_id, found in sorted(of_area.items())
    ]  # fmt: skip
    return sources, homeless, unused


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

    def __post_init__(self) -> None:
        self.begun = time.monotonic()
        self.n_visits = [len(source.occurrences) for source in self.sources]
        self.total = max(sum(self.n_visits), 1)

    def of(self, i: int) -> int:
        """Iterations of the area: its share of those asked for, or of the time."""
        if self.n_iterations is not None:
            return self.n_iterations * self.n_visits[i] // self.total
        if self.time_limit_s is not None:
            threads = min(self.workers, len(self.sources))
            seconds = self.time_limit_s * threads * self.n_visits[i] / self.total
            return iterations_in(self.sources[i], seconds, self.params)
        return self.params.iterations_per_visit * self.n_visits[i]

    def is_over(self) -> bool:
        """Whether the time limit is reached, by a clock that nobody sets."""
        if self.time_limit_s is None:
            return False
        # The schedule was sized by a trial to fit; only a run far behind it is cut short, since a
        # schedule that has finished can be replayed by its number of iterations.
        return time.monotonic() - self.begun >= 1.25 * self.time_limit_s + GRACE_S


def _run(
    sources: list[AreaInput], effort: _Effort, seed: int, workers: int, watch: Watch
) -> list[AreaResult]:
    """Search all areas, each with its own stream of random numbers."""
    lock = threading.Lock()
    share_done = [0.0] * len(sources)

    def one(i: int) -> AreaResult:
        def tell(share: float) -> None:
            with lock:
                share_done[i] = share * effort.n_visits[i]
                done = sum(share_done) / effort.total
                watch.tell(done, f"rundor: {round(100 * done)} %")

        def is_over() -> bool:
            return watch.is_stopping or effort.is_over()

        key = int.from_bytes(sources[i].area_id.encode()[-8:], "big")
        return search(sources[i], (seed, key), effort.of(i), effort.params, is_over, tell)

    largest_first = sorted(range(len(sources)), key=lambda i: -effort.n_visits[i])
    found: list[AreaResult] = Parallel(n_jobs=workers, prefer="threads")(
        delayed(one)(i) for i in largest_first
    )
    return [
        result for _, result in sorted(zip(largest_first, found, strict=True), key=lambda p: p[0])
    ]


def _unplanned(occurrence: VisitOccurrence, carer_no: int, reason: str) -> UnplannedRow:
    visit = occurrence.visit
    return UnplannedRow(
        occurrence.dates[0], visit.visit_id, visit.client_id, carer_no, visit.priority, reason
    )


def unplanned_of(result: AreaResult) -> list[UnplannedRow]:
    """The area's carers that visits needed and did not get, each with the rule that binds."""
    planned = {u for sequence in result.sequences for u in sequence}
    return [
        _unplanned(key.occurrence, key.carer_no, blocking_rule(result.area.source, key.occurrence))
        for u, key in enumerate(result.area.keys)
        if u not in planned
    ]
