"""Every figure of the pages beside the report is what a short script finds in the tables."""

import csv
import datetime as dt
import importlib.util
import json
import re
import shutil
from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from hemrunda.workfolder.plan_folder import open_plan

HERE = Path(__file__).parent
SCRIPTS = sorted(HERE.glob("figures_on_*.py"))
LINES_MOST = 60
MAY_IMPORT = {"csv", "statistics", "collections", "datetime", "itertools"}


def script(name):
    spec = importlib.util.spec_from_file_location(name, HERE / f"figures_on_{name}.py")
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def block(page, name):
    """A block of data of a page."""
    text = page.read_text(encoding="utf-8").split(f'id="data-{name}">')[1]
    return json.loads(text.split("</script>")[0])


def near(value, digits):
    """As a page rounds it, or nothing where there is nothing."""
    return value if value is None else pytest.approx(value, abs=0.5001 * 10**-digits)


@pytest.fixture(scope="module")
def tables(small_run, tmp_path_factory):
    """The sheets of the workbook as the CSV files they would be."""
    folder = tmp_path_factory.mktemp("tabeller")
    as_csv(folder, openpyxl.load_workbook(small_run / "out" / "indata.xlsx"))
    return folder


def as_csv(folder, book):
    for sheet, name in (("Besök", "besok.csv"), ("Schema", "schema.csv"),
                        ("Brukare", "brukare.csv"), ("Personal", "personal.csv")):  # fmt: skip
        with (folder / name).open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream, delimiter=";")
            for row in book[sheet].iter_rows(values_only=True):
                writer.writerow(one.date() if isinstance(one, dt.datetime) else one for one in row)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_each_script_is_short_and_its_own(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= LINES_MOST
    assert set(re.findall(r"^(?:import|from) (\w+)", text, flags=re.M)) <= MAY_IMPORT


def test_continuity_shows_what_the_script_finds(small_run, run_cli, tmp_path):
    """Each cell, each row and both sums; the ceilings are proved, and stand in no table."""
    shutil.copytree(small_run / "out", tmp_path / "out")
    result = run_cli("write", "continuity", "out", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    (page,) = (tmp_path / "out").rglob("continuity.html")
    view, found = block(page, "view"), script("continuity").figures(small_run / "out")
    assert view["days"] == found["days"]
    assert {team["id"] for team in view["teams"]} == set(found["teams"])
    measures = json.loads((small_run / "out" / "measures.json").read_text("utf-8"))["teams"]
    for team in view["teams"]:
        own = found["teams"][team["id"]]
        assert team["staff"] == own["staff"]
        assert team["carers"] == near(own["carers"], 1)
        assert team["share"] == near(own["share"], 1)
        assert team["share"] == measures[team["id"]]["who"]["tier_pct"]["contact"]
        assert [client["id"] for client in team["clients"]] == sorted(own["clients"])
        for client in team["clients"]:
            hers = own["clients"][client["id"]]
            assert client["contact"] == hers["contact"]
            assert client["visits"] == hers["visits"]
            assert client["carers"] == hers["carers"]
            assert client["share"] == near(hers["share"], 1)
            met = {team["staff"][column]: (n, tier) for column, n, tier in client["met"]}
            assert met == hers["met"]


LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def numbers(text):
    """What a page's packed column says: five bits a letter, the lowest first, zigzag."""
    value = shift = 0
    for letter in text:
        code = LETTERS.index(letter)
        value |= (code & 31) << shift
        shift += 5
        if code < 32:
            yield (value >> 1) ^ -(value & 1)
            value = shift = 0


def test_the_team_map_shows_what_the_script_finds(small_run, tables):
    """Teams, contacts, care, moves, and what is estimated of rounds, travel and compactness."""
    page, found = small_run / "out/maps/teams.html", script("teams").figures(
        small_run / "out", tables
    )  # fmt: skip
    view = block(page, "view")
    assert [team["id"] for team in view["teams"]] == sorted(found["teams"])
    for team in view["teams"]:
        own, told = found["teams"][team["id"]], team["measures"]
        assert (team["n"], team["area"], team["without"]) == (
            own["n"], own["area"], own["without"],
        )  # fmt: skip
        assert {who: n for who, n, _ in team["staff"] if n} == own["contacts"]
        assert told["care_min_week"] == near(own["care"], 0)
        row = [float(cell.replace(",", ".")) for cell in list(own["row"].values())[2:]]
        names = ("n_clients", "care_min_week", "rounds_day", "rounds_evening",
                 "travel_within_min", "compactness", "contiguous")  # fmt: skip
        assert [told[name] for name in names] == row
    assert sorted(who for team in view["teams"] for who, *_ in team["staff"]) == sorted(
        found["staff"]
    )
    _the_division_is(view, small_run / "out", tables)
    _the_clients_are(view, found)
    assert block(page, "page")["hidden"].startswith(f"{found['n_hidden']} brukare med skyddade")


def _the_division_is(view, plan, tables):
    """The seconds between places are the streets' own; all else is the script's."""
    made = open_plan(plan, None, None, None)
    travel, town = made.travel, made.municipality
    place = {one.client_id: travel.client_idx(one.client_id) for one in town.clients}
    place |= {one.base_id: travel.base_idx(one.base_id) for one in town.bases}
    seconds = {
        (a, b): int(travel.between("bike", i, j))
        for a, i in place.items() for b, j in place.items()
    }  # fmt: skip
    shown = {client for team in view["teams"] for client in _ids_of(view, team["id"])}
    teams = {
        team.team_id: (team.base_id, [who for who in team.client_ids if who in shown])
        for team in made.team_plan.teams
    }
    found = script("division").figures(tables, teams, seconds)
    assert found.keys() == {team["id"] for team in view["teams"]}
    for team in view["teams"]:
        told, (day, evening, within, compact) = team["measures"], found[team["id"]]
        # Each client's part is kept in whole thousandths of a round.
        assert told["rounds_day"] == pytest.approx(day, abs=0.007)
        assert told["rounds_evening"] == pytest.approx(evening, abs=0.007)
        assert told["compactness"] == near(compact, 3)
        # Ways between places are whole seconds to the engine and halves to the script.
        assert told["travel_within_min"] == pytest.approx(within, rel=0.002)


def _ids_of(view, team_id):
    """The clients that the page has in a team."""
    at = 0
    for team, n in zip(view["teams"], numbers(view["clients"]["team"]), strict=True):
        if team["id"] == team_id:
            return view["clients"]["id"][at : at + n]
        at += n
    return []


def _the_clients_are(view, found):
    clients, before = view["clients"], view["before"]
    teams, olds = ([team["id"] for team in of["teams"]] for of in (view, before))
    team_of = [
        team for team, n in zip(teams, numbers(clients["team"]), strict=True) for _ in range(n)
    ]
    staff = [*clients["staff"], ""]  # -1 is nobody
    columns = [list(numbers(of[name])) for of, name in (
        (clients, "contact"), (clients, "vice"), (clients, "minutes"), (before, "team"),
        (before, "moved"))]  # fmt: skip
    shown, moves = {}, Counter()
    for who, team, contact, vice, minutes, old, is_moved in zip(
        clients["id"], team_of, *columns, strict=True
    ):
        shown[who] = team, staff[contact], staff[vice], near(minutes, 0), [*olds, ""][old]
        if is_moved:
            moves[olds[old], team] += 1
    assert shown == found["clients"]
    assert moves == found["moves"]


@pytest.fixture(scope="module")
def performed(small_run, run_cli, tmp_path_factory):
    """Two weeks of the plan's days over and over, later or earlier, some by others, followed up."""
    folder, out = tmp_path_factory.mktemp("utfort"), small_run / "out"
    with (out / "private" / "rounds.csv").open(encoding="utf-8-sig", newline="") as stream:
        made = [row for row in csv.DictReader(stream, delimiter=";") if row["kind"] == "visit"]
    with (out / "clients.csv").open(encoding="utf-8-sig", newline="") as stream:
        adopted = {row["Brukare"]: row for row in csv.DictReader(stream, delimiter=";")}
    dates = sorted({row["date"] for row in made})
    book = openpyxl.load_workbook(out / "indata.xlsx")
    _adopt(book, adopted, {row["client_id"]: row["staff_id"] for row in made})
    book.save(folder / "indata.xlsx")
    as_csv(folder, book)
    with (folder / "utfort.csv").open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(["Datum", "Medarbetare", "Kundnr", "Insatsid", "Från", "Till"])
        for k in range(14):
            day = dt.date.fromisoformat(dates[0]) + dt.timedelta(k)
            for i, row in enumerate(one for one in made if one["date"] == dates[k % len(dates)]):
                late, more = dt.timedelta(minutes=(13 * i + 7 * k) % 50 - 20), i % 4
                start, end = (dt.datetime.fromisoformat(f"{day} {row[at]}") + late
                              for at in ("start", "end"))  # fmt: skip
                writer.writerow([
                    day, "X9999" if (i + k) % 17 == 0 else row["staff_id"], row["client_id"],
                    row["visit_id"], f"{start:%H:%M:%S}",
                    f"{end + dt.timedelta(minutes=more):%H:%M:%S}",
                ])  # fmt: skip
    result = run_cli("followup", folder / "utfort.csv", "--input", folder / "indata.xlsx",
                     "--plan", out, "--out", folder / "upp", cwd=folder)  # fmt: skip
    assert result.returncode == 0, result.stderr
    return folder


def _adopt(book, adopted, came):
    """Contacts, ages, more contacts, carers by the hour and visits out of what is granted."""
    head, *rows = book["Brukare"].iter_rows()
    column = {cell.value: i for i, cell in enumerate(head)}
    for i, row in enumerate(rows):
        who = row[column["Brukare"]].value
        for name in ("Omsorgskontakt", "Vice", "Arbetslag"):
            row[column[name]].value = adopted.get(who, {}).get(name) or None
        row[column["65 år eller äldre"]].value = (None, "nej", "ja", "ja", "ja")[i % 5]
        if i % 9 == 0 and who in came:
            row[column["Fler kontakter"]].value = came[who]
    for sheet, name, value in (("Personal", "Timanställd", "ja"), ("Besök", "I ramtid", "nej")):
        head, *rows = book[sheet].iter_rows()
        column = {cell.value: i for i, cell in enumerate(head)}
        for row in rows[::6]:
            row[column[name]].value = value


def tables_of(page):
    """Each table of a page: its cells as they stand."""
    for table in re.findall(r"<table.*?</table>", page, flags=re.S):
        yield [
            [re.sub(r"<[^>]+>", "", cell).replace("\N{NO-BREAK SPACE}", " ").strip()
             for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, flags=re.S)]
            for row in re.findall(r"<tr.*?</tr>", table, flags=re.S)
        ]  # fmt: skip


def test_followup_shows_what_the_scripts_find(small_run, performed):
    """Municipality, areas and teams, cell by cell, of two weeks that went otherwise."""
    with (small_run / "out" / "teams.csv").open(encoding="utf-8-sig", newline="") as stream:
        area_of = {r["Arbetslag"]: r["Område"] for r in csv.DictReader(stream, delimiter=";")}
    with (small_run / "out" / "clients.csv").open(encoding="utf-8-sig", newline="") as stream:
        shown = {row["Brukare"] for row in csv.DictReader(stream, delimiter=";")}

    def of_group(client):
        return {("Period", ""), ("Områden", area_of[client["Arbetslag"]]),
                ("Arbetslag", client["Arbetslag"])}  # fmt: skip

    asked = performed / "utfort.csv", performed, shown, of_group
    who, carers, minutes = (
        script(f"followup_{what}").figures(*asked) for what in ("who", "carers", "minutes")
    )
    page = (performed / "upp" / "followup.html").read_text("utf-8")
    told = {}
    for (first, *_), *rows in tables_of(page):
        for name, *cells in rows:
            told.setdefault((first, "" if first == "Period" else name), []).extend(cells)
    for (first, name), values in who.items():
        light, *cells = told[first, name]
        found = [*values[:5], *carers[first, name], *values[5:], *minutes[first, name]]
        share = round(values[1], 1)
        assert light == next(
            word for least, word in ((25, "når målet"), (20, "nära målet"), (0, "under målet"))
            if share >= least
        )  # fmt: skip
        assert len(cells) == len(found)
        for cell, value in zip(cells, found, strict=True):
            if value is None or isinstance(value, str):
                assert cell == (value or "–"), (first, name, cells, found)
                continue
            digits = len(cell.partition(",")[2])
            shown_as = float(cell.replace(" ", "").replace(",", "."))
            assert shown_as == pytest.approx(value, abs=0.5 * 10**-digits + 0.0051), (cell, found)
    assert set(minutes) == set(who) <= set(told)
    assert carers["Period", ""][0] > 3  # clients whom the national figure counts
