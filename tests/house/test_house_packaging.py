"""The wheel is whole, and each of our generic package names has one owner."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from hemrunda.owners import PACKAGES, foreign_owners

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The project's wheel, built from a clean copy without network."""
    import shutil

    source = tmp_path_factory.mktemp("source")
    for name in (*PACKAGES, "pyproject.toml", "README.md", "LICENSE"):
        origin = ROOT / name
        if origin.is_dir():
            shutil.copytree(origin, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(origin, source / name)
    target = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation"]
        + ["--no-index", "-q", "-w", str(target), str(source)],
        check=True,
        capture_output=True,
    )
    return next(target.glob("hemrunda-*.whl"))


def test_wheel_holds_every_module_and_asset(wheel):
    """A file that only the checkout has works for us and for nobody else."""
    packed = set(zipfile.ZipFile(wheel).namelist())
    tracked = subprocess.run(
        ["git", "ls-files", *PACKAGES], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    wanted = {name for name in tracked if not name.endswith(".gitattributes")}
    missing = {name for name in wanted if (ROOT / name).exists()} - packed
    assert not missing


def test_wheel_runs_from_an_empty_folder(wheel, tmp_path):
    """Installed, the front door opens without the checkout beside it."""
    site = tmp_path / "site"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "-q"]
        + ["--target", str(site), str(wheel)],
        check=True,
        capture_output=True,
    )
    code = (
        f"import sys; sys.path.insert(0, {str(site)!r})\n"
        "import data, routing, partition, maps, hemrunda.cli as cli\n"
        f"assert data.__file__.startswith({str(site)!r})\n"
        "sys.argv = ['hemrunda', '--help']; cli.main()"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr
    assert "demo" in result.stdout


def test_each_package_name_has_one_owner():
    """Anybody may publish a package called data; installed beside ours it would replace it."""
    assert foreign_owners() == {}
