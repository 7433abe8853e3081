"""From the present division to the best one: the Pareto front of moves against gain.

The present division is annealed from a low temperature at falling prices of change; each price
gives the best division for so many moves. Every division met on the way goes into an archive, and
the points shown are the cheapest within each budget of moves, made into full plans. What a
manager then chooses comes with the list of who moves, and why.

There are two aims. With ``balance`` the rules' bounds on care and rounds are what they are, and
where today's teams break them badly the first moves mend that, even at the price of travel. With
``travel`` no team may be further from the mean than the worst of today, and every move shortens
the ways. A manager should see both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from data.errors import SettingsError
from data.model import Municipality
from data.plans import TeamPlan
from data.progress import Watch
from data.rules import Rules
from data.streets import StreetNetwork
from data.travel import TravelTimes
from partition.contiguity import count_fragments
from partition.measures import walk_s
from partition.plan import complete_plan
from partition.search import divide
from partition.team_problem import LOCKED_COST, OtherAreas, TeamProblem, make_team_problem
from partition.teams import present_division, relabelled, teams_of
from partition.walk import SearchParams, cost_of, medoids, unit_scale

BUDGETS_PCT = (2, 5, 10, 20, 35)
"""Points of the front between "nobody moves" and "free": at most so many clients change team."""

Aim = Literal["balance", "travel"]

N_PRICES = 16
N_BISECTIONS = 9


@dataclass(frozen=True, slots=True)
class Move:
    """A client who changes team, and why (Swedish, ids and minutes only)."""

    client_id: str
    from_team_id: str
    to_team_id: str
    reason: str


@dataclass(frozen=True)
class RedesignPoint:
    """One point of the front: a full plan and what it costs and gives.

    Attributes
    ----------
    aim : str
        ``balance`` or ``travel``; see the module.
    n_moved : int
        Clients who change team.
    n_new_contacts : int
        Clients with a contact today who get another one, or none.
    travel_min_week : int
        Minutes a week from near team-mates to each visit, as in `measures`.
    to_middle_min_week : int
        Minutes a week from the teams' middles to each visit: the travel that the search lowers.
    imbalance_pct : float
        Greatest deviation of a team's care minutes from the mean.
    rounds_off : float
        Greatest deviation from the mean of rounds needed, over teams, weekdays and shifts.
    n_fragments : int
        Parts of teams beyond the first, on the street neighbour graph.
    cost : int
        The search's objective without the price of change.
    share_of_gain : float
        Of the fall in ``cost`` from the present division to the free one.
    travel_gain_min_week : int
        How much shorter the ways between team-mates are than today; negative where longer.
    """

    plan: TeamPlan
    aim: Aim
    moves: tuple[Move, ...]
    n_moved: int
    n_new_contacts: int
    travel_min_week: int
    to_middle_min_week: int
    imbalance_pct: float
    rounds_off: float
    n_fragments: int
    cost: int
    share_of_gain: float
    travel_gain_min_week: int = 0


def no_worse(problem: TeamProblem) -> TeamProblem:
    """The problem with bounds wide enough for the worst of today's teams."""
    p = problem.problem
    used = np.zeros_like(p.low)
    np.add.at(used, present_division(problem), p.load)
    low = np.minimum(p.low, used.min(axis=0))
    high = np.maximum(p.high, used.max(axis=0))
    # Clients are counted as the rules say: a team too large today is not a licence for others.
    low[:, 0], high[:, 0] = p.low[:, 0], p.high[:, 0]
    return replace(problem, problem=p._replace(low=low, high=high))


def _priced(problem: TeamProblem, price: float) -> TeamProblem:
    """The problem with another price of change, in seconds a week and client."""
    p = problem.problem
    linear = np.where(p.linear >= LOCKED_COST, p.linear, 0)
    n_clients = np.array([len(members) for members in problem.blocks.members], dtype=np.int64)
    free = np.flatnonzero((problem.previous >= 0) & (p.fixed == 0))
    linear[free] += np.rint(price * n_clients[free]).astype(np.int64)[:, None]
    linear[free, problem.previous[free]] = 0
    return replace(problem, problem=p._replace(linear=linear))


def n_moved(problem: TeamProblem, team: NDArray[np.int64]) -> int:
    """Clients with a team today who get another."""
    known = problem.previous >= 0
    n_clients = np.array([len(members) for members in problem.blocks.members], dtype=np.int64)
    return int(n_clients[known & (team != problem.previous)].sum())


