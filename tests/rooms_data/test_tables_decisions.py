"""The table Beslut: what a person decided stays, who and when included, and faults name the row."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.care.adoption import adopted, adoption_changes
from data.care.decisions import decide, decided, in_force, key_of, undecided
from data.demo import make_municipality, make_streets
from data.errors import InputError
from data.model import Decision
from data.plans import PlanRow, RoundPlan, Team, TeamPlan
from data.tables import read_input, write_input

DAY = dt.date(2026, 3, 2)


@pytest.fixture(scope="module")
def town():
    network = make_streets(n_clients=30)
    return make_municipality(network, n_clients=30, n_days=3, seed=1, name="Ekhamn")


def some_decisions(town):
    client, other = town.clients[0], town.clients[1]
    visit = next(v for v in town.visits if v.n_per_period and len(v.weekdays) > v.n_per_period)
    fixed = next(v for v in town.visits if v.latest_s > v.earliest_s)
    one, two = (carer.staff_id for carer in town.staff[:2])
    return (
        Decision("contact", client.client_id, staff_id=one, decided_by="planerare", decided_on=DAY),
        Decision("vice", client.client_id, staff_id=two, valid_from=DAY),
        Decision("team", other.client_id, team_id="L07", valid_to=dt.date(2027, 1, 1)),
        Decision("twin", staff_id=one, twin_id=two),
        Decision("person", client.client_id, task="shopping", staff_id=two, weekdays=(1,)),
        Decision("day", visit_id=visit.visit_id, weekdays=visit.weekdays[: visit.n_per_period]),
        Decision("time", visit_id=fixed.visit_id, start_s=fixed.earliest_s),
    )


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_decisions_are_read_back_as_written(town, tmp_path, kind):
    """MA-05: who decided, when, from and to must survive the tables, or the history is lost; and
    what was ordered must not be overwritten by what was decided for a while."""
    before = decide(town, *some_decisions(town))
    path = tmp_path / "in.xlsx" if kind == "xlsx" else tmp_path
    write_input(before, path)
    after = read_input(path).municipality
    assert after.decisions == before.decisions
    assert after.clients == before.clients
    assert undecided(after).visits == town.visits
    assert next(one.source for one in after.decisions).endswith("rad 2")


def test_decisions_lie_over_the_tables_and_come_off_again(town):
    """Engines see what is decided; the tables keep what was there, for when a decision ends."""
    over = decide(town, *some_decisions(town))
    client = over.clients[0]
    assert (client.contact_id, client.vice_id) == tuple(c.staff_id for c in town.staff[:2])
    assert (over.clients[1].team_id, over.clients[1].locked_team) == ("L07", True)
    assert over.staff[0].twin_id == town.staff[1].staff_id
    assert undecided(over).clients == town.clients
    assert undecided(over).staff == town.staff
    assert decided(over) == over


def test_a_file_of_decisions_beside_a_workbook_is_read_with_it(town, tmp_path):
    """LU-06: a choice is recorded without anybody's workbook being rewritten."""
    from data.tables.out.writing import csv_text, decision_row
    from data.tables.schema.decision_table import DECISIONS

    write_input(town, tmp_path / "indata.xlsx")
    one = some_decisions(town)[0]
    row = decision_row(one)
    header = [column.header for column in DECISIONS.columns]
    cells = [row[column.name] for column in DECISIONS.columns]
    (tmp_path / "beslut.csv").write_text(csv_text(header, [cells]), encoding="utf-8")
    assert read_input(tmp_path / "indata.xlsx").municipality.decisions == (one,)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"client_id": "B9999"}, "finns inte"),
        ({"client_id": ""}, "kräver Brukare"),
        ({"valid_from": DAY, "valid_to": DAY - dt.timedelta(1)}, "slutdatum"),
    ],
)
def test_a_decision_that_cannot_be_meant_is_a_fault_with_its_row(town, tmp_path, change, told):
    """A slip in a decision must stop the plan, not be forgotten by it."""
    wrong = replace(some_decisions(town)[0], **change)
    write_input(replace(town, decisions=(wrong,)), tmp_path / "in.xlsx")
    with pytest.raises(InputError) as stopped:
        read_input(tmp_path / "in.xlsx")
    faults = [one for one in stopped.value.faults if one.sheet == "Beslut"]
    assert faults[0].row == 2
    assert told in faults[0].problem + faults[0].allowed


