"""The most visits that one carer could make in one shift, windows, travel and breaks counted.

An orienteering problem with time windows, solved by labels (Feillet et al. 2004, doi
10.1002/net.20033): a label is the last visit, the visits made whose windows are still open, and
the number made; of equal labels the one that is free earliest is kept. Visits whose windows have
closed need not be remembered, so labels stay few. A block (break, meeting) must be held: a label
that lets one's time pass is dropped. Exact up to `MOST_LABELS`; beyond that what
could be made is taken to be all, which only raises the bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MOST_LABELS = 3_000
"""Labels of one count beyond which the answer is no longer worth its time."""


@dataclass(frozen=True, slots=True)
class Job:
    """A visit that the carer could make, or a block: when it may start, and how long it is."""

    earliest_s: int
    latest_s: int
    duration_s: int
    is_block: bool = False
    """Whether it must be held, and does not count."""


def most_visits(
    jobs: Sequence[Job], legs_s: Sequence[Sequence[int]], start_s: int, end_s: int
) -> int:
    """How many of ``jobs`` one carer can make between ``start_s`` and ``end_s``.

    Parameters
    ----------
    jobs : sequence of Job, length n
    legs_s : (n + 1, n + 1) seconds from row to column, doors included; the last is the base
    start_s, end_s : int
        Between which the carer is out.

    Returns
    -------
    int
        Exact; or the number of visits among ``jobs`` where the labels grow too many or the blocks
        cannot all be held.
    """
    n, n_visits = len(jobs), sum(not job.is_block for job in jobs)
    order = sorted(range(n), key=lambda j: (jobs[j].latest_s, j))
    blocks = [j for j in order if jobs[j].is_block]
    labels: dict[tuple[int, int], int] = {(n, 0): start_s}
    n_made, best = 0, -1 if blocks else 0
    while labels and len(labels) <= MOST_LABELS:
        if any(all(done >> b & 1 for b in blocks) for _, done in labels):
            best = n_made - len(blocks)
        labels = _one_more(jobs, legs_s, order, blocks, labels, end_s)
        n_made += 1
    return best if best >= 0 and not labels else n_visits


def _one_more(
    jobs: Sequence[Job], legs_s: Sequence[Sequence[int]], order: Sequence[int],
    blocks: Sequence[int], labels: dict[tuple[int, int], int], end_s: int,
) -> dict[tuple[int, int], int]:  # fmt: skip
    """Every label with one more job at its end."""
    n = len(jobs)
    longer: dict[tuple[int, int], int] = {}
    for (last, done), free_s in labels.items():
        from_last = legs_s[last]
        for j in order:
            if done >> j & 1 or j == last:
                continue
            job = jobs[j]
            begin_s = max(free_s + from_last[j], job.earliest_s)
            leave_s = begin_s + job.duration_s
            if begin_s > job.latest_s or leave_s + legs_s[j][n] > end_s:
                continue
            made = done | 1 << j
            if any(jobs[b].latest_s < leave_s for b in blocks if not made >> b & 1):
                continue
            key = (j, _still_open(jobs, order, made, leave_s))
            if longer.get(key, end_s + 1) > leave_s:
                longer[key] = leave_s
    return longer


def _still_open(jobs: Sequence[Job], order: Sequence[int], done: int, now_s: int) -> int:
    """The visits of ``done`` that could be started by now, were they not made, and all blocks."""
    for j in order:
        if jobs[j].latest_s >= now_s:
            break
        if not jobs[j].is_block:
            done &= ~(1 << j)
    return done
