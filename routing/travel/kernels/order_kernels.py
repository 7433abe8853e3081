"""In which order to eliminate nodes: chains first, then nested dissection by inertial flow.

Street networks have small separators. A cell is cut by a smallest set of nodes that parts its
first quarter from its last along some direction (inertial flow: Schild & Sommer 2015, doi
10.1007/978-3-319-20086-6_22; here with unit capacities on nodes, so that the cut is the separator
itself), the separator is ordered last, and both sides are cut again.
"""

# mypy: disable-error-code="no-untyped-call,no-any-return,arg-type,return-value"
from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.kernels import kernel

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
Float = NDArray[np.float64]

NONE = -1
SOURCE = -2
SINK = -2


class Flow(NamedTuple):
    """Work space of one flow. States are 2v (entered v) and 2v + 1 (left v)."""

    after: Int32
    """The node to which flow goes on from v, `SINK`, or `NONE` without flow."""
    before: Int32
    """The node from which flow comes to v, or `SOURCE`."""
    seen: Int32
    """By state: the number of the search that saw it last."""
    parent: Int32
    """By state: the state before it."""
    queue: Int32
    end_of: NDArray[np.uint8]
    """1 at the cell's first quarter, 2 at its last."""


@kernel
def eliminate_chains(first: Int64, neighbour: Int32, degree: Int32, order: Int32) -> int:
    """Take away nodes of at most two neighbours, round by round; return how many.

    ``neighbour`` and ``degree`` are changed to the graph that is left, in which the ends of every
    chain are neighbours. No two neighbours go in one round, so chains halve and the elimination
    tree stays flat.
    """
    n_nodes = len(degree)
    gone = np.zeros(n_nodes, np.uint8)
    touched = np.full(n_nodes, -1, np.int32)
    waiting = np.empty(3 * n_nodes + 3, np.int32)
    following = np.empty(3 * n_nodes + 3, np.int32)
    for v in range(n_nodes):
        waiting[v] = v
    n_waiting, n_ordered, round_no = n_nodes, 0, 0
    while n_waiting > 0:
        n_following = 0
        for k in range(n_waiting):
            v = waiting[k]
            if gone[v] or degree[v] > 2:
                continue
            if touched[v] == round_no:
                following[n_following] = v
                n_following += 1
                continue
            order[n_ordered] = v
            n_ordered += 1
            gone[v] = 1
            begin = first[v]
            for e in range(begin, begin + degree[v]):
                w = neighbour[e]
                touched[w] = round_no
                other = neighbour[begin + 1 - (e - begin)] if degree[v] == 2 else NONE
                _replace(first, neighbour, degree, w, v, other)
                if degree[w] <= 2:
                    following[n_following] = w
                    n_following += 1
        waiting, following = following, waiting
        n_waiting = n_following
        round_no += 1
    return n_ordered


@kernel
def _replace(first: Int64, neighbour: Int32, degree: Int32, w: int, old: int, new: int) -> None:
    """Among the neighbours of w put ``new`` for ``old``, or drop it if it is there or none."""
    begin, end = first[w], first[w] + degree[w]
    known = new < 0
    if new == w:
        known = True
    place = begin
    for e in range(begin, end):
        if neighbour[e] == new:
            known = True
        if neighbour[e] == old:
            place = e
    if known:
        neighbour[place] = neighbour[end - 1]
        degree[w] -= 1
    else:
        neighbour[place] = new


