"""Many to many on the hierarchy: restricted PHAST, one column of targets per lane.

Delling, Goldberg, Nowatzyk & Werneck 2013 (doi 10.1016/j.jpdc.2012.02.007) sweep all nodes from
the top down after a climb from one source. Here the climbs start from `N_LANES` targets at once,
the sweep passes only nodes from which some source may climb, and every arc that is read serves
all lanes. Lanes are targets, so the seconds of one source lie next to each other in the answer
and nothing is transposed.
"""

# mypy: disable-error-code="no-untyped-call,no-any-return,arg-type,return-value"
from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.kernels import kernel
from data.units import UNREACHABLE_S
from routing.travel.kernels.graph_kernels import INF_MS, Ends

N_LANES: Final = 128
"""Targets side by side; constant, so that the inner loops are vectorised."""

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]


class Climb(NamedTuple):
    """The arcs upwards from each node that matter, in one of the two directions of travel."""

    first: Int64
    head: Int32
    ms: Int32


class Plan(NamedTuple):
    """The rows of a sweep, highest first, and the sources in the order they become ready."""

    row_of: Int32
    """By rank: the row, -1 where no source climbs past."""
    first: Int64
    """Shape (n_rows + 1,): arcs of each row."""
    above: Int32
    """By arc: the row at its upper end."""
    ms: Int32
    first_source: Int64
    """Shape (n_rows + 1,): sources that are ready after each row."""
    source: Int32
    row_0: Int32
    """By source: the row where it leaves along its segment's direction; 0 without one."""
    row_1: Int32
    start_0: Int32
    """By source: milliseconds to that row, `INF_MS` without one."""
    start_1: Int32


@kernel
def mark_climbed(first: Int64, head: Int32, marked: NDArray[np.uint8]) -> int:
    """Mark everything above what is marked; return how many arcs that takes."""
    n_arcs = 0
    for v in range(len(first) - 1):
        if marked[v]:
            n_arcs += first[v + 1] - first[v]
            for a in range(first[v], first[v + 1]):
                marked[head[a]] = 1
    return n_arcs


@kernel
def fill_rows(
    climb: Climb,
    marked: NDArray[np.uint8],
    row_of: Int32,
    first: Int64,
    above: Int32,
    ms: Int32,
) -> None:
    """Number the marked nodes from the top and gather their arcs."""
    row, arc = 0, 0
    for v in range(len(row_of) - 1, -1, -1):
        row_of[v] = -1
        if marked[v]:
            row_of[v] = row
            for a in range(climb.first[v], climb.first[v + 1]):
                above[arc] = row_of[climb.head[a]]
                ms[arc] = climb.ms[a]
                arc += 1
            row += 1
            first[row] = arc


@kernel
def _climb(
    climb: Climb,
    parent: Int32,
    row_of: Int32,
    targets: Ends,
    rank: Int32,
    j: int,
    lane: int,
    best: Int32,
    table: Int32,
    touched: NDArray[np.uint8],
) -> None:
    """Milliseconds from everything above one target down to it, into its lane."""
    low, high = np.int32(-1), np.int32(-1)
    for side in range(2):
        node = targets.in_node[j, side]
        if node >= 0:
            r = rank[node]
            best[r] = min(best[r], targets.in_ms[j, side])
            if low < 0:
                low = r
            else:
                high = r
    if high >= 0 and high < low:
        low, high = high, low
    while low >= 0:
        here = best[low]
        best[low] = INF_MS
        if here < INF_MS:
            for a in range(climb.first[low], climb.first[low + 1]):
                head = climb.head[a]
                there = np.int32(here + climb.ms[a])
                if there < best[head]:
                    best[head] = there
            row = row_of[low]
            if row >= 0:
                if touched[row] == 0:
                    touched[row] = 1
                    for k in range(N_LANES):
                        table[row, k] = INF_MS
                table[row, lane] = here
        following = parent[low]
        if high >= 0 and (following < 0 or high <= following):
            low = high if following != high else following
            high = following if following != high and following >= 0 else np.int32(-1)
        else:
            low = following


@kernel
def _climb_all(
    climb: Climb,
    parent: Int32,
    row_of: Int32,
    targets: Ends,
    rank: Int32,
    begin: int,
    end: int,
    best: Int32,
    table: Int32,
    touched: NDArray[np.uint8],
    fixed_ms: Int32,
) -> None:
    """Climb from the targets ``begin:end``, each into its lane."""
    for j in range(begin, end):
        fixed_ms[j - begin] = targets.fixed_ms[j]
        _climb(climb, parent, row_of, targets, rank, j, j - begin, best, table, touched)


