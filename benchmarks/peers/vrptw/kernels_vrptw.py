# mypy: disable-error-code="no-untyped-def,no-untyped-call,no-any-return"
"""Ruin and recreate for the pure vehicle routing problem with time windows.

Slack induction by string removals (Christiaens & Vanden Berghe 2020, doi 10.1287/trsc.2019.0914)
with constant-time insertion tests. The kernel also remembers the routes of good plans by a hash
of their customers, so that the best recombination of them can be found outside.
"""

from __future__ import annotations

import math

from benchmarks.peers.vrptw.kernels_route_pool import add_to_pool
from benchmarks.peers.vrptw.kernels_vrptw_layout import (
    BEST,
    COST,
    FAR,
    LEG,
    N_REMOVED,
    N_TOUCHED,
    NEXT_LATEST,
    NODE,
    OPTION,
    PREV_OUT,
    SEEN_AT,
    SEEN_COST,
    SEEN_GAP,
    STAMP,
    VERSION,
    RoutePool,
    Vrptw,
    VrptwState,
)
from data.kernels import bare_kernel as kernel

RENUMBER_AT = 1 << 30
ALL_ROUTES_TO, NEAR_LOOKED_AT = 256, 60
"""Customers up to which every route is looked at, and else the nearest whose routes are."""


@kernel
def retime(problem: Vrptw, state: VrptwState, r: int) -> bool:
    """Times, load and cost of route ``r``; whether its windows hold."""
    distance, gap, n = problem.distance, state.gap[r], state.length[r]
    time, cost, load, before, holds = problem.ready[0], 0, 0, 0, True
    for p in range(1, n + 1):
        u = gap[p, NODE]
        leg = distance[before, u]
        gap[p - 1, PREV_OUT], gap[p - 1, LEG] = time, leg
        cost += leg
        time = max(time + leg, problem.ready[u])
        holds = holds and time <= problem.due[u]
        time += problem.service[u]
        load += problem.demand[u]
        before = u
    leg = distance[before, 0]
    gap[n, PREV_OUT], gap[n, LEG] = time, leg
    latest = problem.due[0]
    holds = holds and time + leg <= latest
    gap[n, NEXT_LATEST] = latest
    for p in range(n, 0, -1):
        u = gap[p, NODE]
        latest = min(latest - gap[p, LEG] - problem.service[u], problem.due[u])
        gap[p - 1, NEXT_LATEST] = latest
    state.cost[r], state.load[r] = cost + leg, load
    state.now[VERSION] += 1
    state.version[r] = state.now[VERSION]
    return holds


@kernel
def touch(state: VrptwState, r: int) -> None:
    """Keep route ``r`` as it was before this iteration."""
    now = state.now
    if state.touched_at[r] == now[STAMP]:
        return
    state.touched_at[r] = now[STAMP]
    k, n = now[N_TOUCHED], state.length[r]
    state.touched[k] = r
    state.old_length[k], state.old_cost[k] = n, state.cost[r] if n > 0 else 0
    state.old_version[k] = state.version[r]
    for p in range(1, n + 1):
        state.old_seq[k, p] = state.gap[r, p, NODE]
    now[N_TOUCHED] = k + 1


@kernel
def drop_string(state: VrptwState, r: int, p: int, n_drop: int, rng) -> None:
    """Take a string of ``n_drop`` customers that holds position ``p`` out of route ``r``.

    Half of the time a longer string, of which a part in the middle stays (split string).
    """
    touch(state, r)
    gap, n = state.gap[r], state.length[r]
    stay = 0
    if n_drop > 1 and n_drop < n and rng.random() < 0.5:
        stay = 1
        while n_drop + stay < n and rng.random() > 0.5:
            stay += 1
    span = n_drop + stay
    low, high = max(1, p - span + 1), min(p, n - span + 1)
    first = low + int(rng.random() * (high - low + 1))
    keep_from = first + 1 + int(rng.random() * (n_drop - 1)) if stay > 0 else n + 1
    q = first
    for k in range(first, n + 1):
        u = gap[k, NODE]
        if k < first + span and not (keep_from <= k < keep_from + stay):
            state.where[u] = -1
            state.removed[state.now[N_REMOVED]] = u
            state.now[N_REMOVED] += 1
        else:
            gap[q, NODE] = u
            q += 1
    state.length[r] = q - 1


