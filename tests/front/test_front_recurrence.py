"""Two plans one after the other on the command line: what the second knows of the first."""

import datetime as dt
from dataclasses import replace

import pytest

from data.demo import make_municipality, make_streets
from data.tables import read_input, write_input
from data.tables.out.headings import read_shared

FIRST = dt.date(2026, 3, 2)


def rows_of(path):
    return read_shared(path.read_text(encoding="utf-8-sig"))


def made_in(folder):
    found = {}
    for row in rows_of(folder / "private/rounds.csv"):
        if row["kind"] == "visit":
            found.setdefault(row["visit_id"], set()).add(dt.date.fromisoformat(row["date"]))
    return found


@pytest.fixture(scope="module")
def two_weeks(tmp_path_factory, run_cli):
    """A small town planned for a week, its roster of the next week, and that planned with both."""
    folder = tmp_path_factory.mktemp("weeks")
    town = make_municipality(make_streets(n_clients=60), n_clients=60, n_days=14, seed=3)
    for name, begin in (("one", 0), ("two", 7)):
        days = {FIRST + dt.timedelta(begin + i) for i in range(7)}
        roster = tuple(shift for shift in town.roster if shift.date in days)
        write_input(replace(town, roster=roster), folder / f"{name}.xlsx")
    assert run_cli("demo", "--clients", "60", "--days", "1", "--seconds", "0", "--out", "net",
                   cwd=folder).returncode == 0  # fmt: skip
    common = ("--network", "net/network", "--seconds", "0", "--map-days", "0")
    steps = (
        ("plan", "one.xlsx", "--out", "a", *common),
        ("plan", "two.xlsx", "--after", "a", "--out", "b", *common),
        ("rounds", "a", "--input", "two.xlsx", "--to", "c", *common),
    )
    for step in steps:
        result = run_cli(*step, cwd=folder)
        assert result.returncode == 0, result.stderr
    return folder, town


@pytest.mark.parametrize("second", ["b", "c"])
def test_a_fortnightly_task_comes_once_in_two_weeks(two_weeks, second):
    """Week by week, with ``plan --after`` or ``rounds``: once a fortnight or listed."""
    folder, town = two_weeks
    one, two = made_in(folder / "a"), made_in(folder / second)
    listed = {
        row["visit_id"]
        for name in ("a", second)
        for row in rows_of(folder / name / "unplanned.csv")
    }
    fortnightly = [
        visit
        for visit in town.visits
        if visit.n_per_period == 1 and visit.every_weeks == 2 and visit.mode != "external"
        and visit.valid_to > FIRST + dt.timedelta(14) and visit.valid_from < FIRST
        and town.client_by_id[visit.client_id].pause_from is None
    ]  # fmt: skip
    assert len(fortnightly) > 20
    for visit in fortnightly:
        n_made = len(one.get(visit.visit_id, ())) + len(two.get(visit.visit_id, ()))
        assert n_made == 1 or (n_made == 0 and visit.visit_id in listed)


def test_the_second_plan_is_proved_with_what_it_knew(two_weeks, run_cli):
    """check-plan reads recurrence.csv: the tables alone say nothing of the first week."""
    folder, _ = two_weeks
    for name, table in (("a", "one.xlsx"), ("b", "two.xlsx"), ("c", "two.xlsx")):
        result = run_cli(
            "check-plan", name, "--input", table, "--network", "net/network", cwd=folder
        )
        assert result.returncode == 0, result.stdout
    known = {row["visit_id"]: row for row in rows_of(folder / "b" / "private/recurrence.csv")}
    made = made_in(folder / "a")
    assert any(
        known[visit_id]["last_before"] == max(days).isoformat()
        for visit_id, days in made.items()
        if visit_id in known
    )


def test_the_columns_are_read_and_written(two_weeks, tmp_path):
    """Senast utförd and Nästa gång survive a round trip through XLSX and CSV."""
    _, town = two_weeks
    day = dt.date(2026, 2, 25)
    visits = tuple(
        replace(visit, last_done=day, next_due=day + dt.timedelta(20)) if visit.n_per_period
        else visit
        for visit in town.visits
    )  # fmt: skip
    write_input(replace(town, visits=visits), tmp_path / "in.xlsx")
    read = read_input(tmp_path / "in.xlsx", epsg=town.epsg).municipality
    assert {v.visit_id: (v.last_done, v.next_due) for v in read.visits} == {
        v.visit_id: (v.last_done, v.next_due) for v in visits
    }
