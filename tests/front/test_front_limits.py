"""Little memory and a long wait: a clean stop, and words about how it goes (faults.md D12)."""

import os
import subprocess
import sys

import pytest

from hemrunda import console

SMALL = ["demo", "--clients", "60", "--days", "1", "--iterations", "200", "--workers", "1"]


def with_memory(n_bytes, cwd):
    """Run the small demo where the process may hold ``n_bytes`` of its own."""
    resource = pytest.importorskip("resource")
    return subprocess.run(
        [sys.executable, "-m", "hemrunda", *SMALL, "--map-days", "0"],
        cwd=cwd,
        env={**os.environ},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=600,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (n_bytes, n_bytes)),
    )


@pytest.mark.skipif(sys.platform != "linux", reason="Linux counts RLIMIT_DATA so")
def test_a_gigabyte_is_enough_and_too_little_stops_cleanly(tmp_path):
    """D12: no traceback, no half a plan, and a word about what would help."""
    enough = with_memory(1 << 30, tmp_path)
    assert enough.returncode == 0, enough.stderr
    assert (tmp_path / "out" / "private" / "rounds.csv").exists()
    (tmp_path / "trångt").mkdir()
    short = with_memory(250 << 20, tmp_path / "trångt")
    assert short.returncode not in (0, None)
    assert "Traceback" not in short.stderr
    assert not (tmp_path / "trångt" / "out" / "private" / "rounds.csv").exists()


def test_long_steps_tell_how_it_goes_where_there_is_no_terminal(monkeypatch, capsys):
    """A log of a night's search is more than its beginning."""
    now = iter(range(0, 1000, 4))
    monkeypatch.setattr(console.time, "monotonic", lambda: float(next(now)))
    with console.progress_bar() as progress:
        for share in range(1, 7):
            progress.report(
                share / 10, f"Planerar rundor: {share} oplanerade, kontakt 30 %, väg 9 h"
            )
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "[ 10 %] Planerar rundor"
    assert "oplanerade, kontakt 30 %" in lines[1]
    assert 2 <= len(lines) < 6
