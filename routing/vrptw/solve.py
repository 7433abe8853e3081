"""The search for the pure problem: anneal, recombine the routes seen, anneal from there."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from routing.vrptw.instance import Instance
from routing.vrptw.kernels_vrptw import (
    BEST,
    COST,
    NOW_SIZE,
    IntArray,
    Vrptw,
    VrptwState,
    anneal,
    load_plan,
    retime,
)
from routing.vrptw.recombine import recombine

N_KEPT_MOST = 1 << 15


@dataclass(frozen=True, slots=True)
class VrptwParams:
    """Temperatures in distance units; shares of the time for each annealing.

    Each round of annealing starts from the best plan, cooler than the one before; between them
    the routes seen are recombined.
    """

    hot: float = 100.0
    cold: float = 1.0
    shares: tuple[float, ...] = (0.5, 0.2, 0.15, 0.15)
    reheat: float = 10.0


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


def empty_state(problem: Vrptw) -> VrptwState:
    """One customer per route as the first plan."""
    n = len(problem.demand)
    n_routes = n
    width = n + 2 if n <= 220 else 122

    def zeros(*shape: int) -> IntArray:
        return np.zeros(shape, dtype=np.int64)

    state = VrptwState(
        gap=zeros(n_routes, width, 4), length=zeros(n_routes), load=zeros(n_routes),
        cost=zeros(n_routes), where=zeros(n) - 1, pool=zeros(n), key=zeros(n),
        touched=zeros(n_routes), touched_at=zeros(n_routes), old_seq=zeros(n_routes, width),
        old_length=zeros(n_routes), best_seq=zeros(n_routes, width), best_length=zeros(n_routes),
        kept_hash=zeros(N_KEPT_MOST), kept_cost=zeros(N_KEPT_MOST),
        kept_seq=zeros(N_KEPT_MOST, width), now=zeros(NOW_SIZE),
    )  # fmt: skip
    state.best_length[: n - 1] = 1
    state.best_seq[: n - 1, 1] = np.arange(1, n)
    load_plan(problem, state)
    retime(problem, state, n - 1)
    return state


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
    state = empty_state(problem)
    done, scale = 0, 10.0
    until = begun
    for part, share in enumerate(params.shares):
        until = min(until + share * time_limit_s, begun + 0.97 * time_limit_s)
        start, hot = clock(), params.hot if part == 0 else params.reheat
        ratio = params.cold / hot
        n = 500
        while (now := clock()) < until:
            at = (now - start) / max(until - start, 1e-9)
            t = scale * hot * ratio**at
            anneal(problem, state, rng, n, t, t)
            done += n
            took = max(clock() - now, 1e-6)
            n = int(min(max(n * min(time_limit_s / 200, 0.2) / took, 100), 50_000))
        left = begun + time_limit_s - clock()
        filled = np.flatnonzero(state.kept_hash)
        if left > 0 and len(filled):
            better = recombine(
                len(problem.demand), state.kept_cost[filled], state.kept_seq[filled],
                int(state.now[BEST]), min(left, 0.05 * time_limit_s),
            )  # fmt: skip
            _use(problem, state, better or _routes(state))
    assert state.now[COST] >= state.now[BEST]
    routes = _routes(state)
    return VrptwResult(tuple(tuple(route) for route in routes), int(state.now[BEST]), done)
