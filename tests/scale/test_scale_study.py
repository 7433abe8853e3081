"""Many plans: a grid of scenarios and a folder of municipalities, stopped and gone on with."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pandas as pd
import pytest
from click.testing import CliRunner

import hemrunda as hr
from data.errors import SettingsError
from data.tables import write_input
from hemrunda.cli import group
from hemrunda.effort import Effort
from hemrunda.scale.cluster_address import executor_at
from hemrunda.scale.origins import origin_of
from hemrunda.scale.packing import Failed
from hemrunda.scale.region_run import TownFolder, plan_folder
from hemrunda.scale.study_grid import combinations, read_grid
from hemrunda.scale.study_run import study_of, what_if
from routing.network import save_network

GRID = """
[study]
input = "indata.xlsx"
network = "nat"
days = 1
iterations = 60

[grid]
seed = [1, 2]
"teams.clients_max" = [25, 35]
more_clients = [0, 5]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Tables and streets of a small town."""
    place = tmp_path_factory.mktemp("study")
    scenario = hr.demo(n_clients=40, n_days=1)
    write_input(scenario.municipality, place / "indata.xlsx")
    save_network(scenario.streets, place / "nat")
    (place / "studie.toml").write_text(GRID, encoding="utf-8")
    return place


def test_a_grid_is_every_combination(folder):
    grid = read_grid(folder / "studie.toml")
    assert len(grid) == 8
    assert len({one.varied for one in grid}) == 8
    assert {one.get("seed") for one in grid} == {1, 2}
    assert all(one.get("input") == "indata.xlsx" for one in grid)
    assert grid[0].settings == {"teams": {"clients_max": 25}}


def test_shifts_may_stand_as_the_roster_has_them():
    """The roster as it is beside others: no hours, and so nothing as if it were so."""
    as_it_is, longer = (what_if(one) for one in combinations({}, {"shift_hours": [0, 9.5]}))
    assert as_it_is.is_nothing
    assert longer.shift_hours == 9.5


def test_every_fault_of_a_grid_at_once():
    with pytest.raises(SettingsError) as caught:
        list(combinations({"inptu": 1, "days": [1]}, {"seed": 3, "frö": [1]}))
    text = str(caught.value)
    assert "inptu är okänt" in text
    assert "[study] days" in text
    assert "[grid] seed ska vara en lista" in text
    assert "frö är okänt" in text
    with pytest.raises(SettingsError, match="högst"):
        list(combinations({}, {"seed": list(range(200)), "days": list(range(1, 100))}))


def rows_there(out):
    """When each row that is there for good was written."""
    found = (out / "rows").glob("[!.]*.parquet")
    return {path.name: path.stat().st_mtime_ns for path in found}


def study(folder, out, *words):
    words = ["study", str(folder / "studie.toml"), "--out", str(out), "--json", *words]
    result = CliRunner().invoke(group, words)
    assert result.exit_code == 0, (result.output, result.exception)
    return json.loads(result.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def undisturbed(folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("whole") / "out"
    assert study(folder, out) == {
        "n_asked": 8, "n_made": 8, "n_failed": 0, "page": str(out / "index.html")
    }  # fmt: skip
    return out


def test_each_plan_is_a_row_that_tells_what_it_is_of(undisturbed):
    frame = pd.read_parquet(undisturbed / "study.parquet")
    assert len(frame) == 8
    assert frame["scenario"].is_unique
    assert set(frame["seed"]) == {1, 2}
    assert (frame["n_clients"] == 40 + frame["more_clients"]).all()
    assert (frame["clients_per_team_max"] <= frame["teams.clients_max"]).all()
    assert (frame["n_due"] >= frame["n_unplanned"]).all()
    page = (undisturbed / "index.html").read_text(encoding="utf-8")
    assert "Planer bredvid varandra" in page
    assert "8 planer" in page
    ids = {one.client_id for one in hr.demo(n_clients=40, n_days=1).municipality.clients}
    for path in undisturbed.rglob("*"):
        assert not path.is_file() or not [one for one in ids if one.encode() in path.read_bytes()]
    assert pd.read_csv(undisturbed / "study.csv", sep=";", decimal=",").shape == frame.shape


def test_a_study_that_is_killed_goes_on_to_the_same_table(folder, undisturbed, tmp_path):
    """Three kills in the middle; nothing made is made again, and no byte of the table differs."""
    out = tmp_path / "out"
    words = [sys.executable, "-m", "hemrunda", "study", str(folder / "studie.toml")]
    words += ["--out", str(out), "--workers", "1"]
    for n_kept in (1, 3, 5):
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 300
        while len(rows_there(out)) < n_kept:
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
    before = rows_there(out)
    assert len(before) >= 5
    assert study(folder, out)["n_made"] == 8
    after = rows_there(out)
    assert before.items() <= after.items()
    for name in ("study.parquet", "study.csv"):
        assert (out / name).read_bytes() == (undisturbed / name).read_bytes()


def test_what_cannot_be_planned_stops_nobody_else(folder, tmp_path):
    """A row with its cause, on the page and in the table; tried again when asked."""
    grid = GRID.replace("more_clients = [0, 5]", 'input = ["indata.xlsx", "finns-inte.xlsx"]')
    (folder / "trasig.toml").write_text(grid.replace("seed = [1, 2]", "seed = [1]"), "utf-8")
    words = ["study", str(folder / "trasig.toml"), "--out", str(tmp_path / "out"), "--json"]
    told = json.loads(CliRunner().invoke(group, words).stdout.splitlines()[-1])
    assert (told["n_made"], told["n_failed"]) == (2, 2)
    frame = pd.read_parquet(tmp_path / "out" / "study.parquet")
    assert frame["cause"].astype(bool).sum() == 2
    assert "Gick inte att planera" in (tmp_path / "out" / "index.html").read_text("utf-8")


def test_a_region_is_every_municipality_by_its_own_rules(folder, tmp_path):
    region = tmp_path / "region"
    for name in ("Alby", "Berga"):
        (region / name).mkdir(parents=True)
        shutil.copy(folder / "indata.xlsx", region / name)
        shutil.copy(folder / "nat", region / name / "network")
    (region / "Berga" / "hemrunda.toml").write_text("[teams]\nclients_max = 22\n", "utf-8")
    (region / "Cederby").mkdir()
    (region / "Cederby" / "indata.xlsx").write_bytes(b"no workbook")
    words = ["region", str(region), "--out", str(tmp_path / "out"), "--iterations", "60", "--json"]
    result = CliRunner().invoke(group, words)
    assert result.exit_code == 0, (result.output, result.exception)
    told = json.loads(result.stdout.splitlines()[-1])
    assert (told["n_made"], told["n_failed"]) == (2, 1)
    frame = pd.read_parquet(tmp_path / "out" / "study.parquet").set_index("scenario")
    assert list(frame.index) == ["Alby", "Berga", "Cederby"]
    assert frame.loc["Berga", "clients_per_team_max"] <= 22
    assert frame.loc["Cederby", "cause"]
    for name in ("Alby", "Berga"):
        checked = CliRunner().invoke(group, ["check", "plan", str(tmp_path / "out" / name)])
        assert checked.exit_code == 0, checked.output
    # What is there is not made again, unless what it was made from has changed.
    stamp = (tmp_path / "out" / "Alby" / "manifest.json").stat().st_mtime_ns
    assert CliRunner().invoke(group, words).exit_code == 0
    assert (tmp_path / "out" / "Alby" / "manifest.json").stat().st_mtime_ns == stamp
    (region / "Alby" / "hemrunda.toml").write_text("[teams]\nclients_max = 21\n", "utf-8")
    assert CliRunner().invoke(group, words).exit_code == 0
    frame = pd.read_parquet(tmp_path / "out" / "study.parquet").set_index("scenario")
    assert frame.loc["Alby", "clients_per_team_max"] <= 21


def test_a_worker_elsewhere_keeps_a_town_in_memory_only(folder, tmp_path, monkeypatch):
    """Files travel with the task, the plan's files come back, and the worker's folder is empty."""
    memory = tmp_path / "memory"
    memory.mkdir()
    monkeypatch.setenv("HEMRUNDA_WORKER_FOLDER", str(memory))
    files = {
        "indata.xlsx": (folder / "indata.xlsx").read_bytes(),
        "network": (folder / "nat").read_bytes(),
    }
    made = plan_folder(TownFolder("x", "", "", Effort(n_iterations=60, map_days=0), files))
    assert made.row["n_clients"] == 40
    assert {"clients.csv", "private/rounds.csv", "manifest.json"} <= set(made.files)
    assert not list(memory.iterdir())
    monkeypatch.setenv("HEMRUNDA_WORKER_FOLDER", str(tmp_path / "finns-inte"))
    with executor_at("threads:1") as executor:
        from hemrunda.scale.executors import Task

        (done,) = executor.stream(
            plan_folder, [Task("t", TownFolder("x", "", "", Effort(), files))]
        )
    assert isinstance(done.result, Failed)
    assert "HEMRUNDA_WORKER_FOLDER" in done.result.text


def test_a_study_in_python(tmp_path):
    """The same rows as a frame; what is of files is refused by name."""
    scenario = hr.demo(n_clients=40, n_days=1)
    grid = {"seed": [1, 2], "teams.clients_max": [25, 35]}
    frame = hr.study(scenario, grid, tmp_path / "s", iterations=60)
    assert list(frame["seed"]) == [1, 2, 1, 2] or list(frame["seed"]) == [1, 1, 2, 2]
    assert (frame["clients_per_team_max"] <= frame["teams.clients_max"]).all()
    assert not frame["cause"].any()
    again = hr.study(scenario, grid, tmp_path / "s", iterations=60)
    pd.testing.assert_frame_equal(frame, again)
    # Another town in the same folder has rows of its own.
    other = hr.study(hr.demo(n_clients=41, n_days=1), {"seed": [1]}, tmp_path / "s", iterations=60)
    assert list(other["n_clients"]) == [41]
    with pytest.raises(hr.HemrundaError, match="network"):
        hr.study(scenario, {"network": ["a"]}, tmp_path / "t")


def test_rows_are_of_what_they_were_made_from(folder, tmp_path):
    """Other streets, or settings beside the tables that nobody named, make other rows."""
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    (one, *_) = read_grid(copy / "studie.toml")

    def keys():
        return study_of([one], copy).keys

    first = keys()
    assert keys() == first
    assert study_of([one], folder).keys == first
    (copy / "hemrunda.toml").write_text("[teams]\nclients_max = 24\n", "utf-8")
    second = keys()
    assert second != first
    (copy / "nat").write_bytes((copy / "nat").read_bytes() + b" ")
    assert keys() not in (first, second)


def test_equal_things_have_one_origin_in_any_process():
    """Sets have no order of their own, and a field anywhere is seen."""
    town = hr.demo(n_clients=40, n_days=1).municipality
    code = (
        "import hemrunda as hr; from hemrunda.scale.origins import origin_of;"
        "print(origin_of(hr.demo(n_clients=40, n_days=1).municipality))"
    )
    for hash_seed in ("1", "2"):
        made = subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert made.stdout.strip() == origin_of(town)
    visit = town.visits[-1]
    longer = replace(visit, duration_s=visit.duration_s + 60)
    assert origin_of(replace(town, visits=(*town.visits[:-1], longer))) != origin_of(town)
    with pytest.raises(TypeError):
        origin_of(object())
