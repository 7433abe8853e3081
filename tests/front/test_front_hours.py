"""Day and evening are the municipality's own (``[hours]``): read, planned, checked and shown."""

import dataclasses
from collections import Counter

import pandas as pd
import pytest

import hemrunda as hr
from data.errors import SettingsError
from data.model import Shift
from data.rules import Rules
from data.units import DAY_HOURS, HOUR_S, DayHours
from hemrunda.config import load
from partition.annealing.care_work import make_work, shift_seconds
from routing.roster.shifts import blocks_of

HALF_S = HOUR_S // 2
EARLY = DayHours(6 * HOUR_S + HALF_S, 15 * HOUR_S + HALF_S, 15 * HOUR_S + HALF_S, 22 * HOUR_S)
WRITTEN = '[hours]\nday = "06:30-15:30"\nevening = "15:30–22:00"\n'
OPEN, LATE = "B0001-1", "B0002-1"
"""A visit that names a shift and no window, and one between the usual evening and this one's."""


def settings(folder, text):
    path = folder / "hemrunda.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def usual():
    return hr.demo(n_clients=40, n_days=1)


@pytest.fixture(scope="module")
def early(usual, tmp_path_factory):
    """The demo an hour longer by day: the roster a matrix of letters, two visits by its hours."""
    tables = usual.as_dict()
    for row in tables["visits"]:
        if row["visit_id"] == OPEN:
            row |= {"shift": "dag", "earliest": None, "latest": None}
        if row["visit_id"] == LATE:
            row |= {"shift": None, "earliest": "15:00", "latest": "15:05", "duration_min": 5}
            row |= {"wished": None, "gap_after": "", "skills": ""}
    moved = {"07:00": "06:30", "15:00": "15:30"}
    for row in tables["roster"]:
        row |= {end: moved.get(row[end], row[end]) for end in ("start", "end")}
    path = settings(tmp_path_factory.mktemp("early"), WRITTEN)
    return hr.from_json(tables, network=usual.streets, settings=path)


def test_hours_are_read_from_the_settings(tmp_path):
    """As a planner writes them; without them they are Lund's."""
    assert load(settings(tmp_path, WRITTEN)).rules.hours == EARLY
    assert load(settings(tmp_path, '[hours]\nevening = "14:30-21:30"\n')).rules.hours == (
        dataclasses.replace(DAY_HOURS, evening_from_s=14 * HOUR_S + HALF_S,
                            evening_to_s=21 * HOUR_S + HALF_S)
    )  # fmt: skip
    assert Rules().hours == DAY_HOURS


@pytest.mark.parametrize(
    "line",
    ['day = "7"', 'day = "15:00-07:00"', 'evening = "11:00-22:00"', 'evening = "22-15"',
     'night = "22-07"', "day = 7", 'evening = "15:00-25:00"', 'day = "07:00-23:00"'],
)  # fmt: skip
def test_hours_that_are_none_are_refused(tmp_path, line):
    """An evening that begins in the forenoon is a slip of the hand."""
    with pytest.raises(SettingsError, match=r"\[hours\]"):
        load(settings(tmp_path, f"[hours]\n{line}\n"))


def test_windows_and_shifts_are_read_by_the_hours(early, usual):
    """What stands with no window has the day's own; 15:00 is by day until the evening begins."""
    town = early.municipality
    assert town.hours == EARLY
    assert {visit.hours for visit in town.visits} == {EARLY}
    found = town.visit_by_id[OPEN]
    assert (found.earliest_s, found.latest_s + found.duration_s) == (
        EARLY.day_from_s, EARLY.day_to_s,
    )  # fmt: skip
    late = town.visit_by_id[LATE]
    assert late.shift == "day"
    assert dataclasses.replace(late, hours=DAY_HOURS).shift == "evening"
    assert usual.municipality.at_hours(EARLY).hours == EARLY
    assert usual.municipality.at_hours(DAY_HOURS) is usual.municipality


def test_letters_of_a_roster_are_the_municipalitys_shifts(usual, tmp_path):
    """D and K are what day and evening are here, and what they were taken for is told."""
    from data.tables import read_input

    tables = usual.as_dict()
    for name, rows in tables.items():
        pd.DataFrame(rows).to_csv(tmp_path / f"{name}.csv", index=False)
    people = [row["staff_id"] for row in tables["staff"]][:2]
    pd.DataFrame(
        {"Personal": people, "2026-03-02": ["D", "K"], "2026-03-03": ["K", "D"]}
    ).to_csv(tmp_path / "roster.csv", index=False)  # fmt: skip
    read = read_input(tmp_path, hours=EARLY)
    spans = {(one.start_s, one.end_s) for one in read.municipality.roster if one.kind == "work"}
    assert spans == {
        (EARLY.day_from_s, EARLY.day_to_s), (EARLY.evening_from_s, EARLY.evening_to_s),
    }  # fmt: skip
    assert any("D lästes som 06:30–15:30 och K som 15:30–22:00" in one.allowed
               for one in read.warnings)  # fmt: skip


