"""A file that somebody names: registered where it lies in a folder of ours, and never the plan's.

A table that is asked for into a plan's folder holds ids of clients like any other of the folder's
files. `purge` finds it, and the next plan takes it away, only where the manifest lists it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from data.atomic import write_text
from data.errors import StoreError
from data.store.folder_locks import NAMES, writing
from data.store.manifest import KEPT, NAME, RECORDS, adding, read_manifest
from data.store.outputs import CHECKED, PRIVATE, SHARED
from data.tables.out.headings import shared_csv

_OWN: Final = frozenset((*CHECKED, *SHARED, *KEPT, *RECORDS, *NAMES, NAME))


@contextlib.contextmanager
def named_file(path: Path) -> Iterator[Path]:
    """Give a path to write a file to that somebody has named.

    Raises
    ------
    StoreError
        Where the name is that of one of a plan's own files, which would be lost; where another
        command writes in the plan's folder, or the file cannot be put in place.
    """
    whole = path.parent.resolve() / path.name
    home = next((above for above in whole.parents if _is_ours(above)), None)
    if home is None:
        yield path
        return
    name = whole.relative_to(home).as_posix()
    if name.casefold() in _OWN or name.casefold().startswith(f"{PRIVATE}/"):
        raise StoreError(f"{path.name} i {home.name} är planens egen fil. Ange ett annat namn.")
    with writing(home), adding(home) as staged:
        yield staged / name


def write_named_table(
    path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]], language: str
) -> None:
    """Write a table that may be shared to a path that somebody has named.

    Raises
    ------
    StoreError
        As `named_file`.
    """
    with named_file(path) as place:
        write_text(place, shared_csv(columns, rows, language))


def _is_ours(folder: Path) -> bool:
    try:
        read_manifest(folder)
    except StoreError:
        return False
    return True
