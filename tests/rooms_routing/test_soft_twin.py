"""The engine where starts move against plain Python that follows the rules' wording.

The twin relaxes starts until nothing moves, tries every departure minute by minute, and prices
the result term by term. It shares no code with the kernels.
"""

from __future__ import annotations

import random
from itertools import pairwise

import hypothesis.strategies as st
import numpy as np
from hypothesis import given, settings

from benchmarks.soft_day.plan import decode, lay
from benchmarks.soft_day.plan import rows_of as nodes_of
from benchmarks.soft_day.problem import build, empty_plan, node_keys
from benchmarks.soft_day.soft_day_model import (
    Lunch,
    Need,
    SoftCarer,
    SoftDay,
    SoftLag,
    SoftPrices,
    SoftVisit,
    Window,
)
from routing.engine import kernels_layout as k
from routing.engine.kernels_measure import earliest_start, lateness
from routing.engine.kernels_moving import begin_trial, retime_moved, time_all
from routing.engine.kernels_place import put_moving
from routing.engine.kernels_route import price_in, take_out
from routing.engine.kernels_trial import evaluate


def random_day(seed: int) -> SoftDay:
    """Three carers and five visits: some double, some with two windows, some optional, some
    without a place, some that another must follow."""
    rng = random.Random(seed)
    n_visits, n_carers = 5, 3
    travel = [[0 if i == j else rng.randint(4, 25) for j in range(7)] for i in range(7)]
    visits = []
    for i in range(n_visits):
        early = rng.randint(0, 150)
        at_end = rng.random() < 0.5
        windows = [Window(early, early + rng.randint(5, 60) + 40 * at_end)]
        if rng.random() < 0.4:
            again = windows[0].latest + rng.randint(5, 60)
            windows.append(Window(again, again + rng.randint(5, 40)))
        two = rng.random() < 0.5
        lag = rng.choice([None, (0, 0), (10, 10), (5, 40)]) if two else None
        needs = tuple(
            Need(rng.randint(15, 40), {f"c{c}": rng.choice([0, 7]) for c in range(n_carers)})
            for _ in range(1 + two)
        )
        visits.append(
            SoftVisit(f"v{i}", -1 if rng.random() < 0.2 else 2 + i, tuple(windows), needs, lag,
                      rng.choice([300, 10**6]), rng.choice([1, 1, 3]), at_end,
                      rng.choice([None, None, early + 150]),
                      rng.choice([None, (rng.randint(0, 200), 40)]))
        )  # fmt: skip
    carers = tuple(
        SoftCarer(f"c{c}", rng.randint(0, 40), rng.randint(150, 320), 0, rng.randint(0, 1),
                  Lunch(100, rng.randint(110, 180), 30) if c < 2 else None,
                  last_end=rng.choice([None, None, 400]))
        for c in range(n_carers)
    )  # fmt: skip
    prices = SoftPrices(*(rng.randint(0, 9) for _ in range(6)), missed_lunch=80)
    least = rng.randint(10, 60)
    lags = (SoftLag("v0", "v3", least, least + rng.choice([5, 60, 10**4])),)
    return SoftDay(tuple(visits), carers, travel, prices, lags if seed % 3 else ())


def go(day: SoftDay, place: int, visit: SoftVisit) -> tuple[int, int]:
    """The leg to a visit, and where the carer is then."""
    return (0, place) if visit.place < 0 else (day.travel[place][visit.place], visit.place)


def naive_settle(day: SoftDay, visit: SoftVisit, need: Need, ready: int) -> int:
    """Wait for the first window; between two, be late or wait, whichever is cheaper."""
    late_from = visit.windows[0].latest - (need.duration if visit.met_at_end else 0)
    if len(visit.windows) == 1 or ready <= late_from:
        return max(ready, visit.windows[0].earliest)
    again = visit.windows[1].earliest
    wait = max(day.prices.wait, 1)
    if ready < again and day.prices.late * (ready - late_from) <= wait * (again - ready):
        return max(ready, visit.windows[0].earliest)
    return max(ready, again)


def naive_late(visit: SoftVisit, need: Need, start: int) -> int:
    after = need.duration if visit.met_at_end else 0
    begun = [w for w in visit.windows if w.earliest <= start]
    return max(0, start + after - begun[-1].latest)


