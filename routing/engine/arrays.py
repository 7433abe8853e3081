"""Arrays that every user of the engine needs: lists in a row, routes by date, an empty plan.

Who has a plan has the kernels for problems whose starts move too: they say themselves what they
stand in for (`data.kernels.instead_of`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from routing.engine import kernels_layout as k
from routing.engine import kernels_moving, kernels_place
from routing.engine.kernels_layout import IntArray, Problem, State
from routing.engine.search_params import SearchParams

MOST_NODES = 160
"""On one route: memory alone, since a full one takes no more. Eight hours of visits of three
minutes, side by side, fill it; the longest round of the demo has 20 visits."""
__all__ = ["empty_state", "kernels_moving", "kernels_place", "no_soft", "pack", "pack_rows"]


def zeros(*shape: int) -> IntArray:
    """Whole numbers, all 0."""
    return np.zeros(shape, dtype=np.int64)


def pack(lists: Sequence[Sequence[int]]) -> tuple[IntArray, IntArray]:
    """Lists of numbers as one array and where each begins."""
    ptr = zeros(len(lists) + 1)
    ptr[1:] = np.cumsum([len(part) for part in lists])
    flat = np.fromiter((x for part in lists for x in part), dtype=np.int64, count=int(ptr[-1]))
    return ptr, flat


def pack_rows(lists: Sequence[Sequence[tuple[int, ...]]], width: int) -> tuple[IntArray, IntArray]:
    """Lists of rows of ``width`` numbers as one table and where each list begins."""
    ptr, _ = pack([[0] * len(part) for part in lists])
    flat = np.array([row for part in lists for row in part], dtype=np.int64).reshape(-1, width)
    return ptr, np.ascontiguousarray(flat)


def routes_by_date(route: IntArray) -> tuple[IntArray, IntArray]:
    """``date_ptr`` and ``date_route`` of a table of routes."""
    n_dates = int(route[:, k.ROUTE_DATE].max(initial=0)) + 1
    return pack([np.flatnonzero(route[:, k.ROUTE_DATE] == d).tolist() for d in range(n_dates)])


def no_soft() -> dict[str, IntArray]:
    """What says that windows hold, and that it does not matter who works more or comes twice."""
    return {
        "soft": zeros(0), "price": zeros(k.PRICE_COLS), "share": zeros(0, k.SHARE_COLS),
        "same_day_price": zeros(0),
    }  # fmt: skip


def empty_state(
    problem: Problem,
    sequences: Sequence[Sequence[int]],
    params: SearchParams | None = None,
    width: int | None = None,
    *,
    remembers: bool = False,
) -> State:
    """A plan with the blocks only; every visit is unplanned.

    ``width`` is how many positions a route has, with its two ends and a spare; with ``remembers``
    the cheapest place of each node in each route is kept as long as the route stays.
    """
    n_nodes, n_routes = len(problem.node), len(problem.route)
    staff = int(problem.route[:, k.ROUTE_STAFF].max(initial=0)) + 1
    n_periods = int(problem.route[:, k.ROUTE_PERIOD].max(initial=0)) + 1
    dates = int(problem.route[:, k.ROUTE_DATE].max(initial=0)) + 1
    n_clients, n_clash = len(problem.new_carer_price), max(len(problem.clash_limit), 1)
    width = width or _width(problem)
    plan = zeros(n_nodes, k.PLAN_COLS)
    plan[:, k.PLAN_ROUTE] = plan[:, k.PLAN_HALF] = -1
    plan[:, k.PLAN_EARLIEST] = problem.node[:, k.NODE_EARLIEST]
    plan[:, k.PLAN_LATEST] = problem.node[:, k.NODE_LATEST]
    line, stop = zeros(n_routes, width, k.POS_COLS), zeros(n_nodes, k.STOP_COLS)
    length = zeros(n_routes)
    for r, sequence in enumerate(sequences):
        line[r, 1 : 1 + len(sequence), k.POS_NODE] = sequence
        length[r] = len(sequence)
        plan[list(sequence), k.PLAN_ROUTE] = r
        stop[list(sequence), k.STOP_POS] = np.arange(1, len(sequence) + 1)
    visits = np.flatnonzero(problem.node[:, k.NODE_KIND] == k.VISIT)
    absent, absent_at = zeros(n_nodes), zeros(n_nodes) - 1
    absent[: len(visits)] = visits
    absent_at[visits] = np.arange(len(visits))
    scalar = zeros(k.SCALAR_SIZE)
    scalar[k.SCALAR_ABSENT] = len(visits)
    scalar[k.SCALAR_TRY_ROUTE], scalar[k.SCALAR_MOST] = -1, k.FAR
    return State(
        line=line, length=length, cost=zeros(n_routes), plan=plan,
        meetings=zeros(n_periods, max(n_clients, 1), staff), work=zeros(len(problem.share)),
        same_day=zeros(dates * (len(problem.same_day_price) > 0), max(n_clients, 1), staff),
        clash=zeros(staff, dates, 2, n_clash),
        absent=absent, absent_at=absent_at, removed=zeros(2 * n_nodes + 64),
        key=zeros(2 * n_nodes + 64), touched=zeros(n_routes), touched_at=zeros(n_routes),
        old_seq=zeros(n_routes, width), old_length=zeros(n_routes),
        logged=zeros(n_nodes, 1 + k.PLAN_COLS), logged_at=zeros(n_nodes), dirty=zeros(n_routes),
        dirty_at=zeros(n_routes), best_seq=zeros(n_routes, width), best_length=zeros(n_routes),
        best_plan=plan.copy(), slot=zeros(256, 5), sum=zeros(2 * n_routes, k.SUM_COLS), stop=stop,
        day=zeros(dates, k.DAY_COLS), seen=zeros(n_nodes * remembers, n_routes, k.SEEN_COLS),
        queue=zeros(k.QUEUE, 2),
        tune=(params or SearchParams()).table(), scalar=scalar,
    )  # fmt: skip


def _width(problem: Problem) -> int:
    """Positions that the longest shift can hold, with its two ends and a spare."""
    if len(problem.route) == 0:
        return 4
    visits = problem.node[problem.node[:, k.NODE_KIND] == k.VISIT]
    shortest = max(int(visits[:, k.NODE_DUR].min(initial=k.FAR)), 60)
    longest = int((problem.route[:, k.ROUTE_END] - problem.route[:, k.ROUTE_START]).max())
    return min(longest // shortest + 12, MOST_NODES)
