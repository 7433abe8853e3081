"""The pure problem on the engine: an instance as its arrays, and its search against a clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.peers.vrptw.instance import Instance
from routing.engine import arrays
from routing.engine import kernels_layout as k
from routing.engine.kernels_layout import IntArray, Problem, State
from routing.engine.kernels_moving import time_all
from routing.engine.kernels_search import anneal, construct
from routing.engine.search_params import DISTANCE, SearchParams

ABSENT = 1_000_000
"""More than any detour of these instances."""
N_NEAR = 120
SPARE = 3
"""Vehicles besides those of the first plan: empty ones are alike, and each is looked at."""


@dataclass(frozen=True)
class Cooling:
    """The search of problems above ``customers``.

    ``hot`` and ``cold`` are the first and last temperature, as shares of what the first plan costs
    per customer.
    """

    customers: int
    params: SearchParams
    hot: float
    cold: float


SMALL = Cooling(0, DISTANCE, 0.8, 0.08)
"""About 0.4 and 0.004 end frozen: of R112, R204 and R1_2_4 after 10 CPU s 1.4 % over."""
MIDDLE = Cooling(150, replace(DISTANCE, longest=10, most_out=40), 0.5, 0.05)
"""As the small ones: R1_2_4 1.31 and RC2_2_3 0.41 % over after 30 CPU s."""
LARGE = Cooling(400, replace(DISTANCE, longest=10, most_out=30, focus=3000), 0.3, 0.03)
"""R1_10_5 after 8 CPU s 5.4 % over; with the strings of the small ones 8.5 % after 15. Temperatures
of 0.1 and 0.01: 5.1, but R2_10_3 14.4 for 12.4."""


@dataclass(frozen=True)
class Answer:
    """Routes without the depot, their distance in tenths, and the iterations made."""

    routes: tuple[tuple[int, ...], ...]
    cost: int
    n_iterations: int
    iterations_per_s: float


def _node_table(instance: Instance) -> IntArray:
    """Every customer but the depot, which is where the routes begin and end."""
    node = arrays.zeros(len(instance.x) - 1, k.NODE_COLS)
    for column in (k.NODE_CLIENT, k.NODE_CLASH, k.NODE_PARTNER, k.NODE_GROUP):
        node[:, column] = -1
    node[:, k.NODE_LOC] = np.arange(1, len(instance.x))
    node[:, k.NODE_DUR], node[:, k.NODE_LOAD] = instance.service[1:], instance.demand[1:]
    node[:, k.NODE_EARLIEST], node[:, k.NODE_LATEST] = instance.ready[1:], instance.due[1:]
    node[:, k.NODE_WISH_HI], node[:, k.NODE_ABSENT] = k.FAR, ABSENT
    return node


def _near(instance: Instance, leg: IntArray) -> IntArray:
    """Customers near each, by the shortest way plus what is waited or late between the two."""
    ready, due, service = instance.ready[1:], instance.due[1:], instance.service[1:]
    way = leg[1:, 1:].astype(np.float64)
    there = ready[:, None] + service[:, None] + way
    wait = np.maximum(ready[None] - due[:, None] - service[:, None] - way, 0)
    late = np.maximum(there - due[None], 0)
    far = way + 0.2 * wait + late
    far = np.minimum(far, far.T)
    np.fill_diagonal(far, np.inf)
    return np.argsort(far, axis=1, kind="stable")[:, : min(N_NEAR, len(far) - 1)]


def to_problem(instance: Instance) -> Problem:
    """The instance's arrays: one route per vehicle, all of them open to every customer."""
    leg = np.ascontiguousarray(instance.distance[None])
    node, n_routes = _node_table(instance), instance.n_vehicles
    n = len(node)
    route = arrays.zeros(n_routes, k.ROUTE_COLS)
    route[:, k.ROUTE_STAFF] = np.arange(n_routes)
    route[:, k.ROUTE_START], route[:, k.ROUTE_END] = instance.ready[0], instance.due[0]
    route[:, k.ROUTE_CAPACITY], route[:, k.ROUTE_SOFT_END] = instance.capacity, k.FAR
    route[:, k.ROUTE_LUNCH] = -1
    near = _near(instance, leg[0])
    one = np.arange(n + 1, dtype=np.int64)
    cand = np.stack([np.tile(np.arange(n_routes), n), np.zeros(n * n_routes)], axis=1)
    date_ptr, date_route = arrays.routes_by_date(route)
    return Problem(
        node=node, route=route, leg=leg, cand_ptr=one * n_routes,
        cand=np.ascontiguousarray(cand, dtype=np.int64), lag_ptr=arrays.zeros(n + 1),
        lag=arrays.zeros(0, 3), group_ptr=arrays.zeros(1), group=arrays.zeros(0),
        near_ptr=one * near.shape[1], near=np.ascontiguousarray(near.reshape(-1)),
        client_ptr=one, client_node=one[:-1].copy(), new_carer_price=arrays.zeros(n),
        clash_limit=arrays.zeros(1), noon=arrays.zeros(1),
        date_ptr=date_ptr, date_route=date_route, **arrays.no_soft(),
    )  # fmt: skip


