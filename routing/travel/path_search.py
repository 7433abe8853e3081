"""What the engine asks of a search, and the plain one: Dijkstra from every source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from routing.travel.kernels.dijkstra_kernels import dijkstra, dijkstra_rows, leg_ms
from routing.travel.kernels.graph_kernels import INF_MS, Ends, ModeGraph
from routing.travel.route import ShortestPath

_N_ROWS_OF_PORTION = 16


@dataclass(frozen=True)
class Run:
    """A matrix cut into portions that may be filled in any order, by any thread."""

    n_portions: int
    fill: Callable[[int], None]
    finish: Callable[[], None] = lambda: None
    """To be called once, after all portions."""


class Search(Protocol):
    """Fastest ways on one `ModeGraph` under one profile."""

    def rows(self, sources: Ends, targets: Ends, out: NDArray[np.int32]) -> Run:
        """Prepare to fill ``out`` (n_sources, n_targets) with seconds."""

    def path(self, source: Ends, target: Ends) -> ShortestPath | None:
        """The fastest way between the first points of both; None where there is none."""


@dataclass(frozen=True)
class DijkstraSearch:
    """One Dijkstra search a source: exact, and needs no preparation."""

    graph: ModeGraph
    ms: NDArray[np.int32]

    def rows(self, sources: Ends, targets: Ends, out: NDArray[np.int32]) -> Run:
        """Prepare to fill ``out`` (n_sources, n_targets) with seconds."""
        n_rows = len(out)

        def fill(portion: int) -> None:
            begin = portion * _N_ROWS_OF_PORTION
            end = min(n_rows, begin + _N_ROWS_OF_PORTION)
            dijkstra_rows(self.graph, self.ms, sources, targets, begin, end, out)

        return Run(-(-n_rows // _N_ROWS_OF_PORTION), fill)

    def path(self, source: Ends, target: Ends) -> ShortestPath | None:
        """The fastest way between the first points of both; None where there is none."""
        heap = np.empty(self.graph.n_arcs + 3, np.int64)
        distance = np.empty(self.graph.n_nodes, np.int32)
        arc_to = np.empty(self.graph.n_nodes, np.int32)
        dijkstra(self.graph, self.ms, source.out_node[0], source.out_ms[0], heap, distance, arc_to)
        target_ms = [int(distance[node]) if node >= 0 else INF_MS for node in target.in_node[0]]
        ms = int(leg_ms(source, 0, target, 0, target_ms[0], target_ms[1]))
        if ms >= INF_MS:
            return None
        through = [target_ms[k] + int(target.in_ms[0, k]) for k in (0, 1)]
        arriving = int(through[1] < through[0])
        if through[arriving] > ms:
            return ShortestPath(ms, (), 0, 0, is_direct=True)
        node = int(target.in_node[0, arriving])
        arcs: list[int] = []
        while arc_to[node] >= 0:
            arcs.append(int(arc_to[node]))
            node = int(np.searchsorted(self.graph.first, arcs[-1], "right")) - 1
        return ShortestPath(
            ms, tuple(arcs[::-1]), _leaving(source, node, int(distance[node])), arriving
        )


def _leaving(source: Ends, node: int, ms: int) -> int:
    """By which end of its segment the way leaves, 0 along or 1 against."""
    return next(k for k in (0, 1) if source.out_node[0, k] == node and source.out_ms[0, k] == ms)
