"""Who may come to whom, and how far it is: each rule by hand, and that it is written once."""

from __future__ import annotations

import datetime as dt
import random
import re
from pathlib import Path

import numpy as np
import pytest

from data.care.eligibility import (
    Bar,
    Standing,
    lacking,
    lock_bar,
    locked_rounds,
    personal_bar,
    personal_bars,
    standing,
    visit_bar,
)
from data.care.legs import access_matrix, leg_matrix
from data.model import Client, Pin, Staff, Visit
from data.plans import Team, TeamPlan
from data.travel_times import AccessRules, TravelTimes, access_s

ROOT = Path(__file__).resolve().parents[2]
DAY = dt.date(2026, 3, 2)
YESTERDAY = DAY - dt.timedelta(1)
PLAN = TeamPlan(
    (Team("T1", "O1", "B", ("A",)), Team("T2", "O1", "B", ("B",)), Team("T3", "O2", "B", ("C",))),
    {"A": "S2"}, {"A": "S3"},
    {"S1": "T1", "S2": "T2", "S3": "T3", "S4": "T2", "S5": "T2", "S6": "T3"},
    {"S1": "O1", "S2": "O1", "S3": "O2", "S4": "O1", "S5": "O1", "S6": "O2"}, {}, {}, {},
)  # fmt: skip
CLIENT = Client("A", 0, 0)


@pytest.mark.parametrize(
    ("carer", "part", "lends", "expected"),
    [
        (Staff("S1"), "day", False, Standing.OWN),  # her own team
        (Staff("S2"), "day", False, Standing.OWN),  # contact, of another team
        (Staff("S3"), "day", False, Standing.OWN),  # vice, even of another area
        (Staff("S4"), "day", False, Standing.NONE),  # a day carer of another team
        (Staff("S4"), "day", True, Standing.LENT),
        (Staff("S4"), "evening", False, Standing.OWN),  # evening shifts serve the area
        (Staff("S4", shift_group="evening"), "day", False, Standing.OWN),
        (Staff("S5", "floater"), "day", False, Standing.OWN),
        (Staff("S5", "pool"), "day", False, Standing.OWN),
        (Staff("S6", "pool"), "evening", True, Standing.NONE),  # another area
    ],
)
def test_as_what_a_carer_comes(carer, part, lends, expected):
    """Teams, areas, lending, contact and vice."""
    assert standing(carer, CLIENT, PLAN, part, lend_in_area=lends) is expected


@pytest.mark.parametrize(("carer", "expected"), [("S6", Standing.BORROWED), ("S3", Standing.OWN)])
def test_areas_lend_each_other_carers_where_the_rules_say_so(carer, expected):
    """A pool carer of another area is borrowed; the vice comes as her own."""
    comes_as = standing(
        Staff(carer, "pool"), CLIENT, PLAN, "day", lend_in_area=False, lend_between_areas=True
    )
    assert comes_as is expected


@pytest.mark.parametrize(
    ("client", "carer", "mode", "comes_as", "expected"),
    [
        (CLIENT, Staff("S1"), "physical", Standing.OWN, None),
        (CLIENT, Staff("S1"), "physical", Standing.LENT, None),
        (CLIENT, Staff("S1"), "physical", Standing.NONE, Bar.TEAM),
        (Client("A", 0, 0, blocked_staff=frozenset({"S1"})), Staff("S1"), "digital", Standing.OWN,
         Bar.REFUSED),
        (Client("A", 0, 0, pets=True), Staff("S1", pet_allergy=True), "physical", Standing.NONE,
         Bar.PETS),
        (Client("A", 0, 0, pets=True), Staff("S1", pet_allergy=True), "digital", Standing.OWN,
         None),
        (Client("A", 0, 0, pets=True), Staff("S1"), "physical", Standing.OWN, None),
        (Client("A", 0, 0, smoker=True), Staff("S1", smoke_averse=True), "physical", Standing.OWN,
         Bar.SMOKE),
        (Client("A", 0, 0, smoker=True), Staff("S1", smoke_averse=True), "digital", Standing.OWN,
         None),
    ],
)  # fmt: skip
def test_the_first_rule_that_bars(client, carer, mode, comes_as, expected):
    """Refusals always, pets where a home is entered, then the team."""
    visit = Visit("V", "A", "lunch", 600, 0, 3600, mode=mode)
    assert visit_bar(carer, visit, client, DAY, comes_as) is expected


