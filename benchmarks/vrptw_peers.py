"""Other solvers on the pure problem: PyVRP, OR-Tools and VROOM, each as its own manual says.

Each takes the instance and seconds, and gives routes without the depot. None is needed to run the
benchmark: one that is not installed (``pip install '.[bench]'``) is left out, and the table tells.
*Bred* is a hybrid genetic search written for this problem alone (`benchmarks.peers.vrptw`): no part
of what plans rounds.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from benchmarks.peers.vrptw.instance import Instance

Routes = tuple[tuple[int, ...], ...]
Clock = Callable[[], float]


def pyvrp(instance: Instance, seconds: float, seed: int, clock: Clock) -> Routes:
    """PyVRP's iterated local search with its default parameters."""
    from pyvrp import Model

    model = Model()
    places = [
        model.add_location(int(x), int(y)) for x, y in zip(instance.x, instance.y, strict=True)
    ]
    depot = model.add_depot(places[0], tw_late=int(instance.due[0]))
    for u in range(1, len(places)):
        model.add_client(
            places[u], delivery=int(instance.demand[u]),
            service_duration=int(instance.service[u]),
            tw_early=int(instance.ready[u]), tw_late=int(instance.due[u]),
        )  # fmt: skip
    model.add_vehicle_type(
        instance.n_vehicles, int(instance.capacity), depot, depot, tw_late=int(instance.due[0])
    )
    distance = instance.distance
    for i, one in enumerate(places):
        for j, other in enumerate(places):
            model.add_edge(one, other, int(distance[i, j]), int(distance[i, j]))
    begun = clock()
    found = model.solve(
        lambda _best: clock() - begun >= seconds, seed=seed, collect_stats=False, display=False
    )
    return tuple(
        tuple(one.idx + 1 for one in route.schedule() if one.is_client())
        for route in found.best.routes()
    )


def ortools(instance: Instance, seconds: float, seed: int, clock: Clock) -> Routes:
    """OR-Tools' routing library: parallel cheapest insertion, then guided local search."""
    del seed, clock
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    n, distance = len(instance.x), instance.distance.tolist()
    manager = pywrapcp.RoutingIndexManager(n, instance.n_vehicles, 0)
    routing = pywrapcp.RoutingModel(manager)
    node = manager.IndexToNode
    service, demand = instance.service.tolist(), instance.demand.tolist()
    way = routing.RegisterTransitCallback(lambda i, j: distance[node(i)][node(j)])
    time_ = routing.RegisterTransitCallback(
        lambda i, j: distance[node(i)][node(j)] + service[node(i)]
    )
    load = routing.RegisterUnaryTransitCallback(lambda i: demand[node(i)])
    routing.SetArcCostEvaluatorOfAllVehicles(way)
    horizon = int(instance.due[0])
    routing.AddDimension(time_, horizon, horizon, False, "time")
    routing.AddDimension(load, 0, int(instance.capacity), True, "load")
    dimension = routing.GetDimensionOrDie("time")
    for u in range(1, n):
        cumul = dimension.CumulVar(manager.NodeToIndex(u))
        cumul.SetRange(int(instance.ready[u]), int(instance.due[u]))
    options = pywrapcp.DefaultRoutingSearchParameters()
    options.first_solution_strategy = (
        routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    )
    options.local_search_metaheuristic = (
        routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    )
    options.time_limit.FromMilliseconds(int(seconds * 1000))
    found = routing.SolveWithParameters(options)
    routes = []
    for v in range(instance.n_vehicles):
        at, route = routing.Start(v), []
        while not routing.IsEnd(at):
            at = found.Value(routing.NextVar(at))
            route.append(node(at))
        if len(route) > 1:
            routes.append(tuple(route[:-1]))
    return tuple(routes)


def vroom(instance: Instance, seconds: float, seed: int, clock: Clock) -> Routes:
    """VROOM at its highest exploration level; it stops by itself."""
    del seconds, seed, clock
    import vroom as engine

    problem = engine.Input()
    matrix = instance.distance.astype(np.uint32)
    problem.set_durations_matrix("car", matrix)
    problem.set_costs_matrix("car", matrix)
    horizon = engine.TimeWindow(int(instance.ready[0]), int(instance.due[0]))
    for v in range(instance.n_vehicles):
        problem.add_vehicle(
            engine.Vehicle(v, 0, 0, capacity=[int(instance.capacity)], time_window=horizon)
        )
    for u in range(1, len(matrix)):
        problem.add_job(
            engine.Job(
                u, u, default_service=int(instance.service[u]),
                delivery=engine.Amount([int(instance.demand[u])]),
                time_windows=[engine.TimeWindow(int(instance.ready[u]), int(instance.due[u]))],
            )
        )  # fmt: skip
    table = problem.solve(5, 1).routes
    jobs = table[table["type"] == "job"]
    return tuple(tuple(int(u) for u in part["id"]) for _, part in jobs.groupby("vehicle_id"))


def bred(instance: Instance, seconds: float, seed: int, clock: Clock) -> Routes:
    """Our own hybrid genetic search, kept as a peer."""
    from benchmarks.peers.vrptw.solve_vrptw import solve

    return solve(instance, seconds, seed, clock=clock).routes


PEERS: dict[str, Callable[[Instance, float, int, Clock], Routes]] = {
    "PyVRP": pyvrp,
    "OR-Tools": ortools,
    "VROOM": vroom,
    "Bred": bred,
}


def wall() -> float:
    """The clock on the wall."""
    return time.monotonic()
