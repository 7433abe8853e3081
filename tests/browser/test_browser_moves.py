"""The table of who moves from which team to which, as wide as a municipality of thirty teams."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

_spec = importlib.util.spec_from_file_location(
    "browser_maps_cases", Path(__file__).with_name("test_browser_maps.py")
)
_cases = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_cases)


@pytest.mark.parametrize("width", [1280, 390])
def test_no_number_of_moves_is_broken_over_lines(tmp_path, make_town, open_file, width):
    """Ten read as 1 above 0 where the table was squeezed into the panel: now it scrolls there."""
    opened = open_file(_cases.write_team(tmp_path / "map.html", make_town()), width=width)
    page = opened.page
    page.wait_for_selector("body[data-ready=yes]")
    page.locator("summary", has_text="Flyttar från lag till lag").click()
    page.wait_for_selector(".hr-matrix")
    tall = page.evaluate(
        "() => { const table = document.querySelector('.hr-matrix');"
        " for (const row of table.rows) for (let i = 0; i < 30; i += 1)"
        " row.append(row.cells[1].cloneNode(true));"
        " const row = table.tBodies[0].rows[0];"
        " const of = (text) => { for (const one of [...row.cells].slice(1)) one.textContent = text;"
        " return row.getBoundingClientRect().height; };"
        " return [of('1'), of('118')]; }"
    )
    assert tall[0] == tall[1]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    opened.assert_quiet()
