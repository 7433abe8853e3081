"""What who comes is worth: prices by tier, kind of visit and minutes."""

from dataclasses import replace

import pytest

from data.errors import SettingsError
from data.model import Client, Visit
from routing.rounds import RoundWeights

H, M = 3600, 60
CLIENT = Client("C", 0.0, 0.0)
CLEANING = Visit("V", "C", "cleaning", 80 * M, 8 * H, 15 * H, weekdays=frozenset({2}))
PRICES = RoundWeights(
    tier={"contact": 0, "vice": 100, "team": 200, "floater": 300, "pool": 400},
    non_daily_pct=150,
    non_daily_unit_min=0,
)


def test_a_long_visit_that_is_not_daily_weighs_as_the_short_ones_in_its_place():
    """A cleaning of 80 minutes is worth four short visits of the contact, else short ones win."""
    by_minutes = replace(PRICES, non_daily_unit_min=20)
    assert PRICES.carer_price(CLEANING, CLIENT, "S", "team") == 300
    assert by_minutes.carer_price(CLEANING, CLIENT, "S", "team") == 4 * 300
    short = replace(CLEANING, duration_s=15 * M)
    assert by_minutes.carer_price(short, CLIENT, "S", "team") == 300
    assert by_minutes.carer_price(CLEANING, CLIENT, "S", "contact") == 0


def test_daily_visits_weigh_alike_whatever_their_minutes():
    """The minutes are for what is not daily; by day personal care has its own share."""
    daily = replace(CLEANING, task="meal", weekdays=frozenset(range(7)))
    by_minutes = replace(PRICES, non_daily_unit_min=20)
    assert by_minutes.carer_price(daily, CLIENT, "S", "pool") == 400
    personal = replace(daily, task="morning")
    assert by_minutes.carer_price(personal, CLIENT, "S", "pool") == 440


def test_prices_out_of_range_are_refused():
    """A negative price would reward what it should cost."""
    with pytest.raises(SettingsError):
        RoundWeights(non_daily_unit_min=-1)
