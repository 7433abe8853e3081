"""The whole chain as a user meets it: a command in a folder, files out, and nothing else."""

import json
import re
import shutil
import signal
import subprocess
import sys
import time

import pytest

from data.tables.out.headings import columns_of, headed, read_shared

TEAMS = "team_id area_id n_clients care_min_week rounds_day rounds_evening travel_within_min "
TEAMS += "compactness contiguous"
CLIENTS = "client_id team_id contact_id vice_id x y previous_team_id moved evening_vice_id"
ROUNDS = "date shift round_id team_id staff_id seq kind visit_id client_id carer_no arrive start "
ROUNDS += "end travel_s access_s wait_s mode tier"
UNPLANNED = "date visit_id client_id carer_no priority reason team_id cause remedy"


def rows_of(path):
    return read_shared(path.read_text(encoding="utf-8-sig"))


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("teams.csv", TEAMS),
        ("clients.csv", CLIENTS),
        ("rounds.csv", ROUNDS),
        ("unplanned.csv", UNPLANNED),
    ],
)
def test_tables_have_the_promised_columns(small_run, name, columns):
    """Spreadsheets are built on the Swedish names, scripts on the English that each leads to."""
    first = (small_run / "out" / name).read_text(encoding="utf-8-sig").splitlines()[0].split(";")
    assert list(columns_of(first)) == columns.split()
    assert first == list(headed(columns.split(), "sv")) != columns.split()


def test_summary_is_short_and_swedish(small_run):
    """What a manager asks first must be on the screen without opening a file."""
    shown = (small_run / "shown.txt").read_text(encoding="utf-8")
    for word in (
        "Byter arbetslag",
        "Byter omsorgskontakt",
        "Besök planerade",
        "Olika personal",
        "Brukartid",
        "Nästa steg:",
    ):
        assert word in shown
    assert "index.html" in shown
    assert len(shown.splitlines()) < 40


def test_every_file_of_the_plan_is_there(small_run):
    """A missing file is noticed in the meeting, not before it."""
    out = small_run / "out"
    for name in ("measures.json", "manifest.json", "rounds.xlsx", "indata.xlsx"):
        assert (out / name).stat().st_size > 0
    assert json.loads((out / "manifest.json").read_text(encoding="utf-8"))["seed"] == 1
    assert len(list((out / "maps").glob("*.html"))) == 2


def test_files_are_for_their_owner_only(small_run):
    """A plan says who receives care (faults.md E8)."""
    if sys.platform == "win32":
        pytest.skip("POSIX modes")
    open_to_others = [
        path.name for path in (small_run / "out").rglob("*") if path.stat().st_mode & 0o077
    ]
    assert not [name for name in open_to_others if (small_run / "out" / name).is_file()]


def test_the_plan_read_back_passes_the_checker(small_run, run_cli):
    """What was proved in memory must hold for what lies on disk."""
    result = run_cli("check-plan", "out", cwd=small_run)
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.startswith("0 brott")


def test_a_plan_changed_by_hand_is_refused(small_run, run_cli, tmp_path):
    """Someone moves a visit in Excel: the checker, or the checksum, says so."""
    shutil.copytree(small_run / "out", tmp_path / "out")
    table = tmp_path / "out" / "private" / "rounds.csv"
    text = table.read_text(encoding="utf-8-sig")
    line = next(line for line in text.splitlines() if ";visit;" in line)
    table.write_text(text.replace(line + "\n", "", 1).replace(line + "\r\n", "", 1), "utf-8")
    result = run_cli("check-plan", "out", cwd=tmp_path)
    assert result.returncode != 0
    assert "Traceback" not in result.stderr


def test_same_seed_same_plan_whatever_workers_and_hash_seed(small_run, run_cli, tmp_path):
    """Two people must be able to talk about the same plan (faults.md D4)."""
    options = ["--clients", "60", "--days", "3", "--iterations", "2000", "--workers", "2"]
    result = run_cli("demo", *options, cwd=tmp_path, PYTHONHASHSEED="77")
    assert result.returncode == 0, result.stderr
    for name in ("clients.csv", "rounds.csv", "unplanned.csv", "teams.csv"):
        assert (tmp_path / "out" / name).read_bytes() == (small_run / "out" / name).read_bytes()


def test_plan_on_own_tables_gives_the_demo_plan(small_run, run_cli, tmp_path):
    """The demo takes no short cut past the tables: from its own Excel book comes its own plan."""
    options = ["--iterations", "2000", "--workers", "1", "--map-days", "0", "--out", "plan",
               "--new-teams"]  # fmt: skip
    source = small_run / "out" / "indata.xlsx"
    network = small_run / "out" / "network"
    result = run_cli("plan", source, "--network", network, *options, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    made, demo = (rows_of(p) for p in (tmp_path / "plan/rounds.csv", small_run / "out/rounds.csv"))
    assert made == demo


def test_faults_come_all_at_once_and_nothing_is_written(small_run, run_cli, tmp_path):
    """One round of corrections; the exit code tells scripts; the folder stays as it was."""
    import openpyxl

    book = openpyxl.load_workbook(small_run / "out" / "indata.xlsx")
    sheet = book["Besök"]
    headers = [cell.value for cell in sheet[1]]
    length = next(i for i, header in enumerate(headers, 1) if re.search("(?i)minuter", str(header)))
    sheet.cell(2, length).value = -5
    sheet.cell(3, length).value = "lång"
    book.save(tmp_path / "trasig.xlsx")
    result = run_cli("check", "trasig.xlsx", cwd=tmp_path)
    assert result.returncode == 2
    assert "2 fel" in result.stderr
    for part in ("trasig.xlsx", "Besök", "rad 2", "rad 3"):
        assert part in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["trasig.xlsx"]


def test_first_ctrl_c_writes_the_best_checked_plan(small_run, run_cli, tmp_path):
    """A planner who has waited long enough gets what there is, proved like any other plan."""
    if sys.platform == "win32":
        pytest.skip("POSIX signals")
    command = [sys.executable, "-m", "hemrunda", "demo", "--clients", "60", "--days", "3"]
    command += ["--seconds", "120", "--workers", "1"]
    process = subprocess.Popen(
        command, cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    seen = ""
    while "Planerar rundor" not in seen:
        seen = process.stderr.readline()
        assert seen, "the run ended before the rounds began"
    time.sleep(1.0)
    process.send_signal(signal.SIGINT)
    started = time.monotonic()
    _, told = process.communicate(timeout=90)
    assert process.returncode == 0, told
    assert time.monotonic() - started < 60
    assert "Stannar" in told
    assert run_cli("check-plan", "out", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["plna"],
        ["plan", "finns-inte.xlsx"],
        ["demo", "--seconds", "-1"],
        ["demo", "--clients", "3"],
    ],
)
def test_wrong_calls_get_one_clear_line(run_cli, tmp_path, arguments):
    """No traceback for a slip of the finger."""
    result = run_cli(*arguments, cwd=tmp_path)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
