"""A set of files put in place as one: all of them or none, whatever kills the program.

All files are first written whole to a hidden folder beside their places and flushed; a marker
then says that the set is complete; only then are they moved. A failure while moving puts the old
files back. A kill while moving leaves the marker, and the next reader or writer moves the rest.
A kill before the marker leaves strays that the next writer sweeps (faults.md E1–E4, E7, E8).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from data.errors import StoreError

LOCK_NAME: Final = ".hemrunda.lock"
_PREFIX: Final = ".tmp-plan-"
_NEW, _OLD, _READY = "new", "old", "READY"
_RETRIES: Final = 5


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; a second process is refused, a dead one's lock is free again.

    Raises
    ------
    StoreError
        Where another process is writing to the folder.
    """
    with _told(folder):
        handle = _open_lock(folder)
    with handle:
        if not _try_lock(handle):
            raise StoreError("En annan körning skriver till mappen just nu. Vänta och kör igen.")
        try:
            yield
        finally:
            _unlock(handle)


@contextlib.contextmanager
def locked_for_reading(folder: Path) -> Iterator[bool]:
    """Hold the lock while reading, where the folder can be written to; say whether it is held.

    A plan on a share that may only be read is read without: nobody here can write to it.
    """
    try:
        _open_lock(folder).close()
    except OSError:
        yield False
        return
    with locked(folder):
        yield True


@contextlib.contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Say in the user's words what the system refused: rights, or a full disk."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"Mappen {folder.name} kan inte skrivas ({error.strerror or 'okänt fel'}). Är disken "
            "full, eller saknas rättigheter? Den förra planen är orörd."
        ) from error


def _open_lock(folder: Path) -> IO[bytes]:
    folder.mkdir(parents=True, exist_ok=True)
    return _private(folder / LOCK_NAME)


def _private(path: Path) -> IO[bytes]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    return os.fdopen(descriptor, "r+b")


if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: IO[bytes]) -> bool:
        try:
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(handle: IO[bytes]) -> None:
        handle.seek(0)
        msvcrt.locking(handle.fileno(), msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    def _try_lock(handle: IO[bytes]) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _unlock(handle: IO[bytes]) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)


@contextlib.contextmanager
def replacing_all(folder: Path) -> Iterator[Path]:
    """Give a folder to write new files in; at the end they take their places in ``folder``.

    The caller holds the lock (`locked`).

    Raises
    ------
    StoreError
        Where a file cannot be put in place; all the old ones are back then.
    """
    with _told(folder):
        recover(folder)
        staging = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=folder))
    try:
        with _told(folder):
            (staging / _NEW).mkdir(mode=0o700)
            (staging / _OLD).mkdir(mode=0o700)
            yield staging / _NEW
            _flush(staging)
        _move_in(staging, folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _flush(staging: Path) -> None:
    """Make every new file its owner's and put it on the disk; then say that the set is whole."""
    for file in sorted((staging / _NEW).iterdir()):
        with contextlib.suppress(OSError):
            file.chmod(0o600)
        with file.open("rb+") as written:
            os.fsync(written.fileno())
    with (staging / _READY).open("wb") as marker:
        os.fsync(marker.fileno())


def _move_in(staging: Path, folder: Path) -> None:
    """Move every new file to its place; on failure put back what was there."""
    done: list[tuple[Path, bool]] = []
    try:
        for file in sorted((staging / _NEW).iterdir()):
            target = folder / file.name
            had_old = target.exists()
            if had_old:
                _replace(target, staging / _OLD / file.name)
            done.append((target, had_old))
            _replace(file, target)
    except OSError as error:
        (staging / _READY).unlink(missing_ok=True)
        for target, had_old in reversed(done):
            if had_old:
                _replace(staging / _OLD / target.name, target)
            else:
                target.unlink(missing_ok=True)
        raise StoreError(
            f"{Path(error.filename or folder).name} kan inte skrivas. Stäng filen i Excel och kör "
            "igen. Den förra planen är orörd."
        ) from error


def _replace(source: Path, target: Path) -> None:
    for attempt in range(_RETRIES):
        try:
            source.replace(target)
            return
        except PermissionError:
            if attempt == _RETRIES - 1:
                raise
            time.sleep(0.2 * (attempt + 1))


def recover(folder: Path) -> None:
    """Finish the moves of a run that was killed, and sweep what killed runs left behind."""
    if not folder.is_dir():
        return
    for staging in sorted(folder.glob(f"{_PREFIX}*")):
        # Killed while sweeping, a run may leave the mark behind and no folder: all was in place.
        if (staging / _READY).exists() and (staging / _NEW).is_dir():
            for file in sorted((staging / _NEW).iterdir()):
                _replace(file, folder / file.name)
        shutil.rmtree(staging, ignore_errors=True)
    for stray in folder.glob(".tmp-*"):
        with contextlib.suppress(OSError):
            stray.unlink()
