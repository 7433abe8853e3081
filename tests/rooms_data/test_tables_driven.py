"""Today's plan as input: legs are real, nothing due is lost, and unclear rows are told."""

import datetime as dt
import itertools

import numpy as np
import pytest

from data.errors import InputError
from data.tables import read_input
from data.tables.actuals import actual_rounds as driven
from data.tables.actuals.actual_rounds import present_teams, read_rounds
from data.travel_times import AccessRules, TravelTimes, access_s

DAY = dt.date(2026, 11, 30)  # a Monday


@pytest.fixture
def municipality(tables, write_folder):
    tables["Besök"].append(["V04", "B02", "lunch", "alla dagar", "30", "11:00", "13:00"])
    tables["Besök"][0].append("Antal personal")
    for row, n in zip(tables["Besök"][1:], ("2", "1", "1", "1"), strict=True):
        row.append(n)
    return read_input(write_folder(tables)).municipality


@pytest.fixture
def travel(municipality):
    ids = [f"client:{c.client_id}" for c in municipality.clients]
    ids += [f"base:{b.base_id}" for b in municipality.bases]
    seconds = 60 * (1 + np.arange(16, dtype=np.int32).reshape(4, 4))
    np.fill_diagonal(seconds, 0)
    return TravelTimes(tuple(ids), dict.fromkeys(("walk", "bike", "ebike", "car"), seconds))


ROWS = [
    ["Datum", "Slinga", "Medarbetare", "Besök", "Kundnr", "Starttid", "Längd"],
    ["2026-11-30", "Slinga 1", "P01", "V01", "", "07:30", "35"],
    ["2026-11-30", "Slinga 1", "P01", "", "B02", "11:10", "30"],
    ["2026-11-30", "Slinga 1", "P01", "", "", "12:00", "30"],
    ["2026-11-30", "Slinga 9", "P02", "", "B03", "18:00", "20"],
]


def read(write_folder, municipality, travel, rows=ROWS):
    return read_rounds(write_folder({"Rundor": rows}, name="nu"), municipality, travel)


def test_rows_are_ours_with_real_legs(write_folder, municipality, travel):
    plan = read(write_folder, municipality, travel).round_plan
    assert plan.dates == (DAY,)
    day, evening = plan.rounds["20261130-P01-day"], plan.rounds["20261130-P02-evening"]
    assert [r.kind for r in day] == ["start", "visit", "visit", "break", "end"]
    assert [r.visit_id for r in day] == ["", "V01", "V04", "", ""]  # B02 at 11:10 is the lunch
    assert [r.kind for r in evening] == ["start", "visit", "end"]
    for rows in (day, evening):
        for before, row in itertools.pairwise(rows):
            assert row.arrive_s == before.end_s + row.travel_s + row.access_s
            assert row.wait_s == row.start_s - row.arrive_s
    base, b01, b02 = (travel.idx[k] for k in ("base:Lokal A", "client:B01", "client:B02"))
    assert day[1].travel_s == travel.between("bike", base, b01)
    assert day[2].travel_s == travel.between("bike", b01, b02)
    assert day[3].travel_s == travel.between("bike", b02, base)  # the break is at the base
    client = municipality.client_by_id["B01"]
    assert day[1].access_s == access_s(AccessRules(), "bike", None, client)
    assert (day[1].tier, evening[1].tier) == ("contact", "contact")
    assert day[1].team_id == "Lag 1"


def test_what_is_due_and_not_driven_is_unplanned(write_folder, municipality, travel):
    # V01 needs two carers and had one; everything else due that Monday was driven, save V02,
    # whose day is free: one Monday of five days is not enough to demand it.
    plan = read(write_folder, municipality, travel).round_plan
    assert [(u.visit_id, u.carer_no) for u in plan.unplanned] == [("V01", 2)]
    less = read(write_folder, municipality, travel, [ROWS[0], ROWS[1]]).round_plan
    assert [(u.visit_id, u.carer_no) for u in less.unplanned] == [
        ("V01", 2),
        ("V03", 1),
        ("V04", 1),
    ]


