"""Canaries (faults.md G6): client text planted in the input is in no byte that any command writes.

Every command of the command line is run on tables that hold names, personal identity numbers,
telephone numbers and free text in columns of their own, and a client with protected data. All
files, the log, what is shown, and the temporary folder are searched. Two lists below must be whole:
each command runs or says why not, and each module that writes files has its file found; a new
command or writer that is forgotten here fails the test.
"""

import contextlib
import csv
import logging
import re
import zipfile
import zlib
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from pyproj import Transformer
from reportlab.pdfgen.canvas import Canvas

from hemrunda.cli import every_command, group

ROOT = Path(__file__).resolve().parents[2]
CANARIES = ("Kanariefågelsson", "640823-3234", "070-987 65 43", "kanariesjuka", "Kanarie Kupesson")
HEADERS = ("Namn", "Personnummer", "Telefon", "Diagnos", "Kontaktperson")
STREET = "Kanariegatan 77"
HIDDEN = "SKYDDAD-KANARIE-1"
PARTNER, NEIGHBOUR = "MAKE-KANARIE-2", "GRANNE-KANARIE-3"
"""Who shares the hidden client's house without being protected, and who lives next door."""
HOME = ("Börjar hemma", "Slutar hemma", "Hem E", "Hem N")

READ_NO_CLIENT = {
    "network build": "an OSM extract only",
    "compare networks": "two networks only",
    "network correct": "a network and corrections only",
    "network download": "goes online, by name and after asking",
    "template": "reads nothing",
    "studio": "a server; tests/studio looks at what it answers and writes",
}
"""Commands that are never given a file about clients."""

RUNS = {
    "demo": ["demo --clients 60 --days 3 --iterations 300 --workers 1 --out demo",
             "demo --clients 30 --days 1 --seconds 0 --workers 1 --map-days 0 --json --out demo2"],
    "check tables": ["check in --network demo/network", "check in --json --network demo/network",
              "check trasig", "check trasig --json"],
    "check headers": ["check headers in"],
    "check addresses": ["check addresses adress --network demo/network --out granska.csv",
                        "check addresses adress --network demo/network --decisions ifylld.csv "
                        "--out g2.csv",
                        "check addresses adress --network demo/network --out g3.csv --json"],
    "compare tables": ["compare in in2 --network demo/network --out skillnad.csv",
                       "compare in in2 --network demo/network --json"],
    "plan": ["plan in --network demo/network --out plan --iterations 300 --workers 1 "
             "--late-suggestions --map-days 1", "plan trasig --network demo/network --out nej",
             "plan in --network demo/network --out plan2 --iterations 20 --workers 1 --map-days 0 "
             "--json", "plan trasig --network demo/network --out nej --json"],
    "baseline": ["baseline nu.csv --input in --network demo/network --before plan --out nulage",
                 "baseline nu.csv --input in --network demo/network --out nulage2 --json"],
    "teams redesign": ["teams redesign in --network demo/network --out omdelning"],
    "followup": ["followup nu.csv --input in --before plan --out upp",
                 "followup nu.csv --input in --before plan --out upp2 --json"],
    "ask rounds": ["ask rounds plan {o} --trials 2"],
    "decide turns": ["decide turns plan {o} {client} {carer} P0001 --by planerare"],
    "ask evening": ["ask evening plan {o} --day {day} --from 17:00"],
    "ask deadlines": ["ask deadlines plan {o} --today {day} --ahead 300",
                      "ask deadlines plan {o} --today {day} --ahead 300 --json"],
    "write teams": ["write teams plan {o} --out lag.html --out lag.csv"],
    "ask layers": ["ask layers plan {o} --out lager.csv"],
    "ask team": ["ask team plan {o} {client} {team}"],
    "decide team": ["decide team plan {o} {client} {team}"],
    "check plan": ["check plan {o}"],
    "mend rounds": ["mend rounds plan {o} --out om --iterations 100 --workers 1 --map-days 1",
                    "mend rounds plan {o} --out om2 --iterations 20 --workers 1 --map-days 0 "
                    "--json"],
    "decide plan": ["decide plan plan --input in --network demo/network --out antagen "
                    "--by planerare"],
    "decide contact": ["decide contact plan {o} {client} {carer} --by planerare"],
    "ask contact": ["ask contact plan {o} {client}"],
    "ask contacts": ["ask contacts plan {o} --out kontakter.csv"],
    "ask burden": ["ask burden plan {o}"],
    "ask visit": ["ask visit plan {o} {visit}"],
    "ask load": ["ask load plan {o} --out belaggning.csv", "ask load plan {o} --out bel.html"],
    "ask late": ["ask late plan {o} --team {team} --day {day} --seconds 0.1 --out sent.csv",
                 "ask late plan {o} --team {team} --day {day} --seconds 0.1 --json"],
    "mend day": ["mend plan {o} --from {day} --sick {carer} --out idag",
                 "mend plan {o} --from {day} --sick {carer} --out idag2 --json"],
    "write report": ["write report plan {o}"],
    "write map": ["write map plan {o}", "write map plan {o} --profil nämnd",
                  "write map plan {o} --profil anonym"],
    "write continuity": ["write continuity plan {o}", "write continuity plan {o} --cards {team}",
                         "write continuity plan {o} --binder {carer}",
                         "write continuity plan {o} --visits {client}"],
    "write baseplan": ["write baseplan plan {o} --weeks 2 --staff {carer} --out grund"],
    "write layers": ["write layers plan {o}"],
    "write sheets": ["write sheets plan {o} --out blad",
                     "write sheets plan {o} --team {team} --out lagblad"],
    "network info": ["network info demo/network --out nat.html --input in",
                     "network info demo/network --input in --json"],
    "compare plans": ["compare plans plan idag {o} --out skillnader"],
    "purge": ["purge nej2 --older-than 1"],
}  # fmt: skip
"""Command lines that together write everything; ``{o}`` stands for the plan's input and network."""

