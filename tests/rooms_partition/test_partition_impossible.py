"""What cannot be is proved, and answered with settings that can: each is tried (C2, D9, B8)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from data.errors import InfeasibleError
from data.model import Client, Municipality
from data.rules import Rules, TeamRules
from data.travel_times import UNREACHABLE_S, TravelTimes
from partition.teams.team_division import make_teams

Change = Callable[[tuple[Client, ...]], tuple[Client, ...]]


def as_told(rules: TeamRules, message: str) -> TeamRules:
    """The rules with every setting that the message names."""
    told = re.findall(r"teams\.(\w+) = (\d+)", message)
    assert told, message
    return replace(rules, **{name: int(value) for name, value in told})


def locked(team_id: str, first: int, last: int) -> Change:
    """Clients locked to a team, in order of the table."""
    return lambda clients: tuple(
        replace(c, team_id=team_id, locked_team=True) if first <= i < last else c
        for i, c in enumerate(clients)
    )


def household(n: int) -> Change:
    return lambda clients: tuple(
        replace(c, household_id="hem" if i < n else "") for i, c in enumerate(clients)
    )


def together(n: int) -> Change:
    return lambda clients: tuple(
        replace(c, together_id="granne") if i < n else c for i, c in enumerate(clients)
    )


def same(clients: tuple[Client, ...]) -> tuple[Client, ...]:
    return clients


def five_locked_teams(clients: tuple[Client, ...]) -> tuple[Client, ...]:
    alone = [c.client_id for c in clients if not c.household_id][:5]
    return tuple(
        replace(c, team_id=f"T{alone.index(c.client_id)}", locked_team=True)
        if c.client_id in alone
        else c
        for c in clients
    )


CASES = {
    "between two numbers of teams": (TeamRules(33, 34), same),
    "no team is that small": (TeamRules(200, 300), same),
    "exact size": (TeamRules(33, 33), same),
    "too few teams": (TeamRules(15, 35, n_teams=2), same),
    "too many teams": (TeamRules(15, 35, n_teams=9), same),
    "too many locked to one team": (TeamRules(15, 20), locked("Norr", 0, 24)),
    "more locked teams than teams": (TeamRules(15, 35, n_teams=3), five_locked_teams),
    "locks leave too few for the rest": (TeamRules(15, 35, n_teams=5), locked("Norr", 0, 30)),
    "household larger than a team": (TeamRules(1, 3), household(4)),
    "more kept together than a team holds": (TeamRules(5, 12), together(14)),
}


@pytest.mark.parametrize("name", CASES)
def test_the_settings_named_can_be_kept(town: Any, name: str) -> None:
    """Eighty clients: the rules are refused in words, and what is named then gives a division."""
    rules, change = CASES[name]
    m = replace(town.municipality, clients=change(town.municipality.clients))
    with pytest.raises(InfeasibleError) as refused:
        make_teams(m, town.travel, Rules(teams=rules))
    possible = as_told(rules, str(refused.value))
    assert possible != rules
    assert_keeps(m, town.travel, possible)


def assert_keeps(m: Municipality, travel: TravelTimes, rules: TeamRules) -> None:
    """A division within these bounds comes out, with the locks kept."""
    target = min(max(rules.clients_target, rules.clients_min), rules.clients_max)
    rules = replace(rules, clients_target=target)
    teams = make_teams(m, travel, Rules(teams=rules), n_iterations=1)
    home = {client: team.team_id for team in teams for client in team.client_ids}
    assert all(rules.clients_min <= len(t.client_ids) <= rules.clients_max for t in teams)
    assert all(home[c.client_id] == c.team_id for c in m.clients if c.locked_team)


def cut_off(town: Any, n: int) -> TravelTimes:
    """The first ``n`` clients have no way to the others."""
    seconds = town.travel.seconds["bike"].copy()
    seconds[:n, n:] = seconds[n:, :n] = UNREACHABLE_S
    return TravelTimes(town.travel.point_ids, {"bike": seconds})


@pytest.mark.parametrize(
    ("n_cut", "rules"),
    [(4, TeamRules()), (13, TeamRules()), (36, TeamRules(20, 35)), (40, TeamRules(20, 35, 5))],
)
def test_the_settings_named_for_an_island_can_be_kept(
    town: Any, n_cut: int, rules: TeamRules
) -> None:
    """B8: an island gets teams of its own when the settings named are taken."""
    travel = cut_off(town, n_cut)
    free = tuple(replace(c, household_id="", building_id="") for c in town.municipality.clients)
    m = replace(town.municipality, clients=free)
    with pytest.raises(InfeasibleError) as refused:
        make_teams(m, travel, Rules(teams=rules))
    possible = as_told(rules, str(refused.value))
    assert_keeps(m, travel, possible)
    island = {c.client_id for c in free[:n_cut]}
    target = min(max(possible.clients_target, possible.clients_min), possible.clients_max)
    teams = make_teams(m, travel, Rules(teams=replace(possible, clients_target=target)))
    for team in teams:
        assert len({client in island for client in team.client_ids}) == 1


def test_clients_locked_on_both_sides_of_the_water_are_named(town: Any) -> None:
    """D9: a team cannot keep two clients between whom there is no way."""
    travel = cut_off(town, 30)
    m = replace(
        town.municipality,
        clients=tuple(
            replace(c, team_id="Norr", locked_team=i in (3, 60), household_id="")
            for i, c in enumerate(town.municipality.clients)
        ),
    )
    with pytest.raises(InfeasibleError) as refused:
        make_teams(m, travel, Rules())
    assert "c0003" in str(refused.value)
    assert "c0060" in str(refused.value)


def test_a_message_of_many_names_is_short(town: Any) -> None:
    """A list that nobody reads helps nobody."""
    with pytest.raises(InfeasibleError) as refused:
        make_teams(town.municipality, cut_off(town, 14), Rules())
    assert "och 4 till" in str(refused.value)
