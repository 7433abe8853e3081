"""Twins in a world of many carers: an insertion must look at all that could be cheapest.

The hand-made world has two carers for most visits, which no shortcut gets wrong. Here a dozen
may take each visit, and some visits are on a screen, behind which a way can be cut short.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from data.rules import Rules
from routing.engine import kernels_layout as k
from routing.engine.kernels_gaps import legs_by
from routing.engine.kernels_insert import find_pair, find_place, list_places, pair_orientation
from routing.engine.kernels_route import retime, start_price, take_out
from routing.engine.kernels_ruin import RARE_MOST, ruin_carers, ruin_client, ruin_times
from routing.engine.kernels_search import anneal, begin, undo
from routing.horizon.area_split import split_by_area
from routing.rounds.area_search import prepared
from tests.rooms_routing.quality_worlds import WEIGHTS, team_world
from tests.rooms_routing.test_rounds_kernels import generator, naive_places


def town_of(
    seed, pair_share=0.0, screen_share=0.0, n_days=1, n_carers=8, n_clients=12, team_price=325
):
    """A team of eight with its constructed plan; some visits on a screen."""
    source = team_world(seed, n_clients, n_carers, n_days, pair_share)
    rng, town = generator(seed), source.municipality
    visits = tuple(
        replace(one, mode="digital")
        if one.carers_required == 1 and rng.random() < screen_share
        else one
        for one in town.visits
    )
    sources, _, _ = split_by_area(
        replace(town, visits=visits), source.team_plan, source.travel, Rules(), source.dates,
        replace(WEIGHTS, wish_pct=50, tier={**WEIGHTS.tier, "team": team_price}),
    )  # fmt: skip
    return prepared(sources[0], generator(seed))


def out_of_plan(problem, state, *nodes):
    """Take nodes out and time their routes anew."""
    begin(state)
    routes = [int(state.plan[u, k.PLAN_ROUTE]) for u in nodes]
    for u in nodes:
        take_out(problem, state, u)
    for r in routes:
        retime(problem, state, r)


def planned(found, state):
    return [u for u in range(len(found.keys)) if state.plan[u, k.PLAN_ROUTE] >= 0]


@pytest.mark.parametrize("seed", range(4))
def test_twin_of_find_place_among_many(seed):
    """The cheapest of all places, also where a dozen carers come close."""
    found, state = town_of(seed)
    problem, n_second = found.problem, 0
    for u in planned(found, state):
        out_of_plan(problem, state, u)
        price = find_place(problem, state, u, generator(), 0.0, np.int64(0))
        places = sorted(naive_places(problem, state, u), key=lambda place: place[3])
        assert price == places[0][3]
        n_second += places[0][0] != problem.cand[problem.cand_ptr[u], 0]
        undo(problem, state)
    assert n_second >= 5  # or the first candidate would do for an answer


@pytest.mark.parametrize("seed", range(4))
def test_twin_of_find_place_beside_screens(seed):
    """A place before a visit on a screen can be kept, and costs no more than is said."""
    found, state = town_of(seed, screen_share=0.5)
    problem = found.problem
    for u in planned(found, state):
        out_of_plan(problem, state, u)
        price = find_place(problem, state, u, generator(), 0.0, np.int64(0))
        r, p = int(state.scalar[k.SCALAR_FOUND_R]), int(state.scalar[k.SCALAR_FOUND_P])
        true = [place for place in naive_places(problem, state, u) if place[:2] == (r, p)]
        assert len(true) == 1
        assert price >= true[0][3]
        undo(problem, state)


def test_twin_of_the_way_past_a_screen():
    """Before a visit on a screen the way on is shorter where the place lies nearer to what comes
    after it: but a carer is never at the screen before she is done."""
    found, state = town_of(2, screen_share=0.5)
    problem, n_shorter = found.problem, 0
    for r in range(len(state.length)):
        line, leg = state.line[r], problem.leg[problem.route[r, k.ROUTE_MODE]]
        n = int(state.length[r])
        for p in range(n):
            u = int(line[p + 1, k.POS_NODE])
            if problem.node[u, k.NODE_LOC] >= 0:
                continue
            q = next(
                q for q in range(p + 1, n + 2)
                if q > n or problem.node[line[q, k.POS_NODE], k.NODE_LOC] >= 0
            )  # fmt: skip
            here, after = line[p, k.POS_LOC], line[q, k.POS_LOC]
            for place in range(leg.shape[0]):
                turn = int(leg[place, after] - leg[here, after])
                there, on, detour = legs_by(line, leg, p, place)
                assert (there, on) == (leg[here, place], max(turn, 0))
                assert detour == leg[here, place] + turn
                n_shorter += turn < 0
    assert n_shorter > 0


@pytest.mark.parametrize("seed", range(8))
def test_twin_of_find_pair_among_many(seed):
    """The cheapest two of all places of two carers on one date that can share a start."""
    found, state = town_of(seed, pair_share=0.6, n_carers=12, team_price=2000)
    problem, tried = found.problem, 0
    for u in planned(found, state):
        partner = int(problem.node[u, k.NODE_PARTNER])
        if partner < u:
            continue
        out_of_plan(problem, state, u, partner)
        price = find_pair(problem, state, u, generator(seed), 0.0, np.int64(0))
        as_wished = generator(seed).random() < 0.5
        assert price == naive_pair(problem, state, u, as_wished)
        undo(problem, state)
        tried += 1
    assert tried >= 3


def naive_pair(problem, state, u, as_wished):
    """Every two places, none left off."""
    n, best = np.int64(0), k.FAR
    state.scalar[k.SCALAR_BLINK] = 1 << 40
    for c in range(problem.cand_ptr[u], problem.cand_ptr[u + 1]):
        n = list_places(problem, state, u, np.int64(c), n, generator(), 0.0)
    assert n < state.slot.shape[0]
    slots = state.slot[:n].tolist()
    for i, (r, _, first, last, cost) in enumerate(slots):
        for s, _, first_2, last_2, cost_2 in slots[:i]:
            one, other = problem.route[r], problem.route[s]
            start, until = max(first, first_2), min(last, last_2)
            same_day = one[k.ROUTE_DATE] == other[k.ROUTE_DATE]
            if start > until or not same_day or one[k.ROUTE_STAFF] == other[k.ROUTE_STAFF]:
                continue
            if as_wished:
                start = min(max(start, problem.node[u, k.NODE_WISH_LO]), until)
            if pair_orientation(problem, u, np.int64(r), np.int64(s)) != 0:
                price = cost + cost_2 + 2 * start_price(problem.node, u, np.int64(start))
                best = min(best, int(price))
    return best


def test_a_client_is_ruined_by_carer_and_by_days():
    """Two ways of taking out a client's visits, and both are used: those of one carer, wherever
    they are, and some in a row, whoever makes them. Without the first, a face never goes."""
    found, state = town_of(5, n_days=10, n_carers=3, n_clients=6)
    problem, by_carer, in_a_row = found.problem, 0, 0
    anneal(problem, state, generator(1), 300, 9000.0, 9000.0)  # so that many carers come
    staff = problem.route[:, k.ROUTE_STAFF]
    for seed in range(60):
        rng = generator(seed)
        seed_node = planned(found, state)[2 * seed]
        client = problem.node[seed_node, k.NODE_CLIENT]
        first, last = problem.client_ptr[client], problem.client_ptr[client + 1]
        theirs = [int(u) for u in problem.client_node[first:last] if state.plan[u, 0] >= 0]
        who = {u: int(staff[state.plan[u, k.PLAN_ROUTE]]) for u in theirs}
        hers = who[seed_node]
        begin(state)
        ruin_client(problem, state, np.int64(seed_node), rng)
        removed = state.removed[: state.scalar[k.SCALAR_REMOVED]].tolist()
        gone = [u for u in removed if u in who and problem.node[u, k.NODE_CLIENT] == client]
        others_between = any(
            who[u] != hers for u in theirs[theirs.index(gone[0]) : theirs.index(gone[-1])]
        ) if gone else False  # fmt: skip
        if others_between and all(who[u] == hers for u in gone):
            by_carer += 1
        elif len({who[u] for u in gone}) > 1:
            in_a_row += 1
        undo(problem, state)
    assert by_carer >= 15
    assert in_a_row >= 8


def strangers_everywhere():
    """A fortnight's plan that never cooled, so that many carers come and few visits are on time."""
    found, state = town_of(5, n_days=10, n_carers=4, n_clients=6)
    anneal(found.problem, state, generator(1), 300, 9000.0, 9000.0)
    return found, state


