"""Teams from clients: the search run on a municipality's partition problem, and back again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from data.errors import InfeasibleError
from data.model import Municipality
from data.plans import Team
from data.progress import Progress
from data.rules import Rules, TeamRules
from data.streets import StreetNetwork
from data.travel_times import TravelTimes
from partition.annealing.annealer import AnnealParams, Division, cost_of
from partition.annealing.bounds_repair import repaired
from partition.annealing.care_work import ISLAND_S
from partition.annealing.team_search import divide
from partition.teams.feasibility import listed
from partition.teams.team_problem import LOCKED_COST, OtherAreas, TeamProblem, make_team_problem

HELD_BACK = 1.5
"""Where there are teams today, two more annealings follow the free one (`divide.held_back`). 400
clients, limits of 8 and 20 s, two seeds: 0.5 ends at 8.0 and 20.0 s, 1.5 at 7.4 and 18.8 and as
cheap, 3 at 5.7 and 18.1 and dearer."""


def relabelled(problem: TeamProblem, team: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number the teams so that as many clients as can be keep their present team's id.

    Teams with locks keep their number. Teams without a past are numbered by their first group.
    """
    from scipy.optimize import linear_sum_assignment

    n_teams = len(problem.labels)
    clients_in = np.array([len(members) for members in problem.groups.members], dtype=np.int64)
    overlap = np.zeros((n_teams, n_teams), dtype=np.int64)
    known = problem.previous >= 0
    np.add.at(overlap, (team[known], problem.previous[known]), clients_in[known])
    for k in np.unique(team[problem.problem.fixed == 1]):
        overlap[k, k] += 10**9
    first = np.full(n_teams, len(team), dtype=np.int64)
    np.minimum.at(first, team, np.arange(len(team)))
    order = np.argsort(first, kind="stable")
    # A hair's breadth of preference for numbers in order of the first group breaks the ties.
    rank = np.empty(n_teams, dtype=np.int64)
    rank[order] = np.arange(n_teams)
    score = overlap * n_teams**2 * 2 - np.abs(rank[:, None] - np.arange(n_teams)[None, :])
    rows, columns = linear_sum_assignment(score, maximize=True)
    new_number = np.empty(n_teams, dtype=np.int64)
    new_number[rows] = columns
    return new_number[team]


def divide_teams(
    problem: TeamProblem,
    *,
    seed: int = 0,
    workers: int = 1,
    n_iterations: int | None = None,
    time_limit_s: float | None = None,
    progress: Progress | None = None,
    params: AnnealParams | None = None,
) -> Division:
    """Divide; where there is a present division, look both near it and free of it.

    The free search is blind to labels; its teams then get the ids of those they most resemble,
    and both are annealed on with the price of change.
    """
    progress = progress or Progress()
    free = problem.problem
    has_past = bool((problem.previous >= 0).any())
    if has_past:
        linear = np.where(free.linear >= LOCKED_COST, free.linear, 0)
        free = free._replace(linear=linear)
    params = params or AnnealParams()
    division = divide(
        free,
        seed=seed,
        workers=workers,
        n_rounds=n_iterations,
        time_limit_s=time_limit_s,
        params=replace(params, n_repairs=0) if has_past else params,
        # Two more annealings come after it. 400 clients, limits of 8 and 20 s, two seeds: 0.5 ends
        # at 8.0 and 20.0 s, 1.5 at 7.4 and 18.8 and as cheap; 3 at 5.7 and 18.1, and dearer.
        held_back=1.5 if has_past else 0.5,
        progress=progress,
    )
    team = relabelled(problem, division.team)
    if not has_past:
        return Division(team, division.cost, division.n_iterations, division.n_rounds)
    near = replace(params, n_starts=0, n_repairs=0)

    def annealed(number: int) -> Division:
        start = (team, present_division(problem))[number]
        return divide(
            problem.problem, seed=seed + 1 + number, n_rounds=0, warm_start=start, params=near
        )

    with ThreadPoolExecutor(max_workers=max(1, min(workers, 2))) as threads:
        candidates = list(threads.map(annealed, range(2)))
    best = candidates[min(range(2), key=lambda q: (candidates[q].cost, q))]
    final, n_repair = repaired(problem.problem, best.team, [seed, 3], params)
    n_tried = (
        division.n_iterations + n_repair + sum(candidate.n_iterations for candidate in candidates)
    )
    return Division(final, cost_of(problem.problem, final), n_tried, division.n_rounds)


