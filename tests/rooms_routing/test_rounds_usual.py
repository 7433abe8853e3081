"""The same hour from day to day: bands around daily visits that the search narrows as it cools."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.engine import kernels_layout as k
from routing.engine.kernels_route import retime
from routing.engine.kernels_search import anneal
from routing.engine.weights import RoundWeights
from routing.horizon.area_split import split_by_area
from routing.measures.time_classes import n_in_half_hour
from routing.rounds.area_search import prepared
from routing.rounds.time_consistency import (
    CONTACT_TIMES,
    HALF_HOUR_S,
    ODD_PCT,
    STEPS,
    UsualTimes,
    usual_half_hour_s,
)
from routing.rounds.warm_start import back_to_best
from tests.rooms_routing.test_rounds_kernels import naive_total
from tests.rooms_routing.test_rounds_plan import faults, plan_of, random_world


def searched(seed, usual_pct=300):
    """An area of a random world with a little search behind it."""
    world = random_world(seed, n_days=6)
    sources, _, _ = split_by_area(
        world.municipality, world.team_plan, world.travel, world.rules, tuple(world.dates),
        replace(RoundWeights(), usual_pct=usual_pct),
    )  # fmt: skip
    rng = np.random.Generator(np.random.PCG64(seed))
    area, state = prepared(sources[0], rng)
    anneal(area.problem, state, rng, 800, 300.0, 50.0)
    return area, state, rng


@pytest.mark.parametrize("seed", range(4))
def test_every_step_keeps_all_that_is_planned_and_counts_as_its_twin(seed):
    """A band must never throw a visit out or break a window, and its cost is a plain count's."""
    area, state, rng = searched(seed)
    usual = UsualTimes(area)
    for _, half_s in STEPS:
        best_length = state.best_length.copy()
        usual.hold_within(state, half_s)
        assert (state.length == best_length).all()
        assert all(retime(area.problem, state, r) for r in range(len(state.length)))
        assert (
            state.scalar[k.SCALAR_COST]
            == naive_total(area.problem, state)
            == state.scalar[k.SCALAR_BEST]
        )
        anneal(area.problem, state, rng, 300, 50.0, 20.0)


def test_carers_wait_for_the_band_where_their_round_allows_it():
    """What starts before its band afterwards could not have waited."""
    area, state, _ = searched(1)
    UsualTimes(area).hold_within(state, 15 * 60)
    node, n_banded = area.problem.node, 0
    for r in range(len(state.length)):
        for row in state.line[r, 1 : 1 + state.length[r]]:
            low = node[row[k.POS_NODE], k.NODE_WISH_LO]
            if node[row[k.POS_NODE], k.NODE_PRICE_EARLY] and row[k.POS_START] < low:
                assert row[k.POS_LATEST] < low
            n_banded += node[row[k.POS_NODE], k.NODE_PRICE_EARLY] > 0
    assert n_banded > 10


def test_what_is_not_daily_has_no_band_and_a_pair_waits_for_none():
    """What is not daily follows the contact's days; a pair's one start is priced, never delayed."""
    area, state, _ = searched(2)
    before = area.problem.node.copy()
    UsualTimes(area).hold_within(state, 15 * 60)
    n_pairs = 0
    for u, key in enumerate(area.keys):
        visit, node = key.occurrence.visit, area.problem.node[u]
        if not visit.is_daily:
            assert node[k.NODE_PRICE_EARLY] == 0
        elif visit.carers_required == 2:
            assert node[k.NODE_EARLIEST] == before[u, k.NODE_EARLIEST]
            assert (
                node[k.NODE_PRICE_EARLY]
                == area.problem.node[node[k.NODE_PARTNER], k.NODE_PRICE_EARLY]
            )
            n_pairs += node[k.NODE_PRICE_EARLY] > 0
    assert n_pairs > 1


def test_a_second_outside_costs_most_where_few_starts_lie_outside():
    """One odd day is worth mending; many are another habit. By the starts before the band."""
    area, state, _ = searched(1)
    usual, half_s = UsualTimes(area), 15 * 60
    back_to_best(area, state)
    start, _ = usual._times(state)
    usual.hold_within(state, half_s)
    full, prices = area.source.weights.usual_pct * 64 // 100, set()
    for members in usual._groups:
        starts = start[members][start[members] >= 0]
        if len(starts) < 2:
            continue
        node = area.problem.node[members[0]]
        low = node[k.NODE_WISH_HI] - half_s - HALF_HOUR_S // 2
        n_odd = int(((starts < low) | (starts > low + HALF_HOUR_S)).sum())
        assert node[k.NODE_PRICE_EARLY] == full * ODD_PCT[min(n_odd, 5)] // 100
        prices.add(int(node[k.NODE_PRICE_EARLY]))
    assert len(prices) > 2


