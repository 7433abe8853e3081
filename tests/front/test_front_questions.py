"""The commands that answer questions about a finished plan."""

import csv
import datetime as dt
import json
import re

import pytest

from data.tables.out.headings import read_shared


def visit_rows(folder):
    with (folder / "out" / "private" / "rounds.csv").open(encoding="utf-8-sig", newline="") as file:
        return [row for row in csv.DictReader(file, delimiter=";") if row["kind"] == "visit"]


def test_explain_names_the_carer_and_the_others(small_run, run_cli):
    """Never a black box: a reason for each assignment (MA-05)."""
    row = visit_rows(small_run)[5]
    result = run_cli("explain", "out", row["visit_id"], "--day", row["date"], cwd=small_run)
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith(row["staff_id"])
    assert row["start"][:5] in result.stdout


def test_explain_says_which_dates_there_are(small_run, run_cli):
    """A wrong date is answered with the right ones."""
    row = visit_rows(small_run)[0]
    result = run_cli("explain", "out", row["visit_id"], "--day", "2031-01-01", cwd=small_run)
    assert result.returncode == 2
    assert row["date"] in result.stderr


def test_load_tells_nothing_of_who_is_protected(small_run, run_cli, tmp_path):
    """C7: one population in the table, so that no other file less it is a hidden need; no id."""
    from data.care.hidden import hidden_clients, shown_municipality
    from hemrunda.workfolder.plan_folder import open_plan
    from routing.rounds import load_curve

    plan = open_plan(small_run / "out", None, None, None)
    hidden = hidden_clients(plan.municipality)
    assert hidden
    table = tmp_path / "load.csv"
    result = run_cli("load", "out", "--csv", table, cwd=small_run)
    assert result.returncode == 0, result.stderr
    theirs = {v.visit_id for v in plan.municipality.visits if v.client_id in hidden}
    assert not theirs & set(re.findall(r"[\w-]+", result.stdout))
    told = sum(
        float(row["needed"].replace(",", "."))
        for row in read_shared(table.read_text(encoding="utf-8-sig"))
    )
    dates, town = plan.round_plan.dates, plan.municipality
    shown, everybody = (
        sum(q.needed for of in load_curve(one, teams, dates=dates).values() for q in of)
        for one, teams in ((shown_municipality(town), plan.shown.team_plan), (town, plan.team_plan))
    )
    assert abs(told - shown) < 0.5
    assert everybody - shown > 2


def test_load_writes_every_quarter(small_run, run_cli, tmp_path):
    """Need beside staff, for every quarter of the day (MA-38)."""
    table = tmp_path / "load.csv"
    result = run_cli("load", "out", "--csv", table, cwd=small_run)
    assert result.returncode == 0, result.stderr
    assert "topp över bemanningen" in result.stdout
    saved = re.findall(r"Vidga (\d+) tidsfönster med 30 min \((.*?)\) så räcker \d+: (.*) sparas",
                       result.stdout)  # fmt: skip
    assert saved
    assert all(int(n) == len(ids.split(", ")) for n, ids, _ in saved)
    assert "oftast gör en topp" in result.stdout
    lines = table.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "Datum;Grupp;Från;Behövs;I tjänst"
    assert len(lines) > 3 * 2 * 4 * 8


def test_load_is_a_page_of_hours_and_weekdays(small_run, run_cli, tmp_path):
    """Each team's week: need above staff in every hour, and what wider windows give at a peak."""
    page = tmp_path / "load.html"
    result = run_cli("ask", "load", "out", "--out", page, cwd=small_run)
    assert result.returncode == 0, result.stderr
    told = page.read_text(encoding="utf-8")
    table = tmp_path / "load.csv"
    run_cli("ask", "load", "out", "--out", table, cwd=small_run)
    rows = [line.split(";") for line in table.read_text(encoding="utf-8-sig").splitlines()[1:]]
    teams = sorted({row[1] for row in rows})
    assert told.count('<table class="heat">') == len(teams)
    # One square by hand: Mondays at eight in the first team, quarter by quarter.
    eight = [(float(needed.replace(",", ".")), float(at_work)) for day, team, at, needed, at_work
             in rows if team == teams[0] and at.startswith("08")
             and dt.date.fromisoformat(day).weekday() == 0]  # fmt: skip
    need, staff = (round(sum(pair[i] for pair in eight) / len(eight), 1) for i in (0, 1))
    first = told[told.index(f"Arbetslag {teams[0]}") :]
    hours = re.findall(r'<th scope="col">(\d\d)</th>', first[: first.index("</thead>")])
    monday = first[first.index("måndag") : first.index("tisdag")]
    cell = re.findall(r"<td[^>]*>(.*?)</td>", monday)[hours.index("08")]
    assert [float(one.replace(",", ".")) for one in cell.split("<br>")] == [need, staff]
    assert "Vidga fönster 30 min åt båda håll" in told


