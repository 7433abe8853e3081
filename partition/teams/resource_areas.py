"""Resource areas: three or four neighbouring teams that share pool and evening group (MA-14).

The same engine as for the teams, one level up: the units are teams. Sections and areas go on from
there (`layers.make_layers`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from data.model import Municipality
from data.plans import Team
from data.rules import Rules
from data.streets import StreetNetwork
from data.travel_times import TravelTimes
from partition.annealing.annealer import AnnealParams, unit_scale
from partition.annealing.care_work import make_work, travel_matrix
from partition.annealing.partition_problem import make_problem
from partition.annealing.team_search import divide
from partition.teams.street_neighbours import Links, links_of_pairs
from partition.teams.team_problem import client_links


def sizes_of_groups(n_units: int, low: int, high: int) -> tuple[int, int, int]:
    """Number of groups, and least and most units in each.

    As asked where any number of groups can keep it; else as near as can be (five teams cannot be
    cut into threes and fours).
    """
    least, most = -(-n_units // high), n_units // low
    wanted = max(1, round(n_units / ((low + high) / 2)))
    if least <= most:
        return min(max(wanted, least), most), low, high
    return wanted, n_units // wanted, -(-n_units // wanted)


def team_links(teams: Sequence[Team], client_ids: Sequence[str], links: Links) -> Links:
    """Teams are neighbours where any of their clients are."""
    number = {client: k for k, team in enumerate(teams) for client in team.client_ids}
    of_client = np.array([number[client_id] for client_id in client_ids], dtype=np.int64)
    start, link = links
    rows = np.repeat(np.arange(len(start) - 1), np.diff(start))
    return links_of_pairs(np.column_stack([of_client[rows], of_client[link]]), len(teams))


def team_distances(
    teams: Sequence[Team], travel: TravelTimes, mode: str
) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """Seconds between the teams' middles, shape (n_teams, n_teams), and the client at each."""
    middles = []
    for team in teams:
        dist = travel_matrix(travel, team.client_ids, mode)
        middles.append(team.client_ids[int(dist.sum(axis=0, dtype=np.int64).argmin())])
    return travel_matrix(travel, tuple(middles), mode), tuple(middles)


def make_areas(
    municipality: Municipality,
    teams: Sequence[Team],
    travel: TravelTimes,
    rules: Rules,
    *,
    network: StreetNetwork | None = None,
    mode: str = "bike",
    seed: int = 0,
) -> tuple[Team, ...]:
    """The teams with ``area_id`` filled in, compact on the streets and even in work."""
    low, high = rules.teams.areas_teams_min, rules.teams.areas_teams_max
    group = grouped(
        municipality, teams, travel, rules, low, high, network=network, mode=mode, seed=seed
    )
    names = _names(group, int(group.max()) + 1)
    return tuple(replace(team, area_id=names[int(k)]) for team, k in zip(teams, group, strict=True))


def grouped(
    municipality: Municipality,
    teams: Sequence[Team],
    travel: TravelTimes,
    rules: Rules,
    low: int,
    high: int,
    *,
    network: StreetNetwork | None = None,
    mode: str = "bike",
    seed: int = 0,
) -> NDArray[np.int64]:
    """Neighbouring teams (or unions of teams) in groups of ``low`` to ``high``, even in work.

    Returns
    -------
    ndarray, int64, shape (n_teams,)
        Group number of each.
    """
    n_groups, low, high = sizes_of_groups(len(teams), low, high)
    if n_groups == 1:
        return np.zeros(len(teams), dtype=np.int64)
    work = make_work(municipality, travel, rules, mode=mode)
    care_of = dict(zip(work.client_ids, work.care_s.tolist(), strict=True))
    care_min = np.array(
        [sum(care_of[client] for client in team.client_ids) // 60 for team in teams]
    )
    dist, _ = team_distances(teams, travel, mode)
    clients = [municipality.client_by_id[client_id] for client_id in work.client_ids]
    links = team_links(teams, work.client_ids, client_links(clients, network, mode))
    load = np.column_stack([np.ones(len(teams), dtype=np.int64), care_min])
    mean_min = care_min.sum() / n_groups
    # Care per group cannot be evener than whole teams allow: a quarter either way is only a wish.
    bound_low = np.tile([low, int(mean_min * 0.75)], (n_groups, 1))
    bound_high = np.tile([high, int(mean_min * 1.25) + 1], (n_groups, 1))
    ones = np.ones(len(teams), dtype=np.int64)
    problem = make_problem(
        dist, ones, load, bound_low, bound_high, np.ones(2, dtype=np.int64), links=links
    )
    scale = unit_scale(problem)
    price = np.array([20 * scale, max(1.0, scale / max(1.0, care_min.mean()))]).astype(np.int64)
    problem = problem._replace(price=price, fragment_price=int(3 * scale))
    return divide(problem, seed=seed, params=AnnealParams(n_rounds=0)).team


def _names(area: NDArray[np.int64], n_areas: int) -> dict[int, str]:
    """Area names, numbered by their first team."""
    width = len(str(n_areas))
    in_order = list(dict.fromkeys(area.tolist()))
    return {k: f"O{number:0{width}d}" for number, k in enumerate(in_order, start=1)}
