# mypy: disable-error-code="no-untyped-def,no-untyped-call,no-any-return"
"""Where starts move: one node's start, how late it is, its room, and who stands where on trial."""

from __future__ import annotations

from data.kernels import bare_kernel as kernel
from routing.engine.kernels_layout import (
    AT_MARK,
    AT_START,
    AT_TRY,
    L_NODE,
    N_EARLIEST,
    N_LOC,
    NOW_TRIAL,
    NOW_TRY_NODE,
    NOW_TRY_POS,
    NOW_TRY_ROUTE,
    R_FROM,
    R_TO,
    SOFT_EARLY2,
    SOFT_LATE,
    SOFT_LATE2,
    SOFT_SWITCH,
    IntArray,
    Problem,
)


@kernel
def settle(soft: IntArray, earliest: int, arrive: int) -> int:
    """The start of a visit whose carer is ready at ``arrive``: never falls as it rises."""
    if arrive <= soft[SOFT_SWITCH]:
        return max(arrive, earliest)
    return max(arrive, soft[SOFT_EARLY2])


@kernel
def lateness(soft: IntArray, start: int) -> int:
    """How late a start is against the window it falls in or after."""
    last = soft[SOFT_LATE2] if start >= soft[SOFT_EARLY2] else soft[SOFT_LATE]
    return max(0, start - last)


@kernel
def slack_of(soft, start):
    """How much later a start may be without being (more) late, or in another window."""
    if start >= soft[SOFT_EARLY2]:
        return max(0, soft[SOFT_LATE2] - start)
    return max(0, soft[SOFT_LATE] - start)


@kernel
def start_of(state, v):
    """The start of a node, as tried if it was tried, else as it stands."""
    if state.at[v, AT_MARK] == state.now[NOW_TRIAL]:
        return state.at[v, AT_TRY]
    return state.at[v, AT_START]


@kernel
def node_at(state, r, p):
    """The node at position ``p`` of route ``r``, the one on trial among them."""
    now = state.now
    if r == now[NOW_TRY_ROUTE] and p >= now[NOW_TRY_POS]:
        if p == now[NOW_TRY_POS]:
            return now[NOW_TRY_NODE]
        p -= 1
    return state.line[r, p, L_NODE]


@kernel
def size_of(state, r):
    """How many nodes route ``r`` has, the one on trial among them."""
    return state.length[r] + (r == state.now[NOW_TRY_ROUTE])


@kernel
def leg_to(problem, mode, place, v):
    """Travel from ``place`` to node ``v``, and where the carer is then."""
    there = problem.node[v, N_LOC]
    if there < 0:
        return 0, place
    return problem.leg[mode, place, there], there


@kernel
def place_before(problem, state, r, p):
    """Where the carer is before position ``p``: the last place on her way, or her start."""
    for k in range(p - 1, 0, -1):
        place = problem.node[node_at(state, r, k), N_LOC]
        if place >= 0:
            return place
    return problem.route[r, R_FROM]


@kernel
def place_after(problem, state, r, p):
    """The first place from position ``p`` on; else where the carer ends."""
    for k in range(p, size_of(state, r) + 1):
        place = problem.node[node_at(state, r, k), N_LOC]
        if place >= 0:
            return place
    return problem.route[r, R_TO]


@kernel
def lunch_at(
    problem: Problem, v: int, is_first: bool, is_last: bool, ready: int, leg: int
) -> tuple[int, int]:
    """When a lunch starts, and whether at the next place: (start, 1 if the leg comes first).

    Held on arrival at the next place if there is time for that, else before leaving. A lunch
    that opens the round is always held on arrival, one that ends it before the way home.
    Start -1: no time for it.
    """
    earliest, last = problem.node[v, N_EARLIEST], problem.soft[v, SOFT_LATE]
    if not is_last and ready + leg <= last:
        return max(ready + leg, earliest), 1
    if is_first or ready > last:
        return -1, 0
    return max(ready, earliest), 0
