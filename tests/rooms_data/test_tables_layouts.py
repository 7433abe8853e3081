"""Exports of other systems: one row per visit, and one row per client (requirements 5)."""

import datetime as dt

import openpyxl
import pytest

from data.errors import InputError
from data.streets import AddressPoint
from data.tables import read_input
from data.tables.layouts import tasks_of
from data.tables.review.marking import write_marked

REGISTER = (
    AddressPoint("Storgatan", "1", "73330", "Sala", 600_000.0, 6_600_000.0),
    AddressPoint("Nygatan", "2", "73330", "Sala", 600_100.0, 6_600_000.0),
)

EXPORT = [
    ["Kundnr", "Gata", "Postnr", "Ort", "weekday", "originalstarttime", "Längd", "Min före",
     "Min efter", "Dubbelid", "Slinga", "Insatser", "Vilande besök", "Prio"],
    ["7", "Storgatan 1", "73330", "Sala", "Varje vecka, mån", "08:00", "30", "15", "45", "", "S1",
     "Frukost, Läkemedel", "", "1"],
    ["7", "Storgatan 1", "73330", "Sala", "Varje vecka, tis", "08:00", "30", "15", "45", "", "S1",
     "Frukost, Läkemedel", "", "1"],
    ["7", "Storgatan 1", "73330", "Sala", "Varannan vecka, ons", "10:00", "80", "60", "60", "",
     "S1", "Städning", "", "3"],
    ["8", "Nygatan 2", "73330", "Sala", "Varje vecka, mån", "09:00", "40", "0", "0", "D1", "S1",
     "Dusch", "", "2"],
    ["8", "Nygatan 2", "73330", "Sala", "Varje vecka, mån", "09:00", "40", "0", "0", "D1", "S2",
     "Dusch", "", "2"],
    ["8", "Nygatan 2", "73330", "Sala", "Varje vecka, fre", "19:00", "20", "30", "30", "", "S2",
     "Kvällsmat", "ja", "2"],
]  # fmt: skip


@pytest.fixture
def rest(tables):
    """Staff, roster and premises, which the export does not hold."""
    return {name: tables[name] for name in ("Personal", "Schema", "Lokaler")}


def test_one_row_per_visit(rest, write_folder):
    found = read_input(write_folder({"export": EXPORT, **rest}), network_addresses=REGISTER)
    m = found.municipality
    assert [(c.client_id, c.x) for c in m.clients] == [("7", 600_000.0), ("8", 600_100.0)]
    by_id = m.visit_by_id
    assert set(by_id) == {"7-08:00", "7-10:00", "8-09:00"}  # the resting one is left out
    morning, cleaning, shower = (by_id[k] for k in ("7-08:00", "7-10:00", "8-09:00"))
    assert (morning.weekdays, morning.task) == ((0, 1), "morning")  # two rows, one need
    assert (morning.earliest_s, morning.wished_s, morning.latest_s) == (27_900, 28_800, 31_500)
    assert morning.skills == {"läkemedel"}
    assert (cleaning.every_weeks, cleaning.weekdays, cleaning.priority) == (2, (2,), 3)
    assert (shower.carers_required, shower.duration_s) == (2, 2400)  # Dubbelid
    assert any("en rad per besök: 3 besök" in w.problem for w in found.warnings)


def test_faults_point_at_the_rows_of_the_export(rest, write_folder):
    spoilt = [row.copy() for row in EXPORT]
    spoilt[3][5] = "åtta"
    spoilt[4][6] = "lång"
    with pytest.raises(InputError) as caught:
        read_input(write_folder({"export": spoilt, **rest}), network_addresses=REGISTER)
    assert {(f.file, f.row) for f in caught.value.faults} == {("export.csv", 4), ("export.csv", 5)}


def test_order_of_the_export_does_not_matter(rest, write_folder):
    turned = [EXPORT[0], *reversed(EXPORT[1:])]
    one = read_input(write_folder({"export": EXPORT, **rest}), network_addresses=REGISTER)
    other = read_input(
        write_folder({"export": turned, **rest}, name="om"), network_addresses=REGISTER
    )
    assert one.municipality.visit_by_id == other.municipality.visit_by_id


