"""From a day in words to the engine's arrays."""

from __future__ import annotations

import numpy as np

from benchmarks.soft_day.soft_day_model import SoftDay
from routing.engine import arrays
from routing.engine import kernels_layout as k
from routing.engine.kernels_layout import FAR, IntArray, Problem, State
from routing.engine.search_params import MOVING, SearchParams

N_NEAR = 80
MOST_NODES = 250
"""The most that one route can hold."""
GAP_SHARE = 0.3
"""How much an hour between two windows sets visits apart, against an hour of travel."""


def node_keys(day: SoftDay) -> list[tuple[str, int]]:
    """The visit and the number of the carer that each visit node stands for."""
    return [(visit.visit_id, j) for visit in day.visits for j in range(len(visit.needs))]


def _switch(first_early: int, first_late: int, second_early: int, day: SoftDay) -> int:
    """Up to which arrival it is cheaper to be late than to wait for the second window.

    Never before the first window opens: a visit met at its end may be late as soon as it can
    begin, and a start once settled must settle where it is.
    """
    late, wait = day.prices.late, max(day.prices.wait, 1)
    even = (late * first_late + wait * second_early) // (late + wait)
    return min(max(first_early, first_late, min(even, second_early - 1)), second_early)


def _lags(day: SoftDay, n_nodes: int) -> tuple[IntArray, IntArray]:
    """The table of lags, seen from both ends."""
    of_visit: dict[str, list[int]] = {}
    found: list[list[tuple[int, int, int]]] = [[] for _ in range(n_nodes)]
    first = 0
    for visit in day.visits:
        of_visit[visit.visit_id] = list(range(first, first + len(visit.needs)))
        if visit.lag is not None and len(visit.needs) == 2:
            found[first].append((first + 1, *visit.lag))
            found[first + 1].append((first, -visit.lag[1], -visit.lag[0]))
        first += len(visit.needs)
    for lag in day.lags:
        for v in of_visit[lag.visit_id]:
            for other in of_visit[lag.other_id]:
                found[v].append((other, lag.least, lag.most))
                found[other].append((v, -lag.most, -lag.least))
    return arrays.pack_rows(found, 3)


def _node_tables(day: SoftDay) -> tuple[IntArray, IntArray]:
    """The node table and its soft half: visits, then lunches."""
    n_visits = sum(len(visit.needs) for visit in day.visits)
    n_nodes = n_visits + sum(carer.lunch is not None for carer in day.carers)
    node, soft = arrays.zeros(n_nodes, k.NODE_COLS), arrays.zeros(n_nodes, k.SOFT_COLS)
    for column in (k.NODE_CLIENT, k.NODE_CLASH, k.NODE_PARTNER, k.NODE_GROUP):
        node[:, column] = -1
    node[:, k.NODE_LATEST] = FAR
    soft[:, k.SOFT_EARLY2] = soft[:, k.SOFT_LATE2] = soft[:, k.SOFT_SWITCH] = FAR
    v = 0
    for u, visit in enumerate(day.visits):
        second = visit.windows[1] if len(visit.windows) == 2 else None
        for j, need in enumerate(visit.needs):
            row, bent, first = node[v], soft[v], visit.windows[0]
            after = need.duration if visit.met_at_end else 0
            row[k.NODE_LOC], row[k.NODE_DUR], row[k.NODE_EARLIEST] = (
                visit.place,
                need.duration,
                first[0],
            )
            bent[k.SOFT_LATE], bent[k.SOFT_WEIGHT] = first[1] - after, visit.late_weight
            if second is not None:
                bent[k.SOFT_EARLY2], bent[k.SOFT_LATE2] = second[0], second[1] - after
                bent[k.SOFT_SWITCH] = _switch(first[0], first[1] - after, second[0], day)
            if len(visit.needs) == 2:
                row[k.NODE_PARTNER] = v + 1 - 2 * j
            if visit.last_start is not None:
                row[k.NODE_LATEST] = visit.last_start
            wish, price = visit.wished or (0, 0)
            row[k.NODE_WISH_LO] = row[k.NODE_WISH_HI] = wish
            row[k.NODE_PRICE_EARLY] = row[k.NODE_PRICE_LATE] = price
            row[k.NODE_ABSENT] = visit.absent_price if j == 0 else 0
            row[k.NODE_CLIENT], row[k.NODE_KIND] = u, k.VISIT
            v += 1
    for carer in day.carers:
        if carer.lunch is not None:
            node[v, k.NODE_LOC], node[v, k.NODE_DUR] = -1, carer.lunch.duration
            node[v, k.NODE_EARLIEST], soft[v, k.SOFT_LATE] = (
                carer.lunch.earliest,
                carer.lunch.latest,
            )
            node[v, k.NODE_KIND] = k.LUNCH
            v += 1
    return node, soft


