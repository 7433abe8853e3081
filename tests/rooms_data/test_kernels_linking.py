"""Kernels that kernels call are compiled inside them, and by themselves where Python calls them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numba
import numpy as np
import pytest

from data import kernels_tables
from data.kernels import bare_kernel, kernel


@bare_kernel
def innermost(x):
    """Two calls deep."""
    return x[0] + 1


@bare_kernel
def inner(x, n):
    """Called by both kinds of kernel."""
    return innermost(x) * n


@bare_kernel
def outer(x):
    """Called by Python."""
    return inner(x, 10) + innermost(x)


@kernel
def counted(x):
    """One that counts references calls one that does not."""
    return inner(x.copy(), 7)


only_compiled = pytest.mark.skipif(
    numba.config.DISABLE_JIT or not kernels_tables.IS_LINKED, reason="nothing is linked"
)


def test_twin_of_a_kernel_called_by_kernels_and_by_python():
    """10 x 4 + 4 of 3, 7 x 4; and the inner ones by themselves, before and after."""
    x = np.array([3])
    assert outer(x) == 44
    assert inner(x, 10) == 40
    assert counted(x) == 28
    assert innermost(x) == 4
    assert outer(x.astype(np.float64)) == 44.0
    assert outer(x) == 44


@only_compiled
def test_an_inner_kernel_is_left_unfinished():
    """Until Python calls it."""

    @bare_kernel
    def deep(x):
        return x[0] + 5

    @bare_kernel
    def shallow(x):
        return deep(x)

    x = np.array([1])
    assert shallow(x) == 6
    (compiled,) = deep.overloads.values()
    assert isinstance(compiled.library, kernels_tables.InnerLibrary)
    assert deep(x) == 6
    (compiled,) = deep.overloads.values()
    assert isinstance(compiled.library, kernels_tables.OuterLibrary)


MODULE = """
import numpy as np
from data.kernels import bare_kernel

@bare_kernel
def below(x):
    return x[0] + 1

@bare_kernel
def above(x):
    return below(x) * 2

if __name__ == "__main__":
    print(above(np.array([20])), sum(above.stats.cache_hits.values()))
"""


@only_compiled
def test_only_what_python_calls_is_kept(tmp_path):
    """One kernel in the cache; the next process takes it from there."""
    module, cache = tmp_path / "kernels_of_two.py", tmp_path / "cache"
    module.write_text(MODULE, "utf-8")
    cache.mkdir(mode=0o700)
    root = Path(__file__).resolve().parents[2]
    env = os.environ | {"HEMRUNDA_CACHE_DIR": str(cache), "PYTHONPATH": str(root)}
    told = [
        subprocess.run(
            [sys.executable, str(module)], env=env, capture_output=True, text=True, check=True
        ).stdout.split()
        for _ in range(2)
    ]
    assert told == [["42", "0"], ["42", "1"]]
    assert [path.name.split(".")[1].split("-")[0] for path in cache.rglob("*.nbi")] == ["above"]
    switched = subprocess.run(
        [sys.executable, str(module)], env=env | {"HEMRUNDA_LINKING": "each"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert switched.stdout.split()[0] == "42"