@kernel
def _sweep(
    plan: Plan,
    sources: Ends,
    fixed_ms: Int32,
    table: Int32,
    touched: NDArray[np.uint8],
    lanes: Int32,
    out: Int32,
) -> None:
    """Pass all rows once, and write the seconds of the sources as they become ready.

    The loops over lanes stand here and not in functions of their own: a call would copy the
    descriptors of all arrays for each row, which costs more than the row.
    """
    first, above_of, ms_of = plan.first, plan.above, plan.ms
    n_columns = out.shape[1]
    for row in range(len(first) - 1):
        begin, end = first[row], first[row + 1]
        if touched[row]:
            touched[row] = 0
            for k in range(N_LANES):
                lanes[k] = table[row, k]
        elif begin < end:
            above, ms = np.uint32(above_of[begin]), ms_of[begin]
            begin += 1
            for k in range(N_LANES):
                lanes[k] = min(np.int32(table[above, k] + ms), np.int32(INF_MS))
        else:
            for k in range(N_LANES):
                lanes[k] = INF_MS
        for a in range(begin, end):
            above, ms = np.uint32(above_of[a]), ms_of[a]
            for k in range(N_LANES):
                there = np.int32(table[above, k] + ms)
                here = lanes[k]
                lanes[k] = there if there < here else here
        for k in range(N_LANES):
            table[row, k] = lanes[k]
        for s in range(plan.first_source[row], plan.first_source[row + 1]):
            i = np.uint32(plan.source[s])
            row_0, row_1 = np.uint32(plan.row_0[i]), np.uint32(plan.row_1[i])
            start_0, start_1 = plan.start_0[i], plan.start_1[i]
            for k in range(N_LANES):
                by_0 = np.int32(table[row_0, k] + start_0)
                by_1 = np.int32(table[row_1, k] + start_1)
                lanes[k] = by_0 if by_0 < by_1 else by_1
            own_ms = sources.fixed_ms[i] + 500.5
            for k in range(n_columns):
                here = lanes[k]
                seconds = np.int32((here + (fixed_ms[k] + own_ms)) * 0.001)
                out[i, k] = seconds if here < INF_MS else np.int32(UNREACHABLE_S)


@kernel
def fill_columns(
    plan: Plan,
    climb: Climb,
    parent: Int32,
    rank: Int32,
    sources: Ends,
    targets: Ends,
    begin: int,
    end: int,
    out: Int32,
) -> None:
    """Fill the columns ``begin:end`` of ``out`` over the streets.

    Paths within a segment that pass no junction are left to `fill_direct`.
    """
    table = np.empty((len(plan.first) - 1, N_LANES), np.int32)
    touched = np.zeros(len(plan.first) - 1, np.uint8)
    best = np.full(len(rank), INF_MS, np.int32)
    lanes = np.empty(N_LANES, np.int32)
    fixed_ms = np.zeros(N_LANES, np.int32)
    for first in range(begin, end, N_LANES):
        to = min(first + N_LANES, end)
        _climb_all(
            climb, parent, plan.row_of, targets, rank, first, to, best, table, touched, fixed_ms
        )
        _sweep(plan, sources, fixed_ms, table, touched, lanes, out[:, first:to])


class Shared(NamedTuple):
    """Sources and targets on the same segment, group by group."""

    first_source: Int64
    source: Int32
    first_target: Int64
    target: Int32


@kernel
def fill_direct(sources: Ends, targets: Ends, shared: Shared, out: Int32) -> None:
    """Paths within a segment that pass no junction, and the zeros within one place."""
    for g in range(len(shared.first_source) - 1):
        for s in range(shared.first_source[g], shared.first_source[g + 1]):
            i = shared.source[s]
            for t in range(shared.first_target[g], shared.first_target[g + 1]):
                j = shared.target[t]
                for side in range(2):
                    if sources.in_node[i, side] < 0:
                        continue
                    direct = targets.in_ms[j, side] - sources.in_ms[i, side]
                    if direct >= 0:
                        fixed = sources.fixed_ms[i] + targets.fixed_ms[j]
                        out[i, j] = min(out[i, j], np.int32((direct + fixed + 500) // 1000))
                if sources.place[i] == targets.place[j]:
                    out[i, j] = 0
