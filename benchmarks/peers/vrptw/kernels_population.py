# mypy: disable-error-code="no-untyped-def,no-untyped-call,no-any-return"
"""Hybrid genetic search with control of diversity.

Vidal et al. 2013 (doi 10.1016/j.cor.2012.07.018) and Vidal 2022 (doi 10.1016/j.cor.2021.105643).
Two subpopulations, of plans that keep every rule and of those that do not, share one pool of slots.
"""

from __future__ import annotations

from benchmarks.peers.vrptw.kernels_cross import (
    build_child,
    choose,
    insert_left_out,
    measure_broken_pairs,
    note_known,
    restore,
    save,
)
from benchmarks.peers.vrptw.kernels_local import improve, price, price_again
from benchmarks.peers.vrptw.kernels_route_pool import add_to_pool
from benchmarks.peers.vrptw.kernels_vrptw_layout import (
    BROKEN,
    FREE,
    H_BEST,
    H_LOAD_HELD,
    H_SINCE,
    H_TIME_HELD,
    H_TRIED,
    R_COST,
    R_KNOWN,
    R_LENGTH,
    R_LOAD,
    R_PENALTY,
    R_WARP,
    SHARP,
    W_CAPACITY,
    W_LOAD,
    W_WARP,
    WHOLE,
    Local,
    Population,
    RoutePool,
    Vrptw,
)
from data.kernels import bare_kernel as kernel

N_MOST, N_LEAST, N_ELITE, N_CLOSE = 65, 25, 4, 5
TUNE_EVERY, WEIGHT_MOST = 50, 1 << 20
POOLED_PERCENT = 103
"""Routes of plans up to this share of the best cost are remembered."""


@kernel
def rank(population: Population, local: Local, kind: int) -> int:
    """Fitness of every plan of one kind, by cost and by distance to its nearest; how many."""
    m, members, key, broken_pairs = 0, population.by_rank, population.key, population.broken_pairs
    n_slots = population.kind.shape[0]
    for s in range(n_slots):
        if population.kind[s] == kind:
            members[m] = s
            key[s] = SHARP * population.cost[s] + local.weight[W_LOAD] * population.excess[s]
            key[s] += local.weight[W_WARP] * population.warp[s]
            m += 1
    sort(members, key, m)
    if m < 2:
        population.fitness[members[0]] = 0.0
        return m
    for i in range(m):
        population.fitness[members[i]] = i / (m - 1.0)
    near = population.angle
    for i in range(m):
        s, n = members[i], 0
        for k in range(m):
            if k == i:
                continue
            d = float(broken_pairs[s, members[k]])
            j = n if n < N_CLOSE else N_CLOSE
            if n < N_CLOSE:
                n += 1
            while j > 0 and near[j - 1] > d:
                if j < N_CLOSE:
                    near[j] = near[j - 1]
                j -= 1
            if j < N_CLOSE:
                near[j] = d
        key[s] = 0.0
        for j in range(n):
            key[s] -= near[j]
    sort(members, key, m)
    weight = max(1.0 - N_ELITE / m, 0.0)
    for i in range(m):
        population.fitness[members[i]] += weight * i / (m - 1.0)
    return m


@kernel
def sort(items, key, n: int) -> None:
    """The first ``n`` items by their keys, ascending; equal ones as they were."""
    for i in range(1, n):
        s, j = items[i], i
        while j > 0 and key[items[j - 1]] > key[s]:
            items[j] = items[j - 1]
            j -= 1
        items[j] = s


@kernel
def select_survivors(population: Population, local: Local, kind: int) -> None:
    """Too many of one kind: twins go first, then those of the worst fitness."""
    m = 0
    for s in range(population.kind.shape[0]):
        m += population.kind[s] == kind
    if m <= N_MOST:
        return
    while m > N_LEAST:
        rank(population, local, kind)
        worst, worst_s = -1.0, -1
        for i in range(m):
            s = population.by_rank[i]
            value = population.fitness[s]
            for k in range(m):
                if (
                    population.by_rank[k] != s
                    and population.broken_pairs[s, population.by_rank[k]] == 0
                ):
                    value += 10.0
                    break
            if value > worst:
                worst, worst_s = value, s
        population.kind[worst_s] = FREE
        m -= 1


@kernel
def note_best(population: Population, local: Local, cost: int) -> None:
    """The plan becomes the best one."""
    at = 0
    for r in range(local.route.shape[0]):
        n = local.route[r, R_LENGTH]
        if n > 0:
            for p in range(n):
                population.best[at + p] = local.seq[r, p]
            population.best[at + n] = 0
            at += n + 1
    population.best[at] = 0
    population.now[H_BEST], population.now[H_SINCE] = cost, 0


