"""One area's search as a task of its own: what it hangs on and nothing else of the town.

A task may be made in another thread, process or machine. It holds the area's clients, visits,
carers and shifts, and the travel times between their own points; never the whole municipality.
What comes back is the same to the last byte wherever it was made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from data.model import Decision, Municipality
from data.plans import RoundPlan, TeamPlan
from data.travel_times import TravelTimes
from routing.engine.search_params import SearchParams
from routing.rounds.area_search import AreaResult, search
from routing.rounds.round_problem import AreaInput

T = TypeVar("T")


@dataclass(frozen=True)
class AreaTask:
    """A search that asks nobody: where it begins, its random numbers, how long it goes on."""

    source: AreaInput
    seed: tuple[int, ...]
    n_iterations: int
    params: SearchParams
    stop_after: int | None = None
    """Batches, in a plan that is made again."""

    @property
    def weight(self) -> int:
        """How much work it is, to begin with the largest."""
        return len(self.source.occurrences)


AreaRunner = Callable[[Sequence[AreaTask], Callable[[int], bool]], list[AreaResult | None]]
"""Runs tasks and gives their results in order; None for those that were not waited for.

The second argument is called with the place of each task that is done; False asks to stop.
"""


def stream_of(seed: int, area_id: str) -> tuple[int, int]:
    """What an area's random numbers come of: the plan's seed and its own name."""
    return seed, int.from_bytes(area_id.encode()[-8:], "big")


def run_area(task: AreaTask) -> AreaResult:
    """Make the task."""
    return search(
        task.source, task.seed, task.n_iterations, task.params, lambda: False,
        lambda _share, _measures: None, task.stop_after,
    )  # fmt: skip


def sliced(source: AreaInput) -> AreaInput:
    """The same input without what its area does not need.

    The search of the slice is the search of the whole: every list is cut, and none reordered.
    """
    town = source.municipality
    clients = {occurrence.visit.client_id for occurrence in source.occurrences}
    staff = {shift.shift.staff_id for shift in source.shifts}
    if source.current is not None:
        staff |= {row.staff_id for row in source.current.rows if row.client_id in clients}
    plan = source.team_plan
    # Whose twin somebody is counts, also where the one herself is not at work.
    staff |= {
        who
        for carer_of in (plan.contact, plan.vice, plan.evening_vice)
        for who in _among(carer_of, clients).values()
    }
    staff |= set(_among(plan.twin, staff).values())
    staff &= set(town.staff_by_id)
    bases = {shift.base_id for shift in source.shifts}
    # Named one by one: what a town comes to hold besides, such as its night, stays at home.
    small = Municipality(
        name=town.name,
        clients=tuple(client for client in town.clients if client.client_id in clients),
        visits=tuple(visit for visit in town.visits if visit.client_id in clients),
        staff=tuple(carer for carer in town.staff if carer.staff_id in staff),
        roster=tuple(shift for shift in town.roster if shift.staff_id in staff),
        bases=tuple(base for base in town.bases if base.base_id in bases),
        epsg=town.epsg,
        decisions=_decisions(town, clients, staff),
        hours=town.hours,
    )
    visits = {visit.visit_id for visit in small.visits}
    return replace(
        source,
        municipality=small,
        team_plan=_division(source.team_plan, clients, staff),
        travel=_travel(source.travel, clients, staff, bases),
        pins=tuple(
            pin for pin in source.pins if pin.visit_id in visits or pin.staff_id in staff
        ),
        current=None if source.current is None else _rounds(source.current, clients, staff),
        released=source.released & clients,
    )  # fmt: skip


def _decisions(town: Municipality, clients: set[str], staff: set[str]) -> tuple[Decision, ...]:
    of_client = {visit.visit_id: visit.client_id for visit in town.visits}
    return tuple(
        decision
        for decision in town.decisions
        if (decision.client_id or of_client.get(decision.visit_id, "")) in clients
        or (not decision.client_id and not decision.visit_id and decision.staff_id in staff)
    )


def _among(mapping: Mapping[str, T], keys: set[str]) -> dict[str, T]:
    return {key: value for key, value in mapping.items() if key in keys}


def _division(plan: TeamPlan, clients: set[str], staff: set[str]) -> TeamPlan:
    of_staff = {plan.staff_team.get(staff_id) for staff_id in staff}
    teams = tuple(
        replace(
            team,
            client_ids=tuple(client_id for client_id in team.client_ids if client_id in clients),
        )
        for team in plan.teams
        if not clients.isdisjoint(team.client_ids) or team.team_id in of_staff
    )
    return TeamPlan(
        teams, _among(plan.contact, clients), _among(plan.vice, clients),
        _among(plan.staff_team, staff), _among(plan.staff_area, staff),
        _among(plan.staff_base, staff), _among(plan.twin, staff),
        _among(plan.without_contact, clients),
        evening_vice=_among(plan.evening_vice, clients),
    )  # fmt: skip


def _travel(
    travel: TravelTimes, clients: set[str], staff: set[str], bases: set[str]
) -> TravelTimes:
    wanted = {
        *(f"client:{client_id}" for client_id in clients),
        *(f"base:{base_id}" for base_id in bases),
        *(f"home:{staff_id}" for staff_id in staff),
    }
    rows = np.array(
        [i for i, point in enumerate(travel.point_ids) if point in wanted], dtype=np.int64
    )
    return TravelTimes(
        tuple(travel.point_ids[i] for i in rows),
        {
            mode: np.ascontiguousarray(table[np.ix_(rows, rows)])
            for mode, table in travel.seconds.items()
        },
    )


def _rounds(plan: RoundPlan, clients: set[str], staff: set[str]) -> RoundPlan:
    """What stands of an earlier plan here: the area's visits, and its carers' other stops."""
    return replace(
        plan,
        rows=tuple(
            row
            for row in plan.rows
            if row.client_id in clients or (not row.client_id and row.staff_id in staff)
        ),
        unplanned=tuple(row for row in plan.unplanned if row.client_id in clients),
        unused=tuple(row for row in plan.unused if row.staff_id in staff),
        effort=(),
    )
