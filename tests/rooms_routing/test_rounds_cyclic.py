"""The sheet that repeats: cells of the right week, the usual carer, no visit lost."""

import datetime as dt
from dataclasses import replace

import pytest

from data.errors import SettingsError
from routing.answers.cyclic_weeks import cyclic_plan, week_of_cycle

MONDAY = dt.date(2026, 3, 2)


def test_every_planned_visit_is_on_the_sheet(tiny_world):
    """A horizon shorter than the cycle gives each visit a cell of its own, in its carer's grid."""
    plan = tiny_world.plan
    visits = [row for row in plan.rows if row.kind == "visit"]
    cyclic = cyclic_plan(plan, 4)
    assert len(cyclic.cells) == len(visits)
    for row in visits:
        week = cyclic.grid(row.staff_id)[week_of_cycle(row.date, 4) - 1]
        assert row.visit_id in {cell.visit_id for cell in week[row.date.weekday()]}
    assert all(cell.start_s % 300 == 0 for cell in cyclic.cells)
    assert {cell.client_id for cell in cyclic.of_client("E")} == {"E"}


def test_the_usual_carer_stands_in_the_cell(tiny_world):
    """Two weeks later by another carer, four weeks later by the first: two of three is usual."""
    morning = next(row for row in tiny_world.plan.rows if row.visit_id == "A-morning")
    rows = tuple(
        replace(morning, date=MONDAY + dt.timedelta(weeks=w), staff_id=who)
        for w, who in ((0, "S1"), (2, "S2"), (4, "S1"))
    )
    (cell,) = cyclic_plan(replace(tiny_world.plan, rows=rows), 2).cells
    assert (cell.staff_id, cell.n_same, cell.n_seen) == ("S1", 2, 3)
    assert cell.text == "07:30–08:00 A S1"


def test_only_cycles_that_rosters_have(tiny_world):
    """Three weeks is no cycle of any roster in the sources; say so rather than draw it."""
    with pytest.raises(SettingsError):
        cyclic_plan(tiny_world.plan, 3)
