"""The search for the pure problem: anneal, recombine the routes seen, anneal from there."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from routing.vrptw.instance import SCALE, Instance
from routing.vrptw.kernels_layout import (
    BEST,
    NOW_SIZE,
    SEEN_SIZE,
    IntArray,
    Vrptw,
    VrptwState,
)
from routing.vrptw.kernels_vrptw import anneal, construct, load_plan
from routing.vrptw.recombine import recombine

N_KEPT_MOST = 1 << 15
CONSTRUCT_TRIES = 5


@dataclass(frozen=True, slots=True)
class Phase:
    """One annealing: its share of the time, its first temperature, and where it starts."""

    share: float
    hot: float
    is_fresh: bool = False
    """From a new plan, so that the routes seen are of another kind; else from the best."""


@dataclass(frozen=True, slots=True)
class VrptwParams:
    """Temperatures are in distance units. After each phase the routes seen are recombined."""

    small: tuple[Phase, ...] = (
        Phase(0.45, 10.0, is_fresh=True),
        Phase(0.35, 10.0, is_fresh=True),
        Phase(0.20, 3.0),
    )
    large: tuple[Phase, ...] = (Phase(0.85, 10.0, is_fresh=True), Phase(0.15, 2.0))
    """From ``large_from`` customers on one long annealing gains more than a second start."""
    large_from: int = 150
    cold: float = 1.0


@dataclass(frozen=True)
class VrptwResult:
    """Routes without the depot, their distance in tenths, and the iterations made."""

    routes: tuple[tuple[int, ...], ...]
    cost: int
    n_iterations: int


def problem_of(instance: Instance) -> Vrptw:
    """The instance as arrays."""
    distance = instance.distance
    near = np.argsort(distance[:, 1:], axis=1, kind="stable") + 1
    code = np.random.default_rng(7).integers(1, 1 << 40, len(instance.x))
    return Vrptw(
        distance, instance.demand, instance.service, instance.ready, instance.due,
        np.ascontiguousarray(near), code,
        np.array([instance.capacity, instance.n_vehicles], dtype=np.int64),
    )  # fmt: skip


def first_plan(problem: Vrptw, rng: np.random.Generator) -> VrptwState:
    """A state with a constructed plan, in as many vehicles as allowed or else as needed."""
    for n_routes in (int(problem.limit[1]), len(problem.demand)):
        state = empty_state(problem, n_routes)
        if construct(problem, state, rng):
            break
    return state


def empty_state(problem: Vrptw, n_routes: int) -> VrptwState:
    """Arrays for ``n_routes`` routes, all empty."""
    n = len(problem.demand)
    width = n + 3 if n <= 220 else 122

    def zeros(*shape: int) -> IntArray:
        return np.zeros(shape, dtype=np.int64)

    return VrptwState(
        gap=zeros(n_routes, width, 4), length=zeros(n_routes), load=zeros(n_routes),
        cost=zeros(n_routes), where=zeros(n) - 1, pool=zeros(n), key=zeros(n),
        touched=zeros(n_routes), touched_at=zeros(n_routes), old_seq=zeros(n_routes, width),
        old_length=zeros(n_routes), old_cost=zeros(n_routes), version=zeros(n_routes),
        old_version=zeros(n_routes),
        seen=zeros(n, n_routes, SEEN_SIZE),
        best_seq=zeros(n_routes, width), best_length=zeros(n_routes), now=zeros(NOW_SIZE),
    )  # fmt: skip


def _use(problem: Vrptw, state: VrptwState, routes: list[list[int]]) -> None:
    """Start on from these routes."""
    state.best_length[:] = 0
    for r, route in enumerate(routes):
        state.best_length[r] = len(route)
        state.best_seq[r, 1 : 1 + len(route)] = route
    load_plan(problem, state)


def _routes(state: VrptwState) -> list[list[int]]:
    return [state.best_seq[r, 1 : 1 + n].tolist() for r, n in enumerate(state.best_length) if n > 0]


def solve(
    instance: Instance,
    time_limit_s: float,
    seed: int = 0,
    params: VrptwParams | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> VrptwResult:
    """The shortest plan found within the time, by distance only.

    Anytime: what is returned is the best seen when the time was up.
    """
    params = params or VrptwParams()
    begun = clock()
    rng = np.random.Generator(np.random.PCG64(seed))
    problem = problem_of(instance)
    state = first_plan(problem, rng)
    best, routes, done = int(state.now[BEST]), _routes(state), 0
    until = begun
    phases = params.small if len(problem.demand) <= params.large_from else params.large
    for phase in phases:
        until = min(until + phase.share * time_limit_s, begun + 0.98 * time_limit_s)
        if phase.is_fresh and done > 0 and not _start_anew(problem, state, rng):
            _use(problem, state, routes)
        done += _anneal(problem, state, rng, phase.hot, params.cold, until, clock)
        if state.now[BEST] < best:
            best, routes = int(state.now[BEST]), _routes(state)
        seconds = min(begun + time_limit_s - clock(), 0.03 * time_limit_s)
        better = _recombined(problem, state, best, seconds)
        if better is not None:
            _use(problem, state, better)
            best, routes = int(state.now[BEST]), better
        elif phase is not phases[-1]:
            _use(problem, state, routes)
    return VrptwResult(tuple(tuple(route) for route in routes), best, done)


def _start_anew(problem: Vrptw, state: VrptwState, rng: np.random.Generator) -> bool:
    """Empty every route and construct another plan; False where the vehicles did not suffice."""
    for _ in range(CONSTRUCT_TRIES):
        state.length[:] = 0
        state.where[:] = -1
        if construct(problem, state, rng):
            return True
    return False


def _recombined(
    problem: Vrptw, state: VrptwState, best: int, seconds: float
) -> list[list[int]] | None:
    """A better plan from the routes seen, or None."""
    filled = np.flatnonzero(state.kept_hash)
    if seconds <= 0 or len(filled) == 0:
        return None
    return recombine(
        len(problem.demand), state.kept_cost[filled], state.kept_seq[filled], best, seconds
    )


def _anneal(
    problem: Vrptw, state: VrptwState, rng: np.random.Generator,
    hot: float, cold: float, until: float, clock: Callable[[], float],
) -> int:  # fmt: skip
    """Cool from ``hot`` to ``cold`` until the clock says so; the iterations made."""
    start = clock()
    seconds, done, n = max(until - start, 1e-9), 0, 500
    while (now := clock()) < until:
        t = SCALE * hot * (cold / hot) ** min((now - start) / seconds, 1.0)
        anneal(problem, state, rng, n, t, t)
        done += n
        took = max(clock() - now, 1e-6)
        n = int(min(max(n * min(seconds / 100, 0.1) / took, 100), 50_000))
    return done
