"""A layer's areas: by the table of other services, by nearness, and joined in one place."""

import numpy as np

from data.model import Base, Client, Municipality, Staff
from data.travel_times import TravelTimes
from partition.layers.layer_areas import layer_areas

AT = {"A": 0, "B": 100, "C": 900, "D": 1000}


def night(*staff, bases=(("H1", 0), ("H2", 1000)), households=None):
    clients = tuple(
        Client(name, at, 0, household_id=(households or {}).get(name, ""))
        for name, at in AT.items()
    )
    places = [*AT.values(), *(at for _, at in bases)]
    names = [*(f"client:{name}" for name in AT), *(f"base:{name}" for name, _ in bases)]
    apart = np.abs(np.subtract.outer(places, places)).astype(np.int32)
    town = Municipality(
        "Natt", clients, (), staff, (), tuple(Base(name, at, 0) for name, at in bases)
    )
    return town, TravelTimes(tuple(names), {"bike": apart})


def carer(name, area="", base=""):
    return Staff(name, "pool", "night", team_id=area, base_id=base)


def members(plan):
    return {team.team_id: team.client_ids for team in plan.teams}


def test_areas_of_the_night_by_table_and_by_nearness():
    """MA-01, NO-20: each client is of the area whose premises are nearest, or as the table says."""
    town, travel = night(carer("N1", "Väst", "H1"), carer("N2", "Öst", "H2"))
    plan = layer_areas(town, travel, "bike", "Natt")
    assert members(plan) == {"Väst": ("A", "B"), "Öst": ("C", "D")}
    assert plan.staff_base == {"N1": "H1", "N2": "H2"}
    said = layer_areas(town, travel, "bike", "Natt", {"A": "Öst", "B": "någon annan"})
    assert members(said) == {"Väst": ("B",), "Öst": ("A", "C", "D")}


def test_areas_in_one_place_are_one_and_no_area_is_one():
    town, travel = night(carer("N1", "Väst"), carer("N2", "Öst"), bases=(("H1", 0),))
    plan = layer_areas(town, travel, "bike", "Natt")
    assert members(plan) == {"Väst, Öst": ("A", "B", "C", "D")}
    assert set(plan.staff_area.values()) == {"Väst, Öst"}
    # Where the table tells them apart they stay two.
    said = layer_areas(town, travel, "bike", "Natt", {"D": "Öst"})
    assert members(said) == {"Väst": ("A", "B", "C"), "Öst": ("D",)}
    nobody, travel = night()
    assert members(layer_areas(nobody, travel, "bike", "Natt")) == {"Natt": ("A", "B", "C", "D")}


def test_a_household_has_one_area_at_night():
    town, travel = night(
        carer("N1", "Väst", "H1"), carer("N2", "Öst", "H2"), households={"B": "h", "C": "h"}
    )
    areas = members(layer_areas(town, travel, "bike", "Natt"))
    assert any({"B", "C"} <= set(ids) for ids in areas.values())
