"""Contacts of the older kind, more contacts than one, and who answers in other services."""

from __future__ import annotations

from dataclasses import replace

from data.model import Client, Visit
from data.plans import Team, TeamPlan
from data.rules import Rules
from partition import plan_teams
from partition.layers.team_services import team_services
from routing.check import check_teams
from routing.engine.weights import RoundWeights


def test_a_kontaktman_needs_no_title(town):
    """OR-15: without any title in the staff nobody has a contact but who may have a kontaktman."""
    some = {client.client_id for client in town.municipality.clients[:20]}
    municipality = replace(
        town.municipality,
        staff=tuple(
            replace(one, title="care_assistant", transition=False)
            for one in town.municipality.staff
        ),
        clients=tuple(
            replace(one, kontaktman=one.client_id in some, contact_id="", vice_id="")
            for one in town.municipality.clients
        ),
    )
    plan = plan_teams(municipality, town.travel, Rules(), seed=1, n_iterations=1)
    assert plan.contact
    assert set(plan.contact) <= some
    assert not [one for one in check_teams(municipality, plan, Rules())
                if one.rule == "contact_title"]  # fmt: skip
    plain = replace(
        municipality, clients=tuple(replace(c, kontaktman=False) for c in municipality.clients)
    )
    broken = check_teams(plain, plan, Rules())
    assert sum(one.rule == "contact_title" for one in broken) == len(plan.contact)


def test_more_contacts_cost_as_the_first():
    """OR-05: a second contact's visit has the contact's price, whatever her tier; others not."""
    prices = RoundWeights()
    client = Client("A", 0, 0, co_contacts=frozenset({"S2"}))
    visit = Visit("V", "A", "cleaning", 3600, 0, 3600, (0,))
    assert prices.carer_price(visit, client, "S2", "team") == 0
    assert prices.carer_price(visit, client, "S3", "team") > 0


def test_who_answers_in_other_services_for_each_team():
    """FA-08: the nurse's and the assessor's areas of a team, most clients first."""
    plan = TeamPlan(
        (Team("T1", "O1", "B", ("A", "B", "C")), Team("T2", "O1", "B", ("D",))),
        {}, {}, {}, {}, {}, {}, {},
    )  # fmt: skip
    areas = {"ssk": {"A": "Norr", "B": "Norr", "C": "Syd"}, "bistånd": {"A": "1", "D": "2"}}
    found = [(s.team_id, s.service, s.area, s.n_clients, s.of_clients)
             for s in team_services(plan, areas)]  # fmt: skip
    assert found == [
        ("T1", "bistånd", "1", 1, 1), ("T1", "ssk", "Norr", 2, 3), ("T1", "ssk", "Syd", 1, 3),
        ("T2", "bistånd", "2", 1, 1),
    ]  # fmt: skip
