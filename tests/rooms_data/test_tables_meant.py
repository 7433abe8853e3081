"""Cells keep what they say: units, formats, shares, clocks with a day, zones, failed formulas."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from data.errors import InputError
from data.tables import read_input
from data.tables.files.formats import kind_of, shown
from data.tables.files.instants import swedish
from data.tables.schema import clock_times as times
from data.tables.schema.header_units import units_of

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases"
EPOCH = dt.datetime(1899, 12, 30)


def faults_of(path, **options):
    with pytest.raises(InputError) as caught:
        read_input(path, **options)
    return caught.value.faults


def with_column(tables, sheet, header, *values):
    tables[sheet][0].append(header)
    for row, value in zip(tables[sheet][1:], values, strict=True):
        row.append(value)
    return tables


def lengths(path):
    return [visit.duration_s / 60 for visit in read_input(path).municipality.visits]


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Längd (tim)", ("0,50", "1", "0.25")),
        ("Längd [h]", ("0,50", "1", "0.25")),
        ("Timmar", ("0,50", "1", "0.25")),
        ("Tid i timmar", ("0,5", "1 tim", "15 min")),
        ("Längd tim", ("0,5", "1", "0:15")),
        ("Längd (sek)", ("1800", "3600", "900")),
        ("Längd (min)", ("30", "60", "15")),
        ("Minuter", ("30 min", "1 tim", "0,25 h")),
        ("Minuter", ("0:30", "1:00", "15 minuter")),
        ("Tidsåtgång", ("½ timme", "1 h 0 min", "0 tim 15 min")),
    ],
)
def test_lengths_in_the_unit_that_stands_there(tables, write_folder, header, cells):
    """Half an hour that is read as half a minute is a visit that is not made."""
    tables["Besök"][0][4] = header
    for row, cell in zip(tables["Besök"][1:], cells, strict=True):
        row[4] = cell
    assert lengths(write_folder(tables)) == [30, 60, 15]


@pytest.mark.parametrize("header", ["Minuter (h)", "Minuter (tim)", "Längd (dagar)", "Tid (%)"])
def test_a_unit_that_cannot_be_is_refused(tables, write_folder, header):
    """A header that contradicts itself is asked about once, for the column."""
    tables["Besök"][0][4] = header
    faults = faults_of(write_folder(tables))
    assert [(f.column, f.row) for f in faults] == [(header, 0)] or "saknas" in faults[0].problem


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("45 min", 2700), ("0,5 tim", 1800), ("1:30", 5400), ("1 tim 30 min", 5400),
     ("1h30", 5400), ("2 h", 7200), ("1½ tim", 5400), ("90 sek", 90), ("35", 2100)],
)  # fmt: skip
def test_a_cell_that_names_its_unit(text, seconds):
    """What a cell itself says goes before what the column says."""
    assert times.minutes_as_s(text) == seconds
    if text != "35":
        assert times.length_s(3600)(text) == seconds


@pytest.mark.parametrize("text", ["3 dagar", "30 %", "1 min 30 tim", "en stund", "0", "25 tim"])
def test_lengths_that_are_none(text):
    """A unit that is not one of time is not passed by."""
    with pytest.raises(ValueError):
        times.minutes_as_s(text)


def test_a_visit_under_a_minute_is_a_fault(tables, write_folder):
    """The sign of hours that were taken for minutes."""
    tables["Besök"][1][4] = "0,5"
    (fault,) = faults_of(write_folder(tables))
    assert "30 sekunder" in fault.problem


@pytest.mark.parametrize(
    ("header", "cells", "pct"),
    [
        ("Sysselsättningsgrad", ("0,75", "1"), [75, 100]),
        ("Sysselsättningsgrad", ("75", "100"), [75, 100]),
        ("Sysselsättningsgrad", ("75 %", "0,5"), [75, 50]),
        ("SSG (%)", ("75", "87,5"), [75, 88]),
        ("Sysselsättningsgrad", ("0,755", "100 %"), [76, 100]),
    ],
)
def test_shares_and_per_cents_are_told_by_the_column(tables, write_folder, header, cells, pct):
    """A one is a full post among shares; nobody guesses by the cell."""
    found = read_input(write_folder(with_column(tables, "Personal", header, *cells)))
    assert [carer.employment_pct for carer in found.municipality.staff] == pct


@pytest.mark.parametrize("cells", [("1", "1"), ("1", ""), ("1 tim", "38"), ("0,5 %", "75")])
def test_shares_that_could_be_two_things(tables, write_folder, cells):
    """Only ones: one per cent or a full post?"""
    folder = write_folder(with_column(tables, "Personal", "Sysselsättningsgrad", *cells))
    assert faults_of(folder)


@pytest.mark.parametrize(
    ("cells", "seconds"),
    [
        (("07:30", "7.45", "0815"), (27_000, 27_900, 29_700)),
        (("7,75", "7,5", "8"), (27_900, 27_000, 28_800)),
        (("2026-11-30 07:30", "2026-11-30T07:30:00", "7"), (27_000, 27_000, 25_200)),
    ],
)
def test_clocks_are_told_by_the_column(tables, write_folder, cells, seconds):
    """7,5 is half past seven where another row says 7,75."""
    for row, cell in zip(tables["Besök"][1:], cells, strict=True):
        row[5] = cell
        row[6] = "20:00"
    found = read_input(write_folder(tables)).municipality.visits
    assert tuple(visit.earliest_s for visit in found) == seconds


def test_decimal_clocks_that_could_be_two_things_are_asked(tables, write_folder):
    """7,5 alone: 07:30 or 07:50."""
    tables["Besök"][1][5] = "7,5"
    (fault,) = faults_of(write_folder(tables))
    assert "07:50" in fault.problem


@pytest.mark.parametrize(
    ("code", "number", "cell"),
    [
        ('"B"0000', 7, "B0007"),
        ("000\\ 00", 12345, "123 45"),
        ("0000", 7, "0007"),
        ('0" min"', 30, "30 min"),
        ('0.0" tim"', 0.5, "0,5 tim"),
        ("0%", 0.75, "75 %"),
        ("#,##0.00_ ;[Red]\\-#,##0.00\\ ", 12.5, 12.5),
        ("General", 5.5, 5.5),
        ('"ja";"ja";"nej"', 0, "nej"),
        ("hh:mm", 1.3125, dt.timedelta(hours=7.5)),
        ("hh:mm", 46356.3125, dt.timedelta(hours=7.5)),
        ("[h]:mm", 1.3125, dt.timedelta(hours=31.5)),
        ("hh:mm", 1.0, dt.timedelta(days=1)),
        ("yyyy-mm-dd", 46356, dt.datetime(2026, 11, 30)),
        ('"dag" 0', 3, "dag 3"),
    ],
)
def test_what_a_number_format_shows_is_what_is_read(code, number, cell):
    """The planner means what she sees, whatever the cell stores."""
    assert shown(float(number), kind_of(164, code), EPOCH) == cell


def test_clocks_with_a_day_and_units_in_a_workbook(tables, write_book):
    """A clock that Excel stores with a day, and minutes by a format, through the whole reader."""

    def change(book):
        page = book["Besök"]
        page["F2"] = 1.3125
        page["F2"].number_format = "hh:mm"
        page["E2"] = 0.5
        page["E2"].number_format = '0.0" tim"'

    first = read_input(write_book(tables, change)).municipality.visits[0]
    assert (first.earliest_s, first.duration_s) == (27_000, 1_800)


@pytest.mark.parametrize(
    ("moment", "wall"),
    [
        ("2026-11-29T23:00:00+00:00", "2026-11-30T00:00:00"),
        ("2026-07-01T05:00:00+00:00", "2026-07-01T07:00:00"),
        ("2026-03-29T00:59:59+00:00", "2026-03-29T01:59:59"),
        ("2026-03-29T01:00:00+00:00", "2026-03-29T03:00:00"),
        ("2026-10-25T00:59:59+00:00", "2026-10-25T02:59:59"),
        ("2026-10-25T01:00:00+00:00", "2026-10-25T02:00:00"),
        ("2026-11-30T07:00:00-05:00", "2026-11-30T13:00:00"),
        ("2026-11-30T07:00:00", "2026-11-30T07:00:00"),
    ],
)
def test_instants_are_swedish_time(moment, wall):
    """Both edges of summer time, by the rule of the directive."""
    assert swedish(dt.datetime.fromisoformat(moment)) == dt.datetime.fromisoformat(wall)


def test_swedish_time_agrees_with_the_zone_of_the_system():
    """A twin: every hour of two years against the table of zones."""
    zoneinfo = pytest.importorskip("zoneinfo")
    try:
        zone = zoneinfo.ZoneInfo("Europe/Stockholm")
    except zoneinfo.ZoneInfoNotFoundError:
        pytest.skip("no table of zones on this machine")
    first = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    for hour in range(2 * 8760):
        moment = first + dt.timedelta(hours=hour)
        assert swedish(moment) == moment.astimezone(zone).replace(tzinfo=None)


def parquet_roster(folder, starts, ends):
    midnights = pyarrow.array(
        [dt.datetime(2026, 11, 29, 23, tzinfo=dt.UTC)] * 2, pyarrow.timestamp("us", "UTC")
    )
    table = pyarrow.table({"Personal": ["P01", "P02"], "Datum": midnights, "Start": starts,
                           "Slut": ends})  # fmt: skip
    (folder / "Schema.csv").unlink()
    pyarrow.parquet.write_table(table, folder / "schema.parquet")


def test_parquet_with_a_zone(tables, write_folder):
    """Swedish midnights in UTC are the day after, and start and end may be instants as well."""
    folder = write_folder(tables)
    zone = pyarrow.timestamp("us", "UTC")
    starts = pyarrow.array([dt.datetime(2026, 11, 30, 6, tzinfo=dt.UTC)] * 2, zone)
    ends = pyarrow.array([dt.datetime(2026, 11, 30, 23, tzinfo=dt.UTC)] * 2, zone)
    parquet_roster(folder, starts, ends)
    shift = read_input(folder).municipality.roster[0]
    assert (shift.date, shift.start_s, shift.end_s) == (
        dt.date(2026, 11, 30), 7 * 3600, 24 * 3600,
    )  # fmt: skip


def test_a_start_on_another_date_than_its_row(tables, write_folder):
    """Where the moment and the date differ, one of them is wrong."""
    tables["Schema"][1][2] = "2026-12-05 07:00"
    (fault,) = faults_of(write_folder(tables))
    assert (fault.row, fault.problem) == (2, "klockslaget har ett annat datum")


ERRORS = ("#SAKNAS!", "#REFERENS!", "#N/A", "#VÄRDEFEL!", "#NAMN?", "#DIVISION/0!", "#REF!",
          "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#OGILTIGT!", "#SPILL!", "#####",
          "Err:502", "#saknas!")  # fmt: skip


@pytest.mark.parametrize("error", ERRORS)
def test_failed_formulas_in_any_column_are_faults_by_row(tables, write_folder, error):
    """#SAKNAS! as a building made one house of fifteen clients across a town."""
    with_column(tables, "Brukare", "Byggnad", error, "", error)
    with_column(tables, "Personal", "Färdsätt", "", error)
    tables["Schema"][1][0] = error
    tables["Lokaler"][1][0] = error
    faults = faults_of(write_folder(tables))
    told = {(f.file, f.row, f.column) for f in faults if "formelfel" in f.problem}
    assert told >= {
        ("Brukare.csv", 2, "Byggnad"), ("Brukare.csv", 4, "Byggnad"),
        ("Personal.csv", 3, "Färdsätt"), ("Schema.csv", 2, "Personal"),
        ("Lokaler.csv", 2, "Lokal"),
    }  # fmt: skip


