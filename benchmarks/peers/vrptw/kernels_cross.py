# mypy: disable-error-code="no-untyped-def,no-untyped-call,no-any-return"
"""Plans are stored, compared and crossed: selective route exchange.

Nagata, Bräysy & Dullaert 2010 (doi 10.1016/j.cor.2009.06.022), as in HGS-VRPTW (Kool et al. 2022).
A run of routes of one parent, by angle around the depot, is replaced by the run of the other that
serves nearly the same customers; who is lost is put in again at least cost.
"""

from __future__ import annotations

import math

from benchmarks.peers.vrptw.kernels_local import copy, set_route, shuffle
from benchmarks.peers.vrptw.kernels_moves import joined_over
from benchmarks.peers.vrptw.kernels_vrptw_layout import (
    DEMAND,
    FREE,
    NEXT,
    PREV,
    R_FIRST,
    R_KNOWN,
    R_LENGTH,
    R_LOAD,
    R_PENALTY,
    ROUTE,
    SHARP,
    W_CAPACITY,
    W_LOAD,
    W_WARP,
    Local,
    Population,
)
from data.kernels import bare_kernel as kernel


@kernel
def save(population: Population, local: Local, slot: int) -> None:
    """Store the plan, its routes by angle around the depot."""
    n_routes, order, angle, route = 0, population.by_rank, population.angle, local.route
    for r in range(route.shape[0]):
        if route[r, R_LENGTH] == 0:
            continue
        x, y = 0, 0
        for p in range(route[r, R_LENGTH]):
            x += population.place[local.seq[r, p], 0]
            y += population.place[local.seq[r, p], 1]
        turn, j = math.atan2(float(y), float(x)), n_routes
        while j > 0 and angle[j - 1] > turn:
            angle[j], order[j] = angle[j - 1], order[j - 1]
            j -= 1
        angle[j], order[j] = turn, r
        n_routes += 1
    population.n_routes[slot] = n_routes
    start, at = population.start[slot], 0
    for k in range(n_routes):
        start[k] = at
        at = copy(population.seq[slot], at, local.seq[order[k]], 0, route[order[k], R_LENGTH])
    start[n_routes] = at
    for i in range(local.order.shape[0]):
        u = local.order[i]
        population.after[slot, u], population.before[slot, u] = (
            local.node[u, NEXT],
            local.node[u, PREV],
        )


@kernel
def restore(distance, population: Population, local: Local, slot: int) -> None:
    """Make a stored plan the one under way."""
    start = population.start[slot]
    for r in range(local.route.shape[0]):
        local.route[r, R_LENGTH] = 0
        if r < population.n_routes[slot]:
            copy(local.seq[r], 0, population.seq[slot], start[r], start[r + 1])
            local.route[r, R_LENGTH] = start[r + 1] - start[r]
        set_route(distance, local, r)


@kernel
def measure_broken_pairs(population: Population, slot: int) -> None:
    """Customers of this plan that another follows, or that begin a route, in each other plan."""
    for s in range(population.kind.shape[0]):
        if population.kind[s] == FREE:
            continue
        n = 0
        for u in range(1, population.after.shape[1]):
            n += population.after[s, u] != population.after[slot, u]
            n += population.before[slot, u] == 0 and population.before[s, u] != 0
        population.broken_pairs[slot, s] = population.broken_pairs[s, slot] = n


@kernel
def lost(population: Population, a: int, b: int, at_a: int, at_b: int, n: int) -> int:
    """Customers in ``n`` routes of plan a from ``at_a`` on that are not in those of plan b."""
    n_a, n_b, total = population.n_routes[a], population.n_routes[b], 0
    for u in range(1, population.at_a.shape[0]):
        total += (population.at_a[u] - at_a) % n_a < n and (population.at_b[u] - at_b) % n_b >= n
    return total


@kernel
def choose(population: Population, a: int, b: int, rng):
    """Runs of routes of both parents: first of each, and how many; ``chosen`` tells the customers.

    From a random run of the first parent, both runs are shifted while fewer customers are lost.
    """
    n_a, n_b = population.n_routes[a], population.n_routes[b]
    for k in range(n_a):
        for p in range(population.start[a, k], population.start[a, k + 1]):
            population.at_a[population.seq[a, p]] = k
    for k in range(n_b):
        for p in range(population.start[b, k], population.start[b, k + 1]):
            population.at_b[population.seq[b, p]] = k
    n = 1 + int(rng.random() * min(n_a, n_b))
    at_a = int(rng.random() * n_a)
    at_b = at_a if at_a < n_b else 0
    best, is_better = lost(population, a, b, at_a, at_b, n), True
    while is_better:
        is_better = False
        for way in range(4):
            new_a, new_b = at_a, at_b
            if way < 2:
                new_a = (at_a + 1 - 2 * way) % n_a
            else:
                new_b = (at_b + 5 - 2 * way) % n_b
            cost = lost(population, a, b, new_a, new_b, n)
            if cost < best:
                at_a, at_b, best, is_better = new_a, new_b, cost, True
                break
    for u in range(1, population.chosen.shape[0]):
        population.chosen[u] = (population.at_a[u] - at_a) % n_a < n
        population.chosen[u] += 2 * ((population.at_b[u] - at_b) % n_b < n)
    return at_a, at_b, n


