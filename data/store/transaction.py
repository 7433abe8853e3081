"""A set of files put in place as one: all of them or none, whatever kills the program.

All files, in whatever folders, are first written whole to a hidden folder beside their places and
flushed with their folders; a marker then says that the set is complete, and lists what is to go.
Only then are they moved, and signals wait meanwhile. A failure while moving puts the old files
back. A kill leaves the marker, and the next reader or writer moves the rest, or puts back the
rest. From the marker on, nothing but that takes the hidden folder away. A kill before the marker
leaves strays that the next writer sweeps, by our own names only (faults.md E1–E4, E7, E8).
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from data.atomic import PREFIX, STAGING, sync_folder
from data.errors import StoreError
from data.store.folder_locks import LOCK_NAME, locked, locked_for_reading, system_refusals_named
from data.store.signal_waits import signals_waiting, surely

__all__ = ["LOCK_NAME", "locked", "locked_for_reading", "recover", "replacing_all"]

PROBING: Final = f"{PREFIX}probe-"
_NEW, _OLD, _READY, _UNDO = "new", "old", "READY", "UNDO"
_RETRIES: Final = 5


@contextlib.contextmanager
def replacing_all(
    folder: Path, gone: Callable[[Path], list[str]] = lambda _new: []
) -> Iterator[Path]:
    """Give a folder to write new files in; at the end they take their places in ``folder``.

    The caller holds the lock (`locked`).

    Parameters
    ----------
    gone : callable, optional
        Asked for the old files, by relative name, that are to go once the new are in place.

    Raises
    ------
    StoreError
        Where a file cannot be put in place; all the old ones are back then. Where a program
        holds one of them open, the new set is kept and takes its place the next time.
    """
    staging: Path | None = None

    def leave_nothing() -> None:
        if staging and not any((staging / mark).exists() for mark in (_READY, _UNDO)):
            shutil.rmtree(staging, ignore_errors=True)

    with surely(leave_nothing):
        with system_refusals_named(folder):
            recover(folder)
            with signals_waiting():
                staging = Path(tempfile.mkdtemp(prefix=STAGING, dir=folder))
        with system_refusals_named(folder):
            (staging / _NEW).mkdir(mode=0o700)
            (staging / _OLD).mkdir(mode=0o700)
            yield staging / _NEW
            _flush(staging, folder, gone(staging / _NEW))
        with signals_waiting():
            _move_in(staging, folder)


def names_in(folder: Path) -> list[str]:
    """Every file below a folder, by its relative name with slashes, in order."""
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )


def _flush(staging: Path, folder: Path, gone: list[str]) -> None:
    """Make every new file its owner's and put it on the disk; then say that the set is whole."""
    new = staging / _NEW
    folders = {new, staging}
    names = names_in(new)
    for name in names:
        file = new / name
        with contextlib.suppress(OSError):
            file.chmod(0o600)
        with file.open("rb+") as written:
            os.fsync(written.fileno())
        folders.add(file.parent)
    for path in folders:
        sync_folder(path)
    journal = {
        "new": names,
        "had": [name for name in names if (folder / name).exists()],
        "gone": sorted(set(gone) - set(names)),
    }
    pending = staging / f"{_READY}.part"
    with pending.open("wb") as marker:
        marker.write(json.dumps(journal).encode("utf-8"))
        marker.flush()
        os.fsync(marker.fileno())
    pending.replace(staging / _READY)
    try:
        sync_folder(staging)
    except OSError:
        (staging / _READY).unlink(missing_ok=True)
        raise


def _move_in(staging: Path, folder: Path) -> None:
    """Move every new file to its place; on failure put back what was there."""
    journal = _journal(staging / _READY)
    names, gone = journal["new"], journal["gone"]
    held = next((name for name in (*names, *gone) if _is_held(folder / name)), None)
    if held is not None:
        raise StoreError(_held_text(held))
    try:
        for name in names:
            if (folder / name).exists():
                _move(folder / name, staging / _OLD / name)
            _make_parent(folder, folder / name)
            _move(staging / _NEW / name, folder / name)
        for name in gone:
            if (folder / name).is_file():
                _move(folder / name, staging / _OLD / name)
    except BaseException as error:
        is_held = isinstance(error, PermissionError)
        is_back = _put_back(staging, folder, is_kept=is_held)
        if not isinstance(error, OSError):
            raise
        name = Path(error.filename or folder).name
        if not is_back:
            raise StoreError(
                f"{name} kan inte skrivas, och allt kunde inte tas tillbaka än. Ingenting är "
                f"förlorat: kör hemrunda check {folder.name} när mappen går att skriva i."
            ) from error
        raise StoreError(
            _held_text(name)
            if is_held
            else f"{name} kan inte skrivas. Är disken full? Den förra planen är orörd."
        ) from error
    _finish(staging, folder)


