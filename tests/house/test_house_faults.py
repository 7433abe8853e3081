"""Faults of every kind: what the code may not do, and a test for each line of the table."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("hemrunda", "routing", "partition", "maps", "data")
SOURCES = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
DOC = ROOT / "docs" / "en" / "faults.md"


def attribute_calls(path: Path) -> set[str]:
    """The names of all methods that a module calls."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }


def imported(path: Path) -> set[str]:
    """The top names of all modules that a module imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module}
    return found


def test_nobody_draws_users_data_by_others_templates():
    """F2: ``GeoDataFrame.explore`` and folium's pop-ups evaluate what they are given."""
    for path in SOURCES:
        assert "explore" not in attribute_calls(path), path
        names = imported(path)
        if any(name.split(".")[0] in ("folium", "branca", "jinja2") for name in names):
            allowed = ("folium_layers.py", "folium_elements.py", "safe_page.py", "map_page.py")
            assert path.name in allowed, path
        assert not re.search(r"\b(Popup|Tooltip|GeoJson|DivIcon)\(", path.read_text("utf-8")), path


def test_scripts_never_make_markup_of_text():
    """F4: what a script shows, it sets as text."""
    for path in sorted((ROOT / "maps" / "assets").glob("*.js")):
        if path.name != "leaflet.js":
            code = path.read_text(encoding="utf-8")
            for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
                assert word not in code, (path.name, word)


def test_nothing_in_the_code_can_call_out():
    """G2, G5, G8: no module that opens connections, no geocoder, no address of a map service."""
    forbidden = {
        "requests",
        "urllib.request",
        "http.client",
        "httpx",
        "aiohttp",
        "ftplib",
        "smtplib",
    }
    hosts = re.compile(r"nominatim\.|tile\.openstreetmap|maps\.google|maps\.apple|unpkg|jsdelivr")
    for path in SOURCES:
        assert not imported(path) & forbidden, path
        if path.name != "exchange.py":  # a developer's own call, of a place and no address
            assert not attribute_calls(path) & {"geocode_to_gdf", "graph_from_place"}, path
            assert "routing.network.exchange" not in imported(path) or path.name == "__init__.py"
        assert not hosts.search(path.read_text(encoding="utf-8").lower()), path
    for path in sorted((ROOT / "maps" / "assets").glob("*.*")):
        if not path.name.startswith("leaflet") and path.suffix != ".ttf":
            assert not hosts.search(path.read_text(encoding="utf-8").lower()), path


WATCHED = """
import sys
def watch(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto", "socket.gethostbyname"):
        where = args[1] if event in ("socket.connect", "socket.sendto") else args[0]
        if isinstance(where, tuple) or event != "socket.connect":
            print("CALLED OUT", event, where, file=sys.stderr, flush=True)
            raise SystemExit(99)
sys.addaudithook(watch)
if sys.argv[1:] == ["try"]:
    import socket
    socket.create_connection(("192.0.2.1", 80), timeout=0.1)
from hemrunda.__main__ import main
sys.exit(main())
"""


def test_the_whole_chain_connects_to_nothing(tmp_path):
    """G4: from tables to maps in one process, with every connection and look-up watched."""
    command = [sys.executable, "-c", WATCHED]
    caught = subprocess.run([*command, "try"], cwd=tmp_path, capture_output=True, text=True)
    assert caught.returncode == 99
    small = ["--clients", "40", "--days", "1", "--iterations", "100", "--workers", "1"]
    result = subprocess.run(
        [*command, "demo", *small], cwd=tmp_path, capture_output=True, text=True, timeout=600
    )
    assert result.returncode == 0, result.stderr
    assert "CALLED OUT" not in result.stderr
    assert (tmp_path / "out" / "maps" / "teams.html").is_file()


def lines() -> list[tuple[str, list[str]]]:
    """Each row of the table of faults: its number, and the tests it names."""
    rows = re.findall(r"^- \*\*([A-J]\d+)\*\* (.*)$", DOC.read_text(encoding="utf-8"), flags=re.M)
    return [(number, re.findall(r"`(test_\w+)`", cell)) for number, cell in rows]


def test_every_line_is_there():
    """A1–A22, B1–B10, C1–C10, E1–E8, F1–F14, G1–G12, I1–I10, D1–D13 and three of J, in order."""
    counts = {"A": 22, "B": 10, "C": 10, "E": 8, "F": 14, "G": 12, "I": 10, "D": 13}
    wanted = [f"{section}{i}" for section, n in counts.items() for i in range(1, n + 1)]
    assert [number for number, _ in lines()] == [*wanted, "J1", "J4", "J5"]


def test_every_fault_cited_in_the_code_has_its_line():
    """A citation that leads nowhere is worse than none; E and J were cited without being there."""
    there = {number for number, _ in lines()}
    n_seen = 0
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        lists = re.findall(r"faults(?:\.md)?\s((?:[A-J]\d{1,2}(?:–|,\s)?)+)", text)
        lists += re.findall(r"\(([A-J]\d{1,2}(?:, [A-J]\d{1,2})*)[,)]", text)
        cited = {one for some in lists for one in re.findall(r"[A-J]\d+", some)}
        n_seen += len(cited)
        assert cited <= there, (path.name, sorted(cited - there))
    assert n_seen > 30


@pytest.mark.parametrize(("number", "tests"), lines())
def test_every_line_names_tests_that_exist(number, tests):
    """A line without a test says why there is nothing to test."""
    code = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "tests").rglob("test_*.py"))
    assert tests or number in ("I6", "I7")
    for test in tests:
        assert re.search(rf"^def {test}\(", code, flags=re.M), (number, test)
