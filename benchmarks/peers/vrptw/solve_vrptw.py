"""The search for the pure problem: plans breed, or large ones cool by parts."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks.peers.vrptw.instance import Instance
from benchmarks.peers.vrptw.kernels_vrptw_layout import BEST
from benchmarks.peers.vrptw.parts import anneal_parts
from benchmarks.peers.vrptw.search import Search, VrptwParams
from benchmarks.peers.vrptw.vrptw_plans import empty_route_pool, first_plan, routes_of, task_of

N_POOLED_MOST = 1 << 15


@dataclass(frozen=True)
class VrptwResult:
    """Routes without the depot, their distance in tenths, and the iterations of annealing made."""

    routes: tuple[tuple[int, ...], ...]
    cost: int
    n_iterations: int
    iterations_per_s: float = 0.0
    n_children: int = 0


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
    task = task_of(instance)
    state = first_plan(task.problem, rng)
    is_small = task.n_nodes <= params.population_to
    route_pool = empty_route_pool(task.n_nodes, N_POOLED_MOST if is_small else 1)
    best, routes = int(state.now[BEST]), routes_of(state)
    search = Search(task, state, route_pool, rng, clock, params, best, routes)
    end = begun + time_limit_s
    if 3 < task.n_nodes <= params.population_to:
        search.run_generations(end - params.recombine_share * time_limit_s)
        search.recombine_routes(end - clock())
    elif not is_small:
        anneal_parts(search, end)
    speed = search.n_iterations / max(search.annealed_s, 1e-9)
    found = tuple(tuple(route) for route in search.routes)
    return VrptwResult(found, search.best, search.n_iterations, speed, search.n_children)
