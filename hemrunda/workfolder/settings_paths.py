"""Files that the settings name: beside the input, and nowhere else unless the user allows it.

A settings file travels with the tables, and whoever wrote it may name a share of another machine:
Windows then connects to it and hands over the user's sign-in. So a path of the settings stays below
their own folder, unless the user's own environment allows that very path by name.
"""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Final

from data.errors import SettingsError

ALLOWED: Final = "HEMRUNDA_ALLOW_PATHS"
"""Names the variable with the paths that are allowed outside, one after another as in PATH."""
_DEVICES: Final = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"{kind}{number}" for kind in ("com", "lpt") for number in range(1, 10)}
)


def file_of_settings(folder: Path, named: str, key: str) -> Path:
    """The file that a key of the settings names, below ``folder``.

    Nothing of the file system is touched before the name is known to lead below the folder.

    Raises
    ------
    SettingsError
        Where it leads elsewhere and is not allowed by name, or names a device.
    """
    if named in [allowed for allowed in os.environ.get(ALLOWED, "").split(os.pathsep) if allowed]:
        return Path(named)
    refusal = SettingsError(
        f"[general] {key} ska vara en fil i samma mapp som inställningarna eller under den. "
        f"Lägg filen där, eller tillåt just den sökvägen i miljövariabeln {ALLOWED}."
    )
    windows = PureWindowsPath(named)
    is_rooted = bool(windows.drive or windows.root) or PurePosixPath(named).is_absolute()
    parts = [part.strip(" .").partition(".")[0].strip().casefold() for part in windows.parts]
    climbs = any(part.strip() == ".." for part in windows.parts)
    if is_rooted or climbs or "\0" in named or any(part in _DEVICES for part in parts):
        raise refusal
    path = folder / named
    try:
        is_below = path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):
        raise refusal from None
    if not is_below:  # a link that leads out
        raise refusal
    return path