@kernel
def ruin(problem: Vrptw, state: VrptwState, n_routes: int, rng) -> None:
    """Strings from the routes around a random customer."""
    n = problem.demand.shape[0]
    mean_length = (n - 1) / max(n_routes, 1)
    longest = min(10.0, mean_length)
    most = 40.0 / (1.0 + longest) - 1.0
    n_strings = int(rng.random() * most + 1.0)
    seed = 1 + int(rng.random() * (n - 1))
    for k in range(problem.near.shape[1]):
        u = problem.near[seed, k]
        r = state.where[u]
        if r < 0 or state.touched_at[r] == state.now[STAMP]:
            continue
        n_drop = int(rng.random() * min(longest, state.length[r]) + 1.0)
        p = 1
        while state.gap[r, p, NODE] != u:
            p += 1
        drop_string(state, r, p, min(n_drop, state.length[r]), rng)
        n_strings -= 1
        if n_strings <= 0:
            break


@kernel
def order_removed(problem: Vrptw, state: VrptwState, rng) -> None:
    """Random, by demand, far, close, narrow, early or late windows first."""
    way, n, key = rng.random() * 17.0, state.now[N_REMOVED], state.key
    for i in range(n):
        u = state.removed[i]
        if way < 4.0:
            k = int(rng.random() * 1e9)
        elif way < 8.0:
            k = -problem.demand[u]
        elif way < 10.0:
            k = -problem.distance[0, u]
        elif way < 11.0:
            k = problem.distance[0, u]
        elif way < 13.0:
            k = problem.due[u] - problem.ready[u]
        elif way < 15.0:
            k = problem.ready[u]
        else:
            k = -problem.due[u]
        j = i
        while j > 0 and key[j - 1] > k:
            key[j], state.removed[j] = key[j - 1], state.removed[j - 1]
            j -= 1
        key[j], state.removed[j] = k, u


@kernel
def look(problem: Vrptw, state: VrptwState, u: int, r: int) -> None:
    """Find the cheapest gap of route ``r`` for customer ``u``, and note it in ``seen``."""
    row, gap, n = problem.distance[u], state.gap[r], state.length[r]
    ready, due, service = problem.ready[u], problem.due[u], problem.service[u]
    best, best_p, before = FAR, 0, 0
    for p in range(n + 1):
        out = gap[p, PREV_OUT]
        if out > due:
            break
        after = gap[p + 1, NODE] if p < n else 0
        if p > 0:
            before = gap[p, NODE]
        cost = row[before] + row[after] - gap[p, LEG]
        if cost >= best:
            continue
        start = max(out + row[before], ready)
        if start <= due and start + service + row[after] <= gap[p, NEXT_LATEST]:
            best, best_p = cost, p
    seen = state.seen[u, r]
    seen[SEEN_AT], seen[SEEN_COST], seen[SEEN_GAP] = state.version[r], best, best_p


@kernel
def gather(problem: Vrptw, state: VrptwState, u: int) -> int:
    """Routes worth a look for customer ``u``, into ``option``; how many.

    All of them, or in large plans those of the customers nearest to it, so that the time of an
    iteration does not grow with the plan; and one empty route.
    """
    n, option, n_routes = 0, state.option, state.length.shape[0]
    if problem.demand.shape[0] > ALL_ROUTES_TO:
        state.now[OPTION] += 1
        mark = state.now[OPTION]
        for k in range(1, min(problem.near.shape[1], NEAR_LOOKED_AT)):
            r = state.where[problem.near[u, k]]
            if r >= 0 and state.optioned_at[r] != mark:
                state.optioned_at[r] = mark
                option[n] = r
                n += 1
        for r in range(n_routes):
            if state.length[r] == 0:
                option[n] = r
                return n + 1
        return n
    is_empty_in = False
    for r in range(n_routes):
        if state.length[r] > 0 or not is_empty_in:
            is_empty_in = is_empty_in or state.length[r] == 0
            option[n] = r
            n += 1
    return n


@kernel
def insert_best(problem: Vrptw, state: VrptwState, u: int, rng) -> bool:
    """Put customer ``u`` at its cheapest place, some routes passed over; False where none is."""
    room = problem.limit[0] - problem.demand[u]
    width = state.gap.shape[1]
    best, best_r, passed_r = FAR, -1, -1
    blink = int(math.log(1.0 - rng.random()) * -99.5)
    for k in range(gather(problem, state, u)):
        r = state.option[k]
        if state.length[r] > 0 and (state.load[r] > room or state.length[r] + 3 > width):
            continue
        if state.seen[u, r, SEEN_AT] != state.version[r]:
            look(problem, state, u, r)
        if state.seen[u, r, SEEN_COST] < best:
            blink -= 1
            if blink < 0:
                blink = int(math.log(1.0 - rng.random()) * -99.5)
                passed_r = r
                continue
            best, best_r = state.seen[u, r, SEEN_COST], r
    if best_r < 0:
        best_r = passed_r
    if best_r < 0:
        return False
    touch(state, best_r)
    gap, p = state.gap[best_r], state.seen[u, best_r, SEEN_GAP]
    for q in range(state.length[best_r], p, -1):
        gap[q + 1, NODE] = gap[q, NODE]
    gap[p + 1, NODE] = u
    state.length[best_r] += 1
    state.where[u] = best_r
    return retime(problem, state, best_r)


