"""Who makes the evenings: a named carer and her twin, near, even, and whom the client may have."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest

from data.care.adoption import adopted
from data.plans import TeamPlan
from data.rules import Rules
from partition import plan_teams
from partition.contacts import evening_vices
from partition.contacts.evening_vices import evening_group_of_teams, with_evening_vices
from routing.check import check_teams


@pytest.fixture(scope="module")
def plan(town: Any) -> TeamPlan:
    return plan_teams(town.municipality, town.travel, Rules(), seed=1, n_iterations=1)


def evening_clients(municipality: Any) -> set[str]:
    return {visit.client_id for visit in municipality.visits if visit.shift == "evening"}


def test_everyone_with_evening_visits_has_somebody_who_may_come(town: Any, plan: TeamPlan) -> None:
    """MA-11: of the same area, working evenings, with the delegations, and not refused."""
    municipality = town.municipality
    with_evening_contact = {
        client
        for client, who in plan.contact.items()
        if municipality.staff_by_id[who].shift_group == "evening"
    }
    asked = evening_clients(municipality) - with_evening_contact
    assert len(plan.evening_vice) > 0.9 * len(asked)
    assert set(plan.evening_vice) <= asked
    last = municipality.dates[-1]
    for client_id, who in plan.evening_vice.items():
        carer, client = municipality.staff_by_id[who], municipality.client_by_id[client_id]
        assert carer.shift_group == "evening"
        team = plan.team_by_id[plan.team_of_client[client_id]]
        assert plan.staff_area[who] == team.area_id
        assert not (client.pets and carer.pet_allergy)
        for visit in municipality.visits_of[client_id]:
            if visit.shift == "evening":
                assert all(carer.holds(skill, last) for skill in visit.skills)
    assert check_teams(municipality, plan, Rules()) == ()


def test_her_evenings_cost_as_a_vices_and_so_do_her_twins(town: Any, plan: TeamPlan) -> None:
    client_id, who = next((c, w) for c, w in plan.evening_vice.items() if w in plan.twin)
    assert plan.tier(client_id, who, "contact") == "vice"
    assert plan.tier(client_id, plan.twin[who], "contact") == "vice"
    without = replace(plan, evening_vice={})
    assert {without.tier(client_id, w, "contact") for w in (who, plan.twin[who])} <= {
        "team", "pool",
    }  # fmt: skip


def test_groups_hold_two_or_three_neighbours(town: Any, plan: TeamPlan) -> None:
    """LU-29: evening groups over teams of one area, each team in one."""
    ids = sorted(town.municipality.client_by_id)
    for n_teams in range(1, 9):
        parts = np.array_split(ids, n_teams)
        teams = tuple(
            replace(plan.teams[0], team_id=f"T{i}", area_id="A", client_ids=tuple(part))
            for i, part in enumerate(parts)
        )
        group = evening_group_of_teams(teams, town.travel, "bike")
        sizes = [list(group.values()).count(name) for name in set(group.values())]
        assert set(group) == {f"T{i}" for i in range(n_teams)}
        assert set(sizes) <= ({1} if n_teams == 1 else {2, 3})


def test_the_cheapest_deal_of_a_few_twin() -> None:
    """Against every deal of five clients to three couples, minutes above the room priced."""
    rng = np.random.default_rng(3)
    for _ in range(20):
        cost = rng.uniform(0, 5, (3, 5))
        cost[rng.random((3, 5)) < 0.2] = np.inf
        minutes, room = rng.uniform(50, 200, 5), np.full(3, 180.0)

        def price(deal: Any, cost: Any = cost, minutes: Any = minutes, room: Any = room) -> float:
            load = np.zeros(3)
            total = 0.0
            for c, s in enumerate(deal):
                if s < 0:
                    total += evening_vices.NONE
                else:
                    total += cost[s, c]
                    load[s] += minutes[c]
            over = np.maximum(0, load - room).sum()
            return total + evening_vices.OVERLOAD_PER_MIN * over

        dealt = evening_vices._dealt(cost, minutes, room).tolist()
        best = min(price(deal) for deal in product(range(-1, 3), repeat=5))
        assert price(dealt) == pytest.approx(best, rel=1e-3)


def test_whom_the_table_names_stays(town: Any, plan: TeamPlan) -> None:
    """Also after adoption; somebody who may not is followed by somebody who may."""
    municipality = town.municipality
    client_id, who = next(iter(plan.evening_vice.items()))
    other = next(
        w for w in plan.evening_vice.values()
        if w != who and plan.twin.get(w) != who
        and not (municipality.client_by_id[client_id].pets
                 and municipality.staff_by_id[w].pet_allergy)
        and all(municipality.staff_by_id[w].holds(s, municipality.dates[-1])
                for v in municipality.visits_of[client_id] for s in v.skills)
    )  # fmt: skip

    def named(staff_id: str, **fields: Any) -> Any:
        clients = tuple(
            replace(c, evening_vice_id=staff_id, **fields) if c.client_id == client_id else c
            for c in municipality.clients
        )
        return replace(municipality, clients=clients)

    asked = with_evening_vices(plan, named(other), town.travel, mode="bike")
    assert asked.evening_vice[client_id] == other
    kept = {c: w for c, w in plan.evening_vice.items() if c != client_id}
    assert {c: w for c, w in asked.evening_vice.items() if c != client_id} == kept
    refused = named(other, blocked_staff=frozenset({other}))
    after = with_evening_vices(plan, refused, town.travel, mode="bike")
    assert after.evening_vice[client_id] == who
    tables = adopted(municipality, asked, on=dt.date(2026, 3, 1))
    assert tables.client_by_id[client_id].evening_vice_id == other
    bare = replace(plan, evening_vice={})
    again = with_evening_vices(bare, tables, town.travel, mode="bike")
    assert again.evening_vice == asked.evening_vice


def test_nobody_named_who_may_not_come_passes_the_checker(town: Any, plan: TeamPlan) -> None:
    """An unknown one, the contact herself, one whom the client has refused."""
    client_id = next(c for c in plan.evening_vice if c in plan.contact)
    rules = {}
    for who in ("nobody", plan.contact[client_id]):
        wrong = replace(plan, evening_vice={client_id: who})
        rules[who] = {v.rule for v in check_teams(town.municipality, wrong, Rules())}
    assert all("vice" in broken for broken in rules.values())
    who = plan.evening_vice[client_id]
    clients = tuple(
        replace(c, blocked_staff=frozenset({who})) if c.client_id == client_id else c
        for c in town.municipality.clients
    )
    town_after = replace(town.municipality, clients=clients)
    assert "contact_blocked" in {v.rule for v in check_teams(town_after, plan, Rules())}
