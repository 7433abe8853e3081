"""Old outputs found and deleted: an export left behind is a leak waiting (faults.md G12).

Only what Hemrunda itself wrote is touched: folders with a manifest of ours, and strays of killed
runs. The user's own tables are never deleted.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from data.errors import SettingsError
from data.regular_files import json_of

MANIFEST: Final = "manifest.json"
OURS: Final = frozenset({
    "teams.csv", "clients.csv", "rounds.csv", "rounds.xlsx", "unplanned.csv", "measures.json",
    "plan.gpkg", "plan.json", "recurrence.csv",
    "minutes.csv", "report.html", "manifest.json", ".hemrunda.lock",
})  # fmt: skip
OUR_FOLDERS: Final = frozenset({"maps", "staff"})


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
    return int((now - path.stat().st_mtime) // 86_400)


def _is_manifest(path: Path) -> bool:
    try:
        return "files" in json_of(path)
    except (OSError, ValueError, TypeError):
        return False


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
    moment = dt.datetime.now(tz=dt.UTC).timestamp() if now is None else now
    found = [
        OldOutput(path, _age_days(path, moment))
        for path in _candidates(folder)
        if _age_days(path, moment) >= older_than_days
    ]
    return sorted(found, key=lambda old: (-old.age_days, str(old.path)))


def _candidates(folder: Path) -> Iterator[Path]:
    for manifest in folder.rglob(MANIFEST):
        if manifest.is_symlink() or not _is_manifest(manifest):
            continue
        for child in manifest.parent.iterdir():
            if child.is_symlink():
                continue
            if child.is_file() and child.name in OURS and child.name != MANIFEST:
                yield child
            elif child.is_dir() and child.name in OUR_FOLDERS:
                yield from (path for path in child.rglob("*") if path.is_file())
        yield manifest
    yield from (path for path in folder.rglob(".tmp-*") if not path.is_symlink())


def purge(folder: Path, older_than_days: int, *, now: float | None = None) -> list[OldOutput]:
    """Delete old outputs of Hemrunda in ``folder`` and below it; return what was deleted.

    Raises
    ------
    SettingsError
        Where the number of days is negative or there is no such folder.
    """
    deleted = []
    for old in old_outputs(folder, older_than_days, now=now):
        try:
            if old.path.is_dir():
                shutil.rmtree(old.path)
            else:
                old.path.unlink()
        except FileNotFoundError:
            continue
        deleted.append(old)
    for name in OUR_FOLDERS:
        for empty in sorted(folder.rglob(name), reverse=True):
            with contextlib.suppress(OSError):
                empty.rmdir()
    return deleted