WRITERS = {
    "data/atomic.py": None,
    "data/tables/out/writing.py": "demo/indata.xlsx",
    "data/tables/out/workbook.py": "plan/rounds.xlsx",
    "data/tables/out/differences.py": "skillnad.csv",
    "data/tables/mapping.py": "in/hemrunda-rubriker.json",
    "data/store/outputs.py": "plan/manifest.json",
    "data/store/named_files.py": "lag.csv",
    "data/store/transaction.py": None,
    "data/store/folder_locks.py": None,
    "data/store/probing.py": None,
    "data/store/manifest.py": "plan/manifest.json",
    "data/tables/address_lists/address_review.py": "granska.csv",
    "hemrunda/writing/late_files.py": "plan/late.csv",
    "hemrunda/writing/minutes_file.py": "plan/minutes.csv",
    "hemrunda/writing/measures_file.py": "plan/measures.csv",
    "hemrunda/writing/deadline_files.py": "plan/deadlines.csv",
    "hemrunda/writing/staff_files.py": "skillnader/staff.csv",
    "hemrunda/commands/questions/evening_command.py": "plan/**/jour.html",
    "hemrunda/writing/services_file.py": None,
    "hemrunda/writing/quality_files.py": "plan/**/rounds-quality.csv",
    "hemrunda/writing/followup_files.py": "upp/followup.xlsx",
    "hemrunda/writing/baseline_files.py": "nulage/faults.csv",
    "hemrunda/writing/redesign_files.py": "omdelning/redesign.csv",
    "hemrunda/writing/change_files.py": "idag/**/changes.csv",
    "hemrunda/commands/planning/teams_command.py": "lager.csv",
    "hemrunda/commands/planning/contacts_command.py": "kontakter.csv",
    "hemrunda/commands/planning/late_command.py": "sent.csv",
    "hemrunda/commands/questions/load_command.py": "belaggning.csv",
    "maps/common/safe_page.py": "plan/maps/teams.html",
    "maps/paper/sheet_pdf.py": "blad/*.pdf",
    "maps/reports/division_report.py": "plan/report.html",
    "maps/screen/network_page.py": "nat.html",
    "maps/paper/cyclic_sheet.py": "grund/*.pdf",
    "maps/paper/team_sheet.py": "lagblad/*.html",
    "maps/paper/binder.py": "plan/**/*.pdf",
    "maps/reports/teams_page.py": "lag.html",
    "maps/files/gpx.py": "blad/*.gpx",
    "maps/reports/baseline_page.py": "nulage/baseline.html",
    "maps/reports/load_page.py": "bel.html",
    "maps/files/ics.py": "blad/*.ics",
    "maps/files/sealed.py": None,
    "maps/paper/contact_cards.py": "plan/**/*.pdf",
    "maps/files/sheet_phone.py": "blad/*.html",
    "maps/reports/redesign_page.py": "omdelning/*.html",
    "routing/network/container.py": "demo/network",
    "partition/annealing/silence_stdout.py": None,
    "hemrunda/mending.py": "idag/*.csv",
    "data/demo/exports.py": None,
    "hemrunda/workfolder/history.py": "antagen/hemrunda-historik.csv",
    "hemrunda/workfolder/remembered.py": "plan/private/source.json",
    "maps/reports/index_page.py": "plan/index.html",
    "hemrunda/studio/folders.py": None,
    "hemrunda/studio/journal.py": None,
    "hemrunda/studio/jobs/redesign_job.py": None,
    "hemrunda/studio/jobs/study_job.py": None,
    "hemrunda/commands/planning/point_rounds.py": None,
    # Counts of whole plans; test_scale_study looks for ids in them.
    "hemrunda/commands/many/region_command.py": None,
    "hemrunda/commands/many/study_command.py": None,
    "hemrunda/scale/certificates.py": None,
    "hemrunda/scale/python_study.py": None,
    "hemrunda/scale/region_run.py": None,
    "hemrunda/commands/many/study_page.py": None,
    "hemrunda/scale/study_table.py": None,
}
"""Modules that write, and a file that shows that the test has run them; None: through others."""

