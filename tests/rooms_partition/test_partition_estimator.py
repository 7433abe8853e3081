"""`TeamPartitioner` keeps scikit-learn's contract, and its bounds and links."""

import numpy as np
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from partition import TeamPartitioner


@parametrize_with_checks([TeamPartitioner(n_clusters=2, n_rounds=1, random_state=0)])
def test_scikit_learns_own_checks(estimator, check):
    """Whoever knows scikit-learn must meet nothing new: pipelines, clones, errors, frames."""
    check(estimator)


@pytest.fixture
def town():
    """Three villages of unlike size, 60 points; weights from 1 to 3."""
    rng = np.random.default_rng(5)
    centres = np.repeat([[0.0, 0.0], [4.0, 0.0], [2.0, 5.0]], [30, 20, 10], axis=0)
    return centres + rng.normal(0, 0.7, (60, 2)), rng.integers(1, 4, 60).astype(float)


def test_bounds_on_size_and_weight_are_kept_together(town):
    """Counts and hours at once are what no library's clusterer holds."""
    points, weight = town
    model = TeamPartitioner(4, size_min=12, size_max=18, balance_pct=10, random_state=1)
    labels = model.fit(points, sample_weight=weight).labels_
    sizes = np.bincount(labels)
    loads = np.bincount(labels, weights=weight)
    assert sizes.min() >= 12
    assert sizes.max() <= 18
    assert abs(loads / loads.mean() - 1).max() <= 0.10
    assert model.is_within_bounds_


def test_links_are_kept(town):
    """A couple shares a team; two who must not meet do not."""
    points, _ = town
    together, apart = [(0, 31), (31, 55)], [(1, 2), (3, 4)]
    model = TeamPartitioner(3, must_link=together, cannot_link=apart, random_state=1).fit(points)
    assert len(set(model.labels_[[0, 31, 55]])) == 1
    assert all(model.labels_[i] != model.labels_[j] for i, j in apart)
    with pytest.raises(ValueError, match="cannot_link"):
        TeamPartitioner(2, must_link=[(0, 1)], cannot_link=[(1, 0)]).fit(points)


def test_a_matrix_of_travel_times_gives_what_its_points_give(town):
    """With its own distances as a matrix, the same division: nothing else of X is used."""
    points, weight = town
    between = np.linalg.norm(points[:, None] - points[None], axis=2)
    by_points = TeamPartitioner(4, random_state=3).fit(points, sample_weight=weight)
    by_matrix = TeamPartitioner(4, metric="precomputed", random_state=3)
    by_matrix.fit(between, sample_weight=weight)
    assert (by_points.labels_ == by_matrix.labels_).all()
    assert by_points.silhouette_score(points) == pytest.approx(by_matrix.silhouette_score(between))


def test_medoids_are_in_the_middle_of_their_clusters(town):
    """Naive twin: no other member has a smaller weighted sum of distances."""
    points, weight = town
    model = TeamPartitioner(4, random_state=0).fit(points, sample_weight=weight)
    inertia = 0.0
    for k, medoid in enumerate(model.medoid_indices_):
        mine = np.flatnonzero(model.labels_ == k)
        sums = [sum(weight[j] * np.linalg.norm(points[i] - points[j]) for j in mine) for i in mine]
        assert medoid == mine[int(np.argmin(sums))]
        inertia += min(sums)
    assert model.inertia_ == pytest.approx(inertia)


@pytest.mark.parametrize(
    "wrong",
    [
        {"n_clusters": 61},
        {"n_clusters": 3, "size_max": 19},
        {"n_clusters": 3, "size_min": 21},
        {"n_clusters": 3, "metric": "manhattan"},
        {"n_clusters": 3, "balance_pct": -1},
        {"n_clusters": 3, "must_link": [(0, 60)]},
    ],
)
def test_what_cannot_be_is_refused_by_name(town, wrong):
    """A division that cannot exist is said before the search, not after."""
    with pytest.raises(ValueError, match=r"must be|must name"):
        TeamPartitioner(**wrong).fit(town[0])
