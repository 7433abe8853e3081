"""Answers that overtake each other, and news that nobody heard, leave the page where it is."""

from __future__ import annotations

import json
import shutil

import pytest

pytestmark = pytest.mark.browser
WAIT_MS = 60_000
PHASE = "fetch('/api/state').then((answer) => answer.json()).then((state) => state.phase)"


@pytest.fixture
def page(studio, browser, town):
    """A page on the three doors, with streets at hand; not yet gone to its address."""
    (studio.root / "gator").mkdir()
    shutil.copy(town / "network", studio.root / "gator" / "network")
    context = browser.new_context()
    made = context.new_page()
    made.set_default_timeout(WAIT_MS)
    yield made
    context.close()


def upload(page, town) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Välj fil").click()
    chooser.value.set_files(town / "indata.xlsx")


def test_an_older_answer_does_not_put_the_page_back(page, studio, town):
    """ "Öppnar" stood for ever where the answer of the first change came after the second's."""
    late = []

    def state(route) -> None:
        answer = route.fetch()
        phase = json.loads(answer.body())["phase"]
        if phase == "opening":
            late.append((route, answer))
            return
        route.fulfill(response=answer)
        while late and phase == "network":
            held, older = late.pop()
            held.fulfill(response=older)

    page.route("**/api/state", state)
    page.goto(studio.address)
    upload(page, town)
    page.get_by_label("Kommunens namn").wait_for()
    page.wait_for_timeout(500)
    assert page.get_by_label("Kommunens namn").is_visible()
    assert late == []


def test_news_from_before_the_page_listened_are_not_lost(page, studio, town):
    """A page that lost its line hears where things stand as soon as it is back."""
    is_cut = [True]
    page.route("**/api/events", lambda route: route.abort() if is_cut[0] else route.continue_())
    page.goto(studio.address)
    upload(page, town)
    while page.evaluate(PHASE) != "network":
        page.wait_for_timeout(100)
    is_cut[0] = False
    page.get_by_label("Kommunens namn").wait_for()
