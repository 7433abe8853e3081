"""Solomon and Homberger instances, and ``.sol`` files, as text files hold them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SCALE = 10
"""Distances are kept in tenths, truncated: the DIMACS convention for these instances."""


@dataclass(frozen=True)
class Instance:
    """A vehicle routing problem with time windows; node 0 is the depot, times in tenths."""

    name: str
    n_vehicles: int
    capacity: int
    x: NDArray[np.int64]
    y: NDArray[np.int64]
    demand: NDArray[np.int64]
    ready: NDArray[np.int64]
    due: NDArray[np.int64]
    service: NDArray[np.int64]

    @property
    def distance(self) -> NDArray[np.int64]:
        """Euclidean distances with one decimal, truncated, times ten; shape (n, n)."""
        dx = self.x[:, None] - self.x[None]
        dy = self.y[:, None] - self.y[None]
        exact: NDArray[np.float64] = np.sqrt(dx * dx + dy * dy)
        return np.floor(exact * SCALE + 1e-9).astype(np.int64)


def read_instance(path: Path) -> Instance:
    """Read a Solomon-format file.

    Raises
    ------
    ValueError
        Where the file does not hold seven numbers per node.
    """
    rows = [line.split() for line in path.read_text().splitlines() if line.strip()]
    numbers = [[int(x) for x in row] for row in rows if all(_is_int(x) for x in row)]
    fleet = next(row for row in numbers if len(row) == 2)
    table = np.array([row for row in numbers if len(row) == 7], dtype=np.int64)
    if len(table) < 2 or not np.array_equal(table[:, 0], np.arange(len(table))):
        raise ValueError(f"{path.name}: not in Solomon's format")
    columns = [np.ascontiguousarray(table[:, i]) for i in range(7)]
    return Instance(
        path.stem, fleet[0], fleet[1], columns[1], columns[2], columns[3],
        columns[4] * SCALE, columns[5] * SCALE, columns[6] * SCALE,
    )  # fmt: skip


def _is_int(text: str) -> bool:
    return text.lstrip("-").isdigit()


def read_solution(path: Path) -> tuple[tuple[int, ...], ...]:
    """The routes of a ``.sol`` file (CVRPLIB's format), without the depot."""
    lines = [line for line in path.read_text().splitlines() if line.lower().startswith("route")]
    return tuple(tuple(int(x) for x in line.split(":")[1].split()) for line in lines)


def cost_of(instance: Instance, routes: tuple[tuple[int, ...], ...]) -> int:
    """Total distance in tenths, after proving that the routes keep every rule.

    Raises
    ------
    ValueError
        Where a customer is missing or twice, or a window or the capacity is broken.
    """
    distance = instance.distance
    if sorted(u for route in routes for u in route) != list(range(1, len(instance.x))):
        raise ValueError("not every customer exactly once")
    total = 0
    for route in routes:
        time, before = int(instance.ready[0]), 0
        if int(instance.demand[list(route)].sum()) > instance.capacity:
            raise ValueError("over capacity")
        for u in (*route, 0):
            time += int(distance[before, u])
            total += int(distance[before, u])
            time = max(time, int(instance.ready[u]))
            if time > instance.due[u]:
                raise ValueError(f"late at {u}")
            time += int(instance.service[u])
            before = u
    return total