def test_too_tight_a_plan_shows_negative_waiting(write_folder, municipality, travel):
    # The complaint of every survey: three minutes planned where the way takes eight.
    rows = [ROWS[0], ROWS[1], ["2026-11-30", "S", "P01", "V04", "", "08:05", "30"]]
    plan = read(write_folder, municipality, travel, rows).round_plan
    assert plan.rounds["20261130-P01-day"][2].wait_s < 0


def test_second_carer_gets_number_two(write_folder, municipality, travel):
    rows = [*ROWS, ["2026-11-30", "Slinga 9", "P02", "V01", "", "07:30", "35"]]
    plan = read(write_folder, municipality, travel, rows).round_plan
    numbers = {(r.staff_id, r.carer_no) for r in plan.rows if r.visit_id == "V01"}
    assert numbers == {("P01", 1), ("P02", 2)}
    assert plan.unplanned == ()


def test_order_of_rows_does_not_matter(write_folder, municipality, travel):
    turned = [ROWS[0], *reversed(ROWS[1:])]
    assert (
        read(write_folder, municipality, travel).round_plan
        == read(write_folder, municipality, travel, turned).round_plan
    )


def test_one_visit_too_many_is_told_and_left_out(write_folder, municipality, travel):
    rows = [*ROWS, ["2026-11-30", "Slinga 9", "P02", "", "B03", "19:00", "20"]]
    found = read(write_folder, municipality, travel, rows)
    assert [fault.row for fault in found.faults] == [6]
    assert found.reasons == {driven.NOTHING_LEFT: 1}
    assert (found.n_rows, found.n_left_out) == (5, 1)
    assert sum(r.client_id == "B03" for r in found.round_plan.rows) == 1


def test_unknown_people_and_missing_times_are_faults(write_folder, municipality, travel):
    rows = [
        ROWS[0],
        ["2026-11-30", "S", "P99", "V01", "", "07:30", "35"],
        ["2026-11-30", "S", "P01", "V99", "", "07:30", "35"],
        ["2026-11-30", "S", "P01", "", "B99", "07:30", "35"],
        ["2026-11-30", "S", "P01", "", "", "12:00", ""],
        ["2026-11-30", "S", "P01", "V01", "", "", "35"],
    ]
    with pytest.raises(InputError) as caught:
        read(write_folder, municipality, travel, rows)
    assert [f.row for f in caught.value.faults] == [0, 2, 3, 4, 5, 6]  # no row is left: it stops


def test_faulty_rows_are_left_out_and_counted(write_folder, municipality, travel):
    # Nobody cleans an export first: what can be used is measured, the rest is told by row.
    rows = [
        *ROWS,
        ["2026-11-30", "S", "P99", "V02", "", "07:30", "35"],
        ["2026-11-30", "S", "P01", "V99", "", "09:30", "35"],
        ["2026-11-30", "Slinga 1", "P01", "V01", "", "07:30", "35"],
        ["2026-11-30", "S", "P01", "V02", "", "07:40", "80"],
        ["2026-11-30", "S", "P01", "V02", "", "", "35"],
        ["30 nov", "S", "P01", "V02", "", "08:00", "35"],
    ]
    found = read(write_folder, municipality, travel, rows)
    assert found.reasons == {
        driven.UNKNOWN_CARER: 1, driven.UNKNOWN_VISIT: 1, driven.TWICE: 1,
        driven.DOUBLE_BOOKED: 1, driven.BAD_CELL: 2,
    }  # fmt: skip
    assert {fault.row: fault.problem for fault in found.faults if fault.row in (8, 9)} == {
        8: "samma som rad 2", 9: "personen är upptagen av rad 2",
    }  # fmt: skip
    assert (found.n_rows, found.n_left_out) == (10, 5)  # the double-booked row stays
    assert any(row.visit_id == "V02" for row in found.round_plan.rows)


