"""The search of one area: batches of the kernel, and between them the clock and the user."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from routing.engine import kernels_layout as k
from routing.engine.arrays import empty_state
from routing.engine.kernels_layout import State
from routing.engine.kernels_moving import time_all
from routing.engine.kernels_search import anneal, construct
from routing.engine.search_params import SearchParams
from routing.rounds.build import build
from routing.rounds.fair_shares import CLOSINGS, FairShares
from routing.rounds.round_problem import AreaInput, AreaProblem, softened
from routing.rounds.search_progress import InterimMeasures, contact_staff, interim_measures
from routing.rounds.time_consistency import STEPS, UsualTimes
from routing.rounds.warm_start import back_to_best, count_in, load_warm_start

_COMPILING = threading.Lock()
SHARES_UNTIL = 0.7
"""Of the search: colder, a shift that gets dearer is emptied at the price of hours and persons.

0.5 and 0.9 give the same plans of two towns of 150 clients and seven days."""
TRIAL_SHARE = 0.04
"""Of a time limit, for finding out how many iterations fit in it."""
TRIAL_MOST_S = 2.0
"""More tells nothing new, and a limit of a whole night should not be kept waiting for it."""


@dataclass(frozen=True)
class AreaResult:
    """One area's best plan, in nodes."""

    area: AreaProblem
    sequences: tuple[tuple[int, ...], ...]
    """Nodes of each route in order, blocks included."""
    window: k.IntArray
    """(n_nodes, PLAN_COLS) windows that keep all rules across routes: ``PLAN_*`` of the layout."""
    cost: int
    n_iterations: int
    n_asked: int = 0
    n_batches: int = 0
    """How many batches of ``n_asked`` iterations were done."""


def prepared(
    source: AreaInput, rng: np.random.Generator, params: SearchParams | None = None
) -> tuple[AreaProblem, State]:
    """An area's arrays with its first plan: constructed, or what stands of one and the rest."""
    params = params or SearchParams()
    if source.soft is not None:
        return _soft(source, rng, params)
    if source.current is not None:
        return _warm(source, rng, params)
    area, sequences = build(source)
    state = empty_state(area.problem, sequences, params)
    state.scalar[k.SCALAR_COST] = int(
        area.problem.node[area.problem.node[:, k.NODE_KIND] == k.VISIT, k.NODE_ABSENT].sum()
    )
    with _COMPILING:
        time_all(area.problem, state)
        state.scalar[k.SCALAR_COST] += int(state.scalar[k.SCALAR_TIMED])
        state.best_length[:] = state.length
        state.best_seq[:] = state.line[:, :, k.POS_NODE]
        state.best_plan[:] = state.plan
        construct(area.problem, state, rng)
    return area, state


def _warm(
    source: AreaInput, rng: np.random.Generator, params: SearchParams
) -> tuple[AreaProblem, State]:
    """What stands of the plan that is mended, and a place for as much of the rest as can be."""
    with _COMPILING:
        warm = load_warm_start(source)
        area, state = warm.area, warm.state
        state.tune[:] = params.table()
        state.best_length[:] = state.length
        state.best_seq[:] = state.line[:, :, k.POS_NODE]
        state.best_plan[:] = state.plan
        construct(area.problem, state, rng)
        UsualTimes(area).hold_within(state, STEPS[-1][1])
        FairShares(area).lay(state)
    return area, state


def _soft(
    source: AreaInput, rng: np.random.Generator, params: SearchParams
) -> tuple[AreaProblem, State]:
    """The area with its windows at a price; what stands of a plan draws by the price of changes."""
    area, sequences = build(source)
    area = replace(area, problem=softened(source, area.keys, area.problem))
    state = empty_state(area.problem, sequences, params)
    with _COMPILING:
        count_in(area, state)
        state.best_length[:] = state.length
        state.best_seq[:] = state.line[:, :, k.POS_NODE]
        state.best_plan[:] = state.plan
        construct(area.problem, state, rng)
    return area, state


