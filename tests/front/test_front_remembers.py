"""A plan's folder is enough for every later command; teams of today are kept; a point is taken."""

import json
import re
import shutil
from types import SimpleNamespace

import openpyxl
import pytest
from click.testing import CliRunner

from data.errors import StoreError
from data.store import read_outputs
from data.store.plan_files import parse_plan_json
from data.tables import read_input
from data.tables.out.headings import read_shared
from hemrunda.cli import group
from routing.measures.numbers import never_whole
from routing.measures.planned import planned_visits

SHORT = ["--days", "1", "--iterations", "20", "--workers", "1", "--map-days", "0"]


def told(*args):
    return CliRunner().invoke(group, [str(arg) for arg in args], catch_exceptions=True)


@pytest.fixture(scope="module")
def own(small_run, tmp_path_factory):
    """A municipality's own workbook and streets, and plans of them: copied, and by path."""
    folder = tmp_path_factory.mktemp("eget")
    shutil.copy(small_run / "out" / "indata.xlsx", folder / "egen.xlsx")
    shutil.copy(small_run / "out" / "network", folder / "nat")
    (folder / "hemrunda.toml").write_text('[general]\nname = "Provköping"\n', encoding="utf-8")
    shown = {}
    for name, kept in (("plan", "kopia"), ("stig", "sökväg")):
        result = told("plan", folder / "egen.xlsx", "--network", folder / "nat", "--out",
                      folder / name, "--keep", kept, *SHORT)  # fmt: skip
        assert result.exit_code == 0, result.output
        shown[name] = result.output
    return folder, shown


def teams_in(folder):
    return read_outputs(folder)[0].team_of_client


def test_teams_of_today_are_kept_unless_new_ones_are_asked_for(own, small_run):
    """Nobody moves unasked (LU-06); the demo's new teams move many of the same clients."""
    folder, shown = own
    clients = read_input(folder / "egen.xlsx").municipality.clients
    today = {c.client_id: c.team_id for c in clients}
    seen = {c.client_id for c in clients if not c.protected}
    kept = {client: t for client, t in teams_in(folder / "plan").items() if client in seen}
    moved = [client for client, team in kept.items() if today[client] != team]
    assert f"Byter arbetslag: {len(moved)} av {len(kept)} brukare" in shown["plan"]
    assert moved
    assert f"där det går: {len(moved)} brukare måste byta lag" in shown["plan"]
    new = teams_in(small_run / "out")
    assert sum(today[client] != team for client, team in new.items()) > 2 * len(moved)
    assert all(f"{client}: {today[client]} → {kept[client]}" in shown["plan"] for client in moved)
    refused = told("plan", folder / "egen.xlsx", "--new-teams", "--changes", "5")
    assert refused.exit_code == 2
    assert "går inte ihop" in refused.stderr


def test_the_folder_alone_is_enough(own, tmp_path):
    """Moved away from its input, a plan is checked, asked and written as before."""
    folder, _ = own
    shutil.copytree(folder / "plan", tmp_path / "plan")
    checked = told("check", tmp_path / "plan")
    assert checked.exit_code == 0, checked.output
    assert checked.output.startswith("0 brott")
    made = told("write", "report", tmp_path / "plan", "--profil", "nämnd")
    assert made.exit_code == 0, made.output
    page = (tmp_path / "plan" / "index.html").read_text(encoding="utf-8")
    assert 'href="report-council.html"' in page
    assert "Provköping" in (tmp_path / "plan" / "hemrunda.toml").read_text(encoding="utf-8")
    source = json.loads((tmp_path / "plan" / "private" / "source.json").read_text("utf-8"))
    assert source["is_copied"]
    assert list((tmp_path / "plan" / "private").glob("*.restider"))


def test_a_copy_that_is_older_than_the_users_file_is_told_of(own, tmp_path):
    """The plan stands on what it was made from, and says so."""
    folder, _ = own
    assert "har ändrats" not in told("ask", "burden", folder / "plan").stderr
    book = openpyxl.load_workbook(folder / "egen.xlsx")
    kept = (folder / "egen.xlsx").read_bytes()
    book.save(folder / "egen.xlsx")
    try:
        shown = told("ask", "burden", folder / "plan")
        assert shown.exit_code == 0
        assert "egen.xlsx har ändrats sedan planen gjordes" in shown.stderr
        by_path = told("ask", "burden", folder / "stig")
        assert isinstance(by_path.exception, StoreError)
        assert "har ändrats sedan planen i stig gjordes" in str(by_path.exception)
    finally:
        (folder / "egen.xlsx").write_bytes(kept)


