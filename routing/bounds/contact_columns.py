"""One contact's ceiling over the whole horizon: the most of her clients' visits she could make.

A column is what she could make in one shift; the programme takes a column a shift and no more of a
visit than is wanted of it, so a visit whose day is free is counted once and takes the time that it
takes. Columns are made as they are asked for (column generation, as in Feillet et al. 2004): the
shadow price of a visit that several shifts want is taken off its reward in each, and the tours that
are best then are sought exactly (`kernels_tours`). For any shadow prices the sum of the best tours
and of the prices is an upper bound, so the answer holds wherever the search for prices stops.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from routing.bounds.kernels_tours import LABEL_COLS, MOST_JOBS, TOO_MANY, Jobs, best_tour

SCALE = 1_000_000
"""A visit's reward: shadow prices are whole millionths of a visit."""
MOST_LABELS = 12_000
"""Of one tour before it is given up and bounded more loosely: memory, not a matter of quality."""
HUGE_S = 2**40
"""Longer than any leg."""
N_TURNS = 20
"""Of solving and pricing, at most; the bound holds after any of them. Five turns give one of two
towns of 150 clients a ceiling a tenth of a point higher."""


@dataclass(frozen=True, slots=True)
class Job:
    """A visit that the carer could make, or a block: when it may start, and how long it is."""

    earliest_s: int
    latest_s: int
    duration_s: int
    is_block: bool = False
    """Whether it must be held, and does not count."""


@dataclass(frozen=True)
class ShiftWork:
    """One shift: the visits that it could hold, its blocks, and the legs between them.

    Attributes
    ----------
    visits : tuple
        What each visit is one of; visits of one name in several shifts are the same one.
    jobs : tuple of Job
        The visits in that order, then the blocks.
    leg_s : ndarray, int64, shape (n_jobs + 1, n_jobs + 1)
        Seconds from row to column, access included; the last is the base.
    start_s, end_s : int
        Between which visits are made.
    room_s : int
        Seconds of the shift that visits can take, whatever the order: for where that is unknown.
    """

    visits: tuple[Hashable, ...]
    jobs: tuple[Job, ...]
    leg_s: NDArray[np.int64]
    start_s: int
    end_s: int
    room_s: int

    @cached_property
    def shape(self) -> tuple[object, ...]:
        """What its tours hang on but rewards: days are much alike."""
        return self.jobs, self.leg_s.tobytes(), self.start_s, self.end_s, self.room_s

    @cached_property
    def without_rewards(self) -> Jobs:
        """The jobs as arrays."""
        duration = np.array([job.duration_s for job in self.jobs], dtype=np.int64)
        none = np.zeros(len(self.jobs), dtype=np.int64)
        share_s, paid_s = _shares_s(self.leg_s)
        return Jobs(
            np.array([job.earliest_s for job in self.jobs], dtype=np.int64),
            np.array([job.latest_s for job in self.jobs], dtype=np.int64),
            duration,
            none,
            np.array([job.is_block for job in self.jobs], dtype=np.int64),
            _shortens(self.leg_s, duration),
            np.ascontiguousarray(self.leg_s, dtype=np.int64),
            _reach_s(self.leg_s, duration),
            duration + share_s,
            paid_s,
            none,
        )

    def with_rewards(self, reward: NDArray[np.int64]) -> Jobs:
        """The same, with a reward for each visit; the blocks have none."""
        jobs, rewards = self.without_rewards, np.zeros(len(self.jobs), dtype=np.int64)
        rewards[: len(reward)] = reward
        by_worth = np.argsort(-rewards / np.maximum(jobs.takes, 1), kind="stable")
        is_open = (rewards > 0) | (jobs.is_block > 0) | (jobs.is_open > 0)
        return jobs._replace(
            reward=rewards, order=by_worth.astype(np.int64), is_open=is_open.astype(np.int64)
        )


