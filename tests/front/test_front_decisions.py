"""Decisions on the command line: edited tables are honoured, plans adopted, choices recorded."""

import csv
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from data.care.hidden import may_show
from data.model import Pin
from data.store import read_outputs
from data.tables import read_input, write_input


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


@pytest.fixture
def edited(small_run, tmp_path):
    """The plan's folder with another Omsorgskontakt typed into its clients' table."""
    out = tmp_path / "out"
    shutil.copytree(small_run / "out", out)
    town = read_input(out / "indata.xlsx").municipality
    plan, _ = read_outputs(out)
    client_id, staff_id = next(pairs(town, plan))
    clients = tuple(
        replace(c, contact_id=staff_id) if c.client_id == client_id else c for c in town.clients
    )
    write_input(replace(town, clients=clients), out / "indata.xlsx")
    return out, client_id, staff_id, plan


def pairs(town, plan):
    """Clients who need no delegation, and carers of their team who are not yet their contact."""
    for client_id, contact_id in sorted(plan.contact.items()):
        client = town.client_by_id[client_id]
        for carer in town.staff:
            same = plan.staff_team.get(carer.staff_id) == plan.team_of_client[client_id]
            n = sum(who == carer.staff_id for who in plan.contact.values())
            new = carer.staff_id not in (contact_id, client.contact_id)
            may = carer.role == "contact" and carer.may_be_contact and n < 8
            needed = {s for v in town.visits_of[client_id] for s in v.skills}
            if same and new and may and needed <= set(carer.skills) and not client.pets:
                yield client_id, carer.staff_id


@pytest.mark.parametrize("command", ["replan", "rounds"])
def test_an_edited_contact_is_honoured_and_told_and_nobody_else_changes(edited, run_cli, command):
    """LU-06, MA-05: an edit of the table used to be ignored without a word by both commands."""
    out, client_id, staff_id, before = edited
    result = run_cli(command, out, "--to", out.parent / "ny", "--map-days", "0", "--workers", "1",
                     "--iterations", "500", cwd=out.parent)  # fmt: skip
    assert result.returncode == 0, result.stderr
    after, _ = read_outputs(out.parent / "ny")
    changed = {c for c in before.contact if before.contact[c] != after.contact.get(c)}
    assert changed == {client_id}
    assert after.contact[client_id] == staff_id
    assert f"{client_id}: kontakt" in result.stdout + result.stderr
    manifest = json.loads((out.parent / "ny" / "manifest.json").read_text(encoding="utf-8"))
    assert any(client_id in line for line in manifest["decided"])


def test_an_edit_that_a_rule_forbids_stops_the_command_with_the_rule(edited, run_cli):
    """OR-14: refused, with where it stands and why, and nothing is written."""
    out, client_id, _, _ = edited
    town = read_input(out / "indata.xlsx").municipality
    assistant = next(s.staff_id for s in town.staff if not s.may_be_contact)
    clients = tuple(
        replace(c, contact_id=assistant) if c.client_id == client_id else c for c in town.clients
    )
    write_input(replace(town, clients=clients), out / "indata.xlsx")
    result = run_cli("replan", out, "--to", out.parent / "ny", cwd=out.parent)
    assert result.returncode == 1
    assert "contact_title" in result.stderr
    assert f"kontakt {assistant} för {client_id}" in result.stderr
    assert not (out.parent / "ny").exists()


