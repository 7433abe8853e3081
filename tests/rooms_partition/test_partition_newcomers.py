"""Who is new and who has left, in a division that is otherwise kept."""

import numpy as np

from data.model import Base, Client, Municipality, Staff
from data.plans import Team, TeamPlan
from data.rules import Rules, TeamRules
from data.travel_times import TravelTimes
from partition.contacts.newcomer_contacts import with_first_contacts
from partition.teams.newcomers import with_newcomers


def world(*new_clients, new_staff=(), without=()):
    clients = [Client("A", 0, 0, building_id="H1"), Client("B", 100, 0), Client("C", 900, 0),
               Client("D", 1000, 0)]  # fmt: skip
    clients = [c for c in clients if c.client_id not in without] + list(new_clients)
    staff = [Staff(name) for name in ("S1", "S2") if name not in without] + list(new_staff)
    bases = (Base("B1", 0, 0), Base("B2", 1000, 0))
    x = np.array([c.x for c in clients])
    seconds = np.abs(x[:, None] - x[None, :]).astype(np.int32)
    travel = TravelTimes(tuple(f"client:{c.client_id}" for c in clients), {"bike": seconds})
    plan = TeamPlan(
        (Team("T1", "O1", "B1", ("A", "B")), Team("T2", "O2", "B2", ("C", "D"))),
        {"A": "S1", "B": "S1", "C": "S2", "D": "S2"}, {"A": "S2"}, {"S1": "T1", "S2": "T2"},
        {"S1": "O1", "S2": "O2"}, {"S1": "B1", "S2": "B2"}, {"S1": "S2", "S2": "S1"}, {},
    )  # fmt: skip
    town = Municipality("Prov", tuple(clients), (), tuple(staff), (), bases)
    return with_newcomers(plan, town, travel, "bike", TeamRules(clients_max=3)), plan


def team_of(plan, client_id):
    return plan.team_of_client[client_id]


def test_nothing_new_nothing_changed():
    found, plan = world()
    assert found == plan


def test_a_new_client_joins_the_named_team_the_house_or_the_nearest():
    named, house = Client("E", 0, 0, team_id="T2"), Client("F", 990, 0, building_id="H1")
    assert team_of(world(named)[0], "E") == "T2"
    assert team_of(world(house)[0], "F") == "T1"
    assert team_of(world(Client("G", 800, 0))[0], "G") == "T2"


def test_a_full_team_takes_nobody_more():
    found, _ = world(Client("E", 10, 0), Client("F", 20, 0))
    assert team_of(found, "E") == "T1"
    assert team_of(found, "F") == "T2"


def test_a_new_client_waits_for_a_contact_unless_the_tables_name_one():
    found, _ = world(Client("E", 10, 0), Client("F", 900, 0, contact_id="S2", vice_id="S1"))
    assert "E" in found.without_contact
    assert found.contact["F"] == "S2"
    assert found.vice["F"] == "S1"
    assert "F" not in found.without_contact


def test_who_has_left_is_in_no_team_and_is_nobodys_contact():
    found, _ = world(without=("A", "S2"))
    assert "A" not in found.team_of_client
    assert "A" not in found.contact
    assert "C" not in found.contact
    assert "slutat" in found.without_contact["C"]
    assert "S2" not in found.staff_area
    assert found.twin == {}


def test_a_new_carer_belongs_where_the_tables_say():
    found, _ = world(new_staff=(Staff("N1", team_id="T2"), Staff("N2", "pool", base_id="B2")))
    assert found.staff_team["N1"] == "T2"
    assert (found.staff_area["N1"], found.staff_base["N1"]) == ("O2", "B2")
    assert "N2" not in found.staff_team
    assert (found.staff_area["N2"], found.staff_base["N2"]) == ("O2", "B2")


def test_a_mended_plan_proposes_a_contact_for_the_newcomer_alone():
    """OR-06: of her own team, whom no rule forbids; who waits already waits on."""
    new = (Client("E", 10, 0), Client("F", 900, 0, blocked_staff=frozenset({"S2"})))
    found, before = world(*new)
    clients = [Client("A", 0, 0), Client("B", 100, 0), Client("C", 900, 0), Client("D", 1000, 0)]
    clients += new
    x = np.array([c.x for c in clients])
    travel = TravelTimes(
        (*(f"client:{c.client_id}" for c in clients), "base:B1", "base:B2"),
        {"bike": np.pad(np.abs(x[:, None] - x[None, :]), (0, 2)).astype(np.int32)},
    )
    bases = (Base("B1", 0, 0), Base("B2", 1000, 0))
    town = Municipality("Prov", tuple(clients), (), (Staff("S1"), Staff("S2")), (), bases)
    known = before.team_of_client
    plan, proposed = with_first_contacts(found, town, travel, Rules(), known)
    assert proposed == {"E": "S1"}
    assert plan.contact == {**before.contact, "E": "S1"}
    assert set(plan.without_contact) == {"F"}
    again, none = with_first_contacts(found, town, travel, Rules(), {*known, "E", "F"})
    assert (again, none) == (found, {})
