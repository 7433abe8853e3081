"""What of a plan still stands after the news: a warm start, and the dates that must be mended.

A visit stands where its carer is still at work and may still make it, its start is still inside
its window, and its round still holds. The rest is taken out, as gently as can be, and left to the
search.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from data.plans import PlanRow
from routing.engine import kernels_layout as k
from routing.engine.arrays import empty_state
from routing.engine.kernels_layout import State
from routing.engine.kernels_moving import count_all
from routing.engine.kernels_route import retime
from routing.rounds.build import build
from routing.rounds.incumbent import Incumbent, met_elsewhere
from routing.rounds.plan_decoding import fix_start
from routing.rounds.round_problem import AreaInput, AreaProblem


@dataclass(frozen=True)
class WarmStart:
    """An area's arrays with what stands of ``source.current`` in them, and its cost counted."""

    area: AreaProblem
    state: State
    present: Incumbent


def load_warm_start(source: AreaInput) -> WarmStart:
    """The arrays of ``source`` holding what stands of the plan that is mended."""
    area, blocks = build(source)
    state = empty_state(area.problem, blocks)
    present = Incumbent(source, area.keys)
    loading = _Loading(area, state, present, blocks)
    loading.drop_what_clashes()
    for r in range(len(state.length)):
        loading.drop_until_it_holds(r)
    count_in(area, state)
    return WarmStart(area, state, present)


def _routes_of_rounds(source: AreaInput) -> dict[str, int]:
    """The route that each present round becomes: its own shift, or the carer's only one that day.

    So a shift that begins later or ends earlier than it did keeps what it can.
    """
    exact: dict[str, int] = {shift.round_id: r for r, shift in enumerate(source.shifts)}
    of_day: dict[tuple[str, dt.date], list[int]] = {}
    for r, shift in enumerate(source.shifts):
        of_day.setdefault((shift.shift.staff_id, shift.shift.date), []).append(r)
    route_of: dict[str, int] = {}
    for round_id, rows in (source.current.rounds if source.current is not None else {}).items():
        if round_id in exact:
            route_of[round_id] = exact[round_id]
            continue
        mine = of_day.get((rows[0].staff_id, rows[0].date), [])
        if len(mine) == 1 and source.shifts[mine[0]].shift.part == rows[0].shift:
            route_of[round_id] = mine[0]
    return route_of


