"""The partition problem as the kernels see it, and the one place that makes its arrays.

Units are groups of clients that must stay together; teams are dense numbers. Every figure is an
integer: seconds times weekly legs for travel, and whole units for loads.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class PartitionProblem(NamedTuple):
    """What does not change during a search. Arrays are C-contiguous and of the types named.

    Attributes
    ----------
    dist : int32, shape (n, n)
        Symmetric distance between units.
    weight : int64, shape (n,)
        What a unit's distance to its team's medoid counts for (legs per week).
    load : int64, shape (n, n_resources)
        What each unit takes of each resource.
    low, high : int64, shape (n_teams, n_resources)
        Bounds of each team's load.
    price : int64, shape (n_resources,)
        Cost of one unit of load outside the bounds.
    linear : int64, shape (n, n_teams)
        Cost of unit i in team k: the price of leaving the present team, distance to a base.
    category : int64, shape (n, n_layers)
        Number of the area of another service in which the unit lies; numbers are unique over
        layers.
    category_price : int64, shape (n_layers,)
        Cost of each area of a layer that a team touches beyond the first.
    near : int64, shape (n, n_near)
        Units near each unit, nearest first; see `near_ranks`.
    link_start, link : int64, shape (n + 1,) and (n_links,)
        Neighbour graph in compressed rows, each row in order.
    fragment_price : int64
        Cost of each part of a team beyond the first, over the neighbour graph.
    fixed : uint8, shape (n,)
        1 where the unit may not change team.
    intra_travel_pct : int64
        Price, in per cent, of a second of travel between team-mates; see `nearest_mates_kernels`.
    """

    dist: NDArray[np.int32]
    weight: NDArray[np.int64]
    load: NDArray[np.int64]
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    price: NDArray[np.int64]
    linear: NDArray[np.int64]
    category: NDArray[np.int64]
    category_price: NDArray[np.int64]
    near: NDArray[np.int64]
    link_start: NDArray[np.int64]
    link: NDArray[np.int64]
    fragment_price: int
    fixed: NDArray[np.uint8]
    intra_travel_pct: int


class PartitionState(NamedTuple):
    """A division under change, and the sums that make a move cheap to judge.

    Attributes
    ----------
    team : int64, shape (n,)
    size : int64, shape (n_teams,)
    members : int64, shape (n_teams, capacity)
    place : int64, shape (n,)
        Where each unit stands in its team's row of ``members``.
    total : int64, shape (n,)
        Weighted distance from all members of its team to each unit.
    used : int64, shape (n_teams, n_resources)
    touched : int64, shape (n_teams, n_categories)
        How many units of each category a team has.
    medoid, medoid_cost, excess, fragments : int64, shape (n_teams,)
        The unit in each team's middle, what it costs, what lies outside the bounds, the parts.
    mark, stack : int64, shape (n,)
        Scratch of the search for parts; ``mark`` holds the number of the last visit.
    clock : int64, shape (1,)
        Number of visits so far.
    best : int64, shape (n,)
        The best division seen in the present batch.
    mate, mate_s : int64, shape (n, 4)
        The nearest team-mates of each unit (-1 where there are fewer) and how far they are.
    intra_travel : int64, shape (n_teams,)
        Cost of travel between the members of each team.
    unit, target : int64, shape (4,), and scratch : int64, shape (6, 4)
        The move in hand; see `search_kernels.try_move`.
    """

    team: NDArray[np.int64]
    size: NDArray[np.int64]
    members: NDArray[np.int64]
    place: NDArray[np.int64]
    total: NDArray[np.int64]
    used: NDArray[np.int64]
    touched: NDArray[np.int64]
    medoid: NDArray[np.int64]
    medoid_cost: NDArray[np.int64]
    excess: NDArray[np.int64]
    fragments: NDArray[np.int64]
    mark: NDArray[np.int64]
    stack: NDArray[np.int64]
    clock: NDArray[np.int64]
    best: NDArray[np.int64]
    mate: NDArray[np.int64]
    mate_s: NDArray[np.int64]
    intra_travel: NDArray[np.int64]
    unit: NDArray[np.int64]
    target: NDArray[np.int64]
    scratch: NDArray[np.int64]


def nearest(dist: NDArray[np.int32], n_near: int) -> NDArray[np.int64]:
    """The ``n_near`` nearest other units of each unit, nearest first, ties by number.

    Returns
    -------
    ndarray, int64, shape (n, n_near)
        Fewer columns where there are fewer other units; at least one column always.
    """
    n_units = len(dist)
    n_near = max(1, min(n_near, n_units - 1))
    nearest_units = np.zeros((n_units, n_near), dtype=np.int64)
    if n_units == 1:
        return nearest_units
    for begin in range(0, n_units, 512):
        rows = np.arange(begin, min(begin + 512, n_units))
        # Ties in distance fall to the lower number: distance and number in one sortable key.
        keys = dist[rows].astype(np.int64) * n_units + np.arange(n_units)
        keys[np.arange(len(rows)), rows] = np.iinfo(np.int64).max
        part = np.partition(keys, n_near - 1, axis=1)[:, :n_near]
        nearest_units[rows] = np.sort(part, axis=1) % n_units
    return nearest_units


def near_ranks(n_near: int, n_units: int, n_teams: int) -> NDArray[np.int64]:
    """Which of a unit's neighbours, by nearness, moves look at: the first ones, then sparser.

    In a village smaller than a team the first are all of the same team; those of rank up to six
    team sizes away lead out of it.
    """
    n_first = max(1, n_near * 5 // 8)
    furthest = max(n_near, min(n_units - 2, 6 * n_units // max(1, n_teams)))
    further = np.geomspace(n_first + 2, furthest, n_near - n_first)
    ranks = np.unique(np.concatenate([np.arange(n_first), np.rint(further).astype(np.int64)]))
    kept_ranks: NDArray[np.int64] = ranks[ranks < max(1, n_units - 1)]
    return kept_ranks


def make_problem(
    dist: NDArray[np.int32],
    weight: NDArray[np.int64],
    load: NDArray[np.int64],
    low: NDArray[np.int64],
    high: NDArray[np.int64],
    price: NDArray[np.int64],
    *,
    linear: NDArray[np.int64] | None = None,
    category: NDArray[np.int64] | None = None,
    category_price: NDArray[np.int64] | None = None,
    links: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None,
    fragment_price: int = 0,
    fixed: NDArray[np.uint8] | None = None,
    intra_travel_pct: int = 0,
    n_near: int = 16,
) -> PartitionProblem:
    """Gather the arrays of a problem with the types and layout that the kernels are compiled for.

    ``low`` and ``high`` have shape (n_teams, n_resources).
    """
    n_units, n_teams = len(dist), len(low)
    no_links = (np.zeros(n_units + 1, dtype=np.int64), np.zeros(0, dtype=np.int64))
    link_start, link = links if links is not None else no_links

    def ints(values: NDArray[np.int64] | None, shape: tuple[int, ...]) -> NDArray[np.int64]:
        if values is None:
            return np.zeros(shape, dtype=np.int64)
        return np.array(values, dtype=np.int64, order="C").reshape(shape)

    ranks = near_ranks(n_near, n_units, n_teams)
    n_layers = 0 if category is None else category.shape[1]
    n_resources = load.shape[1]
    return PartitionProblem(
        dist=np.ascontiguousarray(dist, dtype=np.int32),
        weight=ints(weight, (n_units,)),
        load=ints(load, (n_units, n_resources)),
        low=ints(low, (n_teams, n_resources)),
        high=ints(high, (n_teams, n_resources)),
        price=ints(price, (n_resources,)),
        linear=ints(linear, (n_units, n_teams)),
        category=ints(category, (n_units, n_layers)),
        category_price=ints(category_price, (n_layers,)),
        near=np.ascontiguousarray(nearest(dist, int(ranks[-1]) + 1)[:, ranks]),
        link_start=ints(link_start, (n_units + 1,)),
        link=ints(link, (len(link),)),
        fragment_price=int(fragment_price),
        fixed=np.array(fixed if fixed is not None else np.zeros(n_units), dtype=np.uint8),
        intra_travel_pct=int(intra_travel_pct),
    )


def make_state(problem: PartitionProblem) -> PartitionState:
    """Room for a division of ``problem``; filled by `search_kernels.load_division`."""
    n_units, n_resources = problem.load.shape
    n_teams = len(problem.low)
    n_categories = int(problem.category.max()) + 1 if problem.category.size else 0
    capacity = min(n_units, max(8, 6 * (n_units // n_teams + 1)))
    if problem.fixed.any():
        capacity = n_units

    def zeros(*shape: int) -> NDArray[np.int64]:
        return np.zeros(shape, dtype=np.int64)

    return PartitionState(
        team=zeros(n_units),
        size=zeros(n_teams),
        members=zeros(n_teams, capacity),
        place=zeros(n_units),
        total=zeros(n_units),
        used=zeros(n_teams, n_resources),
        touched=zeros(n_teams, n_categories),
        medoid=zeros(n_teams),
        medoid_cost=zeros(n_teams),
        excess=zeros(n_teams),
        fragments=zeros(n_teams),
        mark=zeros(n_units),
        stack=zeros(n_units),
        clock=zeros(1),
        best=zeros(n_units),
        mate=zeros(n_units, 4),
        mate_s=zeros(n_units, 4),
        intra_travel=zeros(n_teams),
        unit=zeros(4),
        target=zeros(4),
        scratch=zeros(6, 4),
    )
