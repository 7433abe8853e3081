"""Carers of other areas as the last tier: what must be done and found no room in its own area.

Areas are planned one by one, with the staff that was dealt to each. Where a visit that must be
done found nobody there, its date is planned once more for that area and those nearest to it
together, from the plan as it stands, every change at the price of a change and a carer of another
area dearer than any of its own. What then has a place keeps it; else the plan stays as it was.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.care.shortfalls import MUST_PRIORITY
from data.model import VisitOccurrence
from data.plans import AreaEffort, PlanRow, RoundPlan, UnplannedRow
from routing.engine.search_params import MENDING
from routing.horizon.area_split import together_as
from routing.roster.joined_areas import joined_areas
from routing.rounds.area_search import AreaResult, search
from routing.rounds.area_task import stream_of
from routing.rounds.incumbent import Incumbent
from routing.rounds.plan_rows import not_called_in, rows_of
from routing.rounds.round_problem import AreaInput
from routing.rounds.unplanned_reasons import unplanned_of

N_BESIDE = 3
"""Areas nearest to one that are asked for carers."""
TRIES: tuple[tuple[int, float], ...] = ((40, 600.0), (400, 2e4), *[(1000, 1e5)] * 4)
"""Iterations for each visit of the date in these areas, and the first temperature, try by try.

Eight towns of 150 clients left 98 visits of class 1 out, and 4 after the first tries. The two that
the second left (two carers with three delegations at once) found their place in 6 of 15 tries of
1 000 and 6 of 9 of 2 000 and 4 000 iterations, and as often at 20 000 as at 100 000."""
BUDGET, BUDGET_LEAST = 0.5, 100_000
"""Of the plan's own iterations, and in number: the most that all tries together may take."""
BORROWED = "+"
"""Names the tries in `RoundPlan.effort`."""
Key = tuple[str, dt.date, int]
"""Visit, first date that it may have, and carer number: what an unplanned row says."""


@dataclass(frozen=True)
class _Try:
    """One date of an area and its neighbours: what of it is searched, and how it is listed."""

    source: AreaInput
    listed_as: dict[Key, Key]
    """What an unplanned row of the whole horizon says of each visit."""
    lacked: frozenset[Key]
    """What had found no room before."""


@dataclass
class Borrowing:
    """Tries, one after the other, to find carers of other areas for what was left out."""

    sources: Sequence[AreaInput]
    """All areas over the whole horizon."""
    seed: int
    is_over: Callable[[], bool] = lambda: False
    n_tries: int | None = None
    """As many as were made of a plan that is made again."""

    def cover(self, plan: RoundPlan, dates: Sequence[dt.date]) -> RoundPlan:
        """The plan with as much of what must be done as carers of other areas can take on."""
        lends = self.sources and self.sources[0].rules.rounds.lend_between_areas
        if len(self.sources) < 2 or not lends or plan.n_iterations == 0:
            return plan
        n_done = n_iterations = 0
        most = max(BUDGET * plan.n_iterations, BUDGET_LEAST)
        tries = (
            (*tried, *lacking) for tried in TRIES for lacking in list(self._lacking(plan, dates))
        )
        for n_each, hot, day, i in tries:
            if (day, i) not in self._lacking(plan, (day,)):
                continue  # found its place with another's
            if self.is_over() if self.n_tries is None else n_done >= self.n_tries:
                break
            attempt = self._try(plan, day, i)
            if not attempt.lacked:
                continue
            n = n_each * len(attempt.source.occurrences)
            if n_iterations + n > most:
                break
            result = search(
                attempt.source, (*stream_of(self.seed, attempt.source.area_id), n_done), n,
                replace(MENDING, hot=hot), lambda: False, lambda _share, _measures: None,
            )  # fmt: skip
            n_done += 1
            n_iterations += result.n_iterations
            plan = _better(plan, attempt, result)
        if n_done == 0:
            return plan
        effort = (*plan.effort, AreaEffort(BORROWED, n_done, n_done))
        return replace(plan, n_iterations=plan.n_iterations + n_iterations, effort=effort)

    def _lacking(self, plan: RoundPlan, dates: Sequence[dt.date]) -> Iterator[tuple[dt.date, int]]:
        """Dates and areas on which something that must be done could still be made."""
        listed = Counter(
            (row.visit_id, row.date) for row in plan.unplanned if row.priority <= MUST_PRIORITY
        )
        due = {
            (day, i)
            for i, source in enumerate(self.sources if listed else ())
            for occurrence in source.occurrences
            if listed[occurrence.visit.visit_id, occurrence.dates[0]]
            for day in occurrence.dates
        }
        yield from sorted(due & {(day, i) for day in dates for i in range(len(self.sources))})

    def _beside(self, i: int) -> list[AreaInput]:
        """The area and those nearest to it, as the crow flies between their clients' middles."""
        middles = np.array([_middle(source) for source in self.sources])
        far = np.hypot(*(middles - middles[i]).T)
        return [self.sources[j] for j in np.argsort(far, kind="stable")[: 1 + N_BESIDE]]

    def _group(self, plan: RoundPlan, day: dt.date, i: int) -> list[AreaInput]:
        """The area, those beside it, and all that lend each other carers on the date already.

        A round is searched whole: whoever is lent to a client outside would leave her behind.
        """
        joined = joined_areas(
            self.sources[i].team_plan, (row for row in plan.rows if row.date == day)
        )
        group = self._beside(i)
        while True:
            roots = {joined.get(name, name) for source in group for name in source.area_ids}
            wider = [
                source
                for source in self.sources
                if any(joined.get(name, name) in roots for name in source.area_ids)
            ]
            if len(wider) == len(group):
                return group
            group = wider

    def _try(self, plan: RoundPlan, day: dt.date, i: int) -> _Try:
        """What stands on the date in the area and its neighbours, and what must be done beside."""
        group = sorted(self._group(plan, day, i), key=lambda source: source.area_id)
        name = group[0].area_id
        (source,) = together_as(
            [replace(area, current=plan) for area in group], {area.area_id: name for area in group}
        )
        keys = source.keys
        stands = {
            id(key.occurrence): row.date
            for key, row in zip(keys, Incumbent(source, keys).row_of_node, strict=True)
            if row is not None
        }
        kept: list[VisitOccurrence] = []
        listed_as: dict[Key, Key] = {}
        lacked: set[Key] = set()
        here = {
            occurrence.visit.visit_id
            for occurrence in source.occurrences
            if stands.get(id(occurrence)) == day
        }
        for occurrence in source.occurrences:
            must = occurrence.visit.priority <= MUST_PRIORITY and day in occurrence.dates
            if stands.get(id(occurrence), day if must else None) != day:
                continue
            if id(occurrence) not in stands:
                if occurrence.visit.visit_id in here:
                    continue  # once a day is enough, and the row of each must be told apart
                here.add(occurrence.visit.visit_id)
            kept.append(
                occurrence if occurrence.dates == (day,) else replace(occurrence, dates=(day,))
            )
            for no in range(1, occurrence.visit.carers_required + 1):
                listed = (occurrence.visit.visit_id, occurrence.dates[0], no)
                listed_as[occurrence.visit.visit_id, day, no] = listed
                if id(occurrence) not in stands:
                    lacked.add(listed)
        shifts = tuple(shift for shift in source.shifts if shift.shift.date == day)
        source = replace(source, occurrences=tuple(kept), shifts=shifts, dates=(day,))
        return _Try(source, listed_as, frozenset(lacked))