class _Loading:
    """Rounds under way from rows to arrays."""

    def __init__(
        self, area: AreaProblem, state: State, present: Incumbent, blocks: list[list[int]]
    ) -> None:
        self._area, self._state = area, state
        self._n_visits = len(area.keys)
        self._start: dict[int, int] = {}
        self._route: dict[int, int] = {}
        route_of = _routes_of_rounds(area.source)
        self._rows: dict[int, list[PlanRow]] = {}
        for row in area.source.current.rows if area.source.current is not None else ():
            if row.round_id in route_of:
                self._rows.setdefault(route_of[row.round_id], []).append(row)
        self._sequence: list[list[int]] = []
        for r, nodes in enumerate(blocks):
            self._start |= dict(zip(nodes, self._block_starts(r, nodes), strict=True))
            self._sequence.append(list(nodes))
        for u, stands in enumerate(present.row_of_node):
            r = route_of.get(stands.round_id, -1) if stands is not None else -1
            if stands is not None and r >= 0 and self._may_stay(u, r, stands.start_s):
                self._start[u], self._route[u] = stands.start_s, r
                self._sequence[r].append(u)
        for u in list(self._route):
            if u in self._route and self._lacks_partner(u):
                self._drop(u)
        for r, nodes in enumerate(self._sequence):
            nodes.sort(key=lambda u: (self._start[u], u))
            self._write(r)

    def _block_starts(self, r: int, nodes: list[int]) -> Iterator[int]:
        """Each block's start: fixed, or the break's as it stands in the present plan."""
        shift = self._area.source.shifts[r]
        begun_s = [row.start_s for row in self._rows.get(r, ()) if row.kind == "break"]
        for block, start_s, _ in zip(shift.blocks, shift.starts_s, nodes, strict=True):
            moves = (
                block.kind == "break"
                and begun_s
                and block.earliest_s <= begun_s[0] <= block.latest_s
            )
            yield begun_s[0] if moves else start_s

    def _may_stay(self, u: int, r: int, start_s: int) -> bool:
        problem = self._area.problem
        node, first, last = problem.node[u], problem.cand_ptr[u], problem.cand_ptr[u + 1]
        pinned = node[k.NODE_PINNED_STAFF]
        return bool(
            r in problem.cand[first:last, 0]
            and node[k.NODE_EARLIEST] <= start_s <= node[k.NODE_LATEST]
            and pinned in (0, problem.route[r, k.ROUTE_STAFF] + 1)
        )

    def _lacks_partner(self, u: int) -> bool:
        partner = int(self._area.problem.node[u, k.NODE_PARTNER])
        if partner < 0:
            return False
        staff = self._area.problem.route[:, k.ROUTE_STAFF]
        return (
            partner not in self._route
            or self._start[partner] != self._start[u]
            or staff[self._route[partner]] == staff[self._route[u]]
        )

    def _write(self, r: int) -> None:
        """Put the nodes of route ``r`` into the arrays, each with its window."""
        nodes, state = self._sequence[r], self._state
        state.length[r] = len(nodes)
        state.line[r, 1 : 1 + len(nodes), k.POS_NODE] = nodes
        for u in nodes:
            state.plan[u, k.PLAN_ROUTE] = r
            if u < self._n_visits:
                fix_start(self._area, state, u, self._start[u])

    def _drop(self, u: int) -> None:
        """Take a visit out, and the other carer of it."""
        partner = int(self._area.problem.node[u, k.NODE_PARTNER])
        for v in (u, partner) if partner >= 0 else (u,):
            r = self._route.pop(v, None)
            if r is None:
                continue
            self._sequence[r].remove(v)
            node, plan = self._area.problem.node, self._state.plan
            plan[v, k.PLAN_ROUTE] = plan[v, k.PLAN_HALF] = -1
            plan[v, k.PLAN_EARLIEST], plan[v, k.PLAN_LATEST] = (
                node[v, k.NODE_EARLIEST],
                node[v, k.NODE_LATEST],
            )
            self._write(r)

    def drop_what_clashes(self) -> None:
        """Take out visits that break a rule across rounds: time-lags and limits per half-day."""
        problem, route = self._area.problem, self._area.problem.route
        for u in sorted(self._route):
            for v, least, most in problem.lag[problem.lag_ptr[u] : problem.lag_ptr[u + 1]].tolist():
                if u not in self._route or v not in self._route:
                    continue
                same_date = (
                    route[self._route[u], k.ROUTE_DATE] == route[self._route[v], k.ROUTE_DATE]
                )
                if same_date and not least <= self._start[v] - self._start[u] <= most:
                    self._drop(max(u, v, key=lambda w: (self._start[w], w)))
        held: Counter[tuple[int, int, bool, int]] = Counter()
        for u in sorted(self._route, key=lambda u: (self._start[u], u)):
            clash = int(problem.node[u, k.NODE_CLASH])
            if clash < 0 or u not in self._route:
                continue
            row = route[self._route[u]]
            half = (
                int(row[k.ROUTE_STAFF]),
                int(row[k.ROUTE_DATE]),
                self._start[u] >= problem.noon[0],
            )
            both = (clash, len(problem.clash_limit) - 1)  # of its kind, and of all heavy ones
            if any(held[*half, which] >= problem.clash_limit[which] for which in both):
                self._drop(u)
                continue
            held.update((*half, which) for which in both)

    def drop_until_it_holds(self, r: int) -> None:
        """Take visits out of a route until its windows, blocks and end hold."""
        state = self._state
        while not retime(self._area.problem, state, r):
            visits = [u for u in self._sequence[r] if u < self._n_visits]
            if not visits:
                break
            late = next(
                (
                    p
                    for p, u in enumerate(self._sequence[r])
                    if state.line[r, p + 1, k.POS_START] > state.plan[u, k.PLAN_LATEST]
                ),
                len(self._sequence[r]),
            )
            before = [u for u in self._sequence[r][: late + 1] if u < self._n_visits]
            self._drop(before[-1] if before else visits[0])


