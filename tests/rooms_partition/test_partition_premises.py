"""Which premises a team has: those that say so, or those that make the ways shortest."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import permutations, product
from typing import Any

import numpy as np
import pytest

from data.care.adoption import adopted, adoption_changes
from data.model import Base
from data.plans import Team, TeamPlan
from data.rules import Rules
from partition.staff.premises import premises_seconds, team_base, team_bases
from partition.team_planning import complete_plan


@pytest.fixture(scope="module")
def drawn(town: Any, travel_maker: Any) -> tuple[Any, Any, tuple[Team, ...]]:
    """Four quarters of the town, and three premises that say that they serve the wrong ones."""
    clients = sorted(town.municipality.clients, key=lambda c: (c.x > 501_500, c.y > 6_601_500))
    quarters = [clients[i * 20 : i * 20 + 20] for i in range(4)]
    middles = [(np.mean([c.x for c in q]), np.mean([c.y for c in q])) for q in quarters]
    teams = tuple(
        Team(f"L{i + 1}", "A1", "", tuple(sorted(c.client_id for c in quarter)))
        for i, quarter in enumerate(quarters)
    )
    bases = (
        Base("b1", *middles[3], ("L1",)),
        Base("b2", *middles[0], ("L2", "L4")),
        Base("b3", *middles[2], ("L3",)),
    )
    municipality = replace(town.municipality, bases=bases)
    return municipality, travel_maker(municipality), teams


def ways(municipality: Any, teams: Any, travel: Any, rounds: Any, chosen: Any) -> float:
    place = {base.base_id: base for base in municipality.bases}
    return sum(
        float(premises_seconds([place[base]], team, travel, "bike")[0]) / len(team.client_ids) * n
        for team, base, n in zip(teams, chosen, rounds, strict=True)
    )


def test_nearest_is_the_best_of_all_that_have_room_twin(drawn: Any) -> None:
    """Against every way of dealing teams out: as many to each premises as they serve today."""
    municipality, travel, teams = drawn
    rounds = np.array([3, 1, 4, 2], dtype=np.int64)
    given = team_bases(municipality, teams, travel, rounds, mode="bike", nearest=False)
    chosen = team_bases(municipality, teams, travel, rounds, mode="bike", nearest=True)
    assert given == ("b1", "b2", "b3", "b2")
    everything = set(permutations(["b1", "b2", "b2", "b3"]))
    cost = {way: ways(municipality, teams, travel, rounds, way) for way in everything}
    assert cost[chosen] == min(cost.values()) < cost[given]


def test_premises_that_name_nobody_hold_any_number(drawn: Any) -> None:
    """Then each team has the nearest of all; and more teams than are named still get a place."""
    municipality, travel, teams = drawn
    free = replace(municipality, bases=tuple(replace(b, team_ids=()) for b in municipality.bases))
    rounds = np.ones(4, dtype=np.int64)
    chosen = team_bases(free, teams, travel, rounds, mode="bike", nearest=True)
    best = min(
        product(["b1", "b2", "b3"], repeat=4),
        key=lambda way: ways(free, teams, travel, rounds, way),
    )
    assert chosen == best == tuple(team_base(free, team, travel, "bike") for team in teams)
    few = replace(municipality, bases=(replace(municipality.bases[0], team_ids=("L1",)),))
    assert team_bases(few, teams, travel, rounds, mode="bike", nearest=True) == ("b1",) * 4
    none = replace(municipality, bases=())
    assert team_bases(none, teams, travel, rounds, mode="bike", nearest=True) == ("",) * 4


@pytest.fixture(scope="module")
def plans(drawn: Any) -> dict[str, tuple[Any, TeamPlan]]:
    """Plans by each of the settings; some carers sit at their team's premises, one elsewhere."""
    municipality, travel, teams = drawn
    staff = [replace(c, team_id="L1", base_id="b1") for c in municipality.staff]
    staff[1] = replace(staff[1], base_id="b3")
    town = replace(municipality, staff=tuple(staff))
    rules = Rules()
    made = {}
    for premises in ("given", "nearest"):
        asked = replace(rules, teams=replace(rules.teams, premises=premises))
        made[premises] = town, complete_plan(town, teams, travel, asked)
    return made


def test_carers_go_with_their_team_to_its_new_premises(plans: Any) -> None:
    """All but the pool and whoever the table has somewhere else than her team."""
    town, given = plans["given"]
    assert {given.staff_base[c.staff_id] for c in town.staff if c.base_id == "b1"} == {"b1"}
    _, plan = plans["nearest"]
    apart = town.staff[1].staff_id
    assert plan.staff_base[apart] == "b3"
    for staff_id, team_id in plan.staff_team.items():
        if staff_id != apart:
            assert plan.staff_base[staff_id] == plan.team_by_id[team_id].base_id
    pool = [c.staff_id for c in town.staff if c.role == "pool"]
    assert pool
    assert {plan.staff_base[staff_id] for staff_id in pool} == {"b1"}


def test_adopting_writes_the_new_premises_into_the_tables(plans: Any, drawn: Any) -> None:
    """So the next plan has them without being asked; each change is told."""
    town, plan = plans["nearest"]
    after = adopted(town, plan, on=dt.date(2026, 3, 1))
    assert {b.base_id: set(b.team_ids) for b in after.bases} == {
        base_id: {t.team_id for t in plan.teams if t.base_id == base_id}
        for base_id in ("b1", "b2", "b3")
    }
    _, travel, teams = drawn
    again = complete_plan(after, teams, travel, Rules())
    assert {t.team_id: t.base_id for t in again.teams} == {t.team_id: t.base_id for t in plan.teams}
    assert "premises" in {change.what for change in adoption_changes(town, after)}
