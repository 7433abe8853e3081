# mypy: disable-error-code="no-untyped-def,no-untyped-call,no-any-return"
"""One node's time: when it starts, how late that is, and how much room it leaves."""

from __future__ import annotations

from data.kernels import bare_kernel as kernel
from routing.soft.kernels_layout import (
    A_MARK,
    A_START,
    A_TRY,
    C_FROM,
    S_STAMP,
    V_EARLY1,
    V_EARLY2,
    V_LATE1,
    V_LATE2,
    V_PLACE,
    V_SWITCH,
    IntArray,
)


@kernel
def settle(node, arrive):
    """The start of a visit whose carer is ready at ``arrive``: never falls as it rises."""
    if arrive <= node[V_SWITCH]:
        return max(arrive, node[V_EARLY1])
    return max(arrive, node[V_EARLY2])


@kernel
def lateness(node: IntArray, start: int) -> int:
    """How late a start is against the window it falls in or after."""
    last = node[V_LATE2] if start >= node[V_EARLY2] else node[V_LATE1]
    return max(0, start - last)


@kernel
def slack_of(node, start):
    """How much later a start may be without being (more) late, or in another window."""
    if start >= node[V_EARLY2]:
        return max(0, node[V_LATE2] - start)
    return max(0, node[V_LATE1] - start)


@kernel
def start_of(state, v):
    """The start of a node, as tried if it was tried, else as it stands."""
    if state.at[v, A_MARK] == state.now[S_STAMP]:
        return state.at[v, A_TRY]
    return state.at[v, A_START]


@kernel
def leg_to(problem, mode, place, v):
    """Travel from ``place`` to node ``v``, and where the carer is then."""
    there = problem.node[v, V_PLACE]
    if there < 0:
        return 0, place
    return problem.leg[mode, place, there], there


@kernel
def place_before(problem, row, c, p):
    """Where carer ``c`` is before position ``p``: the last place on her way, or her start."""
    for k in range(p - 1, -1, -1):
        if problem.node[row[k], V_PLACE] >= 0:
            return problem.node[row[k], V_PLACE]
    return problem.carer[c, C_FROM]


@kernel
def lunch_at(
    node: IntArray, is_first: bool, is_last: bool, ready: int, leg: int
) -> tuple[int, int]:
    """When a lunch starts, and whether at the next place: (start, 1 if the leg comes first).

    Held on arrival at the next place if there is time for that, else before leaving. A lunch
    that opens the round is always held on arrival, one that ends it before the way home.
    Start -1: no time for it.
    """
    last = node[V_LATE1]
    if not is_last and ready + leg <= last:
        return max(ready + leg, node[V_EARLY1]), 1
    if is_first or ready > last:
        return -1, 0
    return max(ready, node[V_EARLY1]), 0