@kernel
def enter(problem: Vrptw, population: Population, local: Local, route_pool: RoutePool) -> bool:
    """The plan joins the population; whether it keeps every rule."""
    cost, excess, warp, slot = 0, 0, 0, 0
    for r in range(local.route.shape[0]):
        cost += local.route[r, R_COST]
        excess += max(local.route[r, R_LOAD] - local.weight[W_CAPACITY], 0)
        warp += local.route[r, R_WARP]
    kind = WHOLE if excess + warp == 0 else BROKEN
    population.now[H_LOAD_HELD] += excess == 0
    population.now[H_TIME_HELD] += warp == 0
    if 100 * cost < POOLED_PERCENT * population.now[H_BEST]:
        for r in range(local.route.shape[0]):
            route = local.route[r]
            if route[R_PENALTY] == 0:
                add_to_pool(problem.code, route_pool, local.seq[r], route[R_LENGTH], route[R_COST])
    while population.kind[slot] != FREE:
        slot += 1
    population.kind[slot], population.cost[slot], population.excess[slot], population.warp[slot] = (
        kind,
        cost,
        excess,
        warp,
    )
    save(population, local, slot)
    measure_broken_pairs(population, slot)
    if kind == WHOLE and cost < population.now[H_BEST]:
        note_best(population, local, cost)
    select_survivors(population, local, kind)
    return kind == WHOLE


@kernel
def tune(population: Population, local: Local) -> None:
    """Dearer rules where too few plans keep them, cheaper where many do."""
    now, weight = population.now, local.weight
    for w in range(2):
        held = now[H_LOAD_HELD + w]
        value = weight[W_LOAD + w]
        value = value * 6 // 5 + 1 if held * 5 < now[H_TRIED] * 2 else value * 17 // 20
        weight[W_LOAD + w] = min(max(value, 1), WEIGHT_MOST)
        now[H_LOAD_HELD + w] = 0
    now[H_TRIED] = 0


@kernel
def parent(population: Population, rng) -> int:
    """The fitter of two plans at random."""
    found = -1
    for _ in range(2):
        s = int(rng.random() * population.kind.shape[0])
        while population.kind[s] == FREE:
            s = int(rng.random() * population.kind.shape[0])
        if found < 0 or population.fitness[s] < population.fitness[found]:
            found = s
    return found


@kernel
def crossover(distance, population: Population, local: Local, rng) -> None:
    """The better of two children of two parents, before its local search."""
    for kind in range(WHOLE, BROKEN + 1):
        rank(population, local, kind)
    a, b = parent(population, rng), parent(population, rng)
    for _ in range(10):
        if a != b:
            break
        b = parent(population, rng)
    at_a, at_b, n = choose(population, a, b, rng)
    spare, first = population.seq.shape[0] - 1, 0
    for way in range(2):
        n_out = build_child(distance, population, local, a, b, at_a, at_b, n, way)
        insert_left_out(distance, population, local, n_out, rng)
        if way == 0:
            first = price(local)
            save(population, local, spare)
    if first <= price(local):
        restore(distance, population, local, spare)
    note_known(population, local, a, b)


@kernel
def local_search(
    problem: Vrptw, population: Population, local: Local, route_pool: RoutePool, rng
) -> None:
    """Improve the plan and let it in; where it breaks a rule, half of the time mended too."""
    improve(problem.distance, local, rng)
    if enter(problem, population, local, route_pool) or rng.random() >= 0.5:
        return
    weight, now = local.weight, population.now
    held_load, held_time = now[H_LOAD_HELD], now[H_TIME_HELD]
    load, warp = weight[W_LOAD], weight[W_WARP]
    weight[W_LOAD], weight[W_WARP] = 10 * load, 10 * warp
    price_again(local)
    for r in range(local.route.shape[0]):
        local.route[r, R_KNOWN] = local.route[r, R_PENALTY] == 0
    improve(problem.distance, local, rng)
    weight[W_LOAD], weight[W_WARP] = load, warp
    price_again(local)
    if holds(local):
        enter(problem, population, local, route_pool)
        now[H_LOAD_HELD], now[H_TIME_HELD] = held_load, held_time


@kernel
def run_generations(
    problem: Vrptw,
    population: Population,
    local: Local,
    route_pool: RoutePool,
    rng,
    n_children: int,
) -> None:
    """Make ``n_children`` by crossover and improve each by local search."""
    for _ in range(n_children):
        crossover(problem.distance, population, local, rng)
        population.now[H_SINCE] += 1
        population.now[H_TRIED] += 1
        local_search(problem, population, local, route_pool, rng)
        if population.now[H_TRIED] >= TUNE_EVERY:
            tune(population, local)


@kernel
def holds(local: Local) -> bool:
    """Whether every rule is kept."""
    for r in range(local.route.shape[0]):
        if local.route[r, R_WARP] > 0 or local.route[r, R_LOAD] > local.weight[W_CAPACITY]:
            return False
    return True
