"""Teams keep the rules they were given, and say so when nobody could."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from data.errors import InfeasibleError, SettingsError
from data.model import Municipality
from data.rules import Rules, TeamRules, preset
from data.travel_times import TravelTimes
from data.units import UNREACHABLE_S
from partition import make_teams
from partition.teams.feasibility import choose_n_teams
from partition.teams.team_problem import make_team_problem


def with_clients(municipality: Municipality, **changes: dict[str, Any]) -> Municipality:
    """The municipality with fields of some clients changed, by client id."""
    clients = tuple(
        replace(client, **changes[client.client_id]) if client.client_id in changes else client
        for client in municipality.clients
    )
    return replace(municipality, clients=clients)


def test_every_client_is_in_one_team_within_the_bounds(town: Any) -> None:
    """The first promise (LU-24, MA-10): none outside 15–35, none forgotten, none twice."""
    teams = make_teams(town.municipality, town.travel, Rules(), n_iterations=2)
    members = [client for team in teams for client in team.client_ids]
    assert sorted(members) == sorted(client.client_id for client in town.municipality.clients)
    assert all(15 <= len(team.client_ids) <= 35 for team in teams)


@pytest.mark.parametrize("name", ["lund", "malmo"])
def test_presets_of_the_source_municipalities_can_be_kept(name: str, town: Any) -> None:
    """Lund's 15–18 is narrow: 80 clients fit it only as five teams of 16."""
    rules = preset(name)
    teams = make_teams(town.municipality, town.travel, rules, n_iterations=2)
    sizes = [len(team.client_ids) for team in teams]
    assert min(sizes) >= rules.teams.clients_min
    assert max(sizes) <= rules.teams.clients_max


def test_care_minutes_and_rounds_are_balanced(town_maker: Callable[..., Any]) -> None:
    """±10 % of care minutes, and ±0.5 of a round on every weekday and shift, not only in sum."""
    town = town_maker(200, seed=5)
    problem = make_team_problem(town.municipality, town.travel, Rules())
    teams = make_teams(town.municipality, town.travel, Rules())
    number = {client: k for k, team in enumerate(teams) for client in team.client_ids}
    of_client = np.array([number[client.client_id] for client in problem.clients])
    care = np.bincount(of_client, weights=problem.work.care_s)
    assert np.abs(care / care.mean() - 1).max() <= 0.101
    rounds = np.array(
        [problem.work.milli_rounds[of_client == k].sum(axis=0) for k in range(len(teams))]
    )
    assert np.abs(rounds - rounds.mean(axis=0)).max() <= 501


def test_couples_and_buildings_stay_together(town: Any) -> None:
    """A couple split between teams is the complaint that no one forgives."""
    teams = make_teams(town.municipality, town.travel, Rules(), n_iterations=1)
    team_of = {client: team.team_id for team in teams for client in team.client_ids}
    homes: dict[str, set[str]] = {}
    for client in town.municipality.clients:
        if client.household_id:
            homes.setdefault(client.household_id, set()).add(team_of[client.client_id])
    assert homes
    assert all(len(found) == 1 for found in homes.values())


def test_whom_the_planner_keeps_together_have_one_team(town: Any) -> None:
    """FA-16: neighbours by name, however far apart; a couple takes both along."""
    by_x = sorted(town.municipality.clients, key=lambda client: client.x)
    west, east = by_x[0].client_id, by_x[-1].client_id
    one, other = [c.client_id for c in town.municipality.clients if c.household_id][:2]
    kept = {client: {"together_id": "grannar"} for client in {west, east, one}}
    municipality = with_clients(town.municipality, **kept)
    teams = make_teams(municipality, town.travel, Rules(), n_iterations=1)
    team_of = {client: team.team_id for team in teams for client in team.client_ids}
    assert len({team_of[client] for client in (west, east, one, other)}) == 1


def test_locks_that_part_those_kept_together_are_named(town: Any) -> None:
    """D9: the planner's own two wishes against each other."""
    first, last = town.municipality.clients[0].client_id, town.municipality.clients[-1].client_id
    changes = {
        first: {"together_id": "g", "team_id": "A", "locked_team": True},
        last: {"together_id": "g", "team_id": "B", "locked_team": True},
    }
    with pytest.raises(InfeasibleError, match="hållas ihop") as caught:
        make_teams(with_clients(town.municipality, **changes), town.travel, Rules())
    assert first in str(caught.value)
    assert last in str(caught.value)


def test_those_kept_together_without_a_way_between_them_are_named(town: Any) -> None:
    """B8 against FA-16: no team could serve both."""
    seconds = town.travel.seconds["bike"].copy()
    seconds[:40, 40:] = seconds[40:, :40] = UNREACHABLE_S
    cut = TravelTimes(town.travel.point_ids, {"bike": seconds})
    free = {c.client_id: {"household_id": "", "building_id": ""} for c in town.municipality.clients}
    ids = [town.municipality.clients[i].client_id for i in (0, 79)]
    changes = free | {i: free[i] | {"together_id": "g"} for i in ids}
    with pytest.raises(InfeasibleError, match=f"{ids[0]}, {ids[1]} ska hållas ihop"):
        make_teams(with_clients(town.municipality, **changes), cut, Rules())


def test_a_building_too_large_for_a_team_is_cut_but_no_household(town: Any) -> None:
    """Sixty clients at one door (B7) still get teams within the bounds."""
    changes = {
        client.client_id: {"building_id": "tower", "x": 500_100.0, "y": 6_600_100.0}
        for client in town.municipality.clients[:60]
    }
    municipality = with_clients(town.municipality, **changes)
    teams = make_teams(municipality, town.travel, Rules(), n_iterations=1)
    assert all(15 <= len(team.client_ids) <= 35 for team in teams)


