"""What is ours in a folder: each file that we wrote, by name and hash, in a marked manifest.

Every writer registers what it writes, in the same transaction. So what is read back can be told
from what was changed or damaged (E5), a new plan takes the pages of the old with it, and `purge`
touches nothing of anybody else's.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, Final

from data.errors import StoreError
from data.regular_files import json_of
from data.store import folder_locks as locks
from data.store import transaction
from data.tables.sources import DECISIONS_FILE, HISTORY_FILE

NAME: Final = "manifest.json"
FORMAT: Final = "hemrunda-manifest"
KEPT: Final = ("indata.xlsx", "hemrunda.toml", "network")
"""What a new plan does not take away with the old one: it is made of these."""

RECORDS: Final = (DECISIONS_FILE, HISTORY_FILE)
"""Who decided what: these only grow, and no new plan and no purge takes them away."""

GROWING: Final = ("studio/journal.jsonl",)
"""Logs that are added to without a new manifest: registered by name, and known by their lines."""


def file_hash(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal; empty, as no file's is, for a pipe or a device."""
    if path.exists() and not path.is_file():
        return ""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_manifest(out: Path) -> dict[str, Any]:
    """The folder's manifest.

    Raises
    ------
    StoreError
        Where there is none, or it is damaged or not ours.
    """
    try:
        manifest = json_of(out / NAME)
        files = manifest["files"]
        is_ours = manifest.get("format") == FORMAT and isinstance(files, dict)
    except OSError as error:
        raise StoreError(f"Mappen {out.name} har ingen {NAME}. Gör om planen.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError(f"{NAME} är skadad. Gör om planen.") from error
    if not is_ours:
        raise StoreError(f"{NAME} i {out.name} är inte Hemrundas.")
    if manifest.get("checksum") != _checksum(manifest):
        raise StoreError(f"{NAME} har ändrats eller är skadad. Gör om planen.")
    return dict(manifest)


def registered(out: Path) -> dict[str, str]:
    """Hash by relative name of every file that a marked manifest lists; else nothing."""
    try:
        files = read_manifest(out)["files"]
    except StoreError:
        return {}
    return {name: text for name, text in files.items() if is_inside(name)}


def growing(out: Path) -> tuple[str, ...]:
    """The logs that a marked manifest registers: what grows has no hash to be known by."""
    try:
        named = read_manifest(out).get("grows")
    except StoreError:
        return ()
    return tuple(name for name in GROWING if isinstance(named, list) and name in named)


def register_growing(out: Path) -> None:
    """Write the logs of a folder into its manifest, where it has one that lacks them.

    Raises
    ------
    StoreError
        Where another process writes there.
    """
    if (out / NAME).exists() and set(_logs(out)) - set(growing(out)):
        with locks.writing(out), adding(out):
            pass


def _logs(out: Path) -> list[str]:
    return [name for name in GROWING if (out / name).is_file()]


def is_inside(name: str) -> bool:
    """Whether a registered name stays within its folder, whoever wrote it there, on any system.

    Two slashes are a root of their own, and a letter with a colon a drive.
    """
    parts = PurePosixPath(name).parts
    is_rooted = bool(PurePosixPath(name).anchor or PureWindowsPath(name).anchor)
    return bool(parts) and not is_rooted and not {"..", "~"} & set(parts) and "\\" not in name


@contextlib.contextmanager
def renewing(out: Path, manifest: Mapping[str, Any]) -> Iterator[Path]:
    """Give a folder for all that a run writes; at the end it takes the old run's place, as one.

    Files that the old run registered and that are as it wrote them go, unless written anew.

    Raises
    ------
    StoreError
        Where another process writes there, or a file cannot be put in place.
    """
    with locks.writing(out), locks.locked(out), transaction.replacing_all(
        out, lambda new: _outlived(out, new)
    ) as folder:  # fmt: skip
        yield folder
        kept = {n: h for n, h in registered(out).items() if _is_kept(n) and (out / n).is_file()}
        _seal(folder, {**manifest, "files": {**kept, **_hashes(folder)}, "grows": _logs(out)})


@contextlib.contextmanager
def adding(out: Path, named: Collection[str] = ()) -> Iterator[Path]:
    """Give a folder for files that are to stand beside those of ``out``, registered with them.

    Parameters
    ----------
    named : collection of str
        Endings of files that have people's names in them: the manifest says which they are.

    Raises
    ------
    StoreError
        Where another process writes there, the manifest is somebody else's, or a file cannot be
        put in place.
    """
    with locks.locked(out), transaction.replacing_all(out) as folder:
        yield folder
        before: dict[str, Any] = read_manifest(out) if (out / NAME).exists() else {}
        files = {**before.get("files", {}), **_hashes(folder)}
        made = [name for name in _hashes(folder) if name.endswith(tuple(named))]
        with_names = sorted({*before.get("with_names", ()), *made} & files.keys())
        more = {"files": files, "grows": _logs(out), "with_names": with_names}
        _seal(folder, {**before, **more})


def _hashes(folder: Path) -> dict[str, str]:
    names = (name for name in transaction.names_in(folder) if name not in RECORDS)
    return {name: file_hash(folder / name) for name in names}


def _is_kept(name: str) -> bool:
    return name.partition("/")[0] in KEPT


def _outlived(out: Path, new: Path) -> list[str]:
    """Old registered files, as they were written, that the new run has no successor of."""
    made = set(transaction.names_in(new))
    gone = []
    for name, digest in registered(out).items():
        path = out / name
        if name in made or _is_kept(name) or not path.is_file() or path.is_symlink():
            continue
        if file_hash(path) == digest:
            gone.append(name)
    return gone


def _seal(folder: Path, content: Mapping[str, Any]) -> None:
    whole = {"format": FORMAT, **plain(content)}
    whole.pop("checksum", None)
    for name in ("grows", "with_names"):
        if not whole.get(name):
            whole.pop(name, None)
    whole["checksum"] = _checksum(whole)
    (folder / NAME).write_bytes(as_json(whole).encode("utf-8"))


def _checksum(content: Mapping[str, Any]) -> str:
    body = {key: value for key, value in content.items() if key != "checksum"}
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def as_json(value: Any) -> str:
    """JSON of mappings, sequences and numbers of NumPy; what is no number becomes null."""
    return json.dumps(plain(value), ensure_ascii=False, indent=1, allow_nan=False)


def plain(value: Any) -> Any:
    """Mappings, sequences and numbers as JSON has them."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(plain(item) for item in value)
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)
