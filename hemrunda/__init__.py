"""Hemrunda for Python, and the front door of the command line.

>>> import hemrunda as hr
>>> town = hr.demo(n_clients=40, n_days=1)
>>> made = hr.plan(town, iterations=200)  # doctest: +SKIP
>>> made.clients, made.measures, made.map()  # doctest: +SKIP

Everything public is listed by ``dir(hemrunda)`` and in ``docs/en/api.md``. Nothing heavy is
imported until it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from data.errors import HemrundaError, InputError
    from hemrunda.face.network_sources import network, to_osmnx
    from hemrunda.face.notebook_map import save_map
    from hemrunda.face.python_plan import Plan, plan
    from hemrunda.face.scenario import Scenario, demo, from_frames, from_json, read
    from hemrunda.interchange.vroom_solver import solve_vroom
    from hemrunda.scale.python_study import study
    from hemrunda.speech.messages import in_english
    from partition.teams.team_partitioner import TeamPartitioner

__version__ = "0.1.0"

_HOME = {
    "HemrundaError": "data.errors",
    "InputError": "data.errors",
    "Plan": "hemrunda.face.python_plan",
    "Scenario": "hemrunda.face.scenario",
    "TeamPartitioner": "partition.teams.team_partitioner",
    "demo": "hemrunda.face.scenario",
    "from_frames": "hemrunda.face.scenario",
    "from_json": "hemrunda.face.scenario",
    "in_english": "hemrunda.speech.messages",
    "network": "hemrunda.face.network_sources",
    "plan": "hemrunda.face.python_plan",
    "read": "hemrunda.face.scenario",
    "save_map": "hemrunda.face.notebook_map",
    "solve_vroom": "hemrunda.interchange.vroom_solver",
    "study": "hemrunda.scale.python_study",
    "to_osmnx": "hemrunda.face.network_sources",
}

__all__ = [
    "HemrundaError",
    "InputError",
    "Plan",
    "Scenario",
    "TeamPartitioner",
    "__version__",
    "demo",
    "from_frames",
    "from_json",
    "in_english",
    "network",
    "plan",
    "read",
    "save_map",
    "solve_vroom",
    "study",
    "to_osmnx",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used."""
    if name not in _HOME:
        raise AttributeError(f"module 'hemrunda' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return list(__all__)