def _held_text(name: str) -> str:
    return (
        f"{name} kan inte skrivas: den är öppen i ett annat program. Den förra planen är orörd och "
        "den nya ligger färdig bredvid. Stäng filen i Excel, så läggs den på plats nästa gång "
        "mappen används (till exempel hemrunda check). Inget behöver räknas om."
    )


def _is_held(path: Path) -> bool:
    """Whether another program keeps the file from being replaced, as Excel does on Windows."""
    if os.name != "nt" or not path.is_file():
        return False
    try:
        with path.open("r+b"):
            return False
    except PermissionError:
        return True
    except OSError:
        return False


def _journal(marker: Path) -> dict[str, list[str]]:
    """What the marker lists; an empty one of an older version says: all that is new."""
    entries: Any = {}
    with contextlib.suppress(OSError, ValueError):
        entries = json.loads(marker.read_bytes() or b"{}")
    if not isinstance(entries, dict) or "new" not in entries:
        entries = {"new": names_in(marker.parent / _NEW)}
    return {
        key: [name for name in entries.get(key, ()) if _is_below(name)]
        for key in ("new", "had", "gone")
    }


def _is_below(name: object) -> bool:
    """Whether a relative name stays in its folder: a marker may have been written by anyone."""
    if not isinstance(name, str) or "\\" in name or ":" in name:
        return False
    parts = Path(name).parts
    return bool(parts) and not Path(name).is_absolute() and ".." not in parts


def _make_parent(folder: Path, target: Path) -> None:
    for parent in reversed(target.relative_to(folder).parents):
        (folder / parent).mkdir(exist_ok=True, mode=0o700 if "private" in parent.parts else 0o777)


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    for attempt in range(_RETRIES):
        try:
            source.replace(target)
            return
        except PermissionError:
            if attempt == _RETRIES - 1:
                raise
            time.sleep(0.2 * (attempt + 1))


def _put_back(staging: Path, folder: Path, *, is_kept: bool) -> bool:
    """Put the old files back; say whether all of them are. What fails is left to `recover`.

    ``is_kept``: the new set stays, whole, for the next time.
    """
    ready, undo = staging / _READY, staging / _UNDO
    try:
        if ready.exists():
            ready.replace(undo)
        journal = _journal(undo)
        for name in journal["new"]:
            target, was = folder / name, staging / _OLD / name
            is_moved = not (staging / _NEW / name).exists() and target.exists()
            if is_moved and (was.exists() or name not in journal["had"]):
                _move(target, staging / _NEW / name)
        for name in (*journal["had"], *journal["gone"]):
            if (staging / _OLD / name).exists():
                _move(staging / _OLD / name, folder / name)
        if is_kept:
            undo.replace(ready)
        else:
            undo.unlink(missing_ok=True)
    except OSError:
        return False
    return True


def _finish(staging: Path, folder: Path) -> None:
    """Flush the folders that files were moved to; then the marker has said what it had to."""
    names = _journal(staging / _READY)["new"]
    for parent in sorted({(folder / name).parent for name in names} | {folder}):
        # All is in place; were this to fail, the system writes the names down a little later.
        with contextlib.suppress(OSError):
            sync_folder(parent)
    (staging / _READY).unlink(missing_ok=True)
    shutil.rmtree(staging, ignore_errors=True)


def is_pending(folder: Path) -> bool:
    """Whether a killed or hindered run has left something to finish."""
    return any(folder.glob(f"{STAGING}*"))


def recover(folder: Path) -> None:
    """Finish the moves of a run that was killed, and sweep what killed runs left behind.

    Raises
    ------
    StoreError
        Where a file to be replaced is open in another program.
    """
    if not folder.is_dir():
        return
    for staging in sorted(folder.glob(f"{STAGING}*")):
        if staging.is_symlink():
            continue
        with signals_waiting():
            _recover_one(staging, folder)
    for stray in folder.glob(f"{PREFIX}*"):
        if stray.is_symlink():
            continue
        with contextlib.suppress(OSError):
            if stray.is_file():
                stray.unlink()
            elif stray.name.startswith(PROBING):
                shutil.rmtree(stray)


def _recover_one(staging: Path, folder: Path) -> None:
    if (staging / _UNDO).exists() and not _put_back(staging, folder, is_kept=False):
        raise StoreError(f"Mappen {folder.name} kan inte skrivas. En tidigare plan väntar i den.")
    # Killed while sweeping, a run may leave the mark behind and no folder: all was in place.
    if (staging / _READY).exists() and (staging / _NEW).is_dir():
        journal = _journal(staging / _READY)
        try:
            for name in names_in(staging / _NEW):
                _make_parent(folder, folder / name)
                _move(staging / _NEW / name, folder / name)
            for name in journal["gone"]:
                (folder / name).unlink(missing_ok=True)
        except PermissionError as error:
            raise StoreError(_held_text(Path(error.filename or folder).name)) from error
        _finish(staging, folder)
        return
    shutil.rmtree(staging, ignore_errors=True)
