"""What the pages are told while they wait: one stream of events for each open page."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Mapping
from typing import Any, Final

WAITING_MOST: Final = 500
"""A page that does not listen loses the oldest events; it asks for the state when it is back."""


class Hub:
    """Tells every open page; knows how long nobody has been there."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._queues: set[asyncio.Queue[Mapping[str, Any]]] = set()
        self._seen_s = time.monotonic()

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Remember where the pages are served from."""
        self._loop = loop

    def publish(self, event: Mapping[str, Any]) -> None:
        """Publish all pages, from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._put, event)

    def _put(self, event: Mapping[str, Any]) -> None:
        for waiting in self._queues:
            if waiting.qsize() >= WAITING_MOST:
                waiting.get_nowait()
            waiting.put_nowait(event)

    @contextlib.contextmanager
    def listener(self) -> Any:
        """A queue of events for one page, as long as it is open."""
        mine: asyncio.Queue[Mapping[str, Any]] = asyncio.Queue()
        self._queues.add(mine)
        try:
            yield mine
        finally:
            self._queues.discard(mine)
            self.seen()

    def seen(self) -> None:
        """Somebody has asked for something."""
        self._seen_s = time.monotonic()

    @property
    def idle_s(self) -> float:
        """Seconds since anybody asked for anything; 0 while a page is open."""
        return 0.0 if self._queues else time.monotonic() - self._seen_s