def test_locked_clients_keep_their_team(town: Any) -> None:
    """D9: locks are kept, though the locked clients sit at opposite ends of the town."""
    by_x = sorted(town.municipality.clients, key=lambda client: client.x)
    west, east = by_x[0].client_id, by_x[-1].client_id
    locked = {client: {"team_id": "Norr", "locked_team": True} for client in (west, east)}
    municipality = with_clients(town.municipality, **locked)
    teams = make_teams(municipality, town.travel, Rules(), n_iterations=1)
    team_of = {client: team.team_id for team in teams for client in team.client_ids}
    assert team_of[west] == team_of[east] == "Norr"


def test_locks_that_contradict_each_other_are_named(town: Any) -> None:
    """D9: a couple locked in two teams, and a lock without a team, both in one message."""
    pair = [c for c in town.municipality.clients if c.household_id][:2]
    assert pair[0].household_id == pair[1].household_id
    single = next(c for c in town.municipality.clients if not c.household_id)
    municipality = with_clients(
        town.municipality,
        **{
            pair[0].client_id: {"team_id": "A", "locked_team": True},
            pair[1].client_id: {"team_id": "B", "locked_team": True},
            single.client_id: {"locked_team": True},
        },
    )
    with pytest.raises(InfeasibleError) as caught:
        make_teams(municipality, town.travel, Rules())
    for client in (*pair, single):
        assert client.client_id in str(caught.value)


def test_more_locked_clients_than_a_team_may_hold_is_proved_impossible(town: Any) -> None:
    """D9: locks against the limits."""
    changes = {
        client.client_id: {"team_id": "Norr", "locked_team": True}
        for client in town.municipality.clients[:36]
    }
    with pytest.raises(InfeasibleError, match="36 låsta"):
        make_teams(with_clients(town.municipality, **changes), town.travel, Rules())


@pytest.mark.parametrize(
    ("n_clients", "n_teams", "nearest"),
    [(14, None, r"clients_min = 14,"), (400, 5, "n_teams = 12 "), (400, 40, "n_teams = 26 ")],
)
def test_counts_that_no_division_can_keep_are_proved(
    n_clients: int, n_teams: int | None, nearest: str
) -> None:
    """C2: bounds and numbers of teams that do not go together; the nearest that do is named."""
    with pytest.raises(InfeasibleError, match=nearest):
        choose_n_teams(n_clients, TeamRules(n_teams=n_teams))


@pytest.mark.parametrize("n_clients", range(1, 200))
def test_the_proof_by_counts_is_right(n_clients: int) -> None:
    """Every count from 1 to 199 against trying all numbers of teams."""
    possible = [k for k in range(1, 20) if 15 * k <= n_clients <= 35 * k]
    if possible:
        assert choose_n_teams(n_clients, TeamRules()) in possible
    else:
        with pytest.raises(InfeasibleError):
            choose_n_teams(n_clients, TeamRules())


def test_settings_without_meaning_are_refused(town: Any) -> None:
    """A minimum above the maximum is a slip of the pen, not a search problem."""
    with pytest.raises(SettingsError):
        make_teams(town.municipality, town.travel, Rules(teams=TeamRules(20, 10)))


def test_an_island_too_small_for_a_team_is_proved(town: Any) -> None:
    """B8: three clients without a way to the rest cannot have a team of their own."""
    seconds = town.travel.seconds["bike"].copy()
    seconds[:3, 3:] = UNREACHABLE_S
    seconds[3:, :3] = UNREACHABLE_S
    cut = TravelTimes(town.travel.point_ids, {"bike": seconds})
    with pytest.raises(InfeasibleError, match="c0000, c0001, c0002"):
        make_teams(town.municipality, cut, Rules())


def test_odd_travel_times_do_no_harm(town: Any) -> None:
    """D10: all zero, one pair without a way one way only, and asymmetry."""
    zero = {"bike": np.zeros_like(town.travel.seconds["bike"])}
    teams = make_teams(
        town.municipality, TravelTimes(town.travel.point_ids, zero), Rules(), n_iterations=1
    )
    assert all(15 <= len(team.client_ids) <= 35 for team in teams)
    skew = town.travel.seconds["bike"].copy()
    skew[:, 7] += 500
    np.fill_diagonal(skew, 0)
    by_car = np.zeros_like(skew)
    skew[0, 1] = UNREACHABLE_S
    odd = TravelTimes(town.travel.point_ids, {"bike": skew, "car": by_car})
    teams = make_teams(town.municipality, odd, Rules(), n_iterations=1)
    assert all(15 <= len(team.client_ids) <= 35 for team in teams)


def test_ended_clients_get_no_team_and_paused_ones_keep_theirs(town: Any) -> None:
    """C9 and NO-11."""
    import datetime as dt

    municipality = with_clients(
        town.municipality,
        c0004={"valid_to": dt.date(2020, 1, 1)},
        c0005={"pause_from": dt.date(2020, 1, 1)},
    )
    teams = make_teams(municipality, town.travel, Rules(), n_iterations=1)
    members = {client for team in teams for client in team.client_ids}
    assert "c0004" not in members
    assert "c0005" in members


def test_no_time_at_all_still_gives_a_valid_division(town: Any) -> None:
    """D5: a limit of 0 seconds."""
    teams = make_teams(town.municipality, town.travel, Rules(), time_limit_s=0)
    assert all(15 <= len(team.client_ids) <= 35 for team in teams)
