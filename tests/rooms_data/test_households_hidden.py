"""Who is hidden with whom, against a reading that looks at every pair again and again."""

from __future__ import annotations

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from data.model import Client
from data.privacy import DOOR_M, guarded_ids

_PLACES = st.sampled_from([0.0, 0.5, 1.9, 2.1, 4.2, 9.0, math.nan])
_DWELLERS = st.lists(
    st.tuples(
        _PLACES,
        _PLACES,
        st.sampled_from(["house", "flat"]),
        st.sampled_from(["", "", "h1", "h2"]),
        st.booleans(),
    ),
    max_size=9,
)


def _near(a: Client, b: Client) -> bool:
    """In one square of the doors' grid, or in two that touch."""
    if not all(map(math.isfinite, (a.x, a.y, b.x, b.y))):
        return False
    steps = [abs(u // DOOR_M - v // DOOR_M) for u, v in ((a.x, b.x), (a.y, b.y))]
    return max(steps) <= 1


def _in_house(client: Client, everyone: list[Client]) -> bool:
    at_door = [other for other in everyone if _near(client, other)]
    is_shared = len(at_door) <= 2 and any(other.dwelling == "house" for other in at_door)
    return client.dwelling == "house" or is_shared


def _naive(everyone: list[Client]) -> set[str]:
    hidden = {client.client_id for client in everyone if client.protected}
    for _ in everyone:
        for a in everyone:
            for b in everyone:
                is_one_home = bool(a.household_id) and a.household_id == b.household_id
                is_one_house = _near(a, b) and _in_house(a, everyone) and _in_house(b, everyone)
                if a.client_id in hidden and (is_one_home or is_one_house):
                    hidden.add(b.client_id)
    return hidden


@settings(max_examples=400)
@given(_DWELLERS)
def test_households_are_hidden_as_by_the_naive_twin(rows):
    clients = [
        Client(f"B{number}", x, y, dwelling, household_id=household, protected=protected)
        for number, (x, y, dwelling, household, protected) in enumerate(rows)
    ]
    assert guarded_ids(clients) == _naive(clients)
