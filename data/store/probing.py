"""Whether a folder can take what a run will write, asked before the run searches for an hour.

The probe does what the writing will do: a hidden folder, a file of the longest name, flushed, moved
and taken away again. What the system refuses is told then, in one sentence (faults.md E3, E8).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

from data.atomic import sync_folder
from data.errors import StoreError, of_system
from data.store import transaction
from data.store.signal_waits import signals_waiting

LEAST_FREE: Final = 16 * 2**20
"""Bytes; a plan of 400 clients and 14 days takes about 12 million, its twin of before beside it."""
LONGEST: Final = "private/" + "grundschema-000-" + 40 * "x" + ".html"
"""As long as any name that a run writes, the folder in it included."""


def probe(folder: Path) -> None:
    """Try what a run will do in its folder, and leave nothing, whatever comes meanwhile.

    Raises
    ------
    StoreError
        With what the system refuses: rights, space, a disk that can only be read, a path too long.
    """
    with signals_waiting():
        _probe(folder)


def _probe(folder: Path) -> None:
    staging: Path | None = None
    try:
        free = shutil.disk_usage(folder).free
        if free < LEAST_FREE:
            raise StoreError(
                f"Disken har {free / 2**20:.0f} MB ledigt där {folder.name} ligger; minst "
                f"{LEAST_FREE / 2**20:.0f} MB behövs. Ingenting har räknats eller skrivits."
            )
        staging = Path(tempfile.mkdtemp(prefix=transaction.PROBING, dir=folder))
        written = staging / "new" / LONGEST
        written.parent.mkdir(parents=True)
        with written.open("wb") as file:
            file.truncate(LEAST_FREE // 4)
            file.flush()
            os.fsync(file.fileno())
        written.replace(staging / written.name)
        sync_folder(staging)
    except OSError as error:
        raise StoreError(
            f"Mappen {folder.name} kan inte ta emot en plan. {of_system(error)} Ingenting har "
            "räknats eller skrivits."
        ) from error
    finally:
        if staging is not None:
            with contextlib.suppress(OSError):
                shutil.rmtree(staging)
