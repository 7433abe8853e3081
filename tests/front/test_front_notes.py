"""Notes of the staff in a whole plan: they change it, are proved, and their texts stay inside."""

import csv
import io
import zipfile

import openpyxl

from data.tables import read_input

CANARY = "kanariefågel under trappan"


def texts_of(folder):
    """Every file of a plan's folder as text, workbooks unpacked; the tables themselves apart."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.name == "indata.xlsx":
            continue
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                yield (
                    path,
                    " ".join(book.read(n).decode("utf-8", "replace") for n in book.namelist()),
                )
        else:
            yield path, path.read_bytes().decode("utf-8", "replace")


def test_notes_of_staff_change_the_plan_and_are_shown_without_their_texts(
    small_run, run_cli, tmp_path
):
    """FA-03, MA-05, FA-20: access and length in the rounds, proved; kinds on the manager's page."""
    source = small_run / "out" / "indata.xlsx"
    town = read_input(source).municipality
    hidden = {one.client_id for one in town.clients if one.protected}
    visit = next(
        one for one in town.visits
        if one.is_daily and one.client_id not in hidden and one.carers_required == 1
        and town.client_by_id[one.client_id].pause_from is None
        and town.client_by_id[one.client_id].valid_from <= town.dates[0]
        and one.valid_from <= town.dates[0]
    )  # fmt: skip
    minutes = visit.duration_s // 60 + 5
    book = openpyxl.load_workbook(source)
    sheet = book.create_sheet("Synpunkter")
    for row in (
        ["Synpunkt", "Dag", "Brukare", "Besök", "Från", "Minuter", "Text", "Godtagen"],
        ["längd", "2026-02-20", visit.client_id, visit.visit_id, "P001", minutes, CANARY, "ja"],
        ["parkering", "2026-02-20", visit.client_id, None, "P001", 9, CANARY, None],
        ["förslag", "2026-02-20", visit.client_id, None, "P001", None, CANARY, None],
    ):
        sheet.append(row)
    book.save(tmp_path / "indata.xlsx")
    result = run_cli(
        "plan", "indata.xlsx", "--network", small_run / "out" / "network", "--out", "plan",
        "--iterations", "200", "--workers", "1", "--map-days", "1", cwd=tmp_path,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    checked = run_cli("check-plan", "plan", cwd=tmp_path)
    assert checked.returncode == 0, checked.stdout
    told = result.stdout + result.stderr + checked.stdout + checked.stderr
    text = (tmp_path / "plan" / "private" / "rounds.csv").read_text("utf-8-sig")
    rows = [
        row for row in csv.DictReader(io.StringIO(text), delimiter=";")
        if row["visit_id"] == visit.visit_id
    ]  # fmt: skip
    assert rows
    waits = run_cli("ask", "deadlines", "plan", "--today", "2026-02-25", cwd=tmp_path)
    assert waits.returncode == 0, waits.stderr
    met = run_cli("write", "continuity", "plan", cwd=tmp_path)
    assert met.returncode == 0, met.stderr
    listed = next((tmp_path / "plan").rglob("deadlines.csv")).read_text("utf-8-sig")
    assert "synpunkt väntar på svar" in listed
    page = next((tmp_path / "plan").rglob("continuity.html")).read_text("utf-8")
    assert '"notes":["length","parking","proposal"]' in page.replace(" ", "")
    for path, held in texts_of(tmp_path / "plan"):
        assert "kanarie" not in held, path
    assert "kanarie" not in told + listed + waits.stdout + waits.stderr
    kept = read_input(tmp_path / "plan" / "indata.xlsx").municipality
    assert [note.text for note in kept.notes] == [CANARY] * 3
    assert kept.visit_by_id[visit.visit_id].duration_s == minutes * 60
