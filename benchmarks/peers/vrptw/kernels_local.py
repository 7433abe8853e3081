# mypy: disable-error-code="no-untyped-def,no-untyped-call,no-any-return"
"""Local search over plans that may break load and windows at a price."""

from __future__ import annotations

from benchmarks.peers.vrptw.kernels_moves import try_exchange, try_tails, try_within
from benchmarks.peers.vrptw.kernels_vrptw_layout import (
    DEMAND,
    DUE,
    EXCHANGE,
    LATEST,
    LOAD_TO,
    M_A,
    M_B,
    M_I,
    M_J,
    M_KIND,
    M_U,
    M_V,
    NEXT,
    OR_EXCHANGE,
    OUT,
    POS,
    PREV,
    R_CHANGED,
    R_COST,
    R_FIRST,
    R_KNOWN,
    R_LENGTH,
    R_LOAD,
    R_PENALTY,
    R_WARP,
    READY,
    ROUTE,
    SERVICE,
    SHARP,
    TESTED,
    TWO_OPT_STAR,
    W_CAPACITY,
    W_LOAD,
    W_WARP,
    WARP_FROM,
    WARP_TO,
    Local,
)
from data.kernels import bare_kernel as kernel


@kernel
def set_route(distance, local: Local, r: int) -> None:
    """All that is known of route ``r``, from its customers in ``seq``."""
    node, row, weight, n = local.node, local.seq[r], local.weight, local.route[r, R_LENGTH]
    time, warp, load, cost, before = node[0, OUT], 0, 0, 0, 0
    for p in range(n):
        u = row[p]
        cost += distance[before, u]
        time = max(time + distance[before, u], node[u, READY])
        if time > node[u, DUE]:
            warp += time - node[u, DUE]
            time = node[u, DUE]
        time += node[u, SERVICE]
        load += node[u, DEMAND]
        node[u, PREV], node[u, ROUTE], node[u, POS] = before, r, p
        node[u, OUT], node[u, WARP_TO], node[u, LOAD_TO] = time, warp, load
        before = u
    cost += distance[before, 0]
    warp += max(time + distance[before, 0] - node[0, LATEST], 0)
    latest, warp_from, after = node[0, LATEST], 0, 0
    for p in range(n - 1, -1, -1):
        u = row[p]
        need = node[u, SERVICE] + distance[u, after]
        warp_from += max(node[u, READY] + need - latest, 0)
        latest = max(min(latest - need, node[u, DUE]), node[u, READY])
        node[u, NEXT], node[u, LATEST], node[u, WARP_FROM] = after, latest, warp_from
        after = u
    route = local.route[r]
    route[R_FIRST], route[R_LOAD], route[R_WARP], route[R_COST] = after, load, warp, cost
    over = max(load - weight[W_CAPACITY], 0)
    route[R_PENALTY] = weight[W_LOAD] * over + weight[W_WARP] * warp


@kernel
def set_routes(distance, local: Local) -> None:
    """Set every route whose customers have been laid into ``seq`` by others."""
    for r in range(local.route.shape[0]):
        set_route(distance, local, r)


@kernel
def price_again(local: Local) -> None:
    """After the weights have changed."""
    for r in range(local.route.shape[0]):
        route = local.route[r]
        over = max(route[R_LOAD] - local.weight[W_CAPACITY], 0)
        route[R_PENALTY] = local.weight[W_LOAD] * over + local.weight[W_WARP] * route[R_WARP]


@kernel
def price(local: Local) -> int:
    """The plan's distance and penalties."""
    total = 0
    for r in range(local.route.shape[0]):
        total += SHARP * local.route[r, R_COST] + local.route[r, R_PENALTY]
    return total


@kernel
def copy(target, at: int, source, first: int, end: int) -> int:
    """Append ``source[first:end]`` to ``target`` from ``at`` on; where it then ends."""
    for p in range(first, end):
        target[at] = source[p]
        at += 1
    return at


@kernel
def take_fresh(distance, local: Local, r: int, k: int, n: int) -> None:
    """Route ``r`` becomes the ``n`` customers of the sequence made."""
    copy(local.seq[r], 0, local.fresh[k], 0, n)
    local.route[r, R_LENGTH] = n
    set_route(distance, local, r)