def present_division(problem: TeamProblem) -> NDArray[np.int64]:
    """The present teams as numbers; groups without one join that of the nearest group with one."""
    team = problem.previous.copy()
    known = np.flatnonzero(team >= 0)
    for group in np.flatnonzero(team < 0):
        team[group] = team[known[problem.problem.dist[group, known].argmin()]]
    locked = problem.problem.fixed == 1
    team[locked] = problem.problem.linear[locked].argmin(axis=1)
    return team


def teams_of(problem: TeamProblem, team: NDArray[np.int64]) -> tuple[Team, ...]:
    """A division as teams, in order of id; without bases and areas as yet."""
    of_client = team[problem.groups.of_client]
    return tuple(
        Team(
            team_id=label,
            area_id="",
            base_id="",
            client_ids=tuple(problem.clients[i].client_id for i in np.flatnonzero(of_client == k)),
        )
        for k, label in enumerate(problem.labels)
    )


def make_teams(
    municipality: Municipality,
    travel: TravelTimes,
    rules: Rules,
    *,
    network: StreetNetwork | None = None,
    mode: str = "bike",
    seed: int = 0,
    workers: int = 1,
    n_iterations: int | None = None,
    time_limit_s: float | None = None,
    other_areas: OtherAreas | None = None,
    progress: Progress | None = None,
) -> tuple[Team, ...]:
    """Divide the clients into teams.

    Parameters
    ----------
    n_iterations : int, optional
        Regions to re-anneal after the starts.
    time_limit_s : float, optional
        Re-anneal regions until then; 0 gives a first good division.

    Returns
    -------
    tuple of Team
        In order of id, with empty ``area_id`` and ``base_id``.

    Raises
    ------
    SettingsError, InfeasibleError
        See `make_team_problem`; the latter also where the search found no division within the
        bounds on clients although no proof forbids one.
    """
    problem = make_team_problem(
        municipality, travel, rules, network=network, mode=mode, other_areas=other_areas
    )
    division = divide_teams(
        problem,
        seed=seed,
        workers=workers,
        n_iterations=n_iterations,
        time_limit_s=time_limit_s,
        progress=progress,
    )
    check_sizes(problem, division.team, rules.teams)
    return teams_of(problem, division.team)


def check_sizes(problem: TeamProblem, team: NDArray[np.int64], rules: TeamRules) -> None:
    """Refuse a division with a team outside the bounds on clients, or on two islands.

    Raises
    ------
    InfeasibleError
        Naming the teams, and bounds that the division found would keep.
    """
    for k, label in enumerate(problem.labels):
        mine = np.flatnonzero(team == k)
        if (problem.problem.dist[np.ix_(mine, mine)] >= ISLAND_S).any():
            raise InfeasibleError(
                f"Ingen indelning hittades där alla lag kan nå sina brukare: lag {label} har "
                "brukare utan väg mellan sig. Närmast möjligt: rätta läget eller gatunätet, välj "
                "ett annat färdsätt, eller vidga teams.clients_min och teams.clients_max."
            )
    sizes = np.bincount(team[problem.groups.of_client], minlength=len(problem.labels))
    wrong = (sizes < rules.clients_min) | (sizes > rules.clients_max)
    if wrong.any():
        names = listed([f"{problem.labels[k]} ({sizes[k]})" for k in np.flatnonzero(wrong)])
        raise InfeasibleError(
            f"Ingen indelning hittades där alla lag har {rules.clients_min}–{rules.clients_max} "
            f"brukare. Utanför: {names}. Närmast möjligt: teams.clients_min = "
            f"{max(1, min(sizes.min(), rules.clients_min))}, teams.clients_max = "
            f"{max(sizes.max(), rules.clients_max)} och teams.n_teams = {(sizes > 0).sum()}, "
            "eller teams.keep_buildings = false."
        )
