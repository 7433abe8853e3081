"""What a search tells of itself: the measures that a planner knows, not only a percentage."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import numpy as np

from routing.engine import kernels_layout as k
from routing.engine.kernels_layout import IntArray, State
from routing.rounds.round_problem import AreaProblem


@dataclass(frozen=True, slots=True)
class InterimMeasures:
    """The plan at the moment, as the search has it; areas are added together."""

    n_unplanned: int = 0
    """Carers that visits lack."""
    n_planned: int = 0
    n_by_contact: int = 0
    travel_s: int = 0
    """Travel and access."""

    def __add__(self, other: InterimMeasures) -> InterimMeasures:
        return InterimMeasures(
            self.n_unplanned + other.n_unplanned, self.n_planned + other.n_planned,
            self.n_by_contact + other.n_by_contact, self.travel_s + other.travel_s,
        )  # fmt: skip

    @property
    def text(self) -> str:
        """In Swedish, short enough for a progress bar."""
        pct = 100 * self.n_by_contact / max(self.n_planned, 1)
        return (
            f"{self.n_unplanned} oplanerade, kontakt {pct:.0f} %, väg {self.travel_s / 3600:.0f} h"
        )


def contact_staff(area: AreaProblem) -> IntArray:
    """For each visit node, the staff number of its client's contact; -1 where not at work."""
    source = area.source
    staff = sorted({shift.shift.staff_id for shift in source.shifts})
    number = {staff_id: i for i, staff_id in enumerate(staff)}
    contact = source.team_plan.contact
    return np.array(
        [number.get(contact.get(key.occurrence.visit.client_id, ""), -1) for key in area.keys],
        dtype=np.int64,
    )


def interim_measures(area: AreaProblem, state: State, contact: IntArray) -> InterimMeasures:
    """The measures of the plan under way; ``contact`` as `contact_staff` gives it."""
    route = state.plan[: len(area.keys), k.PLAN_ROUTE]
    planned = route >= 0
    staff = area.problem.route[np.maximum(route, 0), k.ROUTE_STAFF]
    line, length = state.line, state.length
    legs = line[:, 1:, k.POS_ARRIVE] - line[:, :-1, k.POS_DEPART]
    inside = np.arange(legs.shape[1]) <= length[:, None]
    return InterimMeasures(
        int(state.scalar[k.SCALAR_ABSENT]), int(planned.sum()),
        int((planned & (staff == contact)).sum()), int(legs[inside].sum()),
    )  # fmt: skip


def together(measures: list[InterimMeasures | None]) -> InterimMeasures:
    """The areas that have told so far, added."""
    return reduce(
        InterimMeasures.__add__,
        (interim for interim in measures if interim is not None),
        InterimMeasures(),
    )
