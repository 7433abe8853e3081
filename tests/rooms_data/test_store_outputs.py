"""What a run leaves: the columns of the contract, loss-free back, whole or not at all."""

import csv
import dataclasses
import datetime as dt
import io
import json
import os
import sqlite3
import stat
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import StoreError
from data.model import Base, Client, Municipality, Visit
from data.plans import PlanRow, RoundPlan, Team, TeamPlan, UnplannedRow
from data.store import Look, read_outputs, write_outputs
from data.store import folder_locks as locks
from data.store.outputs import CHECKED, SHARED

DAY = dt.date(2026, 11, 30)
MUNICIPALITY = Municipality(
    "Ekhamn",
    (
        Client("B1", 600_000.4, 6_600_000.0, team_id="L2"),
        Client("=B2", 600_100.0, 6_600_000.0, team_id="L1"),
        Client("B3", 612_345.0, 6_654_321.0, team_id="L1", protected=True),
    ),
    (Visit("V1", "B1", "morning", 1800, 25_200, 32_400, weekdays=(0, 2), every_weeks=2),),
    (),
    (),
    (Base("Lokal", 600_050.0, 6_600_050.0),),
)
TEAMS = TeamPlan(
    (Team("L1", "O1", "Lokal", ("=B2", "B1", "B3", "B4")),),
    {"B1": "P1", "B3": "P2"},
    {"B1": "P2"},
    {"P1": "L1", "P2": "L1"},
    {"P1": "O1", "P2": "O1"},
    {"P1": "Lokal", "P2": "Lokal"},
    {"P1": "P2", "P2": "P1"},
    {"=B2": "ingen med delegeringen"},
)


def row(**changes):
    base = PlanRow(DAY, "day", "R1", "L1", "P1", 1, "visit", "V1", "B1", 1, 25_201, 25_262, 27_000,
                   61, 120, 61, "bike", "contact")  # fmt: skip
    return dataclasses.replace(base, **changes)


ROUNDS = RoundPlan(
    (DAY, DAY + dt.timedelta(days=1)),
    (row(), row(seq=2, client_id="B3", visit_id="-V3", kind="visit", tier="vice")),
    (UnplannedRow(DAY, "V9", "=B2", 2, 1, "@ingen; har tid"),),
)


def write(out, **changes):
    values = {"measures": {"a": 1.5}, "manifest": {"seed": 7}, **changes}
    plan = values.pop("rounds", ROUNDS)
    return write_outputs(out, MUNICIPALITY, TEAMS, plan, **values)


def table(path):
    text = path.read_text(encoding="utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def test_columns_are_the_contract(tmp_path):
    # design.md section 2: other programs read these by name; English where it is asked for.
    write(
        tmp_path,
        look=Look("en"),
        team_table=[{"team_id": "L1", "compactness": 0.5, "contiguous": True}],
    )
    assert table(tmp_path / "teams.csv") == [
        ["team_id", "area_id", "n_clients", "care_min_week", "rounds_day", "rounds_evening",
         "travel_within_min", "compactness", "contiguous"],
        ["L1", "O1", "2", "30", "", "", "", "0,5", "1"],
    ]  # fmt: skip
    assert table(tmp_path / "clients.csv") == [
        ["client_id", "team_id", "contact_id", "vice_id", "x", "y", "previous_team_id", "moved",
         "evening_vice_id"],
        ["'=B2", "L1", "", "", "600100", "6600000", "L1", "0", ""],
        ["B1", "L1", "P1", "P2", "600000", "6600000", "L2", "1", ""],
    ]  # fmt: skip
    rounds = table(tmp_path / "rounds.csv")
    assert rounds[0] == [
        "date", "shift", "round_id", "team_id", "staff_id", "seq", "kind", "visit_id", "client_id",
        "carer_no", "arrive", "start", "end", "travel_s", "access_s", "wait_s", "mode", "tier",
    ]  # fmt: skip
    assert rounds[1][10:13] == ["", "06:00:00", ""]
    private = table(tmp_path / "private" / "rounds.csv")
    assert private[0] == rounds[0]
    assert private[1][10:13] == ["07:00:01", "07:01:02", "07:30:00"]
    assert table(tmp_path / "unplanned.csv")[0] == [
        "date", "visit_id", "client_id", "carer_no", "priority", "reason", "team_id", "cause",
        "remedy",
    ]  # fmt: skip
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["seed"] == 7
    assert set(manifest["files"]) >= {
        "rounds.csv", "private/plan.json", "plan.gpkg", "measures.json"
    }  # fmt: skip


def test_back_without_loss(tmp_path):
    write(tmp_path)
    assert read_outputs(tmp_path) == (TEAMS, ROUNDS)


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=9)
TIME = st.integers(0, 200_000)
ROWS = st.builds(
    PlanRow,
    st.dates(dt.date(1990, 1, 1), dt.date(2200, 1, 1)), st.sampled_from(["day", "evening"]), TEXT,
    TEXT, TEXT, TIME, st.sampled_from(["start", "visit", "break", "end"]), TEXT, TEXT,
    st.integers(0, 2), TIME, TIME, TIME, TIME, TIME, TIME, st.sampled_from(["walk", "car"]),
    st.sampled_from(["contact", ""]),
)  # fmt: skip
LEFT = st.builds(UnplannedRow, st.just(DAY), TEXT, TEXT, st.integers(1, 2), st.integers(1, 3), TEXT)


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(st.lists(ROWS, max_size=4), st.lists(LEFT, max_size=3))
def test_any_text_survives_the_files(tmp_path_factory, rows, unplanned):
    # F7, F8: quotes, separators, formula signs and apostrophes, in every text column.
    out = tmp_path_factory.mktemp("ut")
    plan = RoundPlan((DAY,), tuple(rows), tuple(unplanned))
    write(out, rounds=plan)
    assert read_outputs(out)[1] == plan


