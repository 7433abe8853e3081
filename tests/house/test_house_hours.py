"""The hours that divide a day stand in one place (`data.units`), for search, checker and tables."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("data", "routing", "partition", "maps", "hemrunda")
HOURS = re.compile(r"\b(7|12|15|22) ?\* ?(3600|3_600|HOUR_S)\b")
OWN = {
    "data/units.py": "their place",
    "data/demo/need_tables.py": "when visits of the made-up town may begin",
    "data/demo/municipality.py": "hours of work in a shift, not of the clock",
    "data/demo/rosters.py": "when the made-up town's meetings begin",
}


def test_no_other_module_has_hours_of_its_own():
    """A municipality whose evening begins at 14:30 must find one number, not six."""
    found = {
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if HOURS.search(path.read_text(encoding="utf-8"))
    }
    assert found - set(OWN) == set()


def test_nobody_takes_twelve_oclock_for_the_municipalitys_noon():
    """Halves of a day are `DayHours.noon_s`; twelve on the clock is only how a clock is read."""
    reads_clocks = {
        "data/units.py", "data/tables/nights.py", "data/tables/schema/clock_times.py",
        "data/care/matters.py", "routing/answers/deadlines.py", "maps/paper/cyclic_view.py",
    }  # fmt: skip
    names = {
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if re.search(r"\bNOON_S\b", path.read_text(encoding="utf-8"))
    }
    assert names == reads_clocks
