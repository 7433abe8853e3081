# mypy: disable-error-code="no-untyped-def,no-untyped-call,no-any-return,arg-type,assignment,index"
"""Ruin: which visits an iteration takes out.

Strings of neighbouring routes (Christiaens & Vanden Berghe 2020, doi 10.1287/trsc.2019.0914) and
removals that fit home care: one carer's visits to a client over the horizon, a shift, the same
hours of two shifts, a slice of a day, the dearest visits, and room for a visit that has no place.

Beside a number stands the cost with another, in per cent of ours: in the worlds and at the
iterations of `search_params`, three seeds.
"""

from __future__ import annotations

import numpy as np

from data.kernels import bare_kernel as kernel
from routing.engine.kernels_gaps import carers_saved
from routing.engine.kernels_layout import (
    FIXED,
    NODE_ABSENT,
    NODE_CLIENT,
    NODE_EARLIEST,
    NODE_KIND,
    NODE_PARTNER,
    NODE_WISH_LO,
    PLAN_ROUTE,
    POS_ARRIVE,
    POS_DEPART,
    POS_NODE,
    POS_START,
    ROUTE_DATE,
    ROUTE_PERIOD,
    ROUTE_STAFF,
    SCALAR_ABSENT,
    SCALAR_REMOVED,
    SCALAR_STAMP,
    STOP_POS,
    TUNE_ABSENT,
    TUNE_ANY,
    TUNE_CLIENT,
    TUNE_HOURS,
    TUNE_LONGEST,
    TUNE_NEAR,
    TUNE_NEW_CARERS,
    TUNE_OUT,
    TUNE_RETRIED,
    TUNE_SPLIT,
    TUNE_STRINGS,
    TUNE_TIMES,
    TUNE_TWO_SHIFTS,
    TUNE_WORST,
    Problem,
    State,
)
from routing.engine.kernels_route import price_in, take_out
from routing.engine.kernels_seeds import (
    draw,
    last_of,
    off_hour,
    pick_route,
    pick_seed,
    rarest,
    seed_node,
)

REMOVED_MOST = 40
"""No iteration takes out many more visits than this. 20: 99.5; 80: 100.0."""
RARE_MOST = 8
"""As many of her visits to a client are taken out at once. 4: 100.5; 16: 100.2."""


@kernel
def drop(problem: Problem, state: State, u: int) -> int:
    """Take out planned node ``u`` and its partner; the change of prices."""
    change = take_out(problem, state, u)
    partner = problem.node[u, NODE_PARTNER]
    if partner >= 0 and state.plan[partner, PLAN_ROUTE] >= 0:
        change += take_out(problem, state, partner)
    return change


@kernel
def drop_string(problem: Problem, state: State, r: int, first: int, n: int) -> int:
    """Take out up to ``n`` nodes of route ``r`` from position ``first`` on.

    Blocks excepted, and lunches, which `kernels_place.lift_lunches` takes out of every round.
    """
    change, p = 0, first
    for _ in range(n):
        while p <= state.length[r] and problem.node[state.line[r, p, POS_NODE], NODE_KIND] >= FIXED:
            p += 1
        if p > state.length[r]:
            break
        change += drop(problem, state, state.line[r, p, POS_NODE])
    return change


@kernel
def position_at(state: State, r: int, time: int) -> int:
    """Where route ``r`` is at ``time``: the first place left at it or later, else the last."""
    p = 1
    while p < state.length[r] and state.line[r, p, POS_DEPART] < time:
        p += 1
    return p


@kernel
def make_room(problem: Problem, state: State, u: int, date: int, time: int, rng) -> int:
    """Take out a visit or two, near ``time``, of one of the cheapest carers for ``u`` that day."""
    wanted, r = int(rng.random() * 3), -1  # of the cheapest alone: 100.7; of six: 100.6
    for k in range(problem.cand_ptr[u], problem.cand_ptr[u + 1]):
        if problem.route[problem.cand[k, 0], ROUTE_DATE] == date:
            r = problem.cand[k, 0]
            if wanted == 0:
                break
            wanted -= 1
    if r < 0 or state.length[r] == 0:
        return 0
    p = position_at(state, r, time)
    return drop_string(problem, state, r, p, 1 + int(rng.random() * 2))


