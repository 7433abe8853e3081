"""The first start: kernels compile with a word and a bar, once; the folder's own command works."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = """
from pathlib import Path
from data.kernels import family_cache_dir
from hemrunda.commands.papers import warmup_command as start
ran = []
start.compile_all = lambda progress: ran.append(progress.report(0.5, "Gör programmet klart"))
print("compiled", start.is_compiled())
start.compile_at_first_start(quiet=False)
for name in start.FAMILIES:
    folder = Path(family_cache_dir(start._folder_of(name))) / "x"
    folder.mkdir(parents=True)
    (folder / "kernel.nbi").touch()
print("compiled", start.is_compiled())
start.compile_at_first_start(quiet=False)
print("ran", len(ran))
"""


def test_kernels_are_compiled_once_and_not_in_silence(tmp_path):
    """A minute without a word looks like a program that hangs."""
    result = subprocess.run(
        [sys.executable, "-c", CODE], cwd=tmp_path, capture_output=True, text=True,
        encoding="utf-8",
        env={**os.environ, "HEMRUNDA_CACHE_DIR": str(tmp_path / "c"), "NUMBA_DISABLE_JIT": "0"},
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert result.stdout.split("\n")[:3] == ["compiled False", "compiled True", "ran 1"]
    assert "Första gången på den här datorn" in result.stderr
    assert "[ 50 %] Gör programmet klart" in result.stderr


def test_a_plan_leaves_every_family_compiled(small_run):
    """Else each plan would compile again; the families are named by hand in the module."""
    from hemrunda.commands.papers.warmup_command import is_compiled

    assert is_compiled(), small_run


FAKE_PYTHON = """#!/bin/sh
echo "$@"
mkdir -p .venv/bin
cp "$0" .venv/bin/python
printf '#!/bin/sh\\necho "$#:$1:$2"\\n' > .venv/bin/hemrunda
chmod +x .venv/bin/hemrunda
"""
"""Stands in for the interpreter that makes an environment and installs into it."""


@pytest.mark.skipif(os.name == "nt", reason="the wrapper of POSIX shells")
def test_the_folders_own_command_runs_what_the_demo_installed(tmp_path):
    """From any folder, with every word handed on; the first time it makes its environment."""
    shutil.copy(ROOT / "hemrunda.sh", tmp_path / "hemrunda.sh")
    tools = tmp_path / "tools"
    tools.mkdir()
    python = tools / "python3"
    python.write_text(FAKE_PYTHON, encoding="utf-8")
    python.chmod(0o755)

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [tmp_path / "hemrunda.sh", "check", "två ord.xlsx"],
            cwd="/", capture_output=True, text=True, check=True,
            env={**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"},
        )  # fmt: skip

    first, second = run(), run()
    assert first.stdout == second.stdout == "2:check:två ord.xlsx\n"
    assert first.stderr.startswith("Första gången")
    assert "--require-hashes -r requirements.txt" in first.stderr
    assert second.stderr == ""


@pytest.mark.skipif(os.name == "nt", reason="freedesktop.org's entries")
def test_the_desktop_entry_stays_in_the_home_folder(tmp_path):
    """Where the command is not on the path, the entry starts the checkout's own."""
    result = subprocess.run(
        [ROOT / "packaging" / "linux" / "install-desktop.sh"], capture_output=True, text=True,
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    entry = (tmp_path / ".local/share/applications/hemrunda.desktop").read_text(encoding="utf-8")
    assert f'Exec="{ROOT / "hemrunda.sh"}" studio' in entry
    assert "@" not in entry
