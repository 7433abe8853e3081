"""Travel tables that two processes hold once between them."""

import subprocess
import sys

import numpy as np
import pytest

from data.demo import make_municipality, make_streets
from routing.travel import travel_times
from routing.travel.shared_tables import SharedTables
from routing.travel.speed_profile import SpeedProfile

MODES = ("walk", "bike")
IN_ANOTHER = """
import sys
import numpy as np
from routing.travel.shared_tables import SharedTables

def fill(mode, table):
    raise AssertionError("they were made already")

spec, key, n = sys.argv[1], sys.argv[2], int(sys.argv[3])
tables = SharedTables(spec).tables(key, ("walk", "bike"), n, fill)
print(*(int(tables[mode].astype(np.int64).sum()) for mode in ("walk", "bike")))
tables["walk"][:] = -1
"""


@pytest.fixture(scope="module")
def town():
    streets = make_streets(n_clients=40)
    return streets, make_municipality(streets, n_clients=40, n_days=1, seed=3)


def test_tables_shared_are_those_of_ones_own(town):
    shared = SharedTables()
    alone = travel_times(*town, MODES)[0]
    together = travel_times(*town, MODES, shared=shared)[0]
    for mode in MODES:
        assert np.array_equal(alone.seconds[mode], together.seconds[mode])
        assert together.seconds[mode].flags.c_contiguous
        assert together.seconds[mode].flags.writeable  # or each kernel would be compiled once more
    shared.close()
    assert int(together.seconds["walk"].max()) == int(alone.seconds["walk"].max())


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="no memory without a name here")
def test_another_process_looks_at_the_same_and_changes_nothing(town):
    """It fills nothing, sees the same sums, and what it writes is its own."""
    shared = SharedTables()
    seconds = travel_times(*town, MODES, shared=shared)[0].seconds
    before = seconds["walk"].copy()
    key, n_points = shared.spec.partition(":")[2], str(len(before))
    seen = subprocess.run(
        [sys.executable, "-c", IN_ANOTHER, shared.spec, key, n_points],
        pass_fds=shared.descriptors, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert seen.split() == [str(int(seconds[mode].astype(np.int64).sum())) for mode in MODES]
    assert np.array_equal(seconds["walk"], before)
    shared.close()
    assert (shared.spec, shared.descriptors) == ("", ())


@pytest.mark.parametrize("what", ["speeds", "clients", "modes"])
def test_what_would_change_a_second_is_never_taken_from_another(town, what):
    """Other speeds, another client's place, or other modes: the tables are made anew."""
    streets, municipality = town
    shared = SharedTables()
    travel_times(*town, MODES, shared=shared)
    before = shared.spec
    profile, modes = SpeedProfile(), MODES
    if what == "speeds":
        profile = SpeedProfile(walk_kmh=3.0)
    elif what == "modes":
        modes = ("bike", "walk")
    else:
        municipality = make_municipality(streets, n_clients=40, n_days=1, seed=4)
    other = travel_times(streets, municipality, modes, profile=profile, shared=shared)[0]
    alone = travel_times(streets, municipality, modes, profile=profile)[0]
    assert all(np.array_equal(alone.seconds[mode], other.seconds[mode]) for mode in modes)
    assert shared.spec.partition(":")[2] != before.partition(":")[2]
    shared.close()


def test_without_such_memory_each_has_its_own(town, monkeypatch):
    monkeypatch.delattr("os.memfd_create", raising=False)
    shared = SharedTables()
    tables = travel_times(*town, MODES, shared=shared)[0].seconds
    assert np.array_equal(tables["bike"], travel_times(*town, MODES)[0].seconds["bike"])
    assert (shared.spec, shared.descriptors) == ("", ())
