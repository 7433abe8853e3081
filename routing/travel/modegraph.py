"""The network as one mode sees it: dense nodes, arcs in compressed rows, costs apart.

The topology hangs on the network and the permissions only; costs on the profile. So bike and
e-bike share one topology, and new speeds change one array of milliseconds.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.streets import StreetNetwork
from routing.network.components import MODE_BIT, endpoints
from routing.travel.kernels.graph_kernels import Ends, ModeGraph
from routing.travel.speed_profile import ARC_MAX_MS, SpeedProfile, drive_ms, junction_ms


class ArcCosts(NamedTuple):
    """Milliseconds for one mode and profile, by segment.

    ``along_ms`` and ``against_ms`` are -1 where the direction is not permitted; ``at_to_ms`` and
    ``at_from_ms`` are paid when the junction at that end is passed.
    """

    along_ms: NDArray[np.int32]
    against_ms: NDArray[np.int32]
    at_to_ms: NDArray[np.int32]
    at_from_ms: NDArray[np.int32]


def mode_graph(network: StreetNetwork, mode: str) -> ModeGraph:
    """Build the topology for one mode."""
    bit = MODE_BIT[mode]
    from_node, to_node, n_all = endpoints(network, mode)
    along, against = (network.forward & bit) > 0, (network.backward & bit) > 0
    usable = along | against
    used = np.zeros(n_all, bool)
    used[from_node[usable]] = True
    used[to_node[usable]] = True
    dense = np.cumsum(used) - 1
    tail_of = np.where(usable, dense[from_node], -1).astype(np.int32)
    head_of = np.where(usable, dense[to_node], -1).astype(np.int32)
    real = tail_of != head_of
    forward, backward = np.flatnonzero(along & real), np.flatnonzero(against & real)
    tail = np.concatenate([tail_of[forward], head_of[backward]])
    head = np.concatenate([head_of[forward], tail_of[backward]])
    segment = np.concatenate([forward, backward]).astype(np.int32)
    is_along = np.repeat([1, 0], [len(forward), len(backward)]).astype(np.uint8)
    order = np.lexsort((segment, head, tail))
    n_nodes = int(used.sum())
    first = np.searchsorted(tail[order], np.arange(n_nodes + 1)).astype(np.int64)
    x, y = np.zeros(n_all), np.zeros(n_all)
    for node, end in ((from_node, network.segment_from), (to_node, network.segment_to)):
        x[node], y[node] = network.node_x[end], network.node_y[end]
    return ModeGraph(
        first=first,
        head=np.ascontiguousarray(head[order]),
        segment=segment[order],
        along=is_along[order],
        tail_of_segment=tail_of,
        head_of_segment=head_of,
        node_x=x[used],
        node_y=y[used],
    )


def arc_costs(network: StreetNetwork, mode: str, profile: SpeedProfile) -> ArcCosts:
    """Milliseconds by segment for one mode and profile."""
    bit = MODE_BIT[mode]
    ms = drive_ms(network, mode, profile)
    at_to, at_from = junction_ms(network, mode, profile)
    return ArcCosts(
        along_ms=np.where((network.forward & bit) > 0, ms, -1).astype(np.int32),
        against_ms=np.where((network.backward & bit) > 0, ms, -1).astype(np.int32),
        at_to_ms=at_to,
        at_from_ms=at_from,
    )


def arc_ms(graph: ModeGraph, costs: ArcCosts) -> NDArray[np.int32]:
    """Milliseconds of each arc: along the segment, and past the junction where it ends."""
    is_along = graph.along > 0
    segment = graph.segment
    ms = np.where(
        is_along,
        costs.along_ms[segment] + costs.at_to_ms[segment],
        costs.against_ms[segment] + costs.at_from_ms[segment],
    )
    return np.minimum(ms, ARC_MAX_MS).astype(np.int32)


def make_ends(
    graph: ModeGraph,
    costs: ArcCosts,
    segment: NDArray[np.int32],
    share: NDArray[np.float64],
    fixed_ms: NDArray[np.int32],
    place: NDArray[np.int32],
) -> Ends:
    """Split the costs of the snapped segments at the points."""
    segment_idx = np.maximum(segment, 0)
    snapped = segment >= 0
    tail, head = graph.tail_of_segment[segment_idx], graph.head_of_segment[segment_idx]
    along, against = (
        costs.along_ms[segment_idx].astype(np.int64),
        costs.against_ms[segment_idx].astype(np.int64),
    )
    may_along, may_against = snapped & (along >= 0), snapped & (against >= 0)
    part_along = np.floor(along * share + 0.5).astype(np.int64)
    part_against = np.floor(against * (1.0 - share) + 0.5).astype(np.int64)
    out_ms = np.column_stack(
        [
            along - part_along + costs.at_to_ms[segment_idx],
            against - part_against + costs.at_from_ms[segment_idx],
        ]
    )
    allowed = np.column_stack([may_along, may_against])
    return Ends(
        out_node=np.where(allowed, np.column_stack([head, tail]), -1).astype(np.int32),
        out_ms=np.where(allowed, out_ms, 0).astype(np.int32),
        in_node=np.where(allowed, np.column_stack([tail, head]), -1).astype(np.int32),
        in_ms=np.where(allowed, np.column_stack([part_along, part_against]), 0).astype(np.int32),
        segment=segment.astype(np.int32),
        fixed_ms=fixed_ms.astype(np.int32),
        place=place.astype(np.int32),
    )
