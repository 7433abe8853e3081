"""Layers on the command line: the night, the alarm and the homecoming team have rounds."""

import datetime as dt
import re

import openpyxl
import pytest

from data.tables.out.headings import read_shared

WINDOWS = (("22:00", "23:30"), ("23:30", "02:00"), ("02:00", "04:30"))


def with_rows_to_add(book, n_clients):
    """How a row is added to a sheet, clients who are at home throughout, and the first date."""

    def add(sheet, **cells):
        page = book[sheet]
        header = [cell.value for cell in page[1]]
        page.append([cells.get(name) for name in header])

    people = [[cell.value for cell in row] for row in book["Brukare"].iter_rows()]
    away = [people[0].index(name) for name in ("Uppehåll från", "Insats från", "Insats till")]
    clients = [one[0] for one in people[1:] if not any(one[at] for at in away)][:n_clients]
    return add, clients, min(row[1].value for row in book["Schema"].iter_rows(min_row=2))


def with_nights(source, target, n_days=3):
    """The demo's workbook with a dozen visits at night, a patrol of two, and one who goes alone."""
    book = openpyxl.load_workbook(source)

    add, clients, first = with_rows_to_add(book, 12)
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
        assert "layer_member" in result.stdout or "unknown_id" in result.stdout


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


def with_overlays(source, target, n_days=3):
    """The demo's workbook with an alarm team round the clock and a homecoming team by day."""
    book = openpyxl.load_workbook(source)
    for sheet in ("Besök", "Personal"):
        assert "Lager" in [cell.value for cell in book[sheet][1]]

    add, clients, first = with_rows_to_add(book, 8)
    for i, client in enumerate(clients):
        layer, window = (("larm", WINDOWS[i % 3]), ("hemgång", ("08:00", "11:00")))[i % 2]
        add(
            "Besök", **{"Besök": f"O{i}", "Brukare": client, "Insats": "tillsyn", "Minuter": 15,
            "Veckodagar": "alla dagar", "Tidigast start": window[0], "Senast start": window[1],
            "Lager": layer}
        )  # fmt: skip
    spans = {"L1": ("22:00", "07:00"), "L2": ("07:00", "15:00"), "L3": ("15:00", "22:00"),
             "H1": ("07:00", "15:00")}  # fmt: skip
    for who, (start, end) in spans.items():
        add(
            "Personal", **{"Personal": who, "Roll": "resurs", "Passgrupp": "båda",
            "Titel": "undersköterska", "Färdsätt": "bil",
            "Lager": "larm" if who[0] == "L" else "hemgång"}
        )  # fmt: skip
        for day in range(n_days):
            add(
                "Schema", Personal=who, Datum=first + dt.timedelta(day), Start=start, Slut=end,
                Typ="arbete",
            )  # fmt: skip
    book.save(target)


@pytest.fixture(scope="module")
def overlays(small_run, run_cli, tmp_path_factory):
    folder = tmp_path_factory.mktemp("lager")
    with_overlays(small_run / "out" / "indata.xlsx", folder / "indata.xlsx")
    result = run_cli(
        "plan", "indata.xlsx", "--network", small_run / "out" / "network", "--out", "plan",
        "--iterations", "1000", "--workers", "1", "--days", "3", cwd=folder,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    return folder, result.stdout + result.stderr


def test_alarm_and_homecoming_teams_have_rounds_of_their_own(overlays):
    """NO-20: over the same clients, by the same engine, with their own staff, hours and pages."""
    folder, shown = overlays
    plan = folder / "plan"
    alarm, home = rows_of(plan / "larm"), rows_of(plan / "hemgang")
    assert {r["visit_id"] for r in alarm if r["kind"] == "visit"} == {"O0", "O2", "O4", "O6"}
    assert {r["visit_id"] for r in home if r["kind"] == "visit"} == {"O1", "O3", "O5", "O7"}
    assert {r["staff_id"][0] for r in alarm} == {"L"}
    assert {r["staff_id"] for r in home} == {"H1"}
    assert max(int(r["start"][:2]) for r in alarm) >= 24
    assert not any(r["visit_id"].startswith("O") for r in rows_of(plan))
    assert "Larmteamet: 12 besök i " in shown
    assert "Hemgångsteamet: 12 besök i 3 rundor, 0 utan plats" in shown
    assert "larmteamet: Larm når alla inom " in shown
    assert "i beredskap" in shown  # before the first night's shift begins, and after the last day
    page = (plan / "index.html").read_text("utf-8")
    for name in ("larm", "hemgang"):
        assert f'href="{name}/index.html"' in page
        for file in ("rounds.xlsx", "unplanned.csv", "maps/teams.html"):
            assert (plan / name / file).exists(), file


def test_layers_are_proved_and_mended_with_the_plan(overlays, run_cli):
    """NO-20: a carer of the alarm team who is sick changes the alarm team's rounds alone."""
    folder, _ = overlays
    assert run_cli("check-plan", "plan", cwd=folder).returncode == 0
    assert run_cli("check-plan", "plan/larm", cwd=folder).returncode == 0
    day = sorted({row["date"] for row in rows_of(folder / "plan" / "hemgang")})[1]
    result = run_cli(
        "replan", "plan", "--to", "lagad", "--from", day, "--sick", "H1", "--workers", "1",
        "--map-days", "0", cwd=folder,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert "hemgångsteamet: " in result.stdout
    lacking = (folder / "lagad/hemgang/private/unplanned.csv").read_text("utf-8-sig")
    assert {line.split(";")[1] for line in lacking.splitlines()[1:]} == {"O1", "O3", "O5", "O7"}
    assert rows_of(folder / "plan" / "larm") == rows_of(folder / "lagad" / "larm")
    assert rows_of(folder / "plan") == rows_of(folder / "lagad")
    path = folder / "lagad" / "larm" / "private" / "rounds.csv"
    text = path.read_text(encoding="utf-8-sig")
    path.write_text("\ufeff" + text.replace("L1", "L2"), encoding="utf-8", newline="")
    result = run_cli("check-plan", "lagad", cwd=folder)
    assert result.returncode == 1
    assert "layer_member" in result.stdout
