"""Old outputs found and deleted: an export left behind is a leak waiting (faults.md G12).

Only what Hemrunda itself wrote is touched: files that a marked manifest of ours lists, under the
name and with the hash that it lists them by (a log that grows: by the checksums of its own
lines), and strays of killed runs, by our own names. What
somebody has changed, or put there, is not ours. A link is never followed.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
import shutil
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from data.atomic import PREFIX
from data.errors import SettingsError
from data.store import folder_locks as locks
from data.store.manifest import NAME, file_hash, growing, registered

MARKERS: Final = ("READY", "UNDO")
"""A hidden folder with one of these holds a whole plan that waits: no stray."""


@dataclass(frozen=True, slots=True)
class OldOutput:
    """One thing that is older than asked.

    Attributes
    ----------
    path : Path
    age_days : int
        Since it was last written.
    """

    path: Path
    age_days: int


def _age_days(path: Path, now: float) -> int:
    """Whole days; a date in the future, of a clock that was wrong, counts as now."""
    return max(0, int((now - path.lstat().st_mtime) // 86_400))


def old_outputs(folder: Path, older_than_days: int, *, now: float | None = None) -> list[OldOutput]:
    """What `purge` would delete in ``folder`` and below it, oldest first.

    Parameters
    ----------
    folder : Path
    older_than_days : int
        0 or more; a thing written exactly so many days ago is old.
    now : float, optional
        Seconds since 1970; the clock's where not given.

    Raises
    ------
    SettingsError
        Where the number of days is negative or there is no such folder.
    """
    if older_than_days < 0:
        raise SettingsError("Antalet dagar kan inte vara negativt.")
    if not folder.is_dir():
        raise SettingsError(f"Mappen {folder.name} finns inte.")
    outputs = []
    for home in _homes(folder):
        here = list(_of(home))
        old = _old(here, older_than_days, now)
        # The manifest goes with the last that it lists, and not before.
        outputs += [output for output in old if output.path != home / NAME or len(old) == len(here)]
    return sorted(outputs, key=lambda old: (-old.age_days, str(old.path)))


def _old(paths: Iterable[Path], older_than_days: int, now: float | None) -> list[OldOutput]:
    moment = dt.datetime.now(tz=dt.UTC).timestamp() if now is None else now
    aged = [OldOutput(path, _age_days(path, moment)) for path in paths]
    return [old for old in aged if old.age_days >= older_than_days]


def _homes(folder: Path) -> list[Path]:
    """Folders where something of ours may lie, in order; links to others are not followed."""
    homes = []
    for place, folders, files in os.walk(folder):
        home = Path(place)
        folders[:] = sorted(
            folder_name for folder_name in folders if not (home / folder_name).is_symlink()
        )
        if NAME in files or any(name.startswith(PREFIX) for name in (*files, *folders)):
            homes.append(home)
        folders[:] = [folder_name for folder_name in folders if not folder_name.startswith(PREFIX)]
    return homes


def _of(home: Path) -> Iterator[Path]:
    """What is ours in one folder, the manifest last and only where nothing else is left to list."""
    whole = registered(home)
    ours = [home / name for name, digest in whole.items() if _is_ours(home, name, digest)]
    ours += [home / name for name in growing(home) if _is_log(home, name)]
    yield from ours
    for stray in sorted(home.glob(f"{PREFIX}*")):
        if not stray.is_symlink() and not any((stray / mark).exists() for mark in MARKERS):
            yield stray
    left = {name for name in (*whole, *growing(home)) if (home / name).exists()}
    if whole and left == {path.relative_to(home).as_posix() for path in ours}:
        yield home / NAME


def _is_log(home: Path, name: str) -> bool:
    """Whether every line of a log bears its own checksum; the last may be torn by a kill."""
    path = home / name
    links = [path, *path.parents][: len(Path(name).parts)]
    if any(file_path.is_symlink() for file_path in links) or not path.is_file():
        return False
    try:
        *lines, _ = path.read_bytes().split(b"\n")
    except OSError:
        return False
    return all(
        re.fullmatch(rb"[0-9a-f]{8} \{.*\}", line) and int(line[:8], 16) == zlib.crc32(line[9:])
        for line in lines
    )


def _is_ours(home: Path, name: str, digest: str) -> bool:
    path = home / name
    links = [path, *path.parents][: len(Path(name).parts)]
    if any(file_path.is_symlink() for file_path in links) or not path.is_file():
        return False
    try:
        return file_hash(path) == digest
    except OSError:
        return False


def purge(folder: Path, older_than_days: int, *, now: float | None = None) -> list[OldOutput]:
    """Delete old outputs of Hemrunda in ``folder`` and below it; return what was deleted.

    Raises
    ------
    SettingsError
        Where the number of days is negative or there is no such folder.
    StoreError
        Where another command writes in one of the folders; those before it are done then.
    """
    old_outputs(folder, older_than_days, now=now)
    deleted: list[OldOutput] = []
    for home in _homes(folder):
        if not _old(_of(home), older_than_days, now):
            continue
        with locks.writing(home), locks.locked(home):
            # Once more under the lock: what was written meanwhile is new. The manifest comes last.
            here = set(_of(home))
            outputs = _old(here, older_than_days, now)
            is_all = len(outputs) == len(here)
            gone: list[OldOutput] = []
            for old in sorted(outputs, key=lambda output: output.path == home / NAME):
                if old.path != home / NAME or is_all:
                    gone += _delete(old)
        _tidy(home, gone)
        deleted += gone
    return sorted(deleted, key=lambda old: (-old.age_days, str(old.path)))


def _delete(old: OldOutput) -> list[OldOutput]:
    try:
        if old.path.is_dir():
            shutil.rmtree(old.path)
        else:
            old.path.unlink()
    except FileNotFoundError:
        return []
    return [old]


def _tidy(home: Path, gone: list[OldOutput]) -> None:
    """Take away the folders that we emptied, and our locks where nothing is left to lock."""
    emptied = {parent for old in gone for parent in old.path.parents if home in parent.parents}
    for folder in sorted(emptied, reverse=True):
        with contextlib.suppress(OSError):
            folder.rmdir()
    if {path.name for path in home.iterdir()} <= set(locks.NAMES):
        for name in locks.NAMES:
            (home / name).unlink(missing_ok=True)
