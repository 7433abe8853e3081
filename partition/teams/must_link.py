"""Clients who stay together, whatever the team: must_links always, buildings by the rules.

A bond is a household, those whom the planner keeps together (``together_id``, FA-16), or a chain of
both. A group is the unit of the search. A building too large for one team is cut into near-equal
parts, never through a bond.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.model import Client
from data.rules import TeamRules


@dataclass(frozen=True)
class MustLinkGroups:
    """Groups of clients.

    Attributes
    ----------
    of_client : ndarray, int64, shape (n_clients,)
    members : tuple of tuple of int
        Client indices of each group, in order.
    first : ndarray, int64, shape (n_groups,)
        A client that stands for the group in matrices of clients.
    """

    of_client: NDArray[np.int64]
    members: tuple[tuple[int, ...], ...]
    first: NDArray[np.int64]

    def sum(self, values: NDArray[np.int64]) -> NDArray[np.int64]:
        """Sum of ``values``, shape (n_clients, ...), over each group."""
        total = np.zeros((len(self.members), *values.shape[1:]), dtype=np.int64)
        np.add.at(total, self.of_client, values)
        return total


def must_links(clients: Sequence[Client]) -> list[list[int]]:
    """Clients who are never parted, each in one list, in order; most are alone in theirs."""
    first_of: dict[tuple[str, str], int] = {}
    leader = list(range(len(clients)))

    def led_by(i: int) -> int:
        while leader[i] != i:
            leader[i] = leader[leader[i]]
            i = leader[i]
        return i

    for i, client in enumerate(clients):
        for kind in ("household_id", "together_id"):
            if name := getattr(client, kind):
                root, other = led_by(i), led_by(first_of.setdefault((kind, name), i))
                leader[max(root, other)] = min(root, other)
    groups: dict[int, list[int]] = {}
    for i in range(len(clients)):
        groups.setdefault(led_by(i), []).append(i)
    return list(groups.values())


def _packed(households: list[list[int]], most: int) -> list[list[int]]:
    """Cut a building's households into the fewest parts of at most ``most``, near-equal."""
    n_clients = sum(len(household) for household in households)
    n_parts = -(-n_clients // most)
    parts: list[list[int]] = [[] for _ in range(n_parts)]
    for household in sorted(households, key=lambda members: (-len(members), members)):
        smallest = min(parts, key=len)
        smallest.extend(household)
    return [sorted(part) for part in parts if part]


def make_must_link_groups(
    clients: Sequence[Client],
    rules: TeamRules,
    order: NDArray[np.int64],
    care_s: NDArray[np.int64],
    n_teams: int,
    *,
    as_today: bool = False,
) -> MustLinkGroups:
    """Groups in a canonical order.

    Parameters
    ----------
    order : ndarray, int64, shape (n_clients,)
        Rank of each client in an order that does not depend on ids or on the rows of the table
        (see `team_problem.canonical_rank`); groups are sorted by their first client's rank.
    care_s, n_teams
        A building is kept whole while a team could hold it within its bounds and balance.
    as_today : bool
        Neighbours of one building who are in different teams today are different groups, so that
        nobody has to move. A household stays one.
    """
    households = must_links(clients)
    if not rules.keep_buildings:
        groups = households
    else:
        most_s = care_s.sum() / n_teams * (100 + rules.balance_pct) / 100
        in_building: dict[tuple[str, str, str], list[list[int]]] = {}
        for members in households:
            head = clients[members[0]]
            lock = next((clients[i].team_id for i in members if clients[i].locked_team), "")
            # Locks go before buildings: neighbours locked apart stay apart.
            today = head.team_id if as_today else ""
            key = (head.building_id or f"\0{members[0]}", lock, today)
            in_building.setdefault(key, []).append(members)
        groups = []
        for homes in in_building.values():
            everyone = sorted(i for home in homes for i in home)
            fits = len(everyone) <= rules.clients_max and care_s[everyone].sum() <= most_s
            most = max(max(len(home) for home in homes), min(8, rules.clients_max))
            groups.extend([everyone] if fits else _packed(homes, most))
    by_rank = [sorted(group, key=lambda i: int(order[i])) for group in groups]
    by_rank.sort(key=lambda group: int(order[group[0]]))
    of_client = np.zeros(len(clients), dtype=np.int64)
    for b, group in enumerate(by_rank):
        of_client[group] = b
    return MustLinkGroups(
        of_client=of_client,
        members=tuple(tuple(group) for group in by_rank),
        first=np.array([group[0] for group in by_rank], dtype=np.int64),
    )
