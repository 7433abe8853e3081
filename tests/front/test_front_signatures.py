"""One signature per kernel over the whole chain: a second is seconds of compiling for a user."""

import subprocess
import sys

import pytest

CODE = """
import os, tempfile
from pathlib import Path
from data.demo import make_municipality, make_streets
from data.kernels import REGISTRY
from data.progress import Progress
from hemrunda.config import Config
from hemrunda.effort import Effort
from hemrunda.scale.first_compile import compile_search, compile_streets_and_teams
from hemrunda.pipeline import run

def signatures():
    return {name: set(kernel.signatures) for name, kernel in REGISTRY.items()}

compile_search()
search = signatures()
for name, kernel in REGISTRY.items():
    assert not kernel.signatures or not name.startswith(("partition", "routing.travel")), name
compile_streets_and_teams()
first = signatures()
network = make_streets(n_clients=60)
municipality = make_municipality(network, n_clients=60, n_days=2, seed=1)
with tempfile.TemporaryDirectory() as folder:
    run(municipality, network, Config(), Effort(n_iterations=500, workers=1, map_days=0),
        Path(folder), Progress())
for name, kernel in sorted(REGISTRY.items()):
    print(len(kernel.signatures), name)
    if set(kernel.signatures) - first.get(name, set()):
        print("new", name)
print("search", sum(map(bool, search.values())), "all", sum(map(bool, first.values())))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What the chain compiles after the parts of the first start, a word and a name a line."""
    result = subprocess.run(
        [sys.executable, "-c", CODE], cwd=tmp_path_factory.mktemp("chain"), capture_output=True,
        text=True, timeout=900,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    return [line.split() for line in result.stdout.splitlines()]


def test_one_signature_per_kernel(told):
    """Arrays of another type, order or writability recompile everything (models.md)."""
    counts = [line for line in told if line[0].isdigit()]
    assert counts
    assert not [name for n, name in counts if int(n) > 1]


def test_the_first_start_compiles_all_that_a_plan_runs(told):
    """Else the bar of the first plan stands still, with nothing said, until the rest is there."""
    assert [line for line in told if line[0] == "new"] == []
    parts = next(line for line in told if line[0] == "search")
    assert 0 < int(parts[1]) < int(parts[3])
