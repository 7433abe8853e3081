"""A kernel with two bodies: which one is taken is told by the kind of table, compiled or not."""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np
import pytest
from numpy.typing import NDArray

from data.kernels import bare_kernel, instead_of, seam
from data.kernels_tables import by_reference, kinds_of


@by_reference
class Notes(NamedTuple):
    """A table whose second array has one dimension or two."""

    number: NDArray[np.int64]
    extra: NDArray[np.int64]


def is_wide(notes) -> bool:
    """Of a table, or of the compiled kind of one."""
    return bool(kinds_of(notes)["extra"].ndim == 2)


@seam
def worth(notes, factor):
    """What a narrow table is worth."""
    return factor * notes.number[0]


@instead_of(worth, is_wide)
def worth_wide(notes, factor):
    """What a wide one is worth."""
    return factor * notes.number[0] + notes.extra[1, 2]


@bare_kernel
def twice(notes):
    """Who asks does not know which."""
    return 2 * worth(notes, 10)


def notes(*shape: int) -> Notes:
    """A table with ``extra`` of a shape, its numbers counting up."""
    n = int(np.prod(shape))
    return Notes(np.array([3]), np.arange(n, dtype=np.int64).reshape(shape))


def test_twin_of_each_kind_has_its_body():
    """2 x 10 x 3; and with extra[1, 2] = 6 of a table of four columns, 2 x (30 + 6)."""
    for _ in range(2):
        assert twice(notes(0)) == 60
        assert twice(notes(2, 4)) == 72


@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="Python picks the body itself")
def test_a_seam_is_called_by_kernels_only():
    """Called from Python it would be compiled with the wrong body, without a sound."""
    with pytest.raises(TypeError, match="kernels only"):
        worth(notes(2, 4), 10)


def test_tables_by_value_are_the_same(monkeypatch):
    """The way back: with the switch a class is left as it is."""
    monkeypatch.setenv("HEMRUNDA_TABLES", "by_value")

    class Plain(NamedTuple):
        one: NDArray[np.int64]

    before = numba.extending.typeof_impl.registry.copy()
    assert by_reference(Plain) is Plain
    assert numba.extending.typeof_impl.registry.keys() == before.keys()
    assert kinds_of(Plain(np.zeros(3)))["one"].ndim == 1