def test_protected_clients_are_in_no_list_and_on_no_map(tmp_path):
    # C7: neither their row nor their coordinates; unknown clients fail closed the same way.
    write(tmp_path)
    content = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"612345" not in content
    assert b"6654321" not in content
    assert [r[0] for r in table(tmp_path / "clients.csv")[1:]] == ["'=B2", "B1"]
    with sqlite3.connect(tmp_path / "plan.gpkg") as connection:
        names = {name for (name,) in connection.execute("SELECT client_id FROM clients")}
    assert names == {"=B2", "B1"}
    assert {r[8] for r in table(tmp_path / "rounds.csv")[1:]} == {"B1"}
    # Somebody must be sent, so the exact plan is there; its folder says what it is.
    assert {r[8] for r in table(tmp_path / "private" / "rounds.csv")[1:]} == {"B1", "B3"}


def test_geopackage_opens_with_gdal_and_carries_styles(tmp_path):
    # QGIS reads through GDAL; an independent reader must find points, system and attributes.
    pyogrio = pytest.importorskip("pyogrio")
    write(tmp_path)
    path = tmp_path / "plan.gpkg"
    kinds = dict(pyogrio.list_layers(path).tolist())
    assert kinds == {"clients": "Point", "bases": "Point", "teams": None, "rounds": None,
                     "unplanned": None, "layer_styles": None}  # fmt: skip
    info = pyogrio.read_info(path, layer="clients")
    assert (info["crs"], info["features"]) == ("EPSG:3006", 2)
    frame = pyogrio.read_dataframe(path, layer="clients")
    assert frame.geometry.iloc[1].coords[0] == (600_000.4, 6_600_000.0)
    with sqlite3.connect(path) as connection:
        styles = dict(connection.execute("SELECT f_table_name, styleQML FROM layer_styles"))
    assert set(styles) == {"clients", "bases"}


def test_workbook_beside_holds_text_only(tmp_path):
    # F7.
    write(tmp_path, rounds=dataclasses.replace(ROUNDS, rows=(row(visit_id="-V3"),)))
    book = openpyxl.load_workbook(tmp_path / "rounds.xlsx")
    cells = [cell for sheet in book for r in sheet.rows for cell in r]
    assert "f" not in {cell.data_type for cell in cells}
    assert any(cell.value == "-V3" for cell in cells)
    assert book.properties.creator in (None, "")  # F14


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX modes")
def test_files_are_private(tmp_path):
    # E8.
    old = os.umask(0)
    try:
        write(tmp_path / "ut")
    finally:
        os.umask(old)
    files = [p for p in (tmp_path / "ut").rglob("*") if p.is_file()]
    assert {stat.S_IMODE(p.stat().st_mode) for p in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "ut" / "private").stat().st_mode) == 0o700


def snapshot(out):
    return {
        p.relative_to(out).as_posix(): p.read_bytes()
        for p in out.rglob("*")
        if p.is_file() and p.name not in locks.NAMES
    }


