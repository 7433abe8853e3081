"""Travel times: how long they take beside the libraries, and that they are exact.

``python -m benchmarks.travel --osm FILE [--osm FILE …] [--quick] [--osmnx] [--json FILE]``

With two files or more, the first two are also laid side by side and joined by five bridges, for
a network of the size of a large municipality. Times are CPU seconds of the whole process, summed
over threads, so that libraries on one thread and ours on two are compared fairly and a loaded
machine does less harm; wall seconds stand beside. Peers come with
``pip install '.[bench]'``. OSRM has no wheel for every system, so it is named as missing.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import Row, finish, timed
from benchmarks.travel_peers import PEERS, Answer, Task
from data.streets import StreetNetwork
from data.units import MODES
from routing.network import load_osm
from routing.travel import TravelEngine
from routing.travel.hierarchy import put_costs
from routing.travel.kernels.graph_kernels import Ends
from routing.travel.modegraph import arc_ms
from routing.travel.path_search import DijkstraSearch

PATIENCE_S = 180
"""Wall seconds that a peer is given to prepare and to answer."""

_COLD = """
import sys, time
import numpy as np
import routing.travel.engine
from routing.network import load_osm
from routing.travel import TravelEngine
network = load_osm(sys.argv[1])
engine = TravelEngine(network)
xy = np.column_stack([network.node_x, network.node_y])[:50]
begin = time.process_time()
snaps = engine.snap(xy)
for mode in snaps.of_mode:
    engine.matrix(mode, snaps)
engine.path("walk", snaps, 0, 1)
print(time.process_time() - begin)
"""

_MEMORY = """
import resource, sys
import numpy as np
from routing.network import load_osm
from routing.travel import TravelEngine
network = load_osm(sys.argv[1])
engine = TravelEngine(network)
rng = np.random.default_rng(0)
xy = np.column_stack([network.node_x, network.node_y])
xy = xy[rng.integers(0, len(xy), 5300)] + rng.normal(0, 15, (5300, 2))
few = engine.snap(xy[:10])
for mode in few.of_mode:
    engine.matrix(mode, few)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
snaps = engine.snap(xy)
kept = [engine.matrix(mode, snaps) for mode in snaps.of_mode]
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


def side_by_side(west: StreetNetwork, east: StreetNetwork, n_bridges: int = 5) -> StreetNetwork:
    """Two towns as one: the second moved to the east of the first, and joined by bridges."""
    shift = np.array(
        [
            west.bounds[2] - east.bounds[0] + 300.0,
            (west.bounds[1] + west.bounds[3] - east.bounds[1] - east.bounds[3]) / 2,
        ]
    )
    n, shapes = west.n_nodes, east.shape_xy + shift
    x = np.concatenate([west.node_x, east.node_x + shift[0]])
    y = np.concatenate([west.node_y, east.node_y + shift[1]])
    both = (west.forward & west.backward) == 7, (east.forward & east.backward) == 7
    begin = np.unique(west.segment_from[both[0]])
    begin = begin[np.argsort(-west.node_x[begin])[: 40 * n_bridges : 40]]
    end = np.unique(east.segment_from[both[1]])
    end = end[np.argsort(east.node_x[end])[: 40 * n_bridges : 40]] + n
    ends = np.column_stack([x[begin], y[begin]]), np.column_stack([x[end], y[end]])
    joined: dict[str, Any] = {
        name: np.concatenate([getattr(west, name), getattr(east, name)])
        for name in ("node_osm_id", "node_flags")
    }
    extra = {"forward": 7, "backward": 7, "road_class": 4, "max_speed_kmh": 50}
    extra |= {"segment_flags": 1, "name_idx": -1, "way_osm_id": -1}
    for name, value in extra.items():
        old = getattr(west, name), getattr(east, name)
        joined[name] = np.concatenate([*old, np.full(len(begin), value)]).astype(old[0].dtype)
    offset = np.concatenate([west.shape_offset, east.shape_offset[1:] + len(west.shape_xy)])
    more = offset[-1] + 2 * np.arange(1, len(begin) + 1)
    return replace(
        west,
        node_x=x,
        node_y=y,
        segment_from=np.concatenate([west.segment_from, east.segment_from + n, begin]).astype("i4"),
        segment_to=np.concatenate([west.segment_to, east.segment_to + n, end]).astype("i4"),
        length_m=np.concatenate([west.length_m, east.length_m, np.hypot(*(ends[1] - ends[0]).T)]),
        shape_offset=np.concatenate([offset, more]).astype(np.int64),
        shape_xy=np.vstack([west.shape_xy, shapes, np.hstack(ends).reshape(-1, 2)]),
        names=(),
        features=(),
        addresses=(),
        **(joined | {"name_idx": np.full(len(joined["name_idx"]), -1, np.int32)}),
    )


