"""Travel times and ways between points on a street network.

Nothing heavy is imported until a name is used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from routing.travel.engine import TravelEngine
    from routing.travel.prepared import load_prepared, prepare, save_prepared
    from routing.travel.route import Route
    from routing.travel.snap import ModeSnaps, SnapFault, SnapLimits, SnapReport, Snaps
    from routing.travel.speed_profile import SpeedProfile
    from routing.travel.times import travel_times

__all__ = [
    "ModeSnaps",
    "Route",
    "SnapFault",
    "SnapLimits",
    "SnapReport",
    "Snaps",
    "SpeedProfile",
    "TravelEngine",
    "load_prepared",
    "prepare",
    "save_prepared",
    "travel_times",
]

_HOME = {
    "ModeSnaps": "snap",
    "Route": "route",
    "SnapFault": "snap",
    "SnapLimits": "snap",
    "SnapReport": "snap",
    "Snaps": "snap",
    "SpeedProfile": "speed_profile",
    "TravelEngine": "engine",
    "load_prepared": "prepared",
    "prepare": "prepared",
    "save_prepared": "prepared",
    "travel_times": "times",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"routing.travel.{_HOME[name]}"), name)