@pytest.mark.parametrize("nth", range(1, 20))
@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_any_failing_call_leaves_the_last_good_set(tmp_path, monkeypatch, call, nth):
    # E3, E7: fail the n-th call for every n; old set whole, or new set whole, never a mixture.
    write(tmp_path)
    before = snapshot(tmp_path)
    n_calls = 0
    real = os.fsync if call == "fsync" else type(tmp_path).replace

    def failing(*arguments):
        nonlocal n_calls
        n_calls += 1
        if n_calls == nth:
            raise OSError(28, "No space left on device", "x")
        return real(*arguments)

    if call == "fsync":
        monkeypatch.setattr(os, "fsync", failing)
    else:
        monkeypatch.setattr(type(tmp_path), "replace", failing)
    try:
        write(tmp_path, manifest={"seed": 8}, rounds=RoundPlan((DAY,), (), ()))
    except StoreError:
        assert snapshot(tmp_path) == before
    else:
        assert json.loads(snapshot(tmp_path)["manifest.json"])["seed"] == 8
    monkeypatch.undo()
    read_outputs(tmp_path)


KILLED = """
import os, sys
sys.path.insert(0, {root!r})
import test_store_outputs as t
import pathlib
n = 0
real = pathlib.Path.replace
def killing(self, target):
    global n
    n += 1
    if n == {nth}:
        os._exit(9)
    return real(self, target)
pathlib.Path.replace = killing
t.write(pathlib.Path({out!r}), manifest={{"seed": 8}}, rounds=t.RoundPlan((t.DAY,), (), ()))
"""


@pytest.mark.parametrize("nth", [2, 3, 7, 18])
def test_a_kill_while_moving_is_finished_by_the_next_reader(tmp_path, nth):
    # E1, E2: the power goes in the middle; the new set was complete, so it is put in place.
    write(tmp_path)
    here = str(Path(__file__).parent)
    code = textwrap.dedent(KILLED).format(root=here, out=str(tmp_path), nth=nth)
    result = subprocess.run([sys.executable, "-c", code], check=False, cwd=Path.cwd())
    assert result.returncode == 9
    assert list(tmp_path.glob(".tmp-*"))
    _, rounds = read_outputs(tmp_path)
    assert rounds == RoundPlan((DAY,), (), ())
    assert not list(tmp_path.glob(".tmp-*"))


def test_a_kill_while_sweeping_is_swept_by_the_next_reader(tmp_path):
    # E1: all files were in place; only the marker was left of the folder.
    write(tmp_path)
    before = snapshot(tmp_path)
    (tmp_path / ".tmp-hemrunda-plan-old").mkdir()
    (tmp_path / ".tmp-hemrunda-plan-old" / "READY").touch()
    read_outputs(tmp_path)
    assert snapshot(tmp_path) == before


def test_a_failed_run_leaves_no_strays(tmp_path):
    # E2: client data in temporary files is removed, also what older runs left.
    (tmp_path / ".tmp-hemrunda-plan-old" / "new").mkdir(parents=True)
    (tmp_path / ".tmp-hemrunda-plan-old" / "new" / "clients.csv").write_text("B1", encoding="utf-8")
    (tmp_path / ".tmp-hemrunda-abc.csv").write_text("B1", encoding="utf-8")
    with pytest.raises(AttributeError):
        write_outputs(tmp_path, MUNICIPALITY, TEAMS, None, measures={}, manifest={})
    assert {p.name for p in tmp_path.iterdir()} == set(locks.NAMES)


