"""The best times of all routes together, once their sequences are chosen: one linear program.

Within `routing.rounds.soft` each route is timed by itself, with the starts of visits that hang
together pinned. Here every start is free at once, with the worst lateness and the longest idle
time in the objective. All constraints are differences of two variables, so the matrix is that of
a network and the best vertex is whole numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.rounds.soft import SoftModel, SoftPlan

BREAK = -1


@dataclass(frozen=True)
class TimedPlan:
    """A plan with a start for every stop.

    Attributes
    ----------
    starts : tuple of tuple of int
        For each route, the start of each stop of its sequence (breaks too).
    places : tuple of tuple of int
        Where each stop is; a break is where the next visit is, or the last.
    """

    sequences: tuple[tuple[int, ...], ...]
    starts: tuple[tuple[int, ...], ...]
    places: tuple[tuple[int, ...], ...]


class _Rows:
    """Constraints ``a - b <= c`` or ``a <= c`` for a sparse linear program."""

    def __init__(self) -> None:
        self.rows: list[int] = []
        self.columns: list[int] = []
        self.values: list[float] = []
        self.bounds: list[float] = []

    def add(self, plus: int, minus: int | None, most: float) -> None:
        at = len(self.bounds)
        self.rows.append(at)
        self.columns.append(plus)
        self.values.append(1.0)
        if minus is not None:
            self.rows.append(at)
            self.columns.append(minus)
            self.values.append(-1.0)
        self.bounds.append(most)


def places_of(model: SoftModel, route: int, sequence: Sequence[int]) -> tuple[int, ...]:
    """Where each stop of a sequence is."""
    visits, found = model.visits, []
    here = model.routes[route].from_place
    for i, u in enumerate(sequence):
        if u != BREAK:
            here = visits[u].place
        elif i + 1 < len(sequence):
            here = visits[sequence[i + 1]].place
        found.append(here)
    return tuple(found)


def retime(model: SoftModel, plan: SoftPlan) -> TimedPlan:
    """Choose all starts at once.

    Raises
    ------
    ValueError
        Where no times keep the sequences, the windows chosen and the lags.
    """
    from scipy.optimize import linprog
    from scipy.sparse import coo_array

    stops = [(r, i) for r, seq in enumerate(plan.sequences) for i in range(len(seq))]
    column = {stop: c for c, stop in enumerate(stops)}
    places = tuple(places_of(model, r, seq) for r, seq in enumerate(plan.sequences))
    n_stops, n_routes = len(stops), len(plan.sequences)
    n = 2 * n_stops + n_routes + 2
    price, low = np.zeros(n), np.zeros(n)
    high: NDArray[np.float64] = np.full(n, np.inf)
    worst, idlest = n - 2, n - 1
    prices = model.prices
    price[worst], price[idlest] = prices.worst, prices.idle
    rows = _Rows()
    where: dict[int, int] = {}
    for r, seq in enumerate(plan.sequences):
        over = 2 * n_stops + r
        price[over] = prices.over
        _route(model, r, seq, places[r], column, over, idlest, price, low, rows)
        for i, u in enumerate(seq):
            c = column[r, i]
            if u == BREAK:
                low[c] = max(low[c], prices.break_from)
                high[c] = prices.break_latest
                continue
            where[u] = c
            window = model.visits[u].windows[1 if plan.second_window[u] else 0]
            low[c] = max(low[c], window[0])
            late = n_stops + c
            price[late] = prices.late
            rows.add(c, late, window[1])
            rows.add(late, worst, 0)
    _lags(model, where, rows)
    matrix = coo_array(
        (rows.values, (rows.rows, rows.columns)), shape=(len(rows.bounds), n)
    ).tocsr()
    found = linprog(
        price, A_ub=matrix, b_ub=rows.bounds, bounds=np.column_stack([low, high]), method="highs"
    )
    if found.x is None:
        raise ValueError("no times keep these sequences")
    times = np.rint(found.x).astype(np.int64)
    starts = tuple(
        tuple(int(times[column[r, i]]) for i in range(len(seq)))
        for r, seq in enumerate(plan.sequences)
    )
    return TimedPlan(plan.sequences, starts, places)


def _stay(model: SoftModel, u: int) -> int:
    return model.prices.break_duration if u == BREAK else model.visits[u].duration


def _route(
    model: SoftModel,
    r: int,
    seq: Sequence[int],
    places: Sequence[int],
    column: dict[tuple[int, int], int],
    over: int,
    idlest: int,
    price: NDArray[np.float64],
    low: NDArray[np.float64],
    rows: _Rows,
) -> None:
    """Order, waiting, overtime and idle time of one route."""
    shift, legs = model.routes[r], model.legs
    length = shift.end - shift.start
    if not seq:
        low[idlest] = max(low[idlest], length)
        return
    first, last = column[r, 0], column[r, len(seq) - 1]
    low[first] = max(low[first], shift.start + legs[shift.from_place, places[0]])
    price[last] += model.prices.wait
    price[first] -= model.prices.wait
    busy = int(legs[shift.from_place, places[0]])
    for i, u in enumerate(seq):
        busy += _stay(model, u)
        if i + 1 < len(seq):
            way = int(legs[places[i], places[i + 1]])
            busy += way
            rows.add(column[r, i], column[r, i + 1], -(_stay(model, u) + way))
    home = int(legs[places[-1], shift.to_place])
    busy += home
    rows.add(last, over, shift.end - _stay(model, seq[-1]) - home)
    rows.add(over, idlest, busy - length)
    low[idlest] = max(low[idlest], length - busy)


def _lags(model: SoftModel, where: dict[int, int], rows: _Rows) -> None:
    first = 0
    for group in model.groups:
        if group.lag is not None and first in where:
            one, other = where[first], where[first + 1]
            rows.add(one, other, -group.lag[0])
            rows.add(other, one, group.lag[1])
        first += len(group.visits)
