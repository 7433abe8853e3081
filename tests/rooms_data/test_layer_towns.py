"""Rows of the night, the alarm and the homecoming team: read, written back, and made towns of."""

import datetime as dt

import pytest

from data.care.care_calendar import occurrences
from data.layers.layer_town import PATROL, layer_kinds_in, layer_town, tired_shifts
from data.model import NIGHT, Base, Client, LayerRows, Municipality, Shift, Staff, Visit
from data.tables import read_input, write_input

H = 3600
DAY = dt.date(2026, 3, 2)
NEXT = DAY + dt.timedelta(1)


def with_column(table, header, values=None):
    """One more column of a table: with the given values, or empty."""
    table[0].append(header)
    for row, value in zip(table[1:], values or [""] * (len(table) - 1), strict=True):
        row.append(value)


def night_tables(tables):
    """The valid tables with a patrol of two, a carer of the day who works a night, and visits."""
    with_column(tables["Personal"], "Patrull")
    tables["Personal"] += [
        ["N1", "resurs", "natt", "undersköterska", "läkemedel", "P"],
        ["N2", "resurs", "natt", "vårdbiträde", "", "P"],
    ]
    tables["Schema"] += [
        ["N1", "2026-11-30", "22:00", "07:00"],
        ["N2", "2026-11-30", "22:00", "06:30"],
        ["N1", "2026-12-02", "00:00", "07:00"],
        ["P02", "2026-12-03", "21:30", "07:00"],
    ]
    tables["Besök"] += [
        ["V10", "B01", "tillsyn", "alla dagar", "15", "02:00", "04:00"],
        ["V11", "B02", "tillsyn", "fre", "15", "23:30", "00:30"],
    ]
    return tables


def test_night_rows_are_written_back_as_they_were_read(tables, write_folder, tmp_path):
    read = read_input(write_folder(night_tables(tables))).municipality
    rows = read.layer_rows("night")
    assert len(rows.visits) == 2
    assert len(rows.staff) == 2
    # The shift that begins after midnight is of the night that began the day before.
    after = next(line for line in rows.roster if line.staff_id == "N1" and line.date.day == 1)
    assert (after.start_s, after.end_s) == (24 * H, 31 * H)
    path = tmp_path / "igen.xlsx"
    write_input(read, path)
    again = read_input(path).municipality
    for name in ("visits", "staff", "roster", "layers"):
        assert getattr(again, name) == getattr(read, name), name


def two_who_go_together(night=None, **changes):
    """Two of a patrol on Monday; on Tuesday only one of them is at work."""
    lines = (
        Shift("N1", DAY, 22 * H, 31 * H, label=NIGHT),
        Shift("N2", DAY, 22 * H, 30 * H, label=NIGHT),
        Shift("N1", NEXT, 22 * H, 31 * H, label=NIGHT),
        Shift("N2", NEXT, 22 * H, 31 * H, label=NIGHT),
        Shift("N2", NEXT, 0, 24 * H, "sick"),
    )
    staff = (
        Staff("N1", shift_group="night", patrol_id="P", skills={"läkemedel": NEXT}),
        Staff("N2", shift_group="night", patrol_id="P", pet_allergy=True),
    )
    made = {
        "name": "Natt",
        "clients": (Client("A", 0, 0, blocked_staff=frozenset({"N2"})), Client("B", 0, 9)),
        "visits": (),
        "staff": (Staff("D1"),),
        "roster": (),
        "bases": (Base("H", 0, 0),),
    }
    rows = {
        "visits": (
            Visit("VA", "A", "other", 900, 26 * H, 28 * H, carers_required=2),
            Visit("VB", "B", "other", 900, 22 * H, 23 * H),
        ),
        "staff": staff,
        "roster": lines,
        **(night or {}),
    }
    return Municipality(**{**made, **changes, "layers": (LayerRows("night", **rows),)})


def night_of(town):
    return layer_town(town, "night")


def test_two_of_a_patrol_are_one_while_both_are_at_work():
    night = night_of(two_who_go_together())
    shifts = [(s.staff_id, s.date, s.start_s / H, s.end_s / H) for s in night.roster]
    assert shifts == [("N1", NEXT, 22, 31), ("N1+N2", DAY, 22, 30)]
    pair = night.staff_by_id["N1+N2"]
    assert pair.holds("läkemedel", DAY)  # either of them
    assert pair.pet_allergy  # any of them
    assert PATROL in pair.skills
    assert PATROL not in night.staff_by_id["N1"].skills
    # Whoever says no to one of them says no to the two, and not to the other alone.
    assert night.client_by_id["A"].blocked_staff == {"N2", "N1+N2"}
    double = night.visit_by_id["VA"]
    assert (double.carers_required, double.skills) == (1, {PATROL})


def test_without_patrols_a_visit_for_two_is_two_who_meet():
    alone = tuple(
        Staff(name, shift_group="night") for name in ("N1", "N2")
    )  # fmt: skip
    night = night_of(two_who_go_together({"staff": alone}))
    assert night.visit_by_id["VA"].carers_required == 2
    assert {carer.staff_id for carer in night.staff} == {"N1", "N2"}


