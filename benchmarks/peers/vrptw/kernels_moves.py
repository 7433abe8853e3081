# mypy: disable-error-code="no-untyped-def,no-untyped-call,no-any-return"
"""What a move of the local search would change, in constant time per route touched.

Lateness is priced as time warp (Nagata, Bräysy & Dullaert 2010, doi 10.1016/j.cor.2009.06.022):
who comes late goes back in time to the end of the window. With the depot's departure fixed, the
start of a route is two numbers (departure, warp) and the end of one is two (latest arrival, warp).
Every move makes customer ``u`` follow ``v``, where ``v`` is near it (granular neighbourhoods:
Toth & Vigo 2003, doi 10.1287/ijoc.15.4.333.24890).
"""

from __future__ import annotations

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
    R_FIRST,
    R_LENGTH,
    R_LOAD,
    R_PENALTY,
    READY,
    ROUTE,
    SERVICE,
    SHARP,
    TWO_OPT,
    TWO_OPT_STAR,
    W_CAPACITY,
    W_LOAD,
    W_WARP,
    WARP_FROM,
    WARP_TO,
)
from data.kernels import bare_kernel as kernel

STRING_MOST = 3


@kernel
def joined(node, distance, before: int, after: int) -> int:
    """Time warp of a route from its start up to ``before``, and on from ``after`` to its end."""
    late = node[before, OUT] + distance[before, after] - node[after, LATEST]
    return node[before, WARP_TO] + node[after, WARP_FROM] + max(late, 0)


@kernel
def joined_over(node, distance, before: int, first: int, last: int, after: int) -> int:
    """As `joined`, over the customers from ``first`` to ``last`` of some route."""
    time, warp, at, u = node[before, OUT], node[before, WARP_TO], before, first
    while True:
        time = max(time + distance[at, u], node[u, READY])
        if time > node[u, DUE]:
            warp += time - node[u, DUE]
            time = node[u, DUE]
        time += node[u, SERVICE]
        at = u
        if u == last:
            break
        u = node[u, NEXT]
    return warp + node[after, WARP_FROM] + max(time + distance[at, after] - node[after, LATEST], 0)


@kernel
def note(move, kind: int, a: int, b: int, u: int, v: int, i: int, j: int) -> None:
    """The best move so far."""
    move[M_KIND], move[M_A], move[M_B], move[M_U], move[M_V] = kind, a, b, u, v
    move[M_I], move[M_J] = i, j


@kernel
def try_tails(node, route, distance, weight, move, u: int, v: int, b: int, best: int) -> int:
    """2-opt*: ``v`` goes on with ``u`` and all after it; the other halves join too."""
    a, pa = node[u, ROUTE], node[u, PREV]
    xb = route[b, R_FIRST] if v == 0 else node[v, NEXT]
    gain = SHARP * (distance[v, u] + distance[pa, xb] - distance[pa, u] - distance[v, xb])
    gain -= route[a, R_PENALTY] + route[b, R_PENALTY]
    if gain >= best:
        return best
    room = weight[W_CAPACITY]
    load_a = node[pa, LOAD_TO] + route[b, R_LOAD] - node[v, LOAD_TO]
    load_b = node[v, LOAD_TO] + route[a, R_LOAD] - node[pa, LOAD_TO]
    gain += weight[W_LOAD] * (max(load_a - room, 0) + max(load_b - room, 0))
    if gain >= best:
        return best
    gain += weight[W_WARP] * (joined(node, distance, v, u) + joined(node, distance, pa, xb))
    if gain >= best:
        return best
    note(move, TWO_OPT_STAR, a, b, u, v, 0, 0)
    return gain


@kernel
def try_exchange(node, route, distance, weight, move, u: int, v: int, b: int, best: int) -> int:
    """One to three customers from ``u`` on go after ``v``, up to three from there come back."""
    a, pa = node[u, ROUTE], node[u, PREV]
    xb = route[b, R_FIRST] if v == 0 else node[v, NEXT]
    penalty, room = route[a, R_PENALTY] + route[b, R_PENALTY], weight[W_CAPACITY]
    s, load_s = 0, 0
    for i in range(1, STRING_MOST + 1):
        s = u if i == 1 else node[s, NEXT]
        if s == 0:
            break
        load_s += node[s, DEMAND]
        xa = node[s, NEXT]
        base = distance[v, u] - distance[pa, u] - distance[s, xa] - distance[v, xb]
        t, load_t = v, 0
        for j in range(STRING_MOST + 1):
            x = xb
            if j == 0:
                change = base + distance[s, xb] + distance[pa, xa]
            else:
                t = xb if j == 1 else node[t, NEXT]
                if t == 0:
                    break
                load_t += node[t, DEMAND]
                x = node[t, NEXT]
                change = base + distance[s, x] - distance[t, x] + distance[pa, xb] + distance[t, xa]
            gain = SHARP * change - penalty
            if gain >= best:
                continue
            over = max(route[a, R_LOAD] - load_s + load_t - room, 0)
            over += max(route[b, R_LOAD] + load_s - load_t - room, 0)
            gain += weight[W_LOAD] * over
            if gain >= best:
                continue
            gain += weight[W_WARP] * joined_over(node, distance, v, u, s, x)
            if gain >= best:
                continue
            if j == 0:
                gain += weight[W_WARP] * joined(node, distance, pa, xa)
            else:
                gain += weight[W_WARP] * joined_over(node, distance, pa, xb, t, xa)
            if gain < best:
                best = gain
                note(move, EXCHANGE, a, b, u, v, i, j)
    return best


