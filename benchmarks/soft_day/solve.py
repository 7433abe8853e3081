"""The engine on a day in words: a day in, a plan out; by iterations or against the clock."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from benchmarks.soft_day.plan import decode, lay
from benchmarks.soft_day.problem import build, empty_plan
from benchmarks.soft_day.soft_day_model import SoftDay, SoftPlan
from data.errors import SettingsError
from data.progress import Progress
from routing.engine import kernels_layout as k
from routing.engine.kernels_moving import time_all
from routing.engine.kernels_search import anneal, construct
from routing.engine.search_params import MOVING, SearchParams

Schedule = Sequence[tuple[int, float, float]]

_COMPILING = threading.Lock()
"""One thread compiles, or loads what was compiled; the others wait for it."""


@dataclass(frozen=True, slots=True)
class Knobs:
    """How the search goes about it; nothing that changes what a plan costs.

    ``hot`` and ``cold`` are the first and last temperature, as shares of the first plan's cost
    per visit.
    """

    hot: float = 0.5
    cold: float = 0.003
    batch: int = 1000
    params: SearchParams = field(default=MOVING)


class Search:
    """One seed's search under way; ``schedule`` says all that was run."""

    def __init__(self, day: SoftDay, seed: Sequence[int], knobs: Knobs) -> None:
        self.settings = knobs
        self.problem = build(day)
        self.rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence(list(seed))))
        self.state = empty_plan(self.problem, knobs.params)
        now = self.state.scalar
        with _COMPILING:
            time_all(self.problem, self.state)
            now[k.SCALAR_COST] += now[k.SCALAR_TIMED]
            construct(self.problem, self.state, self.rng)
            anneal(self.problem, self.state, self.rng, 0, 1.0, 1.0)
        self.schedule: list[tuple[int, float, float]] = []
        absent = self.state.absent[: now[k.SCALAR_ABSENT]]
        spent = int(now[k.SCALAR_COST] - self.problem.node[absent, k.NODE_ABSENT].sum())
        self.scale = max(spent, 1) / max(len(day.visits), 1)

    def lay_best(self) -> None:
        """Make the best plan the present one."""
        state = self.state
        rows = [
            state.best_seq[r, 1 : 1 + n].tolist() for r, n in enumerate(state.best_length)
        ]  # fmt: skip
        lay(self.problem, state, rows)

    def run(self, n_iterations: int, temperature: float, cooling: float) -> None:
        """One batch, ``cooling`` from each iteration to the next."""
        last = temperature * cooling**n_iterations
        anneal(self.problem, self.state, self.rng, n_iterations, temperature, last)
        self.schedule.append((n_iterations, temperature, cooling))

    def temperature(self, done: float) -> float:
        """The temperature when the share ``done`` of the run is over."""
        hot, cold = self.settings.hot, self.settings.cold
        return float(self.scale * hot * (cold / hot) ** done)

    def run_iterations(self, n_iterations: int, progress: Progress) -> None:
        """A whole annealing of so many iterations."""
        done, total = 0, max(n_iterations, 1)
        while done < n_iterations and not progress.is_stopping:
            step = min(self.settings.batch, n_iterations - done)
            now, then = self.temperature(done / total), self.temperature((done + step) / total)
            self.run(step, now, (then / now) ** (1.0 / step))
            done += step
            progress.report(done / total, "")

    def run_seconds(
        self, seconds: float, progress: Progress, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        """A whole annealing against the clock, the batches as long as the machine allows."""
        begun = clock()
        step, elapsed = 20, 0.0
        while elapsed < seconds and not progress.is_stopping:
            self.run(step, self.temperature(elapsed / seconds), 1.0)
            now = clock() - begun
            wanted = step * min(0.1, seconds / 200) / max(now - elapsed, 1e-6)
            step, elapsed = int(min(max(wanted, 20), step * 4)), now
            progress.report(min(elapsed / seconds, 1.0), "")


def replay(day: SoftDay, seed: Sequence[int], schedule: Schedule, knobs: Knobs) -> SoftPlan:
    """The plan that a seed and a schedule make; the same on every machine."""
    search = Search(day, seed, knobs)
    for batch in schedule:
        search.run(*batch)
    search.lay_best()
    return decode(day, search.problem, search.state, tuple(seed), search.schedule)


def solve(
    day: SoftDay,
    seed: int = 0,
    *,
    n_iterations: int | None = None,
    seconds: float | None = None,
    workers: int = 1,
    searches: int | None = None,
    knobs: Knobs | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> SoftPlan:
    """Plan a day under soft rules.

    Parameters
    ----------
    day : SoftDay
    seed : int
    n_iterations : int, optional
        Iterations of each search: the same plan again, whatever ``workers``. Default 20 000.
    seconds : float, optional
        Against the clock instead. The plan's schedule and seed replay it.
    workers : int
        Threads; the kernels release the interpreter's lock.
    clock : callable
        What the seconds are told by: ``time.process_time`` where one worker shares the machine.
    searches : int, optional
        Independent searches, of which the best plan is taken (the first of equals). Default:
        one by iterations, so that workers do not change the plan; against the clock as many as
        workers.

    Raises
    ------
    SettingsError
        Where a limit is negative.
    ValueError
        Where a visit has more than two windows or needs.
    """
    if (n_iterations or 0) < 0 or (seconds or 0) < 0 or workers < 1:
        raise SettingsError("Tidsgräns, iterationer och arbetare får inte vara negativa.")
    n_searches = searches or (1 if seconds is None else workers)
    progress = Progress()

    def one(number: int) -> SoftPlan:
        search = Search(day, (seed, number), knobs or Knobs())
        if seconds is not None:
            search.run_seconds(seconds, progress, clock)
        else:
            search.run_iterations(20_000 if n_iterations is None else n_iterations, progress)
        search.lay_best()
        return decode(day, search.problem, search.state, (seed, number), search.schedule)

    with ThreadPoolExecutor(max_workers=workers) as threads:
        plans = list(threads.map(one, range(n_searches)))
    return min(plans, key=lambda plan: plan.cost)
