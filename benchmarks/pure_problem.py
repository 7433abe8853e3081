"""The pure problem on the engine: an instance as its arrays, plans of it, and cooling them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from benchmarks.peers.vrptw.instance import Instance
from routing.engine import arrays
from routing.engine import kernels_layout as k
from routing.engine.kernels_layout import IntArray, Problem, State
from routing.engine.kernels_moving import count_all
from routing.engine.kernels_search import anneal, construct
from routing.engine.search_params import SearchParams

ABSENT = 1_000_000
"""More than any detour of these instances."""
N_NEAR = 120
Clock = Callable[[], float]


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


def plan_of(problem: Problem, routes: Sequence[Sequence[int]], params: SearchParams) -> State:
    """A plan of these routes, by the problem's nodes; the others are left out."""
    longest = max((len(route) for route in routes), default=0)
    width = min(len(problem.node), max(2 * longest, 200)) + 3
    blank: list[list[int]] = [[] for _ in range(len(problem.route) - len(routes))]
    state = arrays.empty_state(problem, [*routes, *blank], params, width, remembers=True)
    scalar = state.scalar
    scalar[k.SCALAR_COST] = count_all(problem, state, len(problem.node))
    left_out = problem.node[state.plan[:, k.PLAN_ROUTE] < 0, k.NODE_ABSENT].sum()
    scalar[k.SCALAR_COST] += scalar[k.SCALAR_TIMED] + left_out
    scalar[k.SCALAR_BEST] = scalar[k.SCALAR_COST]
    state.best_length[:], state.best_seq[:] = state.length, state.line[:, :, k.POS_NODE]
    state.best_plan[:] = state.plan
    return state


def first_plan(problem: Problem, params: SearchParams, rng: np.random.Generator) -> State:
    """A plan with as many customers as find room, one by one."""
    state = plan_of(problem, [], params)
    construct(problem, state, rng)
    anneal(problem, state, rng, 0, 1.0, 1.0)  # compiled, or loaded, before the search begins
    return state


def cool(
    problem: Problem,
    state: State,
    rng: np.random.Generator,
    clock: Clock,
    until: float,
    temperatures: tuple[float, float],
) -> int:
    """Anneal while the temperature falls with the share of the time that is gone; iterations."""
    hot, cold = temperatures
    begun, done, n = clock(), 0, 100
    seconds = max(until - begun, 1e-9)
    while (gone := clock() - begun) < seconds:
        now = hot * (cold / hot) ** (gone / seconds)
        anneal(problem, state, rng, n, now, now)
        done += n
        step_s = max(clock() - begun - gone, 1e-6)
        n = int(min(max(n * seconds / 200 / step_s, 20), 4 * n))
    return done
