"""Keep a library's stray lines out of our standard output."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator


@contextlib.contextmanager
def silence_stdout() -> Iterator[None]:
    """Send what compiled code writes to standard output nowhere, while inside.

    HiGHS 1.12 prints a debugging line when it mends a solution, whatever its log settings, and
    one such line breaks the JSON of a command run with ``--json``. Only Python's own buffer is
    flushed, so nothing of ours is lost; where there is no standard output, nothing is done.
    """
    try:
        kept = os.dup(1)
    except OSError:
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
