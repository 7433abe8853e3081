"""A plan's rows back into arrays, so that it can be asked about or worked on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np

from data.plans import PlanRow, RoundPlan
from routing.engine import kernels_layout as k
from routing.engine.arrays import empty_state
from routing.engine.kernels_layout import State
from routing.engine.kernels_moving import count_all
from routing.rounds.build import build
from routing.rounds.round_problem import AreaInput, AreaProblem, softened


@dataclass(frozen=True)
class LoadedArea:
    """One area's arrays holding a plan; nodes found by visit, date and carer number."""

    area: AreaProblem
    state: State
    node_of: dict[tuple[str, dt.date, int], int]
    """Planned nodes by their date; unplanned ones by the first date they are allowed."""


def _nodes(area: AreaProblem) -> dict[tuple[str, int], list[int]]:
    nodes: dict[tuple[str, int], list[int]] = {}
    for u, key in enumerate(area.keys):
        nodes.setdefault((key.occurrence.visit.visit_id, key.carer_no), []).append(u)
    return nodes


def load_plan(source: AreaInput, plan: RoundPlan) -> LoadedArea:
    """The arrays of ``source`` with the rows of ``plan`` in them.

    Visits that hang together with others (two carers, time-lags) are held at the start that the
    plan gives them; all others may move within their windows.
    """
    area, blocks = build(source)
    if source.soft is not None:
        area = replace(area, problem=softened(source, area.keys, area.problem))
    state = empty_state(area.problem, blocks)
    free = _nodes(area)
    node_of: dict[tuple[str, dt.date, int], int] = {}
    route_of = {
        (shift.shift.date, shift.shift.staff_id, shift.shift.start_s): r
        for r, shift in enumerate(source.shifts)
    }
    by_round: dict[int, list[PlanRow]] = {}
    for rows in plan.rounds.values():
        route = route_of.get((rows[0].date, rows[0].staff_id, rows[0].start_s))
        if route is not None:
            by_round[route] = list(rows)
    for r, found_rows in sorted(by_round.items()):
        kinds: dict[str, list[int]] = {}
        for i, u in enumerate(blocks[r]):
            kinds.setdefault(source.shifts[r].blocks[i].kind, []).append(u)
        sequence: list[int] = []
        for row in found_rows:
            if row.kind == "visit" and (row.visit_id, row.carer_no) not in free:
                continue  # she was lent to an area that is not asked about
            if row.kind == "visit":
                u = _take(free, area, row)
                first, last = area.problem.cand_ptr[u], area.problem.cand_ptr[u + 1]
                if r not in area.problem.cand[first:last, 0]:
                    if source.soft is not None:  # she may not any more: nobody does it
                        free[row.visit_id, row.carer_no].append(u)
                        continue
                    raise ValueError(f"{row.visit_id} {row.date}: {row.staff_id}")
                node_of[row.visit_id, row.date, row.carer_no] = u
                fix_start(area, state, u, row.start_s)
                sequence.append(u)
            elif row.kind not in ("start", "end"):
                sequence.append(kinds[row.kind].pop(0))
        state.length[r] = len(sequence)
        state.line[r, 1 : 1 + len(sequence), k.POS_NODE] = sequence
        state.plan[sequence, k.PLAN_ROUTE] = r
    count_all(area.problem, state, len(area.keys))
    for (visit_id, carer_no), nodes in free.items():
        for u in nodes:
            node_of[visit_id, area.keys[u].occurrence.dates[0], carer_no] = u
    return LoadedArea(area, state, node_of)


def _take(free: dict[tuple[str, int], list[int]], area: AreaProblem, row: PlanRow) -> int:
    """The node that a row stands for: an occurrence allowed on its date and not yet taken."""
    nodes = free[row.visit_id, row.carer_no]
    for i, u in enumerate(nodes):
        if row.date in area.keys[u].occurrence.dates:
            return nodes.pop(i)
    raise ValueError(f"{row.visit_id} {row.date}")


def fix_start(area: AreaProblem, state: State, u: int, start_s: int) -> None:
    """The window that keeps the rules across routes, for a visit that starts at ``start_s``."""
    node, lag_ptr, noon_s = area.problem.node, area.problem.lag_ptr, area.problem.noon[0]
    if node[u, k.NODE_CLASH] >= 0:
        state.plan[u, k.PLAN_HALF] = int(start_s >= noon_s)
        if start_s < noon_s:
            state.plan[u, k.PLAN_LATEST] = min(node[u, k.NODE_LATEST], noon_s - 1)
        else:
            state.plan[u, k.PLAN_EARLIEST] = max(node[u, k.NODE_EARLIEST], noon_s)
    is_linked = node[u, k.NODE_PARTNER] >= 0 or lag_ptr[u + 1] > lag_ptr[u]
    if is_linked and area.source.soft is None:
        state.plan[u, k.PLAN_EARLIEST] = state.plan[u, k.PLAN_LATEST] = start_s


def generator() -> np.random.Generator:
    """For kernels that ask for one where nothing is drawn."""
    return np.random.Generator(np.random.PCG64(0))