def _route_table(day: SoftDay, n_visits: int) -> IntArray:
    route, lunch = arrays.zeros(len(day.carers), k.ROUTE_COLS), n_visits
    for c, carer in enumerate(day.carers):
        row = route[c]
        row[k.ROUTE_STAFF], row[k.ROUTE_START], row[k.ROUTE_SOFT_END] = c, carer.start, carer.end
        row[k.ROUTE_FROM], row[k.ROUTE_TO], row[k.ROUTE_MODE] = (
            carer.from_place,
            carer.to_place,
            carer.mode,
        )
        row[k.ROUTE_END] = FAR if carer.last_end is None else carer.last_end
        row[k.ROUTE_CAPACITY], row[k.ROUTE_LUNCH] = FAR, -1
        if carer.lunch is not None:
            row[k.ROUTE_LUNCH] = lunch
            lunch += 1
    return route


def _near(day: SoftDay, leg: IntArray) -> list[list[int]]:
    """For each node the nodes of visits near by the shorter leg and the gap between windows."""
    place = np.array([visit.place for visit in day.visits])
    apart = np.minimum(leg[np.ix_(place, place)], leg[np.ix_(place, place)].T).astype(float)
    apart[place < 0, :] = apart[:, place < 0] = 0.0
    gap = np.full(apart.shape, np.inf)
    for w in range(2):
        for x in range(2):
            one, one_late = (
                np.array([v.windows[w % len(v.windows)][i] for v in day.visits]) for i in (0, 1)
            )
            other, other_late = (
                np.array([v.windows[x % len(v.windows)][i] for v in day.visits]) for i in (0, 1)
            )
            between = np.maximum(
                one[:, None] - other_late[None, :], other[None, :] - one_late[:, None]
            )
            gap = np.minimum(gap, np.maximum(between, 0))
    apart += GAP_SHARE * gap
    np.fill_diagonal(apart, np.inf)
    order = np.argsort(apart, axis=1, kind="stable")[:, : min(N_NEAR, max(len(place) - 1, 0))]
    n_needs = np.array([len(visit.needs) for visit in day.visits])
    first = np.cumsum(n_needs) - n_needs
    found = []
    for u, visit in enumerate(day.visits):
        for j in range(len(visit.needs)):
            found.append([int(first[w] + (i + j) % n_needs[w]) for i, w in enumerate(order[u])])
    return found


def _price(day: SoftDay) -> IntArray:
    price, asked = arrays.zeros(k.PRICE_COLS), day.prices
    price[k.PRICE_TRAVEL], price[k.PRICE_LATE] = asked.travel, asked.late
    price[k.PRICE_LATE_MAX] = asked.late_max
    price[k.PRICE_WAIT], price[k.PRICE_OVER] = asked.wait, asked.overtime
    price[k.PRICE_IDLE_MAX], price[k.PRICE_LUNCH] = asked.idle_max, asked.missed_lunch
    return price


def build(day: SoftDay) -> Problem:
    """The arrays of a day.

    Raises
    ------
    ValueError
        Where a visit has more than two windows or needs.
    """
    for visit in day.visits:
        if not (1 <= len(visit.windows) <= 2 and 1 <= len(visit.needs) <= 2):
            raise ValueError("a visit has one or two windows, and one or two needs")
    leg = np.asarray(day.travel, dtype=np.int64)
    leg = np.ascontiguousarray(leg[None] if leg.ndim == 2 else leg)
    node, soft = _node_tables(day)
    keys = node_keys(day)
    route = _route_table(day, len(keys))
    place_of = {row.carer_id: c for c, row in enumerate(day.carers)}
    cands = [
        sorted(
            ((place_of[one], price) for one, price in need.carers.items()), key=lambda x: x[::-1]
        )
        for visit in day.visits
        for need in visit.needs
    ]
    cands += [[] for _ in range(len(node) - len(keys))]
    cand_ptr, cand = arrays.pack_rows(cands, 2)
    lag_ptr, lag = _lags(day, len(node))
    near_ptr, near = arrays.pack(_near(day, leg.min(axis=0)))
    of_client: list[list[int]] = [[] for _ in day.visits]
    for v in range(len(keys)):
        of_client[node[v, k.NODE_CLIENT]].append(v)
    client_ptr, client_node = arrays.pack(of_client)
    date_ptr, date_route = arrays.routes_by_date(route)
    return Problem(
        node=node, route=route, leg=leg, cand_ptr=cand_ptr, cand=cand, lag_ptr=lag_ptr, lag=lag,
        group_ptr=arrays.zeros(1), group=arrays.zeros(0), near_ptr=near_ptr, near=near,
        client_ptr=client_ptr, client_node=client_node,
        new_carer_price=arrays.zeros(len(day.visits)),
        clash_limit=arrays.zeros(1), noon=arrays.zeros(1),
        date_ptr=date_ptr, date_route=date_route, soft=soft,
        price=_price(day), share=arrays.zeros(0, k.SHARE_COLS), same_day_price=arrays.zeros(0),
    )  # fmt: skip


def empty_plan(problem: Problem, params: SearchParams = MOVING) -> State:
    """A plan with nobody anywhere, its cost what it costs to leave everything out."""
    width = min(len(problem.node), MOST_NODES) + 3
    state = arrays.empty_state(problem, [[] for _ in problem.route], params, width)
    state.scalar[k.SCALAR_COST] = problem.node[:, k.NODE_ABSENT].sum()
    return state
