"""From a day in words to arrays, and from the arrays' sequences back to stops with times."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from routing.soft import kernels_layout as k
from routing.soft.kernels_layout import FAR, Choice, IntArray, Problem, State
from routing.soft.model import SoftDay

N_NEAR = 80
MOST_NODES = 250
"""The most that one route can hold."""
GAP_SHARE = 0.3
"""How much an hour between two windows sets visits apart, against an hour of travel."""


def _switch(first_early: int, first_late: int, second_early: int, day: SoftDay) -> int:
    """Up to which arrival it is cheaper to be late than to wait for the second window.

    Never before the first window opens: a visit met at its end may be late as soon as it can
    begin, and a start once settled must settle where it is.
    """
    late, wait = day.prices.late, max(day.prices.wait, 1)
    even = (late * first_late + wait * second_early) // (late + wait)
    return min(max(first_early, first_late, min(even, second_early - 1)), second_early)


def _classes(day: SoftDay) -> dict[str, int]:
    """A number for each task that some carer's half-days limit."""
    tasks = sorted({task for carer in day.carers for task, _ in carer.most_of})
    return {task: i for i, task in enumerate(tasks)}


def _clash_rows(day: SoftDay, classes: dict[str, int]) -> IntArray:
    """How many visits of each class a carer may make before noon, then after it."""
    rows = np.full((len(day.carers), 2, max(len(classes), 1)), FAR, dtype=np.int64)
    for c, carer in enumerate(day.carers):
        for (task, half), most in carer.most_of.items():
            rows[c, half, classes[task]] = most
    return rows.reshape(len(day.carers), -1)


def _links(day: SoftDay, node: IntArray) -> IntArray:
    """The table of lags, seen from both ends; where each node's rows begin is put into ``node``."""
    of_visit: dict[str, list[int]] = {}
    found: list[list[tuple[int, int, int]]] = [[] for _ in node]
    for visit in day.visits:
        first = sum(len(rows) for rows in of_visit.values())
        of_visit[visit.visit_id] = list(range(first, first + len(visit.needs)))
        if visit.lag is not None and len(visit.needs) == 2:
            found[first].append((first + 1, visit.lag[0], -visit.lag[1]))
            found[first + 1].append((first, -visit.lag[1], visit.lag[0]))
    for lag in day.lags:
        for v in of_visit[lag.visit_id]:
            for other in of_visit[lag.other_id]:
                found[v].append((other, lag.least, -lag.most))
                found[other].append((v, -lag.most, lag.least))
    ends = np.cumsum([0] + [len(one) for one in found])
    node[:, k.V_LINK], node[:, k.V_LINK_END] = ends[:-1], ends[1:]
    flat = [entry for one in found for entry in one]
    return np.array(flat, dtype=np.int64).reshape(-1, k.K_COLS)


def _node_rows(day: SoftDay, classes: dict[str, int]) -> tuple[IntArray, IntArray]:
    """The node table and the unit table."""
    rows: list[list[int]] = []
    units: list[list[int]] = []
    for u, visit in enumerate(day.visits):
        first = len(rows)
        two = len(visit.needs) == 2
        units.append([first, first + 1 if two else -1, visit.absent_price, 0])
        second = visit.windows[1] if len(visit.windows) == 2 else None
        for j, need in enumerate(visit.needs):
            row = [0] * k.V_COLS
            row[k.V_PLACE], row[k.V_DUR] = visit.place, need.duration
            after = need.duration if visit.met_at_end else 0
            row[k.V_EARLY1] = visit.windows[0].earliest
            row[k.V_LATE1] = visit.windows[0].latest - after
            row[k.V_EARLY2] = row[k.V_LATE2] = row[k.V_SWITCH] = FAR
            if second is not None:
                row[k.V_EARLY2], row[k.V_LATE2] = second.earliest, second.latest - after
                row[k.V_SWITCH] = _switch(row[k.V_EARLY1], row[k.V_LATE1], second.earliest, day)
            row[k.V_MATE] = first + 1 - j if two else -1
            row[k.V_LAST] = FAR if visit.last_start is None else visit.last_start
            row[k.V_CLASH] = classes.get(visit.task, -1)
            row[k.V_WISH], row[k.V_WISH_PRICE] = visit.wished or (0, 0)
            row[k.V_UNIT], row[k.V_KIND] = u, k.VISIT
            row[k.V_WEIGHT] = visit.late_weight
            rows.append(row)
    for carer in day.carers:
        if carer.lunch is not None:
            row = [0] * k.V_COLS
            row[k.V_PLACE], row[k.V_MATE], row[k.V_UNIT], row[k.V_KIND] = -1, -1, -1, k.LUNCH
            row[k.V_EARLY1], row[k.V_LATE1] = carer.lunch.earliest, carer.lunch.latest
            row[k.V_DUR], row[k.V_LAST], row[k.V_CLASH] = carer.lunch.duration, FAR, -1
            row[k.V_EARLY2] = row[k.V_LATE2] = row[k.V_SWITCH] = FAR
            rows.append(row)
    return np.array(rows, dtype=np.int64), np.array(units, dtype=np.int64).reshape(-1, k.U_COLS)


