"""The same many-to-many on the same graph by the libraries that a pip brings.

Each peer gets the arcs of one mode with integer milliseconds and answers from some sources to all
targets. Libraries that search source by source are given few sources and scaled up; the table
says how many they were given.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import timed


class Task(NamedTuple):
    """A graph and a question."""

    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    ms: NDArray[np.int64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    sources: NDArray[np.int64]
    targets: NDArray[np.int64]


class Answer(NamedTuple):
    """CPU seconds, scaled to all sources; the first rows for checking."""

    prepare_s: float
    query_s: float
    n_sources: int
    rows: NDArray[np.int64]


def _scaled(
    task: Task, n_sources: int, prepare: Callable[[], Any], query: Callable[[Any, Any], Any]
) -> Answer:
    made = timed(prepare)
    some = task.sources[:n_sources]
    asked = timed(lambda: query(made.result, some))
    rows = np.asarray(asked.result, dtype=np.float64)
    rows = np.where(np.isfinite(rows) & (rows < 1e9), rows, 1e9).astype(np.int64)
    return Answer(made.cpu_s, asked.cpu_s * len(task.sources) / len(some), len(some), rows)


def scipy_peer(task: Task, n_sources: int) -> Answer:
    """scipy.sparse.csgraph.dijkstra."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import dijkstra

    def prepare() -> Any:
        n = len(task.x)
        order = np.lexsort((task.ms, task.head, task.tail))
        tail, head, ms = task.tail[order], task.head[order], task.ms[order]
        first = np.ones(len(tail), bool)
        first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
        return coo_matrix(
            (np.maximum(ms, 1)[first], (tail[first], head[first])), shape=(n, n)
        ).tocsr()

    return _scaled(
        task, n_sources, prepare, lambda g, some: dijkstra(g, indices=some)[:, task.targets]
    )


def igraph_peer(task: Task, n_sources: int) -> Answer:
    """Igraph's Graph.distances."""
    igraph = importlib.import_module("igraph")

    def prepare() -> Any:
        pairs = np.column_stack([task.tail, task.head])
        return igraph.Graph(n=len(task.x), edges=pairs.tolist(), directed=True)

    weights = task.ms.tolist()
    targets = task.targets.tolist()
    return _scaled(
        task,
        n_sources,
        prepare,
        lambda g, some: _unique_rows(g.distances, some.tolist(), targets, weights),
    )


def _unique_rows(distances: Any, sources: list[int], targets: list[int], weights: Any) -> Any:
    """Igraph wants each target once."""
    unique, place = np.unique(targets, return_inverse=True)
    found = distances(source=sources, target=unique.tolist(), weights=weights)
    return np.asarray(found)[:, place]


def networkit_peer(task: Task, n_sources: int) -> Answer:
    """Networkit's Dijkstra."""
    networkit = importlib.import_module("networkit")

    def prepare() -> Any:
        graph = networkit.Graph(len(task.x), weighted=True, directed=True)
        for u, v, w in zip(task.tail.tolist(), task.head.tolist(), task.ms.tolist(), strict=True):
            graph.addEdge(u, v, float(w))
        return graph

    def query(graph: Any, some: Any) -> Any:
        rows = []
        for source in some.tolist():
            search = networkit.distance.Dijkstra(graph, source, storePaths=False)
            search.run()
            rows.append(np.asarray(search.getDistances())[task.targets])
        return rows

    return _scaled(task, n_sources, prepare, query)


def rustworkx_peer(task: Task, n_sources: int) -> Answer:
    """Rustworkx's dijkstra_shortest_path_lengths."""
    rustworkx = importlib.import_module("rustworkx")

    def prepare() -> Any:
        graph = rustworkx.PyDiGraph()
        graph.add_nodes_from(range(len(task.x)))
        triples = zip(task.tail.tolist(), task.head.tolist(), task.ms.tolist(), strict=True)
        graph.add_edges_from([(u, v, float(w)) for u, v, w in triples])
        return graph

    def query(graph: Any, some: Any) -> Any:
        rows = []
        targets = task.targets.tolist()
        for source in some.tolist():
            found = dict(rustworkx.digraph_dijkstra_shortest_path_lengths(graph, source, float))
            found[source] = 0.0
            rows.append([found.get(target, np.inf) for target in targets])
        return rows

    return _scaled(task, n_sources, prepare, query)


def pandana_peer(task: Task, n_sources: int) -> Answer:
    """Pandana's contraction hierarchy, point to point."""
    pandana = importlib.import_module("pandana")
    pandas = importlib.import_module("pandas")

    def prepare() -> Any:
        weights = pandas.DataFrame({"ms": task.ms.astype(float)})
        x, y = pandas.Series(task.x), pandas.Series(task.y)
        tail, head = pandas.Series(task.tail), pandas.Series(task.head)
        return pandana.Network(x, y, tail, head, weights, twoway=False)

    def query(network: Any, some: Any) -> Any:
        a = np.repeat(some, len(task.targets))
        b = np.tile(task.targets, len(some))
        lengths = network.shortest_path_lengths(a, b)
        return np.asarray(lengths).reshape(len(some), -1)

    return _scaled(task, n_sources, prepare, query)


def routingkit_peer(task: Task, _n_sources: int) -> Answer:
    """RoutingKit's customizable contraction hierarchy, many to many (pyroutingkit)."""
    routingkit = importlib.import_module("pyroutingkit")

    def prepare() -> Any:
        cch = routingkit.CCH()
        arcs = (task.tail.astype(np.uint32), task.head.astype(np.uint32))
        place = (task.y.astype(np.float32), task.x.astype(np.float32))
        cch.build_topology(*arcs, *place, len(task.x))
        cch.customize_weights(task.ms.astype(np.uint32))
        return cch

    def query(cch: Any, some: Any) -> Any:
        ends = (some.astype(np.uint32), task.targets.astype(np.uint32))
        return cch.distances_many_to_many(*ends).reshape(len(some), -1)

    return _scaled(task, len(task.sources), prepare, query)


def networkx_peer(task: Task, n_sources: int) -> Answer:
    """Networkx's single_source_dijkstra_path_length."""
    import networkx as nx

    def prepare() -> Any:
        graph = nx.DiGraph()
        graph.add_nodes_from(range(len(task.x)))
        best: dict[tuple[int, int], int] = {}
        for u, v, w in zip(task.tail.tolist(), task.head.tolist(), task.ms.tolist(), strict=True):
            best[u, v] = min(w, best.get((u, v), w))
        graph.add_weighted_edges_from((u, v, w) for (u, v), w in best.items())
        return graph

    def query(graph: Any, some: Any) -> Any:
        rows = []
        for source in some.tolist():
            found = nx.single_source_dijkstra_path_length(graph, source)
            rows.append([found.get(target, np.inf) for target in task.targets.tolist()])
        return rows

    return _scaled(task, n_sources, prepare, query)


PEERS: dict[str, tuple[Callable[[Task, int], Answer], int]] = {
    "RoutingKit": (routingkit_peer, 0),
    "scipy": (scipy_peer, 100),
    "igraph": (igraph_peer, 60),
    "networkit": (networkit_peer, 60),
    "rustworkx": (rustworkx_peer, 40),
    "pandana": (pandana_peer, 10),
    "networkx": (networkx_peer, 5),
}
"""Each peer, and how many sources it is asked for (RoutingKit: all)."""
