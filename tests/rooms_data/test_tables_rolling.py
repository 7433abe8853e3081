"""Rolling rosters: patterns of some weeks, laid out on dates, or refused by row."""

import datetime as dt

import pytest

from data.errors import InputError
from data.tables import read_input

MONDAY = dt.date(2026, 11, 30)


def shifts_of(folder):
    """Carer, date, start hour and kind of every shift."""
    return {
        (one.staff_id, one.date, one.start_s // 3600, one.kind)
        for one in read_input(folder).municipality.roster
        if one.staff_id == "P01" and one.kind == "work"
    }


def expected(*days):
    """Shifts of P01 by week, weekday and hour."""
    return {
        ("P01", MONDAY + dt.timedelta(7 * (week - 1) + weekday), hour, "work")
        for week, weekday, hour in days
    }


TWO_WEEKS = expected((1, 0, 7), (1, 2, 15), (2, 1, 7))
FORMS = {
    "rader med vecka": [
        ["Personal", "Vecka", "Mån", "Tis", "Ons", "Gäller från"],
        ["P01", "1", "07-15", "", "K", "2026-11-30"],
        ["P01", "2", "L", "D", "-", "2026-11-30"],
    ],
    "datum ovanför": [
        ["Schema från 2026-11-30", "", "", "", ""],
        ["Personal", "Schemavecka", "Måndag", "Tisdag", "Onsdag"],
        ["P01", "v. 1", "07:00-15:00", "", "15-22"],
        ["P01", "v. 2", "", "07.00–15.00", "ledig"],
    ],
    "veckor i rubriken": [
        ["2026-11-30", "", "", "", "", "", ""],
        ["Personal", "V1 mån", "V1 tis", "V1 ons", "V2 mån", "V2 tis", "V2 ons"],
        ["P01", "D", "", "K", "", "D", ""],
    ],
    "veckor ovanför dagarna": [
        ["Startdatum", "2026-11-30", "", "", "", "", ""],
        ["", "Vecka 1", "", "", "Vecka 2", "", ""],
        ["Personal", "Mån", "Tis", "Ons", "Mån", "Tis", "Ons"],
        ["P01", "D", "", "K", "", "D", ""],
    ],
    "en rad per pass": [
        ["Personal", "Vecka", "Veckodag", "Start", "Slut", "Gäller från"],
        ["P01", "1", "mån", "07:00", "15:00", "2026-11-30"],
        ["P01", "1", "onsdag", "15:00", "22:00", "2026-11-30"],
        ["P01", "2", "ti", "07:00", "15:00", "2026-11-30"],
    ],
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_pattern_gives_the_same_days(tables, write_folder, form):
    tables["Schema"] = FORMS[form]
    assert shifts_of(write_folder(tables)) == TWO_WEEKS


def test_the_receipt_says_that_it_was_laid_out(tables, write_folder):
    tables["Schema"] = FORMS["rader med vecka"]
    found = read_input(write_folder(tables))
    assert any("rullande schema om 2 veckor" in one.problem for one in found.warnings)


def test_a_week_without_numbers_is_a_pattern_of_one(tables, write_folder):
    tables["Schema"] = [
        ["Personal", "Mån", "Tis", "Ons", "Tor", "Startdatum"],
        ["P01", "D", "D", "", "K", "2026-12-01"],
    ]
    # It begins on a Tuesday, so that the Monday before is no shift.
    assert shifts_of(write_folder(tables)) == expected((1, 1, 7), (1, 3, 15))


def test_six_weeks_and_a_night_left_out(tables, write_folder):
    tables["Schema"] = [
        ["Personal", "Vecka", "Mån", "Tis", "Ons", "Gäller från"],
        *[["P01", str(week), "D", "", "", "2026-11-30"] for week in range(1, 6)],
        ["P01", "6", "", "N", "D", "2026-11-30"],
    ]
    days = [(week, 0, 7) for week in range(1, 6)]
    assert shifts_of(write_folder(tables)) == expected(*days, (6, 2, 7))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["P01", "1", "D", "", "", ""], "utan startdatum"),
        (["P01", "49", "D", "", "", "2026-11-30"], "ingen vecka i ett rullande schema"),
        (["P01", "", "D", "", "", "2026-11-30"], "ingen vecka i ett rullande schema"),
        (["P01", "1", "D", "", "", "snart"], "inget datum"),
    ],
)
def test_what_is_not_known_is_a_fault_of_its_row(tables, write_folder, row, said):
    tables["Schema"] = [["Personal", "Vecka", "Mån", "Tis", "Ons", "Gäller från"], row]
    with pytest.raises(InputError) as caught:
        read_input(write_folder(tables))
    assert any(said in one.problem and one.row == 2 for one in caught.value.faults)


def test_days_of_visits_are_no_roster(tables, write_folder):
    """A table of visits with a column for each day is not taken for the carers' shifts."""
    tables["Besök"][0] += ["Mån", "Tis", "Ons"]
    for row in tables["Besök"][1:]:
        row += ["x", "", "x"]
    with pytest.raises(InputError) as caught:
        read_input(write_folder(tables))
    assert {one.column for one in caught.value.faults} == {"Mån", "Ons"}  # nothing below Tis


@pytest.mark.parametrize(
    ("rows", "column"),
    [
        ([["Personal", "2026-11-30", "2026-12-01", "2/12"], ["P01", "D", "K", "D"]], "2/12"),
        ([["Personal", "2026-11-30", "2026-12-01", "Timmar"], ["P01", "D", "K", "15"]], "Timmar"),
        ([["Personal", "2026-11-30", "2026-12-01", ""], ["P01", "D", "K", "D"]], "D utan rubrik"),
        ([["Gäller från", "2026-11-30"], ["Personal", "Mån", "Tis", "Ons", "Torssdag"],
          ["P01", "D", "D", "D", "D"]], "Torssdag"),
    ],
)  # fmt: skip
def test_a_day_that_is_not_understood_is_not_lost(tables, write_folder, rows, column):
    """A day whose header was not known went away, with all who work on it, without a stop."""
    tables["Schema"] = rows
    with pytest.raises(InputError) as caught:
        read_input(write_folder(tables))
    assert [(f.column, f.row) for f in caught.value.faults if "förstås" in f.problem] == [
        (column, 0)
    ]
    left_out = read_input(write_folder(tables), ignore_unknown=True)
    assert len(left_out.municipality.roster) == len(rows[-1]) - 2


def test_names_beside_a_matrix_are_left_out(tables, write_folder):
    tables["Schema"] = [["Personal", "Namn", "2026-11-30", "2026-12-01"], ["P01", "A", "D", "K"]]
    read = read_input(write_folder(tables))
    assert len(read.municipality.roster) == 2
    (sheet,) = [one for one in read.receipt.sheets if one.table == "Schema"]
    assert [(c.header, c.how) for c in sheet.columns if c.how == "dropped"] == [("Namn", "dropped")]


def test_weeks_of_initials_are_whole_or_none(tables, write_folder):
    """M T O T F L S is a week; a T alone is no day, and so no header of one."""
    tables["Schema"] = [["Gäller från", "2026-11-30"], ["Personal", *"MTOTFLS"],
                        ["P01", *["07-15"] * 5, "", ""]]  # fmt: skip
    roster = read_input(write_folder(tables)).municipality.roster
    assert [line.date.weekday() for line in roster] == [0, 1, 2, 3, 4]
    tables["Schema"] = [["Gäller från", "2026-11-30"], ["Personal", *"MTOTF"],
                        ["P01", *["07-15"] * 5]]  # fmt: skip
    with pytest.raises(InputError):
        read_input(write_folder(tables))
