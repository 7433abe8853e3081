"""The search for the pure problem: anneal several plans, let them breed, mix the routes seen."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from routing.vrptw.herd import best_routes, clear, empty_herd, empty_local
from routing.vrptw.instance import SCALE, Instance
from routing.vrptw.kernels_herd import adopt, breed
from routing.vrptw.kernels_layout import (
    BEST,
    FAR,
    H_BEST,
    H_SINCE,
    NODE,
    NOW_SIZE,
    SEEN_SIZE,
    Herd,
    IntArray,
    Kept,
    Local,
    Vrptw,
    VrptwState,
)
from routing.vrptw.kernels_vrptw import anneal, construct, load_plan
from routing.vrptw.recombine import recombine

N_KEPT_MOST = 1 << 15
CONSTRUCT_TRIES, SPARE_ROUTES = 5, 10
CHILDREN_AT_ONCE = 10


@dataclass(frozen=True, slots=True)
class VrptwParams:
    """Temperatures are in distance units; times are shares of what is left of the limit."""

    hot: float = 10.0
    hot_large: float = 100.0
    """Where one annealing is all: it may begin far hotter than those that only seed a herd."""
    cold: float = 1.0
    n_seeds: int = 10
    """Plans annealed, each from a start of its own, before they breed."""
    seeds_share: float = 0.5
    stale_after: int = 1000
    """Children without a better one before the best plan is annealed again."""
    n_reheats: int = 4
    """Such annealings in a row without a better plan before another herd is seeded."""
    reheat: float = 3.0
    reheat_share: float = 0.04
    breed_to: ClassVar[int] = 400
    """Customers; above, one long annealing gains more than breeding in half a minute."""
    mix_share: float = 0.03


@dataclass(frozen=True)
class VrptwResult:
    """Routes without the depot, their distance in tenths, and the iterations of annealing made."""

    routes: tuple[tuple[int, ...], ...]
    cost: int
    n_iterations: int
    iterations_per_s: float = 0.0
    n_children: int = 0


def problem_of(instance: Instance) -> Vrptw:
    """The instance as arrays."""
    distance = instance.distance
    near = np.argsort(distance[:, 1:], axis=1, kind="stable") + 1
    code = np.random.default_rng(7).integers(1, 1 << 40, len(instance.x))
    return Vrptw(
        distance, instance.demand, instance.service, instance.ready, instance.due,
        np.ascontiguousarray(near), code,
        np.array([instance.capacity, instance.n_vehicles], dtype=np.int64),
    )  # fmt: skip


def first_plan(problem: Vrptw, rng: np.random.Generator) -> VrptwState:
    """A state with a constructed plan, in as many vehicles as allowed or else as needed.

    A large plan is laid out anew with few routes to spare: what is remembered of every customer
    and route should lie close together.
    """
    for n_routes in (int(problem.limit[1]), len(problem.demand)):
        state = empty_state(problem, n_routes)
        if construct(problem, state, rng):
            break
    n_wanted = int(np.count_nonzero(state.length)) + SPARE_ROUTES
    if n_wanted < n_routes and len(problem.demand) > VrptwParams.breed_to:
        routes, state = _routes(state), empty_state(problem, n_wanted)
        _use(problem, state, routes)
    return state


def empty_state(problem: Vrptw, n_routes: int) -> VrptwState:
    """Arrays for ``n_routes`` routes, all empty."""
    n = len(problem.demand)
    width = n + 3 if n <= 220 else 122

    def zeros(*shape: int) -> IntArray:
        return np.zeros(shape, dtype=np.int64)

    return VrptwState(
        gap=zeros(n_routes, width, 4), length=zeros(n_routes), load=zeros(n_routes),
        cost=zeros(n_routes), where=zeros(n) - 1, pool=zeros(n), key=zeros(n),
        touched=zeros(n_routes), touched_at=zeros(n_routes), old_seq=zeros(n_routes, width),
        old_length=zeros(n_routes), old_cost=zeros(n_routes), version=zeros(n_routes),
        old_version=zeros(n_routes),
        seen=zeros(n, n_routes, SEEN_SIZE),
        best_seq=zeros(n_routes, width), best_length=zeros(n_routes),
        option=zeros(n_routes), optioned_at=zeros(n_routes), now=zeros(NOW_SIZE),
    )  # fmt: skip


@dataclass
class Search:
    """What the parts of a search share."""

    problem: Vrptw
    state: VrptwState
    kept: Kept
    rng: np.random.Generator
    clock: Callable[[], float]
    params: VrptwParams
    best: int
    routes: list[list[int]]
    n_iterations: int = 0
    n_children: int = 0
    annealed_s: float = 0.0

    def take(self, cost: int, routes: list[list[int]]) -> None:
        """Keep these routes where they are the best."""
        if cost < self.best:
            self.best, self.routes = cost, routes


def solve(
    instance: Instance,
    time_limit_s: float,
    seed: int = 0,
    params: VrptwParams | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> VrptwResult:
    """The shortest plan found within the time, by distance only.

    Anytime: what is returned is the best seen when the time was up.
    """
    params = params or VrptwParams()
    begun = clock()
    rng = np.random.Generator(np.random.PCG64(seed))
    problem = problem_of(instance)
    state = first_plan(problem, rng)
    n = len(problem.demand)
    kept = Kept(
        np.zeros(N_KEPT_MOST, dtype=np.int64), np.zeros(N_KEPT_MOST, dtype=np.int64),
        np.zeros((N_KEPT_MOST, n + 3 if n <= 402 else state.gap.shape[1]), dtype=np.int64),
    )  # fmt: skip
    best, routes = int(state.now[BEST]), _routes(state)
    search = Search(problem, state, kept, rng, clock, params, best, routes)
    end = begun + time_limit_s
    if 3 < n <= params.breed_to:
        _breed(search, instance, end - params.mix_share * time_limit_s)
        _mix(search, end - clock())
    else:
        _anneal(search, params.hot_large, end)
    speed = search.n_iterations / max(search.annealed_s, 1e-9)
    found = tuple(tuple(route) for route in search.routes)
    return VrptwResult(found, search.best, search.n_iterations, speed, search.n_children)


def _breed(search: Search, instance: Instance, end: float) -> None:
    """Seed a herd and let it breed until it is stale, and again, until the end."""
    herd = empty_herd(instance, len(search.state.length))
    reheat_s = search.params.reheat_share * (end - search.clock())
    local = empty_local(search.problem, len(search.state.length))
    while search.clock() < end:
        clear(herd)
        herd.now[H_BEST] = FAR
        _seed(search, herd, local, end)
        best, n_reheats = FAR, 0
        while search.clock() < end and n_reheats <= search.params.n_reheats:
            breed(search.problem, herd, local, search.kept, search.rng, CHILDREN_AT_ONCE)
            search.n_children += CHILDREN_AT_ONCE
            if herd.now[H_SINCE] >= search.params.stale_after:
                n_reheats = n_reheats + 1 if herd.now[H_BEST] == best else 0
                best = int(herd.now[H_BEST])
                _reheat(search, herd, local, reheat_s)
        search.take(int(herd.now[H_BEST]), best_routes(herd))


def _seed(search: Search, herd: Herd, local: Local, end: float) -> None:
    """Anneal plans from several starts into the herd."""
    begun, params = search.clock(), search.params
    seconds = params.seeds_share * (end - begun) / params.n_seeds
    for k in range(params.n_seeds):
        if (search.n_iterations > 0 or k > 0) and not _start_anew(
            search.problem, search.state, search.rng
        ):
            _use(search.problem, search.state, search.routes)
        _anneal(search, params.hot, begun + (k + 1) * seconds)
        state = search.state
        adopt(search.problem, herd, local, search.kept, state.best_seq, state.best_length)
        if search.clock() >= end:
            break


def _reheat(search: Search, herd: Herd, local: Local, seconds: float) -> None:
    """Anneal the herd's best plan; what comes of it joins the herd."""
    state = search.state
    _use(search.problem, state, best_routes(herd))
    _anneal(search, search.params.reheat, search.clock() + seconds)
    now = np.ascontiguousarray(state.gap[:, :, NODE])
    adopt(search.problem, herd, local, search.kept, now, state.length)
    if state.now[BEST] < herd.now[H_BEST]:
        adopt(search.problem, herd, local, search.kept, state.best_seq, state.best_length)
    herd.now[H_SINCE] = 0