def points(network: StreetNetwork, n_points: int, seed: int = 0) -> NDArray[np.float64]:
    """Places some metres from random junctions."""
    rng = np.random.default_rng(seed)
    xy = np.column_stack([network.node_x, network.node_y])
    return xy[rng.integers(0, network.n_nodes, n_points)] + rng.normal(0, 15, (n_points, 2))


def node_ends(nodes: NDArray[np.int64]) -> Ends:
    """Nodes as points, for a comparison with libraries that know nodes only."""
    none = np.full(len(nodes), -1)
    node = np.column_stack([nodes, none]).astype(np.int32)
    zeros, number = np.zeros((len(nodes), 2), np.int32), np.arange(len(nodes), dtype=np.int32)
    zero = np.zeros(len(nodes), np.int32)
    return Ends(node, zeros, node.copy(), zeros.copy(), number, zero, nodes.astype(np.int32))


def exactness(network: StreetNetwork, name: str) -> list[Row]:
    """Entries of 200 × 200 that differ from Dijkstra's, for each mode."""
    engine = TravelEngine(network, n_threads=2)
    snaps = engine.snap(points(network, 200, 1))
    rows = []
    for mode in MODES:
        seconds = engine.matrix(mode, snaps)
        twin = TravelEngine(network, n_threads=2)
        twin._searches[mode] = DijkstraSearch(engine.graph(mode), engine.search(mode).ms)
        differ = int((seconds != twin.matrix(mode, snaps)).sum())
        work = f"{name}, {mode}: entries of 200² unlike Dijkstra"
        rows.append(Row(work, differ, "", "0", differ == 0))
    return rows


def many_to_many(
    network: StreetNetwork, name: str, mode: str, n_points: int, n_times: int, with_peers: bool
) -> list[Row]:
    """Preparation, the matrix, and the same by every peer."""

    def prepare() -> TravelEngine:
        engine = TravelEngine(network, n_threads=2)
        engine.search(mode)
        return engine

    prepare()
    prepared = timed(prepare, n_times)
    engine = prepared.result
    graph, search = engine.graph(mode), engine.search(mode)
    snaps = engine.snap(points(network, n_points), [mode])
    out = np.zeros((n_points, n_points), np.int32)
    engine.matrix(mode, snaps, out=out)
    ours = timed(lambda: engine.matrix(mode, snaps, out=out), 3 * n_times)
    fresh = timed(lambda: engine.matrix(mode, snaps), n_times)
    again = timed(lambda: put_costs(engine.hierarchy(mode), search.ms), 3 * n_times)
    title = f"{name}, {mode}, {graph.n_nodes} nodes"
    square = f"{n_points} × {n_points}"
    holds = ours.cpu_s <= 0.15 if n_points == 5000 else None
    wall = {"wall s": ours.wall_s, "CPU s into new memory": fresh.cpu_s}
    rows = [
        Row(f"{title}: preparation", prepared.cpu_s, "CPU s", "≤ 1.5", prepared.cpu_s <= 1.5),
        Row(f"{title}: {square}", ours.cpu_s, "CPU s", "≤ 0.15", holds, wall),
        Row(f"{title}: new speeds", again.cpu_s * 1e3, "CPU ms", "≤ 50", again.cpu_s <= 0.05),
    ]
    if with_peers:
        rows.append(_beside_peers(graph, search, title, n_points, ours.cpu_s))
    return rows