def test_a_visit_that_found_no_room_may_start_in_its_whole_window_again():
    """Nothing is left out for the sake of the hour: at each step its window is opened."""
    area, state, _ = searched(3)
    usual = UsualTimes(area)
    usual.hold_within(state, 15 * 60)
    for u in state.absent[: state.scalar[k.SCALAR_ABSENT]].tolist():
        visit = area.keys[u].occurrence.visit
        assert area.problem.node[u, k.NODE_EARLIEST] == visit.earliest_s
    assert state.scalar[k.SCALAR_ABSENT] > 0


def test_a_contacts_start_counts_as_many_as_stand_for_it():
    """The band follows her hours: by plain counting, of every visit without a wished time."""
    area, state, _ = searched(1)
    usual, half_s = UsualTimes(area), 15 * 60
    back_to_best(area, state)
    start, _ = usual._times(state)
    contact_of, n_moved = area.source.team_plan.contact, 0
    usual.hold_within(state, half_s)
    for members in usual._groups:
        visit = area.keys[members[0]].occurrence.visit
        plain, weighed = [], []
        for u in members[start[members] >= 0].tolist():
            shift = area.source.shifts[state.plan[u, k.PLAN_ROUTE]].shift
            is_hers = shift.staff_id == contact_of.get(visit.client_id)
            plain.append(int(start[u]))
            weighed += [int(start[u])] * (CONTACT_TIMES if is_hers else 1)
        if visit.wished_s is None and len(plain) > 1:
            low = usual_half_hour_s(np.array(sorted(weighed)), None)
            assert area.problem.node[members[0], k.NODE_WISH_LO] == low + HALF_HOUR_S // 2 - half_s
            n_moved += low != usual_half_hour_s(np.array(sorted(plain)), None)
    assert n_moved > 0


def test_an_adopted_time_is_kept_for_any_visit():
    """What the planner has adopted is no longer the search's to choose, daily or not."""
    world = random_world(2, n_days=6)
    town = world.municipality
    visits = tuple(replace(v, usual_s=v.earliest_s + 1200) for v in town.visits)
    sources, _, _ = split_by_area(
        replace(town, visits=visits), world.team_plan, world.travel, world.rules,
        tuple(world.dates), RoundWeights(),
    )  # fmt: skip
    area, state = prepared(sources[0], np.random.Generator(np.random.PCG64(0)))
    UsualTimes(area).hold_within(state, 10 * 60)
    node = area.problem.node
    for u, key in enumerate(area.keys):
        adopted_s = key.occurrence.visit.usual_s
        assert (node[u, k.NODE_WISH_LO], node[u, k.NODE_WISH_HI]) == (
            adopted_s - 600,
            adopted_s + 600,
        )
    assert all(retime(area.problem, state, r) for r in range(len(state.length)))


@given(
    st.lists(st.integers(25_000, 40_000), min_size=1, max_size=14),
    st.none() | st.integers(25_000, 40_000),
)
def test_the_half_hour_holds_most_starts(starts, wished_s):
    """Whatever is wished, the band is laid over as many starts as any half-hour holds."""
    low = usual_half_hour_s(np.array(sorted(starts)), wished_s)
    held = [one for one in starts if low <= one <= low + HALF_HOUR_S]
    assert len(held) == n_in_half_hour(starts)


def test_the_same_hour_and_nothing_more_left_out():
    """The point of it: starts draw together, every rule holds, no urgent visit is paid for it."""
    spread, n_unplanned = {}, {}
    for pct in (0, 100):
        plans = []
        for seed in range(3):
            world = random_world(seed, n_days=6)
            weights = replace(RoundWeights(), usual_pct=pct)
            plans.append(plan_of(world, weights=weights, n_iterations=4000))
            assert faults(world, plans[-1]) == ()
        spread[pct] = sum(map(spread_s, plans))
        n_unplanned[pct] = sum(row.priority == 1 for plan in plans for row in plan.unplanned)
    assert spread[100] < 0.7 * spread[0]
    assert n_unplanned[100] <= 1.2 * n_unplanned[0] + 2


def spread_s(plan):
    """Latest less earliest start of each recurring visit, added."""
    starts = {}
    for row in plan.rows:
        if row.kind == "visit":
            starts.setdefault(row.visit_id, []).append(row.start_s)
    return sum(max(times) - min(times) for times in starts.values())
