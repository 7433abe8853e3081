"""Plan again from an adopted division: nobody changes team or contact, or few do, or must.

Between two redesigns a municipality's teams are a promise. Here the present division is kept whole
where its teams keep the bounds on clients, with newcomers in the nearest team that has room. Where
they do not, or where changes are asked for, the best division within a budget of moves is taken
(`redesign_search`). Contacts, vices, twins and carers stay but where a move or a rule forces them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data.errors import InfeasibleError
from data.model import Municipality
from data.plans import TeamPlan
from data.progress import Progress
from data.rules import Rules, TeamRules
from data.streets import StreetNetwork
from data.travel_times import TravelTimes
from partition.annealing.team_search import divide
from partition.redesign.redesign_front import BUDGETS_PCT, with_lasting_contact
from partition.redesign.redesign_search import Archive
from partition.team_planning import complete_plan
from partition.teams.team_division import check_sizes, teams_of
from partition.teams.team_problem import OtherAreas, TeamProblem, make_team_problem


def plan_within(
    municipality: Municipality,
    travel: TravelTimes,
    rules: Rules,
    *,
    changes_pct: int = 0,
    network: StreetNetwork | None = None,
    mode: str = "bike",
    seed: int = 0,
    workers: int = 1,
    time_limit_s: float | None = None,
    other_areas: OtherAreas | None = None,
    progress: Progress | None = None,
) -> TeamPlan:
    """A plan in which at most so many per cent of the clients change team.

    Parameters
    ----------
    changes_pct : int
        0 keeps everybody who may be kept. Decisions on teams are kept before the budget.

    Raises
    ------
    InfeasibleError
        Where no division within the budgets tried keeps the bounds on clients, or as
        `team_problem.make_team_problem`.
    """
    progress = progress or Progress()
    problem = make_team_problem(
        municipality, travel, rules, network=network, mode=mode, other_areas=other_areas,
        as_today=True,
    )  # fmt: skip
    present = placed_present(problem, rules.teams)
    if changes_pct == 0 and keeps_sizes(problem, present, rules.teams):
        team = present
    else:
        lasting = with_lasting_contact(municipality)
        archive = Archive(problem, lasting, seed, progress)
        division = divide(
            archive.plain, seed=seed, workers=workers, time_limit_s=time_limit_s, progress=progress
        )
        archive.fill(division.team)
        team = _within(archive, problem, changes_pct, rules.teams)
    progress.report(0.6, "Lagen är behållna")
    return complete_plan(
        municipality, teams_of(problem, team), travel, rules, network=network, mode=mode,
        seed=seed, holds=True, progress=progress,
    )  # fmt: skip


def _within(
    archive: Archive, problem: TeamProblem, changes_pct: int, rules: TeamRules
) -> NDArray[np.int64]:
    """The best division within the budget; within a wider one where the bounds ask for it."""
    n_clients = len(problem.clients)
    for pct in (changes_pct, *(more for more in BUDGETS_PCT if more > changes_pct), 100):
        met = archive.within(n_clients * pct // 100)
        if keeps_sizes(problem, met.team, rules):
            return met.team
    check_sizes(problem, archive.best(n_clients, None).team, rules)
    return archive.best(n_clients, None).team


def keeps_sizes(problem: TeamProblem, team: NDArray[np.int64], rules: TeamRules) -> bool:
    """Whether every team keeps the bounds on clients, and none is on two islands."""
    try:
        check_sizes(problem, team, rules)
    except InfeasibleError:
        return False
    return True


def placed_present(problem: TeamProblem, rules: TeamRules) -> NDArray[np.int64]:
    """The present teams as numbers; who has none joins the nearest team that has room."""
    team = problem.previous.copy()
    locked = problem.problem.fixed == 1
    team[locked] = problem.problem.linear[locked].argmin(axis=1)
    n_in = np.array([len(members) for members in problem.groups.members], dtype=np.int64)
    known = np.flatnonzero(team >= 0)
    size = np.bincount(team[known], weights=n_in[known], minlength=len(problem.labels))
    for group in np.flatnonzero(team < 0):
        order = known[np.argsort(problem.problem.dist[group, known], kind="stable")]
        roomy = [b for b in order if size[team[b]] + n_in[group] <= rules.clients_max]
        team[group] = team[roomy[0] if roomy else order[0]]
        size[team[group]] += n_in[group]
    return team
