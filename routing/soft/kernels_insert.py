# mypy: disable-error-code="no-untyped-def,no-untyped-call"
"""Where a visit goes: an optimistic bound at every position, an exact trial where it pays."""

from __future__ import annotations

from data.kernels import bare_kernel as kernel
from routing.soft.kernels_layout import (
    C_FROM,
    C_LUNCH,
    C_START,
    C_TO,
    FAR,
    L_COST,
    L_IDLE,
    L_LATE_MAX,
    L_WAIT,
    LUNCH,
    NOW_ABSENT,
    NOW_IDLE_MAX,
    NOW_IDLE_ROUTE,
    NOW_IDLE_SECOND,
    NOW_LATE_MAX,
    P_IDLE_MAX,
    P_LATE,
    P_LATE_MAX,
    P_TRAVEL,
    P_WAIT,
    S_DIRTY,
    S_FOUND_POS,
    S_FOUND_ROUTE,
    S_NODE,
    S_POS,
    S_ROUTE,
    S_STAMP,
    S_TAIL,
    S_TOUCHED,
    V_DUR,
    V_KIND,
    V_LAG,
    V_MATE,
    V_PLACE,
)
from routing.soft.kernels_random import rand_below
from routing.soft.kernels_time import (
    advance,
    begin,
    drain,
    keep,
    lateness,
    measure,
    retime,
    settle,
    total_up,
    touch,
)


@kernel
def put_on_trial(problem, state, scratch, v, r, p):
    """Time the plan as if ``v`` stood at position ``p`` of route ``r``; False if it cannot."""
    begin(scratch)
    now = scratch.now
    size = state.size[r]
    row, seq = state.seq[r], scratch.seq
    for k in range(p):
        seq[k] = row[k]
    seq[p] = v
    for k in range(p, size):
        seq[k + 1] = row[k]
    now[S_ROUTE], now[S_POS], now[S_NODE] = r, p, v
    state.route[v], state.pos[v] = r, p
    touch(scratch, r)
    scratch.start[v], scratch.mark[v] = -1, now[S_STAMP]
    mate = problem.node[v, V_MATE]
    if mate >= 0 and problem.node[v, V_LAG] != -FAR and state.route[mate] >= 0:
        scratch.queue[0, 0] = v
        scratch.queue[0, 1] = state.start[mate] + problem.node[mate, V_LAG]
        now[S_TAIL] = 1
    first = p
    if p > 0 and problem.node[row[p - 1], V_KIND] == LUNCH:
        first = p - 1
    ready, place = problem.carer[r, C_START], problem.carer[r, C_FROM]
    if first > 0:
        before = row[first - 1]
        ready = state.start[before] + problem.node[before, V_DUR]
        place = problem.node[before, V_PLACE]
    ok = advance(problem, state, scratch, seq, size + 1, r, first, ready, place)
    return ok and drain(problem, state, scratch)


@kernel
def trial_delta(problem, state, scratch):
    """What the plan on trial costs more than the plan as it stands."""
    now, price = state.now, problem.price
    late, delta = now[NOW_LATE_MAX], 0
    n_touched = scratch.now[S_TOUCHED]
    for k in range(n_touched):
        r = scratch.touched[k]
        out = scratch.line[k]
        if r == scratch.now[S_ROUTE]:
            measure(problem, state, scratch, r, scratch.seq, state.size[r] + 1, out)
        else:
            measure(problem, state, scratch, r, state.seq[r], state.size[r], out)
        delta += out[L_COST] - state.line[r, L_COST]
        late = max(late, out[L_LATE_MAX])
    if n_touched == 1:
        r = scratch.touched[0]
        idle = now[NOW_IDLE_SECOND] if r == now[NOW_IDLE_ROUTE] else now[NOW_IDLE_MAX]
        idle = max(idle, scratch.line[0, L_IDLE])
    else:
        idle = 0
        for k in range(n_touched):
            idle = max(idle, scratch.line[k, L_IDLE])
        for r in range(state.size.size):
            if state.line[r, L_IDLE] > idle:
                is_touched = False
                for k in range(n_touched):
                    is_touched |= scratch.touched[k] == r
                if not is_touched:
                    idle = state.line[r, L_IDLE]
    delta += price[P_LATE_MAX] * (late - now[NOW_LATE_MAX])
    return delta + price[P_IDLE_MAX] * (idle - now[NOW_IDLE_MAX])


@kernel
def evaluate(problem, state, scratch, v, r, p):
    """The exact cost of inserting ``v`` there, or ``FAR``; the plan stays as it is."""
    delta = FAR
    if put_on_trial(problem, state, scratch, v, r, p):
        delta = trial_delta(problem, state, scratch)
    state.route[v] = -1
    return delta


