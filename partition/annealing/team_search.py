"""Multi-start annealing with region re-annealing: the driver of the kernels.

Every start has its own stream of random numbers, derived from the seed and the start's number,
and the best is chosen by cost and then number: so one seed gives one division whatever the number
of workers. Under a time limit only whole rounds are made, and `Division.n_rounds` replays them.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from data.progress import Progress
from partition.annealing.annealer import (
    AnnealParams,
    Division,
    OutOfTimeError,
    cost_of,
    make_annealer,
    unit_scale,
)
from partition.annealing.bounds_repair import repaired
from partition.annealing.initial_solutions import cut_start
from partition.annealing.partition_problem import PartitionProblem
from partition.annealing.region_search import N_SIDE_BY_SIDE, improved
from partition.annealing.time_limit import limit_after


def divide(
    problem: PartitionProblem,
    *,
    seed: int = 0,
    workers: int = 1,
    n_rounds: int | None = None,
    time_limit_s: float | None = None,
    warm_start: NDArray[np.int64] | None = None,
    params: AnnealParams | None = None,
    held_back: float = 0.5,
    progress: Progress | None = None,
) -> Division:
    """Divide the units of ``problem``: starts, region re-annealing, repair.

    Parameters
    ----------
    n_rounds : int, optional
        Region re-annealings after the starts; replays a run that stopped on time.
    time_limit_s : float, optional
        Only whole rounds are used, and what is outside the bounds is mended after them. 0 gives
        the first start alone.
    held_back : float
        Times what the starts took: how long before the limit the rounds end, so that there is
        time for the repair, and for what the caller does afterwards.
    warm_start : ndarray, int64, shape (n,), optional
        A division to keep near; one more start, annealed from a low temperature.
    """
    params = params or AnnealParams()
    progress = progress or Progress()
    limit = limit_after(time_limit_s, progress)
    scale = unit_scale(problem)
    n_units = len(problem.weight)
    n_steps = params.iterations_per_unit * n_units

    def start(number: int) -> tuple[NDArray[np.int64], int, int]:
        # The first start is made whatever it takes: something must be answered.
        annealer = make_annealer(problem, [seed, 1, number], params, limit if number > 0 else None)
        if warm_start is not None and number == 0:
            team, cost = annealer.anneal(
                warm_start, n_steps, scale * params.warm, scale * params.cold
            )
            return team, cost, annealer.n_iterations
        try:
            if number > 0 and limit.is_over():
                raise OutOfTimeError
            team = cut_start(problem, annealer.rng)
            team, cost = annealer.anneal_leniently(team, n_steps, params.hot, params)
        except OutOfTimeError:
            return np.zeros(0, dtype=np.int64), 2**62, annealer.n_iterations
        return team, cost, annealer.n_iterations

    n_starts = min(params.n_starts, 2) if n_units > params.many_units else params.n_starts
    n_starts += warm_start is not None
    with ThreadPoolExecutor(max_workers=max(1, workers)) as threads:
        results = list(threads.map(start, range(n_starts)))
    number = min(range(n_starts), key=lambda q: (results[q][1], q))
    progress.report(0.5, "Lagens första gränser är dragna")
    most = n_rounds
    if most is None:
        most = params.n_rounds if time_limit_s is None else 2**31
    division = Division(*results[number][:2], sum(result[2] for result in results), 0)
    limit = limit.earlier(held_back * limit.spent_s())
    with ThreadPoolExecutor(max_workers=max(1, min(workers, N_SIDE_BY_SIDE))) as threads:
        division = improved(problem, division, [seed, 2], params, most, limit, threads)
    team, n_repair = repaired(problem, division.team, [seed], params)
    progress.report(1.0, "Lagens gränser är färdiga")
    n_tried = division.n_iterations + n_repair
    return Division(team, cost_of(problem, team), n_tried, division.n_rounds)