def _better(plan: RoundPlan, attempt: _Try, result: AreaResult) -> RoundPlan:
    """The plan with the date as it was searched, where less that must be done is left out."""
    source, day = attempt.source, attempt.source.dates[0]
    before = [row for row in plan.unplanned if _key(row) in attempt.lacked]
    after = [replace(row, date=attempt.listed_as[_key(row)][1]) for row in unplanned_of(result)]
    price = source.weights.unplanned
    if sorted(map(_key, before)) == sorted(map(_key, after)):  # what stops it here, areas and all
        reasons = {_key(row): row for row in after}
        return replace(plan, unplanned=tuple(reasons.get(_key(row), row) for row in plan.unplanned))
    if sum(price[row.priority] for row in after) >= sum(price[row.priority] for row in before):
        return plan
    here = source.team_plan.staff_area
    rows: list[PlanRow] = [
        row for row in plan.rows if row.date != day or here.get(row.staff_id) not in source.area_ids
    ]
    rows += rows_of(result)
    rows.sort(key=lambda row: (row.date, row.shift, row.round_id, row.seq))
    lacking = [row for row in plan.unplanned if _key(row) not in attempt.lacked] + after
    lacking.sort(key=lambda row: (row.date, row.priority, row.visit_id, row.carer_no))
    worked = {(row.date, row.staff_id, row.start_s) for row in rows if row.kind == "start"}
    unused = {
        shift
        for shift in (*plan.unused, *not_called_in(result))
        if (shift.date, shift.staff_id, shift.start_s) not in worked
    }
    return replace(
        plan, rows=tuple(rows), unplanned=tuple(lacking),
        unused=tuple(sorted(unused, key=lambda shift: (shift.date, shift.start_s, shift.staff_id))),
    )  # fmt: skip


def _key(row: UnplannedRow) -> Key:
    return row.visit_id, row.date, row.carer_no


def _middle(source: AreaInput) -> tuple[float, float]:
    """Where the area's clients are, in the mean."""
    clients = {occurrence.visit.client_id for occurrence in source.occurrences}
    places = [source.municipality.client_by_id[client_id] for client_id in sorted(clients)]
    if not places:
        return 0.0, 0.0
    return (
        sum(client.x for client in places) / len(places),
        sum(client.y for client in places) / len(places),
    )