@kernel
def walk(node, distance, row, first: int, n: int, step: int, time: int, warp: int, at: int):
    """Departure, warp and place after ``n`` customers of ``row`` from position ``first`` on."""
    for k in range(n):
        u = row[first + k * step]
        time = max(time + distance[at, u], node[u, READY])
        if time > node[u, DUE]:
            warp += time - node[u, DUE]
            time = node[u, DUE]
        time += node[u, SERVICE]
        at = u
    return time, warp, at


@kernel
def try_or_exchange(
    node, route, row, distance, weight, move, r: int, first: int, nx: int, nm: int, ny: int,
    best: int,
) -> int:  # fmt: skip
    """Two strings of route ``r`` change places: X M Y from position ``first`` becomes Y M X."""
    n = route[r, R_LENGTH]
    m, y, end = first + nx, first + nx + nm, first + nx + nm + ny
    p = row[first - 1] if first > 0 else 0
    q = row[end] if end < n else 0
    y_first = row[y] if ny > 0 else row[m] if nm > 0 else row[first]
    change, at = distance[p, y_first] - distance[p, row[first]], p
    if ny > 0:
        at = row[end - 1]
    if nm > 0:
        if ny > 0:
            change += distance[at, row[m]] - distance[row[y - 1], row[y]]
        at = row[y - 1]
        if nx > 0:
            change -= distance[row[m - 1], row[m]]
    elif nx > 0 and ny > 0:
        change -= distance[row[m - 1], row[m]]
    if nx > 0:
        change += distance[at, row[first]]
        at = row[m - 1]
    change += distance[at, q] - distance[row[end - 1], q]
    gain = SHARP * change - route[r, R_PENALTY]
    if gain >= best:
        return best
    gain += weight[W_LOAD] * max(route[r, R_LOAD] - weight[W_CAPACITY], 0)
    time, warp, at = node[p, OUT], node[p, WARP_TO], p
    time, warp, at = walk(node, distance, row, y, ny, 1, time, warp, at)
    time, warp, at = walk(node, distance, row, m, nm, 1, time, warp, at)
    time, warp, at = walk(node, distance, row, first, nx, 1, time, warp, at)
    warp += node[q, WARP_FROM] + max(time + distance[at, q] - node[q, LATEST], 0)
    gain += weight[W_WARP] * warp
    if gain >= best:
        return best
    note(move, OR_EXCHANGE, r, nm, first, 0, nx, ny)
    return gain


@kernel
def try_turn(
    node, route, row, distance, weight, move, r: int, first: int, last: int, best: int
) -> int:
    """2-opt: the customers from position ``first`` to ``last`` the other way round."""
    p = row[first - 1] if first > 0 else 0
    q = row[last + 1] if last + 1 < route[r, R_LENGTH] else 0
    u, v = row[first], row[last]
    change = distance[p, v] + distance[u, q] - distance[p, u] - distance[v, q]
    gain = SHARP * change - route[r, R_PENALTY]
    if gain >= best:
        return best
    gain += weight[W_LOAD] * max(route[r, R_LOAD] - weight[W_CAPACITY], 0)
    time, warp, at = node[p, OUT], node[p, WARP_TO], p
    time, warp, at = walk(node, distance, row, last, last - first + 1, -1, time, warp, at)
    warp += node[q, WARP_FROM] + max(time + distance[at, q] - node[q, LATEST], 0)
    gain += weight[W_WARP] * warp
    if gain >= best:
        return best
    note(move, TWO_OPT, r, 0, first, last, 0, 0)
    return gain


@kernel
def try_within(node, route, row, distance, weight, move, u: int, v: int, r: int) -> int:
    """Moves of one route that make ``u`` follow ``v``; the best gain, 0 where none."""
    pu, pv, n, best = node[u, POS], -1, route[r, R_LENGTH], 0
    if v != 0:
        pv = node[v, POS]
    if pu == pv + 1:
        return 0
    for i in range(1, STRING_MOST + 1):
        if pu + i > n:
            break
        for j in range(STRING_MOST + 1):
            if pv < pu:
                if pv + 1 + j > pu:
                    break
                best = try_or_exchange(
                    node, route, row, distance, weight, move, r,
                    pv + 1, j, pu - pv - 1 - j, i, best,
                )  # fmt: skip
            elif pu + i <= pv:
                if pv + 1 + j > n:
                    break
                best = try_or_exchange(
                    node, route, row, distance, weight, move, r,
                    pu, i, pv + 1 - pu - i, j, best,
                )  # fmt: skip
    if pv < pu:
        best = try_turn(node, route, row, distance, weight, move, r, pv + 1, pu, best)
    return best
