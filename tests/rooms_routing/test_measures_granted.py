"""Granted, ordered and planned minutes (NO-10, LU-03, NO-06), counted by hand in the tiny world."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import replace
from types import SimpleNamespace

import pytest

from data.model import Client, Visit
from hemrunda.writing.minutes_file import write_minutes
from routing.check.view import see
from routing.measures import measure, summary_sv
from routing.measures.granted import ClientMinutes, client_minutes, ordered_min

MONDAY = dt.date(2026, 3, 2)
FORTNIGHT = [MONDAY + dt.timedelta(i) for i in range(14)]
HOME = Client("C", 0.0, 0.0)


def visit(minutes, **changes):
    return Visit("V", "C", "cleaning", minutes * 60, 28_800, 43_200, **changes)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (visit(30), 14 * 30),
        (visit(80, weekdays=(0, 1, 2, 3, 4), every_weeks=2, n_per_period=1), 80),
        (visit(80, weekdays=(0, 1, 2, 3, 4), every_weeks=4, n_per_period=1), 40),
        (visit(40, n_per_period=2), 4 * 40),
        (visit(40, weekdays=(1,), every_weeks=2), 40),
        (visit(20, carers_required=2, weekdays=(0,)), 2 * 20),
        (visit(30, mode="external"), 0),
        (visit(30, valid_to=MONDAY), 30),
    ],
)
def test_what_an_order_comes_to_in_a_fortnight(order, expected):
    """Duration over interval, and the client's time: a visit by two counts once."""
    assert ordered_min(order, HOME, FORTNIGHT) == pytest.approx(expected)


def test_a_pause_takes_away_its_days():
    """Away for the second week: half of what is ordered, and of what is granted."""
    away = replace(HOME, pause_from=FORTNIGHT[7], pause_to=FORTNIGHT[-1])
    assert ordered_min(visit(30), away, FORTNIGHT) == 7 * 30


@pytest.mark.parametrize(
    ("planned", "performed", "status"),
    [(100, None, "within"), (105, None, "within"), (106, None, "over"), (94, None, "under"),
     (106, 100, "within"), (100, 0, "under")],
)  # fmt: skip
def test_over_and_under(planned, performed, status):
    """Five per cent either way is neither; what was performed goes before what was planned."""
    assert ClientMinutes("C", "T", 100, 100, planned, 0, performed).status == status
    assert ClientMinutes("C", "T", 0, 100, planned, 0, performed).status == ""


def test_minutes_by_hand(tiny_world):
    """A's rows of the plan summed here from the table itself; seven a day are granted of 49."""
    world = tiny_world
    clients = tuple(
        replace(client, granted_min_week=7 * 60) if client.client_id == "A" else client
        for client in world.municipality.clients
    )
    town = replace(world.municipality, clients=clients)
    args = (town, world.team_plan, world.travel, world.rules, world.plan)
    rows = {one.client_id: one for one in client_minutes(see(*args))}
    planned = sum(
        row.end_s - row.start_s
        for row in world.plan.rows
        if row.kind == "visit" and row.client_id == "A" and row.carer_no == 1
    )
    assert rows["A"].planned_min == planned / 60
    assert rows["A"].granted_min == 60 * len(world.plan.dates)
    assert rows["B"].pct is None
    found = measure(*args)
    assert found.municipality.granted.n_clients == 1
    assert found.municipality.granted.planned_min == round(planned / 60)
    assert found.teams[rows["A"].team_id].granted == found.municipality.granted
    assert "Beviljad tid" in dict(summary_sv(found))
    assert "Beviljad tid" not in dict(summary_sv(measure(world.municipality, *args[1:])))


def test_what_was_performed_goes_first(tiny_world):
    """Where somebody says what was performed, a client who is not named got nothing."""
    world = tiny_world
    view = see(world.municipality, world.team_plan, world.travel, world.rules, world.plan)
    rows = {one.client_id: one for one in client_minutes(view, {"A": 12.0})}
    assert (rows["A"].got_min, rows["B"].got_min) == (12.0, 0.0)


def test_the_table_of_minutes_leaves_out_who_is_protected(tiny_world, tmp_path):
    """minutes.csv holds one row a client with her status; protected clients stand in no list."""
    world = tiny_world
    clients = tuple(
        replace(client, granted_min_week=1, protected=client.client_id == "B")
        for client in world.municipality.clients
    )
    town = replace(world.municipality, clients=clients)
    plan = SimpleNamespace(
        municipality=town, config=SimpleNamespace(headers="en"),
        view=see(town, world.team_plan, world.travel, world.rules, world.plan),
    )  # fmt: skip
    text = write_minutes(tmp_path, plan).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(text.splitlines(), delimiter=";"))
    assert [row["client_id"] for row in rows] == ["A", "C", "D", "E", "F"]
    assert rows[0]["status"] == "over"
    assert rows[0]["performed_min"] == ""
