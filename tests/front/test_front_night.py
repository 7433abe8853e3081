"""The night on the command line: rows of the night in the user's tables give the night's rounds."""

import datetime as dt
import re

import openpyxl
import pytest

from data.tables.out.headings import read_shared

WINDOWS = (("22:00", "23:30"), ("23:30", "02:00"), ("02:00", "04:30"))


def with_nights(source, target, n_days=3):
    """The demo's workbook with a dozen visits at night, a patrol of two, and one who goes alone."""
    book = openpyxl.load_workbook(source)

    def add(sheet, **cells):
        page = book[sheet]
        header = [cell.value for cell in page[1]]
        page.append([cells.get(name) for name in header])

    people = [[cell.value for cell in row] for row in book["Brukare"].iter_rows()]
    away = [people[0].index(name) for name in ("Uppehåll från", "Insats från", "Insats till")]
    clients = [one[0] for one in people[1:] if not any(one[at] for at in away)][:12]
    first = min(row[1].value for row in book["Schema"].iter_rows(min_row=2))
    for i, client in enumerate(clients):
        add(
            "Besök", **{"Besök": f"N{i}", "Brukare": client, "Insats": "tillsyn", "Pass": "natt",
            "Veckodagar": "alla dagar", "Minuter": 10, "Tidigast start": WINDOWS[i % 3][0],
            "Senast start": WINDOWS[i % 3][1], "Antal personal": 2 if i % 4 == 0 else 1}
        )  # fmt: skip
    for who, patrol in (("N1", "P"), ("N2", "P"), ("N3", None)):
        add(
            "Personal", **{"Personal": who, "Roll": "resurs", "Passgrupp": "natt",
            "Titel": "undersköterska", "Färdsätt": "bil", "Arbetslag": "Natt", "Patrull": patrol}
        )  # fmt: skip
        for day in range(n_days):
            add(
                "Schema", Personal=who, Datum=first + dt.timedelta(day), Start="22:00",
                Slut="07:00", Typ="arbete",
            )  # fmt: skip
    book.save(target)


def rows_of(folder):
    path = folder / "private" / "rounds.csv"
    return read_shared(path.read_text(encoding="utf-8-sig"))


@pytest.fixture(scope="module")
def nights(small_run, run_cli, tmp_path_factory):
    folder = tmp_path_factory.mktemp("natt")
    with_nights(small_run / "out" / "indata.xlsx", folder / "indata.xlsx")
    result = run_cli(
        "plan", "indata.xlsx", "--network", small_run / "out" / "network", "--out", "plan",
        "--iterations", "1000", "--workers", "1", cwd=folder,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    return folder, result.stdout


def test_night_rows_give_rounds_over_midnight(nights):
    """MA-01, NO-09: of the same engine, in tables, workbook and map, with hours past 24."""
    folder, shown = nights
    rows = rows_of(folder / "plan" / "natt")
    made = [row for row in rows if row["kind"] == "visit"]
    assert len(made) == 3 * 12
    hours = [int(row["start"][:2]) for row in made]
    assert min(hours) >= 22
    assert max(hours) >= 26
    assert {row["shift"] for row in rows} == {"night"}
    # A visit for two is made by the two who go together, and they are in one round each night.
    double = {f"N{i}" for i in range(0, 12, 4)}
    assert {r["staff_id"] for r in made if r["visit_id"] in double} == {"N1+N2"}
    assert len({(r["date"], r["round_id"]) for r in rows if "N1" in r["staff_id"]}) == 3
    for name in ("rounds.xlsx", "rounds.csv", "unplanned.csv", "index.html", "maps/teams.html"):
        assert (folder / "plan" / "natt" / name).exists(), name
    assert "Natten: 36 besök i 6 rundor, 0 utan plats" in shown
    assert 'href="natt/index.html"' in (folder / "plan" / "index.html").read_text("utf-8")
    # The day's rounds know nothing of them.
    assert not any(row["visit_id"].startswith("N") for row in rows_of(folder / "plan"))


def test_the_night_is_proved_and_a_hand_edit_is_found(nights, run_cli, tmp_path):
    import shutil

    folder, _ = nights
    assert run_cli("check-plan", "plan", cwd=folder).returncode == 0
    plan = tmp_path / "plan"
    shutil.copytree(folder / "plan", plan)
    path = plan / "natt" / "private" / "rounds.csv"
    text = path.read_text(encoding="utf-8-sig")
    assert text.count("N1+N2") > 0
    path.write_text("\ufeff" + text.replace("N1+N2", "N1+N3"), encoding="utf-8", newline="")
    for at in ("plan", "plan/natt"):
        result = run_cli("check-plan", at, cwd=tmp_path)
        assert result.returncode == 1
        assert "night_member" in result.stdout or "unknown_id" in result.stdout


def test_the_nights_sheet_shows_the_clock_on_the_wall(nights, run_cli, tmp_path):
    folder, _ = nights
    result = run_cli("sheets", "plan/natt", "--out", tmp_path / "blad", cwd=folder)
    assert result.returncode == 0, result.stderr
    page = next((tmp_path / "blad").glob("*N1*.html")).read_text("utf-8")
    assert re.search(r"\b0[2-4]:\d\d", page)
    assert not re.search(r"\b(2[5-9]:\d\d|24:(?!00))", page)
    assert "2026-03-02–2026-03-03" in page


def test_one_sick_at_night_changes_that_night_alone(nights, run_cli):
    folder, _ = nights
    day = sorted({row["date"] for row in rows_of(folder / "plan" / "natt")})[1]
    result = run_cli(
        "replan", "plan", "--to", "lagad", "--from", day, "--sick", "N2", "--workers", "1",
        "--map-days", "0", cwd=folder,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert f"sjuk: N2 {day}" in result.stdout
    assert "natten: " in result.stdout
    before, after = (rows_of(folder / name / "natt") for name in ("plan", "lagad"))
    for rows in (before, after):
        rows[:] = [row for row in rows if row["date"] != day]
    assert before == after
    lacking = (folder / "lagad/natt/private/unplanned.csv").read_text("utf-8-sig")
    assert {line.split(";")[1] for line in lacking.splitlines()[1:]} == {"N0", "N4", "N8"}
    assert rows_of(folder / "plan") == rows_of(folder / "lagad")
    assert run_cli("check-plan", "lagad", cwd=folder).returncode == 0
