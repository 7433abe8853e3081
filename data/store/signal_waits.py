"""A few steps that no signal may come between."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from typing import Any

from data.progress import ENDING_SIGNALS


@contextlib.contextmanager
def signals_waiting() -> Iterator[None]:
    """Let Ctrl-C and its like wait until the block is done, and come then."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before: dict[int, Any] = {}
    try:
        for kind in ENDING_SIGNALS:
            before[kind] = signal.signal(kind, lambda number, _frame: came.append(number))
        yield
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)
    for number in came:
        signal.raise_signal(number)


@contextlib.contextmanager
def surely(step: Callable[[], None]) -> Iterator[None]:
    """Take a step when the block is done, also where an interrupt comes on the way to it.

    Parameters
    ----------
    step : callable
        Does nothing where it has been taken before.
    """
    try:
        try:
            yield
        finally:
            with signals_waiting():
                step()
    finally:
        with signals_waiting():
            step()
