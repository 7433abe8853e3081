"""How long work tells of itself, and how it is asked to stop, without knowing who listens."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field


def _silent(_done: float, _text: str) -> None:
    """Report to nobody."""


@dataclass(frozen=True)
class Progress:
    """Passed into long work: call `report`; look at ``stop`` between batches.

    An ``on_report`` that raises must not stop the work (faults.md D13): `report` guards it.
    """

    on_report: Callable[[float, str], None] = _silent
    stop: threading.Event = field(default_factory=threading.Event)

    def report(self, share_done: float, text: str) -> None:
        """Report, and go on whatever the listener does."""
        with contextlib.suppress(Exception):
            self.on_report(share_done, text)

    @property
    def is_stopping(self) -> bool:
        """Whether the user asked to stop (first Ctrl-C)."""
        return self.stop.is_set()