def _hold_starts(area: AreaProblem, state: State) -> None:
    """Make the best plan the present one, each window just the start that the search gave."""
    back_to_best(area, state)
    for column in (k.PLAN_EARLIEST, k.PLAN_LATEST):
        state.plan[:, column] = state.stop[:, k.STOP_START]
    state.best_plan[:] = state.plan


def best_of(
    area: AreaProblem, state: State, n_iterations: int, n_asked: int = 0, n_batches: int = 0
) -> AreaResult:
    """The best plan that the search has kept."""
    if area.source.soft is not None:
        _hold_starts(area, state)
    sequences = tuple(
        tuple(int(u) for u in state.best_seq[r, 1 : 1 + state.best_length[r]])
        for r in range(len(state.length))
    )
    return AreaResult(
        area, sequences, state.best_plan.copy(), int(state.scalar[k.SCALAR_BEST]), n_iterations,
        n_asked, n_batches,
    )  # fmt: skip


def search(
    source: AreaInput,
    seed: Sequence[int],
    n_iterations: int,
    params: SearchParams,
    is_over: Callable[[], bool],
    report_batch: Callable[[float, InterimMeasures], None],
    stop_after: int | None = None,
    on_best: Callable[[AreaResult], None] | None = None,
) -> AreaResult:
    """Construct, then anneal for ``n_iterations``, or ``stop_after`` batches, or until ``is_over``.

    The stream of random numbers depends on ``seed`` only, so the plan is the same whichever
    worker makes it (faults.md D4).
    """
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence(list(seed))))
    area, state = prepared(source, rng, params)
    done, n_done = 0, 0
    if len(area.keys) == 0 or len(source.shifts) == 0:
        return best_of(area, state, 0)
    contact = contact_staff(area)
    ratio = params.cold / params.hot
    n_batches = params.n_batches
    usual, shares = UsualTimes(area), FairShares(area)
    is_new = source.current is None and source.soft is None
    steps = {int(share * n_batches): half_s for share, half_s in STEPS if is_new}
    closings = {int(share * n_batches): least for share, least in CLOSINGS if is_new}
    for batch in range(n_batches):
        if n_iterations == 0 or n_done == stop_after or is_over():
            break
        if batch in closings:
            shares.close(state, rng, closings[batch])
        if batch in steps:
            usual.hold_within(state, steps[batch])
            if batch < SHARES_UNTIL * n_batches:
                shares.lay(state)
        n = n_iterations * (batch + 1) // n_batches - done
        hot = params.hot * ratio ** (batch / n_batches)
        cold = params.hot * ratio ** ((batch + 1) / n_batches)
        if batch == 0:
            with _COMPILING:
                anneal(area.problem, state, rng, 0, hot, cold)
        anneal(area.problem, state, rng, n, hot, cold)
        done += n
        n_done = batch + 1
        if on_best is not None and source.soft is None:  # looking at a soft one would change it
            on_best(best_of(area, state, done))
        report_batch(n_done / n_batches, interim_measures(area, state, contact))
    return best_of(area, state, done, n_iterations, n_done)


def iterations_in(source: AreaInput, seconds: float, params: SearchParams) -> int:
    """How many iterations fit in ``seconds`` here, found by a trial that is thrown away.

    The trial takes a twenty-fifth of the time, but never more than two seconds, in hundreds of
    iterations: one hundred alone is over before a busy machine has given the thread its share,
    and told of 8 000 iterations a second where there were 120 000. What it takes is within
    ``seconds``.
    """
    rng = np.random.Generator(np.random.PCG64(0))
    area, state = prepared(source, rng, params)
    if len(area.keys) == 0 or seconds <= 0:
        return 0
    with _COMPILING:
        anneal(area.problem, state, rng, 0, params.hot, params.cold)
    begun = time.monotonic()
    n, took = 0, 0.0
    enough_s = min(TRIAL_SHARE * seconds, TRIAL_MOST_S)
    while took < enough_s or n == 0:
        anneal(area.problem, state, rng, 100, params.hot, params.cold)
        n += 100
        took = max(time.monotonic() - begun, 1e-6)
    return math.floor(n * max(seconds - took, 0.0) / took)