def first_plan(problem: Problem, params: SearchParams, rng: np.random.Generator) -> State:
    """A plan with as many customers as find room, one by one."""
    width = len(problem.node) + 3
    blank: list[list[int]] = [[] for _ in problem.route]
    state = arrays.empty_state(problem, blank, params, width, remembers=True)
    time_all(problem, state)
    state.scalar[k.SCALAR_COST] = state.scalar[k.SCALAR_BEST] = problem.node[:, k.NODE_ABSENT].sum()
    construct(problem, state, rng)
    anneal(problem, state, rng, 0, 1.0, 1.0)  # compiled, or loaded, before the search begins
    return state


def solve(
    instance: Instance,
    time_limit_s: float,
    seed: int = 0,
    params: SearchParams | None = None,
    clock: Callable[[], float] = time.monotonic,
    n_iterations: int | None = None,
) -> Answer:
    """The shortest plan found within the time, or in so many iterations.

    The temperature falls geometrically with the share of the time that is gone.
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    problem = to_problem(instance)
    cooling = next(c for c in (LARGE, MIDDLE, SMALL) if len(problem.node) > c.customers)
    params = params or cooling.params
    state = first_plan(problem, params, rng)
    fleet = int((state.best_length > 0).sum()) + SPARE
    if fleet < instance.n_vehicles:
        problem = to_problem(replace(instance, n_vehicles=fleet))
        state = first_plan(problem, params, rng)
    begun = clock()
    scale = int(state.scalar[k.SCALAR_COST]) % ABSENT / len(problem.node)
    hot, cold = cooling.hot * scale, cooling.cold * scale
    if n_iterations is not None:
        anneal(problem, state, rng, n_iterations, hot, cold)
        return _answer(state, n_iterations, clock() - begun)
    done, n = 0, 100
    while (gone := clock() - begun) < time_limit_s:
        now = hot * (cold / hot) ** (gone / time_limit_s)
        anneal(problem, state, rng, n, now, now)
        done += n
        step_s = max(clock() - begun - gone, 1e-6)
        n = int(min(max(n * time_limit_s / 200 / step_s, 20), 4 * n))
    return _answer(state, done, clock() - begun)


def _answer(state: State, n_iterations: int, took_s: float) -> Answer:
    routes = tuple(
        tuple(int(u) + 1 for u in state.best_seq[r, 1 : 1 + n])
        for r, n in enumerate(state.best_length)
        if n > 0
    )
    cost = int(state.scalar[k.SCALAR_BEST])
    return Answer(routes, cost, n_iterations, n_iterations / max(took_s, 1e-9))