def test_candidates_come_in_order_with_reasons(small_run, run_cli):
    """The contact of today is among those ranked, and marked (LU-35)."""
    clients = read_shared((small_run / "out" / "clients.csv").read_text(encoding="utf-8-sig"))
    client = next(row for row in clients if row["contact_id"])
    result = run_cli(
        "contacts", "candidates", "out", client["client_id"], "--most", "100", cwd=small_run
    )
    assert result.returncode == 0, result.stderr
    header, *lines = result.stdout.splitlines()
    columns = ("Kandidat", "Platser kvar", "Min/v kvar", "Min bort", "Tak %", "Varför")
    places = [header.index(name) + len(name) for name in columns[1:5]]
    assert all(line[place - 1] != " " == line[place] for line in lines for place in places)
    assert "lediga min/vecka" not in result.stdout, "the columns tell it"
    marked = [line for line in lines if "kontakt nu" in line]
    assert len(marked) == 1
    assert client["contact_id"] in marked[0]


def test_burden_is_of_those_about_whom_something_must_be_done(small_run, run_cli):
    """LU-25: a row has its remark; all others who are a contact are named in one line."""
    result = run_cli("ask", "burden", "out", cwd=small_run)
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    well = "Inget att göra hos: "
    rows = [re.split(r"\s{2,}", line.strip()) for line in lines if re.match(r"L\d\d ", line)]
    assert all(len(row) == 6 and row[5] for row in rows)
    named = {row[1] for row in rows}
    others = {who for line in lines if line.startswith(well)
              for who in line.removeprefix(well).split(", ")}  # fmt: skip
    with (small_run / "out" / "clients.csv").open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, delimiter=";")
        contacts = {row["Omsorgskontakt"] for row in reader} - {""}
    assert not named & others
    assert contacts
    assert contacts <= named | others


