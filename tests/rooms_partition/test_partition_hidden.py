"""Nothing that is told of teams and contacts depends on who is hidden (issue of secrecy, C7)."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from data.care.decisions import decide
from data.care.hidden import hidden_clients, shown_municipality, shown_teams
from data.model import Decision
from data.rules import Rules, TeamRules
from partition import hidden_apart, plan_teams
from routing.check import check_teams

TOGETHER = Rules()
RULES = replace(TOGETHER, teams=replace(TOGETHER.teams, plan_hidden_apart=True))


def with_hidden(municipality, seed, n=4):
    """The tables with some protected, drawn at random; their households are hidden with them."""
    ids = random.Random(seed).sample([c.client_id for c in municipality.clients], n)
    clients = tuple(replace(c, protected=c.client_id in ids) for c in municipality.clients)
    return replace(municipality, clients=clients)


def told(municipality, plan):
    """All of a division that stands in shared files."""
    shown = shown_teams(municipality, plan)
    return (shown.teams, shown.contact, shown.vice, shown.staff_team, shown.staff_area,
            shown.staff_base, shown.twin)  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_is_told_is_as_though_the_hidden_had_never_been_there(town, seed):
    """Who is told of has the same team, contact and vice; so no share can be smaller for it."""
    hidden = with_hidden(town.municipality, seed)
    shown = shown_municipality(hidden)
    assert len(hidden_clients(hidden)) >= 4
    plan = plan_teams(hidden, town.travel, RULES, seed=1)
    without = plan_teams(shown, town.travel, RULES, seed=1)
    assert told(hidden, plan) == told(shown, without)
    assert check_teams(hidden, plan, RULES) == ()
    for client_id in hidden_clients(hidden):
        assert client_id in plan.team_of_client
        is_needed = hidden.client_by_id[client_id].needs_contact
        assert (client_id in plan.contact and client_id in plan.vice) or not is_needed


def test_planned_together_the_others_get_other_teams_or_contacts(town):
    """What the setting is there for: as the plan was made before, others' contacts changed."""
    hidden = with_hidden(town.municipality, 1)
    together = plan_teams(hidden, town.travel, TOGETHER, seed=1)
    apart = plan_teams(hidden, town.travel, RULES, seed=1)
    assert told(hidden, together) != told(hidden, apart)
    assert check_teams(hidden, together, TOGETHER) == ()


def test_a_decision_on_somebody_hidden_is_kept(town):
    """MA-05 goes before secrecy: a team and a contact that somebody has decided."""
    hidden = with_hidden(town.municipality, 2)
    plan = plan_teams(hidden, town.travel, RULES, seed=1)
    client_id = min(
        c for c in hidden_clients(hidden)
        if c in plan.contact and not hidden.client_by_id[c].household_id
    )  # fmt: skip
    home = plan.team_of_client[client_id]
    contact, team_id = next(
        (staff_id, team.team_id) for staff_id, team_id in sorted(plan.staff_team.items())
        for team in plan.teams if team.team_id == team_id != home
        if any(c.staff_id == staff_id and c.is_possible for c in candidates(town, hidden, plan,
                                                                            client_id))
    )  # fmt: skip
    asked = decide(
        hidden, Decision("team", client_id, team_id=team_id),
        Decision("contact", client_id, staff_id=contact),
    )  # fmt: skip
    kept = plan_teams(asked, town.travel, RULES, seed=1)
    assert kept.team_of_client[client_id] == team_id
    assert kept.contact[client_id] == contact
    assert told(asked, kept) == told(hidden, plan)
    assert check_teams(asked, kept, RULES) == ()


def candidates(town, municipality, plan, client_id):
    from partition import contact_candidates

    return contact_candidates(municipality, plan, town.travel, RULES, client_id)


def test_a_household_and_those_kept_together_share_a_team(town):
    """A bond holds whoever of it is hidden: with those who may be shown, and among the hidden."""
    first, second, third = (c.client_id for c in town.municipality.clients[:3])
    clients = tuple(
        replace(c, protected=c.client_id in (first, third), household_id="",
                together_id="bond" if c.client_id in (first, second, third) else "")
        for c in town.municipality.clients
    )  # fmt: skip
    bonded = replace(town.municipality, clients=clients)
    plan = plan_teams(bonded, town.travel, RULES, seed=1)
    assert len({plan.team_of_client[c] for c in (first, second, third)}) == 1
    assert told(bonded, plan) == told(bonded, plan_teams(shown_municipality(bonded), town.travel,
                                                         RULES, seed=1))  # fmt: skip


def test_where_there_is_no_room_all_are_planned_together(town, monkeypatch):
    """Service goes before secrecy: nobody hidden is left without a team or a contact."""
    hidden = with_hidden(town.municipality, 3)
    n_shown = len(shown_municipality(hidden).clients)
    n_all = len(hidden.clients)
    assert n_shown < n_all
    one_team = TeamRules(clients_min=n_all, clients_max=n_all, n_teams=1, clients_target=n_all)
    tight = replace(RULES, teams=replace(one_team, plan_hidden_apart=True))
    plan = plan_teams(hidden, town.travel, tight, seed=1)
    assert {len(team.client_ids) for team in plan.teams} == {n_all}
    monkeypatch.setattr(hidden_apart, "contact_candidates", lambda *_, **__: ())
    plan = plan_teams(hidden, town.travel, RULES, seed=1)
    assert set(plan.team_of_client) == {c.client_id for c in hidden.clients}
    assert check_teams(hidden, plan, RULES) == ()
