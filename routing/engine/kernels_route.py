# mypy: disable-error-code="no-untyped-def,no-untyped-call,no-any-return,arg-type,assignment,index"
"""One route and one node: timing, windows that follow from other routes, insertion, removal.

Visits that hang together across routes (two carers, time-lags, clash limits) are kept apart by
their *windows*: when a node is planned, its window and its partners' are narrowed so that any
starts inside them keep the rule. Every route can then be timed alone, and one insertion is
tested in constant time.
"""

from __future__ import annotations

import numpy as np

from data.kernels import bare_kernel as kernel
from data.kernels import seam
from routing.engine.kernels_layout import (
    FAR,
    NODE_ABSENT,
    NODE_CLASH,
    NODE_CLIENT,
    NODE_DUR,
    NODE_EARLIEST,
    NODE_LATEST,
    NODE_LOAD,
    NODE_LOC,
    NODE_PARTNER,
    NODE_PRICE_EARLY,
    NODE_PRICE_LATE,
    NODE_WISH_HI,
    NODE_WISH_LO,
    PLAN_COLS,
    PLAN_EARLIEST,
    PLAN_HALF,
    PLAN_LATEST,
    PLAN_ROUTE,
    POS_ARRIVE,
    POS_DEPART,
    POS_LATEST,
    POS_LOC,
    POS_NODE,
    POS_PRICED,
    POS_START,
    POS_STAYS,
    ROUTE_DATE,
    ROUTE_END,
    ROUTE_FROM,
    ROUTE_MODE,
    ROUTE_PERIOD,
    ROUTE_SHARE,
    ROUTE_STAFF,
    ROUTE_START,
    ROUTE_TO,
    SCALAR_ABSENT,
    SCALAR_BROKEN,
    SCALAR_DIRTY,
    SCALAR_LOGGED,
    SCALAR_REMOVED,
    SCALAR_STAMP,
    SCALAR_TOUCHED,
    SCALAR_TRIAL,
    SCALAR_TRIED,
    SCALAR_VERSION,
    SHARE_LINE,
    SHARE_OPEN,
    SHARE_PRICE,
    SHARE_TIME,
    STOP_POS,
    SUM_LOAD,
    SUM_MARK,
    SUM_TRIED,
    SUM_VERSION,
    Problem,
    State,
)


@kernel
def start_price(node, u, start):
    """What it costs that node ``u`` starts then, against its wish or soft window."""
    if start < node[u, NODE_WISH_LO]:
        return (node[u, NODE_PRICE_EARLY] * (node[u, NODE_WISH_LO] - start)) >> 6
    if start > node[u, NODE_WISH_HI]:
        return (node[u, NODE_PRICE_LATE] * (start - node[u, NODE_WISH_HI])) >> 6
    return 0