def _export(*rows):
    """The export's header and rows: client, weekday, start, Dubbelid, Slinga."""
    return [EXPORT[0], *(
        [client, "Storgatan 1", "73330", "Sala", weekday, start, "30", "0", "0", pair, tour,
         "Morgonbesök", "", "2"]
        for client, weekday, start, pair, tour in rows
    )]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "carers", "n_joined", "n_twice"),
    [
        ([("7", "mån", "08:00", "D1", "S1"), ("7", "mån", "08:00", "D1", "S2")], [2], 1, 0),
        ([("7", "mån", "08:00", "D1", "S1")] * 2, [2], 1, 0),
        ([("7", "mån", "08:00", "D1", "S1")] * 2 + [("7", "mån", "08:00", "D1", "S2")], [2], 1, 1),
        ([("7", "mån", "08:00", "", "S1")] * 2, [1], 0, 1),
        ([("7", "mån", "08:00", "D1", "S1")], [1], 0, 0),
        ([("7", "mån", "08:00", "D1", "S1"), ("7", "mån", "08:00", "D1", "S2"),
          ("7", "tis", "08:00", "", "S1")], [2, 1], 1, 0),
    ],
)  # fmt: skip
def test_rows_are_joined_by_their_pairing_id_and_counted(
    rest, write_folder, rows, carers, n_joined, n_twice
):
    """A double visit is two rows of one id; a row given twice is one row; both are counted."""
    found = read_input(write_folder({"export": _export(*rows), **rest}), network_addresses=REGISTER)
    assert [visit.carers_required for visit in found.municipality.visits] == carers
    (visits,) = [s for s in found.receipt.as_list() if s["tabell"] == "Besök"]
    told = visits["anmärkt"]
    assert told.get("dubbelbesök, av två rader med samma Dubbelid", 0) == n_joined
    assert told.get("rader givna två gånger, lästa en gång", 0) == n_twice


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("7", "mån", "08:00", "", "S1"), ("7", "mån", "08:00", "", "S2")], "inte samma rad"),
        ([("7", "mån", "08:00", "D1", "S1"), ("8", "mån", "08:00", "D1", "S2")], "annat besök"),
        ([("7", "mån", "08:00", "D1", "S1"), ("7", "mån", "09:00", "D1", "S2")], "annat besök"),
        ([("7", "mån", "08:00", "D1", f"S{n}") for n in range(3)], "fler än två"),
    ],
)  # fmt: skip
def test_what_could_be_one_visit_or_two_is_a_fault(rest, write_folder, rows, said):
    """Two rows were made one in silence, and one of two carers was gone."""
    with pytest.raises(InputError) as caught:
        read_input(write_folder({"export": _export(*rows), **rest}), network_addresses=REGISTER)
    (fault,) = caught.value.faults
    assert said in fault.problem
    assert fault.row > 2


WIDE = [
    ["Planering hösten"],
    ["Brukare", "E", "N", "Morgon 7–9", "Förmiddag 9-11", "Lunch 11–13", "Sen kväll kl 19-21",
     "Dusch", "Behöver läkemedel", "Röker", "Skyddade uppgifter"],
    ["B1", "600000", "6600000", "30*2", "", "20", "25", "40", "ja", "nej", "nej"],
    ["B2", "600100", "6600000", "15", "0", "-", "", "", "nej", "ja", "nej"],
]  # fmt: skip


def test_one_row_per_client(rest, write_folder):
    found = read_input(write_folder({"Individer, brukare": WIDE, **rest}), ignore_unknown=True)
    by_id = found.municipality.visit_by_id
    assert set(by_id) == {"B1-morgon", "B1-lunch", "B1-sen-kväll", "B1-dusch", "B2-morgon"}
    morning, shower = by_id["B1-morgon"], by_id["B1-dusch"]
    assert (morning.carers_required, morning.duration_s) == (2, 1800)
    assert (morning.earliest_s, morning.latest_s) == (7 * 3600, 8.5 * 3600)
    assert morning.skills == {"läkemedel"}
    assert (shower.n_per_period, shower.weekdays) == (1, (0, 1, 2, 3, 4))
    assert by_id["B1-sen-kväll"].task == "late_evening"
    assert dict(found.dropped) == {}
    assert [client.smoker for client in found.municipality.clients] == [False, True]
    assert any("alla dagar" in w.allowed for w in found.warnings)


def test_a_bad_cell_of_the_wide_sheet_is_its_row(rest, write_book):
    spoilt = [row.copy() for row in WIDE]
    spoilt[3][3] = "en stund"
    with pytest.raises(InputError) as caught:
        read_input(write_book({"Brukare": spoilt, **rest}), ignore_unknown=True)
    assert [(f.sheet, f.row, f.column) for f in caught.value.faults] == [
        ("Brukare", 4, "Morgon 7–9")
    ]


