"""Guards for Windows, which the tests do not run on: what only POSIX has is never leant on alone.

Nobody has tried Hemrunda on Windows yet (docs/sv/it.md). What can be tried without it is: every
module imported where the POSIX-only modules and names are gone, locks by a stand-in for `msvcrt`,
names that Windows reserves, consoles of cp1252, its line ends, files that another program holds.
"""

import io
import subprocess
import sys
import textwrap
from pathlib import Path, PureWindowsPath

import pytest

from data import atomic
from data.errors import StoreError
from hemrunda import interrupt, run_summary
from hemrunda.config import load
from hemrunda.workfolder.settings_paths import file_of_settings
from maps.common.sanitising import slug

ROOT = Path(__file__).resolve().parents[2]
RESERVED = [
    "CON", "con", "PRN", "aux", "NUL", "COM1", "lpt9", "nul.", "a:b", "x?y", "<a>", "a|b", "*", " ",
    "slut.", "blank ", "a\\b", "a/b", "åäö", "…", "\u202e", "", "C:", "..",
]  # fmt: skip
CODE = """
    import builtins, importlib, os, pkgutil, signal, sys, types
    names = ("data", "routing", "partition", "maps", "hemrunda")
    def all_modules():
        for room in names:
            package = importlib.import_module(room)
            for one in pkgutil.walk_packages(package.__path__, room + "."):
                if not one.name.endswith("__main__"):
                    yield one.name
    wanted = list(all_modules())
    for name in wanted:          # so that everything of others is loaded as this system has it
        importlib.import_module(name)
    for name in [one for one in sys.modules if one.split(".")[0] in names]:
        del sys.modules[name]
    gone = {"fcntl", "pwd", "grp", "resource", "termios", "tty"}
    real = builtins.__import__
    def importing(name, *args, **kwargs):
        if name in gone and sys._getframe(1).f_globals.get("__name__", "").split(".")[0] in names:
            raise ImportError(name)
        return real(name, *args, **kwargs)
    builtins.__import__ = importing
    held = []
    msvcrt = types.ModuleType("msvcrt")
    msvcrt.LK_NBLCK, msvcrt.LK_UNLCK = 2, 0
    def locking(handle, mode, n_bytes):
        if mode == msvcrt.LK_NBLCK:
            if held:
                raise OSError(13, "Permission denied")
            held.append(handle)
        else:
            held.clear()
    msvcrt.locking = locking
    sys.modules["msvcrt"] = msvcrt
    sys.platform = "win32"
    from pathlib import Path
    folder = Path(sys.argv[1])
    os.environ["LOCALAPPDATA"] = str(folder / "Lokalt")
    os.environ.pop("HEMRUNDA_CACHE_DIR", None)
    for name in ("getuid", "O_NOFOLLOW", "fork", "killpg"):
        if hasattr(os, name):
            delattr(os, name)
    del signal.SIGHUP
    for name in wanted:
        importlib.import_module(name)
    from data.errors import StoreError
    from data.kernels import cache_root
    from data.store import folder_locks as locks
    from hemrunda.interrupt import kinds
    from hemrunda.studio.journal import Journal
    assert cache_root() == folder / "Lokalt" / "hemrunda" / "cache", cache_root()
    with locks.locked(folder):
        assert held
        try:
            with locks.writing(folder):
                raise SystemExit("taken twice")
        except StoreError as error:
            assert "annan körning" in str(error)
    assert not held
    assert [one.name for one in kinds()] == ["SIGINT", "SIGTERM"]
    Journal(folder / "studio" / "journal.jsonl")
    print(len(wanted), "modules")
"""


def test_every_module_is_imported_and_locks_hold_without_posix(tmp_path):
    result = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(CODE), str(tmp_path)], cwd=ROOT,
        capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert int(result.stdout.split()[0]) > 250