@pytest.mark.parametrize(("start_h", "is_used"), [(7, False), (17, False), (18, True)])
def test_a_night_before_a_day_too_near_is_not_used(start_h, is_used):
    day = Shift("N1", NEXT, start_h * H, 21 * H)
    town = two_who_go_together(
        {"roster": (Shift("N1", DAY, 22 * H, 31 * H, label=NIGHT),)}, roster=(day,)
    )
    assert bool(night_of(town).roster) is is_used
    assert bool(tired_shifts(town, "night")) is not is_used


def overlay_tables(tables):
    """The valid tables with an alarm team round the clock, and a homecoming team of one."""
    with_column(tables["Personal"], "Lager")
    tables["Personal"] += [
        ["L1", "resurs", "natt", "undersköterska", "", "larm"],
        ["L2", "resurs", "dag", "vårdbiträde", "", "Larmteam"],
        ["H1", "resurs", "dag", "undersköterska", "läkemedel", "hemgångsteam"],
    ]
    tables["Schema"] += [
        ["L1", "2026-11-30", "22:00", "07:00"],
        ["L2", "2026-11-30", "07:00", "12:00"],
        ["L2", "2026-11-30", "16:00", "22:00"],
        ["H1", "2026-12-01", "07:00", "16:00"],
    ]
    with_column(tables["Besök"], "Lager")
    tables["Besök"] += [
        ["V20", "B01", "tillsyn", "alla dagar", "15", "02:00", "04:00", "larm"],
        ["V21", "B01", "tillsyn", "alla dagar", "15", "17:00", "19:00", "larm"],
        ["V22", "B02", "tillsyn", "alla dagar", "30", "09:00", "10:00", "hemgång"],
    ]
    return tables


def test_rows_of_alarm_and_homecoming_are_layers_of_their_own(tables, write_folder, tmp_path):
    """NO-20: by the column Lager; told in the receipt, and written back as they were read."""
    found = read_input(write_folder(overlay_tables(tables)))
    town = found.municipality
    assert [rows.kind for rows in town.layers] == ["alarm", "homecoming"]
    assert layer_kinds_in(town) == ("alarm", "homecoming")
    assert {one.visit_id for one in town.visits} == {"V01", "V02", "V03"}
    assert {one.staff_id for one in town.staff} == {"P01", "P02"}
    alarm = layer_town(town, "alarm")
    # The night's visit of the alarm team counts on past midnight; two shifts of a day are two.
    assert alarm.visit_by_id["V20"].earliest_s == 26 * H
    assert [(s.staff_id, s.start_s / H, s.end_s / H) for s in alarm.roster] == [
        ("L1", 22, 31), ("L2", 7, 12), ("L2", 16, 22),
    ]  # fmt: skip
    assert {one.client_id for one in layer_town(town, "homecoming").clients} == {"B02"}
    counts = {s["tabell"]: s["anmärkt"] for s in found.receipt.as_list()}
    assert counts["Besök"]["larmbesök: planeras som ett eget lager"] == 2
    assert counts["Personal"]["hemgångspersonal: planeras som ett eget lager"] == 1
    path = tmp_path / "igen.xlsx"
    write_input(town, path)
    again = read_input(path).municipality
    assert again.layers == town.layers
    assert again.visits == town.visits


def test_who_has_an_alarm_is_of_the_alarm_teams_area(tables, write_folder):
    """NO-20, NO-24: also those with an alarm alone, who are in no round of the day."""
    tables = overlay_tables(tables)
    for name, values in (("Endast larm", ("nej", "nej", "ja")), ("Larm per vecka", ("", "2", ""))):
        with_column(tables["Brukare"], name, values)
    town = read_input(write_folder(tables)).municipality
    assert {one.client_id for one in town.aside_clients} == {"B03"}
    assert {one.client_id for one in layer_town(town, "alarm").clients} == {"B01", "B02", "B03"}


@pytest.mark.parametrize(
    ("kind", "day", "until", "served"),
    [
        ("övertagande", "2026-12-01", "2026-12-02", {1, 2}),
        ("överlämning", "2026-12-02", "", {0, 1}),
    ],
)
def test_a_client_taken_over_is_the_homecoming_teams_meanwhile(
    tables, write_folder, kind, day, until, served
):
    """NO-21, NO-22: her visits are theirs on those days and the day's on the others."""
    tables = overlay_tables(tables)
    tables["Ärenden"] = [["Ärende", "Dag", "Brukare", "Till"], [kind, day, "B01", until]]
    town = read_input(write_folder(tables)).municipality
    dates = [dt.date(2026, 11, 30) + dt.timedelta(i) for i in range(7)]
    theirs = layer_town(town, "homecoming")
    taken, left = (
        [dates.index(o.dates[0]) for o in occurrences(one, dates) if o.visit.visit_id == "V01"]
        for one in (theirs, town)
    )
    assert set(taken) == served
    assert sorted([*taken, *left]) == list(range(7))
    assert town.client_by_id["B01"].contact_id == "P01"
