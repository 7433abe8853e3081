"""Exports of other systems: ends under any name, moments, planned beside made, cancelled rows.

And which visit a row is where it names only its client: all of a client's rows against all that
is due to her, not each row by itself.
"""

import csv
import datetime as dt
import itertools
import random

import numpy as np
import pytest

from data.errors import InputError
from data.model import Base, Client, Municipality, Shift, Staff, Visit
from data.tables import read_input
from data.tables.actuals import actual_rounds, performed
from data.tables.actuals.actual_rounds import read_rounds
from data.tables.actuals.performed import read_performed
from data.tables.actuals.visit_matching import Asked, matched
from data.tables.schema.headers import match_header
from data.travel_times import TravelTimes

MONDAY = dt.date(2026, 3, 2)
H, M = 3600, 60
STAFF = tuple(Staff(f"S{n}", team_id="T") for n in range(4))


def town(*visits):
    return Municipality(
        "Pytteby", (Client("A", 0, 0, team_id="T"),), visits, STAFF,
        tuple(Shift(s.staff_id, MONDAY, 7 * H, 22 * H) for s in STAFF), (Base("B", 0, 0),),
    )  # fmt: skip


MORNING = Visit("A-1", "A", "morgon", 30 * M, 7 * H, 9 * H)
LUNCH = Visit("A-2", "A", "lunch", 20 * M, 11 * H, 13 * H)
CLEANING = Visit("A-3", "A", "städ", 60 * M, 8 * H, 15 * H, n_per_period=1)
DOUBLE = Visit("A-4", "A", "dusch", 45 * M, 8 * H, 14 * H, carers_required=2)


def travel_of(municipality):
    ids = [f"client:{c.client_id}" for c in municipality.clients]
    ids += [f"base:{b.base_id}" for b in municipality.bases]
    seconds = np.zeros((len(ids), len(ids)), np.int32)
    return TravelTimes(tuple(ids), dict.fromkeys(("walk", "bike", "ebike", "car"), seconds))