@kernel
def construct(problem: Vrptw, state: VrptwState, rng) -> bool:
    """Put every customer in, in some order; whether the vehicles suffice."""
    n, now = problem.demand.shape[0], state.now
    for r in range(state.length.shape[0]):
        retime(problem, state, r)
    now[STAMP] += 1
    now[N_REMOVED] = n - 1
    for u in range(1, n):
        state.removed[u - 1] = u
    order_removed(problem, state, rng)
    holds = True
    for i in range(n - 1):
        now[N_TOUCHED] = 0
        now[STAMP] += 1
        holds = holds and insert_best(problem, state, state.removed[i], rng)
    now[COST] = 0
    for r in range(state.length.shape[0]):
        if state.length[r] > 0:
            now[COST] += state.cost[r]
    if holds:
        keep_best(state)
    return holds


@kernel
def undo(problem: Vrptw, state: VrptwState) -> None:
    """Put the iteration's routes back."""
    for k in range(state.now[N_TOUCHED]):
        r, n = state.touched[k], state.old_length[k]
        state.length[r] = n
        for p in range(1, n + 1):
            u = state.old_seq[k, p]
            state.gap[r, p, NODE] = u
            state.where[u] = r
        retime(problem, state, r)
        state.version[r] = state.old_version[k]


@kernel
def keep_best(state: VrptwState) -> None:
    """The plan becomes the best one."""
    for r in range(state.length.shape[0]):
        state.best_length[r] = state.length[r]
        for p in range(1, state.length[r] + 1):
            state.best_seq[r, p] = state.gap[r, p, NODE]
    state.now[BEST] = state.now[COST]


@kernel
def load_plan(problem: Vrptw, state: VrptwState) -> None:
    """Make ``best_seq`` the plan under way."""
    total = 0
    for r in range(state.length.shape[0]):
        state.length[r] = state.best_length[r]
        for p in range(1, state.length[r] + 1):
            u = state.best_seq[r, p]
            state.gap[r, p, NODE] = u
            state.where[u] = r
        retime(problem, state, r)
        if state.length[r] > 0:
            total += state.cost[r]
    state.now[COST] = state.now[BEST] = total


@kernel
def renumber(state: VrptwState) -> None:
    """Begin the versions anew, long before they outgrow the columns they are noted in."""
    state.seen[:] = 0
    for r in range(state.length.shape[0]):
        state.version[r] = r + 1
    state.now[VERSION] = state.length.shape[0]


@kernel
def anneal(
    problem: Vrptw,
    state: VrptwState,
    route_pool: RoutePool,
    rng,
    n_iterations: int,
    hot: float,
    cold: float,
):
    """Ruin and recreate while the temperature falls from ``hot`` to ``cold``."""
    now, temperature = state.now, hot
    factor = (cold / hot) ** (1.0 / max(n_iterations, 1))
    n_routes = 0
    if now[VERSION] > RENUMBER_AT:
        renumber(state)
    for r in range(state.length.shape[0]):
        n_routes += state.length[r] > 0
    for _ in range(n_iterations):
        temperature *= factor
        now[STAMP] += 1
        now[N_TOUCHED] = now[N_REMOVED] = 0
        ruin(problem, state, n_routes, rng)
        holds = True
        for k in range(now[N_TOUCHED]):
            holds = retime(problem, state, state.touched[k]) and holds
        if holds:
            order_removed(problem, state, rng)
            for i in range(now[N_REMOVED]):
                holds = insert_best(problem, state, state.removed[i], rng)
                if not holds:
                    break
        change = 0
        for k in range(now[N_TOUCHED]):
            r = state.touched[k]
            change -= state.old_cost[k]
            if state.length[r] > 0:
                change += state.cost[r]
        if not holds or change >= -temperature * math.log(1.0 - rng.random()):
            undo(problem, state)
            continue
        now[COST] += change
        if change != 0 and now[COST] * 100 < now[BEST] * 101:
            for k in range(now[N_TOUCHED]):
                r = state.touched[k]
                add_to_pool(
                    problem.code, route_pool, state.gap[r, 1:, NODE], state.length[r], state.cost[r]
                )
        if now[COST] < now[BEST]:
            keep_best(state)
            n_routes = 0
            for r in range(state.length.shape[0]):
                n_routes += state.length[r] > 0