@pytest.mark.parametrize("word", ["-", "NULL", "okänd", "0"])
def test_one_building_across_the_town_is_a_fault(tables, write_folder, word):
    """Whatever the word for nothing is, a house is in one place."""
    tables["Brukare"][3][1] = "601000"
    with_column(tables, "Brukare", "Byggnad", word, "H1", word)
    (fault,) = faults_of(write_folder(tables))
    assert (fault.row, fault.column) == (4, "Byggnad")


def test_ids_through_a_column_of_decimals_are_matched(tables, write_folder):
    """1001.0 in one table and 1001 in another are one person, and nobody asks 400 times."""
    for row, n in zip(tables["Brukare"][1:], (1001, 1002, 1003), strict=True):
        row[0] = str(n)
    for row, n in zip(tables["Besök"][1:], (1001, 1002, 1003), strict=True):
        row[1] = f"{n}.0"
    visits = read_input(write_folder(tables)).municipality.visits
    assert [visit.client_id for visit in visits] == ["1001", "1002", "1003"]


def test_ids_with_a_point_that_means_something_are_left(tables, write_folder):
    """1.0, 1.1 and 1.2 are three visits of one person."""
    for row, name in zip(tables["Besök"][1:], ("1.0", "1.1", "1.2"), strict=True):
        row[0] = name
    visits = read_input(write_folder(tables)).municipality.visits
    assert [visit.visit_id for visit in visits] == ["1.0", "1.1", "1.2"]


