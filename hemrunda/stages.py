"""Stages of a run: each gets its share of the progress bar, and its time is kept."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping

from data.progress import Progress


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
        self.seconds: dict[str, float] = {}

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
        started = time.monotonic()
        yield Progress(on_report=report, stop=self._progress.stop)
        self.seconds[name] = round(time.monotonic() - started, 2)
        self._done = min(begin + share, 1.0)
        self._progress.report(self._done, title)
