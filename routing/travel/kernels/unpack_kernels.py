"""Single paths on the hierarchy: climb the elimination tree from both ends, unpack what meets."""

# mypy: disable-error-code="no-untyped-call,no-any-return,arg-type,return-value"
from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data.kernels import kernel
from routing.travel.kernels.graph_kernels import INF_MS
from routing.travel.kernels.hierarchy_kernels import Hierarchy, find_arc

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]


@kernel
def climb_tree(
    first: Int64,
    high: Int32,
    ms: Int32,
    parent: Int32,
    seeds: Int32,
    start_ms: Int32,
    best: Int32,
    via: Int32,
) -> None:
    """Milliseconds to all ancestors of the seeds by customized arcs, and the arc each came by."""
    for k in range(len(seeds)):
        if seeds[k] >= 0 and start_ms[k] < best[seeds[k]]:
            best[seeds[k]] = start_ms[k]
    for k in range(len(seeds)):
        v = seeds[k]
        while v >= 0:
            here = best[v]
            if here < INF_MS:
                for a in range(first[v], first[v + 1]):
                    there = np.int32(min(here + ms[a], INF_MS))
                    if there < best[high[a]]:
                        best[high[a]] = there
                        via[high[a]] = a
            v = parent[v]


@kernel
def best_arcs(hierarchy: Hierarchy, ms: Int32, costs: Int32, wanted_up: int) -> Int32:
    """For each arc of the hierarchy, the mode graph's arc that costs the same; -1 if a shortcut."""
    original = np.full(len(hierarchy.high), -1, np.int32)
    for a in range(len(ms)):
        arc = hierarchy.arc_of[a]
        if hierarchy.is_up[a] == wanted_up and ms[a] == costs[arc] and original[arc] < 0:
            original[arc] = a
    return original


@kernel
def unpack(
    hierarchy: Hierarchy,
    up: Int32,
    down: Int32,
    original_up: Int32,
    original_down: Int32,
    steps: Int64,
    stack: Int64,
    arcs: Int32,
) -> int:
    """Replace shortcuts by the two sides of the lower triangle that made them, down to streets.

    ``steps`` are arcs of the hierarchy, last first, as 2a (upwards) or 2a + 1 (downwards).
    Returns how many arcs of the mode graph were written to ``arcs``.
    """
    n_arcs = 0
    n_stack = len(steps)
    for k in range(n_stack):
        stack[k] = steps[k]
    while n_stack > 0:
        n_stack -= 1
        arc, downwards = stack[n_stack] >> 1, stack[n_stack] & 1
        original = original_down[arc] if downwards else original_up[arc]
        if original >= 0:
            arcs[n_arcs] = original
            n_arcs += 1
            continue
        low, high = hierarchy.low[arc], hierarchy.high[arc]
        cost = down[arc] if downwards else up[arc]
        for k in range(hierarchy.first_below[low], hierarchy.first_below[low + 1]):
            side = hierarchy.below[k]
            other = find_arc(hierarchy.first, hierarchy.high, hierarchy.low[side], high)
            if other < 0:
                continue
            made = down[other] + up[side] if downwards else down[side] + up[other]
            if made == cost:
                stack[n_stack] = 2 * side if downwards else 2 * other
                stack[n_stack + 1] = 2 * other + 1 if downwards else 2 * side + 1
                n_stack += 2
                break
    return n_arcs
