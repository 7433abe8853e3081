"""Street networks: read from OpenStreetMap, checked, corrected, saved, and given to OSMnx.

Nothing heavy is imported until a name is used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from routing.network.components import Parts, parts_of
    from routing.network.corrections import (
        Correction,
        apply_corrections,
        corrections_of,
        read_corrections,
    )
    from routing.network.exchange import (
        download_place,
        load_geopackage,
        load_graphml,
    )
    from routing.network.graph import from_graph, to_graph
    from routing.network.network_store import digest_of, load_network, save_network
    from routing.network.network_summary import compare_networks, network_info, problem_points
    from routing.network.osm import load_osm

__all__ = [
    "Correction",
    "Parts",
    "apply_corrections",
    "compare_networks",
    "corrections_of",
    "digest_of",
    "download_place",
    "from_graph",
    "load_geopackage",
    "load_graphml",
    "load_network",
    "load_osm",
    "network_info",
    "parts_of",
    "problem_points",
    "read_corrections",
    "save_network",
    "to_graph",
]

_HOME = {
    "Correction": "corrections",
    "Parts": "components",
    "apply_corrections": "corrections",
    "compare_networks": "network_summary",
    "corrections_of": "corrections",
    "digest_of": "network_store",
    "download_place": "exchange",
    "from_graph": "graph",
    "load_geopackage": "exchange",
    "load_graphml": "exchange",
    "load_network": "network_store",
    "load_osm": "osm",
    "network_info": "network_summary",
    "parts_of": "components",
    "problem_points": "network_summary",
    "read_corrections": "corrections",
    "save_network": "network_store",
    "to_graph": "graph",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"routing.network.{_HOME[name]}"), name)
