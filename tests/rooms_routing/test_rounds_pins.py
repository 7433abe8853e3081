"""What the planner has locked is kept, proved, and named where it cannot be (faults.md D9)."""

import datetime as dt
from dataclasses import replace

import pytest

from data.errors import InfeasibleError
from data.model import Pin, Shift
from routing.rounds import Explainer
from tests.rooms_routing.test_rounds_plan import H, M, faults, plan_of, random_world

MONDAY, TUESDAY = dt.date(2026, 3, 2), dt.date(2026, 3, 3)


def lock(world, *pins):
    world.municipality = replace(world.municipality, pins=pins)


def visits_of(plan, staff_id=None, date=None):
    return [
        row
        for row in plan.rows
        if row.kind == "visit" and staff_id in (None, row.staff_id) and date in (None, row.date)
    ]


@pytest.mark.parametrize("seed", range(4))
def test_locks_taken_from_another_plan_are_kept(seed):
    """Some visits locked to carer, some to the time, some to both, in any world."""
    world = random_world(seed)
    first = plan_of(world, seed=1)
    rows = visits_of(first)[seed::7]
    pins = [
        Pin(
            row.date, row.visit_id, row.staff_id if i % 3 else "",
            row.start_s if i % 3 != 1 else None, row.carer_no,
        )
        for i, row in enumerate(rows)
    ]  # fmt: skip
    lock(world, *pins)
    plan = plan_of(world, seed=2, n_iterations=3000)
    assert faults(world, plan) == ()
    made = {(row.visit_id, row.date, row.carer_no): row for row in visits_of(plan)}
    for pin in pins:
        row = made[pin.visit_id, pin.date, pin.carer_no]
        assert pin.staff_id in ("", row.staff_id)
        assert pin.start_s in (None, row.start_s)


def test_a_locked_round_stays_and_takes_nobody_else():
    """A lock without a visit holds the whole round as it stood, whatever the seed."""
    world = random_world(3)
    first = plan_of(world, seed=1)
    busiest = max(first.rounds.values(), key=len)[0]
    lock(world, Pin(busiest.date, "", busiest.staff_id))
    plan = plan_of(world, seed=5, current=first, n_iterations=8000)
    before = visits_of(first, busiest.staff_id, busiest.date)
    after = visits_of(plan, busiest.staff_id, busiest.date)
    assert len(before) > 2
    assert [(r.visit_id, r.start_s) for r in after] == [(r.visit_id, r.start_s) for r in before]
    assert faults(world, plan) == ()


def test_a_closed_day_without_visits_stays_empty(tiny_world):
    """Closed and nothing locked to her: she gets no visit."""
    world = tiny_world
    world.dates = [MONDAY, TUESDAY]
    lock(world, Pin(MONDAY, "", "S2"))
    plan = plan_of(world)
    assert visits_of(plan, "S2", MONDAY) == []
    assert visits_of(plan, "S1", MONDAY) != []


def test_order_is_kept_against_what_is_nearest(tiny_world):
    """D-care before E-care or the other way round, as locked; both are at one address."""
    world = tiny_world
    world.dates = [MONDAY, TUESDAY]
    for order in ((1, 2), (2, 1)):
        lock(
            world,
            Pin(MONDAY, "D-care", "S2", order=order[0]),
            Pin(MONDAY, "E-care", "S2", order=order[1]),
        )
        plan = plan_of(world, n_iterations=3000)
        assert faults(world, plan) == ()
        starts = {row.visit_id: row.start_s for row in visits_of(plan, "S2", MONDAY)}
        assert (starts["D-care"] < starts["E-care"]) == (order == (1, 2))


def test_one_of_two_carers_can_be_locked(tiny_world):
    """Number 1 of the shower is whoever is locked; the second is anyone else."""
    world = tiny_world
    world.dates = [MONDAY, TUESDAY]
    for who in ("S1", "S2"):
        lock(world, Pin(MONDAY, "B-shower", who, 9 * H + 30 * M))
        plan = plan_of(world)
        assert faults(world, plan) == ()
        numbers = {r.carer_no: r.staff_id for r in visits_of(plan) if r.visit_id == "B-shower"}
        assert numbers == {1: who, 2: "S1" if who == "S2" else "S2"}


def test_a_free_day_is_the_locked_one(tiny_world):
    """C-clean may be Monday or Tuesday; the lock chooses, and it is made once."""
    world = tiny_world
    world.dates = [MONDAY, TUESDAY]
    for day in world.dates:
        lock(world, Pin(day, "C-clean"))
        plan = plan_of(world)
        assert [row.date for row in visits_of(plan) if row.visit_id == "C-clean"] == [day]
        assert faults(world, plan) == ()


