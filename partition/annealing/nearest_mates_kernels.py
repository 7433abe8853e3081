# mypy: disable-error-code="no-any-return,no-untyped-call,arg-type"
"""Kernels of travel between team-mates: each unit's nearest team-mates, kept up to date.

Every visit is reached from one of the three nearest team-mates (their mean), as in
`team_measures.intra_team_travel_s`. Four are kept of each unit, so that a team without one of its
members is judged exactly, with nothing counted anew.
"""

from __future__ import annotations

from data.kernels import bare_kernel
from partition.annealing.partition_problem import PartitionProblem, PartitionState

N_MATES = 3
"""As in `partition.teams.team_measures`: what is told of a team is what is searched for."""
N_KEPT = 4
"""One more than are summed, so that one who leaves is replaced without a search."""
FAR = 2**40


@bare_kernel
def intra_travel_with(p: PartitionProblem, s: PartitionState, k: int, out: int, into: int) -> int:
    """Cost of travel within team ``k`` without ``out`` and with ``into``."""
    n_members = s.size[k] - (1 if out >= 0 else 0) + (1 if into >= 0 else 0)
    n_mates = min(N_MATES, n_members - 1)
    if p.intra_travel_pct == 0 or n_mates <= 0:
        return 0
    total = 0
    first = second = third = FAR
    for m in range(s.size[k]):
        j = s.members[k, m]
        if j == out:
            continue
        gap = FAR
        if into >= 0:
            gap = p.dist[into, j]
            if gap < first:
                first, second, third = gap, first, second
            elif gap < second:
                second, third = gap, second
            elif gap < third:
                third = gap
        taken = 0
        reach = 0
        is_new = into >= 0
        for c in range(N_KEPT):
            other = s.mate[j, c]
            if taken == n_mates or other < 0:
                break
            if other == out:
                continue
            if is_new and gap <= s.mate_s[j, c]:
                is_new = False
                reach += gap
                taken += 1
                if taken == n_mates:
                    break
            reach += s.mate_s[j, c]
            taken += 1
        if is_new and taken < n_mates:
            reach += gap
        total += p.weight[j] * reach
    if into >= 0:
        reach = first
        if n_mates > 1:
            reach += second
        if n_mates > 2:
            reach += third
        total += p.weight[into] * reach
    return total * p.intra_travel_pct // (100 * n_mates)


@bare_kernel
def offer(s: PartitionState, j: int, other: int, gap: int) -> None:
    """Put ``other`` among the nearest team-mates of unit ``j`` if it is near enough."""
    c = N_KEPT
    while c > 0 and (s.mate[j, c - 1] < 0 or gap < s.mate_s[j, c - 1]):
        c -= 1
    for q in range(N_KEPT - 1, c, -1):
        s.mate[j, q] = s.mate[j, q - 1]
        s.mate_s[j, q] = s.mate_s[j, q - 1]
    if c < N_KEPT:
        s.mate[j, c] = other
        s.mate_s[j, c] = gap


@bare_kernel
def find_mates(p: PartitionProblem, s: PartitionState, i: int, k: int) -> None:
    """Look up the nearest of team ``k`` for unit ``i``, whether it is a member or not."""
    for c in range(N_KEPT):
        s.mate[i, c] = -1
    for m in range(s.size[k]):
        j = s.members[k, m]
        if j != i:
            offer(s, i, j, p.dist[i, j])


@bare_kernel
def mate_leaves(p: PartitionProblem, s: PartitionState, i: int, k: int) -> None:
    """Mend the lists of team ``k`` after unit ``i`` has been taken out of its members."""
    for m in range(s.size[k]):
        j = s.members[k, m]
        for c in range(N_KEPT):
            if s.mate[j, c] == i:
                find_mates(p, s, j, k)
                break


@bare_kernel
def mate_joins(p: PartitionProblem, s: PartitionState, i: int, k: int) -> None:
    """Mend the lists of team ``k`` before unit ``i`` is put among its members."""
    find_mates(p, s, i, k)
    for m in range(s.size[k]):
        j = s.members[k, m]
        offer(s, j, i, p.dist[i, j])
