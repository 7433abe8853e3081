"""A municipality as a partition problem: units, loads, bounds, prices, neighbours.

The objective is seconds of travel a week between each client and the middle of its team, plus
prices for what lies outside the rules: clients per team, care minutes (±``balance_pct`` of the
mean), rounds needed per weekday and shift (±0.5 of the mean), parts of a team that the streets do
not join, and clients who leave their present team.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.model import Client, Municipality
from data.rules import Rules, TeamRules
from data.streets import StreetNetwork
from data.travel_times import TravelTimes
from partition.annealing.annealer import unit_scale
from partition.annealing.care_work import (
    ISLAND_S,
    Work,
    make_work,
    planned_clients,
    reachable,
    travel_matrix,
)
from partition.annealing.partition_problem import PartitionProblem, make_problem
from partition.teams.feasibility import (
    check_households,
    check_islands,
    check_locks,
    check_rules,
    choose_n_teams,
)
from partition.teams.must_link import MustLinkGroups, make_must_link_groups
from partition.teams.street_neighbours import Links, flat_links, links_of_pairs, street_links

ROUNDS_SLACK_MILLI = 500
"""A team may need half a round more or less than the mean, per weekday and shift."""

LOCKED_COST = 2**40
"""More than any sum of ways and prices: a locked client leaves for nothing. No tuning in it."""

OtherAreas = Mapping[str, Mapping[str, str]]
"""Service → client_id → that service's area."""


@dataclass(frozen=True, slots=True)
class TeamPrices:
    """Prices in mean costs of a unit (see `search.unit_scale`), except where a unit is named."""

    per_client: float = 72.0
    care: float = 48.0
    """For care as much as a mean unit brings."""
    rounds: float = 12.0
    """For rounds as many as a mean unit brings, on one weekday and shift."""
    fragment: float = 4.0
    change_s: int = 600
    """Seconds of travel a week that must be saved for a client to change team."""
    intra_travel_pct: int = 100
    """For a second of travel between team-mates (see `team_measures.intra_team_travel_s`), in per
    cent of a second of travel to the medoid of the team."""
    area: float = 2.0
    """For each area of another service that a team touches beyond the first."""


@dataclass(frozen=True)
class TeamProblem:
    """A municipality's partition problem and what its dense numbers stand for.

    Attributes
    ----------
    clients : tuple of Client
        Those planned, by id; ``work`` and ``groups`` count them in this order.
    labels : tuple of str
        Team ids; index is the team's number.
    previous : ndarray, int64, shape (n_groups,)
        The present team's number of each group, -1 where there is none.
    links : Links
        Neighbour graph of groups.
    """

    clients: tuple[Client, ...]
    work: Work
    groups: MustLinkGroups
    labels: tuple[str, ...]
    previous: NDArray[np.int64]
    links: Links
    problem: PartitionProblem


def canonical_rank(dist: NDArray[np.int32], work: Work) -> NDArray[np.int64]:
    """Rank of each client by place in the town and work, so that neither ids nor rows matter.

    Ids decide only between clients whom nothing else tells apart.
    """
    far = dist.sum(axis=1, dtype=np.int64)
    by_id = np.arange(len(far))
    order = np.lexsort((by_id, work.legs, work.care_s, far))
    rank = np.empty(len(far), dtype=np.int64)
    rank[order] = np.arange(len(far))
    return rank


def islands(travel: TravelTimes, client_ids: tuple[str, ...]) -> NDArray[np.int64]:
    """The part of the network in which each client lives, by the modes taken together."""
    joined = np.zeros((len(client_ids), len(client_ids)), dtype=bool)
    for mode in sorted(travel.seconds):
        joined |= reachable(travel, client_ids, mode)
        if joined.all():
            return np.zeros(len(client_ids), dtype=np.int64)
    part = np.full(len(client_ids), -1, dtype=np.int64)
    n_parts = 0
    for i in range(len(client_ids)):
        if part[i] < 0:
            part[joined[i] & (part < 0)] = n_parts
            part[i] = n_parts
            n_parts += 1
    return part