@kernel
def build_child(
    distance,
    population: Population,
    local: Local,
    a: int,
    b: int,
    at_a: int,
    at_b: int,
    n: int,
    way: int,
) -> int:
    """Parent a with the chosen routes of parent b in place of its own; how many are left out.

    Who is in the routes of both stays once: way 0 in those of the first parent that were not
    chosen, way 1 in those of the second that were.
    """
    n_a, n_b, chosen = population.n_routes[a], population.n_routes[b], population.chosen
    for r in range(local.route.shape[0]):
        m = 0
        if r < n_a:
            q = (r - at_a) % n_a
            slot, k, drop = (b, (at_b + q) % n_b, 0) if q < n else (a, r, 0)
            if (q < n) == (way == 0):
                drop = 2
            for p in range(population.start[slot, k], population.start[slot, k + 1]):
                u = population.seq[slot, p]
                if chosen[u] != drop or drop == 0:
                    local.seq[r, m] = u
                    m += 1
        local.route[r, R_LENGTH] = m
        set_route(distance, local, r)
    n_out = 0
    for u in range(1, chosen.shape[0]):
        if chosen[u] == 1:
            local.node[u, ROUTE] = -1
            population.removed[n_out] = u
            n_out += 1
    return n_out


@kernel
def note_known(population: Population, local: Local, a: int, b: int) -> None:
    """Which routes are just those of parent a (bit 1) or b (bit 2)."""
    node = local.node
    for r in range(local.route.shape[0]):
        known = 3
        for p in range(local.route[r, R_LENGTH]):
            u = local.seq[r, p]
            if node[u, NEXT] != population.after[a, u] or node[u, PREV] != population.before[a, u]:
                known &= 2
            if node[u, NEXT] != population.after[b, u] or node[u, PREV] != population.before[b, u]:
                known &= 1
            if known == 0:
                break
        local.route[r, R_KNOWN] = known


@kernel
def insertion_cost(distance, local: Local, u: int, v: int, r: int) -> int:
    """Distance and penalties that customer ``u`` after ``v`` would add to route ``r``."""
    node, route, weight = local.node, local.route[r], local.weight
    x = route[R_FIRST] if v == 0 else node[v, NEXT]
    cost = SHARP * (distance[v, u] + distance[u, x] - distance[v, x]) - route[R_PENALTY]
    cost += weight[W_LOAD] * max(route[R_LOAD] + node[u, DEMAND] - weight[W_CAPACITY], 0)
    return cost + weight[W_WARP] * joined_over(node, distance, v, u, u, x)


@kernel
def insert_left_out(distance, population: Population, local: Local, n_out: int, rng) -> None:
    """Everyone who is left out, in random order, where it costs least."""
    node, seq, route = local.node, local.seq, local.route
    shuffle(population.removed, n_out, rng)
    for i in range(n_out):
        u = population.removed[i]
        best, best_r, best_p = 1 << 60, 0, 0
        for k in range(local.granular_neighbours.shape[1]):
            v = local.granular_neighbours[u, k]
            r = node[v, ROUTE]
            if r < 0:
                continue
            for v_or_depot in range(2):
                if v_or_depot == 1 and node[v, PREV] != 0:
                    break
                cost = insertion_cost(distance, local, u, 0 if v_or_depot else v, r)
                if cost < best:
                    best, best_r = cost, r
                    best_p = 0
                    if v_or_depot == 0:
                        while seq[r, best_p] != v:
                            best_p += 1
                        best_p += 1
        for r in range(route.shape[0]):
            if route[r, R_LENGTH] == 0:
                if insertion_cost(distance, local, u, 0, r) < best:
                    best_r, best_p = r, 0
                break
        for p in range(route[best_r, R_LENGTH], best_p, -1):
            seq[best_r, p] = seq[best_r, p - 1]
        seq[best_r, best_p] = u
        route[best_r, R_LENGTH] += 1
        set_route(distance, local, best_r)
