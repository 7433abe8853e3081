"""Shifts that begin or end at a carer's home: planned, proved, and kept out of what is shown."""

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.care.homes import ends_of, home_legs_s
from data.model import Shift, Staff
from data.rules import RoundRules, Rules
from data.travel_times import TravelTimes, access_s
from data.units import UNREACHABLE_S
from routing.check.check_legs import _homes
from routing.late.team_day import plan_team_day
from routing.roster.shifts import blocks_of
from tests.rooms_routing.test_rounds_plan import MONDAY, H, M, faults, plan_of, random_world

TUESDAY = MONDAY + dt.timedelta(1)


def with_homes(world, homes, ways, **flags):
    """The world with homes; ``ways(point)`` gives seconds to and from each other point."""
    ids, old = world.travel.point_ids, world.travel.seconds["bike"]
    n = len(ids)
    table = np.zeros((n + len(homes), n + len(homes)), dtype=np.int32)
    table[:n, :n] = old
    for h, staff_id in enumerate(homes):
        for i, point in enumerate(ids):
            table[n + h, i], table[i, n + h] = ways(staff_id, point)
    points = (*ids, *(f"home:{staff_id}" for staff_id in homes))
    world.travel = TravelTimes(points, {"bike": table})
    staff = tuple(
        replace(one, home=(1.0, 2.0), **flags) if one.staff_id in homes else one
        for one in world.municipality.staff
    )
    world.municipality = replace(world.municipality, staff=staff)
    return world


@pytest.fixture
def home_world(tiny_world):
    """S1 lives 100 s from A, E1 60 s from F; both begin and end at home; other ways are 700 s."""
    tiny_world.dates = [MONDAY, TUESDAY]
    near = {("S1", "client:A"): (100, 110), ("E1", "client:F"): (50, 60)}
    return with_homes(
        tiny_world, ("S1", "E1"), lambda who, point: near.get((who, point), (700, 710)),
        starts_home=True, ends_home=True,
    )  # fmt: skip


def rounds_of(plan, staff_id):
    return [rows for rows in plan.rounds.values() if rows[0].staff_id == staff_id]


def seconds_between(world, one, other):
    return world.travel.between("bike", world.travel.idx[one], world.travel.idx[other])


def test_the_first_and_the_last_leg_are_the_home_s(home_world):
    """A day begins at home and ends at the base with its handover; an evening the other way."""
    world, plan = home_world, plan_of(home_world)
    assert faults(world, plan) == ()
    clients = world.municipality.client_by_id
    days, evenings = rounds_of(plan, "S1"), rounds_of(plan, "E1")
    assert days
    assert evenings
    for rows in days:
        first = rows[1]
        assert first.kind == "visit"
        assert first.travel_s == seconds_between(world, "home:S1", f"client:{first.client_id}")
        door_s = access_s(world.rules.access, "bike", None, clients[first.client_id])
        assert first.arrive_s == 7 * H + first.travel_s + door_s
        assert (rows[-2].kind, rows[-1].travel_s) == ("handover", 0)
    for rows in evenings:
        assert (rows[1].kind, rows[1].travel_s) == ("handover", 0)
        last = f"client:{rows[-2].client_id}" if rows[-2].kind == "visit" else "base:B1"
        assert rows[-1].travel_s == seconds_between(world, last, "home:E1")
        assert rows[-1].end_s <= 22 * H


@pytest.mark.parametrize(("staff_id", "at"), [("S1", 1), ("E1", -1)])
def test_a_leg_that_is_the_base_s_is_caught(home_world, staff_id, at):
    """Times that add up, but from (to) the wrong place."""
    plan = plan_of(home_world)
    rows = rounds_of(plan, staff_id)[0]
    row, before = rows[at], rows[at - 1]
    point = f"client:{(row if row.kind == 'visit' else before).client_id}"
    way = ("base:B1", point) if at == 1 else (point, "base:B1")
    by_base = seconds_between(home_world, *way)
    assert by_base != row.travel_s
    arrive = before.end_s + by_base + row.access_s
    if row.kind == "end":
        wrong = replace(row, travel_s=by_base, arrive_s=arrive, start_s=arrive, end_s=arrive)
    else:
        wrong = replace(row, travel_s=by_base, arrive_s=arrive, wait_s=row.start_s - arrive)
    changed = replace(plan, rows=tuple(wrong if one is row else one for one in plan.rows))
    assert {one.rule for one in faults(home_world, changed)} == {"travel"}


