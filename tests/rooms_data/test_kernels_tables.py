"""Tuples of arrays that kernels take by reference say the same as the tuples themselves."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from numba import njit
from numpy.typing import NDArray

from data.kernels_tables import by_reference, table_of

ROOT = Path(__file__).resolve().parents[2]


@by_reference
class Mixed(NamedTuple):
    """Every width and number of dimensions that kernels use."""

    cube: NDArray[np.int64]
    small: NDArray[np.int32]
    real: NDArray[np.float64]
    empty: NDArray[np.int64]


def mixed() -> Mixed:
    """Numbers that tell their own place."""
    cube = np.arange(24, dtype=np.int64).reshape(2, 3, 4)
    small = np.arange(100, 110, dtype=np.int32).reshape(5, 2)
    return Mixed(cube, small, np.linspace(0.5, 2.5, 5), np.zeros((0, 3), dtype=np.int64))


@njit(nogil=True)
def inner(m, i, j, k):
    """An element by its index, and through a view of its row."""
    return m.cube[i, j, k] + m.cube[i][j, k] + m.small[j, i]


@njit(nogil=True)
def outer(m, total):
    """Reads everything, writes what it has read, calls another with the same tuple."""
    n = 0
    for i in range(m.cube.shape[0]):
        for j in range(m.cube.shape[1]):
            for k in range(m.cube.shape[2]):
                total[0] += inner(m, i, j, k)
                n += 1
    for i in range(m.real.shape[0]):
        m.real[i] *= 2.0
    m.cube[1:, 2, 3] = -1
    return n + m.cube.size + 1000 * m.empty.shape[0] + m.empty.shape[1] + m.small.strides[0]


@pytest.mark.parametrize("order", ["C", "F"])
def test_twin_reads_and_writes_what_python_does(order):
    """The same sums, and the same arrays afterwards, compiled or not, whatever the layout."""
    compiled, plain = mixed(), mixed()
    if order == "F":
        compiled = compiled._replace(cube=np.asfortranarray(compiled.cube))
        plain = plain._replace(cube=np.asfortranarray(plain.cube))
    sums = np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64)
    told = outer(compiled, sums[0])
    expected = 0
    for i in range(2):
        for j in range(3):
            for k in range(4):
                expected += 2 * int(plain.cube[i, j, k]) + int(plain.small[j, i])
    plain.real[:] *= 2.0
    plain.cube[1, 2, 3] = -1
    assert int(sums[0][0]) == expected
    assert told == 24 + 24 + 3 + plain.small.strides[0]
    for mine, theirs in zip(compiled, plain, strict=True):
        assert np.array_equal(mine, theirs)


def test_a_view_keeps_its_own_place_and_shape():
    """A row of a larger array is passed as that row, not as the array it was cut from."""
    whole = np.arange(48, dtype=np.int64).reshape(4, 3, 4)
    part = mixed()._replace(cube=whole[2:4])
    assert inner(part, 1, 2, 3) == 2 * 47 + 105
    other = mixed()._replace(cube=whole[0:2])
    assert inner(other, 1, 2, 3) == 2 * 23 + 105


def test_words_are_address_size_shape_and_strides():
    """What the compiled side reads, word for word."""
    m = mixed()
    words = table_of(m).tolist()
    assert words[:8] == [m.cube.ctypes.data, 24, 2, 3, 4, 96, 32, 8]
    assert words[8:14] == [m.small.ctypes.data, 10, 5, 2, 8, 4]
    assert len(words) == 8 + 6 + 4 + 6


def test_what_is_no_tuple_of_arrays_is_refused():
    """A number in place of an array is a TypeError, not a wild address."""
    if os.environ.get("NUMBA_DISABLE_JIT") == "1":
        pytest.skip("no kinds where nothing is compiled")
    with pytest.raises(TypeError):
        inner(mixed()._replace(cube=5), 0, 0, 0)


KEPT = """
import sys
import numpy as np
from benchmarks.peers.vrptw.kernels_route_pool import add_to_pool
from benchmarks.peers.vrptw.kernels_vrptw_layout import RoutePool
wide = lambda *shape: np.zeros(shape, dtype=np.int64)
pool = RoutePool(wide(8), wide(8), np.zeros((8, 4), dtype=np.int32))
row = np.array([1, 2], dtype=np.int32)
add_to_pool(np.arange(10, dtype=np.int64), pool, row, 2, 7)
assert pool.hash[3] == 3 and pool.cost[3] == 7 and pool.seq[3].tolist() == [2, 1, 2, 0]
print(sum(add_to_pool.stats.cache_hits.values()))
"""


def test_a_kept_kernel_works_in_the_next_process(tmp_path):
    """The compiled code holds no address of the process that made it."""
    env = {**os.environ, "HEMRUNDA_CACHE_DIR": str(tmp_path), "NUMBA_DISABLE_JIT": "0"}
    hits = []
    for _ in range(2):
        result = subprocess.run(
            [sys.executable, "-c", KEPT],
            cwd=ROOT,
            env=env,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert result.returncode == 0, result.stderr
        hits.append(int(result.stdout))
    assert hits == [0, 1]