def test_rounds_anew_keep_teams_and_contacts(small_run, run_cli, tmp_path):
    """Searching again must not move a single client."""
    result = run_cli(
        "rounds", "out", "--to", tmp_path / "ny", "--iterations", "1000", "--seed", "5",
        "--workers", "1", "--map-days", "0", cwd=small_run,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    old, new = (path / "clients.csv" for path in (small_run / "out", tmp_path / "ny"))
    assert old.read_bytes() == new.read_bytes()


def test_teams_report_has_a_line_per_team(small_run, run_cli, tmp_path):
    """Numbers that stand up before staff, union and board."""
    table = tmp_path / "lag.csv"
    result = run_cli("teams", "report", "out", "--csv", table, cwd=small_run)
    assert result.returncode == 0, result.stderr
    assert len(table.read_text(encoding="utf-8-sig").splitlines()) == 1 + 2


def test_redesign_tells_what_each_move_gives(small_run, run_cli, tmp_path):
    """From nobody moves to the best found: a table, a page, and who moves at each point."""
    out = small_run / "out"
    result = run_cli(
        "teams", "redesign", out / "indata.xlsx", "--network", out / "network",
        "--out", tmp_path / "om", "--seconds", "10", "--workers", "1", "--rounds", cwd=tmp_path,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    points = read_shared((tmp_path / "om" / "redesign.csv").read_text(encoding="utf-8-sig"))
    assert int(points[0]["clients_moved"]) == 0
    for point in points:
        moves = (tmp_path / "om" / f"moves-{point['point']}.csv").read_text(encoding="utf-8-sig")
        assert len(moves.splitlines()) - 1 <= int(point["clients_moved"])
        assert (tmp_path / "om" / "maps" / f"point-{point['point']}.html").exists()
    assert (tmp_path / "om" / "redesign.html").exists()
    # FA-21: the rounds behind each point, over the same days, to be set side by side.
    text = (tmp_path / "om" / "redesign-rounds.csv").read_text(encoding="utf-8-sig")
    rounds = read_shared(text)
    assert [row["point"] for row in rounds] == [point["point"] for point in points]
    for row in rounds:
        assert int(row["must_unplanned"]) <= int(row["unplanned"])
        shares = [float(row[f"{name}_pct"].replace(",", ".")) for name in ("contact", "travel")]
        assert all(5 < share < 95 for share in shares)
    assert "Rundorna bakom varje punkt" in result.stdout


def test_a_teams_day_when_not_all_times_can_be_kept(small_run, run_cli, tmp_path):
    """A hard window that nobody can keep helps no one: say how late instead."""
    row = next(row for row in visit_rows(small_run) if row["shift"] == "day")
    result = run_cli(
        "late", "out", "--team", row["team_id"], "--day", row["date"], "--seconds", "1",
        "--csv", tmp_path / "dag.csv", cwd=small_run,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    headline, *lines = result.stdout.strip().splitlines()
    counts = re.match(rf"{row['date']}: (\d+) besök planerade, (\d+) sena?\b", headline)
    assert counts is not None
    assert int(counts[1]) > 0
    assert sum(line.endswith("Ring brukaren.") for line in lines) == int(counts[2])
    assert (tmp_path / "dag.csv").exists()
    again = [
        run_cli(
            "late", "out", "--team", row["team_id"], "--day", row["date"], "--iterations", "200",
            "--json", cwd=small_run,
        ).stdout
        for _ in range(2)
    ]  # fmt: skip
    assert again[0] == again[1]
    stops = json.loads(again[0])["stops"]
    assert {(stop["kind"], stop["staff_id"]) for stop in stops} == {("visit", "")}, (
        "while anybody is protected no carer's day is told"
    )


def test_quick_takes_a_fifth_of_the_search(small_run, run_cli, tmp_path):
    """A first look in seconds where the default takes a minute: 30 iterations a visit, as told."""
    result = run_cli(
        "rounds", "out", "--to", tmp_path / "ny", "--days", "1", "--quick", "--map-days", "0",
        cwd=small_run,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    manifest = json.loads((tmp_path / "ny" / "manifest.json").read_text(encoding="utf-8"))
    measures = json.loads((tmp_path / "ny" / "measures.json").read_text(encoding="utf-8"))
    n_due = measures["municipality"]["planned"]["n_due"]
    assert 25 * n_due < manifest["n_iterations"] <= 30 * n_due


def test_what_does_not_fit_is_told_with_its_minutes(small_run, run_cli, tmp_path):
    """Without a search and with slack at every visit much is unplanned, and late.csv says how late
    each would be, without a word of it in the plan, which still keeps every rule."""
    settings = tmp_path / "hemrunda.toml"
    settings.write_text(
        "[rounds]\nslack_s_per_visit = 400\n[soft]\novertime_max_min = 45\n", "utf-8"
    )
    result = run_cli(
        "rounds", "out", "--to", tmp_path / "ny", "--seconds", "0", "--map-days", "0",
        "--config", settings, "--late-suggestions", cwd=small_run,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    exact = tmp_path / "ny" / "private"
    late, lacking = (
        list(csv.DictReader((exact / name).open(encoding="utf-8-sig"), delimiter=";"))
        for name in ("late.csv", "unplanned.csv")
    )
    names = {(row["visit_id"], row["carer_no"]) for row in lacking}
    assert late
    assert {(row["visit_id"], row["carer_no"]) for row in late} <= names
    assert max(int(row["overtime_min"]) for row in late) <= 45
    assert f"{late[0]['visit_id']} ({late[0]['client_id']})" in result.stdout
    proof = run_cli(
        "check-plan", tmp_path / "ny", "--input", small_run / "out" / "indata.xlsx",
        "--network", small_run / "out" / "network", "--config", settings, cwd=small_run,
    )  # fmt: skip
    assert proof.returncode == 0, proof.stdout + proof.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["explain", "out", "FINNSINTE"],
        ["contacts", "candidates", "out", "FINNSINTE"],
        ["late", "out", "--team", "FINNSINTE", "--day", "2026-03-02"],
    ],
)
def test_unknown_ids_get_one_clear_line(small_run, run_cli, arguments):
    """A misread id is the most common slip of all."""
    result = run_cli(*arguments, cwd=small_run)
    assert result.returncode == 2
    assert "finns inte" in result.stderr


def test_a_missing_option_is_called_by_the_name_that_holds(small_run, run_cli):
    """A command's old words are taken, and no longer taught."""
    for words in (("mend", "out"), ("mend", "rounds", "out")):
        result = run_cli(*words, cwd=small_run)
        assert result.returncode == 2
        assert "Det saknas '--out'." in result.stderr
        assert "--to" not in result.stderr


def test_how_a_plan_holds_is_told_with_the_comma_of_swedish(small_run, run_cli):
    """Only the names of files hold a point."""
    result = run_cli("ask", "rounds", "out", "--trials", "2", cwd=small_run)
    assert result.returncode == 0, result.stderr
    assert re.search(r"pass som slutar i tid +\d+,\d %", result.stdout)
    assert not re.search(r"\d\.\d", result.stdout)
