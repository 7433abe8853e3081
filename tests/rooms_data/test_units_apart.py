"""Times of broken rules are told in whole minutes, and never as though the rule were kept."""

import re
from pathlib import Path

import pytest

import data
from data.units import clocks_apart, minutes_apart, number_text

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


def test_numbers_are_written_as_swedes_do():
    """One writer for screen, pages and paper: thin space, comma, minus sign."""
    assert number_text(None) == "–"
    assert number_text(-1234.56, 1) == "\N{MINUS SIGN}1\N{NO-BREAK SPACE}234,6"
    assert number_text(1659, is_change=True) == "+1\N{NO-BREAK SPACE}659"
    assert number_text(0, is_change=True) == "0"
    assert number_text(-0.04, 1) == "0,0"


def modules_with(pattern):
    """The modules of the product whose text holds the pattern."""
    root = Path(data.__file__).parents[1]
    return {
        path.relative_to(root).as_posix()
        for room in ("data", "hemrunda", "maps", "partition", "routing")
        for path in (root / room).rglob("*.py")
        if re.search(pattern, path.read_text("utf-8"))
    }


def test_no_other_module_writes_numbers_of_its_own():
    """The Swedish signs are set in one place."""
    own = modules_with(r'replace\("(\.", ","|-", "(−|\\N\{MINUS))')
    # Cells of tables, which a spreadsheet reads as numbers, have no thin space.
    assert own == {
        "data/tables/files/formats.py",
        "data/tables/out/sheet_rows.py",
        "data/tables/out/writing.py",
        "hemrunda/writing/redesign_files.py",
    }


def test_no_text_has_a_decimal_point_or_a_sign_of_its_own():
    """A number with decimals or a sign is written by `number_text`, but in markup and figures."""
    own = modules_with(r":,?(\.[1-9]|\+,?\.\d)f\}")
    assert own == {
        "data/demo/facts.py",  # the docs' figures, in English
        "data/osm/osm_plain.py",
        "hemrunda/writing/redesign_files.py",
        "maps/common/svg.py",
        "maps/files/gpx.py",
        "maps/paper/paper_picture.py",
        "maps/paper/pdf_code.py",
    }
