"""Who is chosen and why: the vice's days, the twins' cover, wishes, a roster that fits."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from itertools import combinations
from types import SimpleNamespace

import pytest

from data.model import Base, Client, Municipality, Shift, Staff, Visit
from data.rules import Rules
from partition.contacts import roster_ceiling
from partition.contacts.contact_candidates import contact_candidates
from partition.contacts.contact_choice import _pair_price
from partition.contacts.contact_load import room_by_weekday
from partition.contacts.contact_programme import ContactPrices
from partition.contacts.deputies import (
    Covers,
    days_at_work,
    make_deputies,
    make_twins,
    may_be_twins,
)
from partition.contacts.roster_ceiling import asked_of, contact_share, roster_entries
from partition.staff.qualification import make_qualifier
from tests.rooms_partition.test_partition_contacts import planned

MONDAY = dt.date(2026, 3, 2)
DAYS = [MONDAY + dt.timedelta(i) for i in range(14)]
H = 3600


def town_of(works, **client):
    """A team with one client of S0; ``works`` says on which of 14 days each carer is at work."""
    staff = tuple(Staff(name, team_id="T1") for name in works)
    roster = tuple(
        Shift(name, DAYS[n], 7 * H, 15 * H) for name, days in works.items() for n in days
    )
    visit = Visit("A1", "A", "morning", 1800, 8 * H, 9 * H)
    return Municipality("P", (Client("A", 0, 0, team_id="T1", **client),), (visit,), staff, roster,
                        (Base("B", 0, 0),))  # fmt: skip


def staffing_of(town):
    team = SimpleNamespace(team_id="T1", area_id="O1", client_ids=("A",))
    names = [carer.staff_id for carer in town.staff]
    own = [carer.staff_id for carer in town.staff if carer.role != "pool"]
    return SimpleNamespace(
        teams=(team,), staff_team=dict.fromkeys(own, "T1"), staff_area=dict.fromkeys(names, "O1")
    )


def vice_of(town, contact="S0"):
    covers: Covers = make_deputies(town, staffing_of(town), SimpleNamespace(contact={"A": contact}))
    return covers.vice.get("A", "")


@pytest.mark.parametrize("seed", range(4))
def test_the_vice_works_on_the_contacts_days_off(seed):
    """OR-08: of those who may, she has the most days on which the contact is off, counted here."""
    order = [0, 1, 2, 3, 4, 7, 8, 9, 10, 11]
    works = {"S0": order, "S1": order[seed:], "S2": [5, 6, *order[:4]], "S3": [0, 1, 2]}
    town = town_of(works)
    off = set(range(14)) - set(order)
    most = max(len(off & set(days)) for name, days in works.items() if name != "S0")
    assert len(off & set(works[vice_of(town)])) == most
    assert vice_of(town) == "S2"


def test_who_is_away_all_the_time_is_nobodys_vice():
    """LU-14: the twin by the table has no day at all in the roster."""
    assert vice_of(town_of({"S0": [0, 1], "S1": [], "S2": [0]}, vice_id="S1")) == "S2"


@pytest.mark.parametrize("role", ["contact", "floater", "pool"])
def test_none_is_vice_where_all_are_away_all_the_time(role):
    """LU-14, OR-08: who has ended or is on leave steps in for nobody; the pool goes before her."""
    town = town_of({"S0": [0, 1], "S1": [], "S2": []}, vice_id="S1")
    assert vice_of(town) == ""
    town = town_of({"S0": [0, 1], "S1": [], "S2": [3]}, vice_id="S1")
    staff = tuple(replace(s, role=role) if s.staff_id == "S2" else s for s in town.staff)
    assert vice_of(replace(town, staff=staff)) == "S2"
    nobody = town_of({"S0": [], "S1": [], "S2": []}, vice_id="S1")  # no roster says who is away
    assert vice_of(nobody) == "S1"


@pytest.mark.parametrize("seed", range(5))
def test_twins_cover_as_many_days_as_any_pairing(seed):
    """MA-11: four contacts; the pairing chosen covers most days of all that may be, by trial."""
    spread = [[(3 * k + seed + i * (k + 2)) % 14 for i in range(6)] for k in range(4)]
    works = {f"S{k}": sorted(set(days)) for k, days in enumerate(spread)}
    town = town_of(works)
    days = days_at_work(town)
    twin = make_twins(town, staffing_of(town))

    def covered(pairs):
        return sum(len(days[one] | days[other]) for one, other in pairs)

    chosen = {tuple(sorted(pair)) for pair in twin.items()}
    allowed = [p for p in combinations(sorted(works), 2) if may_be_twins(*p, days)]
    sets = [
        (one, other) for one, other in combinations(allowed, 2) if not set(one) & set(other)
    ] or [(one,) for one in allowed]  # fmt: skip
    assert all(may_be_twins(*pair, days) for pair in chosen)
    assert covered(chosen) == max((covered(pairs) for pairs in sets), default=0)


def test_a_carer_whom_the_client_wishes_for_is_dearer_to_pass_by():
    """LU-20: another than the wished one costs `not_preferred` more, and nothing where none is."""
    prices = ContactPrices()
    wishes = Client("A", 0, 0, preferred_staff=frozenset({"S1"}))
    one, other = Staff("S1"), Staff("S2")
    extra = _pair_price(other, wishes, prices) - _pair_price(one, wishes, prices)
    assert extra == prices.not_preferred > 0
    plain = Client("A", 0, 0)
    assert _pair_price(one, plain, prices) == _pair_price(other, plain, prices)


def test_chosen_contacts_have_rosters_that_fit_their_clients(town):
    """MA-06: over the demo's teams the chosen contact could make more of the client's visits than
    the mean of those of her team and shift who may be her contact."""
    municipality = town.municipality
    plan = planned(municipality, town)
    lines, qualifier = roster_entries(municipality), make_qualifier(municipality)
    better: list[float] = []
    for client_id, staff_id in sorted(plan.contact.items()):
        client = municipality.client_by_id[client_id]
        chosen = municipality.staff_by_id[staff_id]
        rivals = [
            carer for carer in municipality.staff
            if plan.staff_team.get(carer.staff_id) == plan.team_of_client[client_id]
            and carer.role == "contact" and carer.shift_group == chosen.shift_group
            and carer.may_be_contact and not qualifier.obstacle(carer, client)
        ]  # fmt: skip
        asked = asked_of(municipality, client)
        shares = {
            one.staff_id: contact_share(asked, client, one, plan.staff_base[one.staff_id],
                                        town.travel, lines)
            for one in rivals
        }  # fmt: skip
        known = [share for share in shares.values() if share is not None]
        if len(known) > 1 and shares.get(staff_id) is not None:
            better.append(shares[staff_id] - sum(known) / len(known))
    assert len(better) > 20
    assert sum(better) / len(better) > 0
    assert Counter(one > 0 for one in better)[True] > Counter(one < 0 for one in better)[True]


def test_a_clients_days_are_laid_out_once_however_many_carers(town, monkeypatch):
    """With 5 300 clients it was most of what choosing contacts took: once for each carer."""
    asked = Counter()
    days_of = roster_ceiling.occurrences_of

    def counted(visit, *others):
        asked[visit.visit_id] += 1
        return days_of(visit, *others)

    monkeypatch.setattr(roster_ceiling, "occurrences_of", counted)
    plan = planned(town.municipality, town)
    assert len(asked) > 100
    assert set(asked.values()) == {1}
    asked.clear()
    client_id = min(plan.contact)
    contact_candidates(town.municipality, plan, town.travel, Rules(), client_id)
    assert set(asked.values()) == {1}


def test_room_of_each_weekday_by_hand():
    """MA-08: S0 works eight hours on two Mondays of two and one Tuesday of two; A asks 30 a day."""
    town = town_of({"S0": [0, 7, 1], "S1": list(range(14))})
    plan = SimpleNamespace(contact={"A": "S0"})
    room = room_by_weekday(town, plan, Rules())["S0"]
    share = 0.675  # the middle of 65 to 70 per cent
    assert room[0] == round(480 * share - 30)
    assert room[1] == round(240 * share - 15)
    assert room[2:] == (0, 0, 0, 0, 0)
