"""A team's day under soft rules, in the world of six clients: nobody is silently dropped."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from data.errors import SettingsError
from data.model import TimeLag
from routing.soft.rules import SoftRules
from routing.soft.team_day import plan_team_day

MONDAY, TUESDAY = dt.date(2026, 3, 2), dt.date(2026, 3, 3)
H, M = 3600, 60


def _plan(world, municipality=None, soft=None, date=MONDAY, **more):
    return plan_team_day(
        municipality or world.municipality, world.team_plan, world.travel, world.rules, soft,
        team_id="T1", date=date, n_iterations=400, **more,
    )  # fmt: skip


def _with_visit(world, visit_id, **changes):
    visits = tuple(
        replace(one, **changes) if one.visit_id == visit_id else one
        for one in world.municipality.visits
    )
    return replace(world.municipality, visits=visits)


def test_a_day_that_fits_is_on_time(tiny_world):
    """Soft rules must not make late what need not be late."""
    plan = _plan(tiny_world)
    assert not plan.late
    assert not plan.overtime_s
    assert not plan.missed_breaks
    assert not plan.unplanned
    assert [s.kind for s in plan.stops if s.staff_id == "S1"][-1] == "handover"


def test_a_window_that_nobody_can_keep_says_how_late(tiny_world):
    """Everybody begins at 07:00 and A is 9.5 minutes away with the key: a last start at 07:00
    is 570 s late, and told so, where the hard engine would leave the visit out."""
    town = _with_visit(tiny_world, "A-morning", earliest_s=6 * H, latest_s=7 * H)
    plan = _plan(tiny_world, town)
    late = plan.late[0]
    assert (late.visit_id, late.late_s, late.start_s) == ("A-morning", 570, 7 * H + 570)


def test_double_staffing_starts_together(tiny_world):
    """Two different carers at the same time."""
    plan = _plan(tiny_world)
    both = [stop for stop in plan.stops if stop.visit_id == "B-shower"]
    assert len({stop.staff_id for stop in both}) == 2
    assert len({stop.start_s for stop in both}) == 1
    assert sorted(stop.carer_no for stop in both) == [1, 2]


def test_what_nobody_may_do_is_unplanned_with_a_reason(tiny_world):
    """Skills stay hard."""
    plan = _plan(tiny_world, _with_visit(tiny_world, "D-care", skills=frozenset({"stoma"})))
    assert ("D-care", "ingen behörig i tjänst hinner") in {
        (row.visit_id, row.reason) for row in plan.unplanned
    }


def test_late_beats_unplanned_unless_the_planner_prices_it_so(tiny_world):
    """With lateness dearer than leaving out, the late visit is left out."""
    town = _with_visit(tiny_world, "A-morning", earliest_s=6 * H, latest_s=7 * H, priority=3)
    dear = SoftRules(late_per_min=1000)
    plan = _plan(tiny_world, town, dear)
    assert "A-morning" in {row.visit_id for row in plan.unplanned}


def test_a_gap_that_is_not_kept_is_told(tiny_world):
    """The engine does not know lags between visits; it must at least say what they miss."""
    town = _with_visit(tiny_world, "A-morning", gap_after=(TimeLag("A-lunch", 7 * H),))
    plan = _plan(tiny_world, town)
    ((one, other, missing),) = plan.short_gaps
    assert (one, other) == ("A-morning", "A-lunch")
    assert missing > 0


def test_tuesday_has_other_staff(tiny_world):
    """Leave is respected, and the evening visit that nobody is rostered for is late or told."""
    plan = _plan(tiny_world, date=TUESDAY)
    assert {stop.staff_id for stop in plan.stops} <= {"S1", "S3"}
    told = {stop.visit_id for stop in plan.late} | {row.visit_id for row in plan.unplanned}
    assert "E-evening" in told or plan.overtime_s


def test_questions_without_an_answer(tiny_world):
    """No such team; nobody on duty."""
    with pytest.raises(SettingsError):
        plan_team_day(tiny_world.municipality, tiny_world.team_plan, tiny_world.travel,
                      tiny_world.rules, team_id="T9", date=MONDAY)  # fmt: skip
    with pytest.raises(SettingsError):
        _plan(tiny_world, date=dt.date(2030, 1, 1))
