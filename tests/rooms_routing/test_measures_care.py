"""Kringtid, meetings by kind, heavy half-days, days without contact and vice, clients aside."""

from __future__ import annotations

from dataclasses import replace

import pytest

from data.care.set_aside import set_aside
from data.model import Client, Shift
from hemrunda.writing.measures_file import measure_rows
from routing.check.view import see
from routing.measures import measure, summary_sv
from routing.measures.granted import client_minutes


def measured(world, town=None, rules=None, **more):
    return measure(town or world.municipality, world.team_plan, world.travel,
                   rules or world.rules, more.get("plan", world.plan))  # fmt: skip


def test_what_is_no_visit_stands_beside_its_budget(tiny_world):
    """MA-04, LU-03: the rest of the working time, and the 30 % that the price reckons for it."""
    time = measured(tiny_world).municipality.hours
    assert time.overhead_pct == pytest.approx(100 - time.client_time_pct, abs=0.11)
    assert time.overhead_budget_pct == 30
    rules = replace(tiny_world.rules, rounds=replace(tiny_world.rules.rounds, overhead_pct=25))
    found = measured(tiny_world, rules=rules)
    assert found.municipality.hours.overhead_budget_pct == 25
    assert dict(summary_sv(found))["Kringtid"].endswith("räknat i priset 25 %")


def test_meetings_are_split_by_what_they_are(tiny_world):
    """MA-17: S2's half-hour on Monday is documentation where the roster calls it so."""
    assert measured(tiny_world).municipality.hours.meeting_min_by_kind == {"möte": 30}
    roster = tuple(
        replace(line, label="dokumentation") if line.kind == "meeting" else line
        for line in tiny_world.municipality.roster
    )
    town = replace(tiny_world.municipality, roster=roster)
    hours = measured(tiny_world, town).municipality.hours
    assert hours.meeting_min_by_kind == {"dokumentation": 30}
    assert sum(hours.meeting_min_by_kind.values()) == hours.meeting_min


@pytest.mark.parametrize(("most", "expected"), [(2, 0), (1, 1), (0, 2)])
def test_heavy_tasks_of_all_kinds_are_counted_together(tiny_world, most, expected):
    """MA-35: S1 has shower and cleaning before Monday noon, S2 a shower."""
    rules = replace(tiny_world.rules, rounds=replace(tiny_world.rules.rounds, heavy_most=most))
    found = measured(tiny_world, rules=rules)
    assert found.municipality.fairness.n_heavy_half_days == expected
    assert dict(summary_sv(found))["Tunga insatser"].startswith(str(expected))


def test_days_on_which_neither_contact_nor_vice_is_at_work(tiny_world):
    """LU-14: never while S1 works both days; with her away on Tuesday too, on that day for all."""
    assert measured(tiny_world).municipality.who.without_both_pct == 0.0
    town = tiny_world.municipality
    away = Shift("S1", town.dates[1], 0, 24 * 3600, "sick")
    found = measured(tiny_world, replace(town, roster=(*town.roster, away)))
    days = {(r.client_id, r.date) for r in tiny_world.plan.rows if r.client_id in set("ABCDE")}
    alone = sum(day == town.dates[1] for _, day in days)
    assert found.municipality.who.without_both_pct == round(100 * alone / len(days), 1)


def test_clients_aside_are_counted_apart(tiny_world):
    """LU-01, LU-19: in the summary by why, and in no scope."""
    extra = (Client("L1", 0, 0, alarm_only=True), Client("L2", 50, 0, alarm_only=True),
             Client("O1", 0, 50, provider="Omsorg AB"),
             Client("P1", 9000, 9000, alarm_only=True, protected=True))  # fmt: skip
    town = tiny_world.municipality
    town = set_aside(replace(town, clients=(*town.clients, *extra)), "Egen regi")
    found = measured(tiny_world, town)
    assert found.aside == {"Omsorg AB": 1, "alarm_only": 2}  # who is protected is in no count
    assert found.municipality.n_clients == len(tiny_world.municipality.clients)
    told = dict(summary_sv(found))["Utanför rundorna"]
    assert told == "1 hos Omsorg AB, 2 med bara larm"


def test_minutes_outside_the_frame_are_not_the_frames(tiny_world):
    """NO-09: A's lunch is granted beside the frame; only the morning counts against it."""
    town = tiny_world.municipality
    visits = tuple(
        replace(v, in_frame=False) if v.visit_id == "A-lunch" else v for v in town.visits
    )
    town = replace(town, visits=visits)
    view = see(town, tiny_world.team_plan, tiny_world.travel, tiny_world.rules, tiny_world.plan)
    mine = next(one for one in client_minutes(view) if one.client_id == "A")
    assert (mine.planned_min, mine.ordered_min) == (60.0, 60.0)


def test_every_measure_is_a_row_of_one_table(tiny_world):
    """FA-19: each number of each scope once, under the name that the JSON has it by."""
    found = measured(tiny_world).as_dict()
    rows = list(measure_rows(found))
    assert len({row[:3] for row in rows}) == len(rows)
    by = {row[:3]: row[3] for row in rows}
    assert by["municipality", "", "hours.visit_min"] == found["municipality"]["hours"]["visit_min"]
    share = found["teams"]["T1"]["who"]["tier_pct"]["contact"]
    assert by["team", "T1", "who.tier_pct.contact"] == share
    assert {row[0] for row in rows} == {"municipality", "area", "team"}