@kernel
def retime(problem: Problem, state: State, r: int) -> bool:
    """Fill in the times of route ``r`` and its cost; whether all its windows hold."""
    node, route = problem.node, problem.route
    line, leg, mode = state.line[r], problem.leg, problem.route[r, ROUTE_MODE]
    n = state.length[r]
    time, loc = route[r, ROUTE_START], route[r, ROUTE_FROM]
    line[0, POS_NODE] = -1
    line[0, POS_ARRIVE] = line[0, POS_START] = line[0, POS_DEPART] = time
    line[0, POS_LOC] = loc
    cost, holds = 0, True
    for p in range(1, n + 1):
        u = line[p, POS_NODE]
        state.stop[u, STOP_POS] = p
        place = node[u, NODE_LOC]
        line[p, POS_STAYS] = int(place < 0)
        if place >= 0:
            travel_s = leg[mode, loc, place]
            cost += travel_s
            time += travel_s
            loc = place
        line[p, POS_ARRIVE] = time
        time = max(time, state.plan[u, PLAN_EARLIEST])
        if time > state.plan[u, PLAN_LATEST]:
            holds = False
        line[p, POS_START] = time
        line[p, POS_PRICED] = node[u, NODE_PRICE_LATE] | node[u, NODE_PRICE_EARLY]
        if line[p, POS_PRICED] != 0:
            cost += start_price(node, u, time)
        time += node[u, NODE_DUR]
        line[p, POS_DEPART] = time
        line[p, POS_LOC] = loc
    travel_s = leg[mode, loc, route[r, ROUTE_TO]]
    cost += travel_s
    time += travel_s
    line[n + 1, POS_NODE] = -2
    line[n + 1, POS_ARRIVE] = line[n + 1, POS_START] = line[n + 1, POS_DEPART] = time
    line[n + 1, POS_LOC] = route[r, ROUTE_TO]
    line[n + 1, POS_PRICED] = line[n + 1, POS_STAYS] = 0
    latest = route[r, ROUTE_END]
    holds = holds and time <= latest
    line[n + 1, POS_LATEST] = latest
    for p in range(n, 0, -1):
        u = line[p, POS_NODE]
        latest -= line[p + 1, POS_ARRIVE] - line[p, POS_DEPART] + node[u, NODE_DUR]
        latest = min(latest, state.plan[u, PLAN_LATEST])
        line[p, POS_LATEST] = latest
        line[p, POS_PRICED] |= line[p + 1, POS_PRICED]
    line[0, POS_LATEST] = latest
    state.cost[r] = cost
    state.scalar[SCALAR_VERSION] += 1
    state.sum[r, SUM_VERSION] = state.scalar[SCALAR_VERSION]
    return holds


@kernel
def touch(state: State, r: int) -> None:
    """Keep route ``r`` as it is, once per iteration, so that it can be put back."""
    scalar = state.scalar
    if state.touched_at[r] == scalar[SCALAR_STAMP]:
        return
    state.touched_at[r] = scalar[SCALAR_STAMP]
    k = scalar[SCALAR_TOUCHED]
    state.touched[k] = r
    scalar[SCALAR_TOUCHED] = k + 1
    n = state.length[r]
    state.old_length[k] = n
    state.old_seq[k, 0] = state.sum[r, SUM_VERSION]
    for p in range(1, n + 1):
        state.old_seq[k, p] = state.line[r, p, POS_NODE]
    if state.dirty_at[r] == 0:
        state.dirty_at[r] = 1
        state.dirty[scalar[SCALAR_DIRTY]] = r
        scalar[SCALAR_DIRTY] += 1


@kernel
def log_node(state: State, u: int) -> None:
    """Keep what the plan says of node ``u``, once per iteration."""
    scalar = state.scalar
    if state.logged_at[u] == scalar[SCALAR_STAMP]:
        return
    state.logged_at[u] = scalar[SCALAR_STAMP]
    k = scalar[SCALAR_LOGGED]
    state.logged[k, 0] = u
    for column in range(PLAN_COLS):
        state.logged[k, 1 + column] = state.plan[u, column]
    scalar[SCALAR_LOGGED] = k + 1


@kernel
def share_price(share, seconds: int) -> int:
    """What it costs that visits take so much of a carer's working time, or of a shift."""
    if seconds == 0:
        return 0
    squared = share[SHARE_PRICE] * seconds * seconds // share[SHARE_TIME]
    return share[SHARE_OPEN] + ((squared + share[SHARE_LINE] * seconds) >> 6)


@kernel
def work_change(problem: Problem, state: State, r: int, load: int) -> int:
    """How the price of work changes with ``load`` more or less in route ``r``."""
    if problem.share.shape[0] == 0:
        return 0
    i = problem.route[r, ROUTE_SHARE]
    had, share = state.work[i], problem.share[i]
    return share_price(share, had + load) - share_price(share, had)


@kernel
def one_more(met, staff: int, by: int) -> int:
    """Count visits of a carer in or out; how many more carers the client has met for it."""
    before = met[staff]
    met[staff] = before + by
    return int(before + by > 0) - int(before > 0)


