"""Street networks: read from OpenStreetMap, checked, corrected, saved, and given to OSMnx.

Nothing heavy is imported until a name is used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from routing.network.components import Parts, parts_of
    from routing.network.graph import from_graph, to_graph
    from routing.network.osm import load_osm
    from routing.network.store import digest_of, load_network, save_network

__all__ = [
    "Parts",
    "digest_of",
    "from_graph",
    "load_network",
    "load_osm",
    "parts_of",
    "save_network",
    "to_graph",
]

_HOME = {
    "Parts": "components",
    "digest_of": "store",
    "from_graph": "graph",
    "load_network": "store",
    "load_osm": "osm",
    "parts_of": "components",
    "save_network": "store",
    "to_graph": "graph",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"routing.network.{_HOME[name]}"), name)