def test_a_longer_day_needs_fewer_rounds(early):
    """Rounds are counted by the shift's own length: nine hours by day, six and a half after."""
    rules = early.config.rules
    blocks_s = rules.rounds.break_s + rules.rounds.handover_s
    assert shift_seconds(EARLY, rules) == (9 * HOUR_S - blocks_s, 6 * HOUR_S + HALF_S - blocks_s)
    plan = hr.plan(early, iterations=200, workers=1)
    travel, town = plan.context.travel, plan.context.municipality
    by_day = make_work(town, travel, rules).milli_rounds[:, :7].sum()
    usually = make_work(town.at_hours(DAY_HOURS), travel, rules).milli_rounds[:, :7].sum()
    assert by_day < usually
    assert plan.check() == ()
    made = plan.context.round_plan.rows
    assert {row.shift for row in made if row.visit_id == LATE} == {"day"}
    assert min(row.start_s for row in made) >= EARLY.day_from_s
    shown = plan.rounds
    assert {"day", "evening"} == set(shown["shift"])
    ends = shown.loc[shown["shift"] == "day"].groupby("round_id")["end_s"].max()
    assert ends.max() > DAY_HOURS.day_to_s


def test_the_shortest_shift_with_a_handover_is_a_setting(tmp_path):
    """Search and checker read one number."""
    rules = load(settings(tmp_path, "[rounds]\nhandover_not_under_min = 300\n")).rules.rounds
    shift = Shift("P1", pd.Timestamp("2026-03-02").date(), 7 * HOUR_S, 11 * HOUR_S)
    kinds = {
        of: [block.kind for block in blocks_of(shift, (), of_rules)[0]]
        for of, of_rules in (("long", rules), ("usual", Rules().rounds))
    }
    assert kinds == {"long": [], "usual": ["handover"]}


def test_new_settings_have_their_hours_in_the_tables_at_hand(usual, tmp_path):
    """One scenario never holds two evenings."""
    other = usual.with_settings(settings(tmp_path, WRITTEN))
    assert other.municipality.hours == other.config.rules.hours == EARLY
    assert all(visit.hours == EARLY for visit in other.municipality.visits)


def test_noon_is_a_setting(tmp_path):
    """Between the day's beginning and the evening's; a clock time, and no span."""
    late = load(settings(tmp_path, '[hours]\nnoon = "13.30"\n')).rules.hours
    assert late == dataclasses.replace(DAY_HOURS, noon_s=13 * HOUR_S + HALF_S)
    for wrong in ('noon = "07:00"', 'noon = "15:01"', 'noon = "7-15"', 'non = "12:00"'):
        with pytest.raises(SettingsError, match=r"\[hours\]"):
            load(settings(tmp_path, f"[hours]\n{wrong}\n"))


@pytest.mark.parametrize("noon", ["09:30", "12:00", "14:00"])
def test_heavy_tasks_are_counted_by_the_municipalitys_halves(usual, tmp_path, noon):
    """Search, checker and measure part the day where the settings say, and not elsewhere."""
    text = f'[hours]\nnoon = "{noon}"\n[rounds]\nheavy_most = 1\nheavy_hard = true\n'
    own = usual.with_settings(settings(tmp_path, text))
    plan = hr.plan(own, iterations=300, workers=1)
    noon_s = own.config.rules.hours.noon_s
    heavy, visits = own.config.rules.rounds.clash_limits, own.municipality.visit_by_id

    def most(parted_at_s):
        counts = Counter(
            (row.staff_id, row.date, row.start_s >= parted_at_s)
            for row in plan.context.round_plan.rows
            if row.visit_id and visits[row.visit_id].task in heavy
        )
        return max(counts.values())

    assert plan.check() == ()
    assert most(noon_s) == 1
    assert most(0) == 2  # the same carer, on both sides of it
    assert {line.part for line in own.municipality.roster if line.start_s < noon_s} == {"day"}


def test_a_shift_is_the_evenings_from_noon_on(usual, tmp_path):
    """Also where a plan is made of part of the town, and for lines that rules have laid."""
    own = usual.with_settings(settings(tmp_path, '[hours]\nnoon = "14:30"\n')).municipality
    line = dataclasses.replace(own.roster[0], start_s=14 * HOUR_S, end_s=18 * HOUR_S)
    assert line.part == "day"
    assert dataclasses.replace(line, hours=DAY_HOURS).part == "evening"
    assert all(shift.hours == own.hours for shift in (*own.roster, *own.laid_shifts))
    taken_over = dataclasses.replace(own, roster=(dataclasses.replace(line, hours=DAY_HOURS),))
    assert taken_over.roster[0].part == "day"
