"""The one wrapper around ``numba.njit``, and where compiled kernels are kept.

Numba does not notice that a function called by a cached kernel has changed in another file
(numba issue 1833), and would return the old result. So each *family* of kernels (a folder that
holds modules named ``*kernels*``) caches into a folder of its own, named by a hash of every
kernel source it can reach: its own and those in ``data``. A kernel calls kernels of its own
family and of ``data`` only; a test holds this.

``HEMRUNDA_CACHE_DIR`` moves the cache; ``NUMBA_DISABLE_JIT=1`` runs everything as plain Python.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba import njit, types

from data import kernels_tables

F = TypeVar("F", bound=Callable[..., Any])

NOTES: list[str] = []
"""What the user should be told of the cache, once."""

REGISTRY: dict[str, Any] = {}
"""Every kernel made so far, by qualified name; the tests count their signatures."""


@cache
def cache_root() -> Path | None:
    """The folder that holds all compiled kernels, made if it can be; None where none is ours alone.

    Where others may write to the user's cache folder, a folder of our own inside it is used; where
    nobody can (faults.md J5), one in the system's temporary folder, the same each time. Where that
    is somebody else's too, nothing is kept.
    """
    wanted = os.environ.get("HEMRUNDA_CACHE_DIR")
    if wanted:
        root = Path(wanted)
    elif sys.platform == "win32":
        root = Path(os.environ.get("LOCALAPPDATA", str(Path.home()))) / "hemrunda" / "cache"
    else:
        caches = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
        root = Path(caches) / "hemrunda"
    for folder in (root, root / "own"):
        if _is_own(folder):
            return folder
    try:
        shared = Path(tempfile.gettempdir()) / f"hemrunda-cache-{_user()}"
    except OSError:  # no folder for what is temporary either
        shared = None
    if shared is not None and _is_own(shared):
        NOTES.append(
            f"Det kompilerade kan inte sparas i {root}: mappen går inte att skriva i, eller "
            "så kan andra skriva i den. De ligger i systemets mapp för tillfälliga filer i stället."
        )
        return shared
    NOTES.append(
        f"Det kompilerade kan inte sparas: varken {root} eller systemets mapp för tillfälliga "
        "filer är bara din. Programmet kompileras om varje gång, och det tar tid."
    )
    return None


def _user() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else "user"


def _is_own(folder: Path) -> bool:
    """Whether the folder is there or can be made, writable by us and by nobody else.

    Whoever can write to it runs code of theirs as us: what Numba loads from it is run. So can who
    may move a folder above it aside.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if hasattr(os, "getuid"):
            if _is_theirs(folder) or not stat.S_ISDIR(folder.lstat().st_mode):
                return False
            if any(_is_moved_by_others(above) for above in folder.resolve().parents):
                return False
        probe = folder / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError:
        return False
    return True


def _is_theirs(path: Path) -> bool:
    """Whether somebody else owns a file or a folder, or may write to it."""
    entry = path.lstat()
    is_open = bool(entry.st_mode & 0o022) and not stat.S_ISLNK(entry.st_mode)
    return entry.st_uid != os.getuid() or is_open


def _is_moved_by_others(folder: Path) -> bool:
    """Whether others than the system may put another folder in the place of one below this."""
    entry = folder.stat()
    is_open = entry.st_mode & 0o022 and not entry.st_mode & stat.S_ISVTX
    return entry.st_uid not in (0, os.getuid()) or bool(is_open)


def _is_own_throughout(folder: Path) -> bool:
    """Whether a family's folder, made where it is missing, and all in it is ours alone.

    Where nobody else may enter the folder, what others could do below it is no matter; what they
    own there was put there before.
    """
    if not _is_own(folder):
        return False
    if not hasattr(os, "getuid"):
        return True
    is_closed = not folder.stat().st_mode & 0o077
    try:
        entries = [path.lstat() for path in folder.rglob("*")]
    except OSError:
        return False
    return all(
        entry.st_uid == os.getuid() and not stat.S_ISLNK(entry.st_mode)
        and (is_closed or not entry.st_mode & 0o022)
        for entry in entries
    )  # fmt: skip


def kernel_sources(folder: Path) -> list[Path]:
    """The kernel modules of one family: files in ``folder`` with ``kernels`` in their name."""
    return sorted(path for path in folder.glob("*.py") if "kernels" in path.name)


@cache
def family_cache_dir(folder: Path) -> str:
    """The cache folder of the family in ``folder``, named by what its kernels say today.

    Empty where there is none that is ours alone: then the family is compiled anew each time.
    """
    root = cache_root()
    if root is None:
        return ""
    digest = hashlib.sha256(numba.__version__.encode())
    for path in kernel_sources(folder) + kernel_sources(Path(__file__).parent):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    name = f"{folder.parent.name}-{folder.name}-{digest.hexdigest()[:16]}"
    for place in (root / name, root / f"{name}-own"):
        if _is_own_throughout(place):
            return str(place)
    NOTES.append(
        f"Det kompilerade i {root} kan andra ha skrivit i, och används inte. Ta bort mappen, så "
        "sparas det igen. Tills dess kompileras programmet om varje gång, och det tar tid."
    )
    return ""


def kernel(function: F) -> F:
    """Compile ``function`` on first use and cache it beside the rest of its family.

    Kernels take NamedTuples of contiguous arrays, raise nothing, print nothing, and allocate
    outside their loops. Nothing is compiled on import.
    """
    return _compiled(function)


