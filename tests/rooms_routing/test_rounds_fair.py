"""Work shared evenly, and hourly carers called in only where they are needed (LU-33)."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from data.model import Pin
from routing.engine import kernels_layout as k
from routing.engine.kernels_insert import find_place
from routing.engine.kernels_route import retime, take_out
from routing.engine.kernels_search import anneal, begin, undo
from routing.engine.weights import RoundWeights
from routing.horizon.area_split import split_by_area
from routing.measures.rounds_load import called_in
from routing.rounds import replan_rounds
from routing.rounds.area_search import prepared
from routing.rounds.fair_shares import FairShares
from routing.rounds.plan_rows import NOT_NEEDED
from tests.rooms_routing.test_rounds_kernels import generator, naive_places, naive_total
from tests.rooms_routing.test_rounds_plan import faults, plan_of, random_world


def with_hourly(seed, n_hourly=3, n_days=4, per_team=6):
    """A random world where the last carers by id are employed by the hour, and nobody phones.

    A visit without a place leaves the time on to what follows it to a bound (`legs_by`).
    """
    world = random_world(seed, per_team=per_team, n_days=n_days)
    last = sorted(carer.staff_id for carer in world.municipality.staff)[-n_hourly:]
    staff = tuple(
        replace(carer, hourly=carer.staff_id in last) for carer in world.municipality.staff
    )
    visits = tuple(replace(visit, mode="physical") for visit in world.municipality.visits)
    world.municipality = replace(world.municipality, staff=staff, visits=visits)
    return world, set(last)


def searched(seed, per_team=6, **prices):
    """An area with hourly carers and a little search behind it, and its even shares."""
    world, _ = with_hourly(seed, per_team=per_team)
    weights = replace(RoundWeights(), **{"call_in": 2000, "uneven_pct": 300} | prices)
    sources, _, _ = split_by_area(
        world.municipality, world.team_plan, world.travel, world.rules, tuple(world.dates), weights
    )
    area, state = prepared(sources[0], generator(seed))
    anneal(area.problem, state, generator(seed), 400, 300.0, 50.0)
    return area, state, FairShares(area)


@pytest.mark.parametrize("seed", range(3))
def test_twin_of_the_price_of_work(seed):
    """Carried along over steps and search, the cost is the plan's counted plainly."""
    area, state, fair = searched(seed)
    assert state.scalar[k.SCALAR_COST] == naive_total(area.problem, state)
    for _ in range(3):
        fair.lay(state)
        assert (
            state.scalar[k.SCALAR_COST]
            == naive_total(area.problem, state)
            == state.scalar[k.SCALAR_BEST]
        )
        anneal(area.problem, state, generator(seed), 200, 200.0, 50.0)
        assert state.scalar[k.SCALAR_COST] == naive_total(area.problem, state)


def called_in_of(area, state):
    """Routes of hourly carers with visits, and how many visits are planned."""
    n_visits, staff = len(area.keys), area.source.municipality.staff_by_id
    routes = state.plan[:n_visits, k.PLAN_ROUTE]
    shifts = area.source.shifts
    used = {int(r) for r in routes if r >= 0 and staff[shifts[r].shift.staff_id].hourly}
    return used, int((routes >= 0).sum())


def test_the_emptiest_hourly_shifts_are_left_out(monkeypatch):
    """Fewer are called in, what they had is placed elsewhere, and the cost is counted plainly."""
    monkeypatch.setattr("routing.rounds.fair_shares.CLOSED_TIMES", 5000)
    n_before, n_after = 0, 0
    for seed in range(3):
        area, state, fair = searched(seed, per_team=2, call_in=1, uneven_pct=0)
        used, n_planned = called_in_of(area, state)
        n_before += len(used)
        fair.close(state, generator(seed), 2.0)
        assert state.scalar[k.SCALAR_COST] == naive_total(area.problem, state)
        assert state.scalar[k.SCALAR_COST] == state.scalar[k.SCALAR_BEST]
        for step in range(2):
            anneal(area.problem, state, generator(seed + step), 400, 200.0, 20.0)
            fair.lay(state)
            assert state.scalar[k.SCALAR_COST] == naive_total(area.problem, state)
        used, n_left = called_in_of(area, state)
        n_after += len(used)
        assert n_left >= n_planned
    assert n_after < n_before


def test_what_is_locked_to_an_hourly_carer_stays():
    """A closed shift keeps the visit that the planner has locked to it."""
    world, hourly = with_hourly(3)
    free = plan_of(world, n_iterations=1500, weights=replace(RoundWeights(), call_in=0))
    row = next(one for one in free.rows if one.staff_id in hourly and one.kind == "visit")
    lock = Pin(row.date, row.visit_id, row.staff_id, None, row.carer_no)
    world.municipality = replace(world.municipality, pins=(lock,))
    dear = replace(RoundWeights(), call_in=20_000)
    plan = plan_of(world, n_iterations=1500, weights=dear)
    assert faults(world, plan) == ()
    assert (row.visit_id, row.date, row.staff_id) in {
        (one.visit_id, one.date, one.staff_id) for one in plan.rows
    }


