# mypy: disable-error-code="no-untyped-def,no-untyped-call,no-any-return"
"""Plans breed: hybrid genetic search with control of diversity.

Vidal et al. 2013 (doi 10.1016/j.cor.2012.07.018) and Vidal 2022 (doi 10.1016/j.cor.2021.105643).
Two herds, of plans that keep every rule and of those that do not, share one pool of slots.
"""

from __future__ import annotations

from benchmarks.peers.vrptw.kernels_cross import (
    build_child,
    choose,
    insert_left_out,
    measure_apart,
    note_known,
    restore,
    save,
)
from benchmarks.peers.vrptw.kernels_kept import remember
from benchmarks.peers.vrptw.kernels_layout import (
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
    Herd,
    Kept,
    Local,
    Vrptw,
)
from benchmarks.peers.vrptw.kernels_local import improve, price, price_again
from data.kernels import bare_kernel as kernel

N_MOST, N_LEAST, N_ELITE, N_CLOSE = 65, 25, 4, 5
TUNE_EVERY, WEIGHT_MOST = 50, 1 << 20
KEPT_PERCENT = 103
"""Routes of plans up to this share of the best cost are remembered."""


@kernel
def rank(herd: Herd, local: Local, kind: int) -> int:
    """Fitness of every plan of one kind, by cost and by distance to its nearest; how many."""
    m, members, key, apart = 0, herd.by_rank, herd.key, herd.apart
    n_slots = herd.kind.shape[0]
    for s in range(n_slots):
        if herd.kind[s] == kind:
            members[m] = s
            key[s] = SHARP * herd.cost[s] + local.weight[W_LOAD] * herd.excess[s]
            key[s] += local.weight[W_WARP] * herd.warp[s]
            m += 1
    sort(members, key, m)
    if m < 2:
        herd.fitness[members[0]] = 0.0
        return m
    for i in range(m):
        herd.fitness[members[i]] = i / (m - 1.0)
    near = herd.angle
    for i in range(m):
        s, n = members[i], 0
        for k in range(m):
            if k == i:
                continue
            d = float(apart[s, members[k]])
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
        herd.fitness[members[i]] += weight * i / (m - 1.0)
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
def cull(herd: Herd, local: Local, kind: int) -> None:
    """Too many of one kind: twins go first, then those of the worst fitness."""
    m = 0
    for s in range(herd.kind.shape[0]):
        m += herd.kind[s] == kind
    if m <= N_MOST:
        return
    while m > N_LEAST:
        rank(herd, local, kind)
        worst, worst_s = -1.0, -1
        for i in range(m):
            s = herd.by_rank[i]
            value = herd.fitness[s]
            for k in range(m):
                if herd.by_rank[k] != s and herd.apart[s, herd.by_rank[k]] == 0:
                    value += 10.0
                    break
            if value > worst:
                worst, worst_s = value, s
        herd.kind[worst_s] = FREE
        m -= 1


@kernel
def note_best(herd: Herd, local: Local, cost: int) -> None:
    """The plan becomes the best one."""
    at = 0
    for r in range(local.route.shape[0]):
        n = local.route[r, R_LENGTH]
        if n > 0:
            for p in range(n):
                herd.best[at + p] = local.seq[r, p]
            herd.best[at + n] = 0
            at += n + 1
    herd.best[at] = 0
    herd.now[H_BEST], herd.now[H_SINCE] = cost, 0


