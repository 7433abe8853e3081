"""Maps and sheets that open with no network and leak nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from maps.round_map import write_round_map
    from maps.team_map import write_team_map

__all__ = ["write_round_map", "write_team_map"]

_HOMES = {"write_round_map": "maps.round_map", "write_team_map": "maps.team_map"}


def __getattr__(name: str) -> Any:
    """Import a writer when it is first asked for: drawing libraries are heavy."""
    if name not in _HOMES:
        raise AttributeError(f"module 'maps' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
