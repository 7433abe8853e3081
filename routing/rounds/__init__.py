"""Rounds over a horizon: ruin and recreate with a price on every further carer."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from routing.answers.cyclic_weeks import cyclic_plan
    from routing.answers.demand_curve import load_curve, peaks
    from routing.answers.explain import Explainer
    from routing.answers.plan_changes import plan_changes
    from routing.engine.search_params import QUICK, SearchParams
    from routing.engine.weights import RoundWeights
    from routing.horizon.plan_horizon import plan_rounds
    from routing.horizon.replan import replan_rounds
    from routing.roster.pins import pins_of_plan

__all__ = [
    "QUICK",
    "Explainer",
    "RoundWeights",
    "SearchParams",
    "cyclic_plan",
    "load_curve",
    "peaks",
    "pins_of_plan",
    "plan_changes",
    "plan_rounds",
    "replan_rounds",
]

_HOME = {
    "Explainer": "routing.answers.explain",
    "QUICK": "routing.engine.search_params",
    "RoundWeights": "routing.engine.weights",
    "SearchParams": "routing.engine.search_params",
    "cyclic_plan": "routing.answers.cyclic_weeks",
    "load_curve": "routing.answers.demand_curve",
    "peaks": "routing.answers.demand_curve",
    "pins_of_plan": "routing.roster.pins",
    "plan_changes": "routing.answers.plan_changes",
    "plan_rounds": "routing.horizon.plan_horizon",
    "replan_rounds": "routing.horizon.replan",
}


def __getattr__(name: str) -> Any:
    """Load the engine when it is first asked for, so that importing the package is free."""
    if name not in _HOME:
        raise AttributeError(name)
    return getattr(import_module(_HOME[name]), name)
