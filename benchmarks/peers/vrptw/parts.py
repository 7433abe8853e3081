"""Large plans cool by parts: as many iterations a second as in a small one.

What an iteration reads of 1 000 customers lies far from the core, of 200 near to it. The whole
annealing is cut into slices of time. In each the routes, by angle around the depot from a random
turn on, are dealt to parts of about as many customers, and each part is annealed in its share of
the slice, from the slice's first temperature to its last.
"""

from __future__ import annotations

import numpy as np

from benchmarks.peers.vrptw.kernels_vrptw_layout import BEST, COST, NODE
from benchmarks.peers.vrptw.search import Search
from benchmarks.peers.vrptw.vrptw_plans import (
    SPARE_ROUTES,
    Routes,
    empty_route_pool,
    empty_state,
    part_of,
    use,
)

N_POOLED_PART = 1 << 12


def sectors(place: np.ndarray, routes: Routes, n_parts: int, turn: float) -> list[Routes]:
    """The routes by angle from ``turn`` on, in ``n_parts`` of about as many customers."""
    middle = np.array([place[route].mean(axis=0) for route in routes])
    angle = (np.arctan2(middle[:, 1], middle[:, 0]) - turn) % (2 * np.pi)
    parts: list[Routes] = [[] for _ in range(n_parts)]
    n_all, n_before = sum(map(len, routes)), 0
    for r in np.argsort(angle, kind="stable").tolist():
        at = (n_before + len(routes[r]) / 2) / n_all
        parts[min(int(at * n_parts), n_parts - 1)].append(routes[r])
        n_before += len(routes[r])
    return [part for part in parts if part]


def anneal_parts(search: Search, end: float) -> None:
    """Cool from ``hot_parts`` to ``cold_parts`` until the end, every slice from the last's plan."""
    params, begun = search.params, search.clock()
    n_parts = round((search.task.n_nodes - 1) / params.part_customers)
    n_parts = max(min(n_parts, len(search.routes) // params.part_routes), 1)
    falls = (params.cold_parts / params.hot_parts) ** (1.0 / params.n_slices)
    now, hot = search.routes, params.hot_parts
    for k in range(params.n_slices):
        until = begun + (end - begun) * (k + 1) / params.n_slices
        is_last = k + 1 == params.n_slices
        if search.clock() >= until:
            continue
        turn = float(search.rng.random()) * 2 * np.pi
        parts = sectors(search.task.place, now, n_parts, turn)
        n_spare = int(search.task.problem.limit[1]) - len(now)
        cost, now = 0, []
        for i, part in enumerate(parts):
            start = search.clock()
            share = max(until - start, 0.0) / (len(parts) - i)
            spare = min(max(n_spare // len(parts), 0), SPARE_ROUTES)
            part_cost, routes = _anneal_part(
                search, part, spare, hot, hot * falls, start + share, is_last
            )
            cost += part_cost
            now += routes
        search.take(cost, now)
        hot *= falls


def _anneal_part(
    search: Search, routes: Routes, n_spare: int, hot: float, cold: float, until: float,
    wants_best: bool,
) -> tuple[int, Routes]:  # fmt: skip
    """Cost and routes of a part after annealing: as it then is, or the best seen."""
    task, nodes, inside = part_of(search.task, routes, len(routes) + n_spare)
    state = empty_state(task.problem, len(routes) + n_spare)
    use(task.problem, state, inside)
    route_pool = empty_route_pool(task.n_nodes, N_POOLED_PART)
    best = int(state.now[BEST])
    part = Search(task, state, route_pool, search.rng, search.clock, search.params, best, inside)
    part.anneal(hot, cold, until)
    search.n_iterations += part.n_iterations
    search.annealed_s += part.annealed_s
    found, cost = part.routes, part.best
    if not wants_best:
        cost = int(state.now[COST])
        found = [state.gap[r, 1 : 1 + n, NODE].tolist() for r, n in enumerate(state.length) if n]
    return cost, [nodes[route].tolist() for route in found]
