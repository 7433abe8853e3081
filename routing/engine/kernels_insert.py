# mypy: disable-error-code="no-untyped-def,no-untyped-call,no-any-return,arg-type,assignment,index"
"""Recreate: the cheapest place for a node, or for both nodes of a synchronised pair."""

from __future__ import annotations

from data.kernels import bare_kernel as kernel
from data.kernels import seam
from routing.engine.kernels_gaps import (
    carer_change,
    find_near,
    find_seen,
    is_alone,
    legs_by,
    next_blink,
    push_price,
    start_bounds,
)
from routing.engine.kernels_layout import (
    FAR,
    NODE_ABSENT,
    NODE_DUR,
    NODE_LOAD,
    NODE_LOC,
    NODE_PARTNER,
    NODE_PINNED_STAFF,
    NODE_WISH_LO,
    POS_DEPART,
    POS_LATEST,
    POS_START,
    ROUTE_CAPACITY,
    ROUTE_DATE,
    ROUTE_MODE,
    ROUTE_STAFF,
    SCALAR_BLINK,
    SCALAR_FOUND_P,
    SCALAR_FOUND_P2,
    SCALAR_FOUND_R,
    SCALAR_FOUND_R2,
    SCALAR_FOUND_START,
    SCALAR_STAMP,
    SUM_LOAD,
    TUNE_NEAREST,
    Problem,
    State,
)
from routing.engine.kernels_route import price_in, put_in, start_price


@kernel
def find_place(problem: Problem, state: State, u: int, rng, rate: float, ruined: int) -> int:
    """The cheapest place of node ``u`` over all routes; its cost, or ``FAR``.

    The place is left in ``state.scalar``. Routes whose carer alone costs more than the best so
    far are not looked into; with ``ruined``, only routes that this iteration has changed.
    """
    node, scalar, stamp = problem.node, state.scalar, state.scalar[SCALAR_STAMP]
    best = FAR
    place, dur = node[u, NODE_LOC], node[u, NODE_DUR]
    width = state.line.shape[1]
    blink = next_blink(rng, rate)
    for k in range(problem.cand_ptr[u], problem.cand_ptr[u + 1]):
        r, route_price = problem.cand[k, 0], problem.cand[k, 1]
        if route_price >= best:
            break
        if ruined != 0 and state.touched_at[r] != stamp:
            continue
        route_price += carer_change(problem, state, u, r)
        if route_price >= best or state.length[r] + 3 > width:
            continue
        if state.sum[r, SUM_LOAD] + node[u, NODE_LOAD] > problem.route[r, ROUTE_CAPACITY]:
            continue
        earliest, latest = start_bounds(problem, state, u, r)
        if earliest > latest:
            continue
        line, mode = state.line[r], problem.route[r, ROUTE_MODE]
        travel = problem.leg[mode]
        for p in range(state.length[r] + 1):
            depart = line[p, POS_DEPART]
            if depart > latest:
                break
            if line[p + 1, POS_LATEST] < earliest + dur:
                continue
            blink -= 1
            if blink < 0:
                blink = next_blink(rng, rate)
                continue
            there, on, detour = legs_by(line, travel, p, place)
            start = max(depart + there, earliest)
            if start > latest:
                continue
            arrive = start + dur + on
            if arrive > line[p + 1, POS_LATEST]:
                continue
            cost = route_price + detour
            if cost >= best:
                continue
            cost += start_price(node, u, start)
            if arrive > line[p + 1, POS_START]:
                cost += push_price(problem, state, r, p + 1, arrive)
            if cost < best:
                best = cost
                scalar[SCALAR_FOUND_R], scalar[SCALAR_FOUND_P], scalar[SCALAR_FOUND_START] = (
                    r,
                    p,
                    start,
                )
    return best


@kernel
def list_places(problem: Problem, state: State, u: int, k: int, n_found: int, rng, rate) -> int:
    """Places of one carer of a synchronised visit in the route of candidate ``k``.

    Each is a route, a position, the earliest and latest start there, and its cost; they are put
    into ``state.slot`` after the ``n_found`` that are there. Returns how many there are then.
    """
    node, slot, scalar = problem.node, state.slot, state.scalar
    place, dur = node[u, NODE_LOC], node[u, NODE_DUR]
    r = problem.cand[k, 0]
    if state.length[r] + 3 > state.line.shape[1]:
        return n_found
    route_price = problem.cand[k, 1] + carer_change(problem, state, u, r)
    earliest, latest = start_bounds(problem, state, u, r)
    if earliest > latest:
        return n_found
    line, travel = state.line[r], problem.leg[problem.route[r, ROUTE_MODE]]
    for p in range(state.length[r] + 1):
        depart = line[p, POS_DEPART]
        if depart > latest or n_found == slot.shape[0]:
            break
        if line[p + 1, POS_LATEST] < earliest + dur:
            continue
        scalar[SCALAR_BLINK] -= 1
        if scalar[SCALAR_BLINK] < 0:
            scalar[SCALAR_BLINK] = next_blink(rng, rate)
            continue
        there, on, detour = legs_by(line, travel, p, place)
        first = max(depart + there, earliest)
        last = min(line[p + 1, POS_LATEST] - on - dur, latest)
        if first <= last:
            slot[n_found, 0], slot[n_found, 1] = r, p
            slot[n_found, 2], slot[n_found, 3] = first, last
            slot[n_found, 4] = route_price + detour
            n_found += 1
    return n_found


