"""What a network holds and where it is doubtful; what changed between two of them."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

import numpy as np

from data.streets import (
    BIKE,
    CAR,
    NODE_BARRIER,
    NODE_SIGNAL,
    ROAD_CLASSES,
    WALK,
    StreetNetwork,
)
from routing.network.components import parts_of
from routing.network.network_store import digest_of

_TOPOLOGIES = {"walk": WALK, "bike": BIKE, "car": CAR}


class ModeRow(TypedDict):
    """What one mode may use, and where it comes to nothing."""

    n_segments: int
    length_km: float
    one_way_km: float
    n_parts: int
    largest_part_share: float
    isolated_km: float
    one_way_trap_km: float
    ferry_only_km: float


class StreetStatistics(TypedDict):
    """The form of a street network, by OSMnx's definitions.

    Boeing 2017, doi 10.1016/j.compenvurbsys.2017.05.004.
    """

    n_junctions: int
    """Nodes where at least two streets meet."""
    n_dead_ends: int
    streets_per_node: float
    street_length_mean_m: float
    circuity: float
    """Length of the streets over the straight lines between their ends; loops left out."""


class NetworkInfo(TypedDict):
    """A network in figures; ``bbox`` is west, south, east and north in metres."""

    source: str
    attribution: str
    epsg: int
    bbox: list[float]
    digest: str
    n_nodes: int
    n_segments: int
    n_names: int
    n_signals: int
    n_barriers: int
    n_addresses: int
    n_features: dict[str, int]
    km_by_class: dict[str, float]
    notes: dict[str, int]
    closed_km: float
    corrected_segments: int
    streets: StreetStatistics
    modes: dict[str, ModeRow]


class NetworkSize(TypedDict):
    """One of two networks that are compared."""

    source: str
    n_nodes: int
    n_segments: int


class NetworkChanges(TypedDict):
    """What a newer network changes."""

    same: bool
    n_same: int
    n_gone: int
    n_added: int
    gone_km: float
    added_km: float
    n_permissions_changed: int
    n_limits_changed: int
    streets_gone: list[str]
    streets_added: list[str]
    old: NetworkSize
    new: NetworkSize


class ProblemPoint(TypedDict):
    """A place where a network is doubtful: its kind, metres of its CRS, kilometres of street."""

    kind: Literal["isolated", "trap"]
    x: float
    y: float
    km: float


def network_info(network: StreetNetwork) -> NetworkInfo:
    """Counts, kilometres, parts and doubts, as plain data for ``--json`` and for the report."""
    west, south, east, north = network.bounds
    modes: dict[str, ModeRow] = {}
    for mode, bit in _TOPOLOGIES.items():
        usable = ((network.forward | network.backward) & bit) > 0
        one_way = usable & ((network.forward & network.backward & bit) == 0)
        parts = parts_of(network, mode)
        modes[mode] = {
            "n_segments": int(usable.sum()),
            "length_km": round(float(network.length_m[usable].sum()) / 1000.0, 3),
            "one_way_km": round(float(network.length_m[one_way].sum()) / 1000.0, 3),
            "n_parts": parts.n_parts,
            "largest_part_share": round(float(_share(parts.length_km)), 4),
            "isolated_km": round(float(parts.length_km[1:].sum()), 3),
            "one_way_trap_km": round(float(network.length_m[parts.is_trap].sum()) / 1000.0, 3),
            "ferry_only_km": round(float(network.length_m[parts.is_ferry_only].sum()) / 1000.0, 3),
        }
    by_class = np.bincount(network.road_class, network.length_m, minlength=len(ROAD_CLASSES))
    kinds = sorted({feature.kind for feature in network.features})
    return {
        "source": network.source,
        "attribution": network.attribution,
        "epsg": network.epsg,
        "bbox": [round(value, 1) for value in (west, south, east, north)],
        "digest": digest_of(network),
        "n_nodes": network.n_nodes,
        "n_segments": network.n_segments,
        "n_names": len(network.names),
        "n_signals": int(((network.node_flags & NODE_SIGNAL) > 0).sum()),
        "n_barriers": int(((network.node_flags & NODE_BARRIER) > 0).sum()),
        "n_addresses": len(network.addresses),
        "n_features": {kind: sum(f.kind == kind for f in network.features) for kind in kinds},
        "km_by_class": {
            name: round(float(km) / 1000.0, 3)
            for name, km in zip(ROAD_CLASSES, by_class, strict=True)
            if km > 0
        },
        "notes": dict(network.notes),
        "closed_km": round(
            float(network.length_m[(network.forward | network.backward) == 0].sum()) / 1000.0, 3
        ),
        "corrected_segments": 0
        if network.speed_factor is None
        else int((network.speed_factor != 1.0).sum()),
        "streets": street_statistics(network),
        "modes": modes,
    }


def street_statistics(network: StreetNetwork) -> StreetStatistics:
    """How the streets hang together, whoever may use them."""
    ends = np.concatenate((network.segment_from, network.segment_to))
    n_streets = np.bincount(ends, minlength=network.n_nodes)
    begin, end = network.segment_from, network.segment_to
    is_open = begin != end
    straight_m = np.hypot(
        network.node_x[begin] - network.node_x[end], network.node_y[begin] - network.node_y[end]
    )
    between_m = float(straight_m[is_open].sum())
    return StreetStatistics(
        n_junctions=int((n_streets > 1).sum()),
        n_dead_ends=int((n_streets == 1).sum()),
        streets_per_node=round(float(n_streets.mean()) if network.n_nodes else 0.0, 2),
        street_length_mean_m=round(float(network.length_m.mean()) if len(begin) else 0.0, 1),
        circuity=round(float(network.length_m[is_open].sum()) / between_m if between_m else 1.0, 3),
    )


def _share(length_km: Any) -> float:
    return float(length_km[0] / length_km.sum()) if len(length_km) and length_km.sum() else 0.0


def compare_networks(old: StreetNetwork, new: StreetNetwork) -> NetworkChanges:
    """What a newer map changes: segments added, gone, and those whose permissions changed.

    Segments are the same where their OSM way and both end nodes are; a way split at a new
    junction counts as gone and added.
    """
    keys = [_keys(network) for network in (old, new)]
    number = [{key: idx for idx, key in enumerate(one_side)} for one_side in keys]
    gone = [idx for key, idx in number[0].items() if key not in number[1]]
    added = [idx for key, idx in number[1].items() if key not in number[0]]
    both = [(number[0][key], idx) for key, idx in number[1].items() if key in number[0]]
    pairs = np.array(both, np.int64).reshape(-1, 2)
    before = old.forward[pairs[:, 0]], old.backward[pairs[:, 0]]
    after = new.forward[pairs[:, 1]], new.backward[pairs[:, 1]]
    changed = (before[0] != after[0]) | (before[1] != after[1])
    speed = old.max_speed_kmh[pairs[:, 0]] != new.max_speed_kmh[pairs[:, 1]]
    return {
        "same": digest_of(old) == digest_of(new),
        "n_same": len(both),
        "n_gone": len(gone),
        "n_added": len(added),
        "gone_km": round(float(old.length_m[gone].sum()) / 1000.0, 3),
        "added_km": round(float(new.length_m[added].sum()) / 1000.0, 3),
        "n_permissions_changed": int(changed.sum()),
        "n_limits_changed": int(speed.sum()),
        "streets_gone": sorted(set(old.names) - set(new.names)),
        "streets_added": sorted(set(new.names) - set(old.names)),
        "old": {"source": old.source, "n_nodes": old.n_nodes, "n_segments": old.n_segments},
        "new": {"source": new.source, "n_nodes": new.n_nodes, "n_segments": new.n_segments},
    }


def _keys(network: StreetNetwork) -> list[tuple[int, int, int, int]]:
    """Way, end nodes and length: what names a segment in both maps."""
    ends = np.column_stack(
        [
            network.way_osm_id,
            network.node_osm_id[network.segment_from],
            network.node_osm_id[network.segment_to],
            np.round(network.length_m),
        ]
    )
    return [tuple(row) for row in ends.astype(np.int64).tolist()]


def problem_points(network: StreetNetwork, mode: str) -> list[ProblemPoint]:
    """Where the network is doubtful for ``mode``, for the map of ``hemrunda network info``.

    One entry for every isolated part and every one-way trap: kind, place and kilometres.
    """
    parts = parts_of(network, mode)
    middle = network.shape_xy[(network.shape_offset[:-1] + network.shape_offset[1:] - 1) // 2]
    points: list[ProblemPoint] = []
    for part in range(1, parts.n_parts):
        inside = parts.part_of_segment == part
        x, y = middle[inside].mean(axis=0)
        km = float(network.length_m[inside].sum()) / 1000.0
        points.append({"kind": "isolated", "x": float(x), "y": float(y), "km": round(km, 3)})
    for idx in np.flatnonzero(parts.is_trap).tolist():
        x, y = middle[idx]
        km = float(network.length_m[idx]) / 1000.0
        points.append({"kind": "trap", "x": float(x), "y": float(y), "km": round(km, 3)})
    return points