def count_in(area: AreaProblem, state: State) -> None:
    """Time every route, and count carers, clashes, unplanned visits and the cost from nothing."""
    problem, source = area.problem, area.source
    staff = sorted({shift.shift.staff_id for shift in source.shifts})
    staff_idx = {staff_id: i for i, staff_id in enumerate(staff)}
    n_visits = len(area.keys)
    for counts in (state.meetings, state.same_day, state.clash, state.work):
        counts[:] = 0
    state.sum[:, k.SUM_LOAD] = 0
    state.absent[:n_visits] = state.absent_at[:n_visits] = np.arange(n_visits)
    state.scalar[k.SCALAR_ABSENT] = n_visits
    for (period, client_id, staff_id), n in met_elsewhere(source).items():
        place, who = area.place_of_client.get(client_id), staff_idx.get(staff_id)
        if place is not None and who is not None and period < len(state.meetings):
            state.meetings[period, place, who] += n
    cost = count_all(problem, state, n_visits)
    left_out = int(problem.node[state.plan[:, k.PLAN_ROUTE] < 0, k.NODE_ABSENT].sum())
    state.scalar[k.SCALAR_COST] = cost + int(state.scalar[k.SCALAR_TIMED]) + left_out


def back_to_best(area: AreaProblem, state: State) -> None:
    """Make the best plan so far the present one."""
    node = area.problem.node
    state.length[:] = state.best_length
    state.line[:, :, k.POS_NODE] = state.best_seq
    state.plan[:] = state.best_plan
    out = np.ones(len(node), dtype=bool)
    for r in range(len(state.length)):
        nodes = state.best_seq[r, 1 : 1 + state.best_length[r]]
        state.plan[nodes, k.PLAN_ROUTE] = r
        out[nodes] = False
    absent = np.flatnonzero(out)
    state.plan[absent, k.PLAN_ROUTE] = state.plan[absent, k.PLAN_HALF] = -1
    state.plan[absent, k.PLAN_EARLIEST] = node[absent, k.NODE_EARLIEST]
    state.plan[absent, k.PLAN_LATEST] = node[absent, k.NODE_LATEST]
    state.dirty_at[:] = 0
    state.scalar[k.SCALAR_DIRTY] = 0
    count_in(area, state)


def affected_dates(warm_start: WarmStart, rows: list[PlanRow]) -> set[dt.date]:
    """Dates on which the plan cannot stay as it is, given the rows that standing rounds make."""
    source, state = warm_start.area.source, warm_start.state
    plan = source.current
    assert plan is not None
    affected = set()
    made: dict[str, list[PlanRow]] = {}
    for row in rows:
        made.setdefault(row.round_id, []).append(row)
    for round_id, now in made.items():
        if tuple(now) != plan.rounds.get(round_id):
            affected.add(now[0].date)
    dates = set(source.dates)
    for round_id, before in plan.rounds.items():
        plan_row = before[0]
        had = any(row.kind == "visit" for row in before)
        if had and plan_row.date in dates and round_id not in made and _is_of(source, before):
            affected.add(plan_row.date)
    listed = {(row.visit_id, row.date, row.carer_no) for row in plan.unplanned}
    for u in state.absent[: state.scalar[k.SCALAR_ABSENT]].tolist():
        key = warm_start.area.keys[u]
        days = key.occurrence.dates
        row = warm_start.present.row_of_node[u]
        if row is not None:
            affected.add(row.date)
        elif not any((key.occurrence.visit.visit_id, d, key.carer_no) in listed for d in days):
            affected.update(days)
    return affected


def _is_of(source: AreaInput, rows: tuple[PlanRow, ...]) -> bool:
    """Whether a round belongs to the area: by its carer, or where she is gone by its clients."""
    plan = source.team_plan
    if rows[0].staff_id in plan.staff_area:
        return plan.staff_area[rows[0].staff_id] in source.area_ids
    teams = {plan.team_of_client.get(row.client_id, "") for row in rows if row.kind == "visit"}
    return any(t and plan.team_by_id[t].area_id in source.area_ids for t in teams)