def test_a_plan_from_the_base_is_wrong_for_who_begins_at_home(home_world, tiny_world):
    """The same rows hold without the homes, and not with them."""
    base_staff = tuple(
        replace(one, starts_home=False, ends_home=False) for one in home_world.municipality.staff
    )
    at_base = SimpleNamespace(**vars(home_world))
    at_base.municipality = replace(home_world.municipality, staff=base_staff)
    plan = plan_of(at_base)
    assert faults(at_base, plan) == ()
    assert "travel" in {one.rule for one in faults(home_world, plan)}


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.integers(0, 10_000), st.sampled_from([0, 10, 40]), st.sampled_from([60, 1500, 4000]),
    st.booleans(), st.booleans(),
)  # fmt: skip
def test_any_world_with_homes_passes_the_checker(seed, handover_min, far_s, starts, ends):
    """D6: near and far homes, some with no way at all, with and without handover and meetings."""
    world, rng = random_world(seed), np.random.default_rng(seed)
    lost = {"D01"} if seed % 3 == 0 else set()

    def ways(who, _point):
        there, back = rng.integers(0, far_s, 2)
        return (UNREACHABLE_S, UNREACHABLE_S) if who in lost else (int(there), int(back))

    homes = ("D00", "D01", "D11", "E0")
    with_homes(world, homes, ways, starts_home=starts, ends_home=ends)
    world.rules = Rules(rounds=RoundRules(handover_s=handover_min * M))
    assert faults(world, plan_of(world)) == ()


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_search_and_checker_agree_on_where_a_shift_begins_and_ends(data):
    """Twins that share no code: over shifts, blocks and ways."""
    draw = data.draw
    rules = RoundRules(handover_s=draw(st.sampled_from([0, 600, 2400])))
    start = draw(st.integers(6, 16)) * H + draw(st.integers(0, 3)) * 15 * M
    shift = Shift("P", MONDAY, start, start + draw(st.integers(2, 9)) * H)
    meetings = []
    if draw(st.booleans()):
        at = draw(st.integers(shift.start_s, shift.end_s - 600))
        meetings = [Shift("P", MONDAY, at, min(at + 1800, shift.end_s), "meeting")]
    made = blocks_of(shift, meetings, rules)
    if isinstance(made, str):
        return
    fixed = tuple(
        (block.kind, block.earliest_s, block.earliest_s + block.duration_s)
        for block in made[0]
        if block.kind != "break"
    )
    ways = st.one_of(st.integers(0, 9000), st.just(UNREACHABLE_S))
    there, back = draw(ways), draw(ways)
    table = np.array([[0, back], [there, 0]], dtype=np.int32)
    travel = TravelTimes(("base:B", "home:P"), {"bike": table})
    carer = Staff("P", starts_home=draw(st.booleans()), ends_home=draw(st.booleans()))
    rows = [SimpleNamespace(kind=kind, start_s=begin, end_s=end) for kind, begin, end in fixed]
    tour = SimpleNamespace(carer=carer, shift=shift, rows=rows)
    view = SimpleNamespace(travel=travel, rules=Rules(rounds=rules))
    found = ends_of(carer, "B", travel, shift, fixed, rules.break_s)
    proved = ("base:B" if home is None else "home:P" for home in _homes(view, tour, 0))
    assert found == tuple(proved)


def test_ceilings_count_the_nearer_of_home_and_base(home_world):
    """What could be made from home must not be called impossible."""
    carer = home_world.municipality.staff_by_id["S1"]
    assert home_legs_s(carer, "B1", home_world.travel, "A") == (100, 110)
    assert home_legs_s(carer, "B1", home_world.travel, "F") == (200, 200)
    at_base = replace(carer, starts_home=False)
    assert home_legs_s(at_base, "B1", home_world.travel, "A") == (300, 110)


def test_soft_days_begin_at_home_too(home_world):
    """A is 100 s from home and 270 s at the door: 200 s earlier than from the base."""
    world = home_world
    visits = tuple(
        replace(one, earliest_s=6 * H, latest_s=7 * H) if one.visit_id == "A-morning" else one
        for one in world.municipality.visits
    )
    world.municipality = replace(world.municipality, visits=visits)
    plan = plan_team_day(
        world.municipality, world.team_plan, world.travel, world.rules, None,
        team_id="T1", date=MONDAY, n_iterations=400,
    )  # fmt: skip
    late = next(one for one in plan.late if one.visit_id == "A-morning")
    assert (late.staff_id, late.late_s) == ("S1", 370)
