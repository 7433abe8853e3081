"""How a plan is searched for: annealing, crossover, and set partitioning over the routes seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks.peers.vrptw.instance import SCALE
from benchmarks.peers.vrptw.kernels_population import run_generations
from benchmarks.peers.vrptw.kernels_vrptw import anneal
from benchmarks.peers.vrptw.kernels_vrptw_layout import (
    BEST,
    H_BEST,
    H_SINCE,
    Local,
    Population,
    RoutePool,
    VrptwState,
)
from benchmarks.peers.vrptw.population import (
    adopt,
    best_routes,
    clear,
    empty_local,
    empty_population,
)
from benchmarks.peers.vrptw.recombine import recombine
from benchmarks.peers.vrptw.vrptw_plans import Routes, Task, routes_of, start_anew, use

CHILDREN_AT_ONCE = 10
SEEDS_LARGE = 150


@dataclass(frozen=True, slots=True)
class VrptwParams:
    """Temperatures are in distance units; times are shares of what is left of the limit."""

    hot: float = 10.0
    cold: float = 1.0
    n_seeds: int = 60
    """Plans from a start of their own before they breed."""
    seeds_share: float = 0.1
    seeds_share_large: float = 0.01
    """For annealing them. Above `SEEDS_LARGE` customers very shortly: better ones are too alike."""
    stale_per_customer: int = 80
    """Children a customer without a better one before another population is seeded."""
    recombine_share: float = 0.03
    population_to: int = 400
    """Customers; above, parts of the plan are annealed in turn."""
    part_customers: int = 200
    part_routes: int = 12
    """A part has at least about as many routes, however long they are."""
    hot_parts: float = 30.0
    cold_parts: float = 3.0
    n_slices: int = 16
    """How often the plan is cut into parts anew while it cools."""


@dataclass
class Search:
    """What the parts of a search share, and the best plan so far."""

    task: Task
    state: VrptwState
    route_pool: RoutePool
    rng: np.random.Generator
    clock: Callable[[], float]
    params: VrptwParams
    best: int
    routes: Routes
    n_iterations: int = 0
    n_children: int = 0
    annealed_s: float = 0.0

    def take(self, cost: int, routes: Routes) -> None:
        """Keep these routes where they are the best."""
        if cost < self.best:
            self.best, self.routes = cost, routes

    def anneal(self, hot: float, cold: float, until: float) -> None:
        """Cool from ``hot`` to ``cold`` until the clock says so."""
        start = self.clock()
        seconds, n = max(until - start, 1e-9), 300
        while (now := self.clock()) < until:
            t = SCALE * hot * (cold / hot) ** min((now - start) / seconds, 1.0)
            anneal(self.task.problem, self.state, self.route_pool, self.rng, n, t, t)
            self.n_iterations += n
            took = max(self.clock() - now, 1e-6)
            n = int(min(max(n * min(seconds / 20, 0.1) / took, 50), 50_000))
        self.annealed_s += self.clock() - start
        self.take(int(self.state.now[BEST]), routes_of(self.state))

    def run_generations(self, end: float) -> None:
        """Seed a population and let it evolve until it is stale, and again, until the end."""
        problem, n_routes = self.task.problem, len(self.state.length)
        population, local = (
            empty_population(self.task.place, n_routes),
            empty_local(problem, n_routes),
        )
        n_stale = self.params.stale_per_customer * self.task.n_nodes
        while self.clock() < end:
            clear(population)
            self._seed(population, local, end)
            while self.clock() < end and population.now[H_SINCE] < n_stale:
                run_generations(
                    problem, population, local, self.route_pool, self.rng, CHILDREN_AT_ONCE
                )
                self.n_children += CHILDREN_AT_ONCE
            self.take(int(population.now[H_BEST]), best_routes(population))

    def _seed(self, population: Population, local: Local, end: float) -> None:
        """Anneal plans shortly from several starts into the population."""
        begun, params, problem = self.clock(), self.params, self.task.problem
        is_large = self.task.n_nodes > SEEDS_LARGE
        share = params.seeds_share_large if is_large else params.seeds_share
        seconds = share * (end - begun) / params.n_seeds
        for k in range(params.n_seeds):
            is_first = self.n_iterations == 0 and k == 0
            if not is_first and not start_anew(problem, self.state, self.rng):
                use(problem, self.state, self.routes)
            self.anneal(params.hot, params.cold, begun + (k + 1) * seconds)
            state = self.state
            adopt(
                problem,
                population,
                local,
                self.route_pool,
                self.rng,
                state.best_seq,
                state.best_length,
            )
            if self.clock() >= end:
                break

    def recombine_routes(self, seconds: float) -> None:
        """The best mixture of the routes seen, where it is better."""
        route_pool, filled = self.route_pool, np.flatnonzero(self.route_pool.hash)
        if seconds <= 0 or len(filled) == 0:
            return
        better = recombine(
            self.task.n_nodes, route_pool.cost[filled], route_pool.seq[filled], self.best, seconds
        )
        if better is not None:
            use(self.task.problem, self.state, better)
            self.take(int(self.state.now[BEST]), better)
