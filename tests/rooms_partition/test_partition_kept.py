"""Decisions kept or refused, and an adopted division that stays (LU-06, LU-15, MA-05)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from data.care.adoption import adopted
from data.care.decisions import decide
from data.errors import InfeasibleError
from data.model import Decision
from data.rules import Rules
from partition import (
    contact_candidates,
    forbidden_decisions,
    make_redesign,
    plan_teams,
    plan_within,
    with_decisions,
)
from routing.check import check_teams

RULES = Rules()
ON = dt.date(2026, 3, 1)


@pytest.fixture(scope="module")
def planned(town):
    return plan_teams(town.municipality, town.travel, RULES, seed=1)


def allowed_pairs(town, plan, *, same_team):
    """Clients and carers who may be their contacts, and are not, in another team or the same."""
    found = []
    for client_id in sorted(plan.contact):
        for one in contact_candidates(town.municipality, plan, town.travel, RULES, client_id):
            is_now = plan.contact[client_id] == one.staff_id
            if one.is_possible and one.is_same_team == same_team and not is_now:
                found.append((client_id, one.staff_id))
    return found


def contacts_changed(before, after):
    return {c for c in before.contact if before.contact[c] != after.contact.get(c)}


@pytest.mark.parametrize("same_team", [True, False])
def test_a_decided_contact_is_kept_and_nobody_else_changes(town, planned, same_team):
    """LU-06: a client asks for another contact; fifteen others must not get new ones for it. Also
    where the carer is of another team of the area, which a plan from nothing used to drop."""
    client_id, staff_id = allowed_pairs(town, planned, same_team=same_team)[0]
    asked = decide(town.municipality, Decision("contact", client_id, staff_id=staff_id))
    kept = with_decisions(planned, asked, town.travel, RULES)
    assert kept.plan.contact[client_id] == staff_id
    assert contacts_changed(planned, kept.plan) == {client_id}
    assert kept.plan.team_of_client == planned.team_of_client
    assert kept.client_ids == {client_id}
    assert not [v for v in check_teams(asked, kept.plan, RULES) if v not in
                check_teams(town.municipality, planned, RULES)]  # fmt: skip


@pytest.mark.parametrize("same_team", [True, False])
def test_a_plan_from_nothing_keeps_the_decided_contact(town, planned, same_team):
    """MA-05: what a person decided goes before every price, in the whole chain too."""
    client_id, staff_id = allowed_pairs(town, planned, same_team=same_team)[0]
    asked = decide(town.municipality, Decision("contact", client_id, staff_id=staff_id))
    plan = plan_teams(asked, town.travel, RULES, seed=1)
    assert plan.contact[client_id] == staff_id
    assert check_teams(asked, plan, RULES) == ()


def test_vice_and_team_that_are_decided_are_kept(town, planned):
    """OR-08, FA-16: a vice and a team are decided like a contact, and the household comes along."""
    couple = next(c for c in town.municipality.clients if c.household_id)
    mates = [
        c.client_id for c in town.municipality.clients if c.household_id == couple.household_id
    ]
    home = planned.team_of_client[couple.client_id]
    roomy = min(
        (t for t in planned.teams if t.team_id != home), key=lambda t: len(t.client_ids)
    ).team_id
    wide = replace(RULES, teams=replace(RULES.teams, clients_min=5, clients_max=40))
    other = next(c for c in sorted(planned.vice) if c not in mates)
    vices = [
        s.staff_id for s in town.municipality.staff
        if planned.staff_team.get(s.staff_id) == planned.team_of_client[other]
        and s.staff_id not in (planned.vice[other], planned.contact[other]) and not s.pet_allergy
    ]  # fmt: skip
    asked = decide(
        town.municipality,
        Decision("team", couple.client_id, team_id=roomy),
        Decision("vice", other, staff_id=vices[0]),
    )
    kept = with_decisions(planned, asked, town.travel, wide)
    assert {kept.plan.team_of_client[c] for c in mates} == {roomy}
    assert kept.plan.vice[other] == vices[0]
    assert contacts_changed(planned, kept.plan) <= set(mates)
    assert set(kept.client_ids) <= {*mates, other}
    assert not [v for v in check_teams(asked, kept.plan, wide) if v.rule != "contact_load"]


def test_each_forbidden_decision_is_refused_with_its_row_and_rule(town, planned):
    """OR-14, LU-20, MA-29, LU-34: a rule may forbid what somebody wrote, and then says which."""
    m = town.municipality
    client_id = sorted(planned.contact)[0]
    nurse = next(s for s in m.staff if s.role == "contact" and s.may_be_contact)
    assistant = next(s for s in m.staff if not s.may_be_contact)
    needy = next(v for v in m.visits if v.skills)
    unskilled = replace(nurse, skills={})
    cases = {
        "contact_title": (m, Decision("contact", client_id, staff_id=assistant.staff_id)),
        "contact_blocked": (
            _client(m, client_id, blocked_staff=frozenset({nurse.staff_id})),
            Decision("contact", client_id, staff_id=nurse.staff_id),
        ),
        "djur": (
            _client(_carer(m, nurse, pet_allergy=True), client_id, pets=True),
            Decision("contact", client_id, staff_id=nurse.staff_id),
        ),
        "contact_delegation": (
            _carer(m, nurse, skills=unskilled.skills),
            Decision("contact", needy.client_id, staff_id=nurse.staff_id),
        ),
        "regel skills": (
            _carer(m, nurse, skills={}),
            Decision("person", visit_id=needy.visit_id, staff_id=nurse.staff_id),
        ),
    }
    for rule, (world, one) in cases.items():
        asked = decide(world, replace(one, source="Beslut rad 7"))
        told = forbidden_decisions(asked, RULES)
        assert any("Beslut rad 7" in line and rule in line for line in told), (rule, told)
        with pytest.raises(InfeasibleError, match="Beslut rad 7"):
            with_decisions(planned, asked, town.travel, RULES)
    assert forbidden_decisions(m, RULES) == ()


def test_a_contact_is_not_the_same_clients_vice(town, planned):
    """LU-20: on a plan it is refused, since nobody decided on another contact; a plan from nothing
    finds one."""
    client_id, staff_id = sorted(planned.contact.items())[0]
    asked = decide(town.municipality, Decision("vice", client_id, staff_id=staff_id))
    with pytest.raises(InfeasibleError, match="regel vice"):
        with_decisions(planned, asked, town.travel, RULES)
    plan = plan_teams(asked, town.travel, RULES, seed=1)
    assert plan.vice[client_id] == staff_id
    assert plan.contact[client_id] != staff_id


def test_twins_who_work_the_same_weekend_are_refused(town):
    """MA-11: the rule is older than the wish."""
    m = town.municipality
    saturdays = {}
    for shift in m.roster:
        if shift.date.weekday() == 5:
            saturdays.setdefault(shift.date, []).append(shift.staff_id)
    one, other = next(iter(saturdays.values()))[:2]
    told = forbidden_decisions(decide(m, Decision("twin", staff_id=one, twin_id=other)), RULES)
    assert any("twin_weekend" in line for line in told)


def test_too_many_clients_for_one_contact_are_refused(town, planned):
    """MA-09: overload is named, and nobody is taken from her without being asked."""
    tight = replace(RULES, contacts=replace(RULES.contacts, clients_min=1, clients_max=2))
    client_id, staff_id = next(
        (c, s) for c, s in allowed_pairs(town, planned, same_team=True)
        if sum(who == s for who in planned.contact.values()) >= 2
    )  # fmt: skip
    asked = decide(town.municipality, Decision("contact", client_id, staff_id=staff_id))
    with pytest.raises(InfeasibleError, match="contact_load"):
        with_decisions(planned, asked, town.travel, tight)


def test_planning_again_right_after_adopting_changes_nobody(town, planned):
    """MA-05, FA-21: an adopted plan is a promise; the next run may not quietly make another."""
    m = adopted(town.municipality, planned, on=ON)
    again = plan_within(m, town.travel, RULES, seed=2)
    assert again.team_of_client == planned.team_of_client
    assert again.contact == planned.contact
    assert again.vice == planned.vice
    assert again.twin == planned.twin
    assert again.staff_team == planned.staff_team


def test_only_who_must_changes_contact_after_adopting(town, planned):
    """LU-36: a contact who may no longer be it is followed by another; the others stay."""
    m = adopted(town.municipality, planned, on=ON)
    client_id = sorted(planned.contact)[0]
    m = _client(m, client_id, blocked_staff=frozenset({planned.contact[client_id]}))
    again = plan_within(m, town.travel, RULES, seed=2)
    assert contacts_changed(planned, again) == {client_id}
    assert again.team_of_client == planned.team_of_client


def test_newcomers_join_and_a_budget_bounds_the_moves(town, planned):
    """MA-23: a new client gets a team, nobody moves for it; asked changes stay within what is
    asked."""
    m = adopted(town.municipality, planned, on=ON)
    new = sorted(planned.contact)[3]
    m = _client(m, new, team_id="", contact_id="", vice_id="")
    again = plan_within(m, town.travel, RULES, seed=2)
    was, now = planned.team_of_client, again.team_of_client
    assert {c for c in now if was[c] != now[c]} <= {new}
    moved = plan_within(m, town.travel, RULES, changes_pct=10, seed=2).team_of_client
    assert sum(was[c] != moved[c] for c in moved if c != new) <= len(moved) // 10


def test_a_point_of_a_redesign_is_adopted_like_a_plan(town, planned):
    """A manager accepts one of the points; the next plan is that point."""
    m = adopted(town.municipality, planned, on=ON)
    point = make_redesign(m, town.travel, RULES, seed=1, aim="travel")[-1]
    chosen = adopted(m, point.plan, on=ON)
    again = plan_within(chosen, town.travel, RULES, seed=3)
    assert again.team_of_client == point.plan.team_of_client
    assert again.contact == point.plan.contact


def test_candidates_whom_no_rule_admits_or_who_cannot_reach_the_target_come_last(town, planned):
    """LU-35, LU-17: the first suggestion must be one that can be accepted and reaches the goal."""
    target = RULES.contacts.share_target_pct
    n_seen = 0
    for client_id in sorted(planned.contact)[:20]:
        found = contact_candidates(town.municipality, planned, town.travel, RULES, client_id)
        may = [one.is_possible for one in found]
        assert may == sorted(may, reverse=True)
        fit = [one for one in found if one.is_possible and one.free_min_week >= 0]
        low = [one.ceiling_pct is not None and one.ceiling_pct < target for one in fit]
        assert low == sorted(low)
        n_seen += any(low) and not all(low)
    assert n_seen


def _client(municipality, client_id, **changes):
    clients = tuple(
        replace(c, **changes) if c.client_id == client_id else c for c in municipality.clients
    )
    return replace(municipality, clients=clients)


def _carer(municipality, carer, **changes):
    staff = tuple(
        replace(s, **changes) if s.staff_id == carer.staff_id else s for s in municipality.staff
    )
    return replace(municipality, staff=staff)
