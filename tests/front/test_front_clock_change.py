"""The nights to summer time and back: what a plan by the clock does not hold is told."""

import datetime as dt
from dataclasses import replace

import icalendar
import openpyxl
import pytest

from data.model import Base, Client, Municipality, Shift, Visit
from data.plans import PlanRow, RoundPlan
from data.rules import RoundRules
from hemrunda.layers.clock_change import clock_shift_s, notes_on_clock_change
from tests.front.test_front_layers import with_nights

H, M = 3600, 60
SPRING, AUTUMN = dt.date(2027, 3, 27), dt.date(2027, 10, 30)
"""The Saturdays whose nights are 8 and 10 hours long."""


def plan_of(*visits):
    rows = tuple(
        PlanRow(
            day, "night", f"R{day}", "L1", "S1", 1, "visit", f"V{begin}", client, 1, begin,
            begin, begin + 15 * M, 0, 0, 0, "car", "contact",
        )
        for day, begin, client in visits
    )  # fmt: skip
    return RoundPlan((SPRING, SPRING + dt.timedelta(1), AUTUMN), rows, ())


def town_of(*lines, **client):
    visit = Visit("V", "A", "check_in", 900, 22 * H, 28 * H)
    return Municipality("P", (Client("A", 0, 0, **client), Client("B", 0, 0)), (visit,), (), lines,
                        (Base("B", 0, 0),))  # fmt: skip


def test_two_nights_a_year_are_not_as_long_as_the_clock_says():
    year = [dt.date(2027, 1, 1) + dt.timedelta(i) for i in range(365)]
    assert {day: clock_shift_s(day) for day in year if clock_shift_s(day)} == {
        SPRING: -H, AUTUMN: H,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("day", "begin", "is_told"),
    [
        (SPRING, 25 * H + 46 * M, True),
        (SPRING, 26 * H + 59 * M, True),
        (SPRING, 25 * H + 45 * M, False),
        (SPRING, 27 * H, False),
        (SPRING + dt.timedelta(1), 26 * H, False),
        (AUTUMN, 26 * H + 30 * M, True),
    ],
)
def test_a_visit_in_the_hour_that_is_lost_or_twice_is_named(day, begin, is_told):
    """C3: from two to three by the clock, also one that only reaches into it."""
    notes = notes_on_clock_change(town_of(), [plan_of((day, begin, "A"))], RoundRules())
    assert len(notes) == 2
    assert any(f"V{begin}" in note for note in notes) is is_told
    hidden = notes_on_clock_change(
        town_of(protected=True), [plan_of((day, begin, "A"))], RoundRules()
    )
    assert not any(f"V{begin}" in note for note in hidden)
    assert any("(+1)" in note for note in hidden) is is_told


@pytest.mark.parametrize(
    ("ends", "begins", "kind", "is_told"),
    [
        (20 * H, 7 * H, "work", True),
        (20 * H, 8 * H - 1, "work", True),
        (20 * H, 8 * H, "work", False),  # twelve by the clock are eleven in truth
        (21 * H, 7 * H, "work", False),  # not rested by the clock either: a rule says so
        (20 * H, 7 * H, "sick", False),
    ],
)
def test_a_rest_that_the_clock_makes_too_short_is_named(ends, begins, kind, is_told):
    """Eleven hours on the wall are ten over the night to summer time."""
    lines = [
        Shift("S1", SPRING, 13 * H, ends),
        Shift("S1", SPRING + dt.timedelta(1), begins, 15 * H),
    ]
    if kind == "sick":
        lines.append(replace(lines[1], kind="sick"))
    notes = notes_on_clock_change(town_of(*lines), [plan_of()], RoundRules())
    assert any("S1" in note for note in notes) is is_told
    week_after = [replace(line, date=line.date + dt.timedelta(7)) for line in lines]
    assert not any(
        "S1" in note for note in notes_on_clock_change(town_of(*week_after), [plan_of()],
                                                       RoundRules())
    )  # fmt: skip


@pytest.mark.parametrize("saturday", [SPRING, AUTUMN])
def test_a_plan_over_the_change_is_proved_and_its_calendar_true(
    small_run, run_cli, tmp_path, saturday
):
    """Planned, proved, told, and every visit outside the hour at its clock time in the calendar."""
    with_nights(small_run / "out" / "indata.xlsx", tmp_path / "indata.xlsx")
    book = openpyxl.load_workbook(tmp_path / "indata.xlsx")
    later = saturday - dt.timedelta(1) - dt.date(2026, 3, 2)
    for row in book["Schema"].iter_rows(min_row=2):
        day = row[1].value
        row[1].value = (day.date() if isinstance(day, dt.datetime) else day) + later
    book.save(tmp_path / "indata.xlsx")
    result = run_cli("plan", "indata.xlsx", "--network", small_run / "out" / "network", "--out",
                     "plan", "--seconds", "0", "--workers", "1", "--map-days", "0",
                     cwd=tmp_path)  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert f"Natten mot {saturday + dt.timedelta(1)} ställs klockan" in result.stderr
    assert run_cli("check-plan", "plan", cwd=tmp_path).returncode == 0
    sheets = run_cli("sheets", "plan/natt", "--out", "blad", cwd=tmp_path)
    assert sheets.returncode == 0, sheets.stderr
    n_events = 0
    for path in (tmp_path / "blad").glob("*.ics"):
        for event in icalendar.Calendar.from_ical(path.read_bytes()).walk("VEVENT"):
            begin, end = event.decoded("DTSTART"), event.decoded("DTEND")
            assert dt.timedelta() < end - begin < dt.timedelta(hours=3)
            n_events += 1
    assert n_events > 10
