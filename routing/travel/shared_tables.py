"""Travel tables that two processes hold once between them.

A city's four tables are most of what an open folder takes. One process lays them in memory without
a name (no file that anybody else could open, gone with the last process that holds it), and the
other looks at the same pages. A page that either writes to is its own from then on. Where the
system has no such memory (Windows), each holds its own.
"""

from __future__ import annotations

import contextlib
import mmap
import os
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Fill = Callable[[str, NDArray[np.int32]], None]


class SharedTables:
    """Keeps one set of tables for others to look at (`routing.travel.times.travel_times`).

    Parameters
    ----------
    spec : str, optional
        What another process said of its own (`spec`), whose descriptor has been passed on.
    """

    def __init__(self, spec: str = "") -> None:
        number, _, self._key = spec.partition(":")
        self._descriptor = int(number) if number else -1

    @property
    def spec(self) -> str:
        """For the process that is to look at the tables; empty where there are none to share."""
        return f"{self._descriptor}:{self._key}" if self._descriptor >= 0 else ""

    @property
    def descriptors(self) -> tuple[int, ...]:
        """What the other process must be given when it starts."""
        return (self._descriptor,) if self._descriptor >= 0 else ()

    def tables(
        self, key: str, modes: Sequence[str], n_points: int, fill: Fill
    ) -> Mapping[str, NDArray[np.int32]]:
        """The tables of each mode: those that are shared under ``key``, or made and then shared."""
        size = 4 * n_points * n_points * len(modes)
        if key == self._key and self._descriptor >= 0:
            whole = mmap.mmap(self._descriptor, size, access=mmap.ACCESS_COPY)
            return {mode: _table(whole, i, n_points) for i, mode in enumerate(modes)}
        self.close()
        if hasattr(os, "memfd_create") and size:
            self._key, self._descriptor = key, os.memfd_create("hemrunda", os.MFD_CLOEXEC)
            os.ftruncate(self._descriptor, size)
            whole = mmap.mmap(self._descriptor, size)
            made = {mode: _table(whole, i, n_points) for i, mode in enumerate(modes)}
        else:
            made = {mode: np.empty((n_points, n_points), np.int32) for mode in modes}
        for mode, table in made.items():
            fill(mode, table)
        return made

    def close(self) -> None:
        """Let go of the tables; who looks at them goes on looking."""
        if self._descriptor >= 0:
            with contextlib.suppress(OSError):
                os.close(self._descriptor)
        self._descriptor, self._key = -1, ""


def _table(whole: mmap.mmap, i: int, n_points: int) -> NDArray[np.int32]:
    """One table of those laid end to end; it keeps the memory as long as it is used."""
    n_cells = n_points * n_points
    cells = np.frombuffer(whole, np.int32, n_cells, 4 * n_cells * i)
    return cells.reshape(n_points, n_points)
