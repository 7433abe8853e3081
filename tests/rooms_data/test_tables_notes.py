"""What staff know and propose: read, kept, shown where it matters, and in no message."""

import datetime as dt

import pytest

from data.care.decisions import undecided
from data.errors import InputError
from data.plans import RoundPlan, TeamPlan
from data.rules import DeadlineRules
from data.tables import read_input, write_input
from data.travel_times import AccessRules, access_s
from routing.answers.deadlines import waiting

HEADER = ["Synpunkt", "Dag", "Brukare", "Besök", "Från", "Minuter", "Klockslag", "Text", "Godtagen"]
CANARY = "kanariefågel under trappan"


def note(
    kind, client="B01", visit="", minutes="", clock="", text="", accepted="", day="2026-11-20"
):
    return [kind, day, client, visit, "P01", minutes, clock, text, accepted]


def town_of(tables, write_folder, *rows):
    tables["Synpunkter"] = [HEADER, *rows]
    return read_input(write_folder(tables)).municipality


def test_minutes_of_parking_are_time_at_this_clients_door(tables, write_folder):
    """FA-03: at one address, by car; the rule's minutes everywhere else."""
    town = town_of(tables, write_folder, note("parkering", minutes="7"))
    mine, other = town.client_by_id["B01"], town.client_by_id["B02"]
    rules = AccessRules()
    as_rule = access_s(rules, "car", None, other)
    assert access_s(rules, "car", None, mine) == as_rule - rules.parking_s["car"] + 7 * 60
    assert access_s(rules, "bike", None, mine) == access_s(rules, "bike", None, other)


@pytest.mark.parametrize(
    ("accepted", "minutes", "ordered"), [("ja", 45, 35), ("", 35, 0), ("nej", 35, 0)]
)
def test_a_length_is_planned_once_it_is_accepted(
    tables, write_folder, tmp_path, accepted, minutes, ordered
):
    """FA-03, MA-05: by a decision, with what was ordered kept beside it."""
    row = note("längd", visit="V01", minutes="45", accepted=accepted)
    town = town_of(tables, write_folder, row)
    visit = town.visit_by_id["V01"]
    assert (visit.duration_s, visit.ordered_s) == (minutes * 60, ordered * 60)
    assert undecided(town).visit_by_id["V01"].duration_s == 35 * 60
    write_input(town, tmp_path / "igen.xlsx")
    again = read_input(tmp_path / "igen.xlsx").municipality
    assert again.notes == town.notes
    assert again.visits == town.visits


def test_an_order_is_a_wish_within_the_window(tables, write_folder):
    """FA-03: and the later note goes before the earlier."""
    rows = [
        note("ordning", visit="V01", clock="08:45", day="2026-11-21"),
        note("ordning", visit="V01", clock="08:00"),
        note("ordning", "B02", "V02", clock="06:00"),
    ]
    town = town_of(tables, write_folder, *rows)
    assert town.visit_by_id["V01"].wished_s == 8 * 3600 + 45 * 60
    assert town.visit_by_id["V02"].wished_s is None


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (note("längd", visit="V01", text=CANARY), "Längd kräver Minuter"),
        (note("parkering", "B09", minutes="4", text=CANARY), "finns inte"),
        (note("längd", visit="V02", minutes="30", text=CANARY), "någon annans besök"),
        (note("förslag", text=CANARY * 20), "300 tecken"),
        (note("okänd", text=CANARY), "förslag"),
    ],
)
def test_a_note_that_cannot_be_meant_is_a_fault_without_its_text(tables, write_folder, row, says):
    tables["Synpunkter"] = [HEADER, row]
    with pytest.raises(InputError) as caught:
        read_input(write_folder(tables))
    told = " ".join(map(str, caught.value.faults))
    assert says in told
    assert "kanarie" not in told


def test_texts_are_kept_and_counted_and_in_no_message(tables, write_folder, tmp_path):
    """FA-03, FA-20: not in the receipt, nor in the list of what waits, nor in what Python shows."""
    tables["Synpunkter"] = [
        HEADER,
        note("förslag", text=CANARY),
        note("lås", text="trög", day="2026-11-21"),
    ]
    found = read_input(write_folder(tables))
    town = found.municipality
    assert [one.text for one in town.notes] == [CANARY, "trög"]
    counts = {sheet["tabell"]: sheet["anmärkt"] for sheet in found.receipt.as_list()}
    assert list(counts["Synpunkter"].values()) == [2]
    items = waiting(
        town, TeamPlan((), {}, {}, {}, {}, {}, {}, {}), RoundPlan((), (), ()), DeadlineRules(),
        dt.date(2026, 11, 25),
    )  # fmt: skip
    told = [one for one in items if one.kind == "note"]
    assert [(one.client_id, one.staff_id, one.text) for one in told] == [("B01", "P01", "förslag")]
    for shown in (repr(found.receipt.as_list()), repr(town.notes), repr(items), repr(town)):
        assert "kanarie" not in shown
    write_input(town, tmp_path / "igen.xlsx")
    assert read_input(tmp_path / "igen.xlsx").municipality.notes == town.notes
