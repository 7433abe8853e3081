"""``hemrunda write sheets|report``: what is asked for reaches the files."""

import csv
import re

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from data.tables.out.headings import read_shared
from hemrunda.cli import group

PHRASE = "korrekt häst batteri"

EXACT = "out/private/rounds.csv"


@pytest.fixture(scope="module")
def own_round(small_run):
    """Date, carer and clients of the plan's first round with visits."""
    with (small_run / EXACT).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    first = next(row for row in rows if row["kind"] == "visit")
    mine = [row["client_id"] for row in rows if row["round_id"] == first["round_id"]]
    others = {row["client_id"] for row in rows} - set(mine)
    return first["date"], first["staff_id"], [one for one in mine if one], others - {""}


@pytest.fixture
def sheets(small_run, own_round, tmp_path):
    """Run the command for that round; give what was told and the files by ending."""

    def run(*more, typed=""):
        day, carer, *_ = own_round
        result = CliRunner().invoke(
            group,
            ["sheets", str(small_run / "out"), "--day", day, "--staff", carer,
             "--to", str(tmp_path / "blad"), *more],
            input=typed,
        )  # fmt: skip
        folder = tmp_path / "blad"
        kinds = (".pdf", ".html", ".gpx", ".ics")
        found = {path.suffix: path for path in folder.glob("*") if path.suffix in kinds}
        return result, found

    return run


def test_sealed_phone_sheets_hold_nothing_in_the_open(sheets, own_round):
    """G10: asked for twice, never shown, nowhere in a file; the page holds no id."""
    pytest.importorskip("cryptography", reason="the extra 'sealed' is not installed")
    result, found = sheets("--own-passphrase", typed=f"{PHRASE}\n{PHRASE}\n")
    assert result.exit_code == 0, result.output
    assert PHRASE not in result.output
    assert "olåsta" in result.output
    page = found[".html"].read_text(encoding="utf-8")
    assert '<li class="visit' not in page
    assert not [one for one in own_round[2] if re.search(rf"\b{re.escape(one)}\b", page)]
    assert not [path for path in found.values() if PHRASE.encode() in path.read_bytes()]


def test_each_carer_gets_a_passphrase_of_her_own(sheets, own_round):
    """G10: drawn by us, shown once, in no file."""
    pytest.importorskip("cryptography", reason="the extra 'sealed' is not installed")
    result, found = sheets("--sealed")
    assert result.exit_code == 0, result.output
    phrase = re.search(rf"^{own_round[1]}: (\S+)$", result.output, re.MULTILINE)[1]
    assert len(phrase.replace("-", "")) == 24
    assert not [path for path in found.values() if phrase.encode() in path.read_bytes()]


@pytest.mark.parametrize(
    "typed",
    [
        "kort\nkort\n",
        "lösenord2026\n" * 2,
        "2026-03-02-P0014\n" * 2,
        "p@ssw0rd12345\n" * 2,
        f"{PHRASE}\nnågot annat här\n",
        "",
    ],
    ids=["short", "weak", "a date and an id", "signs for letters", "unlike", "none"],
)
def test_a_bad_passphrase_leaves_no_files(sheets, typed):
    """Better no sheet than one that lies open."""
    pytest.importorskip("cryptography", reason="the extra 'sealed' is not installed")
    result, found = sheets("--own-passphrase", typed=typed)
    assert result.exit_code != 0
    assert found == {}


def test_phone_on_delay_is_on_every_kind_of_sheet(sheets, own_round):
    """MA-28: the flag stands at that client's stop, and at no other's."""
    pinned = own_round[2][0]
    result, found = sheets("--phone-on-delay", pinned)
    assert result.exit_code == 0, result.output
    page = found[".html"].read_text(encoding="utf-8")
    flagged = [item for item in page.split("<li") if "ring vid försening" in item.lower()]
    assert flagged
    assert all(pinned in item for item in flagged)
    paper = "".join(one.extract_text() for one in PdfReader(found[".pdf"]).pages)
    assert "ring vid försening" in " ".join(paper.split()).lower()


