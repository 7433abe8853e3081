"""The same hour from day to day: a soft band around each daily visit's usual time.

A visit made every day of every week has a usual time: the half-hour that holds most of its starts
in the plan under way. A band around it is narrowed while the search cools, persons first and times
second, and laid anew at each step, so that the hour follows the persons instead of the persons an
hour that was fixed too early (Kovacs et al. 2015, doi 10.1287/trsc.2014.0529: times are adjusted in
the search, without templates).

Before the band a carer waits where the rest of her round allows it; starts that lie outside cost,
early or late, so that nothing is left out for the sake of the hour. What is not daily has no band:
it follows the contact's days. The two carers of a visit share a start, which is priced but never
waited for. A usual time that the planner has adopted is kept for any visit.

One odd day in a fortnight spoils what the client sees as the same hour every day, and a ninth
spoils nothing more, so a second outside costs most where few starts lie outside (the weights of
Candès, Wakin & Boyd 2008, doi 10.1007/s00041-008-9045-x, which stand for a count).
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from routing.engine import kernels_layout as k
from routing.engine.kernels_layout import IntArray, State
from routing.rounds.round_problem import AreaProblem
from routing.rounds.warm_start import back_to_best, count_in

HALF_HOUR_S = 30 * 60
PULL_S = 4 * 60
"""How far a band is moved towards the visit's wished time at each step, past what starts say.

With 2.5, 5 and 10 minutes 47, 55 and 66 % of wished times were met within a quarter, for 98.1, 97.3
and 96.6 % of starts in the commonest half-hour and 1 096, 1 106 and 1 131 minutes of travel (40
clients of the demo, 7 days, 6 000 iterations, the mean of five seeds): between the two wishes. Four
minutes meet 47 % in the demo's fortnight of 400 clients at default effort."""
STEPS: tuple[tuple[float, int], ...] = (
    (0.35, 40 * 60), (0.50, 25 * 60), (0.65, 15 * 60), (0.80, 10 * 60), (0.92, 10 * 60),
)  # fmt: skip
"""Share of the search that is done, and how far the band reaches to both sides from then on.

Ten minutes at last, so that a start just outside is still inside the half-hour that is told: with
it and the pull 76 and 67 % of two towns' visits had their half-hour, without 66 and 64 %."""

ODD_PCT = (150, 250, 200, 120, 80, 50)
"""What a second outside costs, in per cent, where so many starts lie outside the half-hour.

Few odd days are dear, since they can be brought back; many are cheap, since they cannot. One weight
for all had fewer days in their half-hour at the same price."""
LATE_ODD_PCT = (170, 320, 260, 120, 50, 20)
"""The same for the bands laid last, when what is far from its hour will stay so.

With (150, 300, 250, 120, 40, 0) and a pull of 3.5 minutes a town of 150 clients had 7.73 carers
instead of 7.88 and 3 % less on the way, and 56.1 % of daily visits within 30 minutes instead of
58.0."""
LATE_HALF_S = 10 * 60
"""How narrow those are."""
CONTACT_TIMES = 6
"""How often a start of the client's contact counts where the usual half-hour is sought.

Her hours decide: others' rounds can be laid around hers, and what two of her clients want at once
she makes for one of them only. Of two towns of 60 and 150 clients contacts made 88.5 and 91.4 % of
their bound with 1, 88.8 and 91.8 with 3, 89.7 and 91.9 with 6, by 9.0 and 7.9, 9.2 and 7.8, 9.2 and
7.8 carers."""


