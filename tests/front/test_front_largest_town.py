"""The largest town that is asked for: teams and a day's rounds in one run, proved (MA-02)."""

from collections import Counter

import pytest

from data.demo import make_municipality, make_streets
from data.demo.municipality import PRESETS
from data.rules import Rules
from partition import plan_teams
from routing.check import check_plan
from routing.rounds import plan_rounds
from routing.travel import travel_times


@pytest.mark.slow
def test_the_largest_town_is_planned_in_one_run():
    """The first teams and the first rounds, unsearched: whatever the effort, this must hold."""
    n_clients, visits = PRESETS["malmö"]
    network = make_streets(n_clients=n_clients)
    town = make_municipality(
        network, n_clients=n_clients, n_days=1, seed=1, visits_per_client=visits
    )
    travel, rules = travel_times(network, town)[0], Rules()
    teams = plan_teams(town, travel, rules, network=network, time_limit_s=0.0)
    (day,) = town.dates
    plan = plan_rounds(town, teams, travel, rules, dates=(day,), n_iterations=0)

    assert len(teams.team_of_client) == len(town.clients) == 5_300
    assert check_plan(town, teams, travel, rules, plan) == ()
    made = Counter(row.visit_id for row in plan.rows if row.kind == "visit")
    left = Counter(row.visit_id for row in plan.unplanned)
    assert all(row.reason for row in plan.unplanned)
    in_all = made + left
    assert sum(in_all.values()) > 16_000
    assert sum(left.values()) < 0.05 * sum(in_all.values())
    due = {
        visit.visit_id: visit.carers_required
        for visit in town.visits
        if visit.n_per_period == 0 and visit.every_weeks == 1 and visit.mode != "external"
        and day.weekday() in visit.weekdays and visit.valid_from <= day <= visit.valid_to
        and not visit.is_paused_on(day) and town.client_by_id[visit.client_id].is_served_on(day)
    }  # fmt: skip
    assert sum(due.values()) > 14_000
    assert {visit_id: in_all[visit_id] for visit_id in due} == due
    assert all(in_all[v] <= town.visit_by_id[v].carers_required for v in in_all)
