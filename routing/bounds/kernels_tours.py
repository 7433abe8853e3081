# mypy: disable-error-code="no-any-return,no-untyped-call,arg-type,assignment,index,return-value"
"""The most valuable visits that one carer can make in one shift: windows, legs and breaks counted.

An orienteering problem with time windows, solved by labels (Feillet et al. 2004, doi
10.1002/net.20033): a label is the last visit, what can no longer be made (made, or too late), and
the reward so far. A label is dropped where another at the same place is free as early, has as much
reward and as much left to make; or where all that fits in the time left cannot pass the best tour.
A block (break, meeting) must be held: a label that lets one's time pass is dropped.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.kernels import kernel

IntArray = NDArray[np.int64]

# Columns of ``label``.
LAST, FREE, REWARD, REST, CLOSED, MADE, NEXT, LATER, LIVES = range(9)
LABEL_COLS = 9
BUCKET_S = 60
"""Labels are taken by the minute at which one is free: whatever leads another is there by then."""

MOST_JOBS = 62
"""Jobs are bits of a whole number."""
TOO_MANY = -2
"""The labels ran out: nothing is known of the best tour."""


class Jobs(NamedTuple):
    """What a carer could make in one shift, and the blocks that she must hold."""

    earliest: IntArray
    latest: IntArray
    duration: IntArray
    reward: IntArray
    """Of each visit, zero or more; of blocks zero."""
    is_block: IntArray
    is_open: IntArray
    """Whether a tour may hold it: a block, what has a reward, or what shortens a way."""
    leg: IntArray
    """(n + 1, n + 1): seconds from row to column, access included; the last is the base."""
    reach: IntArray
    """(n + 1, n + 1): the least seconds from row to column, over other jobs too where that is
    shorter than the leg (a digital visit takes no travel, a neighbour's access time is short)."""
    takes: IntArray
    """Of each job its duration and its share of the shortest leg to its home: all that are made at
    one home take so much of a shift at least."""
    paid: IntArray
    """Of each job the shares of those at its home: who is there needs no leg to them."""
    order: IntArray
    """Jobs by falling reward for what they take, for the bound of what is left."""


@kernel
def left_after(jobs: Jobs, j: int, closed: int, made: int, free: int, end: int) -> tuple[int, int]:
    """What is closed after job ``j``, and at most so much reward to come; -1 where a block is lost.

    Whatever is made takes its time and a way to it of what is left; so do blocks still to be held.
    """
    n, room = jobs.reward.shape[0], end - free + jobs.paid[j]
    for q in range(n):
        if (closed >> q) & 1:
            continue
        begin = max(free + jobs.reach[j, q], jobs.earliest[q])
        if begin > jobs.latest[q] or begin + jobs.duration[q] + jobs.leg[q, n] > end:
            if jobs.is_block[q] != 0:
                return closed, np.int64(-1)
            closed |= np.int64(1) << q
    for q in range(n):
        if jobs.is_block[q] != 0 and not (made >> q) & 1:
            room -= jobs.takes[q]
    rest = np.int64(0)
    for k in range(n):
        q = jobs.order[k]
        if (closed >> q) & 1 or jobs.is_block[q] != 0 or jobs.reward[q] <= 0:
            continue
        if jobs.takes[q] <= room:
            rest += jobs.reward[q]
            room -= jobs.takes[q]
        elif room > 0:
            rest += jobs.reward[q] * room // jobs.takes[q] + 1
            room = 0
    return closed, rest


@kernel
def leads(label: IntArray, other: IntArray, blocks: int, is_rough: bool) -> bool:
    """Whether a label is as good as another at the same place, whatever comes after.

    No later, no less reward, no visit closed that the other has open, and no block left that the
    other has held. Roughly: whatever is closed.
    """
    return (
        label[FREE] <= other[FREE]
        and label[REWARD] >= other[REWARD]
        and (is_rough or label[CLOSED] & ~other[CLOSED] & ~blocks == 0)
        and other[MADE] & ~label[MADE] & blocks == 0
    )


@kernel
def is_beaten(label: IntArray, head: IntArray, new: IntArray, blocks: int, is_rough: bool) -> bool:
    """Whether a label at the same place is as good as ``new``; those that it beats are dropped."""
    i, before = head[new[LAST]], np.int64(-1)
    while i >= 0:
        old = label[i]
        if leads(old, new, blocks, is_rough):
            return True
        if leads(new, old, blocks, is_rough):
            old[LIVES] = 0
            if before >= 0:
                label[before, NEXT] = old[NEXT]
            else:
                head[new[LAST]] = old[NEXT]
        else:
            before = i
        i = old[NEXT]
    return False


@kernel
def best_tour(
    jobs: Jobs, start: int, end: int, floor: int, label: IntArray, is_rough: bool
) -> tuple[int, int]:
    """The most reward in one tour from the base and back, and its jobs as bits.

    Only what passes ``floor`` is looked for: ``(floor, 0)`` where nothing does. With a floor of
    -1 this is where the blocks cannot all be held. ``label`` is room for labels, of `LABEL_COLS`
    columns; ``(TOO_MANY, 0)`` where it is too little. Roughly, a good tour is found in little time.
    """
    n, blocks, most_labels = jobs.reward.shape[0], np.int64(0), label.shape[0] - 1
    head = np.full(n + 1, -1, np.int64)
    bucket = np.full((end - start) // BUCKET_S + 2, -1, np.int64)
    for j in range(n):
        if jobs.is_block[j] != 0:
            blocks |= np.int64(1) << j
    step = np.int64(0)  # Rewards are sums of these: what is less than one more is none.
    for j in range(n):
        other = jobs.reward[j]
        while other > 0:
            step, other = other, step % other
    step = max(step, np.int64(1))
    best, best_set = np.int64(floor), np.int64(0)
    label[0, LAST], label[0, FREE], label[0, NEXT], label[0, LIVES] = n, start, -1, 1
    label[0, REWARD], label[0, CLOSED], label[0, MADE], label[0, LATER] = 0, 0, 0, -1
    label[0, REST] = jobs.reward.sum()
    if blocks == 0 and best < 0:
        best = np.int64(0)
    bucket[0] = 0
    n_labels = 1
    for b in range(len(bucket)):
        while bucket[b] >= 0:
            lab = label[bucket[b]]
            bucket[b] = lab[LATER]
            if lab[LIVES] == 0 or lab[REWARD] + lab[REST] <= best:
                continue
            for j in range(n):
                if (lab[CLOSED] >> j) & 1 or jobs.is_open[j] == 0:
                    continue
                begin = max(lab[FREE] + jobs.leg[lab[LAST], j], jobs.earliest[j])
                free = begin + jobs.duration[j]
                if begin > jobs.latest[j] or free + jobs.leg[j, n] > end:
                    continue
                new = label[n_labels]
                bit = np.int64(1) << j
                made, reward = lab[MADE] | bit, lab[REWARD] + jobs.reward[j]
                closed, rest = left_after(jobs, j, lab[CLOSED] | bit, made, free, end)
                if rest < 0:
                    continue
                rest -= rest % step
                if made & blocks == blocks and reward > best:
                    best, best_set = reward, made
                if reward + rest <= best:
                    continue
                new[LAST], new[FREE], new[REWARD], new[REST] = j, free, reward, rest
                new[CLOSED], new[MADE], new[LIVES] = closed, made, 1
                if is_beaten(label, head, new, blocks, is_rough):
                    continue
                if n_labels == most_labels:
                    return np.int64(TOO_MANY), np.int64(0)
                later = (free - start) // BUCKET_S
                new[NEXT], head[j] = head[j], n_labels
                new[LATER], bucket[later] = bucket[later], n_labels
                n_labels += 1
    return best, best_set
