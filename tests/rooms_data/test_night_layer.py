"""The night's rows: read with hours past midnight, written back, and made units of one or two."""

import datetime as dt

import pytest

from data.model import NIGHT, Base, Client, Municipality, Shift, Staff, Visit
from data.night.night_layer import PATROL, night_of, tired_nights
from data.tables import read_input, write_input

H = 3600
DAY = dt.date(2026, 3, 2)
NEXT = DAY + dt.timedelta(1)


def night_tables(tables):
    """The valid tables with a patrol of two, a carer of the day who works a night, and visits."""
    tables["Personal"][0].append("Patrull")
    for row in tables["Personal"][1:]:
        row.append("")
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
    assert len(read.night_visits) == 2
    assert len(read.night_staff) == 2
    # The shift that begins after midnight is of the night that began the day before.
    after = next(line for line in read.night_roster if line.staff_id == "N1" and line.date.day == 1)
    assert (after.start_s, after.end_s) == (24 * H, 31 * H)
    path = tmp_path / "igen.xlsx"
    write_input(read, path)
    again = read_input(path).municipality
    for name in ("visits", "staff", "roster", "night_visits", "night_staff", "night_roster"):
        assert getattr(again, name) == getattr(read, name), name


def two_who_go_together(**changes):
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
        "night_visits": (
            Visit("VA", "A", "other", 900, 26 * H, 28 * H, carers_required=2),
            Visit("VB", "B", "other", 900, 22 * H, 23 * H),
        ),
        "night_staff": staff,
        "night_roster": lines,
    }
    return Municipality(**{**made, **changes})


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
    night = night_of(two_who_go_together(night_staff=alone))
    assert night.visit_by_id["VA"].carers_required == 2
    assert {carer.staff_id for carer in night.staff} == {"N1", "N2"}


@pytest.mark.parametrize(("start_h", "is_used"), [(7, False), (17, False), (18, True)])
def test_a_night_before_a_day_too_near_is_not_used(start_h, is_used):
    day = Shift("N1", NEXT, start_h * H, 21 * H)
    town = two_who_go_together(
        night_roster=(Shift("N1", DAY, 22 * H, 31 * H, label=NIGHT),), roster=(day,)
    )
    assert bool(night_of(town).roster) is is_used
    assert bool(tired_nights(town)) is not is_used
