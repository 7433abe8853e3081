# mypy: disable-error-code="no-untyped-def,no-untyped-call"
"""Chance for the kernels: Marsaglia's xorshift64 (2003, doi 10.18637/jss.v008.i14), seeded."""

from __future__ import annotations

import numpy as np

from data.kernels import bare_kernel as kernel


@kernel
def rand_bits(rng):
    """An integer of 53 random bits."""
    x = rng[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    rng[0] = x
    return np.int64(x >> np.uint64(11))


@kernel
def rand_below(rng, n):
    """An integer from 0 to ``n`` - 1. For a constant ``n`` write ``rand_bits(rng) % n``.

    A constant argument would make a signature of its own.
    """
    return rand_bits(rng) % n


@kernel
def rand_unit(rng):
    """A float above 0 and at most 1."""
    return (rand_bits(rng) + 1) / float(1 << 53)
