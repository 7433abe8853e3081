"""Stages of a run: each gets its share of the progress bar, and what it took is kept."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping
from typing import TypedDict

from data.progress import Progress


class Took(TypedDict):
    """What a stage took: by the clock, of all processors, and the most memory until its end."""

    wall_s: float
    cpu_s: float
    peak_mb: float


def peak_mb() -> float:
    """The most memory that this process has had, in megabytes; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def shares_of(shares: Mapping[str, float], *names: str) -> dict[str, float]:
    """The shares of a run of these stages alone, so that its bar ends at the whole."""
    whole = sum(shares[name] for name in names)
    return {name: shares[name] / whole for name in names}


class Stages:
    """Hands each stage a `Progress` that fills its own part of the whole bar."""

    def __init__(self, progress: Progress, shares: Mapping[str, float]) -> None:
        self._progress = progress
        self._shares = shares
        self._done = 0.0
        self.took: dict[str, Took] = {}

    @property
    def seconds(self) -> dict[str, float]:
        """Seconds by the clock of each stage that is over."""
        return {name: took["wall_s"] for name, took in self.took.items()}

    @contextlib.contextmanager
    def watched(self, name: str) -> Iterator[None]:
        """Keep what a part of a stage takes; it has no share of the bar."""
        wall_s, cpu_s = time.monotonic(), time.process_time()
        yield
        self.took[name] = _took(time.monotonic() - wall_s, time.process_time() - cpu_s)

    @contextlib.contextmanager
    def stage(self, name: str, title: str) -> Iterator[Progress]:
        """Run one stage; its progress is reported as ``title: detail``."""
        begin, share = self._done, self._shares[name]

        def report(share_done: float, text: str) -> None:
            inside = min(max(share_done, 0.0), 1.0)
            is_more = text and not text.startswith(title)
            self._progress.report(
                begin + share * inside, f"{title}: {text}" if is_more else text or title
            )

        self._progress.report(begin, title)
        with self.watched(name):
            yield Progress(on_report=report, stop=self._progress.stop)
        self._done = min(begin + share, 1.0)
        self._progress.report(self._done, title)


def _took(wall_s: float, cpu_s: float) -> Took:
    return {"wall_s": round(wall_s, 2), "cpu_s": round(cpu_s, 2), "peak_mb": peak_mb()}
