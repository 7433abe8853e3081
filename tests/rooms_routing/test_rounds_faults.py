"""What goes wrong around a search: kills, clocks, limits, signals, odd tables (faults.md C, D)."""

import math
import os
import random
import signal
import sys
import threading
import time
from dataclasses import replace

import numpy as np
import pytest

from data.errors import SettingsError
from data.model import Shift, Visit
from data.progress import Progress
from data.rules import RoundRules, Rules
from data.store import read_outputs, write_outputs
from data.travel_times import AccessRules, TravelTimes
from hemrunda.interrupt import stopping_on_ctrl_c
from routing.rounds import RoundWeights, SearchParams
from tests.rooms_routing.test_rounds_plan import MONDAY, H, M, faults, plan_of, random_world

N_KILLS = int(os.environ.get("HEMRUNDA_KILLS", "40"))
"""The whole of D2 is 500: a minute or two."""


def weight(plan):
    """What the search weighs first: unplanned carers by priority."""
    return tuple(sum(row.priority == p for row in plan.unplanned) for p in (1, 2, 3))


def write(world, plan, out):
    write_outputs(out, world.municipality, world.team_plan, plan, measures={}, manifest={})


def search_on_and_write(world, out, seed):
    """One more run from the plan that lies in the folder."""
    _, plan = read_outputs(out)
    write(world, plan_of(world, seed=seed, n_iterations=400, start=plan), out)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork: POSIX only")
def test_killed_at_any_moment_the_folder_holds_a_whole_plan_that_never_worsens(tmp_path):
    """D2: kill -9, again and again; what is read back is proved, and as good as it was."""
    world, out, rng = random_world(5), tmp_path / "out", random.Random(1)
    write(world, plan_of(world, n_iterations=0), out)
    before, n_finished = weight(read_outputs(out)[1]), 0
    started = time.monotonic()
    search_on_and_write(world, out, 0)
    usual_s = time.monotonic() - started
    for i in range(N_KILLS):
        child = os.fork()
        if child == 0:
            try:
                search_on_and_write(world, out, i)
            finally:
                os._exit(0)
        time.sleep(rng.uniform(0, 1.5 * usual_s))
        os.kill(child, signal.SIGKILL)
        n_finished += os.WIFEXITED(os.waitpid(child, 0)[1])
        team_plan, plan = read_outputs(out)
        assert team_plan == world.team_plan
        after = weight(plan)
        assert after <= before
        before = after
    assert faults(world, replace(plan, unused=())) == ()
    assert n_finished < N_KILLS


@pytest.mark.parametrize("seed", range(3))
def test_searching_on_never_worsens_a_plan(seed):
    """The best plan so far is where a second run begins."""
    world = random_world(seed)
    plan = plan_of(world, n_iterations=2000)
    on = plan_of(world, start=plan, n_iterations=0)
    told = [(row.round_id, row.kind, row.visit_id) for row in plan.rows]
    assert [(row.round_id, row.kind, row.visit_id) for row in on.rows] == told
    assert on.unplanned == plan.unplanned
    on = plan_of(world, start=plan, n_iterations=3000, seed=9)
    assert faults(world, on) == ()
    assert weight(on) <= weight(plan)


def test_a_clock_set_back_does_not_move_the_deadline(monkeypatch):
    """D3: what NTP or a user does to the wall clock is not looked at by any search."""
    world, real, lookers = random_world(3), time.time, []
    jumps = iter([0.0, -3600.0, 8 * 3600.0] * 100_000)

    def jumping():
        lookers.append(sys._getframe(1).f_globals.get("__name__", ""))
        return real() + next(jumps)

    monkeypatch.setattr(time, "time", jumping)
    plan = plan_of(world, time_limit_s=0.1, workers=2)
    time.time()
    assert lookers[-1] == __name__
    assert not [name for name in lookers if name.startswith(("routing", "data", "hemrunda"))]
    assert faults(world, plan) == ()


def test_a_computer_that_slept_gives_what_it_had(monkeypatch):
    """D3: eight hours later the deadline has passed once, not twice; the plan is whole."""
    world, real, slept = random_world(3), time.monotonic, []

    def report(_share, _text):
        if not slept:
            slept.append(8 * 3600.0)

    monkeypatch.setattr(time, "monotonic", lambda: real() + sum(slept))
    plan = plan_of(world, time_limit_s=20, progress=Progress(on_report=report))
    assert [one.n_batches for one in plan.effort] == [1]
    assert faults(world, plan) == ()


def _kill_and_wait(number):
    os.kill(os.getpid(), number)
    time.sleep(5)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM"])
