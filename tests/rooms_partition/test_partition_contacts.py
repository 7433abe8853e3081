"""Contacts, vices and twins: who may, who must, and what is said where nobody can."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from data.model import Municipality
from data.plans import TeamPlan
from data.rules import Rules, preset
from partition import plan_teams
from partition.contacts.deputies import days_at_work, weekends
from partition.staff.qualification import make_qualifier


def planned(municipality: Municipality, town: Any, rules: Rules | None = None) -> TeamPlan:
    return plan_teams(municipality, town.travel, rules or Rules(), seed=1, n_iterations=1)


@pytest.fixture(scope="module")
def plan(town: Any) -> TeamPlan:
    return planned(town.municipality, town)


def with_staff(municipality: Municipality, **changes: Any) -> Municipality:
    """Every carer with the same fields changed."""
    return replace(
        municipality, staff=tuple(replace(carer, **changes) for carer in municipality.staff)
    )


def test_every_contact_may_be_one(town: Any, plan: TeamPlan) -> None:
    """Title or transition, role, delegations to the last day, animals, own team (OR-14, LU-34)."""
    last = town.municipality.dates[-1]
    assert plan.contact
    for client_id, staff_id in plan.contact.items():
        client = town.municipality.client_by_id[client_id]
        carer = town.municipality.staff_by_id[staff_id]
        assert carer.title == "assistant_nurse" or carer.transition
        assert carer.role == "contact"
        assert client.needs_contact
        assert not (client.pets and carer.pet_allergy)
        assert plan.staff_team[staff_id] == plan.team_of_client[client_id]
        for visit in town.municipality.visits_of[client_id]:
            assert all(carer.holds(skill, last) for skill in visit.skills)


def test_a_client_who_needs_a_contact_has_one_or_a_reason(town: Any, plan: TeamPlan) -> None:
    """C6: nobody is forgotten, and nobody is in both lists."""
    needing = {c.client_id for c in town.municipality.clients if c.needs_contact}
    assert set(plan.contact) | set(plan.without_contact) == needing
    assert not set(plan.contact) & set(plan.without_contact)


def test_contacts_have_three_to_eight_clients(town: Any, plan: TeamPlan) -> None:
    """LU-30, MA-09; the upper bound always, the lower because this town has clients enough."""
    counts = Counter(plan.contact.values())
    assert max(counts.values()) <= 8
    assert min(counts.values()) >= 3


def test_day_carers_go_first(town: Any, plan: TeamPlan) -> None:
    """An evening carer is a contact only where the day cannot hold everyone."""
    evening = sum(
        town.municipality.staff_by_id[staff_id].shift_group == "evening"
        for staff_id in plan.contact.values()
    )
    assert evening <= len(plan.contact) * 0.2


def test_blocked_pairs_are_kept_apart(town: Any, plan: TeamPlan) -> None:
    """LU-20: whoever is blocked is neither contact nor vice."""
    client_id, staff_id = next(iter(sorted(plan.contact.items())))
    clients = tuple(
        replace(c, blocked_staff=frozenset({staff_id})) if c.client_id == client_id else c
        for c in town.municipality.clients
    )
    again = planned(replace(town.municipality, clients=clients), town)
    assert again.contact.get(client_id) != staff_id
    assert again.vice.get(client_id) != staff_id


def test_a_present_contact_is_kept(town: Any, plan: TeamPlan) -> None:
    """The present contact stays although another client would be nearer."""
    clients = tuple(
        replace(
            c,
            team_id=plan.team_of_client[c.client_id],
            contact_id=plan.contact.get(c.client_id, ""),
            vice_id=plan.vice.get(c.client_id, ""),
        )
        for c in town.municipality.clients
    )
    staff = tuple(
        replace(s, team_id=plan.staff_team.get(s.staff_id, "")) for s in town.municipality.staff
    )
    again = planned(replace(town.municipality, clients=clients, staff=staff), town)
    same_team = [c for c in plan.contact if again.team_of_client[c] == plan.team_of_client[c]]
    kept = [c for c in same_team if again.contact.get(c) == plan.contact[c]]
    assert len(kept) >= 0.95 * len(same_team)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": "care_assistant", "transition": False}, "undersköterska eller övergångsregel"),
        ({"role": "floater"}, "rollen omsorgskontakt"),
    ],
)
def test_the_reason_without_contact_names_the_obstacle(
    changes: dict[str, Any], words: str, town: Any
) -> None:
    """A planner must see what to change: title, or role."""
    again = planned(with_staff(town.municipality, **changes), town)
    assert not again.contact
    assert all(words in reason for reason in again.without_contact.values())


def test_an_expired_delegation_is_the_reason(town: Any) -> None:
    """LU-34, LU-36: valid at the start of the horizon is not enough."""
    midway = town.municipality.dates[10]
    ends = dict.fromkeys(("läkemedel", "insulin", "stomi"), midway)
    again = planned(with_staff(town.municipality, skills=ends), town)
    qualifier = make_qualifier(town.municipality)
    skilled = [
        c.client_id
        for c in town.municipality.clients
        if c.needs_contact and qualifier.skills[c.client_id]
    ]
    assert skilled
    assert all("läkemedel" in again.without_contact[client_id] for client_id in skilled)


def test_lunds_contacts_have_at_most_four(town: Any) -> None:
    """The preset's bound is hard even where it leaves clients without, each with that reason."""
    again = planned(town.municipality, town, preset("lund"))
    assert max(Counter(again.contact.values()).values()) <= 4
    full = [reason for reason in again.without_contact.values() if "så många" in reason]
    assert len(full) == len(again.without_contact)


