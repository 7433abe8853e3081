"""Every act of the planner's, in a log that is only ever added to.

One line an act: a checksum and JSON, flushed to the disk before it is acknowledged. A process that
is killed in the middle of a line leaves a torn last line, which was never acknowledged and is cut
off when the log is opened next. Each act has a revision number; whoever acts says which revision
was looked at, so that a second tab, or a second planner, gets a conflict instead of a lost change.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import threading
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.errors import HemrundaError, StoreError

NAME_LENGTH_MAX = 40


class ConflictError(HemrundaError):
    """Somebody else has acted since what the planner looked at."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that somebody did, with ids and times only: no name of a client, no place."""

    rev: int
    at: str
    who: str
    kind: str
    args: Mapping[str, Any]


class Journal:
    """The log of one working folder.

    Raises
    ------
    StoreError
        Where a line in the middle of the log is damaged.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._acts: list[Act] = []
        self._size = 0
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():
            raise StoreError(f"{path.name} är ingen vanlig fil.")
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.close(handle)
        _flush_folder(path.parent)
        with self._held() as log:
            self._catch_up(log)

    @property
    def acts(self) -> tuple[Act, ...]:
        """All acts, in order."""
        return tuple(self._acts)

    @property
    def rev(self) -> int:
        """The number of the last act; 0 before the first."""
        return self._acts[-1].rev if self._acts else 0

    def append(self, rev: int, who: str, kind: str, args: Mapping[str, Any]) -> Act:
        """Write one act down; it is on the disk when this returns.

        Parameters
        ----------
        rev : int
            The revision that whoever acts has looked at.

        Raises
        ------
        ConflictError
            Where that is not the last one, here or in another process; nothing is written then.
        StoreError
            Where the disk is full or will not be written to; nothing is acknowledged then.
        """
        with self._held() as log:
            self._catch_up(log)
            if rev != self.rev:
                raise ConflictError("Någon annan har ändrat sedan sidan visades. Titta igen.")
            now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
            act = Act(self.rev + 1, now, who[:NAME_LENGTH_MAX], kind, dict(args))
            line = _line_of(act)
            try:
                os.lseek(log, self._size, os.SEEK_SET)
                written = 0
                while written < len(line):
                    written += os.write(log, line[written:])
                os.fsync(log)
            except OSError as error:
                with contextlib.suppress(OSError):
                    os.ftruncate(log, self._size)
                raise StoreError("Ändringen kunde inte sparas på disken.") from error
            self._size += len(line)
            self._acts.append(act)
            return act

    def catch_up(self) -> None:
        """Read what another process has written since."""
        with self._held() as log:
            self._catch_up(log)

    @contextlib.contextmanager
    def _held(self) -> Iterator[int]:
        """The log open, with every other thread and process kept out."""
        with self._lock:
            log = os.open(self._path, os.O_RDWR | getattr(os, "O_BINARY", 0))
            try:
                with _alone(log):
                    yield log
            finally:
                os.close(log)

    def _catch_up(self, log: int) -> None:
        """Read what has been added since last, and cut a torn end off."""
        os.lseek(log, self._size, os.SEEK_SET)
        added = b""
        while chunk := os.read(log, 1 << 20):
            added += chunk
        whole, newline, torn = added.rpartition(b"\n")
        lines = whole.split(b"\n") if newline else []
        for number, line in enumerate(lines):
            act = _act_of(line)
            if act is None or act.rev != self.rev + 1:
                if number == len(lines) - 1 and act is None:
                    torn = line
                    break
                raise StoreError(f"Journalen är skadad vid rad {len(self._acts) + 1}.")
            self._acts.append(act)
            self._size += len(line) + 1
        if torn:
            os.ftruncate(log, self._size)
            os.fsync(log)


def _line_of(act: Act) -> bytes:
    body = json.dumps(
        {"rev": act.rev, "at": act.at, "who": act.who, "kind": act.kind, "args": act.args},
        ensure_ascii=True,
        separators=(",", ":"),
    ).encode("ascii")
    return b"%08x %s\n" % (zlib.crc32(body), body)


def _act_of(line: bytes) -> Act | None:
    """The act of a line; None where the line is not whole."""
    checksum, _, body = line.partition(b" ")
    try:
        if int(checksum, 16) != zlib.crc32(body):
            return None
        entry = json.loads(body)
        return Act(entry["rev"], entry["at"], entry["who"], entry["kind"], entry["args"])
    except (ValueError, KeyError, TypeError):
        return None


@contextlib.contextmanager
def _alone(log: int) -> Iterator[None]:
    """A lock between processes, where the system has one."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    fcntl.flock(log, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(log, fcntl.LOCK_UN)


def _flush_folder(folder: Path) -> None:
    """Make a new file's name last; not every system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
