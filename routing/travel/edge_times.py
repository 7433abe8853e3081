"""Our seconds as attributes of OSMnx's edges, so that others' path searches give our times."""

from __future__ import annotations

from typing import Any

from data.errors import SettingsError
from data.streets import StreetNetwork
from data.units import MODES
from routing.network.components import endpoints
from routing.travel.modegraph import ArcCosts, arc_costs
from routing.travel.speed_profile import SpeedProfile


def with_travel_time(
    graph: Any, network: StreetNetwork, mode: str, profile: SpeedProfile | None = None
) -> Any:
    """A copy of the graph for one mode, each edge with its ``travel_time``.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        Made by `routing.network.to_graph` of the same network; left as it is.
    mode : str
        Of `data.units.MODES`.

    Returns
    -------
    networkx.MultiDiGraph
        Without what the mode may not use. ``travel_time`` is seconds along the street and past the
        junction at its end, in steps of a thousandth. Where a barrier stops the mode, each street
        ends in a node of its own, with a negative id, so that no path leads through.

    Raises
    ------
    SettingsError
        Where there is no such mode.
    """
    if mode not in MODES:
        raise SettingsError(f"Färdsättet {mode} finns inte. Välj {', '.join(MODES)}.")
    import networkx as nx

    costs = arc_costs(network, mode, profile or SpeedProfile())
    tail, head, _ = endpoints(network, mode)
    made = nx.MultiDiGraph(**graph.graph)
    for u, v, edge in graph.edges(data=True):
        segment, is_against = edge["segment"], edge["reversed"]
        ms = _arc_ms(costs, segment, is_against)
        if ms is None:
            continue
        ends = (head[segment], tail[segment]) if is_against else (tail[segment], head[segment])
        named = [
            node if end < network.n_nodes else -1 - (int(end) - network.n_nodes)
            for node, end in zip((u, v), ends, strict=True)
        ]
        for node, own in zip((u, v), named, strict=True):
            made.add_node(own, **graph.nodes[node])
        made.add_edge(*named, **edge, travel_time=ms / 1000.0)
    return made


def _arc_ms(costs: ArcCosts, segment: int, is_against: bool) -> int | None:
    """Milliseconds along a segment and past the junction at its end; None where forbidden."""
    along = costs.against_ms[segment] if is_against else costs.along_ms[segment]
    junction = costs.at_from_ms[segment] if is_against else costs.at_to_ms[segment]
    return None if along < 0 else int(along) + int(junction)