def test_twin_of_a_place_where_work_has_a_price():
    """The cheapest place of each visit taken out, with all that her share of work costs there."""
    area, state, fair = searched(1)
    fair.lay(state)
    problem, tried = area.problem, 0
    assert problem.share[:, k.SHARE_PRICE].min() > 0
    for u in range(len(area.keys)):
        r = int(state.plan[u, k.PLAN_ROUTE])
        if r < 0 or problem.node[u, k.NODE_PARTNER] >= 0:
            continue
        begin(state)
        take_out(problem, state, u)
        retime(problem, state, r)
        price = find_place(problem, state, u, generator(), 0.0, np.int64(0))
        assert price == min(place[3] for place in naive_places(problem, state, u))
        undo(problem, state)
        tried += 1
    assert tried > 10


def test_no_insertion_is_paid_for():
    """Prices of work rise with work, or the insertion would leave off before the best carer."""
    area, state, fair = searched(2)
    fair.lay(state)
    assert area.problem.share.min() >= 0


def spread_of(seed, uneven_pct):
    """Squared differences of client time from the group's, as shares of the roster."""
    world = random_world(seed, n_days=5)
    plan = plan_of(
        world, seed=2, n_iterations=6000, weights=replace(RoundWeights(), uneven_pct=uneven_pct)
    )
    time_s, work_s, groups = Counter(), Counter(), {}
    for line in world.municipality.roster:
        time_s[line.staff_id] += line.end_s - line.start_s
    for row in plan.rows:
        work_s[row.staff_id] += (row.end_s - row.start_s) * (row.kind == "visit")
    for carer in world.municipality.staff:
        share = work_s[carer.staff_id] / time_s[carer.staff_id]
        groups.setdefault((carer.role, carer.shift_group), []).append(share)
    return sum(float(np.var(of)) * len(of) for of in groups.values())


def test_shares_come_nearer_to_each_other():
    """With the price on, client time differs less within a role and its hours."""
    free, priced = (sum(spread_of(seed, pct) for seed in (4, 5)) for pct in (0, 1000))
    assert priced < 0.6 * free


def test_who_is_not_needed_is_not_called_in_and_told():
    """At a price that outweighs persons, hourly shifts stay empty, make no round, and are named."""
    world, hourly = with_hourly(3)
    free = replace(RoundWeights(), call_in=0, uneven_pct=0)
    before = plan_of(world, seed=1, n_iterations=4000, weights=free)
    dear = replace(RoundWeights(), call_in=90_000)
    plan = plan_of(world, seed=1, n_iterations=4000, weights=dear)
    assert faults(world, plan) == ()

    def called(made):
        return [rows for rows in made.rounds.values() if rows[0].staff_id in hourly]

    assert all(any(row.kind == "visit" for row in rows) for rows in called(before) + called(plan))
    assert len(called(plan)) < len(called(before))
    told = [one for one in plan.unused if one.reason == NOT_NEEDED]
    shifts = [one for one in world.municipality.roster if one.staff_id in hourly]
    assert {one.staff_id for one in told} <= hourly
    assert len(told) + len(called(plan)) == len(shifts)


def test_a_plan_is_mended_with_who_was_not_called_in():
    """Mending leaves the days that hold as they are, and may call somebody in; never both ways."""
    world, hourly = with_hourly(3)
    plan = plan_of(
        world, seed=1, n_iterations=4000, weights=replace(RoundWeights(), call_in=90_000)
    )
    assert any(one.reason == NOT_NEEDED for one in plan.unused)
    args = (world.municipality, world.team_plan, world.travel, world.rules)
    same = replan_rounds(*args, plan, seed=3, n_iterations=2000)
    assert same.rows == plan.rows
    assert same.unused == plan.unused
    gone = next(row for row in plan.rows if row.kind == "visit" and row.staff_id not in hourly)
    sick = [
        replace(line, kind="sick")
        for line in world.municipality.roster
        if (line.staff_id, line.date) == (gone.staff_id, gone.date)
    ]
    short = replace(world.municipality, roster=(*world.municipality.roster, *sick))
    mended = replan_rounds(short, *args[1:], plan, seed=3, n_iterations=4000)
    at_work = {(rows[0].staff_id, rows[0].date) for rows in mended.rounds.values()}
    assert not at_work & {(one.staff_id, one.date) for one in mended.unused}


def test_load_counts_the_shifts_that_nobody_is_called_in_for():
    """What has a round is needed; the rest of the hourly shifts on the plan's dates is not."""
    world, hourly = with_hourly(3)
    plan = plan_of(
        world, seed=1, n_iterations=4000, weights=replace(RoundWeights(), call_in=90_000)
    )
    found = called_in(world.municipality, plan)
    assert {shift.staff_id for shift in found} == hourly
    told = {(one.staff_id, one.date) for one in plan.unused if one.reason == NOT_NEEDED}
    assert {(one.staff_id, one.date) for one, is_worked in found.items() if not is_worked} == told
    assert told