def is_legal(name):
    """Whether Windows takes a file of this name."""
    stem = name.split(".")[0].strip().lower()
    reserved = {
        "con",
        "prn",
        "aux",
        "nul",
        *(f"{d}{i}" for d in ("com", "lpt") for i in range(1, 10)),
    }
    return (
        bool(name)
        and stem not in reserved
        and not set(name) & set('<>:"/\\|?*')
        and name.isprintable()
        and name == name.rstrip(" .")
        and PureWindowsPath(name).name == name
    )


@pytest.mark.parametrize("name", RESERVED)
def test_an_id_makes_a_name_that_windows_takes(name):
    """Ids stand in file names; a carer called CON must not be a device."""
    assert is_legal(slug(name) + ".pdf")
    assert is_legal(slug(name))


@pytest.mark.parametrize(
    "named", ["C:grans.geojson", r"\\server\delat\grans.geojson", r"C:\grans.geojson", "con",
              "nul.geojson", r"..\grans.geojson", "COM1.csv", "\\grans.geojson"],
)  # fmt: skip
def test_settings_lead_to_no_share_and_no_device(tmp_path, named):
    """PureWindowsPath reads a name as Windows would, on any system."""
    with pytest.raises(Exception, match="samma mapp"):
        file_of_settings(tmp_path, named, "outline")


def test_settings_with_windows_line_ends_and_mark(tmp_path):
    """Notepad writes CRLF and, if asked, a byte order mark."""
    path = tmp_path / "hemrunda.toml"
    text = '[general]\r\nname = "Åmål"\r\n\r\n[rounds]\r\nbreak_min = 40\r\n'
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    config = load(path)
    assert config.general.name == "Åmål"
    assert config.rules.rounds.break_s == 40 * 60


def test_the_summary_suits_a_console_of_cp1252(monkeypatch):
    """Arrows that the code page lacks are written as signs that it has (faults.md J4)."""
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="cp1252"))
    for sign in run_summary.arrows().values():
        sign.encode("cp1252")
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="utf-8"))
    assert run_summary.arrows()[1] == "↑"


def test_help_is_shown_on_a_console_of_cp1252(tmp_path):
    import os

    result = subprocess.run(
        [sys.executable, "-m", "hemrunda", "ask", "--help"], cwd=tmp_path, capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "cp1252", "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert result.returncode == 0
    assert "Fråga planen" in result.stdout.decode("cp1252")


def test_a_file_that_excel_holds_is_waited_for_and_then_told_of(tmp_path, monkeypatch):
    """Windows refuses to replace an open file; POSIX never does, so it is feigned."""
    monkeypatch.setattr(atomic.time, "sleep", lambda _: None)
    tries = []
    real = Path.replace

    def held(self, target):
        tries.append(target)
        if len(tries) < 4:
            raise PermissionError(13, "in use")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", held)
    atomic.write_text(tmp_path / "rundor.csv", "a")
    assert (tmp_path / "rundor.csv").read_text() == "a"
    assert len(tries) == 4
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(PermissionError(13, "")))
    with pytest.raises(StoreError, match="Stäng filen i Excel"):
        atomic.write_text(tmp_path / "rundor.csv", "b")
    assert (tmp_path / "rundor.csv").read_text() == "a"


def test_folders_are_not_flushed_where_they_cannot_be_opened(tmp_path, monkeypatch):
    """Windows opens no folder as a file."""
    monkeypatch.setattr(atomic.os, "open", lambda *_: pytest.fail("opened"))
    monkeypatch.setattr(atomic.os, "name", "nt")
    atomic.sync_folder(tmp_path)


def test_signals_that_windows_has_not_are_not_asked_for(monkeypatch):
    import signal

    monkeypatch.delattr(signal, "SIGHUP")
    assert signal.SIGINT in interrupt.kinds()


@pytest.mark.parametrize("name", ["hemrunda.cmd", "run-demo.ps1", "run-tests.ps1"])
def test_scripts_of_windows_have_its_line_ends_in_a_checkout(name):
    """cmd.exe misreads labels and calls of files with bare line feeds."""
    rules = (ROOT / ".gitattributes").read_text(encoding="utf-8")
    assert f"*{Path(name).suffix} text eol=crlf" in rules
    (ROOT / name).read_bytes().decode("ascii")
