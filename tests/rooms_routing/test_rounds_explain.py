"""Answers about a plan are true: alternatives are priced, remedies help, peaks are peaks."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from data.model import Shift, Visit
from routing.answers.demand_curve import must_overlap
from routing.check import check_plan
from routing.engine.weights import RoundWeights
from routing.horizon.area_split import split_by_area
from routing.rounds import Explainer, load_curve, peaks, plan_rounds
from routing.rounds.plan_decoding import load_plan

MONDAY, TUESDAY = dt.date(2026, 3, 2), dt.date(2026, 3, 3)
H, M = 3600, 60


def inputs(world):
    return world.municipality, world.team_plan, world.travel, world.rules


@pytest.fixture
def explainer(tiny_world):
    return Explainer(*inputs(tiny_world), tiny_world.plan)


def test_why_this_carer(explainer):
    """C's cleaning on Monday is by S1, the contact; S2, the vice, has room but is a new face."""
    answer = explainer.visit("C-clean", MONDAY)
    assert (answer.chosen.staff_id, answer.chosen.tier) == ("S1", "contact")
    assert answer.chosen.start_s == 9 * H + 41 * M
    assert answer.chosen.extra_travel_s == 60  # the next door in B's building
    able = {one.staff_id: one for one in answer.alternatives if one.start_s is not None}
    assert (able["S2"].tier, able["S2"].is_new_carer) == ("vice", True)
    assert able["S2"].price > answer.chosen.price
    assert (able["S4"].standing, able["S4"].tier) == ("lånas från T2", "pool")
    assert "S1 (omsorgskontakt)" in answer.text
    assert "S2 (vice" in answer.text


def test_who_is_not_lent_belongs_to_another_team(tiny_world):
    """Where the rules lend nobody, the team bars."""
    rules = replace(tiny_world.rules.rounds, lend_in_area=False)
    tiny_world.rules = replace(tiny_world.rules, rounds=rules)
    told = Explainer(*inputs(tiny_world), tiny_world.plan).visit("C-clean", MONDAY)
    reasons = {one.staff_id: one.reason for one in told.alternatives}
    assert reasons["S4"] == "hör till ett annat arbetslag"


def test_blocked_and_unskilled_are_named(tiny_world, explainer):
    """A planner asks why not her: the first rule that bars is the answer."""
    reasons = {one.staff_id: one.reason for one in explainer.visit("E-care", MONDAY).alternatives}
    assert reasons["S4"] == "spärrad av brukaren"
    town = tiny_world.municipality
    staff = tuple(replace(s, skills={}) if s.staff_id == "S2" else s for s in town.staff)
    tiny_world.municipality = replace(town, staff=staff)
    other = Explainer(*inputs(tiny_world), tiny_world.plan)
    reasons = {one.staff_id: one.reason for one in other.visit("A-morning", MONDAY).alternatives}
    assert reasons["S2"] == "saknar medication"


def test_unknown_questions_are_refused(explainer):
    """Asking for the reason of a visit that is planned is a mistake worth telling."""
    with pytest.raises(KeyError):
        explainer.unplanned("D-care", MONDAY)
    with pytest.raises(KeyError):
        explainer.visit("E-evening", TUESDAY)


def test_a_wider_window_admits_what_it_says(tiny_world):
    """The remedy is carried out, and the visit is planned."""
    town = tiny_world.municipality
    late = Visit("A-late", "A", "other", 20 * M, 14 * H + 45 * M, 14 * H + 50 * M, priority=1)
    tiny_world.municipality = replace(town, visits=(*town.visits, late))
    dates = [MONDAY]
    plan = plan_rounds(*inputs(tiny_world), dates=dates, n_iterations=300)
    assert [row.visit_id for row in plan.unplanned] == ["A-late"]
    answer = Explainer(*inputs(tiny_world), plan).unplanned("A-late", MONDAY)
    remedy = next(one for one in answer.remedies if one.kind == "window")
    wider = replace(
        late,
        earliest_s=late.earliest_s - remedy.minutes * M,
        latest_s=late.latest_s + remedy.minutes * M,
    )
    tiny_world.municipality = replace(town, visits=(*town.visits, wider))
    assert plan_rounds(*inputs(tiny_world), dates=dates, n_iterations=300).unplanned == ()
    assert {one.kind for one in answer.remedies} >= {"window", "shift"}