_WRITES = re.compile(
    r"write_text\(|write_bytes\(|\.open\(\"[wax]|open\([^)]*\"[wax]b?\"|xlsxwriter\.Workbook"
    r"|np\.savez?\(|os\.open\(|write_table\(|to_csv\(|\.to_file\(|json\.dump\("
)
KNOW_PROTECTED = frozenset({"skillnad.csv", "indata.xlsx", "hemrunda-historik.csv"})
"""Files that may name a protected client: input again, and what the planner asked for of it."""


def commands():
    """Every command, by its words."""
    return [words for words, _ in every_command()]


def test_every_command_is_tried_or_says_why_not():
    assert sorted(commands()) == sorted({**RUNS, **READ_NO_CLIENT})
    assert not RUNS.keys() & READ_NO_CLIENT.keys()


def test_every_answer_for_programs_is_tried():
    for words, command in every_command():
        if any("--json" in option.opts for option in command.params):
            assert any("--json" in line for line in RUNS[words]), words


def test_every_module_that_writes_is_in_the_list():
    rooms = ("data", "hemrunda", "maps", "routing", "partition")
    found = {
        path.relative_to(ROOT).as_posix()
        for room in rooms
        for path in (ROOT / room).rglob("*.py")
        if _WRITES.search(path.read_text(encoding="utf-8"))
    }
    assert sorted(found - WRITERS.keys()) == []


def write_tables(folder, tables):
    folder.mkdir()
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file, delimiter=";").writerows(rows)


def with_canaries(rows):
    return [[*rows[0], *HEADERS], *([*row, *CANARIES] for row in rows[1:])]


