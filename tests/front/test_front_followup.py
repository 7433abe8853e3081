"""``hemrunda followup`` on a plan that was performed as planned: its own figures come back."""

import csv
import io
import json
from collections import defaultdict

import openpyxl
import pytest
from click.testing import CliRunner

from hemrunda.cli import group


def rows_of(path):
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")), delimiter=";"))


def shown_clients(small_run):
    """Whom a shared table may name: its first column."""
    return {next(iter(row.values())) for row in rows_of(small_run / "out/clients.csv")}


@pytest.fixture(scope="module")
def followed(small_run, run_cli, tmp_path_factory):
    """Our own rounds as an export of what was performed, visits only, with one stranger."""
    folder = tmp_path_factory.mktemp("utfort")
    visits = [r for r in rows_of(small_run / "out/private/rounds.csv") if r["kind"] == "visit"]
    # The plan chose contacts and teams; they are adopted first.
    result = run_cli(
        "decide", "plan", "out", "--input", "out/indata.xlsx", "--network", "out/network",
        "--out", folder / "antagen", "--by", "planerare", cwd=small_run,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    with (folder / "utfort.csv").open("w", encoding="cp1252", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["Datum", "Medarbetare", "Kundnr", "Insatsid", "Från", "Till"])
        writer.writerows([r["date"], r["staff_id"], r["client_id"], r["visit_id"], r["start"],
                          r["end"]] for r in visits)  # fmt: skip
    result = run_cli(
        "followup", folder / "utfort.csv", "--input", folder / "antagen", "--plan", "out",
        "--out", folder / "upp", "--json", cwd=small_run,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    return folder / "upp", json.loads(result.stdout), visits


def test_what_was_done_as_planned_has_the_plans_figures(followed, small_run):
    """Share by contact and vice and carers of everybody: the same as the plan's measures say."""
    _, told, visits = followed
    (period,) = told["periods"]
    whole = period["municipality"]
    measures = json.loads((small_run / "out/measures.json").read_text(encoding="utf-8"))
    shown = shown_clients(small_run)
    mine = [row["tier"] == "contact" for row in visits if row["client_id"] in shown]
    assert whole["contact_pct"] == round(100 * sum(mine) / len(mine), 1)
    assert whole["n_visits"] == len(mine)  # who is protected is in no sum
    assert set(period["areas"]) == set(measures["areas"])
    for team, scope in measures["teams"].items():
        assert period["teams"][team]["contact_pct"] == scope["who"]["tier_pct"]["contact"]
        assert period["teams"][team]["wished_15_pct"] == scope["continuity"]["wished_within_15_pct"]
    assert told["rows_left_out"] == 0


def test_the_tables_are_the_page_and_the_workbook(followed, small_run):
    """Each client's row is summed here from the export; the workbook holds the same rows."""
    folder, told, visits = followed
    n_visits, met = defaultdict(int), defaultdict(set)
    for row in visits:
        n_visits[row["client_id"]] += 1
        met[row["client_id"]].add(row["staff_id"])
    rows = {row["Brukare"]: row for row in rows_of(folder / "followup.csv")}
    shown = shown_clients(small_run)
    assert set(rows) <= shown
    for name, n in n_visits.items():
        if name not in shown:
            continue
        assert rows[name]["Besök"] == str(n)
        assert rows[name]["Olika personal, alla tider"] == str(len(met[name]))
    book = openpyxl.load_workbook(folder / "followup.xlsx")
    assert book.sheetnames == [
        "Kommun", "Område", "Arbetslag", "Brukare", "Räknas inte nationellt", "Exporten",
    ]  # fmt: skip
    assert book["Brukare"].max_row == len(rows) + 1
    page = (folder / "followup.html").read_text(encoding="utf-8")
    share = told["periods"][0]["municipality"]["contact_pct"]
    assert f">{str(share).replace('.', ',')}</td>" in page
    assert "B0" not in page  # groups only: no client is on the page


@pytest.mark.parametrize(
    ("more", "says"),
    [(["--from", "2030-01-01"], "--from ska ligga i exporten"), (["--out", "out", "--plan", "out"],
     "egen mapp")],
)  # fmt: skip
def test_what_cannot_be_followed_up_is_told(small_run, run_cli, followed, more, says):
    folder, _, _ = followed
    out = [] if "--out" in more else ["--out", str(folder.parent / "nej")]
    result = run_cli("followup", folder.parent / "utfort.csv", "--input", "out/indata.xlsx", *more,
                     *out, cwd=small_run)  # fmt: skip
    assert result.returncode != 0
    assert says in result.stderr


def test_what_must_be_given_is_asked_for(tmp_path):
    """An option that must be given is refused where it is left out, not met as nothing."""
    export = tmp_path / "utfort.csv"
    export.write_text("Datum;Personal;Start;Besök\n", encoding="utf-8")
    result = CliRunner().invoke(group, ["followup", str(export)])
    assert result.exit_code == 2
    assert "--input" in result.output
