"""The hierarchy answers what Dijkstra answers, to the second, on every kind of network."""

import heapq

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import SettingsError
from data.units import MODES, UNREACHABLE_S
from routing.network import load_osm
from routing.travel import SnapLimits, SpeedProfile, TravelEngine
from routing.travel.path_search import DijkstraSearch

EXTRACTS = ["lund-station.osm.pbf", "fruangen.osm", "stockholm-ostermalm_2020.osm"]
EXTRACTS += ["oslo-east.osm.pbf", "goteborg_2016.osm.pbf", "neubrandenburg_2016.osm.bz2"]


def _points(network, n_points, seed, spread_m=25.0):
    """Points near random junctions."""
    rng = np.random.default_rng(seed)
    node = rng.integers(0, network.n_nodes, n_points)
    return np.column_stack([network.node_x, network.node_y])[node] + rng.normal(
        0, spread_m, (n_points, 2)
    )


def _by_dijkstra(engine, mode, snaps, to=None):
    """The same matrix by the twin."""
    search = engine.search(mode)
    engine._searches[mode] = DijkstraSearch(engine.graph(mode), search.ms)
    try:
        return engine.matrix(mode, snaps, to)
    finally:
        engine._searches[mode] = search


def _naive(network, mode, engine, snaps):
    """Seconds by a textbook search over segments, with none of the engine's structures.

    Time passes along segments and at the junctions where they are left; a node that blocks the
    mode is never left.
    """
    costs = engine.costs(mode)
    block = {"walk": 8, "bike": 16, "ebike": 16, "car": 32}[mode]
    leaving = {}
    for s in range(network.n_segments):
        u, v = int(network.segment_from[s]), int(network.segment_to[s])
        if costs.along_ms[s] >= 0:
            leaving.setdefault(u, []).append((v, int(costs.along_ms[s]) + int(costs.at_to_ms[s])))
        if costs.against_ms[s] >= 0:
            cost = int(costs.against_ms[s]) + int(costs.at_from_ms[s])
            leaving.setdefault(v, []).append((u, cost))
    of = snaps.of_mode[mode]
    fixed = engine.ends(mode, snaps).fixed_ms.tolist()

    def split(i):
        s, share = int(of.segment_idx[i]), float(of.share[i])
        along, against = int(costs.along_ms[s]), int(costs.against_ms[s])
        return s, int(along * share + 0.5), int(against * (1 - share) + 0.5), along, against

    n = len(snaps)
    out = np.full((n, n), UNREACHABLE_S)
    for i in range(n):
        if of.segment_idx[i] < 0:
            continue
        s, part, part_back, along, against = split(i)
        u, v = int(network.segment_from[s]), int(network.segment_to[s])
        best, heap = {}, []
        if along >= 0:
            heapq.heappush(heap, (along - part + int(costs.at_to_ms[s]), v))
        if against >= 0:
            heapq.heappush(heap, (against - part_back + int(costs.at_from_ms[s]), u))
        while heap:
            ms, node = heapq.heappop(heap)
            if node in best:
                continue
            best[node] = ms
            if network.node_flags[node] & block:
                continue
            for other, cost in leaving.get(node, []):
                heapq.heappush(heap, (ms + cost, other))
        for j in range(n):
            if of.segment_idx[j] < 0:
                continue
            t, to_part, to_back, to_along, to_against = split(j)
            ways = []
            a, b = int(network.segment_from[t]), int(network.segment_to[t])
            if to_along >= 0 and not (network.node_flags[a] & block) and a in best:
                ways.append(best[a] + to_part)
            if to_against >= 0 and not (network.node_flags[b] & block) and b in best:
                ways.append(best[b] + to_back)
            if s == t and along >= 0 and to_part >= part:
                ways.append(to_part - part)
            if s == t and against >= 0 and to_back >= part_back:
                ways.append(to_back - part_back)
            if ways:
                out[i, j] = (min(ways) + fixed[i] + fixed[j] + 500) // 1000
    np.fill_diagonal(out, 0)
    return out


@pytest.mark.parametrize("mode", MODES)
def test_naive_twin(net_random, mode):
    """A search that anyone can read, over segments, agrees with both kernels: one-ways, loops,
    parallel streets, bollards, signals, and a part of its own."""
    network = net_random(5, 5, 11)
    engine = TravelEngine(network, limits=SnapLimits(other_part_m=0.0))
    snaps = engine.snap(_points(network, 14, 5))
    expected = _naive(network, mode, engine, snaps)
    np.testing.assert_array_equal(engine.matrix(mode, snaps), expected)
    np.testing.assert_array_equal(_by_dijkstra(engine, mode, snaps), expected)
    assert (expected == UNREACHABLE_S).any()


@settings(max_examples=25)
@given(st.integers(2, 12), st.integers(2, 9), st.integers(0, 10_000), st.integers(1, 40))
def test_hierarchy_equals_dijkstra_on_any_town(net_random, n_columns, n_rows, seed, n_points):
    """No town, however cut up, gives one second more or less; points apart from targets too."""
    network = net_random(n_columns, n_rows, seed)
    engine = TravelEngine(network, n_threads=1, limits=SnapLimits(other_part_m=0.0))
    snaps = engine.snap(_points(network, n_points, seed, 60.0))
    to = engine.snap(_points(network, 7, seed + 1))
    for mode in ("walk", "car"):
        np.testing.assert_array_equal(engine.matrix(mode, snaps), _by_dijkstra(engine, mode, snaps))
        np.testing.assert_array_equal(
            engine.matrix(mode, snaps, to), _by_dijkstra(engine, mode, snaps, to)
        )


