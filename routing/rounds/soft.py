"""Soft rounds: when not every window can be kept, say how late, and choose what costs least.

A hard window that nobody can keep helps no one. Here lateness (each minute, and the worst of
all), waiting, overtime, the longest idle time, a missed break and a visit left out each have a
price. Routes are timed exactly for these prices (`kernels_soft_route`); pairs of visits hang
together by a least and a most lag. When a planner wants it: ``docs/uhhc.md``.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from routing.rounds import kernels_soft_layout as k
from routing.rounds.kernels_soft_layout import IntArray, SoftMemory, SoftProblem, SoftState
from routing.rounds.problem import pack

N_NEAR = 60
WIDEST = 64


@dataclass(frozen=True, slots=True)
class SoftVisit:
    """One carer's part of a visit.

    Attributes
    ----------
    place : int
        Row of the travel table.
    duration : int
    windows : tuple of (earliest start, latest start without lateness)
        One or two, in order. Nothing starts before the first window.
    carers : mapping of route to price
        Who may come, and what she costs.
    """

    place: int
    duration: int
    windows: tuple[tuple[int, int], ...]
    carers: dict[int, int]


@dataclass(frozen=True, slots=True)
class SoftGroup:
    """Visits planned all or none; two may hang together by a lag between their starts."""

    visits: tuple[SoftVisit, ...]
    absent: int
    """What leaving the group out costs."""
    lag: tuple[int, int] | None = None
    """Least and most of (second start - first start), by different carers; None: independent."""


@dataclass(frozen=True, slots=True)
class SoftRoute:
    """One carer's shift."""

    from_place: int
    to_place: int
    start: int
    end: int
    has_break: bool


@dataclass(frozen=True, slots=True)
class SoftPrices:
    """What each unit of time, or each piece, costs."""

    travel: int = 1
    late: int = 0
    worst: int = 0
    wait: int = 0
    over: int = 0
    idle: int = 0
    no_break: int = 0
    break_from: int = 0
    break_latest: int = 0
    break_duration: int = 0


@dataclass(frozen=True)
class SoftModel:
    """A soft rounds problem. Visits are numbered in the order of the groups."""

    groups: tuple[SoftGroup, ...]
    routes: tuple[SoftRoute, ...]
    legs: IntArray
    """(n_places, n_places)"""
    prices: SoftPrices

    @property
    def visits(self) -> list[SoftVisit]:
        """All visits in order of their numbers."""
        return [visit for group in self.groups for visit in group.visits]


@dataclass(frozen=True)
class SoftPlan:
    """Routes as visit numbers in order (-1: the break), with the window each visit keeps to."""

    cost: int
    sequences: tuple[tuple[int, ...], ...]
    second_window: tuple[bool, ...]
    starts: dict[int, int] = field(default_factory=dict)
    """Pinned starts of visits that hang together."""
    n_iterations: int = 0


def _nodes(model: SoftModel) -> tuple[IntArray, list[list[int]]]:
    rows: list[list[int]] = []
    groups: list[list[int]] = []
    for g, group in enumerate(model.groups):
        first = len(rows)
        groups.append(list(range(first, first + len(group.visits))))
        for i, visit in enumerate(group.visits):
            row = [0] * k.S_COLS
            row[k.S_LOC], row[k.S_DUR] = visit.place, visit.duration
            row[k.S_FROM], row[k.S_DUE] = visit.windows[0]
            row[k.S_FROM2], row[k.S_DUE2] = visit.windows[1] if visit.windows[1:] else (-1, -1)
            row[k.S_GROUP], row[k.S_MATE] = g, -1
            if group.lag is not None:
                least, most = group.lag
                row[k.S_MATE] = first + 1 - i
                row[k.S_LAG_MIN] = least if i == 0 else -most
                row[k.S_LAG_MAX] = most if i == 0 else -least
            rows.append(row)
    return np.array(rows, dtype=np.int64), groups


def _near(model: SoftModel, node: IntArray) -> IntArray:
    """For each visit the others, nearest first, by travel and a quarter of the gap in time."""
    place, middle = node[:, k.S_LOC], (node[:, k.S_FROM] + node[:, k.S_DUE]) // 2
    far = model.legs[np.ix_(place, place)].astype(np.float64)
    far = np.minimum(far, far.T) + 0.25 * np.abs(middle[:, None] - middle[None, :])
    np.fill_diagonal(far, np.inf)
    n = min(N_NEAR, len(node) - 1)
    return np.ascontiguousarray(np.argsort(far, axis=1, kind="stable")[:, :n].astype(np.int64))


