"""A carer's phone sheet by the phone's clock: what is now, what is next, what is folded away."""

from __future__ import annotations

import datetime as dt
import importlib.util
from pathlib import Path

import pytest

from maps.common.audiences import StaffRound
from maps.files.sheet_phone import write_sheet_phone
from maps.paper.sheet_view import sheet_view
from maps.screen.round_view import rounds_view

pytestmark = pytest.mark.browser


@pytest.fixture
def page_at(tmp_path, make_town, browser):
    """The sheet opened at a second of the day, Swedish time, and the sheet itself."""
    town = make_town(is_open=True)
    own = rounds_view(
        town.municipality, town.team_plan, town.round_plan, town.leg_path, StaffRound(),
        day=town.day, round_id="2026-03-02-day-s1",
    )  # fmt: skip
    sheet = sheet_view(own, town.municipality, town.network)
    path = tmp_path / "phone.html"
    write_sheet_phone(path, sheet, town.network, stamp="p")

    def open_at(time_s: int, day: dt.date = town.day):
        page = browser.new_page(viewport={"width": 390, "height": 844})
        winter = dt.timezone(dt.timedelta(hours=1))
        page.clock.set_fixed_time(
            dt.datetime.combine(day, dt.time(), winter) + dt.timedelta(seconds=time_s)
        )
        page.goto(path.as_uri())
        return page

    yield open_at, sheet
    for context in browser.contexts:
        context.close()


def test_now_and_next_are_marked_and_what_is_over_is_folded(page_at):
    open_at, sheet = page_at
    third = sheet.visits[2]
    page = open_at((third.start_s + third.end_s) // 2)
    current = page.locator("[aria-current=time]")
    assert current.count() == 1
    assert f"Brukare {third.client_id}" in current.inner_text()
    assert page.locator(".mark").all_inner_texts() == ["Nu", "Nästa"]
    following = page.locator("li", has=page.locator(".is-next"))
    assert f"Brukare {sheet.visits[3].client_id}" in following.last.inner_text()
    assert page.locator("summary").inner_text() == "Klara enligt planen: 2"
    over = page.locator("details.done li.visit")
    assert over.count() == 2
    assert not over.first.is_visible()
    page.click("summary")
    assert over.first.is_visible()


def test_on_the_way_there_is_a_next_and_no_now(page_at):
    open_at, sheet = page_at
    page = open_at((sheet.visits[0].end_s + sheet.visits[1].start_s) // 2)
    assert page.locator(".mark").all_inner_texts() == ["Nästa"]
    assert page.locator("[aria-current]").count() == 0


@pytest.mark.parametrize("days", [-1, 1])
def test_on_another_day_the_whole_list_stands_as_it_is(page_at, days):
    open_at, sheet = page_at
    page = open_at(9 * 3600, dt.date(2026, 3, 2) + dt.timedelta(days))
    assert page.locator(".mark, details.done").count() == 0
    assert page.locator("li.visit").count() == len(sheet.visits)


def test_axe_finds_nothing_while_it_is_on(page_at):
    """WCAG 2.1 AA with marks and a fold on the page, targets included."""
    access = importlib.util.spec_from_file_location(
        "access_rules", Path(__file__).with_name("test_browser_access.py")
    )
    rules = importlib.util.module_from_spec(access)
    access.loader.exec_module(rules)
    open_at, sheet = page_at
    page = open_at(sheet.visits[4].start_s + 60)
    page.evaluate(rules.axe_source())
    broken = page.evaluate(
        "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', "
        "'best-practice']})"
    )
    assert [(rule["id"], len(rule["nodes"])) for rule in broken["violations"]] == []
