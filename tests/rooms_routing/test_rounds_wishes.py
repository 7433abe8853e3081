"""Prices reach the rounds: a wished time pulls, and what is not daily goes to the contact."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from routing.engine.weights import RoundWeights
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
            weights = replace(RoundWeights(), non_daily_pct=pct, face_daily=0, face_other=0)
            plan = plan_of(world, n_iterations=1500, weights=weights)
            assert not faults(world, plan)
            found, hers = by_contact(world, plan)
            n, mine = n + found, mine + hers
        shares[pct] = mine / n
    assert shares[400] > shares[0] + 0.1


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
