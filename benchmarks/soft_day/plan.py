"""The arrays' sequences as stops with times, and stops back into arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.soft_day.problem import node_keys
from benchmarks.soft_day.soft_day_model import SoftDay, SoftPlan, SoftRoute, Stop
from routing.engine import kernels_layout as k
from routing.engine.kernels_layout import Problem, State
from routing.engine.kernels_measure import lateness, lunch_at
from routing.engine.kernels_moving import time_all


def _lunch_stop(
    problem: Problem, c: int, row: Sequence[int], p: int, ready: int, place: int
) -> Stop:
    """The lunch at position ``p``; its place tells whether the leg to the next comes first."""
    v = row[p]
    is_last = p + 1 == len(row)
    there = int(problem.route[c, k.ROUTE_TO] if is_last else problem.node[row[p + 1], k.NODE_LOC])
    there = place if there < 0 else there
    leg = int(problem.leg[problem.route[c, k.ROUTE_MODE], place, there])
    start, goes = lunch_at(problem, v, p == 0 and not is_last, is_last, ready, leg)
    here, arrive = (there, ready + leg) if goes == 1 else (place, ready)
    return Stop("", 0, here, arrive, int(start), int(start) + int(problem.node[v, k.NODE_DUR]), 0)


def _route(day: SoftDay, problem: Problem, state: State, c: int) -> SoftRoute:
    """One carer's stops, leaving as late as makes nothing later."""
    keys = node_keys(day)
    carer = day.carers[c]
    row = rows_of(state)[c]
    depart = carer.start + int(state.sum[c, k.SUM_SHIFT])
    if not row:
        return SoftRoute(carer.carer_id, depart, (), depart)
    ready, place, stops = depart, carer.from_place, []
    for p, v in enumerate(row):
        node = problem.node[v]
        if node[k.NODE_KIND] == k.LUNCH:
            stop = _lunch_stop(problem, c, row, p, ready, place)
        else:
            here = int(node[k.NODE_LOC]) if node[k.NODE_LOC] >= 0 else place
            arrive = ready + int(problem.leg[carer.mode, place, here])
            start = max(arrive, int(state.stop[v, k.STOP_START]))
            visit_id, need = keys[v]
            late = int(lateness(problem.soft[v], start))
            stop = Stop(visit_id, need, here, arrive, start, start + int(node[k.NODE_DUR]), late)
        stops.append(stop)
        ready, place = stop.end, stop.place
    is_away = any(stop.visit_id for stop in stops)
    finish = ready + (int(problem.leg[carer.mode, place, carer.to_place]) if is_away else 0)
    return SoftRoute(carer.carer_id, depart, tuple(stops), finish)


def decode(
    day: SoftDay,
    problem: Problem,
    state: State,
    seed: tuple[int, ...],
    schedule: Sequence[tuple[int, float, float]],
) -> SoftPlan:
    """The plan of a state, in ids and times."""
    keys = node_keys(day)
    lacking = dict.fromkeys(keys[v][0] for v in range(len(keys)) if state.plan[v, k.PLAN_ROUTE] < 0)
    return SoftPlan(
        routes=tuple(_route(day, problem, state, c) for c in range(len(day.carers))),
        absent=tuple(lacking),
        cost=int(state.scalar[k.SCALAR_COST]),
        seed=seed,
        schedule=tuple(schedule),
    )


def rows_of(state: State) -> list[list[int]]:
    """The nodes of each route in order."""
    return [
        [int(v) for v in state.line[c, 1 : 1 + state.length[c], k.POS_NODE]]
        for c in range(len(state.length))
    ]


def lay(problem: Problem, state: State, rows: Sequence[Sequence[int]]) -> bool:
    """Set a state's sequences, its times and what it costs; whether it can be timed."""
    visits = problem.node[:, k.NODE_KIND] == k.VISIT
    state.plan[:, k.PLAN_ROUTE] = -1
    for c, row in enumerate(rows):
        state.length[c] = len(row)
        state.line[c, 1 : 1 + len(row), k.POS_NODE] = row
        state.plan[list(row), k.PLAN_ROUTE] = c
    out = visits & (state.plan[:, k.PLAN_ROUTE] < 0)
    persons = sum(
        int(price)
        for v in np.flatnonzero(visits & ~out)
        for r, price in problem.cand[problem.cand_ptr[v] : problem.cand_ptr[v + 1]]
        if r == state.plan[v, k.PLAN_ROUTE]
    )
    holds = bool(time_all(problem, state))
    state.scalar[k.SCALAR_COST] = (
        problem.node[out, k.NODE_ABSENT].sum() + persons + state.scalar[k.SCALAR_TIMED]
    )
    return holds
