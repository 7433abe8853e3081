"""Files that are written whole or not at all (faults.md E1, E2, E8)."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from data.errors import StoreError

PREFIX: Final = ".tmp-hemrunda-"
"""How every temporary file of ours begins: what is swept is ours, and nobody else's."""
STAGING: Final = f"{PREFIX}plan-"
"""How a folder begins whose files are put on the disk together, before any takes its place."""
_RETRIES = 5


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary path in the same folder, and put it in the place of ``path`` at the end.

    The file is readable by its owner only (0600 where the system knows that), flushed to disk
    before it takes the old one's place, and removed if anything fails. What is written in a
    `STAGING` folder is flushed when that is done (`data.store.transaction`), and not twice.

    Raises
    ------
    StoreError
        Where the file cannot be replaced, for instance because Excel holds it open, or where what
        stands there is no file: a device must not be replaced by one.
    """
    if path.exists() and not path.is_file():
        raise StoreError(f"{path.name} är ingen vanlig fil, och skrivs inte över.")
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=PREFIX, suffix=path.suffix, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    is_staged = any(part.startswith(STAGING) for part in path.parts)
    try:
        yield temporary
        if not is_staged:
            with temporary.open("rb+") as written:
                os.fsync(written.fileno())
        with contextlib.suppress(OSError):
            temporary.chmod(0o600)
        _replace(temporary, path)
        if not is_staged:
            with contextlib.suppress(OSError):  # it is in place; the name gets to the disk later
                sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Put a folder's names on the disk, where the system can; a file without its name is lost."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.EACCES):
            raise
    finally:
        os.close(descriptor)


def _replace(temporary: Path, path: Path) -> None:
    for attempt in range(_RETRIES):
        try:
            temporary.replace(path)
            return
        except PermissionError as error:
            if attempt == _RETRIES - 1:
                raise StoreError(
                    f"{path.name} kan inte skrivas. Stäng filen i Excel och kör igen."
                ) from error
            time.sleep(0.2 * (attempt + 1))


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text atomically."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="")


def write_bytes(path: Path, content: bytes) -> None:
    """Write bytes atomically."""
    with replacing(path) as temporary:
        temporary.write_bytes(content)


def sweep(folder: Path) -> int:
    """Remove what killed runs left behind in ``folder``; return how many files."""
    n_swept = 0
    if not folder.is_dir():
        return 0
    for stray in folder.rglob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            stray.unlink()
            n_swept += 1
    return n_swept