@kernel
def bound(problem, state, v, r, p):
    """Roughly the least that inserting visit ``v`` there can cost."""
    price, now = problem.price, state.now
    node = problem.node[v]
    size = state.size[r]
    row = state.seq[r]
    place, ready = problem.carer[r, C_FROM], problem.carer[r, C_START]
    k, pause_before, pause_after = p - 1, 0, 0
    if k >= 0 and problem.node[row[k], V_KIND] == LUNCH:
        pause_before = problem.node[row[k], V_DUR]
        k -= 1
    if k >= 0:
        place = problem.node[row[k], V_PLACE]
        ready = state.start[row[k]] + problem.node[row[k], V_DUR]
    k = p
    if k < size and problem.node[row[k], V_KIND] == LUNCH:
        pause_after = problem.node[row[k], V_DUR]
        k += 1
    there = problem.node[row[k], V_PLACE] if k < size else problem.carer[r, C_TO]
    was = problem.leg[place, there]
    if size == 0 or (size == 1 and pause_before + pause_after > 0):
        was = 0
    to_there = problem.leg[node[V_PLACE], there]
    travel = problem.leg[place, node[V_PLACE]] + to_there - was
    start = settle(node, ready + pause_before + problem.leg[place, node[V_PLACE]])
    behind = lateness(node, start)
    late, late_max = behind, max(now[NOW_LATE_MAX], behind)
    if k < size:
        after = problem.node[row[k]]
        then = settle(after, start + node[V_DUR] + pause_after + to_there)
        if then > state.start[row[k]]:
            behind = lateness(after, then)
            late += behind - lateness(after, state.start[row[k]])
            late_max = max(late_max, behind)
    low = price[P_TRAVEL] * travel + price[P_LATE] * late + problem.person[v, r]
    low += price[P_LATE_MAX] * (late_max - now[NOW_LATE_MAX])
    low -= price[P_WAIT] * state.line[r, L_WAIT]
    if r == now[NOW_IDLE_ROUTE]:
        idle = max(state.line[r, L_IDLE] - node[V_DUR] - travel, now[NOW_IDLE_SECOND])
        low += price[P_IDLE_MAX] * (idle - now[NOW_IDLE_MAX])
    return low


@kernel
def best_place(problem, state, scratch, rng, v, blink):
    """The cheapest place of visit ``v`` into ``scratch.now``, and its cost (``FAR``: none).

    Every position is passed over with a chance of ``blink`` in 1024.
    """
    best = FAR
    mate = problem.node[v, V_MATE]
    taken = state.route[mate] if mate >= 0 else -1
    for k in range(problem.cand_ptr[v], problem.cand_ptr[v + 1]):
        r = problem.cand[k]
        if r == taken or state.size[r] + 2 > state.seq.shape[1]:
            continue
        for p in range(state.size[r] + 1):
            if bound(problem, state, v, r, p) >= best:
                continue
            if rand_below(rng, 1024) < blink:
                continue
            delta = evaluate(problem, state, scratch, v, r, p)
            if delta < best:
                best = delta
                scratch.now[S_FOUND_ROUTE], scratch.now[S_FOUND_POS] = r, p
    return best


@kernel
def note_dirty(scratch):
    """Remember which routes differ from the last plan kept."""
    for k in range(scratch.now[S_TOUCHED]):
        scratch.dirty[scratch.touched[k]] = 1
    scratch.now[S_DIRTY] = 1


@kernel
def insert(problem, state, scratch, v, r, p):
    """Put ``v`` at position ``p`` of route ``r`` for good."""
    put_on_trial(problem, state, scratch, v, r, p)
    row = state.seq[r]
    size = state.size[r]
    for k in range(size, p, -1):
        row[k] = row[k - 1]
        state.pos[row[k]] = k
    row[p] = v
    state.size[r] = size + 1
    keep(problem, state, scratch)
    total_up(problem, state)
    note_dirty(scratch)


@kernel
def take_out(state, scratch, v):
    """Take a node out of its route; the caller times the routes anew with `retime`."""
    r, p = state.route[v], state.pos[v]
    row = state.seq[r]
    state.size[r] -= 1
    for k in range(p, state.size[r]):
        row[k] = row[k + 1]
        state.pos[row[k]] = k
    state.route[v] = -1
    touch(scratch, r)


@kernel
def insert_unit(problem, state, scratch, rng, u, blink):
    """Plan a client visit at its cheapest place, or leave it out where that is cheaper."""
    v, w = problem.unit[u, 0], problem.unit[u, 1]
    if w >= 0 and rand_below(rng, 2) == 0:
        v, w = w, v
    delta = best_place(problem, state, scratch, rng, v, blink)
    if delta >= problem.absent[u] and (w < 0 or delta == FAR):
        return False
    state.now[NOW_ABSENT] -= problem.absent[u]
    insert(problem, state, scratch, v, scratch.now[S_FOUND_ROUTE], scratch.now[S_FOUND_POS])
    if w < 0:
        return True
    more = best_place(problem, state, scratch, rng, w, blink)
    if delta + more < problem.absent[u]:
        insert(problem, state, scratch, w, scratch.now[S_FOUND_ROUTE], scratch.now[S_FOUND_POS])
        return True
    begin(scratch)
    take_out(state, scratch, v)
    retime(problem, state, scratch)
    note_dirty(scratch)
    state.now[NOW_ABSENT] += problem.absent[u]
    total_up(problem, state)
    return False


@kernel
def insert_lunch(problem, state, scratch, r):
    """Give the carer of route ``r`` a lunch at its cheapest place, if it pays."""
    v = problem.carer[r, C_LUNCH]
    if v < 0 or state.route[v] >= 0:
        return
    best, at = 0, -1
    for p in range(state.size[r] + 1):
        delta = evaluate(problem, state, scratch, v, r, p)
        if delta < best:
            best, at = delta, p
    if at >= 0:
        insert(problem, state, scratch, v, r, at)