def test_without_the_flag_nobody_is_to_be_phoned(sheets):
    _, found = sheets()
    assert "ring vid försening" not in found[".html"].read_text(encoding="utf-8").lower()


def test_phone_on_delay_of_nobody_is_refused(sheets):
    """A slip in an id would else be a client who waits for a call."""
    result, found = sheets("--phone-on-delay", "finns-inte")
    assert "finns inte i planen" in str(result.exception)
    assert found == {}


def test_sheets_hold_own_clients_only(sheets, own_round):
    """Requirements 2.1: nobody else's client is on a carer's sheet."""
    _, found = sheets()
    page = found[".html"].read_text(encoding="utf-8")
    assert own_round[2][0] in page
    assert not [one for one in own_round[3] if re.search(rf"\b{re.escape(one)}\b", page)]


def test_no_round_is_told_not_an_empty_folder(small_run, tmp_path):
    result = CliRunner().invoke(
        group, ["sheets", str(small_run / "out"), "--staff", "ingen", "--to", str(tmp_path / "b")]
    )
    assert "Ingen runda" in str(result.exception)
    assert not (tmp_path / "b").exists()


def test_report_compares_with_the_table_or_with_a_plan(small_run, tmp_path):
    """The division of today from the clients' table; measures too where a plan is given."""
    import shutil

    shutil.copytree(small_run / "out", tmp_path / "out")
    out = str(tmp_path / "out")
    first = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "Indelningen i siffror" in first
    assert first.count(">Före</th>") == 2, "the division, and its shape in the appendix"
    result = CliRunner().invoke(
        group, ["report", out, "--before", str(small_run / "out"), "--profile", "council", "--pdf"]
    )
    assert result.exit_code == 0, result.output
    page = (tmp_path / "out" / "report-council.html").read_text(encoding="utf-8")
    assert page.count(">Före</th>") == 4  # five figures, the division, all measures, the shape
    assert "0 av " in page  # nobody moves between a plan and itself
    assert "oförändrat" in page
    text = "".join(p.extract_text() for p in PdfReader(tmp_path / "out/report-council.pdf").pages)
    assert "Före" in text


def test_report_refuses_a_folder_that_is_no_plan(small_run, tmp_path):
    (tmp_path / "tom").mkdir()
    result = CliRunner().invoke(
        group, ["report", str(small_run / "out"), "--before", str(tmp_path / "tom")]
    )
    assert "har ingen plan" in str(result.exception)


def test_the_geopackage_is_read_by_geopandas(small_run, tmp_path):
    """MA-39: what QGIS would see: clients in SWEREF 99 TM inside the town, by team."""
    geopandas = pytest.importorskip("geopandas")
    words = ["write", "layers", str(small_run / "out"), "--to", str(tmp_path)]
    result = CliRunner().invoke(group, words)
    assert result.exit_code == 0, result.exception
    layers = tmp_path / "plan.gpkg"
    assert result.stdout.strip() == str(layers)
    assert not (small_run / "out" / "plan.gpkg").exists(), "made where it is asked for"
    clients = read_shared((small_run / "out" / "clients.csv").read_text(encoding="utf-8-sig"))
    team_of = {row["client_id"]: row["team_id"] for row in clients}
    frame = geopandas.read_file(layers, layer="clients")
    assert frame.crs.to_epsg() == 3006
    assert dict(zip(frame["client_id"], frame["team_id"], strict=True)) == team_of
    assert frame.geometry.is_valid.all()
    assert (abs(frame.geometry.x - frame["x"]) < 1).all()
    with (small_run / EXACT).open(encoding="utf-8-sig", newline="") as file:
        rows = [r["client_id"] for r in csv.DictReader(file, delimiter=";") if r["kind"] == "visit"]
    rounds = geopandas.read_file(layers, layer="rounds")
    # Protected clients are in the carers' tables, and on no map (C7); while there are any, the
    # rounds that are shared tell of visits alone, without the clocks that would give them away.
    assert set(rows) - set(team_of)
    assert sorted(rounds["client_id"]) == sorted(client for client in rows if client in team_of)
