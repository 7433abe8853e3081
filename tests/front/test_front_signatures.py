"""One signature per kernel over the whole chain: a second is seconds of compiling for a user."""

import subprocess
import sys

CODE = """
import os, tempfile
from pathlib import Path
from data.demo import make_municipality, make_streets
from data.kernels import REGISTRY
from data.progress import Progress
from hemrunda.config import Config
from hemrunda.effort import Effort
from hemrunda.pipeline import run
network = make_streets(n_clients=60)
municipality = make_municipality(network, n_clients=60, n_days=2, seed=1)
with tempfile.TemporaryDirectory() as folder:
    run(municipality, network, Config(), Effort(n_iterations=500, workers=1, map_days=0),
        Path(folder), Progress())
for name, kernel in sorted(REGISTRY.items()):
    print(len(kernel.signatures), name)
"""


def test_one_signature_per_kernel(tmp_path):
    """Arrays of another type, order or writability recompile everything (models.md)."""
    result = subprocess.run(
        [sys.executable, "-c", CODE], cwd=tmp_path, capture_output=True, text=True, timeout=600
    )
    assert result.returncode == 0, result.stderr
    counts = [line.split() for line in result.stdout.splitlines() if line[:1].isdigit()]
    assert counts
    assert not [name for n, name in counts if int(n) > 1]
