"""Marks of places near each other pushed apart, so that every number can be read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from maps.common.drawing import Points, spread_out

STEPS_MAX = 200
"""Far more than the marks of a round need; where a picture is too full some stay overlapping."""


def apart(
    xy: Sequence[tuple[float, float]],
    least: float,
    *,
    fixed: Sequence[tuple[float, float]] = (),
    within: tuple[float, float],
) -> Points:
    """Each mark at its place or near it, no two nearer than ``least``, shape (n, 2).

    Parameters
    ----------
    xy : sequence of (float, float)
    least : float
        Between the middles of two marks.
    fixed : sequence of (float, float)
        Marks that stay where they are, and take room.
    within : (float, float)
        The picture's width and height; marks stay half of ``least`` inside.
    """
    n = len(xy)
    held = np.array(fixed, dtype=float).reshape(-1, 2)
    # Those at one place begin beside it, each in a direction of its own.
    places = np.vstack(
        [np.array(spread_out(list(xy), least / 4), dtype=float).reshape(-1, 2), held]
    )
    can_move = np.arange(len(places)) < n
    edge = np.minimum(least / 2, np.array(within) / 2)
    # Beside one that stays, the other goes the whole way.
    share = np.where(can_move[None], 0.52, 1.02)
    stays, itself = np.flatnonzero(~can_move), np.arange(len(places))
    low, high = edge, np.array(within) - edge
    for _ in range(STEPS_MAX):
        between = places[:, None] - places
        far = np.hypot(between[..., 0], between[..., 1])
        far[itself, itself] = np.inf
        lacking = np.maximum(least - far, 0.0)
        lacking[stays] = 0.0
        if not lacking.any():
            break
        push = lacking * share / np.maximum(far, 1e-9)
        places[:n] += np.einsum("ij,ijk->ik", push[:n], between[:n])
        places[:n] = np.minimum(np.maximum(places[:n], low), high)
    return places[:n]