@pytest.mark.parametrize(
    "text",
    ["2027-01-11", "11 jan 2027", "270111", "11 januari 2027", "mån 11 jan 2027", "11/1 2027",
     "20270111", "27-01-11", "11.1.2027", "den 11 januari 2027", "2027-01-11 00:00:00",
     "2027-01-10T23:00:00Z", "måndag den 11 januari 2027", 270111, 20270111],
)  # fmt: skip
def test_dates_as_people_write_them(text):
    """All of these are seen in rosters."""
    assert times.date(text) == dt.date(2027, 1, 11)


@pytest.mark.parametrize("text", ["11 jam 2027", "32 jan 2027", "11/1", "jan 2027", "1/11/27"])
def test_dates_that_are_none(text):
    """Half a date is none: the year is not guessed."""
    with pytest.raises(ValueError):
        times.date(text)


@pytest.mark.parametrize(
    ("header", "units"),
    [
        ("Längd (tim)", {"timmar"}), ("Minuter (h)", {"minuter", "timmar"}),
        ("Husdjur (om husdjur finns)", set()), ("Längd (tim:min)", set()),
        ("Beviljad tid (tim/vecka)", {"timmar", "veckor"}), ("SSG %", {"procent"}),
        ("Tidigast start (UTC)", {"UTC"}), ("E (SWEREF 99 TM)", set()), ("Start (hh:mm)", set()),
    ],
)  # fmt: skip
def test_units_of_headers(header, units):
    """Words in brackets are units only where all of them are."""
    assert units_of(header) == units


