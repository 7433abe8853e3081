"""What a division does to staff (FA-21): teams, clients, minutes and twins, with the reasons."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from data.model import Base, Client, Municipality, Shift, Staff, Visit
from data.plans import Team, TeamPlan
from partition.redesign.staff_changes import (
    WHY_SV,
    carer_changes,
    contact_changes,
    tables_plan,
)

MONDAY = dt.date(2026, 3, 2)
H = 3600


def town(contact="S1", **client):
    clients = (
        Client("A", 0, 0, team_id="T1", contact_id=contact, **client),
        Client("B", 0, 0, team_id="T1", contact_id="S1"),
    )
    visits = (
        Visit("A1", "A", "morning", 1800, 8 * H, 9 * H),
        Visit("A2", "A", "cleaning", 3600, 8 * H, 9 * H, (0, 1, 2), 2, 1),
        Visit("B1", "B", "lunch", 600, 11 * H, 12 * H, (0, 1, 2, 3, 4), carers_required=2),
    )
    staff = (Staff("S1", team_id="T1", twin_id="S2"), Staff("S2", team_id="T1"),
             Staff("S3", team_id="T2"))  # fmt: skip
    return Municipality("P", clients, visits, staff, (Shift("S1", MONDAY, 7 * H, 15 * H),),
                        (Base("B", 0, 0),))  # fmt: skip


def plan(contact, teams=("AB", ""), staff=None, twin=None):
    made = tuple(Team(f"T{n}", "O1", "B", tuple(of)) for n, of in enumerate(teams, 1))
    staff = staff or {"S1": "T1", "S2": "T1", "S3": "T2"}
    return TeamPlan(made, contact, {}, staff, {}, {}, twin or {}, {})


def test_each_carer_before_and_after():
    """S1 gives A away and keeps B: 7 × 30 + 30 of minutes go, 5 × 10 × 2 stay; S3 changes team."""
    after = plan({"A": "S2", "B": "S1"}, staff={"S1": "T1", "S2": "T1", "S3": "T1"})
    rows = {one.staff_id: one for one in carer_changes(town(), tables_plan(town()), after)}
    first = rows["S1"]
    assert (first.n_clients_before, first.n_clients_after, first.n_clients_kept) == (2, 1, 1)
    assert (first.visit_min_before, first.visit_min_after) == (240 + 100, 100)
    assert (first.twin_before, first.twin_after) == ("S2", "")
    assert rows["S3"].changes_team
    assert not rows["S1"].changes_team
    assert all(one.is_touched for one in rows.values())


def test_nobody_is_touched_where_nothing_changes():
    same = plan({"A": "S1", "B": "S1"}, twin={"S1": "S2"})
    assert not any(one.is_touched for one in carer_changes(town(), tables_plan(town()), same))
    assert contact_changes(town(), tables_plan(town()), same) == ()


@pytest.mark.parametrize(
    ("place", "after", "why"),
    [
        (town(), plan({"A": "S2", "B": "S1"}), "chosen"),
        (town(), plan({"B": "S1"}), "none_now"),
        (town(), plan({"A": "S3", "B": "S1"}, ("B", "A")), "client_moved"),
        (town(), plan({"A": "S2", "B": "S1"}, staff={"S1": "T2", "S2": "T1"}), "contact_moved"),
        (town(blocked_staff=frozenset({"S1"})), plan({"A": "S2", "B": "S1"}), "may_not"),
        (town(contact="GONE"), plan({"A": "S2", "B": "S1"}), "contact_left"),
        (town(contact=""), plan({"A": "S2", "B": "S1"}), "first"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_contact_changes_for_the_first_reason_that_holds(place, after, why):
    (one,) = contact_changes(place, tables_plan(place), after)
    assert (one.client_id, one.why) == ("A", why)
    assert WHY_SV[one.why]


def test_a_missing_delegation_is_a_reason():
    place = town()
    visits = (replace(place.visits[0], skills=frozenset({"insulin"})), *place.visits[1:])
    place = replace(place, visits=visits)
    (one,) = contact_changes(place, tables_plan(place), plan({"A": "S2", "B": "S1"}))
    assert one.why == "may_not"