def _asked(ask: Callable[[Task, int], Answer], task: Task, n_sources: int) -> Answer | str:
    """A peer's answer from a process of its own; a word where there is none."""
    processes = multiprocessing.get_context("spawn").Pool(1)
    try:
        return processes.apply_async(ask, (task, n_sources)).get(PATIENCE_S)
    except ImportError:
        return "missing"
    except multiprocessing.TimeoutError:
        return f"not ready after {PATIENCE_S} s"
    finally:
        processes.terminate()


def _beside_peers(graph: Any, search: Any, title: str, n_points: int, ours_s: float) -> Row:
    """How many times longer the fastest library needs; all answers are compared."""
    rng = np.random.default_rng(3)
    nodes = rng.permutation(graph.n_nodes)[:n_points].astype(np.int64)
    tail = np.repeat(np.arange(graph.n_nodes), np.diff(graph.first))
    arcs = (tail.astype(np.int64), graph.head.astype(np.int64), search.ms.astype(np.int64))
    task = Task(*arcs, graph.node_x, graph.node_y, nodes, nodes)
    out = np.zeros((n_points, n_points), np.int32)
    run = search.rows(node_ends(nodes), node_ends(nodes), out)
    for portion in range(run.n_portions):
        run.fill(portion)
    run.finish()
    peers: dict[str, float | str] = {}
    for peer, (ask, n_sources) in PEERS.items():
        print(f"{title}: {peer}", file=sys.stderr, flush=True)
        answer = _asked(ask, task, min(n_sources, n_points) or n_points)
        if isinstance(answer, str):
            peers[peer] = answer
            continue
        agreed = np.where(answer.rows < 1e9, (answer.rows + 500) // 1000, 10**9)
        wrong = np.abs(agreed - out[: len(agreed)]) > (1 if peer in ("pandana", "scipy") else 0)
        peers[peer] = answer.query_s
        peers[f"{peer} prepares"] = answer.prepare_s
        if wrong.any():
            peers[f"{peer} differs in"] = f"{wrong.mean():.2%}"
    peers["OSRM"] = "missing"
    fastest = min(
        float(value)
        for name, value in peers.items()
        if isinstance(value, float) and not name.endswith("prepares")
    )
    ratio = fastest / ours_s
    return Row(f"{title}: × the fastest library", ratio, "×", "≥ 25", ratio >= 25, peers)


def single(network: StreetNetwork, name: str) -> list[Row]:
    """Snapping in bulk, and single ways."""
    engine = TravelEngine(network, n_threads=2)
    xy = points(network, 5300)
    engine.snap(xy[:5])
    snapping = timed(lambda: engine.snap(xy), 5)
    snaps = snapping.result
    engine.path("walk", snaps, 0, 1)
    begin = time.process_time()
    for k in range(500):
        engine.path("walk", snaps, k, 5299 - k)
    way_ms = (time.process_time() - begin) * 2.0
    snap = snapping.cpu_s
    return [
        Row(f"{name}: snap 5 300 points, all modes", snap, "CPU s", "≤ 0.3", snap <= 0.3),
        Row(f"{name}: one way with its line", way_ms, "CPU ms", "≤ 1", way_ms <= 1.0),
    ]


def in_new_process(code: str, file: str, cache: str | None = None) -> float:
    """What a small program prints, run on its own, with a cache of compiled kernels of its own."""
    env = {**os.environ, **({"HEMRUNDA_CACHE_DIR": cache} if cache else {})}
    command = [sys.executable, "-c", code, file]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


def reading(file: str, with_osmnx: bool) -> list[Row]:
    """From the extract to graphs with costs for all modes, beside OSMnx's graph for one mode.

    Neither holds a hierarchy yet; its preparation has rows of its own.
    """
    name = Path(file).name

    def read() -> TravelEngine:
        engine = TravelEngine(load_osm(file))
        for mode in MODES:
            arc_ms(engine.graph(mode), engine.costs(mode))
        return engine

    read()
    ours = timed(read, 3)
    size = f"{ours.result.network.n_nodes} junctions"
    rows = [
        Row(f"{name}, {size}: extract → all modes", ours.cpu_s, "CPU s", "≤ 10", ours.cpu_s <= 10)
    ]
    if with_osmnx:
        theirs = _osmnx_reading(file)
        ratio = theirs / ours.cpu_s
        peers = {"osmnx.graph_from_xml, walking only": theirs}
        rows.append(Row(f"{name}: × OSMnx", ratio, "×", "≥ 20", ratio >= 20, peers))
    return rows


def _osmnx_reading(file: str) -> float:
    """CPU seconds of OSMnx for one mode, on an XML file that holds that mode's ways only.

    Filtering and cutting ways at missing nodes is not counted, though OSMnx needs both.
    """
    import osmium
    import osmnx as ox

    from data.streets import WALK
    from routing.network.way_rules import judge_way

    with tempfile.TemporaryDirectory() as folder:
        xml = Path(folder) / "walk.osm"
        known = {node.id for node in osmium.FileProcessor(file, osmium.osm.NODE)}
        kept: list[Any] = []
        used: set[int] = set()
        for way in osmium.FileProcessor(file, osmium.osm.WAY):
            rule = judge_way(dict(way.tags))
            if rule is None or not (rule.forward | rule.backward) & WALK:
                continue
            refs = [node.ref for node in way.nodes if node.ref in known]
            if len(refs) > 1:
                used.update(refs)
                kept.append(osmium.osm.mutable.Way(id=way.id, tags=dict(way.tags), nodes=refs))
        with osmium.SimpleWriter(str(xml)) as writer:
            for node in osmium.FileProcessor(file, osmium.osm.NODE):
                if node.id in used:
                    writer.add_node(node)
            for way in kept:
                writer.add_way(way)
        return timed(lambda: ox.graph_from_xml(xml)).cpu_s


def main() -> None:
    """Run everything that the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--osm", action="append", required=True, help="an extract; repeatable")
    parser.add_argument("--points", type=int, default=5000)
    parser.add_argument("--quick", action="store_true", help="no peers, one run of each")
    parser.add_argument("--osmnx", action="store_true", help="beside osmnx.graph_from_xml: slow")
    parser.add_argument("--only-joined", action="store_true", help="the joined network only")
    parser.add_argument("--json", help="write the rows here")
    asked = parser.parse_args()
    n_times = 1 if asked.quick else 3
    networks = {Path(file).name: load_osm(file) for file in asked.osm}
    rows = [row for name, network in networks.items() for row in exactness(network, name)]
    if len(networks) > 1:
        one, two = list(networks)[:2]
        joined = side_by_side(networks[one], networks[two])
        rows += exactness(joined, "side by side")
        rows += many_to_many(
            joined, f"{one} + {two}", "bike", asked.points, n_times, not asked.quick
        )
    if asked.only_joined:
        finish(rows, asked.json)
        return
    for name, network in networks.items():
        for mode in ("walk", "bike", "car"):
            with_peers = len(networks) == 1 and mode == "bike" and not asked.quick
            rows += many_to_many(network, name, mode, asked.points, n_times, with_peers)
    for file in asked.osm:
        rows += single(networks[Path(file).name], Path(file).name)
        rows += reading(file, asked.osmnx)
    largest = max(asked.osm, key=lambda file: networks[Path(file).name].n_nodes)
    memory = in_new_process(_MEMORY, largest)
    rows.append(Row("5 300² × four modes: extra memory", memory, "MB", "≤ 1024", memory <= 1024))
    with tempfile.TemporaryDirectory() as cache:
        cold = in_new_process(_COLD, largest, cache)
    rows.append(Row("kernels compiled cold", cold, "CPU s", "≤ 15", cold <= 15))
    finish(rows, asked.json)


if __name__ == "__main__":
    main()