def _use(problem: Vrptw, state: VrptwState, routes: list[list[int]]) -> None:
    """Start on from these routes."""
    state.best_length[:] = 0
    for r, route in enumerate(routes):
        state.best_length[r] = len(route)
        state.best_seq[r, 1 : 1 + len(route)] = route
    load_plan(problem, state)


def _routes(state: VrptwState) -> list[list[int]]:
    return [state.best_seq[r, 1 : 1 + n].tolist() for r, n in enumerate(state.best_length) if n > 0]


def _start_anew(problem: Vrptw, state: VrptwState, rng: np.random.Generator) -> bool:
    """Empty every route and construct another plan; False where the vehicles did not suffice."""
    for _ in range(CONSTRUCT_TRIES):
        state.length[:] = 0
        state.where[:] = -1
        if construct(problem, state, rng):
            return True
    return False


def _mix(search: Search, seconds: float) -> None:
    """The best mixture of the routes seen, where it is better."""
    kept, filled = search.kept, np.flatnonzero(search.kept.hash)
    if seconds <= 0 or len(filled) == 0:
        return
    n = len(search.problem.demand)
    better = recombine(n, kept.cost[filled], kept.seq[filled], search.best, seconds)
    if better is not None:
        _use(search.problem, search.state, better)
        search.take(int(search.state.now[BEST]), better)


def _anneal(search: Search, hot: float, until: float) -> None:
    """Cool from ``hot`` until the clock says so."""
    start, cold = search.clock(), search.params.cold
    seconds, n = max(until - start, 1e-9), 300
    while (now := search.clock()) < until:
        t = SCALE * hot * (cold / hot) ** min((now - start) / seconds, 1.0)
        anneal(search.problem, search.state, search.kept, search.rng, n, t, t)
        search.n_iterations += n
        took = max(search.clock() - now, 1e-6)
        n = int(min(max(n * min(seconds / 50, 0.1) / took, 50), 50_000))
    search.annealed_s += search.clock() - start
    search.take(int(search.state.now[BEST]), _routes(search.state))
