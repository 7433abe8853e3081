"""How long work tells of itself, and how it is asked to stop, without knowing who listens."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

ENDING_SIGNALS: Final = tuple(
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
    if hasattr(signal, name)
)
"""What asks a program to end, as far as this system has them."""


def _silent(_done: float, _text: str) -> None:
    """Report to nobody."""


@dataclass(frozen=True)
class Progress:
    """Passed into long work: call `report`; look at ``stop`` between batches.

    An ``on_report`` that raises must not stop the work (faults.md D13): `report` guards it.
    """

    on_report: Callable[[float, str], None] = _silent
    stop: threading.Event = field(default_factory=threading.Event)
    on_best: Callable[[Callable[[], object]], None] | None = None
    """Handed now and then what makes the best answer so far, for whoever looks at it meanwhile."""

    def report(self, share_done: float, text: str) -> None:
        """Report, and go on whatever the listener does."""
        with contextlib.suppress(Exception):
            self.on_report(share_done, text)

    def show_best(self, make: Callable[[], object]) -> None:
        """Hand over the best so far; what goes wrong with it is no trouble of the work's."""
        if self.on_best is not None:
            with contextlib.suppress(Exception):
                self.on_best(make)

    @property
    def is_stopping(self) -> bool:
        """Whether the user asked to stop (first Ctrl-C)."""
        return self.stop.is_set()
