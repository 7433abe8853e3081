"""The work that teams are balanced by is the work that is ordered, whatever the plan's horizon."""

from __future__ import annotations

import datetime as dt

import pytest

from data.care.care_calendar import occurrences_of
from data.model import Client, Visit
from partition.annealing.care_work import times_a_week

MONDAY = dt.date(2026, 3, 2)


@pytest.mark.parametrize("every", [1, 2, 3, 4])
@pytest.mark.parametrize("times", [0, 1, 2])
@pytest.mark.parametrize("weekdays", [(0, 1, 2, 3, 4), (1, 4), tuple(range(7))])
def test_a_year_of_occurrences_is_the_work_of_a_week_times_the_weeks(every, times, weekdays):
    """Care minutes a week are duration over interval: 52 weeks hold 52 times as many, ± 1."""
    visit = Visit("V", "C", "cleaning", 3600, 28_800, 43_200, weekdays=weekdays, every_weeks=every,
                  n_per_period=times)  # fmt: skip
    dates = [MONDAY + dt.timedelta(i) for i in range(364)]
    n_due = len(occurrences_of(visit, Client("C", 0.0, 0.0), dates))
    slack = 1 if times else len(weekdays)
    assert abs(n_due - 52 * times_a_week(visit)) <= slack