def tables_of(book):
    """The demo's tables with canaries in columns of their own, and one client protected."""
    pages = openpyxl.load_workbook(book).worksheets
    tables = {
        page.title: [
            ["" if cell is None else str(cell) for cell in row]
            for row in page.iter_rows(values_only=True)
        ]
        for page in pages
        if page.title in {"Brukare", "Besök", "Personal", "Schema", "Lokaler", "Kommun"}
    }
    clients = tables["Brukare"]
    flag = clients[0].index("Skyddade uppgifter")
    for row in clients[1:]:
        row[flag] = "nej"
    clients[1][flag] = "ja"
    new_ids = place_household(clients)
    for name in ("Brukare", "Besök"):
        tables[name] = [[renamed(cell, new_ids) for cell in row] for row in tables[name]]
    place_homes(tables["Personal"], tables["Lokaler"])
    for name in ("Brukare", "Besök", "Personal"):
        tables[name] = with_canaries(tables[name])
    return tables


def renamed(cell, new_ids):
    """A client's id, or what begins with one, as an order's, by its new name."""
    return re.sub(r"\bB\d{4}\b", lambda hit: new_ids.get(hit.group(), hit.group()), cell)


def place_household(clients):
    """A partner at the hidden client's door and a neighbour next to it; all new ids by the old."""
    at = {name: i for i, name in enumerate(clients[0])}
    hidden, partner, neighbour = clients[1:4]
    # Beside the demo's address: its streets lead there, and streets are no secret.
    place = [float(hidden[at[axis]]) + 7 for axis in ("E", "N")]
    for row, metres in ((hidden, 0), (partner, 0), (neighbour, 15)):
        for axis, metre in zip(("E", "N"), place, strict=True):
            row[at[axis]] = f"{int(metre) + metres}.37"
        row[at["Boende"]] = "hus"
        row[at["Byggnad"]] = row[at["Hushåll"]] = row[at["Hålls ihop"]] = ""
    return {
        row[at["Brukare"]]: name
        for row, name in ((hidden, HIDDEN), (partner, PARTNER), (neighbour, NEIGHBOUR))
    }


def place_homes(staff, bases):
    """Every carer begins and ends at a home of her own, within a few metres of a base."""
    at = {name: i for i, name in enumerate(staff[0])}
    places = [dict(zip(bases[0], base, strict=True)) for base in bases[1:]]
    for i, row in enumerate(staff[1:]):
        own = (row[at["Lokal"]], row[at["Arbetslag"]])
        near = next(
            (b for b in places if b["Lokal"] == own[0] or own[1] in b["Arbetslag"].split("; ")),
            places[0],
        )
        home = (f"{int(float(near[axis]))}.{7391 + i}" for axis in ("E", "N"))
        for name, value in zip(HOME, ("ja", "ja", *home), strict=True):
            row[at[name]] = value