@dataclass
class Tours:
    """One carer's best tours found, by shift and rewards.

    A tour found for other rewards is one for these too: what is sought must pass the best of them.
    """

    known: dict[tuple[tuple[object, ...], bytes], tuple[int, int]] = field(default_factory=dict)
    made: dict[tuple[object, ...], list[int]] = field(default_factory=dict)
    room: NDArray[np.int64] = field(
        default_factory=lambda: np.empty((MOST_LABELS + 1, LABEL_COLS), dtype=np.int64)
    )

    def best(self, work: ShiftWork, reward: NDArray[np.int64]) -> tuple[int, tuple[int, ...]]:
        """The most reward in the shift and the numbers of its visits; none where it is a bound."""
        name = work.shape, reward.tobytes()
        if name not in self.known:
            self.known[name] = self._best(work, reward)
        value, bits = self.known[name]
        return value, tuple(q for q in range(len(work.visits)) if bits >> q & 1)

    def _best(self, work: ShiftWork, reward: NDArray[np.int64]) -> tuple[int, int]:
        by_length = _by_length(work, reward)
        if len(work.jobs) > MOST_JOBS:
            return by_length, 0
        made = self.made.setdefault(work.shape, [])
        idle = sum(1 << q for q, worth in enumerate(reward.tolist()) if worth <= 0)
        # What is worth nothing is not made: a tour that holds it would be an old column.
        floor, bits = max(
            ((_worth(reward, tour), tour) for tour in made if not tour & idle), default=(-1, 0)
        )
        if floor >= by_length:
            return floor, bits
        jobs, value, tour = work.with_rewards(reward), floor, 0
        for is_rough in (True, False):
            value, better = best_tour(jobs, work.start_s, work.end_s, value, self.room, is_rough)
            tour = better or tour
        if value in (TOO_MANY, -1):
            return by_length, 0
        if tour:
            bits = int(tour)
            made.append(bits)
        return min(int(value), by_length), bits


def _worth(reward: NDArray[np.int64], bits: int) -> int:
    return sum(worth for q, worth in enumerate(reward.tolist()) if bits >> q & 1)


