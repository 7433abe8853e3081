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
OUT = "out of scope"
ROW = re.compile(
    r"- \*\*([A-Z]{2}-\d\d)\*\* \S.*?: "
    r"(?:(out of scope)|(`test_\w+`(?:, `test_\w+`)*)(?: \[([^\]]+)\])?|\[([^\]]+)\])"
)
"""A request: out of scope, or with the tests that show it done and what is missing in brackets."""


def table() -> list[tuple[str, str, list[str], str]]:
    """Each row: its ID, whether it is out of scope, the tests it names, and what is missing."""
    found = []
    for line in DOC.read_text(encoding="utf-8").splitlines():
        if ID.search(line):
            row = ROW.fullmatch(line)
            assert row is not None, line
            number, out, tests, *missing = row.groups(default="")
            found.append((number, out, re.findall(r"`(test_\w+)`", tests), "".join(missing)))
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


@pytest.mark.parametrize(("number", "out", "tests", "missing"), table())
def test_a_row_stands_on_tests_that_exist(number, out, tests, missing):
    """What is done, or done in part, names tests; what names none says what is missing."""
    assert set(tests) <= written_tests(), (number, sorted(set(tests) - written_tests()))
    assert len(set(tests)) == len(tests), number
    assert bool(tests or missing) != (out == OUT), number


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
