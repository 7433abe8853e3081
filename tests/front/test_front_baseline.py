"""``hemrunda baseline``: today's rounds imported, checked, measured, and put beside ours."""

import csv
import json

import pytest

from data.store import read_outputs
from data.tables.out.headings import read_shared
from maps.common.texts import texts
from routing.check import PLAN_RULES, TEAM_RULES

EXACT = "out/private/rounds.csv"


def rows_of(path):
    return read_shared(path.read_text(encoding="utf-8-sig"))


def write_rows(path, header, rows):
    with path.open("w", encoding="cp1252", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(header)
        writer.writerows(rows)
    return path


def test_our_own_rounds_come_back_with_the_same_hours(small_run, run_cli, tmp_path):
    """What we exported is read as today's plan: every visit, leg, break and minute."""
    result = run_cli(
        "baseline",
        EXACT,
        "--plan",
        "out",
        "--out",
        tmp_path / "nu",
        cwd=small_run,
    )
    assert result.returncode == 0, result.stderr
    assert "Nuläget → planen i out" in result.stdout
    before, now = (
        json.loads((folder / "measures.json").read_text(encoding="utf-8"))["municipality"]
        for folder in (tmp_path / "nu", small_run / "out")
    )
    before["planned"].pop("n_unplanned_by_reason")  # an export does not know why
    now["planned"].pop("n_unplanned_by_reason")
    for part in ("hours", "planned", "load"):
        assert before[part] == now[part]
    page = (tmp_path / "nu" / "baseline.html").read_text(encoding="utf-8")
    assert "Alla rader kunde läsas." in page
    assert "<th" in page
    assert "I dag" in page
    _, plan = read_outputs(tmp_path / "nu")
    _, ours = read_outputs(small_run / "out")
    assert [(r.staff_id, r.visit_id, r.start_s) for r in plan.rows] == [
        (r.staff_id, r.visit_id, r.start_s) for r in ours.rows
    ]
    manifest = json.loads((tmp_path / "nu" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["command"] == "baseline"
    assert list(manifest["export_sha256"]) == ["rounds.csv"]


@pytest.mark.parametrize("kinds", [("visit",), ("visit", "break", "handover", "meeting")])
def test_our_own_plan_cut_to_minutes_has_no_fault_of_travel(small_run, run_cli, tmp_path, kinds):
    """An export holds hours and minutes: what the cut took away is nobody's fault.

    Neither is what the export never holds: handover, breaks.
    """
    rows = [
        [r["date"], r["staff_id"], r["kind"], r["visit_id"], r["client_id"], r["start"][:5],
         r["end"][:5]]
        for r in rows_of(small_run / EXACT) if r["kind"] in kinds
    ]  # fmt: skip
    header = ["Datum", "Personal", "Slag", "Besök", "Brukare", "Start", "Slut"]
    export = write_rows(tmp_path / "rundor.csv", header, rows)
    result = run_cli(
        "baseline", export, "--input", "out/indata.xlsx", "--network", "out/network",
        "--out", tmp_path / "nu", "--json", cwd=small_run,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    told = json.loads(result.stdout)
    assert told["travel_gaps"] == {"högst 1 min": 0, "1–5 min": 0, "över 5 min": 0}
    broken = {row["rule"] for row in rows_of(tmp_path / "nu" / "faults.csv")}
    assert not broken & {"arithmetic", "travel", "access", "shift_end", "sync", "handover", "break"}


def test_time_that_is_missing_is_counted_by_size(small_run, run_cli, tmp_path):
    """A visit moved ten minutes forward lacks over five minutes, and is counted so."""
    visits = [r for r in rows_of(small_run / EXACT) if r["kind"] == "visit"]
    rows = [[r["date"], r["staff_id"], r["visit_id"], r["start"][:5], r["end"][:5]] for r in visits]
    late = next(i for i, r in enumerate(visits) if i and r["round_id"] == visits[i - 1]["round_id"])
    rows[late][3] = rows[late - 1][4]
    hours, minutes = map(int, rows[late][3].split(":"))
    total = hours * 60 + minutes - 10
    rows[late][3] = f"{total // 60:02d}:{total % 60:02d}"
    header = ["Datum", "Personal", "Besök", "Start", "Slut"]
    export = write_rows(tmp_path / "rundor.csv", header, rows)
    result = run_cli(
        "baseline", export, "--input", "out/indata.xlsx", "--network", "out/network",
        "--out", tmp_path / "nu", "--json", cwd=small_run,
    )  # fmt: skip
    assert json.loads(result.stdout)["travel_gaps"]["över 5 min"] >= 1


def test_faults_of_the_export_are_told_and_do_not_stop(small_run, run_cli, tmp_path):
    """A temp nobody knows, a client who has gone, a double booking, a row given twice."""
    visits = [r for r in rows_of(small_run / EXACT) if r["kind"] == "visit"]
    rows = [[r["date"], r["staff_id"], r["client_id"], r["start"], r["end"]] for r in visits]
    rows[3][1] = "VIKARIE-7"
    rows[4][2] = "BORTA"
    rows.append(rows[0])
    header = ["Datum", "Medarbetare", "Kundnr", "Start", "Slut"]
    export = write_rows(tmp_path / "rundor.csv", header, rows)
    result = run_cli(
        "baseline", export, "--input", "out/indata.xlsx", "--network", "out/network",
        "--out", tmp_path / "nu", "--json", cwd=small_run,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    told = json.loads(result.stdout)
    assert told["export_faults"]["okänd personal"] == 1
    assert told["export_faults"]["okänd brukare eller okänt besök"] == 1
    assert told["export_faults"]["samma rad två gånger"] == 1
    assert told["rows_left_out"] >= 3
    assert told["breaches"] > 0
    faults = rows_of(tmp_path / "nu" / "faults.csv")
    assert {row["kind"] for row in faults} == {"export", "rule"}
    assert [row["row"] for row in faults if "VIKARIE-7" in row["message"]] == ["5"]
    page = (tmp_path / "nu" / "baseline.html").read_text(encoding="utf-8")
    assert "okänd personal" in page
    assert "B0" not in page  # numbers only: nobody's id on the page


def test_rounds_that_name_no_carer(small_run, run_cli, tmp_path):
    """The planning system's own export: weekday and round (Slinga), one row per visit."""
    days = ["mån", "tis", "ons", "tors", "fre", "lör", "sön"]
    plan = read_outputs(small_run / "out")[1]
    rows = [
        [r.client_id, "Gatan 1", "", "", days[r.date.weekday()],
         f"{r.start_s // 3600:02d}:{r.start_s // 60 % 60:02d}", (r.end_s - r.start_s) // 60, 15, 15,
         "", f"{r.staff_id} {r.shift}", "Tillsyn"]
        for r in plan.rows
        if r.kind == "visit" and r.date == plan.dates[0]
    ]  # fmt: skip
    header = ["Kundnr", "Gata", "Postnr", "Ort", "weekday", "originalstarttime", "Längd",
              "Min före", "Min efter", "Dubbelid", "Slinga", "Insatser"]  # fmt: skip
    export = write_rows(tmp_path / "slingor.csv", header, rows)
    result = run_cli(
        "baseline", export, "--plan", "out", "--out", tmp_path / "nu", "--days", "1", cwd=small_run
    )
    assert result.returncode == 0, result.stderr
    assert "slinga räknas som en egen medarbetare" in result.stderr
    measures = json.loads((tmp_path / "nu" / "measures.json").read_text(encoding="utf-8"))
    scope = measures["municipality"]
    assert scope["who"] == {}
    assert scope["continuity"]["distinct_carers_mean"] is None
    assert scope["hours"]["n_rounds"] == len({row[10] for row in rows})
    assert scope["hours"]["travel_min"] > 0
    assert scope["planned"]["n_planned"] >= 0.95 * len(rows)
    page = (tmp_path / "nu" / "baseline.html").read_text(encoding="utf-8")
    assert "vem som möter vem kan inte mätas" in page
    assert ">I dag<" in page
    assert ">Förslag<" in page
    assert ">Nu<" not in page  # nobody knows whether that is today's plan or ours


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([EXACT], "--input"),
        ([EXACT, "--plan", "out", "--out", "out"], "egen mapp"),
        (["out/clients.csv", "--plan", "out"], "kolumnen saknas"),
        ([EXACT, "--plan", "out/maps", "--input", "out/indata.xlsx", "--network",
          "out/network"], "inga mått"),
    ],
)  # fmt: skip
def test_what_is_missing_is_told(small_run, run_cli, tmp_path, arguments, says):
    if "--out" not in arguments:
        arguments = [*arguments, "--out", str(tmp_path / "nu")]
    result = run_cli("baseline", *arguments, cwd=small_run)
    assert result.returncode != 0
    assert says in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "nu").exists()


def test_every_rule_has_words():
    for language in ("sv", "en"):
        words = texts(language)
        codes = {rule.__name__.rstrip("_") for rule in (*PLAN_RULES, *TEAM_RULES)} - {"covered"}
        codes |= {"unknown_id", "coverage"}
        assert sorted(code for code in codes if f"rule_{code}" not in words) == []
