"""One list of what waits: each kind by its own days, and nothing that is done or far away."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from data.care.care_calendar import occurrences_of
from data.care.decisions import decided, undecided
from data.care.welcome import welcome_id
from data.matter_model import Matter
from data.model import Base, Client, Decision, Municipality, Shift, Staff, Visit
from data.plans import PlanRow, RoundPlan, Team, TeamPlan
from data.rules import DeadlineRules
from routing.answers.deadlines import ending_load, waiting
from routing.check.due import due

TODAY = dt.date(2026, 12, 1)  # a Tuesday
H = 3600
RULES = DeadlineRules()
NO_ROUNDS = RoundPlan((), (), ())


def day(n):
    return TODAY + dt.timedelta(n)


def town(client=None, visits=(), matters=(), decisions=(), staff=None, roster=None):
    client = client or Client("A", 0, 0, team_id="T1", contact_id="S1")
    staff = staff or (Staff("S1", team_id="T1"), Staff("S2", team_id="T1"))
    roster = roster or tuple(Shift("S1", day(n), 7 * H, 15 * H) for n in range(20))
    return Municipality(
        "Pytteby", (client,), tuple(visits), staff, roster, (Base("B1", 0, 0),),
        decisions=tuple(decisions), matters=tuple(matters),
    )  # fmt: skip


def teams(contact="S1", vice="S2"):
    known = {"A": contact} if contact else {}
    return TeamPlan((Team("T1", "O1", "B1", ("A",)),), known, {"A": vice} if vice else {},
                    {"S1": "T1", "S2": "T1"}, {}, {}, {}, {})  # fmt: skip


def waits(municipality, plan=None, rounds=NO_ROUNDS, rules=RULES):
    found = waiting(decided(municipality), plan or teams(), rounds, rules, TODAY)
    return [(one.kind, (one.due - TODAY).days, one.text) for one in found]


def test_nothing_waits_where_all_is_in_order():
    assert waits(town()) == []


@pytest.mark.parametrize(
    ("client", "expected"),
    [
        ({"valid_from": day(-4)}, [("no_contact", 10, "utan fast omsorgskontakt, dag 5 av 14")]),
        ({}, [("no_contact", 0, "utan fast omsorgskontakt, startdatum saknas")]),
        ({"contact_status": "no"}, []),
        ({"needs_contact": False}, []),
        ({"contact_status": "not_asked"},
         [("contact_offer", 0, "har inte erbjudits en fast omsorgskontakt")]),
        ({"valid_to": day(-1)}, []),
    ],
)  # fmt: skip
def test_days_without_a_contact_are_counted(client, expected):
    """LU-05 and OR-04: day N of 14; who said no waits for nobody."""
    found = waits(town(Client("A", 0, 0, team_id="T1", **client)), teams(contact=""))
    assert [one for one in found if one[0] not in ("welcome", "care_plan")] == expected


def test_a_wish_for_another_contact_has_a_fortnight():
    """LU-06: reckoned from the day it was asked; done, it is off the list."""
    asked = Matter("contact_change", day(-3), "A")
    assert waits(town(matters=[asked])) == [
        ("contact_change", 11, "önskar byta omsorgskontakt, dag 4 av 14")
    ]
    assert waits(town(matters=[replace(asked, done_on=day(-1))])) == []


def test_a_new_client_is_welcomed_and_gets_a_care_plan():
    """MA-24, LU-10, NO-04: so many days from the start, each until it is done."""
    client = Client("A", 0, 0, team_id="T1", contact_id="S1", valid_from=day(-2))
    assert [one[:2] for one in waits(town(client))] == [("welcome", 12), ("care_plan", 28)]
    three_weeks = replace(RULES, care_plan_days=21)
    assert waits(town(client), rules=three_weeks)[1][1] == 19
    done = [Matter("welcome", day(-2), "A", done_on=TODAY)]
    assert [one[0] for one in waits(town(client, matters=done))] == ["care_plan"]
    assert waits(town(replace(client, valid_from=day(-90)))) == []


def test_the_welcome_talk_is_a_visit_by_the_contact():
    """MA-24: laid among the visits once within the fortnight, and not in the tables."""
    asked = town(matters=[Matter("welcome", day(-1), "A")])
    laid = decided(asked)
    talk = laid.visit_by_id[welcome_id("A")]
    dates = [day(n) for n in range(20)]
    (one,) = occurrences_of(talk, laid.client_by_id["A"], dates)
    assert max(one.dates) < day(-1 + 14)
    assert [set(found.days) for found in due(talk, laid.client_by_id["A"], dates)] == [
        set(one.dates)
    ]
    assert [(d.kind, d.visit_id, d.staff_id) for d in laid.decisions] == [
        ("person", talk.visit_id, "S1")
    ]
    assert undecided(laid) == asked
    assert decided(laid) == laid
    row = PlanRow(day(2), "day", "r", "T1", "S1", 1, "visit", talk.visit_id, "A", 1, 0, 10 * H,
                  11 * H, 0, 0, 0, "bike", "contact")  # fmt: skip
    told = waits(asked, rounds=RoundPlan((day(2),), (row,), ()))
    assert told[0][2] == f"välkomstsamtal ska hållas; planerat {day(2)} 10:00 hos S1"


@pytest.mark.parametrize(
    ("first", "expected"),
    [(None, "inte planerad"), (20, f"planerad först {day(20)}"), (5, "")],
)
def test_service_begins_within_two_to_four_weeks(first, expected):
    """NO-14: not planned, or planned too late; in time it waits for nothing."""
    cleaning = Visit("V", "A", "cleaning", H, 9 * H, 12 * H, (0, 1, 2, 3, 4), 2, 1,
                     valid_from=day(0))  # fmt: skip
    rows = ()
    if first is not None:
        rows = (PlanRow(day(first), "day", "r", "T1", "S1", 1, "visit", "V", "A", 1, 0, 0, 60, 0, 0,
                        0, "bike", "contact"),)  # fmt: skip
    found = waits(town(visits=[cleaning]), rounds=RoundPlan((), rows, ()))
    if not expected:
        assert found == []
    else:
        told = f"{expected}; ska börja inom 2 veckor, senast {day(28)}"
        assert found == [("service_start", 14, told)]
    begun = replace(cleaning, last_done=day(-1))
    assert waits(town(visits=[begun])) == []


MORNING = Visit("V", "A", "morning", 1800, 8 * H, 9 * H)


@pytest.mark.parametrize(
    ("matter", "expected"),
    [
        (Matter("temporary", day(-1), visit_id="V"), [("temporary", 2)]),
        (Matter("temporary", day(-1), visit_id="V", until=day(20)),
         [("temporary", 13), ("temporary", 21)]),
        (Matter("emergency", TODAY, "A", clock_s=12 * H), [("emergency", 1)]),
        (Matter("handover", day(6), "A"), [("handover", 2)]),
        (Matter("takeover", day(1), "A", until=day(4)), [("takeover", 5)]),
        (Matter("escort", day(9), "A"), [("escort", 6)]),
        (Matter("escort", day(2), "A"), [("escort", 0)]),
    ],
)  # fmt: skip
def test_each_matter_has_its_own_day(matter, expected):
    """NO-17 day four; LU-04 two weeks; NO-19; NO-21 two working days; NO-22; MA-27 three days."""
    found = [
        one[:2] for one in waits(town(visits=[MORNING], matters=[matter]))
        if one[0] not in ("welcome", "care_plan", "decision_ends", "pause_ends")
    ]  # fmt: skip
    assert found == expected


def test_a_late_errand_says_so_and_a_handover_without_contact():
    late = waits(town(matters=[Matter("escort", day(2), "A")]))
    assert "kortare varsel än 3 dagar" in late[0][2]
    coming = waits(town(matters=[Matter("handover", day(6), "A")]), teams(contact=""))
    assert any("kontakt är inte vald" in one[2] for one in coming)


def test_decisions_and_delegations_end():
    """NO-26, LU-34: of care, of a visit, of a planner, of a nurse; the far ones not yet."""
    nurse = Staff("S1", team_id="T1", skills={"insulin": day(5), "stomi": day(5)})
    place = town(
        Client("A", 0, 0, team_id="T1", contact_id="S1", valid_to=day(20)),
        [replace(MORNING, valid_to=day(10), skills=frozenset({"insulin"}))],
        decisions=[Decision("vice", client_id="A", staff_id="S2", valid_to=day(7)),
                   Decision("vice", client_id="A", staff_id="S2", valid_from=day(8),
                            valid_to=day(40))],
        staff=(nurse, Staff("S2")),
    )  # fmt: skip
    assert [one[:2] for one in waits(place)] == [
        ("delegation", 5), ("decision_ends", 7), ("decision_ends", 10), ("decision_ends", 20),
    ]  # fmt: skip


def test_a_contact_on_long_leave_and_who_takes_over():
    """LU-22: away for fourteen days of the roster; the vice is named, or that there is none."""
    shifts = [Shift("S2", day(n), 7 * H, 15 * H) for n in range(20)]
    mine = [Shift("S1", day(n), 7 * H, 15 * H) for n in (16, 17)]
    away = town(roster=(*shifts, *mine))
    (one,) = waits(away)
    assert one[0] == "contact_away"
    assert one[2] == f"kontakten S1 är borta till {day(16)}; vice S2 kan ta över"
    assert waits(away, teams(vice=""))[0][2].endswith("ingen vice")
    soon = [Shift("S1", day(5), 7 * H, 15 * H)]
    assert waits(town(roster=(*shifts, *soon))) == []


def test_care_that_ends_is_summed_by_week():
    """NO-26: 7 × 30 minutes a week end in this week; a fortnightly hour in the next."""
    visits = [
        replace(MORNING, valid_to=day(2)),
        Visit("W", "A", "cleaning", H, 9 * H, 12 * H, (0, 1), 2, 1, valid_to=day(8)),
    ]
    found = ending_load(town(visits=visits), TODAY, 3)
    assert [(one.n_clients, one.n_visits, one.min_week) for one in found] == [
        (1, 1, 210), (1, 1, 30), (0, 0, 0),
    ]  # fmt: skip
