"""Clients exchanged between contacts: the sums are right, the rules hold, the ways are shorter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from data.model import Client, Municipality
from data.plans import TeamPlan
from data.rules import Rules
from data.travel_times import AccessRules, TravelTimes
from partition import plan_teams
from partition.annealing.care_work import travel_matrix
from partition.contacts.access_savings import access_saved_s
from partition.contacts.contact_choice import make_contacts
from partition.contacts.contact_exchange import ContactCase, exchanged
from partition.contacts.contact_programme import ContactPrices
from partition.staff.staffing import Staffing


def random_case(seed: int, n_carers: int = 3, n_clients: int = 9) -> ContactCase:
    rng = np.random.default_rng(seed)
    price = rng.integers(0, 50, (n_carers, n_clients)).astype(float)
    price[rng.random(price.shape) < 0.15] = np.inf
    xy = rng.uniform(0, 30, (n_clients, 2))
    pair = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    minutes = rng.integers(5, 60, (n_carers, n_clients))
    near = rng.random((n_clients, n_clients)) < 0.2
    pair -= 25 * np.triu(near, 1) + 25 * np.triu(near, 1).T  # what neighbours save at the door
    return ContactCase(price, pair, minutes, np.full(n_carers, 110), 2, 4, 200, 3, 2)


def naive_price(case: ContactCase, chosen: NDArray[np.int64]) -> float:
    """The whole price from its definition, one client at a time."""
    total = 0.0
    for s in range(len(case.capacity)):
        mine = [c for c, carer in enumerate(chosen) if carer == s]
        total += sum(case.price[s, c] for c in mine)
        total += sum(case.pair[c, d] for i, c in enumerate(mine) for d in mine[i + 1 :])
        total += case.overload_per_min * max(
            0, sum(int(case.minutes[s, c]) for c in mine) - int(case.capacity[s])
        )
        total += case.crowding * sum(int(case.minutes[s, c]) for c in mine) ** 2 / case.capacity[s]
        total += case.too_few * max(0, case.clients_min - len(mine)) if mine else 0
        total += np.inf if len(mine) > case.clients_max else 0
    return total


@pytest.mark.parametrize("seed", range(12))
def test_no_shift_or_swap_is_left_that_helps(seed: int) -> None:
    """Judged by the naive price: nothing forbidden, nothing dearer, no single step better."""
    case = random_case(seed)
    rng = np.random.default_rng(seed)
    starts = (rng.integers(-1, 3, 9) for _ in range(2000))
    start = next(found for found in starts if np.isfinite(naive_price(case, found)))
    best = exchanged(case, start)
    cost = naive_price(case, best)
    assert cost <= naive_price(case, start)
    assert ((best < 0) == (start < 0)).all()
    placed = np.flatnonzero(best >= 0)
    for c in placed:
        for s in range(3):
            other = best.copy()
            other[c] = s
            assert naive_price(case, other) >= cost - 1e-6
        for d in placed:
            other = best.copy()
            other[c], other[d] = best[d], best[c]
            assert naive_price(case, other) >= cost - 1e-6


def without_contacts(
    town_maker: Callable[..., Any],
) -> tuple[Municipality, TravelTimes, TeamPlan, Staffing]:
    """A town where nobody has a contact yet, its teams, and who works where."""
    town = town_maker(160, seed=3)
    m = replace(
        town.municipality,
        clients=tuple(replace(c, contact_id="", vice_id="") for c in town.municipality.clients),
    )
    plan = plan_teams(m, town.travel, Rules(), seed=1, n_iterations=1)
    staffing = Staffing(plan.teams, plan.staff_team, plan.staff_area, plan.staff_base)
    return m, town.travel, plan, staffing


def test_contacts_clients_live_nearer_each_other(town_maker: Callable[..., Any]) -> None:
    """With the price of the ways between a contact's clients they are a good deal shorter."""
    m, travel, plan, staffing = without_contacts(town_maker)

    def mean_way_s(pair_per_s: int) -> float:
        prices = ContactPrices(pair_per_s=pair_per_s)
        made = make_contacts(m, staffing, travel, Rules(), prices=prices)
        assert set(made.contact) == set(plan.contact)
        clients_of: dict[str, list[str]] = {}
        for client_id, staff_id in made.contact.items():
            clients_of.setdefault(staff_id, []).append(client_id)
        ways = [
            travel_matrix(travel, tuple(ids), "bike")[np.triu_indices(len(ids), 1)]
            for ids in clients_of.values()
        ]
        return float(np.concatenate(ways).mean())

    assert mean_way_s(ContactPrices().pair_per_s) < 0.8 * mean_way_s(0)


def test_doors_saved_between_neighbours() -> None:
    """A flat is 210 s and the bicycle 30; next door is 60, at home nothing, a key costs anew."""
    flat = Client("A", 0.0, 0.0, "flat", "H1")
    clients = [
        flat,
        replace(flat, client_id="B", physical_key=True),
        replace(flat, client_id="C", household_id="P1"),
        replace(flat, client_id="D", household_id="P1"),
        Client("E", 0.0, 0.0),
    ]
    saved = access_saved_s(AccessRules(), "bike", clients)
    assert (saved == saved.T).all()
    assert (np.diag(saved) == 0).all()
    assert saved[0, 1] == saved[0, 2] == 180
    assert saved[2, 3] == 240
    assert (saved[4] == 0).all()


def test_neighbours_and_households_share_contacts(town_maker: Callable[..., Any]) -> None:
    """With the price of doors more pairs of one building have one contact, and every household."""
    m, travel, _, staffing = without_contacts(town_maker)

    def n_together(access_per_s: int) -> int:
        prices = ContactPrices(access_per_s=access_per_s)
        made = make_contacts(m, staffing, travel, Rules(), prices=prices).contact
        ones = sorted(made)
        return sum(
            made[a] == made[b]
            for i, a in enumerate(ones)
            for b in ones[:i]
            if m.client_by_id[a].building_id
            and m.client_by_id[a].building_id == m.client_by_id[b].building_id
        )

    assert n_together(ContactPrices().access_per_s) > 1.2 * n_together(0)