def _carer_rows(day: SoftDay, n_visits: int) -> IntArray:
    rows = np.full((len(day.carers), k.C_COLS), -1, dtype=np.int64)
    lunch = n_visits
    for c, carer in enumerate(day.carers):
        rows[c, : k.C_LUNCH] = carer.start, carer.end, carer.from_place, carer.to_place
        rows[c, k.C_MODE] = carer.mode
        rows[c, k.C_LAST] = FAR if carer.last_end is None else carer.last_end
        if carer.lunch is not None:
            rows[c, k.C_LUNCH] = lunch
            lunch += 1
    return rows


def _near(day: SoftDay, leg: IntArray) -> IntArray:
    """Units near each other by the shorter of both legs and the gap between their windows."""
    place = np.array([visit.place for visit in day.visits])
    apart = np.minimum(leg[np.ix_(place, place)], leg[np.ix_(place, place)].T).astype(float)
    apart[place < 0, :] = apart[:, place < 0] = 0.0
    gap = np.full(apart.shape, np.inf)
    for w in range(2):
        for x in range(2):
            one = np.array([(v.windows[w % len(v.windows)]).earliest for v in day.visits])
            one_late = np.array([v.windows[w % len(v.windows)].latest for v in day.visits])
            other = np.array([v.windows[x % len(v.windows)].earliest for v in day.visits])
            other_late = np.array([v.windows[x % len(v.windows)].latest for v in day.visits])
            between = np.maximum(
                one[:, None] - other_late[None, :], other[None, :] - one_late[:, None]
            )
            gap = np.minimum(gap, np.maximum(between, 0))
    apart += GAP_SHARE * gap
    np.fill_diagonal(apart, np.inf)
    n_near = min(N_NEAR, max(len(day.visits) - 1, 0))
    return np.ascontiguousarray(np.argsort(apart, axis=1, kind="stable")[:, :n_near])


def build(day: SoftDay) -> tuple[Problem, Choice]:
    """The arrays of a day.

    Raises
    ------
    ValueError
        Where a visit has more than two windows or needs, or a window ends before it begins.
    """
    for visit in day.visits:
        if not (1 <= len(visit.windows) <= 2 and 1 <= len(visit.needs) <= 2):
            raise ValueError("ett besök har ett eller två fönster och en eller två utförare")
    leg = np.asarray(day.travel, dtype=np.int64)
    leg = np.ascontiguousarray(leg[None] if leg.ndim == 2 else leg)
    classes = _classes(day)
    node, unit = _node_rows(day, classes)
    n_visits = sum(len(visit.needs) for visit in day.visits)
    carer = _carer_rows(day, n_visits)
    place_of = {row.carer_id: c for c, row in enumerate(day.carers)}
    person = np.full((len(node), len(day.carers)), -1, dtype=np.int64)
    v = 0
    for visit in day.visits:
        for need in visit.needs:
            for carer_id, extra in need.carers.items():
                person[v, place_of[carer_id]] = extra
            v += 1
    cand = [np.flatnonzero(person[v] >= 0) for v in range(len(node))]
    ends = np.cumsum([0] + [len(row) for row in cand])
    prices = day.prices
    price = np.zeros(k.P_SIZE, dtype=np.int64)
    price[: k.P_NOON + 1] = (
        prices.travel, prices.late, prices.late_max, prices.wait, prices.overtime,
        prices.idle_max, prices.missed_lunch, prices.clash, day.noon,
    )  # fmt: skip
    for v, row in enumerate(cand):
        node[v, k.V_CAND : k.V_CAND_END + 1] = ends[v], ends[v] + len(row)
    problem = Problem(
        node=node,
        carer=carer,
        leg=leg,
        person=person,
        price=price,
        link=_links(day, node),
        clash=_clash_rows(day, classes),
    )
    choice = Choice(
        cand=np.concatenate(cand).astype(np.int64) if cand else np.zeros(0, dtype=np.int64),
        unit=unit,
        near=_near(day, leg.min(axis=0)).astype(np.int64),
        knobs=np.zeros(k.N_KNOBS, dtype=np.int64),
        pool=np.zeros((len(unit) + 1, 2), dtype=np.int64),
    )
    return problem, choice


def empty_state(problem: Problem, choice: Choice) -> State:
    """A plan with nobody anywhere."""
    n_nodes, n_carers = len(problem.node), len(problem.carer)
    at = np.zeros((n_nodes, k.A_COLS), dtype=np.int64)
    at[:, k.A_ROUTE] = -1
    now = np.zeros(k.NOW_SIZE, dtype=np.int64)
    now[k.S_MOST] = FAR
    now[k.NOW_ABSENT] = choice.unit[:, k.U_ABSENT].sum()
    return State(
        at=at,
        row=np.full((n_carers + 1, min(n_nodes, MOST_NODES) + 3), -1, dtype=np.int64),
        line=np.zeros((2 * n_carers, k.L_COLS), dtype=np.int64),
        queue=np.zeros((k.QUEUE, 2), dtype=np.int64),
        now=now,
    )


def seeded(seed: Sequence[int]) -> NDArray[np.uint64]:
    """The generator's state for a seed; never zero."""
    words = np.random.SeedSequence(list(seed)).generate_state(1, dtype=np.uint64)
    return np.where(words == 0, np.uint64(88172645463325252), words)
