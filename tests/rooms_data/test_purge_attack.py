"""Purge against folders laid to lead it astray: nothing of others goes, whatever is claimed.

Every manifest here bears a right checksum: anybody who can read the code can make one.
"""

from __future__ import annotations

import os

import pytest

from data.store import file_hash, manifest, renewing
from data.store.retention import old_outputs, purge

MINE = "mine, and nobody else's"


def _forge(home, names, like):
    """A marked manifest that claims ``names``, each with the hash of the file ``like``."""
    home.mkdir(exist_ok=True)
    manifest._seal(home, {"files": dict.fromkeys(names, file_hash(like))})


def _laid(place):
    """Files of others, by path."""
    return {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "name",
    [
        "../mine.txt", "inne/../../mine.txt", "./../mine.txt", "{}/mine.txt", "/{}/mine.txt",
        "~/mine.txt",
        "..\\mine.txt", "C:/mine.txt", "c:mine.txt", "\\\\srv\\mine.txt", "//srv/del/mine.txt",
        "", ".", "..", "inne/..",
    ],
)  # fmt: skip
def test_a_marked_manifest_leads_out_of_no_folder(tmp_path, name):
    (tmp_path / "mine.txt").write_text(MINE, encoding="utf-8")
    forged = tmp_path / "plan"
    (forged / "inne").mkdir(parents=True)
    (forged / "own.txt").write_text(MINE, encoding="utf-8")
    claimed = name.format(tmp_path)
    _forge(forged, [claimed], tmp_path / "mine.txt")
    assert not manifest.is_inside(claimed) or claimed in {"", ".", "inne/.."}
    before = {k: v for k, v in _laid(tmp_path).items() if k.name != manifest.NAME}
    assert [old.path for old in purge(tmp_path, 0)] in ([], [forged / manifest.NAME])
    assert before.items() <= _laid(tmp_path).items()


def test_links_lead_purge_to_nothing(tmp_path):
    """A link in the place of a file, of a folder above it, of a stray, and inside a stray."""
    others, plan = tmp_path / "others", tmp_path / "plan"
    others.mkdir()
    for name in ("a.csv", "b.csv"):
        (others / name).write_text(MINE, encoding="utf-8")
    before = _laid(others)
    _forge(plan, ["a.csv", "maps/b.csv"], others / "a.csv")
    (plan / "a.csv").symlink_to(others / "a.csv")
    (plan / "maps").symlink_to(others, target_is_directory=True)
    (plan / ".tmp-hemrunda-link").symlink_to(others, target_is_directory=True)
    stray = plan / ".tmp-hemrunda-stray"
    stray.mkdir()
    (stray / "inne").symlink_to(others, target_is_directory=True)
    (tmp_path / "way").symlink_to(others, target_is_directory=True)
    gone = {old.path for old in purge(tmp_path, 0)}
    assert gone == {stray}
    assert _laid(others) == before


def test_a_second_name_of_our_file_stays(tmp_path):
    """A hard link is somebody's copy: our name goes and theirs stays."""
    with renewing(tmp_path / "plan", {}) as staged:
        (staged / "a.csv").write_text("a", encoding="utf-8")
    os.link(tmp_path / "plan" / "a.csv", tmp_path / "plan" / "kept.csv")
    purge(tmp_path, 0)
    assert (tmp_path / "plan" / "kept.csv").read_text(encoding="utf-8") == "a"
    assert not (tmp_path / "plan" / "a.csv").exists()


@pytest.mark.parametrize("name", ["A.csv", "a.CSV", "a.csv ", "a.csv.", "ａ.csv"])
def test_a_name_that_is_nearly_ours_is_not_ours(tmp_path, name):
    plan = tmp_path / "plan"
    with renewing(plan, {}) as staged:
        (staged / "a.csv").write_text("a", encoding="utf-8")
    if (plan / name).exists():
        pytest.skip("the file system takes the two for one")
    (plan / name).write_text("a", encoding="utf-8")
    planned = old_outputs(tmp_path, 0)
    assert purge(tmp_path, 0) == planned
    assert {path.name for path in plan.iterdir()} - {*manifest.locks.NAMES} == {name}


def test_strays_of_others_and_dates_to_come(tmp_path):
    """Names that begin as ours nearly do stay; what is dated next year was written today."""
    others = [".tmp-x", ".tmp-hemrund", ".tmp-hemrunda", ".TMP-HEMRUNDA-X", "x.tmp-hemrunda-1",
              ".tmp-other/.tmp-y"]  # fmt: skip
    (tmp_path / ".tmp-other").mkdir()
    for name in (*others, ".tmp-hemrunda-1"):
        (tmp_path / name).write_text(MINE, encoding="utf-8")
    os.utime(tmp_path / ".tmp-hemrunda-1", (4_000_000_000.0,) * 2)
    assert purge(tmp_path, 1) == []
    assert [old.path.name for old in purge(tmp_path, 0)] == [".tmp-hemrunda-1"]
    left = {p.relative_to(tmp_path).as_posix() for p in _laid(tmp_path)}
    assert left - {*manifest.locks.NAMES} == set(others)
