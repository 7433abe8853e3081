"""The arrays' sequences as stops with times, and stops back into arrays."""

from __future__ import annotations

from collections.abc import Sequence

from routing.soft import kernels_layout as k
from routing.soft.kernels_layout import Choice, Problem, State
from routing.soft.kernels_window import lateness, lunch_at
from routing.soft.model import SoftDay, SoftPlan, SoftRoute, Stop


def node_keys(day: SoftDay) -> list[tuple[str, int]]:
    """The visit and the number of the carer that each visit node stands for."""
    return [(visit.visit_id, j) for visit in day.visits for j in range(len(visit.needs))]


def _lunch_stop(
    problem: Problem, c: int, row: Sequence[int], p: int, ready: int, place: int
) -> Stop:
    """The lunch at position ``p``; its place tells whether the leg to the next comes first."""
    v = row[p]
    is_last = p + 1 == len(row)
    there = int(problem.carer[c, k.C_TO] if is_last else problem.node[row[p + 1], k.V_PLACE])
    there = place if there < 0 else there
    leg = int(problem.leg[problem.carer[c, k.C_MODE], place, there])
    start, goes = lunch_at(problem.node[v], p == 0 and not is_last, is_last, ready, leg)
    here, arrive = (there, ready + leg) if goes == 1 else (place, ready)
    return Stop("", 0, here, arrive, int(start), int(start) + int(problem.node[v, k.V_DUR]), 0)


def _route(day: SoftDay, problem: Problem, state: State, c: int) -> SoftRoute:
    """One carer's stops, leaving as late as makes nothing later."""
    keys = node_keys(day)
    carer = day.carers[c]
    row = [int(v) for v in state.row[c, : state.line[c, k.L_SIZE]]]
    depart = carer.start + int(state.line[c, k.L_SHIFT])
    if not row:
        return SoftRoute(carer.carer_id, depart, (), depart)
    ready, place, stops = depart, carer.from_place, []
    for p, v in enumerate(row):
        node = problem.node[v]
        if node[k.V_KIND] == k.LUNCH:
            stop = _lunch_stop(problem, c, row, p, ready, place)
        else:
            here = int(node[k.V_PLACE]) if node[k.V_PLACE] >= 0 else place
            arrive = ready + int(problem.leg[carer.mode, place, here])
            start = max(arrive, int(state.at[v, k.A_START]))
            visit_id, need = keys[v]
            late = int(lateness(node, start))
            stop = Stop(visit_id, need, here, arrive, start, start + int(node[k.V_DUR]), late)
        stops.append(stop)
        ready, place = stop.end, stop.place
    is_away = any(stop.visit_id for stop in stops)
    finish = ready + (int(problem.leg[carer.mode, place, carer.to_place]) if is_away else 0)
    return SoftRoute(carer.carer_id, depart, tuple(stops), finish)


def decode(
    day: SoftDay,
    problem: Problem,
    choice: Choice,
    state: State,
    seed: tuple[int, ...],
    schedule: Sequence[tuple[int, float, float]],
) -> SoftPlan:
    """The plan of a state, in ids and times."""
    return SoftPlan(
        routes=tuple(_route(day, problem, state, c) for c in range(len(day.carers))),
        absent=tuple(
            visit.visit_id
            for u, visit in enumerate(day.visits)
            if state.at[choice.unit[u, k.U_ONE], k.A_ROUTE] < 0
        ),
        cost=int(state.now[k.NOW_COST]),
        seed=seed,
        schedule=tuple(schedule),
    )


def lay(choice: Choice, state: State, rows: Sequence[Sequence[int]]) -> None:
    """Set a state's sequences; times and prices follow by `kernels_search.retime_all`."""
    state.at[:, k.A_ROUTE] = -1
    for c, row in enumerate(rows):
        state.line[c, k.L_SIZE] = len(row)
        state.row[c, : len(row)] = row
        for p, v in enumerate(row):
            state.at[v, k.A_ROUTE], state.at[v, k.A_POS] = c, p
    out = state.at[choice.unit[:, k.U_ONE], k.A_ROUTE] < 0
    state.now[k.NOW_ABSENT] = int(choice.unit[out, k.U_ABSENT].sum())