def test_hours_a_week_are_made_minutes(tables, write_folder):
    """The frame of granted time is minutes with us, and hours in most systems."""
    with_column(tables, "Brukare", "Beviljad tid (tim/vecka)", "7", "3,5", "")
    clients = read_input(write_folder(tables)).municipality.clients
    assert [client.granted_min_week for client in clients] == [420, 210, 0]


# CSV as it comes.


def test_cells_of_many_lines(tables, write_folder):
    """A sample that was cut inside a quoted cell found no header at all."""
    long = "\n".join(["ring på, vänta, knacka; ropa"] * 12)
    folder = write_folder(with_column(tables, "Brukare", "Anteckning", *[long] * 3))
    assert len(read_input(folder).municipality.clients) == 3


def test_the_old_end_of_file_and_missing_separators(tables, write_folder):
    """Ctrl-Z at the end, and rows whose last cells are empty and left out."""
    folder = write_folder(tables)
    path = folder / "Personal.csv"
    text = path.read_text(encoding="utf-8-sig").replace("vårdbiträde;", "vårdbiträde")
    path.write_bytes(text.encode() + b"\r\n\x1a")
    found = read_input(folder)
    assert len(found.municipality.staff) == 2
    (sheet,) = [s for s in found.receipt.as_list() if s["tabell"] == "Personal"]
    assert list(sheet["anmärkt"].values()) == [1]


