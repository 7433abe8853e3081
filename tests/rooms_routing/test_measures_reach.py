"""The most visits one carer can make: against trying every order."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from routing.measures.orienteering import Job, most_visits

END_S = 30_000


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
def test_labels_find_what_every_order_finds(jobs, data):
    """Windows that have closed are forgotten, blocks never: neither may change the answer."""
    n = len(jobs) + 1
    legs = st.lists(st.integers(0, 3_000), min_size=n, max_size=n)
    legs_s = data.draw(st.lists(legs, min_size=n, max_size=n))
    assert most_visits(jobs, legs_s, 0, END_S) == _by_every_order(jobs, legs_s, 0, END_S)


def test_eight_who_get_up_at_eight():
    """Three half-hour visits fit between eight and half past nine, not eight."""
    jobs = [Job(8 * 3600, 9 * 3600, 1800)] * 8
    legs_s = [[0] * 9 for _ in range(9)]
    assert most_visits(jobs, legs_s, 7 * 3600, 15 * 3600) == 3


def test_a_break_in_the_middle_costs_a_visit():
    """A block must be held, and takes the time of a visit that would else fit."""
    jobs = [Job(0, 1000, 1000), Job(0, 1000, 1000)]
    legs_s = [[0] * 4 for _ in range(4)]
    assert most_visits(jobs, [row[:3] for row in legs_s[:3]], 0, 2000) == 2
    assert most_visits([*jobs, Job(0, 1000, 1000, is_block=True)], legs_s, 0, 2000) == 1