def test_an_input_that_has_moved_is_told_of(own, tmp_path):
    """The copy is asked; that it is a copy, and not the file the user may have edited, is said."""
    folder, _ = own
    shutil.copytree(folder / "plan", tmp_path / "plan")
    source = tmp_path / "plan" / "private" / "source.json"
    facts = json.loads(source.read_text("utf-8"))
    assert "ligger inte kvar" not in told("check", tmp_path / "plan").stderr
    moved = {**facts, "tables": str(tmp_path / "annan" / "egen.xlsx")}
    source.write_text(json.dumps(moved), encoding="utf-8")
    checked = told("check", tmp_path / "plan")
    assert checked.exit_code == 0
    assert "Obs: egen.xlsx ligger inte kvar där den låg" in checked.stderr
    assert "gäller kopian i plan" in checked.stderr


def test_a_plan_that_remembers_by_path_holds_no_copy_and_guesses_nothing(own, tmp_path):
    folder, _ = own
    names = {path.name for path in (folder / "stig").iterdir()}
    assert not names & {"indata.xlsx", "network"}
    assert told("check", folder / "stig").exit_code == 0
    (folder / "egen.xlsx").rename(folder / "flyttad.xlsx")
    try:
        lost = told("check", folder / "stig")
        assert isinstance(lost.exception, StoreError)
        assert "finns inte längre" in str(lost.exception)
        found = told("check", folder / "stig", "--input", folder / "flyttad.xlsx")
        assert found.exit_code == 0, found.output
    finally:
        (folder / "flyttad.xlsx").rename(folder / "egen.xlsx")


def test_a_point_of_a_redesign_is_taken_by_plan(own, tmp_path):
    """``plan --adopt omdelning/2`` needs nothing else, and plans with that point's teams."""
    folder, _ = own
    made = told("teams", "redesign", folder / "egen.xlsx", "--network", folder / "nat", "--out",
                tmp_path / "om", "--seconds", "3", "--workers", "1", "--aim", "restid")  # fmt: skip
    assert made.exit_code == 0, made.output
    points = read_shared((tmp_path / "om" / "redesign.csv").read_text(encoding="utf-8-sig"))
    assert len(points) > 1
    number = points[-1]["point"]
    page = (tmp_path / "om" / "redesign.html").read_text(encoding="utf-8")
    assert page.count("<details name=") == len(points)
    assert f'href="#punkt-{number}"' in page
    assert f'href="maps/point-{number}.html"' in page
    taken = told("plan", "--adopt", f"{tmp_path / 'om'}/{number}", "--out", tmp_path / "ny", *SHORT)
    assert taken.exit_code == 0, taken.output
    point = (tmp_path / "om" / "private" / f"point-{number}.json").read_text(encoding="utf-8")
    assert teams_in(tmp_path / "ny") == parse_plan_json(point)[0].team_of_client
    none = told("plan", "--adopt", f"{tmp_path / 'om'}/99", "--out", tmp_path / "ny")
    assert f"Det finns 1–{number}" in str(none.exception)
    assert told("plan", "--adopt", "omdelning", "--out", tmp_path / "ny").exit_code == 2


def test_the_summary_leads_with_what_matters(own):
    """What must be done, who changes, five figures with their targets, and the next command."""
    _, shown = own
    lines = shown["plan"].split("\n")
    first = next(at for at, line in enumerate(lines) if "måste göras" in line.lower())
    changes = next(at for at, line in enumerate(lines) if line.startswith("Byter arbetslag"))
    figures = next(at for at, line in enumerate(lines) if line.startswith("Mått"))
    assert first < changes < figures
    assert [line.split("  ")[0] for line in lines[figures + 1 : figures + 6]] == [
        "Besök planerade", "Besök av omsorgskontakt", "Olika personal på 1 dagar", "Brukartid",
        "Resor av arbetstiden",
    ]  # fmt: skip
    assert re.search(r"Nästa steg:  hemrunda (ask|write) ", shown["plan"])


def test_a_share_is_never_rounded_up_to_all():
    """One visit of ten thousand is somebody who waits."""
    assert never_whole(9_999, 10_000) == 99.9
    assert never_whole(10_000, 10_000) == 100.0
    assert never_whole(999, 1_000) == 99.9
    assert never_whole(0, 0) is None
    stop = SimpleNamespace(visit=SimpleNamespace(priority=2))
    waits = SimpleNamespace(priority=2, reason="no_room")
    cut = SimpleNamespace(stops=[stop] * 9_999, unplanned=[waits])
    assert planned_visits(cut).planned_pct == 99.9


def test_the_index_leads_to_every_file_and_to_nothing_private(own):
    folder, _ = own
    page = (folder / "plan" / "index.html").read_text(encoding="utf-8")
    links = set(re.findall(r'href="([^"]+)"', page))
    assert {
        "maps/teams.html",
        "report.html",
        "rounds.xlsx",
        "clients.csv",
        "unplanned.csv",
    } <= links
    assert all((folder / "plan" / link).is_file() for link in links)
    assert not [link for link in links if "private" in link]
    assert "Byter arbetslag" in page