@kernel
def make_move(distance, local: Local) -> None:
    """Carry out the move noted."""
    move, node, fresh = local.move, local.node, local.fresh
    kind, a, b = move[M_KIND], move[M_A], move[M_B]
    row_a, n_a = local.seq[a], local.route[a, R_LENGTH]
    if kind in (TWO_OPT_STAR, EXCHANGE):
        row_b, n_b = local.seq[b], local.route[b, R_LENGTH]
        pu, pv = node[move[M_U], POS], -1
        if move[M_V] != 0:
            pv = node[move[M_V], POS]
        n, m = copy(fresh[0], 0, row_a, 0, pu), copy(fresh[1], 0, row_b, 0, pv + 1)
        if kind == TWO_OPT_STAR:
            n = copy(fresh[0], n, row_b, pv + 1, n_b)
            m = copy(fresh[1], m, row_a, pu, n_a)
        else:
            i, j = move[M_I], move[M_J]
            n = copy(fresh[0], n, row_b, pv + 1, pv + 1 + j)
            n = copy(fresh[0], n, row_a, pu + i, n_a)
            m = copy(fresh[1], m, row_a, pu, pu + i)
            m = copy(fresh[1], m, row_b, pv + 1 + j, n_b)
        take_fresh(distance, local, a, 0, n)
        take_fresh(distance, local, b, 1, m)
        return
    first = move[M_U]
    n = copy(fresh[0], 0, row_a, 0, first)
    if kind == OR_EXCHANGE:
        m, y = first + move[M_I], first + move[M_I] + b
        n = copy(fresh[0], n, row_a, y, y + move[M_J])
        n = copy(fresh[0], n, row_a, m, y)
        n = copy(fresh[0], n, row_a, first, m)
    else:
        for p in range(move[M_V], first - 1, -1):
            fresh[0, n] = row_a[p]
            n += 1
    n = copy(fresh[0], n, row_a, n, n_a)
    take_fresh(distance, local, a, 0, n)


@kernel
def try_pair(distance, local: Local, u: int, v: int, b: int) -> bool:
    """Carry out the best move that makes ``u`` follow ``v`` of route ``b``, if one gains."""
    node, route, weight, move = local.node, local.route, local.weight, local.move
    a = node[u, ROUTE]
    if a == b:
        best = try_within(node, route, local.seq[a], distance, weight, move, u, v, a)
    else:
        best = try_tails(node, route, distance, weight, move, u, v, b, 0)
        best = try_exchange(node, route, distance, weight, move, u, v, b, best)
    if best >= 0:
        return False
    make_move(distance, local)
    return True


@kernel
def shuffle(items, n: int, rng) -> None:
    """The first ``n`` items in random order."""
    for i in range(n - 1, 0, -1):
        j = int(rng.random() * (i + 1))
        items[i], items[j] = items[j], items[i]


@kernel
def improve(distance, local: Local, rng) -> None:
    """Moves until none gains. A pair is tried again only where one of its routes has changed.

    Pairs of routes that share a bit of ``R_KNOWN`` are not tried before one has.
    """
    node, route, n_moves, is_first, found = local.node, local.route, 0, True, True
    n = local.order.shape[0]
    shuffle(local.order, n, rng)
    for r in range(route.shape[0]):
        route[r, R_CHANGED] = 0
    for i in range(n):
        node[local.order[i], TESTED] = -1
    while found or is_first:
        is_empty_tried, is_first, found = not is_first, False, False
        for i in range(n):
            u = local.order[i]
            tested = node[u, TESTED]
            node[u, TESTED] = n_moves
            for k in range(local.granular_neighbours.shape[1]):
                v = local.granular_neighbours[u, k]
                for v_or_depot in range(2):
                    a, b = node[u, ROUTE], node[v, ROUTE]
                    if max(route[a, R_CHANGED], route[b, R_CHANGED]) <= tested:
                        break
                    if route[a, R_KNOWN] & route[b, R_KNOWN]:
                        break
                    if v_or_depot == 1 and node[v, PREV] != 0:
                        break
                    if try_pair(distance, local, u, v if v_or_depot == 0 else 0, b):
                        n_moves += 1
                        route[a, R_CHANGED] = route[b, R_CHANGED] = n_moves
                        route[a, R_KNOWN] = route[b, R_KNOWN] = 0
                        found = True
                        break
            a = node[u, ROUTE]
            if not is_empty_tried or route[a, R_CHANGED] <= tested or route[a, R_KNOWN]:
                continue
            for r in range(route.shape[0]):
                if route[r, R_LENGTH] == 0:
                    if try_pair(distance, local, u, 0, r):
                        n_moves += 1
                        route[a, R_CHANGED] = route[r, R_CHANGED] = n_moves
                        route[a, R_KNOWN] = route[r, R_KNOWN] = 0
                        found = True
                    break
