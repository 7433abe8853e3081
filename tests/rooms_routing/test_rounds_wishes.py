"""Prices reach the rounds: a wished time pulls, and what is not daily goes to the contact."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import replace

from routing.engine.weights import RoundWeights, preset_weights
from routing.measures import measure
from tests.rooms_routing.test_rounds_plan import faults, plan_of, random_world


def off_wish_s(world, plan):
    """Seconds that visits with a wished time begin from it, in all."""
    wished = {v.visit_id: v.wished_s for v in world.municipality.visits}
    return sum(
        abs(row.start_s - wished[row.visit_id])
        for row in plan.rows
        if row.kind == "visit" and wished[row.visit_id] is not None
    )


def test_a_wished_time_pulls_in_ordinary_rounds():
    """LU-23: at a price visits lie nearer to the wished time than without one, over six towns."""
    free = dear = 0
    for seed in range(6):
        world = random_world(seed, per_team=4)
        without = plan_of(world, n_iterations=1500, weights=RoundWeights(wish_pct=0, usual_pct=0))
        with_price = plan_of(world, n_iterations=1500, weights=RoundWeights(wish_pct=100))
        assert not faults(world, with_price)
        free += off_wish_s(world, without)
        dear += off_wish_s(world, with_price)
    assert dear < 0.8 * free


def shared_days(world, plan):
    """Dates and hours on which a client has two visits or more, and those that one carer makes."""
    visits, met = {v.visit_id: v for v in world.municipality.visits}, defaultdict(list)
    for row in plan.rows:
        if row.kind == "visit" and visits[row.visit_id].carers_required == 1:
            met[row.client_id, row.date, visits[row.visit_id].shift].append(row.staff_id)
    many = [people for people in met.values() if len(people) > 1]
    return len(many), sum(len(set(people)) == 1 for people in many)


def test_one_carer_makes_more_of_a_day_at_a_price():
    """LU-27: the share of days that one carer makes rises with the price, over six towns."""
    shares = {}
    for price in (0, 6000):
        n = alone = 0
        for seed in range(6):
            world = random_world(seed, per_team=4, n_days=5)
            weights = replace(
                RoundWeights(), same_day_carer=price, new_carer_daily=0, new_carer_other=0
            )
            plan = plan_of(world, n_iterations=1500, weights=weights)
            assert not faults(world, plan)
            of_day, by_one = shared_days(world, plan)
            n, alone = n + of_day, alone + by_one
        assert n > 50
        shares[price] = alone / n
    assert shares[6000] > shares[0] + 0.1


def by_contact(world, plan):
    """Visits that are not daily, and how many of them the contact makes."""
    daily = {v.visit_id: v.is_daily for v in world.municipality.visits}
    rows = [r for r in plan.rows if r.kind == "visit" and not daily[r.visit_id]]
    return len(rows), sum(r.tier == "contact" for r in rows)


def test_what_is_not_daily_goes_to_the_contact_at_a_price():
    """MA-19, OR-12: the share she makes rises with the price, on days when she is at work."""
    shares = {}
    for pct in (0, 400):
        n = mine = 0
        for seed in range(6):
            world = random_world(seed, per_team=4, n_days=5)
            weights = replace(
                RoundWeights(), non_daily_pct=pct, new_carer_daily=0, new_carer_other=0
            )
            plan = plan_of(world, n_iterations=1500, weights=weights)
            assert not faults(world, plan)
            found, hers = by_contact(world, plan)
            n, mine = n + found, mine + hers
        shares[pct] = mine / n
    assert shares[400] > shares[0] + 0.1


def test_what_is_not_daily_is_the_contacts_almost_as_a_rule():
    """MA-19, OR-12: with malmo's prices she makes nearly all that she could make, more than with
    the usual ones, and no more visits are left out."""
    n_could, n_hers, n_left = Counter(), Counter(), Counter()
    for name in ("standard", "malmo"):
        for seed in range(6):
            world = random_world(seed, per_team=4, n_days=5)
            plan = plan_of(world, n_iterations=4000, weights=preset_weights(name))
            assert not faults(world, plan)
            who = measure(
                world.municipality, world.team_plan, world.travel, world.rules, plan
            ).municipality.who
            n_could[name] += who.n_non_daily_possible
            n_hers[name] += round(who.n_non_daily_possible * (who.non_daily_of_possible_pct or 0))
            n_left[name] += len(plan.unplanned)
    assert n_hers["malmo"] > n_hers["standard"] + 300
    assert n_hers["malmo"] >= 90 * n_could["malmo"]
    assert n_left["malmo"] <= n_left["standard"]


def test_passing_the_contact_by_costs_as_little_as_leaving_a_visit_out_costs_more():
    """MA-19: of several near-rules the dearest counts; none is dearer than a visit left out."""
    weights = replace(preset_weights("malmo"), outsider=20_000)
    assert weights.near_rules(False, False, True) == weights.passed_by
    assert weights.near_rules(False, True, True) == weights.passed_by
    assert weights.near_rules(False, True, False) == 20_000
    assert weights.near_rules(False, False, False) == 0
    dear = 10 * weights.unplanned[3]
    assert 0 < weights.below_left_out(dear, 3) < weights.unplanned[3]
    assert weights.below_left_out(500, 3) == 500


def test_a_cleaning_of_hours_is_made_by_somebody_dear_rather_than_left_out():
    """NO-16: a price by the minute passed that of leaving the visit out, with nobody but the pool
    at work; the checker was content, and nobody came."""
    world = random_world(3, per_team=3, n_days=2)
    town = world.municipality
    first = next(v for v in town.visits if v.task == "cleaning")
    hers = {world.team_plan.contact[first.client_id], world.team_plan.vice[first.client_id]}
    long = replace(first, duration_s=150 * 60, weekdays=(0,), n_per_period=0)
    ill = tuple(
        replace(line, kind="sick") for line in town.roster
        if line.staff_id in hers and line.kind == "work"
    )  # fmt: skip
    world.municipality = replace(town, visits=(long,), roster=(*town.roster, *ill))
    tier = {"contact": 0, "vice": 15_000, "team": 15_000, "floater": 15_000, "pool": 15_000}
    dear = RoundWeights(tier=tier)
    client = town.client_by_id[long.client_id]
    assert dear.carer_price(long, client, "S", "team") > dear.unplanned[3]
    plan = plan_of(world, n_iterations=200, weights=dear)
    assert not faults(world, plan)
    assert not plan.unplanned


def test_a_wished_skill_weighs_and_is_no_rule():
    """MA-07: more visits by those who have it, and none left out where nobody is free."""
    before = after = 0
    for seed in range(4):
        world = random_world(seed, per_team=3, n_days=4)
        town = world.municipality
        fits = {s.staff_id for s in town.staff if s.staff_id[-1] in "02"}
        far = dt.date(2027, 1, 1)
        staff = tuple(
            replace(s, skills={**s.skills, "demens": far}) if s.staff_id in fits else s
            for s in town.staff
        )
        clients = tuple(replace(c, wished_skills=frozenset({"demens"})) for c in town.clients)
        plain = plan_of(world, n_iterations=8000)
        world.municipality = replace(town, staff=staff, clients=clients)
        heard = plan_of(world, n_iterations=8000)
        assert not faults(world, heard)
        assert len(heard.unplanned) <= len(plain.unplanned) + 1
        before += sum(r.staff_id in fits for r in plain.rows if r.kind == "visit")
        after += sum(r.staff_id in fits for r in heard.rows if r.kind == "visit")
    assert after > before