@kernel
def count(problem: Problem, state: State, u: int, r: int, half: int, by: int) -> int:
    """Count node ``u`` in or out of route ``r``; the change of prices of carers and work."""
    route, client = problem.route, problem.node[u, NODE_CLIENT]
    load = by * problem.node[u, NODE_LOAD]
    change = work_change(problem, state, r, load)
    state.sum[r, SUM_LOAD] += load
    if problem.share.shape[0] > 0:
        state.work[route[r, ROUTE_SHARE]] += load
    if half >= 0:
        counted = state.clash[route[r, ROUTE_STAFF], route[r, ROUTE_DATE], half]
        counted[problem.node[u, NODE_CLASH]] += by
        counted[-1] += by
    if client < 0:
        return change
    period, staff = route[r, ROUTE_PERIOD], route[r, ROUTE_STAFF]
    change += problem.new_carer_price[client] * one_more(state.meetings[period, client], staff, by)
    if problem.same_day_price.shape[0] > 0:
        met = state.same_day[route[r, ROUTE_DATE], client]
        change += problem.same_day_price[client] * one_more(met, staff, by)
    return change


@kernel
def set_absent(state: State, u: int) -> None:
    """Put node ``u`` among the unplanned."""
    k = state.scalar[SCALAR_ABSENT]
    state.absent[k] = u
    state.absent_at[u] = k
    state.scalar[SCALAR_ABSENT] = k + 1


@kernel
def set_present(state: State, u: int) -> None:
    """Take node ``u`` from among the unplanned."""
    k = state.absent_at[u]
    last = state.scalar[SCALAR_ABSENT] - 1
    moved = state.absent[last]
    state.absent[k] = moved
    state.absent_at[moved] = k
    state.absent_at[u] = -1
    state.scalar[SCALAR_ABSENT] = last


@seam
def relax_window(problem: Problem, state: State, u: int) -> None:
    """Give planned node ``u`` the widest window that its planned partners still allow."""
    log_node(state, u)
    node, plan, lag = problem.node, state.plan, problem.lag
    partner = node[u, NODE_PARTNER]
    if partner >= 0 and plan[partner, PLAN_ROUTE] >= 0:
        return
    earliest, latest = node[u, NODE_EARLIEST], node[u, NODE_LATEST]
    if plan[u, PLAN_HALF] == 0:
        latest = min(latest, problem.noon[0] - 1)
    elif plan[u, PLAN_HALF] == 1:
        earliest = max(earliest, problem.noon[0])
    date = problem.route[plan[u, PLAN_ROUTE], ROUTE_DATE]
    for k in range(problem.lag_ptr[u], problem.lag_ptr[u + 1]):
        other = lag[k, 0]
        r = plan[other, PLAN_ROUTE]
        if r >= 0 and problem.route[r, ROUTE_DATE] == date:
            latest = min(latest, plan[other, PLAN_EARLIEST] - lag[k, 1])
            earliest = max(earliest, plan[other, PLAN_LATEST] - lag[k, 2])
    plan[u, PLAN_EARLIEST] = earliest
    plan[u, PLAN_LATEST] = latest
    touch(state, plan[u, PLAN_ROUTE])


@kernel
def price_in(problem: Problem, u: int, r: int) -> int:
    """The price of route ``r``'s carer for node ``u``; ``FAR`` where she is no candidate."""
    k, last = problem.cand_ptr[u], problem.cand_ptr[u + 1]
    if k + r < last and problem.cand[k + r, 0] == r:
        return problem.cand[k + r, 1]  # as where every route is open to everyone
    while k < last and problem.cand[k, 0] != r:
        k += 1
    return problem.cand[k, 1] if k < last else FAR


@kernel
def mark_moved(state: State, r: int) -> None:
    """Note that starts of route ``r`` move in the trial under way."""
    scalar = state.scalar
    if state.sum[r, SUM_MARK] != scalar[SCALAR_TRIAL]:
        state.sum[r, SUM_MARK] = scalar[SCALAR_TRIAL]
        state.sum[scalar[SCALAR_TRIED], SUM_TRIED] = r
        scalar[SCALAR_TRIED] += 1


