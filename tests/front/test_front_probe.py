"""What the system refuses is told before the search, in one true sentence; nothing is left."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import namedtuple
from pathlib import Path

import pytest

from data.errors import StoreError
from data.store import probe, probing
from hemrunda.interrupt import kinds

posix = pytest.mark.skipif(os.name == "nt", reason="limits and signals are POSIX's")
TRIES = 5
QUICK = ["--clients", "30", "--days", "1", "--seconds", "0", "--workers", "1", "--map-days", "0"]


def names(folder):
    return sorted(path.name for path in folder.rglob("*"))


def test_a_folder_that_takes_all_is_left_as_it_was(tmp_path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    probe(tmp_path)
    assert names(tmp_path) == ["mine.txt"]


def test_a_full_disk_is_told_before_the_search(tmp_path, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(2**30, 2**30, 3 * 2**20))
    with pytest.raises(StoreError, match=r"3 MB ledigt .* minst 16 MB"):
        probe(tmp_path)
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("call", "code", "said"),
    [
        ("mkdtemp", 30, "Disken kan bara läsas"),
        ("mkdtemp", 13, "Rättigheter saknas"),
        ("fsync", 28, "Disken är full"),
        ("fsync", 5, "Disken svarar inte"),
        ("fsync", 122, "Disken är full"),
    ],
)
def test_each_refusal_has_its_sentence(tmp_path, monkeypatch, call, code, said):
    """Not an unexpected fault, and not that somebody has the file open in Excel."""
    if not hasattr(os, "getuid") and code == 122:
        pytest.skip("no quotas here")

    def refuse(*_arguments, **_options):
        raise OSError(code, os.strerror(code))

    home = {"mkdtemp": probing.tempfile, "fsync": os}[call]
    monkeypatch.setattr(home, call, refuse)
    with pytest.raises(StoreError, match=rf"{said}.*Ingenting har"):
        probe(tmp_path)
    assert names(tmp_path) == []


@posix
@pytest.mark.parametrize("how", ["long path", "file limit", "a file in its place"])
def test_a_command_is_refused_before_it_searches(tmp_path, how):
    """One sentence, no search, and not a thing left behind."""
    place, begin = tmp_path / "out", ""
    if how == "long path":
        while len(str(place)) < 4000:
            place = place / ("å" * 60)
    elif how == "a file in its place":
        place = tmp_path / "file" / "out"
        (tmp_path / "file").write_text("mine", encoding="utf-8")
    else:
        begin = "ulimit -f 2048; "
    before = names(tmp_path)
    made = subprocess.run(
        ["bash", "-c", f'{begin}exec "$@"', "bash", sys.executable, "-m", "hemrunda", "demo",
         *QUICK, "--out", str(place)],
        cwd=tmp_path, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert made.returncode == 1
    told = made.stderr.strip().splitlines()
    assert len(told) == 1
    assert told[0].startswith("Fel: ")
    assert "Oväntat" not in told[0]
    assert "Planerar rundor" not in made.stderr
    left = [name for name in names(tmp_path) if name not in before]
    assert not [name for name in left if "hemrunda" in name]


def test_without_a_temporary_folder_a_plan_is_made_all_the_same(run_cli, tmp_path):
    """TMPDIR gone: nothing of ours goes there."""
    gone = {name: str(tmp_path / "gone") for name in ("TMPDIR", "TEMP", "TMP")}
    result = run_cli("template", "mall.xlsx", cwd=tmp_path, **gone)
    assert result.returncode == 0, result.stderr
    assert names(tmp_path) == ["mall.xlsx"]


@posix
@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGHUP])
def test_asked_to_end_before_the_search_it_ends(small_run, tmp_path, kind):
    """A kill while tables are read: told in a line, and the new folder is gone again."""
    for _ in range(TRIES):
        code, told = _ended_by(kind, small_run / "out", tmp_path)
        if "Stannar" not in told:
            break
        shutil.rmtree(tmp_path / "ny")  # the signal came late, in the search, which writes its best
    # CPython ends by SIGINT itself where the interrupt came while it compiled a text, as for a
    # dataclass; a shell tells both as 130.
    assert code in (130, -signal.SIGINT)
    assert "Avbrutet" in told
    assert "Traceback" not in told
    assert names(tmp_path) == []


def _ended_by(kind: signal.Signals, source: Path, folder: Path) -> tuple[int, str]:
    command = [sys.executable, "-m", "hemrunda", "plan", source / "indata.xlsx", "--network",
               source / "network", "--out", folder / "ny"]  # fmt: skip
    running = subprocess.Popen(
        list(map(str, command)), cwd=folder, stderr=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    deadline = time.monotonic() + 120
    while not (folder / "ny" / ".hemrunda.writer.lock").exists():
        assert time.monotonic() < deadline
        assert running.poll() is None
        time.sleep(0.01)
    running.send_signal(kind)
    _, told = running.communicate(timeout=120)
    return running.returncode, told


@posix
def test_a_signal_that_was_turned_off_stays_so():
    """``nohup hemrunda plan …`` outlives its window."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert signal.SIGHUP not in kinds()
    finally:
        signal.signal(signal.SIGHUP, before)
    assert signal.SIGHUP in kinds()


@posix
def test_a_terminal_that_is_closed_keeps_the_best_plan(tmp_path):
    """The kernel sends a SIGHUP, and every later write to the terminal is refused (EIO)."""
    import pty

    child, window = pty.fork()
    if child == 0:
        os.chdir(tmp_path)
        # A search of none is over before the bar has shown it; of so long it is cut off.
        args = [*QUICK, "--seconds", "60", "--out", "ny"]
        os.execv(sys.executable, [sys.executable, "-m", "hemrunda", "demo", *args])
    told = b""
    while b"Planerar" not in told:
        told += os.read(window, 4096)
    os.close(window)
    _, state = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(state) == 0
    assert {"manifest.json", "index.html", "rounds.csv"} <= set(names(tmp_path / "ny"))
