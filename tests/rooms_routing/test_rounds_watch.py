"""A long watch is handed on from one carer to the next, without a gap (NO-18)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.care.decisions import decided, undecided
from data.care.feasible_alone import ALONE_MOST_S, PART_MOST_S, is_watch, watch_parts
from data.model import Base, Client, Decision, Municipality, Shift, Staff, TimeLag, Visit
from data.plans import Team, TeamPlan
from data.rules import Rules
from data.travel_times import TravelTimes
from maps.common.audiences import profile_of
from maps.screen.round_view import rounds_view
from tests.rooms_routing.test_rounds_plan import MONDAY, H, M, faults, plan_of

DAYS = [MONDAY, MONDAY + dt.timedelta(1)]
WATCH = Visit("V", "A", "check_in", 9 * H, 8 * H, 8 * H + 30 * M, priority=1)


def town_with(watch, shifts, *, decisions=()):
    """Three clients and a carer per shift, ten minutes apart; the watch beside short visits."""
    staff = tuple(Staff(f"S{n}", shift_group="both") for n in range(len(shifts)))
    roster = tuple(
        Shift(f"S{n}", day, start, end) for n, (start, end) in enumerate(shifts) for day in DAYS
    )
    clients = tuple(Client(name, 0, 0) for name in "ABC")
    short = tuple(Visit(f"{name}-m", name, "morning", 30 * M, 7 * H, 11 * H) for name in ("B", "C"))
    town = decided(
        Municipality(
            "P", clients, (watch, *short), staff, roster, (Base("L", 0, 0),), decisions=decisions
        )
    )
    names = [one.staff_id for one in staff]
    plan = TeamPlan(
        (Team("T", "O", "L", ("A", "B", "C")),), dict.fromkeys("ABC", "S0"), {},
        dict.fromkeys(names, "T"), dict.fromkeys(names, "O"), dict.fromkeys(names, "L"), {}, {},
    )  # fmt: skip
    ways = np.full((4, 4), 600, np.int32) - 600 * np.eye(4, dtype=np.int32)
    points = (*(f"client:{name}" for name in "ABC"), "base:L")
    return SimpleNamespace(
        municipality=town, team_plan=plan, travel=TravelTimes(points, {"bike": ways}),
        rules=Rules(), dates=DAYS,
    )  # fmt: skip


ALL_DAY = [(7 * H, 15 * H), (7 * H, 15 * H), (9 * H, 17 * H), (10 * H, 18 * H), (12 * H, 20 * H)]


@settings(max_examples=60, deadline=None)
@given(st.integers(301, 840), st.integers(7 * 60, 10 * 60), st.integers(0, 120), st.integers(1, 2))
def test_parts_make_the_whole_watch_and_none_is_too_long(minutes, begins, wide, carers):
    """By their own sums: they follow each other from its beginning to its end, at any start."""
    watch = replace(
        WATCH, duration_s=minutes * M, earliest_s=begins * M, latest_s=(begins + wide) * M,
        carers_required=carers, ordered_s=minutes * 50, gap_after=(TimeLag("W", 60, 600),),
    )  # fmt: skip
    if begins + wide + minutes > 22 * 60:
        assert not is_watch(watch)
        return
    parts = watch_parts(watch)
    assert sum(part.duration_s for part in parts) == watch.duration_s
    assert sum(part.ordered_s for part in parts) == watch.ordered_s
    assert max(part.duration_s for part in parts) <= PART_MOST_S < ALONE_MOST_S
    assert len({part.visit_id for part in parts}) == len(parts) >= 2
    at_s = watch.latest_s
    for part in parts:
        assert part.latest_s == at_s
        assert part.latest_s - part.earliest_s == watch.latest_s - watch.earliest_s
        at_s += part.duration_s
    assert at_s == watch.latest_s + watch.duration_s
    assert TimeLag("W", 60, 600) in parts[-1].gap_after
    assert all(lag.visit_id != "W" for part in parts[:-1] for lag in part.gap_after)


def test_a_long_watch_is_handed_on_without_a_gap():
    """Nine hours by at least three carers each day, each there at the second the other goes."""
    world = town_with(WATCH, ALL_DAY)
    plan = plan_of(world, n_iterations=800)
    assert faults(world, plan) == ()
    assert plan.unplanned == ()
    for day in DAYS:
        rows = sorted(
            (row for row in plan.rows if (row.client_id, row.date) == ("A", day)),
            key=lambda row: row.start_s,
        )
        assert rows[-1].end_s - rows[0].start_s == 9 * H
        assert [row.start_s for row in rows[1:]] == [row.end_s for row in rows[:-1]]
        assert all(a.staff_id != b.staff_id for a, b in pairwise(rows))


def test_the_checker_sees_a_gap_and_the_sheet_names_who_relieves():
    """One part moved by five minutes is a violation; the plan's own sheet says who comes."""
    world = town_with(WATCH, ALL_DAY)
    plan = plan_of(world, n_iterations=800)
    later = next(row for row in plan.rows if row.visit_id == "V-del2" and row.date == MONDAY)
    moved = replace(later, start_s=later.start_s + 300, end_s=later.end_s + 300)
    broken = replace(plan, rows=tuple(moved if row == later else row for row in plan.rows))
    assert "time_lag" in {fault.rule for fault in faults(world, broken)}
    first = next(row for row in plan.rows if row.visit_id == "V" and row.date == MONDAY)
    for row, before, after in ((first, "", later.staff_id), (later, first.staff_id, None)):
        own = rounds_view(
            world.municipality, world.team_plan, plan, lambda *_: np.zeros((0, 2)),
            profile_of("staff"), day=MONDAY, round_id=row.round_id,
        )  # fmt: skip
        stop = next(one for one in own.round.stops if one.row.visit_id == row.visit_id)
        assert stop.relieves == before
        assert stop.relieved_by == after if after is not None else stop.relieved_by


def test_what_no_shift_covers_is_told_with_its_cause():
    """With nobody from 15 the last part is listed, and those before it are made."""
    world = town_with(WATCH, [(7 * H, 15 * H)] * 4)
    plan = plan_of(world, n_iterations=800)
    assert faults(world, plan) == ()
    left = {row.visit_id: row.reason for row in plan.unplanned}
    assert set(left) == {"V-del3"}
    assert "täcker" in left["V-del3"]


def test_a_decided_time_moves_the_whole_watch_and_tables_keep_the_order():
    """The parts follow the decision; taken off again, the table's own visit is as it was."""
    at_nine = Decision("time", visit_id="V", start_s=9 * H)
    world = town_with(replace(WATCH, latest_s=10 * H), ALL_DAY, decisions=(at_nine,))
    town = world.municipality
    begins = [v.earliest_s for v in town.visits if v.client_id == "A"]
    assert sorted(begins) == [9 * H, 12 * H, 15 * H]
    bare = undecided(town)
    assert [v.visit_id for v in bare.visits] == ["V", "B-m", "C-m"]
    assert bare.visits[0] == replace(WATCH, latest_s=10 * H)
    assert decided(town) == town


@pytest.mark.parametrize(
    "change",
    [
        {"duration_s": ALONE_MOST_S}, {"mode": "digital"}, {"n_per_period": 1},
        {"earliest_s": 14 * H, "latest_s": 14 * H},
    ],
)  # fmt: skip
def test_what_is_no_watch_stays_whole(change):
    """Short enough for one, on a screen, on a free day, or into the night."""
    assert is_watch(WATCH)
    assert not is_watch(replace(WATCH, **change))
