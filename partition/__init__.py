"""Teams, contacts, vices and twins: who works with whom, and where.

The public functions are loaded when first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_WHERE = {
    "plan_teams": "plan",
    "make_teams": "teams",
    "make_areas": "areas",
    "assign_staff": "staffing",
    "make_contacts": "contacts",
    "make_vices": "covers",
    "next_covers": "covers",
    "complete_plan": "plan",
    "make_redesign": "redesign",
    "contact_candidates": "candidates",
    "pool_sizing": "layers",
    "alignment_table": "layers",
    "make_layers": "layers",
    "evening_groups": "layers",
    "staff_need": "layers",
    "roster_ceiling": "ceiling",
    "contact_loads": "contact_load",
    "MoveJudge": "what_if",
    "move_effect": "what_if",
    "polsby_popper": "shape",
    "lower_bound": "bound",
    "warning_before_move": "contiguity",
    "shape_table": "shape",
    "drift_table": "shape",
    "team_table": "measures",
    "client_table": "measures",
}

__all__ = sorted(_WHERE)


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(import_module(f"partition.{_WHERE[name]}"), name)
    raise AttributeError(f"module 'partition' has no attribute {name!r}")
