"""What the partition benchmark divides: published instances, random squares, towns on streets."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from partition.annealing.annealer import cost_of, medoids, outside, unit_scale
from partition.annealing.partition_problem import PartitionProblem, make_problem


@dataclass(frozen=True)
class Case:
    """A partition problem with the coordinates that the peers want."""

    name: str
    problem: PartitionProblem
    xy: NDArray[np.float64]
    n_clients: NDArray[np.int64]


@dataclass(frozen=True)
class Instance:
    """A capacitated p-median instance; one unit of its own is ``scale`` of the problem's."""

    name: str
    problem: PartitionProblem
    scale: float


def read_cpmp(path: Path, is_whole: bool) -> Instance:
    """A capacitated p-median instance; one capacity for all, which all files known have.

    First line: customers, medians. Then x, y, capacity, demand. ``is_whole`` truncates distances
    to integers, as the OR-Library's values do.
    """
    values = np.array(path.read_text().split(), dtype=float)
    n_units, n_teams = int(values[0]), int(values[1])
    x, y, capacity, demand = values[2 : 2 + 4 * n_units].reshape(n_units, 4).T
    gaps = np.hypot(x[:, None] - x[None], y[:, None] - y[None])
    scale = 1000.0 if 1000 * gaps.max() * n_units <= 2**31 else 100.0
    dist = np.floor(gaps) * scale if is_whole else np.rint(gaps * scale)
    load = demand.astype(np.int64)[:, None]
    none, most = np.zeros((n_teams, 1)), np.full((n_teams, 1), int(capacity.max()))
    plain = make_problem(dist.astype(np.int32), np.ones(n_units), load, none, most, np.ones(1))
    price = max(1, int(24 * unit_scale(plain) / load.mean()))
    priced = plain._replace(price=np.array([price], dtype=np.int64))
    return Instance(path.stem, priced, scale)


def euclidean(n_clients: int, n_teams: int, seed: int) -> Case:
    """Clients in a square of ten kilometres, hours a month by need; bounds 15–35 and ±10 %."""
    rng = np.random.default_rng(seed)
    xy = rng.uniform(0, 10_000, (n_clients, 2))
    gaps = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    hours = rng.choice([5, 19, 40, 62, 89], p=[0.24, 0.22, 0.24, 0.17, 0.13], size=n_clients)
    hours = hours + rng.integers(0, 5, n_clients)
    load = np.column_stack([np.ones(n_clients, dtype=np.int64), hours])
    mean = hours.sum() / n_teams
    low = np.tile([15, int(np.ceil(mean * 0.9))], (n_teams, 1))
    high = np.tile([35, int(mean * 1.1)], (n_teams, 1))
    plain = make_problem(
        np.rint(gaps).astype(np.int32), np.ones(n_clients), load, low, high, np.ones(2)
    )
    scale = unit_scale(plain)
    price = np.array([72 * scale, 48 * scale / hours.mean()]).astype(np.int64)
    ones = np.ones(n_clients, dtype=np.int64)
    return Case(f"{n_clients} Euclidean", plain._replace(price=price), xy, ones)


def town_on(n_clients: int, osm: Path | None = None) -> tuple[Any, Any, Any]:
    """An invented municipality on Ekhamn's streets, or on those of an extract, with its times."""
    from data.demo import make_municipality, make_streets
    from routing.network import load_osm
    from routing.travel import travel_times

    network = make_streets(n_clients=n_clients) if osm is None else load_osm(osm)
    town = make_municipality(network, n_clients=n_clients)
    modes = sorted({carer.travel_mode for carer in town.staff} | {"bike"})
    travel, _, _ = travel_times(network, town, modes)
    return network, town, travel


def on_streets(n_clients: int, osm: Path | None = None) -> Case:
    """A town on streets as a partition problem, present teams and locks forgotten."""
    from data.rules import Rules
    from partition.teams.team_problem import make_team_problem

    network, town, travel = town_on(n_clients, osm)
    team = make_team_problem(town, travel, Rules(), network=network)
    free = np.zeros_like(team.problem.linear), np.zeros_like(team.problem.fixed)
    problem = team.problem._replace(linear=free[0], fixed=free[1])
    xy = np.array([(team.clients[i].x, team.clients[i].y) for i in team.groups.first])
    n_in_group = np.array([len(members) for members in team.groups.members], dtype=np.int64)
    place = "Ekhamn" if osm is None else osm.name.split(".")[0]
    return Case(f"{n_clients} of {place}", problem, xy, n_in_group)


def widened(problem: PartitionProblem, team: NDArray[np.int64]) -> PartitionProblem:
    """The problem with as many teams as ``team`` has, all with the first one's bounds."""
    n_teams = int(team.max()) + 1
    return problem._replace(
        linear=np.zeros((len(team), n_teams), dtype=np.int64),
        low=np.tile(problem.low[0], (n_teams, 1)),
        high=np.tile(problem.high[0], (n_teams, 1)),
    )


def objective(problem: PartitionProblem, team: NDArray[np.int64]) -> int:
    """The whole objective: ways to the middle, walk, what is outside the bounds, loose parts."""
    return cost_of(widened(problem, team), team)


def travel_of(problem: PartitionProblem, team: NDArray[np.int64]) -> int:
    """Weighted distance of all units to their team's medoid."""
    middle = medoids(widened(problem, team), team)[team]
    return int((problem.dist[np.arange(len(team)), middle].astype(np.int64) * problem.weight).sum())


def intra_travel_of(problem: PartitionProblem, team: NDArray[np.int64]) -> int:
    """The objective's estimate of the walk between a team's clients, alone."""
    with_it, without = (problem._replace(intra_travel_pct=pct) for pct in (100, 0))
    return objective(with_it, team) - objective(without, team)


def faults(problem: PartitionProblem, team: NDArray[np.int64]) -> tuple[int, int, int]:
    """Teams outside the bounds on clients, on care, and on rounds of any weekday and shift."""
    wrong = outside(widened(problem, team), team) != 0
    return int(wrong[:, 0].sum()), int(wrong[:, 1].sum()), int(wrong[:, 2:].any(axis=1).sum())
