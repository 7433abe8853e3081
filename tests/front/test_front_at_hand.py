"""A plan at hand answers by its own settings, not by defaults."""

from __future__ import annotations

from dataclasses import replace

from data.demo import make_municipality, make_streets
from data.plans import RoundPlan
from data.rules import Rules
from hemrunda.config import Config, General
from hemrunda.workfolder.plan_context import PlanContext
from hemrunda.writing.teams_report import measured_rows
from partition import plan_teams, team_table
from routing.travel import travel_times


def test_teams_are_measured_where_everybody_drives():
    """There are no minutes by bicycle then; ``teams.csv`` and the report tell the same."""
    network = make_streets(n_clients=60)
    town = make_municipality(network, n_clients=60, n_days=7, seed=1)
    town = replace(town, staff=tuple(replace(one, travel_mode="car") for one in town.staff))
    travel, engine, _ = travel_times(network, town, ["car"])
    teams = plan_teams(town, travel, Rules(), network=network, mode="car", seed=1)
    plan = PlanContext(
        Config(general=General(mode="car")), town, network, travel, engine, teams,
        RoundPlan((), (), ()),
    )  # fmt: skip
    seen = plan.shown
    known = team_table(
        seen.municipality, seen.team_plan, travel, network, rules=Rules(), mode="car"
    )
    assert plan.team_rows == known
    told = measured_rows(seen, seen.team_plan)
    assert [{name: row[name] for name in known[0]} for row in told] == known