def test_one_more_delegation_admits_what_it_says(tiny_world):
    """With S1 and S2 busy elsewhere, a delegation for the person with room is the answer."""
    town = tiny_world.municipality
    staff = tuple(replace(s, skills={}) if s.staff_id in ("S1", "S2") else s for s in town.staff)
    tiny_world.municipality = replace(town, staff=staff)
    plan = plan_rounds(*inputs(tiny_world), dates=[MONDAY], n_iterations=300)
    assert "A-morning" in {row.visit_id for row in plan.unplanned}
    answer = Explainer(*inputs(tiny_world), plan).unplanned("A-morning", MONDAY)
    remedy = next(one for one in answer.remedies if one.kind == "delegation")
    assert "delegering eller kompetens" in answer.rule
    taught = tuple(
        replace(s, skills={"medication": TUESDAY}) if s.staff_id == remedy.staff_id else s
        for s in staff
    )
    tiny_world.municipality = replace(town, staff=taught)
    again = plan_rounds(*inputs(tiny_world), dates=[MONDAY], n_iterations=300)
    assert "A-morning" not in {row.visit_id for row in again.unplanned}


def test_a_plan_goes_back_into_arrays_whole(tiny_world):
    """Every visit of the rows is a node in a route, and no window is broken by it."""
    plan = plan_rounds(*inputs(tiny_world), dates=[MONDAY, TUESDAY], n_iterations=300)
    assert check_plan(*inputs(tiny_world), plan) == ()
    sources, _, _ = split_by_area(*inputs(tiny_world), (MONDAY, TUESDAY), RoundWeights())
    loaded = load_plan(sources[0], plan)
    visits = [row for row in plan.rows if row.kind == "visit"]
    assert len(loaded.node_of) == len(visits) + len(plan.unplanned)
    assert sum(loaded.state.length) == sum(r.kind not in ("start", "end") for r in plan.rows)


def test_twin_of_must_overlap():
    """The part of a visit that falls in a span whatever its start, by trying every start."""
    rng = np.random.default_rng(1)
    for _ in range(60):
        early, width, lasts, a, length = rng.integers(0, 40, 5)
        least = min(
            max(0, min(start + lasts, a + length) - max(start, a))
            for start in range(early, early + width + 1)
        )
        table = np.array([[early, early + width, lasts]])
        assert must_overlap(table, np.array([[a, a + length]]))[0, 0] == least


def test_a_peak_is_proved_and_shaved(tiny_world):
    """Three visits that must all be made at eight need three people; widened, fewer do."""
    town = tiny_world.municipality
    at_eight = tuple(Visit(f"P{i}", "ABC"[i], "medication", 30 * M, 8 * H, 8 * H) for i in range(3))
    tiny_world.municipality = replace(town, visits=at_eight)
    found = peaks(tiny_world.municipality, tiny_world.team_plan, dates=[MONDAY], overhead_s=0)
    assert [(one.group, one.needed) for one in found] == [("T1", 3)]
    assert found[0].needed_after < 3
    assert len(found[0].widen) >= 1
    assert "Vidga" in found[0].text
    curve = load_curve(tiny_world.municipality, tiny_world.team_plan, dates=[MONDAY], overhead_s=0)
    by_time = {quarter.from_s: quarter for quarter in curve[MONDAY, "T1"]}
    assert by_time[8 * H].needed == 3
    assert by_time[7 * H].needed == 0
    assert by_time[8 * H].at_work == 2  # S1 and S2; S3 is sick, S4 is of the other team


def test_a_peak_says_what_each_source_of_windows_costs(tiny_world):
    """FA-12: two of the three at eight are medicine by a nurse's order, one the client's wish."""
    town = tiny_world.municipality
    sources = ("HSL", "HSL", "wish")
    at_eight = tuple(
        Visit(f"P{i}", "ABC"[i], "medication", 30 * M, 8 * H, 8 * H, window_source=source)
        for i, source in enumerate(sources)
    )
    tiny_world.municipality = replace(town, visits=at_eight)
    (found,) = peaks(
        tiny_world.municipality, tiny_world.team_plan, dates=[MONDAY], overhead_s=0, widen_s=60 * M
    )
    # each part of an hour that need not lie in the half-hour leaves the peak when widened
    assert found.needed == 3
    assert found.by_source == {"HSL": 2, "wish": 1}
    assert "HSL-fönster kostar 2 pass" in found.text
    assert "önskade tider kostar ett pass" in found.text


def test_staff_who_are_away_are_not_counted(tiny_world):
    """The sick are on the roster and not at work."""
    town = tiny_world.municipality
    roster = (*town.roster, Shift("S1", MONDAY, 0, 24 * H, "sick"))
    tiny_world.municipality = replace(town, roster=roster)
    before = load_curve(town, tiny_world.team_plan, dates=[MONDAY])[MONDAY, "T1"]
    after = load_curve(tiny_world.municipality, tiny_world.team_plan, dates=[MONDAY])[MONDAY, "T1"]
    assert max(q.at_work for q in after) == max(q.at_work for q in before) - 1
