"""Visits moved by hand: legs and times add up whatever is done, the verdict the checker's."""

from __future__ import annotations

import datetime as dt
from contextlib import nullcontext
from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.demo import make_municipality, make_streets
from data.errors import SettingsError
from data.model import Pin
from data.rules import Rules
from hemrunda.studio import acts
from hemrunda.studio.acts import drag_shown
from partition import MoveJudge, move_effect, plan_teams
from routing.check import check_plan
from routing.hand.judging import judged, places
from routing.hand.moving import HandMove, moved, rounds_on
from routing.hand.timing import Ground
from routing.rounds import plan_rounds
from routing.travel import travel_times

ARITHMETIC = {
    "row_order", "round_form", "client_of_visit", "row_team", "coverage", "carer_no", "duration",
    "arithmetic", "travel", "access", "mode", "tier", "unplanned_row", "due_date", "unknown_id",
}  # fmt: skip
"""What no move by hand may ever break: these rules say that the table adds up."""


@cache
def small():
    """A town of 40 with a day's plan that keeps every rule."""
    rules = Rules()
    network = make_streets(n_clients=40, seed=1)
    municipality = make_municipality(network, n_clients=40, n_days=1, seed=1)
    travel, _, _ = travel_times(network, municipality)
    teams = plan_teams(municipality, travel, rules, network=network, seed=1)
    plan = plan_rounds(
        municipality, teams, travel, rules, dates=municipality.dates, seed=1, n_iterations=1500
    )
    ground = Ground(municipality, teams, travel, rules)
    assert not check_plan(municipality, teams, travel, rules, plan)
    return network, ground, plan


def checked(ground, plan):
    return check_plan(ground.municipality, ground.team_plan, ground.travel, ground.rules, plan)


@st.composite
def moves(draw):
    """Any visit, to any round of its day or out of all, at any time."""
    _, _, plan = small()
    visits = [row for row in plan.rows if row.kind == "visit"]
    row = draw(st.sampled_from(visits))
    ids = [rows[0].round_id for rows in rounds_on(plan, row.date)]
    round_id = draw(st.sampled_from([*ids, ""]))
    start_s = draw(st.integers(6 * 12, 22 * 12)) * 300
    return HandMove(row.date, row.visit_id, row.carer_no, round_id, start_s)


@settings(max_examples=60)
@given(moves())
def test_whatever_is_moved_the_table_adds_up(move):
    """Times, legs and doors are worked out again by the checker, which shares no code with this."""
    _, ground, plan = small()
    after = moved(ground, plan, move)
    assert not {one.rule for one in checked(ground, after)} & ARITHMETIC
    before = sorted((r.visit_id, r.carer_no) for r in plan.rows if r.visit_id)
    left = [(r.visit_id, r.carer_no) for r in after.rows if r.visit_id]
    lacking = [(r.visit_id, r.carer_no) for r in after.unplanned]
    was = [(r.visit_id, r.carer_no) for r in plan.unplanned]
    assert sorted(left + lacking) == sorted(before + was)


@settings(max_examples=60)
@given(moves())
def test_a_move_is_judged_as_the_whole_plan_would_be(move):
    """The twin: the checker on the whole plan, before and after, finds the same new violations."""
    _, ground, plan = small()
    verdict = judged(ground, plan, move)
    after = moved(ground, plan, move)
    found = {(one.rule, one.visit_id, one.message) for one in checked(ground, after)}
    assert {(one.rule, one.visit_id, one.message) for one in verdict.broken} == found
    assert verdict.is_legal == (not found)
    ways = [sum(r.travel_s + r.access_s for r in one.rows) for one in (plan, after)]
    assert verdict.travel_s == ways[1] - ways[0]


def test_moving_there_and_back_is_as_before():
    """What does not push anything else comes back to the same rows."""
    _, ground, plan = small()
    row = next(row for row in plan.rows if row.kind == "visit")
    out = HandMove(row.date, row.visit_id, row.carer_no, "", row.start_s)
    back = HandMove(row.date, row.visit_id, row.carer_no, row.round_id, row.start_s)
    again = moved(ground, moved(ground, plan, out), back)
    assert [r for r in again.rows if r.round_id == row.round_id] == [
        r for r in plan.rows if r.round_id == row.round_id
    ]