def export(path, header, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([header, *rows])
    return path


def planned(tmp_path, municipality, header, rows, **more):
    path = export(tmp_path / "rundor.csv", header, rows)
    return read_rounds(path, municipality, travel_of(municipality), **more)


def stops(found):
    return [
        (r.staff_id, r.visit_id, r.start_s // M, r.end_s // M)
        for r in found.round_plan.rows
        if r.kind == "visit"
    ]


ENDS = ("Till kl", "Kl till", "Slut kl", "Sluttid", "Slutar", "Stopptid", "Planerad sluttid",
        "Avslutas kl", "Tid till", "Planerat slut")  # fmt: skip


@pytest.mark.parametrize("end", ENDS)
def test_the_end_is_read_under_every_name(tmp_path, end):
    """ "Till kl" was not understood, and each visit then as long as it was ordered."""
    rows = [["2026-03-02", "S1", "A", "07:30", "08:25"]]
    found = planned(tmp_path, town(MORNING), ["Datum", "Personal", "Brukare", "Från kl", end], rows)
    assert stops(found) == [("S1", "A-1", 450, 505)]
    assert not found.warnings


def test_clocks_from_and_to_are_the_same_words_everywhere():
    for word in ("Från kl", "Kl från", "Startar", "Klockslag från", "Start kl"):
        assert match_header("rounds", word) == match_header("roster", word) == "start", word
    for word in ("Till kl", "Kl till", "Slutar", "Klockslag till", "Slut kl", "Stopptid"):
        assert match_header("rounds", word) == match_header("roster", word) == "end", word


@pytest.mark.parametrize("cells", [("08:25", "09:10"), ("55", "40"), ("2026-03-02 08:25",) * 2])
def test_a_column_that_may_be_the_ends_stops_unless_another_is(tmp_path, cells):
    """A header that nobody knows, over clocks or minutes, and nothing else says the length."""
    rows = [["2026-03-02", f"S{n}", "A", f"0{7 + n}:30", cell] for n, cell in enumerate(cells)]
    header = ["Datum", "Personal", "Brukare", "Start", "Grönklax"]
    municipality = town(MORNING, CLEANING)
    for read in (planned, made):
        with pytest.raises(InputError) as caught:
            read(tmp_path, municipality, header, rows)
        (fault,) = [one for one in caught.value.faults if not one.row]
        assert fault.column == "Grönklax"
        assert "när besöken slutar" in fault.problem
    found = planned(tmp_path, municipality, header, rows, ignore_unknown=True)
    assert any("säger inte när besöken slutar" in warning.problem for warning in found.warnings)
    ends = [[*row[:4], "08:45", row[4]] for row in rows[:1]]
    assert stops(planned(tmp_path, municipality, [*header[:4], "Slut", "Grönklax"], ends))
    words = [[*row[:4], "Storgatan"] for row in rows]
    assert planned(tmp_path, municipality, header, words).warnings


def made(tmp_path, municipality, header, rows, **more):
    return read_performed(export(tmp_path / "utfort.csv", header, rows), municipality, **more)


@pytest.mark.parametrize("form", ["{day} {clock}", "{day}T{clock}:00"])
def test_the_day_is_taken_from_moments_where_no_column_is_a_date(tmp_path, form):
    def moment(clock):
        return form.format(day="2026-03-02", clock=clock)

    rows = [
        ["S1", "A", moment("07:30"), moment("08:00")],
        ["S2", "A", moment("11:10"), moment("11:30")],
    ]
    header = ["Medarbetare", "Kund", "Planerad start", "Planerad slut"]
    municipality = town(MORNING, LUNCH)
    found = planned(tmp_path, municipality, header, rows)
    assert stops(found) == [("S1", "A-1", 450, 480), ("S2", "A-2", 670, 690)]
    (read,) = found.receipt.sheets
    assert [(c.header, c.column) for c in read.columns if c.column in ("Datum", "Start")] == [
        ("Planerad start", "Start"), ("Planerad start", "Datum"),
    ]  # fmt: skip
    assert [v.date for v in made(tmp_path, municipality, header, rows).visits] == [MONDAY] * 2
    # One start that is a clock alone, and nobody knows its day.
    with pytest.raises(InputError) as caught:
        planned(tmp_path, municipality, header, [*rows, ["S3", "A", "12:00", "12:30"]])
    assert "Datum" in {fault.column for fault in caught.value.faults}


def test_a_roster_of_moments_needs_no_date(tables, write_folder):
    header = tables["Schema"][0]
    at = {name: header.index(name) for name in ("Personal", "Datum", "Start", "Slut")}
    before = read_input(write_folder(tables)).municipality.roster
    rows = [["Personal", "Start", "Slut"]]
    for row in tables["Schema"][1:]:
        day, start, end = (row[at[name]] for name in ("Datum", "Start", "Slut"))
        rows.append([row[at["Personal"]], f"{day} {start}", f"{day} {end}"])
    tables["Schema"] = rows
    now = read_input(write_folder(tables, name="andra")).municipality.roster
    assert {(s.staff_id, s.date, s.start_s, s.end_s) for s in now} == {
        (s.staff_id, s.date, s.start_s, s.end_s) for s in before
    }


@pytest.mark.parametrize("moment", ["2026-13-40 07:30", "2026-02-30T08:00:00Z", "2026-03-02 29:00"])
def test_a_moment_of_no_calendar_is_a_fault_of_its_row(tmp_path, moment):
    """Found by fuzzing: month 91 ended the reading without a row."""
    header = ["Datum", "Personal", "Brukare", "Start", "Slut"]
    good = ["2026-03-02", "S1", "A", "2026-03-02 07:30", "2026-03-02 08:00"]
    rows = [good, ["2026-03-02", "S2", "A", moment, "2026-03-02 12:00"]]
    for read in (planned, made):
        found = read(tmp_path, town(MORNING, LUNCH), header, rows)
        assert [(fault.row, fault.column) for fault in found.faults] == [(3, "Start")]
    with pytest.raises(InputError):
        made(tmp_path, town(MORNING), header[1:], [rows[1][1:]])


def test_planned_and_made_side_by_side(tmp_path):
    """Today's plan is what was planned; the follow-up counts what was made."""
    header = ["Datum", "Personal", "Brukare", "Planerad start", "Planerad slut", "Utförd start",
              "Utförd slut"]  # fmt: skip
    rows = [["2026-03-02", "S1", "A", "07:30", "08:00", "08:10", "08:30"]]
    for order in (range(7), (0, 1, 2, 5, 6, 3, 4)):
        turned = [[row[at] for at in order] for row in (header, *rows)]
        assert stops(planned(tmp_path, town(MORNING), turned[0], turned[1:])) == [
            ("S1", "A-1", 450, 480)
        ]
        (visit,) = made(tmp_path, town(MORNING), turned[0], turned[1:]).visits
        assert (visit.start_s // M, visit.end_s // M) == (490, 510)


@pytest.mark.parametrize("word", ["Avbokad", "Inställd", "Ej utförd", "bomkörning", "Utebliven"])
def test_what_was_called_off_was_not_made(tmp_path, word):
    header = ["Datum", "Personal", "Brukare", "Start", "Slut", "Status"]
    rows = [
        ["2026-03-02", "S1", "A", "07:30", "08:00", "Utförd"],
        ["2026-03-02", "S2", "A", "11:30", "11:50", word],
    ]
    found = made(tmp_path, town(MORNING, LUNCH), header, rows)
    assert [v.staff_id for v in found.visits] == ["S1"]
    assert found.reasons == {performed.CANCELLED: 1}
    assert (found.n_rows, found.n_left_out) == (2, 1)
    plan = planned(tmp_path, town(MORNING, LUNCH), header, rows)
    assert stops(plan) == [("S1", "A-1", 450, 480)]
    assert plan.reasons == {actual_rounds.CANCELLED: 1}
    # A word that nobody knows is a fault of its row, not a visit that was made.
    rows[1][-1] = "grön"
    found = made(tmp_path, town(MORNING, LUNCH), header, rows)
    assert [v.staff_id for v in found.visits] == ["S1"]
    assert [(fault.row, fault.column) for fault in found.faults] == [(3, "Status")]


def asked(day, staff, start_min, length_min, visit_id=""):
    return Asked(MONDAY + dt.timedelta(day), staff, visit_id, "A", start_min * M, length_min * M)


def test_rows_of_a_client_are_laid_against_all_that_is_due():
    """Nearest first, the cleaning at 8 took the morning's place, and the shower one carer."""
    municipality = town(MORNING, LUNCH, CLEANING, DOUBLE)
    rows = [
        asked(0, "S0", 475, 60),  # the cleaning, within the morning's window
        asked(0, "S1", 480, 30),
        asked(0, "S2", 540, 45),
        asked(0, "S3", 541, 45),
        asked(0, "S1", 700, 20),
    ]
    for turned in itertools.islice(itertools.permutations(rows), 0, None, 17):
        found = matched(turned, municipality)
        assert [found[row].visit_id for row in rows] == ["A-3", "A-1", "A-4", "A-4", "A-2"]


def test_one_cleaning_a_week_is_one_row_of_the_week():
    """The second row of an hour is something else, on a day when nothing else is due: nobody's."""
    municipality = town(MORNING, CLEANING)
    rows = [asked(1, "S0", 600, 60), asked(3, "S0", 600, 60)]
    rows += [asked(day, "S1", 450, 30) for day in range(5)]
    found = matched(rows, municipality)
    assert sum(visit.visit_id == "A-3" for visit in found.values()) == 1
    assert all(found[row].visit_id == "A-1" for row in rows[2:])


def test_a_row_with_its_visit_takes_that_turn():
    municipality = town(MORNING, LUNCH)
    rows = [asked(0, "S0", 690, 30, "A-1"), asked(0, "S1", 460, 20)]
    found = matched(rows, municipality)
    assert found == {rows[1]: LUNCH}


@pytest.mark.parametrize("seed", range(20))
def test_matching_twin(seed):
    """As many rows as by trying every order, and none less like the orders in sum."""
    draw = random.Random(seed)
    visits = [
        Visit(f"A-{n}", "A", "x", draw.choice((15, 30, 45)) * M, start * H, (start + 2) * H)
        for n, start in enumerate(draw.sample(range(7, 18), 4))
    ]
    rows = [
        asked(0, f"S{n}", draw.randrange(400, 1200), draw.choice((15, 30, 45))) for n in range(4)
    ]
    found = matched(rows, town(*visits))
    assert len(found) == 4

    def unlike(row, visit):
        off = max(visit.earliest_s - row.start_s, row.start_s - visit.latest_s, 0)
        return 2 * off + 2 * abs(visit.duration_s - row.length_s) + 2 * H // 60

    best = min(
        sum(unlike(row, visit) for row, visit in zip(rows, order, strict=True))
        for order in itertools.permutations(visits)
    )
    assert sum(unlike(row, visit) for row, visit in found.items()) == best
