"""Every kernel gives the same with the compiler off: the twins run once more as plain Python."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_twins_hold_with_the_compiler_off():
    """A kernel that leans on overflow or unset memory differs here before it does for a user."""
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-k", "twin", "-p", "no:cacheprovider", "tests"]
        + ["--ignore=tests/house"],
        cwd=ROOT,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout[-4000:]
    assert " passed" in result.stdout
