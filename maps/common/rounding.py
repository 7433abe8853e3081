"""Numbers as they may be told to anybody: so rounded that no one client stands out of them.

Counts go to whole fives and hours of care to whole fifties: what one client adds is far less than
a step, and a total less its parts, or one file less another, is a matter of rounding (faults.md
G7). Shares of visits are told as they are; they are of thousands.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from maps.common.audiences import CELL_MIN

COUNT_STEP: Final = CELL_MIN
CARE_STEP_MIN: Final = 50 * 60
"""Minutes of care a week: several times what one client has."""
TRAVEL_STEP_MIN: Final = 100


def about(value: float, step: int = COUNT_STEP) -> int:
    """The nearest whole step."""
    return int(value / step + 0.5) * step


def about_or_fewer(n: int, words: Mapping[str, str]) -> str:
    """A count in words: to whole fives, or that it is fewer than five."""
    return words["fewer_than_five"] if 0 < n < CELL_MIN else str(about(n))


def team_about(measures: Mapping[str, Any]) -> dict[str, Any]:
    """A team's row of ``teams.csv`` without what one client alone decides, the rest rounded.

    Whether a team hangs together, how compact it is and how far it travels, one client away from
    the rest decides.
    """
    steps = {"care_min_week": CARE_STEP_MIN}
    rounded: dict[str, Any] = {"area_id": measures["area_id"]} if "area_id" in measures else {}
    for name, step in steps.items():
        if isinstance(measures.get(name), (int, float)):
            rounded[name] = about(measures[name], step)
    for name in ("rounds_day", "rounds_evening"):
        if isinstance(measures.get(name), (int, float)):
            rounded[name] = float(about(measures[name], 1))
    return rounded


def scope_about(scope: Mapping[str, Any]) -> dict[str, Any]:
    """Measures of a municipality or a team: counts to whole fives, at every depth."""
    rounded: dict[str, Any] = {}
    for name, value in scope.items():
        if isinstance(value, Mapping):
            rounded[name] = scope_about(value)
        elif isinstance(value, list):
            is_counted = all(isinstance(part, (int, float)) for part in value)
            rounded[name] = [about(part) for part in value] if is_counted else value
        elif name.startswith("n_") and isinstance(value, (int, float)):
            rounded[name] = about(value)
        else:
            rounded[name] = value
    return rounded


def measures_about(measures: Mapping[str, Any]) -> dict[str, Any]:
    """What ``measures.json`` holds, for anybody: the municipality and the teams."""
    return {
        "municipality": scope_about(measures.get("municipality", {})),
        "teams": {
            team: scope_about(team_measures)
            for team, team_measures in measures.get("teams", {}).items()
        },
    }