@kernel
def is_any_touched(problem: Problem, state: State, u: int) -> bool:
    """Whether this iteration has changed a route that may take node ``u``."""
    for k in range(problem.cand_ptr[u], problem.cand_ptr[u + 1]):
        if state.touched_at[problem.cand[k, 0]] == state.scalar[SCALAR_STAMP]:
            return True
    return False


@kernel
def pair_orientation(problem: Problem, u: int, r: int, s: int) -> int:
    """How the carers of two routes suit what is locked of node ``u`` and its partner.

    1 with ``r`` for ``u``, -1 with ``s`` for ``u``, 0 not at all.
    """
    pinned, pinned_partner = (
        problem.node[u, NODE_PINNED_STAFF],
        problem.node[problem.node[u, NODE_PARTNER], NODE_PINNED_STAFF],
    )
    if pinned == 0 and pinned_partner == 0:
        return 1
    first, second = problem.route[r, ROUTE_STAFF] + 1, problem.route[s, ROUTE_STAFF] + 1
    if (pinned == 0 or pinned == first) and (pinned_partner == 0 or pinned_partner == second):
        return 1
    is_crossed = (pinned == 0 or pinned == second) and (
        pinned_partner == 0 or pinned_partner == first
    )
    return -1 if is_crossed else 0


@kernel
def best_partner(problem: Problem, state: State, u: int, i: int, best: int, as_wished: bool) -> int:
    """The cheapest pair of place ``i`` with one listed before it, where it is below ``best``."""
    node, scalar, slot, route = problem.node, state.scalar, state.slot, problem.route
    r = slot[i, 0]
    for j in range(i):
        first = max(slot[i, 2], slot[j, 2])
        last = min(slot[i, 3], slot[j, 3])
        if first > last or slot[i, 4] + slot[j, 4] >= best:
            continue
        s = slot[j, 0]
        if (
            route[r, ROUTE_DATE] != route[s, ROUTE_DATE]
            or route[r, ROUTE_STAFF] == route[s, ROUTE_STAFF]
        ):
            continue
        side = pair_orientation(problem, u, r, s)
        if side == 0:
            continue
        start = min(max(first, node[u, NODE_WISH_LO]), last) if as_wished else first
        cost = slot[i, 4] + slot[j, 4] + 2 * start_price(node, u, start)
        if cost < best:
            best = cost
            a, b = (i, j) if side > 0 else (j, i)
            scalar[SCALAR_FOUND_R], scalar[SCALAR_FOUND_P] = slot[a, 0], slot[a, 1]
            scalar[SCALAR_FOUND_R2], scalar[SCALAR_FOUND_P2] = slot[b, 0], slot[b, 1]
            scalar[SCALAR_FOUND_START] = start
    return best


@kernel
def find_pair(problem: Problem, state: State, u: int, rng, rate: float, ruined: int) -> int:
    """The cheapest two places, of two carers on one date, that share a start; or ``FAR``.

    Carers come cheapest first, and no further than where one alone, beside the cheapest place so
    far, costs more than the best pair.
    """
    if ruined != 0 and not is_any_touched(problem, state, u):
        return FAR
    # Cost in per cent of this (`benchmarks.round_shares`' worlds): never 100.1, always 100.2.
    as_wished = rng.random() < 0.5
    state.scalar[SCALAR_BLINK] = next_blink(rng, rate)
    best, least, n_found = FAR, FAR, 0
    for k in range(problem.cand_ptr[u], problem.cand_ptr[u + 1]):
        if best < FAR and problem.cand[k, 1] + least >= best:
            break
        n_before = n_found
        n_found = list_places(problem, state, u, k, n_found, rng, rate)
        for i in range(n_before, n_found):
            pair = state.slot[i, 4] + least
            least = min(least, state.slot[i, 4])
            if i > 0 and pair < best:
                best = best_partner(problem, state, u, i, best, as_wished)
        if n_found == state.slot.shape[0]:
            break
    return best


@seam
def place_node(
    problem: Problem, state: State, u: int, partner: int, rng, rate: float, ruined: int
) -> int:
    """Plan ``u`` (and its partner) at the cheapest place, if it is worth it; the change of cost.

    With ``ruined``, look only where this iteration has changed something (`find_place`).
    0 where it is left out; ``SCALAR_BROKEN`` is set where a window could not be kept after all.
    """
    scalar, absent = state.scalar, problem.node[u, NODE_ABSENT]
    if partner < 0:
        cost, alone = FAR, is_alone(problem, u)
        if alone and state.tune[TUNE_NEAREST] > 0.0:
            cost = find_near(problem, state, u, rng, rate, ruined)
        if cost >= FAR and alone and state.seen.shape[0] > 0:
            cost = find_seen(problem, state, u, rng, rate, ruined)
        elif cost >= FAR:
            cost = find_place(problem, state, u, rng, rate, ruined)
        if cost >= absent:
            return 0
        r, p, start = scalar[SCALAR_FOUND_R], scalar[SCALAR_FOUND_P], scalar[SCALAR_FOUND_START]
        return price_in(problem, u, r) + put_in(problem, state, u, r, p, start) - absent
    if (
        find_pair(problem, state, u, rng, rate, ruined)
        >= absent + problem.node[partner, NODE_ABSENT]
    ):
        return 0
    r, p, start = scalar[SCALAR_FOUND_R], scalar[SCALAR_FOUND_P], scalar[SCALAR_FOUND_START]
    s, q = scalar[SCALAR_FOUND_R2], scalar[SCALAR_FOUND_P2]
    change = price_in(problem, u, r) + put_in(problem, state, u, r, p, start) - absent
    change += price_in(problem, partner, s) + put_in(problem, state, partner, s, q, start)
    return change - problem.node[partner, NODE_ABSENT]
