"""Every figure of the pages beside the report is what a short script finds in the tables."""

import importlib.util
import json
import re
import shutil
from pathlib import Path

import pytest

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
