"""How long and how hard a run searches, and what it begins from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.plans import AreaEffort
from hemrunda.options import (
    config_option,
    default_workers,
    iterations_option,
    json_option,
    map_days_option,
    out_option,
    quick_option,
    seed_option,
    time_option,
    workers_option,
)

if TYPE_CHECKING:
    from hemrunda.workfolder.baseline_plan import Baseline
    from routing.rounds.area_task import AreaRunner


@dataclass(frozen=True)
class Effort:
    """How long and how hard to search."""

    seed: int = 1
    workers: int = 2
    n_iterations: int | None = None
    time_limit_s: float | None = None
    is_quick: bool = False
    """A first look where neither iterations nor a time are asked for."""
    dates: tuple[dt.date, ...] = ()
    map_days: int = 1
    goes_on: bool = False
    """Search on from the plan at hand instead of from nothing."""
    replay: tuple[AreaEffort, ...] | None = None
    """What made a plan that is to be made again (`RoundPlan.effort`)."""
    other_areas: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Other services' areas by service and client, to be cut as little as can be."""
    before: Baseline | None = None
    """What the report compares with, where it is not the teams of the clients' table."""
    run_areas: AreaRunner | None = None
    """Where the areas are searched, if not in ``workers`` threads (`hemrunda.scale`)."""
    base_weeks: int = 0
    """Plan a base of so many weeks first, and the days from it; 0: the days as they are."""
    changes_pct: int | None = None
    """At most so many per cent of the clients change team; None: as many as pays, or nobody where
    the tables' teams are adopted."""


@dataclass(frozen=True)
class SearchAsked:
    """What a command that searches was asked for: where to, how hard, and how to tell of it."""

    out: Path
    config_path: Path | None
    seed: int
    workers: int | None
    quick: bool
    iterations: int | None
    seconds: float | None
    map_days: int
    as_json: bool

    def effort(self, **more: Any) -> Effort:
        """How hard to search; ``more`` is what the command knows besides."""
        return Effort(
            seed=self.seed, workers=self.workers or default_workers(), map_days=self.map_days,
            n_iterations=self.iterations, is_quick=self.quick, time_limit_s=self.seconds, **more,
        )  # fmt: skip


def with_search(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of every command that searches; they come as one `SearchAsked`, ``asked``."""

    @wraps(command)
    def called(**given: Any) -> Any:
        names = [dataclass_field.name for dataclass_field in fields(SearchAsked)]
        asked = SearchAsked(**{name: given.pop(name) for name in names})
        return command(asked=asked, **given)

    for option in (
        json_option,
        map_days_option,
        time_option,
        iterations_option,
        quick_option,
        workers_option,
        seed_option,
        config_option,
        out_option,
    ):
        called = option(called)
    return called