@kernel
def _augment(
    first: Int64,
    neighbour: Int32,
    degree: Int32,
    cell: Int32,
    where: Int32,
    lo: int,
    hi: int,
    flow: Flow,
    search: int,
) -> int:
    """One breadth-first search for a path from quarter to quarter that the flow leaves free.

    Returns the last state of the path, or -1: then ``seen`` tells the source's side of the cut.
    """
    begin, end = 0, 0
    for p in range(lo, hi):
        v = cell[p]
        if flow.end_of[v] == 1:
            flow.seen[2 * v] = search
            flow.parent[2 * v] = -1
            flow.queue[end] = 2 * v
            end += 1
    while begin < end:
        state = flow.queue[begin]
        begin += 1
        v = state >> 1
        if state & 1:
            if flow.end_of[v] == 2 and flow.after[v] != SINK:
                return state
            for e in range(first[v], first[v] + degree[v]):
                w = neighbour[e]
                if where[w] < lo or where[w] >= hi or w == flow.after[v]:
                    continue
                if flow.seen[2 * w] != search:
                    flow.seen[2 * w] = search
                    flow.parent[2 * w] = state
                    flow.queue[end] = 2 * w
                    end += 1
            step = 2 * v if flow.after[v] != NONE else -1
        elif flow.after[v] == NONE:
            step = 2 * v + 1
        else:
            step = 2 * flow.before[v] + 1 if flow.before[v] >= 0 else -1
        if step >= 0 and flow.seen[step] != search:
            flow.seen[step] = search
            flow.parent[step] = state
            flow.queue[end] = step
            end += 1
    return -1


@kernel
def _push_along(flow: Flow, last: int) -> None:
    """Send one unit along the path that ends in state ``last``."""
    state = last
    while state >= 0:
        prior = flow.parent[state]
        if prior >= 0 and (prior >> 1) == (state >> 1) and (prior & 1) == 1:
            flow.after[state >> 1] = NONE
            flow.before[state >> 1] = NONE
        state = prior
    flow.after[last >> 1] = SINK
    state = last
    while state >= 0:
        prior = flow.parent[state]
        if (state & 1) == 0:
            v = state >> 1
            if prior < 0:
                flow.before[v] = SOURCE
            elif (prior >> 1) != v:
                flow.before[v] = prior >> 1
                flow.after[prior >> 1] = v
        state = prior


@kernel
def _nth_smallest(values: Float, lo: int, hi: int, n: int) -> float:
    """The value that sorting ``values[lo:hi]`` would put at n; reorders them (Hoare 1961)."""
    left, right = lo, hi - 1
    while left < right:
        pivot = values[(left + right) >> 1]
        i, j = left, right
        while i <= j:
            while values[i] < pivot:
                i += 1
            while values[j] > pivot:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if n <= j:
            right = j
        elif n >= i:
            left = i
        else:
            break
    return values[n]


@kernel
def _along(direction: int, x: float, y: float) -> float:
    """How far a point lies along one of four directions."""
    if direction == 0:
        return x
    if direction == 1:
        return y
    return x + y if direction == 2 else x - y


