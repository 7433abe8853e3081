"""When a search must end: by the clock, or because the user asked it to stop."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace

from data.progress import Progress


@dataclass(frozen=True)
class Limit:
    """A point of time, none for as long as it takes, and somebody who may say stop."""

    until_s: float | None = None
    """By `time.monotonic`."""
    begun_s: float = 0.0
    progress: Progress = field(default_factory=Progress)

    def is_over(self) -> bool:
        """Whether to stop now."""
        return self.progress.is_stopping or self.left_s() <= 0

    def left_s(self) -> float:
        """Seconds left, infinite where there is no limit."""
        return float("inf") if self.until_s is None else self.until_s - time.monotonic()

    def spent_s(self) -> float:
        """Seconds since it was set."""
        return time.monotonic() - self.begun_s

    def earlier(self, seconds: float) -> Limit:
        """The same limit so much earlier: what must be done afterwards has its time."""
        return self if self.until_s is None else replace(self, until_s=self.until_s - seconds)


def limit_after(seconds: float | None, progress: Progress | None = None) -> Limit:
    """A limit so many seconds from now."""
    now_s = time.monotonic()
    return Limit(None if seconds is None else now_s + seconds, now_s, progress or Progress())
