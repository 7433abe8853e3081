"""Keep a library's stray lines out of our standard output."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from typing import Final

_LOCK: Final = threading.Lock()
_n_inside = 0
_kept: int | None = None


@contextlib.contextmanager
def silence_stdout() -> Iterator[None]:
    """Send what compiled code writes to standard output nowhere, while inside.

    HiGHS 1.12 prints a debugging line when it mends a solution, whatever its log settings, and
    one such line breaks the JSON of a command run with ``--json``. Only Python's own buffer is
    flushed, so nothing of ours is lost; where there is no standard output, nothing is done.

    Several threads may be inside at a time: the first sets our output aside, and the last out puts
    it back. Each by itself, one of them would put back what another had put there.
    """
    global _n_inside, _kept
    with _LOCK:
        _n_inside += 1
        if _n_inside == 1:
            _kept = _set_aside()
    try:
        yield
    finally:
        with _LOCK:
            _n_inside -= 1
            if _n_inside == 0 and _kept is not None:
                os.dup2(_kept, 1)
                os.close(_kept)
                _kept = None


def _set_aside() -> int | None:
    """Our output under another number, and nowhere in its place; None where there is none."""
    try:
        kept = os.dup(1)
    except OSError:
        return None
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return kept
