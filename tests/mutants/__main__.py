"""``python -m tests.mutants [WORD …]``: make each mutant in a copy and see that a test fails.

With words, only those whose names hold one of them. A mutant that no test notices is named at
the end, and the exit code is 1. Compiled kernels of the copies go to a folder that is thrown away.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.mutants.read import ROOT, Mutant, read_mutants

COPIED = ("data", "routing", "partition", "maps", "hemrunda", "benchmarks", "tests")
NOT_COPIED = shutil.ignore_patterns("__pycache__", "*.pyc", "golden")


def is_noticed(mutant: Mutant, folder: Path) -> bool:
    """Whether one of the mutant's tests fails where it has been made."""
    copy = folder / "copy"
    for name in COPIED:
        shutil.copytree(ROOT / name, copy / name, ignore=NOT_COPIED)
    shutil.copy(ROOT / "pyproject.toml", copy)
    path = copy / mutant.file
    path.write_text(
        path.read_text(encoding="utf-8").replace(mutant.text, mutant.becomes), encoding="utf-8"
    )
    env = os.environ | {"HEMRUNDA_CACHE_DIR": str(folder / "cache"), "PYTHONPATH": str(copy)}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *mutant.tests],
        cwd=copy,
        env=env | ({} if mutant.is_compiled else {"NUMBA_DISABLE_JIT": "1"}),
        capture_output=True,
        text=True,
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{mutant.name}: the tests did not run\n{done.stdout[-2000:]}")
    return done.returncode == 1


def main(words: list[str]) -> int:
    """Run the mutants asked for; the exit code."""
    wanted = [one for one in read_mutants() if not words or any(word in one.name for word in words)]
    alive = []
    for mutant in wanted:
        with tempfile.TemporaryDirectory() as folder:
            noticed = is_noticed(mutant, Path(folder))
        print("noticed " if noticed else "SURVIVES", mutant.name, flush=True)
        alive += [] if noticed else [mutant.name]
    print(f"{len(wanted) - len(alive)} of {len(wanted)} noticed")
    return 1 if alive or not wanted else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
