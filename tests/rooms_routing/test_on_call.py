"""The evening for whoever is on call, what pauses free, whom to phone; all by hand."""

from __future__ import annotations

from dataclasses import replace

from data.model import Visit
from data.plans import RoundPlan, UnplannedRow
from routing.answers.freed_time import freed_minutes, freed_time
from routing.answers.on_call import on_call
from routing.answers.plan_changes import plan_changes, with_phones
from routing.check.view import see

H = 3600


def view_of(world):
    return see(world.municipality, world.team_plan, world.travel, world.rules, world.plan)


def test_who_is_at_work_and_where_there_is_room(tiny_world):
    """NO-02: on Monday from 17:30 E1 alone is left, with one visit, and free from 19:20."""
    monday = tiny_world.plan.dates[0]
    found = on_call(view_of(tiny_world), monday, 17 * H + 1800)
    (duty,) = found.on_duty
    assert (duty.staff_id, duty.n_left, duty.next_client) == ("E1", 1, "F")
    assert (duty.next_s, duty.end_s) == (19 * H, 22 * H)
    last = found.gaps[-1]
    assert (last.after, last.start_s, last.end_s) == ("F", 19 * H + 1200, 22 * H - 200)
    assert found.must == ()
    assert found.unplanned == ()


def test_what_must_not_be_dropped_and_what_nobody_makes(tiny_world):
    """NO-16: priority 1 that has not begun; Tuesday evening's visit is unplanned."""
    monday, tuesday = tiny_world.plan.dates
    found = on_call(view_of(tiny_world), monday, 16 * H)
    assert [row.visit_id for row in found.must] == ["E-evening"]
    assert on_call(view_of(tiny_world), tuesday, 7 * H).unplanned == ("E-evening",)


def test_a_pause_frees_minutes_and_says_who_gains(tiny_world):
    """NO-13: with A away on Monday S1 has 50 minutes more, in which the lost lunch of C fits."""
    monday = tiny_world.plan.dates[0]
    town = tiny_world.municipality
    clients = tuple(
        replace(c, pause_from=monday, pause_to=monday) if c.client_id == "A" else c
        for c in town.clients
    )
    lunch = Visit("C-lunch", "C", "lunch", 20 * 60, 8 * H, 13 * H)
    long = Visit("C-long", "C", "walk", 90 * 60, 8 * H, 13 * H)
    town = replace(town, clients=clients, visits=(*town.visits, lunch, long))
    lost = (UnplannedRow(monday, "C-lunch", "C", 1, 2, "x"),
            UnplannedRow(monday, "C-long", "C", 1, 2, "x"))  # fmt: skip
    after = RoundPlan(tiny_world.plan.dates, (), lost)
    (one,) = freed_time(town, tiny_world.team_plan, tiny_world.plan, after)
    assert (one.staff_id, one.freed_min, one.gains) == ("S1", 50, ("C-lunch",))
    assert freed_minutes([one]) == {"T1": 50}
    blocked = tuple(
        replace(c, blocked_staff=frozenset({"S1"})) if c.client_id == "C" else c for c in clients
    )
    none = freed_time(replace(town, clients=blocked), tiny_world.team_plan, tiny_world.plan, after)
    assert none[0].gains == ()


def test_whoever_wants_a_call_is_marked_in_the_changes(tiny_world):
    """MA-28: A's morning is a quarter later; the flag stands in the list and in its words."""
    rows = tuple(
        replace(row, start_s=row.start_s + 900) if row.visit_id == "A-morning" else row
        for row in tiny_world.plan.rows
    )
    changes = plan_changes(tiny_world.plan, replace(tiny_world.plan, rows=rows))
    assert not any(one.phone for one in changes)
    told = with_phones(changes, {"A"})
    assert [one.phone for one in told] == [True] * len(changes)
    assert told[0].text.endswith("– ska ringas")
    assert not with_phones(changes, {"B"})[0].phone
