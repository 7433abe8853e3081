"""The points of a redesign as shared files may tell them: of those only who may be shown.

A search counts the hidden with the rest. A figure of all less what is told of the others would be
theirs; and the minutes that a move saves, to the middle of a team, would be minutes from a hidden
home where she is the middle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from data.care.hidden import hidden_clients, shown_municipality, shown_teams
from data.model import Municipality
from data.rules import Rules
from data.streets import StreetNetwork
from data.travel_times import TravelTimes
from partition.annealing.care_work import make_work, planned_clients, travel_matrix
from partition.redesign.redesign_front import (
    Move,
    RedesignPoint,
    imbalance_pct,
    rounds_off,
    with_lasting_contact,
)
from partition.teams.must_link import make_must_link_groups
from partition.teams.team_measures import intra_team_travel_s
from partition.teams.team_problem import canonical_rank
from partition.teams.team_shape import shape_table


def shown_points(
    points: Sequence[RedesignPoint],
    municipality: Municipality,
    travel: TravelTimes,
    rules: Rules,
    *,
    network: StreetNetwork | None = None,
    mode: str = "bike",
) -> list[RedesignPoint]:
    """The points with every figure of those who may be shown; as they are where nobody is hidden.

    The cost and the share of the gain stay: they are of the search, and of no group of clients.

    Returns
    -------
    list of RedesignPoint
        In the same order, with the same plans.
    """
    hidden = hidden_clients(municipality)
    if not hidden:
        return list(points)
    seen = shown_municipality(municipality)
    shown: list[RedesignPoint] = []
    for point in points:
        moves = tuple(_shown_move(move) for move in point.moves if move.client_id not in hidden)
        counted = _with_contacts(replace(point, moves=moves, n_moved=len(moves)), seen)
        measured = figures_of_point(counted, municipality, travel, rules, network, mode)
        first = next((earlier for earlier in shown if earlier.aim == point.aim), measured)
        saved = first.travel_min_week - measured.travel_min_week
        shown.append(replace(measured, travel_gain_min_week=saved))
    return shown


def _shown_move(move: Move) -> Move:
    """A move whose reason says nothing that was measured of all clients."""
    begins = {
        "närmare": f"närmare lag {move.to_team_id}",
        "avlastar": f"avlastar lag {move.from_team_id}",
        "fyller": f"fyller lag {move.to_team_id}",
    }
    word = move.reason.partition(" ")[0].rstrip(":")
    return replace(move, reason=begins.get(word, move.reason))


def _with_contacts(point: RedesignPoint, seen: Municipality) -> RedesignPoint:
    lasting, contact = with_lasting_contact(seen), point.plan.contact
    new = [
        client.client_id
        for client in seen.clients
        if client.client_id in point.plan.team_of_client
        and client.contact_id and client.needs_contact
        and contact.get(client.client_id, "") != client.contact_id
    ]  # fmt: skip
    n_forced = sum(client_id not in lasting for client_id in new)
    return replace(point, n_new_contacts=len(new), n_forced_contacts=n_forced)


def figures_of_point(
    point: RedesignPoint,
    municipality: Municipality,
    travel: TravelTimes,
    rules: Rules,
    network: StreetNetwork | None = None,
    mode: str = "bike",
) -> RedesignPoint:
    """The point with travel, balance and parts of those who may be shown, as the search has them.

    Where nobody is hidden nothing changes.
    """
    seen, plan = shown_municipality(municipality), shown_teams(municipality, point.plan)
    plan = replace(plan, teams=tuple(team for team in plan.teams if team.client_ids))
    clients, n_teams = planned_clients(seen), len(plan.teams)
    work = make_work(seen, travel, rules, mode=mode)
    dist = travel_matrix(travel, work.client_ids, mode)
    rank = canonical_rank(dist, work)
    groups = make_must_link_groups(clients, rules.teams, rank, work.care_s, n_teams, as_today=True)
    number = {team.team_id: k for k, team in enumerate(plan.teams)}
    team_of = np.array([number[plan.team_of_client[work.client_ids[i]]] for i in groups.first])
    care, rounds = np.zeros(n_teams), np.zeros((n_teams, work.milli_rounds.shape[1]))
    np.add.at(care, team_of, (groups.sum(work.care_s) + 30) // 60)
    np.add.at(rounds, team_of, groups.sum(work.milli_rounds))
    near_s = middle_s = 0.0
    for mine in (np.flatnonzero(team_of == k) for k in sorted(set(team_of.tolist()))):
        first, legs = groups.first[mine], groups.sum(work.legs)[mine]
        between = dist[np.ix_(first, first)]
        near_s += float((intra_team_travel_s(between) * legs).sum())
        middle_s += float((between * legs[:, None]).sum(axis=0).min())
    shapes = shape_table(seen, plan, travel, network, rules=rules, mode=mode)
    return replace(
        point,
        travel_min_week=round(near_s / 60),
        to_middle_min_week=round(middle_s / 60),
        imbalance_pct=imbalance_pct(care),
        rounds_off=rounds_off(rounds),
        n_fragments=sum(shape["n_parts"] - 1 for shape in shapes),
    )
