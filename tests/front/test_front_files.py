"""The commands for the municipality's own files, as a stranger meets them."""

import json
import sqlite3

from click.testing import CliRunner

from data.tables import read_input
from data.tables.out.headings import read_shared
from hemrunda.cli import group as commands


def write(path, *rows):
    path.write_bytes("\r\n".join(";".join(row) for row in rows).encode("cp1252"))


def test_map_columns_takes_swedish_answers_and_asks_again(run_cli, tmp_path):
    """The answer is the header that the planner knows; a slip costs nothing of what was said."""
    write(
        tmp_path / "personal.csv",
        ["Anst.nr", "Namn", "Roll", "Passgrupp", "Yrke", "Arbetsmått"],
        ["77", "Kanariefågelsson", "kontakt", "dag", "usk", "75"],
    )
    import subprocess
    import sys

    result = subprocess.run(
        [sys.executable, "-m", "hemrunda", "map-columns", "personal.csv"],
        input="\nSysselsättningsgrat\nSysselsättningsgrad\n", cwd=tmp_path, capture_output=True,
        text=True, encoding="utf-8", timeout=300,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert "'Namn' känns inte igen" in result.stdout
    assert "läses inte (namn)" in result.stdout
    assert "är ingen kolumn i Personal" in result.stdout
    assert "Kanarie" not in result.stdout
    saved = json.loads((tmp_path / "hemrunda-rubriker.json").read_text(encoding="utf-8"))
    assert saved == {"staff": {"arbetsmått": "employment_pct"}}


def test_faults_of_an_export_stand_under_its_own_headers(run_cli, tmp_path):
    """No English column names, one fault for one cell, and a break is no client."""
    header = ["Kundnr", "Gata", "Postnr", "Ort", "weekday", "originalstarttime", "Längd",
              "Min före", "Min efter", "Dubbelid", "Slinga", "Insatser"]  # fmt: skip
    write(
        tmp_path / "export.csv",
        header,
        ["1", "Storgatan 1", "", "X", "mån", "25:00", "30", "", "", "", "S1", "Morgonbesök"],
        ["", "", "", "", "mån", "12:00", "30", "", "", "", "S1", "Rast"],
    )
    told = json.loads(run_cli("check", "export.csv", "--json", cwd=tmp_path).stdout)
    rows = [line for line in told["fel"] if ", rad " in line]
    assert [line.split(":")[0] for line in rows] == ["export.csv, rad 2, kolumn originalstarttime"]


def test_geocode_asks_for_bases_too(small_run, run_cli, tmp_path):
    """What check sends to geocode, geocode must know of."""
    write(tmp_path / "Brukare.csv", ["Brukare", "Adress", "Ort", "Skyddade uppgifter"],
          ["B1", "Ingenstansgatan 1", "Ekhamn", "nej"])  # fmt: skip
    write(tmp_path / "Lokaler.csv", ["Lokal", "Adress", "Ort"], ["L", "Okändgatan 9", "Ekhamn"])
    result = run_cli(
        "geocode", tmp_path, "--network", "out/network", "--out", tmp_path / "g.csv", cwd=small_run
    )
    assert "0 av 2 adresser är säkra" in result.stdout
    assert "Okändgatan 9" in (tmp_path / "g.csv").read_text(encoding="utf-8-sig")


def test_files_tell_of_one_population(small_run, tmp_path):
    """C7: totals less parts, and one file less another, are nobody: the hidden are in none."""
    out = small_run / "out"
    measures = json.loads((out / "measures.json").read_text(encoding="utf-8"))
    for group, name in (("planned", "n_due"), ("planned", "n_planned"), ("granted", "granted_min")):
        parts = [team[group][name] for team in measures["teams"].values()]
        assert abs(measures["municipality"][group][name] - sum(parts)) <= len(parts) / 2, name
    ids = {}
    for name in ("clients.csv", "minutes.csv"):
        text = (out / name).read_text(encoding="utf-8-sig")
        ids[name] = {row["client_id"] for row in read_shared(text)}
    CliRunner().invoke(commands, ["write", "layers", str(out), "--to", str(tmp_path)])
    with sqlite3.connect(tmp_path / "plan.gpkg") as connection:
        ids["plan.gpkg"] = {row[0] for row in connection.execute("SELECT client_id FROM clients")}
    town = read_input(out / "indata.xlsx").municipality
    shown = {client.client_id for client in town.clients if not client.protected}
    assert len(shown) < len(town.clients)
    assert all(found == shown for found in ids.values())
    assert measures["municipality"]["n_clients"] == len(shown)
    assert sum(measures["clients_per_team"].values()) == len(shown)
