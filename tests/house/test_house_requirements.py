"""The table of what was asked for: whole, and no claim in it without a test."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOC = ROOT / "docs" / "en" / "requirements.md"
ID = re.compile(r"\b(?:LU|MA|OR|FA|NO)-\d\d\b")
COUNTS = {"LU": 44, "MA": 46, "OR": 19, "FA": 23, "NO": 29}
"""How many requests each municipality's document holds."""
DONE, PART, NOT, OUT = "●", "◐", "–", "out of scope"


def table() -> list[tuple[str, str, list[str], str]]:
    """Each row: its ID, its state, the tests it names, and what is missing."""
    found = []
    for line in DOC.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if ID.fullmatch(cells[0]):
            assert len(cells) == 5, line
            assert cells[1], line
            found.append((cells[0], cells[2], re.findall(r"`(test_\w+)`", cells[3]), cells[4]))
    return found


@cache
def written_tests() -> frozenset[str]:
    """The names of all test functions there are."""
    code = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "tests").rglob("test_*.py"))
    return frozenset(re.findall(r"^def (test_\w+)\(", code, flags=re.M))


def test_every_request_is_there_once_and_in_order():
    """What is not in the table would be forgotten; what is there twice may say two things."""
    wanted = [f"{place}-{i:02}" for place, n in COUNTS.items() for i in range(1, n + 1)]
    assert [row[0] for row in table()] == wanted


@pytest.mark.parametrize(("number", "state", "tests", "missing"), table())
def test_a_state_is_what_its_row_shows(number, state, tests, missing):
    """Done and in part stand on tests that exist; in part and not say what is missing."""
    assert set(tests) <= written_tests(), (number, sorted(set(tests) - written_tests()))
    assert len(set(tests)) == len(tests), number
    assert state in (DONE, PART, NOT, OUT), number
    assert bool(tests) == (state in (DONE, PART)), number
    assert bool(missing) == (state in (PART, NOT)), number


def test_every_citation_leads_to_the_table():
    """Code, tests and pages cite requests by ID; a slip of a digit cites another or none."""
    there = {row[0] for row in table()}
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\n")
    paths = [ROOT / name for name in listed if name] or sorted(ROOT.glob("[!.]*/**/*"))
    n_seen = 0
    for path in paths:
        if path.suffix in (".py", ".md", ".toml", ".ipynb") and path.is_file() and path != DOC:
            cited = set(ID.findall(path.read_text(encoding="utf-8")))
            n_seen += len(cited)
            assert cited <= there, (path.name, sorted(cited - there))
    assert n_seen > 100
