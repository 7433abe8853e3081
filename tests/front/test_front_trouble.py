"""What a user sees when something goes wrong: no traceback, no client text, the right code."""

import contextlib
import errno
import io
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click
import pytest

from data import kernels
from data.errors import Fault, InputError, PlanRefusedError
from hemrunda.console import plain
from hemrunda.error_messages import run_guarded
from hemrunda.stages import Stages

CANARY = "Kanariegatan 7"
ROOT = Path(__file__).resolve().parents[2]


def failing(error):
    def call():
        raise error

    return call


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (PlanRefusedError("brott"), 1),
        (InputError([Fault("a.xlsx", "Besök", 3, "Längd", "-5", "1–600 minuter")]), 2),
        (KeyboardInterrupt(), 130),
        (click.UsageError("fel flagga"), 2),
        (MemoryError(), 1),
        (ValueError(CANARY), 1),
    ],
)
def test_exit_codes_and_silence(error, code, capsys):
    """An unknown error's own text may hold an address, so it is never shown (faults.md G9)."""
    assert run_guarded(failing(error)) == code
    shown = capsys.readouterr()
    assert CANARY not in shown.out + shown.err
    assert "Traceback" not in shown.err


def test_a_fault_names_file_sheet_row_and_column(capsys):
    """A planner must find the cell without asking anyone."""
    fault = Fault("brukare.xlsx", "Besök", 17, "Längd", "0 minuter", "Tillåtet: 1–600 minuter")
    run_guarded(failing(InputError([fault])))
    shown = capsys.readouterr().err
    for part in ("brukare.xlsx", "Besök", "rad 17", "Längd", "0 minuter", "1–600"):
        assert part in shown


def test_control_characters_never_reach_the_terminal():
    """An id may hold an escape sequence that repaints the screen (faults.md F12)."""
    assert "\x1b" not in plain("K1\x1b[2Jx\u202e")
    assert plain("a\u2028Planen är antagen\u2029") == "a?Planen är antagen?"


BAR = """
import sys
from hemrunda.console import progress_bar
from hemrunda.error_messages import run_guarded

def show():
    with progress_bar() as progress:
        progress.report(0.5, sys.argv[1])

sys.exit(run_guarded(show))
"""


@pytest.mark.skipif(os.name != "posix", reason="a terminal is opened")
@pytest.mark.parametrize("name", ["[link=https://x.example]karta[/link]", "[/x]", "[blink]y"])
def test_a_files_name_is_no_markup_of_the_progress_bar(name):
    """Brackets are shown as they stand: no link, no escape sequence, and no error (F12)."""
    import pty

    ours, theirs = pty.openpty()
    child = subprocess.Popen([sys.executable, "-c", BAR, name], stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):  # the terminal is closed with the child
        while part := os.read(ours, 4096):
            shown += part
    os.close(ours)
    assert child.wait() == 0
    assert name.encode() in shown
    assert b"\x1b]8" not in shown


@pytest.mark.parametrize(
    ("code", "is_window", "expected"),
    [(errno.EIO, True, 0), (errno.EPIPE, False, 0), (errno.EIO, False, 1), (errno.ENOSPC, True, 1)],
)
def test_a_window_that_is_closed_stops_nothing(code, is_window, expected, monkeypatch):
    """What is shown is lost and the work goes on; what a full or broken disk refuses is told."""

    class Refusing(io.StringIO):
        def isatty(self):
            return is_window

        def write(self, _text):
            raise OSError(code, os.strerror(code))

    done = []

    def work():
        click.echo("halvvägs")
        done.append(True)

    told = io.StringIO()
    monkeypatch.setattr(sys, "stdout", Refusing())
    monkeypatch.setattr(sys, "stderr", Refusing() if expected == 0 else told)
    assert run_guarded(work) == expected
    assert done == ([] if expected else [True])
    assert bool(told.getvalue()) == bool(expected)


def test_a_console_without_swedish_letters_shows_the_rest():
    """An old console must not make the help a crash (faults.md J4)."""
    env = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "hemrunda", "--help"]
    result = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, check=False)
    assert result.returncode == 0, result.stderr
    assert result.stdout.isascii()
    assert b"?" in result.stdout
    assert b"plan" in result.stdout


def test_compiled_code_is_kept_elsewhere_where_it_cannot_be(tmp_path, monkeypatch):
    """A cache folder that cannot be made stops nothing (faults.md J5); the other is ours alone."""
    (tmp_path / "cache").write_text("no folder", encoding="utf-8")
    monkeypatch.delenv("HEMRUNDA_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "cache"))
    monkeypatch.setattr(kernels, "NOTES", [])
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    found = kernels.cache_root.__wrapped__()
    assert found.is_dir()
    assert found.parent == tmp_path
    assert len(kernels.NOTES) == 1
    if sys.platform != "win32":
        assert not found.stat().st_mode & 0o077


def test_stages_fill_the_bar_in_order():
    """A bar that jumps back makes people think that it hangs."""
    from data.progress import Progress

    seen = []
    stages = Stages(
        Progress(on_report=lambda share, text: seen.append(share)), {"a": 0.4, "b": 0.6}
    )
    with stages.stage("a", "A") as part:
        part.report(0.5, "halva")
        time.sleep(0.01)
    with stages.stage("b", "B") as part:
        part.report(2.0, "för mycket")
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1.0)
    assert set(stages.seconds) == {"a", "b"}
