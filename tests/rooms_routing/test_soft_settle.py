"""Where a start settles in one or two windows: it stays there, and never falls as arrival rises."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.soft_day.problem import build
from benchmarks.soft_day.soft_day_model import (
    Need,
    SoftCarer,
    SoftDay,
    SoftPrices,
    SoftVisit,
    Window,
)
from routing.engine import kernels_layout as k
from routing.engine.kernels_measure import earliest_start


@st.composite
def nodes(draw):
    """A visit's row: one or two windows in order, met at start or end, of any length."""
    first = draw(st.integers(50, 100))
    last = first + draw(st.integers(0, 40))
    again = last + draw(st.integers(0, 60))
    windows = (Window(first, last), Window(again, again + 20))[: draw(st.sampled_from([1, 2, 2]))]
    length = max(1, last - first + draw(st.integers(-20, 60)))
    visit = SoftVisit("V", 0, windows, (Need(length, {"C": 0}),), met_at_end=draw(st.booleans()))
    prices = SoftPrices(
        travel=1, late=draw(st.integers(0, 9)), late_max=0, wait=draw(st.integers(0, 9)),
        overtime=1, idle_max=0,
    )  # fmt: skip
    day = SoftDay(
        (visit,), (SoftCarer("C", 0, 500, 1, 1),), np.zeros((1, 2, 2), dtype=np.int64), prices
    )
    problem = build(day)
    return problem.soft[0], int(problem.node[0, k.NODE_EARLIEST])


@settings(max_examples=400, deadline=None)
@given(nodes(), st.integers(-50, 100), st.integers(0, 50))
def test_a_settled_start_stays_and_never_falls(node, after, later):
    """Incremental timing stops where nothing changes: it must find what timing anew finds."""
    soft, earliest = node
    arrive = max(0, earliest + after)
    start = earliest_start(soft, earliest, arrive)
    assert start >= max(arrive, earliest)
    assert earliest_start(soft, earliest, start) == start
    assert earliest_start(soft, earliest, arrive + later) >= start