def elsewhere(call, *arguments):
    """Call in another thread, which holds none of our locks; its error is ours."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(call, *arguments).result()


def test_second_writer_is_refused(tmp_path):
    # E4.
    for lock in (locks.locked, locks.writing):
        with lock(tmp_path), pytest.raises(StoreError, match="annan körning"):
            elsewhere(write, tmp_path)
    write(tmp_path)


def test_a_plan_on_a_read_only_share_can_be_read(tmp_path, monkeypatch):
    # A20: the area's folder may be read by many and written by one.
    write(tmp_path)

    def refuse(*_):
        raise PermissionError(13, "read-only")

    monkeypatch.setattr(locks, "_private", refuse)
    assert read_outputs(tmp_path) == (TEAMS, ROUNDS)
    with pytest.raises(StoreError, match="Rättigheter"):
        write(tmp_path)


def test_reading_waits_for_nobody_and_tells(tmp_path):
    # E4: a reader in the middle of another's writing would see half of each.
    write(tmp_path)
    with locks.locked(tmp_path), pytest.raises(StoreError, match="annan körning"):
        elsewhere(read_outputs, tmp_path)
    with locks.writing(tmp_path):  # a search of an hour hinders no reader
        elsewhere(read_outputs, tmp_path)


@pytest.mark.parametrize("name", [*CHECKED, *SHARED])
def test_one_flipped_bit_is_found(tmp_path, name):
    # E5.
    write(tmp_path)
    content = bytearray((tmp_path / name).read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / name).write_bytes(content)
    with pytest.raises(StoreError, match=name):
        read_outputs(tmp_path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda plan: plan.update(version=99), "version 99"),
        (lambda plan: plan.update(format="annat"), "ingen plan"),
        (lambda plan: plan["body"]["contact"].update(B1="P7"), "ändrad"),
        (lambda plan: plan["body"].pop("twin"), "ändrad"),
        (lambda plan: plan.pop("body"), "skadad"),
    ],
)
def test_plans_of_other_versions_or_changed_by_hand(tmp_path, change, said):
    # E5: even when the manifest is not asked.
    write(tmp_path)
    plan = json.loads((tmp_path / "private" / "plan.json").read_text(encoding="utf-8"))
    change(plan)
    (tmp_path / "private" / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    with pytest.raises(StoreError, match=said):
        read_outputs(tmp_path, verify=False)


def test_a_changed_round_can_be_read_unverified(tmp_path):
    # A planner edits rounds.csv in Excel and asks whether it still holds.
    write(tmp_path)
    path = tmp_path / "private" / "rounds.csv"
    path.write_bytes(path.read_bytes().replace(b"07:30:00", b"07:31:00"))
    with pytest.raises(StoreError, match="ändrats"):
        read_outputs(tmp_path)
    _, rounds = read_outputs(tmp_path, verify=False)
    assert rounds.rows[0].end_s == 27_060


@pytest.mark.parametrize("cell", ["07:30:00", "2026-11-30;day"])
def test_unreadable_rows_are_named(tmp_path, cell):
    write(tmp_path)
    path = tmp_path / "private" / "rounds.csv"
    path.write_bytes(path.read_bytes().replace(cell.encode(), b"kl halv"))
    with pytest.raises(StoreError, match=r"rounds\.csv, rad 2"):
        read_outputs(tmp_path, verify=False)


def test_no_plan_there(tmp_path):
    with pytest.raises(StoreError, match="ingen plan"):
        read_outputs(tmp_path)


def test_large_plans_skip_the_workbook(tmp_path, monkeypatch):
    monkeypatch.setattr("data.store.outputs.XLSX_ROWS_MAX", 0)
    names = {path.name for path in write(tmp_path)}
    assert "rounds.xlsx" not in names
    assert "rounds.csv" in names


def test_measures_are_json_for_any_reader(tmp_path):
    # A share of nothing is not a number; strict readers refuse NaN.
    np = pytest.importorskip("numpy")
    measures = {"a": float("nan"), "b": {1: np.float64(2.5), "c": (np.int64(3), np.arange(2))},
                "d": frozenset({"y", "x"}), "e": DAY}  # fmt: skip
    write(tmp_path, measures=measures)

    def refuse(text):
        raise AssertionError(text)

    text = (tmp_path / "measures.json").read_text(encoding="utf-8")
    assert json.loads(text, parse_constant=refuse) == {
        "a": None, "b": {"1": 2.5, "c": [3, [0, 1]]}, "d": ["x", "y"], "e": "2026-11-30",
    }  # fmt: skip


def test_same_plan_same_bytes(tmp_path):
    # One seed, one plan, one set of files: nothing of the clock gets into them.
    write(tmp_path / "a")
    write(tmp_path / "b")
    first, second = snapshot(tmp_path / "a"), snapshot(tmp_path / "b")
    assert first == second


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
@pytest.mark.parametrize("name", [*CHECKED, *SHARED, "manifest.json"])
@pytest.mark.parametrize("verify", [True, False])
def test_a_pipe_in_a_plans_folder_is_not_waited_for(tmp_path, name, verify):
    """Whatever of a plan a pipe stands for: it is refused, or not read."""
    write(tmp_path)
    if not (tmp_path / name).exists():
        pytest.skip("this plan has none")
    (tmp_path / name).unlink()
    os.mkfifo(tmp_path / name)
    if name in CHECKED or name == "manifest.json":
        with pytest.raises(StoreError):
            read_outputs(tmp_path, verify=verify)
    else:
        assert read_outputs(tmp_path, verify=verify)
