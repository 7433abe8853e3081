"""Teams, contacts, vices and twins: who works with whom, and where.

The public functions are loaded when first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_WHERE = {
    "TeamPartitioner": "teams.team_partitioner",
    "plan_teams": "team_planning",
    "make_teams": "teams.team_division",
    "make_areas": "teams.resource_areas",
    "assign_staff": "staff.staffing",
    "make_contacts": "contacts.contact_choice",
    "make_deputies": "contacts.deputies",
    "next_covers": "contacts.deputies",
    "complete_plan": "team_planning",
    "plan_within": "redesign.kept_division",
    "with_decisions": "contacts.decision_keeping",
    "refuse_forbidden": "contacts.decision_keeping",
    "forbidden_decisions": "contacts.decision_keeping",
    "make_redesign": "redesign.redesign_front",
    "shown_points": "redesign.shown_points",
    "contact_candidates": "contacts.contact_candidates",
    "pool_sizing": "layers.cover_layers",
    "alignment_table": "layers.cover_layers",
    "make_layers": "layers.cover_layers",
    "evening_groups": "layers.cover_layers",
    "staff_need": "layers.cover_layers",
    "roster_ceiling": "contacts.roster_ceiling",
    "contact_loads": "contacts.contact_load",
    "MoveJudge": "teams.move_effect",
    "move_effect": "teams.move_effect",
    "polsby_popper": "teams.team_shape",
    "lower_bound": "annealing.lower_bound",
    "warning_before_move": "teams.contiguity",
    "shape_table": "teams.team_shape",
    "drift_table": "teams.team_shape",
    "team_table": "teams.team_measures",
    "client_table": "teams.team_measures",
}

__all__ = sorted(_WHERE)


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(import_module(f"partition.{_WHERE[name]}"), name)
    raise AttributeError(f"module 'partition' has no attribute {name!r}")
