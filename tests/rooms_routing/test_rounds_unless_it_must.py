"""One pause or one sick carer changes nobody else's person unless it must (NO-11, MA-40)."""

import random
from dataclasses import replace

import pytest

from data.model import Client, Visit
from routing.engine.weights import ORDERS, PRESETS, PRICE_MOST, RoundWeights, preset_weights
from routing.roster.resting import resting, with_rested
from routing.rounds import plan_changes
from tests.rooms_routing.test_rounds_replan import (
    faults,
    plan_of,
    random_world,
    replan,
    with_sick,
)

FROZEN = replace(RoundWeights(), change=PRICE_MOST)


def left_price(plan):
    """What is left out, at the prices of leaving it out."""
    return sum(RoundWeights().unplanned[row.priority] for row in plan.unplanned)


def others(before, after, *, client="", staff=""):
    """Changes of person or day that are not the paused client's, nor the sick carer's own."""
    return [
        one for one in plan_changes(before, after)
        if one.kind in ("carer", "day") and one.client_id != client and one.staff_before != staff
    ]  # fmt: skip


def paused(world, client_id, first, last):
    town = world.municipality
    clients = tuple(
        replace(one, pause_from=first, pause_to=last) if one.client_id == client_id else one
        for one in town.clients
    )
    world.municipality = replace(town, clients=clients)


@pytest.mark.parametrize("seed", range(6))
def test_a_pause_changes_nobody_elses_person(seed):
    world = random_world(seed, n_days=3)
    plan = plan_of(world, n_iterations=3000)
    rows = [row for row in plan.rows if row.kind == "visit"]
    away = random.Random(seed).choice(rows)
    paused(world, away.client_id, away.date, away.date)
    mended = replan(world, plan)
    assert faults(world, mended) == ()
    changed = others(plan, mended, client=away.client_id)
    # Only where the time that is free lets somebody in who had nobody.
    assert not changed or left_price(mended) < left_price(replan(world, plan, weights=FROZEN))


@pytest.mark.parametrize("seed", range(6))
def test_a_sick_carer_changes_others_only_where_more_would_be_left_out(seed):
    world = random_world(seed, n_days=3)
    plan = plan_of(world, n_iterations=3000)
    rows = [row for row in plan.rows if row.kind == "visit"]
    ill = random.Random(seed).choice(rows)
    with_sick(world, ill.staff_id, ill.date)
    mended = replan(world, plan)
    assert faults(world, mended) == ()
    changed = others(plan, mended, staff=ill.staff_id)
    frozen = replan(world, plan, weights=FROZEN)
    assert not changed or left_price(mended) < left_price(frozen)


@pytest.mark.parametrize("seed", range(6))
def test_home_again_has_the_same_places(seed):
    """After the pause every visit that rested is made by the same carer at the same minute."""
    world = random_world(seed, n_days=3)
    was = world.municipality
    plan = plan_of(world, n_iterations=3000)
    rows = [row for row in plan.rows if row.kind == "visit"]
    away = random.Random(seed + 100).choice(rows)
    paused(world, away.client_id, world.dates[0], world.dates[-1])
    without = replan(world, plan)
    rested = resting(plan, (), without, world.municipality)
    mine = {(r.visit_id, r.date, r.carer_no): r for r in rows if r.client_id == away.client_id}
    assert {(r.visit_id, r.date, r.carer_no) for r in rested} == set(mine)
    # Half a day later the client comes home: the pause is taken away.
    world.municipality = was
    laid = with_rested(without, rested, was)
    back = replan(world, laid, n_iterations=3000)
    assert faults(world, back) == ()
    found = {(r.visit_id, r.date, r.carer_no) for r in laid.rows if r.client_id == away.client_id}
    moved = [
        one for one in plan_changes(laid, back)
        if one.kind in ("carer", "day", "dropped") and one.client_id == away.client_id
    ]  # fmt: skip
    # All but what others have taken the time of is laid back, and stays there unless it must not.
    assert found
    frozen = replan(world, laid, weights=FROZEN, n_iterations=3000)
    assert not moved or left_price(back) < left_price(frozen)
    assert resting(without, rested, back, was) == ()


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("preset", PRESETS)
def test_a_change_costs_more_than_a_better_carer_and_less_than_nobody(preset, order):
    weights = preset_weights(order, PRESETS[preset])
    hour = Visit("V", "A", "cleaning", 3600, 0, 0, n_per_period=1)
    gain = weights.carer_price(hour, Client("A", 0, 0), "P", "pool")
    assert weights.change > gain + weights.new_carer_daily + weights.lent
    assert weights.change < weights.unplanned[3]