def _archive(
    problem: TeamProblem, free_team: NDArray[np.int64], seed: int, watch: Watch
) -> list[tuple[int, int, NDArray[np.int64]]]:
    """Divisions met at falling and then rising prices of change: moves, cost, division."""
    plain = _priced(problem, 0).problem
    present = present_division(problem)
    found = [(n_moved(problem, team), cost_of(plain, team), team) for team in (present, free_team)]
    scale = unit_scale(plain)
    prices = scale * np.geomspace(1000.0, 0.05, N_PRICES)
    params = SearchParams(n_starts=0, n_repairs=0)
    for direction, start in ((1, present), (-1, free_team)):
        team = start
        for number, price in enumerate(prices[::direction]):
            if watch.is_stopping:
                break
            priced = _priced(problem, float(price)).problem
            division = divide(
                priced, seed=seed + number, n_rounds=0, warm_start=team, params=params
            )
            team = division.team
            found.append((n_moved(problem, team), cost_of(plain, team), team))
        watch.tell(0.3 + 0.15 * (direction < 0), "Vägen mellan dagens lag och de bästa prövas")
    return found


def _within_budget(
    problem: TeamProblem,
    archive: Sequence[tuple[int, int, NDArray[np.int64]]],
    budget: int,
    seed: int,
) -> NDArray[np.int64]:
    """The cheapest division with at most ``budget`` moves, the price of change being bisected."""
    plain = _priced(problem, 0).problem
    best = min((entry for entry in archive if entry[0] <= budget), key=lambda e: (e[1], e[0]))
    low, high = 0.02, 3000.0
    team = best[2]
    for step in range(N_BISECTIONS):
        price = float(np.sqrt(low * high))
        priced = _priced(problem, price * unit_scale(plain)).problem
        division = divide(
            priced,
            seed=seed + 100 + step,
            n_rounds=0,
            warm_start=team,
            params=SearchParams(n_starts=0, n_repairs=0),
        )
        moves, cost = n_moved(problem, division.team), cost_of(plain, division.team)
        if moves <= budget:
            high = price
            if (cost, moves) < (best[1], best[0]):
                best = (moves, cost, division.team)
        else:
            low = price
    return best[2]


def _reason(problem: TeamProblem, block: int, old: int, new: int, facts: _Facts) -> str:
    """Why a block moves: nearness first, then work, then the streets, then making room."""
    labels = problem.labels
    to_old = int(problem.problem.dist[block, facts.middle_before[old]])
    to_new = int(problem.problem.dist[block, facts.middle_after[new]])
    if to_old - to_new >= 30:
        return (
            f"närmare: {to_new / 60:.0f} min till mitten av lag {labels[new]} i stället för "
            f"{to_old / 60:.0f} min till mitten av lag {labels[old]}"
        ).replace(".", ",")
    if facts.load_pct[old] > 105:
        return f"avlastar lag {labels[old]} som har {facts.load_pct[old]} % av medelarbetet"
    if facts.load_pct[new] < 95:
        return f"fyller lag {labels[new]} som har {facts.load_pct[new]} % av medelarbetet"
    if facts.fragments_before[old] > 1:
        return f"lag {labels[old]} hänger inte ihop på gatorna i dag"
    return f"ger plats åt andra som flyttar till lag {labels[old]}"


@dataclass(frozen=True)
class _Facts:
    """What the reasons rest on."""

    middle_before: NDArray[np.int64]
    middle_after: NDArray[np.int64]
    load_pct: NDArray[np.int64]
    fragments_before: NDArray[np.int64]


def _moves(problem: TeamProblem, team: NDArray[np.int64]) -> tuple[Move, ...]:
    present = present_division(problem)
    p = problem.problem
    care = np.bincount(present, weights=p.load[:, 1], minlength=len(problem.labels))
    facts = _Facts(
        medoids(p, present),
        medoids(p, team),
        np.rint(100 * care / max(care.mean(), 1e-9)).astype(np.int64),
        count_fragments(problem, present),
    )
    found = []
    for block in np.flatnonzero((problem.previous >= 0) & (team != problem.previous)):
        old, new = int(problem.previous[block]), int(team[block])
        reason = _reason(problem, int(block), old, new, facts)
        for i in problem.blocks.members[block]:
            client = problem.clients[i]
            if client.team_id != problem.labels[new]:
                found.append(Move(client.client_id, client.team_id, problem.labels[new], reason))
    return tuple(sorted(found, key=lambda move: move.client_id))


