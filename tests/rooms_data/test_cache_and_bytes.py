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


@posix
def test_what_lies_above_the_cache_is_nobody_elses(tmp_path, cache_at):
    """Who may move the folder's own folder aside puts another in its place."""
    above = tmp_path / "above"
    (above / "cache").mkdir(parents=True, mode=0o700)
    above.chmod(0o777)
    found = cache_at(above / "cache")
    assert found == tmp_path / "tmp" / found.name
    above.chmod(0o1777)  # as a system's folder for what is temporary: each keeps his own
    assert cache_at(above / "cache") == above / "cache"


@posix
def test_where_no_folder_is_ours_alone_nothing_is_kept_or_left(tmp_path, cache_at):
    """Somebody has taken the place in the system's folder before us: it was made anew each time."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    taken = tmp_path / "tmp" / f"hemrunda-cache-{os.getuid()}"
    taken.mkdir(mode=0o700)
    taken.chmod(0o777)
    assert cache_at(tmp_path / "file" / "cache") is None
    assert [path.name for path in (tmp_path / "tmp").iterdir()] == [taken.name]
    assert not any(taken.iterdir())
    assert len(kernels.NOTES) == 1


FAMILY = """
from data import kernels

@kernels.kernel
def doubled(number):
    return 2 * number
"""
USES = """
import json, sys
if sys.argv[2] != "0":
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
sys.path.insert(0, sys.argv[1])
from family import some_kernels
from data import kernels
answer = some_kernels.doubled(21)
hits = sum(some_kernels.doubled.stats.cache_hits.values())
place = kernels.family_cache_dir(kernels.Path(sys.argv[1], "family"))
print(json.dumps([answer, hits, len(kernels.NOTES), place]))
"""


@pytest.fixture
def used(tmp_path):
    """A family of one kernel, used in a process of its own: answer, cache hits, notes, place."""
    (tmp_path / "family").mkdir()
    (tmp_path / "family" / "some_kernels.py").write_text(FAMILY, encoding="utf-8")
    cache = tmp_path / "cache"
    cache.mkdir(mode=0o755)

    def use(most_bytes=0):
        made = subprocess.run(
            [sys.executable, "-c", USES, str(tmp_path), str(most_bytes)], cwd=ROOT, check=True,
            env={**os.environ, "HEMRUNDA_CACHE_DIR": str(cache), "NUMBA_DISABLE_JIT": "0"},
            capture_output=True, text=True, timeout=300, umask=0o002,
        )  # fmt: skip
        return json.loads(made.stdout)

    return use


@posix
def test_a_torn_cache_and_a_full_disk_stop_nothing(used):
    """A kept kernel that is half a file, or cannot be kept at all: it is compiled, and told of."""
    assert used(most_bytes=300)[:3] == [42, 0, 1]
    _, _, _, place = used()
    assert used()[:3] == [42, 1, 0]
    files = list(Path(place).rglob("*.nb?"))
    assert len(files) == 2
    for path in files:
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        assert used()[:3] == [42, 0, 0]
    assert used()[:3] == [42, 1, 0]


@posix
def test_a_family_that_others_have_written_to_is_not_used(used):
    """The root is ours; what lies in it was open to a group, by a mask that lets it write."""
    place = Path(used()[3])
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    place.chmod(0o775)
    answer = used()
    assert answer[:3] == [42, 0, 0]
    assert answer[3] == f"{place}-own"
    Path(answer[3]).chmod(0o777)
    assert used() == [42, 0, 1, ""]


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
