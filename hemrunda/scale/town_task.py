"""One whole plan as a task: a scenario in, one row of measures out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from data.model import Municipality
from data.progress import Progress
from data.streets import StreetNetwork
from hemrunda.config import Config
from hemrunda.effort import Effort
from hemrunda.pipeline import SHARES, proved, with_rounds, with_teams
from hemrunda.stages import Stages
from hemrunda.workfolder.plan_context import PlanContext
from hemrunda.workfolder.what_if import WhatIf, with_what_if

Row = dict[str, str | int | float | None]
"""Plain values by column; nothing of one client or carer, and no clock."""


@dataclass(frozen=True, slots=True)
class TownTask:
    """A municipality, its streets, how it is planned, and as if what were so."""

    municipality: Municipality
    streets: StreetNetwork
    config: Config
    effort: Effort
    as_if: WhatIf = field(default_factory=WhatIf)


def plan_town(task: TownTask) -> Row:
    """Plan, prove, measure.

    Raises
    ------
    InfeasibleError, PlanRefusedError
        As `hemrunda.pipeline.run`.
    """
    return row_of(planned(task))


def planned(task: TownTask) -> PlanContext:
    """The proved plan."""
    town, _ = with_what_if(task.municipality, task.as_if, task.effort.seed)
    effort = task.effort
    if not effort.dates:
        effort = replace(effort, dates=town.dates)
    stages = Stages(Progress(), SHARES)
    plan, _ = with_teams(town, task.streets, task.config, effort, stages)
    plan = with_rounds(plan, effort, stages)
    proved(plan, stages)
    return plan


MEASURES: Final[tuple[tuple[str, str], ...]] = (
    ("n_due", "planned.n_due"),
    ("n_unplanned", "planned.n_unplanned"),
    ("n_unplanned_1", "planned.n_unplanned_by_priority.1"),
    ("contact_pct", "who.tier_pct.contact"),
    ("contact_ceiling_pct", "who.contact_ceiling_pct"),
    ("non_daily_of_possible_pct", "who.non_daily_of_possible_pct"),
    ("distinct_carers_mean", "continuity.distinct_carers_mean"),
    ("start_spread_within_30_pct", "continuity.start_spread_within_30_pct"),
    ("wished_within_15_pct", "continuity.wished_within_15_pct"),
    ("n_shifts", "hours.n_shifts"),
    ("n_rounds", "hours.n_rounds"),
    ("visit_min", "hours.visit_min"),
    ("travel_min", "hours.travel_min"),
    ("access_min", "hours.access_min"),
    ("client_time_pct", "hours.client_time_pct"),
    ("travel_pct", "hours.travel_pct"),
    ("client_time_pct_p10", "fairness.client_time_pct_p10"),
    ("client_time_pct_p90", "fairness.client_time_pct_p90"),
)
"""Columns of a study's table, and where each stands in ``measures.json``."""


def row_of(plan: PlanContext) -> Row:
    """The plan's measures as one row."""
    town, teams = plan.municipality, plan.team_plan
    measures: Any = plan.shown_measures["municipality"]
    row: Row = {
        "plan_id": plan.plan_id,
        "n_clients": len(town.clients),
        "n_staff": len(town.staff),
        "n_dates": len(plan.round_plan.dates),
        "n_teams": len(teams.teams),
        "clients_per_team_max": max((len(team.client_ids) for team in teams.teams), default=0),
        "n_change_team": sum(
            bool(client.team_id) and teams.team_of_client.get(client.client_id) != client.team_id
            for client in town.clients
        ),
        "n_change_contact": sum(
            bool(client.contact_id) and teams.contact.get(client.client_id, "") != client.contact_id
            for client in town.clients
        ),
    }
    return {**row, **{name: _at(measures, place) for name, place in MEASURES}}


def _at(measures: Mapping[str, Any], place: str) -> int | float | None:
    value: Any = measures
    for step in place.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value if isinstance(value, int | float) else None
