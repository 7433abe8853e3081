"""How late an unplanned visit would be: put into rounds that are otherwise left as they are.

Nothing is searched anew. The rounds are laid into the engine with their windows at a price, their
orders kept, and each unplanned visit is inserted where it costs least by `SoftRules`, the most
urgent first, with those before it in place.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from data.model import Municipality
from data.plans import RoundPlan, TeamPlan
from data.rules import Rules
from data.travel_times import TravelTimes
from routing.engine import kernels_layout as k
from routing.engine.kernels_search import construct
from routing.engine.weights import SoftRules
from routing.horizon.area_split import split_by_area
from routing.late.late_plan import LATE_WEIGHTS
from routing.roster.joined_areas import joined_areas
from routing.roster.pins import pins_of_plan
from routing.rounds.plan_decoding import LoadedArea, generator, load_plan


@dataclass(frozen=True, slots=True)
class LateSuggestion:
    """One carer of a visit that the rounds leave out, and what it would cost to send her.

    Times are seconds. ``overtime_s`` is how long after her shift's end she would be back, and
    ``others_late_s`` how much later past their windows the visits already planned would start.
    """

    date: dt.date
    visit_id: str
    client_id: str
    carer_no: int
    staff_id: str
    start_s: int
    late_s: int
    overtime_s: int
    others_late_s: int
    priority: int


def late_suggestions(
    municipality: Municipality,
    team_plan: TeamPlan,
    travel: TravelTimes,
    rules: Rules,
    soft: SoftRules,
    round_plan: RoundPlan,
) -> tuple[LateSuggestion, ...]:
    """For each unplanned visit, when and by whom it can be made, and how late.

    A visit that nobody may make, or that costs more than leaving it out, has no suggestion. All
    suggestions of a date hold together. Areas and dates where nothing is missing cost nothing.

    Parameters
    ----------
    municipality, team_plan, travel, rules
        As for `routing.rounds.plan_rounds`.
    soft : SoftRules
    round_plan : RoundPlan
        Rounds that keep all rules; they are not changed.

    Returns
    -------
    tuple of LateSuggestion
        By date, priority, visit and carer.
    """
    listed = {(row.visit_id, row.date, row.carer_no) for row in round_plan.unplanned}
    clients = {row.client_id for row in round_plan.unplanned}
    areas = {
        team_plan.team_by_id[team_id].area_id
        for client_id, team_id in team_plan.team_of_client.items()
        if client_id in clients
    }
    if not areas:
        return ()
    pins = pins_of_plan(municipality.pins, round_plan)
    sources, _, _ = split_by_area(
        replace(municipality, pins=pins), team_plan, travel, rules, round_plan.dates,
        LATE_WEIGHTS, joined_areas(team_plan, round_plan.rows),
    )  # fmt: skip
    suggestions: list[LateSuggestion] = []
    for source in sources:
        if source.area_ids & areas:
            current = replace(source, soft=soft, current=round_plan, is_mended=False)
            suggestions.extend(_of_area(load_plan(current, round_plan), listed))
    suggestions.sort(
        key=lambda suggestion: (
            suggestion.date,
            suggestion.priority,
            suggestion.visit_id,
            suggestion.carer_no,
        )
    )
    return tuple(suggestions)


_Listed = set[tuple[str, dt.date, int]]


def _requests(loaded: LoadedArea, listed: _Listed) -> Iterator[tuple[int, ...]]:
    """What is listed as unplanned, most urgent first: one node each, or the two of a pair."""
    keys, node = loaded.area.keys, loaded.area.problem.node
    lacking = [
        u
        for u, key in enumerate(keys)
        if loaded.state.plan[u, k.PLAN_ROUTE] < 0
        and any((key.occurrence.visit.visit_id, d, key.carer_no) in listed
                for d in key.occurrence.dates)
    ]  # fmt: skip
    lacking.sort(key=lambda u: (keys[u].occurrence.visit.priority, keys[u].occurrence.dates[0],
                                keys[u].occurrence.visit.visit_id, keys[u].carer_no))  # fmt: skip
    for u in lacking:
        partner = int(node[u, k.NODE_PARTNER])
        if partner < 0:
            yield (u,)
        elif u < partner and loaded.state.plan[partner, k.PLAN_ROUTE] < 0:
            yield (u, partner)


def _late_s(loaded: LoadedArea, without: tuple[int, ...]) -> int:
    """How late the planned visits are in all, but for some nodes."""
    state, soft = loaded.state, loaded.area.problem.soft
    planned = state.plan[: len(loaded.area.keys), k.PLAN_ROUTE] >= 0
    planned[list(without)] = False
    late = state.stop[: len(planned), k.STOP_START] - soft[: len(planned), k.SOFT_LATE]
    return int(np.maximum(late[planned], 0).sum())


def _of_area(loaded: LoadedArea, listed: _Listed) -> Iterator[LateSuggestion]:
    """Insert what lacks a place request by request, then tell how all of it stands together."""
    problem, state, rng = loaded.area.problem, loaded.state, generator()
    others: dict[tuple[int, ...], int] = {}
    for request in list(_requests(loaded, listed)):
        before = _late_s(loaded, request)
        state.absent_at[:] = -1
        state.absent[: len(request)], state.absent_at[list(request)] = request, range(len(request))
        state.scalar[k.SCALAR_ABSENT] = len(request)
        construct(problem, state, rng)
        if state.plan[request[0], k.PLAN_ROUTE] >= 0:
            others[request] = _late_s(loaded, request) - before
    for request, later_s in others.items():
        for u in request:
            r, start_s = int(state.plan[u, k.PLAN_ROUTE]), int(state.stop[u, k.STOP_START])
            key, shift = loaded.area.keys[u], loaded.area.source.shifts[r].shift
            visit = key.occurrence.visit
            yield LateSuggestion(
                shift.date, visit.visit_id, visit.client_id, key.carer_no, shift.staff_id, start_s,
                max(0, start_s - int(problem.soft[u, k.SOFT_LATE])),
                int(state.sum[r, k.SUM_OVER]), later_s if u == request[0] else 0, visit.priority,
            )  # fmt: skip
