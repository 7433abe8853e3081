"""A file that somebody names in a plan's folder is ours: registered, purged, never the plan's."""

import json

import pytest

from data.errors import StoreError
from data.store import adding, named_file, read_manifest
from data.store.folder_locks import NAMES
from data.store.retention import old_outputs, purge


@pytest.fixture
def folder(tmp_path):
    """A folder with a manifest, and one file of a plan."""
    out = tmp_path / "plan"
    out.mkdir()
    with adding(out) as staged:
        (staged / "rounds.csv").write_text("rounds", encoding="utf-8")
    return out


def names(out):
    return {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()} - set(NAMES)


@pytest.mark.parametrize("name", ["contacts.csv", "load/load.csv", "Min lista.csv"])
def test_what_is_named_in_a_plans_folder_is_registered_and_purged(folder, name):
    """A list of contacts lay there for ever: no manifest said that it was ours."""
    with named_file(folder / name) as place:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("B0001;P0001", encoding="utf-8")
    assert (folder / name).read_text(encoding="utf-8") == "B0001;P0001"
    assert name in read_manifest(folder)["files"]
    told = {old.path for old in old_outputs(folder, 0)}
    assert folder / name in told
    assert {old.path for old in purge(folder, 0)} == told
    assert not folder.exists() or names(folder) == set()


@pytest.mark.parametrize(
    "name",
    ["rounds.csv", "Rounds.CSV", "private/plan.json", "PRIVATE/mine.csv", "manifest.json",
     "indata.xlsx", "beslut.csv", "network", ".hemrunda.lock", "load/../rounds.csv"],
)  # fmt: skip
def test_no_list_takes_the_place_of_the_plans_own_file(folder, name):
    """``ask contacts out --out out/rounds.csv`` made the plan unreadable."""
    before = names(folder)
    (folder / "load").mkdir()
    with pytest.raises(StoreError, match="planens egen fil"), named_file(folder / name) as place:
        place.write_text("a list", encoding="utf-8")
    assert names(folder) == before
    assert (folder / "rounds.csv").read_text(encoding="utf-8") == "rounds"


def test_where_no_plan_lies_a_file_is_what_it_is(tmp_path, folder):
    """Beside a plan, and in a folder whose manifest is not ours."""
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "manifest.json").write_text(json.dumps({"files": {}}), encoding="utf-8")
    for path in (tmp_path / "list.csv", foreign / "list.csv", foreign / "rounds.csv"):
        with named_file(path) as place:
            assert place == path
            place.write_text("mine", encoding="utf-8")
    assert json.loads((foreign / "manifest.json").read_text(encoding="utf-8")) == {"files": {}}
    assert set(read_manifest(folder)["files"]) == {"rounds.csv"}


def test_a_failed_list_leaves_the_folder_as_it_was(folder):
    """Neither a file nor a line of the manifest."""
    before = {name: (folder / name).read_bytes() for name in names(folder)}

    def write_half():
        with named_file(folder / "list.csv") as place:
            place.write_text("half", encoding="utf-8")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_half()
    assert {name: (folder / name).read_bytes() for name in names(folder)} == before
