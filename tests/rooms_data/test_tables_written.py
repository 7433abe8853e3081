"""What people write in cells by hand: read where a Swedish reader cannot take it amiss."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest

from data.errors import InputError
from data.streets import AddressPoint
from data.tables import read_input
from data.tables.schema import clock_times as times
from data.tables.schema import how_often
from data.tables.schema.column_meaning import is_error_text
from hemrunda.block_settings import blocks_of

WEEK = (0, 1, 2, 3, 4)


def _book(tables, folder):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in tables.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    book.save(folder / "indata.xlsx")
    return folder / "indata.xlsx"


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("7:30 AM", "07:30"), ("7.30 pm", "19:30"), ("12:00 AM", "00:00"), ("12:30 PM", "12:30"),
        ("7:30am", "07:30"), ("7 PM", "19:00"), ("7:30 fm", "07:30"), ("7.30 e.m.", "19:30"),
        ("kl. 7.30", "07:30"), ("kl 19", "19:00"), ("7h30", "07:30"), ("07H30", "07:30"),
        ("7:30:00 PM", "19:30"),
    ],
)  # fmt: skip
def test_clocks_as_they_are_written(text, clock):
    hours, minutes = clock.split(":")
    assert times.clock_s(text) == int(hours) * 3600 + int(minutes) * 60


@pytest.mark.parametrize(
    "text",
    ["ca 7:30", "halv åtta", "7:30-9", "13:00 PM", "0:30 AM", "7:60 AM", "efter 7", "07;30",
     "07:30 CET", "7 m", "PM", "12h"],
)  # fmt: skip
def test_clocks_that_say_no_one_time_are_refused(text):
    # About half past seven is no bound, and half eight is morning or evening.
    with pytest.raises(ValueError, match="klockslag"):
        times.clock_s(text)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("ca 30", 30), ("ca. 30 min", 30), ("cirka 1 tim", 60), ("c:a 20 min", 20), ("~45", 45),
        ("ca 0:45", 45), ("PT30M", 30), ("PT1H30M", 90), ("PT1H", 60), ("P0DT45M", 45),
        ("30 min.", 30), ("½ tim", 30), ("¼ tim", 15), ("1 ½ timme", 90), ("¾ h", 45),
        ("en halvtimme", 30), ("en kvart", 15), ("tre kvart", 45), ("En timme", 60),
        ("45 min/gång", 45), ("30 min per besök", 30), ("30 per tillfälle", 30),
    ],
)  # fmt: skip
def test_lengths_as_they_are_written(text, minutes):
    assert times.minutes_as_s(text) == minutes * 60


@pytest.mark.parametrize(
    "text",
    ["30-45", "20–30 min", "max 30", "minst 30", "30 + 5", "30 min/dag", "½", "PT", "P1D", "ca",
     "45 st", "30'", "cabin 30", "ca schablon"],
)  # fmt: skip
def test_lengths_that_say_no_one_length_are_refused(text):
    # Two numbers, a bound, or another unit: which of them is planned is not ours to say.
    with pytest.raises(ValueError, match=r"tal|gränserna|enhet"):
        times.minutes_as_s(text)


@pytest.mark.parametrize(
    "text",
    ["30/11-26", "30/11 26", "30/11–26", "30/11 -26", "30 nov 26", "30 nov. -26", "30-nov-26",
     "30-Nov-26", "30 nov '26", "måndag 30 nov 26", "den 30:e november 2026", "Nov 30, 2026",
     "November 30 2026", "26-11-30", "261130"],
)  # fmt: skip
def test_dates_as_they_are_written(text):
    assert times.date(text) == dt.date(2026, 11, 30)


@pytest.mark.parametrize(
    "text",
    ["30.11.26", "30/11/26", "26.11.30", "30/11", "mån 30/11", "v 48", "30 nov", "31 feb 26",
     "30 nov 326", "Nov 30", "11/30/2026", "30 tor 26"],
)  # fmt: skip
def test_dates_that_could_be_two_days_are_refused(text):
    # 30.11.26 is a day of 2026 to some and of 2030 to others.
    with pytest.raises(ValueError, match=r"datum|month|day"):
        times.date(text)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("M-F", WEEK), ("m–f", WEEK), ("MTOTF", WEEK), ("M T O T F", WEEK), ("m,t,o,t,f", WEEK),
        ("mån t.o.m. fre", WEEK), ("mån t o m fre", WEEK), ("mån till fre", WEEK),
        ("måndag till och med fredag", WEEK), ("mån ons fre", (0, 2, 4)), ("må on fr", (0, 2, 4)),
        ("vardagar utom onsdag", (0, 1, 3, 4)), ("alla dagar utom lör, sön", WEEK),
        ("dagl.", (0, 1, 2, 3, 4, 5, 6)), ("vard.", WEEK), ("l-s", (5, 6)), ("tis.", (1,)),
    ],
)  # fmt: skip
def test_weekdays_as_they_are_written(text, days):
    assert how_often.weekdays(text) == (days, 0)
    assert not isinstance(how_often.weekdays(text)[0], how_often.Days)


@pytest.mark.parametrize(
    ("text", "days", "every", "n"),
    [
        ("varannan tisdag", (1,), 2, 0), ("Varannan tis", (1,), 2, 0),
        ("varannan vecka, tis", (1,), 2, 0), ("varannan helg", (5, 6), 2, 0),
        ("varannan tis och tor", (1, 3), 2, 0), ("var tredje måndag", (0,), 3, 0),
        ("var 4:e fredag", (4,), 4, 0), ("varannan vecka mån-fre", WEEK, 2, 0),
        ("varannan vecka 1 av mån-fre", WEEK, 2, 1), ("tis varannan vecka", (1,), 2, 0),
    ],
)  # fmt: skip
def test_weekdays_that_say_how_often(text, days, every, n):
    said = how_often.weekdays(text)
    assert (said, said[0].every) == ((days, n), every)


@pytest.mark.parametrize(
    ("text", "parity"), [("tis jämn vecka", 0), ("tisdag (udda veckor)", 1), ("ti, jämna v.", 0)]
)
def test_weekdays_that_say_which_weeks(text, parity):
    days, _ = how_often.weekdays(text)
    assert (days, days.every, days.every.parity) == ((1,), 2, parity)


@pytest.mark.parametrize(
    "text",
    ["t", "t-f", "varannan vardag", "varannan dag", "varannan mån", "var tredje mån",
     "varannan mån-fre", "varannan månad", "2 ggr/v", "3 ggr per vecka", "135", "W", "x",
     "vardagar utom mån-fre", "1:a måndagen i månaden", "ons (jämn)"],
)  # fmt: skip
def test_weekdays_that_nobody_can_lay_out_are_refused(text):
    # A lone t is Tuesday or Thursday, "varannan mån" a Monday or a month.
    with pytest.raises(ValueError, match="veckodag"):
        how_often.weekdays(text)


def test_how_often_by_the_days_is_planned_so(tables, write_folder):
    tables["Besök"][3][3] = "varannan tisdag"
    visit = read_input(write_folder(tables)).municipality.visits[2]
    assert (visit.weekdays, visit.every_weeks, type(visit.every_weeks)) == ((1,), 2, int)


def test_days_and_their_column_that_differ_are_a_fault(tables, write_folder):
    tables["Besök"][3][3] = "varannan tisdag"
    tables["Besök"][0].append("Varje antal veckor")
    for row, cell in zip(tables["Besök"][1:], ("", "", "4"), strict=True):
        row.append(cell)
    with pytest.raises(InputError) as caught:
        read_input(write_folder(tables))
    assert [(f.row, f.column) for f in caught.value.faults] == [(4, "Veckodagar")]


def test_how_often_is_never_looked_past_where_it_cannot_be_kept():
    # Decisions, laundry hours and blocks of time are of every week.
    with pytest.raises(ValueError, match="hur ofta"):
        how_often.plain_weekdays("varannan tisdag")
    faults: list[str] = []
    blocks_of([{"name": "apt", "minutes": 30, "weekdays": "varannan tisdag"}], faults)
    assert len(faults) == 1


def test_which_weeks_of_an_export_are_kept(tables, write_folder):
    """Even and odd weeks of an export with a row a visit are not the same visit."""
    head = ["Kundnr", "Gata", "Postnr", "Ort", "weekday", "originalstarttime", "Längd", "Min före",
            "Min efter", "Dubbelid", "Slinga", "Insatser"]  # fmt: skip
    rows = [
        ["1", "Storgatan 1", "12345", "Ekhamn", days, start, "30", "0", "0", "", "S1", "Frukost"]
        for days, start in (
            ("Jämna veckor, tis", "08:00"), ("tis udda veckor", "09:00"),
            ("varannan tisdag", "10:00"), ("tis", "11:00"),
        )
    ]  # fmt: skip
    rest = {name: tables[name] for name in ("Personal", "Schema", "Lokaler")}
    register = (AddressPoint("Storgatan", "1", "12345", "Ekhamn", 600_000.0, 6_600_000.0),)
    folder = write_folder({"export": [head, *rows], **rest})
    visits = read_input(folder, network_addresses=register).municipality.visits
    assert [visit.weekdays for visit in visits] == [(1,)] * 4
    assert [visit.every_weeks for visit in visits] == [2, 2, 2, 1]
    even, odd = (visit.valid_from.isocalendar().week % 2 for visit in visits[:2])
    assert (even, odd) == (0, 1)


@pytest.mark.parametrize("text", ["Fel:502", "Fel:504", "Err:502", "#Err502", "fel: 508"])
def test_failed_formulas_of_libreoffice_are_seen(tables, write_folder, text):
    assert is_error_text(text)
    tables["Brukare"][1][0] = text
    with pytest.raises(InputError) as caught:
        read_input(write_folder(tables))
    (first, *_) = caught.value.faults
    assert (first.row, first.column) == (2, "Brukare")
    assert text not in str(first)


@pytest.mark.parametrize("text", ["Fel", "Felix", "Fel502", "E502", "Err"])
def test_ids_that_only_begin_like_failed_formulas_are_ids(text):
    assert not is_error_text(text)


def test_days_of_a_roster_that_begin_with_the_day_are_asked(tables, write_folder):
    """30-11-26 and 01-12-26 are two days apart, not 29 years."""
    for row, cell in zip(tables["Schema"][1:], ("30-11-26", "01-12-26"), strict=False):
        row[1] = cell
    with pytest.raises(InputError) as caught:
        read_input(write_folder(tables))
    assert "dagen eller året" in caught.value.faults[0].problem


@pytest.mark.parametrize("number", [261130, 2614])
def test_a_day_of_another_century_is_a_fault_of_its_row(tables, tmp_path, number):
    """261130 typed in a cell that shows dates is a day of the year 2614."""
    tables["Schema"][1][1] = dt.datetime(1899, 12, 30) + dt.timedelta(number)
    with pytest.raises(InputError) as caught:
        read_input(_book(tables, tmp_path))
    (fault,) = caught.value.faults
    assert (fault.sheet, fault.row, fault.column) == ("Schema", 2, "Datum")
    assert ("år 2614" in fault.problem) == (number == 261130)


def test_a_column_that_says_what_it_means_is_not_recounted(tables, write_folder):
    """The receipt says "omräknat" where numbers were made others, and nowhere else."""
    for header, cells in (("Sysselsättningsgrad", ("100", "75")), ("Övergång", ("nej", "nej"))):
        tables["Personal"][0].append(header)
        for row, cell in zip(tables["Personal"][1:], cells, strict=True):
            row.append(cell)
    receipt = read_input(write_folder(tables)).receipt
    assert not [c.header for one in receipt.sheets for c in one.columns if "omräknat" in c.note]
    for row, cell in zip(tables["Personal"][1:], ("heltid", "0,5"), strict=True):
        row[-2] = cell
    read = read_input(write_folder(tables))
    assert [one.employment_pct for one in read.municipality.staff] == [100, 50]
    noted = [c.header for one in read.receipt.sheets for c in one.columns if "omräknat" in c.note]
    assert noted == ["Sysselsättningsgrad"]


def test_what_was_put_right_stands_in_the_receipt(tables, write_folder):
    tables["Besök"][1][3], tables["Besök"][1][4] = "M-F", "ca 30"
    receipt = read_input(write_folder(tables)).receipt
    (sheet,) = [one for one in receipt.sheets if one.table == "Besök"]
    counts = {c.column: (c.n_corrected, c.corrected) for c in sheet.columns if c.n_corrected}
    assert counts["Veckodagar"] == (1, "veckodagar")
    assert counts["Minuter"] == (1, "tal")


def test_a_whole_workbook_of_hands(tables, tmp_path):
    """Text, as Excel leaves it when people type what it does not know."""
    tables["Besök"][1][3:5] = ["M-F", "en halvtimme"]
    tables["Besök"][2][3:5] = ["mån t.o.m. fre", "PT15M"]
    first, second, *_ = read_input(_book(tables, tmp_path)).municipality.visits
    assert (first.weekdays, first.duration_s) == (WEEK, 1800)
    assert (second.weekdays, second.duration_s) == (WEEK, 900)