def test_a_candidate_is_chosen_by_one_command_and_kept_by_the_next_plan(
    small_run, run_cli, tmp_path
):
    """LU-06, LU-35: choose, and the choice stands with who and when, in the history too."""
    out = tmp_path / "out"
    shutil.copytree(small_run / "out", out)
    town = read_input(out / "indata.xlsx").municipality
    plan, _ = read_outputs(out)
    client_id, staff_id = next(pairs(town, plan))
    chosen = run_cli("contacts", "choose", out, client_id, staff_id, "--by", "planerare",
                     cwd=tmp_path)  # fmt: skip
    assert chosen.returncode == 0, chosen.stderr
    decision = rows_of(out / "beslut.csv")[0]
    assert (decision["Brukare"], decision["Personal"]) == (client_id, staff_id)
    assert decision["Beslutat av"] == "planerare"
    history = rows_of(out / "hemrunda-historik.csv")
    assert history[-1]["vem"] == "planerare"
    result = run_cli("check-plan", out, cwd=tmp_path)
    assert result.returncode == 1
    assert f"{client_id} ska ha {staff_id}" in result.stdout
    result = run_cli("replan", out, "--to", tmp_path / "ny", "--map-days", "0", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert read_outputs(tmp_path / "ny")[0].contact[client_id] == staff_id
    assert run_cli("check-plan", tmp_path / "ny", cwd=tmp_path).returncode == 0
    refused = run_cli("contacts", "choose", out, client_id, "finns-inte", "--by", "x", cwd=tmp_path)
    assert refused.returncode != 0
    assert len(rows_of(out / "beslut.csv")) == 1


def test_an_adopted_plan_is_planned_again_unchanged(small_run, run_cli, tmp_path):
    """MA-05: adopt writes teams, contacts, vices and usual times back; the next plan starts there
    and changes nobody's team or contact."""
    out = small_run / "out"
    adopted = run_cli("adopt", out, "--out", tmp_path / "antagen", "--by", "enhetschef",
                      cwd=tmp_path)  # fmt: skip
    assert adopted.returncode == 0, adopted.stderr
    town = read_input(tmp_path / "antagen" / "indata.xlsx").municipality
    plan, rounds = read_outputs(out)
    assert town.adopted_on is not None
    assert {c.client_id: c.team_id for c in town.clients} == dict(plan.team_of_client)
    assert {c.client_id: c.contact_id for c in town.clients if c.contact_id} == dict(plan.contact)
    made = {row.visit_id for row in rounds.rows if row.kind == "visit"}
    assert {v.visit_id for v in town.visits if v.usual_s is not None} == made
    history = rows_of(tmp_path / "antagen" / "hemrunda-historik.csv")
    assert {row["vem"] for row in history} == {"enhetschef"}
    assert {row["vad"] for row in history} >= {"antagen", "kontakt"}
    again = run_cli("plan", tmp_path / "antagen" / "indata.xlsx", "--network", out / "network",
                    "--out", tmp_path / "igen", "--iterations", "200", "--seed", "7", "--map-days",
                    "0", cwd=tmp_path)  # fmt: skip
    assert again.returncode == 0, again.stderr
    after, _ = read_outputs(tmp_path / "igen")
    assert after.team_of_client == plan.team_of_client
    assert after.contact == plan.contact
    assert after.vice == plan.vice
    assert "behållna" in again.stdout + again.stderr
    assert Path(tmp_path / "antagen" / "hemrunda.toml").exists() is False


def test_an_edited_plan_is_proved_as_it_stands_and_told_to_be_edited(small_run, run_cli, tmp_path):
    """MA-05: staff change rounds by hand; the checker must judge what they wrote, not refuse it."""
    out = tmp_path / "out"
    shutil.copytree(small_run / "out", out)
    path = out / "private" / "rounds.csv"
    text = path.read_bytes().decode("utf-8-sig")
    lines = text.split("\r\n")
    header = lines[0].split(";")
    at = next(i for i, line in enumerate(lines) if ";visit;" in line)
    cells = lines[at].split(";")
    cells[header.index("staff_id")] = "P9999"
    path.write_text("\r\n".join([*lines[:at], ";".join(cells), *lines[at + 1 :]]), "utf-8")
    result = run_cli("check-plan", out, cwd=tmp_path)
    assert result.returncode == 1
    assert "rounds.csv är ändrad för hand" in result.stdout
    assert "P9999" in result.stdout
    assert cells[header.index("visit_id")] in result.stdout
    spaced = text.replace(":00;", ";", 1)  # a clock time as a spreadsheet writes it again
    assert spaced != text
    path.write_text(spaced, "utf-8")
    result = run_cli("check-plan", out, cwd=tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "ändrad för hand" in result.stdout
    path.write_text(text.replace(";visit;", ";visit", 1), "utf-8")
    result = run_cli("check-plan", out, cwd=tmp_path)
    assert result.returncode == 1
    assert "rad" in result.stderr
    assert run_cli("explain", out, "B0001-1", cwd=tmp_path).returncode == 1


@pytest.fixture
def locked(small_run, tmp_path):
    """The plan's folder with a visit of somebody shown locked, and a lock of next year."""
    out = tmp_path / "out"
    shutil.copytree(small_run / "out", out)
    town = read_input(out / "indata.xlsx").municipality
    _, rounds = read_outputs(out)
    row = next(
        row for row in rounds.rows
        if row.kind == "visit" and row.client_id in may_show(town)
        and town.visit_by_id[row.visit_id].carers_required == 1
        and not town.visit_by_id[row.visit_id].n_per_period
    )  # fmt: skip
    lock = Pin(row.date, row.visit_id, row.staff_id, row.start_s)
    other = replace(lock, date=row.date.replace(year=row.date.year + 1))
    write_input(replace(town, pins=(lock, other)), out / "indata.xlsx")
    return out, row


@pytest.mark.parametrize("news", ["away", "cancel"])
def test_a_lock_that_has_nothing_to_hold_is_told_of(locked, run_cli, news):
    """D9, 14.2: who is away or called off is not visited, and no lock of hers goes unsaid."""
    out, row = locked
    who = row.client_id if news == "away" else row.visit_id
    done = run_cli(
        "mend", out, "--from", str(row.date), f"--{news}", who, "--out", out.parent / "new",
        "--iterations", "300", "--map-days", "0", cwd=out.parent,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = "vilar: brukaren är borta då" if news == "away" else "gäller inte längre"
    assert f"låsningen av {row.visit_id} {row.date} {said}" in done.stdout
    assert "låsningar av dagar som planen inte har, och som inte ändrar den: 1" in done.stdout
    _, after = read_outputs(out.parent / "new")
    made = {(made.date, made.visit_id) for made in after.rows}
    assert (row.date, row.visit_id) not in made
