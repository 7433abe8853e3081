"""The cache of compiled kernels runs as code, and the same plan is the same bytes."""

import json
import os
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from data import kernels

ROOT = Path(__file__).parents[2]


@pytest.fixture
def cache_at(tmp_path, monkeypatch):
    """Ask anew where the cache is, with one's own folder for it and for what is temporary."""
    monkeypatch.setattr(kernels, "NOTES", [])
    monkeypatch.setattr(kernels.tempfile, "gettempdir", lambda: str(tmp_path / "tmp"))
    monkeypatch.setattr(kernels.tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()

    def ask(folder):
        monkeypatch.setenv("HEMRUNDA_CACHE_DIR", str(folder))
        kernels.cache_root.cache_clear()
        return kernels.cache_root()

    yield ask
    kernels.cache_root.cache_clear()


posix = pytest.mark.skipif(not hasattr(os, "getuid"), reason="owners and modes are POSIX's")


@posix
def test_a_cache_that_others_can_write_to_is_not_used(tmp_path, cache_at):
    """Who can write to it runs code as us: a private folder inside is, and nobody else's files."""
    open_to_all = tmp_path / "shared"
    open_to_all.mkdir()
    for mode in (0o777, 0o775, 0o722):
        open_to_all.chmod(mode)
        found = cache_at(open_to_all)
        assert found != open_to_all
        assert stat.S_IMODE(found.stat().st_mode) & 0o022 == 0
    open_to_all.chmod(0o700)
    assert cache_at(open_to_all) == open_to_all


@posix
def test_a_cache_of_somebody_elses_is_not_used(tmp_path, cache_at, monkeypatch):
    """Their folder at our place, or a link to one: neither is used as it is."""
    (tmp_path / "theirs").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "theirs")
    assert cache_at(tmp_path / "link") != tmp_path / "link"
    theirs = tmp_path.stat().st_uid + 1
    monkeypatch.setattr(kernels.os, "getuid", lambda: theirs)
    assert not kernels._is_own(tmp_path / "theirs")


@posix
def test_where_no_cache_can_be_one_private_folder_is_made_and_used_again(tmp_path, cache_at):
    """Eleven were left behind, one for each process; and the user was told each time or never."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    first = cache_at(tmp_path / "file" / "cache")
    assert first.parent == tmp_path / "tmp"
    assert stat.S_IMODE(first.stat().st_mode) == 0o700
    assert cache_at(tmp_path / "file" / "cache") == first
    kernels.cache_root()
    assert [path.name for path in (tmp_path / "tmp").iterdir()] == [first.name]
    assert len(set(kernels.NOTES)) == 1


WRITES = """
import hashlib, json, sys
from dataclasses import replace
from pathlib import Path
from data.demo import make_municipality, make_streets
from data.plans import RoundPlan, Team, TeamPlan
from data.store import write_outputs

streets = make_streets(n_clients=40)
town = make_municipality(streets, n_clients=40, n_days=2, seed=4, name="Ekhamn")
ids = [client.client_id for client in town.clients]
teams = (Team("A", "O", town.bases[0].base_id, tuple(ids[:20])),
         Team("B", "O", town.bases[0].base_id, tuple(ids[20:])))
plan = TeamPlan(teams, {}, {}, {}, {}, {}, {}, {})
out = Path(sys.argv[1])
write_outputs(out, town, plan, RoundPlan(town.dates, (), ()), measures={"b": 1, "a": {2, 3}},
              manifest={})
print(json.dumps({path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
                  for path in sorted(out.rglob("*")) if path.is_file() and path.stat().st_size}))
"""


def test_equal_plans_are_equal_bytes_whatever_the_order_of_sets(tmp_path):
    """A GeoPackage, a workbook and tables written under three hash seeds, at other times."""
    found = []
    for seed in ("0", "1", "4711"):
        made = subprocess.run(
            [sys.executable, "-c", WRITES, str(tmp_path / seed)], cwd=ROOT, capture_output=True,
            text=True, timeout=300, env={**os.environ, "PYTHONHASHSEED": seed}, check=True,
        )  # fmt: skip
        found.append(json.loads(made.stdout))
    assert {"plan.gpkg", "rounds.xlsx", "clients.csv", "manifest.json"} <= set(found[0])
    assert found[0] == found[1] == found[2]


def test_what_is_installed_is_pinned_by_hash():
    """Requirements, the optional ones too, and what the gate fetches for itself."""
    pinned = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for name in extras["project"]["optional-dependencies"]["sealed"]:
        assert f"\n{name.partition('>=')[0]}==" in pinned
    lines = [line for line in pinned.splitlines() if "==" in line]
    assert all(line.rstrip().endswith("\\") for line in lines)
    lock = json.loads((ROOT / ".ci" / "package-lock.json").read_text(encoding="utf-8"))
    axe = lock["packages"]["node_modules/axe-core"]
    assert axe["integrity"].startswith("sha512-")
    wanted = json.loads((ROOT / ".ci" / "package.json").read_text(encoding="utf-8"))
    assert wanted["dependencies"]["axe-core"] == axe["version"]
    assert "npm install" not in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
