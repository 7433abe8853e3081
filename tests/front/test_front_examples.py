"""Every example of help, README and docs is run: what people copy works as it stands.

The folder holds what a reader would have: a workbook, streets, a plan, exports. Ids of the examples
stand for ids of the demo; searches are cut short. What is not run says why.
"""

import contextlib
import csv
import io
import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from data.tables.out.headings import read_shared
from data.tables.schema.columns import TABLES
from hemrunda.cli import every_command, group
from hemrunda.error_messages import run_guarded
from hemrunda.speech.language import ask

ROOT = Path(__file__).resolve().parents[2]
NOT_RUN = {
    "studio": "a server that waits; tests/studio runs it",
    "network download": "goes online, by name and after asking",
    "network build": "test_front_guide and test_network_cut run it on an extract",
    "warmup": "compiles everything anew; test_front_signatures runs the same chain",
    "--help": "shown by test_front_words",
}
SHORT = {
    "demo": "--clients 60 --days 2 --iterations 10 --workers 1 --map-days 0",
    "plan": "--days 1 --iterations 10 --workers 1 --map-days 0",
    "mend": "--iterations 10 --workers 1 --map-days 0",
    "mend rounds": "--days 1 --iterations 10 --workers 1 --map-days 0",
    "teams redesign": "--seconds 2 --workers 1",
    "ask late": "--seconds 0.1",
    "region": "--iterations 10 --workers 1",
}
"""Options that make a search short; a later one holds where it is given twice."""
QUICK = {"ask", "check", "compare", "decide", "write", "network", "followup", "baseline"}
"""Verbs that answer without a search."""
SWEDISH = re.compile(
    r"[åäöÅÄÖ]|\b(och|inte|finns|med|det|den|ska|kan|av|till|ett|utan|har|rad|fel|ingen|inget"
    r"|inga|saknas|dag|lag|vid|minst|besök|brukare|väg)\b", re.IGNORECASE,
)  # fmt: skip
NAMES = re.compile(
    r"Ekhamn, påhittad kommun|"
    + "|".join(
        sorted(
            (re.escape(one) for table in TABLES for one in
             (table.sheet, *(column.header for column in table.columns))),
            key=len, reverse=True,
        )
    )
    + r"|[\w./-]+\.(?:csv|xlsx|html|json|pdf|ics)|hemrunda [a-z].*|\w+-kväll|undersköterska"
    + r"|stödstrumpor|läkemedel|= Rundor"
)  # fmt: skip
"""What tables, files and things of the demo are called."""
PLACEHOLDER = re.compile(r"\b(MAPP|PLAN|INDATA|UTDRAG|NÄT|FIL|NÄSTA|CLIENT|CARER|ROLL|NY|NR)\b|…|<")
"""Lines that show a form, not a call."""


def lines_of(text):
    """Lines that call the program: in fenced blocks and indented ones."""
    found = re.findall(r"^(?: {4})?(hemrunda [a-z].*)$", text, flags=re.M)
    return [re.sub(r"\s+#.*$", "", line).strip() for line in found]


def examples():
    """Each line once, with where it stands first."""
    seen = {}
    for words, command in every_command():
        for text in re.findall(r"hemrunda [^(]+?(?=   |$)", command.epilog or ""):
            seen.setdefault(text.strip(), f"help of {words}")
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    for page in pages:
        for line in lines_of(page.read_text(encoding="utf-8")):
            seen.setdefault(line, page.name)
    return {
        line: place
        for line, place in seen.items()
        if not PLACEHOLDER.search(line)
        and not any(line.startswith(f"hemrunda {start}") for start in NOT_RUN)
    }


EXAMPLES = examples()


