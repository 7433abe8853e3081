# mypy: disable-error-code="no-untyped-def,no-untyped-call,no-any-return,arg-type"
"""What the search asks of timing, as it is where windows hold and each route is timed alone."""

from __future__ import annotations

import numpy as np

from data.kernels import bare_kernel as kernel
from data.kernels import seam
from routing.engine.kernels_layout import (
    L_NODE,
    NOW_BROKEN,
    NOW_HEAD,
    NOW_LATER,
    NOW_TAIL,
    NOW_TIMED,
    NOW_TOUCHED,
    NOW_TRIAL,
    NOW_TRIED,
    NOW_TRY_NODE,
    NOW_TRY_ROUTE,
    P_HALF,
    Problem,
    State,
)
from routing.engine.kernels_route import count, price_in, retime, set_present


@kernel
def begin_trial(state):
    """Start a new trial: nothing tried, nothing moved."""
    now = state.now
    now[NOW_TRIAL] += 1
    now[NOW_TRIED] = now[NOW_HEAD] = now[NOW_TAIL] = now[NOW_LATER] = 0
    now[NOW_TRY_ROUTE] = now[NOW_TRY_NODE] = -1


@seam
def time_routes(problem: Problem, state: State) -> bool:
    """Time every route, each alone; whether its windows hold."""
    holds = True
    state.now[NOW_TIMED] = 0
    for r in range(state.length.shape[0]):
        holds = retime(problem, state, r) and holds
        state.now[NOW_TIMED] += state.cost[r]
    return holds


@kernel
def time_all(problem: Problem, state: State) -> bool:
    """Time every route; ``NOW_TIMED`` is then what they cost. Whether all rules of time hold."""
    return time_routes(problem, state)


@seam
def put_back_times(problem: Problem, state: State) -> None:
    """Time the routes that are put back."""
    for k in range(state.now[NOW_TOUCHED]):
        retime(problem, state, state.touched[k])


@seam
def retime_touched(problem: Problem, state: State) -> int:
    """Time the ruined routes anew; the change of their costs. Marks the iteration broken."""
    change = 0
    for k in range(state.now[NOW_TOUCHED]):
        r = state.touched[k]
        before = state.cost[r]
        if not retime(problem, state, r):
            state.now[NOW_BROKEN] = 1
        change += state.cost[r] - before
    return change


@seam
def hold_lunches(problem: Problem, state: State) -> int:  # noqa: ARG001
    """Nothing: a break that must be held stands in its route like any other node."""
    return 0


@kernel
def count_all(problem: Problem, state: State, n_visits: int) -> int:
    """Time every route and count in its visits, all of them unplanned until now; their prices."""
    time_all(problem, state)
    prices = 0
    for r in range(state.length.shape[0]):
        for p in range(1, state.length[r] + 1):
            u = state.line[r, p, L_NODE]
            if u < n_visits:
                prices += count(problem, state, u, r, state.plan[u, P_HALF], np.int64(1))
                prices += price_in(problem, u, r)
                set_present(state, u)
    return prices