@pytest.mark.realdata
@pytest.mark.parametrize("name", EXTRACTS)
def test_200_by_200_on_real_streets(shared_data, name):
    """The figure of the plan: 0 entries differ, for each network and mode; ways add up too."""
    network = load_osm(shared_data / "osm" / name)
    engine = TravelEngine(network)
    snaps = engine.snap(_points(network, 200, 1))
    for mode in MODES:
        seconds = engine.matrix(mode, snaps)
        assert int((seconds != _by_dijkstra(engine, mode, snaps)).sum()) == 0
        for i, j in np.random.default_rng(2).integers(0, 200, (25, 2)).tolist():
            route = engine.route(mode, snaps, i, j)
            assert (route is None) == (seconds[i, j] == UNREACHABLE_S)
            if route is not None:
                assert route.seconds == seconds[i, j]


@pytest.mark.parametrize("n_targets", [1, 127, 128, 129, 300])
def test_lanes_at_their_borders(net_random, n_targets):
    """Targets are served 128 at a time; the last few must not read the lanes beside them."""
    network = net_random(12, 9, 4)
    engine = TravelEngine(network)
    snaps, to = engine.snap(_points(network, 9, 1)), engine.snap(_points(network, n_targets, 2))
    guarded = np.full(9 * n_targets + 1, -7, np.int32)
    out = guarded[:-1].reshape(9, n_targets)
    assert engine.matrix("bike", snaps, to, out=out) is out
    np.testing.assert_array_equal(out, _by_dijkstra(engine, "bike", snaps, to))
    assert guarded[-1] == -7
    with pytest.raises(SettingsError):
        engine.matrix("bike", snaps, to, out=np.empty((n_targets + 1, 9), np.int32).T)


def test_same_answer_for_any_threads_and_order(net_random):
    """One answer, whatever the threads and the order of the rows (design, section 4)."""
    network = net_random(12, 9, 6)
    xy = _points(network, 300, 3)
    one = TravelEngine(network, n_threads=1)
    expected = one.matrix("car", one.snap(xy))
    for n_threads in (2, 5):
        engine = TravelEngine(network, n_threads=n_threads)
        np.testing.assert_array_equal(engine.matrix("car", engine.snap(xy)), expected)
    order = np.random.default_rng(0).permutation(300)
    shuffled = one.matrix("car", one.snap(xy[order]))
    np.testing.assert_array_equal(shuffled, expected[np.ix_(order, order)])


@pytest.mark.parametrize("mode", MODES)
def test_metamorphic_town(net_random, mode):
    """Walking is the same both ways, no detour is shorter than the direct way by more than the
    rounding, and the town moved by a kilometre keeps its times."""
    from dataclasses import replace

    network = net_random(9, 8, 21)
    engine = TravelEngine(network)
    xy = _points(network, 60, 4)
    seconds = engine.matrix(mode, engine.snap(xy)).astype(np.int64)
    if mode == "walk":
        np.testing.assert_array_equal(seconds, seconds.T)
    shift = np.array([1000.0, 2000.0])
    moved = replace(
        network,
        node_x=network.node_x + shift[0],
        node_y=network.node_y + shift[1],
        shape_xy=network.shape_xy + shift,
    )
    other = TravelEngine(moved)
    assert np.abs(other.matrix(mode, other.snap(xy + shift)) - seconds).max() <= 1
    slower = engine.with_profile(SpeedProfile(walk_kmh=2.25, bike_kmh=7, ebike_kmh=9))
    if mode != "car":
        doubled = slower.matrix(mode, slower.snap(xy))
        assert (doubled >= seconds).all()


def test_recustomizing_equals_building_anew(net_random):
    """New speeds on old structure give what a new engine gives, and leave the old one alone."""
    network = net_random(10, 8, 9)
    profile = SpeedProfile(bike_kmh=18.5, signal_s={"walk": 3, "bike": 20, "ebike": 1, "car": 30})
    engine = TravelEngine(network)
    xy = _points(network, 50, 8)
    before = engine.matrix("bike", engine.snap(xy))
    changed = engine.with_profile(profile)
    assert changed.hierarchy("bike") is engine.hierarchy("bike")
    anew = TravelEngine(network, profile)
    np.testing.assert_array_equal(
        changed.matrix("bike", changed.snap(xy)), anew.matrix("bike", anew.snap(xy))
    )
    np.testing.assert_array_equal(engine.matrix("bike", engine.snap(xy)), before)


def test_kernels_have_one_signature_each():
    """A second signature compiles everything again: seconds of waiting for the user."""
    from data.kernels import REGISTRY

    travel = {name: k for name, k in REGISTRY.items() if name.startswith("routing.travel.")}
    if not travel or not hasattr(next(iter(travel.values())), "signatures"):
        pytest.skip("the compiler is off")
    assert len(travel) > 20
    many = {name: len(k.signatures) for name, k in travel.items() if len(k.signatures) > 1}
    assert not many, {name: travel[name].signatures for name in many}
