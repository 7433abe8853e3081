"""Compact clusters within bounds, as scikit-learn spells a clusterer.

The same annealing that divides a municipality (`partition.annealing`), for any points or any matrix
of travel times: sizes and loads within bounds, points that must or must not share a cluster. No
clusterer of scikit-learn holds two kinds of bounds at once (`docs/en/teams.md`, peers).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import _check_sample_weight, validate_data

from partition.annealing.annealer import AnnealParams
from partition.annealing.partition_problem import PartitionProblem, make_problem
from partition.annealing.team_search import divide

RESOLUTION = 1_000_000
"""Distances are whole numbers in the search: the longest becomes this many steps."""
WEIGHT_RESOLUTION = 1_000
"""Weights likewise: the mean weight becomes this many."""
BOUND_PRICE_UNITS = 48.0
"""A mean unit's load outside the bounds costs as much as so many mean distances to a medoid; the
care minutes of teams have the same price (`partition.teams.team_problem.TeamPrices.care`)."""

Pairs = Iterable[tuple[int, int]]


class TeamPartitioner(ClusterMixin, BaseEstimator):  # type: ignore[misc]
    """Divide points into compact clusters with bounds on size and on load.

    Parameters
    ----------
    n_clusters : int
    size_min, size_max : int, optional
        Bounds on the number of points of each cluster.
    balance_pct : float, optional
        Every cluster's sum of ``sample_weight`` lies within so many per cent of the mean.
    must_link, cannot_link : sequence of (int, int), optional
        Pairs of rows that share a cluster, or never do.
    metric : {"euclidean", "precomputed"}
        With ``precomputed``, ``X`` is a square matrix of distances or travel times; it is made
        symmetric by the mean of both directions.
    n_rounds : int
        Regions of neighbouring clusters that are annealed anew after the starts.
    workers : int
        Threads; the labels are the same whatever their number.
    random_state : int, RandomState or None

    Attributes
    ----------
    labels_ : ndarray of shape (n_samples,)
        Numbered in order of each cluster's first row.
    medoid_indices_ : ndarray of shape (n_clusters,)
        The row in each cluster's middle.
    inertia_ : float
        Weighted sum of distances to the medoids.
    is_within_bounds_ : bool
        Whether all bounds and links are kept.
    n_features_in_ : int

    Examples
    --------
    >>> import numpy as np
    >>> from partition import TeamPartitioner
    >>> points = np.array([[0.0, 0], [0, 1], [9, 0], [9, 1]])
    >>> TeamPartitioner(2, size_min=2, size_max=2, random_state=0).fit(points).labels_
    array([0, 0, 1, 1])
    """

    def __init__(
        self,
        n_clusters: int = 8,
        *,
        size_min: int | None = None,
        size_max: int | None = None,
        balance_pct: float | None = None,
        must_link: Sequence[tuple[int, int]] | None = None,
        cannot_link: Sequence[tuple[int, int]] | None = None,
        metric: str = "euclidean",
        n_rounds: int = 12,
        workers: int = 1,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.n_clusters = n_clusters
        self.size_min = size_min
        self.size_max = size_max
        self.balance_pct = balance_pct
        self.must_link = must_link
        self.cannot_link = cannot_link
        self.metric = metric
        self.n_rounds = n_rounds
        self.workers = workers
        self.random_state = random_state

    def fit(
        self, X: ArrayLike, y: object = None, sample_weight: ArrayLike | None = None
    ) -> TeamPartitioner:
        """Divide the rows of ``X``.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features), or (n_samples, n_samples)
            The latter with ``metric="precomputed"``.
        y : ignored
        sample_weight : array-like of shape (n_samples,), optional
            What each point's distance to its medoid counts for, and its load.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            Where a parameter is out of range, or a pair is linked both ways.
        """
        points = validate_data(self, X, dtype=np.float64, ensure_min_samples=1)
        if self.metric == "precomputed" and points.shape[0] != points.shape[1]:
            raise ValueError(
                f"With metric='precomputed' X must be square. Got shape {points.shape} instead."
            )
        weight = _check_sample_weight(sample_weight, points, ensure_non_negative=True)
        self._check(len(points))
        if self.metric == "euclidean":
            from sklearn.metrics import pairwise_distances

            between = pairwise_distances(points)
        else:
            between = (points + points.T) / 2.0
        unit_of, n_units = _linked(self.must_link or (), len(points))
        labels = np.zeros(len(points), dtype=np.int64)
        if self.n_clusters > 1:
            seed = int(check_random_state(self.random_state).randint(2**31 - 1))
            problem = self._problem(between, weight, unit_of, n_units)
            division = divide(
                problem,
                seed=seed,
                workers=self.workers,
                n_rounds=self.n_rounds,
                params=AnnealParams(n_rounds=self.n_rounds),
            )
            labels = division.team[unit_of]
        self.labels_ = _in_order_of_first_row(labels)
        self._describe(between, weight)
        return self

    def silhouette_score(self, X: ArrayLike) -> float:
        """Mean silhouette of the labels over ``X`` (doi 10.1016/0377-0427(87)90125-7).

        For ``metric="precomputed"``, ``X`` is the matrix again.
        """
        from sklearn.metrics import silhouette_score
        from sklearn.utils.validation import check_is_fitted

        check_is_fitted(self)
        return float(silhouette_score(np.asarray(X), self.labels_, metric=self.metric))

    def _check(self, n_samples: int) -> None:
        """Refuse parameters that no division can follow, in scikit-learn's form of words."""
        low, high = self._size_bounds(n_samples)
        rules = [
            (1 <= self.n_clusters <= n_samples, "n_clusters", self.n_clusters,
             f"an int in the range [1, n_samples={n_samples}]"),
            (0 <= low <= high, "size_min", low, f"an int in the range [0, size_max={high}]"),
            (low * self.n_clusters <= n_samples <= high * self.n_clusters, "size_max", high,
             f"such that {self.n_clusters} clusters can hold n_samples={n_samples} points"),
            (self.metric in ("euclidean", "precomputed"), "metric", repr(self.metric),
             "'euclidean' or 'precomputed'"),
            (self.balance_pct is None or self.balance_pct >= 0, "balance_pct", self.balance_pct,
             "a float in the range [0, inf) or None"),
        ]  # fmt: skip
        for is_right, name, got, wanted in rules:
            if not is_right:
                said = f"The {name!r} parameter of TeamPartitioner must be {wanted}."
                raise ValueError(f"{said} Got {got} instead.")
        for i, j in (*(self.must_link or ()), *(self.cannot_link or ())):
            if not (0 <= i < n_samples and 0 <= j < n_samples):
                raise ValueError(f"Links must name rows in [0, {n_samples}). Got ({i}, {j}).")

    def _size_bounds(self, n_samples: int) -> tuple[int, int]:
        low = 1 if self.size_min is None else int(self.size_min)
        return low, n_samples if self.size_max is None else int(self.size_max)

    def _problem(
        self,
        between: NDArray[np.float64],
        weight: NDArray[np.float64],
        unit_of: NDArray[np.int64],
        n_units: int,
    ) -> PartitionProblem:
        """Distances, loads and bounds as the search wants them: whole numbers, by unit."""
        share = np.zeros((n_units, len(unit_of)))
        share[unit_of, np.arange(len(unit_of))] = 1.0
        size = share.sum(axis=1)
        mean = (share @ between @ share.T) / np.outer(size, size)
        np.fill_diagonal(mean, 0.0)
        longest = float(mean.max()) or 1.0
        dist = np.rint(mean * (RESOLUTION / longest)).astype(np.int32)
        per_unit = WEIGHT_RESOLUTION / (float(weight.mean()) or 1.0)
        weights = np.maximum(np.rint(share @ weight * per_unit).astype(np.int64), 0)
        pairs = _apart(self.cannot_link or (), unit_of)
        load, low, high = self._loads(size.astype(np.int64), weights, pairs, len(unit_of))
        scale = float(dist.mean()) * float(weights.mean()) or 1.0
        mean_load = np.maximum(load.sum(axis=0) / n_units, 1e-9)
        price = np.maximum(scale * BOUND_PRICE_UNITS / mean_load, 1.0)
        price[2:] = scale * BOUND_PRICE_UNITS
        return make_problem(
            dist, np.maximum(weights, 1), load, low, high, np.rint(price).astype(np.int64)
        )

    def _loads(
        self,
        size: NDArray[np.int64],
        weights: NDArray[np.int64],
        pairs: Sequence[tuple[int, int]],
        n_samples: int,
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Columns of load: points, weight, and one for each pair that must be apart."""
        load = np.zeros((len(size), 2 + len(pairs)), dtype=np.int64)
        load[:, 0], load[:, 1] = size, weights
        for column, (first, second) in enumerate(pairs, start=2):
            load[[first, second], column] = 1
        low = np.zeros((self.n_clusters, load.shape[1]), dtype=np.int64)
        high = np.full_like(low, int(load.sum()) + 1)
        low[:, 0], high[:, 0] = self._size_bounds(n_samples)
        if self.balance_pct is not None:
            mean = weights.sum() / self.n_clusters
            low[:, 1] = int(np.ceil(mean * (1 - self.balance_pct / 100)))
            high[:, 1] = int(np.floor(mean * (1 + self.balance_pct / 100)))
        high[:, 2:] = 1
        return load, np.maximum(low, 0), high

    def _describe(self, between: NDArray[np.float64], weight: NDArray[np.float64]) -> None:
        """Medoids, inertia, and whether what was asked is kept."""
        n_found = int(self.labels_.max()) + 1
        self.medoid_indices_ = np.zeros(n_found, dtype=np.int64)
        self.inertia_ = 0.0
        for k in range(n_found):
            mine = np.flatnonzero(self.labels_ == k)
            total = weight[mine] @ between[np.ix_(mine, mine)]
            self.medoid_indices_[k] = mine[total.argmin()]
            self.inertia_ += float(total.min())
        low, high = self._size_bounds(len(weight))
        sizes = np.bincount(self.labels_)
        loads = np.bincount(self.labels_, weights=weight)
        off = abs(loads - weight.sum() / self.n_clusters) * 100 * self.n_clusters
        self.is_within_bounds_ = bool(
            n_found == self.n_clusters
            and ((sizes >= low) & (sizes <= high)).all()
            and (self.balance_pct is None or (off <= self.balance_pct * weight.sum() + 1e-6).all())
            and all(self.labels_[i] != self.labels_[j] for i, j in self.cannot_link or ())
        )

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.pairwise = self.metric == "precomputed"
        return tags


def _linked(pairs: Pairs, n_samples: int) -> tuple[NDArray[np.int64], int]:
    """The unit of each row: rows that must share a cluster are one."""
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(range(n_samples))
    graph.add_edges_from(pairs)
    unit_of = np.zeros(n_samples, dtype=np.int64)
    parts = sorted(nx.connected_components(graph), key=min)
    for number, part in enumerate(parts):
        unit_of[list(part)] = number
    return unit_of, len(parts)


def _apart(pairs: Pairs, unit_of: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Pairs of units that must not share a cluster."""
    apart = {(min(a, b), max(a, b)) for a, b in ((unit_of[i], unit_of[j]) for i, j in pairs)}
    if any(a == b for a, b in apart):
        raise ValueError("A pair in cannot_link is joined by must_link.")
    return sorted((int(a), int(b)) for a, b in apart)


def _in_order_of_first_row(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Numbers 0, 1, 2 … in order of appearance, so that equal divisions have equal labels."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    ordered: NDArray[np.int64] = rank[inverse]
    return ordered
