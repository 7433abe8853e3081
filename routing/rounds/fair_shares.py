"""Work shared evenly: a convex price on client time, as a share of working time.

Carers of one role and the same hours in an area are to have equal shares. What is even is read
from the plan under way, at the steps at which usual times are laid anew: evenings and weekends
decide how much there is for an evening carer, and her clients how much for a contact.

With ``t`` the client time, ``T`` the working time and ``m`` the share of her group, a carer costs
``price * (t - m T)**2 / T``; the square of ``m T`` never changes and is left out, and a second of
anybody's client time costs a constant more, so that no visit is ever taken for a reward: an
insertion does not look at carers whose price alone is above the best place so far.

An hourly carer's shift counts alone, and only where calling in has a price: then it costs to call
her in, and nothing to leave the shift unused. While the search is hot the emptiest are left out
altogether, at three steps before usual times are laid.
One that is called in is to be as full as the shifts of those employed who work the same hours;
the emptier it is in the plan under way the more it costs, since many small prices would leave many
half-empty shifts (the weights of Candès, Wakin & Boyd 2008, doi 10.1007/s00041-008-9045-x).
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from routing.engine import kernels_layout as k
from routing.engine.kernels_layout import FloatArray, IntArray, State
from routing.engine.kernels_search import construct
from routing.roster.pins import PIN_ABSENT
from routing.rounds.round_problem import AreaProblem
from routing.rounds.warm_start import back_to_best, count_in

HOURLY_TIMES = 4
"""How many times dearer an uneven shift of one who is called in is.

With 2, 4 and 8 those called in had 6.8, 6.8 and 6.4 shifts, and 0, 0 and 8.8 visits stayed
unplanned (40 clients of the demo, 7 days, ``call_in`` 1800, ``uneven_pct`` 200, 6 000 iterations,
the mean of five seeds)."""
EMPTY_TIMES = 3
"""How much dearer it is to call somebody in for a shift that is empty in the plan under way.

On the same town 1, 3 and 6 all gave 6.8 shifts, and 1 162, 1 149 and 1 144 minutes of travel."""
CLOSINGS: tuple[tuple[float, float], ...] = ((0.12, 0.35), (0.20, 0.50), (0.28, 0.65))
"""Share of the search that is done, and below what share of the employed ones' work an hourly shift
is left out then: before usual times are laid, or whoever is not called in would be missing at
somebody's usual hour.

On the demo's fortnight, `even`: 19.9 points between carers' client time, 7.51 carers and 69.8 % of
daily visits within 30 minutes; at 0.45, 0.65, 0.80 (and `uneven_pct` 100) 19.2, 7.60 and 69.4; at
0.30, 0.45, 0.55 (and dearer times and faces) 20.6, 7.61, 69.7. With none 23.5, 7.50, 67.6."""
CLOSED_TIMES = 8
"""What it costs to call somebody in for a shift that was left out, in ``call_in``: more than any
better place of a visit, and not more than to lend a carer."""


class FairShares:
    """The carers of an area in groups that are to have equal shares."""

    def __init__(self, area: AreaProblem) -> None:
        self._area, source = area, area.source
        of_hours: dict[str, set[int]] = defaultdict(set)
        hourly: dict[str, set[int]] = defaultdict(set)
        groups: dict[tuple[str, str], set[int]] = defaultdict(set)
        for r, shift in enumerate(source.shifts if len(area.problem.share) else ()):
            carer = source.municipality.staff_by_id[shift.shift.staff_id]
            i = int(area.problem.route[r, k.ROUTE_SHARE])
            if carer.hourly and source.weights.call_in > 0:
                hourly[shift.shift.part].add(i)
            elif not carer.hourly:
                groups[carer.role, carer.shift_group].add(i)
                of_hours[carer.shift_group].add(i)
        self._closed = np.zeros(len(area.problem.share), dtype=bool)
        self._groups = [sorted(group) for _, group in sorted(groups.items())]
        self._hourly = [
            (sorted(group), sorted(of_hours[part] or group))
            for part, group in sorted(hourly.items())
        ]

    def close(self, state: State, rng: np.random.Generator, least: float) -> None:
        """Leave out the hourly shifts emptier than ``least`` of those employed the same hours.

        Their visits are placed elsewhere at once; where one finds no room a shift is opened again.
        """
        if not self._hourly:
            return
        back_to_best(self._area, state)
        share, work = self._area.problem.share, state.work
        time_s = share[:, k.SHARE_TIME]
        for members, like in self._hourly:
            full_s = time_s[members] * (work[like].sum() / time_s[like].sum())
            self._closed[members] |= work[members] < least * full_s
        weights = self._area.source.weights
        closed = max(weights.call_in, min(CLOSED_TIMES * weights.call_in, weights.lent))
        share[self._closed, k.SHARE_OPEN] = closed
        self._take_out(state)
        self._begin_anew(state)
        construct(self._area.problem, state, rng)
        self._begin_anew(state)

    def _begin_anew(self, state: State) -> None:
        """The best plan as the present one, at the prices of now."""
        back_to_best(self._area, state)
        state.scalar[k.SCALAR_BEST] = state.scalar[k.SCALAR_COST]

    def _take_out(self, state: State) -> None:
        """Empty the closed shifts of the best plan, but for what is locked, pairs both."""
        node, route = self._area.problem.node, self._area.problem.route
        n_visits = len(self._area.keys)
        out = np.zeros(len(node), dtype=bool)
        for r in np.flatnonzero(self._closed[route[:, k.ROUTE_SHARE]]):
            out[state.best_seq[r, 1 : 1 + state.best_length[r]]] = True
        out[n_visits:] = False
        out[:n_visits] &= node[:n_visits, k.NODE_ABSENT] < PIN_ABSENT
        partner = node[:n_visits, k.NODE_PARTNER]
        out[:n_visits] |= (partner >= 0) & out[partner]
        for i, n in enumerate(state.best_length):
            row = state.best_seq[i, 1 : 1 + n]
            stays: IntArray = row[~out[row]]
            state.best_seq[i, 1 : 1 + len(stays)] = stays
            state.best_length[i] = len(stays)

    def lay(self, state: State) -> None:
        """Price what differs from each group's share in the best plan, and count its cost anew."""
        source = self._area.source
        is_mended = source.is_mended and source.current is not None
        if is_mended or not self._groups + self._hourly:
            return
        back_to_best(self._area, state)
        share, work, weights = self._area.problem.share, state.work, source.weights
        time_s, mean = share[:, k.SHARE_TIME], np.zeros(len(share))
        price, even = np.zeros(len(share), dtype=np.int64), weights.uneven_pct * 64 // 100
        for members in self._groups:
            price[members] = even
            mean[members] = work[members].sum() / time_s[members].sum()
        for members, like in self._hourly:
            mean[members] = work[like].sum() / time_s[like].sum()
            price[members] = HOURLY_TIMES * even
            lacks: FloatArray = 1 - work[members] / np.maximum(mean[members] * time_s[members], 1)
            opens = weights.call_in * (1 + EMPTY_TIMES * np.maximum(lacks, 0))
            opens += price[members] / 64 * mean[members] ** 2 * time_s[members]
            opened = np.array(members)[~self._closed[members]]
            share[opened, k.SHARE_OPEN] = np.round(opens[~self._closed[members]])
        pull = price * mean
        share[:, k.SHARE_PRICE] = price
        share[:, k.SHARE_LINE] = np.round(2 * (pull.max() - pull))
        count_in(self._area, state)
        state.scalar[k.SCALAR_BEST] = state.scalar[k.SCALAR_COST]
