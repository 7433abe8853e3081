"""The exact timing of a soft route, against a naive twin that tries every minute."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.rounds import kernels_soft_layout as k
from routing.rounds.kernels_soft_route import time_row
from routing.rounds.soft import (
    SoftGroup,
    SoftModel,
    SoftPlan,
    SoftPrices,
    SoftRoute,
    SoftVisit,
    build,
    empty_state,
)
from routing.rounds.soft_exact import retime

DAY = 240


@st.composite
def models(draw):
    n = draw(st.integers(1, 5))
    number = st.integers
    legs = np.array(
        [[0 if i == j else draw(number(0, 20)) for j in range(n + 1)] for i in range(n + 1)]
    )
    groups = []
    for i in range(n):
        begin = draw(number(0, 120))
        due = begin + draw(number(0, 40))
        visit = SoftVisit(i + 1, draw(number(1, 30)), ((begin, due),), {0: draw(number(0, 3))})
        groups.append(SoftGroup((visit,), 1000))
    start = draw(number(0, 40))
    routes = (SoftRoute(0, 0, start, start + draw(number(30, 160)), True),)
    prices = SoftPrices(
        travel=draw(number(0, 5)), late=draw(number(0, 5)), worst=0, wait=draw(number(0, 9)),
        over=draw(number(0, 5)), idle=0, no_break=50, break_from=60, break_latest=150,
        break_duration=15,
    )  # fmt: skip
    break_at = draw(st.integers(-1, n))
    return SoftModel(tuple(groups), routes, legs, prices), break_at


def _naive(model, sequence, x):
    """Cost with the first stop at ``x`` and all else as early as can be; None where it cannot."""
    visits, prices, shift = model.visits, model.prices, model.routes[0]
    here, cost, free = shift.from_place, 0, None
    if -1 not in sequence:
        cost += prices.no_break
    for i, u in enumerate(sequence):
        place = visits[u].place if u >= 0 else here
        if u < 0 and i + 1 < len(sequence):
            place = visits[sequence[i + 1]].place
        way = int(model.legs[here, place])
        cost += prices.travel * way
        earliest = visits[u].windows[0][0] if u >= 0 else prices.break_from
        if free is None:
            if x < max(shift.start + way, earliest):
                return None
            begin = x
        else:
            begin = max(free + way, earliest)
            cost += prices.wait * (begin - free - way)
        if u < 0:
            if begin > prices.break_latest:
                return None
            free = begin + prices.break_duration
        else:
            cost += prices.late * max(0, begin - visits[u].windows[0][1]) + visits[u].carers[0]
            free = begin + visits[u].duration
        here = place
    way = int(model.legs[here, shift.to_place])
    return cost + prices.travel * way + prices.over * max(0, free + way - shift.end)


@given(models())
@settings(max_examples=200, deadline=None)
def test_departure_is_the_best_of_all_minutes(case):
    """The knees find what trying every departure finds, and refuse what none can do."""
    model, break_at = case
    sequence = list(range(len(model.groups)))
    if break_at >= 0:
        sequence.insert(break_at, -1)
    problem = build(model)
    state, _ = empty_state(problem)
    state.work[k.ROW, : len(sequence)] = sequence
    holds = time_row(problem, state.at, state.work, len(sequence), 0)
    tried = [_naive(model, sequence, x) for x in range(3 * DAY)]
    possible = [cost for cost in tried if cost is not None]
    assert holds == bool(possible)
    if holds:
        assert state.work[k.OUT, k.E_COST] == min(possible)


@given(models())
@settings(max_examples=60, deadline=None)
def test_linear_program_agrees_with_the_kernel(case):
    """Two ways to time one route: the program may start from the same sequence only."""
    model, break_at = case
    sequence = list(range(len(model.groups)))
    if break_at >= 0:
        sequence.insert(break_at, -1)
    problem = build(model)
    state, _ = empty_state(problem)
    state.work[k.ROW, : len(sequence)] = sequence
    if not time_row(problem, state.at, state.work, len(sequence), 0):
        return
    plan = SoftPlan(0, (tuple(sequence),), (False,) * len(model.groups))
    timed = retime(model, plan)
    starts = timed.starts[0]
    best = _naive(model, sequence, starts[0])
    assert best is not None
    assert best <= state.work[k.OUT, k.E_COST]
