"""Late suggestions: the rounds stay, and what they lack is told with its price in minutes."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from data.model import Pin
from data.plans import RoundPlan, UnplannedRow
from routing.engine.weights import SoftRules
from routing.late.late_suggestions import late_suggestions
from routing.rounds import plan_rounds

MONDAY, TUESDAY = dt.date(2026, 3, 2), dt.date(2026, 3, 3)
H, M = 3600, 60


def _suggest(world, plan, municipality=None, soft=None):
    return late_suggestions(
        municipality or world.municipality, world.team_plan, world.travel, world.rules,
        soft or SoftRules(overtime_max_s=None), plan,
    )  # fmt: skip


def _with_visit(world, visit_id, **changes):
    visits = tuple(
        replace(one, **changes) if one.visit_id == visit_id else one
        for one in world.municipality.visits
    )
    return replace(world.municipality, visits=visits)


def test_an_evening_without_staff_says_who_would_have_to_stay(tiny_world):
    """Nobody works on Tuesday evening; a day carer would have to stay until after 17:00. She is
    at E's at 17:00 at the earliest, half an hour there, and then has the way back: the overtime
    is that and no less."""
    (one,) = _suggest(tiny_world, tiny_world.plan)
    assert (one.date, one.visit_id, one.carer_no, one.priority) == (TUESDAY, "E-evening", 1, 1)
    assert one.staff_id in {"S1", "S3"}
    assert (one.start_s, one.late_s, one.others_late_s) == (17 * H, 0, 0)
    visit = next(v for v in tiny_world.municipality.visits if v.visit_id == "E-evening")
    travel = tiny_world.travel
    mode = tiny_world.municipality.staff_by_id[one.staff_id].travel_mode
    home_s = travel.between(mode, travel.client_idx("E"), travel.base_idx("B1"))
    slack_s = tiny_world.rules.rounds.slack_s_per_visit
    assert one.overtime_s == 17 * H + visit.duration_s + slack_s + home_s - 15 * H


def test_a_cap_on_overtime_leaves_no_suggestion(tiny_world):
    """What no price may buy is not proposed."""
    assert _suggest(tiny_world, tiny_world.plan, soft=SoftRules(overtime_max_s=30 * M)) == ()


def test_a_last_start_that_nobody_can_keep_is_so_much_late(tiny_world):
    """The hard engine leaves out a visit at 07:00 sharp that is 9.5 minutes from the base."""
    town = _with_visit(tiny_world, "A-morning", earliest_s=6 * H, latest_s=7 * H, wished_s=None)
    plan = plan_rounds(town, tiny_world.team_plan, tiny_world.travel, tiny_world.rules,
                       dates=[MONDAY], n_iterations=300)  # fmt: skip
    assert {row.visit_id for row in plan.unplanned} == {"A-morning"}
    (one,) = _suggest(tiny_world, plan, town)
    assert one.visit_id == "A-morning"
    assert one.late_s >= 570
    assert one.start_s == 7 * H + one.late_s
    assert _suggest(tiny_world, plan, town) == (one,), "the same answer every time"


def test_two_carers_get_two_rows_and_the_same_start(tiny_world):
    """Double staffing is proposed whole or not at all, and by two persons."""
    rows = tuple(row for row in tiny_world.plan.rows if row.visit_id != "B-shower")
    lacking = tuple(UnplannedRow(MONDAY, "B-shower", "B", n, 2, "test") for n in (1, 2))
    found = _suggest(tiny_world, RoundPlan(tiny_world.plan.dates, rows, lacking))
    assert [one.carer_no for one in found] == [1, 2]
    assert len({one.staff_id for one in found}) == 2
    assert len({one.start_s for one in found}) == 1
    assert all(one.late_s == max(0, one.start_s - 10 * H) for one in found)


def test_what_nobody_may_do_has_no_suggestion(tiny_world):
    """Skills stay hard, and a plan that lacks nothing needs no suggestion."""
    town = _with_visit(tiny_world, "E-evening", skills=frozenset({"stoma"}))
    assert _suggest(tiny_world, tiny_world.plan, town) == ()
    assert _suggest(tiny_world, replace(tiny_world.plan, unplanned=())) == ()


def test_a_locked_round_is_asked_for_nothing_more(tiny_world):
    """D9: with one of the two who could stay locked, the other is named; with both, nobody."""
    town = tiny_world.municipality
    (before,) = _suggest(tiny_world, tiny_world.plan)
    other = next(name for name in ("S1", "S3") if name != before.staff_id)
    one = replace(town, pins=(Pin(TUESDAY, "", before.staff_id),))
    assert [s.staff_id for s in _suggest(tiny_world, tiny_world.plan, one)] == [other]
    both = replace(town, pins=(Pin(TUESDAY, "", "S1"), Pin(TUESDAY, "", "S3")))
    assert _suggest(tiny_world, tiny_world.plan, both) == ()
