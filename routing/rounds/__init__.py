"""Rounds over a horizon: ruin and recreate with a price on every new face."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from routing.rounds.baseplan import base_plan
    from routing.rounds.changes import plan_changes
    from routing.rounds.explain import Explainer
    from routing.rounds.load import load_curve, peaks
    from routing.rounds.pins import pins_of_plan
    from routing.rounds.plan import plan_rounds
    from routing.rounds.replan import replan_rounds
    from routing.rounds.weights import QUICK, RoundWeights, SearchParams

__all__ = [
    "QUICK",
    "Explainer",
    "RoundWeights",
    "SearchParams",
    "base_plan",
    "load_curve",
    "peaks",
    "pins_of_plan",
    "plan_changes",
    "plan_rounds",
    "replan_rounds",
]

_HOME = {
    "Explainer": "explain",
    "QUICK": "weights",
    "RoundWeights": "weights",
    "SearchParams": "weights",
    "base_plan": "baseplan",
    "load_curve": "load",
    "peaks": "load",
    "pins_of_plan": "pins",
    "plan_changes": "changes",
    "plan_rounds": "plan",
    "replan_rounds": "replan",
}


def __getattr__(name: str) -> Any:
    """Load the engine when it is first asked for, so that importing the package is free."""
    if name not in _HOME:
        raise AttributeError(name)
    return getattr(import_module(f"routing.rounds.{_HOME[name]}"), name)
