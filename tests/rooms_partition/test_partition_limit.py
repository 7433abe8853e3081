"""A limit is kept by counting: a clock that goes by the steps walked, never the machine's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from data.progress import Progress
from partition.annealing import annealer as annealer
from partition.annealing import annealing_kernels as kernels
from partition.annealing import region_search as regions
from partition.annealing import set_partitioning as columns
from partition.annealing import time_limit as limit
from partition.annealing.annealer import AnnealParams
from partition.annealing.partition_problem import PartitionProblem, make_problem
from partition.annealing.team_search import divide

STEP_S = 1e-5


def square(seed: int) -> PartitionProblem:
    """Sixty units in a square, four teams with bounds on their number and their load."""
    rng = np.random.default_rng(seed)
    xy = rng.uniform(0, 100, (60, 2))
    gaps = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    load = np.column_stack([np.ones(60, dtype=np.int64), rng.integers(1, 30, 60)])
    mean = load[:, 1].sum() / 4
    low = np.tile([10, int(mean * 0.9)], (4, 1))
    high = np.tile([20, int(mean * 1.1)], (4, 1))
    dist = np.rint(gaps).astype(np.int32)
    return make_problem(dist, rng.integers(1, 5, 60), load, low, high, np.array([50, 7]))


class FakeClock:
    """Seconds that pass only while kernels walk, or as a test says."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def monotonic(self) -> float:
        return self.now_s


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    """The search's clock, going by steps walked."""
    fake = FakeClock()
    real = kernels.anneal

    def anneal(*given: Any) -> Any:
        begin, end = given[7], given[8]
        fake.now_s += (end - begin) * STEP_S
        return real(*given)

    monkeypatch.setattr(limit, "time", fake)
    monkeypatch.setattr(annealer.kernels, "anneal", anneal)
    return fake


def test_a_search_ends_within_a_batch_of_its_limit(clock: FakeClock) -> None:
    """Restarts of many seconds begin before the limit; none may run on past it."""
    p = square(1)
    params = AnnealParams(restart_every=3, restart_per_unit=200_000, restart_per_unit_max=200_000)
    found = divide(p, seed=1, time_limit_s=20.0, params=params)
    batch_s = annealer.BATCH * STEP_S
    # Starts take about two seconds, a restart 120; the repair has what the starts took.
    assert 1015.0 < clock.now_s < 1020.0 + 2 * batch_s
    assert found.n_rounds > 0


def test_what_was_cut_short_counts_for_nothing(clock: FakeClock) -> None:
    """The rounds told give the same division again without any limit."""
    p = square(2)
    params = AnnealParams(restart_every=4, restart_per_unit=100_000, restart_per_unit_max=100_000)
    timed = divide(p, seed=1, time_limit_s=15.0, params=params)
    again = divide(p, seed=1, n_rounds=timed.n_rounds, params=params)
    assert timed.n_rounds > 0
    assert (timed.team == again.team).all()


def test_a_programme_that_outlasts_the_limit_is_not_used(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HiGHS is told how long it may take; what it has by then depends on the machine."""
    asked: list[float] = []

    def slow(self: columns.Columns, seconds: float = float("inf")) -> Any:
        asked.append(seconds)
        clock.now_s += seconds + 0.01
        return np.full(60, -(10**6), dtype=np.int64)  # No division at all: not to be used.

    monkeypatch.setattr(regions.Columns, "combined", slow)
    p = square(3)
    params = AnnealParams(combine_every=5, restart_every=10**6)
    found = divide(p, seed=1, time_limit_s=20.0, params=params)
    assert len(asked) == 1
    assert 0 < asked[0] < 20.0
    assert found.n_rounds == 8  # Four steps of two; the fifth ended with the programme.
    assert found.team.min() >= 0


def test_the_first_start_is_whole_whatever_the_limit(clock: FakeClock) -> None:
    """Nothing at all would be no answer; the other starts are not begun."""
    p = square(4)
    divide(p, seed=1, time_limit_s=0.0, params=AnnealParams(n_repairs=0))
    steps = round((clock.now_s - 1000.0) / STEP_S)
    assert steps == 60 * 800 + int(60 * 800 * AnnealParams().tighten)


def test_a_stop_is_heard_between_batches(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first Ctrl-C ends a long restart too."""
    progress = Progress()
    p = square(5)
    params = AnnealParams(restart_every=1, restart_per_unit=10**6, restart_per_unit_max=10**6)
    seen: list[float] = []
    real = annealer.kernels.anneal

    def anneal(*given: Any) -> Any:
        seen.append(clock.now_s)
        if len(seen) == 20:
            progress.stop.set()
        return real(*given)

    monkeypatch.setattr(annealer.kernels, "anneal", anneal)
    found = divide(p, seed=1, n_rounds=10, params=params, progress=progress)
    assert found.n_rounds == 0
    assert len(seen) < 40
