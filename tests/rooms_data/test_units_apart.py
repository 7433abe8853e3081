"""Times of broken rules are told in whole minutes, and never as though the rule were kept."""

import pytest

from data.units import clocks_apart, minutes_apart

EIGHT = 8 * 3600


@pytest.mark.parametrize("late_s", [1, 29, 30, 59, 60, 61, 3600])
def test_a_time_too_late_is_told_as_later_and_too_early_as_earlier(late_s):
    got, wanted = clocks_apart(EIGHT + late_s, EIGHT)
    assert wanted == "08:00" < got
    got, wanted = clocks_apart(EIGHT - late_s, EIGHT)
    assert got < wanted == "08:00"


def test_a_bound_between_minutes_is_rounded_away_too():
    """08:00:50 after 08:00:30 would read as 08:00 both, were both rounded down."""
    assert clocks_apart(EIGHT + 50, EIGHT + 30) == ("08:01", "08:00")
    assert clocks_apart(EIGHT + 10, EIGHT + 30) == ("08:00", "08:01")


def test_whole_minutes_are_told_as_they_are():
    assert minutes_apart(1500, 1800) == (25, 30)
    assert minutes_apart(1800, 1500) == (30, 25)
    assert minutes_apart(1799, 1800) == (29, 30)
