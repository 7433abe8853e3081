"""The base plan of a cycle, and days that deviate from it only where something has happened."""

import datetime as dt
from dataclasses import replace

import pytest

from data.errors import SettingsError
from data.model import DATE_MAX, DATE_MIN, Shift, Visit
from data.progress import Progress
from routing.check import check_plan
from routing.horizon.base_plan import cycle_dates, plan_from_base, repeated, without_deviations
from routing.rounds import plan_changes
from tests.rooms_routing.test_rounds_plan import random_world
from tests.rooms_routing.test_rounds_replan import visits_of, with_sick

FORTNIGHT = 14


def planned(world, n_days=FORTNIGHT, n_weeks=2):
    dates = world.municipality.dates[:n_days]
    base, days = plan_from_base(
        world.municipality, world.team_plan, world.travel, world.rules, dates, n_weeks,
        seed=1, n_iterations=2000, progress=Progress(), weights=None,
    )  # fmt: skip
    usual = without_deviations(world.municipality, dates)
    parts = (world.team_plan, world.travel, world.rules)
    assert check_plan(usual, *parts, base) == ()
    assert check_plan(world.municipality, *parts, days) == ()
    return base, days


def test_days_on_which_nothing_happens_are_the_base_plan_row_for_row():
    world = random_world(1, n_days=FORTNIGHT)
    base, days = planned(world)
    assert base.rows == days.rows
    assert plan_changes(base, days) == ()


def test_who_is_ill_is_in_the_base_plan_and_only_her_day_deviates():
    """MA-31: the cycle knows nothing of a sick Tuesday; the Tuesday is mended, and told."""
    world = random_world(1, n_days=FORTNIGHT)
    before, _ = planned(world)
    row = next(row for row in before.rows if row.kind == "visit" and row.date > before.dates[0])
    with_sick(world, row.staff_id, row.date)
    base, days = planned(world)
    assert base == before
    changes = plan_changes(base, days)
    assert any(change.staff_before == row.staff_id for change in changes)
    assert row.staff_id not in {r.staff_id for r in days.rows if r.date == row.date}
    touched = {change.date for change in changes} | {c.date_before for c in changes}
    for day in set(days.dates) - touched:
        assert visits_of(base, day) == visits_of(days, day)
    assert len(touched - {None}) <= 2  # a visit whose day is free may go to another


def test_the_base_plan_has_what_lasts_and_the_days_have_what_is_so_on_them():
    """A pause, a visit for a few days only, and one that begins and stays."""
    world = random_world(2, n_days=FORTNIGHT)
    town = world.municipality
    dates = town.dates
    visit = next(v for v in town.visits if v.is_daily and v.carers_required == 1)
    away = replace(town.client_by_id[visit.client_id], pause_from=dates[3], pause_to=dates[5])
    other = next(v for v in town.visits if v.client_id != visit.client_id)
    short = Visit("SHORT", other.client_id, "lunch", 900, 11 * 3600, 13 * 3600,
                  valid_from=dates[2], valid_to=dates[4])  # fmt: skip
    lasting = replace(short, visit_id="LASTING", valid_from=dates[9], valid_to=DATE_MAX)
    world.municipality = replace(
        town,
        clients=tuple(away if c.client_id == away.client_id else c for c in town.clients),
        visits=(*town.visits, short, lasting),
    )
    usual = without_deviations(world.municipality, dates)
    names = {v.visit_id: v for v in usual.visits}
    assert "SHORT" not in names
    assert names["LASTING"].valid_from == DATE_MIN
    assert usual.client_by_id[away.client_id].pause_from is None
    base, days = planned(world)
    asked = {(row.visit_id, row.date) for row in (*base.rows, *base.unplanned)}
    assert {(visit.visit_id, day) for day in dates} <= asked
    on_days = {(row.visit_id, row.date) for row in days.rows}
    due = {(row.visit_id, row.date) for row in (*days.rows, *days.unplanned)}
    assert not {(visit.visit_id, day) for day in dates[3:6]} & on_days
    assert {("SHORT", day) for day in dates[2:5]} <= due
    assert {day for name, day in due if name == "LASTING"} == set(dates[9:])


def test_four_weeks_of_a_base_of_two_repeat_it():
    world = random_world(3, n_days=28)
    town = world.municipality
    cycle = [entry for entry in town.roster if entry.date < town.dates[FORTNIGHT]]
    again = [replace(entry, date=entry.date + dt.timedelta(FORTNIGHT)) for entry in cycle]
    world.municipality = replace(town, roster=(*cycle, *again))
    base, days = planned(world, n_days=28)
    assert len(base.dates) == FORTNIGHT
    assert len(days.dates) == 2 * FORTNIGHT
    whole = repeated(base, days.dates)
    later = {(r.visit_id, r.date, r.staff_id, r.start_s) for r in whole.rows}
    for row in base.rows:
        key = (row.visit_id, row.date + dt.timedelta(FORTNIGHT), row.staff_id, row.start_s)
        assert key in later
    who = {(visit, day, staff_id) for visit, day, staff_id, _ in later}
    same = sum((r.visit_id, r.date, r.staff_id) in who for r in days.rows if r.kind == "visit")
    assert same > 0.9 * sum(row.kind == "visit" for row in days.rows)


def test_a_horizon_shorter_than_the_cycle_is_refused_by_name():
    dates = [dt.date(2026, 3, 2) + dt.timedelta(i) for i in range(20)]
    assert cycle_dates(dates, 2) == tuple(dates[:14])
    with pytest.raises(SettingsError, match="28 dagar i följd; planen har 20"):
        cycle_dates(dates, 4)
    with pytest.raises(SettingsError, match="i följd"):
        cycle_dates([*dates[:5], *dates[6:]], 2)


def test_leave_is_no_part_of_the_base_roster():
    world = random_world(1, n_days=FORTNIGHT)
    town = world.municipality
    first = town.roster[0]
    leave = Shift(first.staff_id, first.date, first.start_s, first.end_s, "leave")
    with_leave = replace(town, roster=(*town.roster, leave))
    assert without_deviations(with_leave, town.dates).roster == town.roster
