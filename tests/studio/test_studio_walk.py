"""A planner's walk in a real Chromium: the demo, moves, a plan, a drag by keys, illness, paper."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser
WAIT_MS = 300_000


@pytest.fixture
def page(studio):
    """A browser's page at the studio's one-time address; it must ask nobody else, nor complain."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("HEMRUNDA_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.skip("no Chromium on this machine (set HEMRUNDA_CHROMIUM to one)")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        made = browser.new_page(viewport={"width": 1440, "height": 900})
        made.set_default_timeout(WAIT_MS)
        complaints: list[str] = []
        made.on("console", lambda message: complaints.append(message.text))
        made.on("pageerror", lambda error: complaints.append(str(error)))
        made.on(
            "request",
            lambda asked: (
                complaints.append(asked.url)
                if not asked.url.startswith((f"http://127.0.0.1:{studio.port}/", "data:"))
                else None
            ),
        )
        made.goto(studio.address)
        yield made
        browser.close()
        assert complaints == []


def axe_source() -> str | None:
    """axe-core as the environment names it or as npm put it beside the checkout; None without."""
    root = Path(__file__).parents[2]
    named = os.environ.get("HEMRUNDA_AXE")
    places = [Path(named)] if named else []
    places += [folder / "node_modules/axe-core/axe.min.js" for folder in (root, root.parent)]
    return next((place.read_text("utf-8") for place in places if place.is_file()), None)


def assert_accessible(page) -> None:
    """No violation of WCAG 2.1 A and AA that axe-core finds, where it is on this machine."""
    source = axe_source()
    if source is None:
        return
    page.evaluate(source)
    found = page.evaluate(
        "async () => (await axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']}))"
        ".violations.map((one) => [one.id, one.nodes.map((node) => node.html.slice(0, 120))])"
    )
    assert found == []


def until(page, is_so: str, *args) -> None:
    """Look until it is so; the page's policy forbids what playwright would wait with."""
    end_s = time.monotonic() + WAIT_MS / 1000
    while not page.evaluate(is_so, *args):
        assert time.monotonic() < end_s, is_so
        time.sleep(0.05)


HEAD = "document.querySelector('.st-panel-head p').innerText"
CHIP = "document.querySelector('.st-chip').innerText"


def go(page, name: str, there: str) -> None:
    page.click(f".st-nav a[href='#/{name}']")
    page.wait_for_selector(there)


def test_from_an_empty_folder_to_printed_sheets(page, studio):
    """The walk that the studio is for, in order, with the keyboard where it matters most."""
    page.wait_for_selector(".st-door")
    assert_accessible(page)
    page.select_option(".st-door select", "40")
    page.get_by_role("button", name="Prova", exact=True).click()

    # Today first: the division as the tables have it, and nothing moved.
    page.wait_for_selector(".st-teams")
    assert page.locator(".st-chip").inner_text() == "I dag"
    assert_accessible(page)

    # Two clients move; one of the moves is undone.
    page.locator(".st-team-name").first.click()
    for n in (1, 2):
        page.locator(".st-lines.is-two .st-line").nth(n).click()
        page.locator(".st-move button").first.focus()
        page.keyboard.press("Enter")
        until(page, f"{HEAD}.startsWith('{n} fly')")
    assert "Vägarna blir" in page.locator(".is-effect").inner_text()
    page.keyboard.press("Control+z")
    until(page, f"{HEAD}.startsWith('1 fly')")

    # A plan: looked at, and taken.
    page.get_by_role("button", name="Planera rundor").click()
    page.get_by_label("Snabb").check()
    page.get_by_role("button", name="Börja").click()
    page.get_by_role("button", name="Använd planen").click()
    until(page, f"{CHIP} === 'Utkast'")

    # A visit is lifted, carried and dropped by keys; the answer is said, and undone.
    go(page, "rundor", ".st-visit")
    assert_accessible(page)
    visit = page.locator(".st-visit").nth(3)
    before = visit.get_attribute("aria-label")
    visit.focus()
    page.keyboard.press("f")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.wait_for_selector(".hr-lane.is-target.is-legal, .hr-lane.is-target.is-illegal")
    page.keyboard.press("Enter")
    page.wait_for_selector(".st-toast")
    assert studio_acts(page)[0]["kind"] == "drag"
    page.keyboard.press("Control+z")
    until(
        page,
        "(label) => [...document.querySelectorAll('.st-visit')].some("
        "(one) => one.getAttribute('aria-label') === label)",
        before,
    )

    # Somebody is sick: repairs beside each other, one is taken and approved.
    go(page, "morgon", ".st-desk")
    box = page.get_by_label("Sjuk", exact=True)
    box.fill(page.evaluate("fetch('/api/people').then((r) => r.json()).then((p) => p[0].id)"))
    box.press("Enter")
    page.get_by_role("button", name="Visa lagningar").click()
    page.wait_for_selector(".st-repair")
    assert page.locator(".st-repair").count() == 3
    assert_accessible(page)
    page.get_by_role("button", name="Använd").first.click()
    page.wait_for_selector(".st-lanes .hr-lane")
    page.locator(".st-top").get_by_role("button", name="Godkänn").click()
    until(page, f"{CHIP} === 'Godkänd'")

    # Paper.
    go(page, "ut", ".st-way")
    page.get_by_role("button", name="Gör filerna").first.click()
    page.wait_for_selector(".st-files a")
    assert any((studio.root / "ekhamn-40" / "out").rglob("*.pdf"))
    assert_accessible(page)
    go(page, "historik", ".st-history li")
    assert page.locator(".st-history li").count() >= 8

    # Narrow: nothing runs out of the page.
    page.set_viewport_size({"width": 390, "height": 844})
    for name, there in (("arbetslag", ".st-teams"), ("rundor", ".st-visit"), ("ut", ".st-way")):
        page.evaluate(f"location.hash = '#/{name}'")
        page.wait_for_selector(there)
        wide = page.evaluate("document.querySelector('#view').scrollWidth - innerWidth")
        assert wide <= 0, name


def studio_acts(page):
    """The journal, newest first."""
    return page.evaluate("fetch('/api/history').then((answer) => answer.json())")
