"""Even intervals for what is done a few times a week or month (LU-38), on the contact's days."""

import datetime as dt
from dataclasses import replace
from itertools import pairwise

from data.model import Shift, Visit, VisitOccurrence
from routing.roster.shifts import UsableShift
from routing.roster.visit_spacing import best_days
from routing.rounds import RoundWeights
from tests.rooms_routing.test_rounds_plan import MONDAY, H, M, faults, plan_of, random_world


def days(*numbers):
    return tuple(MONDAY + dt.timedelta(n) for n in numbers)


def shifts(staff_id, *numbers):
    return [
        UsableShift(Shift(staff_id, day, 7 * H, 15 * H), f"{staff_id}{day}", "B0", (), ())
        for day in days(*numbers)
    ]


def visit(n_per_period, **changes):
    return Visit("V", "C", "shower", 30 * M, 8 * H, 12 * H, n_per_period=n_per_period, **changes)


def test_two_times_a_week_are_laid_apart():
    """Of seven days: the second and the sixth; three times: first, middle and last third."""
    week = days(*range(7))
    for n, expected in ((2, days(1, 5)), (3, days(1, 3, 5)), (7, week)):
        found = [VisitOccurrence(visit(n), week, i) for i in range(n)]
        best = best_days(found, [], {})
        assert tuple(best["V", i] for i in range(n)) == expected


def test_once_a_week_has_one_weekday_on_which_the_contact_works():
    """She works Tuesday and Thursday one week, Thursday and Friday the next: Thursday it is."""
    found = [
        VisitOccurrence(visit(1), days(*range(5)), 0),
        VisitOccurrence(visit(1), days(*range(7, 12)), 1),
    ]
    best = best_days(found, shifts("S", 1, 3, 10, 11), {"C": "S"})
    assert [day.weekday() for day in best.values()] == [3, 3]


def test_weekdays_spread_where_all_are_equal():
    """Not every cleaning of the town on the same day."""
    week = days(*range(5))
    found = [VisitOccurrence(replace(visit(1), visit_id=f"V{i}"), week, 0) for i in range(20)]
    assert len({day.weekday() for day in best_days(found, [], {}).values()}) >= 4


def test_the_price_of_a_day_gives_evener_gaps():
    """Three weeks, a weekly shower and a walk twice a week, whoever comes.

    How far apart at most is a rule; the price draws them together within it.
    """
    world = random_world(3, n_days=21)
    town = world.municipality
    visits = tuple(
        Visit(f"{c.client_id}-{name}", c.client_id, task, 30 * M, 8 * H, 14 * H, n_per_period=n)
        for c in town.clients
        for name, task, n in (("1", "shower", 1), ("2", "walk", 2))
    )
    world.municipality = replace(town, visits=visits)

    def off_days(day_off):
        plan = plan_of(world, n_iterations=6000, weights=replace(RoundWeights(), day_off=day_off))
        assert faults(world, plan) == ()
        dates = {}
        for row in plan.rows:
            if row.kind == "visit":
                dates.setdefault(row.visit_id, []).append(row.date)
        return sum(
            abs((b - a).days - 7 / (1 if visit_id.endswith("1") else 2))
            for visit_id, found in dates.items()
            for a, b in pairwise(sorted(found))
        )

    assert off_days(1000) < 0.8 * off_days(0)