def test_a_face_that_is_seldom_seen_goes_as_a_whole():
    """All visits to the client of one carer, and of one who comes seldom: else the face stays."""
    found, state = strangers_everywhere()
    problem, staff = found.problem, found.problem.route[:, k.ROUTE_STAFF]
    n_seldom = n_tried = 0
    for seed in range(60):
        seed_node = planned(found, state)[2 * seed]
        client = problem.node[seed_node, k.NODE_CLIENT]
        nodes = problem.client_node[problem.client_ptr[client] : problem.client_ptr[client + 1]]
        who = {int(u): int(staff[state.plan[u, 0]]) for u in nodes if state.plan[u, 0] >= 0}
        n_of = [list(who.values()).count(one) for one in sorted(set(who.values()))]
        begin(state)
        ruin_carers(problem, state, np.int64(seed_node), generator(seed))
        first = int(state.removed[0])
        hers = [u for u, one in who.items() if one == who[first]]
        gone = set(state.removed[: state.scalar[k.SCALAR_REMOVED]].tolist())
        assert set(hers[:RARE_MOST]) <= gone
        n_tried += len(set(n_of)) > 1
        n_seldom += len(set(n_of)) > 1 and len(hers) < max(n_of)
        undo(problem, state)
    assert n_tried >= 20
    assert n_seldom >= 0.7 * n_tried


def test_a_visit_far_off_its_hour_goes_and_room_is_made_there():
    """The visit is the worst of some, and what stood at its hour in her round goes too."""
    found, state = strangers_everywhere()
    problem, node = found.problem, found.problem.node
    for u in planned(found, state):
        node[u, k.NODE_WISH_LO] = node[u, k.NODE_WISH_HI] = node[u, k.NODE_EARLIEST]
        node[u, k.NODE_PRICE_LATE] = 64
    start = {
        int(state.line[r, p, k.POS_NODE]): int(state.line[r, p, k.POS_START])
        for r in range(len(state.length))
        for p in range(1, state.length[r] + 1)
    }
    price = {u: int(start_price(node, u, start[u])) for u in planned(found, state)}
    usual, n_room = float(np.median(list(price.values()))), 0
    for seed in range(40):
        begin(state)
        ruin_times(problem, state, np.int64(planned(found, state)[0]), generator(seed))
        removed = state.removed[: state.scalar[k.SCALAR_REMOVED]].tolist()
        assert price[removed[0]] > usual
        n_room += any(
            abs(start[u] - int(node[removed[0], k.NODE_WISH_LO])) <= 3600 for u in removed[1:]
        )
        undo(problem, state)
    assert n_room >= 20