def _travel_min(problem: TeamProblem, team: NDArray[np.int64]) -> int:
    """Minutes a week of legs between team-mates; see `measures`."""
    seconds = 0.0
    for k in range(len(problem.labels)):
        mine = np.flatnonzero(team == k)
        if len(mine):
            dist = np.ascontiguousarray(problem.problem.dist[np.ix_(mine, mine)])
            seconds += float((walk_s(dist) * problem.problem.weight[mine]).sum())
    return round(seconds / 60)


def _to_middle_min(problem: TeamProblem, team: NDArray[np.int64]) -> int:
    """Minutes a week between each client's visits and the team's middle."""
    p = problem.problem
    middle = medoids(p, team)[team]
    seconds = p.dist[np.arange(len(team)), middle].astype(np.int64) * p.weight
    return round(int(seconds.sum()) / 60)


def make_redesign(
    municipality: Municipality,
    travel: TravelTimes,
    rules: Rules,
    *,
    network: StreetNetwork | None = None,
    mode: str = "bike",
    seed: int = 0,
    workers: int = 1,
    time_limit_s: float | None = None,
    aim: Aim = "balance",
    other_areas: OtherAreas | None = None,
    watch: Watch | None = None,
) -> tuple[RedesignPoint, ...]:
    """The front from "nobody moves" to "best possible", in order of clients moved.

    Parameters
    ----------
    aim : {"balance", "travel"}
        What the moves are to buy; see the module.

    Returns
    -------
    tuple of RedesignPoint
        Five to seven, each a full plan; fewer only where budgets give the same division.

    Raises
    ------
    SettingsError
        Where no client has a team today.
    InfeasibleError
        As `team_problem.make_team_problem`.
    """
    watch = watch or Watch()
    problem = make_team_problem(
        municipality, travel, rules, network=network, mode=mode, other_areas=other_areas
    )
    if not (problem.previous >= 0).any():
        raise SettingsError("Omläggning kräver dagens lag i brukartabellen (kolumnen lag).")
    if aim == "travel":
        problem = no_worse(problem)
    plain = _priced(problem, 0).problem
    free = divide(plain, seed=seed, workers=workers, time_limit_s=time_limit_s, watch=watch)
    archive = _archive(problem, relabelled(problem, free.team), seed, watch)
    n_clients = len(problem.clients)
    chosen = [archive[0][2]]
    for pct in BUDGETS_PCT:
        chosen.append(_within_budget(problem, archive, n_clients * pct // 100, seed))
        watch.tell(0.5, f"Bästa indelning när högst {pct} % byter lag")
    chosen.append(min(archive, key=lambda entry: (entry[1], entry[0]))[2])
    costs = [cost_of(plain, team) for team in chosen]
    points: list[RedesignPoint] = []
    for number, team in enumerate(chosen):
        if number and costs[number] >= min(costs[:number]):
            continue
        point = _point(municipality, problem, team, travel, rules, network, mode)
        gain = (costs[0] - costs[number]) / max(1, costs[0] - min(costs))
        saved = points[0].travel_min_week - point.travel_min_week if points else 0
        points.append(
            replace(
                point,
                aim=aim,
                cost=costs[number],
                share_of_gain=round(gain, 3),
                travel_gain_min_week=saved,
            )
        )
        watch.tell(0.6 + 0.4 * number / len(chosen), "Kontakter för varje förslag")
    return tuple(points)


def _point(
    municipality: Municipality,
    problem: TeamProblem,
    team: NDArray[np.int64],
    travel: TravelTimes,
    rules: Rules,
    network: StreetNetwork | None,
    mode: str,
) -> RedesignPoint:
    teams = teams_of(problem, team)
    plan = complete_plan(municipality, teams, travel, rules, network=network, mode=mode)
    used = np.zeros_like(problem.problem.low)
    np.add.at(used, team, problem.problem.load)
    off = np.abs(used - used.mean(axis=0))
    had = [client for client in problem.clients if client.contact_id]
    return RedesignPoint(
        plan=plan,
        aim="balance",
        moves=_moves(problem, team),
        n_moved=n_moved(problem, team),
        n_new_contacts=sum(plan.contact.get(c.client_id, "") != c.contact_id for c in had),
        travel_min_week=_travel_min(problem, team),
        to_middle_min_week=_to_middle_min(problem, team),
        imbalance_pct=round(100 * float(off[:, 1].max() / max(used[:, 1].mean(), 1e-9)), 1),
        rounds_off=round(float(off[:, 2:].max()) / 1000, 2),
        n_fragments=int((count_fragments(problem, team) - 1).clip(min=0).sum()),
        cost=0,
        share_of_gain=0.0,
    )
