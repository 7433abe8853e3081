"""A valid team plan broken in named ways, each caught by the rule that is about it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from data.model import Decision, Shift
from data.plans import Team
from routing.check import TEAM_RULES, check_teams


def _rules_broken(world):
    found = check_teams(world.municipality, world.team_plan, world.rules)
    return {violation.rule for violation in found}


def _plan(world, **changes):
    world.team_plan = replace(world.team_plan, **changes)


def _put(world, table, key, value):
    _plan(world, **{table: {**getattr(world.team_plan, table), key: value}})


def _teams(world, one, other):
    first, second = world.team_plan.teams
    teams = (replace(first, client_ids=tuple(one)), replace(second, client_ids=tuple(other)))
    _plan(world, teams=teams)


def _change(world, table, key, id_, **changes):
    old = getattr(world.municipality, table)
    new = tuple(replace(x, **changes) if getattr(x, key) == id_ else x for x in old)
    world.municipality = replace(world.municipality, **{table: new})


def _without(world, table, key):
    kept = {k: v for k, v in getattr(world.team_plan, table).items() if k != key}
    _plan(world, **{table: kept})


def _bounds(world, low, high):
    world.rules = replace(
        world.rules, teams=replace(world.rules.teams, clients_min=low, clients_max=high)
    )


def _highest_load(world, n):
    world.rules = replace(world.rules, contacts=replace(world.rules.contacts, clients_max=n))


def _both_on(world, saturday):
    days = (("S1", saturday), ("S2", saturday + dt.timedelta(1)))
    more = tuple(Shift(who, day, 7 * 3600, 15 * 3600) for who, day in days)
    roster = (*world.municipality.roster, *more)
    world.municipality = replace(world.municipality, roster=roster)


def _teams_in_area(world, low, high):
    teams = replace(world.rules.teams, areas_teams_min=low, areas_teams_max=high)
    world.rules = replace(world.rules, teams=teams)


def _minutes_hard(world):
    world.rules = replace(world.rules, contacts=replace(world.rules.contacts, minutes_hard=True))


def _decide(world, *decisions):
    world.municipality = replace(world.municipality, decisions=decisions)


BREAKS = [
    ("team_cover", "lose a client", lambda w: _teams(w, "ABCD", "F")),
    ("team_cover", "a client in two teams", lambda w: _teams(w, "ABCDE", "FA")),
    ("team_cover", "a client nobody knows", lambda w: _teams(w, "ABCDE", "FX")),
    ("team_cover", "two teams of one name", lambda w: _plan(
        w, teams=(w.team_plan.teams[0], replace(w.team_plan.teams[1], team_id="T1")))),
    ("team_size", "too big a team", lambda w: _bounds(w, 1, 4)),
    ("team_size", "too small a team", lambda w: _bounds(w, 2, 4)),
    ("household", "part a couple", lambda w: _teams(w, "ABCD", "EF")),
    ("together", "part those whom the planner keeps together", lambda w: [
        _change(w, "clients", "client_id", one, together_id="grannar") for one in "AF"]),
    ("locked_team", "move a locked client", lambda w: _teams(w, "ABCDEF", "")),
    ("team_base", "premises that do not exist", lambda w: _plan(
        w, teams=(w.team_plan.teams[0], Team("T2", "O1", "B9", ("F",))))),
    ("staff_place", "a carer without a base", lambda w: _without(w, "staff_base", "S1")),
    ("staff_place", "a carer in another area than the team", lambda w: _put(
        w, "staff_area", "S1", "O9")),
    ("contact_listed", "forget a client's contact", lambda w: _without(w, "contact", "A")),
    ("contact_listed", "listed though she has one", lambda w: _put(
        w, "without_contact", "A", "ingen ledig")),
    ("contact_title", "no title, no transition", lambda w: _change(
        w, "staff", "staff_id", "S1", title="care_assistant")),
    ("contact_title", "a floater as contact", lambda w: _put(w, "contact", "A", "S3")),
    ("contact_blocked", "one whom the client said no to", lambda w: _change(
        w, "clients", "client_id", "A", blocked_staff=frozenset({"S1"}))),
    ("contact_blocked", "a vice who cannot be in the home", lambda w: _change(
        w, "staff", "staff_id", "S2", pet_allergy=True)),
    ("contact_delegation", "without the delegation", lambda w: _change(
        w, "staff", "staff_id", "S1", skills={})),
    ("contact_delegation", "with a delegation that ran out", lambda w: _change(
        w, "staff", "staff_id", "S1", skills={"medication": dt.date(2026, 3, 1)})),
    ("contact_team", "a contact of another team", lambda w: _put(w, "contact", "A", "S4")),
    ("contact_load", "too many clients", lambda w: _highest_load(w, 2)),
    ("vice", "vice and contact in one", lambda w: _put(w, "vice", "A", "S1")),
    ("vice", "a vice nobody knows", lambda w: _put(w, "vice", "A", "S9")),
    ("decision", "another contact than is decided", lambda w: _decide(
        w, Decision("contact", "A", staff_id="S2"))),
    ("decision", "another vice than is decided", lambda w: _decide(
        w, Decision("vice", "A", staff_id="S3"))),
    ("decision", "another team than is decided", lambda w: _decide(
        w, Decision("team", "A", team_id="T2"))),
    ("decision", "other twins than are decided", lambda w: _decide(
        w, Decision("twin", staff_id="S1", twin_id="S3"))),
    ("twin_weekend", "twins on the same weekend", lambda w: _both_on(w, dt.date(2026, 3, 7))),
    ("area_teams", "two teams where one is asked", lambda w: _teams_in_area(w, 1, 1)),
    ("contact_minutes", "more than the employment holds", lambda w: [
        _minutes_hard(w), _change(w, "staff", "staff_id", "S1", employment_pct=1)]),
    ("twin", "one-sided twins", lambda w: _without(w, "twin", "S2")),
]  # fmt: skip


def test_the_team_plan_by_hand_is_valid(tiny_world):
    """Otherwise nothing below proves anything."""
    assert _rules_broken(tiny_world) == set()


@pytest.mark.parametrize(("rule", "how"), [b[::2] for b in BREAKS], ids=[b[1] for b in BREAKS])
def test_break_is_caught_by_its_rule(tiny_world, rule, how):
    """Issue 2 item 6: bounds, title, delegations and couples hold in every plan written."""
    how(tiny_world)
    assert rule in _rules_broken(tiny_world)


def test_every_rule_has_a_break():
    """A rule without a break that it catches may be one that catches nothing."""
    assert {b[0] for b in BREAKS} == {rule.__doc__.split("``")[1] for rule in TEAM_RULES}


def test_transition_is_as_good_as_the_title(tiny_world):
    """OR-14: permanently employed before the rule may go on."""
    _change(tiny_world, "staff", "staff_id", "S1", title="care_assistant", transition=True)
    assert _rules_broken(tiny_world) == set()


def test_bounds_no_number_of_teams_can_keep_are_not_held_against_the_plan(tiny_world):
    """Faults C2: six clients in teams of 4–5 cannot be; the engine says so, not the checker."""
    _bounds(tiny_world, 4, 5)
    assert _rules_broken(tiny_world) == set()


def test_a_decision_that_has_ended_or_not_begun_binds_nobody(tiny_world):
    """LU-15: from and to are part of a decision; the checker reads them by itself."""
    ended = Decision("contact", "A", staff_id="S2", valid_to=dt.date(2026, 3, 1))
    later = Decision("contact", "A", staff_id="S2", valid_from=dt.date(2027, 3, 1))
    for one in (ended, later):
        _decide(tiny_world, one)
        assert _rules_broken(tiny_world) == set()
    now = Decision("contact", "A", staff_id="S1", valid_from=dt.date(2026, 1, 1))
    _decide(tiny_world, Decision("contact", "A", staff_id="S2"), now)
    assert _rules_broken(tiny_world) == set()


def test_a_decided_contact_may_be_of_another_team_of_the_area(tiny_world):
    """LU-06, OR-11: a person may decide what the search would not; the area is still kept."""
    areas = {**tiny_world.team_plan.staff_area, "S4": tiny_world.team_plan.teams[0].area_id}
    _plan(tiny_world, staff_area=areas)
    _put(tiny_world, "contact", "A", "S4")
    assert "contact_team" in _rules_broken(tiny_world)
    _decide(tiny_world, Decision("contact", "A", staff_id="S4"))
    assert "contact_team" not in _rules_broken(tiny_world)
    _plan(tiny_world, staff_area={**areas, "S4": "annat"})
    assert "contact_team" in _rules_broken(tiny_world)


def test_five_teams_in_threes_and_fours_are_not_held_against_anybody(tiny_world):
    """MA-14: what no number of areas can keep is not a fault of the plan; two teams either."""
    _teams_in_area(tiny_world, 3, 4)
    assert "area_teams" not in _rules_broken(tiny_world)


def test_minutes_are_a_rule_only_where_the_municipality_says_so(tiny_world):
    """MA-08: the default weighs minutes; a municipality may make them a rule."""
    _change(tiny_world, "staff", "staff_id", "S1", employment_pct=1)
    assert "contact_minutes" not in _rules_broken(tiny_world)
    _minutes_hard(tiny_world)
    assert "contact_minutes" in _rules_broken(tiny_world)