def build(model: SoftModel) -> SoftProblem:
    """Lay the model out in arrays."""
    node, groups = _nodes(model)
    carers = [sorted(visit.carers.items(), key=lambda pair: pair[::-1]) for visit in model.visits]
    cand_ptr, _ = pack([[0] * len(one) for one in carers])
    flat = [pair for one in carers for pair in one]
    carer = np.full((len(node), len(model.routes)), -1, dtype=np.int64)
    for u, one in enumerate(carers):
        for r, what in one:
            carer[u, r] = what
    group_ptr, group = pack(groups)
    route = np.zeros((len(model.routes), k.T_COLS), dtype=np.int64)
    for r, shift in enumerate(model.routes):
        route[r, : k.T_BREAK + 1] = (
            shift.from_place, shift.to_place, shift.start, shift.end, shift.has_break,
        )  # fmt: skip
    prices = model.prices
    price = np.zeros(k.W_SIZE, dtype=np.int64)
    price[: k.LATE_PER_WAIT] = (
        prices.travel, prices.late, prices.worst, prices.wait, prices.over, prices.idle,
        prices.no_break, prices.break_from, prices.break_latest, prices.break_duration,
    )  # fmt: skip
    price[k.LATE_PER_WAIT] = -(-prices.wait // prices.late) if prices.late else len(node) + 1
    return SoftProblem(
        node=node,
        route=route,
        leg=np.ascontiguousarray(model.legs, dtype=np.int64),
        cand_ptr=cand_ptr,
        cand=np.array(flat, dtype=np.int64).reshape(-1, 2),
        carer=carer,
        group_ptr=group_ptr,
        group=group,
        absent=np.array([g.absent for g in model.groups], dtype=np.int64),
        near=_near(model, node),
        price=price,
    )


def empty_state(problem: SoftProblem) -> tuple[SoftState, SoftMemory]:
    """Nothing planned."""
    n_nodes, n_routes, n_groups = len(problem.node), len(problem.route), len(problem.absent)
    width = min(n_nodes, WIDEST) + 8

    def zeros(*shape: int) -> IntArray:
        return np.zeros(shape, dtype=np.int64)

    at = zeros(n_nodes, k.A_COLS)
    at[:, k.A_ROUTE], at[:, k.A_HI] = -1, k.FAR
    state = SoftState(
        seq=zeros(n_routes, width), length=zeros(n_routes), mark=zeros(n_routes, k.K_COLS), at=at,
        stop=zeros(n_routes, width, 2), now=zeros(k.O_SIZE), work=zeros(k.WORK_ROWS, width),
        pool=zeros(2, n_groups + 8), touched=zeros(n_routes), slot=zeros(16, 5),
    )  # fmt: skip
    memory = SoftMemory(
        seq=zeros(n_routes, width), length=zeros(n_routes), mark=zeros(n_routes, k.K_COLS),
        at=at.copy(), stop=zeros(n_routes, width, 2), now=zeros(k.O_SIZE),
        best_seq=zeros(n_routes, width), best_length=zeros(n_routes), best_at=at.copy(),
    )  # fmt: skip
    return state, memory


def best_plan(problem: SoftProblem, memory: SoftMemory, n_iterations: int) -> SoftPlan:
    """The best plan found so far; who has no visits has a break at the base where it fits."""
    from routing.rounds.kernels_soft_route import at_base

    routes = [
        tuple(int(u) for u in memory.best_seq[r, : memory.best_length[r]])
        for r in range(len(memory.best_length))
    ]
    sequences = tuple(
        one if set(one) - {k.NO_NODE} else (k.NO_NODE,) * bool(at_base(problem, r))
        for r, one in enumerate(routes)
    )
    at = memory.best_at
    pinned = np.flatnonzero((at[:, k.A_ROUTE] >= 0) & (at[:, k.A_LO] == at[:, k.A_HI]))
    return SoftPlan(
        cost=int(memory.now[k.O_BEST]),
        sequences=sequences,
        second_window=tuple(bool(w) for w in at[:, k.A_WINDOW]),
        starts={int(u): int(at[u, k.A_LO]) for u in pinned},
        n_iterations=n_iterations,
    )


@dataclass(frozen=True, slots=True)
class SoftEffort:
    """How long, and how warm."""

    seconds: float = 10.0
    n_iterations: int | None = None
    """Instead of seconds; the same number and seed make the same plan."""
    is_cpu_time: bool = False
    """Count the seconds of this thread, not of the wall: for benchmarks on shared machines."""
    hot: float = 2.0
    """First temperature, in the first plan's cost per visit."""
    cold: float = 0.02


def solve(
    model: SoftModel,
    seed: int = 1,
    effort: SoftEffort | None = None,
    is_stopping: Callable[[], bool] = lambda: False,
) -> SoftPlan:
    """Search for the plan that costs least.

    Parameters
    ----------
    model : SoftModel
    seed : int
    effort : SoftEffort, optional
    is_stopping : callable
        Looked at between batches.
    """
    from routing.rounds.kernels_soft_search import anneal

    chosen = effort or SoftEffort()
    problem = build(model)
    state, memory = empty_state(problem)
    rng = np.random.Generator(np.random.PCG64(seed))
    anneal(problem, state, memory, rng, 1, 1.0, 1.0)
    top = chosen.hot * max(float(memory.now[k.O_BEST]), 1.0) / len(problem.node)
    clock = time.thread_time if chosen.is_cpu_time else time.perf_counter
    began, done, share, batch = clock(), 0, 0.0, 64
    fall = chosen.cold / chosen.hot
    while share < 1.0 and not is_stopping():
        if chosen.n_iterations is not None:
            batch = min(1024, chosen.n_iterations - done)
            after = (done + batch) / max(chosen.n_iterations, 1)
        else:
            after = share
        anneal(problem, state, memory, rng, batch, top * fall**share, top * fall**after)
        done += batch
        if chosen.n_iterations is not None:
            share = done / max(chosen.n_iterations, 1)
        else:
            share = (clock() - began) / max(chosen.seconds, 1e-9)
    return best_plan(problem, memory, done)