def bare_kernel(function: F) -> F:
    """As `kernel`, for kernels that make no array and call only such kernels.

    Without reference counting. Each call between kernels that take tuples of many arrays would
    otherwise count every one of them up and down, atomically: measured at nine tenths of the time
    of a search whose kernels call each other a hundred times in an iteration.
    """
    return _compiled(function, is_wide=True, _nrt=False)


def seam(function: F) -> F:
    """As `bare_kernel`, for what `instead_of` may give another body for another kind of table.

    Which body is chosen when the caller is compiled, so a search that needs one body never compiles
    the other. Kernels call it, Python code does not.
    """
    compiled: Any = bare_kernel(function)
    compiled = _Chosen(compiled) if not hasattr(compiled, "get_call_template") else compiled
    compiled.others = []
    if not isinstance(compiled, _Chosen):
        _choose(compiled)
    return cast(F, compiled)


def instead_of(other: Any, where: Callable[[Any], bool]) -> Callable[[F], F]:
    """Compile a kernel, and take it for `seam` kernel ``other`` where the first argument is such.

    ``where`` is asked with a table, or with the compiled kind of one.
    """

    def made(function: F) -> F:
        compiled = bare_kernel(function)
        other.others.append((where, compiled))
        return compiled

    return made


class _Chosen:
    """A `seam` where the compiler is off."""

    def __init__(self, function: Any) -> None:
        self.function = function
        self.others: list[tuple[Callable[[Any], bool], Any]] = []

    def __call__(self, table: Any, *args: Any) -> Any:
        return _other_of(self, table, self.function)(table, *args)


def _other_of(chosen: Any, table: Any, own: Any) -> Any:
    return next((other for where, other in chosen.others if where(table)), own)


def _choose(compiled: Any) -> None:
    """Let a caller that is compiled get the body that its kind of table asks for."""
    template, overload = compiled.get_call_template, compiled.get_overload
    compile_own = compiled.compile

    def compile_for(signature: Any) -> Any:
        if _other_of(compiled, signature[0], None) is not None:
            raise TypeError(f"{compiled.__name__}: a seam is called by kernels only")
        return compile_own(signature)

    def get_call_template(args: Any, kws: Any) -> Any:
        other = _other_of(compiled, args[0], None)
        return template(args, kws) if other is None else other.get_call_template(args, kws)

    def get_overload(signature: Any) -> Any:
        kinds = getattr(signature, "args", signature)
        other = _other_of(compiled, kinds[0], None)
        return overload(signature) if other is None else other.get_overload(signature)

    compiled.get_call_template, compiled.get_overload = get_call_template, get_overload
    compiled.compile = compile_for


def _widen(compiled: Any) -> None:
    """Let calls between kernels pass every whole number as int64, constants too.

    Numba compiles a kernel anew for each constant and each width that another hands to it:
    measured at a quarter of all compiling of a search (39.6 to 29.6 s of processor).
    """
    template = compiled.get_call_template

    def wide(kind: Any) -> Any:
        plain: Any = types.unliteral(kind)  # type: ignore[no-untyped-call]
        return types.int64 if plain in types.signed_domain else plain

    def get_call_template(args: Any, kws: Any) -> Any:
        with kernels_tables.for_kernel(kernels_tables.IS_LINKED):
            return template([wide(a) for a in args], {k: wide(v) for k, v in kws.items()})

    compiled.get_call_template = get_call_template


class _Kept:
    """What Numba keeps of a kernel, where a file that is torn or a full disk stops nothing."""

    def __init__(self, numbas: Any) -> None:
        self._numbas = numbas

    def __getattr__(self, name: str) -> Any:
        return getattr(self._numbas, name)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """What is kept, or None: a file that a kill or a full disk has torn is written anew."""
        if kernels_tables.is_for_kernel():
            return None
        try:
            return self._numbas.load_overload(sig, target_context)
        except Exception:
            with contextlib.suppress(Exception):
                self._numbas.flush()
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep it, where there is room."""
        if kernels_tables.is_for_kernel():
            return
        try:
            self._numbas.save_overload(sig, data)
        except OSError:
            self._numbas.disable()
            NOTES.append(
                "Det kompilerade kunde inte sparas: disken är full, eller mappen går inte att "
                "skriva i. Det görs om nästa gång."
            )


def _compiled(function: F, is_wide: bool = False, **options: Any) -> F:
    folder = family_cache_dir(Path(function.__code__.co_filename).resolve().parent)
    numba.config.CACHE_DIR = folder  # type: ignore[attr-defined]
    options = {"nogil": True, "error_model": "numpy", **options}
    compiled = njit(cache=bool(folder), **options)(function)
    if folder and hasattr(compiled, "_cache"):
        if Path(compiled._cache.cache_path).is_relative_to(folder):
            compiled._cache = _Kept(compiled._cache)
        else:  # Numba has chosen another, and nobody has asked whose that is
            compiled = njit(cache=False, **options)(function)
    if is_wide and hasattr(compiled, "get_call_template"):
        _widen(compiled)
    if kernels_tables.IS_LINKED and hasattr(compiled, "get_call_template"):
        kernels_tables.link_inside(compiled)
    REGISTRY[f"{function.__module__}.{function.__qualname__}"] = compiled
    return cast(F, compiled)
