"""The engine from outside: a day in, a plan out; by iterations or against the clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from routing.soft import kernels_layout as k
from routing.soft.kernels_search import anneal
from routing.soft.kernels_search import build as build_plan
from routing.soft.model import SoftDay
from routing.soft.problem import build, empty_state, seeded

Schedule = Sequence[tuple[int, float, float]]


@dataclass(frozen=True, slots=True)
class Knobs:
    """How the search goes about it; nothing that changes what a plan costs."""

    mean_out: int = 7
    most_string: int = 8
    blink_1024: int = 10
    absent_tried: int = 3
    hot: float = 0.5
    """Temperature at the start, as a share of the plan's cost per visit."""
    cold: float = 0.003
    batch: int = 2000
    batch_seconds: float = 0.1


class Search:
    """One seed's search under way."""

    def __init__(self, day: SoftDay, seed: int, knobs: Knobs) -> None:
        self.day, self.seed, self.settings = day, seed, knobs
        self.problem, self.choice = build(day)
        self.choice.knobs[:4] = (
            knobs.mean_out, knobs.most_string, knobs.blink_1024, knobs.absent_tried,
        )  # fmt: skip
        self.rng = seeded(seed)
        self.plan, self.trial, self.best = (
            empty_state(self.problem, self.choice) for _ in range(3)
        )
        build_plan(self.problem, self.choice, self.plan, self.trial, self.best, self.rng)
        self.schedule: list[tuple[int, float, float]] = []
        self.scale = float(self.plan.now[k.NOW_COST] % 1_000_000) / max(len(day.visits), 1)

    def run(self, n_iterations: int, temperature: float, cooling: float) -> None:
        """One batch."""
        anneal(
            self.problem, self.choice, self.trial, self.plan, self.best, self.rng,
            n_iterations, temperature, cooling,
        )  # fmt: skip
        self.schedule.append((n_iterations, temperature, cooling))

    def temperature(self, done: float) -> float:
        """The temperature when the share ``done`` of the run is over."""
        hot, cold = self.settings.hot, self.settings.cold
        return self.scale * hot * (cold / hot) ** done

    def run_iterations(self, n_iterations: int) -> None:
        """A whole annealing of so many iterations."""
        done = 0
        while done < n_iterations:
            step = min(self.settings.batch, n_iterations - done)
            now, then = (
                self.temperature(done / n_iterations),
                self.temperature((done + step) / n_iterations),
            )
            self.run(step, now, (then / now) ** (1.0 / step))
            done += step

    def run_seconds(self, seconds: float, stop: Callable[[], bool] | None = None) -> None:
        """A whole annealing against the clock."""
        begun = time.perf_counter()
        step, elapsed = 50, 0.0
        while elapsed < seconds and not (stop is not None and stop()):
            share = elapsed / seconds
            self.run(step, self.temperature(share), 1.0)
            now = time.perf_counter() - begun
            rate = step / max(now - elapsed, 1e-6)
            elapsed = now
            step = int(
                max(20, min(rate * min(self.settings.batch_seconds, seconds / 200), step * 4))
            )