@pytest.mark.parametrize(
    ("pins", "said"),
    [
        ([Pin(MONDAY, "A-lunch", "S3")], "inget pass"),
        ([Pin(MONDAY, "A-lunch", "S1", 9 * H)], "ska börja 11:00–13:00"),
        ([Pin(TUESDAY, "B-shower")], "ska inte göras den dagen"),
        ([Pin(MONDAY, "A-lunch", "S1", carer_no=2)], "besöket har 1 personal"),
        ([Pin(MONDAY, "A-morning", "S4")], "saknar medication"),
        ([Pin(MONDAY, "E-care", "S4")], "spärrad"),
        ([Pin(MONDAY, "D-care", "S4")], "allergisk"),
        ([Pin(MONDAY, "B-shower", "S1"), Pin(MONDAY, "B-shower", "S1", carer_no=2)], "båda två"),
        (
            [Pin(MONDAY, "D-care", "S1", 10 * H), Pin(MONDAY, "C-clean", "S1", 10 * H + 31 * M)],
            "besök D-care 2026-03-02 hos S1 kl 10:00 och besök C-clean",
        ),
        (
            [
                Pin(MONDAY, "D-care", "S1", 11 * H, order=1),
                Pin(MONDAY, "E-care", "S1", 10 * H, order=2),
            ],
            "ordningen går emot klockslagen",
        ),
        ([Pin(MONDAY, "X-none")], "besöket finns inte"),
        ([Pin(MONDAY, "A-lunch", "S1"), Pin(MONDAY, "", "S1")], ""),
    ],
)  # fmt: skip
def test_contradictions_are_named(tiny_world, pins, said):
    """Each lock that cannot be kept is told with its reason; the last one can."""
    world = tiny_world
    world.dates = [MONDAY, TUESDAY]
    lock(world, *pins)
    if not said:
        assert faults(world, plan_of(world)) == ()
        return
    with pytest.raises(InfeasibleError, match=said):
        plan_of(world)


@pytest.mark.parametrize(
    "off",
    [
        {"valid_to": MONDAY},
        {"pause_from": TUESDAY},
        {"pause_from": MONDAY, "pause_to": TUESDAY},
        {"valid_from": TUESDAY + dt.timedelta(1)},
    ],
)
@pytest.mark.parametrize("table", ["clients", "visits"])
def test_a_lock_of_a_day_when_the_client_is_away_stops_nothing(tiny_world, off, table):
    """NO-11: she left or is in hospital; the lock has nothing to hold, and the rest is planned."""
    world = tiny_world
    world.dates = [MONDAY, TUESDAY]
    lock(world, Pin(TUESDAY, "A-lunch", "S1"))
    town = world.municipality
    key = "client_id" if table == "clients" else "visit_id"
    who = "A" if table == "clients" else "A-lunch"
    rows = tuple(
        replace(row, **off) if getattr(row, key) == who else row for row in getattr(town, table)
    )
    world.municipality = replace(town, **{table: rows})
    if table == "visits" and "pause_from" not in off:
        with pytest.raises(InfeasibleError, match="ska inte göras den dagen"):
            plan_of(world)  # a visit that is not ordered then is the planner's mistake
        return
    assert faults(world, plan_of(world)) == ()


def test_locks_that_crowd_each_other_out_are_named(tiny_world):
    """Two hours of locked visits in a shift of one and a half: what has no room is told."""
    world = tiny_world
    world.dates = [MONDAY]
    short = Shift("S1", MONDAY, 10 * H, 11 * H + 30 * M)
    others = tuple(s for s in world.municipality.roster if (s.staff_id, s.date) != ("S1", MONDAY))
    world.municipality = replace(world.municipality, roster=(*others, short))
    lock(world, Pin(MONDAY, "C-clean", "S1"), Pin(MONDAY, "D-care", "S1"))
    with pytest.raises(InfeasibleError, match="ryms inte bredvid"):
        plan_of(world)


def test_explanations_say_what_is_locked():
    """Others are barred by the lock, and a plan made before the lock can still be asked about."""
    world = random_world(2)
    plan = plan_of(world)
    row = next(r for r in visits_of(plan) if "-3" in r.visit_id)
    lock(world, Pin(row.date, row.visit_id, row.staff_id), Pin(row.date, "", row.staff_id))
    locked = plan_of(world, current=plan)
    ask = (world.municipality, world.team_plan, world.travel, world.rules)
    told = Explainer(*ask, locked).visit(row.visit_id, row.date)
    assert told.chosen.staff_id == row.staff_id
    reasons = {one.reason for one in told.alternatives} - {"tål inte djur"}
    assert reasons == {f"besöket är låst till {row.staff_id}"}
    other = next(r for r in visits_of(plan, date=row.date) if r.staff_id != row.staff_id)
    lock(world, Pin(row.date, row.visit_id, other.staff_id))
    ask = (world.municipality, *ask[1:])
    assert Explainer(*ask, plan).visit(row.visit_id, row.date).chosen.staff_id == row.staff_id
