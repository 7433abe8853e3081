"""From the present division to the best one: the Pareto front of moves against gain.

The points shown are the cheapest divisions within each budget of moves (`redesign_search`), made
into full plans. What a manager then chooses comes with the list of who moves, and why. Contacts and
carers stay unless they must change: where nobody moves, only a contact who may not go on is
replaced, and further on contacts follow the clients who move. No point makes travel between
team-mates longer than they are today, or hardly (`redesign_search.TRAVEL_SLACK_PCT`).

There are two aims. With ``balance`` the rules' bounds on care and rounds are what they are, and
where today's teams break them badly the first moves mend that. With
``travel`` no team may be further from the mean than the worst of today, and every move shortens
the ways. A manager should see both.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from data.errors import SettingsError
from data.model import Municipality
from data.plans import TeamPlan
from data.progress import Progress
from data.rules import Rules
from data.streets import StreetNetwork
from data.travel_times import TravelTimes
from partition.annealing.annealer import medoids
from partition.annealing.team_search import divide
from partition.redesign.redesign_search import (
    LOST_TEAM,
    NO_TEAM,
    Archive,
    Met,
    gain_shares,
    no_worse,
    today_of,
)
from partition.staff.qualification import make_qualifier
from partition.team_planning import complete_plan
from partition.teams.contiguity import count_fragments
from partition.teams.team_division import present_division, teams_of
from partition.teams.team_problem import OtherAreas, TeamProblem, make_team_problem

BUDGETS_PCT = (2, 5, 10, 20, 35)
"""Points of the front between "nobody moves" and "free": at most so many clients change team."""

Aim = Literal["balance", "travel"]


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
        Clients with a contact today, and in need of one, who get another one, or none.
    n_forced_contacts : int
        Those of them whose contact of today may not go on, whatever the division: no longer
        there, in another team, without the title, a delegation that ends, blocked.
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
        How much shorter travel between team-mates is than today; negative where longer.
    """

    plan: TeamPlan
    aim: Aim
    moves: tuple[Move, ...]
    n_moved: int
    n_new_contacts: int
    n_forced_contacts: int
    travel_min_week: int
    to_middle_min_week: int
    imbalance_pct: float
    rounds_off: float
    n_fragments: int
    cost: int
    share_of_gain: float
    travel_gain_min_week: int = 0


def with_lasting_contact(municipality: Municipality) -> frozenset[str]:
    """Clients whose contact of today may go on being it: of their team, and not kept from it."""
    qualifier, staff = make_qualifier(municipality), municipality.staff_by_id
    kept = []
    for client in municipality.clients:
        carer = staff.get(client.contact_id)
        if carer is None or carer.role != "contact" or not client.needs_contact:
            continue
        is_near = client.team_id in ("", carer.team_id) or not carer.team_id
        if is_near and qualifier.may_be_contact(carer, client):
            kept.append(client.client_id)
    return frozenset(kept)


def _reason(problem: TeamProblem, group: int, old: int, new: int, facts: _Facts) -> str:
    """Why a group moves: nearness first, then work, then the streets, then making room."""
    labels = problem.labels
    to_old = int(problem.problem.dist[group, facts.middle_before[old]])
    to_new = int(problem.problem.dist[group, facts.middle_after[new]])
    if to_old - to_new >= 30:
        return (
            f"närmare: {to_new / 60:.0f} min till mitten av lag {labels[new]} i stället för "
            f"{to_old / 60:.0f} min till mitten av lag {labels[old]}"
        )
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
    moves = []
    for i, old in enumerate(today_of(problem).tolist()):
        group = int(problem.groups.of_client[i])
        client, new = problem.clients[i], int(team[group])
        if old in (NO_TEAM, new):
            continue
        if old == LOST_TEAM:
            reason = f"lag {client.team_id} finns inte kvar"
        elif new == present[group]:
            reason = f"hushållet hålls ihop i lag {problem.labels[new]}"
        else:
            reason = _reason(problem, group, old, new, facts)
        moves.append(Move(client.client_id, client.team_id, problem.labels[new], reason))
    return tuple(sorted(moves, key=lambda move: move.client_id))


def imbalance_pct(care: NDArray[Any]) -> float:
    """How far the team that is farthest off has more or less care than the mean, in per cent."""
    mean = max(float(care.mean()), 1e-9)
    return round(100 * float(np.abs(care - care.mean()).max() / mean), 1)


def rounds_off(milli_rounds: NDArray[Any]) -> float:
    """Rounds by which the team that is farthest off has more or fewer than the mean."""
    return round(float(np.abs(milli_rounds - milli_rounds.mean(axis=0)).max()) / 1000, 2)


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
    progress: Progress | None = None,
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
    progress = progress or Progress()
    problem = make_team_problem(
        municipality,
        travel,
        rules,
        network=network,
        mode=mode,
        other_areas=other_areas,
        as_today=True,
    )
    if not (problem.previous >= 0).any():
        raise SettingsError("Omläggning kräver dagens lag i brukartabellen (kolumnen lag).")
    if aim == "travel":
        problem = no_worse(problem)
    lasting = with_lasting_contact(municipality)
    archive = Archive(problem, lasting, seed, progress)
    free = divide(
        archive.plain, seed=seed, workers=workers, time_limit_s=time_limit_s, progress=progress
    )
    archive.fill(free.team)
    n_clients = len(problem.clients)
    chosen = [archive.today]
    for pct in BUDGETS_PCT:
        chosen.append(archive.within(n_clients * pct // 100))
        progress.report(0.5, f"Bästa indelning när högst {pct} % byter lag")
    chosen.append(archive.best(n_clients))
    shares = gain_shares(archive, chosen)
    points: list[RedesignPoint] = []
    for number, (met, share) in enumerate(zip(chosen, shares, strict=True)):
        if number and met.cost >= min(other.cost for other in chosen[:number]):
            continue
        point = _point(municipality, problem, met, lasting, travel, rules, network, mode)
        saved = points[0].travel_min_week - point.travel_min_week if points else 0
        points.append(replace(point, aim=aim, share_of_gain=share, travel_gain_min_week=saved))
        progress.report(0.6 + 0.4 * number / len(chosen), "Kontakter för varje förslag")
    return tuple(points)


def _point(
    municipality: Municipality,
    problem: TeamProblem,
    met: Met,
    lasting: frozenset[str],
    travel: TravelTimes,
    rules: Rules,
    network: StreetNetwork | None,
    mode: str,
) -> RedesignPoint:
    team = met.team
    teams = teams_of(problem, team)
    plan = complete_plan(municipality, teams, travel, rules, network=network, mode=mode, keeps=True)
    used = np.zeros_like(problem.problem.low)
    np.add.at(used, team, problem.problem.load)
    had = [c for c in problem.clients if c.contact_id and c.needs_contact]
    new = [c for c in had if plan.contact.get(c.client_id, "") != c.contact_id]
    return RedesignPoint(
        plan=plan,
        aim="balance",
        moves=_moves(problem, team),
        n_moved=met.n_moved,
        n_new_contacts=len(new),
        n_forced_contacts=sum(c.client_id not in lasting for c in new),
        travel_min_week=round(met.intra_team_travel_s / 60),
        to_middle_min_week=_to_middle_min(problem, team),
        imbalance_pct=imbalance_pct(used[:, 1]),
        rounds_off=rounds_off(used[:, 2:]),
        n_fragments=int((count_fragments(problem, team) - 1).clip(min=0).sum()),
        cost=met.cost,
        share_of_gain=0.0,
    )