def n_present_teams(clients: Sequence[Client]) -> int | None:
    """How many teams there are today, where nine clients in ten have one; else None."""
    teams = [client.team_id for client in clients if client.team_id]
    return len(set(teams)) if len(teams) * 10 >= len(clients) * 9 else None


def team_labels(clients: Sequence[Client], n_teams: int) -> tuple[str, ...]:
    """Ids for the teams: those with locks, then the largest present ones, then new ones."""
    locked = {client.team_id for client in clients if client.locked_team}
    sizes = Counter(client.team_id for client in clients if client.team_id)
    present = sorted(sizes, key=lambda team: (team not in locked, -sizes[team], team))[:n_teams]
    labels = list(present)
    number = 1
    while len(labels) < n_teams:
        label = f"L{number:03d}" if n_teams > 99 else f"L{number:02d}"
        if label not in sizes:
            labels.append(label)
        number += 1
    return tuple(sorted(labels))


def client_links(clients: Sequence[Client], network: StreetNetwork | None, mode: str) -> Links:
    """Neighbour graph of clients: on the streets, or as the crow flies where there are none."""
    xy = np.array([(client.x, client.y) for client in clients], dtype=np.float64).reshape(-1, 2)
    return flat_links(xy) if network is None else street_links(network, xy, mode)


def group_links(links: Links, groups: MustLinkGroups) -> Links:
    """The neighbour graph of clients, drawn together to groups."""
    start, link = links
    rows = np.repeat(np.arange(len(start) - 1), np.diff(start))
    pairs = np.column_stack([groups.of_client[rows], groups.of_client[link]])
    return links_of_pairs(pairs, len(groups.members))


