"""What a plan remembers of recurring tasks, and that plans one after another make one long one."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.care.care_calendar import occurrences
from data.care.recurrence import tolerance_days
from data.model import Client, Municipality, Visit
from data.plans import PlanRow, RoundPlan, TeamPlan
from data.store import write_outputs
from data.store.plan_memory import (
    Known,
    carried,
    known_after,
    known_of,
    memory_rows,
    read_memory,
    with_known,
)

MONDAY = dt.date(2026, 10, 5)
"""The year from here on holds week 53."""
WORKDAYS = (0, 1, 2, 3, 4)


def cleaning(**changes):
    visit = Visit("V1", "C1", "cleaning", 3600, 28_800, 43_200, weekdays=WORKDAYS, every_weeks=2,
                  n_per_period=1, priority=3)  # fmt: skip
    return replace(visit, **changes)


def town(*visits, **client):
    return Municipality("T", (Client("C1", 0.0, 0.0, **client),), visits, (), (), ())


def row(visit_id, day):
    return PlanRow(
        day, "day", f"R{day}", "L1", "S1", 1, "visit", visit_id, "C1", 1, 0, 0, 3600, 0, 0, 0,
        "bike", "contact",
    )  # fmt: skip


def plan(dates, *made):
    return RoundPlan(tuple(dates), tuple(row("V1", day) for day in made), ())


def days(first, n):
    return [first + dt.timedelta(i) for i in range(n)]


@given(
    st.sampled_from([(1, 1), (2, 1), (3, 1), (4, 1), (8, 1), (1, 2), (1, 3), (3, 2), (4, 3)]),
    st.sets(st.integers(0, 6), min_size=3),
    st.lists(st.integers(1, 28), min_size=1, max_size=4),
    st.booleans(),
    st.integers(0, 50),
    st.randoms(),
)
@settings(max_examples=150, deadline=None)
def test_plans_one_after_another_make_the_ordered_number(
    order, weekdays, lengths, by_columns, n_name, chance
):
    """Whichever days are taken, each plan taking over from the last: ± 1 a year, gaps in tolerance.

    Also where the tables are written anew between the plans (`by_columns`).
    """
    every, times = order
    visit = cleaning(
        visit_id=f"V{n_name}", weekdays=tuple(sorted(weekdays)), every_weeks=every,
        n_per_period=times,
    )  # fmt: skip
    tables, known, made, at, i = town(visit), {}, [], MONDAY, 0
    while at < MONDAY + dt.timedelta(364):
        dates = days(at, lengths[i % len(lengths)])
        now = carried(tables, known, at - dt.timedelta(1), at)
        taken = [chance.choice(one.dates) for one in occurrences(now, dates)]
        done = RoundPlan(tuple(dates), tuple(row(visit.visit_id, day) for day in taken), ())
        known = known_after(now, done)
        if by_columns:
            tables = with_known(tables, known)
        made += taken
        at, i = dates[-1] + dt.timedelta(1), i + 1
    per_day = times / (every * len(weekdays))
    n_open = sum(
        (MONDAY + dt.timedelta(i)).weekday() in weekdays for i in range((at - MONDAY).days)
    )
    assert abs(len(set(made)) - per_day * n_open) <= 1 + 1e-9
    if every % times == 0:
        slack = tolerance_days(visit)
        gaps = [(b - a).days for a, b in pairwise(made)]
        assert all(abs(gap - 7 * every // times) <= slack for gap in gaps)


@pytest.mark.parametrize("n_days", [1, 7, 14])
@pytest.mark.parametrize(
    ("changes", "least", "most"),
    [
        ({}, 30, 40),
        ({"weekdays": (2,)}, 35, 35),
        ({"last_done": dt.date(2026, 9, 14)}, 30, 40),
        ({"weekdays": (1,), "n_per_period": 0}, 35, 35),
        ({"weekdays": (1, 4), "n_per_period": 0}, 3, 32),
    ],
)
def test_every_fifth_week_over_the_turn_of_the_year(n_days, changes, least, most):
    """Five weeks divide no year and no month: ± 1 in 53 weeks, planned by day, week or fortnight.

    The latest day is taken each time, which would lead a task that counts from itself astray.
    """
    visit = cleaning(every_weeks=5, **changes)
    tables, known, made = town(visit), {}, []
    for begin in range(0, 371, n_days):
        at = MONDAY + dt.timedelta(begin)
        now = carried(tables, known, at - dt.timedelta(1), at)
        dates = days(at, n_days)
        taken = [one.dates[-1] for one in occurrences(now, dates)]
        known = known_after(now, plan(dates, *taken))
        made += taken
    times = len(visit.weekdays) if visit.n_per_period == 0 else 1
    assert abs(len(made) - times * 53 / 5) <= times
    gaps = {(later - earlier).days for earlier, later in pairwise(made)}
    assert least <= min(gaps) <= max(gaps) <= most
    assert any(day.year == 2026 for day in made)
    assert any(day.year == 2027 for day in made)


def test_what_found_no_day_comes_first_in_the_next_plan():
    """Due on the 14th and not made: due on the first day of the plan that follows, and said so."""
    first = town(cleaning(last_done=dt.date(2026, 9, 30)))
    known = known_after(first, plan(days(MONDAY, 14)))
    assert known == {"V1": Known(dt.date(2026, 9, 30), dt.date(2026, 10, 14))}
    monday = MONDAY + dt.timedelta(14)
    after = carried(first, known, monday - dt.timedelta(1), monday)
    (found,) = occurrences(after, days(monday, 7))
    assert found.dates[0] == monday
    # months later nobody wants every task on one day: the rhythm goes on
    later = monday + dt.timedelta(91)
    assert carried(first, known, monday, later).visits[0].next_due == dt.date(2026, 10, 14)


def test_a_plan_that_begins_within_the_last_one_counts_what_is_before_it():
    """Made on Tuesday of the first week: the plan from the second week does not make it again."""
    before = town(cleaning(last_done=dt.date(2026, 9, 22)))
    earlier = plan(days(MONDAY, 14), MONDAY + dt.timedelta(1))
    second = MONDAY + dt.timedelta(7)
    after = carried(before, known_after(before, earlier, second), MONDAY, second)
    assert after.visits[0].last_done == MONDAY + dt.timedelta(1)
    assert occurrences(after, days(second, 7)) == ()


def test_newer_dates_of_the_tables_go_before():
    """A cleaning made on an extra day counts from there, and a date that someone set is kept."""
    known = {"V1": Known(dt.date(2026, 10, 7), dt.date(2026, 10, 21))}
    since = town(cleaning(last_done=dt.date(2026, 10, 14)))
    found = carried(since, known, MONDAY, MONDAY + dt.timedelta(14)).visits[0]
    assert (found.last_done, found.next_due) == (dt.date(2026, 10, 14), None)
    said = town(cleaning(next_due=dt.date(2026, 10, 30)))
    found = carried(said, known, MONDAY, MONDAY + dt.timedelta(14)).visits[0]
    assert (found.last_done, found.next_due) == (dt.date(2026, 10, 7), dt.date(2026, 10, 30))


def test_a_fixed_weekday_is_remembered_too():
    """Every third Monday: made on the 5th, next on the 26th, and so it says."""
    mondays = cleaning(weekdays=(0,), every_weeks=3, n_per_period=0, last_done=MONDAY)
    known = known_after(town(mondays), plan(days(MONDAY, 14), MONDAY))
    assert known["V1"] == Known(MONDAY, MONDAY + dt.timedelta(21))


def test_only_recurring_visits_are_remembered():
    """A daily visit needs no memory, nor does one that somebody else makes."""
    daily = cleaning(n_per_period=0, every_weeks=1)
    foreign = cleaning(visit_id="V2", mode="external")
    assert known_of(town(daily, foreign)) == {}
    assert with_known(town(daily), {"V1": Known(MONDAY, MONDAY)}).visits == (daily,)


def test_the_folder_remembers_both_what_was_known_and_what_is(tmp_path):
    """recurrence.csv has the dates before the plan, from which it is proved, and those after."""
    before = town(cleaning(last_done=dt.date(2026, 9, 23)))
    made = plan(days(MONDAY, 7), dt.date(2026, 10, 8))
    team_plan = TeamPlan((), {}, {}, {}, {}, {}, {}, {})
    write_outputs(tmp_path, before, team_plan, made, measures={}, manifest={})
    assert read_memory(tmp_path) == {"V1": Known(dt.date(2026, 9, 23), None)}
    assert memory_rows(before, made) == [
        ["V1", "C1", "2026-09-23", "", "2026-10-08", "2026-10-21"]
    ]  # fmt: skip
    assert read_memory(tmp_path / "none") == {}