def homes_in(folder):
    """The coordinates of all carers' homes, as they were written."""
    with (folder / "in" / "Personal.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row[name] for row in csv.DictReader(file, delimiter=";") for name in HOME[2:]}


def hidden_places(folder):
    """Patterns of the hidden home's place as metres or degrees near each other, either first."""
    with (folder / "in" / "Brukare.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["Brukare"]: row for row in csv.DictReader(file, delimiter=";")}
    east, north = (float(rows[HIDDEN][axis]) for axis in ("E", "N"))
    degrees = Transformer.from_crs(3006, 4326, always_xy=True).transform(east, north)
    pairs = [(str(int(east)), str(int(north))), tuple(f"{d:.6f}"[:-1] for d in degrees)]
    return [
        re.compile(
            rb"(?<!\d)%b[\d.]*[^\d]{1,12}%b" % (re.escape(a.encode()), re.escape(b.encode()))
        )
        for one, two in pairs
        for a, b in ((one, two), (two, one))
    ]


def is_planners_own(line):
    """Whether a command shows whom to phone, on the planner's own screen."""
    return line.startswith(("mend plan", "ask late")) and "--json" not in line


def prepare(folder):
    """Tables as they are, with a change, with faults, with an address, and a list of rounds."""
    tables = tables_of(folder / "demo" / "indata.xlsx")
    write_tables(folder / "in", tables)
    write_tables(folder / "in2", {**tables, "Besök": tables["Besök"][:-3]})
    spoilt = [[CANARIES[k % 5] if k else cell for k, cell in enumerate(row)]
              for row in tables["Besök"][1:]]  # fmt: skip
    write_tables(folder / "trasig", {**tables, "Besök": [tables["Besök"][0], *spoilt]})
    clients = tables["Brukare"]
    header = [*clients[0], "Adress"]
    placed = [[*row, ""] for row in clients[1:]]
    lost = [*placed[3]]
    for name in ("E", "N"):
        lost[header.index(name)] = ""
    lost[-1] = STREET
    write_tables(folder / "adress", {**tables, "Brukare": [header, *placed[:3], lost]})


def run(line, answers=""):
    result = CliRunner().invoke(group, line.split(), input=answers)
    known = result.exception is None or isinstance(result.exception, SystemExit)
    from data.errors import HemrundaError

    assert known or isinstance(result.exception, HemrundaError), (line, result.exception)
    faults = "".join(map(str, getattr(result.exception, "faults", ())))
    return result.output + faults + str(result.exception) + repr(result.exception), result


def content_of(path):
    """A file's bytes, archives and compressed streams unpacked as well."""
    whole = path.read_bytes()
    parts = [path.name.encode(), whole]
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            parts += [archive.read(name) for name in archive.namelist()]
    if whole[:4] == b"%PDF":
        for stream in re.findall(rb"stream\r?\n(.*?)endstream", whole, re.DOTALL):
            with contextlib.suppress(zlib.error):
                parts.append(zlib.decompress(stream.strip(b"\r\n")))
        with contextlib.suppress(ImportError, ValueError):
            from pypdf import PdfReader

            parts += [page.extract_text().encode() for page in PdfReader(path, strict=True).pages]
    return b"\n".join(parts)


def holds(content, text):
    return any(text.encode(code) in content for code in ("utf-8", "cp1252", "utf-16-le"))


def test_no_canary_in_any_byte(tmp_path, monkeypatch, caplog):
    folder, temporary = tmp_path / "arbete", tmp_path / "tillfalligt"
    folder.mkdir()
    temporary.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("TMPDIR", str(temporary))
    logging.getLogger("numba").setLevel(logging.WARNING)  # tells of its compiling, by the page
    shown = {}
    with caplog.at_level(logging.DEBUG):
        for line in RUNS["demo"]:
            shown[line], result = run(line)
            assert result.exit_code == 0, shown[line]
        prepare(folder)
        for line in RUNS["check headers"]:
            shown[line], _ = run(line, answers="\n" * 40)
        for line in RUNS["check tables"] + RUNS["plan"]:
            shown[line], _ = run(line)
        with (folder / "plan" / "private" / "rounds.csv").open(encoding="utf-8-sig") as file:
            rounds = [r for r in csv.DictReader(file, delimiter=";") if r["kind"] == "visit"]
        one = next(
            r for r in rounds if r["client_id"] not in (HIDDEN, PARTNER) and r["shift"] == "day"
        )
        words = {
            "o": "--input in --network demo/network", "client": one["client_id"],
            "team": one["team_id"], "visit": one["visit_id"], "day": one["date"],
            "carer": one["staff_id"],
        }  # fmt: skip
        write_rounds(folder / "nu.csv", rounds)
        for name, lines in RUNS.items():
            if name in {"demo", "check headers", "check tables", "plan"}:
                continue
            for line in lines:
                if "--decisions" in line:
                    decide(folder)
                shown[line], _ = run(line.format(**words))
    missing = [
        module
        for module, pattern in WRITERS.items()
        if pattern and not [path for path in folder.glob(pattern) if path.stat().st_size]
    ]
    assert missing == [], {line: text[-400:] for line, text in shown.items()}
    look(folder, temporary, shown, caplog.text)


def write_rounds(path, rounds):
    """Today's rounds with canaries beside, and rows whose ids are client text."""
    rows = [[r["date"], r["staff_id"], r["client_id"], r["start"], r["end"]] for r in rounds]
    rows += [[rows[0][0], CANARIES[0], rows[0][2], "07:00", "07:30"],
             [rows[0][0], rows[0][1], CANARIES[4], CANARIES[2], "07:30"]]  # fmt: skip
    header = ["Datum", "Medarbetare", "Kundnr", "Start", "Slut"]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows(with_canaries([header, *rows]))


def decide(folder):
    """The planner's answer in the review table."""
    with (folder / "granska.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    for row in rows[1:]:
        row[rows[0].index("Beslut")] = "600000;6600000"
    with (folder / "ifylld.csv").open("w", encoding="cp1252", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)


def look(folder, temporary, shown, log):
    """Search everything that is not our own planted input."""
    planted = {folder / name / f"{table}.csv" for name in ("in", "in2", "trasig", "adress")
               for table in ("Brukare", "Besök", "Personal")} | {folder / "nu.csv"}  # fmt: skip
    ours = {
        path for name in ("in", "in2", "trasig", "adress") for path in (folder / name).iterdir()
    }
    may_hold_street = {"granska.csv", "g2.csv", "ifylld.csv", "hemrunda-adresser.json"}
    files = [
        path
        for place in (folder, temporary)
        for path in place.rglob("*")
        if path.is_file() and path not in planted and path.parts[-2] != "demo"
    ]
    assert len(files) > 40
    found = []
    homes, places, is_neighbour_seen = homes_in(folder), hidden_places(folder), False
    assert len(homes) > 10
    for path in files:
        content = content_of(path)
        if path.name != "indata.xlsx" and path not in ours:
            found += [(path.name, home) for home in homes if holds(content, home)]
        found += [(path.name, canary) for canary in CANARIES if holds(content, canary)]
        if path.name not in may_hold_street and holds(content.lower(), "kanariegatan"):
            found.append((path.name, STREET))
        is_sheet = path.parent.name == "blad"  # whoever is sent has the address in hand
        is_private = path.parent.name == "private"  # named as such, for checker and planner
        may_know = path.name in KNOW_PROTECTED or is_sheet or is_private or path in ours
        if not may_know:
            name = path.relative_to(folder) if path.is_relative_to(folder) else path.name
            found += [(str(name), who) for who in (HIDDEN, PARTNER) if holds(content, who)]
            found += [(str(name), place.pattern) for place in places if place.search(content)]
        is_neighbour_seen |= not may_know and holds(content, NEIGHBOUR)
    assert is_neighbour_seen
    assert found == [], found
    for line, text in {**shown, "log": log}.items():
        ids = () if is_planners_own(line) else (HIDDEN, PARTNER)
        assert [c for c in (*CANARIES, STREET, *homes, *ids) if c in text] == [], line
        assert [p.pattern for p in places if p.search(text.encode())] == [], line


@pytest.mark.parametrize("name", sorted(CANARIES))
def test_the_search_finds_what_is_there(tmp_path, name):
    """The search itself: plain, in an archive, in a compressed page."""
    (tmp_path / "a.txt").write_bytes(name.encode("cp1252"))
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x", name)
    canvas = Canvas(str(tmp_path / "a.pdf"), pageCompression=1)
    canvas.drawString(72, 72, name)
    canvas.save()
    assert all(holds(content_of(path), name) for path in tmp_path.iterdir())
