"""Who may write to a folder, and when: one lock for a whole command, one for the moves.

A command that writes holds the writer's lock from before it reads until all is written, so that
two never build on the same plan and lose each other's news. The short lock is held while files
are moved or a plan is read, so that a reader never sees half of two plans and need not wait for
a search (faults.md E4). Both are files that are left lying: a lock is what the system holds on
them, and it is gone with the process.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Final

from data.errors import StoreError, of_system
from data.store.signal_waits import signals_waiting, surely

LOCK_NAME: Final = ".hemrunda.lock"
WRITER_NAME: Final = ".hemrunda.writer.lock"
NAMES: Final = (LOCK_NAME, WRITER_NAME)
_TRIES: Final = 5

_held: dict[tuple[Path, int], int] = {}
"""Locks that a thread of this process holds, and how many times over."""


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder's short lock; a second process is refused, a dead one's lock is free again.

    Raises
    ------
    StoreError
        Where another process moves files there.
    """
    with _holding(folder, LOCK_NAME):
        yield


@contextlib.contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Hold the writer's lock: for the whole of a command, from before it reads the folder.

    Raises
    ------
    StoreError
        Where another command writes there, or the folder cannot be written.
    """
    with _holding(folder, WRITER_NAME):
        yield


@contextlib.contextmanager
def locked_for_reading(folder: Path) -> Iterator[bool]:
    """Hold the short lock while reading, where the folder can be written to; say whether it is.

    A plan on a share that may only be read is read without: nobody here can write to it.
    """
    try:
        _open_lock(folder, LOCK_NAME).close()
    except OSError:
        yield False
        return
    with locked(folder):
        yield True


@contextlib.contextmanager
def _holding(folder: Path, name: str) -> Iterator[None]:
    path = Path(os.path.abspath(folder)) / name  # noqa: PTH100 (a link's folder is itself)
    key = path, threading.get_ident()
    if key in _held:
        _held[key] += 1
        try:
            yield
        finally:
            _held[key] -= 1
        return
    made = [above for above in (path.parent, *path.parent.parents) if not above.exists()]
    handle: IO[bytes] | None = None

    def let_go() -> None:
        nonlocal handle
        if handle is not None:
            _held.pop(key, None)
            _unlock(handle)
            handle.close()
            handle = None
            _leave_nothing(made)

    with surely(let_go):
        # An interrupt between the lock's file and its holder would leave both behind.
        with signals_waiting():
            handle = _take(folder, name)
            _held[key] = 1
        yield


def _leave_nothing(made: Sequence[Path]) -> None:
    """Where nothing came of new folders: what was not there before is not there after.

    Parameters
    ----------
    made : sequence of Path
        The new folders, the innermost first, which holds the locks.
    """
    with contextlib.suppress(OSError):
        for folder in made[:1]:
            if {path.name for path in folder.iterdir()} <= set(NAMES):
                for name in NAMES:
                    (folder / name).unlink(missing_ok=True)
        for folder in made:
            folder.rmdir()


def _take(folder: Path, name: str) -> IO[bytes]:
    """The lock, on the file that lies there now: one that was deleted meanwhile locks nothing."""
    for _ in range(_TRIES):
        with system_refusals_named(folder):
            handle = _open_lock(folder, name)
        if not _try_lock(handle):
            handle.close()
            raise StoreError("En annan körning skriver till mappen just nu. Vänta och kör igen.")
        with contextlib.suppress(OSError):
            on_disk, own = (folder / name).stat(), os.fstat(handle.fileno())
            if (on_disk.st_dev, on_disk.st_ino) == (own.st_dev, own.st_ino):
                return handle
        _unlock(handle)
        handle.close()
    raise StoreError("Mappens lås byts ut av någon annan. Vänta och kör igen.")


@contextlib.contextmanager
def system_refusals_named(folder: Path) -> Iterator[None]:
    """Say in the user's words what the system refused: rights, or a full disk."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"Mappen {folder.name} kan inte skrivas. {of_system(error)} Den förra planen är orörd."
        ) from error


def _open_lock(folder: Path, name: str) -> IO[bytes]:
    folder.mkdir(parents=True, exist_ok=True)
    return _private(folder / name)


def _private(path: Path) -> IO[bytes]:
    # A link in the lock's place would make a file elsewhere.
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    return os.fdopen(os.open(path, flags, 0o600), "r+b")


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