@pytest.mark.parametrize(
    ("text", "task", "skills"),
    [
        ("Frukost, Läkemedel", "morgon", {"läkemedel"}),
        ("Dusch och frukost", "dusch", set()),
        ("Insulin", "läkemedel", {"insulin"}),
        ("S2 kod 14", "s2 kod 14", set()),
        ("Kod A, kod B", "kod a, kod b", set()),
    ],
)
def test_a_list_of_tasks_becomes_one_planning_type(text, task, skills):
    assert tasks_of(text) == (task, skills)


def test_our_own_tables_are_left_as_they_are(tables, write_folder):
    # "Start" and "Minuter" stand in our tables too; they are no export.
    found = read_input(write_folder(tables))
    assert not any("lästes som" in w.problem for w in found.warnings)


def test_a_roster_with_dates_across(tables, write_folder):
    """Carers down, dates across; D and K are assumed and told, nights apart."""
    tables["Schema"] = [
        ["Schema vecka 49"],
        ["Anst.nr", "2026-11-30", "1 dec 2026", "ons 2 dec 2026", "2026-12-03"],
        ["P01", "D", "07-15", "L", "6:30–13"],
        ["P02", "K", "", "N", "1500-2130"],
    ]
    found = read_input(write_folder(tables))
    shifts = [(s.staff_id, s.date.day, s.start_s / 3600, s.end_s / 3600, s.kind)
              for s in found.municipality.roster]  # fmt: skip
    assert shifts == [
        ("P01", 30, 7, 15, "work"), ("P01", 1, 7, 15, "work"), ("P01", 2, 0, 24, "leave"),
        ("P01", 3, 6.5, 13, "work"), ("P02", 30, 15, 22, "work"), ("P02", 3, 15, 21.5, "work"),
    ]  # fmt: skip
    assert any("D lästes som 07:00–15:00" in warning.allowed for warning in found.warnings)
    assert any("nattpass" in warning.problem for warning in found.warnings)
    (night,) = found.municipality.layer_rows("night").roster
    assert (night.staff_id, night.date.day, night.start_s, night.end_s) == (
        "P02", 2, 22 * 3600, 31 * 3600,
    )  # fmt: skip


def test_a_cell_of_a_roster_matrix_that_nobody_knows(tables, write_folder):
    """An unknown code is a fault of its row, never a day off."""
    tables["Schema"] = [["Personal", "2026-11-30", "2026-12-01"], ["P01", "D", "Z9"],
                        ["P02", "K", "K"]]  # fmt: skip
    with pytest.raises(InputError) as caught:
        read_input(write_folder(tables))
    assert {fault.row for fault in caught.value.faults} == {2}


@pytest.mark.parametrize("cell", ["Z9", "7-99", "#SAKNAS!"])
def test_a_cell_that_is_no_shift_is_told_by_its_own_header(tables, write_book, tmp_path, cell):
    """In columns Start and Slut, which the sheet has not, it could be neither found nor mended."""
    tables["Schema"] = [["Personal", dt.datetime(2026, 11, 30), "1 dec 2026"], ["P01", "D", cell],
                        ["P02", cell, "K"]]  # fmt: skip
    path = write_book(tables)
    with pytest.raises(InputError) as caught:
        read_input(path)
    faults = caught.value.faults
    assert [(fault.row, fault.column) for fault in faults] == [(2, "1 dec 2026"), (3, "2026-11-30")]
    assert "07-15" in faults[0].allowed
    assert cell not in str(caught.value)
    write_marked(path, tmp_path / "granskad.xlsx", faults)
    page = openpyxl.load_workbook(tmp_path / "granskad.xlsx")["Schema"]
    assert page["C2"].comment is not None
    assert page["B3"].comment is not None


def test_a_cell_of_a_rolling_roster_that_is_no_shift(tables, write_folder):
    tables["Schema"] = [["Personal", "Gäller från", "Mån", "Tis", "Ons"],
                        ["P01", "2026-11-30", "D", "Z9", "D"],
                        ["P02", "2026-11-30", "K", "K", ""]]  # fmt: skip
    with pytest.raises(InputError) as caught:
        read_input(write_folder(tables))
    assert [(fault.row, fault.column) for fault in caught.value.faults] == [(2, "Tis")]


def test_a_unit_is_asked_about_as_a_team(tables, write_folder):
    """ "Enhet" may be one team or ten; the rows of a sheet that lacks a column are counted."""
    tables["Personal"] = [["Personal", "Enhet"], ["P01", "L01"], ["P02", "L01"]]
    with pytest.raises(InputError) as caught:
        read_input(write_folder(tables))
    found = [fault.problem for fault in caught.value.faults if fault.column == "Enhet"]
    assert "menas Arbetslag" in found[0]
    (read,) = (one for one in caught.value.receipt.sheets if one.table == "Personal")
    assert read.n_rows == 2