def test_first_signal_asks_and_second_aborts(number):
    """D1, D3: Ctrl-C and a shutdown mean the same."""
    with stopping_on_ctrl_c() as stop:
        os.kill(os.getpid(), getattr(signal, number))
        assert stop.wait(5)
        with pytest.raises(KeyboardInterrupt):
            _kill_and_wait(getattr(signal, number))


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_closed_window_asks_once_however_often_it_says_so():
    """The system and the shell each send a SIGHUP: the second must not lose the best plan."""
    with stopping_on_ctrl_c() as stop:
        signal.raise_signal(signal.SIGHUP)
        assert stop.wait(5)
        signal.raise_signal(signal.SIGHUP)
        with pytest.raises(KeyboardInterrupt):
            _kill_and_wait(signal.SIGTERM)


def test_limits_from_nothing_to_all_day():
    """D5: a thousandth of a second gives a plan; ten hours can be stopped; nonsense is refused."""
    world = random_world(2)
    assert faults(world, plan_of(world, time_limit_s=0.001)) == ()
    stop = threading.Event()
    progress = Progress(on_report=lambda _share, _text: stop.set(), stop=stop)
    params = SearchParams(n_batches=1_000_000)
    plan = plan_of(world, time_limit_s=36_000, progress=progress, params=params)
    assert plan.effort[0].n_asked > 1_000_000
    assert plan.n_iterations < plan.effort[0].n_asked
    assert faults(world, plan) == ()
    for limit in (-1, math.nan, math.inf):
        with pytest.raises(SettingsError):
            plan_of(world, time_limit_s=limit)


def test_turning_the_map_changes_nothing():
    """D8: a quarter of a turn and a move leave the ways, so they leave the plan."""
    world = random_world(6)
    first = plan_of(world)
    town = world.municipality
    turned = tuple(replace(c, x=5e5 - c.y, y=6e6 + c.x) for c in town.clients)
    world.municipality = replace(town, clients=turned)
    assert plan_of(world) == first


def scaled(world, by):
    """The world with every duration ``by`` times as long, from midnight on."""
    town = world.municipality
    visits = tuple(
        replace(
            v, duration_s=by * v.duration_s, earliest_s=by * v.earliest_s, latest_s=by * v.latest_s,
            gap_after=tuple(replace(g, min_s=by * g.min_s, max_s=by * g.max_s)
                            for g in v.gap_after),
        )
        for v in town.visits
    )  # fmt: skip
    roster = tuple(replace(s, start_s=by * s.start_s, end_s=by * s.end_s) for s in town.roster)
    rules, access = world.rules.rounds, world.rules.access
    return replace(town, visits=visits, roster=roster), TravelTimes(
        world.travel.point_ids, {m: by * t for m, t in world.travel.seconds.items()}
    ), Rules(
        rounds=replace(
            rules, break_s=by * rules.break_s, handover_s=by * rules.handover_s,
            max_work_without_break_s=by * rules.max_work_without_break_s,
            break_required_over_s=by * rules.break_required_over_s,
        ),
        access=AccessRules(
            by * access.house_s, by * access.flat_s, by * access.same_building_s,
            by * access.physical_key_s, {m: by * s for m, s in access.parking_s.items()},
        ),
    )  # fmt: skip


