"""Distances agree with OSMnx's own graph of the same extract, to the metre, on 1 000 pairs.

OSMnx reads the extract by itself (nodes, ways, great-circle lengths, one-way streets). Where it
differs, the rules of `routing.network.way_rules` say why: taken one by one onto OSMnx's graph, they
must make every difference vanish.
"""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

from data.streets import BIKE, CAR, NODE_BARS_BIKE, NODE_BARS_CAR, NODE_BARS_WALK, WALK
from routing.network import load_osm
from routing.network.way_rules import judge_node, judge_way
from routing.travel import SpeedProfile, TravelEngine
from routing.travel.kernels.graph_kernels import Ends

N_PAIRS = 1000
BARS = {WALK: NODE_BARS_WALK, BIKE: NODE_BARS_BIKE, CAR: NODE_BARS_CAR}


@pytest.fixture(scope="module")
def streets(shared_data):
    """The extract read by us, by OSMnx, and its bare tags."""
    import osmium
    import osmnx as ox

    path = shared_data / "osm" / "stockholm-ostermalm_2020.osm"
    rules, steps, blocked = {}, {}, {}
    for thing in osmium.FileProcessor(str(path)):
        tags = dict(thing.tags)
        if thing.is_way() and judge_way(tags):
            rules[thing.id] = judge_way(tags)
            refs = [node.ref for node in thing.nodes]
            steps[thing.id] = set(itertools.pairwise(refs))
        elif thing.is_node() and "barrier" in tags:
            blocked[thing.id] = judge_node(tags)
    theirs = ox.graph_from_xml(path, simplify=False, retain_all=True)
    return load_osm(path), theirs, rules, steps, blocked


def _our_metres(network, mode, nodes):
    """Metres between junctions by the hierarchy: everyone moves at one metre a second."""
    one = 3.6
    flat = replace(network, max_speed_kmh=np.zeros_like(network.max_speed_kmh))
    flat = replace(flat, segment_flags=np.zeros_like(network.segment_flags))
    speeds = dict.fromkeys(("walk_kmh", "bike_kmh", "ebike_kmh", "steps_kmh", "ferry_kmh"), one)
    profile = SpeedProfile(
        **speeds,
        cycling_among_walkers_kmh=one,
        car_kmh=dict.fromkeys(SpeedProfile().car_kmh, one),
        signal_s=dict.fromkeys(("walk", "bike", "ebike", "car"), 0.0),
        turn_s=0.0,
        give_way_s=0.0,
        ferry_wait_s=0.0,
    )
    engine = TravelEngine(flat, profile)
    graph = engine.graph(mode)
    of_node = np.full(network.n_nodes, -1)
    of_node[network.segment_from] = graph.tail_of_segment
    for end, dense in (
        (network.segment_from, graph.tail_of_segment),
        (network.segment_to, graph.head_of_segment),
    ):
        of_node[end[dense >= 0]] = dense[dense >= 0]
    at = of_node[nodes]
    none, zeros = np.full(len(at), -1, np.int32), np.zeros((len(at), 2), np.int32)
    pair = np.column_stack([at, none]).astype(np.int32)
    number = np.arange(len(at), dtype=np.int32)
    ends = Ends(pair, zeros, pair.copy(), zeros.copy(), number, zeros[:, 0].copy(), number.copy())
    out = np.zeros((len(at), len(at)), np.int32)
    run = engine.search(mode).rows(ends, ends, out)
    for portion in range(run.n_portions):
        run.fill(portion)
    run.finish()
    return out, at >= 0


def _their_metres(streets, bit, nodes, *, our_directions, our_barriers):
    """Metres on OSMnx's nodes and lengths, with or without the rules for ``bit``."""
    network, graph, rules, steps, blocked = streets
    idx = {node: k for k, node in enumerate(graph.nodes)}
    lengths = {}
    for u, v, data in graph.edges(data=True):
        rule = rules.get(data["osmid"])
        if rule is None or not (rule.forward | rule.backward) & bit:
            continue
        is_forward = (u, v) in steps[data["osmid"]]
        if not our_directions:
            lengths[u, v] = data["length"]
            continue
        along, against = (rule.forward, rule.backward)[:: 1 if is_forward else -1]
        if along & bit:
            lengths[u, v] = data["length"]
        if against & bit:
            lengths[v, u] = data["length"]
    if our_barriers:
        stops = {node for node, flags in blocked.items() if flags & BARS[bit]}
        lengths = {(u, v): m for (u, v), m in lengths.items() if u not in stops and v not in stops}
    tail, head = (np.array([idx[pair[k]] for pair in lengths]) for k in (0, 1))
    metres = np.array(list(lengths.values()))
    n = len(idx)
    matrix = coo_matrix((np.maximum(metres, 1e-9), (tail, head)), shape=(n, n)).tocsr()
    at = [idx[int(network.node_osm_id[node])] for node in nodes]
    found = dijkstra(matrix, indices=at)[:, at]
    return np.where(np.isfinite(found), found, 1e9)


def _of_ways(network, rules):
    """The network without what only a relation's tags say (rings of squares): OSMnx reads ways."""
    is_theirs = np.isin(network.way_osm_id, list(rules))
    forward, backward = (
        np.where(is_theirs, mask, 0).astype(np.uint8)
        for mask in (network.forward, network.backward)
    )
    return replace(network, forward=forward, backward=backward)


@pytest.mark.realdata
@pytest.mark.parametrize(("mode", "bit"), [("walk", WALK), ("bike", BIKE), ("car", CAR)])
def test_a_thousand_pairs(streets, mode, bit):
    """Ways as in OSMnx but for R3/R4 (who may go against a one-way street) and R7 (barriers)."""
    network, _, rules, _, blocked = streets
    network = _of_ways(network, rules)
    rng = np.random.default_rng(5)
    stops = [node for node, flags in blocked.items() if flags & BARS[bit]]
    usable = ((network.forward | network.backward) & bit) > 0
    known = np.unique(np.concatenate([network.segment_from[usable], network.segment_to[usable]]))
    known = known[~np.isin(network.node_osm_id[known], stops)]
    nodes = rng.choice(known, 150, replace=False)
    ours, _ = _our_metres(network, mode, nodes)
    pairs = rng.integers(0, len(nodes), (N_PAIRS, 2))
    i, j = pairs[pairs[:, 0] != pairs[:, 1]].T

    def n_unlike(**rules):
        theirs = _their_metres(streets, bit, nodes, **rules)
        return int((np.abs(theirs[i, j] - ours[i, j]) > 1.0).sum())

    bare = n_unlike(our_directions=False, our_barriers=False)
    assert n_unlike(our_directions=True, our_barriers=True) == 0
    if mode == "car":
        assert bare == n_unlike(our_directions=True, our_barriers=False), "one-ways are one-ways"
    else:
        assert bare > 0, "nobody on foot or bicycle is held to a car's one-way street"
    assert (ours[i, j] < 1e9).mean() > 0.5