def walk(day, rows, c, starts, depart, lunch_ends):
    """One route's stops as (item, arrive, start, travel before); None where lunch is too late."""
    carer, row = day.carers[c], rows[c]
    ready, place, found = depart, carer.from_place, []
    for p, item in enumerate(row):
        if item == "lunch":
            last = p + 1 == len(row)
            leg, there = day.travel[place][carer.to_place], carer.to_place
            if not last:
                leg, there = go(day, place, day.visits[row[p + 1][0]])
            if not last and ready + leg <= carer.lunch.latest:
                arrive, place = ready + leg, there
            elif (p == 0 and not last) or ready > carer.lunch.latest:
                return None
            else:
                arrive, leg = ready, 0
            start = max(arrive, carer.lunch.earliest)
            found.append((item, arrive, start, leg))
            ready = start + carer.lunch.duration
            continue
        visit = day.visits[item[0]]
        leg, place = go(day, place, visit)
        arrive = ready + leg
        start = max(arrive, starts[item]) if lunch_ends else arrive
        found.append((item, arrive, start, leg))
        ready = starts[item] if not lunch_ends else start
        ready += visit.needs[item[1]].duration
    return found


def naive_starts(day: SoftDay, rows) -> dict | None:
    """Earliest starts by relaxation; None where there are none."""
    starts = {item: -1 for row in rows for item in row if item != "lunch"}
    for _ in range(60):
        before = dict(starts)
        for c in range(len(rows)):
            carer, row = day.carers[c], rows[c]
            ready, place = carer.start, carer.from_place
            for p, item in enumerate(row):
                if item == "lunch":
                    stops = walk(day, rows, c, starts, carer.start, False)
                    if stops is None:
                        return None
                    _, _, start, leg = stops[p]
                    ready = start + carer.lunch.duration
                    if leg:
                        _, place = go(day, place, day.visits[row[p + 1][0]])
                    continue
                visit = day.visits[item[0]]
                need = visit.needs[item[1]]
                leg, place = go(day, place, visit)
                floor = ready + leg
                mate = (item[0], 1 - item[1])
                if visit.lag is not None and mate in starts and starts[mate] >= 0:
                    lag = visit.lag[0] if item[1] == 1 else -visit.lag[1]
                    floor = max(floor, starts[mate] + lag)
                for other, _, back in lags_of(day, item, starts):
                    floor = max(floor, starts[other] + back)
                starts[item] = max(starts[item], naive_settle(day, visit, need, floor))
                ready = starts[item] + need.duration
        if starts == before:
            last = {i: visit.last_start for i, visit in enumerate(day.visits)}
            kept = all(last[u] is None or start <= last[u] for (u, _), start in starts.items())
            return starts if kept else None
    return None


def lags_of(day: SoftDay, item, starts) -> list[tuple]:
    """Others that a visit must keep a lag to: (other, least of other - this, of this - other)."""
    name, found = day.visits[item[0]].visit_id, []
    for lag in day.lags:
        for other, start in starts.items():
            both = (name, day.visits[other[0]].visit_id)
            if start >= 0 and both == (lag.visit_id, lag.other_id):
                found.append((other, lag.least, -lag.most))
            if start >= 0 and both == (lag.other_id, lag.visit_id):
                found.append((other, -lag.most, lag.least))
    return found


