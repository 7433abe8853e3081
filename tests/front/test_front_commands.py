"""The smaller commands, each tried as in its own help."""

import csv
import json
import os
import shutil
import sys
import time
from pathlib import Path

import pytest

from data.tables.out.headings import read_shared


def day_shift_carer(folder):
    with (folder / "out" / "private" / "rounds.csv").open(encoding="utf-8-sig", newline="") as file:
        row = next(csv.DictReader(file, delimiter=";"))
    return row["date"], row["staff_id"]


def test_template_passes_its_own_check(run_cli, tmp_path):
    """The first thing a planner tries must work."""
    assert run_cli("template", "mall.xlsx", cwd=tmp_path).returncode == 0
    result = run_cli("check", "mall.xlsx", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert "Indata är hela" in result.stdout


def test_the_untouched_template_plans_on_a_given_network(small_run, run_cli, tmp_path):
    """Rows that are shown as right must be right: read, planned, and nothing left over."""
    book = tmp_path / "mall.xlsx"
    made = run_cli("template", book, "--network", "out/network", cwd=small_run)
    assert made.returncode == 0, made.stderr
    plan = run_cli("plan", book, "--network", "out/network", "--out", tmp_path / "ut", "--days",
                   "2", "--iterations", "300", "--workers", "1", "--map-days", "0", "--json",
                   cwd=small_run)  # fmt: skip
    assert plan.returncode == 0, plan.stderr
    unplanned = (tmp_path / "ut" / "unplanned.csv").read_text(encoding="utf-8-sig")
    assert len(unplanned.splitlines()) == 1


def test_template_never_overwrites_a_filled_book(run_cli, tmp_path):
    """A slip must not cost an afternoon's typing."""
    (tmp_path / "mall.xlsx").write_text("ifylld")
    assert run_cli("template", "mall.xlsx", cwd=tmp_path).returncode == 1
    assert (tmp_path / "mall.xlsx").read_text() == "ifylld"


def test_check_speaks_json(small_run, run_cli):
    """Machines ask too."""
    result = run_cli("check", "out/indata.xlsx", "--json", cwd=small_run)
    assert json.loads(result.stdout)["Brukare"] == 60


def test_the_receipt_is_shown_and_unknown_columns_stop(small_run, run_cli, tmp_path):
    """A column nobody understands stops check and plan till the user says it may be left out."""
    from data.tables import read_input, write_input

    write_input(read_input(small_run / "out" / "indata.xlsx").municipality, tmp_path / "in")
    path = tmp_path / "in" / "besok.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    spoilt = [f"{line};{'Senast klar' if not i else '09:30'}" for i, line in enumerate(lines)]
    path.write_text("\n".join(spoilt), encoding="utf-8-sig")
    stopped = run_cli("check", tmp_path / "in", cwd=small_run)
    assert stopped.returncode == 2
    assert "Så lästes filerna" in stopped.stdout
    assert "Senast klar: kolumnen förstås inte" in stopped.stderr
    asked = run_cli("check", tmp_path / "in", "--json", cwd=small_run)
    told = json.loads(asked.stdout)
    assert len(told["fel"]) == 1
    assert any("Senast klar" in sheet["inte förstådda"] for sheet in told["kvitto"])
    free = run_cli("check", tmp_path / "in", "--ignore-unknown", "--json", cwd=small_run)
    assert free.returncode == 0
    plan = run_cli("plan", tmp_path / "in", "--network", "out/network", "--out", tmp_path / "ut",
                   "--days", "1", "--iterations", "10", "--workers", "1", "--map-days", "0",
                   "--ignore-unknown", "--json", cwd=small_run)  # fmt: skip
    assert plan.returncode == 0, plan.stderr
    manifest = json.loads((tmp_path / "ut" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["receipt"] == json.loads(plan.stdout)["receipt"] != []


def test_sheets_for_one_carer(small_run, run_cli, tmp_path):
    """Paper, phone, GPX and calendar of one shift, and nobody else's."""
    day, carer = day_shift_carer(small_run)
    result = run_cli(
        "sheets", "out", "--day", day, "--staff", carer, "--to", tmp_path / "blad", cwd=small_run
    )
    assert result.returncode == 0, result.stderr
    ours = {".hemrunda.lock", "manifest.json"}  # what purge goes by
    written = {path.name for path in (tmp_path / "blad").iterdir()} - ours
    assert {Path(name).suffix for name in written} == {".pdf", ".html", ".gpx", ".ics"}


def test_sheets_of_a_day_outside_the_plan(small_run, run_cli):
    """The answer names the days that there are."""
    result = run_cli("sheets", "out", "--day", "2031-01-01", cwd=small_run)
    assert result.returncode == 2
    assert "2026-03-02" in result.stderr


def test_base_plan_of_one_carer(small_run, run_cli, tmp_path):
    """MA-31: the grid on paper and on the screen; the carer's id stands in the file's name."""
    _, carer = day_shift_carer(small_run)
    result = run_cli(
        "baseplan", "out", "--weeks", "2", "--staff", carer, "--paper", "a3",
        "--to", tmp_path / "blad", cwd=small_run,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    ours = {".hemrunda.lock", "manifest.json"}  # what purge goes by
    assert {path.name for path in (tmp_path / "blad").iterdir()} - ours == {
        f"grundschema-001-{carer}.html", f"grundschema-001-{carer}.pdf",
    }  # fmt: skip
    page = (tmp_path / "blad" / f"grundschema-001-{carer}.html").read_text(encoding="utf-8")
    assert "Vecka 2" in page


def test_base_plan_of_nobody_is_refused(small_run, run_cli):
    """A slip in an id is told, not an empty folder."""
    result = run_cli("baseplan", "out", "--staff", "finns-inte", cwd=small_run)
    assert result.returncode == 2
    assert "finns inte i planen" in result.stderr


def test_continuity_shows_each_clients_ceiling(small_run, run_cli, tmp_path):
    """The share of the contact stands beside the highest that the roster allows, never above."""
    shutil.copytree(small_run / "out", tmp_path / "out")
    clients = read_shared((small_run / "out" / "clients.csv").read_text(encoding="utf-8-sig"))
    client = clients[0]["client_id"]
    result = run_cli("continuity", "out", "--visits", client, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    (calendar,) = (tmp_path / "out" / "private" / "staff").glob("kontaktbesok-*.ics")
    assert calendar.read_text(encoding="utf-8").startswith("BEGIN:VCALENDAR")
    page = (tmp_path / "out" / "private" / "maps" / "continuity.html").read_text(encoding="utf-8")
    block = page.split('id="data-view">')[1].split("</script>")[0]
    clients = [one for team in json.loads(block)["teams"] for one in team["clients"]]
    known = [one for one in clients if one["ceiling"] is not None and one["share"] is not None]
    assert known
    assert all(one["share"] <= one["ceiling"] + 0.1 for one in known)
    assert len({one["ceiling"] for one in known}) > 1


@pytest.mark.parametrize("profile", ["council", "anonymous"])
def test_maps_for_other_eyes_hold_no_client_ids(small_run, run_cli, tmp_path, profile):
    """What the council sees can be shown to anyone."""
    shutil.copytree(small_run / "out", tmp_path / "out")
    result = run_cli("map", "out", "--profile", profile, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    page = (tmp_path / "out" / "maps" / f"teams-{profile}.html").read_text(encoding="utf-8")
    clients = read_shared((small_run / "out" / "clients.csv").read_text(encoding="utf-8-sig"))
    ids = [row["client_id"] for row in clients]
    assert ids
    assert not [client_id for client_id in ids if f'"{client_id}"' in page]


def test_diff_of_an_export_with_itself_is_empty(small_run, run_cli):
    """No change must never be told as one."""
    result = run_cli("diff", "out/indata.xlsx", "out/indata.xlsx", cwd=small_run)
    assert result.returncode == 0, result.stderr
    assert "0 ändringar" in result.stdout
    assert "replan" not in result.stdout
    told = run_cli("diff", "out/indata.xlsx", "out/indata.xlsx", "--json", cwd=small_run)
    found = json.loads(told.stdout)
    assert found["ändringar"] == 0
    assert {one["tabell"] for one in found["kvitto"]["efter"]} >= {"Brukare", "Besök"}


def test_purge_shows_first_and_deletes_when_told(small_run, run_cli, tmp_path):
    """Old plans are a leak waiting; the user's own tables are never touched (faults.md G12)."""
    shutil.copytree(small_run / "out", tmp_path / "out")
    shutil.copy(small_run / "out" / "indata.xlsx", tmp_path / "egen.xlsx")
    old = time.time() - 40 * 86_400
    for path in [*tmp_path.rglob("*"), tmp_path / "out"]:
        os.utime(path, (old, old))
    shown = run_cli("purge", ".", "--older-than", "30", cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert (tmp_path / "out" / "private" / "rounds.csv").exists()
    assert run_cli("purge", ".", "--older-than", "30", "--yes", cwd=tmp_path).returncode == 0
    assert not (tmp_path / "out" / "private" / "rounds.csv").exists()
    assert (tmp_path / "egen.xlsx").exists()


def test_network_info_and_correction(small_run, run_cli, tmp_path):
    """A locked gate that staff know of gets into the minutes."""
    network = small_run / "out" / "network"
    facts = run_cli("network", "info", network, "--json", cwd=tmp_path)
    assert facts.returncode == 0, facts.stderr
    assert json.loads(facts.stdout)
    (tmp_path / "rattelser.csv").write_text("åtgärd;gata\nstängd;Storgatan\n", encoding="utf-8")
    result = run_cli("network", "correct", network, "rattelser.csv", "--out", "nat2", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "nat2").exists()


def test_network_map_shows_doubtful_places_and_asks_for_nothing(small_run, run_cli, tmp_path):
    """Planners must see where the map itself is doubtful (faults.md B6, B8)."""
    out = small_run / "out"
    result = run_cli(
        "network", "info", out / "network", "--map", "nat.html", "--input", out / "indata.xlsx",
        cwd=tmp_path,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    page = (tmp_path / "nat.html").read_text(encoding="utf-8")
    assert "default-src &#x27;none&#x27;" in page
    assert "<script" not in page
    assert "<svg" in page


def test_geocode_asks_about_what_it_does_not_know(small_run, run_cli, tmp_path):
    """One sure address, one that no register has: the second goes to a person, not to a guess."""
    from routing.network import load_network

    known = load_network(small_run / "out" / "network").addresses[0]
    rows = [
        "brukare;adress;postnummer;ort",
        f"B1;{known.street} {known.number};{known.postcode};{known.city}",
        f"B2;Finnsintegränd 99;{known.postcode};{known.city}",
    ]
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "brukare.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    network = small_run / "out" / "network"
    result = run_cli("geocode", folder, "--network", network, cwd=tmp_path)
    assert result.returncode == 1, result.stderr
    assert "1 av 2" in result.stdout
    review = (tmp_path / "granska.csv").read_text(encoding="utf-8-sig")
    assert "B2" in review
    assert "B1" not in review
    told = json.loads(
        run_cli("geocode", folder, "--network", network, "--json", cwd=tmp_path).stdout
    )
    assert (told["adresser"], told["granska"], told["kvitto"][0]["tabell"]) == (2, 1, "Brukare")


def test_help_comes_at_once(run_cli, tmp_path):
    """Only the front door's own module is loaded for help: no engine, no map library."""
    code = (
        "import sys; sys.argv = ['hemrunda', '--help']\n"
        "import hemrunda.cli as cli\n"
        "try: cli.main()\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'numba', 'pandas', 'osmnx', 'folium', 'geopandas', 'matplotlib'}\n"
        "print('HEAVY', sorted(heavy & set(sys.modules)))"
    )
    import subprocess

    result = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True
    )
    assert "HEAVY []" in result.stdout
