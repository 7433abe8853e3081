"""The hours that divide a day stand in one place (`data.units`), for search, checker and tables."""

import re
from pathlib import Path

from data import units
from routing.engine import kernels_layout

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("data", "routing", "partition", "maps", "hemrunda")
HOURS = re.compile(r"\b(7|12|15|22) ?\* ?(3600|3_600|HOUR_S)\b")
OWN = {
    "data/units.py": "their place",
    "data/demo/need_tables.py": "when visits of the made-up town may begin",
    "data/demo/municipality.py": "hours of work in a shift, not of the clock",
    "data/demo/rosters.py": "when the made-up town's meetings begin",
    "routing/engine/kernels_layout.py": "kernels are cached by their own family's sources alone",
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


def test_the_kernels_noon_is_everybodys():
    assert kernels_layout.NOON_S == units.NOON_S