def naive_extras(day: SoftDay, visits, starts) -> int:
    """Minutes off wished times, priced."""
    wished = [(day.visits[item[0]].wished, starts[item]) for item in visits]
    return sum(one[1] * abs(start - one[0]) // 64 for one, start in wished if one is not None)


def naive_cost(day: SoftDay, rows) -> int | None:
    """The cost of some rows by the wording of each term; None where they cannot be timed."""
    starts = naive_starts(day, rows)
    if starts is None:
        return None
    price, total, worst, idlest = day.prices, 0, 0, 0
    for c, row in enumerate(rows):
        carer = day.carers[c]
        visits = [item for item in row if item != "lunch"]
        total += price.missed_lunch * (carer.lunch is not None and "lunch" not in row)
        shift = carer.end - carer.start
        if not visits:
            idlest = max(idlest, shift - (carer.lunch.duration if row else 0))
            if row and carer.start > carer.lunch.latest:
                return None
            continue
        base = walk(day, rows, c, starts, carer.start, True)
        if base is None:
            return None
        waited = sum(start - arrive for _, arrive, start, _ in base)
        depart, stops = carer.start, base
        for later in range(1, waited + 1):
            tried = walk(day, rows, c, starts, carer.start + later, True)
            if tried is None or not _as_good(day, carer, starts, base, tried):
                break
            depart, stops = carer.start + later, tried
        late = [
            naive_late(day.visits[item[0]], day.visits[item[0]].needs[item[1]], start)
            for item, _, start, _ in base
            if item != "lunch"
        ]
        weights = [day.visits[item[0]].late_weight for item in visits]
        waits = [start - arrive for _, arrive, start, _ in stops]
        priced = sum(waits) - (waits[1] if len(row) > 1 and row[0] == "lunch" else 0)
        durations = sum(day.visits[u].needs[j].duration for u, j in visits)
        last_item, _, last_start, _ = base[-1]
        last_visit = day.visits[visits[-1][0]]
        end = last_start + (
            carer.lunch.duration
            if last_item == "lunch"
            else last_visit.needs[visits[-1][1]].duration
        )
        place = carer.from_place
        for item in visits:
            _, place = go(day, place, day.visits[item[0]])
        home = day.travel[place][carer.to_place]
        finish = end + home
        if carer.last_end is not None and finish > carer.last_end:
            return None
        total += naive_extras(day, visits, starts)
        travel = sum(leg for *_, leg in base) + home
        # The lunch's place never changes how far she travels.
        over = max(0, finish - carer.end)
        pause = carer.lunch.duration if "lunch" in row else 0
        idle = max(finish, carer.end) - carer.start - travel - durations - pause
        idlest = max(idlest, idle)
        worst = max([worst, *late])
        total += price.travel * travel + price.wait * priced + price.overtime * over
        total += price.late * sum(w * x for w, x in zip(weights, late, strict=True))
        total += sum(day.visits[u].needs[j].carers[carer.carer_id] for u, j in visits)
        assert depart >= carer.start
    total += price.late_max * worst + price.idle_max * idlest
    planned = {item[0] for row in rows for item in row if item != "lunch"}
    return total + sum(v.absent_price for u, v in enumerate(day.visits) if u not in planned)


def _as_good(day, carer, starts, base, tried) -> bool:
    """Whether leaving later makes nothing later than allowed."""
    for (item, _, old, way), (_, _, new, new_way) in zip(base, tried, strict=True):
        if item == "lunch":
            if new > carer.lunch.latest or way != new_way:  # held at another place then
                return False
            continue
        visit = day.visits[item[0]]
        need = visit.needs[item[1]]
        if new == old:
            continue
        after = need.duration if visit.met_at_end else 0
        window = [w for w in visit.windows if w.earliest <= old][-1]
        if new + after > window.latest:
            return False
        mate = (item[0], 1 - item[1])
        if visit.lag is not None and mate in starts:
            lag = visit.lag[0] if item[1] == 0 else -visit.lag[1]
            if starts[mate] - new < lag:
                return False
        if any(starts[other] - new < least for other, least, _ in lags_of(day, item, starts)):
            return False
    return True


def rows_of(day, problem, state):
    keys = node_keys(day)
    index = {visit.visit_id: u for u, visit in enumerate(day.visits)}
    return [
        [
            "lunch" if problem.node[v, k.NODE_KIND] == k.LUNCH else (index[keys[v][0]], keys[v][1])
            for v in row
        ]
        for row in nodes_of(state)
    ]


def units_of(problem):
    """The nodes of each visit."""
    return [problem.client_node[a:b].tolist() for a, b in pairwise(problem.client_ptr)]


def total_of(problem, state) -> int:
    """What the plan costs: its routes, its persons, and what is left out."""
    total = int(state.scalar[k.SCALAR_TIMED])
    for v in np.flatnonzero(problem.node[:, k.NODE_KIND] == k.VISIT).tolist():
        r = int(state.plan[v, k.PLAN_ROUTE])
        total += int(problem.node[v, k.NODE_ABSENT]) if r < 0 else int(price_in(problem, v, r))
    return total


def started(day):
    """An empty plan, timed."""
    problem = build(day)
    state = empty_plan(problem)
    time_all(problem, state)
    return problem, state


def put(problem, state, v, r, p):
    """Put a node in for good, as the search does."""
    put_moving(problem, state, v, r, p)


def _random_move(rng, day, problem, state):
    """Take a visit out, or put one in at random places, by the kernels of the search."""
    units = units_of(problem)
    nodes = units[rng.randrange(len(units))]
    if state.plan[nodes[0], k.PLAN_ROUTE] >= 0:
        begin_trial(state)
        state.scalar[k.SCALAR_REMOVED] = 0
        for v in nodes:
            take_out(problem, state, v)
        if not retime_moved(problem, state):  # a break too late now, or a last start or end
            assert naive_cost(day, rows_of(day, problem, state)) is None
            return False
        return True
    routes = rng.sample(range(len(problem.route)), len(nodes))
    for v, r in zip(nodes, routes, strict=True):
        p = rng.randint(0, int(state.length[r]))
        before = int(state.scalar[k.SCALAR_TIMED])
        delta = evaluate(problem, state, v, r, p)
        if delta >= k.FAR:
            return False
        put(problem, state, v, r, p)
        if (problem.node[[one[0] for one in units], k.NODE_LOC] < 0).any():
            continue  # starts may get earlier behind a visit without a place; see the twin's cost
        assert int(state.scalar[k.SCALAR_TIMED]) == before + delta
    return True


def _random_lunch(rng, problem, state):
    c = rng.randrange(2)
    v = int(problem.route[c, k.ROUTE_LUNCH])
    if state.plan[v, k.PLAN_ROUTE] < 0:
        p = rng.randint(0, int(state.length[c]))
        if evaluate(problem, state, v, c, p) < k.FAR:
            put(problem, state, v, c, p)


@settings(max_examples=25)
@given(st.integers(0, 10**6))
def test_twin_after_any_sequence_of_moves(seed):
    """Incremental times and prices drift from the truth where any one update is forgotten; after
    every move the kernels' cost is the twin's, and re-timing from nothing changes nothing."""
    rng = random.Random(seed)
    day = random_day(seed)
    problem, state = started(day)
    for _ in range(12):
        if rng.random() < 0.25:
            _random_lunch(rng, problem, state)
        elif not _random_move(rng, day, problem, state):
            return
        rows = rows_of(day, problem, state)
        assert naive_cost(day, rows) == total_of(problem, state), rows
        fresh = empty_plan(problem)
        assert lay(problem, fresh, nodes_of(state))
        assert fresh.scalar[k.SCALAR_COST] == total_of(problem, state)


@settings(max_examples=15)
@given(st.integers(0, 10**6))
def test_twin_of_the_stops_shown(seed):
    """What the planner reads must hold by itself: legs, windows, lags and waiting as priced."""
    rng = random.Random(seed)
    day = random_day(seed)
    problem, state = started(day)
    for _ in range(8):
        if not _random_move(rng, day, problem, state):
            return
    plan = decode(day, problem, state, (seed,), ())
    when = {}
    for c, route in enumerate(plan.routes):
        ready, place = route.depart, day.carers[c].from_place
        assert route.depart >= day.carers[c].start
        for stop in route.stops:
            assert stop.arrive == ready + day.travel[place][stop.place]
            assert stop.start >= stop.arrive
            visit = day.visits[int(stop.visit_id[1:])]
            assert stop.start >= visit.windows[0].earliest
            assert stop.late == naive_late(visit, visit.needs[stop.need], stop.start)
            when[stop.visit_id, stop.need] = stop.start
            ready, place = stop.end, stop.place
    for visit in day.visits:
        if visit.lag is not None and (visit.visit_id, 0) in when:
            lag = when[visit.visit_id, 1] - when[visit.visit_id, 0]
            assert visit.lag[0] <= lag <= visit.lag[1]


def test_twin_of_settle_and_lateness():
    """One window, two windows, met at start or at end: every arrival of a day, one by one."""
    for seed in range(6):
        day = random_day(seed)
        problem = build(day)
        keys = node_keys(day)
        for v, (visit_id, j) in enumerate(keys):
            visit = day.visits[int(visit_id[1:])]
            for ready in range(-1, 320, 3):
                earliest = int(problem.node[v, k.NODE_EARLIEST])
                start = int(earliest_start(problem.soft[v], earliest, ready))
                assert start == naive_settle(day, visit, visit.needs[j], ready)
                assert int(lateness(problem.soft[v], start)) == naive_late(
                    visit, visit.needs[j], start
                )