def test_only_the_days_that_are_compared(write_folder, municipality, travel):
    rows = [*ROWS, ["2026-12-01", "S", "P01", "V01", "", "07:30", "35"]]
    folder = write_folder({"Rundor": rows}, name="nu")
    found = read_rounds(folder, municipality, travel, dates=[DAY])
    assert found.round_plan.dates == (DAY,)
    assert found.reasons == {driven.OTHER_DATES: 1}


SLINGOR = [
    ["Kundnr", "Gata", "Postnr", "Ort", "weekday", "originalstarttime", "Längd", "Min före",
     "Min efter", "Dubbelid", "Slinga", "Insatser"],
    ["B01", "Ågatan 1", "12345", "X", "mån", "07:30", "35", "15", "30", "D1", "Dag 1", "Morgon"],
    ["B01", "Ågatan 1", "12345", "X", "mån", "07:30", "35", "15", "30", "D1", "Dag 2", "Morgon"],
    ["B02", "Ågatan 2", "12345", "X", "mån-fre", "11:10", "30", "15", "30", "", "Dag 1", "Lunch"],
    ["", "", "", "", "mån", "12:00", "30", "", "", "", "Dag 1", "Rast"],
    ["B03", "Ågatan 3", "12345", "X", "Varannan vecka, mån", "18:00", "20", "", "", "", "Kväll 1",
     "Kväll"],
    ["B03", "Ågatan 3", "12345", "X", "sommar", "18:00", "20", "", "", "", "Kväll 1", "Kväll"],
    ["B03", "Ågatan 3", "12345", "X", "mån", "18:00", "20", "", "", "", "", "Kväll"],
]  # fmt: skip


def test_rounds_without_carers_or_dates(write_folder, municipality, travel):
    # The one-row-per-visit export: weekdays are laid on the roster's dates, each round (Slinga)
    # is a stand-in carer whose shift is what it drives.
    folder = write_folder({"export": SLINGOR}, name="slingor")
    found = read_rounds(folder, municipality, travel)
    assert not found.names_carers
    assert found.round_plan.dates == (DAY,)
    rounds = found.round_plan.rounds
    assert {key: [row.visit_id for row in rows] for key, rows in rounds.items()} == {
        "20261130-Dag 1-day": ["", "V01", "V04", "", ""],
        "20261130-Dag 2-day": ["", "V01", ""],
        "20261130-Kväll 1-evening": ["", "V03", ""],
    }
    assert {row.carer_no for row in found.round_plan.rows if row.visit_id == "V01"} == {1, 2}
    assert rounds["20261130-Dag 1-day"][3].kind == "break"
    stand_in = found.municipality.staff_by_id["Dag 1"]
    assert (stand_in.role, stand_in.team_id) == ("floater", "Lag 1")
    first = rounds["20261130-Dag 1-day"]
    assert first[1].wait_s == 0  # the shift begins so early that the first visit is reached
    assert {(s.staff_id, s.start_s) for s in found.municipality.roster} >= {
        ("Dag 1", first[0].start_s)
    }
    assert [(fault.row, fault.column) for fault in found.faults] == [(7, "weekday"), (8, "Slinga")]
    assert any("slinga räknas som en egen" in str(w) for w in found.warnings)


def test_a_round_that_is_a_whole_team_is_told_of(write_folder, municipality, travel):
    # Where Slinga names a team, its rows overlap: told as double-booked, row by row.
    rows = [SLINGOR[0], SLINGOR[1], [*SLINGOR[3][:5], "07:40", *SLINGOR[3][6:]]]
    found = read_rounds(write_folder({"e": rows}, name="s"), municipality, travel)
    assert found.reasons[driven.DOUBLE_BOOKED] == 1


def test_present_teams(municipality):
    plan = present_teams(municipality)
    assert [t.team_id for t in plan.teams] == ["Lag 1"]
    assert plan.contact == {"B01": "P01", "B02": "P01", "B03": "P02"}
    assert plan.staff_base == {"P01": "Lokal A", "P02": "Lokal A"}
