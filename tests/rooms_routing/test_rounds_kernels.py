"""Twins of the rounds' kernels: the same in plain Python, as slowly and plainly as can be."""

import numpy as np
import pytest

from data.rules import Rules
from routing.engine import kernels_layout as k
from routing.engine.kernels_gaps import start_bounds
from routing.engine.kernels_insert import find_pair, find_place
from routing.engine.kernels_route import put_in, retime, take_out
from routing.engine.kernels_ruin import drop_string
from routing.engine.kernels_search import anneal, begin, order_removed, sort_removed, undo
from routing.engine.weights import RoundWeights
from routing.horizon.area_split import split_by_area
from routing.rounds.area_search import prepared
from routing.rounds.warm_start import count_in


def generator(seed=0):
    return np.random.Generator(np.random.PCG64(seed))


@pytest.fixture(params=[0, 700], ids=["as-usual", "each-carer-of-a-day-priced"])
def area(tiny_world, request):
    """The hand-made world as arrays, with its constructed plan."""
    dates = tuple(sorted({shift.date for shift in tiny_world.municipality.roster}))
    sources, _, _ = split_by_area(
        tiny_world.municipality, tiny_world.team_plan, tiny_world.travel, Rules(), dates,
        RoundWeights(wish_pct=50, same_day_carer=request.param),
    )  # fmt: skip
    return prepared(sources[0], generator())


def nodes_of(state, r):
    return state.line[r, 1 : 1 + state.length[r], k.POS_NODE].tolist()


def naive_price(node, u, start):
    late, early = start - node[u, k.NODE_WISH_HI], node[u, k.NODE_WISH_LO] - start
    if late > 0:
        return int(node[u, k.NODE_PRICE_LATE] * late) // 64
    return int(node[u, k.NODE_PRICE_EARLY] * early) // 64 if early > 0 else 0


def naive_route(problem, window, r, nodes):
    """Starts, cost and whether the windows hold, by walking the route once."""
    node, route = problem.node, problem.route[r]
    leg = problem.leg[route[k.ROUTE_MODE]]
    time, at, cost, holds, starts = int(route[k.ROUTE_START]), route[k.ROUTE_FROM], 0, True, []
    for u in nodes:
        if node[u, k.NODE_LOC] >= 0:
            way, at = int(leg[at, node[u, k.NODE_LOC]]), node[u, k.NODE_LOC]
            time, cost = time + way, cost + way
        time = max(time, int(window[u][0]))
        holds = holds and time <= window[u][1]
        cost += naive_price(node, u, time)
        starts.append(time)
        time += int(node[u, k.NODE_DUR])
    way = int(leg[at, route[k.ROUTE_TO]])
    return starts, cost + way, holds and time + way <= route[k.ROUTE_END]


def windows(state):
    return {u: (int(w[k.PLAN_EARLIEST]), int(w[k.PLAN_LATEST])) for u, w in enumerate(state.plan)}