@pytest.mark.parametrize("which", ["time", "day", "contradiction"])
def test_days_and_times_stay_within_what_is_ordered(town, tmp_path, which):
    """A decision chooses within the order; two that say different things name each other."""
    contact, *_, day, time = some_decisions(town)
    decisions = {
        "time": (replace(time, start_s=1),),
        "day": (replace(day, visit_id=next(v.visit_id for v in town.visits if v.is_daily)),),
        "contradiction": (contact, replace(contact, staff_id=town.staff[2].staff_id)),
    }[which]
    write_input(replace(town, decisions=decisions), tmp_path / "in.xlsx")
    with pytest.raises(InputError) as stopped:
        read_input(tmp_path / "in.xlsx")
    told = " ".join(one.problem for one in stopped.value.faults)
    expected = {"time": "tidsfönster", "day": "fasta dagar", "contradiction": "rad 2"}[which]
    assert expected in told


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 20)), min_size=1, max_size=6))
def test_one_decision_of_each_thing_holds_the_latest_begun(spans):
    """LU-15: an assignment has from and to; a later one takes over from its own first day only."""
    first, last = DAY + dt.timedelta(20), DAY + dt.timedelta(27)
    found = [
        Decision(
            "contact", "B1", staff_id=f"P{i}", valid_from=DAY + dt.timedelta(a),
            valid_to=DAY + dt.timedelta(a + n),
        )
        for i, (a, n) in enumerate(spans)
    ]  # fmt: skip
    held = in_force(found, first, last)
    alive = [one for one in found if one.valid_from <= last and one.valid_to >= first]
    assert len(held) == (1 if alive else 0)
    begun = [one for one in alive if one.valid_from <= first]
    if begun:
        assert held[0].valid_from == max(one.valid_from for one in begun)
    elif alive:
        assert held[0].valid_from == min(one.valid_from for one in alive)
    assert len({key_of(one) for one in found}) == 1


def test_adopting_writes_the_plan_and_leaves_what_was_ordered(town):
    """The next plan starts from what was agreed (MA-05), and a decision that ends by itself is not
    made for ever (NO-22: the former contact comes back)."""
    ids = [client.client_id for client in town.clients]
    carers = [carer.staff_id for carer in town.staff]
    plan = TeamPlan(
        (Team("L1", "A", "b", tuple(ids)),), dict.fromkeys(ids, carers[0]),
        dict.fromkeys(ids, carers[1]), dict.fromkeys(carers, "L1"),
        dict.fromkeys(carers, "A"), dict.fromkeys(carers, "b"),
        {carers[0]: carers[1], carers[1]: carers[0]}, {},
    )  # fmt: skip
    visit = town.visits[0]
    rows = tuple(
        PlanRow(
            DAY + dt.timedelta(i), "day", f"r{i}", "L1", carers[0], 1, "visit", visit.visit_id,
            visit.client_id, 1, at, at, at + 60, 0, 0, 0, "bike", "contact",
        )
        for i, at in enumerate((28_800, 29_100, 32_400))
    )  # fmt: skip
    for_a_while = Decision("contact", ids[0], staff_id=carers[0], valid_to=dt.date(2026, 6, 1))
    before = decide(town, for_a_while)
    after = adopted(before, plan, RoundPlan((DAY,), rows, ()), on=DAY)
    assert after.adopted_on == DAY
    assert {client.team_id for client in after.clients} == {"L1"}
    assert {c.contact_id for c in undecided(after).clients[1:]} == {carers[0]}
    assert undecided(after).clients[0].contact_id == town.clients[0].contact_id
    assert after.clients[0].contact_id == carers[0]
    assert after.visit_by_id[visit.visit_id].usual_s == 29_100
    assert (after.visits[0].earliest_s, after.visits[0].wished_s) == (
        visit.earliest_s,
        visit.wished_s,
    )
    whats = {one.what for one in adoption_changes(before, after)}
    assert {"team", "contact"} <= whats
    assert adoption_changes(after, after) == ()