@pytest.fixture(scope="module")
def desk(small_run, tmp_path_factory):
    """A folder as the reader has it, and the ids that stand for those of the examples."""
    folder = tmp_path_factory.mktemp("bord")
    out = small_run / "out"
    for name in ("out", "plan", "forra", "nyplan"):
        shutil.copytree(out, folder / name)
    for name in ("indata.xlsx", "mall.xlsx", "gammal.xlsx", "ny.xlsx", "egen.xlsx"):
        shutil.copy(out / "indata.xlsx", folder / name)
    for name in ("nat", "nat-2025", "nat-2026"):
        shutil.copy(out / "network", folder / name)
    (folder / "kvartal3").mkdir()
    shutil.copy(out / "teams.csv", folder / "kvartal3" / "teams.csv")
    text = (out / "private" / "rounds.csv").read_text(encoding="utf-8-sig")
    visits = [row for row in read_shared(text) if row["kind"] == "visit"]
    rows = [[r["date"], r["staff_id"], r["client_id"], r["start"], r["end"]] for r in visits]
    for name in ("slingor.csv", "rundor.csv", "utfort.csv"):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            header = ["Datum", "Medarbetare", "Kundnr", "Start", "Slut"]
            csv.writer(file, delimiter=";").writerows([header, *rows])
    (folder / "studie.toml").write_text(
        '[study]\ninput = "indata.xlsx"\nnetwork = "nat"\ndays = 1\niterations = 10\n'
        "[grid]\nseed = [1, 2]\n", encoding="utf-8"
    )  # fmt: skip
    (folder / "kommuner" / "Ekhamn").mkdir(parents=True)
    shutil.copy(out / "indata.xlsx", folder / "kommuner" / "Ekhamn" / "indata.xlsx")
    shutil.copy(out / "network", folder / "kommuner" / "Ekhamn" / "network")
    (folder / "rattelser.csv").write_text("åtgärd;gata\nstängd;Storgatan\n", encoding="utf-8")
    (folder / "export.csv").write_text("Brukare;Namn\nB1;x\n", encoding="utf-8")
    clients = read_shared((out / "clients.csv").read_text(encoding="utf-8-sig"))
    held = next(r for r in visits if any(c["client_id"] == r["client_id"] for c in clients)
                and r["shift"] == "day" and r["date"] == "2026-03-03")  # fmt: skip
    client = next(c for c in clients if c["client_id"] == held["client_id"])
    other = next(c["team_id"] for c in clients if c["team_id"] != client["team_id"])
    helper = next(r["staff_id"] for r in visits if r["team_id"] == other
                  and r["shift"] == "day" and r["date"] == "2026-03-03")  # fmt: skip
    names = {
        "B0017-3": held["visit_id"], "B0017": held["client_id"], "P0012": held["staff_id"],
        "P0007": held["staff_id"], "P0042": helper, "L03": other, "L02": other,
        "L01": client["team_id"],
    }  # fmt: skip
    made = CliRunner().invoke(group, ["teams", "redesign", str(folder / "mall.xlsx"), "--network",
                                      str(folder / "nat"), "--out", str(folder / "omdelning"),
                                      *SHORT["teams redesign"].split()])  # fmt: skip
    assert made.exit_code == 0, made.output
    return folder, names


def told(line, names):
    """The example with ids of the demo, and its search cut short."""
    words = re.sub("|".join(map(re.escape, names)), lambda found: names[found.group()], line)
    call = words.removeprefix("hemrunda ")
    start = max((one for one in SHORT if call.startswith(f"{one} ") or call == one), key=len,
                default="")  # fmt: skip
    return shlex.split(f"{call} {SHORT.get(start, '')}")


def test_there_are_examples_of_every_verb():
    """A page without examples would pass in silence."""
    verbs = {line.split()[1] for line in EXAMPLES}
    assert len(EXAMPLES) > 50
    assert verbs >= {"demo", "check", "plan", "mend", "ask", "write", "decide", "compare", "purge"}


def in_order(line):
    """What makes the plans anew comes last: other examples ask about those that are there."""
    return line.startswith(("hemrunda demo", "hemrunda plan")), line


def why_not(line, names):
    """Run one example; what went wrong, or nothing."""
    result = CliRunner().invoke(group, told(line, names), input="\n" * 20)
    error = result.exception
    # 1 is an answer too: rules that are broken, addresses to be looked at.
    if result.exit_code in (0, 1) and (error is None or isinstance(error, SystemExit)):
        return ""
    return f"{EXAMPLES[line]}: {line}\n{result.output[-600:]}\n{error!r}"


def test_every_example_runs_as_it_stands(desk, monkeypatch):
    """One after another in one folder, as a reader would."""
    folder, names = desk
    monkeypatch.chdir(folder)
    book = (folder / "mall.xlsx").read_bytes()
    faults = []
    for line in sorted(EXAMPLES, key=in_order):
        if line.startswith("hemrunda template"):
            (folder / "mall.xlsx").unlink()
        faults.append(why_not(line, names))
        (folder / "mall.xlsx").write_bytes(book)
        for path in (*folder.glob("hemrunda-*.json"), *folder.glob("**/beslut.csv")):
            path.unlink()
    assert "\n\n".join(filter(None, faults)) == ""


def english_of(call):
    """What a command says with --language en, as a terminal would show it."""
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown), contextlib.redirect_stderr(shown):
        try:
            run_guarded(lambda: group([*call, "--language", "en"], standalone_mode=False))
        finally:
            ask(None)
    return shown.getvalue()


def test_what_the_examples_say_is_english_where_it_is_asked_for(desk, monkeypatch):
    """Nothing Swedish is left but what tables, files and pages are called."""
    folder, names = desk
    monkeypatch.chdir(folder)
    left = []
    # One example of each command is enough.
    asked = {" ".join(line.split()[1:3]): line for line in sorted(EXAMPLES, reverse=True)}
    asked = [line for line in sorted(asked.values()) if line.split()[1] in QUICK]
    for line in asked:
        shown = english_of(told(line, names))
        for path in folder.glob("**/beslut.csv"):
            path.unlink()
        left += [(line, one) for one in shown.splitlines() if SWEDISH.search(NAMES.sub("", one))]
    assert len(asked) > 20
    assert left == []
