"""The edges of what ceilings are made of: one second more, and the visit no longer fits.

Ceilings are shown to managers as what no plan can beat. One second too generous and they promise
what the roster forbids; one too strict and a plan passes its own ceiling.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from data.care.feasible_alone import is_feasible_alone
from data.model import Base, Client, Municipality, Shift, Staff, Visit
from data.plans import Team, TeamPlan
from data.travel_times import TravelTimes
from partition import roster_ceiling
from routing.bounds.contact_columns import Job, ShiftWork, orienteering

DAY = dt.date(2026, 3, 2)
H = 3600
CLIENT, CARER = Client("C", 0, 0), Staff("S")
SHIFT = Shift("S", DAY, 8 * H, 12 * H)


def makes(visit, lines=(SHIFT,), there_back_s=(600, 900), client=CLIENT, carer=CARER):
    return is_feasible_alone(visit, client, carer, DAY, lines, there_back_s)


def visit(earliest_s, latest_s, duration_s=H, **more):
    return Visit("V", "C", "lunch", duration_s, earliest_s, latest_s, **more)


@pytest.mark.parametrize(
    ("earliest_s", "latest_s", "fits"),
    [
        (0, 8 * H + 600, True),  # she is there at 08:10:00
        (0, 8 * H + 599, False),
        (12 * H - 900 - H, 24 * H, True),  # and must leave at 11:45:00
        (12 * H - 900 - H + 1, 24 * H, False),
    ],
)
def test_a_visit_lies_between_coming_and_going_back(earliest_s, latest_s, fits):
    """There after the way out, done before the way back."""
    assert makes(visit(earliest_s, latest_s)) is fits


def test_a_visit_ends_before_a_meeting_begins():
    """A meeting at 10: an hour from 09:00:00 at the latest, or after it at 10:30."""
    meeting = Shift("S", DAY, 10 * H, 10 * H + 1800, "meeting")
    assert makes(visit(9 * H, 9 * H), (SHIFT, meeting))
    assert not makes(visit(9 * H + 1, 10 * H - 1), (SHIFT, meeting))
    assert makes(visit(9 * H + 1, 10 * H + 1800), (SHIFT, meeting))
    assert not makes(visit(9 * H + 1, 10 * H + 1799), (SHIFT, meeting))


def test_a_longest_visit_fills_the_shift_and_no_more():
    """Four hours less both ways."""
    longest = 4 * H - 600 - 900
    assert makes(visit(0, 24 * H, longest))
    assert not makes(visit(0, 24 * H, longest + 1))


def test_leave_all_day_leaves_nothing():
    """Away is away, however short the visit."""
    assert not makes(visit(0, 24 * H, 60), (SHIFT, Shift("S", DAY, 0, 24 * H, "leave")))


def test_who_may_come_is_asked_first():
    """A delegation holds through its last day; pets bar who must go in; a refusal bars always."""
    med = visit(0, 24 * H, skills=frozenset({"med"}))
    assert makes(med, carer=Staff("S", skills={"med": DAY}))
    assert not makes(med, carer=Staff("S", skills={"med": DAY - dt.timedelta(1)}))
    pets, allergic = Client("C", 0, 0, pets=True), Staff("S", pet_allergy=True)
    assert not makes(visit(0, 24 * H), client=pets, carer=allergic)
    assert makes(visit(0, 24 * H, mode="digital"), client=pets, carer=allergic)
    refused = Client("C", 0, 0, blocked_staff=frozenset({"S"}))
    assert not makes(visit(0, 24 * H, mode="digital"), client=refused)


@pytest.mark.parametrize(("duration_s", "pct"), [(4 * H - 1200, 100.0), (4 * H - 1199, 0.0)])
def test_the_roster_ceiling_at_its_edge(duration_s, pct):
    """Ten minutes out and ten back of a shift of four hours: the visit fits to the second."""
    one = replace(visit(8 * H + 600, 9 * H, duration_s), weekdays=(0,))
    town = Municipality("Prov", (CLIENT,), (one,), (CARER,), (SHIFT,), (Base("B", 0, 0),))
    team = Team("T", "O", "B", ("C",))
    plan = TeamPlan((team,), {"C": "S"}, {}, {"S": "T"}, {"S": "O"}, {"S": "B"}, {}, {})
    travel = TravelTimes(
        ("client:C", "base:B"), {"bike": np.array([[0, 600], [600, 0]], dtype=np.int32)}
    )
    assert roster_ceiling(town, plan, travel) == {"C": pct}


def most(jobs, legs, start_s, end_s):
    """Of one shift, its visits first; any length of it will do."""
    n_visits = sum(not job.is_block for job in jobs)
    leg_s = np.array(legs, dtype=np.int64)
    return orienteering(
        ShiftWork(tuple(range(n_visits)), tuple(jobs), leg_s, start_s, end_s, 10**9)
    )


def test_the_most_visits_of_a_shift_at_its_edges():
    """Starts, ends and the way home are all within; one second less and a visit falls out."""
    legs = [[0, 60, 60], [60, 0, 60], [60, 60, 0]]
    jobs = [Job(0, 10_000, 600), Job(0, 10_000, 600)]
    assert most(jobs, legs, 0, 60 + 600 + 60 + 600 + 60) == 2
    assert most(jobs, legs, 0, 60 + 600 + 60 + 600 + 59) == 1
    late = [Job(0, 60, 600), Job(0, 720, 600)]
    assert most(late, legs, 0, 10_000) == 2
    assert most([Job(0, 60, 600), Job(0, 719, 600)], legs, 0, 10_000) == 1
    held = [Job(0, 10_000, 600), Job(700, 700, 600, is_block=True)]
    assert most(held, legs, 0, 10_000) == 1
    assert most([Job(100, 700, 600), Job(700, 700, 600, is_block=True)], legs, 0, 1400) == 0
