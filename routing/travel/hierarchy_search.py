"""The search of the engine: many to many by sweeps, single ways by unpacking."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from data.units import UNREACHABLE_S
from routing.travel.hierarchy import Metric
from routing.travel.kernels.dijkstra_kernels import leg_ms
from routing.travel.kernels.graph_kernels import INF_MS, Ends, ModeGraph
from routing.travel.kernels.hierarchy_kernels import Hierarchy
from routing.travel.kernels.sweep_kernels import (
    N_LANES,
    Plan,
    Shared,
    fill_columns,
    fill_direct,
    fill_rows,
    mark_climbed,
)
from routing.travel.kernels.unpack_kernels import best_arcs, climb_tree, unpack
from routing.travel.path_search import Run
from routing.travel.route import ShortestPath

_N_PORTIONS_OF_THREAD = 4
"""Portions of rows for each thread, so that one slow portion does not leave the others idle."""


@dataclass(frozen=True)
class HierarchySearch:
    """Fastest ways by a customized hierarchy."""

    graph: ModeGraph
    hierarchy: Hierarchy
    ms: NDArray[np.int32]
    metric: Metric
    n_threads: int = 1

    def rows(self, sources: Ends, targets: Ends, out: NDArray[np.int32]) -> Run:
        """Prepare to fill ``out`` (n_sources, n_targets) with seconds."""
        plan = self._plan(sources)
        n_columns = out.shape[1]
        n_batches = -(-n_columns // N_LANES)
        n_portions = min(n_batches, max(1, self.n_threads * _N_PORTIONS_OF_THREAD))
        cuts = [N_LANES * (n_batches * k // max(n_portions, 1)) for k in range(n_portions + 1)]

        def fill(portion: int) -> None:
            begin, end = cuts[portion], min(cuts[portion + 1], n_columns)
            if plan is None:
                out[:, begin:end] = UNREACHABLE_S
                return
            down = self.metric.climb_down
            tree, rank = self.hierarchy.parent, self.hierarchy.rank
            fill_columns(plan, down, tree, rank, sources, targets, begin, end, out)

        def finish() -> None:
            fill_direct(sources, targets, shared_segments(sources, targets), out)

        return Run(n_portions, fill, finish)

    def _plan(self, sources: Ends) -> Plan | None:
        """The rows from which the sources may climb; None where no source can leave its place."""
        leaves = sources.out_node >= 0
        if not leaves.any():
            return None
        climb, rank = self.metric.climb_up, self.hierarchy.rank
        marked = np.zeros(len(rank), np.uint8)
        marked[rank[sources.out_node[leaves]]] = 1
        n_arcs = mark_climbed(climb.first, climb.head, marked)
        n_rows = int(marked.sum())
        row_of = np.empty(len(rank), np.int32)
        first = np.zeros(n_rows + 1, np.int64)
        above, ms = np.empty(n_arcs, np.int32), np.empty(n_arcs, np.int32)
        fill_rows(climb, marked, row_of, first, above, ms)
        rows = np.where(leaves, row_of[rank[np.maximum(sources.out_node, 0)]], 0).astype(np.int32)
        start = np.where(leaves, sources.out_ms, INF_MS).astype(np.int32)
        ready = rows.max(axis=1)
        source = np.argsort(ready, kind="stable").astype(np.int32)
        first_source = np.searchsorted(ready[source], np.arange(n_rows + 1)).astype(np.int64)
        ends = (rows[:, 0], rows[:, 1], start[:, 0], start[:, 1])
        row_0, row_1, start_0, start_1 = (np.ascontiguousarray(end) for end in ends)
        return Plan(
            *(row_of, first, above, ms, first_source, source),
            *(row_0, row_1, start_0, start_1),
        )

    def path(self, source: Ends, target: Ends) -> ShortestPath | None:
        """The fastest way between the first points of both; None where there is none."""
        rank, parent = self.hierarchy.rank, self.hierarchy.parent
        seeds = [np.where(n >= 0, rank[n], -1) for n in (source.out_node[0], target.in_node[0])]
        best = np.full((2, len(rank)), INF_MS, np.int32)
        via = np.full((2, len(rank)), -1, np.int32)
        first, high = self.hierarchy.first, self.hierarchy.high
        start = (source.out_ms[0], target.in_ms[0])
        for k, ms in enumerate((self.metric.up, self.metric.down)):
            climb_tree(
                first, high, ms, parent, seeds[k].astype(np.int32), start[k], best[k], via[k]
            )
        through = best[0].astype(np.int64) + best[1]
        meet = int(through.argmin())
        direct = int(leg_ms(source, 0, target, 0, INF_MS, INF_MS))
        if min(direct, int(through[meet])) >= INF_MS:
            return None
        if direct <= through[meet]:
            return ShortestPath(direct, (), 0, 0, is_direct=True)
        return self._unpacked(source, target, seeds, via, meet, int(through[meet]))

    @cached_property
    def _originals(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """By arc of the hierarchy, the street that it is, upwards and downwards; -1: a shortcut."""
        up = best_arcs(self.hierarchy, self.ms, self.metric.up, 1)
        return up, best_arcs(self.hierarchy, self.ms, self.metric.down, 0)

    def _unpacked(
        self,
        source: Ends,
        target: Ends,
        seeds: list[NDArray[np.int32]],
        via: NDArray[np.int32],
        meet: int,
        ms: int,
    ) -> ShortestPath:
        """Turn the climbs to and from ``meet`` into arcs of the mode graph."""
        low = self.hierarchy.low
        climbs: list[list[int]] = []
        feet: list[int] = []
        for k in (0, 1):
            node, steps = meet, []
            while via[k, node] >= 0:
                steps.append(int(via[k, node]))
                node = int(low[steps[-1]])
            climbs.append(steps)
            feet.append(node)
        steps = [2 * arc for arc in climbs[0][::-1]] + [2 * arc + 1 for arc in climbs[1]]
        arcs = np.empty(self.graph.n_nodes, np.int32)
        stack = np.empty(len(steps) + self.graph.n_nodes, np.int64)
        n_arcs = unpack(
            *(self.hierarchy, self.metric.up, self.metric.down, *self._originals),
            *(np.array(steps[::-1], np.int64), stack, arcs),
        )
        leaving = _end_of(seeds[0], source.out_ms[0], feet[0])
        arriving = _end_of(seeds[1], target.in_ms[0], feet[1])
        return ShortestPath(ms, tuple(arcs[:n_arcs].tolist()), leaving, arriving)


def _end_of(seeds: NDArray[np.int32], ms: NDArray[np.int32], foot: int) -> int:
    """Which of a point's two ends the climb began at: the nearer where both are one node."""
    ends = [k for k in (0, 1) if seeds[k] == foot]
    return min(ends, key=lambda k: (int(ms[k]), k))


def shared_segments(sources: Ends, targets: Ends) -> Shared:
    """Group the sources and targets that lie on one segment (-1, nowhere, is a group too)."""
    both = np.intersect1d(sources.segment, targets.segment)
    grouped = []
    for segment in (sources.segment, targets.segment):
        order = np.argsort(segment, kind="stable")
        begin = np.searchsorted(segment[order], both, "left")
        n_of = np.searchsorted(segment[order], both, "right") - begin
        first = np.concatenate([[0], np.cumsum(n_of)]).astype(np.int64)
        entry_idx = np.arange(first[-1]) + np.repeat(begin - first[:-1], n_of)
        grouped += [first, order[entry_idx].astype(np.int32)]
    return Shared(*grouped)
