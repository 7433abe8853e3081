"""What a client recognises from week to week: her contact, the half-hour, one errand at a time."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from routing.measures import measure
from routing.measures.time_classes import n_in_half_hour


def _measure(world, **changes):
    world = SimpleNamespace(**{**vars(world), **changes})
    return measure(
        world.municipality, world.team_plan, world.travel, world.rules, world.plan
    ).municipality


def test_not_daily_is_counted_over_what_the_contact_could_make(tiny_world):
    """Shower and cleaning are the contact's; F has no contact, so the pool's visit is no fault."""
    who = _measure(tiny_world).who
    assert (who.n_non_daily_possible, who.non_daily_of_possible_pct) == (2, 100.0)
    rows = tuple(
        replace(row, tier="team") if row.visit_id == "C-clean" else row
        for row in tiny_world.plan.rows
    )
    who = _measure(tiny_world, plan=replace(tiny_world.plan, rows=rows)).who
    assert (who.n_non_daily_possible, who.non_daily_of_possible_pct) == (2, 50.0)


def test_what_the_contact_can_never_make_is_left_out(tiny_world):
    """C's cleaning asks for a skill that her contact has not: only the shower is left."""
    town = tiny_world.municipality
    visits = tuple(
        replace(v, skills=frozenset({"sling"})) if v.visit_id == "C-clean" else v
        for v in town.visits
    )
    who = _measure(tiny_world, municipality=replace(town, visits=visits)).who
    assert who.n_non_daily_possible == 1


def test_daily_visits_in_their_commonest_half_hour_by_hand(tiny_world):
    """Five daily visits twice each; the screen's starts are 41 minutes apart, the others' below
    30: nine of ten starts, four of five spreads."""
    daily = _measure(tiny_world).continuity.daily
    assert daily.n_visits == 5
    assert daily.in_commonest_half_hour_pct == 90.0
    assert daily.spread_within_30_pct == 80.0


@given(st.lists(st.integers(0, 86_400).map(lambda s: s // 300 * 300), max_size=14))
def test_twin_of_the_commonest_half_hour(starts):
    """Against every half-hour that begins at a start."""
    naive = max((sum(a <= b <= a + 1800 for b in starts) for a in starts), default=0)
    assert n_in_half_hour(starts) == naive


def test_two_errands_at_once_and_a_cleaning_before_the_morning(tiny_world):
    """The cleaning moved into A's home: before the morning visit, then across it, then after."""
    plan, town = tiny_world.plan, tiny_world.municipality
    morning = next(r for r in plan.rows if r.visit_id == "A-morning")
    clean = next(r for r in plan.rows if r.visit_id == "C-clean" and r.date == morning.date)
    visits = tuple(
        replace(v, client_id="A", task="cleaning") if v.visit_id == "C-clean"
        else replace(v, task="morning") if v.visit_id == "A-morning"
        else v
        for v in town.visits
    )  # fmt: skip
    town = replace(town, visits=visits)

    def seen(start_s):
        moved = replace(clean, client_id="A", start_s=start_s, end_s=start_s + 600)
        rows = tuple(moved if row == clean else row for row in plan.rows)
        at_home = _measure(tiny_world, municipality=town, plan=replace(plan, rows=rows)).at_home
        return (
            at_home.n_two_visits_at_once,
            at_home.n_cleanings_with_morning,
            at_home.n_cleanings_before_morning,
        )

    before = _measure(tiny_world).at_home.n_two_visits_at_once
    assert seen(morning.start_s - 1200) == (before, 1, 1)
    assert seen(morning.start_s - 300) == (before + 1, 1, 1)
    assert seen(morning.end_s) == (before, 1, 0)


def test_each_kind_of_carer_is_measured_apart(tiny_world):
    """A contact by day and a carer of the pool do different work; their spread is no unfairness."""
    fair = _measure(tiny_world).fairness
    assert sum(n for n, _, _ in fair.client_time_pct_by_role.values()) == fair.n_carers
    staff = tiny_world.municipality.staff_by_id
    kinds = {f"{carer.role} {carer.shift_group}" for carer in staff.values()}
    assert set(fair.client_time_pct_by_role) <= kinds
    assert all(low <= high for _, low, high in fair.client_time_pct_by_role.values())
