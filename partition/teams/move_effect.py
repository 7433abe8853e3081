"""What one client's change of team would do, told before it is done (D11, D9)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from data.errors import SettingsError
from data.model import Municipality
from data.plans import TeamPlan
from data.rules import Rules
from data.streets import StreetNetwork
from data.travel_times import TravelTimes
from partition.annealing.care_work import make_work, planned_clients, travel_matrix
from partition.teams.contiguity import warning_on_links
from partition.teams.must_link import must_links
from partition.teams.team_measures import TeamRow, intra_team_travel_s, team_row
from partition.teams.team_problem import client_links


@dataclass(frozen=True)
class MoveEffect:
    """The two teams before and after, and what a planner should know first.

    Attributes
    ----------
    n_clients : tuple of int
        Left team before and after, receiving team before and after.
    care_pct : tuple of int
        Care minutes in per cent of the mean of all teams, in the same order.
    travel_min_week : int
        Change of travel within both teams, minutes a week; negative is shorter.
    warnings : tuple of str
        Swedish: locks and bounds broken, clients cut off; empty where nothing stands in the way.
    """

    with_client: tuple[str, ...]
    n_clients: tuple[int, int, int, int]
    care_pct: tuple[int, int, int, int]
    travel_min_week: int
    warnings: tuple[str, ...]


class MoveJudge:
    """Judges moves of clients, one after the other, with what they share worked out once.

    Parameters
    ----------
    network : StreetNetwork, optional
        Judges contiguity on the streets; without it, by the Delaunay graph of the places.
    """

    def __init__(
        self,
        municipality: Municipality,
        travel: TravelTimes,
        rules: Rules,
        *,
        network: StreetNetwork | None = None,
        mode: str = "bike",
    ) -> None:
        self._municipality, self._travel = municipality, travel
        self._rules, self._mode = rules, mode
        self._work = make_work(municipality, travel, rules, mode=mode)
        self._row_of = {other: i for i, other in enumerate(self._work.client_ids)}
        self._links = client_links(planned_clients(municipality), network, mode)

    def moving(self, team_plan: TeamPlan, client_id: str, to_team_id: str) -> tuple[str, ...]:
        """The client and everyone who stays with her.

        Raises
        ------
        SettingsError
            Where client or team does not exist, or she is in that team already.
        """
        if client_id not in team_plan.team_of_client:
            raise SettingsError(f"Brukaren {client_id} finns inte i planen.")
        if to_team_id not in team_plan.team_by_id:
            names = ", ".join(team.team_id for team in team_plan.teams)
            raise SettingsError(f"Laget {to_team_id} finns inte. Lagen är {names}.")
        home = team_plan.team_of_client[client_id]
        if home == to_team_id:
            raise SettingsError(f"Brukaren {client_id} är redan i lag {home}.")
        known = self._municipality.client_by_id
        team_mates = [known[other] for other in team_plan.team_by_id[home].client_ids]
        return next(
            ids
            for members in must_links(team_mates)
            if client_id in (ids := tuple(team_mates[i].client_id for i in members))
        )

    def rows(self, team_plan: TeamPlan, team_ids: Iterable[str]) -> list[TeamRow]:
        """The rows of ``teams.csv`` for some teams of a division; none for an empty team."""
        teams = [team_plan.team_by_id[team_id] for team_id in team_ids]
        return [
            team_row(
                team,
                np.array([self._row_of[other] for other in team.client_ids], dtype=np.int64),
                self._work,
                self._links,
                self._travel,
                self._mode,
            )
            for team in teams
            if team.client_ids
        ]

    def effect(self, team_plan: TeamPlan, client_id: str, to_team_id: str) -> MoveEffect:
        """Judge the move of a client, with everyone who stays with her, to another team.

        Raises
        ------
        SettingsError
            As `moving`.
        """
        moving = self.moving(team_plan, client_id, to_team_id)
        home, work = team_plan.team_of_client[client_id], self._work
        left = team_plan.team_by_id[home].client_ids
        joined = team_plan.team_by_id[to_team_id].client_ids
        after_left = tuple(other for other in left if other not in moving)
        groups = (left, after_left, joined, tuple(sorted((*joined, *moving))))
        rows = [[self._row_of[other] for other in group] for group in groups]
        mean = max(1.0, float(work.care_s.sum()) / len(team_plan.teams))
        care = [int(work.care_s[indices].sum()) for indices in rows]
        travel_s = [
            _team_travel_s(group, self._travel, work.legs[indices], self._mode)
            for group, indices in zip(groups, rows, strict=True)
        ]
        sizes = tuple(len(group) for group in groups)
        pct = tuple(round(100 * seconds / mean) for seconds in care)
        warnings = [
            f"Brukare {other} är låst till lag {home}."
            for other in moving
            if self._municipality.client_by_id[other].locked_team
        ]
        warnings += _outside(home, sizes[1], pct[1], self._rules)
        warnings += _outside(to_team_id, sizes[3], pct[3], self._rules)
        for other in moving:
            warning = warning_on_links(self._row_of, self._links, team_plan, other, to_team_id)
            warnings += [warning] if warning else []
        return MoveEffect(
            with_client=tuple(other for other in moving if other != client_id),
            n_clients=(sizes[0], sizes[1], sizes[2], sizes[3]),
            care_pct=(pct[0], pct[1], pct[2], pct[3]),
            travel_min_week=round((travel_s[1] + travel_s[3] - travel_s[0] - travel_s[2]) / 60),
            warnings=tuple(warnings),
        )


def move_effect(
    municipality: Municipality,
    team_plan: TeamPlan,
    travel: TravelTimes,
    rules: Rules,
    client_id: str,
    to_team_id: str,
    *,
    network: StreetNetwork | None = None,
    mode: str = "bike",
) -> MoveEffect:
    """One move judged by itself: `MoveJudge.effect`.

    Raises
    ------
    SettingsError
        Where client or team does not exist, or she is in that team already.
    """
    judge = MoveJudge(municipality, travel, rules, network=network, mode=mode)
    return judge.effect(team_plan, client_id, to_team_id)


def _team_travel_s(
    group: tuple[str, ...], travel: TravelTimes, legs: np.ndarray, mode: str
) -> float:
    return (
        float((intra_team_travel_s(travel_matrix(travel, group, mode)) * legs).sum())
        if group
        else 0.0
    )


def _outside(team_id: str, n_clients: int, care_pct: int, rules: Rules) -> list[str]:
    low, high, balance = rules.teams.clients_min, rules.teams.clients_max, rules.teams.balance_pct
    problems = []
    if not low <= n_clients <= high:
        problems.append(f"Lag {team_id} får {n_clients} brukare; gränserna är {low}–{high}.")
    if abs(care_pct - 100) > balance:
        problems.append(
            f"Lag {team_id} får {care_pct} % av medelarbetet; gränsen är {100 - balance}–"
            f"{100 + balance} %."
        )
    return problems
