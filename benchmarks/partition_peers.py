"""Other ways to divide clients into teams, given what they can take; each returns team numbers.

`best_within` gives a peer as much time as we took: it is run again from another seed while time is
left, in a process of its own that is ended if it does not come back.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.partition_cases import Case, faults, objective
from partition.annealing.annealer import medoids, outside
from partition.annealing.partition_problem import PartitionProblem

Peer = Callable[["Case", int, float], NDArray[np.int64]]
"""Case, seed, and the seconds after which a way that can stop should."""

SMALL = 1000
"""Units above which k-means-constrained gets few iterations, or it would not answer at all."""


def k_means_constrained(case: Case, seed: int, _: float) -> NDArray[np.int64]:
    """k-means with bounds on the number of units: the only bound that it knows."""
    from k_means_constrained import KMeansConstrained

    p = case.problem
    mean = max(1.0, case.n_clients.mean())
    n_units, n_teams = p.linear.shape
    low = min(int(p.low[0, 0] / mean), n_units // n_teams)
    high = max(int(np.ceil(p.high[0, 0] / mean)), -(-n_units // n_teams))
    n_steps = 300 if n_units <= SMALL else 10
    model = KMeansConstrained(
        n_teams, size_min=low, size_max=high, random_state=seed, n_init=1, max_iter=n_steps
    )
    return np.asarray(model.fit_predict(case.xy), dtype=np.int64)


def k_means_repaired(case: Case, seed: int, seconds: float) -> NDArray[np.int64]:
    """k-means, then single units moved where that lessens what lies outside all bounds most."""
    from sklearn.cluster import KMeans

    begin, p = time.perf_counter(), case.problem
    n_teams = p.linear.shape[1]
    team = KMeans(n_teams, random_state=seed, n_init=10).fit_predict(case.xy).astype(np.int64)
    scale = p.price / np.maximum(1, p.price.max())
    for _ in range(3 * len(team)):
        wrong = (np.abs(outside(p, team)) * scale).sum(axis=1)
        if not wrong.any() or time.perf_counter() - begin > seconds:
            break
        middle = medoids(p, team)
        used = np.zeros_like(p.low)
        np.add.at(used, team, p.load)
        left = _faults(used[team] - p.load, p, scale) - wrong[team]
        joined = _faults(used[None] + p.load[:, None], p, scale) - wrong[None]
        change = left[:, None] + joined
        change[np.arange(len(team)), team] = np.inf
        detour = p.dist[:, middle] - p.dist[np.arange(len(team)), middle[team]][:, None]
        change = np.where(change < -1e-9, change / np.maximum(1, detour + detour.min() + 1), np.inf)
        i, k = np.unravel_index(int(change.argmin()), change.shape)
        if not np.isfinite(change[i, k]):
            break
        team[i] = k
    return team


def _faults(used: Any, p: PartitionProblem, scale: Any) -> Any:
    over = np.maximum(used - p.high[0], 0) + np.maximum(p.low[0] - used, 0)
    return (over * scale).sum(axis=-1)


def spopt_max_p(case: Case, seed: int, _: float) -> NDArray[np.int64]:
    """Spopt's MaxP: contiguous regions above a floor of one attribute, their number its own."""
    import geopandas as gpd
    from libpysal.weights import KNN
    from spopt.region import MaxPHeuristic

    p = case.problem
    frame = gpd.GeoDataFrame(
        {"x": case.xy[:, 0], "y": case.xy[:, 1], "load": p.load[:, 1]},
        geometry=gpd.points_from_xy(*case.xy.T),
    )
    weights = KNN.from_dataframe(frame, k=8, silence_warnings=True)
    np.random.seed(seed)
    model = MaxPHeuristic(frame, weights, ["x", "y"], "load", int(p.low[0, 1]), top_n=2)
    model.solve()
    _, team = np.unique(np.asarray(model.labels_), return_inverse=True)
    return np.asarray(team, dtype=np.int64)


PEERS: dict[str, Peer] = {
    "k-means-constrained": k_means_constrained,
    "KMeans + repair": k_means_repaired,
    "spopt MaxP": spopt_max_p,
}


@dataclass(frozen=True)
class Answer:
    """The best of a peer's runs, or why there is none."""

    team: NDArray[np.int64] | None
    n_runs: int
    seconds: float
    trouble: str = ""


def best_within(name: str, case: Case, seconds: float, patience: float) -> Answer:
    """The best of as many runs as fit in ``seconds``; the first may take ``patience`` times that.

    Best is fewest teams outside the bounds, then the lowest objective.
    """
    here, there = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(
        target=_many_runs, args=(there, name, case, seconds)
    )
    begin = time.perf_counter()
    process.start()
    there.close()
    try:
        if here.poll(max(seconds * patience, seconds + 5)):
            team, n_runs, trouble = here.recv()
        else:
            team, n_runs, trouble = None, 0, "no answer"
    except EOFError:
        team, n_runs, trouble = None, 0, "ended without an answer"
    process.kill()
    process.join()
    return Answer(team, n_runs, time.perf_counter() - begin, trouble)


def _many_runs(pipe: Any, name: str, case: Case, seconds: float) -> None:
    begin, n_runs = time.perf_counter(), 0
    best: tuple[int, int] | None = None
    best_team: NDArray[np.int64] | None = None
    trouble = ""
    while True:
        try:
            team = PEERS[name](case, 1 + n_runs, seconds)
        except (ImportError, LookupError, RuntimeError, TypeError, ValueError) as error:
            trouble = type(error).__name__
            break
        n_runs += 1
        found = (sum(faults(case.problem, team)), objective(case.problem, team))
        if best is None or found < best:
            best, best_team = found, team
        spent = time.perf_counter() - begin
        if spent * (n_runs + 1) / n_runs > seconds:
            break
    pipe.send((best_team, n_runs, trouble))