def test_stray_quotation_marks_are_read_or_named(tables, write_folder):
    """'"Villa Björk" Radgatan 3' has its fields all right; an unclosed mark is a fault of a row."""
    folder = write_folder(with_column(tables, "Brukare", "Adress", "A 1", "B 2", "C 3"))
    path = folder / "Brukare.csv"
    text = path.read_text(encoding="utf-8-sig")
    path.write_text(text.replace("B 2", '"Villa Björk" Radgatan 3'), encoding="utf-8")
    found = read_input(folder)
    assert [w.row for w in found.warnings if "citattecken" in w.problem] == [3]
    path.write_text(text.replace("B 2", '"Villa Björk'), encoding="utf-8")
    assert [f.row for f in faults_of(folder) if f.file == "Brukare.csv"] == [3]


def test_a_mark_that_closes_rows_too_late(tables, write_folder):
    """Two strayed marks that together swallow rows must not make one row of them."""
    folder = write_folder(with_column(tables, "Brukare", "Anteckning", "a", "b", "c"))
    path = folder / "Brukare.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    lines[1] = lines[1].removesuffix("a") + '"a'
    lines[3] = lines[3] + '"'
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    faults = [f for f in faults_of(folder) if f.file == "Brukare.csv"]
    assert "hela rader" in faults[0].problem


shared = pytest.mark.skipif(not CASES.is_dir(), reason="the shared cases are not on this machine")


@shared
@pytest.mark.parametrize(
    "case", ["10-parquet-tz/utc", "11-csv-multiline/rader12", "12-csv-odd/citat",
             "14-hours-header/langd_tim", "45-excel-clocks/plus_en_dag.xlsx"],
)  # fmt: skip
def test_shared_cases_read_as_the_town_they_stand_in(case):
    """10, 11, 12, 14, 45: the same people, visits and shifts as the plain tables."""
    plain = read_input(CASES / "00-base" / "in").municipality
    found = read_input(CASES / case).municipality
    assert [client.client_id for client in found.clients] == [
        client.client_id for client in plain.clients
    ]
    assert found.roster == plain.roster
    assert len(found.visits) == len(plain.visits)
    for visit, other in zip(found.visits, plain.visits, strict=True):
        assert abs(visit.duration_s - other.duration_s) < 60  # 0,42 tim
        assert (visit.visit_id, visit.earliest_s) == (other.visit_id, other.earliest_s)


@shared
@pytest.mark.parametrize(
    ("case", "said"), [("14-hours-header/minuter_h", "både minuter och timmar"),
                       ("15-error-values/byggnad_saknas", "formelfel")],
)  # fmt: skip
def test_shared_cases_that_are_refused(case, said):
    """14 and 15: named by column and row."""
    assert all(said in fault.problem for fault in faults_of(CASES / case))


@pytest.mark.parametrize("header", ["Längd (kvart)", "Tidsåtgång (halvtimmar)", "Längd (enheter)"])
def test_units_that_nobody_counts_in_are_refused(tables, write_folder, header):
    # Read as minutes, two quarters would be two minutes.
    at = tables["Besök"][0].index("Minuter")
    tables["Besök"][0][at] = header
    with pytest.raises(InputError) as caught:
        read_input(write_folder(tables))
    assert any("annan enhet" in one.problem for one in caught.value.faults)


@pytest.mark.parametrize("cells_", [("1,5", "2", "1,25"), ("1.30", "1.0", "2")])
def test_small_numbers_with_decimals_are_asked_of(tables, write_folder, cells_):
    # An hour and a half read as a minute and a half is a plan that looks right.
    at = tables["Besök"][0].index("Minuter")
    for row, cell in zip(tables["Besök"][1:], cells_, strict=False):
        row[at] = cell
    with pytest.raises(InputError) as caught:
        read_input(write_folder(tables))
    assert any("timmar eller minuter" in one.problem for one in caught.value.faults)
