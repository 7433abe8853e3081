"""Access for everyone: axe-core's WCAG 2.1 A and AA rules, keyboard, phone, paper, no script."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import maps

pytestmark = pytest.mark.browser


def axe_source() -> str:
    """axe-core as the environment names it or as npm put it beside the checkout; else skip."""
    root = Path(__file__).parents[2]
    named = os.environ.get("HEMRUNDA_AXE")
    places = [Path(named)] if named else []
    places += [folder / "node_modules/axe-core/axe.min.js" for folder in (root, root.parent)]
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        pytest.skip("axe-core is not on this machine (npm install axe-core, or set HEMRUNDA_AXE)")
    return found.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def all_pages(tmp_path_factory, make_town):
    """One file of each kind."""
    tmp_path = tmp_path_factory.mktemp("pages")
    town = make_town(is_open=True)
    common = {
        "municipality": town.municipality, "team_plan": town.team_plan, "plan_id": "p",
    }  # fmt: skip
    street = {"network": town.network}
    maps.write_team_map(
        tmp_path / "team.html", **common, **street, team_table=town.team_table, profile="manager",
        date="2026-03-02",
    )  # fmt: skip
    maps.write_round_map(
        tmp_path / "round.html", **common, **street, round_plan=town.round_plan,
        leg_path=town.leg_path, day=town.day, profile="manager",
    )  # fmt: skip
    maps.write_continuity(
        tmp_path / "continuity.html", **common, round_plan=town.round_plan, profile="manager"
    )
    maps.write_report(
        tmp_path / "report.html", **common, **street, measures={}, profile="council",
        team_table=town.team_table, date="2026-03-02",
    )  # fmt: skip
    sheets = maps.write_staff_sheets(
        tmp_path / "staff", **common, **street, round_plan=town.round_plan,
        leg_path=town.leg_path, day=town.day,
    )  # fmt: skip
    return {
        **{name: tmp_path / f"{name}.html" for name in ("team", "round", "continuity", "report")},
        "phone": sheets[1],
    }


@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(all_pages, open_file, width):
    """WCAG 2.2 AA, target size too, on every page, at desk and on phone."""
    source = axe_source()
    for name, path in all_pages.items():
        opened = open_file(path, width=width)
        opened.page.evaluate(source)
        found = opened.page.evaluate(
            "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa',"
            " 'best-practice']})"
        )
        assert [(one["id"], len(one["nodes"])) for one in found["violations"]] == [], name


@pytest.mark.parametrize(("width", "offline"), [(1280, False), (640, True), (390, True)])
def test_pages_are_quiet_and_fit_with_and_without_network(all_pages, open_file, width, offline):
    """G1; and 390 px, and 1280 px at 200 % zoom (640 CSS pixels)."""
    for name, path in all_pages.items():
        opened = open_file(path, width=width, offline=offline)
        opened.assert_quiet()
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= width, name


def test_pages_without_script_say_so_or_work(all_pages, open_file):
    """I10: lists on phone and report are there; maps tell what they need."""
    for name, path in all_pages.items():
        opened = open_file(path, script=False)
        said = opened.page.locator("body").inner_text()
        if name == "phone":
            assert "Brukare k00" in said
        elif name == "report":
            assert "Mått" in said
        else:
            assert "JavaScript" in said


def test_tab_key_reaches_the_timeline(all_pages, open_file):
    """I5: by keyboard alone to a visit, and along the lane."""
    opened = open_file(all_pages["round"])
    page = opened.page
    page.wait_for_selector("body[data-ready=yes]")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('hr-block')"):
            break
    page.keyboard.press("ArrowRight")
    assert "Besök 2" in page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert page.evaluate("Hemrunda.roundState.stop.number") == 2
