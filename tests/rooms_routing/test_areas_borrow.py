"""Carers of other areas as the last tier: what must be done where an area's own cannot."""

from dataclasses import replace

import pytest

from data.model import Pin
from data.plans import UnplannedRow
from data.rules import RoundRules
from routing.answers.explain import Explainer
from routing.engine.weights import RoundWeights, SoftRules
from routing.horizon import borrowing
from routing.horizon.area_split import split_by_area
from routing.late.late_suggestions import late_suggestions
from routing.roster.joined_areas import is_of_another_area, joined_areas
from routing.rounds import replan_rounds
from tests.rooms_routing.test_rounds_plan import faults, plan_of, two_areas


@pytest.fixture
def short_evening():
    """Two areas, where all who work evenings in one are gone."""
    world = two_areas(4, per_team=2)
    town, at = world.municipality, world.team_plan.staff_area
    late = {one.staff_id for one in town.staff if one.shift_group == "evening"}
    gone = {staff_id for staff_id in late if at[staff_id] == "O0"}
    roster = tuple(line for line in town.roster if line.staff_id not in gone)
    world.municipality = replace(town, roster=roster)
    return world


def borrowed(world, plan):
    """Rows of carers who come from another area."""
    return [
        row for row in plan.rows
        if row.client_id and is_of_another_area(world.team_plan, row.client_id, row.staff_id)
    ]  # fmt: skip


def must(plan):
    return sum(row.priority == 1 for row in plan.unplanned)


def test_what_must_be_done_gets_a_carer_of_another_area(short_evening):
    """Only what must be done, only where the rules lend, and nobody else's visit is given up."""
    plan = plan_of(short_evening, n_iterations=4000)
    assert faults(short_evening, plan) == ()
    lent = borrowed(short_evening, plan)
    assert {row.shift for row in lent} == {"evening"}
    visits = short_evening.municipality.visit_by_id
    assert {visits[row.visit_id].priority for row in lent} == {1}
    alone = replace(short_evening.rules, rounds=RoundRules(lend_between_areas=False))
    short_evening.rules = alone
    without = plan_of(short_evening, n_iterations=4000)
    assert borrowed(short_evening, without) == []
    assert "own_area" in {one.rule for one in faults(short_evening, plan)}
    assert must(plan) < must(without)
    assert len(plan.unplanned) <= len(without.unplanned) - len(lent)


def test_a_plan_that_borrows_is_made_again_and_mended_to_itself(short_evening):
    """By its effort to the last row; and no news is no change, though areas are crossed."""
    plan = plan_of(short_evening, n_iterations=4000)
    again = plan_of(short_evening, replay=plan.effort)
    assert again == plan
    assert plan.effort[-1].area_id == "+"
    mended = replan_rounds(
        short_evening.municipality, short_evening.team_plan, short_evening.travel,
        short_evening.rules, plan,
    )  # fmt: skip
    assert (mended.rows, mended.unplanned) == (plan.rows, plan.unplanned)


def test_who_is_borrowed_is_explained_locked_and_kept(short_evening):
    """The answers see both areas; a lock of a borrowed carer holds when the plan is made anew."""
    world = short_evening
    plan = plan_of(world, n_iterations=4000)
    row = borrowed(world, plan)[0]
    told = Explainer(world.municipality, world.team_plan, world.travel, world.rules, plan)
    assert told.visit(row.visit_id, row.date, row.carer_no).chosen.staff_id == row.staff_id
    late_suggestions(
        world.municipality, world.team_plan, world.travel, world.rules, SoftRules(), plan
    )
    lock = Pin(row.date, row.visit_id, row.staff_id, None, row.carer_no)
    world.municipality = replace(world.municipality, pins=(lock,))
    anew = plan_of(world, n_iterations=4000)
    assert faults(world, anew) == ()
    kept = {(one.visit_id, one.date, one.carer_no): one.staff_id for one in anew.rows}
    assert kept[row.visit_id, row.date, row.carer_no] == row.staff_id


def test_somebody_ill_is_replaced_from_another_area():
    """A morning's news: the evening's only carer is ill, and her area has no other."""
    world = two_areas(4, per_team=2)
    plan = plan_of(world, n_iterations=4000)
    assert not borrowed(world, plan)
    town, at = world.municipality, world.team_plan.staff_area
    day = plan.dates[1]
    late = {one.staff_id for one in town.staff if one.shift_group == "evening"}
    sick = tuple(
        replace(line, kind="sick")
        for line in town.roster
        if line.staff_id in late and at[line.staff_id] == "O0" and line.date == day
    )
    world.municipality = replace(town, roster=(*town.roster, *sick))
    mended = replan_rounds(
        world.municipality, world.team_plan, world.travel, world.rules, plan, since=day
    )
    assert faults(world, mended) == ()
    assert {row.date for row in borrowed(world, mended)} == {day}
    before = [row for row in plan.rows if row.date < day]
    assert [row for row in mended.rows if row.date < day] == before


def test_areas_are_joined_through_whoever_they_share(short_evening):
    """A chain of three areas is one; an area that lends nobody stays alone."""
    plan = plan_of(short_evening, n_iterations=4000)
    assert joined_areas(short_evening.team_plan, plan.rows) == {"O0": "O0", "O1": "O0"}
    assert joined_areas(short_evening.team_plan, ()) == {}


def test_whoever_is_lent_keeps_her_client_when_her_own_area_is_tried(short_evening, monkeypatch):
    """A try of one area takes along those it has lent to: their clients are not left behind."""
    world = short_evening
    plan = plan_of(world, n_iterations=4000)
    lent = borrowed(world, plan)[0]
    home = world.team_plan.staff_area[lent.staff_id]
    visits = world.municipality.visit_by_id
    own = next(
        row for row in plan.rows
        if row.kind == "visit" and row.date == lent.date and visits[row.visit_id].priority == 1
        and visits[row.visit_id].carers_required == 1
        and world.team_plan.staff_area[row.staff_id] == home and row.shift == "day"
        and not is_of_another_area(world.team_plan, row.client_id, row.staff_id)
    )  # fmt: skip
    out = UnplannedRow(own.date, own.visit_id, own.client_id, own.carer_no, 1, "tried again")
    lacking = replace(
        plan, rows=tuple(row for row in plan.rows if row is not own),
        unplanned=(*plan.unplanned, out),
    )  # fmt: skip
    monkeypatch.setattr(borrowing, "N_BESIDE", 0)
    sources, _, _ = split_by_area(
        world.municipality, world.team_plan, world.travel, world.rules, plan.dates, RoundWeights()
    )
    mended = borrowing.Borrowing(sources, seed=0).cover(lacking, (lent.date,))
    assert out not in mended.unplanned
    assert faults(world, mended) == ()
