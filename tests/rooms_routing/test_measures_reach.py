"""The most visits one carer can make, in a shift and over a horizon: against trying everything."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from routing.bounds.contact_columns import Job, ShiftWork, Tours, most_over_horizon, orienteering

END_S = 30_000


def most(jobs, legs_s, start_s, end_s):
    """Of one shift, visits first as the columns have them; any length of it will do."""
    order = sorted(range(len(jobs)), key=lambda j: jobs[j].is_block)
    at = [*order, len(jobs)]
    leg_s = np.array(legs_s, dtype=np.int64)[np.ix_(at, at)]
    names = tuple(j for j in order if not jobs[j].is_block)
    work = ShiftWork(names, tuple(jobs[j] for j in order), leg_s, start_s, end_s, 10**9)
    return orienteering(work)


def _holds(jobs, legs_s, order, start_s, end_s):
    now_s, at = start_s, len(jobs)
    for j in order:
        now_s = max(now_s + legs_s[at][j], jobs[j].earliest_s)
        if now_s > jobs[j].latest_s:
            return False
        now_s += jobs[j].duration_s
        if now_s + legs_s[j][len(jobs)] > end_s:
            return False
        at = j
    return True


def _by_every_order(jobs, legs_s, start_s, end_s):
    """The naive twin: every order of every subset that holds all blocks."""
    blocks = {j for j, job in enumerate(jobs) if job.is_block}
    best = -1
    for n in range(len(jobs) + 1):
        for order in permutations(range(len(jobs)), n):
            if blocks <= set(order) and _holds(jobs, legs_s, order, start_s, end_s):
                best = max(best, n - len(blocks))
    return best if best >= 0 else len(jobs) - len(blocks)


job = st.builds(
    lambda early, width, lasts, block: Job(early, early + width, lasts, block),
    st.integers(0, 24_000), st.integers(0, 9_000), st.integers(300, 6_000),
    st.sampled_from([False, False, False, True]),
)  # fmt: skip


@given(st.lists(job, max_size=5), st.data())
def test_labels_find_what_every_order_finds_their_twin(jobs, data):
    """Windows that have closed are forgotten, blocks never: neither may change the answer."""
    n = len(jobs) + 1
    legs = st.lists(st.integers(0, 3_000), min_size=n, max_size=n)
    legs_s = data.draw(st.lists(legs, min_size=n, max_size=n))
    assert most(jobs, legs_s, 0, END_S) == _by_every_order(jobs, legs_s, 0, END_S)


legs_of_homes = st.sampled_from([0, 0, 300, 900, 3_000])


@given(st.lists(job, max_size=5), st.data())
def test_tours_of_one_shift_are_the_best_for_any_rewards_asked_in_turn(jobs, data):
    """Visits at one home have no leg between them; a tour that is known must not hide a better."""
    n = len(jobs) + 1
    rows = st.lists(legs_of_homes, min_size=n, max_size=n)
    legs_s = np.array(data.draw(st.lists(rows, min_size=n, max_size=n)), dtype=np.int64)
    visits = [j for j, one in enumerate(jobs) if not one.is_block]
    order = [*visits, *(j for j, one in enumerate(jobs) if one.is_block), len(jobs)]
    jobs, legs_s = [jobs[j] for j in order[:-1]], legs_s[np.ix_(order, order)]
    work = ShiftWork(tuple(visits), tuple(jobs), legs_s, 0, END_S, 10**6)
    tours, worths = Tours(), st.sampled_from([0, 1, 2, 333_333, 500_000, 1_000_000])
    blocks = {j for j, one in enumerate(jobs) if one.is_block}
    held = [
        set(line)
        for length in range(len(jobs) + 1)
        for line in permutations(range(len(jobs)), length)
        if blocks <= set(line) and _holds(jobs, legs_s.tolist(), line, 0, END_S)
    ]
    for _ in range(3):
        reward = data.draw(st.lists(worths, min_size=len(visits), max_size=len(visits)))
        value, made = tours.best(work, np.array(reward, dtype=np.int64))
        if held:
            assert value == max(sum(reward[q] for q in line - blocks) for line in held)
            assert sum(reward[q] for q in made) == value
            assert any(set(made) <= line for line in held)


def test_eight_who_get_up_at_eight():
    """Three half-hour visits fit between eight and half past nine, not eight."""
    jobs = [Job(8 * 3600, 9 * 3600, 1800)] * 8
    legs_s = [[0] * 9 for _ in range(9)]
    assert most(jobs, legs_s, 7 * 3600, 15 * 3600) == 3


def test_a_break_in_the_middle_costs_a_visit():
    """A block must be held, and takes the time of a visit that would else fit."""
    jobs = [Job(0, 1000, 1000), Job(0, 1000, 1000)]
    legs_s = [[0] * 4 for _ in range(4)]
    assert most(jobs, [row[:3] for row in legs_s[:3]], 0, 2000) == 2
    assert most([*jobs, Job(0, 1000, 1000, is_block=True)], legs_s, 0, 2000) == 1


def _by_every_choice(shifts, wanted):
    """The naive twin: every set of visits for each shift, no more of a visit than is wanted."""
    sets = []
    for work in shifts:
        n, fit = len(work.visits), []
        blocks = range(n, len(work.jobs))
        for bits in product((False, True), repeat=n):
            chosen = [q for q in range(n) if bits[q]] + list(blocks)
            if any(
                _holds(work.jobs, work.leg_s.tolist(), order, work.start_s, work.end_s)
                for order in permutations(chosen)
            ):
                fit.append([work.visits[q] for q in range(n) if bits[q]])
        sets.append(fit or [[]])
    best = 0
    for one in product(*sets):
        made = [name for names in one for name in names]
        if all(made.count(name) <= wanted[name] for name in wanted):
            best = max(best, len(made))
    return best


@given(st.data())
def test_the_bound_over_the_horizon_is_never_below_its_twin(data):
    """Columns and prices bound from above, and by less than one visit of three here."""
    names = ["a", "b", "c"]
    shifts = []
    for _ in range(data.draw(st.integers(1, 3))):
        mine = data.draw(st.lists(st.sampled_from(names), unique=True, max_size=3))
        jobs = [data.draw(job) for _ in mine]
        jobs = [Job(one.earliest_s, one.latest_s, one.duration_s) for one in jobs]
        n = len(jobs) + 1
        legs = st.lists(st.integers(0, 3_000), min_size=n, max_size=n)
        leg_s = np.array(data.draw(st.lists(legs, min_size=n, max_size=n)), dtype=np.int64)
        shifts.append(ShiftWork(tuple(mine), tuple(jobs), leg_s, 0, END_S, 10**9))
    wanted = {name: data.draw(st.integers(1, 2)) for name in names}
    bound = most_over_horizon(shifts, wanted)
    exact = _by_every_choice(shifts, wanted)
    assert exact <= bound <= exact + 1


def test_a_free_visit_is_counted_once_and_takes_its_time():
    """Two shifts of an hour, a daily hour in each, and one free hour: two of the three."""
    legs = np.zeros((3, 3), dtype=np.int64)
    hour = Job(0, 3600, 3600)
    shifts = [
        ShiftWork((("daily", day), "free"), (hour, hour), legs, 0, 3600, 3600) for day in (0, 1)
    ]
    wanted = {("daily", 0): 1, ("daily", 1): 1, "free": 1}
    assert most_over_horizon(shifts, wanted) == 2
    roomy = [ShiftWork(one.visits, (Job(0, 3600, 3600), Job(0, 7200, 3600)), legs, 0, 7200, 7200)
             for one in shifts]  # fmt: skip
    assert most_over_horizon(roomy, wanted) == 3