def test_all_durations_doubled_double_the_plan():
    """D8: no decision hangs on the unit of time. Constructed: some removals have their own."""
    world = random_world(8, n_days=2)
    town = world.municipality
    morning = tuple(
        replace(v, earliest_s=v.earliest_s // 4, latest_s=v.latest_s // 4, wished_s=None,
                duration_s=v.duration_s // 4, gap_after=())
        for v in town.visits if v.earliest_s < 15 * H
    )  # fmt: skip
    roster = tuple(
        replace(s, start_s=90 * M, end_s=90 * M + 4 * H)
        for s in town.roster if s.kind == "work" and s.start_s == 7 * H
    )  # fmt: skip
    world.municipality = replace(town, visits=morning, roster=roster)
    world.rules = Rules(rounds=RoundRules(clash_limits={}, max_work_without_break_s=2 * H,
                                          break_required_over_s=2 * H))  # fmt: skip
    prices = RoundWeights()
    first = plan_of(world, n_iterations=0, weights=prices)
    world.municipality, world.travel, world.rules = scaled(world, 2)
    dear = replace(
        prices, unplanned={p: 2 * c for p, c in prices.unplanned.items()},
        tier={t: 2 * c for t, c in prices.tier.items()}, new_carer_daily=2 * prices.new_carer_daily,
        new_carer_other=2 * prices.new_carer_other, day_off=2 * prices.day_off,
    )  # fmt: skip
    second = plan_of(world, n_iterations=0, weights=dear)
    assert faults(world, second) == ()
    assert sum(r.kind == "visit" for r in first.rows) > 20
    assert [(2 * r.start_s, 2 * r.travel_s, r.staff_id, r.visit_id) for r in first.rows] == [
        (r.start_s, r.travel_s, r.staff_id, r.visit_id) for r in second.rows
    ]


def test_one_way_of_a_thousand_million_seconds_overflows_nothing():
    """D10: dear is not the same as none, and neither wraps round."""
    world = random_world(9, n_teams=1)
    seconds = world.travel.seconds["bike"].copy()
    a, b = world.travel.client_idx("C01"), world.travel.client_idx("C02")
    seconds[a, b] = 10**9
    world.travel = replace(world.travel, seconds={"bike": seconds})
    plan = plan_of(world)
    assert faults(world, plan) == ()
    assert max(row.travel_s for row in plan.rows) < 10**9


@pytest.mark.parametrize(
    "table", [np.full((2, 2), np.nan), np.full((2, 2), -1, np.int32), np.zeros((2, 3), np.int32)]
)
def test_ways_that_are_no_seconds_are_refused(table):
    """D10: NaN, negative and lopsided tables."""
    with pytest.raises(SettingsError, match="bike"):
        TravelTimes(("base:B", "client:C"), {"bike": table})


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="Linux only")
def test_on_one_processor_the_plan_is_the_same():
    """D12: two workers on one core are slower, and that is all."""
    world = random_world(4)
    first, cores = plan_of(world, workers=2), os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        assert plan_of(world, workers=2) == first
    finally:
        os.sched_setaffinity(0, cores)


def test_a_visit_longer_than_any_shift_is_told():
    """C3: it is listed with its reason, and stops nobody else's."""
    world = random_world(1, n_teams=1)
    long = Visit("LONG", "C00", "walk", 10 * H, 8 * H, 9 * H)
    town = world.municipality
    world.municipality = replace(town, visits=(*town.visits, long))
    plan = plan_of(world)
    assert faults(world, plan) == ()
    rows = [row for row in plan.unplanned if row.visit_id == "LONG"]
    assert len(rows) == len(world.dates)
    assert all("pass" in row.reason for row in rows)


def test_double_staffing_with_one_carer_is_unplanned_for_both_with_the_reason():
    """C5: one of two is no visit; nobody is sent alone, and nothing is dropped unsaid."""
    world = random_world(1, n_teams=1, n_days=1)
    town = world.municipality
    two = Visit("TWO", "C00", "shower", 30 * M, 8 * H, 12 * H, carers_required=2)
    world.municipality = replace(town, visits=(two,), roster=(Shift("D00", MONDAY, 7 * H, 15 * H),))
    plan = plan_of(world)
    assert faults(world, plan) == ()
    assert [(row.visit_id, row.carer_no) for row in plan.unplanned] == [("TWO", 1), ("TWO", 2)]
    assert all(row.reason for row in plan.unplanned)


def test_a_contact_on_leave_or_part_time_is_covered_by_others():
    """C5: the contact's absence is no reason to leave the client without."""
    world = random_world(2, n_teams=1, n_days=2)
    contact = world.team_plan.contact["C00"]
    town = world.municipality
    away = [replace(s, kind="leave") for s in town.roster if s.staff_id == contact]
    world.municipality = replace(town, roster=(*town.roster, *away))
    plan = plan_of(world, n_iterations=2000)
    assert faults(world, plan) == ()
    hers = [row for row in plan.rows if row.client_id == "C00" and row.kind == "visit"]
    assert hers
    assert all(row.staff_id != contact for row in hers)
    assert {one.reason for one in plan.unused if one.staff_id == contact} == {"ledig eller sjuk"}


def test_a_weekend_and_a_round_of_one_stop():
    """C10: no division by zero, no special day."""
    world = random_world(3, n_teams=1, n_days=1)
    saturday = MONDAY.replace(day=7)
    one = Visit("ONE", "C00", "lunch", 20 * M, 11 * H, 13 * H)
    world.municipality = replace(
        world.municipality, visits=(one,), roster=(Shift("D00", saturday, 7 * H, 15 * H),)
    )
    plan = plan_of(world, dates=[saturday])
    assert faults(world, plan) == ()
    assert [row.kind for row in plan.rows].count("visit") == 1
