"""What is due, worked out twice: by the checker from the visit's fields, and by the calendar."""

from __future__ import annotations

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from data.care.care_calendar import occurrences_of
from data.model import DATE_MAX, DATE_MIN, Client, Visit
from routing.check.due import due

START = dt.date(2026, 2, 23)
days = st.integers(-5, 40).map(lambda n: START + dt.timedelta(n))


@st.composite
def visits(draw):
    weekdays = tuple(sorted(draw(st.sets(st.integers(0, 6), min_size=1))))
    return Visit(
        draw(st.sampled_from(["v1", "v2", "besök-å"])),
        "c",
        "cleaning",
        1800,
        8 * 3600,
        14 * 3600,
        weekdays=weekdays,
        every_weeks=draw(st.integers(1, 4)),
        n_per_period=draw(st.integers(0, 3)),
        mode=draw(st.sampled_from(["physical", "physical", "digital", "external"])),
        valid_from=draw(st.one_of(st.just(DATE_MIN), days)),
        valid_to=draw(st.one_of(st.just(DATE_MAX), days)),
    )


@given(
    visits(),
    st.integers(1, 28),
    st.one_of(st.none(), days),
    st.one_of(st.none(), days),
    st.integers(0, 9),
)
@settings(max_examples=300, deadline=None)
def test_due_agrees_with_the_calendar(visit, n_days, pause_from, pause_to, first):
    """Two pieces of code that share nothing must ask for the same occurrences (faults D6)."""
    client = Client("c", 0.0, 0.0, pause_from=pause_from, pause_to=pause_to)
    dates = [START + dt.timedelta(first + i) for i in range(n_days)]
    ours = sorted(
        tuple(sorted(wanted.days))
        for wanted in due(visit, client, dates)
        for _ in range(wanted.n_times)
    )
    theirs = sorted(occurrence.dates for occurrence in occurrences_of(visit, client, dates))
    assert ours == theirs