@kernel
def enter(problem: Vrptw, herd: Herd, local: Local, kept: Kept) -> bool:
    """The plan joins the herd; whether it keeps every rule."""
    cost, excess, warp, slot = 0, 0, 0, 0
    for r in range(local.route.shape[0]):
        cost += local.route[r, R_COST]
        excess += max(local.route[r, R_LOAD] - local.weight[W_CAPACITY], 0)
        warp += local.route[r, R_WARP]
    kind = WHOLE if excess + warp == 0 else BROKEN
    herd.now[H_LOAD_HELD] += excess == 0
    herd.now[H_TIME_HELD] += warp == 0
    if 100 * cost < KEPT_PERCENT * herd.now[H_BEST]:
        for r in range(local.route.shape[0]):
            route = local.route[r]
            if route[R_PENALTY] == 0:
                remember(problem.code, kept, local.seq[r], route[R_LENGTH], route[R_COST])
    while herd.kind[slot] != FREE:
        slot += 1
    herd.kind[slot], herd.cost[slot], herd.excess[slot], herd.warp[slot] = kind, cost, excess, warp
    save(herd, local, slot)
    measure_apart(herd, slot)
    if kind == WHOLE and cost < herd.now[H_BEST]:
        note_best(herd, local, cost)
    cull(herd, local, kind)
    return kind == WHOLE


@kernel
def tune(herd: Herd, local: Local) -> None:
    """Dearer rules where too few plans keep them, cheaper where many do."""
    now, weight = herd.now, local.weight
    for w in range(2):
        held = now[H_LOAD_HELD + w]
        value = weight[W_LOAD + w]
        value = value * 6 // 5 + 1 if held * 5 < now[H_TRIED] * 2 else value * 17 // 20
        weight[W_LOAD + w] = min(max(value, 1), WEIGHT_MOST)
        now[H_LOAD_HELD + w] = 0
    now[H_TRIED] = 0


@kernel
def parent(herd: Herd, rng) -> int:
    """The fitter of two plans at random."""
    found = -1
    for _ in range(2):
        s = int(rng.random() * herd.kind.shape[0])
        while herd.kind[s] == FREE:
            s = int(rng.random() * herd.kind.shape[0])
        if found < 0 or herd.fitness[s] < herd.fitness[found]:
            found = s
    return found


@kernel
def beget(distance, herd: Herd, local: Local, rng) -> None:
    """The better of two children of two parents, before its education."""
    for kind in range(WHOLE, BROKEN + 1):
        rank(herd, local, kind)
    a, b = parent(herd, rng), parent(herd, rng)
    for _ in range(10):
        if a != b:
            break
        b = parent(herd, rng)
    at_a, at_b, n = choose(herd, a, b, rng)
    spare, first = herd.seq.shape[0] - 1, 0
    for way in range(2):
        n_out = build_child(distance, herd, local, a, b, at_a, at_b, n, way)
        insert_left_out(distance, herd, local, n_out, rng)
        if way == 0:
            first = price(local)
            save(herd, local, spare)
    if first <= price(local):
        restore(distance, herd, local, spare)
    note_known(herd, local, a, b)


@kernel
def educate(problem: Vrptw, herd: Herd, local: Local, kept: Kept, rng) -> None:
    """Improve the plan; it joins the herd, and where it breaks a rule, half of the time mended."""
    improve(problem.distance, local, rng)
    if enter(problem, herd, local, kept) or rng.random() >= 0.5:
        return
    weight, now = local.weight, herd.now
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
        enter(problem, herd, local, kept)
        now[H_LOAD_HELD], now[H_TIME_HELD] = held_load, held_time


@kernel
def breed(problem: Vrptw, herd: Herd, local: Local, kept: Kept, rng, n_children: int) -> None:
    """Let ``n_children`` be born and educated."""
    for _ in range(n_children):
        beget(problem.distance, herd, local, rng)
        herd.now[H_SINCE] += 1
        herd.now[H_TRIED] += 1
        educate(problem, herd, local, kept, rng)
        if herd.now[H_TRIED] >= TUNE_EVERY:
            tune(herd, local)


@kernel
def holds(local: Local) -> bool:
    """Whether every rule is kept."""
    for r in range(local.route.shape[0]):
        if local.route[r, R_WARP] > 0 or local.route[r, R_LOAD] > local.weight[W_CAPACITY]:
            return False
    return True
