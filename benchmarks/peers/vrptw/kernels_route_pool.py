# mypy: disable-error-code="no-untyped-def,no-untyped-call,no-any-return"
"""Routes worth remembering, so that the best mixture of them can be found outside."""

from __future__ import annotations

from benchmarks.peers.vrptw.kernels_vrptw_layout import RoutePool
from data.kernels import bare_kernel as kernel


@kernel
def add_to_pool(code, route_pool: RoutePool, row, n: int, cost: int) -> None:
    """Keep the first ``n`` customers of ``row``, unless they are known at no more cost."""
    if n == 0:
        return
    total = 0
    for p in range(n):
        total += code[row[p]]
    size = route_pool.hash.shape[0]
    slot = total % size
    for _ in range(8):
        if route_pool.hash[slot] == total:
            if route_pool.cost[slot] <= cost:
                return
            break
        if route_pool.hash[slot] == 0:
            break
        slot = slot + 1 if slot + 1 < size else 0
    route_pool.hash[slot], route_pool.cost[slot] = total, cost
    route_pool.seq[slot, 0] = n
    for p in range(n):
        route_pool.seq[slot, p + 1] = row[p]
