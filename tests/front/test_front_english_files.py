"""Files of questions asked in English are English: pages, tables, workbook and calendar."""

import csv
import re
import shutil

import openpyxl
import pytest

from data.tables.out.headings import read_shared
from hemrunda.speech.messages import said_in
from hemrunda.writing.followup_files import LIGHTS
from partition.redesign.staff_changes import WHY_SV
from routing.answers.deadlines import KINDS_SV
from routing.followup.client_figures import AGE_UNKNOWN, AWAY, FEW_VISITS, SHORT, UNDER_65

SWEDISH = re.compile(
    r"[åäöÅÄÖ]|\b(och|inte|finns|med|som|det|den|ska|kan|av|till|ett|utan|har|om|ingen|inget|inga"
    r"|lag|vid|minst|mest|kl|kontakten|pass|passet|brukare|personal|arbetslag|minuter|tid|vecka"
    r"|slutar|annan|borta|byter|eller|hela|besök|datum|dag|kväll|runda|rundor|varav|vad|antal"
    r"|andel|namn|rader|medel|alla|inom|samma|delegering|insats)\b",
    re.IGNORECASE,
)
NAMES = re.compile(
    r"Ekhamn, påhittad kommun|läkemedel|insulin|stödstrumpor|stomi|<style.*?</style>", re.DOTALL
)
"""What is called so in any language: the town and its skills; and what is no text."""


@pytest.fixture(scope="module")
def answers(small_run, run_cli, tmp_path_factory):
    """Four questions asked in English of a plan, and the folder of each answer."""
    folder = tmp_path_factory.mktemp("english")
    plan = folder / "plan"
    shutil.copytree(small_run / "out", plan)
    rounds = read_shared((plan / "private" / "rounds.csv").read_text(encoding="utf-8-sig"))
    rows = [[r["date"], r["staff_id"], r["client_id"], r["start"], r["end"]]
            for r in rounds if r["kind"] == "visit"]  # fmt: skip
    with (folder / "done.csv").open("w", encoding="utf-8", newline="") as file:
        head = ["Datum", "Medarbetare", "Kundnr", "Start", "Slut"]
        csv.writer(file, delimiter=";").writerows([head, *rows[5:], ["", "X9", *rows[0][2:]]])
    calls = (
        ("ask", "rounds", plan, "--trials", "2"),
        ("ask", "deadlines", plan, "--today", "2026-03-02", "--ahead", "366"),
        ("compare", "plans", small_run / "out", plan, "--out", folder / "apart"),
        ("followup", folder / "done.csv", "--input", plan / "indata.xlsx", "--before", plan,
         "--out", folder / "follow"),
    )  # fmt: skip
    for call in calls:
        result = run_cli("--language", "en", *call, cwd=folder)
        assert result.returncode == 0, result.stderr
    return folder


def lines_of(path):
    """The texts of a file, cell by cell where it has cells."""
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        yield from book.sheetnames
        for sheet in book:
            for row in sheet.iter_rows(values_only=True):
                yield from (cell for cell in row if isinstance(cell, str))
        return
    text = NAMES.sub("", path.read_text(encoding="utf-8-sig"))
    yield from re.split(r"<[^>]*>|[;\r\n]", text)


@pytest.mark.parametrize(
    "name",
    [
        "rounds-quality.html", "rounds-quality.csv", "deadlines.html", "deadlines.csv",
        "deadlines.ics", "compare.html", "staff.csv", "contacts.csv", "followup.html",
        "followup.xlsx", "followup.csv", "followup-groups.csv",
    ],
)  # fmt: skip
def test_no_swedish_in_the_file(answers, name):
    """Whoever asked in English opens the file in English, heads and reasons too."""
    paths = sorted(answers.rglob(name))
    assert paths
    for path in paths:
        texts = [NAMES.sub("", line).strip() for line in lines_of(path)]
        assert len(texts) >= 5
        assert [text for text in texts if SWEDISH.search(text)] == []


def test_every_reason_has_its_english():
    """Those too that no row of the small plan has."""
    reasons = [*WHY_SV.values(), *KINDS_SV.values(), *LIGHTS.values(), AGE_UNKNOWN, AWAY,
               FEW_VISITS, SHORT, UNDER_65]  # fmt: skip
    assert len(reasons) > 25
    assert [said for reason in reasons if SWEDISH.search(said := said_in(reason, "en"))] == []
    assert [said_in(reason, "sv") for reason in reasons] == reasons