def test_vice_is_qualified_and_another_person(town: Any, plan: TeamPlan) -> None:
    """OR-08: everyone with a contact has a vice, who holds the delegations too."""
    assert set(plan.vice) == set(plan.contact)
    last = town.municipality.dates[-1]
    for client_id, staff_id in plan.vice.items():
        assert staff_id != plan.contact[client_id]
        carer = town.municipality.staff_by_id[staff_id]
        for visit in town.municipality.visits_of[client_id]:
            assert all(carer.holds(skill, last) for skill in visit.skills)


def test_twins_never_work_the_same_weekend(town: Any, plan: TeamPlan) -> None:
    """MA-11, for every pair; and the pairing is mutual and within the team."""
    days = days_at_work(town.municipality)
    assert plan.twin
    for one, other in plan.twin.items():
        assert plan.twin[other] == one
        assert plan.staff_team[one] == plan.staff_team[other]
        assert not weekends(days[one]) & weekends(days[other])


def test_a_saturday_and_a_sunday_are_one_weekend() -> None:
    """One who works Saturday and one who works Sunday of the same weekend are no twins."""
    saturday, sunday = dt.date(2026, 3, 7), dt.date(2026, 3, 8)
    assert weekends(frozenset({saturday})) == weekends(frozenset({sunday}))
    assert weekends(frozenset({dt.date(2026, 3, 9)})) == frozenset()


def test_everyone_has_an_area_and_a_base(town: Any, plan: TeamPlan) -> None:
    """Evening and pool carers serve an area; pool carers have no team."""
    everyone = {carer.staff_id for carer in town.municipality.staff}
    assert set(plan.staff_area) == set(plan.staff_base) == everyone
    pool = {c.staff_id for c in town.municipality.staff if c.role == "pool"}
    assert set(plan.staff_team) == everyone - pool


def test_staff_are_dealt_in_proportion_to_work(town_maker: Callable[..., Any]) -> None:
    """No team gets twice the day staff of another with the same work."""
    town = town_maker(160, seed=3)
    plan = planned(town.municipality, town)
    day = Counter(
        plan.staff_team[c.staff_id]
        for c in town.municipality.staff
        if c.shift_group == "day" and c.staff_id in plan.staff_team
    )
    assert len(day) == len(plan.teams)
    assert max(day.values()) - min(day.values()) <= 3


def test_a_base_that_names_its_teams_serves_them(town: Any, plan: TeamPlan) -> None:
    """``Base.team_ids`` goes before nearness, ``Staff.base_id`` before both."""
    first = plan.teams[0].team_id
    bases = (replace(town.municipality.bases[0], team_ids=(first,)), town.municipality.bases[1])
    own = town.municipality.staff[0].staff_id
    staff = (replace(town.municipality.staff[0], base_id="b2"), *town.municipality.staff[1:])
    again = planned(replace(town.municipality, bases=bases, staff=staff), town)
    assert again.team_by_id[first].base_id == "b1"
    assert all(team.base_id == "b2" for team in again.teams if team.team_id != first)
    assert again.staff_base[own] == "b2"