def test_a_delegation_holds_through_its_last_day():
    """And is missing the day after; what is missing is named in order."""
    visit = Visit("V", "A", "lunch", 600, 0, 3600, skills=frozenset({"med", "ins"}))
    holds = Staff("S1", skills={"med": DAY, "ins": DAY})
    assert visit_bar(holds, visit, CLIENT, DAY, Standing.OWN) is None
    ended = Staff("S1", skills={"med": YESTERDAY})
    assert visit_bar(ended, visit, CLIENT, DAY, Standing.OWN) is Bar.SKILL
    assert lacking(ended, visit.skills, DAY) == ("ins", "med")


def test_a_contact_must_be_able_to_enter():
    """Also where this period's visits are all on a screen."""
    pets, allergic = Client("A", 0, 0, pets=True), Staff("S1", pet_allergy=True)
    assert personal_bar(allergic, pets, enters=True) is Bar.PETS
    assert personal_bar(allergic, pets, enters=False) is None
    both = Client("A", 0, 0, pets=True, blocked_staff=frozenset({"S1"}))
    assert personal_bars(allergic, both, enters=True) == (Bar.REFUSED, Bar.PETS)


def test_locks_bar_all_but_whom_they_name():
    """A visit locked to one carer, a locked round, and neither on another date."""
    pins = (Pin(DAY, "V", "S1"), Pin(DAY, "", "S2"), Pin(DAY, "W", ""))
    assert lock_bar(pins, "V", "S1", DAY) is None
    assert lock_bar(pins, "V", "S3", DAY) is Bar.LOCKED_VISIT
    assert lock_bar(pins, "W", "S2", DAY) is Bar.LOCKED_ROUND
    assert lock_bar(pins, "W", "S3", DAY) is None
    assert lock_bar(pins, "V", "S3", YESTERDAY) is None
    assert locked_rounds(pins) == {("S2", DAY)}


@pytest.mark.parametrize("seed", range(5))
def test_twin_of_the_leg_matrix(seed):
    """Travel and door of every pair, one at a time; a client who occurs twice among them."""
    rng = random.Random(seed)
    clients = [
        Client(f"C{i}", 0, 0, dwelling=rng.choice(["flat", "house"]),
               building_id=rng.choice(["", "H1", "H2"]), household_id=rng.choice(["", "", "K1"]),
               physical_key=rng.random() < 0.5)
        for i in range(8)
    ]  # fmt: skip
    points = [f"client:{one.client_id}" for one in clients] + ["base:B", "home:S"]
    seconds = np.array([[rng.randrange(900) * (i != j) for j in range(10)] for i in range(10)])
    travel = TravelTimes(tuple(points), {"car": seconds.astype(np.int32)})
    rules, asked = AccessRules(), [*clients, clients[3]]
    legs = leg_matrix(travel, rules, "car", clients, ["base:B", "home:S"], most_s=700)
    for i in range(10):
        for j in range(10):
            door = 0
            if j < 8 and i != j:
                door = access_s(rules, "car", clients[i] if i < 8 else None, clients[j])
            assert legs[i, j] == min(int(seconds[i, j]), 700) + door
    access = access_matrix(rules, "car", asked)
    assert access.tolist() == [[access_s(rules, "car", a, b) for b in asked] for a in asked]


def test_the_rules_of_who_may_come_are_written_once():
    """Ten copies had three different rules of pets. The checker keeps its own, alone; tables, the
    demo, the benchmarks, patrols of a night, a scenario's newcomers and those who go home ill only
    fill the fields in."""
    owners = ("data/care/eligibility.py", "data/model.py", "data/receipt.py", "routing/check/",
              "data/tables/", "data/demo/", "hemrunda/workfolder/what_if.py",
              "data/layers/layer_town.py", "hemrunda/studio/jobs/repair_job.py")  # fmt: skip
    rule = re.compile(r"\.pet_allergy|\.blocked_staff|not \w+\.holds\(|all\(\w+\.holds\(")
    wrong = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for room in ("data", "routing", "partition", "maps", "hemrunda")
        for path in sorted((ROOT / room).rglob("*.py"))
        if not str(path.relative_to(ROOT).as_posix()).startswith(owners)
        for line in path.read_text(encoding="utf-8").splitlines()
        if rule.search(line)
    ]
    assert wrong == []
