"""Soft rounds as a planner would lean on them: prices change plans, lags hold, seeds repeat."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from routing.rounds.soft import (
    SoftEffort,
    SoftGroup,
    SoftModel,
    SoftPrices,
    SoftRoute,
    SoftVisit,
    solve,
)
from routing.rounds.soft_exact import BREAK, retime

PRICES = SoftPrices(
    travel=1, late=5, worst=2, wait=1, over=5, idle=0, no_break=100, break_from=180,
    break_latest=330, break_duration=30,
)  # fmt: skip
EFFORT = SoftEffort(n_iterations=400)


def _town(n_visits=16, n_carers=3, seed=5, prices=PRICES):
    """Visits on a plane, two carers, a few pairs and a few that may be left out."""
    rng = np.random.default_rng(seed)
    xy = rng.integers(0, 40, (n_visits + 1, 2))
    legs = np.abs(xy[:, None, :] - xy[None, :, :]).sum(axis=2)
    everyone = dict.fromkeys(range(n_carers), 0)
    groups, place = [], 1
    while place <= n_visits:
        begin = int(rng.integers(0, 400))
        visit = SoftVisit(place, 20, ((begin, begin + 60),), everyone)
        if place % 5 == 0:
            lag = (0, 0) if place % 10 == 0 else (15, 45)
            groups.append(SoftGroup((visit, visit), 5000, lag))
        else:
            groups.append(SoftGroup((visit,), 5000 if place % 4 else 30))
        place += 1
    routes = tuple(SoftRoute(0, 0, 0, 480, True) for _ in range(n_carers))
    return SoftModel(tuple(groups), routes, legs, prices)


def _starts(model, plan):
    timed = retime(model, plan)
    return {
        u: (start, r)
        for r, (seq, starts) in enumerate(zip(timed.sequences, timed.starts, strict=True))
        for u, start in zip(seq, starts, strict=True)
        if u != BREAK
    }


def test_same_seed_and_iterations_same_plan():
    """A plan can be made again from its seed and its count of iterations (design 4)."""
    model = _town()
    assert solve(model, 3, EFFORT) == solve(model, 3, EFFORT)


def test_pairs_keep_their_lag_and_their_two_carers():
    """Simultaneous and sequential pairs hold in the pins and after the exact timing."""
    model = _town()
    plan = solve(model, 1, EFFORT)
    starts, first = _starts(model, plan), 0
    for group in model.groups:
        if group.lag is not None and first in starts:
            (one, r), (other, s) = starts[first], starts[first + 1]
            assert group.lag[0] <= other - one <= group.lag[1]
            assert r != s
            pinned = plan.starts[first + 1] - plan.starts[first]
            assert group.lag[0] <= pinned <= group.lag[1]
        first += len(group.visits)
    assert any(group.lag for group in model.groups)


def test_groups_are_planned_all_or_none():
    """Half a double visit helps nobody."""
    model = _town(n_carers=2)
    starts, first = _starts(model, solve(model, 1, EFFORT)), 0
    for group in model.groups:
        there = [first + i in starts for i in range(len(group.visits))]
        assert len(set(there)) == 1
        first += len(group.visits)


def test_breaks_are_held_when_missing_them_costs():
    """And left out when they are free to miss and in the way."""
    model = _town()
    held = solve(model, 1, EFFORT)
    assert all(BREAK in seq for seq in held.sequences if seq)
    starts = retime(model, held)
    for seq, times in zip(starts.sequences, starts.starts, strict=True):
        for u, time in zip(seq, times, strict=True):
            assert u != BREAK or 180 <= time <= 330


def test_visits_that_cost_more_than_they_are_worth_are_left_out():
    """The price of absence decides: at nothing, nobody leaves the base for them."""
    model = _town()
    free = replace(model, groups=tuple(replace(g, absent=0) for g in model.groups))
    assert all(set(seq) <= {BREAK} for seq in solve(free, 1, EFFORT).sequences)


def test_idle_price_spreads_the_work():
    """With a price on the longest idle time nobody stays at home."""
    model = _town(n_visits=10, n_carers=3)
    shared = replace(model, prices=replace(PRICES, idle=60))
    busy = [len([u for u in seq if u != BREAK]) for seq in solve(shared, 1, EFFORT).sequences]
    assert min(busy) >= 2


@pytest.mark.parametrize("late", [1, 50])
def test_lateness_falls_when_its_price_rises(late):
    """More for each late minute, fewer late minutes (weakly: one seed, the same search)."""
    model = _town(prices=replace(PRICES, late=late, worst=0))
    starts = _starts(model, solve(model, 1, EFFORT))
    visits = model.visits
    total = sum(max(0, start - visits[u].windows[0][1]) for u, (start, _) in starts.items())
    assert total <= (400 if late == 1 else 60)


def test_plan_cost_is_what_the_times_say():
    """The search's own account of its best plan agrees with a sum from the timed plan."""
    model = _town()
    plan = solve(model, 2, EFFORT)
    timed, visits, prices = retime(model, plan), model.visits, model.prices
    cost = worst = 0
    for r, seq in enumerate(timed.sequences):
        cost += prices.no_break * (BREAK not in seq)
        if not seq:
            continue
        places = [model.routes[r].from_place, *timed.places[r], model.routes[r].to_place]
        ways = [int(model.legs[a, b]) for a, b in pairwise(places)]
        cost += prices.travel * sum(ways)
        stays = [prices.break_duration if u == BREAK else visits[u].duration for u in seq]
        times = timed.starts[r]
        cost += prices.wait * (times[-1] - times[0] - sum(stays[:-1]) - sum(ways[1:-1]))
        cost += prices.over * max(0, times[-1] + stays[-1] + ways[-1] - model.routes[r].end)
        late = [
            max(0, t - visits[u].windows[0][1])
            for u, t in zip(seq, times, strict=True)
            if u != BREAK
        ]
        cost += prices.late * sum(late)
        worst = max([worst, *late])
    cost += prices.worst * worst
    planned = {u for seq in timed.sequences for u in seq}
    first = 0
    for group in model.groups:
        cost += group.absent * (first not in planned)
        first += len(group.visits)
    assert cost <= plan.cost
    assert cost >= 0.9 * plan.cost
