"""How long and how hard a run searches, and what it begins from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from data.plans import AreaEffort
from hemrunda.workfolder.baseline_plan import Earlier
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
    before: Earlier | None = None
    """What the report compares with, where it is not the teams of the clients' table."""
    run_areas: AreaRunner | None = None
    """Where the areas are searched, if not in ``workers`` threads (`hemrunda.scale`)."""
    changes_pct: int | None = None
    """At most so many per cent of the clients change team; None: as many as pays, or nobody where
    the tables' teams are adopted."""