@kernel
def _cut_cell(
    first: Int64,
    neighbour: Int32,
    degree: Int32,
    x: Float,
    y: Float,
    cell: Int32,
    where: Int32,
    lo: int,
    hi: int,
    flow: Flow,
    key: Float,
    ranked: Float,
    side: NDArray[np.uint8],
    search: int,
) -> int:
    """Find the smallest separator over four directions; mark sides 0, 1 and separator 2.

    Returns the number of the last search.
    """
    n = hi - lo
    quarter = max(1, n // 4)
    best, best_even = n + 1, -1
    for direction in range(4):
        for p in range(lo, hi):
            key[p] = _along(direction, x[cell[p]], y[cell[p]]) + p * 1e-7
        for p in range(lo, hi):
            ranked[p] = key[p]
        high = _nth_smallest(ranked, lo, hi, lo + n - quarter)
        low = _nth_smallest(ranked, lo, hi, lo + quarter - 1)
        for p in range(lo, hi):
            v = cell[p]
            flow.after[v] = NONE
            flow.before[v] = NONE
            flow.end_of[v] = 1 if key[p] <= low else (2 if key[p] >= high else 0)
        n_flow = 0
        while n_flow <= best:
            search += 1
            last = _augment(first, neighbour, degree, cell, where, lo, hi, flow, search)
            if last < 0:
                break
            _push_along(flow, last)
            n_flow += 1
        if n_flow > best:
            continue
        n_near = 0
        for p in range(lo, hi):
            n_near += flow.seen[2 * cell[p] + 1] == search
        even = min(n_near, n - n_near - n_flow)
        if n_flow < best or even > best_even:
            best, best_even = n_flow, even
            for p in range(lo, hi):
                v = cell[p]
                if flow.seen[2 * v + 1] == search:
                    side[v] = 0
                elif flow.seen[2 * v] == search:
                    side[v] = 2
                else:
                    side[v] = 1
    return search


@kernel
def dissect(first: Int64, neighbour: Int32, degree: Int32, x: Float, y: Float, cell: Int32) -> None:
    """Reorder ``cell``, the nodes of a graph, so that separators come after what they part."""
    n_nodes, n = len(degree), len(cell)
    where = np.full(n_nodes, -1, np.int32)
    for p in range(n):
        where[cell[p]] = p
    flow = Flow(
        np.full(n_nodes, -1, np.int32),
        np.full(n_nodes, -1, np.int32),
        np.zeros(2 * n_nodes, np.int32),
        np.empty(2 * n_nodes, np.int32),
        np.empty(2 * n_nodes, np.int32),
        np.zeros(n_nodes, np.uint8),
    )
    key = np.empty(n, np.float64)
    ranked = np.empty(n, np.float64)
    side = np.zeros(n_nodes, np.uint8)
    buffer = np.empty(n, np.int32)
    stack = np.empty((n + 2, 2), np.int64)
    stack[0, 0], stack[0, 1] = 0, n
    n_stack, search = 1, int(np.int64(0))  # a bare 0 would compile `_cut_cell` once more
    while n_stack > 0:
        n_stack -= 1
        lo, hi = stack[n_stack, 0], stack[n_stack, 1]
        if hi - lo < 3:
            continue
        search = _cut_cell(
            first, neighbour, degree, x, y, cell, where, lo, hi, flow, key, ranked, side, search
        )
        end = lo
        for wanted in range(3):
            begin = end
            for p in range(lo, hi):
                if side[cell[p]] == wanted:
                    buffer[end] = cell[p]
                    end += 1
            if wanted < 2 and end - begin > 2:
                stack[n_stack, 0], stack[n_stack, 1] = begin, end
                n_stack += 1
        for p in range(lo, hi):
            cell[p] = buffer[p]
            where[cell[p]] = p


@kernel
def elimination_parents(first: Int64, neighbour: Int32, order: Int32, rank: Int32) -> Int32:
    """Each rank's parent in the elimination tree, -1 at roots (Liu 1986, doi 10.1145/6497.6499)."""
    n = len(order)
    parent = np.full(n, -1, np.int32)
    top = np.full(n, -1, np.int32)
    for r in range(n):
        v = order[r]
        for e in range(first[v], first[v + 1]):
            above = rank[neighbour[e]]
            if above >= r:
                continue
            while top[above] != -1 and top[above] != r:
                following = top[above]
                top[above] = r
                above = following
            if top[above] == -1:
                top[above] = r
                parent[above] = r
    return parent


@kernel
def postorder(parent: Int32) -> Int32:
    """Ranks in postorder of the elimination tree: subtrees contiguous, children before parents."""
    n = len(parent)
    child = np.full(n + 1, -1, np.int32)
    sibling = np.full(n, -1, np.int32)
    for r in range(n - 1, -1, -1):
        mother = parent[r] if parent[r] >= 0 else n
        sibling[r] = child[mother]
        child[mother] = r
    result = np.empty(n, np.int32)
    n_done, mother = 0, child[n]
    while mother != -1:
        while child[mother] != -1:
            below = child[mother]
            child[mother] = -1
            mother = below
        result[n_done] = mother
        n_done += 1
        mother = sibling[mother] if sibling[mother] != -1 else parent[mother]
    return result