def _bounds(
    total: NDArray[np.int64], n_teams: int, rules: TeamRules
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Bounds of one team: clients, care minutes, then 14 columns of thousandths of rounds."""
    mean = total / n_teams
    low, high = np.empty(len(total)), np.empty(len(total))
    low[0], high[0] = rules.clients_min, rules.clients_max
    low[1] = np.ceil(mean[1] * (100 - rules.balance_pct) / 100)
    high[1] = np.floor(mean[1] * (100 + rules.balance_pct) / 100)
    low[2:] = np.ceil(mean[2:] - ROUNDS_SLACK_MILLI)
    high[2:] = np.floor(mean[2:] + ROUNDS_SLACK_MILLI)
    return np.maximum(low, 0).astype(np.int64), high.astype(np.int64)


def _previous(
    groups: MustLinkGroups, clients: Sequence[Client], number: dict[str, int]
) -> list[int]:
    """Present team of each group: that of most of its clients, the lowest number in a tie."""
    previous = []
    for members in groups.members:
        votes = Counter(number.get(clients[i].team_id, -1) for i in members)
        votes.pop(-1, None)
        previous.append(min(votes, key=lambda k: (-votes[k], k)) if votes else -1)
    return previous


def make_team_problem(
    municipality: Municipality,
    travel: TravelTimes,
    rules: Rules,
    *,
    network: StreetNetwork | None = None,
    mode: str = "bike",
    prices: TeamPrices | None = None,
    other_areas: OtherAreas | None = None,
    as_today: bool = False,
) -> TeamProblem:
    """The municipality as a partition problem.

    Parameters
    ----------
    other_areas : mapping of service to mapping of client_id to area, optional
        Areas of nursing, rehab or assessors: few of each per team is better (FA-07).
    as_today : bool
        Buildings that are cut between teams today may stay so; see `must_link`.

    Raises
    ------
    SettingsError
        Where the rules mean nothing.
    InfeasibleError
        Where counts, locks or islands prove that no division keeps the rules.
    """
    check_rules(rules.teams)
    prices = prices or TeamPrices()
    clients = planned_clients(municipality)
    n_teams = choose_n_teams(len(clients), rules.teams, n_present_teams(clients))
    check_households(clients, rules.teams)
    check_locks(clients, rules.teams, n_teams)
    client_ids = tuple(client.client_id for client in clients)
    part = islands(travel, client_ids)
    check_islands(clients, part, rules.teams, n_teams)
    work = make_work(municipality, travel, rules, mode=mode)
    client_dist = travel_matrix(travel, client_ids, mode)
    client_dist[part[:, None] != part[None, :]] = ISLAND_S
    rank = canonical_rank(client_dist, work)
    groups = make_must_link_groups(
        clients, rules.teams, rank, work.care_s, n_teams, as_today=as_today
    )
    labels = team_labels(clients, n_teams)
    number = {label: k for k, label in enumerate(labels)}
    previous = np.array(_previous(groups, clients, number), dtype=np.int64)
    links = group_links(client_links(clients, network, mode), groups)
    problem = _problem(clients, work, groups, client_dist, links, previous, number, rules, prices)
    if other_areas:
        problem = aligned(problem, clients, groups, other_areas, prices)
    return TeamProblem(clients, work, groups, labels, previous, links, problem)


def aligned(
    problem: PartitionProblem,
    clients: Sequence[Client],
    groups: MustLinkGroups,
    other_areas: OtherAreas,
    prices: TeamPrices,
) -> PartitionProblem:
    """The problem with a price on each area of another service that a team touches.

    A group lies in the area of most of its clients; those of unknown area in one of their own.
    """
    columns, n_before = [], 0
    for _, area_of in sorted(other_areas.items()):
        names = sorted({area_of.get(client.client_id, "") for client in clients})
        number = {name: n_before + q for q, name in enumerate(names)}
        n_before += len(names)
        column = []
        for members in groups.members:
            votes = Counter(area_of.get(clients[i].client_id, "") for i in members)
            column.append(number[min(votes, key=lambda area: (-votes[area], area))])
        columns.append(column)
    price = np.full(len(columns), unit_scale(problem) * prices.area, dtype=np.int64)
    category = np.ascontiguousarray(np.array(columns, dtype=np.int64).T)
    return problem._replace(category=category, category_price=price)


def _problem(
    clients: Sequence[Client],
    work: Work,
    groups: MustLinkGroups,
    client_dist: NDArray[np.int32],
    links: Links,
    previous: NDArray[np.int64],
    number: dict[str, int],
    rules: Rules,
    prices: TeamPrices,
) -> PartitionProblem:
    n_groups, n_teams = len(groups.members), len(number)
    dist = np.ascontiguousarray(client_dist[np.ix_(groups.first, groups.first)])
    ones = np.ones(len(clients), dtype=np.int64)
    care_min = (groups.sum(work.care_s) + 30) // 60
    load = np.column_stack([groups.sum(ones), care_min, groups.sum(work.milli_rounds)])
    low, high = _bounds(load.sum(axis=0), n_teams, rules.teams)
    linear = np.zeros((n_groups, n_teams), dtype=np.int64)
    known = np.flatnonzero(previous >= 0)
    linear[known] = prices.change_s * groups.sum(ones)[known, None]
    linear[known, previous[known]] = 0
    fixed = np.zeros(n_groups, dtype=np.uint8)
    for i, client in enumerate(clients):
        if client.locked_team:
            group = int(groups.of_client[i])
            fixed[group] = 1
            linear[group] = LOCKED_COST
            linear[group, number[client.team_id]] = 0
    plain = make_problem(
        dist,
        groups.sum(work.legs),
        load,
        np.tile(low, (n_teams, 1)),
        np.tile(high, (n_teams, 1)),
        np.ones(load.shape[1]),
        linear=linear,
        links=links,
        fixed=fixed,
        intra_travel_pct=prices.intra_travel_pct,
    )
    scale = unit_scale(plain)
    mean_load = np.maximum(load.mean(axis=0), 1e-9)
    price = np.full(load.shape[1], scale * prices.rounds)
    price[0], price[1] = scale * prices.per_client * mean_load[0], scale * prices.care
    price = np.maximum(1, np.rint(price / mean_load)).astype(np.int64)
    return plain._replace(price=price, fragment_price=int(scale * prices.fragment))
