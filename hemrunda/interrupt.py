"""Ctrl-C: the first asks the work to stop and write its best, the second aborts (faults.md D1).

A closed window (SIGHUP) and a polite kill (SIGTERM) are the same as Ctrl-C. But a window that is
closed says so twice, once by the system and once by its shell, and is never the second.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

import click

from data.progress import ENDING_SIGNALS


def kinds() -> tuple[signal.Signals, ...]:
    """The signals that ask a program to end, as far as this system has them.

    Not those that whoever started us has turned off: ``nohup`` does, so that a run outlives its
    window.
    """
    return tuple(kind for kind in ENDING_SIGNALS if signal.getsignal(kind) != signal.SIG_IGN)


def raise_interrupted(_number: int, _frame: FrameType | None) -> None:
    """End as Ctrl-C does, before and after any search."""
    raise KeyboardInterrupt


@contextlib.contextmanager
def stopping_on_ctrl_c() -> Iterator[threading.Event]:
    """Give an event that the first Ctrl-C (or SIGTERM) sets; the second raises as usual.

    Outside the main thread no handler can be set, and the event is never set from here.
    """
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def on_signal(number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            if number == getattr(signal, "SIGHUP", None):
                return
            raise KeyboardInterrupt
        stop.set()
        with contextlib.suppress(OSError):  # the window that would show it may be gone
            click.echo("\nStannar: granskar och skriver den bästa planen hittills.", err=True)

    before = {sig: signal.signal(sig, on_signal) for sig in kinds()}
    try:
        yield stop
    finally:
        for sig, handler in before.items():
            signal.signal(sig, handler)
