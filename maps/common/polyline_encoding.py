"""Many small whole numbers as short text: zigzag, five bits a letter, deltas between points.

The letters are ``A–Z a–z 0–9 - _``, so that the text stands in JSON and in a page as it is. The
reader is ``decode`` in ``assets/core.js``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_LETTERS = np.frombuffer(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", dtype=np.uint8
)
_MORE = 32
_MAX_LETTERS = 7
"""Seven letters hold 35 bits: any whole metre on Earth, doubled by the zigzag."""


def encode(values: NDArray[np.int64]) -> str:
    """Whole numbers below 2**34 in size as text, lowest five bits first.

    Raises
    ------
    ValueError
        Where a number is too large.
    """
    numbers = np.asarray(values, dtype=np.int64).ravel()
    zigzag = (numbers << 1) ^ (numbers >> 63)
    if len(zigzag) and zigzag.max() >= 1 << (5 * _MAX_LETTERS):
        raise ValueError("number too large to encode")
    shifts = np.arange(_MAX_LETTERS, dtype=np.int64) * 5
    groups = zigzag[:, None] >> shifts
    used = groups > 0
    used[:, 0] = True
    more = np.zeros_like(used)
    more[:, :-1] = used[:, 1:]
    letters = _LETTERS[(groups & 31) | (more * _MORE)]
    return bytes(letters[used]).decode("ascii")


def encode_deltas(points: NDArray[np.int64]) -> str:
    """Points, shape (n, 2), as text: each is told by its steps from the one before."""
    steps = np.diff(points, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    return encode(steps)
