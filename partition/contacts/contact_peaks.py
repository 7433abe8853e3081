"""Whether a contact's visits leave room at the peaks: mornings and lunches (MA-36).

What must lie within a window whatever the start is counted against the window's length (energetic
reasoning, Baptiste, Le Pape & Nuijten 2001, doi:10.1007/978-1-4615-1479-4). Ways are not counted,
so that what is said to be too much is too much whoever plans the rounds. Three questions, in order:

1. Do the daily visits of her own clients fit beside each other?
2. Do they still fit with the tasks that are not daily (a shower, cleaning) and that nobody can put
   outside the peak? Big tasks should not eat it.
3. When her twin is off she makes the twin's daily visits too: is there room for both?

The first is a fault that only a change of contact or of visit times mends (MA-37); the other two
tell where the team must step in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.model import Municipality, Visit
from data.plans import TeamPlan
from data.units import HOUR_S, clock
from partition.annealing.care_work import horizon, is_current

WEEKDAYS = ("måndagar", "tisdagar", "onsdagar", "torsdagar", "fredagar", "lördagar", "söndagar")
LONGEST_PEAK_S = 4 * HOUR_S
"""A longer window is no peak but the whole shift, which the week's minutes judge."""


@dataclass(frozen=True, slots=True)
class Crowded:
    """A window that asks for more minutes than it has.

    Attributes
    ----------
    weekday : int
        0 is Monday.
    from_s, to_s : int
        Seconds since midnight.
    least_s : int
        Seconds of visits that lie in the window whatever their start.
    """

    weekday: int
    from_s: int
    to_s: int
    least_s: int

    @property
    def over_s(self) -> int:
        """How much too much."""
        return self.least_s - (self.to_s - self.from_s)

    def text(self) -> str:
        """In Swedish, minutes and times only."""
        return (
            f"{WEEKDAYS[self.weekday]} {clock(self.from_s)}–{clock(self.to_s)}: minst "
            f"{self.least_s // 60} min besök på {(self.to_s - self.from_s) // 60} min"
        )


def most_crowded(visits: Sequence[Visit], weekday: int) -> Crowded | None:
    """The window of the weekday that is most overfull, or None where all can be made.

    Windows are those between a visit's earliest start and a visit's latest end.
    """
    today = [visit for visit in visits if weekday in visit.weekdays]
    if not today:
        return None
    early, late, takes = np.array(
        [(v.earliest_s, v.latest_s, v.duration_s) for v in today], dtype=np.int64
    ).T
    worst: Crowded | None = None
    for begin in np.unique(early).tolist():
        for end in np.unique(late + takes).tolist():
            if not begin < end <= begin + LONGEST_PEAK_S:
                continue
            least = int(_least_within(early, late, takes, begin, end).sum())
            crowded = Crowded(weekday, begin, end, least)
            if crowded.over_s > 0 and (worst is None or crowded.over_s > worst.over_s):
                worst = crowded
    return worst


def _least_within(
    early: NDArray[np.int64],
    late: NDArray[np.int64],
    takes: NDArray[np.int64],
    begin: int,
    end: int,
) -> NDArray[np.int64]:
    """Seconds of each visit between ``begin`` and ``end`` whatever its start."""
    at_earliest = np.minimum(early + takes, end) - np.maximum(early, begin)
    at_latest = np.minimum(late + takes, end) - np.maximum(late, begin)
    least: NDArray[np.int64] = np.maximum(0, np.minimum(at_earliest, at_latest))
    return least


def peak_shortage(
    municipality: Municipality,
    team_plan: TeamPlan,
    clients_of: Mapping[str, Sequence[str]],
    staff_id: str,
) -> tuple[str, bool]:
    """What is too much at a contact's peaks, in Swedish, and whether it is of her own making.

    Returns
    -------
    text : str
        Empty where there is room for her own clients, their weekly tasks and her twin's clients.
    is_own : bool
        Whether her own clients' daily visits alone cannot all be made by her.
    """
    carer = municipality.staff_by_id[staff_id]
    part = "evening" if carer.shift_group == "evening" else "day"
    own = _visits(municipality, clients_of.get(staff_id, ()), part)
    daily = [visit for visit in own if visit.is_daily]
    fixed = [visit for visit in own if not visit.n_per_period and visit.every_weeks == 1]
    twin = _visits(municipality, clients_of.get(team_plan.twin.get(staff_id, ""), ()), part)
    twins_daily = [visit for visit in twin if visit.is_daily]
    for visits, why in (
        (daily, "egna dagliga besök krockar"),
        (fixed, "veckans insatser tar tiden för dagliga besök"),
        ([*daily, *twins_daily], "ingen plats för tvillingens dagliga besök"),
    ):
        crowded = [peak for day in range(7) if (peak := most_crowded(visits, day))]
        if crowded:
            worst = max(crowded, key=lambda peak: (peak.over_s, -peak.weekday))
            return f"{why}, {worst.text()}", visits is daily
    return "", False


def _visits(municipality: Municipality, client_ids: Sequence[str], part: str) -> list[Visit]:
    first, last = horizon(municipality)
    return [
        visit
        for client_id in client_ids
        for visit in municipality.visits_of[client_id]
        if visit.shift == part and is_current(visit, first, last)
    ]