def test_both_carers_of_a_visit_move_as_one():
    """Double staffing begins at the same time, whoever of the two is dragged."""
    _, ground, plan = small()
    row = next(row for row in plan.rows if row.carer_no == 2)
    after = moved(
        ground, plan, HandMove(row.date, row.visit_id, 2, row.round_id, row.start_s + 600)
    )
    starts = {r.carer_no: r.start_s for r in after.rows if r.visit_id == row.visit_id}
    assert min(starts.values()) >= row.start_s + 600
    assert len(starts) == 2


def test_places_are_the_same_move_in_each_round():
    """What lights up while dragging is what dropping there does."""
    _, ground, plan = small()
    row = next(row for row in plan.rows if row.kind == "visit")
    move = HandMove(row.date, row.visit_id, row.carer_no, "", row.start_s)
    ids = [rows[0].round_id for rows in rounds_on(plan, row.date)][:6]
    found = places(ground, plan, move, ids)
    for round_id in ids:
        there = HandMove(row.date, row.visit_id, row.carer_no, round_id, row.start_s)
        assert found[round_id] == judged(ground, plan, there)


def test_what_is_not_there_is_said():
    """A page that is behind asks for a round or a visit that is gone."""
    _, ground, plan = small()
    row = next(row for row in plan.rows if row.kind == "visit")
    for wrong in (
        HandMove(row.date, row.visit_id, 1, "no-such", row.start_s),
        HandMove(row.date, "no-such", 1, row.round_id, row.start_s),
        HandMove(row.date + dt.timedelta(1), row.visit_id, 1, row.round_id, row.start_s),
    ):
        with pytest.raises(SettingsError):
            moved(ground, plan, wrong)


def test_one_judge_says_of_every_move_what_a_fresh_one_says():
    """The judge that keeps what moves share, beside its twin that works everything out anew."""
    network, ground, _ = small()
    judge = MoveJudge(ground.municipality, ground.travel, ground.rules, network=network)
    plan = ground.team_plan
    teams = [team.team_id for team in plan.teams]
    for client_id, home in list(plan.team_of_client.items())[::7]:
        to = next(team for team in teams if team != home)
        assert judge.effect(plan, client_id, to) == move_effect(
            ground.municipality, plan, ground.travel, ground.rules, client_id, to, network=network
        )


def test_a_day_that_is_locked_neither_gives_nor_takes():
    """D9: no drag out of a carer's locked day or into it, and its round is no place for a visit."""
    _, ground, plan = small()
    known = ground.municipality
    single = {visit.visit_id for visit in known.visits if visit.carers_required == 1}
    row = next(row for row in plan.rows if row.visit_id in single)
    others = [rows[0] for rows in rounds_on(plan, row.date) if rows[0].staff_id != row.staff_id]
    into, third = others[:2]
    args = {
        "date": row.date.isoformat(), "visit_id": row.visit_id, "carer_no": row.carer_no,
        "round_id": into.round_id, "start_s": row.start_s,
    }  # fmt: skip

    def with_locked(*staff_ids):
        held = replace(known, pins=tuple(Pin(row.date, staff_id=one) for one in staff_ids))
        context = SimpleNamespace(municipality=held, team_plan=ground.team_plan, round_plan=plan)
        present = SimpleNamespace(plan=context, ground=replace(ground, municipality=held))
        return SimpleNamespace(lock=nullcontext(), present=lambda: present)

    for held in (row.staff_id, into.staff_id):
        with pytest.raises(SettingsError, match=f"Dagen är låst för {held}"):
            acts.tried(with_locked(held), "drag", args)
    assert acts.tried(with_locked(third.staff_id), "drag", args)["round_id"] == into.round_id
    free = {place["round_id"] for place in acts.places_for(with_locked(), args, "")}
    left = {place["round_id"] for place in acts.places_for(with_locked(row.staff_id), args, "")}
    assert free - left == {row.round_id}


def test_the_id_of_a_hidden_visit_is_in_no_rule_that_a_drag_breaks():
    """C7: a rule that a protected client's visit breaks is told without whose visit it is."""
    _, ground, plan = small()
    known = ground.municipality
    row = next(row for row in plan.rows if row.kind == "visit")
    move = HandMove(row.date, row.visit_id, row.carer_no, row.round_id, 22 * 3600)
    verdict = judged(ground, plan, move)
    assert any(one.visit_id == row.visit_id for one in verdict.broken)
    hidden = replace(known, clients=tuple(
        replace(one, protected=one.protected or one.client_id == row.client_id)
        for one in known.clients
    ))  # fmt: skip
    shown = [drag_shown(verdict, move, town)["broken"] for town in (known, hidden)]
    assert [row.visit_id in {one["visit"] for one in broken} for broken in shown] == [True, False]