def _shares_s(leg_s: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Of each job its share of the shortest leg to its home, and the sum of them at that home.

    Jobs without a leg between them are at one home, unless no leg leads to them at all.
    """
    n = len(leg_s) - 1
    is_near = (leg_s[:n, :n] == 0) & (leg_s[:n, :n].T == 0)
    is_near &= (leg_s[n, :n] > 0)[:, None] & (leg_s[n, :n] > 0)[None, :]
    np.fill_diagonal(is_near, val=True)
    while (over := is_near @ is_near).sum() > is_near.sum():
        is_near = over
    far_s = np.where(np.vstack([is_near, np.zeros((1, n), dtype=bool)]), HUGE_S, leg_s[:, :n])
    shortest_s = far_s.min(axis=0, initial=HUGE_S)
    at_home_s = np.where(is_near, shortest_s[:, None], HUGE_S).min(axis=0, initial=HUGE_S)
    n_at_home = is_near.sum(axis=0)
    share_s = at_home_s // n_at_home
    return share_s, share_s * n_at_home


def _shortens(leg_s: NDArray[np.int64], duration_s: NDArray[np.int64]) -> NDArray[np.int64]:
    """Whether the way over a job, and the time there, is shorter than a leg past it.

    A tour without any other job is as early everywhere, so what is worth nothing is left out; a
    digital visit is one that may be worth its while.
    """
    over_s = [
        leg_s[:, j, None] + lasts_s + leg_s[None, j, :] for j, lasts_s in enumerate(duration_s)
    ]
    return np.array([(way_s < leg_s).any() for way_s in over_s], dtype=np.int64)


def _reach_s(leg_s: NDArray[np.int64], duration_s: NDArray[np.int64]) -> NDArray[np.int64]:
    """The least seconds between jobs, over others where that is shorter (Floyd 1962)."""
    reach_s = leg_s.astype(np.int64)
    for over, lasts_s in enumerate(duration_s.tolist()):
        by_it = reach_s[:, over, None] + lasts_s + reach_s[None, over, :]
        reach_s = np.minimum(reach_s, by_it)
    return np.ascontiguousarray(reach_s)


def _by_length(work: ShiftWork, reward: NDArray[np.int64]) -> int:
    """At most so much reward fits in the room, dearest a second first, the last one in part."""
    total, room_s = 0, work.room_s
    lasts_s = [job.duration_s for job in work.jobs[: len(reward)]]
    by_worth = sorted(range(len(reward)), key=lambda q: (-reward[q] / max(1, lasts_s[q]), q))
    for q in by_worth:
        if reward[q] <= 0 or room_s < 0:
            break
        if lasts_s[q] > room_s:
            return total + int(reward[q]) * room_s // lasts_s[q]
        total += int(reward[q])
        room_s -= lasts_s[q]
    return total


def orienteering(work: ShiftWork) -> int:
    """How many of the visits one carer can make in the shift, at most."""
    reward = np.full(len(work.visits), SCALE, dtype=np.int64)
    return Tours().best(work, reward)[0] // SCALE


def most_over_horizon(shifts: Sequence[ShiftWork], wanted: Mapping[Any, int]) -> int:
    """How many visits one carer can make over all her shifts, at most.

    Parameters
    ----------
    wanted : mapping
        How many of each visit there are; one shift makes one of them at most.
    """
    tours = Tours()
    homes = Counter(name for work in shifts for name in set(work.visits))
    scarce = [name for name in wanted if homes[name] > wanted[name]]
    rows = {name: i for i, name in enumerate(scarce)}
    most = np.array([wanted[name] for name in rows], dtype=np.int64)
    price = np.zeros(len(rows), dtype=np.int64)
    master = _Master(len(shifts), most)
    bound = sum(wanted.values()) * SCALE
    for _ in range(N_TURNS):
        value, is_new = int(price @ most), False
        for r, work in enumerate(shifts):
            asks = np.array([rows.get(name, -1) for name in work.visits], dtype=np.int64)
            off = np.where(asks >= 0, price[asks] if len(rows) else 0, 0)
            worth, made = tours.best(work, np.maximum(SCALE - off, 0))
            value += worth
            is_new |= master.add(r, len(made), tuple(int(asks[q]) for q in made if asks[q] >= 0))
        bound = min(bound, value)
        if not is_new or not rows:
            break
        reached, price = master.prices()
        if bound // SCALE <= reached // SCALE:
            break
    return bound // SCALE


class _Master:
    """The programme of the columns so far: one a shift, no more of a visit than is wanted."""

    def __init__(self, n_shifts: int, most: NDArray[np.int64]) -> None:
        self._n_shifts, self._most = n_shifts, most
        self._columns: dict[tuple[int, int, tuple[int, ...]], None] = {}

    def add(self, shift: int, n_visits: int, rows: tuple[int, ...]) -> bool:
        """A column; whether it is new."""
        column = (shift, n_visits, rows)
        is_new = n_visits > 0 and column not in self._columns
        if is_new:
            self._columns[column] = None
        return is_new

    def prices(self) -> tuple[int, NDArray[np.int64]]:
        """What the columns reach, in millionths, and each visit's shadow price.

        The dual programme is solved: of each shift what it is worth, of each visit its price, in
        visits; no column is worth more than its shift and the prices of what it holds.
        """
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_array

        columns, n_shifts = list(self._columns), self._n_shifts
        numbers = [
            number
            for shift, _, rows in columns
            for number in (shift, *(n_shifts + r for r in rows))
        ]
        starts = np.cumsum([0, *(1 + len(rows) for _, _, rows in columns)])
        shape = (len(columns), n_shifts + len(self._most))
        matrix = csr_array((np.ones(len(numbers)), numbers, starts), shape=shape)
        worth = np.array([n for _, n, _ in columns], dtype=float)
        solution = milp(
            np.concatenate([np.ones(n_shifts), self._most.astype(float)]),
            constraints=LinearConstraint(matrix, worth),
            bounds=Bounds(0.0, np.inf),
        )
        price = np.clip(np.rint(solution.x[n_shifts:] * SCALE), 0, SCALE).astype(np.int64)
        return round(solution.fun * SCALE), price
