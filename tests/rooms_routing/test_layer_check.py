"""The rules of layers, each broken in a plan made by hand."""

import datetime as dt
from dataclasses import replace

import pytest

from data.matter_model import Matter
from data.model import NIGHT, Base, Client, LayerRows, Municipality, Shift, Staff, Visit
from data.plans import PlanRow, RoundPlan, UnplannedRow
from data.rules import Rules
from routing.check.check_layers import check_layer

H = 3600
DAY = dt.date(2026, 3, 2)


def shift(who, start=22, end=31, date=DAY, kind="work", label=NIGHT):
    return Shift(who, date, start * H, end * H, kind, label)


def town(*lines, **changes):
    made = Municipality(
        "Natt",
        (Client("A", 0, 0), Client("B", 0, 9)),
        (),
        (Staff("D1"),),
        (),
        (Base("H", 0, 0),),
        layers=(
            LayerRows(
                "night",
                (
                    Visit("VA", "A", "other", 900, 26 * H, 28 * H, carers_required=2),
                    Visit("VB", "B", "other", 900, 22 * H, 23 * H),
                ),
                (
                    Staff("N1", shift_group="night", patrol_id="P"),
                    Staff("N2", shift_group="night", patrol_id="P"),
                    Staff("N3", shift_group="night"),
                ),
                (shift("N1"), shift("N2"), shift("N3"), *lines),
            ),
        ),
    )
    return replace(made, **changes)


def row(who, visit, client, start_s, seq=1, kind="visit", round_id=None):
    return PlanRow(
        DAY, "night", round_id or f"r-{who}", "Natt", who, seq, kind, visit, client, 1,
        start_s, start_s, start_s + 900, 0, 0, 0, "car", "pool",
    )  # fmt: skip


GOOD = (row("N1+N2", "VB", "B", 22 * H), row("N1+N2", "VA", "A", 26 * H, 2))


def broken(plan_rows, the_town, unplanned=()):
    plan = RoundPlan((DAY,), tuple(plan_rows), tuple(unplanned))
    return {one.rule for one in check_layer(the_town, Rules(), plan, "night", (DAY,))}, [
        one.message for one in check_layer(the_town, Rules(), plan, "night", (DAY,))
    ]


def test_the_night_by_hand_holds():
    assert broken(GOOD, town()) == (set(), [])


@pytest.mark.parametrize(
    ("rows", "lines", "said"),
    [
        ((row("N1+N3", "VB", "B", 22 * H), row("N1+N3", "VA", "A", 26 * H, 2)), (), "patrull"),
        ((*GOOD, row("N1", "VB", "B", 23 * H, round_id="r2")), (), "går också i"),
        ((*GOOD, row("N9", "", "", 23 * H, kind="start")), (), "inget pass i lagret"),
        ((*GOOD[:1], row("N1+N2", "VA", "A", 32 * H, 2)), (), "inget pass i lagret"),
        (GOOD, (shift("N2", 0, 24, kind="sick", label=""),), "frånvarande"),
        (GOOD, (shift("N1", 7, 15, DAY + dt.timedelta(1), label=""),), "vilar mindre"),
        (GOOD, (shift("N1", 12, 21, DAY - dt.timedelta(0), label=""),), ""),
        (GOOD, (shift("N1", 15, 23, label=""),), "samtidigt"),
    ],
)  # fmt: skip
def test_each_of_a_crew_is_at_work_rested_and_in_one_place(rows, lines, said):
    rules, messages = broken(rows, town(*lines))
    if not said:
        assert messages == []
        return
    assert "layer_member" in rules
    assert any(said in message for message in messages)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (GOOD[:1], "saknas"),
        ((GOOD[0], row("N3", "VA", "A", 26 * H)), "ska göras av två"),
    ],
)
def test_what_is_due_at_night_is_made_or_listed(rows, said):
    rules, messages = broken(rows, town())
    assert rules == {"layer_visit"}
    assert said in messages[0]
    listed = UnplannedRow(DAY, "VA", "A", 1, 2, "ingen patrull")
    assert broken(rows, town(), [listed]) == (set(), [])


def test_a_layer_is_planned_on_the_days_own_dates():
    plan = RoundPlan((DAY,), GOOD, ())
    later = (DAY, DAY + dt.timedelta(1))
    (found,) = check_layer(town(), Rules(), plan, "night", later)
    assert found.rule == "layer_dates"
    assert "andra datum" in found.message


def test_a_client_taken_over_is_missed_where_the_homecoming_team_does_not_come():
    """NO-22: the day's visits of the days on which the team has her are due in its plan."""
    client = Client("A", 0, 0, pause_from=DAY, pause_to=DAY)
    visit = Visit("VD", "A", "other", 900, 8 * H, 9 * H)
    carer = Staff("H1", layer="homecoming")
    lines = (shift("H1", 7, 16, label=""),)
    the_town = town(
        clients=(client,),
        visits=(visit,),
        matters=(Matter("takeover", DAY, "A", until=DAY),),
        undecided={("clients", "A"): {"pause_from": None, "pause_to": None}},
        layers=(LayerRows("homecoming", (), (carer,), lines),),
    )
    none = RoundPlan((DAY,), (), ())
    (found,) = check_layer(the_town, Rules(), none, "homecoming", (DAY,))
    assert (found.rule, found.visit_id) == ("layer_visit", "VD")
    made = RoundPlan((DAY,), (row("H1", "VD", "A", 8 * H),), ())
    assert check_layer(the_town, Rules(), made, "homecoming", (DAY,)) == ()
