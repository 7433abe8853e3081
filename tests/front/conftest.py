"""A small run of the whole chain, made once and looked at by many tests."""

import os
import subprocess
import sys

import pytest

SMALL = ["--clients", "60", "--days", "3", "--iterations", "2000", "--workers", "1"]


def hemrunda(*arguments, cwd, **environment):
    """Run the command line as a user would, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "hemrunda", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=600,
    )


@pytest.fixture(scope="session")
def run_cli():
    return hemrunda


@pytest.fixture(scope="session")
def small_run(tmp_path_factory):
    """The folder of a finished small demo; tests must not change it."""
    folder = tmp_path_factory.mktemp("demo")
    result = hemrunda("demo", *SMALL, cwd=folder)
    assert result.returncode == 0, result.stderr
    folder.joinpath("shown.txt").write_text(result.stdout, encoding="utf-8")
    return folder
