"""Shares and averages that say None, not zero, where there is nothing to divide by."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence


def pct(part: float, whole: float) -> float | None:
    """``part`` in per cent of ``whole``, one decimal; None of nothing."""
    return round(100 * part / whole, 1) if whole else None


def never_whole(n_made: int, n_due: int) -> float | None:
    """As `pct`, but never 100 while anything is left: one of ten thousand is somebody who waits."""
    share = pct(n_made, n_due)
    return share if share is None or n_made >= n_due else min(share, 99.9)


def share_pct(truths: Sequence[bool]) -> float | None:
    """The share that is true, in per cent."""
    return pct(sum(truths), len(truths))


def mean(values: Sequence[float]) -> float | None:
    """The mean, two decimals."""
    return round(statistics.fmean(values), 2) if values else None


def median(values: Sequence[float]) -> float | None:
    """The median, two decimals."""
    return round(statistics.median(values), 2) if values else None


def minutes(values_s: Iterable[int]) -> int:
    """Seconds summed, as whole minutes."""
    return round(sum(values_s) / 60)
