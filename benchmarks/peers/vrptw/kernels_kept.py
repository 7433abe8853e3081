# mypy: disable-error-code="no-untyped-def,no-untyped-call,no-any-return"
"""Routes worth remembering, so that the best mixture of them can be found outside."""

from __future__ import annotations

from benchmarks.peers.vrptw.kernels_layout import Kept
from data.kernels import bare_kernel as kernel


@kernel
def remember(code, kept: Kept, row, n: int, cost: int) -> None:
    """Keep the first ``n`` customers of ``row``, unless they are known at no more cost."""
    if n == 0:
        return
    total = 0
    for p in range(n):
        total += code[row[p]]
    size = kept.hash.shape[0]
    slot = total % size
    for _ in range(8):
        if kept.hash[slot] == total:
            if kept.cost[slot] <= cost:
                return
            break
        if kept.hash[slot] == 0:
            break
        slot = slot + 1 if slot + 1 < size else 0
    kept.hash[slot], kept.cost[slot] = total, cost
    kept.seq[slot, 0] = n
    for p in range(n):
        kept.seq[slot, p + 1] = row[p]