@kernel
def take_out(problem: Problem, state: State, u: int) -> int:
    """Remove planned node ``u`` from its route to what is taken out; returns the change of prices.

    The route's times are stale until it is timed anew; its cost is not in the value returned.
    """
    plan, r = state.plan, state.plan[u, PLAN_ROUTE]
    log_node(state, u)
    touch(state, r)
    line, n = state.line[r], state.length[r]
    for q in range(state.stop[u, STOP_POS], n):
        line[q, POS_NODE] = line[q + 1, POS_NODE]
        state.stop[line[q, POS_NODE], STOP_POS] = q
    state.length[r] = n - 1
    change = count(problem, state, u, r, plan[u, PLAN_HALF], np.int64(-1))
    change += problem.node[u, NODE_ABSENT] - price_in(problem, u, r)
    plan[u, PLAN_ROUTE] = -1
    plan[u, PLAN_HALF] = -1
    mark_moved(state, r)
    date = problem.route[r, ROUTE_DATE]
    for k in range(problem.lag_ptr[u], problem.lag_ptr[u + 1]):
        other_r = plan[problem.lag[k, 0], PLAN_ROUTE]
        if other_r >= 0 and problem.route[other_r, ROUTE_DATE] == date:
            relax_window(problem, state, problem.lag[k, 0])
    state.removed[state.scalar[SCALAR_REMOVED]] = u
    state.scalar[SCALAR_REMOVED] += 1
    return change


@kernel
def fix_window(problem: Problem, state: State, u: int, r: int, start: int) -> None:
    """Set the window of ``u``, planned at ``start``, and its partners', to keep their lags."""
    node, plan, lag = problem.node, state.plan, problem.lag
    earliest, latest = node[u, NODE_EARLIEST], node[u, NODE_LATEST]
    plan[u, PLAN_HALF] = -1
    if node[u, NODE_CLASH] >= 0:
        if start < problem.noon[0]:
            plan[u, PLAN_HALF] = 0
            latest = min(latest, problem.noon[0] - 1)
        else:
            plan[u, PLAN_HALF] = 1
            earliest = max(earliest, problem.noon[0])
    if node[u, NODE_PARTNER] >= 0:
        earliest = latest = start
    date = problem.route[r, ROUTE_DATE]
    for k in range(problem.lag_ptr[u], problem.lag_ptr[u + 1]):
        other = lag[k, 0]
        s = plan[other, PLAN_ROUTE]
        if s < 0 or problem.route[s, ROUTE_DATE] != date:
            continue
        p = state.stop[other, STOP_POS]
        log_node(state, other)
        touch(state, s)
        latest = min(latest, state.line[s, p, POS_START] - lag[k, 1])
        plan[other, PLAN_EARLIEST] = max(plan[other, PLAN_EARLIEST], latest + lag[k, 1])
        plan[other, PLAN_LATEST] = min(plan[other, PLAN_LATEST], start + lag[k, 2])
        earliest = max(earliest, plan[other, PLAN_LATEST] - lag[k, 2])
        if s != r:
            retime(problem, state, s)
    plan[u, PLAN_EARLIEST] = earliest
    plan[u, PLAN_LATEST] = latest


@kernel
def put_in(problem: Problem, state: State, u: int, r: int, p: int, start: int) -> int:
    """Plan node ``u`` in route ``r`` after position ``p``; returns the change of all costs."""
    log_node(state, u)
    touch(state, r)
    before = state.cost[r]
    fix_window(problem, state, u, r, start)
    line, n = state.line[r], state.length[r]
    for q in range(n, p, -1):
        line[q + 1, POS_NODE] = line[q, POS_NODE]
    line[p + 1, POS_NODE] = u
    state.length[r] = n + 1
    state.plan[u, PLAN_ROUTE] = r
    change = count(problem, state, u, r, state.plan[u, PLAN_HALF], np.int64(1))
    if state.absent_at[u] >= 0:
        set_present(state, u)
    if not retime(problem, state, r):
        state.scalar[SCALAR_BROKEN] = 1
    return change + state.cost[r] - before
