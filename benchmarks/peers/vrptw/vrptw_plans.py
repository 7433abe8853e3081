"""Arrays for the pure problem, the part of it that some routes serve, and first plans."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.peers.vrptw.instance import Instance
from benchmarks.peers.vrptw.kernels_vrptw import construct, load_plan
from benchmarks.peers.vrptw.kernels_vrptw_layout import (
    SCALAR_SIZE,
    SEEN_SIZE,
    IntArray,
    RoutePool,
    SmallArray,
    Vrptw,
    VrptwState,
)

CONSTRUCT_TRIES, SPARE_ROUTES = 5, 10
WIDTH_MOST = 122
"""Of a route's row where there are more than 220 customers."""

Routes = list[list[int]]


@dataclass(frozen=True)
class Task:
    """A problem with the customers' places, shape (n, 2), from the depot."""

    problem: Vrptw
    place: IntArray

    @property
    def n_nodes(self) -> int:
        """Customers and the depot."""
        return len(self.place)


def task_of(instance: Instance) -> Task:
    """The instance as arrays."""
    place = np.stack([instance.x - instance.x[0], instance.y - instance.y[0]], axis=1)
    return Task(problem_of(instance), np.ascontiguousarray(place))


def problem_of(instance: Instance) -> Vrptw:
    """The instance as the kernels read it."""
    code = np.random.default_rng(7).integers(1, 1 << 40, len(instance.x))
    columns = (instance.demand, instance.service, instance.ready, instance.due)
    return _problem(
        instance.distance.astype(np.int32), columns, code, instance.capacity, instance.n_vehicles
    )


def _problem(
    distance: SmallArray,
    columns: tuple[IntArray | SmallArray, ...],
    code: IntArray,
    capacity: int,
    n_vehicles: int,
) -> Vrptw:
    near = np.argsort(distance[:, 1:], axis=1, kind="stable") + 1
    small = [np.ascontiguousarray(column, dtype=np.int32) for column in columns]
    return Vrptw(
        np.ascontiguousarray(distance), small[0], small[1], small[2], small[3],
        near.astype(np.int32), code, np.array([capacity, n_vehicles], dtype=np.int64),
    )  # fmt: skip


def part_of(task: Task, routes: Routes, n_vehicles: int) -> tuple[Task, IntArray, Routes]:
    """The problem of these routes' customers alone.

    Returns
    -------
    Task
    ndarray, shape (n_part,)
        The whole problem's node for each of the part's.
    list of list of int
        The routes in the part's numbers.
    """
    nodes = np.array([0, *sorted(u for route in routes for u in route)], dtype=np.int64)
    number = np.zeros(task.n_nodes, dtype=np.int64)
    number[nodes] = np.arange(len(nodes))
    whole = task.problem
    columns = (whole.demand[nodes], whole.service[nodes], whole.ready[nodes], whole.due[nodes])
    problem = _problem(
        whole.distance[np.ix_(nodes, nodes)], columns, whole.code[nodes], int(whole.limit[0]),
        n_vehicles,
    )  # fmt: skip
    inside = [number[route].tolist() for route in routes]
    return Task(problem, np.ascontiguousarray(task.place[nodes])), nodes, inside


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
    width = n + 3 if n <= 220 else WIDTH_MOST

    def zeros(*shape: int) -> IntArray:
        return np.zeros(shape, dtype=np.int64)

    return VrptwState(
        gap=np.zeros((n_routes, width, 4), dtype=np.int32), length=zeros(n_routes),
        load=zeros(n_routes), cost=zeros(n_routes), where=np.full(n, -1, dtype=np.int32),
        removed=zeros(n), key=zeros(n), touched=zeros(n_routes), touched_at=zeros(n_routes),
        old_seq=zeros(n_routes, width), old_length=zeros(n_routes), old_cost=zeros(n_routes),
        version=zeros(n_routes), old_version=zeros(n_routes),
        seen=np.zeros((n, n_routes, SEEN_SIZE), dtype=np.int32),
        best_seq=zeros(n_routes, width), best_length=zeros(n_routes),
        option=zeros(n_routes), optioned_at=zeros(n_routes), now=zeros(SCALAR_SIZE),
    )  # fmt: skip


def empty_route_pool(n_nodes: int, n_most: int) -> RoutePool:
    """Room for ``n_most`` routes to be remembered."""
    width = n_nodes + 3 if n_nodes <= 402 else WIDTH_MOST
    return RoutePool(
        np.zeros(n_most, dtype=np.int64), np.zeros(n_most, dtype=np.int64),
        np.zeros((n_most, width), dtype=np.int64),
    )  # fmt: skip


def use(problem: Vrptw, state: VrptwState, routes: Routes) -> None:
    """Start on from these routes."""
    state.best_length[:] = 0
    for r, route in enumerate(routes):
        state.best_length[r] = len(route)
        state.best_seq[r, 1 : 1 + len(route)] = route
    load_plan(problem, state)


def routes_of(state: VrptwState) -> Routes:
    """The best plan's routes, without the depot."""
    return [state.best_seq[r, 1 : 1 + n].tolist() for r, n in enumerate(state.best_length) if n > 0]


def start_anew(problem: Vrptw, state: VrptwState, rng: np.random.Generator) -> bool:
    """Empty every route and construct another plan; False where the vehicles did not suffice."""
    for _ in range(CONSTRUCT_TRIES):
        state.length[:] = 0
        state.where[:] = -1
        if construct(problem, state, rng):
            return True
    return False