@kernel
def drop_around(problem: Problem, state: State, r: int, p: int, n: int, rng) -> int:
    """Take out ``n`` nodes of route ``r`` in a row, position ``p`` among them.

    Now and then of a longer string, whose middle stays (split strings).
    """
    size, stay = state.length[r], 0
    share = state.tune[TUNE_SPLIT]
    if share > 0.0 and 1 < n < size and rng.random() < share:
        stay = 1
        while n + stay < size and rng.random() > 0.5:
            stay += 1
    low = max(1, p - n - stay + 1)
    high = min(p, size - n - stay + 1)
    first = low + draw(rng, high - low + 1)
    if stay == 0:
        return drop_string(problem, state, r, first, n)
    before = 1 + draw(rng, n - 1)
    change = drop_string(problem, state, r, first, before)
    return change + drop_string(problem, state, r, first + stay, n - before)


@kernel
def ruin_strings(problem: Problem, state: State, seed: int, rng) -> int:
    """Strings from the routes that pass nearest to ``seed``, all on its date."""
    change, tune = 0, state.tune
    r = state.plan[seed, PLAN_ROUTE]
    date = problem.route[r, ROUTE_DATE]
    longest = 1 + int(rng.random() * tune[TUNE_LONGEST])
    n_strings = 1 + draw(rng, max(1, int(tune[TUNE_OUT]) // (1 + longest)))
    for k in range(problem.near_ptr[seed] - 1, problem.near_ptr[seed + 1]):
        u = seed if k < problem.near_ptr[seed] else problem.near[k]
        r = state.plan[u, PLAN_ROUTE]
        if (
            r < 0
            or problem.route[r, ROUTE_DATE] != date
            or state.touched_at[r] == state.scalar[SCALAR_STAMP]
        ):
            continue
        n, p = min(longest, state.length[r]), state.stop[u, STOP_POS]
        change += drop_around(problem, state, r, p, n, rng)
        n_strings -= 1
        if n_strings == 0 or state.scalar[SCALAR_REMOVED] > REMOVED_MOST:
            break
    return change


@kernel
def ruin_near(problem: Problem, state: State, seed: int, rng) -> int:
    """Visits of one date near ``seed``, one by one, the nearest most often."""
    date = problem.route[state.plan[seed, PLAN_ROUTE], ROUTE_DATE]
    n_out = 1 + draw(rng, int(state.tune[TUNE_OUT]) - 1)
    change = drop(problem, state, seed)
    for k in range(problem.near_ptr[seed], problem.near_ptr[seed + 1]):
        if state.scalar[SCALAR_REMOVED] >= n_out:
            break
        u = problem.near[k]
        r = state.plan[u, PLAN_ROUTE]
        # Two in three, not the same each time. A third: 99.9; all: 99.2 (as `pick_idlest`).
        if r >= 0 and problem.route[r, ROUTE_DATE] == date and rng.random() < 0.67:
            change += drop(problem, state, u)
    return change


@kernel
def ruin_anywhere(problem: Problem, state: State, rng) -> int:
    """Visits at random, from all over."""
    change = 0
    for _ in range(1 + draw(rng, int(state.tune[TUNE_OUT]) // 2)):
        u = seed_node(problem, state, rng)
        if u >= 0:
            change += drop(problem, state, u)
    return change


@kernel
def ruin_client(problem: Problem, state: State, seed: int, rng) -> int:
    """One client's visits over the horizon: those by one carer, or some days' in a row."""
    client, change = problem.node[seed, NODE_CLIENT], 0
    staff = problem.route[state.plan[seed, PLAN_ROUTE], ROUTE_STAFF]
    first, last = problem.client_ptr[client], problem.client_ptr[client + 1]
    # A carer's visits change the contact, days in a row their hours. 0.3: 100.5; 0.9: 101.2.
    by_carer = rng.random() < 0.6
    most = 4 + int(rng.random() * 12)  # half of both: 99.7; twice: 99.4
    k = first if by_carer else first + draw(rng, last - first)
    while k < last and most > 0:
        u = problem.client_node[k]
        k += 1
        r = state.plan[u, PLAN_ROUTE]
        if r < 0 or (by_carer and problem.route[r, ROUTE_STAFF] != staff):
            continue
        most -= 1
        date = problem.route[r, ROUTE_DATE]
        time = state.line[r, state.stop[u, STOP_POS], POS_START]
        change += drop(problem, state, u)
        # Not always: where nobody is in the way room is no use. 0.35: 100.7; 1.0: 100.1.
        if rng.random() < 0.7:
            change += make_room(problem, state, u, date, time, rng)
    return change


@kernel
def room_with_known(problem: Problem, state: State, u: int, date: int, time: int, rng) -> int:
    """Take out a visit or two, near ``time``, of a carer that day whom ``u``'s client knows."""
    client, route = problem.node[u, NODE_CLIENT], problem.route
    first, n = problem.cand_ptr[u], problem.cand_ptr[u + 1] - problem.cand_ptr[u]
    begin = draw(rng, n)
    for k in range(n):
        r = problem.cand[first + (begin + k) % n, 0]
        known = state.meetings[route[r, ROUTE_PERIOD], client, route[r, ROUTE_STAFF]] > 0
        if known and route[r, ROUTE_DATE] == date:
            p = position_at(state, r, time)
            return drop_string(problem, state, r, p, 1 + int(rng.random() * 2))
    return 0


@kernel
def ruin_carers(problem: Problem, state: State, seed: int, rng) -> int:
    """All visits of a carer who seldom comes to a client, and room with carers she knows."""
    client, change = problem.node[seed, NODE_CLIENT], 0
    r = state.plan[rarest(problem, state, seed, rng), PLAN_ROUTE]
    staff, period = problem.route[r, ROUTE_STAFF], problem.route[r, ROUTE_PERIOD]
    most = RARE_MOST
    for k in range(problem.client_ptr[client], problem.client_ptr[client + 1]):
        u = problem.client_node[k]
        r = state.plan[u, PLAN_ROUTE]
        if r < 0 or problem.route[r, ROUTE_STAFF] != staff:
            continue
        date = problem.route[r, ROUTE_DATE]
        time = state.line[r, state.stop[u, STOP_POS], POS_START]
        if problem.route[r, ROUTE_PERIOD] != period:
            continue
        change += drop(problem, state, u)
        change += room_with_known(problem, state, u, date, time, rng)
        most -= 1
        if most == 0 or state.scalar[SCALAR_REMOVED] > REMOVED_MOST:
            break
    return change


@kernel
def ruin_times(problem: Problem, state: State, seed: int, rng) -> int:
    """The visit whose start costs most of a few drawn, and room at its hour with known carers."""
    worst = off_hour(problem, state, seed, rng)
    r = state.plan[worst, PLAN_ROUTE]
    change = drop(problem, state, worst)
    date, time = problem.route[r, ROUTE_DATE], problem.node[worst, NODE_WISH_LO]
    p = position_at(state, r, time)
    change += drop_string(problem, state, r, p, 1 + int(rng.random() * 3))
    for _ in range(int(rng.random() * 3)):
        change += room_with_known(problem, state, worst, date, time, rng)
    return change


@kernel
def ruin_hours(problem: Problem, state: State, seed: int, rng, everyone: int) -> int:
    """The same hours of two shifts (of where ``seed`` may go, two in five), or of a whole date."""
    r, change = state.plan[seed, PLAN_ROUTE], 0
    date, time = problem.route[r, ROUTE_DATE], state.line[r, state.stop[seed, STOP_POS], POS_START]
    half = 900 + int(rng.random() * 1800) if everyone != 0 else 1800 + int(rng.random() * 7200)
    n_routes = 8 if everyone != 0 else 2
    for k in range(problem.cand_ptr[seed] - 1, problem.cand_ptr[seed + 1]):
        s = r if k < problem.cand_ptr[seed] else problem.cand[k, 0]
        if problem.route[s, ROUTE_DATE] != date or (k >= problem.cand_ptr[seed] and s == r):
            continue
        # Two in five, that other places stay as they are. Seven in ten: 100.3; one in five: 100.2.
        if k >= problem.cand_ptr[seed] and everyone == 0 and rng.random() < 0.6:
            continue
        p = 1
        while p <= state.length[s] and state.line[s, p, POS_START] < time - half:
            p += 1
        n = 0
        while p + n <= state.length[s] and state.line[s, p + n, POS_START] <= time + half:
            n += 1
        change += drop_string(problem, state, s, p, n)
        n_routes -= 1
        if n_routes == 0 or state.scalar[SCALAR_REMOVED] > REMOVED_MOST:
            break
    return change


@kernel
def node_price(problem: Problem, state: State, u: int) -> int:
    """What node ``u`` costs where it stands: its carer, one more carer, and the detour."""
    r = state.plan[u, PLAN_ROUTE]
    p, line = state.stop[u, STOP_POS], state.line[r]
    price = price_in(problem, u, r) + line[p, POS_ARRIVE] - line[p - 1, POS_DEPART]
    return price + carers_saved(problem, state, u, r)


@kernel
def ruin_worst(problem: Problem, state: State, rng) -> int:
    """The dearest of a few visits drawn, some times over, and room with a cheaper carer."""
    change = 0
    for _ in range(1 + int(rng.random() * 4)):
        worst, highest = np.int64(-1), np.int64(-1)
        for _ in range(10):  # of five: 100.4; of twenty: 100.1
            u = seed_node(problem, state, rng)
            if u >= 0 and state.touched_at[state.plan[u, PLAN_ROUTE]] != state.scalar[SCALAR_STAMP]:
                price = node_price(problem, state, u)
                if price > highest:
                    worst, highest = u, price
        if worst < 0:
            break
        r = state.plan[worst, PLAN_ROUTE]
        time = state.line[r, state.stop[worst, STOP_POS], POS_START]
        change += drop(problem, state, worst)
        change += make_room(problem, state, worst, problem.route[r, ROUTE_DATE], time, rng)
    return change


@kernel
def ruin_for_absent(problem: Problem, state: State, rng) -> int:
    """Room for one unplanned visit in some of the shifts that may take it."""
    u = state.absent[draw(rng, state.scalar[SCALAR_ABSENT])]
    first, last = problem.cand_ptr[u], problem.cand_ptr[u + 1]
    if last == first:
        return 0
    node, change = problem.node, 0
    date = problem.route[problem.cand[first + draw(rng, last - first), 0], ROUTE_DATE]
    time = node[u, NODE_EARLIEST] + draw(rng, last_of(problem, u) - node[u, NODE_EARLIEST] + 1)
    n_routes = 1 + int(rng.random() * 3) + (node[u, NODE_PARTNER] >= 0)
    begin = first + draw(rng, last - first)
    for k in range(last - first):
        r = problem.cand[first + (begin - first + k) % (last - first), 0]
        if problem.route[r, ROUTE_DATE] != date or state.length[r] == 0:
            continue
        p = position_at(state, r, time)
        change += drop_string(problem, state, r, p, 1 + int(rng.random() * 3))
        n_routes -= 1
        if n_routes <= 0:
            break
    return change


@kernel
def retry_absent(problem: Problem, state: State, rng) -> None:
    """Put some unplanned nodes, dearest of a few drawn first, beside the ruined."""
    for _ in range(min(int(state.tune[TUNE_RETRIED]), state.scalar[SCALAR_ABSENT])):
        u = state.absent[draw(rng, state.scalar[SCALAR_ABSENT])]
        v = state.absent[draw(rng, state.scalar[SCALAR_ABSENT])]
        if problem.node[v, NODE_ABSENT] > problem.node[u, NODE_ABSENT]:
            u = v
        state.removed[state.scalar[SCALAR_REMOVED]] = u
        state.scalar[SCALAR_REMOVED] += 1


@kernel
def ruin(problem: Problem, state: State, rng) -> int:
    """Take out some visits by one of the removals above; the change of prices."""
    tune = state.tune
    if state.scalar[SCALAR_ABSENT] > 0 and rng.random() < tune[TUNE_ABSENT]:
        return ruin_for_absent(problem, state, rng)
    seed = pick_seed(problem, state, rng)
    if seed < 0:
        return 0
    draw = rng.random()
    if draw < tune[TUNE_STRINGS]:
        return ruin_strings(problem, state, seed, rng)
    if draw < tune[TUNE_CLIENT]:
        return ruin_client(problem, state, seed, rng)
    if draw < tune[TUNE_NEW_CARERS]:
        return ruin_carers(problem, state, seed, rng)
    if draw < tune[TUNE_TIMES]:
        return ruin_times(problem, state, seed, rng)
    if draw < tune[TUNE_WORST]:
        return ruin_worst(problem, state, rng)
    if draw < tune[TUNE_TWO_SHIFTS]:
        return ruin_hours(problem, state, seed, rng, np.int64(0))
    if draw < tune[TUNE_HOURS]:
        return ruin_hours(problem, state, seed, rng, np.int64(1))
    if draw < tune[TUNE_NEAR]:
        return ruin_near(problem, state, seed, rng)
    if draw < tune[TUNE_ANY]:
        return ruin_anywhere(problem, state, rng)
    r = pick_route(problem, state, seed, rng)
    return drop_string(problem, state, r, np.int64(1), np.int64(REMOVED_MOST))