class UsualTimes:
    """The bands of one area's daily visits."""

    def __init__(self, area: AreaProblem) -> None:
        self._area, self._node = area, area.problem.node
        self._earliest: IntArray = self._node[:, k.NODE_EARLIEST].copy()
        groups: dict[str, list[int]] = defaultdict(list)
        for u, key in enumerate(area.keys):
            visit = key.occurrence.visit
            if visit.usual_s is not None or visit.is_daily:
                groups[visit.visit_id].append(u)
        self._groups = [np.array(group) for group in groups.values()]
        contact_of = area.source.team_plan.contact
        shifts = area.source.shifts
        self._staff = np.array([shift.shift.staff_id for shift in shifts], dtype=object)
        self._contact = np.array(
            [contact_of.get(key.occurrence.visit.client_id, "") for key in area.keys], dtype=object
        )

    def hold_within(self, state: State, half_s: int) -> None:
        """Lay each band anew, ``half_s`` to both sides, and count the cost of the best plan anew.

        The search goes on from the best plan, whose starts stay inside their windows; in a plan
        that is mended every visit keeps the time that it had.
        """
        source = self._area.source
        price = source.weights.usual_pct * 64 // 100
        if price == 0 or (source.is_mended and source.current is not None):
            return
        back_to_best(self._area, state)
        start, latest = self._times(state)
        odd_pct = LATE_ODD_PCT if half_s <= LATE_HALF_S else ODD_PCT
        for members in self._groups:
            visit = self._area.keys[members[0]].occurrence.visit
            planned = members[start[members] >= 0]
            starts = np.sort(start[planned])
            weighed = np.sort(np.repeat(start[planned], self._n_times(state, planned)))
            low = usual_half_hour_s(weighed, visit.wished_s) if len(starts) > 1 else -1
            if visit.usual_s is not None:
                low = visit.usual_s - HALF_HOUR_S // 2
            elif low >= 0 and visit.wished_s is not None:
                pull_s = visit.wished_s - HALF_HOUR_S // 2 - low
                low += min(max(pull_s, -PULL_S), PULL_S)
            if low >= 0:
                band = (low + HALF_HOUR_S // 2 - half_s, low + HALF_HOUR_S // 2 + half_s)
                n_odd = int(((starts < low) | (starts > low + HALF_HOUR_S)).sum())
                share = odd_pct[min(n_odd, len(odd_pct) - 1)]
                self._lay(state, members, start, latest, band, price * share // 100)
        count_in(self._area, state)
        state.best_plan[:] = state.plan
        state.scalar[k.SCALAR_BEST] = state.scalar[k.SCALAR_COST]

    def _n_times(self, state: State, planned: IntArray) -> IntArray:
        """How often each planned visit's start counts."""
        is_hers = self._staff[state.plan[planned, k.PLAN_ROUTE]] == self._contact[planned]
        return np.where(is_hers, CONTACT_TIMES, 1)

    def _times(self, state: State) -> tuple[IntArray, IntArray]:
        """Each visit's start and the latest that its round allows; -1 where it is not planned."""
        n_visits = len(self._area.keys)
        start, latest = (np.full(n_visits, -1, dtype=np.int64) for _ in range(2))
        for r in range(len(state.length)):
            row = state.line[r, 1 : 1 + state.length[r]]
            visits = row[row[:, k.POS_NODE] < n_visits]
            start[visits[:, k.POS_NODE]] = visits[:, k.POS_START]
            latest[visits[:, k.POS_NODE]] = visits[:, k.POS_LATEST]
        return start, latest

    def _lay(
        self, state: State, members: IntArray, start: IntArray, latest: IntArray,
        band: tuple[int, int], price: int,
    ) -> None:  # fmt: skip
        """Write one visit's band into its nodes, and how early each may start from now on."""
        node, lag_ptr = self._node, self._area.problem.lag_ptr
        low = max(band[0], 0)
        node[members, k.NODE_WISH_LO], node[members, k.NODE_WISH_HI] = low, band[1]
        node[members, k.NODE_PRICE_EARLY] = node[members, k.NODE_PRICE_LATE] = price
        for u in members:
            if node[u, k.NODE_PARTNER] >= 0:  # a pair keeps the start that it shares
                continue
            earliest = int(self._earliest[u])
            if start[u] >= 0:
                waits_s = low if low <= latest[u] else int(start[u])
                earliest = max(earliest, waits_s)
            node[u, k.NODE_EARLIEST] = earliest
            is_alone = lag_ptr[u] == lag_ptr[u + 1] and node[u, k.NODE_CLASH] < 0
            kept = 0 if is_alone else int(state.plan[u, k.PLAN_EARLIEST])
            state.plan[u, k.PLAN_EARLIEST] = max(earliest, kept)


def usual_half_hour_s(starts_s: IntArray, wished_s: int | None) -> int:
    """Where the half-hour begins that holds most of ``starts_s``, which are in rising order.

    Of equally good ones the first; inside what its starts leave open, as near as can be to having
    ``wished_s`` in its middle, else with its starts in its middle.
    """
    ends = np.searchsorted(starts_s, starts_s + HALF_HOUR_S, side="right")
    first = int(np.argmax(ends - np.arange(len(starts_s))))
    earliest, latest = int(starts_s[first]), int(starts_s[ends[first] - 1])
    middle = (earliest + latest) // 2 if wished_s is None else wished_s
    return min(max(middle - HALF_HOUR_S // 2, latest - HALF_HOUR_S), earliest)
