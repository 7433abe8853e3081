"""Where the annealing begins: our cut by work beside scikit-learn's clusterings, same search after.

Part of ``python -m benchmarks.partition --only starts``. Each start is annealed with the same
number of steps and rounds from the same seeds; what counts is the objective at the end. Silhouettes
(doi 10.1016/0377-0427(87)90125-7) over travel times are told of the finished division: they say how
compact it looks, and nothing of bounds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import Row
from benchmarks.partition_cases import Case, objective
from partition.annealing.annealer import AnnealParams
from partition.annealing.initial_solutions import cut_start, fill_empty
from partition.annealing.partition_problem import PartitionProblem
from partition.annealing.team_search import divide

Start = Callable[[PartitionProblem, np.random.Generator], NDArray[np.int64]]
NEIGHBOURS = 8
"""Of each unit in the graph that agglomeration may join along; 5 leaves parts, 12 joins rivers."""
N_ROUNDS = 40


def starts_of(case: Case) -> Mapping[str, Start]:
    """Each start by its name, as `divide` calls it."""
    from sklearn.cluster import AgglomerativeClustering, BisectingKMeans, KMeans
    from sklearn.neighbors import NearestNeighbors

    n_teams = case.problem.linear.shape[1]
    between = (case.problem.dist + case.problem.dist.T) / 2.0

    def drawn(rng: np.random.Generator) -> int:
        return int(rng.random() * 2**31)

    def labels(team: NDArray[np.int32]) -> NDArray[np.int64]:
        return fill_empty(case.problem, team.astype(np.int64))

    def bisecting(_: PartitionProblem, rng: np.random.Generator) -> NDArray[np.int64]:
        kind = BisectingKMeans(
            n_teams, random_state=drawn(rng), bisecting_strategy="largest_cluster"
        )
        return labels(kind.fit_predict(case.xy))

    def k_means(_: PartitionProblem, rng: np.random.Generator) -> NDArray[np.int64]:
        return labels(KMeans(n_teams, random_state=drawn(rng), n_init=1).fit_predict(case.xy))

    def agglomerative(_: PartitionProblem, __: np.random.Generator) -> NDArray[np.int64]:
        near = NearestNeighbors(n_neighbors=NEIGHBOURS, metric="precomputed").fit(between)
        graph = near.kneighbors_graph(mode="connectivity")
        kind = AgglomerativeClustering(
            n_teams, metric="precomputed", linkage="average", connectivity=graph + graph.T
        )
        return labels(kind.fit_predict(between))

    return {
        "cut by work": cut_start, "BisectingKMeans": bisecting, "KMeans": k_means,
        "Agglomerative, connectivity": agglomerative,
    }  # fmt: skip


def start_rows(case: Case, n_seeds: int) -> list[Row]:
    """One row: our start's objective at the end, and the others' in per cent of it."""
    ends: dict[str, float] = {}
    told: dict[str, float | str] = {}
    for name, start in starts_of(case).items():
        costs, begins, shapes, cpu = [], [], [], time.process_time()
        for seed in range(1, n_seeds + 1):
            begins.append(objective(case.problem, start(case.problem, np.random.default_rng(seed))))
            with patch("partition.annealing.team_search.cut_start", start):
                found = divide(case.problem, seed=seed, n_rounds=N_ROUNDS, workers=2)
            costs.append(found.cost)
            shapes.append(_silhouette(case, found.team))
        cpu = time.process_time() - cpu
        ends[name] = float(np.mean(costs))
        told[name] = (
            f"{100 * ends[name] / ends['cut by work']:.1f} %, from "
            f"{np.mean(begins) / ends['cut by work']:.1f} ×, silhouette "
            f"{np.mean(shapes):.3f}, {cpu / n_seeds:.1f} CPU s"
        )
    best = ends["cut by work"] <= min(ends.values())
    work = f"{case.name}: objective after {N_ROUNDS} rounds from our start, mean of {n_seeds} seeds"
    ours = ends["cut by work"] / 1000
    return [Row(work, ours, "1000 s or m", "no start ends lower", best, told)]


def _silhouette(case: Case, team: NDArray[np.int64]) -> float:
    from sklearn.metrics import silhouette_score

    between = (case.problem.dist + case.problem.dist.T) / 2.0
    np.fill_diagonal(between, 0.0)
    return float(silhouette_score(between, team, metric="precomputed"))


TRIED: Mapping[str, tuple[float, float]] = {
    "n_starts": (2, 8), "iterations_per_unit": (400, 1600), "hot": (1.25, 5.0),
    "cold": (0.01, 0.04), "region_teams": (3, 7), "lenience": (8, 72), "tighten": (0.08, 0.3),
    "slack": (1.0, 4.0), "combine_every": (15, 60), "warm": (0.4, 1.6), "n_repairs": (3, 12),
    "repair_regions": (12, 48), "restart_every": (20, 82),
}  # fmt: skip
"""Half and twice, or so, of each tuned number of the search."""


def tuned_rows(case: Case, n_seeds: int) -> list[Row]:
    """Each tuned number of the search beside a lower and a higher one."""
    basis, basis_cpu = _mean_cost(case, AnnealParams(), n_seeds)
    told: dict[str, float | str] = {}
    for name, values in TRIED.items():
        for value in values:
            kind = type(getattr(AnnealParams(), name))
            cost, cpu = _mean_cost(case, AnnealParams(**{name: kind(value)}), n_seeds)
            told[f"{name} {value:g}"] = (
                f"{100 * cost / basis:.1f} %, {100 * cpu / basis_cpu:.0f} % time"
            )
    work = f"{case.name}: objective at the tuned numbers, mean of {n_seeds} seeds"
    return [Row(work, basis / 1000, "1000 s or m", "shown", None, told)]


def _mean_cost(case: Case, params: AnnealParams, n_seeds: int) -> tuple[float, float]:
    cpu = time.process_time()
    costs = [
        divide(case.problem, seed=seed, n_rounds=N_ROUNDS, workers=2, params=params).cost
        for seed in range(1, n_seeds + 1)
    ]
    return float(np.mean(costs)), time.process_time() - cpu