def naive_work(problem, state, extra=None):
    """What it costs that work is shared so, with a node more in some route if wanted."""
    loads, total = {}, 0
    for r in range(len(state.length)):
        nodes = nodes_of(state, r) + [u for u, s in (extra or {}).items() if s == r]
        load = sum(int(problem.node[u, k.NODE_LOAD]) for u in nodes)
        row = int(problem.route[r, k.ROUTE_SHARE])
        loads[row] = loads.get(row, 0) + load
    for row, load in loads.items():
        if load and len(problem.share):
            time_s, price, line, opens = problem.share[row].tolist()
            total += opens + (price * load * load // time_s + line * load) // 64
    return total


def met_on_dates(problem, state):
    """Date, client and carer of every visit that is planned."""
    route = problem.route
    return {
        (int(route[r, k.ROUTE_DATE]), int(problem.node[u, k.NODE_CLIENT]),
         int(route[r, k.ROUTE_STAFF]))
        for r in range(len(state.length))
        for u in nodes_of(state, r)
        if problem.node[u, k.NODE_CLIENT] >= 0
    }  # fmt: skip


def naive_total(problem, state):
    """The whole objective, counted from the plan alone."""
    total, met = 0, set()
    for r in range(len(state.length)):
        nodes = nodes_of(state, r)
        _, cost, holds = naive_route(problem, windows(state), r, nodes)
        assert holds
        total += cost
        for u in nodes:
            first, last = problem.cand_ptr[u], problem.cand_ptr[u + 1]
            total += next(int(c[1]) for c in problem.cand[first:last] if c[0] == r)
            if problem.node[u, k.NODE_CLIENT] >= 0:
                route = problem.route[r]
                met.add(
                    (
                        int(route[k.ROUTE_PERIOD]),
                        int(problem.node[u, k.NODE_CLIENT]),
                        route[k.ROUTE_STAFF],
                    )
                )
    total += sum(int(problem.new_carer_price[client]) for _, client, _ in met)
    if len(problem.same_day_price):
        by_day = met_on_dates(problem, state)
        total += sum(int(problem.same_day_price[client]) for _, client, _ in by_day)
    absent = [u for u in range(len(problem.node)) if state.plan[u, k.PLAN_ROUTE] < 0]
    assert sorted(absent) == sorted(state.absent[: state.scalar[k.SCALAR_ABSENT]].tolist())
    total += naive_work(problem, state)
    return total + sum(int(problem.node[u, k.NODE_ABSENT]) for u in absent)


def test_twin_of_retime(area):
    """Times, latest starts and cost of every route, one node after the other."""
    found, state = area
    problem = found.problem
    for r in range(len(state.length)):
        assert retime(problem, state, r)
        starts, cost, _ = naive_route(problem, windows(state), r, nodes_of(state, r))
        assert state.line[r, 1 : 1 + len(starts), k.POS_START].tolist() == starts
        assert state.cost[r] == cost
        for p, u in enumerate(nodes_of(state, r), start=1):
            latest = int(state.line[r, p, k.POS_LATEST])
            for start, expected in ((latest, True), (latest + 1, False)):
                window = windows(state)
                window[u] = (start, max(window[u][1], start) if expected else window[u][1])
                assert naive_route(problem, window, r, nodes_of(state, r))[2] == expected


def naive_places(problem, state, u):
    """Every feasible route and position of node ``u`` with its full cost."""
    for k_ in range(problem.cand_ptr[u], problem.cand_ptr[u + 1]):
        r, price = problem.cand[k_].tolist()
        early, late = start_bounds(problem, state, u, r)
        window = windows(state) | {u: (int(early), int(late))}
        client, route = problem.node[u, k.NODE_CLIENT], problem.route[r]
        if state.meetings[route[k.ROUTE_PERIOD], client, route[k.ROUTE_STAFF]] == 0:
            price += int(problem.new_carer_price[client])
        face = (int(route[k.ROUTE_DATE]), int(client), int(route[k.ROUTE_STAFF]))
        if len(problem.same_day_price) and face not in met_on_dates(problem, state):
            price += int(problem.same_day_price[client])
        price += naive_work(problem, state, {u: r}) - naive_work(problem, state)
        nodes = nodes_of(state, r)
        before = naive_route(problem, windows(state), r, nodes)[1]
        for p in range(len(nodes) + 1):
            starts, cost, holds = naive_route(problem, window, r, [*nodes[:p], u, *nodes[p:]])
            if holds and early <= late:
                yield r, p, starts[p], price + cost - before


def test_twin_of_find_place(area):
    """The cheapest place of each visit taken out, against every place tried in full."""
    found, state = area
    problem = found.problem
    tried = 0
    for u in range(len(found.keys)):
        if problem.node[u, k.NODE_PARTNER] >= 0 or state.plan[u, k.PLAN_ROUTE] < 0:
            continue
        begin(state)
        r = int(state.plan[u, k.PLAN_ROUTE])
        take_out(problem, state, u)
        retime(problem, state, r)
        price = find_place(problem, state, u, generator(), 0.0, np.int64(0))
        best = min(naive_places(problem, state, u), key=lambda place: place[3])
        assert price == best[3]
        at = [
            int(state.scalar[slot])
            for slot in (k.SCALAR_FOUND_R, k.SCALAR_FOUND_P, k.SCALAR_FOUND_START)
        ]
        assert (*at, price) in [(*place[:3], place[3]) for place in naive_places(problem, state, u)]
        undo(problem, state)
        tried += 1
    assert tried >= 6


def test_twin_of_find_pair(area):
    """Two carers for the shower: the cheapest two places on one date that share a start."""
    found, state = area
    problem = found.problem
    u = next(u for u in range(len(found.keys)) if problem.node[u, k.NODE_PARTNER] >= 0)
    partner = int(problem.node[u, k.NODE_PARTNER])
    begin(state)
    anneal(problem, state, generator(1), 300, 500.0, 10.0)
    begin(state)
    routes = [int(state.plan[v, k.PLAN_ROUTE]) for v in (u, partner)]
    assert min(routes) >= 0
    for v in (u, partner):
        take_out(problem, state, v)
    for r in routes:
        retime(problem, state, r)
    price = find_pair(problem, state, u, generator(), 0.0, np.int64(0))
    r, s = int(state.scalar[k.SCALAR_FOUND_R]), int(state.scalar[k.SCALAR_FOUND_R2])
    assert price < k.FAR
    assert problem.route[r, k.ROUTE_DATE] == problem.route[s, k.ROUTE_DATE]
    assert problem.route[r, k.ROUTE_STAFF] != problem.route[s, k.ROUTE_STAFF]
    start = int(state.scalar[k.SCALAR_FOUND_START])
    put_in(problem, state, u, r, int(state.scalar[k.SCALAR_FOUND_P]), start)
    put_in(problem, state, partner, s, int(state.scalar[k.SCALAR_FOUND_P2]), start)
    assert state.scalar[k.SCALAR_BROKEN] == 0
    for v, route in ((u, r), (partner, s)):
        starts = naive_route(problem, windows(state), route, nodes_of(state, route))[0]
        assert starts[nodes_of(state, route).index(v)] == start


@pytest.mark.parametrize("seed", range(3))
def test_twin_of_the_objective_after_search(area, seed):
    """The cost that the search carries along is the cost of the plan, counted anew."""
    found, state = area
    problem = found.problem
    for _ in range(4):
        anneal(problem, state, generator(seed), 60, 500.0, 50.0)
        assert state.scalar[k.SCALAR_COST] == naive_total(problem, state)
    assert state.scalar[k.SCALAR_BEST] <= state.scalar[k.SCALAR_COST]


def test_twin_of_undo(area):
    """An iteration taken back leaves no trace: sequences, windows, counts and unplanned."""
    found, state = area
    problem = found.problem
    anneal(problem, state, generator(), 50, 500.0, 100.0)
    held = {
        name: getattr(state, name).copy()
        for name in ("plan", "meetings", "same_day", "clash", "length", "work")
    }
    nodes = [nodes_of(state, r) for r in range(len(state.length))]
    absent = set(state.absent[: state.scalar[k.SCALAR_ABSENT]].tolist())
    begin(state)
    for r in range(len(state.length)):
        drop_string(problem, state, r, np.int64(1), np.int64(2))
    assert [nodes_of(state, r) for r in range(len(state.length))] != nodes
    undo(problem, state)
    assert [nodes_of(state, r) for r in range(len(state.length))] == nodes
    for name, array in held.items():
        np.testing.assert_array_equal(getattr(state, name), array, err_msg=name)
    assert set(state.absent[: state.scalar[k.SCALAR_ABSENT]].tolist()) == absent


def test_twin_of_sort_removed(area):
    """Shell sort against Python's; breaks come first in every order."""
    found, state = area
    n = 9
    state.removed[:n] = np.arange(n)
    state.key[:n] = [5, 3, 9, 1, 7, 2, 8, 0, 4]
    sort_removed(state, np.int64(n))
    assert state.key[:n].tolist() == sorted([5, 3, 9, 1, 7, 2, 8, 0, 4])
    assert state.removed[:n].tolist() == [7, 3, 5, 1, 8, 0, 4, 6, 2]
    a_break = int(np.flatnonzero(found.problem.node[:, k.NODE_KIND] == k.BREAK)[0])
    for seed in range(12):
        state.scalar[k.SCALAR_REMOVED] = 4
        state.removed[:4] = [0, 1, a_break, 2]
        order_removed(found.problem, state, generator(seed))
        assert state.removed[0] == a_break


def test_twin_of_counting_all(area):
    """Counted from nothing, a plan has the faces, clashes and cost that the search kept."""
    found, state = area
    anneal(found.problem, state, generator(3), 300, 100.0, 5.0)
    kept = [getattr(state, name).copy() for name in ("meetings", "same_day", "clash", "cost")]
    cost, n_absent = int(state.scalar[k.SCALAR_COST]), int(state.scalar[k.SCALAR_ABSENT])
    absent = sorted(state.absent[:n_absent].tolist())
    state.cost[:] = -1
    count_in(found, state)
    for before, name in zip(kept, ("meetings", "same_day", "clash", "cost"), strict=True):
        assert np.array_equal(before, getattr(state, name)), name
    assert state.scalar[k.SCALAR_COST] == cost == naive_total(found.problem, state)
    assert sorted(state.absent[: state.scalar[k.SCALAR_ABSENT]].tolist()) == absent
