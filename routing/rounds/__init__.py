"""Rounds over a horizon: ruin and recreate with a price on every new face."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from routing.rounds.plan import plan_rounds
    from routing.rounds.weights import RoundWeights, SearchParams

__all__ = ["RoundWeights", "SearchParams", "plan_rounds"]


def __getattr__(name: str) -> object:
    """Load the engine when it is first asked for, so that importing the package is free."""
    if name == "plan_rounds":
        from routing.rounds.plan import plan_rounds

        return plan_rounds
    if name in ("RoundWeights", "SearchParams"):
        from routing.rounds import weights

        return getattr(weights, name)
    raise AttributeError(name)
